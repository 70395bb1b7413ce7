//! Grants: an account lets a transit network, its own or another's, take in a VPC or a border router. There are no
//! transit networks here, so that a grant names one and its owner and nothing is looked up of either. A grant goes
//! with what it is on.

use crate::action::{About, Codes, Command, Query, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::{Cx, View};
use crate::kept::Kept;
use crate::limits::CEN_GRANTS_PER_INSTANCE_MAX;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::reply::Nothing;
use crate::time::{self, Millis};
use crate::vbr;
use crate::vbr::parameters::AccountNumber;
use crate::vpc::Vpc;
use rpc::{Choice, Reply, Wire};
use store::{Arg, Read, ReadExt};

rpc::text! {
    /// A transit network's id, for instance `cen-0mj2k9x1qa4f7c0d3b2a`.
    pub struct CenId { min: 1, max: 64 }
}

rpc::text! {
    /// The id of what a grant is on.
    pub struct InstanceId { min: 1, max: 64 }
}

/// What a grant can be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum InstanceType {
    /// A VPC.
    #[choice("VPC")]
    Vpc,
    /// A border router.
    #[choice("VBR")]
    Vbr,
    /// A cloud connect network: there are none here.
    #[choice("CCN")]
    Ccn,
}

impl InstanceType {
    /// Whether there is such a thing of the account's in the region.
    fn is_there(self, read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
        match self {
            InstanceType::Vpc => Vpc::is_there(read, account, region, id),
            InstanceType::Vbr => vbr::is_there(read, account, region, id),
            InstanceType::Ccn => Ok(false),
        }
    }

    /// The resource group of such a thing.
    fn group(self, read: &mut dyn Read, id: &str) -> Result<Option<String>> {
        let sql = match self {
            InstanceType::Vpc => "select resource_group_id from vpc where id = $1",
            InstanceType::Vbr => "select resource_group_id from vbr where id = $1",
            InstanceType::Ccn => return Ok(None),
        };
        Ok(read.one(sql, &[Arg::from(id)], |row| row.text(0).map(str::to_owned))?)
    }
}

/// Whether the account has granted the instance to the network.
fn is_granted(read: &mut dyn Read, account: &str, instance: &str, cen: &str, owner: i64) -> Result<bool> {
    let found = read.one(
        "select account from cen_grant where instance_id = $1 and cen_id = $2 and cen_owner = $3",
        &[Arg::from(instance), Arg::from(cen), Arg::from(owner)],
        |row| row.text(0).map(|granter| granter == account),
    )?;
    Ok(found == Some(true))
}

/// What a grant is on is removed: its grants go with it.
pub(crate) fn clear(cx: &mut Cx<'_>, instance: &str) -> Result<()> {
    cx.tx.exec("delete from cen_grant where instance_id = $1", &[Arg::from(instance)])?;
    Ok(())
}

/// Lets a transit network take in a VPC or a border router of the caller's. Granting again changes nothing.
#[derive(Wire)]
pub struct GrantInstanceToCen {
    /// Region of the instance.
    region_id: RegionId,
    /// The transit network.
    cen_id: CenId,
    /// The network's owner.
    cen_owner_id: AccountNumber,
    /// The VPC or border router.
    instance_id: InstanceId,
    /// What the instance is.
    instance_type: InstanceType,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for GrantInstanceToCen {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("GrantInstanceToCen", "vpc:GrantInstanceToCen").replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION, &codes::QUOTA_EXCEEDED_CEN_GRANTS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str(), self.cen_id.as_str()]
    }

    /// Judged by what is granted now: a grant may have been taken back since the token was answered.
    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        let (id, cen, owner) = (self.instance_id.as_str(), self.cen_id.as_str(), self.cen_owner_id.get());
        Ok(!is_granted(view.read, &view.caller.account, id, cen, owner)?)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, cen, owner) = (self.instance_id.as_str(), self.cen_id.as_str(), self.cen_owner_id.get());
        let (account, region) = (cx.account.clone(), self.region_id.as_str());
        if !self.instance_type.is_there(cx.tx, &account, region, id)? {
            return Err((&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION).into());
        }
        cx.record(id, "", "");
        if is_granted(cx.tx, &account, id, cen, owner)? {
            return Ok(Nothing {});
        }
        let count = "select count(*) from cen_grant where instance_id = $1";
        let held = cx.tx.one(count, &[Arg::from(id)], |row| row.int(0))?.unwrap_or(0);
        if held >= CEN_GRANTS_PER_INSTANCE_MAX {
            return Err((&codes::QUOTA_EXCEEDED_CEN_GRANTS).into());
        }
        cx.tx.exec(
            "insert into cen_grant (instance_id, cen_id, cen_owner, account, region, kind, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                Arg::from(id),
                Arg::from(cen),
                Arg::from(owner),
                Arg::from(&account),
                Arg::from(region),
                Arg::from(self.instance_type.as_str()),
                Arg::from(cx.now),
            ],
        )?;
        Ok(Nothing {})
    }
}

/// Takes a grant back.
#[derive(Wire)]
pub struct RevokeInstanceFromCen {
    /// Region of the instance.
    region_id: RegionId,
    /// The transit network.
    cen_id: CenId,
    /// The network's owner.
    cen_owner_id: AccountNumber,
    /// The VPC or border router.
    instance_id: InstanceId,
    /// What the instance is.
    instance_type: InstanceType,
    /// Idempotency token; while there is a grant it is taken back, whatever the token has seen.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RevokeInstanceFromCen {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("RevokeInstanceFromCen", "vpc:RevokeInstanceFromCen").replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION, &codes::INVALID_GRANT_RULE_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str(), self.cen_id.as_str()]
    }

    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        let (id, cen, owner) = (self.instance_id.as_str(), self.cen_id.as_str(), self.cen_owner_id.get());
        is_granted(view.read, &view.caller.account, id, cen, owner)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, cen, owner) = (self.instance_id.as_str(), self.cen_id.as_str(), self.cen_owner_id.get());
        let (account, region) = (cx.account.clone(), self.region_id.as_str());
        if !self.instance_type.is_there(cx.tx, &account, region, id)? {
            return Err((&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION).into());
        }
        if !is_granted(cx.tx, &account, id, cen, owner)? {
            return Err((&codes::INVALID_GRANT_RULE_NOT_FOUND).into());
        }
        cx.record(id, "", "");
        cx.tx.exec(
            "delete from cen_grant where instance_id = $1 and cen_id = $2 and cen_owner = $3",
            &[Arg::from(id), Arg::from(cen), Arg::from(owner)],
        )?;
        Ok(Nothing {})
    }
}

/// Lists the grants on a VPC or a border router of the caller's; of any other there are none.
#[derive(Wire)]
pub struct DescribeGrantRulesToCen {
    /// Region of the instance.
    region_id: RegionId,
    /// The VPC or border router.
    instance_id: InstanceId,
    /// What the instance is.
    instance_type: InstanceType,
    /// Ignored: nothing is made.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only if the instance is in this resource group.
    resource_group_id: Option<ResourceGroupId>,
}

/// A page of grants.
#[derive(Reply)]
pub struct GrantRules {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The grants.
    cen_grant_rules: GrantRuleSet,
}

/// The grants of a page.
#[derive(Reply)]
pub struct GrantRuleSet {
    /// One grant each.
    cbn_grant_rule: Vec<GrantRule>,
}

/// One grant.
#[derive(Reply)]
pub struct GrantRule {
    /// The transit network.
    cen_instance_id: String,
    /// The network's owner.
    cen_owner_id: i64,
    /// When it was granted.
    creation_time: String,
}

impl Query for DescribeGrantRulesToCen {
    type Reply = GrantRules;
    const ABOUT: About = About::tenant("DescribeGrantRulesToCen", "vpc:DescribeGrantRulesToCen");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<GrantRules> {
        // Accepted as the contract has it.
        let _ = &self.client_token;
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let id = self.instance_id.as_str();
        let mut conditions = Conditions::default()
            .and("instance_id =", id)
            .and("account =", view.caller.account.as_str())
            .and("region =", self.region_id.as_str())
            .and("kind =", self.instance_type.as_str());
        if let Some(wanted) = &self.resource_group_id
            && self.instance_type.group(view.read, id)?.as_deref() != Some(wanted.as_str())
        {
            conditions = conditions.and_in("cen_id", []);
        }
        let from = ("cen_id, cen_owner, created_at", "cen_grant");
        let order = "created_at, cen_id, cen_owner";
        let (total, rules) = conditions.page(view.read, from, order, page, |row| {
            let granted: Millis = row.int(2)?;
            Ok(GrantRule {
                cen_instance_id: row.text(0)?.to_owned(),
                cen_owner_id: row.int(1)?,
                creation_time: time::wire(granted),
            })
        })?;
        Ok(GrantRules {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            cen_grant_rules: GrantRuleSet { cbn_grant_rule: rules },
        })
    }
}
