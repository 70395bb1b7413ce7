//! The rules of the product, one short test each, on every engine there is.

pub(crate) mod autopilot;
pub(crate) mod bgp;
pub(crate) mod bgp_peers;
pub(crate) mod billing;
pub(crate) mod catalogue;
pub(crate) mod changes;
pub(crate) mod documents;
pub(crate) mod failover;
pub(crate) mod failover_jobs;
pub(crate) mod groups;
pub(crate) mod hosted;
pub(crate) mod interface_changes;
pub(crate) mod interfaces;
pub(crate) mod letters;
pub(crate) mod lists;
pub(crate) mod money;
pub(crate) mod occupancy;
pub(crate) mod operator;
pub(crate) mod orders;
pub(crate) mod router_changes;
pub(crate) mod router_lists;
pub(crate) mod router_owners;
pub(crate) mod routers;
pub(crate) mod routes;
pub(crate) mod side;
pub(crate) mod subscription;
pub(crate) mod tags;
pub(crate) mod tenants;
pub(crate) mod time;
pub(crate) mod tokens;
pub(crate) mod traffic;
pub(crate) mod vpcs;

use crate::house::{House, Lane, Plan, circuits, lanes, text};
use connect::world::Quotas;
use serde_json::Value;

/// Filters: a key each, and its values.
type Filters<'a> = &'a [(&'a str, &'a [&'a str])];
/// Parameters beside the usual ones.
type More<'a> = &'a [(&'a str, &'a str)];
/// Parameters.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// Runs a test on each lane, in a house built to this plan.
pub(crate) fn on_each_lane(plan: impl Fn(Lane) -> Plan, test: impl Fn(&mut House)) {
    for lane in lanes() {
        test(&mut plan(lane).build());
    }
}

pub(crate) fn lifted(lane: Lane) -> Plan {
    Plan { quotas: Quotas::LIFTED, ..Plan::quiet(lane) }
}

/// Brings a circuit of the tenant as far as Enabled, by the operator's and the tenant's actions.
pub(crate) fn lead_to(house: &mut House, id: &str, status: &str) {
    let tenant = |house: &mut House, action| house.act(action, id).map(drop).unwrap();
    while house.status(id) != status {
        match house.status(id).as_str() {
            "Initial" if status == "Rejected" => drop(house.operate("RejectPhysicalConnection", id)),
            "Initial" if status == "Canceled" => tenant(house, "CancelPhysicalConnection"),
            "Initial" => drop(house.operate("ApprovePhysicalConnection", id)),
            "Allocating" if status == "Allocation Failed" => {
                drop(house.operate("FailPhysicalConnectionAllocation", id));
            }
            "Allocating" => drop(house.operate("AllocatePhysicalConnection", id)),
            "Allocated" => tenant(house, "ConfirmPhysicalConnection"),
            "Confirmed" => tenant(house, "EnablePhysicalConnection"),
            "Enabled" => tenant(house, "TerminatePhysicalConnection"),
            "Terminating" => drop(house.advance(1)),
            stuck => panic!("no way from {stuck} to {status}"),
        }
    }
}

fn ids(answer: &Value) -> Vec<String> {
    circuits(answer).iter().map(|circuit| text(circuit, "PhysicalConnectionId")).collect()
}
