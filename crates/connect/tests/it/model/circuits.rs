//! Circuits in the model: their table of moves, what ordering and changing one asks for, and what every move brings.

use super::letters::Letter;
use super::{Args, Code, Model, Moves, To, UNKNOWN, Verdicts, find, get, labels, text};
use super::{assert_says, refuse_unless, time};
use crate::house::Who;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(super) point: String,
    pub(crate) status: &'static str,
    pub(super) since: i64,
    pub(crate) created: i64,
    pub(super) enabled: Option<i64>,
    pub(crate) business: &'static str,
    pub(super) reason: String,
    pub(super) port_type: String,
    optic: Option<String>,
    pub(super) carrier: String,
    pub(super) group: String,
    pub(super) backup: String,
    pub(super) bandwidth: i64,
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) port: Option<String>,
    pub(crate) letter: Option<Letter>,
    /// The order that it waits for, by its place among all.
    pub(crate) unpaid: Option<usize>,
    pub(super) prepaid: bool,
    /// When its subscription ends.
    pub(crate) end: Option<i64>,
    /// When it ends once every renewal that is paid has begun.
    pub(super) renewed: Option<i64>,
    /// Months that it buys by itself.
    pub(super) auto_months: i64,
}

pub(super) const TEXTS: &[(&str, &str)] = &[
    ("Name", "name"),
    ("Description", "description"),
    ("CircuitCode", "circuit_code"),
    ("PeerLocation", "peer_location"),
];

const OPEN: &[&str] = &["Initial", "Approved", "Allocated", "Confirmed", "Enabled"];
const NOT_ENABLED: &[&str] = &["Initial", "Approved", "Allocating", "Allocated", "Confirmed"];
const NEEDS_PORT: &[&str] =
    &["Initial", "Approved", "Allocating", "Allocated", "Confirmed", "Enabled", "Terminating"];
const ALL: &[&str] = &[
    "Initial",
    "Approved",
    "Allocating",
    "Allocated",
    "Confirmed",
    "Enabled",
    "Rejected",
    "Canceled",
    "Allocation Failed",
    "Terminating",
    "Terminated",
];

/// The life cycle of a circuit.
pub(crate) const MOVES: Moves = &[
    ("ApprovePhysicalConnection", &["Initial"], To::State("Approved")),
    ("RejectPhysicalConnection", &["Initial", "Approved"], To::State("Rejected")),
    ("StartAllocation", &["Approved"], To::State("Allocating")),
    ("AllocatePhysicalConnection", &["Allocating"], To::State("Allocated")),
    ("FailPhysicalConnectionAllocation", &["Allocating"], To::State("Allocation Failed")),
    ("RetryPhysicalConnectionAllocation", &["Allocation Failed"], To::State("Allocating")),
    ("ModifyPhysicalConnectionAttribute", &["Rejected"], To::State("Initial")),
    ("ModifyPhysicalConnectionAttribute", OPEN, To::Stays),
    ("ConfirmPhysicalConnection", &["Allocated"], To::State("Confirmed")),
    ("AcceptPhysicalConnectionConstruction", &["Allocated"], To::State("Confirmed")),
    ("RefusePhysicalConnectionConstruction", &["Allocated"], To::Stays),
    ("EnablePhysicalConnection", &["Confirmed"], To::State("Enabled")),
    ("EnablePhysicalConnection", &["Enabled"], To::Stays),
    ("CreatePhysicalConnectionOccupancyOrder", &["Confirmed"], To::State("Enabled")),
    ("PayOrder", &["Confirmed"], To::State("Enabled")),
    ("PayOrder", &["Initial"], To::State("Initial")),
    ("VoidOrder", &["Initial"], To::State("Canceled")),
    ("ExpireOrder", &["Initial"], To::State("Canceled")),
    ("AbandonOrder", &["Initial"], To::State("Canceled")),
    ("RenewPhysicalConnection", &["Enabled"], To::Stays),
    ("CancelPhysicalConnection", &["Initial", "Approved", "Allocated", "Confirmed"], To::State("Canceled")),
    ("TerminatePhysicalConnection", &["Enabled"], To::State("Terminating")),
    ("FinishTermination", &["Terminating"], To::State("Terminated")),
    (
        "DeletePhysicalConnection",
        &["Allocated", "Confirmed", "Rejected", "Canceled", "Allocation Failed", "Terminated"],
        To::Gone,
    ),
    ("LockPhysicalConnection", NEEDS_PORT, To::Stays),
    ("UnlockPhysicalConnection", ALL, To::Stays),
];

/// What a trigger answers in a state that has no such move.
fn refusal(trigger: &str) -> Code {
    match trigger {
        "ModifyPhysicalConnectionAttribute" => ("InvalidStatus", 400),
        "ConfirmPhysicalConnection"
        | "AcceptPhysicalConnectionConstruction"
        | "RefusePhysicalConnectionConstruction" => ("IncorrectStatus.PhysicalConnection", 400),
        _ => ("Forbidden.NotAllowedInState", 400),
    }
}

/// What `Spec` says of a port type.
pub(super) fn spec(port_type: &str) -> &'static str {
    match port_type.split("Base").next().unwrap() {
        "10G" => "10G",
        "40G" => "40G",
        "100G" => "100G",
        _ => "1G and below",
    }
}

fn suits(port_type: &str, optic: &str) -> bool {
    match port_type {
        "1000Base-LX" => optic.starts_with("SFP-GE-"),
        "10GBase-LR" => optic.starts_with("SFP-10G-"),
        "40GBase-LR" => optic.starts_with("QSFP-40G-"),
        "100GBase-LR" => optic.starts_with("QSFP28-100G-"),
        _ => false,
    }
}

const NONE_FREE: Code = ("InvalidPortType.NotFound", 404);

impl Model {
    /// Whether a circuit's state has a move of this trigger, and where it leads.
    pub(super) fn legal(&self, at: usize, trigger: &str) -> Result<To, Code> {
        find(MOVES, self.lines[at].status, trigger).ok_or_else(|| refusal(trigger))
    }

    pub(super) fn create(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let port_type = get(args, "PortType").unwrap_or("1000Base-T");
        self.check_place(args, port_type)?;
        let optic = get(args, "OpticalModuleModel");
        refuse_unless(optic.is_none_or(|optic| suits(port_type, optic)), ("InvalidParameter", 400))?;
        let labels = labels(args, &["Tag", "Tags"]);
        let tags: BTreeMap<_, _> =
            labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == labels.len(), ("InvalidParameter", 400))?;
        self.check_account(who, args)?;
        let bandwidth = ["bandwidth", "BandWidth", "Bandwidth"].iter().find_map(|name| get(args, name));
        let id = reply["PhysicalConnectionId"].as_str().unwrap_or_default();
        let line = Line {
            optic: optic.map(str::to_owned),
            group: text(args, "ResourceGroupId"),
            bandwidth: bandwidth.unwrap_or("100").parse().unwrap(),
            texts: TEXTS.iter().map(|(name, column)| (*column, text(args, name))).collect(),
            tags,
            ..self.line(who, args, id)
        };
        self.lines.push(line);
        self.plan_status(self.lines.len() - 1);
        Ok(())
    }

    /// A circuit as it is ordered, with what every way of ordering one says.
    pub(super) fn line(&self, who: Who, args: &Args, id: &str) -> Line {
        Line {
            id: id.to_owned(),
            account: who.account().to_owned(),
            region: text(args, "RegionId"),
            point: text(args, "AccessPointId"),
            status: "Initial",
            since: self.now,
            created: self.now,
            enabled: None,
            business: "Normal",
            reason: String::new(),
            port_type: get(args, "PortType").unwrap_or("1000Base-T").to_owned(),
            optic: None,
            carrier: text(args, "LineOperator"),
            group: String::new(),
            backup: text(args, "RedundantPhysicalConnectionId"),
            bandwidth: 100,
            texts: TEXTS.iter().map(|(_, column)| (*column, String::new())).collect(),
            tags: BTreeMap::new(),
            port: None,
            letter: None,
            unpaid: None,
            prepaid: false,
            end: None,
            renewed: None,
            auto_months: 0,
        }
    }

    fn offered(&self, point: &str, port_type: &str) -> bool {
        self.ports.iter().any(|port| port.point == point && port.port_type == port_type)
    }

    /// The access point is the region's, is open, and has a free port of the type.
    pub(super) fn check_place(&self, args: &Args, port_type: &str) -> Verdicts {
        let (region, point) = (get(args, "RegionId").unwrap(), get(args, "AccessPointId").unwrap());
        let known = ["ap-east-1", "ap-east-2", "ap-east-full", "ap-east-shut", "ap-west-1"].contains(&point);
        refuse_unless(known && point.contains(region), ("ResourceNotFound.AccessPointId", 400))?;
        let open = !point.contains("full") && !point.contains("shut");
        refuse_unless(open, ("InvalidAccessPointId.NotEnabled", 400))?;
        refuse_unless(self.offered(point, port_type), ("InvalidPortType.NotFound", 400))?;
        refuse_unless(self.free(point, port_type).is_some(), NONE_FREE)
    }

    /// The backup is good, nothing is owed, and there is room for one more.
    pub(super) fn check_account(&self, who: Who, args: &Args) -> Verdicts {
        let (region, point) = (get(args, "RegionId").unwrap(), get(args, "AccessPointId").unwrap());
        if let Some(backup) = get(args, "RedundantPhysicalConnectionId") {
            self.backup(who, region, backup, "", "InvalidRedundantPhysicalConnectionId.NotFound")?;
        }
        let mine: Vec<_> = self.lines.iter().filter(|line| line.account == who.account()).collect();
        let owed = mine.iter().any(|line| line.business == "FinancialLocked");
        refuse_unless(!owed, ("Forbidden.BillsOutstanding", 400))?;
        let waiting = mine.iter().filter(|line| NOT_ENABLED.contains(&line.status)).count();
        refuse_unless(waiting < 5, ("QuotaExceeded.freePconnPerAP", 400))?;
        let here =
            mine.iter().filter(|line| line.point == point && NEEDS_PORT.contains(&line.status)).count();
        refuse_unless(here < 20, ("QuotaExceeded.pConnPerAP", 400))
    }

    fn backup(&self, who: Who, region: &str, id: &str, of: &str, unknown: &'static str) -> Verdicts {
        let found =
            self.lines.iter().find(|line| line.id == id && line.region == region).ok_or((unknown, 400))?;
        refuse_unless(found.account == who.account(), ("InvalidRedundantPhysicalConnection", 400))?;
        let far = ["Allocated", "Confirmed", "Enabled"].contains(&found.status) && found.id != of;
        refuse_unless(far, ("InvalidRedundantPhysicalConnectionStatus", 400))
    }

    pub(super) fn modify(&mut self, who: Who, args: &Args) -> Verdicts {
        let action = "ModifyPhysicalConnectionAttribute";
        self.refuse_hosted(who, args)?;
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        let line = &self.lines[at];
        let sent = |name: &str| args.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        let port_type = get(args, "PortType").unwrap_or(&line.port_type).to_owned();
        let backup = sent("RedundantPhysicalConnectionId").unwrap_or_else(|| line.backup.clone());
        let changes = port_type != line.port_type || backup != line.backup;
        let open = ["Initial", "Rejected"].contains(&line.status);
        refuse_unless(open || !changes, ("InvalidStatus", 400))?;
        if port_type != line.port_type {
            let wrong = ("InvalidPortType.Malformd", 400);
            refuse_unless(self.offered(&line.point, &port_type), wrong)?;
            refuse_unless(line.optic.as_ref().is_none_or(|optic| suits(&port_type, optic)), wrong)?;
        }
        if !backup.is_empty() && backup != line.backup {
            self.backup(who, &line.region, &backup, &line.id, "InvalidRedundantPhysicalConnection")?;
        }
        let bandwidth = ["bandwidth", "BandWidth", "Bandwidth"].iter().find_map(|name| get(args, name));
        let bandwidth = bandwidth.map_or(line.bandwidth, |digits| digits.parse().unwrap());
        self.still_fits(&line.id, bandwidth)?;
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
        edited.bandwidth = bandwidth;
        self.step(at, action, "")
    }

    pub(super) fn lock(&mut self, who: Who, action: &str, args: &Args) -> Verdicts {
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        let overdue = self.lines[at].business == "SecurityLocked";
        self.lines[at].business = match get(args, "BusinessStatus") {
            Some("FinancialLocked") => "FinancialLocked",
            Some(_) => "SecurityLocked",
            None => "Normal",
        };
        self.lines[at].reason = text(args, "Reason");
        if overdue {
            self.lock_if_ended(at);
        }
        Ok(())
    }

    /// The plain moves, each with what it asks for beside the state.
    pub(super) fn act(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        if let Some(verdict) = self.move_hosted(who, action, args) {
            return verdict;
        }
        let id = get(args, "PhysicalConnectionId").unwrap_or_default();
        match action {
            "ConfirmPhysicalConnection" => {
                refuse_unless(id.starts_with("pc"), ("ResourceNotFound.PhysicalConnectionId", 400))?;
                let at = self.own(who, args, (UNKNOWN.0, 400))?;
                self.step(at, action, "")
            }
            "DeletePhysicalConnection" if id.starts_with("vbr-") => {
                Err(("InvalidPhysicalConnectionId.NotMatched", 400))
            }
            "AllocatePhysicalConnection" => {
                let at = self.own(who, args, UNKNOWN)?;
                self.legal(at, action)?;
                self.allocate(at, get(args, "PortId"), reply)
            }
            _ => {
                let at = self.own(who, args, UNKNOWN)?;
                self.routers.hold(action, &self.lines[at].id)?;
                self.held_by_hosted(action, &self.lines[at].id)?;
                self.legal(at, action)?;
                let reviews = ["ApprovePhysicalConnection", "RejectPhysicalConnection"].contains(&action);
                let waits = reviews && self.lines[at].unpaid.is_some();
                refuse_unless(!waits, ("INSTANCE.STATUS.NOT.ALLOW", 400))?;
                self.step(at, action, get(args, "Reason").unwrap_or_default())
            }
        }
    }

    fn free(&self, point: &str, port_type: &str) -> Option<usize> {
        let fits =
            |port: &super::Port| port.point == point && port.port_type == port_type && port.state == "free";
        let free = (0..self.ports.len()).filter(|at| fits(&self.ports[*at]));
        free.min_by_key(|at| (self.ports[*at].position, &self.ports[*at].id))
    }

    pub(super) fn allocate(&mut self, at: usize, named: Option<&str>, reply: &Value) -> Verdicts {
        let line = &self.lines[at];
        let port = match named {
            None => self.free(&line.point, &line.port_type).ok_or(NONE_FREE)?,
            Some(id) => {
                let found = self.ports.iter().position(|port| port.id == id);
                let place = found.ok_or(("InvalidPortId.NotFound", 404))?;
                let port = &self.ports[place];
                let fits = port.point == line.point
                    && port.port_type == line.port_type
                    && ["free", "reserved"].contains(&port.state);
                refuse_unless(fits, ("Invalid.Status", 400))?;
                place
            }
        };
        self.ports[port].state = "used";
        assert_says(reply, &json!({"PortId": self.ports[port].id}));
        self.lines[at].port = Some(self.ports[port].id.clone());
        self.step(at, "AllocatePhysicalConnection", "")
    }

    /// Makes a move of the table, with what every move brings: to the letter, to the order, to the port.
    pub(super) fn step(&mut self, at: usize, trigger: &str, reason: &str) -> Verdicts {
        let to = self.legal(at, trigger)?;
        self.follow(at, trigger, reason)?;
        if !reason.is_empty() {
            reason.clone_into(&mut self.lines[at].reason);
        }
        match to {
            To::Stays => {}
            To::Gone => {
                self.leave_behind(at);
                self.vacate(at);
                let line = self.lines.remove(at);
                self.clear_due(&line.id);
            }
            To::State(to) => {
                self.clear_due(&self.lines[at].id.clone());
                self.arrive(at, to, trigger);
                self.plan_status(at);
            }
        }
        Ok(())
    }

    fn arrive(&mut self, at: usize, to: &'static str, trigger: &str) {
        let now = self.now;
        let line = &mut self.lines[at];
        (line.status, line.since) = (to, now);
        let of_order = ["VoidOrder", "ExpireOrder", "AbandonOrder"].contains(&trigger);
        let explained = ["Rejected", "Allocation Failed"].contains(&to) || to == "Canceled" && of_order;
        if !explained && line.business == "Normal" {
            line.reason.clear();
        }
        if to == "Enabled" {
            line.enabled = Some(now);
        }
        if ["Canceled", "Terminated", "Rejected"].contains(&to) {
            self.vacate(at);
        }
        if to == "Terminating" {
            self.leave_traffic(&self.lines[at].id.clone());
        }
        self.leave_behind(at);
    }

    fn vacate(&mut self, at: usize) {
        if let Some(id) = self.lines[at].port.take() {
            let port = self.ports.iter_mut().find(|port| port.id == id).unwrap();
            port.state = "free";
        }
    }

    /// Sets the deadlines of the present status.
    pub(super) fn plan_status(&mut self, at: usize) {
        let line = &self.lines[at];
        let (account, id) = (line.account.clone(), line.id.clone());
        match line.status {
            "Initial" if line.unpaid.is_none() => self.plan(&account, &id, "review"),
            "Approved" => self.set_due(&account, &id, "StartAllocation", self.now, ""),
            "Allocating" => self.plan(&account, &id, "reservation"),
            "Terminating" => self.set_due(&account, &id, "FinishTermination", self.now + 1000, ""),
            "Enabled" => self.plan_term(at),
            _ => {}
        }
    }
}

impl Line {
    /// A circuit as its owner is shown it.
    pub(super) fn shown(&self, with_reservation: bool) -> Value {
        let reserved = self.renewed.and(self.end).filter(|_| with_reservation);
        json!({
            "PhysicalConnectionId": self.id, "AccessPointId": self.point, "Status": self.status,
            "StatusReason": Some(&self.reason).filter(|reason| !reason.is_empty()),
            "BusinessStatus": self.business, "Name": self.texts["name"],
            "Description": self.texts["description"], "LineOperator": self.carrier,
            "CircuitCode": self.texts["circuit_code"], "PeerLocation": self.texts["peer_location"],
            "PortType": self.port_type, "Spec": spec(&self.port_type), "Bandwidth": self.bandwidth,
            "RedundantPhysicalConnectionId": self.backup, "ResourceGroupId": self.group,
            "LoaStatus": self.letter.as_ref().map_or("", |letter| letter.status),
            "ChargeType": if self.prepaid { "Prepaid" } else { "" },
            "CreationTime": time::wire(self.created), "EnabledTime": time::wire_or_empty(self.enabled),
            "EndTime": time::wire_or_empty(self.end),
            "HasReservationData": self.renewed.is_some().to_string(),
            "ReservationOrderType": reserved.map(|_| "RENEW"),
            "ReservationActiveTime": reserved.map(time::wire),
        })
    }

    /// The moves that some person can make of this circuit now, and of what hangs on it: for the generator.
    pub(crate) fn moves(&self) -> Vec<&'static str> {
        let waits = self.unpaid.is_some();
        let of_order = |trigger: &str| ["PayOrder", "VoidOrder"].contains(&trigger);
        let mut moves: Vec<_> = MOVES
            .iter()
            .filter(|(trigger, from, _)| from.contains(&self.status) && !of_order(trigger))
            .map(|(trigger, _, _)| *trigger)
            .collect();
        moves.extend(["PayOrder", "VoidOrder"].into_iter().filter(|_| waits));
        moves.extend(self.moves_of_letter());
        moves.extend(["RefundInstance"].into_iter().filter(|_| self.status == "Enabled"));
        moves
    }
}

/// Whether an operator can move a circuit in this status on.
pub(super) fn waits_for_operator(status: &str) -> bool {
    ["Initial", "Approved", "Allocating", "Allocated", "Allocation Failed"].contains(&status)
}
