//! What breaks the invariants of networks, beside the table in `invariants`.

use crate::house::{House, Who};
use crate::rules::vpcs::vpc;

/// As in `invariants`: what breaks an invariant, and a word that its finding must have.
pub(crate) const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "networks-wait",
        "update due set at = at + 1 where trigger = 'FinishVpcCreation'",
        "FinishVpcCreation is due on",
    ),
    ("networks-wait", "delete from due where trigger = 'FinishVpcCreation'", "waits for FinishVpcCreation"),
    (
        "networks-wait",
        "update due set actor = 'autopilot' where trigger = 'FinishVpcCreation'",
        "does not wait",
    ),
    (
        "ledger-leads-to-networks",
        "update vpc set status = 'Pending' where status = 'Available'",
        "is \"Available\" in the ledger and \"Pending\"",
    ),
    (
        "ledger-leads-to-networks",
        "update ledger set status_from = 'Deleting' where action = 'FinishVpcCreation'",
        "went on from \"Deleting\"",
    ),
    (
        "labels-are-on-something",
        "update tag set resource = 'vpc-none' where name = 'network'",
        "nothing of its kind",
    ),
];

/// What the damage needs of networks that have been there for a while: the second tenant's, so that nothing else in the
/// house looks otherwise for them.
pub(crate) fn begin(house: &mut House) {
    vpc(house, Who::Second, &[("Tag.1.Key", "network")]);
}

/// What the damage needs of networks that are being made.
pub(crate) fn end(house: &mut House) {
    house.ok(Who::Second, "CreateVpc", &[("RegionId", "east"), ("CidrBlock", "10.0.0.0/8")]);
}
