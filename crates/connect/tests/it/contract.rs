//! The declarations against the contract's files: parameters, replies, errors. A difference is an error unless
//! `contract/exceptions.toml` argues for it, and an exception that no longer applies is an error too: the list can
//! only shrink.

use connect::action::{Entry, Kind as Access, PUBLIC_VERSION, Replay};
use connect::codes;
use rpc::{Code, Field, Kind, ReplyField, Shape, TextRule, gateway};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    name: String,
    #[expect(dead_code, reason = "how near to the core an action is says nothing about its form")]
    tier: i64,
    kind: String,
    ram_action: String,
    #[serde(default)]
    action_aliases: BTreeSet<String>,
    #[serde(default)]
    param: Vec<Param>,
    #[serde(default)]
    response: Vec<Response>,
    #[serde(default)]
    error: Vec<Failure>,
}

#[derive(Deserialize, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
struct Param {
    name: String,
    #[serde(default)]
    aliases: BTreeSet<String>,
    r#type: String,
    required: bool,
    /// A rule between parameters, which no declaration of one parameter can hold; the rules' tests have them.
    required_when: Option<String>,
    default: Option<toml::Value>,
    #[serde(default)]
    list: bool,
    max_items: Option<i64>,
    min: Option<i64>,
    max: Option<i64>,
    step: Option<i64>,
    min_length: Option<i64>,
    max_length: Option<i64>,
    pattern: Option<String>,
    r#enum: Option<Vec<toml::Value>>,
    #[serde(default)]
    case_insensitive: bool,
    #[serde(default)]
    forbid_prefix: Vec<String>,
    #[serde(default)]
    forbid_substring: Vec<String>,
    first_char: Option<String>,
    charset: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    path: String,
    r#type: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure {
    http: u16,
    code: String,
    message: String,
    #[expect(dead_code, reason = "where the contract has it from")]
    source: String,
}

#[derive(Deserialize)]
struct Exceptions {
    exception: Vec<Exception>,
}

/// An argued difference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// The action.
    action: String,
    /// The difference, in the words of the check.
    what: String,
    /// Why it is right.
    reason: String,
}

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> Option<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract").join(file);
    let text = std::fs::read_to_string(&path).ok()?;
    Some(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn public() -> impl Iterator<Item = &'static Entry> {
    connect::ACTIONS.iter().filter(|entry| entry.about.version == PUBLIC_VERSION)
}

#[test]
fn every_public_action_is_as_the_contract_has_it_but_for_argued_exceptions() {
    let exceptions: Exceptions = read("exceptions.toml").expect("the list of exceptions is there");
    let mut unused: BTreeSet<_> =
        exceptions.exception.iter().map(|entry| (entry.action.clone(), entry.what.clone())).collect();
    assert_eq!(unused.len(), exceptions.exception.len(), "an exception stands twice");
    let argued = |exception: &Exception| exception.reason.split_whitespace().count() >= 4;
    assert!(exceptions.exception.iter().all(argued), "an exception is argued in a sentence");

    let mut differences = Vec::new();
    for entry in public() {
        let action: Action =
            read(&format!("{}.toml", entry.name())).expect("every public action has its file");
        for difference in differences_of(entry, &action) {
            if !unused.remove(&(entry.name().to_owned(), difference.clone())) {
                differences.push(format!("{}: {difference}", entry.name()));
            }
        }
    }
    let unused: Vec<_> = unused.into_iter().collect();
    assert!(
        differences.is_empty() && unused.is_empty(),
        "differences from the contract:\n{}\n\nexceptions that no longer apply:\n{unused:#?}",
        differences.join("\n")
    );
}

#[test]
fn a_difference_would_be_seen() {
    // The check itself: each kind of fact, changed in the contract's copy, is a difference.
    let entry = public().find(|entry| entry.name() == "CreatePhysicalConnection").unwrap();
    let fresh = || read::<Action>("CreatePhysicalConnection.toml").unwrap();
    let known: BTreeSet<_> = differences_of(entry, &fresh()).into_iter().collect();
    let changes: &[fn(&mut Action)] = &[
        |action| action.name.push('x'),
        |action| action.kind = "read".to_owned(),
        |action| action.ram_action.push('x'),
        |action| action.action_aliases.extend(["Other".to_owned()]),
        |action| drop(action.param.remove(0)),
        |action| action.param[0].required = false,
        |action| action.param[0].r#type = "int".to_owned(),
        |action| action.param.iter_mut().for_each(|param| param.aliases.clear()),
        |action| action.param.iter_mut().for_each(|param| param.min = param.min.map(|min| min + 1)),
        |action| action.param.iter_mut().for_each(|param| param.max = param.max.map(|max| max - 1)),
        |action| action.param.iter_mut().for_each(|param| param.step = Some(7)),
        |action| {
            action.param.iter_mut().for_each(|param| param.max_length = param.max_length.map(|max| max + 1));
        },
        |action| action.param.iter_mut().for_each(|param| param.pattern = None),
        |action| action.param.iter_mut().for_each(|param| param.forbid_prefix.clear()),
        |action| action.param.iter_mut().for_each(|param| param.charset = None),
        |action| {
            action.param.iter_mut().for_each(|param| param.max_items = param.max_items.map(|max| max + 1));
        },
        |action| action.param.iter_mut().for_each(|param| param.default = None),
        |action| action.param.iter_mut().for_each(|param| param.list = false),
        |action| {
            action
                .param
                .iter_mut()
                .filter_map(|param| param.r#enum.as_mut())
                .for_each(|list| drop(list.pop()));
        },
        |action| action.response.clear(),
        |action| action.response[0].r#type = "int".to_owned(),
        |action| action.error[0].http = 404,
        |action| action.error[0].message.push('x'),
        |action| drop(action.error.remove(0)),
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut action = fresh();
        change(&mut action);
        let found: BTreeSet<_> = differences_of(entry, &action).into_iter().collect();
        assert!(!found.is_subset(&known), "change {at} was not seen");
    }
}

#[test]
fn every_refusal_stands_once_in_the_list_of_codes() {
    let mut listed: Vec<*const Code> = codes::ALL.iter().map(|code| std::ptr::from_ref(*code)).collect();
    listed.extend(connect::action::gateway_codes().iter().map(|code| std::ptr::from_ref(*code)));
    let mut used = BTreeSet::new();
    for entry in connect::ACTIONS {
        for code in entry.errors() {
            assert!(listed.contains(&std::ptr::from_ref(code)), "{} of {}", code.name, entry.name());
            used.insert((code.name, code.status, code.message));
        }
    }
    let distinct: BTreeSet<_> =
        codes::ALL.iter().map(|code| (code.name, code.status, code.message)).collect();
    assert_eq!(distinct.len(), codes::ALL.len(), "a code stands twice");
    let idle: Vec<_> = distinct.difference(&used).collect();
    assert!(idle.is_empty(), "no action gives these: {idle:#?}");
}

fn differences_of(entry: &Entry, action: &Action) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |differs: bool, what: &str| {
        if differs {
            found.push(what.to_owned());
        }
    };
    let kind = if entry.kind == Access::Read { "read" } else { "write" };
    say(entry.name() != action.name, "name");
    say(kind != action.kind, "kind");
    say(entry.about.permission != action.ram_action, "ram_action");
    let aliases: BTreeSet<_> = entry.about.aliases.iter().map(|&alias| alias.to_owned()).collect();
    say(aliases != action.action_aliases, "action_aliases");
    compare_params(entry, action, &mut found);
    compare_reply(entry, action, &mut found);
    compare_errors(entry, action, &mut found);
    found
}

fn compare_params(entry: &Entry, action: &Action, found: &mut Vec<String>) {
    let mut ours = BTreeMap::new();
    flatten(entry.fields, &[String::new()], None, true, &mut ours);
    for theirs in &action.param {
        let name = &theirs.name;
        match ours.remove(name) {
            None => found.push(format!("param {name} is missing")),
            Some(own) => compare_param(&own, theirs, found),
        }
    }
    found.extend(ours.into_keys().map(|name| format!("param {name} is not in the contract")));
}

/// Writes down every leaf below `prefixes` (a name and its other spellings) as the contract would.
fn flatten(
    fields: &[Field],
    prefixes: &[String],
    max_items: Option<u32>,
    required: bool,
    out: &mut BTreeMap<String, Param>,
) {
    for field in fields {
        let suffix = if field.list.is_some() { ".N" } else { "" };
        let names: Vec<String> = prefixes
            .iter()
            .flat_map(|prefix| {
                let spellings = std::iter::once(&field.name).chain(field.aliases);
                spellings.map(move |name| format!("{prefix}{name}{suffix}"))
            })
            .collect();
        let (max_items, required) = (field.list.or(max_items), required && field.required);
        if let Shape::Object(inner) = field.shape {
            let prefixes: Vec<_> = names.iter().map(|name| format!("{name}.")).collect();
            flatten(inner, &prefixes, max_items, required, out);
            continue;
        }
        let mut param = leaf(field);
        param.name.clone_from(&names[0]);
        param.aliases = names[1..].iter().cloned().collect();
        param.required = required;
        param.list = max_items.is_some();
        param.max_items = max_items.map(i64::from);
        out.insert(names[0].clone(), param);
    }
}

fn leaf(field: &Field) -> Param {
    let mut param = Param { r#type: "string".to_owned(), ..Param::default() };
    let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    let whole = |text: &str| toml::Value::Integer(text.parse().expect("a number's default is one"));
    match field.shape {
        Shape::Text(rule) => {
            let TextRule { min, max, pattern, first_letter, forbid_prefix, forbid_substring, ascii } = **rule;
            param.min_length = i64::try_from(min).ok();
            param.max_length = i64::try_from(max).ok();
            param.pattern = pattern.map(str::to_owned);
            param.first_char = first_letter.then(|| "letter-or-cjk".to_owned());
            param.forbid_prefix = owned(forbid_prefix);
            param.forbid_substring = owned(forbid_substring);
            param.charset = ascii.then(|| "ascii".to_owned());
            param.default = field.default.map(|text| toml::Value::String(text.to_owned()));
        }
        Shape::Int { min, max, step } => {
            let long = i32::try_from(*max).is_err() || i32::try_from(*min).is_err();
            if long { "long" } else { "int" }.clone_into(&mut param.r#type);
            (param.min, param.max) = (Some(*min), Some(*max));
            param.step = (*step != 1).then_some(*step);
            param.default = field.default.map(whole);
        }
        Shape::Bool => {
            "bool".clone_into(&mut param.r#type);
            param.default = field.default.map(|text| toml::Value::Boolean(text == "true"));
        }
        Shape::Choice { values, case_insensitive } => {
            // A list of numbers is a number.
            let numbers: Option<Vec<i64>> = values.iter().map(|value| value.wire.parse().ok()).collect();
            param.r#enum = Some(match &numbers {
                Some(numbers) => numbers.iter().map(|number| toml::Value::Integer(*number)).collect(),
                None => values.iter().map(|value| toml::Value::String(value.wire.to_owned())).collect(),
            });
            if numbers.is_some() {
                "int".clone_into(&mut param.r#type);
            }
            param.case_insensitive = *case_insensitive;
            param.default = field.default.map(|text| toml::Value::String(text.to_owned()));
        }
        Shape::Object(_) => unreachable!("an object is no leaf"),
    }
    param
}

fn compare_param(own: &Param, theirs: &Param, found: &mut Vec<String>) {
    let name = &theirs.name;
    let mut say = |differs: bool, what: &str| {
        if differs {
            found.push(format!("param {name} {what}"));
        }
    };
    // What fits an int is no less a long.
    let fits = own.r#type == "int" && theirs.r#type == "long";
    say(own.r#type != theirs.r#type && !fits, "type");
    say(own.aliases != theirs.aliases, "aliases");
    say(own.required != theirs.required, "required");
    say(own.list != theirs.list, "list");
    say(own.default != theirs.default, "default");
    say(own.step != theirs.step, "step");
    say(own.pattern != theirs.pattern, "pattern");
    say(own.case_insensitive != theirs.case_insensitive, "case_insensitive");
    say(own.forbid_prefix != theirs.forbid_prefix, "forbid_prefix");
    say(own.forbid_substring != theirs.forbid_substring, "forbid_substring");
    say(own.first_char != theirs.first_char, "first_char");
    say(own.charset != theirs.charset, "charset");
    // Where the contract names no bound, one of ours is a limit with a name.
    let bounds = [
        (own.min, theirs.min, "min"),
        (own.max, theirs.max, "max"),
        (own.min_length, theirs.min_length, "min_length"),
        (own.max_length, theirs.max_length, "max_length"),
        (own.max_items, theirs.max_items, "max_items"),
    ];
    for (own, theirs, what) in bounds {
        say(theirs.is_some() && own != theirs, what);
    }
    let words = |list: &Option<Vec<toml::Value>>| {
        let word = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        list.iter().flatten().map(word).collect::<BTreeSet<_>>()
    };
    let (own, theirs) = (words(&own.r#enum), words(&theirs.r#enum));
    for word in own.difference(&theirs) {
        say(true, &format!("also takes {word}"));
    }
    for word in theirs.difference(&own) {
        say(true, &format!("does not take {word}"));
    }
}

fn compare_reply(entry: &Entry, action: &Action, found: &mut Vec<String>) {
    let mut ours = BTreeMap::new();
    paths(entry.reply, "", &mut ours);
    for theirs in action.response.iter().filter(|response| response.path != "RequestId") {
        // Of a list, the contract names the items' type.
        let items = theirs.r#type.strip_prefix("list of ").filter(|_| theirs.path.ends_with("[]"));
        match ours.remove(&theirs.path) {
            None => found.push(format!("response {} is missing", theirs.path)),
            Some(kind) if kind != items.unwrap_or(&theirs.r#type) => {
                found.push(format!("response {} type", theirs.path))
            }
            Some(_) => {}
        }
    }
    found.extend(ours.into_keys().map(|path| format!("response {path} is not in the contract")));
}

fn paths(fields: &[ReplyField], prefix: &str, out: &mut BTreeMap<String, &'static str>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        leaves(field.kind, path, out);
    }
}

fn leaves(kind: Kind, path: String, out: &mut BTreeMap<String, &'static str>) {
    let word = match kind {
        Kind::Object(fields) => return paths(fields, &format!("{path}."), out),
        Kind::List(inner) => return leaves(*inner, format!("{path}[]"), out),
        Kind::Text => "string",
        Kind::Int => "int",
        Kind::Long => "long",
        Kind::Float => "float",
        Kind::Bool => "bool",
    };
    out.insert(path, word);
}

fn compare_errors(entry: &Entry, action: &Action, found: &mut Vec<String>) {
    let facts = |code: &'static Code| (code.status, code.name, code.message);
    let gateway: BTreeSet<_> = connect::action::gateway_codes().iter().map(|code| facts(code)).collect();
    let mut ours: BTreeSet<_> = entry.errors().into_iter().map(facts).collect();
    let declared = ours.clone();
    for theirs in &action.error {
        // The gateway's message names the parameter where it occurs.
        if (theirs.http, theirs.code.as_str()) == (400, gateway::MISSING_PARAMETER.name) {
            continue;
        }
        // A message that the contract does not know may be any.
        let same = |own: &&(u16, &str, &str)| (own.0, own.1) == (theirs.http, theirs.code.as_str());
        let known = match declared.iter().find(same) {
            Some(own) if theirs.message.is_empty() => own.2,
            _ => theirs.message.as_str(),
        };
        let fact = (theirs.http, theirs.code.as_str(), known);
        ours.remove(&fact);
        if !declared.contains(&fact) && !gateway.contains(&fact) {
            found.push(format!(
                "error {} {} \"{}\" is not declared",
                theirs.http, theirs.code, theirs.message
            ));
        }
    }
    // Said once for all actions in the contract's common part.
    let takes_token = entry.about.replay != Replay::Never
        || entry.fields.iter().any(|field| matches!(field.name, "ClientToken" | "Token"));
    let common = |fact: &(u16, &str, &str)| {
        *fact == facts(&codes::INVALID_REGION_ID_NOT_FOUND)
            || (takes_token && *fact == facts(&codes::ILLEGAL_PARAM_CLIENT_TOKEN))
            || gateway.contains(fact)
    };
    for (status, name, message) in ours.into_iter().filter(|fact| !common(fact)) {
        found.push(format!("error {status} {name} \"{message}\" is not in the contract"));
    }
}
