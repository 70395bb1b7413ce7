//! What must hold of the rows at every moment: the product's own invariants, asked of a house. That each of them sees
//! what breaks it is tested here too.

use crate::house::{House, Lane, Plan, TENANT, Who, lanes};
use connect::limits::FINDINGS_SHOWN_MAX;
use connect::verify;
use std::collections::BTreeSet;
use store::{Abort, Arg};

/// Statuses in which a circuit holds a port (contract, states section 1).
pub(crate) const HOLDS_PORT: &[&str] = &["Allocated", "Confirmed", "Enabled", "Terminating"];

/// What is wrong, by the id of the invariant.
fn findings(house: &House) -> Vec<(&'static str, Vec<String>)> {
    let found = house.store.read_blocking(|read| Ok::<_, Abort<()>>(verify::run(read)?)).unwrap();
    let wrong = found.into_iter().filter(|(_, findings)| !findings.is_empty());
    wrong.map(|(invariant, findings)| (invariant.id, findings.shown)).collect()
}

/// Checks all of them; a failure names the invariant and what is wrong.
pub(crate) fn check(house: &House) {
    assert_eq!(findings(house), [], "broken");
}

/// What breaks an invariant, and a word that its finding must have. `PC` stands for the id of an enabled circuit.
const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "counters-equal-rows",
        "update circuit_count set n = n + 1 where status = 'Enabled'",
        "1 rows, counted 2",
    ),
    ("counters-equal-rows", "delete from circuit_count where status = 'Initial'", "1 rows, counted 0"),
    (
        "counters-equal-rows",
        "insert into circuit_count (account, region, block, status, access_point_id, n)
         values ('1234567890123456', 'east', 9, 'Enabled', 'ap-east-1', 0)",
        "0 rows, counted 0",
    ),
    (
        "accounts-count-what-is-owed",
        "update account set owing = 1 where id = '1234567890123456'",
        "1 and has 0",
    ),
    (
        "answers-equal-rows",
        "update circuit set name = 'other' where id = 'PC'",
        "PC differs from its row in Name",
    ),
    ("answers-equal-rows", "update circuit set reason = 'because' where id = 'PC'", "StatusReason"),
    ("answers-equal-rows", "update circuit set bandwidth = 7 where id = 'PC'", "Bandwidth"),
    ("answers-equal-rows", "update circuit set created_at = 7000 where id = 'PC'", "CreationTime"),
    ("answers-equal-rows", "update tag set value = 'w' where name = 'k'", "PC shows other labels"),
    ("answers-equal-rows", "delete from tag where name = 'k'", "PC shows other labels"),
    ("ports-are-held", "update circuit set port_id = '' where id = 'PC'", "PC is Enabled with the port \"\""),
    ("ports-are-held", "update circuit set port_id = 'nowhere' where id = 'PC'", "the port nowhere of PC"),
    ("ports-are-held", "update port set state = 'free' where circuit_id = 'PC'", "of PC is not its own"),
    (
        "ports-are-held",
        "update port set state = 'used' where id = 'dev-east-2a:1/1/1'",
        "dev-east-2a:1/1/1 is used",
    ),
    ("deadlines-belong", "delete from due", "waits for FinishTermination"),
    ("deadlines-belong", "update due set at = at + 1", "FinishTermination by timer is due on"),
    ("deadlines-belong", "update due set resource = 'PC'", "is due on PC"),
    (
        "work-queue-membership",
        "update circuit set waiting_since = null where status = 'Initial'",
        "is Initial",
    ),
    ("work-queue-membership", "update circuit set waiting_since = since where id = 'PC'", "PC is Enabled"),
    ("enabling-is-kept", "update circuit set enabled_at = null where id = 'PC'", "PC is Enabled"),
    ("enabling-is-kept", "update circuit set since = created_at - 1 where id = 'PC'", "PC is Enabled"),
    ("labels-are-on-something", "update tag set resource = 'pc-none'", "pc-none, which is no circuit"),
    ("labels-are-on-something", "update tag set account = '6543210987654321'", "PC, which is no circuit"),
    (
        "ledger-counts-revisions",
        "delete from ledger where revision = 2",
        "account 1234567890123456 is at revision",
    ),
    (
        "ledger-counts-revisions",
        "update ledger set account = '9999999999999999' where revision = 1 and account = '1234567890123456'",
        "unknown account 9999999999999999",
    ),
    (
        "ledger-leads-to-status",
        "update circuit set status = 'Terminated' where id = 'PC'",
        "PC is \"Enabled\" in the",
    ),
    (
        "ledger-leads-to-status",
        "update ledger set status_from = 'Initial' where resource = 'PC' and status_to = 'Enabled'",
        "PC went on from \"Initial\"",
    ),
    ("ledger-leads-to-status", "update ledger set resource = '' where resource = 'PC'", "PC has no creation"),
    (
        "tokens-keep-answers",
        "update ledger set fingerprint = null where replay_key is not null",
        "revision 1",
    ),
    (
        "postings-sum-to-zero",
        "update posting set minor = minor + 1 where book <> 'wallet' and serial > 0",
        "sum to 1",
    ),
    (
        "postings-sum-to-zero",
        "delete from posting where book <> 'wallet'",
        "1234567890123456 sum to 9999700005",
    ),
    (
        "postings-sum-to-zero",
        "update posting set serial = 0, line = 9 where serial > 0 and line = 2 and minor = -5",
        "sum to -5",
    ),
    (
        "postings-belong-to-changes",
        "update posting set serial = serial + 90 where serial > 0 and minor in (5, -5)",
        "line 1 of revision 1",
    ),
    (
        "postings-belong-to-changes",
        "update posting set account = '9' where minor in (5, -5)",
        "account 9 belongs to no",
    ),
    (
        "balances-follow-from-postings",
        "update account set balance_minor = balance_minor + 1",
        "has 9999700006 by 5",
    ),
    (
        "balances-follow-from-postings",
        "update account set movements = 7 where movements = 5",
        "by 7 movements",
    ),
    (
        "balances-follow-from-postings",
        "update posting set balance_after = 0 where movement = 2",
        "and says Some(0)",
    ),
    (
        "balances-follow-from-postings",
        "update posting set movement = 9 where movement = 2",
        "the number Some(9)",
    ),
    (
        "balances-follow-from-postings",
        "update posting set balance_after = 0 where line = 2",
        "outside the wallet",
    ),
    (
        "waiting-orders-belong",
        "update circuit set unpaid_order = 'x' where unpaid_order <> ''",
        "order x, which",
    ),
    ("waiting-orders-belong", "update circuit set unpaid_order = ''", "is Unpaid and waits wrongly"),
    ("waiting-orders-belong", "update circuit_order set waiting_since = null", "is Unpaid and waits wrongly"),
    ("waiting-orders-belong", "update due set at = at + 1", "is Unpaid and never expires"),
    ("waiting-orders-belong", "delete from due where trigger = 'ExpireOrder'", "is Unpaid and never expires"),
    ("waiting-orders-belong", "update circuit_order set status = 'Voided'", "is due on order"),
    (
        "orders-say-what-became-of-them",
        "update circuit_order set paid_at = null",
        "is Paid without its instant",
    ),
    ("orders-say-what-became-of-them", "update circuit_order set status = 'Voided'", "is Voided without its"),
    (
        "orders-say-what-became-of-them",
        "update circuit_order set ends_at = starts_at",
        "with a term that was not",
    ),
    ("payments-are-posted", "update circuit_order set amount_minor = 1", "costs 1 and moved -100000 and 0"),
    (
        "payments-are-posted",
        "update circuit_order set status = 'Paid'",
        "is Paid, costs 50000 and moved 0 and 0",
    ),
    ("payments-are-posted", "update posting set order_id = '7' where order_id <> ''", "for order 7, which"),
    ("subscriptions-are-bought", "update circuit set charge_type = '' where id = 'PC'", "PC is charged \"\""),
    ("subscriptions-are-bought", "update circuit set end_at = end_at + 1 where id = 'PC'", "PC is charged"),
    (
        "subscriptions-are-bought",
        "update circuit_order set status = 'Voided' where kind = 'NEW'",
        "with 0 paid",
    ),
    ("terms-follow", "update circuit set renewed_until = null", "PC is renewed until None"),
    (
        "terms-follow",
        "update circuit_order set starts_at = starts_at + 1 where kind = 'RENEW'",
        "a renewal of PC begins where no term ends",
    ),
    (
        "terms-follow",
        "update due set trigger = 'EndSubscription' where resource = 'PC'",
        "is due on PC, whose term",
    ),
    ("terms-follow", "delete from due where trigger = 'BeginRenewal'", "its renewal never begins"),
];

/// One circuit of each kind that the damage needs, a label, a token, a credit of five minor units, an order that waits
/// and a renewal.
fn lively(lane: Lane) -> (House, String) {
    let mut house = Plan::quiet(lane).build();
    let id = house.order(Who::Tenant, &[("ClientToken", "t"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")]);
    house.now += 1000;
    let gone = house.order(Who::Tenant, &[]);
    for id in [&id, &gone] {
        house.operate("ApprovePhysicalConnection", id);
        house.operate("AllocatePhysicalConnection", id);
        house.act("ConfirmPhysicalConnection", id).unwrap();
        house.act("EnablePhysicalConnection", id).unwrap();
    }
    house.act("TerminatePhysicalConnection", &gone).unwrap();
    house.order(Who::Tenant, &[]);
    house.ok(Who::Operator, "CreditAccount", &[("AccountId", TENANT), ("Amount", "0.05")]);
    house.ok(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
    house.ok(Who::Second, "CreatePhysicalConnectionSetupOrder", &crate::house::order(&[]));
    (house, id)
}

#[test]
fn every_invariant_sees_what_breaks_it() {
    for lane in lanes() {
        let (house, id) = lively(lane);
        check(&house);
        let mut broken = BTreeSet::new();
        for (invariant, sql, word) in DAMAGE {
            // Damaged, looked at, and undone: the next damage meets a house in order.
            let sql = sql.replace("PC", &id);
            let damaged = house.store.write_blocking(move |tx| {
                assert!(tx.exec(&sql, &[])? > 0, "{sql} damages nothing");
                Err::<(), _>(Abort::Refused(verify::run(tx)?))
            });
            let Err(Abort::Refused(found)) = damaged else { panic!("{invariant}: {damaged:?}") };
            let (_, findings) = found.iter().find(|(other, _)| other.id == *invariant).unwrap();
            let word = word.replace("PC", &id);
            assert!(
                findings.shown.iter().any(|shown| shown.contains(&word)),
                "{invariant}: {word:?} is not in {findings:?}"
            );
            broken.insert(*invariant);
        }
        check(&house);
        let all: BTreeSet<_> = verify::ALL.iter().map(|invariant| invariant.id).collect();
        assert_eq!(broken, all, "every invariant is broken once");
    }
}

#[test]
fn a_report_shows_a_few_findings_and_counts_them_all() {
    let house = Plan::quiet(Lane::Memory).build();
    let damaged = house.store.write_blocking(|tx| {
        for serial in 1..=FINDINGS_SHOWN_MAX + 5 {
            tx.exec(
                "insert into posting (account, serial, line, book, minor, kind, order_id, note, at)
                 values ('1234567890123456', $1, 1, 'provider', 1, 'payment', '', '', 0)",
                &[Arg::from(serial)],
            )?;
        }
        Err::<(), _>(Abort::Refused(verify::run(tx)?))
    });
    let Err(Abort::Refused(found)) = damaged else { panic!("{damaged:?}") };
    let (_, findings) =
        found.iter().find(|(invariant, _)| invariant.id == "postings-belong-to-changes").unwrap();
    let shown = i64::try_from(findings.shown.len()).unwrap();
    assert_eq!((shown, findings.count), (FINDINGS_SHOWN_MAX, 25));
}
