//! The operator's work queue: what waits for an operator, oldest first, with the moves that are legal now. It is a
//! query over the life cycle's table, not a list that somebody keeps.

use crate::action::{About, Codes, Query, Result};
use crate::circuit::states::{CIRCUIT, Status};
use crate::cx::View;
use crate::machine::Actor;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Lists what waits for an operator, oldest first, with the moves that are legal now.
#[derive(Wire)]
pub struct DescribeWorkQueue {
    /// Only circuits in this status.
    status: Option<Status>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of the queue.
#[derive(Reply)]
pub struct WorkQueue {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// What waits.
    work_items: WorkItemSet,
}

/// The items of a page.
#[derive(Reply)]
pub struct WorkItemSet {
    /// One item each.
    work_item: Vec<WorkItem>,
}

/// Something that waits.
#[derive(Reply)]
pub struct WorkItem {
    /// Kind of thing.
    resource_type: &'static str,
    /// The circuit.
    physical_connection_id: String,
    /// Its owner.
    account_id: String,
    /// Its region.
    region_id: String,
    /// Its access point.
    access_point_id: String,
    /// Its port type.
    port_type: String,
    /// Its name.
    name: String,
    /// Its status.
    status: String,
    /// Since when it waits.
    since: String,
    /// What an operator can do now.
    moves: MoveSet,
}

/// The moves of an item.
#[derive(Reply)]
pub struct MoveSet {
    /// The action of one move each.
    r#move: Vec<&'static str>,
}

impl Query for DescribeWorkQueue {
    type Reply = WorkQueue;
    const ABOUT: About = About::operator("DescribeWorkQueue", "operator:DescribeWorkQueue");
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<WorkQueue> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let (filter, mut args) = match self.status {
            Some(status) => (" and status = $1", vec![Arg::from(status.as_str())]),
            None => ("", Vec::new()),
        };
        let sql = format!("select count(*) from circuit where waiting_since is not null{filter}");
        let total = view.read.one(&sql, &args, |row| row.int(0))?.unwrap_or(0);
        let sql = format!(
            "select id, account, region, access_point_id, port_type, name, status, waiting_since from circuit
             where waiting_since is not null{filter} order by waiting_since, id limit ${} offset ${}",
            args.len() + 1,
            args.len() + 2
        );
        args.extend([Arg::Int(page.size), Arg::Int(page.skip())]);
        let work_item = view.read.all(&sql, &args, item)?;
        Ok(WorkQueue {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            work_items: WorkItemSet { work_item },
        })
    }
}

fn item(row: &dyn store::Row) -> std::result::Result<WorkItem, store::Fault> {
    let text = |index| row.text(index).map(str::to_owned);
    let status = text(6)?;
    let moves = CIRCUIT
        .state(&status)
        .into_iter()
        .flat_map(|status| CIRCUIT.moves_from(status, Some(Actor::Operator)));
    Ok(WorkItem {
        resource_type: crate::circuit::KIND,
        physical_connection_id: text(0)?,
        account_id: text(1)?,
        region_id: text(2)?,
        access_point_id: text(3)?,
        port_type: text(4)?,
        name: text(5)?,
        moves: MoveSet { r#move: moves.map(|row| row.trigger).collect() },
        since: time::wire(row.int(7)?),
        status,
    })
}
