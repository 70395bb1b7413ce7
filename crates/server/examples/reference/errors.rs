//! The page of error codes. The answer of a request that failed points here: every code has an anchor of its own name.

use crate::actions;
use crate::markdown::{Table, code, prose, push};
use connect::ACTIONS;
use connect::action::Entry;
use rpc::code::Code;
use std::collections::BTreeMap;

/// A link to a code from another page.
pub(crate) fn link(of: &'static Code) -> String {
    format!("[{0}](errors.md#{0}) {1}", of.name, of.status)
}

/// The page.
pub(crate) fn page() -> String {
    let mut out = String::from(
        "# Errors\n\n\
         An error is answered with its HTTP status and an object of strings: `RequestId`, `HostId`, `Code`, `Message`,\n\
         `Recommend`. `Recommend` is the address of the code's entry here. A `%s` in a message stands for a text of\n\
         the occurrence. Where one code has several lines, actions differ in its status or its message, as the\n\
         contract has it.\n\n\
         A refused action changes nothing.\n",
    );
    let product = product();
    let gateway = named(rpc::gateway::ALL);
    let connection = named(server::codes::ALL);
    out.push_str("\n## The actions' codes\n\nAnswered by the actions that are listed with them.\n");
    for (name, codes) in &product {
        entry(&mut out, name, codes, &[&gateway, &connection]);
    }
    out.push_str("\n## The gateway's codes\n\nAnswered before an action runs, by any of them.\n");
    for (name, codes) in &gateway {
        if !product.contains_key(name) {
            entry(&mut out, name, codes, &[&connection]);
        }
    }
    out.push_str("\n## The connection's codes\n\nAnswered where there is no request that could be judged.\n");
    for (name, codes) in &connection {
        if !product.contains_key(name) && !gateway.contains_key(name) {
            entry(&mut out, name, codes, &[]);
        }
    }
    out
}

/// Codes by their name. One name may have several.
type Named = BTreeMap<&'static str, Vec<&'static Code>>;

fn named(codes: &[&'static Code]) -> Named {
    let mut found = Named::new();
    for code in codes {
        found.entry(code.name).or_default().push(code);
    }
    found
}

/// The codes of the product, and those of the gateway that an action declares as its own.
fn product() -> Named {
    let declared = ACTIONS.iter().flat_map(Entry::errors);
    let mut all: Vec<&'static Code> = connect::codes::ALL.to_vec();
    for code in declared {
        if !all.iter().any(|known| std::ptr::eq(*known, code)) {
            all.push(code);
        }
    }
    named(&all)
}

/// One code's entry. `elsewhere` are the lists that may have the same name, too.
fn entry(out: &mut String, name: &'static str, codes: &[&'static Code], elsewhere: &[&Named]) {
    push(out, format_args!("\n### <a id=\"{name}\"></a>{name}\n\n"));
    let mut table = Table::new(&["status", "message", "answered by"]);
    for of in codes {
        table.row(&[of.status.to_string(), message(of), answered_by(of)]);
    }
    for of in elsewhere.iter().filter_map(|named| named.get(name)).flatten() {
        if !codes.iter().any(|listed| std::ptr::eq(*listed, *of)) {
            table.row(&[of.status.to_string(), message(of), answered_by(of)]);
        }
    }
    out.push_str(&table.text());
}

fn message(of: &Code) -> String {
    if of.message == "%s" { "a sentence about the occurrence".to_owned() } else { prose(of.message) }
}

fn answered_by(of: &'static Code) -> String {
    let same = |listed: &&'static Code| std::ptr::eq(*listed, of);
    let mut by = Vec::new();
    if rpc::gateway::ALL.iter().any(same) {
        by.push("the gateway".to_owned());
    }
    if server::codes::ALL.iter().any(same) {
        by.push("the connection".to_owned());
    }
    by.extend(ACTIONS.iter().filter(|entry| entry.errors().iter().any(same)).map(actions::link));
    if by.is_empty() {
        format!("no action by itself; {} is kept for the contract", code(of.name))
    } else {
        by.join(", ")
    }
}
