//! The one place where SQL text differs by engine: the definition of tables.
//!
//! A migration is written once, in the subset. What each engine needs besides is added here: SQLite keeps a table in
//! the order of its primary key only when told `without rowid`, and minds types only when told `strict`; PostgreSQL
//! orders text by bytes only in a column with `collate "C"`. It must never touch anything but `create table` and
//! `alter table … add`. The translated text is what migrations' checksums are made of, so that a change here is
//! noticed as the change of schema that it is.

use crate::target::Engine;

/// Words that open a constraint of a table where a column's name would stand.
const TABLE_CONSTRAINTS: [&str; 5] = ["primary", "unique", "check", "foreign", "constraint"];

struct Token<'a> {
    text: &'a str,
    start: usize,
    /// How many parentheses are open around it; a parenthesis counts as outside of itself.
    depth: usize,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

struct Edit {
    start: usize,
    end: usize,
    text: &'static str,
}

/// The migration `sql` in the form that `engine` needs, or a sentence that says which rule of the subset it breaks.
pub(crate) fn translate(sql: &str, engine: Engine) -> Result<String, String> {
    let tokens = tokens(sql)?;
    let mut edits = Vec::new();
    for statement in tokens.split(|token| token.text == ";" && token.depth == 0) {
        edit(statement, engine, &mut edits)?;
    }
    let mut done = 0;
    let mut text = String::with_capacity(sql.len() + edits.len() * 16);
    for edit in edits {
        text.push_str(&sql[done..edit.start]);
        text.push_str(edit.text);
        done = edit.end;
    }
    text.push_str(&sql[done..]);
    Ok(text)
}

fn edit(statement: &[Token<'_>], engine: Engine, edits: &mut Vec<Edit>) -> Result<(), String> {
    match statement {
        [first, second, rest @ ..] if first.is("create") && second.is("table") => table(rest, engine, edits),
        [first, second, rest @ ..] if first.is("alter") && second.is("table") => {
            let Some(add) = rest.iter().position(|token| token.is("add")) else { return Ok(()) };
            let rest = &rest[add + 1..];
            let rest = if rest.first().is_some_and(|token| token.is("column")) { &rest[1..] } else { rest };
            column(rest, engine, edits)
        }
        _ => Ok(()),
    }
}

fn table(rest: &[Token<'_>], engine: Engine, edits: &mut Vec<Edit>) -> Result<(), String> {
    let Some(open) = rest.iter().position(|token| token.text == "(") else {
        return Err("a table is created without a list of columns".to_owned());
    };
    let name = open.checked_sub(1).map_or("", |at| rest[at].text);
    let body = &rest[open + 1..];
    let Some(close) = body.iter().position(|token| token.text == ")" && token.depth == 0) else {
        return Err(format!("the list of columns of table {name} has no end"));
    };
    if close + 1 != body.len() {
        return Err(format!(
            "something follows the columns of table {name}; each engine has its own words there"
        ));
    }
    if !body.windows(2).any(|pair| pair[0].is("primary") && pair[1].is("key")) {
        return Err(format!("table {name} has no primary key"));
    }
    for item in body[..close].split(|token| token.text == "," && token.depth == 1) {
        column(item, engine, edits)?;
    }
    if engine == Engine::Sqlite {
        let end = body[close].end();
        edits.push(Edit { start: end, end, text: " strict, without rowid" });
    }
    Ok(())
}

fn column(item: &[Token<'_>], engine: Engine, edits: &mut Vec<Edit>) -> Result<(), String> {
    let [name, kind, rest @ ..] = item else {
        return Err("a column needs a name and a type".to_owned());
    };
    if TABLE_CONSTRAINTS.iter().any(|word| name.is(word)) {
        return Ok(());
    }
    let replace = |text| Edit { start: kind.start, end: kind.end(), text };
    let collated = rest.iter().any(|token| token.is("collate"));
    match (engine, kind.text.to_ascii_lowercase().as_str()) {
        (_, "text") if collated => return Err(format!("column {} chooses a collation", name.text)),
        (Engine::Postgres, "text") => edits.push(replace("text collate \"C\"")),
        (Engine::Sqlite, "bigint") => edits.push(replace("integer")),
        (Engine::Sqlite, "bytea") => edits.push(replace("blob")),
        (_, "text" | "bigint" | "bytea") => {}
        (_, other) => return Err(format!("column {} is {other}, not text, bigint or bytea", name.text)),
    }
    Ok(())
}

/// Cuts `sql` into words, quoted things and single signs, without blanks and comments.
fn tokens(sql: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let len = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").ok_or("a comment has no end")? + 2
        } else {
            let len = token(rest, first)?;
            if first == ')' {
                depth = depth.checked_sub(1).ok_or("a parenthesis is closed that was not opened")?;
            }
            tokens.push(Token { text: &rest[..len], start, depth });
            depth += usize::from(first == '(');
            len
        };
        start += len;
    }
    Ok(tokens)
}

/// The length of the token which `rest` begins with, bytes.
fn token(rest: &str, first: char) -> Result<usize, String> {
    if first == '\'' || first == '"' {
        // A doubled quote reads as the end of one quoted piece and the start of the next, which serves here.
        return rest[1..].find(first).map(|at| at + 2).ok_or_else(|| "a quote has no end".to_owned());
    }
    let word = |c: char| c.is_alphanumeric() || c == '_';
    if word(first) {
        return Ok(rest.find(|c| !word(c)).unwrap_or(rest.len()));
    }
    Ok(first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "-- A table; with (odd) \"marks\n\
        create table t (\n  id text not null, -- text\n  text text, n bigint default (1), b bytea,\n\
        \x20 check (n in (1, 2)),\n  primary key (id, n)\n);\n\
        create index t_n on t (n) where text = 'it''s; text';\n\
        alter table t add column more text;\nalter table t add m bigint";

    #[test]
    fn sqlite_is_told_to_cluster_and_to_mind_types() {
        let expected = "-- A table; with (odd) \"marks\n\
            create table t (\n  id text not null, -- text\n  text text, n integer default (1), b blob,\n\
            \x20 check (n in (1, 2)),\n  primary key (id, n)\n) strict, without rowid;\n\
            create index t_n on t (n) where text = 'it''s; text';\n\
            alter table t add column more text;\nalter table t add m integer";
        assert_eq!(translate(SOURCE, Engine::Sqlite).unwrap(), expected);
    }

    #[test]
    fn postgres_is_told_to_order_text_by_bytes() {
        let expected = "-- A table; with (odd) \"marks\n\
            create table t (\n  id text collate \"C\" not null, -- text\n  text text collate \"C\", \
            n bigint default (1), b bytea,\n\
            \x20 check (n in (1, 2)),\n  primary key (id, n)\n);\n\
            create index t_n on t (n) where text = 'it''s; text';\n\
            alter table t add column more text collate \"C\";\nalter table t add m bigint";
        assert_eq!(translate(SOURCE, Engine::Postgres).unwrap(), expected);
    }

    #[test]
    fn what_the_subset_lacks_is_refused() {
        for (sql, why) in [
            ("create table t (id text)", "no primary key"),
            ("create table t (id varchar primary key)", "not text, bigint or bytea"),
            ("create table t (id text primary key) without rowid", "follows the columns"),
            ("create table t (id text collate nocase primary key)", "collation"),
            ("create table t as select 1", "without a list"),
            ("create table t (id text primary key", "no end"),
            ("alter table t add n int", "not text, bigint or bytea"),
            ("select ')", "quote"),
            ("select )", "parenthesis"),
            ("/* ", "comment"),
        ] {
            let refusal = translate(sql, Engine::Sqlite).unwrap_err();
            assert!(refusal.contains(why), "{sql}: {refusal}");
        }
    }
}
