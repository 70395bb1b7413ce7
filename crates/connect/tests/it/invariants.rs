//! What must hold of the rows at every moment: the product's own invariants, asked of a house. That each of them sees
//! what breaks it is tested here too.

mod bgp;
mod failover;
mod networks;
mod routers;

use crate::house::{House, Lane, Plan, SECOND, Who, lanes};
use crate::rules::hosted::{cut, pushed};
use crate::rules::letters::with_letter;
use crate::rules::traffic::{associate, policy, queue, rule};
use connect::letter::states::LetterStatus;
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
        "2 rows, counted 3",
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
    (
        "deadlines-belong",
        "update due set at = at + 1 where trigger = 'FinishTermination'",
        "FinishTermination by timer is due on",
    ),
    (
        "deadlines-belong",
        "update due set resource = 'PC' where trigger = 'FinishTermination'",
        "is due on PC",
    ),
    (
        "work-queue-membership",
        "update circuit set waiting_since = null where status = 'Initial'",
        "is Initial",
    ),
    ("work-queue-membership", "update circuit set waiting_since = since where id = 'PC'", "PC is Enabled"),
    ("enabling-is-kept", "update circuit set enabled_at = null where id = 'PC'", "PC is Enabled"),
    ("enabling-is-kept", "update circuit set since = created_at - 1 where id = 'PC'", "PC is Enabled"),
    (
        "labels-are-on-something",
        "update tag set resource = 'pc-none'",
        "pc-none, which is nothing of its kind",
    ),
    (
        "labels-are-on-something",
        "update tag set account = '6543210987654321'",
        "PC, which is nothing of its kind",
    ),
    (
        "labels-are-on-something",
        "update tag set kind = 'VIRTUALBORDERROUTER'",
        "PC, which is nothing of its kind",
    ),
    (
        "ledger-counts-revisions",
        "delete from ledger where revision = 2",
        "account 1234567890123456 is at revision",
    ),
    (
        "ledger-counts-revisions",
        "update ledger set account = '9999999999999999' where revision = 9",
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
        "circuits-show-letters",
        "update letter set status = 'Accept' where status = 'Available'",
        "and its letter is \"Accept\"",
    ),
    ("circuits-show-letters", "update letter set account = '9'", "and no such circuit of its account"),
    (
        "letters-belong",
        "update circuit set loa_status = 'Applying' where id = 'PC'",
        "PC is Enabled with a letter in Applying",
    ),
    ("letters-belong", "update circuit set loa_status = 'Complete' where status = 'Initial'", "in Complete"),
    ("letters-wait", "update letter set waiting_since = since where status = 'Available'", "waits wrongly"),
    (
        "letters-wait",
        "insert into due (account, resource, trigger, actor, reason, at)
         values ('1234567890123456', 'PC', 'IssuePhysicalConnectionLOA', 'autopilot', '', 0)",
        "whose letter does not wait for it",
    ),
    (
        "letters-have-documents",
        "update letter_document set state = 'revoked'",
        "is Available and its document is not",
    ),
    ("letters-have-documents", "delete from letter", "is a document without a letter"),
    ("letters-have-documents", "update letter_document set valid_until = valid_from", "or never holds"),
    (
        "ledger-leads-to-letters",
        "update letter set status = 'Deleted'",
        "in the ledger and \"Deleted\" in its row",
    ),
    (
        "ledger-leads-to-letters",
        "update ledger set status_from = 'Rejected' where action = 'IssuePhysicalConnectionLOA'",
        "went on from \"Rejected\"",
    ),
    (
        "postings-sum-to-zero",
        "update posting set minor = minor + 1 where book = 'deposits' and serial > 0",
        "sum to 1",
    ),
    (
        "postings-sum-to-zero",
        "delete from posting where book = 'deposits'",
        "6543210987654321 sum to 10000000005",
    ),
    (
        "postings-sum-to-zero",
        "update posting set serial = 0, line = 9 where account = '6543210987654321' and serial > 0 and line = 2",
        "sum to -5",
    ),
    (
        "postings-belong-to-changes",
        "update posting set serial = 99 where account = '6543210987654321' and serial > 0",
        "line 1 of revision 99",
    ),
    (
        "postings-belong-to-changes",
        "update posting set account = '9' where account = '6543210987654321' and serial > 0",
        "account 9 belongs to no",
    ),
    (
        "balances-follow-from-postings",
        "update account set balance_minor = balance_minor + 1",
        "has 10000000006 by 2",
    ),
    (
        "balances-follow-from-postings",
        "update account set movements = 3 where id = '6543210987654321'",
        "by 3 movements",
    ),
    (
        "balances-follow-from-postings",
        "update posting set balance_after = 0 where account = '6543210987654321' and movement = 2",
        "and says Some(0)",
    ),
    (
        "balances-follow-from-postings",
        "update posting set movement = 3 where account = '6543210987654321' and movement = 2",
        "the number Some(3)",
    ),
    (
        "balances-follow-from-postings",
        "update posting set balance_after = 0 where line = 2",
        "outside the wallet",
    ),
    (
        "waiting-orders-belong",
        "update circuit set unpaid_order = '7' where id = 'PC'",
        "PC waits for the order 7",
    ),
    (
        "waiting-orders-belong",
        "update circuit set unpaid_order = '' where unpaid_order <> ''",
        "is unpaid, and pc-",
    ),
    (
        "waiting-orders-belong",
        "update due set at = at + 1 where trigger = 'ExpireOrder'",
        "is Unpaid and waits wrongly",
    ),
    (
        "waiting-orders-belong",
        "update circuit_order set waiting_since = created_at where status = 'Paid'",
        "is Paid and waits wrongly",
    ),
    (
        "orders-are-whole",
        "update circuit_order set created_at = 0 where status = 'Unpaid'",
        "is numbered otherwise",
    ),
    (
        "orders-are-whole",
        "update circuit_order set paid_at = null where status = 'Paid'",
        "is Paid and its instants",
    ),
    (
        "orders-are-whole",
        "update circuit_order set voided_at = 5 where status = 'Paid'",
        "is Paid and its instants",
    ),
    ("payments-are-posted", "update posting set kind = 'refund' where kind = 'payment'", "moved by 0 and -"),
    (
        "payments-are-posted",
        "update circuit_order set status = 'Refunded' where kind = 'RENEW'",
        "is Refunded, and",
    ),
    (
        "payments-are-posted",
        "update circuit_order set amount_minor = amount_minor + 1 where status = 'Paid'",
        "is Paid, and the wallet moved by -",
    ),
    (
        "payments-are-posted",
        "update posting set order_id = '7' where serial > 0 and kind = 'payment'",
        "names the unknown order 7",
    ),
    (
        "subscriptions-are-bought",
        "update circuit set charge_type = '' where id = 'PC'",
        "PC is charged \"\" by 1",
    ),
    ("subscriptions-are-bought", "update circuit set end_at = null where id = 'PC'", "PC is charged"),
    ("terms-follow", "update due set at = at + 1 where trigger = 'EndSubscription'", "PC has a term"),
    ("terms-follow", "update circuit set renewed_until = end_at + 1 where id = 'PC'", "PC has a term"),
    (
        "terms-follow",
        "update circuit_order set starts_at = starts_at + 1 where kind = 'RENEW'",
        "begins elsewhere",
    ),
    (
        "hosted-connections-belong",
        "update hosted set parent_account = '1000000000000000' where status = 'Confirmed'",
        "which is no circuit in service",
    ),
    (
        "hosted-connections-belong",
        "update hosted set enabled_at = null where status = 'Enabled'",
        "is Enabled and its instants",
    ),
    (
        "hosted-connections-belong",
        "update hosted set status = 'Terminated' where vbr_id <> ''",
        "is Terminated and its instants",
    ),
    ("hosted-vlans-are-held", "delete from vlan where vlan = 20", "VLAN 20 of pc-"),
    ("hosted-vlans-are-held", "update vlan set reserved_until = 7 where vlan = 20", "VLAN 20 of pc-"),
    ("hosted-vlans-are-held", "update hosted set vlan = 21 where vlan = 20", "held by nobody"),
    (
        "hosted-vlans-are-held",
        "update vlan set holder = (select id from hosted where vbr_id <> '') where vlan = 30",
        "which is not its own",
    ),
    (
        "hosted-bandwidth-fits",
        "update hosted set mbps = 51 where vlan = 20",
        "and its hosted connections 101",
    ),
    ("hosted-bandwidth-fits", "delete from hosted where vlan = 20", "PC has 1 hosted connections and shows"),
    ("hosted-routers-agree", "update vbr set bandwidth = 100 where vlan = 30", "does not agree with it"),
    (
        "hosted-routers-agree",
        "update vbr set status = 'terminated' where vlan = 30",
        "does not agree with it",
    ),
    ("hosted-routers-agree", "delete from vbr where vlan = 30", "does not agree with it"),
    ("traffic-circuits-belong", "update qos_circuit set circuit_id = 'pc-none'", "pc-none is in qos-"),
    (
        "traffic-circuits-belong",
        "update qos set account = '6543210987654321'",
        "no circuit in service of its owner",
    ),
    ("traffic-circuits-belong", "delete from qos_circuit", "PC is in \"\" and shows"),
    ("traffic-parts-belong", "update qos_queue set qos_id = 'qos-none'", "of qos-none is no policy's"),
    ("traffic-parts-belong", "update qos_queue set percent = null", "has a wrong share"),
    ("traffic-parts-belong", "update qos_queue set percent = 101", "share 101 percent"),
    ("traffic-parts-belong", "update qos_rule set queue_id = 'qos-queue-none'", "is of qos-queue-none"),
    (
        "traffic-changes-settle",
        "delete from due where trigger = 'FinishTrafficConfiguration'",
        "is Configuring and never settles",
    ),
    ("traffic-changes-settle", "update qos set since = since + 1", "is Configuring and never settles"),
    ("traffic-changes-settle", "update qos set status = 'Normal'", "is to settle and has nothing to"),
];

/// One circuit of each kind that the damage needs, a label, a token and a credit of five minor units.
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
    // A circuit that waits for its order, and one that is renewed ahead.
    let waits = house.order(Who::Tenant, &[]);
    let renewed = house.order(Who::Tenant, &[]);
    for id in [&waits, &renewed] {
        house.operate("ApprovePhysicalConnection", id);
        house.operate("AllocatePhysicalConnection", id);
        house.act("ConfirmPhysicalConnection", id).unwrap();
    }
    house.act("CreatePhysicalConnectionOccupancyOrder", &waits).unwrap();
    house.act("EnablePhysicalConnection", &renewed).unwrap();
    house.operate("RenewPhysicalConnection", &renewed);
    with_letter(&mut house, LetterStatus::Available);
    // A traffic policy that a change is under way of.
    let qos = policy(&mut house, &[]);
    let part = queue(&mut house, &qos, &[("QueueType", "Medium"), ("BandwidthPercent", "5")]);
    rule(&mut house, &qos, &part, &[("Priority", "1")]);
    associate(&mut house, "AddInstanceList", &qos, &id).unwrap();
    // Two hosted connections, one of them with a router over it.
    cut(&mut house, &id, &[]);
    let vbr = pushed(&mut house, &id, "30", "50");
    house.ok(Who::Tenant, "CreateVpconnFromVbr", &[("RegionId", "east"), ("VbrId", &vbr)]);
    house.ok(Who::Operator, "CreditAccount", &[("AccountId", SECOND), ("Amount", "0.05")]);
    (house, id)
}

/// Does each damage in turn to a house in order; gives the invariants that saw it.
fn damaged(
    house: &House,
    damage: &[(&'static str, &str, &str)],
    named: impl Fn(&str) -> String,
) -> BTreeSet<&'static str> {
    check(house);
    let (mut broken, mut unseen) = (BTreeSet::new(), Vec::new());
    for (invariant, sql, word) in damage {
        // Damaged, looked at, and undone: the next damage meets a house in order.
        let sql = named(sql);
        let damaged = house.store.write_blocking(move |tx| {
            assert!(tx.exec(&sql, &[])? > 0, "{sql} damages nothing");
            Err::<(), _>(Abort::Refused(verify::run(tx)?))
        });
        let Err(Abort::Refused(found)) = damaged else { panic!("{invariant}: {damaged:?}") };
        let (_, findings) = found.iter().find(|(other, _)| other.id == *invariant).unwrap();
        let word = named(word);
        if !findings.shown.iter().any(|shown| shown.contains(&word)) {
            unseen.push(format!("{invariant}: {word:?} is not in {findings:?}"));
        }
        broken.insert(*invariant);
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
    check(house);
    broken
}

#[test]
fn every_invariant_sees_what_breaks_it() {
    for lane in lanes() {
        let (house, id) = lively(lane);
        let mut broken = damaged(&house, DAMAGE, |text| text.replace("PC", &id));
        let (house, router, circuit) = routers::lively(lane);
        broken.extend(damaged(&house, routers::DAMAGE, |text| {
            text.replace("PC", &circuit).replace("VBR", &router)
        }));
        let house = networks::lively(lane);
        broken.extend(damaged(&house, networks::DAMAGE, str::to_owned));
        let (house, router) = bgp::lively(lane);
        broken.extend(damaged(&house, bgp::DAMAGE, |text| text.replace("VBR", &router)));
        let (house, router) = failover::lively(lane);
        broken.extend(damaged(&house, failover::DAMAGE, |text| text.replace("VBR", &router)));
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
