//! Labels on resources: a key and a value each, at most twenty on one resource. The rows are kept here; whoever
//! shows a resource's labels asks this module. `express` has the same actions under the names that clients of Express
//! Connect use.

pub mod express;

use crate::action::{About, Codes, Command, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::circuit::{self, Circuit};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::Cx;
use crate::cx::View;
use crate::hosted;
use crate::hosted::Hosted;
use crate::kept::Kept;
use crate::limits;
use crate::page::{self, read_token, write_token};
use crate::qos::Qos;
use crate::reply::Nothing;
use crate::router_interface::Interface;
use crate::vbr;
use crate::vpc::Vpc;
use rpc::gateway;
use rpc::params::{invalid, missing};
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};
use std::collections::BTreeSet;
use store::{Arg, Read, ReadExt};

rpc::text! {
    /// A label's key.
    pub struct TagKey {
        min: 1,
        max: 128,
        forbid_prefix: ["aliyun", "acs:"],
        forbid_substring: ["http://", "https://"],
    }
}

rpc::text! {
    /// A label's key where circuits are listed, which the contract keeps shorter.
    pub struct ListTagKey {
        min: 1,
        max: 64,
        forbid_prefix: ["aliyun", "acs:"],
        forbid_substring: ["http://", "https://"],
    }
}

rpc::text! {
    /// A label's key that is to go: what may not be put on may still be asked to go.
    pub struct GoneTagKey { min: 1, max: 128 }
}

rpc::text! {
    /// A label's value; it may be empty.
    pub struct TagValue {
        min: 0,
        max: 128,
        forbid_prefix: ["aliyun", "acs:"],
        forbid_substring: ["http://", "https://"],
    }
}

rpc::text! {
    /// A resource's id.
    pub struct ResourceId { min: 1, max: 128 }
}

/// A label given at creation, or looked for.
#[derive(Wire)]
pub struct TagParameter {
    /// Key.
    key: TagKey,
    /// Value; empty when left out.
    value: Option<TagValue>,
}

impl TagParameter {
    /// The key.
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// The value, if one is given.
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(TagValue::as_str)
    }
}

/// A label looked for in a list: the key, and the value where one is given.
#[derive(Wire)]
pub struct TagFilter {
    /// Key.
    key: ListTagKey,
    /// Value; left out, any value matches.
    value: Option<TagValue>,
}

impl TagFilter {
    /// The key.
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// The value, if one is given.
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(TagValue::as_str)
    }
}

/// A label to be put on resources.
#[derive(Wire)]
pub struct NewTag {
    /// Key.
    #[wire(error = codes::INVALID_TAG_KEY_MALFORMED)]
    key: TagKey,
    /// Value; empty when left out.
    #[wire(error = codes::INVALID_TAG_VALUE_MALFORMED)]
    value: Option<TagValue>,
}

/// A label as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Reply)]
pub struct Tag {
    /// Key.
    key: String,
    /// Value, perhaps empty.
    value: String,
}

/// The labels of a circuit, wrapped as the contract has it.
#[derive(Reply)]
pub struct Tags {
    /// One label each.
    #[reply(rename = "tags")]
    pub tags: Vec<Tag>,
}

impl From<&TagParameter> for Tag {
    fn from(tag: &TagParameter) -> Tag {
        Tag::of(&tag.key, tag.value.as_ref())
    }
}

impl From<&NewTag> for Tag {
    fn from(tag: &NewTag) -> Tag {
        Tag::of(&tag.key, tag.value.as_ref())
    }
}

impl Tag {
    fn of(key: &TagKey, value: Option<&TagValue>) -> Tag {
        Tag {
            key: key.as_str().to_owned(),
            value: value.map(TagValue::as_str).unwrap_or_default().to_owned(),
        }
    }
}

/// The labels that the parameter of this name gives, by key, as they are kept and shown: each key once.
pub(crate) fn given(tags: &[TagParameter], parameter: &str) -> Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = tags.iter().map(Tag::from).collect();
    tags.sort_by(|left, right| left.key.cmp(&right.key));
    if are_distinct(&tags) { Ok(tags) } else { Err(invalid(parameter, "give each key once").into()) }
}

/// No key stands twice.
fn are_distinct(tags: &[Tag]) -> bool {
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    keys.len() == tags.len()
}

/// The labels of a resource, by key.
pub(crate) fn of(read: &mut dyn Read, account: &str, kind: &str, resource: &str) -> Result<Vec<Tag>> {
    Ok(read.all(
        "select name, value from tag where account = $1 and kind = $2 and resource = $3 order by name",
        &[Arg::from(account), Arg::from(kind), Arg::from(resource)],
        |row| Ok(Tag { key: row.text(0)?.to_owned(), value: row.text(1)?.to_owned() }),
    )?)
}

/// Puts labels on a resource of the locked account; a key that is there takes the new value.
pub(crate) fn put(cx: &mut Cx<'_>, kind: &str, resource: &str, tags: &[Tag]) -> Result<()> {
    for tag in tags {
        cx.tx.exec(
            "insert into tag (account, kind, resource, name, value) values ($1, $2, $3, $4, $5)
             on conflict (account, kind, resource, name) do update set value = excluded.value",
            &[
                Arg::from(&cx.account),
                Arg::from(kind),
                Arg::from(resource),
                Arg::from(&tag.key),
                Arg::from(&tag.value),
            ],
        )?;
    }
    Ok(())
}

/// Only resources that carry all of these labels.
pub(crate) fn labelled<'a>(
    mut conditions: Conditions<'a>,
    account: &'a str,
    kind: &'a str,
    tags: &'a [TagParameter],
) -> Conditions<'a> {
    for tag in tags {
        let mut inner = vec![("account =", account), ("kind =", kind), ("name =", tag.key())];
        inner.extend(tag.value().map(|value| ("value =", value)));
        conditions = conditions.and_among("id", "select resource from tag", &inner);
    }
    conditions
}

/// Takes every label off a resource that is going away.
pub(crate) fn clear(cx: &mut Cx<'_>, kind: &str, resource: &str) -> Result<()> {
    cx.tx.exec(
        "delete from tag where account = $1 and kind = $2 and resource = $3",
        &[Arg::from(&cx.account), Arg::from(kind), Arg::from(resource)],
    )?;
    Ok(())
}

/// What can carry labels. What stands last exists here; of the others there is never a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[choice(case_insensitive)]
pub enum ResourceType {
    /// A VPC.
    #[choice("VPC")]
    Vpc,
    /// A vSwitch.
    #[choice("VSWITCH")]
    VSwitch,
    /// A route table.
    #[choice("ROUTETABLE")]
    RouteTable,
    /// An elastic IP address.
    #[choice("EIP")]
    Eip,
    /// A VPN gateway.
    #[choice("VPNGATEWAY")]
    VpnGateway,
    /// A NAT gateway.
    #[choice("NATGATEWAY")]
    NatGateway,
    /// A shared bandwidth package.
    #[choice("COMMONBANDWIDTHPACKAGE")]
    CommonBandwidthPackage,
    /// A prefix list.
    #[choice("PREFIXLIST")]
    PrefixList,
    /// A pool of public addresses.
    #[choice("PUBLICIPADDRESSPOOL")]
    PublicIpAddressPool,
    /// An IPv4 gateway.
    #[choice("IPV4GATEWAY")]
    Ipv4Gateway,
    /// An IPv6 gateway.
    #[choice("IPV6GATEWAY")]
    Ipv6Gateway,
    /// A network ACL.
    #[choice("NETWORKACL")]
    NetworkAcl,
    /// A filter of mirrored traffic.
    #[choice("TRAFFICMIRRORFILTER")]
    TrafficMirrorFilter,
    /// A session of mirrored traffic.
    #[choice("TRAFFICMIRRORSESSION")]
    TrafficMirrorSession,
    /// A flow log.
    #[choice("FLOWLOG")]
    FlowLog,
    /// A highly available virtual address.
    #[choice("HAVIP")]
    HaVip,
    /// A set of DHCP options.
    #[choice("DHCPOPTIONSSET")]
    DhcpOptionsSet,
    /// A gateway endpoint.
    #[choice("GATEWAYENDPOINT")]
    GatewayEndpoint,
    /// An IPv6 address.
    #[choice("IPV6ADDRESS")]
    Ipv6Address,
    /// A circuit.
    #[choice("PHYSICALCONNECTION")]
    PhysicalConnection,
    /// A virtual border router.
    #[choice("VIRTUALBORDERROUTER")]
    VirtualBorderRouter,
    /// A router interface.
    #[choice("ROUTERINTERFACE")]
    RouterInterface,
    /// A policy for traffic.
    #[choice("TRAFFICQOS")]
    TrafficQos,
}

/// Every resource named is there, in this region, and the account's own. Another tenant's is refused like an
/// unknown one.
fn require_resources(
    read: &mut dyn Read,
    account: &str,
    region: &str,
    kind: ResourceType,
    ids: &[ResourceId],
) -> Result<()> {
    for id in ids {
        let found = match kind {
            ResourceType::PhysicalConnection => {
                Circuit::anywhere(read, id.as_str())?
                    .is_some_and(|circuit| circuit.account == account && circuit.region == region)
                    || Hosted::is_there(read, account, region, id.as_str())?
            }
            ResourceType::VirtualBorderRouter => vbr::is_there(read, account, region, id.as_str())?,
            ResourceType::RouterInterface => Interface::is_there(read, account, region, id.as_str())?,
            ResourceType::Vpc => Vpc::is_there(read, account, region, id.as_str())?,
            ResourceType::TrafficQos => Qos::is_there(read, account, region, id.as_str())?,
            _ => false,
        };
        if !found {
            return Err((&codes::INVALID_RESOURCE_ID_NOT_FOUND).into());
        }
    }
    Ok(())
}

fn refresh(cx: &mut Cx<'_>, kind: ResourceType, id: &str) -> Result<()> {
    match kind {
        // A hosted connection keeps no answer.
        ResourceType::PhysicalConnection if hosted::is_there_at_all(cx.tx, id)? => Ok(()),
        ResourceType::PhysicalConnection => circuit::refresh(cx, id),
        ResourceType::VirtualBorderRouter => vbr::refresh(cx, id),
        _ => Ok(()),
    }
}

/// The tables that know the region of what carries labels. A label itself does not.
fn tables(kind: ResourceType) -> &'static [&'static str] {
    match kind {
        ResourceType::VirtualBorderRouter => &["vbr"],
        ResourceType::RouterInterface => &["router_interface"],
        ResourceType::Vpc => &["vpc"],
        ResourceType::TrafficQos => &["qos"],
        // Hosted connections are circuits to clients. Of anything else there is none, so that any table will do.
        _ => &["circuit", "hosted"],
    }
}

/// The condition that what a label is on lies in the region of argument `$number`.
fn lies_in(kind: ResourceType, number: usize) -> String {
    let exists = |table: &&str| {
        format!(
            "exists (select 1 from {table} where {table}.id = tag.resource and {table}.region = ${number})"
        )
    };
    format!("({})", tables(kind).iter().map(exists).collect::<Vec<_>>().join(" or "))
}

/// The owners of the circuits below border routers, to be locked with the routers' own.
fn circuit_owners(view: &mut View<'_>, kind: ResourceType, ids: &[ResourceId]) -> Result<Vec<String>> {
    match kind {
        ResourceType::VirtualBorderRouter => {
            vbr::circuit_owners(view.read, ids.iter().map(ResourceId::as_str))
        }
        _ => Ok(Vec::new()),
    }
}

fn record(cx: &mut Cx<'_>, ids: &[ResourceId]) {
    let ids: Vec<_> = ids.iter().map(ResourceId::as_str).collect();
    cx.record(&ids.join(","), "", "");
}

/// Puts labels on resources; a key that is there takes the new value.
#[derive(Wire)]
pub struct TagResources {
    /// Region of the resources.
    region_id: RegionId,
    /// The resources.
    #[wire(max_items = 50, required)]
    resource_id: Vec<ResourceId>,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ResourceType,
    /// The labels.
    #[wire(alias = "Tags", max_items = 20, required, too_many = codes::NUMBER_EXCEED_TAGS)]
    tag: Vec<NewTag>,
}

impl Command for TagResources {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("TagResources", "vpc:TagResources");
    const ERRORS: Codes =
        &[&codes::DUPLICATE_TAG_KEY, &codes::INVALID_RESOURCE_ID_NOT_FOUND, &codes::NUMBER_EXCEED_TAGS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        circuit_owners(view, self.resource_type, &self.resource_id)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        label(cx, self.region_id.as_str(), self.resource_type, &self.resource_id, &self.tag)
    }
}

/// Puts labels on resources.
fn label(
    cx: &mut Cx<'_>,
    region: &str,
    kind: ResourceType,
    ids: &[ResourceId],
    tags: &[NewTag],
) -> Result<Nothing> {
    let tags: Vec<Tag> = tags.iter().map(Tag::from).collect();
    if !are_distinct(&tags) {
        return Err((&codes::DUPLICATE_TAG_KEY).into());
    }
    require_resources(cx.tx, &cx.account, region, kind, ids)?;
    for id in ids {
        let present = of(cx.tx, &cx.account, kind.as_str(), id.as_str())?;
        let mut keys: BTreeSet<_> = present.into_iter().map(|tag| tag.key).collect();
        keys.extend(tags.iter().map(|tag| tag.key.clone()));
        if i64::try_from(keys.len()).is_ok_and(|count| count > limits::TAGS_MAX) {
            return Err((&codes::NUMBER_EXCEED_TAGS).into());
        }
    }
    for id in ids {
        put(cx, kind.as_str(), id.as_str(), &tags)?;
        refresh(cx, kind, id.as_str())?;
    }
    record(cx, ids);
    Ok(Nothing {})
}

/// Takes labels off resources: the named keys, or all.
#[derive(Wire)]
pub struct UnTagResources {
    /// Region of the resources.
    region_id: RegionId,
    /// The resources.
    #[wire(max_items = 50, required)]
    resource_id: Vec<ResourceId>,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ResourceType,
    /// Takes every label off; heeded only where no TagKey is given.
    #[wire(default = "false")]
    all: bool,
    /// Keys to take off; unknown ones are ignored.
    #[wire(max_items = 20)]
    tag_key: Vec<GoneTagKey>,
}

impl Command for UnTagResources {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("UnTagResources", "vpc:UnTagResources").aliases(&["UntagResources"]);
    const ERRORS: Codes = &[&codes::INVALID_RESOURCE_ID_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        circuit_owners(view, self.resource_type, &self.resource_id)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let region = self.region_id.as_str();
        unlabel(cx, region, self.resource_type, &self.resource_id, self.all, &self.tag_key)
    }
}

/// Takes labels off resources: the keys named, or all where none is named and all are asked for.
fn unlabel(
    cx: &mut Cx<'_>,
    region: &str,
    kind: ResourceType,
    ids: &[ResourceId],
    all: bool,
    keys: &[GoneTagKey],
) -> Result<Nothing> {
    require_resources(cx.tx, &cx.account, region, kind, ids)?;
    for id in ids {
        if keys.is_empty() && all {
            clear(cx, kind.as_str(), id.as_str())?;
        }
        for key in keys {
            cx.tx.exec(
                "delete from tag where account = $1 and kind = $2 and resource = $3 and name = $4",
                &[
                    Arg::from(&cx.account),
                    Arg::from(kind.as_str()),
                    Arg::from(id.as_str()),
                    Arg::from(key.as_str()),
                ],
            )?;
        }
        refresh(cx, kind, id.as_str())?;
    }
    record(cx, ids);
    Ok(Nothing {})
}

/// Lists the labels of resources, or the resources of labels.
#[derive(Wire)]
pub struct ListTagResources {
    /// Region of the resources.
    region_id: RegionId,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ResourceType,
    /// Rows of a page.
    #[wire(default = "50")]
    max_results: Int<1, 50>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// The resources; needed where no label is given.
    #[wire(max_items = 50)]
    resource_id: Vec<ResourceId>,
    /// The labels; a resource must carry all of them.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
}

/// A page of labels.
#[derive(Reply)]
pub struct TaggedResources {
    /// Where the next page begins; empty at the end.
    next_token: String,
    /// The labels.
    tag_resources: TagResourceSet,
}

/// The labels of a page.
#[derive(Reply)]
pub struct TagResourceSet {
    /// One label of one resource each.
    tag_resource: Vec<TagResource>,
}

/// One label of one resource.
#[derive(Reply)]
pub struct TagResource {
    /// The resource.
    resource_id: String,
    /// What it is.
    resource_type: &'static str,
    /// Key.
    tag_key: String,
    /// Value.
    tag_value: String,
}

impl Query for ListTagResources {
    type Reply = TaggedResources;
    const ABOUT: About = About::tenant("ListTagResources", "vpc:ListTagResources");
    const ERRORS: Codes =
        &[&codes::INVALID_RESOURCE_ID_NOT_FOUND, &gateway::MISSING_PARAMETER, &gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<TaggedResources> {
        if self.resource_id.is_empty() && self.tag.is_empty() {
            return Err(missing("ResourceId", "name resources, labels, or both").into());
        }
        Sought {
            region: self.region_id.as_str(),
            kind: self.resource_type,
            ids: &self.resource_id,
            tags: &self.tag,
            max: self.max_results.get(),
        }
        .page(view, self.next_token.as_deref())
    }
}

/// What a list of labels is to hold.
struct Sought<'a> {
    region: &'a str,
    kind: ResourceType,
    ids: &'a [ResourceId],
    tags: &'a [TagParameter],
    max: i64,
}

impl Sought<'_> {
    /// The page after the one that ended with this token.
    fn page(&self, view: &mut View<'_>, token: Option<&str>) -> Result<TaggedResources> {
        let account = &view.caller.account;
        require_resources(view.read, account, self.region, self.kind, self.ids)?;
        let after = token.map(read_token).transpose()?;
        let mut rows = self.rows(view.read, account, after.as_ref())?;
        let next_token =
            page::turn(&mut rows, self.max, |last| write_token(&last.resource_id, &last.tag_key));
        Ok(TaggedResources { next_token, tag_resources: TagResourceSet { tag_resource: rows } })
    }

    fn rows(
        &self,
        read: &mut dyn Read,
        account: &str,
        after: Option<&(String, String)>,
    ) -> Result<Vec<TagResource>> {
        let kind = self.kind.as_str();
        let mut conditions = Conditions::default().and("account =", account).and("kind =", kind);
        if !self.ids.is_empty() {
            conditions = conditions.and_in("resource", self.ids.iter().map(ResourceId::as_str));
        }
        for tag in self.tags {
            let of_key = [("account =", account), ("kind =", kind), ("name =", tag.key.as_str())];
            conditions = match &tag.value {
                Some(value) => {
                    let inner = [of_key[0], of_key[1], of_key[2], ("value =", value.as_str())];
                    conditions.and_among("resource", "select resource from tag", &inner)
                }
                None => conditions.and_among("resource", "select resource from tag", &of_key),
            };
        }
        let (resource, name) = after.map_or(("", ""), |(resource, name)| (resource.as_str(), name.as_str()));
        let (sql, args) = conditions.query("select resource, name, value from tag", "");
        let next = args.len() + 1;
        let sql = format!(
            "{sql} and {} and (resource, name) > (${}, ${}) order by resource, name limit ${}",
            lies_in(self.kind, next),
            next + 1,
            next + 2,
            next + 3
        );
        let mut args = args.to_vec();
        args.extend([Arg::from(self.region), Arg::from(resource), Arg::from(name), Arg::Int(self.max + 1)]);
        Ok(read.all(&sql, &args, |row| {
            Ok(TagResource {
                resource_id: row.text(0)?.to_owned(),
                resource_type: kind,
                tag_key: row.text(1)?.to_owned(),
                tag_value: row.text(2)?.to_owned(),
            })
        })?)
    }
}
