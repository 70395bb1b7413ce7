//! Client tokens: a repeated call answers again and changes nothing.

use super::{lead_to, on_each_lane};
use crate::house::{House, Plan, Who, order, text};
use connect::limits::CLIENT_TOKEN_LIFETIME_MS;

#[test]
pub(crate) fn a_client_token_answers_again_what_it_answered() {
    on_each_lane(Plan::quiet, |house| {
        let token = ("ClientToken", "once");
        let pairs = order(&[token]);
        let first = house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs);
        let before = house.dump();
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);
        assert_eq!(house.dump(), before, "a repeated call writes nothing");

        let other = order(&[token, ("Name", "other")]);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &other);
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));
        assert_ne!(house.ok(Who::Second, "CreatePhysicalConnection", &pairs), first);
        house.ok(Who::Tenant, "CreatePhysicalConnection", &order(&[("ClientToken", "Once")]));

        // The first answer stands even when the circuit has moved on.
        let id = text(&first, "PhysicalConnectionId");
        lead_to(house, &id, "Canceled");
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);

        house.advance(CLIENT_TOKEN_LIFETIME_MS / 1000 - 1);
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);
        house.advance(1);
        assert_ne!(house.ok(Who::Tenant, "CreatePhysicalConnection", &other), first);
    });
}

#[test]
pub(crate) fn a_failed_call_leaves_its_token_free() {
    on_each_lane(Plan::quiet, |house| {
        let pairs = order(&[("ClientToken", "t"), ("AccessPointId", "ap-east-full")]);
        house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs);
        house.ok(Who::Tenant, "CreatePhysicalConnection", &order(&[("ClientToken", "t")]));
    });
}

#[test]
pub(crate) fn on_a_named_circuit_a_token_belongs_to_the_circuit_and_the_parameters() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (house.order(Who::Tenant, &[]), house.order(Who::Tenant, &[]));
        let rename = |house: &mut House, id: &str, name: &str| {
            let pairs =
                [("RegionId", "east"), ("PhysicalConnectionId", id), ("Name", name), ("ClientToken", "same")];
            house.ok(Who::Tenant, "ModifyPhysicalConnectionAttribute", &pairs);
        };
        rename(house, &one, "first");
        rename(house, &two, "first");
        rename(house, &one, "second");
        assert_eq!(house.field(&one, "Name"), "second");
        assert_eq!(house.field(&two, "Name"), "first");
        let before = house.dump();
        rename(house, &one, "first");
        assert_eq!(house.dump(), before, "the same call under the same token");

        let cancel = |house: &mut House, id: &str| {
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id), ("ClientToken", "c")];
            house.call(Who::Tenant, "CancelPhysicalConnection", &pairs)
        };
        cancel(house, &one).unwrap();
        assert_eq!(house.status(&two), "Initial");
        cancel(house, &two).unwrap();
        cancel(house, &one).unwrap();
    });
}
