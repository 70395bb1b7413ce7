//! The life cycle of a traffic policy (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::limits::QOS_CONFIGURATION_MS;
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, State, on};
use QosStatus::{Configuring, Normal};
use rpc::Choice;

/// `Status` of a traffic policy, and of its queues and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum QosStatus {
    /// Settled.
    Normal,
    /// A change is being brought to the devices of its circuits.
    Configuring,
}

impl State for QosStatus {
    fn as_str(&self) -> &'static str {
        QosStatus::as_str(self)
    }
}

/// Any of the changes, where there are circuits whose devices have to learn of it. Without circuits a change is
/// settled at once.
pub const CONFIGURE: &str = "ModifyExpressConnectTrafficQos(with circuits)";
/// The deadline by which the devices have learnt of it.
pub const FINISH_CONFIGURATION: &str = "FinishTrafficConfiguration";

/// The life cycle of a traffic policy.
pub const QOS: Machine<QosStatus> = Machine {
    name: "traffic policy",
    initial: Normal,
    states: QosStatus::ALL,
    moves: &[
        on("ModifyExpressConnectTrafficQos", Tenant, &[Normal]).stays(),
        on("CreateExpressConnectTrafficQosQueue", Tenant, &[Normal]).stays(),
        on("ModifyExpressConnectTrafficQosQueue", Tenant, &[Normal]).stays(),
        on("DeleteExpressConnectTrafficQosQueue", Tenant, &[Normal]).stays(),
        on("CreateExpressConnectTrafficQosRule", Tenant, &[Normal]).stays(),
        on("ModifyExpressConnectTrafficQosRule", Tenant, &[Normal]).stays(),
        on("DeleteExpressConnectTrafficQosRule", Tenant, &[Normal]).stays(),
        on(CONFIGURE, Tenant, &[Normal]).to(Configuring),
        on(FINISH_CONFIGURATION, Timer, &[Configuring]).after(QOS_CONFIGURATION_MS, Normal),
        // Without circuits, no device has to learn of it.
        on("DeleteExpressConnectTrafficQos", Tenant, QosStatus::ALL).gone(),
    ],
    refusals: &[
        ("ModifyExpressConnectTrafficQos", &codes::INCORRECT_STATUS_QOS),
        ("CreateExpressConnectTrafficQosQueue", &codes::INCORRECT_STATUS_QOS),
        ("ModifyExpressConnectTrafficQosQueue", &codes::INCORRECT_STATUS_QOS),
        ("DeleteExpressConnectTrafficQosQueue", &codes::INCORRECT_STATUS_QOS),
        ("CreateExpressConnectTrafficQosRule", &codes::INCORRECT_STATUS_QOS),
        ("ModifyExpressConnectTrafficQosRule", &codes::INCORRECT_STATUS_QOS),
        ("DeleteExpressConnectTrafficQosRule", &codes::INCORRECT_STATUS_QOS),
    ],
};

crate::assert_unambiguous!(QOS);
