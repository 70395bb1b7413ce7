//! Whether the answer that is kept in a row says what the row and its labels say, member by member. The columns are
//! read one by one; the code that made the answer is never asked.

use super::Findings;
use crate::time;
use serde_json::Value;
use store::{Arg, Fault, Read, Row};

/// A table whose rows keep their answers: what these show of which column.
pub(super) struct Shown {
    /// The table.
    pub(super) table: &'static str,
    /// The kind under which the labels of its rows are kept.
    pub(super) kind: &'static str,
    /// The member below `Tags` that has them.
    pub(super) labels: &'static str,
    /// Members that are texts; the first is the id.
    pub(super) texts: &'static [(&'static str, &'static str)],
    /// Members that are numbers.
    pub(super) numbers: &'static [(&'static str, &'static str)],
    /// Members that are true or false.
    pub(super) flags: &'static [(&'static str, &'static str)],
    /// Members that are instants.
    pub(super) instants: &'static [(&'static str, &'static str)],
}

/// A row's id, what its answer says, and its labels, while they pass by.
struct Passing {
    id: String,
    answer: Value,
    labels: Vec<Value>,
}

impl Shown {
    /// Compares every row of the table.
    pub(super) fn equal_rows(&self, read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
        let table = self.table;
        let columns: Vec<_> = [self.texts, self.numbers, self.flags, self.instants]
            .concat()
            .iter()
            .map(|(_, column)| format!("{table}.{column}"))
            .collect();
        let sql = format!(
            "select {}, {table}.answer, tag.name, tag.value from {table}
             left join tag on tag.account = {table}.account and tag.kind = $1 and tag.resource = {table}.id
             order by {table}.account, {table}.region, {table}.serial, tag.name",
            columns.join(", ")
        );
        let at = columns.len();
        let mut passing: Option<Passing> = None;
        read.each(&sql, &[Arg::from(self.kind)], &mut |row| {
            if passing.as_ref().is_none_or(|passing| row.text(0).is_ok_and(|id| id != passing.id)) {
                if let Some(before) = &passing {
                    self.end(before, findings);
                }
                passing = Some(self.compare(row, at, findings)?);
            }
            if let (Some(passing), Some(name)) = (&mut passing, row.maybe_text(at + 1)?) {
                let value = row.maybe_text(at + 2)?.unwrap_or_default();
                passing.labels.push(serde_json::json!({"Key": name, "Value": value}));
            }
            Ok(())
        })?;
        if let Some(last) = &passing {
            self.end(last, findings);
        }
        Ok(())
    }

    fn end(&self, passing: &Passing, findings: &mut Findings) {
        if passing.answer["Tags"][self.labels].as_array() != Some(&passing.labels) {
            findings.say(format!("the answer of {} shows other labels than it has", passing.id));
        }
    }

    /// Compares the members of one answer with the columns of its row.
    fn compare(&self, row: &dyn Row, answer: usize, findings: &mut Findings) -> Result<Passing, Fault> {
        let answer: Value = serde_json::from_slice(row.bytes(answer)?).unwrap_or_default();
        let id = row.text(0)?.to_owned();
        let mut differs =
            |member: &str| findings.say(format!("the answer of {id} differs from its row in {member}"));
        let mut at = 0;
        for (member, _) in self.texts {
            if answer[*member].as_str().unwrap_or_default() != row.text(at)? {
                differs(member);
            }
            at += 1;
        }
        for (member, _) in self.numbers {
            if answer[*member].as_i64() != Some(row.int(at)?) {
                differs(member);
            }
            at += 1;
        }
        for (member, _) in self.flags {
            if answer[*member].as_bool() != Some(row.flag(at)?) {
                differs(member);
            }
            at += 1;
        }
        for (member, _) in self.instants {
            if answer[*member].as_str() != Some(&time::wire_or_empty(row.maybe_int(at)?)) {
                differs(member);
            }
            at += 1;
        }
        Ok(Passing { id, answer, labels: Vec::new() })
    }
}
