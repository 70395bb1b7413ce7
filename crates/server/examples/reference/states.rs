//! The page of life cycles: states, moves, diagram, and what each action does in each state, all from the machine.

use crate::actions;
use crate::errors;
use crate::markdown::{Table, code, in_words, number, prose, push};
use connect::bgp::states::{BGP_GROUP, BGP_NETWORK, BGP_PEER, BgpStatus};
use connect::circuit::states::{self, BusinessStatus, CIRCUIT, Status};
use connect::failover::states::{FAILOVER_JOB, JobStatus};
use connect::holds::{HOLDS, NEEDS};
use connect::hosted::states::{HOSTED, HostedStatus};
use connect::letter::states::{self as letters, LETTER, LetterStatus};
use connect::machine::{Machine, Move, State, To};
use connect::order::states::{ORDER, OrderStatus};
use connect::qos::states::{QOS, QosStatus};
use connect::route::states::{ROUTE, RouteStatus};
use connect::router_interface::states::{INTERFACE, InterfaceStatus};
use connect::vbr::states::{VBR, VbrStatus};
use connect::vbr_ha::states::{VBR_HA, VbrHaStatus};
use connect::vpc::states::{VPC, VpcStatus};
use rpc::wire::{Param, Shape};

/// The page.
pub(crate) fn page() -> String {
    let mut out = String::from(
        "# States\n\n\
         A status changes only by a move of these tables. The tables are the code: the step function, the operator's\n\
         work queue, the tests and this page read the same constant.\n\n\
         ## Circuit\n\n### States\n\n",
    );
    let mut table = Table::new(&["`Status`", "what it means", "waits for the operator", "leads to"]);
    for state in CIRCUIT.states {
        let waits = if states::waits_for_operator(*state) { "yes" } else { "" };
        let mut next: Vec<String> = CIRCUIT.moves_from(*state, None).filter_map(target).collect();
        next.dedup();
        table.row(&[
            code(state.as_str()),
            meaning::<Status>(state.as_str()),
            waits.to_owned(),
            next.join(", "),
        ]);
    }
    out.push_str(&table.text());
    out.push_str("\n`BusinessStatus` stands beside it and never moves it:\n\n");
    let mut table = Table::new(&["`BusinessStatus`", "what it means"]);
    for state in BusinessStatus::ALL {
        table.row(&[code(state.as_str()), meaning::<BusinessStatus>(state.as_str())]);
    }
    out.push_str(&table.text());
    push(&mut out, format_args!("\n### Diagram\n\n```mermaid\n{}```\n\n", CIRCUIT.mermaid()));
    out.push_str("Moves that keep the status are left out; they are in the next table.\n\n### Moves\n\n");
    out.push_str(&moves(&CIRCUIT));
    out.push_str(
        "\n### What each trigger does in each state\n\n\
         A name is the state that follows; *stays* is allowed and keeps the status; *gone* removes the circuit; a dot\n\
         is refused with the code in the last column, and changes nothing. A deadline is refused with nothing.\n\n",
    );
    out.push_str(&matrix(&CIRCUIT));
    out.push_str(&lists());
    out.push_str(&letter());
    out.push_str(&orders());
    out.push_str(&router());
    out.push_str(&networks());
    out
}

/// The letter of authorization: `LoaStatus` of its circuit.
fn letter() -> String {
    let mut out = String::from("\n## Letter of authorization\n\n### States of a letter\n\n");
    let mut table = Table::new(&["`LoaStatus`", "what it means", "waits for the operator", "leads to"]);
    for state in LETTER.states {
        let waits = if letters::WAITING.contains(state) { "yes" } else { "" };
        let mut next: Vec<String> = LETTER.moves_from(*state, None).filter_map(target).collect();
        next.dedup();
        let meaning = meaning::<LetterStatus>(state.as_str());
        table.row(&[code(state.as_str()), meaning, waits.to_owned(), next.join(", ")]);
    }
    out.push_str(&table.text());
    push(&mut out, format_args!("\n### Diagram of a letter\n\n```mermaid\n{}```\n\n", LETTER.mermaid()));
    out.push_str(
        "A circuit takes its letter along: a move of the circuit that stands here moves an open letter with it, and is\n\
         refused where the letter bars it. A letter that is Rejected or Deleted has no say.\n\n### Moves of a letter\n\n",
    );
    out.push_str(&moves(&LETTER));
    out.push_str("\n### What each trigger does with a letter\n\n");
    out.push_str(&matrix(&LETTER));
    out
}

/// The section of orders.
fn orders() -> String {
    let mut out = String::from("\n## Order\n\n### States of an order\n\n");
    let mut table = Table::new(&["`Status`", "what it means", "waits for the operator", "leads to"]);
    for state in ORDER.states {
        let waits = if ORDER.waits_for_operator(*state) { "yes" } else { "" };
        let mut next: Vec<String> = ORDER.moves_from(*state, None).filter_map(target).collect();
        next.dedup();
        table.row(&[
            code(state.as_str()),
            meaning::<OrderStatus>(state.as_str()),
            waits.to_owned(),
            next.join(", "),
        ]);
    }
    out.push_str(&table.text());
    push(
        &mut out,
        format_args!(
            "\n### Diagram of an order\n\n```mermaid\n{}```\n\n### Moves of an order\n\n",
            ORDER.mermaid()
        ),
    );
    out.push_str(&moves(&ORDER));
    out.push_str("\n### What each trigger does with an order\n\n");
    out.push_str(&matrix(&ORDER));
    out
}

/// The section of border routers, with what a circuit needs and what it is kept by.
fn router() -> String {
    let mut out = String::from("\n## Virtual border router\n\n### States of a router\n\n");
    let mut table = Table::new(&["`Status`", "what it means", "leads to"]);
    for state in VBR.states {
        let mut next: Vec<String> = VBR.moves_from(*state, None).filter_map(target).collect();
        next.dedup();
        table.row(&[code(state.as_str()), meaning::<VbrStatus>(state.as_str()), next.join(", ")]);
    }
    out.push_str(&table.text());
    push(
        &mut out,
        format_args!(
            "\n### Diagram of a router\n\n```mermaid\n{}```\n\n\
             One that is made for its own circuit's owner begins `active`.\n\n### Moves of a router\n\n",
            VBR.mermaid()
        ),
    );
    out.push_str(&moves(&VBR));
    out.push_str("\n### What each trigger does with a router\n\n");
    out.push_str(&matrix(&VBR));
    out.push_str(&holds());
    out
}

/// The sections of what hangs on routers and on circuits.
fn networks() -> String {
    let mut out = String::new();
    life::<VpcStatus, _>(&mut out, "VPC", "VPC", &VPC);
    life::<InterfaceStatus, _>(&mut out, "Router interface", "router interface", &INTERFACE);
    life::<RouteStatus, _>(&mut out, "Route", "route", &ROUTE);
    life::<BgpStatus, _>(&mut out, "BGP group", "BGP group", &BGP_GROUP);
    life::<BgpStatus, _>(&mut out, "BGP peer", "BGP peer", &BGP_PEER);
    life::<BgpStatus, _>(&mut out, "BGP network", "BGP network", &BGP_NETWORK);
    life::<VbrHaStatus, _>(&mut out, "Failover pair", "failover pair", &VBR_HA);
    life::<JobStatus, _>(&mut out, "Failover test", "failover test", &FAILOVER_JOB);
    life::<HostedStatus, _>(&mut out, "Hosted connection", "hosted connection", &HOSTED);
    life::<QosStatus, _>(&mut out, "Traffic policy", "traffic policy", &QOS);
    out
}

/// The section of one machine: its states, its diagram, its moves and what each trigger does.
fn life<P: Param, S: State>(out: &mut String, title: &str, name: &str, machine: &Machine<S>) {
    push(out, format_args!("\n## {title}\n\n### States of a {name}\n\n"));
    let mut table = Table::new(&["`Status`", "what it means", "leads to"]);
    for state in machine.states {
        let mut next: Vec<String> = machine.moves_from(*state, None).filter_map(target).collect();
        next.dedup();
        table.row(&[code(state.as_str()), meaning::<P>(state.as_str()), next.join(", ")]);
    }
    out.push_str(&table.text());
    push(
        out,
        format_args!(
            "\n### Diagram of a {name}\n\n```mermaid\n{}```\n\n### Moves of a {name}\n\n",
            machine.mermaid()
        ),
    );
    out.push_str(&moves(machine));
    push(out, format_args!("\n### What each trigger does with a {name}\n\n"));
    out.push_str(&matrix(machine));
}

/// What hangs on what, and what an action needs of its circuit.
fn holds() -> String {
    let mut table = Table::new(&["while this is left", "on a", "this is refused", "with"]);
    for hold in HOLDS {
        for (action, refusal) in hold.refuses {
            table.row(&[hold.what.to_owned(), hold.on.to_owned(), trigger(action), errors::link(refusal)]);
        }
    }
    let mut out = format!("\n### What hangs on what\n\n{}", table.text());
    let mut table = Table::new(&["action", "needs the circuit to be", "otherwise", "while it is locked"]);
    for need in NEEDS {
        let statuses: Vec<_> = need.statuses.iter().map(|status| code(status.as_str())).collect();
        table.row(&[
            trigger(need.action),
            statuses.join(", "),
            errors::link(need.otherwise),
            errors::link(need.locked),
        ]);
    }
    push(&mut out, format_args!("\n### What a circuit must be\n\n{}", table.text()));
    out
}

/// The doc comment of a word.
fn meaning<P: Param>(word: &str) -> String {
    let Shape::Choice { values, .. } = P::SHAPE else { return String::new() };
    values.iter().find(|value| value.wire == word).map(|value| prose(value.doc)).unwrap_or_default()
}

/// Where a move leads, if it leads away.
fn target<S: State>(row: &Move<S>) -> Option<String> {
    match row.to {
        To::State(state) => Some(code(state.as_str())),
        To::Gone => Some("gone".to_owned()),
        To::Stays => None,
    }
}

fn moves<S: State>(machine: &Machine<S>) -> String {
    let mut table = Table::new(&["trigger", "by", "from", "to"]);
    for row in machine.moves {
        let from = row.from.iter().map(|state| code(state.as_str())).collect::<Vec<_>>().join(", ");
        let mut to = target(row).unwrap_or_else(|| "stays".to_owned());
        if row.after_ms > 0 {
            let after = i128::from(row.after_ms);
            let words = in_words("MS", after);
            let words = if words.is_empty() { format!("{} ms", number(after)) } else { words };
            push(&mut to, format_args!(" after {words}"));
        }
        table.row(&[trigger(row.trigger), row.actor.word().to_owned(), from, to]);
    }
    table.text()
}

fn matrix<S: State>(machine: &Machine<S>) -> String {
    let states: Vec<&str> = machine.states.iter().map(S::as_str).collect();
    let head: Vec<&str> = std::iter::once("trigger").chain(states).chain(["refused with"]).collect();
    let mut table = Table::new(&head);
    let mut triggers: Vec<&str> = Vec::new();
    for row in machine.moves {
        if !triggers.contains(&row.trigger) {
            triggers.push(row.trigger);
        }
    }
    for name in triggers {
        let mut cells = vec![trigger(name)];
        for state in machine.states {
            cells.push(match machine.find(*state, name) {
                Some(row) => match row.to {
                    To::State(to) => to.as_str().to_owned(),
                    To::Stays => "*stays*".to_owned(),
                    To::Gone => "*gone*".to_owned(),
                },
                None => "·".to_owned(),
            });
        }
        cells.push(machine.refusal(name).map(errors::link).unwrap_or_default());
        table.row(&cells);
    }
    table.text()
}

/// A trigger, with a link where it is an action.
fn trigger(name: &str) -> String {
    let entry = connect::ACTIONS.iter().find(|entry| entry.name() == name);
    entry.map_or_else(|| code(name), actions::link)
}

fn lists() -> String {
    let mut table = Table::new(&["what is asked", "states"]);
    for (asked, states) in [
        ("Counts against the quota of circuits that are not enabled", states::NOT_ENABLED),
        ("Counts against the quota of an access point", states::AT_ACCESS_POINT),
        ("`PortType` and the backup circuit may change", states::SPECIFICATION_OPEN),
        ("May be named as another circuit's backup", states::BACKUP),
    ] {
        let states = states.iter().map(|state| code(state.as_str())).collect::<Vec<_>>().join(", ");
        table.row(&[asked.to_owned(), states]);
    }
    format!("\n### What else depends on the state\n\n{}", table.text())
}
