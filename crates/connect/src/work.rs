//! The operator's work queue: what waits for an operator, oldest first, with the moves that are legal now. It is a
//! query over the tables of the life cycles, not a list that somebody keeps.

use crate::action::{About, Codes, Query, Result};
use crate::circuit;
use crate::circuit::states::{CIRCUIT, Status};
use crate::cx::View;
use crate::letter;
use crate::letter::states::{LETTER, LetterStatus};
use crate::machine::{Actor, Machine, State};
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Lists what waits for an operator, oldest first, with the moves that are legal now.
#[derive(Wire)]
pub struct DescribeWorkQueue {
    /// Only circuits in this status, and letters only if their status is asked for, too.
    status: Option<Status>,
    /// Only letters in this status, and circuits only if their status is asked for, too.
    loa_status: Option<LetterStatus>,
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
    /// PHYSICALCONNECTION for a circuit, PHYSICALCONNECTIONLOA for the letter of one.
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
        let all = self.status.is_none() && self.loa_status.is_none();
        let mut args = Vec::new();
        let (mut total, mut parts) = (0, Vec::new());
        let sources = [
            (CIRCUITS, self.status.map(|status| status.as_str())),
            (LETTERS, self.loa_status.map(|status| status.as_str())),
        ];
        for (source, status) in sources.into_iter().filter(|(_, status)| all || status.is_some()) {
            let Source { count, rows, column } = source;
            let filter = |column: &str, place: usize| match status {
                Some(_) => format!(" and {column} = ${place}"),
                None => String::new(),
            };
            let status: Vec<_> = status.map(Arg::from).into_iter().collect();
            total += view
                .read
                .one(&format!("{count}{}", filter("status", 1)), &status, |row| row.int(0))?
                .unwrap_or(0);
            parts.push(format!("{rows}{}", filter(column, args.len() + 1)));
            args.extend(status);
        }
        let sql = format!(
            "{} order by waits_since, named limit ${} offset ${}",
            parts.join(" union all "),
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

/// Where items come from.
struct Source {
    /// Counts them.
    count: &'static str,
    /// Reads them.
    rows: &'static str,
    /// Their status, as `rows` calls it.
    column: &'static str,
}

const CIRCUITS: Source = Source {
    count: "select count(*) from circuit where waiting_since is not null",
    rows: "select 'circuit' as kind, id as named, account, region, access_point_id, port_type, name, status,
     waiting_since as waits_since from circuit where waiting_since is not null",
    column: "status",
};

/// What is known of a letter's circuit is in the circuit's row; the letters are walked in their order.
const LETTERS: Source = Source {
    count: "select count(*) from letter where waiting_since is not null",
    rows: "select 'letter' as kind, waiting.circuit as named, waiting.account, circuit.region, circuit.access_point_id,
     circuit.port_type, circuit.name, waiting.status, waiting.waiting_since as waits_since
     from letter waiting join circuit on circuit.id = waiting.circuit
     where waiting.waiting_since is not null",
    column: "waiting.status",
};

fn item(row: &dyn store::Row) -> std::result::Result<WorkItem, store::Fault> {
    let text = |index| row.text(index).map(str::to_owned);
    let status = text(7)?;
    let (resource_type, moves) = if row.text(0)? == "letter" {
        (letter::KIND, moves(&LETTER, &status))
    } else {
        (circuit::KIND, moves(&CIRCUIT, &status))
    };
    Ok(WorkItem {
        resource_type,
        physical_connection_id: text(1)?,
        account_id: text(2)?,
        region_id: text(3)?,
        access_point_id: text(4)?,
        port_type: text(5)?,
        name: text(6)?,
        moves: MoveSet { r#move: moves },
        since: time::wire(row.int(8)?),
        status,
    })
}

/// What an operator can do in this status.
fn moves<S: State>(machine: &Machine<S>, status: &str) -> Vec<&'static str> {
    let legal =
        machine.state(status).into_iter().flat_map(|at| machine.moves_from(at, Some(Actor::Operator)));
    legal.map(|row| row.trigger).collect()
}
