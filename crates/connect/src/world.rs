//! What a deployment is: all that an action may know and that is no row. Built once at start, never changed.

use crate::catalogue::Catalogue;
use crate::letter::desk::LetterDesk;
use crate::limits;
use crate::seal::Seal;
use crate::time::Millis;

/// Sandbox or server; the code path is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The real thing: durable, real clock, no autopilot.
    Server,
    /// A sandbox; `clock_start` is the instant of a frozen clock, `None` with the system's clock.
    Sandbox {
        /// Where a manual clock begins.
        clock_start: Option<Millis>,
    },
}

/// Quotas that a deployment may lift.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// Circuits of one account that are not enabled.
    pub not_enabled: i64,
    /// Circuits of one account at one access point.
    pub per_access_point: i64,
    /// Border routers on one circuit.
    pub routers_per_circuit: i64,
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas {
            not_enabled: limits::CIRCUITS_NOT_ENABLED_MAX,
            per_access_point: limits::CIRCUITS_PER_ACCESS_POINT_MAX,
            routers_per_circuit: limits::VBRS_PER_CIRCUIT_MAX,
        }
    }
}

impl Quotas {
    /// No quota binds.
    pub const LIFTED: Quotas =
        Quotas { not_enabled: i64::MAX, per_access_point: i64::MAX, routers_per_circuit: i64::MAX };
}

/// A deployment.
pub struct World {
    /// Regions, access points and devices.
    pub catalogue: Catalogue,
    /// Opens and seals access key secrets and the engineers of letters.
    pub seal: Seal,
    /// What letters of authorization are issued with.
    pub letters: LetterDesk,
    /// Sandbox or server.
    pub mode: Mode,
    /// Quotas in force.
    pub quotas: Quotas,
    /// Whether every account's outbound traffic service is open from the start (conflicts C9).
    pub outbound_service_open: bool,
    /// The autopilot's rules for all accounts when a sandbox is founded.
    pub autopilot: Vec<crate::autopilot::Rule>,
    /// The accounts with which a sandbox begins, and begins again.
    pub founders: Vec<crate::founding::Identity>,
    /// What the tenants among the founders have on their accounts at the start, minor units.
    pub opening_minor: i64,
    /// The one currency of the deployment, for instance `CNY`.
    pub currency: String,
}

/// The currency of a deployment that is not told another.
pub const CURRENCY_DEFAULT: &str = "CNY";

/// The operator's account in a sandbox and, until told otherwise, in a server.
pub const OPERATOR_ACCOUNT: &str = "1000000000000000";
