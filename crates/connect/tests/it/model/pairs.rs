//! What failover pairs of border routers should do, said a second time and simply: a list of pairs, in one of which a
//! router is at most.

use super::bgp::{Life, by_id};
use super::{Args, Code, Model, Verdicts, get, is_true, refuse_unless, text, time};
use crate::house::{Dump, Who};
use connect::limits::{VBR_HA_CREATION_MS, VBR_HA_DELETION_MS};
use serde_json::{Value, json};

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &["CreateVbrHa", "DescribeVbrHa", "DeleteVbrHa"];

const UNKNOWN: Code = ("InvalidInstanceId.NotFound", 404);

#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) life: Life,
    /// One router, and the other.
    pub(crate) routers: [String; 2],
    name: String,
    description: String,
}

impl Model {
    /// What a call on pairs is answered; nothing for an action that is none.
    pub(super) fn pair(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Option<Verdicts> {
        Some(match action {
            "CreateVbrHa" => self.join_routers(who, args, reply),
            "DeleteVbrHa" => self.dissolve(who, args),
            "DescribeVbrHa" => {
                let named = get(args, "VbrHaId").or(get(args, "VbrId")).is_some();
                refuse_unless(named, ("MissingParam.VbrHaIdOrVbrId", 400))
            }
            _ => return None,
        })
    }

    /// A router in a pair is in no other, and is not removed.
    pub(super) fn require_alone(&self, router: &str, code: &'static str) -> Verdicts {
        let paired = self.pairs.iter().any(|pair| pair.routers.iter().any(|member| member == router));
        refuse_unless(!paired, (code, 400))
    }

    fn join_routers(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let routers = ["VbrId", "PeerVbrId"].map(|name| text(args, name));
        refuse_unless(routers[0] != routers[1], ("InvalidParameter", 400))?;
        for id in &routers {
            let router = self.routers.all.iter().find(|router| {
                router.id == *id
                    && router.account == who.account()
                    && Some(router.region.as_str()) == get(args, "RegionId")
            });
            let router = router.ok_or(("InvalidVbrId.NotFound", 404))?;
            let active = router.status == "active";
            refuse_unless(active, ("InvalidOperation.OperationNotAllowedInState", 400))?;
            self.require_alone(id, "QuotaExceeded.VbrHa")?;
        }
        if is_true(args, "DryRun") {
            return Ok(());
        }
        let id = reply["VbrHaId"].as_str().unwrap_or_default();
        let life = Life::begun(id, who, args, "Creating", self.now);
        self.await_end(&life, "FinishRouterPairCreation", VBR_HA_CREATION_MS);
        let (name, description) = (text(args, "Name"), text(args, "Description"));
        self.pairs.push(Pair { life, routers, name, description });
        Ok(())
    }

    fn dissolve(&mut self, who: Who, args: &Args) -> Verdicts {
        let id = get(args, "InstanceId");
        let pair = self.pairs.iter_mut().find(|pair| pair.life.is(id, who, args)).ok_or(UNKNOWN)?;
        refuse_unless(pair.life.status == "Active", ("IncorrectStatus.VbrHa", 400))?;
        pair.life.enter("Deleting", self.now);
        let life = pair.life.clone();
        self.await_end(&life, "FinishRouterPairDeletion", VBR_HA_DELETION_MS);
        Ok(())
    }

    /// A deadline of a pair has come; false where it is something else's.
    pub(super) fn pair_deadline(&mut self, id: &str, trigger: &str) -> bool {
        let Some(at) = self.pairs.iter().position(|pair| pair.life.id == id) else { return false };
        if trigger == "FinishRouterPairDeletion" {
            self.pairs.remove(at);
        } else {
            self.pairs[at].life.enter("Active", self.now);
        }
        true
    }

    /// Compares what is told of a pair, whole; false for another answer.
    pub(crate) fn assert_pair_shown(&self, who: Who, action: &str, args: &Args, reply: &Value) -> bool {
        if action != "DescribeVbrHa" {
            return false;
        }
        let (id, router) = (get(args, "VbrHaId"), get(args, "VbrId"));
        let pair = self.pairs.iter().find(|pair| {
            pair.life.is_own(who, args)
                && id.is_none_or(|id| pair.life.id == id)
                && router.is_none_or(|id| pair.routers.iter().any(|member| member == id))
        });
        let words = pair.map_or_else(Default::default, |pair| {
            let created = time::wire(pair.life.created);
            let life = &pair.life;
            [&*life.id, &pair.routers[0], &pair.routers[1], life.status, &created, &life.region]
                .map(str::to_owned)
        });
        let [id, one, other, status, created, region] = words;
        let shown = json!({
            "VbrHaId": id, "VbrId": one, "PeerVbrId": other, "Status": status, "CreationTime": created,
            "RegionId": region, "Name": pair.map_or("", |pair| &pair.name),
            "Description": pair.map_or("", |pair| &pair.description),
        });
        let mut reply = reply.clone();
        reply.as_object_mut().unwrap().remove("RequestId");
        assert_eq!(reply, shown, "a pair");
        true
    }

    /// Compares the rows of pairs with what should be there.
    pub(crate) fn assert_pairs(&self, dump: &Dump) {
        let rows = by_id(&dump["vbr_ha"]);
        assert_eq!(rows.len(), self.pairs.len(), "as many pairs");
        for pair in &self.pairs {
            let texts = [
                ("vbr_id", &pair.routers[0]),
                ("peer_vbr_id", &pair.routers[1]),
                ("name", &pair.name),
                ("description", &pair.description),
            ];
            pair.life.assert_row(rows[pair.life.id.as_str()], &texts, &[]);
        }
    }
}
