//! The binary as a process: what it prints, how it stops, and how it refuses to start.

use crate::client::{Draft, ORDER, TENANT, Who};
use rustls_pki_types::ServerName;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

/// The binary, told nothing by the environment of the tests.
fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crossconnect"));
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CROSSCONNECT_"))
    {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    binary().current_dir(folder).args(args).output().unwrap()
}

/// A running server, ended at the latest when it goes out of scope.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(folder: &Path, args: &[&str]) -> Running {
        Running::of(binary().current_dir(folder).args(args))
    }

    fn of(command: &mut Command) -> Running {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let Some(url) = line.strip_prefix("ready ").map(|url| url.trim_end().to_owned()) else {
            let _ = child.kill();
            let mut log = String::new();
            child.stderr.as_mut().unwrap().read_to_string(&mut log).unwrap();
            panic!("{line:?} instead of the ready line: {log}");
        };
        Running { child, url }
    }

    fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    fn ask(&self, draft: &Draft) -> String {
        let mut socket = TcpStream::connect(self.address()).unwrap();
        converse(&mut socket, draft)
    }

    /// Asks it to stop and gives its exit status and its log.
    fn stop(mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn converse(stream: &mut (impl Read + Write), draft: &Draft) -> String {
    let request = draft.wire().replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// It did not start: status 2, nothing on standard output, one sentence that has these words in it.
#[track_caller]
fn assert_refused(output: &Output, words: &[&str]) {
    let sentence = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{sentence}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert!(sentence.starts_with("crossconnect: ") && sentence.ends_with(".\n"), "{sentence:?}");
    assert_eq!(sentence.lines().count(), 1, "{sentence:?}");
    for word in words {
        assert!(sentence.contains(word), "{word:?} is not in {sentence:?}");
    }
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

const STORE: &str = "sqlite:must-not-appear.db";

/// What cannot be started, and the words its sentence must have. `PORT` stands for an address in use.
const REFUSED: &[(&[&str], &[&str])] = &[
    (&[], &["no command", "--help"]),
    (&["fly"], &["fly"]),
    (&["sandbox", "--lisen", "x"], &["--lisen"]),
    (&["sandbox", "--listen", "nowhere"], &["--listen", "nowhere"]),
    (&["sandbox", "--clock", "sundial"], &["sundial"]),
    (&["sandbox", "--clock-start", "2026-01-01T00:00:00Z"], &["--clock manual"]),
    (&["sandbox", "--clock", "manual", "--clock-start", "noon"], &["noon", "instant"]),
    (&["sandbox", "--log", "a=b=c"], &["--log"]),
    (&["sandbox", "--store", "mysql://u:secret@h/d"], &["--store", "sqlite:PATH"]),
    (&["sandbox", "--store", STORE, "--listen", "PORT"], &["--listen"]),
    (
        &["sandbox", "--store", STORE, "--listen", "127.0.0.1:0", "--admin-listen", "PORT"],
        &["--admin-listen"],
    ),
    (&["sandbox", "--store", STORE, "--catalogue", "none.toml"], &["none.toml"]),
    (&["sandbox", "--store", STORE, "--catalogue", "catalogue.toml"], &["catalogue.toml", "2"]),
    (
        &["sandbox", "--store", STORE, "--autopilot", "autopilot.toml"],
        &["autopilot.toml", "line 2", "review"],
    ),
    (&["sandbox", "--store", "sqlite:no/such/folder/x.db", "--listen", "127.0.0.1:0"], &["no/such/folder"]),
    (&["verify", "none.db"], &["none.db"]),
    (&["verify", "nonsense.pem"], &["nonsense.pem", "holds no store"]),
    (&["verify", "--store", "memory"], &["memory"]),
    (&["verify", "--config", "none.toml"], &["none.toml"]),
    (&["serve", "--config", "none.toml"], &["none.toml"]),
    (&["serve", "--config", "unknown.toml"], &["unknown.toml", "line 1", "lisen"]),
    (&["serve", "--config", "type.toml"], &["type.toml", "line 3"]),
    (&["serve", "--store", "memory"], &["memory", "sqlite:PATH"]),
    (&["serve", "--store", STORE, "--master-key", "none.key"], &["none.key", "crossconnect init"]),
    (&["serve", "--store", STORE, "--master-key", "nonsense.pem"], &["nonsense.pem", "64"]),
    (
        &[
            "serve",
            "--store",
            STORE,
            "--master-key",
            "good.key",
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
        ],
        &["must-not-appear.db", "crossconnect init"],
    ),
    (&["serve", "--store", STORE, "--master-key", "good.key", "--tls-cert"], &["--tls-cert"]),
    (&["serve", "--store", STORE, "--master-key", "good.key", "--tls-cert", "nonsense.pem"], &["--tls-key"]),
    (
        &[
            "serve",
            "--store",
            STORE,
            "--master-key",
            "good.key",
            "--tls-cert",
            "nonsense.pem",
            "--tls-key",
            "nonsense.pem",
        ],
        &["nonsense.pem", "PEM"],
    ),
    (&["init", "--store", STORE, "--master-key", "good.key"], &["good.key", "not overwritten"]),
    (&["init", "--store", "memory"], &["memory"]),
];

#[test]
fn what_cannot_be_started_is_refused_in_one_sentence_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    fs::write(at.join("unknown.toml"), "lisen = \"127.0.0.1:0\"\n").unwrap();
    fs::write(at.join("type.toml"), "\n\nstore = 3\n").unwrap();
    fs::write(at.join("catalogue.toml"), "[[region]]\nid = 5\n").unwrap();
    fs::write(at.join("autopilot.toml"), "[[rule]]\nstep = \"fly\"\noutcome = \"do\"\n").unwrap();
    fs::write(at.join("nonsense.pem"), "nonsense").unwrap();
    fs::write(at.join("good.key"), "00".repeat(32)).unwrap();
    let before = names(at);
    for (args, words) in REFUSED {
        let args: Vec<_> = args.iter().map(|arg| if *arg == "PORT" { &*port } else { arg }).collect();
        let output = run(at, &args);
        assert_refused(&output, words);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("secret"));
        assert_eq!(names(at), before, "{args:?}");
    }
}

#[test]
fn help_and_version_are_answers() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["--help"][..], &["--version"], &["sandbox", "--help"], &["serve", "--help"]] {
        let output = run(folder.path(), args);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        assert!(String::from_utf8(output.stdout).unwrap().to_lowercase().contains("crossconnect"));
    }
}

#[test]
fn a_sandbox_says_that_its_keys_are_public_and_stops_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["sandbox", "--listen", "127.0.0.1:0", "--store", "sqlite:s.db", "--log-format", "json"];
    let sandbox = Running::start(folder.path(), &args);
    assert!(sandbox.url.starts_with("http://127.0.0.1:"));
    let created = sandbox.ask(&Draft::tenant(TENANT, "CreatePhysicalConnection", ORDER));
    assert!(
        created.starts_with("HTTP/1.1 200 OK\r\n") && created.contains("\"PhysicalConnectionId\""),
        "{created}"
    );
    let request = Draft::tenant(TENANT, "DescribeRegions", "").set("Name", "personal-data");
    let signature = rpc::sign::rpc_v1("GET", &request.pairs, "testsk");
    sandbox.ask(&request);
    sandbox
        .ask(&Draft { secret: "not-the-secret".to_owned(), ..Draft::tenant(TENANT, "DescribeRegions", "") });
    let (status, log) = sandbox.stop();
    assert_eq!(status, Some(0), "{log}");
    assert!(log.contains("keys are public") && log.contains("testsk2"), "{log}");
    let lines: Vec<serde_json::Value> =
        log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["target"] == "request").collect();
    let codes: Vec<_> = requests.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["OK", "OK", "SignatureDoesNotMatch"]);
    for line in requests {
        assert_eq!((&line["account"], &line["key_id"]), (&"1234567890123456".into(), &"testak".into()));
        for field in ["request_id", "action", "version", "status", "took_us"] {
            assert!(!line[field].is_null(), "{field}: {line}");
        }
    }
    for secret in [&*signature, "personal-data", "Hall 1"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    // It is taken up as it is, by a sandbox only.
    let again = Running::start(folder.path(), &args);
    let page = again.ask(&Draft::tenant(TENANT, "DescribePhysicalConnections", "RegionId=cn-hangzhou"));
    assert!(page.contains("\"TotalCount\":1"), "{page}");
    assert_eq!(again.stop().0, Some(0));
    let sealed = run(folder.path(), &["init", "--store", "sqlite:s.db"]);
    assert_refused(&sealed, &["s.db", "holds a sandbox"]);
    assert!(!folder.path().join("crossconnect.key").exists());
}

#[test]
fn an_option_may_come_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = binary();
    command.current_dir(folder.path()).arg("sandbox").env("CROSSCONNECT_LISTEN", "127.0.0.1:0");
    let sandbox = Running::of(command.env("CROSSCONNECT_STORE", "sqlite:from-environment.db"));
    assert!(folder.path().join("from-environment.db").exists());
    assert_eq!(sandbox.stop().0, Some(0));
}

#[test]
fn a_server_is_prepared_once_and_served_with_tls() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(at.join("cert.pem"), certified.cert.pem()).unwrap();
    fs::write(at.join("key.pem"), certified.signing_key.serialize_pem()).unwrap();
    fs::write(
        at.join("crossconnect.toml"),
        "listen = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\nstore = \"sqlite:server.db\"\n\
         master_key = \"master.key\"\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\nlog = \"info\"\n",
    )
    .unwrap();
    let config = ["--config", "crossconnect.toml"];

    let made = run(at, &["init", config[0], config[1]]);
    let printed = String::from_utf8(made.stdout.clone()).unwrap();
    assert!(made.status.success(), "{made:?}");
    let word = |label: &str| {
        let line = printed.lines().find(|line| line.starts_with(label)).unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    let (key_id, secret) = (word("access key id"), word("access key secret"));
    assert!(!String::from_utf8_lossy(&made.stderr).contains(&secret));
    let key_file = fs::read(at.join("master.key")).unwrap();
    assert_refused(&run(at, &["init", config[0], config[1]]), &["master.key", "not overwritten"]);
    let other = run(at, &["init", config[0], config[1], "--master-key", "other.key"]);
    assert_refused(&other, &["server.db", "crossconnect serve"]);
    assert!(!at.join("other.key").exists());
    assert_eq!(fs::read(at.join("master.key")).unwrap(), key_file);

    let server = Running::start(at, &["serve", config[0], config[1]]);
    assert!(server.url.starts_with("https://127.0.0.1:"));
    let mut roots = RootCertStore::empty();
    roots.add(certified.cert.der().clone()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut session = ClientConnection::new(Arc::new(client), name).unwrap();
    let mut socket = TcpStream::connect(server.address()).unwrap();
    let draft = Draft::operator(Who(&key_id, &secret), "DescribeAccounts", "");
    let answer = converse(&mut Stream::new(&mut session, &mut socket), &draft);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("1000000000000000"), "{answer}");
    let (status, log) = server.stop();
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains(&secret) && log.contains(&key_id), "{log}");

    fs::write(at.join("wrong.key"), "11".repeat(32)).unwrap();
    let wrong = run(at, &["serve", config[0], config[1], "--master-key", "wrong.key"]);
    assert_refused(&wrong, &["wrong.key", "does not belong"]);
    let sandbox = run(at, &["sandbox", "--listen", "127.0.0.1:0", "--store", "sqlite:server.db"]);
    assert_refused(&sandbox, &["server.db", "holds a server"]);
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("newer.db");
    let newer = store::Migration {
        version: 9_999,
        name: "of_a_later_release",
        sql: "create table later (id text not null, primary key (id));",
    };
    let migrations: Vec<_> = connect::MIGRATIONS.iter().copied().chain([newer]).collect();
    let store =
        store::Store::open(&store::Target::Sqlite(file.clone()), store::Settings::default(), &migrations);
    store.unwrap().close();
    let before = fs::read(&file).unwrap();
    let sandbox = run(folder.path(), &["sandbox", "--listen", "127.0.0.1:0", "--store", "sqlite:newer.db"]);
    assert_refused(&sandbox, &["newer.db", "9999", "newer"]);
    assert_eq!(fs::read(&file).unwrap(), before);
}

/// A sandbox in a file with a circuit in it.
fn used_store(folder: &Path) -> store::Target {
    let args = ["sandbox", "--listen", "127.0.0.1:0", "--store", "sqlite:used.db"];
    let sandbox = Running::start(folder, &args);
    sandbox.ask(&Draft::tenant(TENANT, "CreatePhysicalConnection", ORDER));
    // A running server is read like one that is not.
    assert_eq!(run(folder, &["verify", "used.db"]).status.code(), Some(0));
    assert_eq!(sandbox.stop().0, Some(0));
    store::Target::Sqlite(folder.join("used.db"))
}

#[test]
fn a_good_store_is_verified_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    used_store(folder.path());
    let file = folder.path().join("used.db");
    let (before, beside) = (fs::read(&file).unwrap(), names(folder.path()));
    for args in [&["verify", "used.db"][..], &["verify", "--store", "sqlite:used.db"]] {
        let output = run(folder.path(), args);
        assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true), "{output:?}");
        let report = String::from_utf8(output.stdout).unwrap();
        let ids: Vec<_> = report
            .lines()
            .map(|line| line.strip_prefix("ok      ").unwrap().split(':').next().unwrap())
            .collect();
        let all: Vec<_> = connect::verify::ALL.iter().map(|invariant| invariant.id).collect();
        assert_eq!(ids, all);
    }
    // From the configuration file, too.
    fs::write(folder.path().join("c.toml"), "store = \"sqlite:used.db\"\n").unwrap();
    assert_eq!(run(folder.path(), &["verify", "--config", "c.toml"]).status.code(), Some(0));
    fs::remove_file(folder.path().join("c.toml")).unwrap();
    assert_eq!(names(folder.path()), beside);
    assert!(fs::read(&file).unwrap() == before, "the file was changed");
}

#[test]
fn a_damaged_store_is_told_with_the_ids_of_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let target = used_store(folder.path());
    let store = store::Store::open(&target, store::Settings::default(), connect::MIGRATIONS).unwrap();
    let damaged = store.write_blocking(|tx| {
        tx.exec("update account set balance_minor = 7 where id = '1234567890123456'", &[])?;
        tx.exec("update posting set minor = minor - 3 where account = '6543210987654321' and line = 2", &[])?;
        Ok::<_, store::Abort<()>>(())
    });
    damaged.unwrap();
    store.close();
    let output = run(folder.path(), &["verify", "used.db"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    let broken: Vec<_> = report.lines().filter(|line| !line.starts_with("ok ")).collect();
    let sums = "broken  postings-sum-to-zero: the postings of revision 0 of account 6543210987654321 sum to -3; the \
                postings of account 6543210987654321 sum to -3";
    let balance = "broken  balances-follow-from-postings: account 1234567890123456 has 7 by 1 movements, and its \
                   postings say 10000000000 by 1";
    assert_eq!(broken, [sums, balance]);
    assert_eq!(report.lines().count(), connect::verify::ALL.len());
}

#[test]
fn a_store_of_another_schema_or_of_nobody_is_not_verified() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let make = |name: &str, migrations: &[store::Migration]| {
        let target = store::Target::Sqlite(at.join(name));
        store::Store::open(&target, store::Settings::default(), migrations).unwrap().close();
    };
    make("older.db", &connect::MIGRATIONS[..1]);
    make("empty.db", connect::MIGRATIONS);
    assert_refused(&run(at, &["verify", "older.db"]), &["older.db", "another schema, 1,"]);
    assert_refused(&run(at, &["verify", "empty.db"]), &["empty.db", "neither a server nor a sandbox"]);
}

#[test]
fn a_poor_sandbox_gives_its_tenants_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (args, balance) in [(&["--poor"][..], "\"Balance\":\"0.00\""), (&[], "\"Balance\":\"100000000.00\"")]
    {
        let sandbox =
            Running::start(folder.path(), &[&["sandbox", "--listen", "127.0.0.1:0"], args].concat());
        let statement = sandbox.ask(&Draft::operator(TENANT, "DescribeAccountStatement", ""));
        assert!(statement.contains(balance) && statement.contains("\"Currency\":\"CNY\""), "{statement}");
        assert_eq!(sandbox.stop().0, Some(0));
    }
}
