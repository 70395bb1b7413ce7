//! The pages of the actions: an index, and one page each for the tenant and the operator.

use crate::errors;
use crate::markdown::{Table, code, codes, number, prose, push};
use connect::ACTIONS;
use connect::action::{Entry, Kind, OPERATOR_VERSION, PUBLIC_VERSION, Replay};
use connect::billing::BSS_VERSION;
use connect::group::list::GROUPS_VERSION;
use connect::side::endpoints::ENDPOINTS_VERSION;
use connect::side::identity::IDENTITY_VERSION;
use rpc::reply::{Kind as ReplyKind, ReplyField};
use rpc::text::TextRule;
use rpc::wire::{Field, Shape};

/// A page of actions: those of one version, or of several products of which only little is answered.
pub(crate) struct Part {
    /// The versions that requests carry.
    pub(crate) versions: &'static [&'static str],
    title: &'static str,
    file: &'static str,
    lead: &'static str,
}

/// What a customer asks.
pub(crate) const TENANT: Part = Part {
    versions: &[PUBLIC_VERSION],
    title: "The tenant's actions",
    file: "tenant-actions.md",
    lead: "What a customer asks of the provider. A tenant sees and touches what belongs to the account of the access\n\
           key; the id of another account's resource is answered as an unknown one.",
};

/// What the provider does.
pub(crate) const OPERATOR: Part = Part {
    versions: &[OPERATOR_VERSION],
    title: "The operator's actions",
    file: "operator-actions.md",
    lead: "What the provider does: it answers applications, keeps the inventory and, in a sandbox, sets the clock and\n\
           the autopilot. Same endpoint, same signatures; the access key must be the operator's.",
};

/// What a customer asks of the billing product.
pub(crate) const BILLING: Part = Part {
    versions: &[BSS_VERSION],
    title: "The billing actions",
    file: "billing-actions.md",
    lead: "What a customer asks about money in the words of the product BssOpenApi. Same endpoint, same signatures; the\n\
           caller sees its own account alone. An answer has `Code` Success, and what was asked for below `Data`.",
};

/// What a client asks of further products on its way.
pub(crate) const SIDE: Part = Part {
    versions: &[IDENTITY_VERSION, ENDPOINTS_VERSION, GROUPS_VERSION],
    title: "Actions of other products",
    file: "side-actions.md",
    lead: "What clients ask of Sts, Location and ResourceManager before or beside their calls of this product: who they\n\
           are, where a product is reached, which resource groups there are. Same endpoint, same signatures.",
};

/// The parts in the order of the index.
pub(crate) const PARTS: [&Part; 4] = [&TENANT, &OPERATOR, &BILLING, &SIDE];

impl Part {
    /// Its actions, in the order of the table of contents.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'static Entry> {
        ACTIONS.iter().filter(|entry| self.versions.contains(&entry.about.version))
    }

    /// `version a`, or `versions a, b`.
    fn said_versions(&self) -> String {
        let plural = if self.versions.len() > 1 { "s" } else { "" };
        format!("version{plural} {}", self.versions.join(", "))
    }
}

/// The actions of a version, in the order of the table of contents.
pub(crate) fn of(version: &str) -> impl Iterator<Item = &'static Entry> {
    ACTIONS.iter().filter(move |entry| entry.about.version == version)
}

/// A link to an action from another page.
pub(crate) fn link(entry: &Entry) -> String {
    let part = PARTS.into_iter().find(|part| part.versions.contains(&entry.about.version)).unwrap_or(&TENANT);
    format!("[{0}]({1}#{2})", entry.name(), part.file, entry.name().to_lowercase())
}

/// The index.
pub(crate) fn index() -> String {
    let mut out = String::from("# Actions\n\n");
    for part in PARTS {
        push(&mut out, format_args!("## {}, {}\n\n{}\n\n", part.title, part.said_versions(), part.lead));
        let mut table = Table::new(&["action", "does", "reads or writes"]);
        for entry in part.actions() {
            table.row(&[link(entry), prose(first_sentence(entry.doc)), kind(entry).to_owned()]);
        }
        out.push_str(&table.text());
        out.push('\n');
    }
    out.push_str(
        "The names are case-sensitive. Every action may also answer the gateway's codes in\n\
         [errors](errors.md#the-gateways-codes). For programs: [metadata.json](metadata.json).\n",
    );
    out
}

/// The page of one part.
pub(crate) fn page(part: &Part) -> String {
    let versions: Vec<String> = part.versions.iter().map(|version| code(version)).collect();
    let plural = if versions.len() > 1 { "s" } else { "" };
    let mut out =
        format!("# {}\n\nVersion{plural} {}.\n\n{}\n\n", part.title, versions.join(", "), part.lead);
    out.push_str(
        "Every reply also has `RequestId`. Beside the errors listed, every action may answer the\n\
         [gateway's codes](errors.md#the-gateways-codes). A parameter that is present and empty counts as absent unless\n\
         its rule says otherwise. `Name.N` counts from 1.\n",
    );
    for entry in part.actions() {
        section(&mut out, entry);
    }
    out
}

fn section(out: &mut String, entry: &Entry) {
    push(out, format_args!("\n## {}\n\n{}\n\n", entry.name(), prose(entry.doc)));
    let mut facts = vec![format!("{} · permission {}", capital(kind(entry)), code(entry.about.permission))];
    if SIDE.versions.contains(&entry.about.version) {
        facts.push(format!("version {}", code(entry.about.version)));
    }
    if !entry.about.also_in.is_empty() {
        facts.push(format!("also in version {}", codes(entry.about.also_in.iter().copied())));
    }
    if !entry.about.aliases.is_empty() {
        facts.push(format!("also named {}", codes(entry.about.aliases.iter().copied())));
    }
    if let Some(token) = token(entry.about.replay) {
        facts.push(token.to_owned());
    }
    push(out, format_args!("{}.\n", facts.join(" · ")));
    parameters(out, entry);
    reply(out, entry);
    let errors: Vec<String> = entry.errors().into_iter().map(errors::link).collect();
    if !errors.is_empty() {
        push(out, format_args!("\nErrors: {}.\n", errors.join(", ")));
    }
}

fn parameters(out: &mut String, entry: &Entry) {
    if entry.fields.is_empty() {
        out.push_str("\nNo parameters.\n");
        return;
    }
    let mut table = Table::new(&["parameter", "type", "required", "rule", "what it is"]);
    for parameter in flat(entry.fields) {
        let field = parameter.field;
        let mut name = code(&parameter.name);
        for alias in &parameter.aliases {
            push(&mut name, format_args!(" or {}", code(alias)));
        }
        let required = if field.required { "yes" } else { "" };
        table.row(&[
            name,
            kind_of(field.shape).to_owned(),
            required.to_owned(),
            rule(field),
            prose(field.doc),
        ]);
    }
    push(out, format_args!("\n{}", table.text()));
}

fn reply(out: &mut String, entry: &Entry) {
    let paths = reply_paths(entry.reply);
    if paths.is_empty() {
        out.push_str("\nThe reply has nothing but `RequestId`.\n");
        return;
    }
    let mut table = Table::new(&["reply", "type", "what it is"]);
    for (path, kind, doc) in paths {
        table.row(&[code(&path), kind.to_owned(), prose(doc)]);
    }
    push(out, format_args!("\n{}", table.text()));
}

/// One parameter with its whole name.
pub(crate) struct Parameter {
    /// `Tag.N.Key`.
    pub(crate) name: String,
    /// The same with other spellings.
    pub(crate) aliases: Vec<String>,
    /// How it is declared.
    pub(crate) field: &'static Field,
    /// How many items the lists around it may have, from the outside in; its own last.
    pub(crate) lists: Vec<u32>,
}

/// The parameters of an action by their whole names: objects are replaced by what is in them.
pub(crate) fn flat(fields: &'static [Field]) -> Vec<Parameter> {
    let mut found = Vec::new();
    below(&[String::new()], &[], fields, &mut found);
    found
}

fn below(above: &[String], lists: &[u32], fields: &'static [Field], found: &mut Vec<Parameter>) {
    for field in fields {
        let own = std::iter::once(&field.name).chain(field.aliases);
        let ending = if field.list.is_some() { ".N" } else { "" };
        let mut names = Vec::new();
        for prefix in above {
            names.extend(own.clone().map(|name| format!("{prefix}{name}{ending}")));
        }
        let lists: Vec<u32> = lists.iter().copied().chain(field.list).collect();
        if let Shape::Object(inner) = field.shape {
            let prefixes: Vec<String> = names.into_iter().map(|name| format!("{name}.")).collect();
            below(&prefixes, &lists, inner, found);
        } else {
            let name = names.remove(0);
            found.push(Parameter { name, aliases: names, field, lists });
        }
    }
}

/// The members of a reply by their whole paths; `[]` marks a list.
pub(crate) fn reply_paths(fields: &'static [ReplyField]) -> Vec<(String, &'static str, &'static str)> {
    let mut found = Vec::new();
    for field in fields {
        reply_below(field.name.to_owned(), field.kind, field.doc, &mut found);
    }
    found
}

fn reply_below(
    path: String,
    kind: ReplyKind,
    doc: &'static str,
    found: &mut Vec<(String, &'static str, &'static str)>,
) {
    match kind {
        ReplyKind::Object(fields) => {
            for field in fields {
                reply_below(format!("{path}.{}", field.name), field.kind, field.doc, found);
            }
        }
        ReplyKind::List(inner) => reply_below(format!("{path}[]"), *inner, doc, found),
        ReplyKind::Text => found.push((path, "string", doc)),
        ReplyKind::Int => found.push((path, "int", doc)),
        ReplyKind::Long => found.push((path, "long", doc)),
        ReplyKind::Float => found.push((path, "float", doc)),
        ReplyKind::Bool => found.push((path, "bool", doc)),
    }
}

/// The type of a parameter's value, in the contract's words.
pub(crate) fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) | Shape::Choice { .. } => "string",
        Shape::Int { min, max, .. } if i32::try_from(*min).is_err() || i32::try_from(*max).is_err() => "long",
        Shape::Int { .. } => "int",
        Shape::Bool => "bool",
        Shape::Object(_) => "object",
    }
}

fn rule(field: &Field) -> String {
    let mut parts = Vec::new();
    if let Some(max) = field.list {
        parts.push(format!("at most {max} items"));
    }
    match field.shape {
        Shape::Text(rule) => text_rule(rule, &mut parts),
        Shape::Int { min, max, step } => {
            let step = if *step == 1 { String::new() } else { format!(" in steps of {step}") };
            parts.push(format!("{} to {}{step}", number(i128::from(*min)), number(i128::from(*max))));
        }
        Shape::Choice { values, case_insensitive } => {
            parts.push(codes(values.iter().map(|value| value.wire)));
            if *case_insensitive {
                parts.push("in any case".to_owned());
            }
        }
        Shape::Bool | Shape::Object(_) => {}
    }
    if field.clamp {
        parts.push("a value beyond is moved to the nearest bound".to_owned());
    }
    if field.editable {
        parts.push("empty clears what is stored".to_owned());
    }
    if let Some(default) = field.default {
        parts.push(format!("{} unless given", code(default)));
    }
    parts.join("; ")
}

fn text_rule(rule: &TextRule, parts: &mut Vec<String>) {
    if (rule.min, rule.max) != (TextRule::PLAIN.min, TextRule::PLAIN.max) {
        let least = if rule.min == 0 { "at most".to_owned() } else { format!("{} to", rule.min) };
        parts.push(format!("{least} {} characters", rule.max));
    }
    if rule.ascii {
        parts.push("printable ASCII".to_owned());
    }
    if rule.first_letter {
        parts.push("first a Latin or Han letter".to_owned());
    }
    if !rule.forbid_prefix.is_empty() {
        parts.push(format!("not beginning with {}", codes(rule.forbid_prefix.iter().copied())));
    }
    if !rule.forbid_substring.is_empty() {
        parts.push(format!("without {}", codes(rule.forbid_substring.iter().copied())));
    }
    if let Some(pattern) = rule.pattern {
        parts.push(format!("of the form {}", code(pattern)));
    }
}

fn kind(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Read => "reads",
        Kind::Write => "writes",
    }
}

fn token(replay: Replay) -> Option<&'static str> {
    match replay {
        Replay::Never => None,
        Replay::Create => Some("a token repeated with other parameters is refused"),
        Replay::Target => Some("a token repeated with other parameters is a new call"),
    }
}

fn first_sentence(doc: &str) -> &str {
    doc.split_once(". ").map_or(doc.trim_end_matches('.'), |(first, _)| first)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
