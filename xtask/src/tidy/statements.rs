//! Which SQL may stand outside the store: the part of the language that both engines take and mean alike. A statement
//! for one engine alone belongs into the store, behind its interface.

use super::{Page, Source, line_of, word_at};

/// What makes a literal a statement or a part of one.
const KEYWORDS: &[&str] = &[
    "select",
    "insert into",
    "update",
    "delete from",
    "where",
    "order by",
    "group by",
    "join",
    "from",
    "and",
    "limit",
];

/// What may not stand in a statement, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("json_", "functions of one engine"),
    ("jsonb", "a type of one engine"),
    ("now()", "time is an argument"),
    ("current_timestamp", "time is an argument"),
    ("current_date", "time is an argument"),
    ("strftime", "time is an argument"),
    ("datetime", "time is an argument"),
    ("unixepoch", "time is an argument"),
    ("random()", "randomness is an argument"),
    ("nextval", "identifiers are arguments"),
    ("bigserial", "identifiers are arguments"),
    ("autoincrement", "identifiers are arguments"),
    ("rowid", "of one engine"),
    ("ctid", "of one engine"),
    ("::", "a cast of one engine"),
    ("ilike", "of one engine"),
    ("like", "the engines disagree on case"),
    ("glob", "of one engine"),
    ("regexp", "of one engine"),
    ("pragma", "of one engine"),
    ("sqlite_master", "of one engine"),
    ("pg_catalog", "of one engine"),
    ("ifnull", "coalesce is what both have"),
    ("group_concat", "of one engine"),
    ("string_agg", "of one engine"),
    ("insert or", "on conflict is what both have"),
    ("replace into", "on conflict is what both have"),
    ("for update", "the tenant's row is the lock"),
    ("distinct on", "of one engine"),
    ("without rowid", "the store sees to it"),
];

/// Names of engines, which only the store and what chooses one may know.
const ENGINES: &[&str] = &["Sqlite", "Postgres", "sqlite", "postgres", "store::Engine", "rusqlite"];

/// Checks the statements and the code of one Rust file.
pub(super) fn check(source: &Source<'_>, found: &mut Vec<String>) {
    let Some(name) = source.page.crate_name().filter(|name| *name != "store") else { return };
    let (path, text) = (&source.page.path, &source.page.text);
    for (at, literal) in &source.masked.literals {
        if let Some(wrong) = offence(literal) {
            found.push(format!("{path}:{}: {wrong}", line_of(text, *at)));
        }
    }
    if name != "server" {
        for engine in ENGINES {
            if let Some(at) = word_at(&source.masked.code, engine) {
                found.push(format!("{path}:{}: {engine}: only the store knows an engine", line_of(text, at)));
            }
        }
    }
}

/// Checks a migration: both engines run the same.
pub(super) fn check_migration(page: &Page, found: &mut Vec<String>) {
    for (number, line) in page.text.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default().to_lowercase();
        let counted =
            code.split_whitespace().nth(1).is_some_and(|kind| kind.trim_end_matches(',') == "serial");
        let wrong = forbidden(&code).map(|(word, why)| format!("`{word}` in a statement: {why}"));
        let wrong =
            wrong.or_else(|| counted.then(|| "the type `serial`: identifiers are arguments".to_owned()));
        if let Some(wrong) = wrong {
            found.push(format!("{}:{}: {wrong}", page.path, number + 1));
        }
    }
}

/// What is wrong with a literal, if it is a statement and anything is.
fn offence(literal: &str) -> Option<String> {
    // Statements are written in small letters; prose begins with a capital or has no two keywords.
    let keywords = KEYWORDS.iter().filter(|keyword| word_at(literal, keyword).is_some()).count();
    let opens = ["select ", "insert ", "update ", "delete ", " and ", " where ", " order by "];
    if keywords == 0 || !(keywords > 1 || opens.iter().any(|open| literal.starts_with(open))) {
        return None;
    }
    forbidden(literal).map(|(word, why)| format!("`{word}` in a statement outside the store: {why}"))
}

fn forbidden(statement: &str) -> Option<&'static (&'static str, &'static str)> {
    FORBIDDEN.iter().find(|(word, _)| {
        let prefix = word.ends_with('_') && statement.contains(word);
        prefix || word_at(statement, word).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_keeps_to_what_both_engines_have() {
        assert!(offence("select id from circuit where account = $1").is_none());
        assert!(offence("select json_extract(a, '$.b') from circuit").is_some());
        assert!(offence("select id::text from circuit").is_some());
        assert!(offence("update circuit set at = now() where id = $1").is_some());
        assert!(offence(" and name like $2").is_some());
        assert!(offence("rpc::Code is like no other").is_none());
    }

    #[test]
    fn a_migration_counts_nothing_by_itself() {
        let wrong = |text: &str| {
            let mut found = Vec::new();
            check_migration(&Page { path: String::new(), text: text.to_owned() }, &mut found);
            found.len()
        };
        assert_eq!(wrong("    serial bigint not null, -- serial like a number"), 0);
        assert_eq!(wrong("    id serial, "), 1);
        assert_eq!(wrong("create table a (b integer primary key autoincrement)"), 1);
    }
}
