//! What must hold of the rows at every moment, whatever was done: named invariants, each a check over a snapshot. The
//! tests and the simulator ask them, and `crossconnect verify` asks them of a real store. They only read, keep no more
//! in memory than one thing with its rows at a time, and must never lean on the code whose work they check: the
//! columns are compared with each other, not with what the product would make of them.

mod answers;
mod bgp;
mod circuits;
mod failover;
mod hosted;
mod ledger;
mod letters;
mod money;
mod networks;
mod orders;
mod qos;
mod routers;

use crate::limits::FINDINGS_SHOWN_MAX;
use store::{Arg, Fault, Read, Row};

/// Something that must hold.
#[derive(Debug)]
pub struct Invariant {
    /// Its name, as reports have it.
    pub id: &'static str,
    /// What must hold, in a sentence.
    pub sentence: &'static str,
    check: fn(&mut dyn Read, &mut Findings) -> Result<(), Fault>,
}

/// What was found wrong with one invariant; nothing when it holds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Findings {
    /// What is wrong, with the ids: the first few.
    pub shown: Vec<String>,
    /// How much is wrong, with what is not shown.
    pub count: u64,
}

impl Findings {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn say(&mut self, what: String) {
        self.count += 1;
        if i64::try_from(self.shown.len()).is_ok_and(|shown| shown < FINDINGS_SHOWN_MAX) {
            self.shown.push(what);
        }
    }
}

impl Invariant {
    /// Looks whether it holds.
    pub fn check(&self, read: &mut dyn Read) -> Result<Findings, Fault> {
        let mut findings = Findings::default();
        (self.check)(read, &mut findings)?;
        Ok(findings)
    }
}

/// Every invariant, in the order of reports.
pub const ALL: &[Invariant] = &[
    Invariant {
        id: "counters-equal-rows",
        sentence: "the counters of circuits equal the rows they count",
        check: circuits::counters_equal_rows,
    },
    Invariant {
        id: "accounts-count-what-is-owed",
        sentence: "an account counts its circuits that owe something",
        check: circuits::accounts_count_what_is_owed,
    },
    Invariant {
        id: "answers-equal-rows",
        sentence: "the answer kept in a circuit's row says what the row and its labels say",
        check: circuits::answers_equal_rows,
    },
    Invariant {
        id: "ports-are-held",
        sentence: "a port is held by the one circuit that names it",
        check: circuits::ports_are_held,
    },
    Invariant {
        id: "deadlines-belong",
        sentence: "a deadline belongs to its circuit's state, and a state that ends by itself has one",
        check: circuits::deadlines_belong,
    },
    Invariant {
        id: "work-queue-membership",
        sentence: "the work queue holds what an operator can move on, since it came there",
        check: circuits::work_queue_membership,
    },
    Invariant {
        id: "enabling-is-kept",
        sentence: "an instant of enabling is kept once there was one, and no instant before it",
        check: circuits::enabling_is_kept,
    },
    Invariant {
        id: "labels-are-on-something",
        sentence: "labels are few, and on something of their account",
        check: circuits::labels_are_on_something,
    },
    Invariant {
        id: "ledger-counts-revisions",
        sentence: "every revision of an account has one row in the ledger",
        check: ledger::counts_revisions,
    },
    Invariant {
        id: "ledger-leads-to-status",
        sentence: "the ledger leads each circuit from its creation to its present status",
        check: ledger::leads_to_status,
    },
    Invariant {
        id: "tokens-keep-answers",
        sentence: "a client token keeps its whole answer, or nothing",
        check: ledger::tokens_keep_answers,
    },
    Invariant {
        id: "circuits-show-letters",
        sentence: "a circuit shows the status of its letter, and no letter is without its circuit",
        check: letters::circuits_show_letters,
    },
    Invariant {
        id: "letters-belong",
        sentence: "a letter under way is an allocated circuit's, and a complete one a finished circuit's",
        check: letters::letters_belong,
    },
    Invariant {
        id: "letters-wait",
        sentence: "a letter that an operator has to move on waits since it came there, and for nothing else",
        check: letters::letters_wait,
    },
    Invariant {
        id: "letters-have-documents",
        sentence: "a letter that was issued has the one current document, and no other letter has one",
        check: letters::letters_have_documents,
    },
    Invariant {
        id: "ledger-leads-to-letters",
        sentence: "the ledger leads each letter from its application to its present status",
        check: letters::ledger_leads_to_letters,
    },
    Invariant {
        id: "hosted-connections-belong",
        sentence: "a hosted connection is on a circuit in service, and in service once its tenant confirmed it",
        check: hosted::belong,
    },
    Invariant {
        id: "hosted-vlans-are-held",
        sentence: "the VLAN of a hosted connection is held by it, or by the router that runs over it",
        check: hosted::vlans_are_held,
    },
    Invariant {
        id: "hosted-bandwidth-fits",
        sentence: "the hosted connections of a circuit carry no more than it does, and it shows how many they are",
        check: hosted::bandwidth_fits,
    },
    Invariant {
        id: "hosted-routers-agree",
        sentence: "a router over a hosted connection has its tenant, its circuit, its VLAN, and fits into it",
        check: hosted::routers_agree,
    },
    Invariant {
        id: "traffic-circuits-belong",
        sentence: "a traffic policy holds for circuits in service of its owner, and they show it",
        check: qos::circuits_belong,
    },
    Invariant {
        id: "traffic-parts-belong",
        sentence: "queues are a policy's and share no more than the whole, and rules are a queue's",
        check: qos::parts_belong,
    },
    Invariant {
        id: "traffic-changes-settle",
        sentence: "a change of a traffic policy is under way until its deadline, and no longer",
        check: qos::changes_settle,
    },
    Invariant {
        id: "postings-sum-to-zero",
        sentence: "the postings of a change sum to zero, and so do all of an account",
        check: money::postings_sum_to_zero,
    },
    Invariant {
        id: "postings-belong-to-changes",
        sentence: "postings belong to a change that their account has seen",
        check: money::postings_belong_to_changes,
    },
    Invariant {
        id: "balances-follow-from-postings",
        sentence: "an account has what its movements sum up to, and each movement says what it left",
        check: money::balances_follow_from_postings,
    },
    Invariant {
        id: "waiting-orders-belong",
        sentence: "an order that waits is its circuit's, waits for the operator, and expires",
        check: orders::waiting_orders_belong,
    },
    Invariant {
        id: "orders-are-whole",
        sentence: "orders are numbered as they were placed, and keep the instants of what became of them",
        check: orders::orders_are_whole,
    },
    Invariant {
        id: "payments-are-posted",
        sentence: "what is paid has its postings, and at most as much came back: all of it where the order was given back",
        check: orders::payments_are_posted,
    },
    Invariant {
        id: "subscriptions-are-bought",
        sentence: "a subscription is what a paid first order bought",
        check: orders::subscriptions_are_bought,
    },
    Invariant {
        id: "terms-follow",
        sentence: "renewals follow one another, and a term has its deadlines",
        check: orders::terms_follow,
    },
    Invariant {
        id: "networks-wait",
        sentence: "what makes or changes a network by itself is due when its state says, and nothing else is",
        check: networks::deadlines_belong,
    },
    Invariant {
        id: "ledger-leads-to-networks",
        sentence: "the ledger leads each VPC, interface and route from its creation to its present status",
        check: networks::led_by_ledger,
    },
    Invariant {
        id: "interfaces-stand-on-routers",
        sentence: "an interface is on a router of its account, which has few, and fits its role",
        check: networks::interfaces_stand_on_routers,
    },
    Invariant {
        id: "connections-pair",
        sentence: "the two ends of a connection name each other, and two routers have one connection",
        check: networks::connections_pair,
    },
    Invariant {
        id: "routes-lead-somewhere",
        sentence: "a route is in a table of its account, and leads to interfaces of the table's router",
        check: networks::routes_lead_somewhere,
    },
    Invariant {
        id: "routers-stand-on-circuits",
        sentence: "the circuits of a router are there, of one account, and in a state that carries routers",
        check: routers::stand_on_circuits,
    },
    Invariant {
        id: "links-are-whole",
        sentence: "a router that was in service has its pair of addresses, and one that waits for its owner has none",
        check: routers::links_are_whole,
    },
    Invariant {
        id: "vlans-equal-links",
        sentence: "a VLAN is held by the link that uses it, and reserved once its router is terminated",
        check: routers::vlans_equal_links,
    },
    Invariant {
        id: "router-answers-equal-rows",
        sentence: "the answer kept in a router's row says what its row, its circuits and its labels say",
        check: routers::answers_equal_rows,
    },
    Invariant {
        id: "router-deadlines-belong",
        sentence: "a deadline belongs to its router's state, and a state that ends by itself has one",
        check: routers::deadlines_belong,
    },
    Invariant {
        id: "router-instants-fit",
        sentence: "a router keeps the instants of what it went through, in their order",
        check: routers::instants_fit,
    },
    Invariant {
        id: "ledger-leads-to-routers",
        sentence: "the ledger leads each router from its creation to its present status",
        check: ledger::leads_to_routers,
    },
    Invariant {
        id: "bgp-stands-on-routers",
        sentence: "what belongs to a router's BGP is its owner's and in its region, and no more of it than may be",
        check: bgp::stands_on_routers,
    },
    Invariant {
        id: "bgp-settings-fit",
        sentence: "a BGP group has numbers that there are and a whole key or none, and a peer its detection and an address of its own",
        check: bgp::settings_fit,
    },
    Invariant {
        id: "bgp-waits",
        sentence: "what a router's BGP does by itself is due when its state says, and nothing else is",
        check: bgp::deadlines_belong,
    },
    Invariant {
        id: "ledger-leads-to-bgp",
        sentence: "the ledger leads each BGP group, peer and network from its creation to its present status",
        check: bgp::led_by_ledger,
    },
    Invariant {
        id: "pairs-are-whole",
        sentence: "a failover pair has two routers of its account, and a router is in one pair at most",
        check: failover::pairs_are_whole,
    },
    Invariant {
        id: "pairs-wait",
        sentence: "a failover pair that changes by itself is due when its state says",
        check: failover::pairs_wait,
    },
    Invariant {
        id: "ledger-leads-to-pairs",
        sentence: "the ledger leads each failover pair and test job from its creation to its present status",
        check: failover::led_by_ledger,
    },
    Invariant {
        id: "grants-are-on-something",
        sentence: "grants are few, and on a VPC or a router of their account",
        check: failover::grants_are_on_something,
    },
    Invariant {
        id: "failover-jobs-are-whole",
        sentence: "a failover test job has its resources and the instants of what became of it, and tests alone",
        check: failover::jobs_are_whole,
    },
    Invariant {
        id: "failover-jobs-wait",
        sentence: "a failover test ends by itself after its minutes, and nothing else is due on its job",
        check: failover::jobs_wait,
    },
];

/// Checks all of them on one snapshot: each with what was found wrong.
pub fn run(read: &mut dyn Read) -> Result<Vec<(&'static Invariant, Findings)>, Fault> {
    ALL.iter().map(|invariant| Ok((invariant, invariant.check(read)?))).collect()
}

/// Says something of every row of a query that finds what is wrong.
fn each_wrong(
    read: &mut dyn Read,
    findings: &mut Findings,
    sql: &str,
    args: &[Arg<'_>],
    what: impl Fn(&dyn Row) -> Result<String, Fault>,
) -> Result<(), Fault> {
    read.each(sql, args, &mut |row| {
        findings.say(what(row)?);
        Ok(())
    })
}

/// Words as they stand in a statement: the product's own, never a caller's.
fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}
