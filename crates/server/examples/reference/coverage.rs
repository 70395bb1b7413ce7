//! What of the contract is answered: a page with every action, and the table of the README.

use crate::actions;
use crate::contract::Action;
use crate::markdown::{Table, code, codes, push};
use connect::action::{Entry, OPERATOR_VERSION, PUBLIC_VERSION};

/// The tiers of the contract and what they are.
const TIERS: [(i64, &str); 3] = [(1, "the core"), (2, "around the core"), (3, "known by their parameters")];

/// The page.
pub(crate) fn page(contract: &[Action]) -> String {
    let answered = contract.iter().filter(|action| answer(&action.name).is_some()).count();
    let mut out = format!(
        "# Coverage\n\n\
         The contract has {} actions of version {PUBLIC_VERSION}; {answered} are answered. Any other is refused with\n\
         [InvalidAction.NotFound](errors.md#InvalidAction.NotFound), as an unknown name is. The operator's API, version\n\
         {OPERATOR_VERSION}, is Crossconnect's own and in no contract: {} [actions](operator-actions.md).\n",
        contract.len(),
        actions::of(OPERATOR_VERSION).count(),
    );
    for (tier, title) in TIERS {
        push(&mut out, format_args!("\n## Tier {tier}: {title}\n\n"));
        let mut table = Table::new(&["action", "reads or writes", "answer"]);
        for action in contract.iter().filter(|action| action.tier == tier) {
            let answer = match answer(&action.name) {
                Some(entry) => actions::link(entry),
                None => code("InvalidAction.NotFound"),
            };
            table.row(&[code(&action.name), format!("{}s", action.kind), answer]);
        }
        out.push_str(&table.text());
    }
    out
}

/// The table of the README.
pub(crate) fn table(contract: &[Action]) -> String {
    let mut table = Table::new(&["part", "answered", "actions"]);
    for (tier, title) in TIERS {
        let of_tier: Vec<&Action> = contract.iter().filter(|action| action.tier == tier).collect();
        let names: Vec<&str> =
            of_tier.iter().map(|action| action.name.as_str()).filter(|name| answer(name).is_some()).collect();
        let count = format!("{} of {}", names.len(), of_tier.len());
        table.row(&[format!("contract, {title}"), count, codes(names)]);
    }
    let operator: Vec<&str> = actions::of(OPERATOR_VERSION).map(Entry::name).collect();
    let count = operator.len().to_string();
    table.row(&["operator's API".to_owned(), count, codes(operator)]);
    let link = "docs/reference/coverage.md";
    format!("{}\nAction by action, and what is not answered yet: [{link}]({link}).\n", table.text())
}

fn answer(name: &str) -> Option<&'static Entry> {
    connect::find(PUBLIC_VERSION, name)
}
