//! Private networks (VPCs), as far as circuits need them: a prefix, a router and the router's one route table. This
//! file has the row and the one writer of its status; `states` has the life cycle, the others one group of actions
//! each. What clients are shown is made when it is read: nothing of it is another thing's.

pub mod create;
pub mod delete;
pub mod describe;
pub mod routers;
pub mod states;
pub mod tables;

use crate::action::{Result, Stop};
use crate::circuit::{NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::Cx;
use crate::machine::{Actor, Move, To};
use crate::time::Millis;
use crate::{cen, tag, timer};
use rpc::code::{Code, Error};
use states::{VPC, VpcStatus};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The prefix of a VPC's id.
pub const PREFIX: &str = "vpc";
/// The prefix of a VPC's router.
pub const ROUTER_PREFIX: &str = "vrt";
/// The kind under which a VPC's tags are kept, and its `ResourceType`.
pub const KIND: &str = "VPC";

rpc::text! {
    /// A VPC's id, for instance `vpc-0mj2k9x1qa4f7c0d3b2a`.
    pub struct VpcId { min: 1, max: 64 }
}

/// A VPC as it is kept.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that created it: its place in its owner's list.
    pub serial: i64,
    /// `vpc-…`.
    pub id: String,
    status: VpcStatus,
    since: Millis,
    /// Its IPv4 prefix.
    pub cidr: String,
    /// Further prefixes of the customer, joined with commas, or empty.
    pub user_cidrs: String,
    /// Whether it has IPv6.
    pub ipv6: bool,
    /// Its IPv6 prefix, or empty.
    pub ipv6_cidr: String,
    /// Whose IPv6 prefix it is.
    pub ipv6_isp: String,
    /// Whether instances have DNS names.
    pub dns_hostname: bool,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Resource group.
    pub resource_group_id: String,
    /// Its router.
    pub router_id: String,
    /// The router's route table.
    pub route_table_id: String,
    /// When it was made.
    pub created_at: Millis,
}

/// All columns, in the order in which [`Vpc::read`] has them.
const COLUMNS: &str =
    "account, region, serial, id, status, since, cidr, user_cidrs, ipv6, ipv6_cidr, ipv6_isp,
    dns_hostname, name, description, resource_group_id, router_id, route_table_id, created_at";

static SELECT: LazyLock<String> = LazyLock::new(|| format!("select {COLUMNS} from vpc where"));

impl Vpc {
    fn read(row: &dyn Row) -> std::result::Result<Vpc, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let status = row.text(4)?;
        Ok(Vpc {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: VPC
                .state(status)
                .ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{status}\"")))?,
            since: row.int(5)?,
            cidr: text(6)?,
            user_cidrs: text(7)?,
            ipv6: row.flag(8)?,
            ipv6_cidr: text(9)?,
            ipv6_isp: text(10)?,
            dns_hostname: row.flag(11)?,
            name: text(12)?,
            description: text(13)?,
            resource_group_id: text(14)?,
            router_id: text(15)?,
            route_table_id: text(16)?,
            created_at: row.int(17)?,
        })
    }

    fn by(read: &mut dyn Read, column: &str, id: &str) -> Result<Option<Vpc>> {
        Ok(read.one(&format!("{} {column} = $1", *SELECT), &[Arg::from(id)], Vpc::read)?)
    }

    /// The VPC of this id, whoever owns it. Only for rules that look across accounts.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Vpc>> {
        Vpc::by(read, "id", id)
    }

    /// The VPC with this router, whoever owns it.
    pub(crate) fn of_router(read: &mut dyn Read, router: &str) -> Result<Option<Vpc>> {
        Vpc::by(read, "router_id", router)
    }

    /// The VPC with this route table, whoever owns it.
    pub(crate) fn of_table(read: &mut dyn Read, table: &str) -> Result<Option<Vpc>> {
        Vpc::by(read, "route_table_id", table)
    }

    /// A VPC of the locked account. An unknown id, another region's and another tenant's are refused alike, with
    /// `missing`.
    pub(crate) fn find(
        cx: &mut Cx<'_>,
        id: &str,
        region: Option<&str>,
        missing: &'static Code,
    ) -> Result<Vpc> {
        let found = Vpc::anywhere(cx.tx, id)?;
        found
            .filter(|vpc| vpc.account == cx.account && region.is_none_or(|region| vpc.region == region))
            .ok_or_else(|| missing.into())
    }

    /// The present status.
    pub fn status(&self) -> VpcStatus {
        self.status
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<VpcStatus>> {
        VPC.find(self.status, trigger)
            .ok_or_else(|| self.refuse(VPC.refusal(trigger).unwrap_or(&codes::INCORRECT_VPC_STATUS).into()))
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, VPC.next_header(self.status))
            .into()
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it
    /// leaves, and sets those of the state it enters.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.status;
        cx.clear_due(&self.id)?;
        match row.to {
            To::Stays => cx.record(&self.id, from.as_str(), from.as_str()),
            To::Gone => {
                cx.record(&self.id, from.as_str(), "");
                self.remove(cx)?;
            }
            To::State(to) => {
                cx.record(&self.id, from.as_str(), to.as_str());
                (self.status, self.since) = (to, cx.now);
                self.write_status(cx, from)?;
                self.plan(cx)?;
            }
        }
        Ok(())
    }

    /// Sets the deadlines of the present state.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        for row in VPC.moves_from(self.status, Some(Actor::Timer)) {
            cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
        }
        Ok(())
    }

    /// Writes a new VPC, in the table's initial state.
    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        let places: Vec<_> = (1..=18).map(|place| format!("${place}")).collect();
        let sql = format!("insert into vpc ({COLUMNS}) values ({})", places.join(", "));
        let args = [
            Arg::from(&self.account),
            Arg::from(&self.region),
            Arg::from(self.serial),
            Arg::from(&self.id),
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(&self.cidr),
            Arg::from(&self.user_cidrs),
            Arg::from(self.ipv6),
            Arg::from(&self.ipv6_cidr),
            Arg::from(&self.ipv6_isp),
            Arg::from(self.dns_hostname),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(&self.resource_group_id),
            Arg::from(&self.router_id),
            Arg::from(&self.route_table_id),
            Arg::from(self.created_at),
        ];
        cx.tx.exec(&sql, &args)?;
        cx.record(&self.id, "", self.status.as_str());
        self.plan(cx)
    }

    fn write_status(&self, cx: &mut Cx<'_>, from: VpcStatus) -> Result<()> {
        let written = cx.tx.exec(
            "update vpc set status = $1, since = $2 where account = $3 and region = $4 and serial = $5
             and status = $6",
            &[
                Arg::from(self.status.as_str()),
                Arg::from(self.since),
                Arg::from(&self.account),
                Arg::from(&self.region),
                Arg::from(self.serial),
                Arg::from(from.as_str()),
            ],
        )?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("VPC {id} was not in {from} when written")).into());
        }
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.id)?;
        cen::clear(cx, &self.id)?;
        cx.tx.exec(
            "delete from vpc where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        Ok(())
    }
}

/// A deadline of the table has come: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let mut vpc = Vpc::find(cx, id, None, &codes::INVALID_VPC_ID_NOT_FOUND)?;
    vpc.step(cx, trigger)?;
    Ok(Vec::new())
}

/// Whether a deadline's resource is a VPC.
pub(crate) fn is_vpc(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// Whether a VPC of this id is the account's own and in this region.
pub(crate) fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
    Ok(Vpc::anywhere(read, id)?.is_some_and(|vpc| vpc.account == account && vpc.region == region))
}
