//! The life cycle of a route (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{ROUTE_CREATION_MS, ROUTE_DELETION_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use RouteStatus::{Available, Deleting, Pending};
use rpc::Choice;

/// `Status` of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RouteStatus {
    /// Being made.
    Pending,
    /// In force.
    Available,
    /// Being changed; no action here changes one.
    Modifying,
    /// Being removed.
    Deleting,
}

impl State for RouteStatus {
    fn as_str(&self) -> &'static str {
        RouteStatus::as_str(self)
    }
}

/// The deadline that ends the making of a route.
pub const FINISH_CREATION: &str = "FinishRouteCreation";
/// The deadline that ends a removal.
pub const FINISH_DELETION: &str = "FinishRouteDeletion";
/// The interface to which it leads takes it with it.
pub const GO_WITH_INTERFACE: &str = "DeleteWithInterface";

/// What happens to a route from outside when it happens: no state waits for it.
pub const EVENTS: &[&str] = &[GO_WITH_INTERFACE];

/// The life cycle of a route.
pub const ROUTE: Machine<RouteStatus> = Machine {
    name: "route",
    initial: Pending,
    states: RouteStatus::ALL,
    moves: &[
        on(FINISH_CREATION, Timer, &[Pending]).after(ROUTE_CREATION_MS, Available),
        on("DeleteRouteEntry", Tenant, &[Available]).to(Deleting),
        on(GO_WITH_INTERFACE, Timer, &[Pending, Available]).to(Deleting),
        Move {
            trigger: FINISH_DELETION,
            actor: Timer,
            from: &[Deleting],
            to: To::Gone,
            after_ms: ROUTE_DELETION_MS,
        },
    ],
    refusals: &[("DeleteRouteEntry", &codes::INCORRECT_ROUTE_ENTRY_STATUS_ITSELF)],
};

crate::assert_unambiguous!(ROUTE);
