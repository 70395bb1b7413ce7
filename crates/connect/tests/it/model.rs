//! What the product should do, said a second time and simply: maps and lists, tables of its own, and the rules in the
//! order in which the contract lets them speak. It knows nothing of rows, counters or transactions, and asks the
//! product nothing but which parameters an action has: states, prices, months and codes stand here once more.

pub(crate) mod bgp;
mod circuits;
mod estate;
pub(crate) mod failover;
pub(crate) mod grants;
pub(crate) mod hosted;
pub(crate) mod interfaces;
pub(crate) mod labels;
mod letters;
mod lists;
mod money;
pub(crate) mod networks;
mod orders;
pub(crate) mod pairs;
pub(crate) mod routers;
pub(crate) mod routes;
mod rows;
mod terms;
mod time;
pub(crate) mod traffic;

use crate::house::{Dump, Who};
use bgp::Bgp;
use circuits::Line;
use connect::action::{Entry, Kind, Replay};
use connect::machine::Actor;
use failover::Job;
use grants::Grant;
use hosted::Hosted;
use interfaces::Interface;
use letters::Paper;
pub(crate) use lists::LISTS;
use money::Wallet;
use networks::Networks;
use orders::Order;
use pairs::Pair;
use routers::Routers;
use routes::Routes;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use traffic::Policy;

/// A code and its status.
type Code = (&'static str, u16);

/// A refusal, or nothing said.
pub(crate) type Verdicts = Result<(), Code>;

/// The parameters of one call.
pub(crate) type Args = Vec<(String, String)>;

/// Where a move leads.
#[derive(Debug, Clone, Copy)]
enum To {
    State(&'static str),
    Stays,
    Gone,
}

/// A life cycle: the trigger, the states in which it may be pulled, and where it leads.
type Moves = &'static [(&'static str, &'static [&'static str], To)];

fn find(moves: Moves, status: &str, trigger: &str) -> Option<To> {
    let row = moves.iter().find(|(name, from, _)| *name == trigger && from.contains(&status));
    row.map(|(_, _, to)| *to)
}

#[derive(Debug)]
struct Port {
    id: String,
    device: String,
    point: String,
    port_type: String,
    position: i64,
    state: &'static str,
}

/// What the autopilot does with a step: the verdict, after how long, and why.
type Rule = (String, i64, String);

/// When, whose, on what, which trigger: in the order in which deadlines are run.
type Due = (i64, String, String, &'static str);

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) now: i64,
    /// In order of creation.
    pub(crate) lines: Vec<Line>,
    /// In order of creation; orders outlive their circuits.
    pub(crate) orders: Vec<Order>,
    /// The documents of letters, in order of issue; they outlive everything.
    papers: Vec<Paper>,
    pub(crate) routers: Routers,
    pub(crate) networks: Networks,
    /// Router interfaces, in order of creation.
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) routes: Routes,
    pub(crate) bgp: Bgp,
    /// Failover pairs, and grants to transit networks, in order of creation.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) grants: Vec<Grant>,
    /// Policies for traffic, in order of creation.
    pub(crate) traffic: Vec<Policy>,
    /// Hosted connections, in order of creation.
    pub(crate) hosted: Vec<Hosted>,
    /// Failover test jobs, in order of creation.
    pub(crate) jobs: Vec<Job>,
    ports: Vec<Port>,
    /// By account, or `*` for all, and step.
    rules: BTreeMap<(String, String), Rule>,
    /// What is due, with the reason that the autopilot gives.
    due: BTreeMap<Due, String>,
    /// The accounts with their money.
    wallets: BTreeMap<String, Wallet>,
    /// Accounts and devices that may do without an order.
    direct: BTreeSet<String>,
    keys: BTreeMap<String, String>,
    tokens: BTreeMap<String, (Args, i64, Value)>,
    /// How often each deadline came.
    pub(crate) came: BTreeMap<&'static str, u64>,
}

/// How long a client token is remembered.
const TOKEN_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

const UNKNOWN: Code = ("InvalidPhysicalConnectionId.NotFound", 404);
const UNKNOWN_ORDER: Code = ("InvalidOrderId.NotFound", 404);

/// The value of a parameter; what is empty is absent.
pub(crate) fn get<'a>(args: &'a Args, name: &str) -> Option<&'a str> {
    args.iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

fn text(args: &Args, name: &str) -> String {
    get(args, name).unwrap_or_default().to_owned()
}

fn number(args: &Args, name: &str, default: i64) -> i64 {
    get(args, name).map_or(default, |digits| digits.parse().unwrap())
}

fn is_true(args: &Args, name: &str) -> bool {
    get(args, name).is_some_and(|word| word == "1" || word.eq_ignore_ascii_case("true"))
}

/// How a token may be called.
const TOKENS: [&str; 2] = ["ClientToken", "Token"];

/// What a call says beside its token.
fn business(args: &Args) -> Args {
    args.iter().filter(|(name, _)| !TOKENS.contains(&name.as_str())).cloned().collect()
}

fn list<'a>(args: &'a Args, name: &str) -> Vec<&'a str> {
    (1..=60).map_while(|at| get(args, &format!("{name}.{at}"))).collect()
}

fn labels(args: &Args, names: &[&str]) -> Vec<(String, Option<String>)> {
    let at = |name: &&str, at| {
        let key = get(args, &format!("{name}.{at}.Key"))?;
        Some((key.to_owned(), get(args, &format!("{name}.{at}.Value")).map(str::to_owned)))
    };
    names.iter().flat_map(|name| (1..=25).map_while(move |place| at(name, place))).collect()
}

/// What was sent, an empty text included.
fn sent<'a>(args: &'a Args, name: &str) -> Option<&'a str> {
    args.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap()
}

fn refuse_unless(holds: bool, code: Code) -> Verdicts {
    if holds { Ok(()) } else { Err(code) }
}

/// An answer has these members with these values, and maybe others. What was refused has none to compare.
pub(crate) fn assert_says(reply: &Value, expected: &Value) {
    let members = expected.as_object().filter(|_| !reply.is_null());
    for (name, value) in members.into_iter().flatten() {
        assert_eq!(&reply[name], value, "{name} of {reply}");
    }
}

impl Model {
    /// A deployment as it was founded: what its rows say.
    pub(crate) fn of(dump: &Dump, now: i64) -> Model {
        let port = |row: &crate::house::Line| Port {
            id: row["id"].text().to_owned(),
            device: row["device_id"].text().to_owned(),
            point: row["access_point_id"].text().to_owned(),
            port_type: row["port_type"].text().to_owned(),
            position: row["position"].int(),
            state: "free",
        };
        let held = |row: &crate::house::Line, name: &str| row[name].text().to_owned();
        let rule = |row: &crate::house::Line| {
            let rule = (held(row, "outcome"), row["delay_ms"].int(), held(row, "reason"));
            ((held(row, "account"), held(row, "step")), rule)
        };
        let wallet =
            |row: &crate::house::Line| (held(row, "id"), Wallet::opened(row["balance_minor"].int(), now));
        let rows = |table: &str| dump[table].iter();
        let direct = |row: &&crate::house::Line| row["direct_enable"].int() == 1;
        Model {
            now,
            lines: Vec::new(),
            orders: Vec::new(),
            papers: Vec::new(),
            routers: Routers::default(),
            networks: Networks::default(),
            interfaces: Vec::new(),
            routes: Routes::default(),
            bgp: Bgp::default(),
            pairs: Vec::new(),
            grants: Vec::new(),
            traffic: Vec::new(),
            hosted: Vec::new(),
            jobs: Vec::new(),
            ports: dump["port"].iter().map(port).collect(),
            rules: dump["autopilot"].iter().map(rule).collect(),
            due: BTreeMap::new(),
            wallets: dump["account"].iter().map(wallet).collect(),
            direct: rows("account").chain(rows("device")).filter(direct).map(|row| held(row, "id")).collect(),
            keys: dump["access_key"].iter().map(|row| (held(row, "id"), held(row, "account"))).collect(),
            tokens: BTreeMap::new(),
            came: BTreeMap::new(),
        }
    }

    /// What a well-formed call is answered, and what it leads to. `reply` is what was answered, for the identifiers
    /// that only the product can make, and to be compared.
    pub(crate) fn call(&mut self, who: Who, entry: &Entry, args: &Args, reply: &Value) -> Verdicts {
        let operates = entry.about.actor == Actor::Operator;
        refuse_unless(!operates || who == Who::Operator, ("Forbidden.RAM", 403))?;
        if let (Some(code), Some(region)) = (entry.about.region_error, get(args, "RegionId")) {
            refuse_unless(["east", "west"].contains(&region), (code.name, code.status))?;
        }
        if operates && entry.kind == Kind::Write {
            self.has_an_owner(args)?;
        }
        self.before_router(who, entry.name(), args)?;
        self.before_hosted(entry.name(), args)?;
        let token = Model::token(who, entry, args);
        if let Some(key) = &token
            && let Some((first, at, answer)) = self.tokens.get(key)
            && self.now - at < TOKEN_LIFETIME_MS
            && !self.routers.has_work(entry.name(), args)
            && !self.has_withdrawal(who, entry.name(), args)
            && !self.has_grant_work(who, entry.name(), args)
        {
            refuse_unless(*first == business(args), ("IdempotentParameterMismatch", 400))?;
            assert_eq!(answer, reply, "a token answers what it answered");
            return Ok(());
        }
        self.run(who, entry.name(), args, reply)?;
        if is_true(args, "DryRun") {
            return Ok(());
        }
        if let Some(key) = token {
            self.tokens.insert(key, (business(args), self.now, reply.clone()));
        }
        self.pass(self.now);
        Ok(())
    }

    /// What an operator moves must be somebody's, even when the answer is known.
    fn has_an_owner(&self, args: &Args) -> Verdicts {
        if let Some(id) = get(args, "PhysicalConnectionId") {
            refuse_unless(self.lines.iter().any(|line| line.id == id), UNKNOWN)?;
        }
        match get(args, "OrderId") {
            Some(id) => refuse_unless(self.order_of(id).is_some(), UNKNOWN_ORDER),
            None => Ok(()),
        }
    }

    fn token(who: Who, entry: &Entry, args: &Args) -> Option<String> {
        let token = TOKENS.iter().find_map(|name| get(args, name))?;
        let target = match entry.name() {
            "CreditAccount" => "AccountId",
            // What is new on a router or a circuit is bound to nothing.
            "CreateVirtualBorderRouter"
            | "CreateRouterInterface"
            | "CreateFailoverTestJob"
            | "CreateVirtualPhysicalConnection" => "",
            "CreateVpconnFromVbr" => "VbrId",
            "CreateRouteEntry" => "RouteTableId",
            "CreateExpressConnectTrafficQosQueue" => "QosId",
            // A queue is one policy's, but for a call that is refused.
            "CreateExpressConnectTrafficQosRule" => "QueueId",
            _ => "PhysicalConnectionId",
        };
        let id = get(args, target).unwrap_or_default();
        match entry.about.replay {
            Replay::Never => None,
            Replay::Create => Some(format!("{who:?} {} {token} {id}", entry.name())),
            Replay::Target => Some(format!("{who:?} {} {token} {:?}", entry.name(), business(args))),
        }
    }

    /// The circuit that a call names: the caller's own, or anybody's in an operator's call.
    fn own(&self, who: Who, args: &Args, unknown: Code) -> Result<usize, Code> {
        let id = get(args, "PhysicalConnectionId").or(get(args, "InstanceId")).unwrap_or_default();
        let region = get(args, "RegionId");
        let mine = |line: &Line| {
            line.id == id
                && (who == Who::Operator && region.is_none()
                    || line.account == who.account() && Some(line.region.as_str()) == region)
        };
        self.lines.iter().position(mine).ok_or(unknown)
    }

    fn run(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        if let Some(verdict) = self.route(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.network(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.interface_call(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.route_call(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.label_or_group(who, action, args) {
            return verdict;
        }
        if let Some(verdict) = self.direct_traffic(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.host(who, action, args, reply) {
            return verdict;
        }
        if let Some(verdict) = self.fail_over(who, action, args, reply) {
            return verdict;
        }
        let spoken = self.speak(who, action, args, reply).or_else(|| self.pair(who, action, args, reply));
        if let Some(verdict) = spoken.or_else(|| self.grant(who, action, args)) {
            return verdict;
        }
        match action {
            "CreatePhysicalConnection" => self.create(who, args, reply),
            "ModifyPhysicalConnectionAttribute" => self.modify(who, args),
            "EnablePhysicalConnection" => self.enable(who, args),
            "LockPhysicalConnection" | "UnlockPhysicalConnection" => self.lock(who, action, args),
            "ApplyPhysicalConnectionLOA" | "SecondApplyPhysicalConnectionLOA" => {
                self.apply(who, action, args)
            }
            "DescribePhysicalConnectionLOA" => self.letter_shown(who, args, reply),
            "CompletePhysicalConnectionLOA" => self.complete(who, args),
            "ApprovePhysicalConnectionLOA"
            | "IssuePhysicalConnectionLOA"
            | "RejectPhysicalConnectionLOA"
            | "RevokePhysicalConnectionLOA" => self.decide(who, action, args, reply),
            "CreatePhysicalConnectionOccupancyOrder" => self.occupy(who, args, reply),
            "CreatePhysicalConnectionSetupOrder" => self.set_up(who, args, reply),
            "DescribePhysicalConnectionOrderPrice" => self.quote(who, args, reply),
            "PayOrder" | "VoidOrder" => self.settle(action, args),
            "RenewPhysicalConnection" => self.renew(who, args, reply),
            "GetOrderDetail" => self.order_detail(who, args),
            "RefundInstance" => self.refund_instance(who, args, reply),
            "TagResources" | "UnTagResources" | "ListTagResources" => self.label(who, action, args),
            "ReservePort" | "ReleasePort" | "SetPortState" => self.port(action, args),
            "AdvanceTime" => self.advance(args, reply),
            "CreateAccount" => self.open_account(args, reply),
            "CreditAccount" => self.credit(args, reply),
            "DescribeAccountStatement" => self.statement_head(who, args, reply),
            "CreateAccessKey" | "DisableAccessKey" | "DeleteAccessKey" => self.key(action, args, reply),
            "OpenPhysicalConnectionService" => Err(("InvalidOperation.OrderOpened", 400)),
            _ if circuits::MOVES.iter().any(|(trigger, _, _)| *trigger == action) => {
                self.act(who, action, args, reply)
            }
            _ => {
                self.always(who, action, args, reply);
                Ok(())
            }
        }
    }

    /// What nothing stands against.
    fn always(&mut self, who: Who, action: &str, args: &Args, reply: &Value) {
        match action {
            "SetAutopilot" => self.steer(args),
            "DescribeTime" => {
                let next = self.due.first_key_value().map(|(due, _)| time::wire(due.0));
                assert_says(reply, &json!({"Now": time::wire(self.now), "NextDeadline": next}));
            }
            "QueryAccountBalance" => self.assert_balance(who, reply),
            "GetCallerIdentity" => {
                let id = who.account();
                assert_says(reply, &json!({"AccountId": id, "Arn": format!("acs:ram::{id}:root")}));
            }
            "DescribeEndpoints" => {
                let known = ["vpc", "STS"].contains(&get(args, "ServiceCode").unwrap_or_default());
                let here = ["east", "west"].contains(&get(args, "Id").unwrap_or_default());
                let inner = get(args, "Type") == Some("innerAPI");
                let found = reply["Endpoints"]["Endpoint"].as_array().map_or(0, Vec::len);
                assert_eq!(found, usize::from(known && here && !inner), "where it is reached");
            }
            _ => {}
        }
    }

    /// A rule of the autopilot, for what comes to its step from now on.
    fn steer(&mut self, args: &Args) {
        let key = (get(args, "AccountId").unwrap_or("*").to_owned(), text(args, "Step"));
        let delay = number(args, "DelaySeconds", 0) * 1000;
        self.rules.insert(key, (text(args, "Outcome"), delay, text(args, "Reason")));
    }

    fn advance(&mut self, args: &Args, reply: &Value) -> Verdicts {
        match (get(args, "Seconds"), get(args, "To")) {
            (Some(seconds), None) => {
                let to = self.now + seconds.parse::<i64>().unwrap() * 1000;
                let deadlines = self.pass(to);
                self.now = to;
                assert_says(reply, &json!({"Now": time::wire(to), "Deadlines": deadlines}));
                Ok(())
            }
            (None, None) => Err(("MissingParameter", 400)),
            _ => Err(("InvalidParameter", 400)),
        }
    }

    /// Something waits for a step of the provider's: the rule that takes it sets its deadline.
    fn plan(&mut self, account: &str, resource: &str, step: &str) {
        let rule = |account: &str| self.rules.get(&(account.to_owned(), step.to_owned()));
        let Some((verdict, delay, reason)) = rule(account).or_else(|| rule("*")).cloned() else { return };
        let Some(trigger) = trigger_of(step, &verdict) else { return };
        let reason = if reason.is_empty() { "refused by the autopilot" } else { &reason };
        self.set_due(account, resource, trigger, self.now + delay, reason);
    }

    /// Sets a deadline, in the place of another of the same trigger.
    fn set_due(&mut self, account: &str, resource: &str, trigger: &'static str, at: i64, reason: &str) {
        self.drop_due(resource, trigger);
        self.due.insert((at, account.to_owned(), resource.to_owned(), trigger), reason.to_owned());
    }

    fn drop_due(&mut self, resource: &str, trigger: &str) {
        self.due.retain(|due, _| due.2 != resource || due.3 != trigger);
    }

    fn clear_due(&mut self, resource: &str) {
        self.due.retain(|due, _| due.2 != resource);
    }

    /// Runs every deadline up to an instant, each at its own. What is refused is left to a person.
    fn pass(&mut self, until: i64) -> i64 {
        let (now, mut count) = (self.now, 0);
        while let Some(entry) = self.due.first_entry().filter(|entry| entry.key().0 <= until) {
            let (due, reason) = entry.remove_entry();
            self.now = due.0;
            let came = self.come(&due, &reason);
            let outcome = if came.is_ok() { due.3 } else { "refused" };
            *self.came.entry(outcome).or_default() += 1;
            count += 1;
        }
        self.now = now;
        count
    }

    /// A deadline has come.
    fn come(&mut self, due: &Due, reason: &str) -> Verdicts {
        let (_, account, resource, trigger) = due;
        let known = self.router_deadline(resource, trigger)
            || self.network_deadline(resource, trigger)
            || self.bgp_deadline(resource, trigger)
            || self.pair_deadline(resource, trigger)
            || self.traffic_deadline(resource)
            || self.job_deadline(resource, trigger)
            || self.route_deadline(resource, trigger);
        if known {
            return Ok(());
        }
        if let Some(verdict) = self.interface_deadline(resource, trigger) {
            return verdict;
        }
        if let Some(order) = self.order_of(resource) {
            return match *trigger {
                "PayOrder" => self.pay_order(order),
                "VoidOrder" => self.void_order(order, trigger, reason),
                _ => self.expire(order),
            };
        }
        let at = self.lines.iter().position(|line| line.id == *resource).expect("a deadline is a circuit's");
        match *trigger {
            "EndSubscription" => {
                self.lock_if_ended(at);
                Ok(())
            }
            "BeginRenewal" => {
                self.begin_renewal(at);
                Ok(())
            }
            "RenewAutomatically" => self.renew_by_itself(at),
            "AllocatePhysicalConnection" => {
                let taken = self.allocate(at, None, &Value::Null);
                if taken.is_err() {
                    let reason = "There are no resources with the portType.";
                    self.set_due(account, resource, "FailPhysicalConnectionAllocation", due.0, reason);
                }
                taken
            }
            "IssuePhysicalConnectionLOA" => self.issue(at, &Value::Null),
            "ApprovePhysicalConnectionLOA" => self.move_letter(at, trigger, ""),
            "RejectPhysicalConnectionLOA" => self.move_letter(at, trigger, reason),
            "RejectPhysicalConnection"
            | "FailPhysicalConnectionAllocation"
            | "RefusePhysicalConnectionConstruction" => self.step(at, trigger, reason),
            _ => self.step(at, trigger, ""),
        }
    }
}

/// The steps that the autopilot can take: how each is taken and how it is refused.
const STEPS: &[(&str, &str, &str)] = &[
    ("review", "ApprovePhysicalConnection", "RejectPhysicalConnection"),
    ("reservation", "AllocatePhysicalConnection", "FailPhysicalConnectionAllocation"),
    ("letter-review", "ApprovePhysicalConnectionLOA", "RejectPhysicalConnectionLOA"),
    ("letter-issue", "IssuePhysicalConnectionLOA", "RejectPhysicalConnectionLOA"),
    ("construction", "AcceptPhysicalConnectionConstruction", "RefusePhysicalConnectionConstruction"),
    ("settling", "PayOrder", "VoidOrder"),
];

fn trigger_of(step: &str, verdict: &str) -> Option<&'static str> {
    let (_, taken, refused) = STEPS.iter().find(|(name, _, _)| *name == step).expect("a step");
    match verdict {
        "do" => Some(taken),
        "refuse" => Some(refused),
        _ => None,
    }
}
