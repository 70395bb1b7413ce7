//! Which crate may depend on which, from the manifests.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// The arrows between the crates of the product: what each may depend on. A crate that stands here may depend on no
/// crate that does not, so a new one can only stand at the end of an arrow.
const ARROWS: &[(&str, &[&str])] = &[
    ("rpc-derive", &[]),
    ("rpc", &["rpc-derive"]),
    ("store", &[]),
    ("connect", &["rpc", "store"]),
    ("server", &["connect", "rpc", "store"]),
    ("xtask", &[]),
];

/// What the product itself may depend on. Nothing here is asynchronous, reads a clock, draws random numbers or knows
/// an environment, a file or a network. `krilla`, `rustybuzz` and `qrcode` make the letter of authorization from fonts
/// that are part of the program, `ed25519-dalek` signs it, and `base64` writes the signature into it.
const CONNECT: &[&str] = &[
    "aes-gcm",
    "base64",
    "ed25519-dalek",
    "hmac",
    "ipnet",
    "jiff",
    "krilla",
    "qrcode",
    "rpc",
    "rustybuzz",
    "serde",
    "serde_json",
    "sha2",
    "store",
    "toml",
    "zeroize",
];

/// What the dialect may depend on, for the same reasons.
const RPC: &[&str] = &[
    "base64",
    "bytes",
    "hmac",
    "http",
    "percent-encoding",
    "quick-xml",
    "regex",
    "rpc-derive",
    "serde",
    "serde_json",
    "sha1",
    "sha2",
    "subtle",
    "thiserror",
    "jiff",
    "zeroize",
];

/// Checks every manifest of the workspace.
pub(super) fn check(root: &Path, found: &mut Vec<String>) -> Result<()> {
    let members: Vec<String> = read(root, "Cargo.toml")?
        .get("workspace")
        .and_then(|workspace| workspace.get("members")?.as_array())
        .context("Cargo.toml lists no members")?
        .iter()
        .filter_map(|member| member.as_str().map(str::to_owned))
        .collect();
    for member in members {
        let path = format!("{member}/Cargo.toml");
        let manifest = read(root, &path)?;
        let name =
            manifest.get("package").and_then(|package| package.get("name")?.as_str()).unwrap_or_default();
        for wrong in check_one(name, &manifest) {
            found.push(format!("{path}:1: {wrong}"));
        }
    }
    Ok(())
}

fn read(root: &Path, path: &str) -> Result<Table> {
    let text = fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))?;
    text.parse().with_context(|| format!("{path} is no TOML"))
}

fn check_one(name: &str, manifest: &Table) -> Vec<String> {
    let mut wrong = Vec::new();
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool());
    if lints != Some(true) {
        wrong.push("the workspace's lints are not taken over: [lints] workspace = true".to_owned());
    }
    let tables =
        ["dependencies", "build-dependencies"].into_iter().filter_map(|key| manifest.get(key)?.as_table());
    for (dependency, how) in tables.flatten() {
        if let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name)
            && (ARROWS.iter().any(|(to, _)| to == dependency) || how.get("path").is_some())
            && !allowed.contains(&dependency.as_str())
        {
            wrong.push(format!("{name} must not depend on {dependency}: the arrows in ARCHITECTURE.md"));
        }
        let listed = match name {
            "connect" => CONNECT,
            "rpc" => RPC,
            _ => continue,
        };
        if !listed.contains(&dependency.as_str()) {
            wrong.push(format!(
                "{name} may not depend on {dependency} unless it is free of async, clock, randomness, environment, \
                 files and network; then add it to the list of `tidy`"
            ));
        }
        if how.get("workspace").and_then(Value::as_bool) != Some(true) {
            wrong.push(format!("the version of {dependency} belongs into the workspace's manifest"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: &str, dependencies: &str) -> usize {
        let text = format!("[lints]\nworkspace = true\n[dependencies]\n{dependencies}");
        check_one(name, &text.parse().expect("the test writes TOML")).len()
    }

    #[test]
    fn arrows_have_one_direction() {
        assert_eq!(wrong("server", "connect.workspace = true"), 0);
        assert_eq!(wrong("store", "rpc.workspace = true"), 1);
        assert_eq!(wrong("store", "bench = { path = \"../bench\" }"), 1);
        assert_eq!(wrong("connect", "rpc.workspace = true\nstore.workspace = true"), 0);
        assert_eq!(wrong("connect", "tokio.workspace = true"), 1);
        assert_eq!(wrong("connect", "getrandom.workspace = true"), 1);
    }
}
