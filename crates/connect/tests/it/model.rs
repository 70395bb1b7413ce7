//! What the product should do, said a second time and simply: maps, the same table of moves, and the rules in the
//! order in which the contract lets them speak. It knows nothing of rows, counters or transactions.

mod lists;
pub(crate) mod routers;

use crate::house::{Dump, Who};
use connect::action::{Entry, Replay};
use connect::autopilot::{Step, Verdict};
use connect::circuit::port_type::{OpticalModuleModel, PortType};
use connect::circuit::states::{
    AT_ACCESS_POINT, BACKUP, CIRCUIT, END_SUBSCRIPTION, NOT_ENABLED, SPECIFICATION_OPEN, Status, own_moves,
};
use connect::limits::{
    ACCESS_KEYS_PER_ACCOUNT_MAX, CIRCUITS_NOT_ENABLED_MAX, CIRCUITS_PER_ACCESS_POINT_MAX,
    CLIENT_TOKEN_LIFETIME_MS, TAGS_MAX,
};
use connect::machine::{Actor, To};
use connect::money;
use connect::time;
use routers::Routers;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A code and its status, or nothing said.
pub(crate) type Verdicts = Result<(), (&'static str, u16)>;

/// The parameters of one call.
pub(crate) type Args = Vec<(String, String)>;

#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) point: String,
    pub(crate) status: Status,
    pub(crate) since: i64,
    pub(crate) business: &'static str,
    pub(crate) reason: String,
    pub(crate) port_type: PortType,
    optic: Option<OpticalModuleModel>,
    pub(crate) carrier: String,
    pub(crate) group: String,
    pub(crate) backup: String,
    pub(crate) bandwidth: i64,
    pub(crate) texts: BTreeMap<&'static str, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) port: Option<String>,
    /// When its subscription ends.
    end: Option<i64>,
}

#[derive(Debug, Clone)]
struct Port {
    id: String,
    device: String,
    point: String,
    port_type: String,
    position: i64,
    state: &'static str,
}

/// When, whose, on what, which trigger: in the order in which deadlines are run.
type Due = (i64, String, String, &'static str);

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) now: i64,
    /// In order of creation.
    pub(crate) lines: Vec<Line>,
    pub(crate) routers: Routers,
    ports: Vec<Port>,
    rules: BTreeMap<(String, &'static str), (Verdict, i64, String)>,
    pub(crate) due: BTreeMap<Due, String>,
    /// The accounts with what they have, minor units.
    pub(crate) accounts: BTreeMap<String, i64>,
    keys: BTreeMap<String, String>,
    tokens: BTreeMap<String, (Args, i64, Value)>,
}

pub(crate) const TEXTS: &[(&str, &str)] = &[
    ("Name", "name"),
    ("Description", "description"),
    ("CircuitCode", "circuit_code"),
    ("PeerLocation", "peer_location"),
];

/// The value of a parameter; what is empty is absent.
pub(crate) fn get<'a>(args: &'a Args, name: &str) -> Option<&'a str> {
    args.iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

fn is_true(args: &Args, name: &str) -> bool {
    get(args, name).is_some_and(|word| word == "1" || word.eq_ignore_ascii_case("true"))
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

const UNKNOWN: (&str, u16) = ("InvalidPhysicalConnectionId.NotFound", 404);
const NONE_FREE: (&str, u16) = ("InvalidPortType.NotFound", 404);

fn refuse_unless(holds: bool, code: (&'static str, u16)) -> Verdicts {
    if holds { Ok(()) } else { Err(code) }
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
        let rule = |row: &crate::house::Line| {
            let step = Step::from_wire(row["step"].text()).unwrap().as_str();
            let verdict = Verdict::from_wire(row["outcome"].text()).unwrap();
            (
                (row["account"].text().to_owned(), step),
                (verdict, row["delay_ms"].int(), row["reason"].text().to_owned()),
            )
        };
        Model {
            now,
            lines: Vec::new(),
            routers: Routers::default(),
            ports: dump["port"].iter().map(port).collect(),
            rules: dump["autopilot"].iter().map(rule).collect(),
            due: BTreeMap::new(),
            accounts: dump["account"]
                .iter()
                .map(|row| (row["id"].text().to_owned(), row["balance_minor"].int()))
                .collect(),
            keys: dump["access_key"]
                .iter()
                .map(|row| (row["id"].text().to_owned(), row["account"].text().to_owned()))
                .collect(),
            tokens: BTreeMap::new(),
        }
    }

    pub(crate) fn port_ids(&self) -> Vec<String> {
        self.ports.iter().map(|port| port.id.clone()).collect()
    }

    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.keys.keys().cloned().collect()
    }

    pub(crate) fn port_states(&self) -> BTreeMap<&str, &str> {
        self.ports.iter().map(|port| (port.id.as_str(), port.state)).collect()
    }

    /// What a well-formed call is answered, and what it leads to. `reply` is what was answered, for the identifiers
    /// that only the product can make.
    pub(crate) fn call(&mut self, who: Who, entry: &Entry, args: &Args, reply: &Value) -> Verdicts {
        if entry.about.actor == Actor::Operator && who != Who::Operator {
            return Err(("Forbidden.RAM", 403));
        }
        if let (Some(code), Some(region)) = (entry.about.region_error, get(args, "RegionId")) {
            refuse_unless(["east", "west"].contains(&region), (code.name, code.status))?;
        }
        self.before_router(who, entry.name(), args)?;
        let token = Model::token(who, entry, args);
        if let Some(key) = &token
            && let Some((first, at, answer)) = self.tokens.get(key)
            && self.now - at < CLIENT_TOKEN_LIFETIME_MS
            && !self.routers.has_work(entry.name(), args)
        {
            refuse_unless(first == args, ("IdempotentParameterMismatch", 400))?;
            assert_eq!(answer, reply, "a token answers what it answered");
            return Ok(());
        }
        self.run(who, entry.name(), args, reply)?;
        if let Some(key) = token {
            self.tokens.insert(key, (args.clone(), self.now, reply.clone()));
        }
        self.pass(self.now);
        Ok(())
    }

    fn token(who: Who, entry: &Entry, args: &Args) -> Option<String> {
        let token = get(args, "ClientToken")?;
        let target = match entry.name() {
            "CreditAccount" => "AccountId",
            // A new router is bound to nothing.
            "CreateVirtualBorderRouter" => "",
            _ => "PhysicalConnectionId",
        };
        let id = get(args, target).unwrap_or_default();
        match entry.about.replay {
            Replay::Never => None,
            Replay::Create => Some(format!("{who:?} {} {token} {id}", entry.name())),
            Replay::Target => Some(format!("{who:?} {} {token} {id} {args:?}", entry.name())),
        }
    }

    fn own(&self, who: Who, args: &Args, unknown: (&'static str, u16)) -> Result<usize, (&'static str, u16)> {
        let id = get(args, "PhysicalConnectionId").unwrap_or_default();
        let region = get(args, "RegionId");
        let mine = |line: &Line| {
            line.id == id
                && (who == Who::Operator && region.is_none()
                    || line.account == who.account() && Some(line.region.as_str()) == region)
        };
        self.lines.iter().position(mine).ok_or(unknown)
    }

    fn legal(&self, at: usize, trigger: &str) -> Verdicts {
        let code = CIRCUIT.refusal(trigger).map_or(("", 0), |code| (code.name, code.status));
        refuse_unless(CIRCUIT.find(self.lines[at].status, trigger).is_some(), code)
    }

    fn run(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        if let Some(verdict) = self.route(who, action, args, reply) {
            return verdict;
        }
        match action {
            "CreatePhysicalConnection" => self.create(who, args, reply),
            "ModifyPhysicalConnectionAttribute" => self.modify(who, args),
            "ConfirmPhysicalConnection" => {
                let id = get(args, "PhysicalConnectionId").unwrap_or_default();
                refuse_unless(id.starts_with("pc"), ("ResourceNotFound.PhysicalConnectionId", 400))?;
                let at = self.own(who, args, (UNKNOWN.0, 400))?;
                self.step(at, action, "")
            }
            "EnablePhysicalConnection" => self.enable(who, args),
            "DeletePhysicalConnection"
                if get(args, "PhysicalConnectionId").is_some_and(|id| id.starts_with("vbr-")) =>
            {
                Err(("InvalidPhysicalConnectionId.NotMatched", 400))
            }
            "LockPhysicalConnection" | "UnlockPhysicalConnection" => self.lock(who, action, args),
            "AllocatePhysicalConnection" => {
                let at = self.own(who, args, UNKNOWN)?;
                self.legal(at, action)?;
                self.allocate(at, get(args, "PortId"))
            }
            _ if CIRCUIT.moves.iter().any(|row| row.trigger == action) => {
                let at = self.own(who, args, UNKNOWN)?;
                self.routers.hold(action, &self.lines[at].id)?;
                self.step(at, action, get(args, "Reason").unwrap_or_default())
            }
            "TagResources" | "UnTagResources" | "ListTagResources" => self.label(who, action, args),
            "ReservePort" | "ReleasePort" | "SetPortState" => self.port(action, args),
            "SetAutopilot" => {
                let account = get(args, "AccountId").unwrap_or("*").to_owned();
                let step = Step::from_wire(get(args, "Step").unwrap()).unwrap().as_str();
                let verdict = Verdict::from_wire(get(args, "Outcome").unwrap()).unwrap();
                let delay: i64 = get(args, "DelaySeconds").unwrap_or("0").parse().unwrap();
                let reason = get(args, "Reason").unwrap_or_default().to_owned();
                self.rules.insert((account, step), (verdict, delay * 1000, reason));
                Ok(())
            }
            "AdvanceTime" => match (get(args, "Seconds"), get(args, "To")) {
                (Some(seconds), None) => {
                    let to = self.now + seconds.parse::<i64>().unwrap() * 1000;
                    self.pass(to);
                    self.now = to;
                    Ok(())
                }
                (None, None) => Err(("MissingParameter", 400)),
                _ => Err(("InvalidParameter", 400)),
            },
            "CreateAccount"
            | "CreditAccount"
            | "DescribeAccountStatement"
            | "CreateAccessKey"
            | "DisableAccessKey"
            | "DeleteAccessKey" => self.account(who, action, args, reply),
            "OpenPhysicalConnectionService" => Err(("InvalidOperation.OrderOpened", 400)),
            _ => Ok(()),
        }
    }

    /// Buys a month of a confirmed circuit; nobody here ever runs out of money.
    fn enable(&mut self, who: Who, args: &Args) -> Verdicts {
        let action = "EnablePhysicalConnection";
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        if self.lines[at].status != Status::Confirmed {
            return self.step(at, action, "");
        }
        refuse_unless(self.lines[at].business == "Normal", ("INSTANCE.STATUS.NOT.ALLOW", 400))?;
        refuse_unless(!is_true(args, "ByPassSp"), ("ALIUID.NOT.ALLOW.WITHOUT.SP", 400))?;
        let line = &self.lines[at];
        let priced = !line.port_type.as_str().starts_with("10G");
        refuse_unless(priced, ("INSTANCE.STATUS.NOT.ALLOW", 400))?;
        let price = match (line.port_type, line.point.as_str()) {
            (PortType::Fibre1G, _) => 120_007,
            (_, "ap-east-2") => 130_000,
            _ => 100_000,
        };
        *self.accounts.get_mut(&line.account).unwrap() -= price;
        self.step(at, action, "")?;
        let end = time::add_months(self.now, 1).unwrap();
        self.lines[at].end = Some(end);
        let line = &self.lines[at];
        self.due.insert((end, line.account.clone(), line.id.clone(), END_SUBSCRIPTION), String::new());
        Ok(())
    }

    fn account(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        match action {
            "CreateAccount" => {
                let id =
                    get(args, "AccountId").or(reply["AccountId"].as_str()).unwrap_or_default().to_owned();
                refuse_unless(!self.accounts.contains_key(&id), ("AlreadyExists.Account", 400))?;
                self.accounts.insert(id, 0);
                Ok(())
            }
            "CreditAccount" => {
                let account = get(args, "AccountId").unwrap_or_default();
                let has = self.accounts.get_mut(account).ok_or(("InvalidAccountId.NotFound", 404))?;
                *has += money::parse(get(args, "Amount").unwrap_or_default()).unwrap();
                assert_eq!(reply["Balance"], money::text(*has));
                Ok(())
            }
            "DescribeAccountStatement" => {
                let account = get(args, "AccountId").unwrap_or(who.account());
                let may = account == who.account() || who == Who::Operator;
                let has =
                    self.accounts.get(account).filter(|_| may).ok_or(("InvalidAccountId.NotFound", 404))?;
                assert_eq!(reply["Balance"], money::text(*has));
                Ok(())
            }
            "CreateAccessKey" => {
                let account = get(args, "AccountId").unwrap().to_owned();
                refuse_unless(self.accounts.contains_key(&account), ("InvalidAccountId.NotFound", 404))?;
                let held = self.keys.values().filter(|owner| **owner == account).count();
                let full = i64::try_from(held).unwrap() >= ACCESS_KEYS_PER_ACCOUNT_MAX;
                refuse_unless(!full, ("QuotaExceeded.AccessKeys", 400))?;
                self.keys.insert(reply["AccessKeyId"].as_str().unwrap_or_default().to_owned(), account);
                Ok(())
            }
            "DisableAccessKey" | "DeleteAccessKey" => {
                let id = get(args, "TargetAccessKeyId").unwrap();
                refuse_unless(self.keys.contains_key(id), ("InvalidAccessKeyId.NotFound", 404))?;
                if action == "DeleteAccessKey" {
                    self.keys.remove(id);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn offered(&self, point: &str, port_type: PortType) -> bool {
        self.ports.iter().any(|port| port.point == point && port.port_type == port_type.as_str())
    }

    fn create(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (region, point) = (get(args, "RegionId").unwrap(), get(args, "AccessPointId").unwrap());
        let port_type = PortType::from_wire(get(args, "PortType").unwrap_or("1000Base-T")).unwrap();
        let known = ["ap-east-1", "ap-east-2", "ap-east-full", "ap-east-shut", "ap-west-1"].contains(&point);
        refuse_unless(known && point.contains(region), ("ResourceNotFound.AccessPointId", 400))?;
        refuse_unless(
            !point.contains("full") && !point.contains("shut"),
            ("InvalidAccessPointId.NotEnabled", 400),
        )?;
        refuse_unless(self.offered(point, port_type), ("InvalidPortType.NotFound", 400))?;
        refuse_unless(self.free(point, port_type).is_some(), NONE_FREE)?;
        let optic = get(args, "OpticalModuleModel").and_then(OpticalModuleModel::from_wire);
        refuse_unless(optic.is_none_or(|optic| port_type.takes(optic)), ("InvalidParameter", 400))?;
        let labels = labels(args, &["Tag", "Tags"]);
        let tags: BTreeMap<_, _> =
            labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == labels.len(), ("InvalidParameter", 400))?;
        let backup = get(args, "RedundantPhysicalConnectionId").unwrap_or_default();
        if !backup.is_empty() {
            self.backup(who, region, backup, "", "InvalidRedundantPhysicalConnectionId.NotFound")?;
        }
        let mine = |line: &&Line| line.account == who.account();
        let owed = self.lines.iter().filter(mine).any(|line| line.business == "FinancialLocked");
        refuse_unless(!owed, ("Forbidden.BillsOutstanding", 400))?;
        let count = |among: &[Status], at: Option<&str>| {
            let counts = |line: &&Line| among.contains(&line.status) && at.is_none_or(|at| line.point == at);
            i64::try_from(self.lines.iter().filter(mine).filter(counts).count()).unwrap()
        };
        refuse_unless(
            count(NOT_ENABLED, None) < CIRCUITS_NOT_ENABLED_MAX,
            ("QuotaExceeded.freePconnPerAP", 400),
        )?;
        let here = count(AT_ACCESS_POINT, Some(point));
        refuse_unless(here < CIRCUITS_PER_ACCESS_POINT_MAX, ("QuotaExceeded.pConnPerAP", 400))?;
        let text = |name| get(args, name).unwrap_or_default().to_owned();
        let bandwidth = ["bandwidth", "BandWidth", "Bandwidth"].iter().find_map(|name| get(args, name));
        self.lines.push(Line {
            id: reply["PhysicalConnectionId"].as_str().unwrap_or_default().to_owned(),
            account: who.account().to_owned(),
            region: region.to_owned(),
            point: point.to_owned(),
            status: CIRCUIT.initial,
            since: self.now,
            business: "Normal",
            reason: String::new(),
            port_type,
            optic,
            carrier: text("LineOperator"),
            group: text("ResourceGroupId"),
            backup: backup.to_owned(),
            bandwidth: bandwidth.unwrap_or("100").parse().unwrap(),
            texts: TEXTS.iter().map(|(name, column)| (*column, text(name))).collect(),
            tags,
            port: None,
            end: None,
        });
        self.plan(self.lines.len() - 1, self.now);
        Ok(())
    }

    fn backup(&self, who: Who, region: &str, id: &str, of: &str, unknown: &'static str) -> Verdicts {
        let found =
            self.lines.iter().find(|line| line.id == id && line.region == region).ok_or((unknown, 400))?;
        refuse_unless(found.account == who.account(), ("InvalidRedundantPhysicalConnection", 400))?;
        let far = BACKUP.contains(&found.status) && found.id != of;
        refuse_unless(far, ("InvalidRedundantPhysicalConnectionStatus", 400))
    }

    fn modify(&mut self, who: Who, args: &Args) -> Verdicts {
        let action = "ModifyPhysicalConnectionAttribute";
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        let line = self.lines[at].clone();
        let sent = |name: &str| args.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let port_type = get(args, "PortType").and_then(PortType::from_wire).unwrap_or(line.port_type);
        let backup = sent("RedundantPhysicalConnectionId").unwrap_or_else(|| line.backup.clone());
        let open = SPECIFICATION_OPEN.contains(&line.status);
        let changes = port_type != line.port_type || backup != line.backup;
        refuse_unless(open || !changes, ("InvalidStatus", 400))?;
        if port_type != line.port_type {
            let wrong = ("InvalidPortType.Malformd", 400);
            refuse_unless(self.offered(&line.point, port_type), wrong)?;
            refuse_unless(line.optic.is_none_or(|optic| port_type.takes(optic)), wrong)?;
        }
        if !backup.is_empty() && backup != line.backup {
            self.backup(who, &line.region, &backup, &line.id, "InvalidRedundantPhysicalConnection")?;
        }
        let edited = &mut self.lines[at];
        (edited.port_type, edited.backup) = (port_type, backup);
        for (name, column) in TEXTS {
            if let Some(text) = sent(name) {
                edited.texts.insert(column, text);
            }
        }
        if let Some(carrier) = get(args, "LineOperator") {
            carrier.clone_into(&mut edited.carrier);
        }
        let bandwidth = ["bandwidth", "BandWidth", "Bandwidth"].iter().find_map(|name| get(args, name));
        if let Some(bandwidth) = bandwidth {
            edited.bandwidth = bandwidth.parse().unwrap();
        }
        self.step(at, action, "")
    }

    fn lock(&mut self, who: Who, action: &str, args: &Args) -> Verdicts {
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        let overdue = self.lines[at].business == "SecurityLocked";
        self.lines[at].business = match get(args, "BusinessStatus") {
            Some("FinancialLocked") => "FinancialLocked",
            Some(_) => "SecurityLocked",
            None => "Normal",
        };
        get(args, "Reason").unwrap_or_default().clone_into(&mut self.lines[at].reason);
        if overdue {
            self.lock_if_ended(at);
        }
        Ok(())
    }

    /// A subscription that has ended locks its circuit, unless something else does.
    fn lock_if_ended(&mut self, at: usize) {
        let line = &mut self.lines[at];
        let ended = line.end.filter(|end| *end <= self.now && line.status == Status::Enabled);
        if let Some(end) = ended.filter(|_| line.business == "Normal") {
            line.business = "FinancialLocked";
            line.reason = format!("The subscription ended on {} and was not renewed.", time::wire(end));
        }
    }

    fn free(&self, point: &str, port_type: PortType) -> Option<usize> {
        let fits =
            |port: &Port| port.point == point && port.port_type == port_type.as_str() && port.state == "free";
        let free = (0..self.ports.len()).filter(|at| fits(&self.ports[*at]));
        free.min_by_key(|at| (self.ports[*at].position, self.ports[*at].id.clone()))
    }

    fn allocate(&mut self, at: usize, named: Option<&str>) -> Verdicts {
        let line = &self.lines[at];
        let port = match named {
            None => self.free(&line.point, line.port_type).ok_or(NONE_FREE)?,
            Some(id) => {
                let place = self
                    .ports
                    .iter()
                    .position(|port| port.id == id)
                    .ok_or(("InvalidPortId.NotFound", 404))?;
                let port = &self.ports[place];
                let fits = port.point == line.point
                    && port.port_type == line.port_type.as_str()
                    && ["free", "reserved"].contains(&port.state);
                refuse_unless(fits, ("Invalid.Status", 400))?;
                place
            }
        };
        self.ports[port].state = "used";
        self.lines[at].port = Some(self.ports[port].id.clone());
        self.step(at, "AllocatePhysicalConnection", "")
    }

    /// Makes a move of the table, with what every move brings.
    fn step(&mut self, at: usize, trigger: &str, reason: &str) -> Verdicts {
        self.legal(at, trigger)?;
        let row = CIRCUIT.find(self.lines[at].status, trigger).unwrap();
        if !reason.is_empty() {
            reason.clone_into(&mut self.lines[at].reason);
        }
        let id = self.lines[at].id.clone();
        match row.to {
            To::Stays => {}
            To::Gone => {
                self.vacate(at);
                self.due.retain(|due, _| due.2 != id);
                self.lines.remove(at);
            }
            To::State(to) => {
                self.due.retain(|due, _| due.2 != id);
                self.lines[at].status = to;
                self.lines[at].since = self.now;
                if ![Status::Rejected, Status::AllocationFailed].contains(&to)
                    && self.lines[at].business == "Normal"
                {
                    self.lines[at].reason.clear();
                }
                if [Status::Canceled, Status::Terminated, Status::Rejected].contains(&to) {
                    self.vacate(at);
                }
                self.plan(at, self.now);
            }
        }
        Ok(())
    }

    fn vacate(&mut self, at: usize) {
        if let Some(id) = self.lines[at].port.take() {
            let port = self.ports.iter_mut().find(|port| port.id == id).unwrap();
            port.state = "free";
        }
    }

    fn plan(&mut self, at: usize, now: i64) {
        let line = &self.lines[at];
        let mut set = |after: i64, trigger: &'static str, reason: &str| {
            self.due.insert((now + after, line.account.clone(), line.id.clone(), trigger), reason.to_owned());
        };
        for row in own_moves(line.status, Actor::Timer) {
            set(row.after_ms, row.trigger, "");
        }
        let Some(step) = Step::of(line.status) else { return };
        let rule = |account: &str| self.rules.get(&(account.to_owned(), step.as_str()));
        if let Some((verdict, delay, reason)) = rule(&line.account).or_else(|| rule("*"))
            && let Some(trigger) = step.trigger(*verdict)
        {
            set(*delay, trigger, if reason.is_empty() { connect::autopilot::DEFAULT_REASON } else { reason });
        }
    }

    /// Runs every deadline up to an instant, each at its own.
    fn pass(&mut self, until: i64) {
        let now = self.now;
        while let Some((due, reason)) =
            self.due.first_key_value().map(|(due, reason)| (due.clone(), reason.clone()))
        {
            if due.0 > until {
                break;
            }
            self.due.remove(&due);
            self.now = due.0;
            if self.router_deadline(&due.2, due.3) {
                continue;
            }
            let at = self.lines.iter().position(|line| line.id == due.2).expect("a deadline is a circuit's");
            if due.3 == END_SUBSCRIPTION {
                self.lock_if_ended(at);
            } else if due.3 == "AllocatePhysicalConnection" {
                if let Err((code, _)) = self.allocate(at, None) {
                    assert_eq!(code, NONE_FREE.0);
                    let message = "There are no resources with the portType.".to_owned();
                    self.due.insert((due.0, due.1, due.2, "FailPhysicalConnectionAllocation"), message);
                }
            } else {
                let because = if CIRCUIT.refusal(due.3).is_some() && due.3 != "ApprovePhysicalConnection" {
                    &*reason
                } else {
                    ""
                };
                self.step(at, due.3, because).expect("a deadline is legal");
            }
        }
        self.now = now;
    }

    fn label(&mut self, who: Who, action: &str, args: &Args) -> Verdicts {
        let labels = labels(args, &["Tag", "Tags"]);
        let ids = list(args, "ResourceId");
        if action == "TagResources" {
            let keys: BTreeSet<_> = labels.iter().map(|(key, _)| key).collect();
            refuse_unless(keys.len() == labels.len(), ("Duplicate.TagKey", 400))?;
        }
        if action == "ListTagResources" {
            refuse_unless(!ids.is_empty() || !labels.is_empty(), ("MissingParameter", 400))?;
        }
        if let Some(verdict) = self.label_routers(who, action, args) {
            return verdict;
        }
        let circuits = get(args, "ResourceType") == Some("PHYSICALCONNECTION");
        let region = get(args, "RegionId").unwrap();
        let mut places = Vec::new();
        for id in ids {
            let mine = |line: &Line| line.id == id && line.account == who.account() && line.region == region;
            let place = self.lines.iter().position(mine).filter(|_| circuits);
            places.push(place.ok_or(("InvalidResourceId.NotFound", 404))?);
        }
        match action {
            "TagResources" => {
                for place in &places {
                    let mut keys: BTreeSet<_> = self.lines[*place].tags.keys().collect();
                    keys.extend(labels.iter().map(|(key, _)| key));
                    refuse_unless(
                        i64::try_from(keys.len()).unwrap() <= TAGS_MAX,
                        ("NumberExceed.Tags", 400),
                    )?;
                }
                for place in places {
                    let pairs =
                        labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default()));
                    self.lines[place].tags.extend(pairs);
                }
            }
            "UnTagResources" => {
                let gone = list(args, "TagKey");
                let all = gone.is_empty() && is_true(args, "All");
                for place in places {
                    self.lines[place].tags.retain(|key, _| !all && !gone.contains(&key.as_str()));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn port(&mut self, action: &str, args: &Args) -> Verdicts {
        let (from, to): (&[&str], _) = match (action, get(args, "State")) {
            ("ReservePort", _) => (&["free"], "reserved"),
            ("ReleasePort", _) => (&["reserved"], "free"),
            (_, Some("broken")) => {
                refuse_unless(get(args, "Reason").is_some(), ("MissingParameter", 400))?;
                (&["free", "reserved"], "broken")
            }
            _ => (&["broken"], "free"),
        };
        let id = get(args, "PortId").unwrap();
        let port = self.ports.iter_mut().find(|port| port.id == id).ok_or(("InvalidPortId.NotFound", 404))?;
        refuse_unless(from.contains(&port.state), ("IncorrectStatus.Port", 400))?;
        port.state = to;
        Ok(())
    }
}
