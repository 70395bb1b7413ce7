//! The product that lists resource groups, on the same endpoint, as far as the clients of circuits use it: they look
//! groups up to name them. It shows the default group and those that something of the account's is in.

use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::ResourceGroupId;
use crate::cx::View;
use crate::limits::GROUP_PAGE_SIZE_MAX;
use crate::page::{Page, PageNumber, wire_count};
use crate::time::{self, Millis};
use crate::vbr::DEFAULT_RESOURCE_GROUP;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};
use std::collections::BTreeMap;
use store::{Arg, Read, ReadExt};

/// The version of the product that lists resource groups.
pub const GROUPS_VERSION: &str = "2020-03-31";

/// Rows of a page of groups.
pub type GroupPageSize = Int<1, GROUP_PAGE_SIZE_MAX>;

rpc::text! {
    /// A group's name.
    pub struct GroupName { min: 1, max: 64 }
}

/// `Status` of a group. Every group is OK: it is there while something is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum GroupStatus {
    /// Being made.
    Creating,
    /// There.
    #[choice("OK")]
    Ok,
    /// Being removed.
    PendingDelete,
}

/// Lists the caller's resource groups: the default one, and after it, in the order of their ids, those that a resource
/// of the caller's is in.
#[derive(Wire)]
pub struct ListResourceGroups {
    /// Only groups of this status.
    status: Option<GroupStatus>,
    /// Only the group of this id.
    resource_group_id: Option<ResourceGroupId>,
    /// Only the groups of these ids.
    #[wire(max_items = 100)]
    resource_group_ids: Vec<ResourceGroupId>,
    /// Only groups of this name, which is the id but for the default group.
    name: Option<GroupName>,
    /// Only groups shown under this name.
    display_name: Option<GroupName>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page.
    #[wire(default = "10")]
    page_size: GroupPageSize,
}

/// A page of groups.
#[derive(Reply)]
pub struct Groups {
    /// Groups that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The groups.
    resource_groups: GroupSet,
}

/// The groups of a page.
#[derive(Reply)]
pub struct GroupSet {
    /// One group each.
    resource_group: Vec<Group>,
}

/// A resource group.
#[derive(Reply)]
pub struct Group {
    /// The group.
    id: String,
    /// Its name: the id, but for the default group.
    name: String,
    /// The name people see: the same.
    display_name: String,
    /// Its owner.
    account_id: String,
    /// OK.
    status: &'static str,
    /// When the oldest resource in it was made; of the default group, when the account was opened.
    create_date: String,
}

impl Query for ListResourceGroups {
    type Reply = Groups;
    const ABOUT: About = About::tenant("ListResourceGroups", "resourcemanager:ListResourceGroups")
        .version(GROUPS_VERSION)
        .region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Groups> {
        let page = Page { number: self.page_number.get(), size: self.page_size.get() };
        let account = view.caller.account.clone();
        let mut groups = all(view.read, &account)?;
        groups.retain(|group| self.wants(group));
        let total = i64::try_from(groups.len()).unwrap_or(i64::MAX);
        let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let shown = groups.into_iter().skip(count(page.skip())).take(count(page.size));
        Ok(Groups {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            resource_groups: GroupSet { resource_group: shown.collect() },
        })
    }
}

impl ListResourceGroups {
    fn wants(&self, group: &Group) -> bool {
        let is = |wanted: Option<&str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
        is(self.status.map(|status| status.as_str()), group.status)
            && is(self.resource_group_id.as_ref().map(ResourceGroupId::as_str), &group.id)
            && is(self.name.as_ref().map(GroupName::as_str), &group.name)
            && is(self.display_name.as_ref().map(GroupName::as_str), &group.display_name)
            && (self.resource_group_ids.is_empty()
                || self.resource_group_ids.iter().any(|id| id.as_str() == group.id))
    }
}

/// What is put into groups: the oldest of each group, found along an index of its table.
const OLDEST: &[&str] = &[
    "select resource_group_id, min(created_at) from circuit where account = $1 and resource_group_id <> ''
     group by resource_group_id",
    "select resource_group_id, min(created_at) from hosted where account = $1 and resource_group_id <> ''
     group by resource_group_id",
    "select resource_group_id, min(created_at) from qos where account = $1 and resource_group_id <> ''
     group by resource_group_id",
    "select resource_group_id, min(created_at) from router_interface where account = $1 and resource_group_id <> ''
     group by resource_group_id",
    "select resource_group_id, min(created_at) from vbr where account = $1 and resource_group_id <> ''
     group by resource_group_id",
    "select resource_group_id, min(created_at) from vpc where account = $1 and resource_group_id <> ''
     group by resource_group_id",
];

/// Every group of the account, the default one first.
fn all(read: &mut dyn Read, account: &str) -> Result<Vec<Group>> {
    let mut oldest: BTreeMap<String, Millis> = BTreeMap::new();
    for sql in OLDEST {
        read.each(sql, &[Arg::from(account)], &mut |row| {
            let (id, made) = (row.text(0)?, row.int(1)?);
            let known = oldest.entry(id.to_owned()).or_insert(made);
            *known = made.min(*known);
            Ok(())
        })?;
    }
    oldest.remove(DEFAULT_RESOURCE_GROUP);
    let sql = "select created_at from account where id = $1";
    let opened = read.one(sql, &[Arg::from(account)], |row| row.int(0))?.unwrap_or_default();
    let group = |id: &str, name: &str, made| Group {
        id: id.to_owned(),
        name: name.to_owned(),
        display_name: name.to_owned(),
        account_id: account.to_owned(),
        status: GroupStatus::Ok.as_str(),
        create_date: time::wire(made),
    };
    let mut groups = vec![group(DEFAULT_RESOURCE_GROUP, "default", opened)];
    groups.extend(oldest.iter().map(|(id, made)| group(id, id, *made)));
    Ok(groups)
}
