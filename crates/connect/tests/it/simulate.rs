//! Days of random use against the model: actions drawn from the table of contents with arguments drawn from their
//! shapes, most of them good, some at a bound, some wrong. A failure prints its seed and the steps that matter.
//! `CROSSCONNECT_SIMULATE_STEPS` sets the number of steps for a long run, `CROSSCONNECT_SIMULATE_SEED` the first seed,
//! and `CROSSCONNECT_SIMULATE_TELL=1` lists how often each action gave each answer.

mod bgp;
mod draw;
mod failover;
mod hosted;
mod interfaces;
mod labels;
mod networks;
mod pairs;
mod routers;
mod routes;
mod traffic;

use crate::house::{House, Lane, Plan, Refusal, Who};
use crate::invariants;
use crate::model::{Args, LISTS, Model, assert_says};
use connect::action::Entry;
use connect::limits::OPENING_BALANCE_MINOR;
use connect::machine::Actor;
use fastrand::Rng;
use rpc::{Code, Params};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Abort, Arg, ReadExt, Tx};

/// Steps of an ordinary run, over all seeds.
const STEPS: u64 = 100_000;
/// Steps of one seed.
const STEPS_PER_SEED: u64 = 5_000;
/// Steps between two looks at every row.
const STEPS_PER_CHECK: u64 = 500;
/// Steps that a failure prints.
const PRINTED: usize = 40;
/// Lets every account enable its circuits without orders, where the device allows it.
const ALLOW_DIRECT: &str = "update account set direct_enable = 1";
/// What a tenant of a poor deployment has at the start.
const POOR_MINOR: i64 = 250_000;

/// Deadlines that must have come in a whole run; those that were refused are counted as one kind.
const DEADLINES: &[&str] = &[
    "StartAllocation",
    "FinishTermination",
    "ApprovePhysicalConnectionLOA",
    "IssuePhysicalConnectionLOA",
    "RejectPhysicalConnectionLOA",
    "AcceptPhysicalConnectionConstruction",
    "RefusePhysicalConnectionConstruction",
    "PayOrder",
    "VoidOrder",
    "ExpireOrder",
    "RenewAutomatically",
    "BeginRenewal",
    "EndSubscription",
    "FinishVpcCreation",
    "FinishVpcDeletion",
    "FinishTrafficConfiguration",
    "FinishInterfaceConnection",
    "FinishInterfaceDeactivation",
    "FinishInterfaceActivation",
    "FinishInterfaceDeletion",
    "AcceptInterfaceConnection",
    "LoseOppositeInterface",
    "DeleteWithOppositeInterface",
    "ConnectFastLink",
    "FinishRouteCreation",
    "FinishRouteDeletion",
    "DeleteWithInterface",
    "FinishFailoverTestStart",
    "EndFailoverTest",
    "FinishFailoverTestStop",
    "FinishBgpGroupCreation",
    "FinishBgpGroupChange",
    "FinishBgpGroupDeletion",
    "FinishBgpPeerCreation",
    "FinishBgpPeerChange",
    "FinishBgpPeerDeletion",
    "FinishBgpNetworkCreation",
    "FinishBgpNetworkDeletion",
    "FinishRouterPairCreation",
    "FinishRouterPairDeletion",
    "refused",
];

/// Under this word the deadlines are counted that came.
const DEADLINE: &str = "came";

/// Calls with a token that were carried out and may be made again.
const REMEMBERED: usize = 16;

/// What the generator has drawn: a call, and the one thing that is wrong with it, if anything is.
#[derive(Clone)]
struct Call {
    who: Who,
    entry: &'static Entry,
    args: Args,
    flaw: Option<&'static Code>,
}

/// A deployment under random use.
pub(crate) struct Simulation {
    pub(crate) house: House,
    model: Model,
    chance: Rng,
    log: Vec<(String, String)>,
    /// The last calls with a token that were carried out.
    said: VecDeque<Call>,
    /// Calls with tokens, to be sent once more.
    sent: Vec<Call>,
    /// How often each action gave each answer.
    seen: BTreeMap<(&'static str, &'static str), u64>,
}

impl Simulation {
    pub(crate) fn new(lane: Lane, seed: u64) -> Simulation {
        // Every other deployment is so poor that its tenants run out of money.
        let opening_minor = if seed.is_multiple_of(2) { POOR_MINOR } else { OPENING_BALANCE_MINOR };
        let house = Plan { seed, opening_minor, ..Plan::piloted(lane) }.build();
        if seed.is_multiple_of(3) {
            // Only an account that is opened so may do without orders, and the tenants of the tests are founded.
            let allow = |tx: &mut dyn Tx| Ok::<_, Abort<()>>(tx.exec(ALLOW_DIRECT, &[])?);
            house.store.write_blocking(allow).unwrap();
        }
        let model = Model::of(&house.dump(), house.now);
        Simulation {
            house,
            model,
            chance: Rng::with_seed(seed),
            log: Vec::new(),
            said: VecDeque::new(),
            sent: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    /// One request. Gives its answer as bytes, and compares it with the model's.
    pub(crate) fn step(&mut self) -> String {
        let call = self.draw();
        let mut line = format!("{:?} {}", call.who, call.entry.name());
        for (name, value) in &call.args {
            let shown: String = value.chars().take(60).collect();
            write!(line, " {name}={shown}").unwrap();
        }
        self.log.push((line, String::new()));
        let params = Params::from_pairs(call.args.iter().cloned());
        let reply = self.house.body(call.who, call.entry.name(), &params);
        let shown = match &reply {
            Ok(body) => String::from_utf8(body.clone()).unwrap(),
            Err(refusal) => format!("{refusal:?}"),
        };
        let short: String = shown.chars().take(120).collect();
        self.log.last_mut().unwrap().1 = short;
        let code = reply.as_ref().map_or_else(|refusal| refusal.code, |_| "ok");
        *self.seen.entry((call.entry.name(), code)).or_default() += 1;
        let carried_out = reply.is_ok();
        self.compare(&call, reply);
        if carried_out {
            self.remember(call);
        }
        format!("{} {shown}", self.house.request_id)
    }

    fn compare(&mut self, call: &Call, reply: Result<Vec<u8>, Refusal>) {
        let value: Value =
            reply.as_ref().map(|body| serde_json::from_slice(body).unwrap()).unwrap_or_default();
        let answered = reply.map(drop).map_err(|refusal| refusal.is());
        if call.entry.name() == "ResetSandbox" && answered.is_ok() {
            let anew = Model::of(&self.house.dump(), self.house.now);
            self.count_deadlines();
            self.model = anew;
            return;
        }
        let denied = call.entry.about.actor == Actor::Operator && call.who != Who::Operator;
        let expected = match call.flaw {
            Some(code) if !denied => Err((code.name, code.status)),
            _ => self.model.call(call.who, call.entry, &call.args, &value),
        };
        assert_eq!(answered, expected, "the answer, and the model's");
        assert_eq!(self.house.now, self.model.now, "the clock");
        self.name_orders();
        self.name_interfaces();
        self.name_on_circuits();
        self.name_bgp_network();
        if answered.is_ok() {
            self.compare_labels(call, &value);
            self.compare_traffic(call, &value);
            self.compare_routes(call, &value);
            self.compare_hosted(call, &value);
            self.compare_failover(call, &value);
            self.compare_list(call, &value);
        }
    }

    /// Orders that no answer has named, because a circuit's move or time has placed them.
    fn name_orders(&mut self) {
        let unnamed = i64::try_from(self.model.unnamed()).unwrap();
        if unnamed > 0 {
            let sql = "select id from circuit_order order by id desc limit $1";
            let mut ids = self
                .house
                .read(move |read| read.all(sql, &[Arg::from(unnamed)], |row| row.text(0).map(str::to_owned)));
            ids.reverse();
            self.model.name_orders(ids);
        }
    }

    /// Lists hold what the model says, page by page.
    fn compare_list(&self, call: &Call, value: &Value) {
        let (action, args) = (call.entry.name(), &call.args);
        if self.compare_routers(call, value)
            || self.model.assert_networks_shown(call.who, action, args, value)
            || self.model.assert_interfaces_shown(call.who, action, args, value)
            || self.model.assert_bgp_shown(call.who, action, args, value)
            || self.model.assert_pair_shown(call.who, action, args, value)
            || self.model.assert_grants_shown(call.who, action, args, value)
        {
            return;
        }
        let Some((_, rows, total)) = LISTS.iter().find(|(name, _, _)| *name == action) else { return };
        let (count, page) = self.model.listed(call.who, action, &call.args).expect("the model has this list");
        let rows = value.pointer(rows).and_then(Value::as_array).expect("the rows are there");
        assert_eq!(value.pointer(total), Some(&count.into()), "the total");
        assert_eq!(rows.len(), page.len(), "as many rows on the page");
        for (row, expected) in rows.iter().zip(&page) {
            assert_says(row, expected);
        }
    }

    /// Every row against the model, and the invariants.
    fn check(&self) {
        let dump = self.house.dump();
        self.model.assert_rows(&dump);
        self.model.assert_routers(&dump);
        self.model.assert_networks(&dump);
        self.model.assert_traffic(&dump);
        self.model.assert_interfaces(&dump);
        self.model.assert_routes(&dump);
        self.model.assert_hosted(&dump);
        self.model.assert_jobs(&dump);
        self.model.assert_bgp(&dump);
        self.model.assert_pairs(&dump);
        self.model.assert_grants(&dump);
        invariants::check(&self.house);
    }

    fn count_deadlines(&mut self) {
        for (trigger, count) in std::mem::take(&mut self.model.came) {
            *self.seen.entry((trigger, DEADLINE)).or_default() += count;
        }
    }

    /// The last steps that speak of what the last one speaks of, and what moves everything.
    fn story(&self) -> String {
        let last = self.log.last().map(|(line, _)| line.clone()).unwrap_or_default();
        let names: Vec<_> = last
            .split(['=', ' '])
            .filter(|word| {
                ["pc-", "vbr-", "vpc-", "qos-", "bgp", "vbrha-", "ftj-", "ri-", "rte-"]
                    .iter()
                    .any(|kind| word.starts_with(kind))
            })
            .collect();
        let matters = |(line, reply): &&(String, String)| {
            names.iter().any(|name| line.contains(name) || reply.contains(name))
                || line.contains("AdvanceTime")
                || line.contains("SetAutopilot")
        };
        let mut lines: Vec<_> = self.log.iter().rev().filter(matters).take(PRINTED).collect();
        lines.reverse();
        lines.iter().fold(String::new(), |mut text, (line, reply)| {
            writeln!(text, "  {line}\n    -> {reply}").unwrap();
            text
        }) + &format!("  {last}\n    -> {}", self.log.last().map_or("", |(_, reply)| reply))
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number of steps or a seed"))
}

#[test]
fn random_use_does_what_the_model_says() {
    let steps = setting("CROSSCONNECT_SIMULATE_STEPS", STEPS);
    let first = setting("CROSSCONNECT_SIMULATE_SEED", 1);
    let mut seen = BTreeMap::new();
    for seed in first..first + steps.div_ceil(STEPS_PER_SEED) {
        let mut simulation = Simulation::new(Lane::Memory, seed);
        for step in 1..=STEPS_PER_SEED {
            let held = catch_unwind(AssertUnwindSafe(|| {
                simulation.step();
                if step % STEPS_PER_CHECK == 0 {
                    simulation.check();
                }
            }));
            assert!(
                held.is_ok(),
                "step {step} of seed {seed} differs from the model (CROSSCONNECT_SIMULATE_SEED={seed} repeats it):\n{}",
                simulation.story()
            );
        }
        simulation.count_deadlines();
        for (answer, count) in simulation.seen {
            *seen.entry(answer).or_insert(0) += count;
        }
    }
    if setting("CROSSCONNECT_SIMULATE_TELL", 0) > 0 {
        for ((action, answer), count) in &seen {
            println!("{count:6} {action} {answer}");
        }
    }
    // A simulation that gets nowhere would agree with any model.
    if steps >= STEPS {
        for entry in connect::ACTIONS.iter().filter(|entry| entry.name() != "OpenPhysicalConnectionService") {
            let count = seen.get(&(entry.name(), "ok")).copied().unwrap_or(0);
            assert!(count >= steps / 20_000, "{} succeeded {count} times: {seen:#?}", entry.name());
        }
        for deadline in DEADLINES {
            assert!(seen.contains_key(&(deadline, DEADLINE)), "{deadline} never came: {seen:#?}");
        }
        assert!(seen.len() > 220, "only {} kinds of answers: {seen:#?}", seen.len());
    }
}
