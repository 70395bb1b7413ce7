//! Labels and resource groups under their other names, said a second time: whose circuit or router carries what, which
//! keys there are, and which groups the resources themselves make. The labels are those of `estate` and `routers`.

use super::{Args, Model, Verdicts, get, labels, list, refuse_unless, time};
use crate::house::Who;
use std::collections::{BTreeMap, BTreeSet};

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "TagResourcesForExpressConnect",
    "UntagResourcesForExpressConnect",
    "ListTagResourcesForExpressConnect",
    "DescribeTagKeysForExpressConnect",
    "ChangeResourceGroup",
    "ListResourceGroups",
];

const CIRCUIT: &str = "PHYSICALCONNECTION";
const ROUTER: &str = "VIRTUALBORDERROUTER";
const POLICY: &str = "TRAFFICQOS";
const INTERFACE: &str = "ROUTERINTERFACE";

/// The group of what is put into none.
const DEFAULT: &str = "rg-default";

/// A resource that can carry labels and be in a group.
struct Thing<'a> {
    kind: &'static str,
    id: &'a str,
    account: &'a str,
    region: &'a str,
    tags: &'a BTreeMap<String, String>,
    group: &'a str,
    created: i64,
}

/// Where a page begins is the product's secret: only what is no such thing can be told.
fn check_place(args: &Args) -> Verdicts {
    refuse_unless(get(args, "NextToken") != Some("zz"), ("InvalidParameter", 400))
}

impl Model {
    fn things(&self) -> Vec<Thing<'_>> {
        let circuits = self.lines.iter().map(|line| Thing {
            kind: CIRCUIT,
            id: &line.id,
            account: &line.account,
            region: &line.region,
            tags: &line.tags,
            group: &line.group,
            created: line.created,
        });
        let routers = self.routers.all.iter().map(|router| Thing {
            kind: ROUTER,
            id: &router.id,
            account: &router.account,
            region: &router.region,
            tags: &router.tags,
            group: &router.group,
            created: router.created,
        });
        let policies = self.traffic.iter().map(|policy| Thing {
            kind: POLICY,
            id: &policy.id,
            account: &policy.account,
            region: &policy.region,
            tags: &policy.tags,
            group: &policy.group,
            created: policy.created,
        });
        let interfaces = self.interfaces.iter().map(|interface| Thing {
            kind: INTERFACE,
            id: &interface.id,
            account: &interface.account,
            region: &interface.region,
            tags: &interface.tags,
            group: &interface.group,
            created: interface.created,
        });
        // To clients they are circuits.
        let hosted = self.hosted.iter().map(|hosted| Thing {
            kind: CIRCUIT,
            id: &hosted.id,
            account: &hosted.account,
            region: &hosted.region,
            tags: &hosted.tags,
            group: &hosted.group,
            created: hosted.created,
        });
        circuits.chain(routers).chain(policies).chain(hosted).chain(interfaces).collect()
    }

    /// What a call on labels or groups is answered; nothing for an action that is none.
    pub(super) fn label_or_group(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        Some(match action {
            "TagResourcesForExpressConnect" => self.label(who, "TagResources", args),
            "UntagResourcesForExpressConnect" => self.label(who, "UnTagResources", args),
            "ListTagResourcesForExpressConnect" => {
                self.label(who, action, args).and_then(|()| check_place(args))
            }
            "DescribeTagKeysForExpressConnect" => {
                let told = get(args, "ResourceType").is_some() || list(args, "ResourceId").is_empty();
                refuse_unless(told, ("MissingParameter", 400))
                    .and_then(|()| self.label(who, action, args))
                    .and_then(|()| check_place(args))
            }
            "ChangeResourceGroup" => self.regroup(who, args),
            "ListResourceGroups" => Ok(()),
            _ => return None,
        })
    }

    fn regroup(&mut self, who: Who, args: &Args) -> Verdicts {
        let (id, region) = (get(args, "ResourceId"), get(args, "RegionId"));
        let group = get(args, "NewResourceGroupId").unwrap();
        let mine = |account: &str, its_region: &str, its_id: &str| {
            account == who.account() && Some(its_region) == region && Some(its_id) == id
        };
        let kind = get(args, "ResourceType").unwrap();
        let lines = self.lines.iter_mut().filter(|_| kind == CIRCUIT);
        let mut found: Vec<_> = lines
            .filter(|line| mine(&line.account, &line.region, &line.id))
            .map(|line| &mut line.group)
            .collect();
        let hosted = self.hosted.iter_mut().filter(|_| kind == CIRCUIT);
        found.extend(
            hosted
                .filter(|hosted| mine(&hosted.account, &hosted.region, &hosted.id))
                .map(|hosted| &mut hosted.group),
        );
        let routers = self.routers.all.iter_mut().filter(|_| kind == ROUTER);
        found.extend(
            routers
                .filter(|router| mine(&router.account, &router.region, &router.id))
                .map(|router| &mut router.group),
        );
        let policies = self.traffic.iter_mut().filter(|_| kind == POLICY);
        found.extend(
            policies
                .filter(|policy| mine(&policy.account, &policy.region, &policy.id))
                .map(|policy| &mut policy.group),
        );
        let interfaces = self.interfaces.iter_mut().filter(|_| kind == INTERFACE);
        let interface = interfaces
            .filter(|interface| mine(&interface.account, &interface.region, &interface.id))
            .map(|interface| {
                interface.modified = self.now;
                &mut interface.group
            });
        found.extend(interface);
        let held = found.pop().ok_or(("InvalidResourceId.NotFound", 404))?;
        group.clone_into(held);
        Ok(())
    }

    /// The caller's resources that a call on labels asks for.
    fn asked<'a>(&'a self, who: Who, args: &'a Args) -> impl Iterator<Item = Thing<'a>> {
        let ids = list(args, "ResourceId");
        self.things().into_iter().filter(move |thing| {
            thing.account == who.account()
                && Some(thing.region) == get(args, "RegionId")
                && get(args, "ResourceType").is_none_or(|kind| thing.kind == kind)
                && (ids.is_empty() || ids.contains(&thing.id))
        })
    }

    /// Every label that a list should show, over all pages: of what, what it is, key and value.
    pub(crate) fn wanted_labels(&self, who: Who, args: &Args) -> Vec<[String; 4]> {
        let wanted = labels(args, &["Tag", "Tags"]);
        let mut rows = BTreeSet::new();
        for thing in self.asked(who, args) {
            let carries = wanted.iter().all(|(key, value)| {
                thing.tags.get(key).is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
            });
            if carries {
                let row = |(key, value): (&String, &String)| {
                    [thing.id.to_owned(), thing.kind.to_owned(), key.clone(), value.clone()]
                };
                rows.extend(thing.tags.iter().map(row));
            }
        }
        rows.into_iter().collect()
    }

    /// Every key that a list should show, over all pages.
    pub(crate) fn wanted_keys(&self, who: Who, args: &Args) -> Vec<String> {
        let part = get(args, "Keyword").unwrap_or_default();
        let keys: BTreeSet<_> =
            self.asked(who, args).flat_map(|thing| thing.tags.keys().cloned().collect::<Vec<_>>()).collect();
        keys.into_iter().filter(|key| key.contains(part)).collect()
    }

    /// The groups that a list should show, over all pages: id, name, and since when.
    pub(crate) fn wanted_groups(&self, who: Who, args: &Args) -> Vec<[String; 3]> {
        let mut oldest: BTreeMap<String, i64> = BTreeMap::new();
        for thing in self.things().iter().filter(|thing| thing.account == who.account()) {
            if !["", DEFAULT].contains(&thing.group) {
                let known = oldest.entry(thing.group.to_owned()).or_insert(thing.created);
                *known = thing.created.min(*known);
            }
        }
        // VPCs are in groups, too, though they carry no labels under these names.
        let networks = self.networks.all.iter().filter(|network| network.account == who.account());
        for network in networks.filter(|network| !["", DEFAULT].contains(&&*network.group)) {
            let known = oldest.entry(network.group.clone()).or_insert(network.created);
            *known = network.created.min(*known);
        }
        let opened = self.wallets[who.account()].opened;
        let mut groups = vec![[DEFAULT.to_owned(), "default".to_owned(), time::wire(opened)]];
        groups.extend(oldest.into_iter().map(|(id, made)| [id.clone(), id, time::wire(made)]));
        let ids = list(args, "ResourceGroupIds");
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        groups.retain(|[id, name, _]| {
            is("Status", "OK")
                && is("ResourceGroupId", id)
                && is("Name", name)
                && is("DisplayName", name)
                && (ids.is_empty() || ids.contains(&id.as_str()))
        });
        groups
    }
}
