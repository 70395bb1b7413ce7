//! Scenario files: requests in order, each followed by its exact answer. Time and identifiers are fixed, so an answer
//! is compared byte for byte, on every engine there is. `UPDATE_EXPECT=1` writes the answers anew; read the
//! difference before you keep it.
//!
//! A line of a file is a comment (`#`), a caller (`@ tenant`, `@ second tenant`, `@ operator`), a name for a value of
//! the answer above (`let circuit = PhysicalConnectionId`, used as `$circuit`), or a request: an action and its
//! parameters. Lines that are indented are answers.

use crate::client::{Answer, Draft, Lab, OPERATOR, SECOND_TENANT, TENANT, Who};
use server::config::{ClockKind, Sandbox};
use server::http::Bounds;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const HEADERS: [&str; 2] = ["x-crossconnect-state", "x-crossconnect-next"];

#[tokio::test]
async fn every_scenario_answers_as_written_in_memory() {
    run_all(|_| "memory".to_owned()).await;
}

#[tokio::test]
async fn every_scenario_answers_the_same_bytes_on_postgresql() {
    let Ok(server) = std::env::var("CROSSCONNECT_TEST_POSTGRES") else {
        assert!(std::env::var_os("CI").is_none(), "CROSSCONNECT_TEST_POSTGRES must name a PostgreSQL server");
        println!("skipped: CROSSCONNECT_TEST_POSTGRES names no PostgreSQL server");
        return;
    };
    run_all(|name| {
        let database = format!("scenario_{}", name.replace('-', "_"));
        let _ = store::drop_database(&server, &database);
        store::create_database(&server, &database).unwrap()
    })
    .await;
}

async fn run_all(store: impl Fn(&str) -> String) {
    let mut stale = Vec::new();
    for path in files() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        let happened = play(&written, store(name)).await;
        if happened == written {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &happened).unwrap();
        } else {
            stale.push(format!("{name}: {}", first_difference(&written, &happened)));
        }
    }
    assert!(stale.is_empty(), "answers differ (UPDATE_EXPECT=1 keeps them):\n{}", stale.join("\n"));
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn first_difference(written: &str, happened: &str) -> String {
    let at = written.lines().zip(happened.lines()).position(|(left, right)| left != right);
    let at = at.unwrap_or_else(|| written.lines().count().min(happened.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
    format!("line {}\n  written  {}\n  happened {}", at + 1, line(written), line(happened))
}

/// Plays a file from its start in a sandbox of its own; gives the file with the answers that were given.
async fn play(written: &str, store: String) -> String {
    // Links to letters begin with it, and the port that is listened on is another each time.
    let public_url = Some("https://letters.example.com".to_owned());
    let options = Sandbox { store, clock: ClockKind::Manual, seed: Some(1), public_url, ..Lab::options() };
    let lab = Lab::with(options, &Bounds::default()).await;
    let (mut happened, mut caller, mut names) = (String::new(), TENANT, BTreeMap::new());
    let mut last = None;
    for line in written.lines().filter(|line| !line.starts_with(' ')) {
        writeln!(happened, "{line}").unwrap();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(who) = line.strip_prefix("@ ") {
            caller = key(who);
        } else if let Some(binding) = line.strip_prefix("let ") {
            let (name, path) = binding.split_once(" = ").expect("let name = Path");
            names.insert(format!("${name}"), value(last.as_ref().expect("an answer above"), path));
        } else {
            let answer = lab.send(&request(caller, line, &names)).await;
            show(&answer, &mut happened);
            last = Some(answer);
        }
    }
    lab.stop().await;
    happened
}

fn key(who: &str) -> Who<'static> {
    match who {
        "tenant" => TENANT,
        "second tenant" => SECOND_TENANT,
        "operator" => OPERATOR,
        other => panic!("unknown caller {other}"),
    }
}

/// `Action Name=value Name="a value"`; a `$name` stands for what was bound to it.
fn request(caller: Who<'static>, line: &str, names: &BTreeMap<String, String>) -> Draft {
    let mut words = words(line).into_iter();
    let action = words.next().unwrap();
    let is_asked =
        |entry: &&connect::action::Entry| entry.name() == action || entry.about.aliases.contains(&&*action);
    let draft = Draft::tenant(caller, &action, "");
    let draft = match connect::ACTIONS.iter().find(is_asked) {
        Some(entry) => draft.set("Version", entry.about.version),
        None => draft,
    };
    words.fold(draft, |draft, word| {
        let (name, value) = word.split_once('=').unwrap_or((&word, ""));
        let value = names.get(value).map_or(value, String::as_str);
        draft.set(name, value)
    })
}

fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

fn value(answer: &Answer, path: &str) -> String {
    let json = answer.json();
    let found = path.split('.').fold(&json, |value, part| match part.parse::<usize>() {
        Ok(index) => &value[index],
        Err(_) => &value[part],
    });
    found.as_str().unwrap_or_else(|| panic!("no text at {path} in {}", answer.body)).to_owned()
}

fn show(answer: &Answer, happened: &mut String) {
    writeln!(happened, "  {} {}", answer.status, answer.body).unwrap();
    for name in HEADERS {
        let value = answer.header(name);
        if !value.is_empty() {
            writeln!(happened, "  {name}: {value}").unwrap();
        }
    }
}
