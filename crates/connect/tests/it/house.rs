//! A whole deployment for one test: a store, a world, a clock, numbered seeds, and a way to run an action by its name
//! as the gate would. Whatever test runs, every success is checked against the action's declared reply and every
//! refusal against its declared codes.

mod nodes;

use crate::shape;
use connect::account::key;
use connect::action::{Entry, Prepared};
use connect::autopilot::{self, Rule};
use connect::catalogue::{Catalogue, SANDBOX};
use connect::cx::{Caller, Effects};
use connect::founding::{self, Identity};
use connect::id::{Ids, Seed};
use connect::letter::desk::LetterDesk;
use connect::limits::OPENING_BALANCE_MINOR;
use connect::machine::Actor;
use connect::perform::{self, Order, Undone};
use connect::seal::Seal;
use connect::world::{Mode, OPERATOR_ACCOUNT, Quotas, World};
use connect::{MIGRATIONS, time, timer};
use rpc::{Code, Error, Params, gateway};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use store::{Abort, Arg, Fault, Read, Row, Settings, Store, Target, Tx};

/// The catalogue of most tests.
pub(crate) const SMALL: &str = include_str!("small.toml");
/// Where a manual clock begins.
pub(crate) const START: &str = "2026-01-31T08:00:00Z";
/// Where the deployments of the tests say they are found.
pub(crate) const PUBLIC_URL: &str = "https://letters.example.com";
/// The tenant's account.
pub(crate) const TENANT: &str = "1234567890123456";
/// The second tenant's account.
pub(crate) const SECOND: &str = "6543210987654321";

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Tenant,
    Second,
    Operator,
}

pub(crate) const EVERYONE: [Who; 3] = [Who::Tenant, Who::Second, Who::Operator];

impl Who {
    pub(crate) fn account(self) -> &'static str {
        match self {
            Who::Tenant => TENANT,
            Who::Second => SECOND,
            Who::Operator => OPERATOR_ACCOUNT,
        }
    }

    fn caller(self) -> Caller {
        let key_id = match self {
            Who::Tenant => "testak",
            Who::Second => "testak2",
            Who::Operator => "operatorak",
        };
        Caller { account: self.account().into(), key_id: key_id.into(), operator: self == Who::Operator }
    }
}

/// A refusal as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_str())
    }

    /// Code and status: what the contract promises.
    pub(crate) fn is(&self) -> (&'static str, u16) {
        (self.code, self.status)
    }
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Refusal {
        Refusal {
            code: error.code().name,
            status: error.code().status,
            message: error.message().to_owned(),
            headers: error.headers().to_vec(),
        }
    }
}

/// What a reply is: the JSON without its RequestId, or the refusal.
pub(crate) type Reply = Result<Value, Refusal>;

/// Which store a house stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    Memory,
    Postgres,
}

/// How a house is built.
pub(crate) struct Plan {
    pub(crate) lane: Lane,
    pub(crate) catalogue: &'static str,
    pub(crate) seed: u64,
    pub(crate) manual: bool,
    pub(crate) server: bool,
    pub(crate) quotas: Quotas,
    pub(crate) outbound_service_open: bool,
    pub(crate) autopilot: Vec<Rule>,
    /// What the tenants have at the start.
    pub(crate) opening_minor: i64,
}

impl Plan {
    /// The small catalogue, a manual clock, and nobody in the operator's chair.
    pub(crate) fn quiet(lane: Lane) -> Plan {
        Plan {
            lane,
            catalogue: SMALL,
            seed: 1,
            manual: true,
            server: false,
            quotas: Quotas::default(),
            outbound_service_open: true,
            autopilot: Vec::new(),
            opening_minor: OPENING_BALANCE_MINOR,
        }
    }

    /// The sandbox as `crossconnect sandbox --clock manual --seed 1` has it.
    pub(crate) fn sandbox(lane: Lane) -> Plan {
        Plan { catalogue: SANDBOX, autopilot: autopilot::defaults(), ..Plan::quiet(lane) }
    }

    /// The small catalogue with the sandbox's autopilot.
    pub(crate) fn piloted(lane: Lane) -> Plan {
        Plan { autopilot: autopilot::defaults(), ..Plan::quiet(lane) }
    }

    pub(crate) fn build(self) -> House {
        House::new(self)
    }
}

/// A deployment.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) world: Arc<World>,
    pub(crate) now: i64,
    pub(crate) notes: Vec<String>,
    /// The request id of the last call.
    pub(crate) request_id: String,
    seed: u64,
    ordinal: u64,
    ticks: u64,
    /// Where statements and their plans are written down, once somebody wants them.
    plans: Option<Plans>,
    target: Target,
    database: Option<(String, String)>,
}

thread_local! {
    /// What each action was refused with on this thread, which is this test's own.
    static SEEN: RefCell<BTreeSet<(&'static str, *const Code)>> = const { RefCell::new(BTreeSet::new()) };
    /// Whether this test keeps to one lane: it asks what is answered, not on which engine.
    static ONE_LANE: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the rest of this test to the store in memory.
pub(crate) fn keep_to_one_lane() {
    ONE_LANE.set(true);
}

/// Whether this test has seen the action refuse with the code.
pub(crate) fn has_seen(action: &'static str, code: &'static Code) -> bool {
    SEEN.with_borrow(|seen| seen.contains(&(action, std::ptr::from_ref(code))))
}

/// The server the PostgreSQL lane runs on, if there is one.
pub(crate) fn admin_url() -> Option<String> {
    std::env::var("CROSSCONNECT_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// The lanes a test runs on. Continuous integration must have both.
pub(crate) fn lanes() -> Vec<Lane> {
    static SAID: LazyLock<bool> = LazyLock::new(|| {
        println!("skipped: the PostgreSQL lane; set CROSSCONNECT_TEST_POSTGRES to the URL of a server");
        true
    });
    if ONE_LANE.get() {
        return vec![Lane::Memory];
    }
    if admin_url().is_some() {
        return vec![Lane::Memory, Lane::Postgres];
    }
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci, "CI=true and CROSSCONNECT_TEST_POSTGRES is not set: no lane may be skipped");
    assert!(*SAID);
    vec![Lane::Memory]
}

impl House {
    pub(crate) fn new(plan: Plan) -> House {
        let (target, database) = match plan.lane {
            Lane::Memory => (Target::Memory, None),
            Lane::Postgres => {
                static COUNT: AtomicU64 = AtomicU64::new(0);
                let admin = admin_url().expect("the PostgreSQL lane is only taken when there is a server");
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                let name = format!("connect_{}_{count}", std::process::id());
                store::drop_database(&admin, &name).unwrap();
                let url = store::create_database(&admin, &name).unwrap();
                (Target::Postgres(url), Some((admin, name)))
            }
        };
        let settings = Settings { connections: 2, ..Settings::default() };
        let store = Store::open(&target, settings, MIGRATIONS).unwrap();
        let start = time::parse(START).unwrap();
        let clock_start = plan.manual.then_some(start);
        let mode = if plan.server { Mode::Server } else { Mode::Sandbox { clock_start } };
        let catalogue = Catalogue::parse(plan.catalogue).unwrap();
        let world = World {
            currency: catalogue.prices().currency().to_owned(),
            catalogue,
            seal: Seal::new(&[7; 32]),
            letters: LetterDesk::new(&[7; 32], PUBLIC_URL, "The test's operator"),
            mode,
            quotas: plan.quotas,
            outbound_service_open: plan.outbound_service_open,
            autopilot: plan.autopilot,
            founders: EVERYONE.map(identity).to_vec(),
            opening_minor: plan.opening_minor,
        };
        let house = House {
            store,
            world: Arc::new(world),
            now: start,
            notes: Vec::new(),
            request_id: String::new(),
            seed: plan.seed,
            ordinal: 0,
            ticks: 1 << 63,
            plans: None,
            target,
            database,
        };
        let (world, seed) = (Arc::clone(&house.world), Seed::numbered(plan.seed, u64::MAX));
        house
            .store
            .write_blocking(move |tx| founding::found(tx, &world, &world.founders, start, seed))
            .unwrap();
        house
    }

    /// Runs an action as the gate does, and gives the JSON body without its RequestId.
    pub(crate) fn body(&mut self, who: Who, action: &str, params: &Params) -> Result<Vec<u8>, Refusal> {
        let caller = Arc::new(who.caller());
        let seed = Seed::numbered(self.seed, self.ordinal);
        self.ordinal += 1;
        self.request_id = Ids::new(seed).request();
        let entry = entry(action);
        let served = self.serve(entry, &caller, params, seed);
        match served {
            Ok(body) => {
                shape::conforms(entry, &body);
                Ok(body)
            }
            Err(error) => {
                assert_declared(entry, &error);
                SEEN.with_borrow_mut(|seen| seen.insert((entry.name(), std::ptr::from_ref(error.code()))));
                Err(Refusal::from(&error))
            }
        }
    }

    fn serve(
        &mut self,
        entry: &'static Entry,
        caller: &Arc<Caller>,
        params: &Params,
        seed: Seed,
    ) -> Result<Vec<u8>, Error> {
        if entry.about.actor == Actor::Operator && !caller.operator {
            return Err(Error::new(&gateway::FORBIDDEN_RAM));
        }
        let world = Arc::clone(&self.world);
        let prepared = entry.prepare(params, &|region| world.catalogue.region(region).is_some())?;
        let now = self.now;
        match prepared {
            Prepared::Query(query) => {
                let (caller, plans) = (Arc::clone(caller), self.plans.clone());
                self.store
                    .read_blocking(move |read| match &plans {
                        None => perform::answer(read, &world, &*query, &caller, now),
                        Some(plans) => perform::answer(
                            &mut Recorder { inner: read, plans },
                            &world,
                            &*query,
                            &caller,
                            now,
                        ),
                    })
                    .map_err(|abort| match abort {
                        Abort::Refused(error) => error,
                        Abort::Fault(fault) => panic!("{} faulted: {fault:?}", entry.name()),
                    })
            }
            Prepared::Command(command) => {
                let order = Order {
                    entry,
                    command,
                    params: Arc::new(params.clone()),
                    caller: Arc::clone(caller),
                    now,
                    seed,
                };
                let plans = self.plans.clone();
                let performed = self.store.write_blocking(move |tx| match &plans {
                    None => perform::perform(tx, &world, &order),
                    Some(plans) => perform::perform(&mut Recorder { inner: tx, plans }, &world, &order),
                });
                match performed {
                    Ok(outcome) => {
                        self.follow(outcome.effects);
                        Ok(outcome.body)
                    }
                    Err(Abort::Refused(Undone::Replayed(body) | Undone::Rehearsed(body))) => Ok(body),
                    Err(Abort::Refused(Undone::Refused(error))) => Err(error),
                    Err(Abort::Fault(fault)) => panic!("{} faulted: {fault:?}", entry.name()),
                }
            }
        }
    }

    fn follow(&mut self, effects: Effects) {
        if let Some(clock) = effects.clock {
            self.now = clock;
        }
        if effects.reset {
            self.ordinal = 0;
            self.ticks = 1 << 63;
        }
        self.notes.extend(effects.notes);
    }

    /// From now on, writes down every statement with its plan.
    pub(crate) fn record_plans(&mut self) -> Plans {
        self.plans.get_or_insert_default().clone()
    }

    /// Runs an action with parameters as pairs.
    pub(crate) fn call(&mut self, who: Who, action: &str, pairs: &[(&str, &str)]) -> Reply {
        let body = self.body(who, action, &params(pairs))?;
        Ok(serde_json::from_slice(&body).unwrap())
    }

    /// Runs an action that must succeed.
    pub(crate) fn ok(&mut self, who: Who, action: &str, pairs: &[(&str, &str)]) -> Value {
        match self.call(who, action, pairs) {
            Ok(value) => value,
            Err(refusal) => panic!("{action} {pairs:?} was refused: {refusal:?}"),
        }
    }

    /// Runs an action that must be refused, and leave everything as it was.
    pub(crate) fn refused(&mut self, who: Who, action: &str, pairs: &[(&str, &str)]) -> Refusal {
        let before = self.dump();
        let refusal = match self.call(who, action, pairs) {
            Ok(value) => panic!("{action} {pairs:?} was not refused: {value}"),
            Err(refusal) => refusal,
        };
        assert_same(&before, &self.dump(), &format!("{action} {pairs:?} refused with {refusal:?}"));
        refusal
    }

    /// Carries out what is due now, as the ticker does, until nothing is.
    pub(crate) fn tick(&mut self) -> i64 {
        let mut all = 0;
        loop {
            let (world, now) = (Arc::clone(&self.world), self.now);
            let seed = Seed::numbered(self.seed, self.ticks);
            self.ticks += 1;
            let plans = self.plans.clone();
            let ticked = self.store.write_blocking(move |tx| match &plans {
                None => timer::tick(tx, &world, now, seed),
                Some(plans) => timer::tick(&mut Recorder { inner: tx, plans }, &world, now, seed),
            });
            let (count, effects) = ticked.unwrap();
            self.follow(effects);
            all += count;
            if count == 0 {
                return all;
            }
        }
    }

    /// Moves the manual clock.
    pub(crate) fn advance(&mut self, seconds: i64) -> Value {
        self.ok(Who::Operator, "AdvanceTime", &[("Seconds", &seconds.to_string())])
    }

    /// Orders a circuit with the usual parameters and others besides, and gives its id.
    pub(crate) fn order(&mut self, who: Who, pairs: &[(&str, &str)]) -> String {
        text(&self.ok(who, "CreatePhysicalConnection", &order(pairs)), "PhysicalConnectionId")
    }

    /// Runs an operator's action that names only a circuit and, where one is needed, a reason.
    pub(crate) fn operate(&mut self, action: &str, id: &str) -> Value {
        let pairs = trigger_pairs(action, id);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.ok(Who::Operator, action, &pairs)
    }

    /// Runs a tenant's action that names a circuit in the region of the tests.
    pub(crate) fn act(&mut self, action: &str, id: &str) -> Reply {
        self.call(Who::Tenant, action, &[("RegionId", "east"), ("PhysicalConnectionId", id)])
    }

    /// One circuit as its owner is shown it; nothing when it is gone.
    pub(crate) fn show(&mut self, who: Who, id: &str) -> Option<Value> {
        let pairs =
            [("RegionId", "east"), ("Filter.1.Key", "PhysicalConnectionId"), ("Filter.1.Value.1", id)];
        let answer = self.ok(who, "DescribePhysicalConnections", &pairs);
        circuits(&answer).first().cloned()
    }

    /// A field of one circuit of the tenant.
    pub(crate) fn field(&mut self, id: &str, name: &str) -> String {
        let circuit = self.show(Who::Tenant, id).expect("the circuit is there");
        circuit[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn status(&mut self, id: &str) -> String {
        self.field(id, "Status")
    }

    /// Everything the store holds, table by table.
    pub(crate) fn dump(&self) -> Dump {
        self.store.read_blocking(|read| Ok::<_, Abort<()>>(dump(read)?)).unwrap()
    }

    /// What a function of the product reads that no action does.
    pub(crate) fn read<R: Send + 'static>(
        &self,
        f: impl Fn(&mut dyn Read) -> Result<R, Fault> + Send + Sync + 'static,
    ) -> R {
        let plans = self.plans.clone();
        let found = self.store.read_blocking(move |read| {
            Ok::<_, Abort<()>>(match &plans {
                None => f(read)?,
                Some(plans) => f(&mut Recorder { inner: read, plans })?,
            })
        });
        found.unwrap()
    }

    /// The stored key of this id.
    pub(crate) fn key(&self, id: &str) -> Option<connect::account::StoredKey> {
        let id = id.to_owned();
        self.read(move |read| key(read, &id))
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.database {
            self.store.close();
            let _ = store::drop_database(admin, name);
        }
    }
}

fn identity(who: Who) -> Identity {
    let caller = who.caller();
    Identity {
        account: caller.account,
        name: format!("{who:?}").to_lowercase(),
        operator: caller.operator,
        secret: format!("secret of {}", caller.key_id),
        key_id: caller.key_id,
    }
}

/// The action of this name, in whichever version has it.
pub(crate) fn entry(action: &str) -> &'static Entry {
    let found = connect::ACTIONS.iter().find_map(|entry| connect::find(entry.about.version, action));
    found.unwrap_or_else(|| panic!("there is no action {action}"))
}

fn assert_declared(entry: &Entry, error: &Error) {
    let declared = entry.errors().into_iter().chain(connect::action::gateway_codes().iter().copied());
    let code = error.code();
    assert!(
        declared.into_iter().any(|declared| std::ptr::eq(declared, code)),
        "{} answers the undeclared code {} {}",
        entry.name(),
        code.status,
        code.name
    );
    assert!(!error.message().contains("NotFound"), "clients search messages: {}", error.message());
    assert!(!error.message().contains("%s"), "{}", error.message());
}

pub(crate) fn params(pairs: &[(&str, &str)]) -> Params {
    Params::from_pairs(pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())))
}

/// The parameters of an order, with others in their place or beside them.
pub(crate) fn order<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [("RegionId", "east"), ("AccessPointId", "ap-east-1"), ("LineOperator", "CT")];
    usual
        .into_iter()
        .filter(|(name, _)| pairs.iter().all(|(other, _)| other != name))
        .chain(pairs.to_vec())
        .collect()
}

/// The parameters with which any trigger of the life cycle can be pulled on a circuit.
pub(crate) fn trigger_pairs(action: &str, id: &str) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("PhysicalConnectionId", id.to_owned())];
    for field in entry(action).fields {
        let value = match field.name {
            "RegionId" => "east",
            "Reason" => "because of the test",
            "BusinessStatus" => "SecurityLocked",
            "Name" => "renamed",
            "AutoPay" => "true",
            _ => continue,
        };
        pairs.push((field.name, value.to_owned()));
    }
    pairs
}

pub(crate) fn circuits(answer: &Value) -> Vec<Value> {
    answer["PhysicalConnectionSet"]["PhysicalConnectionType"].as_array().unwrap().clone()
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name} in {value}")).to_owned()
}

/// The plan of every statement that was run, by its text.
pub(crate) type Plans = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A transaction that asks for the plan of each statement before it runs it.
struct Recorder<'a, T: ?Sized> {
    inner: &'a mut T,
    plans: &'a Plans,
}

impl<T: Read + ?Sized> Recorder<'_, T> {
    fn record(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<(), Fault> {
        let plan = self.inner.plan(sql, args)?;
        self.plans.lock().unwrap().insert(sql.to_owned(), plan);
        Ok(())
    }
}

impl<T: Read + ?Sized> Read for Recorder<'_, T> {
    fn each(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.record(sql, args)?;
        self.inner.each(sql, args, visit)
    }

    fn plan(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<String>, Fault> {
        self.inner.plan(sql, args)
    }
}

impl<T: Tx + ?Sized> Tx for Recorder<'_, T> {
    fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault> {
        self.record(sql, args)?;
        self.inner.exec(sql, args)
    }

    fn open_savepoint(&mut self) -> Result<(), Fault> {
        self.inner.open_savepoint()
    }

    fn close_savepoint(&mut self, keep: bool) -> Result<(), Fault> {
        self.inner.close_savepoint(keep)
    }
}

/// One row, column by column.
pub(crate) type Line = BTreeMap<String, Held>;
/// All rows of all tables.
pub(crate) type Dump = BTreeMap<String, Vec<Line>>;

/// A value in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Held {
    pub(crate) fn text(&self) -> &str {
        match self {
            Held::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    pub(crate) fn int(&self) -> i64 {
        match self {
            Held::Int(int) => *int,
            other => panic!("{other:?} is no number"),
        }
    }
}

/// A table as the migrations declare it.
struct Table {
    name: String,
    columns: Vec<String>,
    sql: String,
}

/// The tables, read from the migrations, so that a new one cannot be forgotten.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables = Vec::new();
    for statement in MIGRATIONS.iter().flat_map(|migration| migration.sql.split(';')) {
        let Some((_, rest)) = statement.split_once("create table ") else { continue };
        let (name, body) = rest.split_once('(').unwrap();
        let (columns, key) = body.rsplit_once("primary key (").unwrap();
        let columns: Vec<_> =
            columns.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
        let key = key.split(')').next().unwrap();
        let name = name.trim().to_owned();
        let sql = format!("select {} from {name} order by {key}", columns.join(", "));
        tables.push(Table { name, columns, sql });
    }
    assert!(tables.len() > 10, "the tables are read from the text of the migrations");
    tables
});

/// Reads every table in the order of its primary key.
pub(crate) fn dump(read: &mut dyn Read) -> Result<Dump, Fault> {
    let mut dump = Dump::new();
    for table in &*TABLES {
        let mut lines = Vec::new();
        read.each(&table.sql, &[], &mut |row| {
            let mut line = Line::new();
            for (index, column) in table.columns.iter().enumerate() {
                let held = match row.cell(index)? {
                    store::Cell::Null => Held::Null,
                    store::Cell::Int(int) => Held::Int(int),
                    store::Cell::Text(text) => Held::Text(text.to_owned()),
                    store::Cell::Bytes(bytes) => Held::Bytes(bytes.to_vec()),
                };
                line.insert(column.clone(), held);
            }
            lines.push(line);
            Ok(())
        })?;
        dump.insert(table.name.clone(), lines);
    }
    Ok(dump)
}

/// Everything the store holds, as one text: quick to compare.
pub(crate) fn dump_text(house: &House) -> String {
    format!("{:?}", house.dump())
}

/// Compares two dumps and names the first row that differs.
pub(crate) fn assert_same(left: &Dump, right: &Dump, what: &str) {
    for (table, lines) in left {
        let others = &right[table];
        for (line, other) in lines.iter().zip(others) {
            assert_eq!(line, other, "{what}: a row of {table} differs");
        }
        assert_eq!(lines.len(), others.len(), "{what}: {table} has more or fewer rows");
    }
}
