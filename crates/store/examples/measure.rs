//! Measures a store: durable writes that share commits, and pages of ten rows, by 64 callers that wait.
//!
//! `cargo run --release -p store --example measure -- sqlite:/tmp/measure.db [seconds]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use store::{Abort, Arg, Fault, Migration, ReadExt, Settings, Store, Target};

/// Callers that wait at any time.
const CALLERS: u64 = 64;
/// Tenants among whom the rows are spread.
const TENANTS: u64 = 100;
/// Rows of a page.
const PAGE: i64 = 10;

const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "measure",
    sql: "create table tenant (id text primary key, revision bigint not null);
          create table thing (tenant text not null, id text not null, name text not null, at bigint not null,
                              primary key (tenant, id));
          create index thing_at on thing (tenant, at)",
}];

type Ended<R> = Result<R, Abort<std::convert::Infallible>>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let target: Target = args.next().unwrap_or_else(|| "memory".to_owned()).parse()?;
    let seconds: u64 = args.next().map_or(Ok(3), |text| text.parse())?;
    let store = Store::open(&target, Settings::default(), SCHEMA)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    let span = Duration::from_secs(seconds);

    let serial = Arc::new(AtomicU64::new(0));
    let (writes, latency) = runtime.block_on(load(span, CALLERS, {
        let store = store.clone();
        move || write(store.clone(), serial.fetch_add(1, Relaxed))
    }));
    let stats = store.stats();
    println!(
        "{target}: {writes:.0} writes/s, {latency:.0} µs each, {:.1} to a commit",
        ratio(stats.writes, stats.batches)
    );
    for callers in [1, CALLERS] {
        let (reads, latency) = runtime.block_on(load(span, callers, {
            let (store, turn) = (store.clone(), AtomicU64::new(0));
            move || page(store.clone(), turn.fetch_add(1, Relaxed))
        }));
        println!("{target}: {reads:.0} pages/s by {callers}, {latency:.1} µs each");
    }
    let direct = store.read_blocking(move |read| -> Ended<f64> {
        let started = Instant::now();
        for turn in 0..20_000 {
            look(read, turn)?;
        }
        Ok(started.elapsed().as_secs_f64() * 1e6 / 20_000.0)
    })?;
    println!("{target}: {direct:.1} µs for a page's two statements alone");
    store.close();
    Ok(())
}

/// Runs `call` over and over by `callers` tasks, and gives the rate per second and the mean time, µs.
async fn load<F>(span: Duration, callers: u64, call: impl Fn() -> F + Send + Sync + 'static) -> (f64, f64)
where
    F: Future<Output = ()> + Send,
{
    let call = Arc::new(call);
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let call = Arc::clone(&call);
            tokio::spawn(async move {
                let mut done = 0_u64;
                while started.elapsed() < span {
                    call().await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a caller does not panic");
    }
    let (rate, callers) = (ratio(done, 1) / started.elapsed().as_secs_f64(), ratio(callers, 1));
    (rate, callers / rate * 1e6)
}

#[expect(clippy::cast_precision_loss, reason = "these counts are far below 2^52")]
fn ratio(above: u64, below: u64) -> f64 {
    above as f64 / below.max(1) as f64
}

async fn write(store: Store, serial: u64) {
    let tenant = format!("tenant-{:03}", serial % TENANTS);
    let id = format!("thing-{serial:016}");
    let written = store.write(move |tx| -> Ended<()> {
        let lock = "insert into tenant (id, revision) values ($1, 1)
                    on conflict (id) do update set revision = tenant.revision + 1 returning revision";
        let at = tx.one(lock, &[Arg::from(&tenant)], |row| row.int(0))?;
        let add = "insert into thing (tenant, id, name, at) values ($1, $2, $3, $4)";
        tx.exec(add, &[Arg::from(&tenant), Arg::from(&id), Arg::from("a thing with a name"), Arg::from(at)])?;
        Ok(())
    });
    written.await.expect("the store takes the write");
}

async fn page(store: Store, turn: u64) {
    let rows = store.read(move |read| -> Ended<usize> { Ok(look(read, turn)?) });
    assert!(rows.await.expect("the store serves the page") > 0);
}

/// What a list costs: a look at the tenant, and a page of its rows.
fn look(read: &mut dyn store::Read, turn: u64) -> Result<usize, Fault> {
    let tenant = format!("tenant-{:03}", turn % TENANTS);
    read.one("select revision from tenant where id = $1", &[Arg::from(&tenant)], |row| row.int(0))?;
    let sql = "select id, name, at from thing where tenant = $1 order by at desc limit $2";
    let rows = read.all(sql, &[Arg::from(&tenant), Arg::from(PAGE)], |row| {
        Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.int(2)?))
    })?;
    Ok(rows.len())
}
