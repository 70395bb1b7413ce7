//! What the store's rows should be, by the model: every circuit, letter, document, order, deadline, movement and port.

use super::circuits::{Line, TEXTS};
use super::letters::VALIDITY_MS;
use super::{Model, Order};
use crate::house::{Dump, Held, Line as Row};
use std::collections::BTreeMap;

/// Rows by a column that no two of them share.
fn by<'a>(rows: &'a [Row], column: &str) -> BTreeMap<&'a str, &'a Row> {
    rows.iter().map(|row| (row[column].text(), row)).collect()
}

fn assert_texts<'a>(row: &Row, expected: impl IntoIterator<Item = (&'a str, &'a str)>, what: &str) {
    for (column, value) in expected {
        assert_eq!(row[column].text(), value, "{column} of {what}");
    }
}

fn assert_numbers<const N: usize>(row: &Row, expected: [(&str, Option<i64>); N], what: &str) {
    for (column, value) in expected {
        let held = value.map_or(Held::Null, Held::Int);
        assert_eq!(row[column], held, "{column} of {what}");
    }
}

impl Model {
    /// Compares every row of the store with what should be there.
    pub(crate) fn assert_rows(&self, dump: &Dump) {
        self.assert_circuits(dump);
        self.assert_papers(dump);
        self.assert_orders(dump);
        self.assert_money(dump);
        let mut due: Vec<_> = dump["due"]
            .iter()
            .map(|due| (due["at"].int(), due["resource"].text(), due["trigger"].text()))
            .collect();
        due.sort_unstable();
        let mut expected: Vec<_> = self.due.keys().map(|due| (due.0, due.2.as_str(), due.3)).collect();
        expected.sort_unstable();
        assert_eq!(due, expected, "deadlines");
        let states = self.port_states();
        for row in &dump["port"] {
            assert_eq!(row["state"].text(), states[row["id"].text()], "{:?}", row["id"]);
        }
    }

    fn assert_circuits(&self, dump: &Dump) {
        let (rows, letters) = (by(&dump["circuit"], "id"), by(&dump["letter"], "circuit"));
        assert_eq!(rows.len(), self.lines.len(), "as many circuits");
        let has_letter = self.lines.iter().filter(|line| line.letter.is_some()).count();
        assert_eq!(letters.len(), has_letter, "as many letters");
        let mut tags: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for tag in &dump["tag"] {
            let held = (tag["name"].text(), tag["value"].text());
            tags.entry(tag["resource"].text()).or_default().push(held);
        }
        for line in &self.lines {
            let id = line.id.as_str();
            self.assert_circuit(rows.get(id).expect("the circuit is there"), line);
            if line.letter.is_some() {
                assert_letter(letters.get(id).expect("the letter is there"), line);
            }
            let expected: Vec<_> =
                line.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            assert_eq!(tags.remove(id).unwrap_or_default(), expected, "labels of {id}");
        }
    }

    fn assert_circuit(&self, row: &Row, line: &Line) {
        let expected = [
            ("account", line.account.as_str()),
            ("region", &line.region),
            ("access_point_id", &line.point),
            ("status", line.status),
            ("business_status", line.business),
            ("reason", &line.reason),
            ("port_type", &line.port_type),
            ("line_operator", &line.carrier),
            ("resource_group_id", &line.group),
            ("redundant_id", &line.backup),
            ("port_id", line.port.as_deref().unwrap_or_default()),
            ("loa_status", line.letter.as_ref().map_or("", |letter| letter.status)),
            ("charge_type", if line.prepaid { "Prepaid" } else { "" }),
            ("unpaid_order", line.unpaid.map_or("", |order| &self.orders[order].id)),
        ];
        assert_texts(row, expected, &line.id);
        assert_texts(row, TEXTS.iter().map(|(_, column)| (*column, line.texts[column].as_str())), &line.id);
        let numbers = [
            ("since", Some(line.since)),
            ("created_at", Some(line.created)),
            ("enabled_at", line.enabled),
            ("bandwidth", Some(line.bandwidth)),
            ("end_at", line.end),
            ("renewed_until", line.renewed),
            ("auto_renew_months", Some(line.auto_months)),
        ];
        assert_numbers(row, numbers, &line.id);
    }

    /// Documents circuit by circuit, in the order of their issue.
    fn assert_papers(&self, dump: &Dump) {
        let mut rows: Vec<_> = dump["letter_document"].iter().collect();
        rows.sort_by_key(|row| row["circuit"].text());
        let mut papers: Vec<_> = self.papers.iter().collect();
        papers.sort_by_key(|paper| paper.circuit.as_str());
        assert_eq!(rows.len(), papers.len(), "as many documents");
        for (row, paper) in rows.into_iter().zip(papers) {
            let what = &paper.circuit;
            let number = paper.number.as_deref().unwrap_or(row["number"].text());
            assert_texts(row, [("circuit", what.as_str()), ("state", paper.state), ("number", number)], what);
            let until = paper.from + VALIDITY_MS;
            assert_numbers(row, [("valid_from", Some(paper.from)), ("valid_until", Some(until))], what);
        }
    }

    fn assert_orders(&self, dump: &Dump) {
        let mut rows: Vec<_> = dump["circuit_order"].iter().collect();
        rows.sort_by_key(|row| row["id"].text());
        assert_eq!(rows.len(), self.orders.len(), "as many orders");
        for (row, order) in rows.into_iter().zip(&self.orders) {
            assert_order(row, order);
        }
    }

    fn assert_money(&self, dump: &Dump) {
        for row in &dump["account"] {
            let (id, wallet) = (row["id"].text(), &self.wallets[row["id"].text()]);
            let count = i64::try_from(wallet.movements.len()).unwrap();
            let numbers = [("balance_minor", Some(wallet.balance)), ("movements", Some(count))];
            assert_numbers(row, numbers, id);
        }
        let in_wallet = |row: &&Row| row["book"].text() == "wallet";
        let all: usize = self.wallets.values().map(|wallet| wallet.movements.len()).sum();
        assert_eq!(dump["posting"].iter().filter(in_wallet).count(), all, "as many movements");
    }
}

fn assert_letter(row: &Row, line: &Line) {
    let letter = line.letter.as_ref().unwrap();
    let texts =
        [("status", letter.status), ("reason", letter.reason.as_str()), ("peer_location", &letter.peer)];
    assert_texts(row, texts, &line.id);
    assert_numbers(row, [("since", Some(letter.since)), ("bandwidth", letter.bandwidth)], &line.id);
}

fn assert_order(row: &Row, order: &Order) {
    let texts = [
        ("id", order.id.as_str()),
        ("account", &order.account),
        ("kind", order.kind),
        ("circuit_id", &order.circuit),
        ("port_type", &order.port_type),
        ("pricing_cycle", order.cycle),
        ("status", order.status),
        ("reason", &order.reason),
    ];
    assert_texts(row, texts, &order.id);
    let numbers = [
        ("period", Some(order.period)),
        ("amount_minor", Some(order.minor)),
        ("auto_renew_months", Some(order.auto_months)),
        ("created_at", Some(order.created)),
        ("paid_at", order.paid),
        ("voided_at", order.voided),
        ("refunded_at", order.refunded),
        ("starts_at", order.starts),
        ("ends_at", order.ends),
    ];
    assert_numbers(row, numbers, &order.id);
}
