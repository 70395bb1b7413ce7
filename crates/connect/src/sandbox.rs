//! What only a sandbox can do: steer the autopilot, read and move time, begin again.

use crate::account::AccountId;
use crate::action::{About, Codes, Command, Query, Replay, Result};
use crate::autopilot::{EVERYBODY, Rule, Step, Verdict};
use crate::circuit::parameters::{ClientToken, Reason};
use crate::codes;
use crate::cx::{Cx, View};
use crate::founding;
use crate::id::Seed;
use crate::limits;
use crate::reply::Nothing;
use crate::time::{self, Millis};
use crate::timer;
use crate::world::{Mode, World};
use rpc::code::Error;
use rpc::gateway;
use rpc::params::invalid;
use rpc::wire::Int;
use rpc::{Reply, Wire};
use store::{Arg, Fault, Read, ReadExt, Tx};

const CLOCK: &str = "clock";

/// Where the manual clock stands, in a sandbox that has one.
pub fn clock(read: &mut dyn Read) -> std::result::Result<Option<Millis>, Fault> {
    Ok(founding::setting(read, CLOCK)?.and_then(|text| text.parse().ok()))
}

pub(crate) fn set_clock(tx: &mut dyn Tx, at: Millis) -> std::result::Result<(), Fault> {
    founding::set(tx, CLOCK, &at.to_string())
}

fn require_sandbox(world: &World) -> Result<Option<Millis>> {
    match world.mode {
        Mode::Sandbox { clock_start } => Ok(clock_start),
        Mode::Server => Err((&codes::INVALID_OPERATION_NOT_SANDBOX).into()),
    }
}

/// The refusal of an action that only a sandbox has.
const SANDBOX_ONLY: Codes = &[&codes::INVALID_OPERATION_NOT_SANDBOX];

/// Changes a rule of the autopilot, for one account or for all. It holds for circuits that come to the step from
/// now on.
#[derive(Wire)]
pub struct SetAutopilot {
    /// The account it holds for; left out, all.
    account_id: Option<AccountId>,
    /// The step.
    step: Step,
    /// do, refuse, or leave to a person.
    outcome: Verdict,
    /// How long after the step became due, seconds.
    #[wire(default = "0")]
    delay_seconds: Int<0, { limits::AUTOPILOT_DELAY_S_MAX }>,
    /// The reason given with a refusal.
    reason: Option<Reason>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for SetAutopilot {
    type Reply = Nothing;
    const ABOUT: About = About::operator("SetAutopilot", "operator:SetAutopilot").replay(Replay::Target);
    const ERRORS: Codes = SANDBOX_ONLY;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        require_sandbox(cx.world)?;
        let account = self.account_id.as_ref().map_or(EVERYBODY, AccountId::as_str);
        let rule = Rule {
            step: self.step,
            outcome: self.outcome,
            delay_ms: self.delay_seconds.get() * 1000,
            reason: self.reason.as_ref().map(Reason::as_str).unwrap_or_default().to_owned(),
        };
        founding::rule(cx.tx, account, &[rule])?;
        cx.record(self.step.as_str(), "", self.outcome.as_str());
        Ok(Nothing {})
    }
}

/// Lists the rules of the autopilot.
#[derive(Wire)]
pub struct DescribeAutopilot {
    /// Only rules of this account and those for all.
    account_id: Option<AccountId>,
}

/// The rules.
#[derive(Reply)]
pub struct Autopilot {
    /// The rules.
    rules: RuleSet,
}

/// The rules.
#[derive(Reply)]
pub struct RuleSet {
    /// One rule each.
    rule: Vec<RuleAnswer>,
}

/// A rule.
#[derive(Reply)]
pub struct RuleAnswer {
    /// The account it holds for; an asterisk for all.
    account_id: String,
    /// The step.
    step: String,
    /// do, refuse or leave.
    outcome: String,
    /// How long after the step became due, seconds.
    delay_seconds: i64,
    /// The reason given with a refusal.
    reason: String,
}

impl Query for DescribeAutopilot {
    type Reply = Autopilot;
    const ABOUT: About = About::operator("DescribeAutopilot", "operator:DescribeAutopilot");
    const ERRORS: Codes = SANDBOX_ONLY;

    fn answer(&self, view: &mut View<'_>) -> Result<Autopilot> {
        require_sandbox(view.world)?;
        let account = self.account_id.as_ref().map_or("", AccountId::as_str);
        let rule = view.read.all(
            "select account, step, outcome, delay_ms, reason from autopilot
             where $1 = '' or account = $1 or account = '*' order by account, step",
            &[Arg::from(account)],
            |row| {
                let text = |index| row.text(index).map(str::to_owned);
                Ok(RuleAnswer {
                    account_id: text(0)?,
                    step: text(1)?,
                    outcome: text(2)?,
                    delay_seconds: row.int(3)? / 1000,
                    reason: text(4)?,
                })
            },
        )?;
        Ok(Autopilot { rules: RuleSet { rule } })
    }
}

/// Moves the manual clock forward and carries out every deadline on the way, in order, each at its own instant.
#[derive(Wire)]
pub struct AdvanceTime {
    /// How far, seconds. Give this or To.
    seconds: Option<Int<0, { limits::ADVANCE_S_MAX }>>,
    /// To which instant, for instance 2026-01-31T08:00:00Z. Give this or Seconds.
    to: Option<String>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// Where the clock stands now.
#[derive(Reply)]
pub struct TimeAdvanced {
    /// The product's time.
    now: String,
    /// Deadlines that were carried out.
    deadlines: i64,
}

impl Command for AdvanceTime {
    type Reply = TimeAdvanced;
    const ABOUT: About = About::operator("AdvanceTime", "operator:AdvanceTime").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_OPERATION_NOT_SANDBOX,
        &codes::INVALID_OPERATION_CLOCK_NOT_MANUAL,
        &gateway::INVALID_PARAMETER,
        &gateway::MISSING_PARAMETER,
    ];

    fn run(&self, cx: &mut Cx<'_>) -> Result<TimeAdvanced> {
        if require_sandbox(cx.world)?.is_none() {
            return Err((&codes::INVALID_OPERATION_CLOCK_NOT_MANUAL).into());
        }
        let from = clock(cx.tx)?.unwrap_or(cx.now);
        let to = self.target(from)?;
        let deadlines = timer::advance(cx.tx, cx.world, to, cx.ids, cx.effects)?;
        set_clock(cx.tx, to)?;
        cx.now = to;
        cx.effects.clock = Some(to);
        cx.record(CLOCK, "", "");
        Ok(TimeAdvanced { now: time::wire(to), deadlines })
    }
}

impl AdvanceTime {
    fn target(&self, from: Millis) -> Result<Millis> {
        match (&self.seconds, &self.to) {
            (Some(seconds), None) => Ok(from + seconds.get() * 1000),
            (None, Some(to)) => {
                let to =
                    time::parse(to).filter(|to| (from..=from + limits::ADVANCE_S_MAX * 1000).contains(to));
                to.ok_or_else(|| {
                    invalid("To", &format!("name an instant from {} on", time::wire(from))).into()
                })
            }
            (Some(_), Some(_)) => Err(invalid("To", "give Seconds or To, not both").into()),
            (None, None) => Err(Error::new(&gateway::MISSING_PARAMETER)
                .with_message("The input parameter \"Seconds\" or \"To\" is needed to move time.")
                .into()),
        }
    }
}

/// Tells the product's time and whether it can be moved.
#[derive(Wire)]
pub struct DescribeTime {}

/// The product's time.
#[derive(Reply)]
pub struct TimeAnswer {
    /// The product's time.
    now: String,
    /// manual or system.
    clock: &'static str,
    /// The next deadline; left out when none is set.
    next_deadline: Option<String>,
}

impl Query for DescribeTime {
    type Reply = TimeAnswer;
    const ABOUT: About = About::operator("DescribeTime", "operator:DescribeTime");
    const ERRORS: Codes = SANDBOX_ONLY;

    fn answer(&self, view: &mut View<'_>) -> Result<TimeAnswer> {
        let manual = require_sandbox(view.world)?.is_some();
        let next_deadline = timer::next(view.read)?.map(time::wire);
        Ok(TimeAnswer {
            now: time::wire(view.now),
            clock: if manual { "manual" } else { "system" },
            next_deadline,
        })
    }
}

/// Empties the sandbox and founds it anew: accounts, keys, inventory, autopilot and clock as at the first start.
#[derive(Wire)]
pub struct ResetSandbox {}

/// Every table that a reset empties.
const TABLES: &[&str] = &[
    "setting",
    "account",
    "access_key",
    "ledger",
    "due",
    "autopilot",
    "device",
    "port",
    "outbound_service",
    "circuit",
    "circuit_count",
    "circuit_order",
    "tag",
    "letter",
    "letter_document",
    "posting",
    "vbr",
    "vbr_association",
    "vlan",
    "vpc",
    "router_interface",
    "route",
    "route_hop",
    "hosted",
    "qos",
    "qos_circuit",
    "qos_queue",
    "qos_rule",
    "bgp_group",
    "bgp_peer",
    "bgp_network",
    "vbr_ha",
    "cen_grant",
    "failover_job",
    "failover_resource",
];

impl Command for ResetSandbox {
    type Reply = Nothing;
    const ABOUT: About = About::operator("ResetSandbox", "operator:ResetSandbox");
    const ERRORS: Codes = SANDBOX_ONLY;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let start = require_sandbox(cx.world)?;
        for table in TABLES {
            cx.tx.exec(&format!("delete from {table}"), &[])?;
        }
        let now = start.unwrap_or(cx.now);
        founding::establish(cx.tx, cx.world, &cx.world.founders, now, Seed(cx.ids.bytes()))?;
        cx.effects.clock = start;
        cx.effects.keys_changed = true;
        cx.effects.reset = true;
        cx.effects.wake_at = None;
        // The ledger begins again with this very row.
        cx.revision = crate::cx::lock(cx.tx, &cx.account)?;
        cx.record("sandbox", "", "");
        Ok(Nothing {})
    }
}
