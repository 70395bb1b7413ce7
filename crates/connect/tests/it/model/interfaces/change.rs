//! What happens to router interfaces that are there: changed, connected, taken out of service and removed.

use super::{
    Args, BAD_PROBE, BAD_SPEC, CONNECTED, Code, Faults, GO_WITH_PEER, Interface, Model, PEER_CONNECTS,
    STABLE, UNKNOWN, Value, Verdicts, Who, get, is_true, number, refuse_unless, sent, suits, text,
};

const IN_MOTION: Code = ("IncorrectStatus", 400);
const BAD_CHANGE: Code = ("InvalidParam.ModifyRouterInterface", 400);
const RI_STATUS: Code = ("IncorrectRIStatus", 400);
const UNSET: Code = ("IncorrectOppositeInterfaceInfo.NotSet", 400);
const DISAGREE: Code = ("IncorrectOppositeInterfaceInfo", 400);
const ROUTED: Code = ("DependencyViolation.RouterInterfaceReferedByRouteEntry", 400);

/// What a change may name, beside the addresses for probes and whether they go.
const CHANGES: &[&str] = &[
    "Name",
    "Description",
    "HealthCheckSourceIp",
    "HealthCheckTargetIp",
    "OppositeInterfaceId",
    "OppositeInterfaceOwnerId",
    "OppositeRouterId",
    "OppositeRouterType",
];

impl Interface {
    /// As it is after this change.
    fn changed(&self, args: &Args) -> Interface {
        let mut to = self.clone();
        let fields = [
            (&mut to.name, "Name"),
            (&mut to.description, "Description"),
            (&mut to.source, "HealthCheckSourceIp"),
            (&mut to.target, "HealthCheckTargetIp"),
            (&mut to.opposite.id, "OppositeInterfaceId"),
            (&mut to.opposite.owner, "OppositeInterfaceOwnerId"),
            (&mut to.opposite.router, "OppositeRouterId"),
            (&mut to.opposite.kind, "OppositeRouterType"),
        ];
        for (field, name) in fields {
            *field = sent(args, name).unwrap_or(field).to_owned();
        }
        if is_true(args, "DeleteHealthCheckIp") {
            (to.source, to.target) = (String::new(), String::new());
        }
        for (field, name) in [(&mut to.rate, "HcRate"), (&mut to.threshold, "HcThreshold")] {
            // Nought takes it back.
            *field = Some(number(args, name, field.unwrap_or(0))).filter(|number| *number > 0);
        }
        to.gone &= to.opposite.id == self.opposite.id;
        to
    }

    /// Whether two ends agree to be the end that connects and the other.
    fn agrees(&self, other: &Interface) -> bool {
        !self.accepts
            && other.accepts
            && self.router != other.router
            && (&self.opposite.region, &self.region) == (&other.region, &other.opposite.region)
            && (&self.opposite.router, &self.opposite.kind) == (&other.router, &other.kind)
            && (&other.opposite.router, &other.opposite.kind) == (&self.router, &self.kind)
            && (&self.opposite.owner, &other.opposite.owner) == (&other.account, &self.account)
    }
}

impl Model {
    pub(super) fn modify_interface(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.interface(who, args, UNKNOWN)?;
        let before = self.interfaces[at].clone();
        refuse_unless(STABLE.contains(&before.status), IN_MOTION)?;
        let deletes = is_true(args, "DeleteHealthCheckIp");
        let sets =
            ["HealthCheckSourceIp", "HealthCheckTargetIp"].iter().any(|name| get(args, name).is_some());
        refuse_unless(!(deletes && sets), BAD_CHANGE)?;
        let edits = CHANGES.iter().any(|name| sent(args, name).is_some());
        let probes = ["HcRate", "HcThreshold"].iter().any(|name| get(args, name).is_some());
        refuse_unless(deletes || edits || probes, BAD_CHANGE)?;
        let changed = before.changed(args);
        let (from, to) = (&before.opposite, &changed.opposite);
        let named_border = from.kind == "VBR" && !from.router.is_empty();
        let same_router = (&from.kind, &from.router) == (&to.kind, &to.router);
        refuse_unless(!named_border || same_router, ("Forbbiden.ModifyIdAndType", 400))?;
        refuse_unless(before.status == "Idle" || from == to, IN_MOTION)?;
        if (&before.source, &before.target) != (&changed.source, &changed.target) {
            let outside = ("IllegalParam.HcSourceIp", 400);
            self.check_probes(&changed, &Faults { malformed: BAD_PROBE, same: BAD_CHANGE, outside })?;
        }
        self.interfaces[at] = changed;
        self.move_interface(at, "ModifyRouterInterfaceAttribute", IN_MOTION)
    }

    pub(super) fn resize_interface(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let at = self.interface(who, args, UNKNOWN)?;
        let spec = text(args, "Spec");
        refuse_unless(suits(&spec, self.interfaces[at].accepts), BAD_SPEC)?;
        self.move_interface(at, "ModifyRouterInterfaceSpec", ("InvalidInstance.StatusError", 400))?;
        if !reply.is_null() {
            assert_eq!(reply["Spec"], *spec, "the new size");
        }
        self.interfaces[at].spec = spec;
        Ok(())
    }

    pub(super) fn connect_interface(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.interface(who, args, UNKNOWN)?;
        let one = &self.interfaces[at];
        refuse_unless(!one.accepts, ("IncorrectRole.NotInitiatingSide", 400))?;
        refuse_unless(one.status == "Idle", RI_STATUS)?;
        let said = [&one.opposite.id, &one.opposite.router, &one.opposite.kind, &one.opposite.owner];
        refuse_unless(said.iter().all(|field| !field.is_empty()), UNSET)?;
        let agreed = self.opposite(at).filter(|peer| one.agrees(&self.interfaces[*peer]));
        let peer = agreed.ok_or(DISAGREE)?;
        refuse_unless(self.interfaces[peer].status == "Idle", RI_STATUS)?;
        refuse_unless(!self.are_connected(&one.router, &one.opposite.router), CONNECTED)?;
        self.require_paid(who.account())?;
        self.move_interface(at, "ConnectRouterInterface", RI_STATUS)?;
        self.happens(peer, PEER_CONNECTS);
        Ok(())
    }

    pub(super) fn activate_interface(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.interface(who, args, UNKNOWN)?;
        refuse_unless(!self.interfaces[at].gone, RI_STATUS)?;
        self.move_interface(at, "ActivateRouterInterface", RI_STATUS)
    }

    pub(super) fn delete_interface(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.interface(who, args, ("InvalidInstanceId.NotFound", 404))?;
        let interface = &self.interfaces[at];
        refuse_unless(STABLE.contains(&interface.status), IN_MOTION)?;
        refuse_unless(interface.status != "Active", ("InvalidInstance.StatusError", 400))?;
        refuse_unless(!self.is_routed_to(&interface.id), ROUTED)?;
        self.move_interface(at, "DeleteRouterInterface", IN_MOTION)
    }

    pub(super) fn delete_pair(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.interface(who, args, UNKNOWN)?;
        refuse_unless(STABLE.contains(&self.interfaces[at].status), IN_MOTION)?;
        let peer = self.opposite(at);
        if let Some(peer) = peer {
            let own = self.interfaces[peer].account == who.account();
            refuse_unless(own, ("Forbbiden.InvaildOwner", 400))?;
            refuse_unless(STABLE.contains(&self.interfaces[peer].status), IN_MOTION)?;
        }
        for end in std::iter::once(at).chain(peer) {
            let id = self.interfaces[end].id.clone();
            if is_true(args, "Force") {
                self.take_routes_to(&id);
            } else {
                refuse_unless(!self.is_routed_to(&id), ROUTED)?;
            }
        }
        self.move_interface(at, "DeleteExpressConnect", IN_MOTION)?;
        if let Some(peer) = peer {
            self.happens(peer, GO_WITH_PEER);
        }
        Ok(())
    }
}
