//! Labels under the names that clients of Express Connect use for them. They are the same labels, by the same rules;
//! only what these actions take is told otherwise. Nothing here looks at a label for itself but the list of keys.

use super::{
    GoneTagKey, NewTag, ResourceId, ResourceType, Sought, TagParameter, TaggedResources, circuit_owners,
    label, lies_in, require_resources, unlabel,
};
use crate::action::{About, Codes, Command, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::codes;
use crate::cx::{Cx, View};
use crate::page::{self, read_token, write_token};
use crate::reply::Nothing;
use rpc::gateway;
use rpc::params::missing;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};
use std::collections::BTreeSet;
use std::fmt::Write;
use store::{Arg, Read, ReadExt};

rpc::text! {
    /// A part of a label's key, in its own letter case.
    pub struct Keyword { min: 1, max: 128 }
}

/// What can carry labels in Express Connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ExpressType {
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

impl ExpressType {
    fn general(self) -> ResourceType {
        match self {
            ExpressType::PhysicalConnection => ResourceType::PhysicalConnection,
            ExpressType::VirtualBorderRouter => ResourceType::VirtualBorderRouter,
            ExpressType::RouterInterface => ResourceType::RouterInterface,
            ExpressType::TrafficQos => ResourceType::TrafficQos,
        }
    }
}

/// Puts labels on circuits and what hangs on them; a key that is there takes the new value.
#[derive(Wire)]
pub struct TagResourcesForExpressConnect {
    /// Region of the resources.
    region_id: RegionId,
    /// The resources.
    #[wire(max_items = 50, required)]
    resource_id: Vec<ResourceId>,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ExpressType,
    /// The labels; none of them changes nothing.
    #[wire(alias = "Tags", max_items = 20, too_many = codes::NUMBER_EXCEED_TAGS)]
    tag: Vec<NewTag>,
}

impl Command for TagResourcesForExpressConnect {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("TagResourcesForExpressConnect", "vpc:TagResourcesForExpressConnect");
    const ERRORS: Codes =
        &[&codes::DUPLICATE_TAG_KEY, &codes::INVALID_RESOURCE_ID_NOT_FOUND, &codes::NUMBER_EXCEED_TAGS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        circuit_owners(view, self.resource_type.general(), &self.resource_id)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        label(cx, self.region_id.as_str(), self.resource_type.general(), &self.resource_id, &self.tag)
    }
}

/// Takes labels off circuits and what hangs on them: the named keys, or all.
#[derive(Wire)]
pub struct UntagResourcesForExpressConnect {
    /// Region of the resources.
    region_id: RegionId,
    /// The resources.
    #[wire(max_items = 50, required)]
    resource_id: Vec<ResourceId>,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ExpressType,
    /// Takes every label off; heeded only where no TagKey is given.
    all: Option<bool>,
    /// Keys to take off; unknown ones are ignored.
    #[wire(max_items = 20)]
    tag_key: Vec<GoneTagKey>,
}

impl Command for UntagResourcesForExpressConnect {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("UntagResourcesForExpressConnect", "vpc:UntagResourcesForExpressConnect");
    const ERRORS: Codes = &[&codes::INVALID_RESOURCE_ID_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        circuit_owners(view, self.resource_type.general(), &self.resource_id)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (region, kind) = (self.region_id.as_str(), self.resource_type.general());
        unlabel(cx, region, kind, &self.resource_id, self.all.unwrap_or(false), &self.tag_key)
    }
}

/// Lists the labels of circuits and of what hangs on them: of the resources named, of those that carry the labels
/// named, or of all of one kind.
#[derive(Wire)]
pub struct ListTagResourcesForExpressConnect {
    /// Region of the resources.
    region_id: RegionId,
    /// What they are.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: ExpressType,
    /// Rows of a page.
    #[wire(default = "20")]
    max_results: Int<1, 100>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// The resources.
    #[wire(max_items = 50)]
    resource_id: Vec<ResourceId>,
    /// The labels; a resource must carry all of them.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
}

impl Query for ListTagResourcesForExpressConnect {
    type Reply = TaggedResources;
    const ABOUT: About =
        About::tenant("ListTagResourcesForExpressConnect", "vpc:ListTagResourcesForExpressConnect");
    const ERRORS: Codes = &[&codes::INVALID_RESOURCE_ID_NOT_FOUND, &gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<TaggedResources> {
        Sought {
            region: self.region_id.as_str(),
            kind: self.resource_type.general(),
            ids: &self.resource_id,
            tags: &self.tag,
            max: self.max_results.get(),
        }
        .page(view, self.next_token.as_deref())
    }
}

/// Lists the keys of the labels that circuits and what hangs on them carry, in the order of the alphabet.
#[derive(Wire)]
pub struct DescribeTagKeysForExpressConnect {
    /// Region of the resources.
    region_id: RegionId,
    /// A part of the key, in its own letter case.
    keyword: Option<Keyword>,
    /// Rows of a page.
    #[wire(default = "20")]
    max_result: Int<1, 100>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// Only keys on these resources.
    #[wire(max_items = 50)]
    resource_id: Vec<ResourceId>,
    /// Only keys on resources of this kind; needed with ResourceId.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: Option<ExpressType>,
}

/// A page of keys.
#[derive(Reply)]
pub struct TagKeys {
    /// Where the next page begins; empty at the end.
    next_token: String,
    /// The keys.
    tag_keys: TagKeySet,
}

/// The keys of a page.
#[derive(Reply)]
pub struct TagKeySet {
    /// One key each.
    tag_key: Vec<TagKeyAnswer>,
}

/// A key in use.
#[derive(Reply)]
pub struct TagKeyAnswer {
    /// The key.
    tag_key: String,
    /// Custom: all labels are their owner's own.
    r#type: &'static str,
}

impl Query for DescribeTagKeysForExpressConnect {
    type Reply = TagKeys;
    const ABOUT: About =
        About::tenant("DescribeTagKeysForExpressConnect", "vpc:DescribeTagKeysForExpressConnect");
    const ERRORS: Codes =
        &[&codes::INVALID_RESOURCE_ID_NOT_FOUND, &gateway::INVALID_PARAMETER, &gateway::MISSING_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<TagKeys> {
        let account = &view.caller.account;
        let kinds: Vec<_> = match self.resource_type {
            Some(kind) => vec![kind.general()],
            None if self.resource_id.is_empty() => {
                ExpressType::ALL.iter().map(|kind| kind.general()).collect()
            }
            None => {
                return Err(missing("ResourceType", "say what the resources named are").into());
            }
        };
        if let [kind] = kinds[..] {
            require_resources(view.read, account, self.region_id.as_str(), kind, &self.resource_id)?;
        }
        let after = self.next_token.as_deref().map(read_token).transpose()?;
        let after = after.map(|(name, _)| name).unwrap_or_default();
        // One key more than a page is read of each kind: if it is there, another page follows.
        let mut keys = BTreeSet::new();
        for kind in kinds {
            keys.extend(self.keys(view.read, account, kind, &after)?);
        }
        let mut keys: Vec<_> = keys.into_iter().collect();
        let next_token = page::turn(&mut keys, self.max_result.get(), |last| write_token(last, ""));
        let tag_key = keys.into_iter().map(|tag_key| TagKeyAnswer { tag_key, r#type: "Custom" }).collect();
        Ok(TagKeys { next_token, tag_keys: TagKeySet { tag_key } })
    }
}

const TO_STRING: &str = "writing to a string cannot fail";

impl DescribeTagKeysForExpressConnect {
    fn keys(
        &self,
        read: &mut dyn Read,
        account: &str,
        kind: ResourceType,
        after: &str,
    ) -> Result<Vec<String>> {
        let mut args = vec![
            Arg::from(account),
            Arg::from(kind.as_str()),
            Arg::from(after),
            Arg::from(self.region_id.as_str()),
        ];
        let mut sql = format!(
            "select distinct name from tag where account = $1 and kind = $2 and name > $3 and {}",
            lies_in(kind, 4)
        );
        if let Some(keyword) = &self.keyword {
            args.push(Arg::from(keyword.as_str()));
            // The engines agree on what is left when a part is taken out, and on little else about texts.
            write!(sql, " and replace(name, ${}, '') <> name", args.len()).expect(TO_STRING);
        }
        if !self.resource_id.is_empty() {
            let first = args.len() + 1;
            args.extend(self.resource_id.iter().map(|id| Arg::from(id.as_str())));
            let places: Vec<_> = (first..=args.len()).map(|place| format!("${place}")).collect();
            write!(sql, " and resource in ({})", places.join(", ")).expect(TO_STRING);
        }
        args.push(Arg::Int(self.max_result.get() + 1));
        write!(sql, " order by name limit ${}", args.len()).expect(TO_STRING);
        Ok(read.all(&sql, &args, |row| row.text(0).map(str::to_owned))?)
    }
}
