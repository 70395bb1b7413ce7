//! The page of flags, variables and keys, from the command line's own description.

use crate::markdown::{Table, code, codes, prose, push};
use server::config::{self, Item};

/// The page.
pub(crate) fn page() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         A flag stands before its environment variable, the variable before the configuration file, the file before the\n\
         default. The file is TOML, is named by `--config`, and is read by `serve` and `init`; a key that is not listed\n\
         here is refused. A wrong flag, value or file ends the command with one sentence and the exit status 2 before\n\
         anything is touched.\n",
    );
    let items = config::reference();
    let mut commands: Vec<&str> = items.iter().map(|item| item.command.as_str()).collect();
    commands.dedup();
    for command in commands {
        push(&mut out, format_args!("\n## crossconnect {command}\n\n"));
        let mut table = Table::new(&["flag", "variable", "key in the file", "default", "what it is"]);
        for item in items.iter().filter(|item| item.command == command) {
            table.row(&row(item));
        }
        out.push_str(&table.text());
    }
    out
}

fn row(item: &Item) -> [String; 5] {
    let flag = match &item.value {
        Some(value) => format!("--{} {value}", item.flag),
        None => format!("--{}", item.flag),
    };
    let mut doc = format!("{}.", prose(&item.doc).trim_end_matches('.'));
    if !item.values.is_empty() {
        push(&mut doc, format_args!(" One of {}.", codes(item.values.iter().map(String::as_str))));
    }
    let optional = |text: &Option<String>| text.as_deref().map(code).unwrap_or_default();
    [code(&flag), code(&item.variable), optional(&item.key), optional(&item.default), doc]
}
