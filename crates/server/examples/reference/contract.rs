//! The contract's actions as far as the pages need them: names and tiers, from the files beside the product.

use anyhow::{Context, Result};
use std::path::Path;
use toml::{Table, Value};

/// One action of the contract.
pub(crate) struct Action {
    /// Its name.
    pub(crate) name: String,
    /// 1 core, 2 around it, 3 parameters only.
    pub(crate) tier: i64,
    /// `read` or `write`.
    pub(crate) kind: String,
}

/// Every action, by name.
pub(crate) fn read() -> Result<Vec<Action>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connect/contract");
    let mut actions = Vec::new();
    for entry in std::fs::read_dir(&folder).context("the contract's folder cannot be read")? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let table: Table =
            std::fs::read_to_string(&path)?.parse().with_context(|| path.display().to_string())?;
        // A file without a tier is no action: the list of exceptions lies in the same folder.
        if let Some(tier) = table.get("tier").and_then(Value::as_integer) {
            let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
            let name = text("name").with_context(|| format!("{} has no name", path.display()))?;
            actions.push(Action { name, tier, kind: text("kind").unwrap_or_default() });
        }
    }
    actions.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(actions)
}
