//! From options to a running server, in the order that touches least: whatever can be wrong in options and files is
//! found first, then the ports are taken, then the store is opened. Whatever is wrong is told in one sentence that
//! names the thing and the mend.

use crate::clock::{Clock, wall_ms};
use crate::config::{
    CLOCK_START_DEFAULT, ClockKind, ISSUER_SANDBOX, LOG_DEFAULT, LogFormat, Sandbox, Serve, line_of, target,
};
use crate::http::{Bounds, Listener};
use crate::limits::{ISSUER_CHARS_MAX, PUBLIC_URL_BYTES_MAX};
use crate::master_key;
use crate::node::Node;
use crate::seeds::Seeds;
use crate::server::Server;
use connect::MIGRATIONS;
use connect::autopilot::{self, Rule};
use connect::catalogue::{Catalogue, SANDBOX};
use connect::founding::{self, Holding, Identity};
use connect::id::Seed;
use connect::letter::desk::LetterDesk;
use connect::limits::OPENING_BALANCE_MINOR;
use connect::seal::Seal;
use connect::time::Millis;
use connect::world::{Mode, OPERATOR_ACCOUNT, Quotas, World};
use rpc::Error;
use serde::Deserialize;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use store::{Abort, Settings, Store, Target};
use tokio_rustls::TlsAcceptor;

/// Why a command cannot start: one sentence that names the thing and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError(String);

impl StartError {
    /// The sentence, without a full stop.
    pub fn new(sentence: impl Into<String>) -> StartError {
        StartError(sentence.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A library's message may have several lines; the promise is one sentence.
        f.write_str(&self.0.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl std::error::Error for StartError {}

/// The identities of every sandbox: account, name, whether it is the operator's, key id, secret. They are public.
pub const SANDBOX_IDENTITIES: [(&str, &str, bool, &str, &str); 3] = [
    ("1234567890123456", "tenant", false, "testak", "testsk"),
    ("6543210987654321", "second tenant", false, "testak2", "testsk2"),
    (OPERATOR_ACCOUNT, "operator", true, "operatorak", "operatorsk"),
];

/// Seals the keys of a sandbox. They are public, and so is this.
const SANDBOX_MASTER: [u8; 32] = *b"crossconnect sandbox, not secret";

impl Default for Sandbox {
    /// As on the command line without flags and without variables.
    fn default() -> Sandbox {
        Sandbox {
            listen: SocketAddr::from(([127, 0, 0, 1], 8480)),
            store: "memory".to_owned(),
            clock: ClockKind::System,
            clock_start: None,
            seed: None,
            autopilot: None,
            catalogue: None,
            admin_listen: None,
            public_url: None,
            issuer: ISSUER_SANDBOX.to_owned(),
            lift_quotas: false,
            poor: false,
            outbound_service_closed: false,
            log: LOG_DEFAULT.to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

/// Starts a sandbox.
pub async fn sandbox(options: &Sandbox, bounds: &Bounds) -> Result<Server, StartError> {
    if options.clock_start.is_some() && options.clock == ClockKind::System {
        return Err(StartError::new("--clock-start needs a clock that can be set; add --clock manual"));
    }
    let target = target(&options.store)?;
    let clock_start =
        (options.clock == ClockKind::Manual).then(|| options.clock_start.unwrap_or(CLOCK_START_DEFAULT));
    let public_url = options.public_url.as_deref().map(public_url).transpose()?;
    let catalogue = catalogue(options.catalogue.as_deref())?;
    let mut world = World {
        currency: catalogue.prices().currency().to_owned(),
        catalogue,
        seal: Seal::new(&SANDBOX_MASTER),
        letters: LetterDesk::new(&SANDBOX_MASTER, public_url.unwrap_or_default(), issuer(&options.issuer)?),
        mode: Mode::Sandbox { clock_start },
        quotas: if options.lift_quotas { Quotas::LIFTED } else { Quotas::default() },
        outbound_service_open: !options.outbound_service_closed,
        autopilot: options.autopilot.as_deref().map_or_else(|| Ok(autopilot::defaults()), rules)?,
        founders: SANDBOX_IDENTITIES.map(identity).to_vec(),
        opening_minor: if options.poor { 0 } else { OPENING_BALANCE_MINOR },
    };
    let requests = Listener::bind("--listen", options.listen, None).await?;
    found_at(&mut world, &requests);
    let admin = admin_listener(options.admin_listen).await?;
    let store = open(&target)?;
    if holding(&store).await? == Holding::Server {
        return Err(StartError::new(format!(
            "{target} holds a server and no sandbox; give --store another place"
        )));
    }
    let seeds = Seeds::new(options.seed, writes(&store).await?);
    let world = Arc::new(world);
    // A manual clock that was moved stays where it is; everything else that is there is taken up, too.
    let clock = match clock_start {
        None => Clock::System,
        Some(start) => Clock::manual(read(&store, connect::sandbox::clock).await?.unwrap_or(start)),
    };
    found(&store, &world, world.founders.clone(), clock.now(), seeds.founding()).await?;
    Ok(Server::run(Node::new(world, store, clock, seeds), requests, admin, bounds))
}

/// Starts a server from complete options.
pub async fn serve(options: &Serve, bounds: &Bounds) -> Result<Server, StartError> {
    let target = durable(options)?;
    let master_key = required(options.master_key.as_deref(), "--master-key")?;
    let mut world = server_world(options, &*master_key::read(master_key)?)?;
    let tls = tls(options)?;
    let listen = *required(options.listen.as_ref(), "--listen")?;
    let requests = Listener::bind("--listen", listen, tls).await?;
    found_at(&mut world, &requests);
    let admin = admin_listener(options.admin_listen).await?;
    let not_ready = || {
        StartError::new(format!(
            "{target} holds no server yet; run crossconnect init with the same --store first"
        ))
    };
    if let Target::Sqlite(path) = &target
        && !path.exists()
    {
        return Err(not_ready());
    }
    let store = open(&target)?;
    match holding(&store).await? {
        Holding::Server => {}
        Holding::Nothing => return Err(not_ready()),
        Holding::Sandbox => {
            return Err(StartError::new(format!(
                "{target} holds a sandbox and no server; give --store another place"
            )));
        }
    }
    check_master_key(&store, &world, master_key).await?;
    let world = Arc::new(world);
    // Founding again takes up what the catalogue has gained.
    found(&store, &world, Vec::new(), wall_ms(), crate::seeds::chance()).await?;
    let node = Node::new(world, store, Clock::System, Seeds::new(None, 0));
    Ok(Server::run(node, requests, admin, bounds))
}

/// Prepares a store for [`serve`] and gives what is to be printed, once: the operator's first key.
pub async fn init(options: &Serve) -> Result<String, StartError> {
    let target = durable(options)?;
    let path = required(options.master_key.as_deref(), "--master-key")?;
    master_key::check_absent(path)?;
    let master = crate::seeds::chance().0;
    let world = Arc::new(server_world(options, &master)?);
    let store = open(&target)?;
    match holding(&store).await? {
        Holding::Nothing => {}
        Holding::Server => {
            return Err(StartError::new(format!("{target} holds a server already; run crossconnect serve")));
        }
        Holding::Sandbox => {
            return Err(StartError::new(format!("{target} holds a sandbox; give --store another place")));
        }
    }
    let mut chance = connect::id::Ids::new(crate::seeds::chance());
    let operator = Identity {
        account: OPERATOR_ACCOUNT.to_owned(),
        name: "operator".to_owned(),
        operator: true,
        key_id: format!("CC{}", chance.letters(22)),
        secret: chance.letters(30),
    };
    // The key file before the rows: a store whose secrets nobody can open would be worse than a file too many.
    master_key::create(path, &master)?;
    let founded = found(&store, &world, vec![operator.clone()], wall_ms(), crate::seeds::chance()).await;
    store.close();
    if let Err(error) = founded {
        let _ = std::fs::remove_file(path);
        return Err(error);
    }
    Ok(format!(
        "store             {target}\nmaster key file   {}\noperator account  {}\naccess key id     {}\naccess key secret {}\n",
        path.display(),
        operator.account,
        operator.key_id,
        operator.secret
    ))
}

fn identity((account, name, operator, key_id, secret): (&str, &str, bool, &str, &str)) -> Identity {
    Identity {
        account: account.to_owned(),
        name: name.to_owned(),
        operator,
        key_id: key_id.to_owned(),
        secret: secret.to_owned(),
    }
}

fn server_world(options: &Serve, master: &[u8; 32]) -> Result<World, StartError> {
    let public_url = options.public_url.as_deref().map(public_url).transpose()?;
    let issuer = issuer(required(options.issuer.as_deref(), "--issuer")?)?;
    let catalogue = catalogue(options.catalogue.as_deref())?;
    Ok(World {
        currency: catalogue.prices().currency().to_owned(),
        catalogue,
        seal: Seal::new(master),
        letters: LetterDesk::new(master, public_url.unwrap_or_default(), issuer),
        mode: Mode::Server,
        quotas: Quotas::default(),
        outbound_service_open: true,
        autopilot: Vec::new(),
        founders: Vec::new(),
        opening_minor: 0,
    })
}

/// Checks the address that links begin with: they are printed on letters, where a wrong one cannot be mended.
fn public_url(text: &str) -> Result<&str, StartError> {
    let host = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\".contains(&byte));
    let fits = u64::try_from(text.len()).is_ok_and(|bytes| bytes <= PUBLIC_URL_BYTES_MAX);
    if plain && fits && host.is_some_and(|host| !host.trim_end_matches('/').is_empty()) {
        return Ok(text);
    }
    Err(StartError::new(format!(
        "the option --public-url is wrong: give an address such as https://letters.example.com, without a query and \
         of at most {PUBLIC_URL_BYTES_MAX} characters"
    )))
}

/// Checks the name that every letter bears.
fn issuer(text: &str) -> Result<&str, StartError> {
    let fits = u64::try_from(text.chars().count()).is_ok_and(|chars| chars <= ISSUER_CHARS_MAX);
    if fits && !text.trim().is_empty() && !text.chars().any(char::is_control) {
        return Ok(text);
    }
    Err(StartError::new(format!(
        "the option --issuer is wrong: give a name of 1 to {ISSUER_CHARS_MAX} characters in one line"
    )))
}

/// Unless it was told otherwise, a deployment is found where it listens.
fn found_at(world: &mut World, requests: &Listener) {
    if world.letters.public_url.is_empty() {
        world.letters.public_url = requests.url();
    }
}

fn durable(options: &Serve) -> Result<Target, StartError> {
    match target(required(options.store.as_deref(), "--store")?)? {
        Target::Memory => Err(StartError::new(
            "a server cannot keep its store in memory; give --store sqlite:PATH or a postgres:// URL",
        )),
        target => Ok(target),
    }
}

fn required<'a, T: ?Sized>(option: Option<&'a T>, flag: &str) -> Result<&'a T, StartError> {
    option.ok_or_else(|| StartError::new(format!("the option {flag} is missing; give it")))
}

/// The text of a file that an option names.
pub(crate) fn read_text(what: &str, path: &Path) -> Result<String, StartError> {
    std::fs::read_to_string(path).map_err(|error| {
        StartError::new(format!("{what} {} cannot be read ({error}); name a file that can", path.display()))
    })
}

fn catalogue(path: Option<&Path>) -> Result<Catalogue, StartError> {
    let Some(path) = path else {
        return Catalogue::parse(SANDBOX)
            .map_err(|error| StartError::new(format!("the built-in catalogue is wrong: {error}")));
    };
    let text = read_text("the catalogue", path)?;
    Catalogue::parse(&text)
        .map_err(|error| StartError::new(format!("the catalogue {}: {error}", path.display())))
}

/// The autopilot's rules as their file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    rule: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    step: toml::Spanned<String>,
    outcome: toml::Spanned<String>,
    #[serde(default)]
    delay_seconds: u32,
    #[serde(default)]
    reason: String,
}

fn rules(path: &Path) -> Result<Vec<Rule>, StartError> {
    let text = read_text("the autopilot file", path)?;
    let wrong = |offset, what: &str| {
        let line = line_of(&text, offset);
        StartError::new(format!("the autopilot file {}, line {line}: {what}", path.display()))
    };
    let file: RulesFile = toml::from_str(&text)
        .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message()))?;
    let mut rules = autopilot::defaults();
    for RuleText { step, outcome, delay_seconds, reason } in file.rule {
        let Some(known) = autopilot::Step::from_wire(step.get_ref()) else {
            let steps: Vec<_> = autopilot::Step::ALL.iter().map(autopilot::Step::as_str).collect();
            return Err(wrong(step.span().start, &format!("the step must be one of {}", steps.join(", "))));
        };
        let verdict = autopilot::Verdict::from_wire(outcome.get_ref())
            .ok_or_else(|| wrong(outcome.span().start, "the outcome must be do, refuse or leave"))?;
        // The last rule for a step holds; a step without one keeps its default.
        rules.retain(|rule| rule.step != known);
        rules.push(Rule {
            step: known,
            outcome: verdict,
            delay_ms: Millis::from(delay_seconds) * 1000,
            reason,
        });
    }
    Ok(rules)
}

async fn admin_listener(address: Option<SocketAddr>) -> Result<Option<Listener>, StartError> {
    match address {
        Some(address) => Listener::bind("--admin-listen", address, None).await.map(Some),
        None => Ok(None),
    }
}

fn tls(options: &Serve) -> Result<Option<TlsAcceptor>, StartError> {
    match (&options.tls_cert, &options.tls_key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => crate::tls::acceptor(cert, key).map(Some),
        (Some(_), None) => {
            Err(StartError::new("--tls-cert needs the certificate's private key; add --tls-key"))
        }
        (None, Some(_)) => Err(StartError::new("--tls-key needs the key's certificate; add --tls-cert")),
    }
}

fn open(target: &Target) -> Result<Store, StartError> {
    Store::open(target, Settings::default(), MIGRATIONS).map_err(|error| StartError::new(error.to_string()))
}

async fn read<R: Send + 'static>(
    store: &Store,
    f: impl Fn(&mut dyn store::Read) -> Result<R, store::Fault> + Send + 'static,
) -> Result<R, StartError> {
    store.read(move |read| f(read).map_err(Abort::<Error>::Fault)).await.map_err(unusable)
}

async fn holding(store: &Store) -> Result<Holding, StartError> {
    read(store, founding::holding).await
}

/// How many changes the store has seen.
async fn writes(store: &Store) -> Result<u64, StartError> {
    let changes = read(store, founding::changes).await?;
    Ok(u64::try_from(changes).unwrap_or(0))
}

/// A wrong master key is found now, not at the first signature.
async fn check_master_key(store: &Store, world: &World, path: &Path) -> Result<(), StartError> {
    match read(store, connect::account::any_sealed).await? {
        Some((id, sealed)) if world.seal.open(&id, &sealed).is_err() => Err(StartError::new(format!(
            "the master key file {} does not belong to this store; give the one that crossconnect init made for it",
            path.display()
        ))),
        _ => Ok(()),
    }
}

async fn found(
    store: &Store,
    world: &Arc<World>,
    identities: Vec<Identity>,
    now: Millis,
    seed: Seed,
) -> Result<(), StartError> {
    let world = Arc::clone(world);
    store.write(move |tx| founding::found(tx, &world, &identities, now, seed)).await.map_err(unusable)
}

fn unusable(abort: Abort<Error>) -> StartError {
    match abort {
        Abort::Fault(fault) => StartError::new(format!("the store cannot be used: {fault}")),
        Abort::Refused(error) => StartError::new(format!("the store cannot be prepared: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_letters_bear_is_checked_at_the_start() {
        for good in ["http://127.0.0.1:8480", "https://letters.example.com/", "https://x.example/at/a/path"] {
            assert_eq!(public_url(good).unwrap(), good);
        }
        let long = format!("https://{}", "x".repeat(usize::try_from(PUBLIC_URL_BYTES_MAX).unwrap()));
        for bad in [
            "",
            "letters.example.com",
            "ftp://x",
            "https://",
            "https:///",
            "http://x?a=b",
            "http://x y",
            &long,
        ] {
            let sentence = public_url(bad).unwrap_err().to_string();
            assert!(sentence.contains("--public-url"), "{bad}: {sentence}");
        }
        assert_eq!(issuer("Operator 运营商").unwrap(), "Operator 运营商");
        for bad in ["", "  ", "two\nlines", &long] {
            assert!(issuer(bad).unwrap_err().to_string().contains("--issuer"), "{bad}");
        }
    }

    #[test]
    fn rules_stand_over_the_defaults_and_errors_name_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("autopilot.toml");
        std::fs::write(
            &file,
            "[[rule]]\nstep = \"review\"\noutcome = \"refuse\"\ndelay_seconds = 2\nreason = \"no\"\n",
        )
        .unwrap();
        let rules = super::rules(&file).unwrap();
        assert_eq!(rules.len(), autopilot::defaults().len());
        let review = rules.iter().find(|rule| rule.step == autopilot::Step::Review).unwrap();
        assert_eq!(
            (review.outcome, review.delay_ms, &*review.reason),
            (autopilot::Verdict::Refuse, 2000, "no")
        );
        for (text, needle) in [
            ("[[rule]]\nstep = \"fly\"\noutcome = \"do\"\n", "line 2: the step must be one of review"),
            ("[[rule]]\nstep = \"review\"\noutcome = \"maybe\"\n", "line 3: the outcome"),
            ("[[rule]]\nstep = \"review\"\nverdict = \"do\"\n", "line 3: unknown field"),
            ("[[rule]]\nstep = \"review\"\noutcome = \"do\"\ndelay_seconds = -1\n", "line 4: "),
        ] {
            std::fs::write(&file, text).unwrap();
            let sentence = super::rules(&file).unwrap_err().to_string();
            assert!(sentence.contains(needle), "{sentence}");
        }
    }
}
