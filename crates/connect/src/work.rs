//! The operator's work queue: what waits for an operator, oldest first, with the moves that are legal now. It is a
//! query over the tables of what can wait, not a list that somebody keeps; what else can wait is a line of [`SOURCES`].

use crate::action::{About, Codes, Query, Result};
use crate::circuit::states::{self, CIRCUIT, Status};
use crate::cx::View;
use crate::letter::states::LETTER;
use crate::machine::{Actor, Machine, State};
use crate::order::states::ORDER;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use crate::{circuit, letter, order};
use rpc::{Choice, Reply, Wire};
use store::{Arg, ReadExt};

/// A kind of thing that can wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum WorkKind {
    /// A circuit.
    #[choice("PHYSICALCONNECTION")]
    Circuit,
    /// The letter of a circuit.
    #[choice("PHYSICALCONNECTIONLOA")]
    Letter,
    /// An order.
    #[choice("ORDER")]
    Order,
}

/// Where things wait.
struct Source {
    kind: WorkKind,
    /// The columns of an item in the order of [`item`], from the row that waits.
    columns: &'static str,
    /// The row that waits, called so, and what else its item is read from. The table has a `waiting_since`, which is
    /// null for what does not wait, and an index of those that do.
    from: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        kind: WorkKind::Circuit,
        columns: "'PHYSICALCONNECTION' as kind, waiting.id as named, waiting.id as circuit, waiting.account,
         waiting.region, waiting.access_point_id, waiting.port_type, waiting.name, waiting.status,
         waiting.waiting_since as waits_since",
        from: "circuit waiting",
    },
    Source {
        kind: WorkKind::Letter,
        columns: "'PHYSICALCONNECTIONLOA' as kind, waiting.circuit as named, waiting.circuit, waiting.account,
         circuit.region, circuit.access_point_id, circuit.port_type, circuit.name, waiting.status,
         waiting.waiting_since as waits_since",
        from: "letter waiting join circuit on circuit.id = waiting.circuit",
    },
    Source {
        kind: WorkKind::Order,
        columns: "'ORDER' as kind, waiting.id as named, waiting.circuit_id as circuit, waiting.account, waiting.region,
         waiting.access_point_id, waiting.port_type, '' as name, waiting.status,
         waiting.waiting_since as waits_since",
        from: "circuit_order waiting",
    },
];

const _: () = assert!(
    crate::machine::same(circuit::KIND, "PHYSICALCONNECTION")
        && crate::machine::same(letter::KIND, "PHYSICALCONNECTIONLOA")
        && crate::machine::same(order::KIND, "ORDER")
);

/// Lists what waits for an operator, oldest first, with the moves that are legal now.
#[derive(Wire)]
pub struct DescribeWorkQueue {
    /// Only circuits in this status, and letters only if their status is asked for, too.
    status: Option<Status>,
    /// Only things of this kind.
    resource_type: Option<WorkKind>,
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
    /// Kind of thing: PHYSICALCONNECTION, PHYSICALCONNECTIONLOA for a letter, or ORDER.
    resource_type: String,
    /// Its id; a letter has its circuit's.
    resource_id: String,
    /// The circuit: it, or the one it is for.
    physical_connection_id: String,
    /// Its owner.
    account_id: String,
    /// Its region.
    region_id: String,
    /// The circuit's access point.
    access_point_id: String,
    /// The circuit's port type.
    port_type: String,
    /// The circuit's name; empty for an order.
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
            Some(status) => (" and waiting.status = $1", vec![Arg::from(status.as_str())]),
            None => ("", Vec::new()),
        };
        let (mut total, mut selects) = (0, Vec::new());
        for Source { columns, from, .. } in SOURCES.iter().filter(|source| self.wants(source.kind)) {
            let from = format!("from {from} where waiting.waiting_since is not null{filter}");
            let sql = format!("select count(*) {from}");
            total += view.read.one(&sql, &args, |row| row.int(0))?.unwrap_or(0);
            selects.push(format!("select {columns} {from}"));
        }
        let mut work_item = Vec::new();
        if !selects.is_empty() {
            let sql = format!(
                "{} order by waits_since, named limit ${} offset ${}",
                selects.join(" union all "),
                args.len() + 1,
                args.len() + 2
            );
            args.extend([Arg::Int(page.size), Arg::Int(page.skip())]);
            work_item = view.read.all(&sql, &args, item)?;
        }
        Ok(WorkQueue {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            work_items: WorkItemSet { work_item },
        })
    }
}

impl DescribeWorkQueue {
    /// Whether the list holds things of this kind: a circuit's status is no other thing's.
    fn wants(&self, kind: WorkKind) -> bool {
        let circuits_only = self.status.is_some() && kind != WorkKind::Circuit;
        !circuits_only && self.resource_type.is_none_or(|wanted| wanted == kind)
    }
}

fn item(row: &dyn store::Row) -> std::result::Result<WorkItem, store::Fault> {
    let text = |index| row.text(index).map(str::to_owned);
    let (resource_type, status) = (text(0)?, text(8)?);
    let moves = match WorkKind::from_wire(&resource_type) {
        Some(WorkKind::Letter) => moves(&LETTER, &status, &[]),
        // A circuit is moved through its order, and an order's own moves are made on it.
        Some(WorkKind::Order) => {
            let mut moves = moves(&ORDER, &status, &[]);
            moves.retain(|trigger| order::MADE_ON_THE_ORDER.contains(trigger));
            moves
        }
        _ => moves(&CIRCUIT, &status, states::FROM_ORDERS),
    };
    Ok(WorkItem {
        resource_type,
        resource_id: text(1)?,
        physical_connection_id: text(2)?,
        account_id: text(3)?,
        region_id: text(4)?,
        access_point_id: text(5)?,
        port_type: text(6)?,
        name: text(7)?,
        moves: MoveSet { r#move: moves },
        since: time::wire(row.int(9)?),
        status,
    })
}

/// What an operator can do in this status, but for what is done elsewhere.
fn moves<S: State>(machine: &Machine<S>, status: &str, elsewhere: &[&str]) -> Vec<&'static str> {
    let legal =
        machine.state(status).into_iter().flat_map(|at| machine.moves_from(at, Some(Actor::Operator)));
    legal.map(|row| row.trigger).filter(|trigger| !elsewhere.contains(trigger)).collect()
}
