//! What can be configured: one struct for each command, from flags, `CROSSCONNECT_*` variables and, for the server,
//! a TOML file. A flag stands before a variable, a variable before the file, the file before the default. The doc
//! comments are the help texts and the reference page. Nothing here opens, binds or creates anything.

use crate::start::StartError;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use connect::time::Millis;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::Target;

/// A control plane for dedicated circuits.
#[derive(Debug, Parser)]
#[command(name = "crossconnect", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves a sandbox: no configuration, public keys, the autopilot in the operator's chair.
    Sandbox(Sandbox),
    /// Serves the real thing: durable, real clock, no autopilot.
    Serve(Serve),
    /// Prepares a store for `serve`: the schema, the master key file and the operator's account, whose first key is
    /// printed once.
    Init(Init),
    /// Checks a store: every invariant of the product, one line for each. Ends with status 0 when all hold, with 1 when
    /// one is broken, with 2 when the store cannot be read. It changes nothing, and a server may be running meanwhile.
    Verify(Verify),
    /// Letters of authorization without a server.
    #[command(subcommand)]
    Letter(LetterCommand),
}

/// What can be done with a letter.
#[derive(Debug, Subcommand)]
pub enum LetterCommand {
    /// Says whether a file is a genuine letter and within its time, with neither network nor store. Ends with status 0
    /// if it is, with 1 if it is not, with 2 if that cannot be told.
    Verify(VerifyLetter),
}

/// What moves the product's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClockKind {
    /// The system's clock.
    System,
    /// The action AdvanceTime alone.
    Manual,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Where a manual clock begins unless it is told otherwise: 2026-01-01T00:00:00Z.
pub const CLOCK_START_DEFAULT: Millis = 1_767_225_600_000;

/// Who issues a sandbox's letters, unless it is told otherwise.
pub const ISSUER_SANDBOX: &str = "Crossconnect sandbox";

/// Who issues a server's letters, unless it is told otherwise.
pub const ISSUER_SERVER: &str = "Crossconnect";

/// How much is logged unless it is told otherwise.
pub const LOG_DEFAULT: &str = "info";

/// The options of `crossconnect sandbox`.
#[derive(Debug, Clone, Args)]
pub struct Sandbox {
    /// Address and port for requests; port 0 takes a free one.
    #[arg(long, env = "CROSSCONNECT_LISTEN", default_value = "127.0.0.1:8480", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where the sandbox lives: `memory`, `sqlite:PATH` or `postgres://user@host/database`. One that holds a sandbox
    /// already is taken up as it is.
    #[arg(
        long,
        env = "CROSSCONNECT_STORE",
        default_value = "memory",
        value_name = "STORE",
        hide_env_values = true
    )]
    pub store: String,
    /// What moves the sandbox's time. Signatures are judged by the system's clock in any case.
    #[arg(long, env = "CROSSCONNECT_CLOCK", default_value = "system", value_name = "CLOCK")]
    pub clock: ClockKind,
    /// Where a manual clock begins in a new sandbox; 2026-01-01T00:00:00Z unless given.
    #[arg(long, env = "CROSSCONNECT_CLOCK_START", value_name = "RFC3339", value_parser = instant)]
    pub clock_start: Option<Millis>,
    /// Makes all identifiers from this number, so that with a manual clock two runs of the same requests answer the
    /// same bytes.
    #[arg(long, env = "CROSSCONNECT_SEED", value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// A TOML file with the autopilot's rules for a new sandbox; everything succeeds at once without it.
    #[arg(long, env = "CROSSCONNECT_AUTOPILOT", value_name = "FILE")]
    pub autopilot: Option<PathBuf>,
    /// A TOML file with regions, access points, devices and ports; a built-in catalogue without it.
    #[arg(long, env = "CROSSCONNECT_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Address and port for /healthz, /readyz and /metrics; not served without it.
    #[arg(long, env = "CROSSCONNECT_ADMIN_LISTEN", value_name = "ADDRESS")]
    pub admin_listen: Option<SocketAddr>,
    /// Where people and browsers reach the sandbox: links to letters begin with it. The address it listens on unless
    /// given.
    #[arg(long, env = "CROSSCONNECT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Who issues letters of authorization, as they say it.
    #[arg(long, env = "CROSSCONNECT_ISSUER", default_value = ISSUER_SANDBOX, value_name = "NAME")]
    pub issuer: String,
    /// Lifts the quotas of circuits and of their routers, for instance to fill a store for a measurement.
    #[arg(long, env = "CROSSCONNECT_LIFT_QUOTAS")]
    pub lift_quotas: bool,
    /// Gives the tenants of a new sandbox no money, so that an order is paid only after CreditAccount; without it each
    /// starts with 100 million.
    #[arg(long, env = "CROSSCONNECT_POOR")]
    pub poor: bool,
    /// Leaves each account's outbound traffic service closed until OpenPhysicalConnectionService opens it.
    #[arg(long, env = "CROSSCONNECT_OUTBOUND_SERVICE_CLOSED")]
    pub outbound_service_closed: bool,
    /// How much is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,request=warn`.
    #[arg(long, env = "CROSSCONNECT_LOG", default_value = LOG_DEFAULT, value_name = "FILTER")]
    pub log: String,
    /// The form of log lines.
    #[arg(long, env = "CROSSCONNECT_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// The options of `crossconnect serve`, and the keys of its configuration file, where `-` is written `_`.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    /// The TOML configuration file; none is read without it.
    #[arg(long, env = "CROSSCONNECT_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address and port for requests; port 0 takes a free one.
    #[arg(long, env = "CROSSCONNECT_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Where the server keeps everything: `sqlite:PATH` or `postgres://user@host/database`.
    #[arg(long, env = "CROSSCONNECT_STORE", value_name = "STORE", hide_env_values = true)]
    pub store: Option<String>,
    /// A TOML file with regions, access points, devices and ports; a built-in catalogue without it.
    #[arg(long, env = "CROSSCONNECT_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// The file with the key that seals access key secrets, made by `crossconnect init`.
    #[arg(long, env = "CROSSCONNECT_MASTER_KEY", value_name = "FILE")]
    pub master_key: Option<PathBuf>,
    /// A PEM file with the server's certificate and its chain; plain HTTP without it.
    #[arg(long, env = "CROSSCONNECT_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// A PEM file with the private key of the certificate.
    #[arg(long, env = "CROSSCONNECT_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Where people and browsers reach the server: links to letters begin with it. The address it listens on unless
    /// given.
    #[arg(long, env = "CROSSCONNECT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Who issues letters of authorization, as they say it.
    #[arg(long, env = "CROSSCONNECT_ISSUER", value_name = "NAME")]
    pub issuer: Option<String>,
    /// Address and port for /healthz, /readyz and /metrics.
    #[arg(long, env = "CROSSCONNECT_ADMIN_LISTEN", value_name = "ADDRESS")]
    pub admin_listen: Option<SocketAddr>,
    /// How much is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,request=warn`.
    #[arg(long, env = "CROSSCONNECT_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// The form of log lines.
    #[arg(long, env = "CROSSCONNECT_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// The options of `crossconnect init`. It reads the same configuration file as `serve`.
#[derive(Debug, Clone, Default, Args)]
pub struct Init {
    /// The TOML configuration file of `serve`; none is read without it.
    #[arg(long, env = "CROSSCONNECT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The store to prepare: `sqlite:PATH` or `postgres://user@host/database`.
    #[arg(long, env = "CROSSCONNECT_STORE", value_name = "STORE", hide_env_values = true)]
    pub store: Option<String>,
    /// A TOML file with regions, access points, devices and ports; a built-in catalogue without it.
    #[arg(long, env = "CROSSCONNECT_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// The master key file to create; an existing one is never overwritten.
    #[arg(long, env = "CROSSCONNECT_MASTER_KEY", value_name = "FILE")]
    pub master_key: Option<PathBuf>,
}

/// The options of `crossconnect verify`.
#[derive(Debug, Clone, Default, Args)]
pub struct Verify {
    /// The SQLite file to check, for instance a backup; without it, the store of `--store` or of the configuration.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The TOML configuration file of `serve`; none is read without it.
    #[arg(long, env = "CROSSCONNECT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The store to check: `sqlite:PATH` or `postgres://user@host/database`.
    #[arg(long, env = "CROSSCONNECT_STORE", value_name = "STORE", hide_env_values = true)]
    pub store: Option<String>,
}

/// The options of `crossconnect letter verify`.
#[derive(Debug, Clone, Args)]
pub struct VerifyLetter {
    /// The letter, a PDF file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The issuer's public key, as the issuer's server shows it at /letters/key.
    #[arg(long, env = "CROSSCONNECT_KEY", value_name = "KEY")]
    pub key: String,
    /// The instant to judge by; now, unless given.
    #[arg(long, env = "CROSSCONNECT_AT", value_name = "RFC3339", value_parser = instant)]
    pub at: Option<Millis>,
}

impl Serve {
    /// What holds where neither flag nor variable nor file says anything.
    pub fn defaults() -> Serve {
        Serve {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 8480))),
            store: Some("sqlite:crossconnect.db".to_owned()),
            master_key: Some(PathBuf::from("crossconnect.key")),
            admin_listen: Some(SocketAddr::from(([127, 0, 0, 1], 8481))),
            issuer: Some(ISSUER_SERVER.to_owned()),
            log: Some(LOG_DEFAULT.to_owned()),
            log_format: Some(LogFormat::Text),
            ..Serve::default()
        }
    }

    /// Flags and variables over the file over the defaults.
    pub fn complete(self) -> Result<Serve, StartError> {
        let file = self.config.as_deref().map(Serve::from_file).transpose()?.unwrap_or_default();
        Ok(self.over(file).over(Serve::defaults()))
    }

    fn over(self, under: Serve) -> Serve {
        Serve {
            config: self.config.or(under.config),
            listen: self.listen.or(under.listen),
            store: self.store.or(under.store),
            catalogue: self.catalogue.or(under.catalogue),
            master_key: self.master_key.or(under.master_key),
            tls_cert: self.tls_cert.or(under.tls_cert),
            tls_key: self.tls_key.or(under.tls_key),
            public_url: self.public_url.or(under.public_url),
            issuer: self.issuer.or(under.issuer),
            admin_listen: self.admin_listen.or(under.admin_listen),
            log: self.log.or(under.log),
            log_format: self.log_format.or(under.log_format),
        }
    }

    fn from_file(path: &Path) -> Result<Serve, StartError> {
        let text = crate::start::read_text("the configuration file", path)?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(&text, span.start));
            let what = error.message().replace('\n', " ");
            StartError::new(format!("{}, line {line}: {what}; correct this line", path.display()))
        })
    }
}

impl Init {
    /// Flags and variables over the file of `serve` over the defaults.
    pub fn complete(self) -> Result<Serve, StartError> {
        let Init { config, store, catalogue, master_key } = self;
        Serve { config, store, catalogue, master_key, ..Serve::default() }.complete()
    }
}

/// The number of the line in which the byte at `offset` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}

/// Reads the text of a `store` option. What was given is not repeated: it may hold a password.
pub fn target(text: &str) -> Result<Target, StartError> {
    text.parse()
        .map_err(|error: store::OpenError| StartError::new(format!("the option --store is wrong: {error}")))
}

fn instant(text: &str) -> Result<Millis, String> {
    connect::time::parse(text).ok_or_else(|| "expected an instant such as 2026-01-31T08:00:00Z".to_owned())
}

/// One option, as the reference lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The command it belongs to.
    pub command: String,
    /// The flag, without the dashes.
    pub flag: String,
    /// What stands after the flag, if anything does.
    pub value: Option<String>,
    /// The environment variable.
    pub variable: String,
    /// The key in the configuration file, for those options that may stand there.
    pub key: Option<String>,
    /// What holds without it, if anything does.
    pub default: Option<String>,
    /// The values it takes, if they are few.
    pub values: Vec<String>,
    /// What it means.
    pub doc: String,
}

/// Every option of every command, for the reference.
pub fn reference() -> Vec<Item> {
    let defaults = toml::Table::try_from(Serve::defaults()).expect("the defaults are plain strings");
    let cli = Cli::command();
    cli.get_subcommands().flat_map(|command| items(command.get_name(), command, &defaults)).collect()
}

/// The options of a command and of the commands below it.
fn items(name: &str, command: &clap::Command, defaults: &toml::Table) -> Vec<Item> {
    let own = command.get_opts().map(|arg| item(name, arg, defaults));
    let below = command.get_subcommands();
    own.chain(below.flat_map(|below| items(&format!("{name} {}", below.get_name()), below, defaults)))
        .collect()
}

fn item(command: &str, arg: &clap::Arg, defaults: &toml::Table) -> Item {
    let key = arg.get_id().as_str();
    // Neither a sandbox nor the check of a letter reads a configuration file.
    let of_server = command != "sandbox" && command != "letter verify";
    let written = arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    let from_table = defaults.get(key).and_then(toml::Value::as_str).filter(|_| of_server).map(str::to_owned);
    let takes_value = arg.get_action().takes_values();
    let value = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string);
    Item {
        command: command.to_owned(),
        flag: arg.get_long().unwrap_or_default().to_owned(),
        value: value.filter(|_| takes_value),
        variable: arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        key: Some(key.to_owned()).filter(|key| of_server && key != "config"),
        default: if takes_value { written.or(from_table) } else { None },
        values: arg
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .filter(|_| takes_value)
            .collect(),
        doc: arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(args: &[&str]) -> Serve {
        let line = ["crossconnect", "serve"].iter().chain(args);
        match Cli::try_parse_from(line).unwrap().command {
            Command::Serve(serve) => serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_flag_stands_before_the_file_and_the_file_before_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nstore = \"sqlite:from-file\"\n").unwrap();
        let config =
            serve(&["--config", file.to_str().unwrap(), "--listen", "127.0.0.1:2"]).complete().unwrap();
        assert_eq!(config.listen.unwrap().port(), 2);
        assert_eq!(config.store.as_deref(), Some("sqlite:from-file"));
        assert_eq!(config.master_key, Serve::defaults().master_key);
    }

    #[test]
    fn a_bad_file_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (text, needle) in [
            ("\nlistne = 1\n", "line 2: unknown field `listne`"),
            ("store = 5", "line 1: invalid type"),
            ("listen = \"nowhere\"", "line 1: invalid socket address"),
            ("= nothing", "line 1: "),
        ] {
            std::fs::write(&file, text).unwrap();
            let sentence = Serve::from_file(&file).unwrap_err().to_string();
            assert!(sentence.contains(needle), "{text:?}: {sentence}");
            assert!(!sentence.contains('\n'), "{sentence:?}");
        }
    }

    #[test]
    fn every_option_has_its_variable_and_its_meaning() {
        Cli::command().debug_assert();
        let items = reference();
        assert!(items.len() > 20);
        for item in items {
            let wanted = format!("CROSSCONNECT_{}", item.flag.replace('-', "_").to_uppercase());
            assert_eq!(item.variable, wanted);
            assert!(!item.doc.is_empty(), "{item:?}");
        }
    }
}
