//! Listing hosted connections: those an account has, and those on its circuits. What is shown is joined from the row,
//! its circuit and its labels when it is read. A circuit carries few, so that they are counted one by one.

use super::states::{Consent, HOSTED, HostedStatus};
use super::{KIND, PRODUCT_TYPE};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::answer::TYPE;
use crate::circuit::parameters::{CircuitId, RegionId, ResourceGroupId};
use crate::circuit::states::BusinessStatus;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::word;
use crate::page::{self, read_token, wire_count, write_token};
use crate::tag::{self, Tag, TagParameter};
use crate::time;
use crate::vbr::DEFAULT_RESOURCE_GROUP;
use rpc::gateway;
use rpc::wire::Int;
use rpc::{Reply, Wire};
use store::{Arg, Fault, Read, ReadExt, Row};

/// Lists the hosted connections that the caller has and those on the caller's circuits, in order of creation.
#[derive(Wire)]
pub struct ListVirtualPhysicalConnections {
    /// Region of the hosted connections.
    region_id: RegionId,
    /// Only those that their tenants have confirmed, or only the others.
    is_confirmed: Option<bool>,
    /// Rows of a page.
    #[wire(default = "20")]
    max_results: Int<1, 100>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// Only those on this circuit.
    physical_connection_id: Option<CircuitId>,
    /// Only those of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only those that carry all of these labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
    /// Only those of these accounts.
    #[wire(max_items = 20)]
    virtual_physical_connection_ali_uids: Vec<String>,
    /// Only those whose circuit is so.
    virtual_physical_connection_business_status: Option<BusinessStatus>,
    /// Only these.
    #[wire(max_items = 20)]
    virtual_physical_connection_ids: Vec<String>,
    /// Only UnConfirmed, or only Confirmed ones; letters of any case. No other word matches any.
    #[wire(max_items = 20)]
    virtual_physical_connection_statuses: Vec<String>,
    /// Only those of these VLANs.
    #[wire(max_items = 20)]
    vlan_ids: Vec<String>,
}

/// A page of hosted connections.
#[derive(Reply)]
pub struct HostedList {
    /// Rows of this page.
    count: i32,
    /// Rows that match, over all pages.
    total_count: i32,
    /// Where the next page begins; empty at the end.
    next_token: String,
    /// The hosted connections.
    virtual_physical_connections: Vec<HostedAnswer>,
}

/// A hosted connection.
#[derive(Reply)]
pub struct HostedAnswer {
    /// Its id.
    physical_connection_id: String,
    /// State: Confirmed while it waits for its tenant, Enabled, or Terminated.
    status: &'static str,
    /// Whether its tenant has confirmed it: UnConfirmed or Confirmed.
    virtual_physical_connection_status: &'static str,
    /// Normal, FinancialLocked or SecurityLocked: its circuit's.
    business_status: String,
    /// Its tenant.
    ali_uid: String,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// VLAN on its circuit.
    vlan_id: String,
    /// What it carries.
    spec: String,
    /// The same, Mbit/s.
    bandwidth: i32,
    /// What it is to carry once that is ordered.
    expect_spec: String,
    /// Who pays for it.
    order_mode: String,
    /// Its circuit.
    parent_physical_connection_id: String,
    /// Owner of its circuit.
    parent_physical_connection_ali_uid: String,
    /// Always VirtualPhysicalConnection.
    product_type: &'static str,
    /// Always VPC.
    r#type: &'static str,
    /// Resource group.
    resource_group_id: String,
    /// When it was made.
    creation_time: String,
    /// When its tenant confirmed it.
    enabled_time: String,
    /// Empty: it ends with its circuit.
    end_time: &'static str,
    /// Empty: nothing is charged for it.
    charge_type: &'static str,
    /// Access point of its circuit.
    access_point_id: String,
    /// The building of its circuit's port.
    ad_location: String,
    /// Its circuit's number with the carrier.
    circuit_code: String,
    /// Carrier of its circuit.
    line_operator: String,
    /// State of its circuit's letter of authorization.
    loa_status: String,
    /// The customer's end of its circuit.
    peer_location: String,
    /// Port of its circuit.
    port_number: String,
    /// Port type of its circuit.
    port_type: String,
    /// The circuit that backs its circuit up.
    redundant_physical_connection_id: String,
    /// Labels.
    tags: Vec<Tag>,
}

impl Query for ListVirtualPhysicalConnections {
    type Reply = HostedList;
    const ABOUT: About =
        About::tenant("ListVirtualPhysicalConnections", "vpc:ListVirtualPhysicalConnections");
    const ERRORS: Codes = &[&gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<HostedList> {
        let after = self.next_token.as_deref().map(read_token).transpose()?;
        let after = after.and_then(|(at, id)| at.parse::<i64>().ok().map(|at| (at, id)));
        let me = view.caller.account.as_str();
        let vlans = self.vlan_ids.iter().filter_map(|text| text.parse().ok()).map(Arg::Int).collect();
        let conditions = self.conditions(me, vlans);
        let total = conditions.count(view.read, FROM)?;
        let (at, id) = after.unwrap_or_default();
        let (sql, args) = conditions.query(&format!("select {COLUMNS} from {FROM}"), "");
        let next = args.len() + 1;
        let sql = format!(
            "{sql} and (hosted.created_at, hosted.id) > (${next}, ${}) order by hosted.created_at, hosted.id limit ${}",
            next + 1,
            next + 2
        );
        let mut args = args.to_vec();
        args.extend([Arg::Int(at), Arg::from(&id), Arg::Int(self.max_results.get() + 1)]);
        let mut rows = view.read.all(&sql, &args, |row| Ok((row.int(16)?, answer(row)?)))?;
        let next_token = page::turn(&mut rows, self.max_results.get(), |(at, last)| {
            write_token(&at.to_string(), &last.physical_connection_id)
        });
        let mut connections: Vec<_> = rows.into_iter().map(|(_, answer)| answer).collect();
        for connection in &mut connections {
            connection.tags = labels(view.read, connection)?;
        }
        Ok(HostedList {
            count: wire_count(i64::try_from(connections.len()).unwrap_or(i64::MAX)),
            total_count: wire_count(total),
            next_token,
            virtual_physical_connections: connections,
        })
    }
}

fn labels(read: &mut dyn Read, of: &HostedAnswer) -> Result<Vec<Tag>> {
    tag::of(read, &of.ali_uid, KIND, &of.physical_connection_id)
}

impl ListVirtualPhysicalConnections {
    fn conditions<'a>(&'a self, me: &'a str, vlans: Vec<Arg<'a>>) -> Conditions<'a> {
        let texts = |list: &'a [String]| list.iter().map(String::as_str);
        let mut conditions = Conditions::default()
            .and_either("hosted.account =", "hosted.parent_account =", me)
            .and("hosted.region =", self.region_id.as_str());
        if let Some(circuit) = &self.physical_connection_id {
            conditions = conditions.and("hosted.parent_id =", circuit.as_str());
        }
        if let Some(group) = &self.resource_group_id {
            // What was put into none is in the default group.
            let group = Some(group.as_str()).filter(|group| *group != DEFAULT_RESOURCE_GROUP);
            let groups = group.map_or(vec!["", DEFAULT_RESOURCE_GROUP], |group| vec![group]);
            conditions = conditions.and_in("hosted.resource_group_id", groups);
        }
        if !self.virtual_physical_connection_ali_uids.is_empty() {
            conditions =
                conditions.and_in("hosted.account", texts(&self.virtual_physical_connection_ali_uids));
        }
        if let Some(status) = self.virtual_physical_connection_business_status {
            conditions = conditions.and("circuit.business_status =", status.as_str());
        }
        if !self.virtual_physical_connection_ids.is_empty() {
            conditions = conditions.and_in("hosted.id", texts(&self.virtual_physical_connection_ids));
        }
        if let Some(confirmed) = self.is_confirmed {
            let consent = if confirmed { Consent::Confirmed } else { Consent::UnConfirmed };
            conditions = conditions.and_in("hosted.status", statuses_of(&[consent]));
        }
        if !self.virtual_physical_connection_statuses.is_empty() {
            let known = |text: &String| Consent::from_wire(text);
            let consents: Vec<_> =
                self.virtual_physical_connection_statuses.iter().filter_map(known).collect();
            conditions = conditions.and_in("hosted.status", statuses_of(&consents));
        }
        if !self.vlan_ids.is_empty() {
            conditions = conditions.and_any("hosted.vlan", vlans);
        }
        for tag in &self.tags {
            let mut inner =
                vec![("tag.account = hosted.account and kind =", KIND), ("tag.name =", tag.key())];
            inner.extend(tag.value().map(|value| ("value =", value)));
            conditions = conditions.and_among("hosted.id", "select resource from tag", &inner);
        }
        conditions
    }
}

/// The states in which its tenant has said one of these.
fn statuses_of(consents: &[Consent]) -> Vec<&'static str> {
    let said = |status: &&HostedStatus| consents.contains(&status.consent());
    HOSTED.states.iter().filter(said).map(HostedStatus::as_str).collect()
}

const FROM: &str = "hosted join circuit on circuit.id = hosted.parent_id";

const COLUMNS: &str =
    "hosted.id, hosted.status, hosted.account, hosted.name, hosted.description, hosted.vlan,
    hosted.spec, hosted.mbps, hosted.expect_spec, hosted.order_mode, hosted.parent_id, hosted.parent_account,
    hosted.resource_group_id, circuit.business_status, circuit.access_point_id, circuit.ad_location,
    hosted.created_at, hosted.enabled_at, circuit.circuit_code, circuit.line_operator, circuit.loa_status,
    circuit.peer_location, circuit.port_number, circuit.port_type, circuit.redundant_id";

fn answer(row: &dyn Row) -> std::result::Result<HostedAnswer, Fault> {
    let text = |index| row.text(index).map(str::to_owned);
    let status = word(row.text(1)?, |text| HOSTED.state(text))?;
    let group = text(12)?;
    Ok(HostedAnswer {
        physical_connection_id: text(0)?,
        status: status.as_str(),
        virtual_physical_connection_status: status.consent().as_str(),
        ali_uid: text(2)?,
        name: text(3)?,
        description: text(4)?,
        vlan_id: row.int(5)?.to_string(),
        spec: text(6)?,
        bandwidth: wire_count(row.int(7)?),
        expect_spec: text(8)?,
        order_mode: text(9)?,
        parent_physical_connection_id: text(10)?,
        parent_physical_connection_ali_uid: text(11)?,
        product_type: PRODUCT_TYPE,
        r#type: TYPE,
        resource_group_id: if group.is_empty() { DEFAULT_RESOURCE_GROUP.to_owned() } else { group },
        business_status: text(13)?,
        access_point_id: text(14)?,
        ad_location: text(15)?,
        creation_time: time::wire(row.int(16)?),
        enabled_time: time::wire_or_empty(row.maybe_int(17)?),
        end_time: "",
        charge_type: "",
        circuit_code: text(18)?,
        line_operator: text(19)?,
        loa_status: text(20)?,
        peer_location: text(21)?,
        port_number: text(22)?,
        port_type: text(23)?,
        redundant_physical_connection_id: text(24)?,
        tags: Vec::new(),
    })
}
