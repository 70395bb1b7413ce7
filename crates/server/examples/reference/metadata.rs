//! The actions for programs, as JSON: the same facts as the pages, without their prose being cut.

use crate::actions::{PARTS, Parameter, flat, kind_of, of, reply_paths};
use anyhow::Result;
use connect::action::{Entry, Kind, Replay};
use rpc::code::Code;
use rpc::text::TextRule;
use rpc::wire::{Field, Shape};
use serde_json::{Map, Value, json};

/// The document.
pub(crate) fn document() -> Result<String> {
    let versions: Map<String, Value> = PARTS
        .iter()
        .flat_map(|part| part.versions)
        .map(|version| ((*version).to_owned(), Value::Array(of(version).map(action).collect())))
        .collect();
    let gateway: Vec<Value> = connect::action::gateway_codes().iter().map(|of| error(of)).collect();
    let document = json!({ "product": "Vpc", "versions": versions, "gateway_errors": gateway });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn action(entry: &Entry) -> Value {
    let about = &entry.about;
    let token = match about.replay {
        Replay::Never => Value::Null,
        Replay::Create => json!("refuse_other_parameters"),
        Replay::Target => json!("other_parameters_are_a_new_call"),
    };
    let kind = match entry.kind {
        Kind::Read => "read",
        Kind::Write => "write",
    };
    let reply = std::iter::once(("RequestId".to_owned(), "string", "The request's id."))
        .chain(reply_paths(entry.reply))
        .map(|(path, kind, doc)| json!({ "path": path, "type": kind, "doc": doc }));
    json!({
        "name": about.name,
        "aliases": about.aliases,
        "also_in": about.also_in,
        "actor": about.actor.word(),
        "kind": kind,
        "permission": about.permission,
        "client_token": token,
        "doc": entry.doc,
        "parameters": flat(entry.fields).iter().map(parameter).collect::<Vec<_>>(),
        "reply": reply.collect::<Vec<_>>(),
        "errors": entry.errors().into_iter().map(error).collect::<Vec<_>>(),
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let field = parameter.field;
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(parameter.name));
    let mut add = |key: &str, value: Value, is_there: bool| {
        if is_there {
            out.insert(key.to_owned(), value);
        }
    };
    add("aliases", json!(parameter.aliases), !parameter.aliases.is_empty());
    add("type", json!(kind_of(field.shape)), true);
    add("required", json!(field.required), true);
    add("list", json!(true), !parameter.lists.is_empty());
    add("max_items", json!(parameter.lists), !parameter.lists.is_empty());
    add("default", json!(field.default), field.default.is_some());
    add("empty_clears", json!(true), field.editable);
    add("clamped", json!(true), field.clamp);
    for (key, value) in bounds(field) {
        add(key, value, true);
    }
    add("missing", json!(field.missing.map(error)), field.missing.is_some());
    add("invalid", json!(field.error.map(error)), field.error.is_some());
    add("too_many", json!(field.too_many.map(error)), field.too_many.is_some());
    add("doc", json!(field.doc), true);
    Value::Object(out)
}

fn bounds(field: &Field) -> Vec<(&'static str, Value)> {
    match field.shape {
        Shape::Int { min, max, step } => {
            vec![("min", json!(min)), ("max", json!(max)), ("step", json!(step))]
        }
        Shape::Choice { values, case_insensitive } => {
            let words: Vec<&str> = values.iter().map(|value| value.wire).collect();
            let meanings: Map<String, Value> =
                values.iter().map(|value| (value.wire.to_owned(), json!(value.doc))).collect();
            vec![
                ("enum", json!(words)),
                ("meanings", Value::Object(meanings)),
                ("case_insensitive", json!(case_insensitive)),
            ]
        }
        Shape::Text(rule) => text_bounds(rule),
        Shape::Bool | Shape::Object(_) => Vec::new(),
    }
}

fn text_bounds(rule: &TextRule) -> Vec<(&'static str, Value)> {
    let mut bounds = vec![("min_length", json!(rule.min)), ("max_length", json!(rule.max))];
    if let Some(pattern) = rule.pattern {
        bounds.push(("pattern", json!(pattern)));
    }
    if rule.first_letter {
        bounds.push(("first_char", json!("letter-or-cjk")));
    }
    if rule.ascii {
        bounds.push(("charset", json!("ascii")));
    }
    if !rule.forbid_prefix.is_empty() {
        bounds.push(("forbid_prefix", json!(rule.forbid_prefix)));
    }
    if !rule.forbid_substring.is_empty() {
        bounds.push(("forbid_substring", json!(rule.forbid_substring)));
    }
    bounds
}

fn error(of: &'static Code) -> Value {
    json!({ "code": of.name, "http": of.status, "message": of.message })
}
