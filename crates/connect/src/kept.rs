//! Rows with a life cycle that are kept alike: what every such row begins with, and the one function that writes a
//! status. A kind of thing says which table, which machine and which further columns it has; it never writes its
//! status, its deadlines or its steps in the ledger itself.

mod column;

use crate::action::{Result, Stop};
use crate::circuit::{NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::Cx;
use crate::machine::{Actor, Machine, Move, State, To};
use crate::page::Page;
use crate::time::Millis;
use crate::timer;
pub(crate) use column::{Column, columns, next, word, words};
use rpc::code::{Code, Error};
use store::{Arg, Fault, Read, ReadExt, Row};

/// What every row begins with.
#[derive(Debug, Clone)]
pub(crate) struct Head<S> {
    /// Owner.
    pub(crate) account: String,
    /// Region.
    pub(crate) region: String,
    /// The revision of the account that created it: its place in its owner's list.
    pub(crate) serial: i64,
    /// Its id, which begins with the kind's prefix.
    pub(crate) id: String,
    status: S,
    since: Millis,
    /// When it was made.
    pub(crate) created_at: Millis,
}

/// The columns of a head, in the order of [`Head::read`]; the kind's own follow.
const HEAD: [&str; 7] = ["account", "region", "serial", "id", "status", "since", "created_at"];

/// Where the kind's own columns begin.
pub(crate) const OWN: usize = HEAD.len();

impl<S: State> Head<S> {
    /// The head of a new thing of the locked account, in its machine's initial state.
    pub(crate) fn new<K: Kept<Status = S>>(cx: &mut Cx<'_>, region: &str) -> Head<S> {
        Head {
            account: cx.account.clone(),
            region: region.to_owned(),
            serial: cx.revision,
            id: cx.ids.resource(K::PREFIX, cx.now),
            status: K::MACHINE.initial,
            since: cx.now,
            created_at: cx.now,
        }
    }

    /// The same before it is written, in another state: what a thing begins in may depend on what was asked.
    pub(crate) fn beginning(self, status: S) -> Head<S> {
        Head { status, ..self }
    }

    fn read(row: &dyn Row, machine: &Machine<S>) -> std::result::Result<Head<S>, Fault> {
        Ok(Head {
            account: row.text(0)?.to_owned(),
            region: row.text(1)?.to_owned(),
            serial: row.int(2)?,
            id: row.text(3)?.to_owned(),
            status: word(row.text(4)?, |text| machine.state(text))?,
            since: row.int(5)?,
            created_at: row.int(6)?,
        })
    }

    /// The present status.
    pub(crate) fn status(&self) -> S {
        self.status
    }

    /// When it was entered.
    pub(crate) fn since(&self) -> Millis {
        self.since
    }

    /// Whether it is this account's and in this region.
    pub(crate) fn is_in(&self, account: &str, region: &str) -> bool {
        self.account == account && self.region == region
    }

    fn values(&self) -> [Arg<'_>; 7] {
        [
            Arg::from(&self.account),
            Arg::from(&self.region),
            Arg::from(self.serial),
            Arg::from(&self.id),
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(self.created_at),
        ]
    }
}

/// A kind of thing with a life cycle.
pub(crate) trait Kept: Sized {
    /// Its states.
    type Status: State;
    /// Its table.
    const TABLE: &'static str;
    /// The prefix of its ids.
    const PREFIX: &'static str;
    /// Its life cycle.
    const MACHINE: &'static Machine<Self::Status>;
    /// The columns beside those of every row, in the order of [`Kept::values`]: like the four functions that follow,
    /// written by [`columns!`].
    const COLUMNS: &'static [&'static str];

    /// Reads the columns beside the head, from [`OWN`] on.
    fn read(head: Head<Self::Status>, row: &dyn Row) -> std::result::Result<Self, Fault>;
    /// What every row begins with.
    fn head(&self) -> &Head<Self::Status>;
    /// The same, to be moved.
    fn head_mut(&mut self) -> &mut Head<Self::Status>;
    /// The values of [`Kept::COLUMNS`].
    fn values(&self) -> Vec<Arg<'_>>;

    /// How long after a state was entered its deadline comes, milliseconds.
    fn delay_ms(&self, row: &Move<Self::Status>) -> i64 {
        row.after_ms
    }

    /// What arrives with a state, whichever action led there.
    fn arrive(&mut self, _now: Millis) {}

    /// What changes with every writing of the row.
    fn touch(&mut self, _now: Millis) {}

    /// Whether a move that its state allows can happen to this very thing: what cannot is neither announced in a
    /// refusal nor given a deadline.
    fn may(&self, _row: &Move<Self::Status>) -> bool {
        true
    }

    /// What the machine's refusal of `trigger` answers.
    fn refusal(&self, trigger: &str) -> &'static Code {
        Self::MACHINE.refusal(trigger).unwrap_or(&codes::RESOURCE_NOT_EXISTS)
    }

    /// What such a refusal says: the contract's sentence about this thing, which is named with its state where the
    /// contract does not name it.
    fn sentence(&self, code: &Code) -> String {
        let (id, status) = (&self.head().id, self.status().as_str());
        if code.message.contains("%s") {
            code.message.replace("%s", id)
        } else {
            format!("{}: {id} is {status}.", code.message.trim_end_matches('.'))
        }
    }

    /// Takes away what goes with it, once its row is gone.
    fn clear(&self, _cx: &mut Cx<'_>) -> Result<()> {
        Ok(())
    }

    /// A deadline of its own has come, or something happens to it.
    fn come(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        self.step(cx, trigger)
    }

    /// All columns, in the order in which [`Kept::row`] has them.
    fn columns() -> String {
        HEAD.iter().chain(Self::COLUMNS).copied().collect::<Vec<_>>().join(", ")
    }

    /// One row of [`Kept::columns`].
    fn row(row: &dyn Row) -> std::result::Result<Self, Fault> {
        Self::read(Head::read(row, Self::MACHINE)?, row)
    }

    /// The one row that meets a condition.
    fn one(read: &mut dyn Read, condition: &str, args: &[Arg<'_>]) -> Result<Option<Self>> {
        let sql = format!("select {} from {} where {condition}", Self::columns(), Self::TABLE);
        Ok(read.one(&sql, args, Self::row)?)
    }

    /// The rows that meet a condition, in the order that follows it.
    fn all(read: &mut dyn Read, condition: &str, args: &[Arg<'_>]) -> Result<Vec<Self>> {
        let sql = format!("select {} from {} where {condition}", Self::columns(), Self::TABLE);
        Ok(read.all(&sql, args, Self::row)?)
    }

    /// How many rows meet the conditions, and one page of them in order of creation.
    fn page(read: &mut dyn Read, conditions: &Conditions<'_>, page: Page) -> Result<(i64, Vec<Self>)> {
        conditions.page(read, (&Self::columns(), Self::TABLE), "serial", page, Self::row)
    }

    /// How many rows meet the conditions, and those of them that follow a place in the order of creation: as many as fit
    /// on a page and one more, if there are.
    fn after(
        read: &mut dyn Read,
        conditions: Conditions<'_>,
        serial: i64,
        size: i64,
    ) -> Result<(i64, Vec<Self>)> {
        let total = conditions.count(read, Self::TABLE)?;
        let conditions = conditions.and("serial >", serial);
        let select = format!("select {} from {}", Self::columns(), Self::TABLE);
        let (sql, args) = conditions.query(&select, "order by serial");
        let mut args = args.to_vec();
        args.push(Arg::Int(size + 1));
        Ok((total, read.all(&format!("{sql} limit ${}", args.len()), &args, Self::row)?))
    }

    /// The thing of this id, whoever owns it. Only for rules that look across accounts.
    fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Self>> {
        Self::one(read, "id = $1", &[Arg::from(id)])
    }

    /// Whether a thing of this id is the account's own and in this region.
    fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
        Ok(Self::anywhere(read, id)?.is_some_and(|kept| kept.head().is_in(account, region)))
    }

    /// A thing of the locked account. An unknown id, another region's and another tenant's are refused alike, with
    /// `missing`.
    fn find(cx: &mut Cx<'_>, id: &str, region: Option<&str>, missing: &'static Code) -> Result<Self> {
        let found = Self::anywhere(cx.tx, id)?;
        found
            .filter(|kept| kept.head().account == cx.account)
            .filter(|kept| region.is_none_or(|region| kept.head().region == region))
            .ok_or_else(|| missing.into())
    }

    /// The present status.
    fn status(&self) -> Self::Status {
        self.head().status
    }

    /// Asks the machine whether `trigger` is legal now, and refuses with its code if it is not, naming the thing.
    fn check(&self, trigger: &str) -> Result<&'static Move<Self::Status>> {
        Self::MACHINE.find(self.status(), trigger).ok_or_else(|| {
            let code = self.refusal(trigger);
            self.refuse(Error::new(code).with_message(self.sentence(code)))
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status().as_str())
            .with_header(NEXT_HEADER, Self::MACHINE.next_header_where(self.status(), |row| self.may(row)))
            .into()
    }

    /// Writes a new thing, in the state it begins in.
    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        let places: Vec<_> = (1..=OWN + Self::COLUMNS.len()).map(|place| format!("${place}")).collect();
        let sql = format!("insert into {} ({}) values ({})", Self::TABLE, Self::columns(), places.join(", "));
        let mut args = self.head().values().to_vec();
        args.extend(self.values());
        cx.tx.exec(&sql, &args)?;
        cx.record(&self.head().id, "", self.head().status.as_str());
        self.plan(cx)
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it
    /// leaves, sets those of the state it enters, and writes the row with whatever else the caller has changed.
    fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.head().status;
        match row.to {
            To::Stays => {
                cx.record(&self.head().id, from.as_str(), from.as_str());
                self.update(cx, from)
            }
            To::Gone => {
                cx.record(&self.head().id, from.as_str(), "");
                cx.clear_due(&self.head().id)?;
                let Head { account, region, serial, .. } = self.head();
                let sql =
                    format!("delete from {} where account = $1 and region = $2 and serial = $3", Self::TABLE);
                cx.tx.exec(&sql, &[Arg::from(account), Arg::from(region), Arg::from(*serial)])?;
                self.clear(cx)
            }
            To::State(to) => {
                cx.record(&self.head().id, from.as_str(), to.as_str());
                cx.clear_due(&self.head().id)?;
                let now = cx.now;
                let head = self.head_mut();
                (head.status, head.since) = (to, now);
                self.arrive(now);
                self.update(cx, from)?;
                self.plan(cx)
            }
        }
    }

    /// Sets the deadlines of the present state.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        let moves = Self::MACHINE.moves_from(self.status(), Some(Actor::Timer));
        for row in moves.filter(|row| self.may(row)) {
            let at = cx.now + self.delay_ms(row);
            cx.set_due(&self.head().id, row.trigger, timer::TIMER, "", at)?;
        }
        Ok(())
    }

    /// Writes the row over the one whose status was `from`. What a row begins with stays, but for its status.
    fn update(&mut self, cx: &mut Cx<'_>, from: Self::Status) -> Result<()> {
        self.touch(cx.now);
        let head = self.head();
        let pairs: Vec<_> =
            Self::COLUMNS.iter().enumerate().map(|(at, name)| format!(", {name} = ${}", at + 3)).collect();
        let next = Self::COLUMNS.len() + 3;
        let sql = format!(
            "update {} set status = $1, since = $2{} where account = ${} and region = ${} and serial = ${}
             and status = ${}",
            Self::TABLE,
            pairs.concat(),
            next,
            next + 1,
            next + 2,
            next + 3
        );
        let mut args = vec![Arg::from(head.status.as_str()), Arg::from(head.since)];
        args.extend(self.values());
        args.extend([
            Arg::from(&head.account),
            Arg::from(&head.region),
            Arg::from(head.serial),
            Arg::from(from.as_str()),
        ]);
        if cx.tx.exec(&sql, &args)? != 1 {
            let (id, from) = (&head.id, from.as_str());
            return Err(Fault::broken(format!("{id} was not in {from} when written")).into());
        }
        Ok(())
    }
}

/// A kind of thing that is put into resource groups.
pub(crate) trait Grouped: Kept {
    /// Its resource group, or empty.
    fn group_mut(&mut self) -> &mut String;

    /// Puts a thing of the locked account into another group.
    fn regroup(cx: &mut Cx<'_>, id: &str, region: &str, group: &str) -> Result<()> {
        let mut kept = Self::find(cx, id, Some(region), &codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
        group.clone_into(kept.group_mut());
        let status = kept.status();
        kept.update(cx, status)
    }
}

/// Makes the move of a deadline that has come.
type Pull = fn(&mut Cx<'_>, &str, &str) -> Result<()>;

fn pull<K: Kept>(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<()> {
    K::find(cx, id, None, &codes::RESOURCE_NOT_EXISTS)?.come(cx, trigger)
}

const fn kind<K: Kept>() -> (&'static str, Pull) {
    (K::PREFIX, pull::<K>)
}

/// Every kind of thing that is kept so, by the prefix of its ids.
const KINDS: &[(&str, Pull)] = &[
    kind::<crate::bgp::group::Group>(),
    kind::<crate::bgp::peer::Peer>(),
    kind::<crate::bgp::network::Network>(),
    kind::<crate::vbr_ha::VbrHa>(),
    kind::<crate::failover::Job>(),
    kind::<crate::vpc::Vpc>(),
    kind::<crate::router_interface::Interface>(),
    kind::<crate::route::Route>(),
    kind::<crate::qos::Qos>(),
];

/// What pulls the deadlines of the resource of this id, if it is kept so.
pub(crate) fn kind_of(id: &str) -> Option<Pull> {
    let (prefix, _) = id.split_once('-')?;
    KINDS.iter().find(|(kind, _)| *kind == prefix).map(|(_, pull)| *pull)
}
