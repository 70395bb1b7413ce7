//! The life cycle of a failover test job (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{FAILOVER_MINUTE_MS, FAILOVER_START_MS, FAILOVER_STOP_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, State, on};
use JobStatus::{Init, Starting, Stopped, Stopping, Testing};
use rpc::Choice;

/// `Status` of a failover test job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum JobStatus {
    /// Waits to be started.
    Init,
    /// Its resources are being taken out of service.
    Starting,
    /// Its resources are out of service.
    Testing,
    /// Its resources are being brought back.
    Stopping,
    /// Over.
    Stopped,
}

impl State for JobStatus {
    fn as_str(&self) -> &'static str {
        JobStatus::as_str(self)
    }
}

/// The deadline that ends the start.
pub const FINISH_START: &str = "FinishFailoverTestStart";
/// The deadline that ends the test: after as many minutes as its job says, at least one.
pub const END_TEST: &str = "EndFailoverTest";
/// The deadline that ends the stop.
pub const FINISH_STOP: &str = "FinishFailoverTestStop";

/// The life cycle of a failover test job.
pub const FAILOVER_JOB: Machine<JobStatus> = Machine {
    name: "failover test job",
    initial: Init,
    states: JobStatus::ALL,
    moves: &[
        on("UpdateFailoverTestJob", Tenant, &[Init]).stays(),
        on("StartFailoverTestJob", Tenant, &[Init]).to(Starting),
        on(FINISH_START, Timer, &[Starting]).after(FAILOVER_START_MS, Testing),
        on(END_TEST, Timer, &[Testing]).after(FAILOVER_MINUTE_MS, Stopping),
        on("StopFailoverTestJob", Tenant, &[Testing]).to(Stopping),
        on(FINISH_STOP, Timer, &[Stopping]).after(FAILOVER_STOP_MS, Stopped),
        on("DeleteFailoverTestJob", Tenant, &[Init, Stopped]).gone(),
    ],
    refusals: &[
        ("UpdateFailoverTestJob", &codes::INCORRECT_STATUS_ONLY_FOR_INIT),
        ("StartFailoverTestJob", &codes::INCORRECT_STATUS_ONLY_FOR_INIT),
        ("StopFailoverTestJob", &codes::INCORRECT_STATUS_ONLY_FOR_TESTING),
        ("DeleteFailoverTestJob", &codes::INCORRECT_STATUS_ONLY_FOR_INIT_OR_STOPPED),
    ],
};

crate::assert_unambiguous!(FAILOVER_JOB);
