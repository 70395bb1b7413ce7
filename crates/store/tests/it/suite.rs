//! What both engines must do alike. Each function is given a place of its own.

use crate::place::{Place, settings, single};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Abort, Arg, Cell, Engine, Fault, FaultKind, Read, ReadExt, Row, Settings, Store, Tx};

pub(crate) type Ended<R> = Result<R, Abort<&'static str>>;

const INSERT: &str = "insert into item (id, owner, n, data) values ($1, $2, $3, $4)";
/// Never ends by itself.
const ENDLESS: &str = "with recursive run (i) as (select cast(1 as bigint) union all select i + 1 from run)
                       select count(*) from run";
const ENDLESS_WRITE: &str =
    "with recursive run (i) as (select cast(1 as bigint) union all select i + 1 from run)
     insert into account (id, n) select 'run' || cast(i as text), i from run";

/// Adds an item with a number, which conflicts with none of another id.
pub(crate) fn add(tx: &mut dyn Tx, id: &str) -> Result<u64, Fault> {
    tx.exec(INSERT, &[id.into(), "ann".into(), 1.into(), Arg::Null])
}

pub(crate) fn ids(store: &Store) -> Vec<String> {
    let read = |read: &mut dyn Read| -> Ended<Vec<String>> {
        Ok(read.all("select id from item order by id", &[], |row| Ok(row.text(0)?.to_owned()))?)
    };
    store.read_blocking(read).unwrap()
}

pub(crate) fn fault_of<R: std::fmt::Debug>(ended: Ended<R>) -> Fault {
    match ended {
        Err(Abort::Fault(fault)) => fault,
        other => panic!("expected a fault, got {other:?}"),
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// A job that occupies its thread until it is let go.
pub(crate) struct Gate {
    entered: Sender<()>,
    release: Mutex<Receiver<()>>,
}

impl Gate {
    /// The gate, a receiver that hears when the job runs, and a sender that lets it go.
    pub(crate) fn new() -> (Gate, Receiver<()>, Sender<()>) {
        let ((entered, hear), (let_go, release)) = (channel(), channel());
        (Gate { entered, release: Mutex::new(release) }, hear, let_go)
    }

    /// Waits at the gate; once it was opened it stays so.
    pub(crate) fn wait(&self) {
        let _ = self.entered.send(());
        let _ = self.release.lock().unwrap().recv();
    }
}

pub(crate) fn values_come_back_as_they_went(place: &Place) {
    let store = place.open();
    let texts = [
        "",
        "plain",
        "größer, 専用線接続, 🛰️, e\u{301}",
        "it's \"quoted\" \\ % _ $1 ; --",
        "\u{1}\n\t\u{7f}",
    ];
    let numbers = [i64::MIN, -1, 0, 1, i64::from(i32::MAX) + 1, i64::MAX];
    let blobs: [&[u8]; 4] = [b"", b"\0", b"\xff\xfe\0text", &[7; 10_000]];
    store
        .write_blocking(move |tx| -> Ended<()> {
            for (at, text) in (0..).zip(texts) {
                tx.exec(INSERT, &[text.into(), text.into(), at.into(), Arg::Null])?;
            }
            for (at, number) in (0..).zip(numbers) {
                tx.exec(INSERT, &[(&format!("number {at}")).into(), "n".into(), number.into(), Arg::Null])?;
            }
            for (at, blob) in (0..).zip(blobs) {
                tx.exec(INSERT, &[(&format!("blob {at}")).into(), "b".into(), at.into(), blob.into()])?;
            }
            tx.exec(INSERT, &["null".into(), "null".into(), None::<i64>.into(), None::<&[u8]>.into()])?;
            Ok(())
        })
        .unwrap();
    store
        .read_blocking(move |read| -> Ended<()> {
            let sql = "select id, owner, n, data from item where id = $1";
            for (at, text) in (0..).zip(texts) {
                let same = |row: &dyn Row| {
                    assert_eq!((row.text(0)?, row.text(1)?, row.int(2)?), (text, text, at));
                    Ok(())
                };
                read.one(sql, &[text.into()], same)?.expect("the row is there");
            }
            for (at, number) in numbers.into_iter().enumerate() {
                let id = format!("number {at}");
                let found = read.one(sql, &[(&id).into()], |row| row.int(2))?;
                assert_eq!(found, Some(number));
            }
            for (at, blob) in blobs.into_iter().enumerate() {
                let id = format!("blob {at}");
                let found = read.one(sql, &[(&id).into()], |row| Ok(row.bytes(3)?.to_vec()))?;
                assert_eq!(found.as_deref(), Some(blob));
            }
            read.one(sql, &["null".into()], |row| {
                assert_eq!((row.cell(2)?, row.maybe_int(2)?, row.maybe_bytes(3)?), (Cell::Null, None, None));
                assert_eq!(row.text(2).unwrap_err().kind(), FaultKind::Broken);
                assert_eq!(row.cell(9).unwrap_err().kind(), FaultKind::Broken);
                Ok(())
            })?
            .expect("the row is there");
            Ok(())
        })
        .unwrap();
}

pub(crate) fn integers_of_expressions_are_integers(place: &Place) {
    let store = place.open();
    let sql = "with v (n) as (values (1), (2))
               select 1, count(*), cast(sum(n) as bigint), $1, $2 + 1, max(n) > 2, exists (select 1 from account),
                      coalesce(max(n), 0), 'x', $3
               from v";
    store
        .read_blocking(move |read| -> Ended<()> {
            let args = [Arg::Int(1 << 40), Arg::Int(1 << 40), Arg::Text("y")];
            let row = |row: &dyn Row| -> Result<Vec<i64>, Fault> {
                assert_eq!((row.text(8)?, row.text(9)?), ("x", "y"));
                assert_eq!((row.flag(5)?, row.flag(6)?), (false, false));
                (0..8).map(|index| row.int(index)).collect()
            };
            let found = read.one(sql, &args, row)?;
            assert_eq!(found, Some(vec![1, 2, 3, 1 << 40, (1 << 40) + 1, 0, 0, 2]));
            Ok(())
        })
        .unwrap();
}

pub(crate) fn a_written_row_is_returned(place: &Place) {
    let store = place.open();
    let numbers = store
        .write_blocking(|tx| -> Ended<Vec<i64>> {
            tx.exec(
                "insert into account (id, n) values ($1, $2), ($3, $2)",
                &["a".into(), 1.into(), "b".into()],
            )?;
            let changed = tx.exec("update account set n = n + 1", &[])?;
            assert_eq!(changed, 2);
            let sql = "update account set n = n + $1 where id = $2 returning n";
            let mut numbers = tx.all(sql, &[40.into(), "a".into()], |row| row.int(0))?;
            numbers.extend(tx.all(sql, &[1.into(), "none".into()], |row| row.int(0))?);
            Ok(numbers)
        })
        .unwrap();
    assert_eq!(numbers, [42]);
}

pub(crate) fn a_conflict_updates_or_does_nothing(place: &Place) {
    let store = place.open();
    let found = store
        .write_blocking(|tx| -> Ended<Option<i64>> {
            let add = "insert into account (id, n) values ($1, $2)
                       on conflict (id) do update set n = account.n + excluded.n returning n";
            assert_eq!(tx.one(add, &["a".into(), 5.into()], |row| row.int(0))?, Some(5));
            let found = tx.one(add, &["a".into(), 6.into()], |row| row.int(0))?;
            let skip = "insert into account (id, n) values ($1, $2) on conflict (id) do nothing";
            assert_eq!(tx.exec(skip, &["a".into(), 7.into()])?, 0);
            Ok(found)
        })
        .unwrap();
    assert_eq!(found, Some(11));
}

pub(crate) fn a_conflict_in_a_savepoint_lets_the_transaction_go_on(place: &Place) {
    let store = place.open();
    store
        .write_blocking(|tx| -> Ended<()> {
            tx.exec(INSERT, &["a".into(), "ann".into(), Arg::Null, Arg::Null])?;
            // The partial index, then the primary key.
            for (id, owner) in [("b", "ann"), ("a", "bob")] {
                let ended = store::nested(tx, |tx| -> Ended<()> {
                    add(tx, "undone")?;
                    tx.exec(INSERT, &[id.into(), owner.into(), Arg::Null, Arg::Null])?;
                    Ok(())
                });
                assert_eq!(fault_of(ended).kind(), FaultKind::Conflict);
            }
            // Numbered items are outside of the partial index.
            add(tx, "c")?;
            add(tx, "d")?;
            Ok(())
        })
        .unwrap();
    assert_eq!(ids(&store), ["a", "c", "d"]);
}

pub(crate) fn a_failed_statement_ends_the_transaction(place: &Place) {
    let store = place.open();
    let ended = store.write_blocking(|tx| -> Ended<()> {
        add(tx, "a")?;
        let fault = add(tx, "a").unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Conflict);
        // Caught without a savepoint: nothing can be said any more.
        let fault = add(tx, "b").unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Broken);
        Ok(())
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Broken);
    let ended = store.write_blocking(|tx| -> Ended<()> {
        let ended = store::nested(tx, |tx| -> Ended<()> {
            add(tx, "a")?;
            let _ = add(tx, "a");
            Ok(())
        });
        assert_eq!(fault_of(ended).kind(), FaultKind::Broken);
        add(tx, "c")?;
        Ok(())
    });
    ended.unwrap();
    assert_eq!(ids(&store), ["c"]);
}

pub(crate) fn a_savepoint_undoes_what_was_refused(place: &Place) {
    let store = place.open();
    store
        .write_blocking(|tx| -> Ended<()> {
            add(tx, "a")?;
            let ended = store::nested(tx, |tx| -> Ended<()> {
                add(tx, "b")?;
                Err(Abort::Refused("no"))
            });
            assert!(matches!(ended, Err(Abort::Refused("no"))), "{ended:?}");
            let kept = store::nested(tx, |tx| -> Ended<i64> {
                add(tx, "c")?;
                Ok(3)
            })?;
            assert_eq!(kept, 3);
            Ok(())
        })
        .unwrap();
    assert_eq!(ids(&store), ["a", "c"]);
}

pub(crate) fn savepoints_nest(place: &Place) {
    let store = place.open();
    store
        .write_blocking(|tx| -> Ended<()> {
            let _ = store::nested(tx, |tx| -> Ended<()> {
                add(tx, "a")?;
                store::nested(tx, |tx| -> Ended<u64> { Ok(add(tx, "b")?) })?;
                Err(Abort::Refused("both"))
            });
            store::nested(tx, |tx| -> Ended<()> {
                add(tx, "c")?;
                let _ = store::nested(tx, |tx| -> Ended<()> {
                    add(tx, "d")?;
                    Err(Abort::Refused("the inner"))
                });
                add(tx, "e")?;
                Ok(())
            })
        })
        .unwrap();
    assert_eq!(ids(&store), ["c", "e"]);
}

pub(crate) fn a_refusal_undoes_the_job(place: &Place) {
    let store = place.open();
    let ended = store.write_blocking(|tx| -> Ended<()> {
        add(tx, "a")?;
        Err(Abort::Refused("no"))
    });
    assert!(matches!(ended, Err(Abort::Refused("no"))), "{ended:?}");
    assert!(ids(&store).is_empty());
}

pub(crate) fn batch_mates_survive_a_panic_and_a_conflict(place: &Place) {
    let store = place.open_with(single());
    let (gate, _hear, let_go) = Gate::new();
    let (first, before, panics, conflicts, refuses, last) = block_on(async {
        tokio::join!(
            store.write(move |_| -> Ended<()> {
                gate.wait();
                Ok(())
            }),
            store.write(|tx| -> Ended<u64> { Ok(add(tx, "before")?) }),
            store.write(|tx| -> Ended<u64> {
                add(tx, "panics")?;
                store::nested(tx, |tx| {
                    add(tx, "deeper")?;
                    panic!("the {} fell down", "sky")
                })
            }),
            store.write(|tx| -> Ended<u64> {
                add(tx, "conflicts")?;
                Ok(add(tx, "before")?)
            }),
            store.write(|tx| -> Ended<u64> {
                add(tx, "refuses")?;
                Err(Abort::Refused("no"))
            }),
            async {
                let last = store.write(|tx| -> Ended<u64> { Ok(add(tx, "last")?) });
                let_go.send(()).unwrap();
                last.await
            },
        )
    });
    first.unwrap();
    before.unwrap();
    last.unwrap();
    assert_eq!(fault_of(conflicts).kind(), FaultKind::Conflict);
    assert!(matches!(refuses, Err(Abort::Refused("no"))));
    let panic = fault_of(panics);
    assert_eq!(panic.kind(), FaultKind::Broken);
    assert!(panic.to_string().contains("the sky fell down"), "{panic}");
    assert_eq!(ids(&store), ["before", "last"]);
    assert_eq!(store.stats().panics, 1);
}

pub(crate) fn a_read_cannot_write(place: &Place) {
    let store = place.open();
    for sql in [
        "insert into account (id, n) values ('a', 1) returning id",
        "delete from account",
        "create table other (id text primary key)",
    ] {
        let ended =
            store.read_blocking(move |read| -> Ended<()> { Ok(read.each(sql, &[], &mut |_| Ok(()))?) });
        assert_eq!(fault_of(ended).kind(), FaultKind::Broken, "{sql}");
    }
    let count = store.read_blocking(|read| -> Ended<_> {
        Ok(read.one("select count(*) from account", &[], |row| row.int(0))?)
    });
    assert_eq!(count.unwrap(), Some(0));
}

pub(crate) fn a_full_queue_is_busy(place: &Place) {
    let store = place.open_with(Settings { queue_depth: 1, ..single() });
    let (gate, hear, let_go) = Gate::new();
    let holder = store.clone();
    let held = std::thread::spawn(move || {
        holder.write_blocking(move |tx| -> Ended<u64> {
            gate.wait();
            Ok(add(tx, "held")?)
        })
    });
    hear.recv().unwrap();
    let (waits, refused) = block_on(async {
        tokio::join!(store.write(|tx| -> Ended<u64> { Ok(add(tx, "waits")?) }), async {
            let refused = store.write(|tx| -> Ended<u64> { Ok(add(tx, "refused")?) }).await;
            assert_eq!(store.stats().writes_queued, 1);
            let_go.send(()).unwrap();
            refused
        })
    });
    assert_eq!(fault_of(refused).kind(), FaultKind::Busy);
    waits.unwrap();
    held.join().unwrap().unwrap();
    assert_eq!(ids(&store), ["held", "waits"]);
    assert_eq!((store.stats().busy, store.stats().writes_queued), (1, 0));
}

pub(crate) fn a_job_that_waited_too_long_times_out(place: &Place) {
    let store = place.open_with(Settings { queue_time_max: Duration::ZERO, ..settings() });
    let ended = store.write_blocking(|_| -> Ended<()> { panic!("it must not run") });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    let ended = store.read_blocking(|_| -> Ended<()> { panic!("it must not run") });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    assert_eq!((store.stats().timeouts, store.stats().panics), (2, 0));
}

pub(crate) fn a_statement_that_runs_too_long_is_interrupted(place: &Place) {
    let store = place.open_with(Settings { job_time_max: Duration::from_millis(30), ..settings() });
    let ended = store.read_blocking(|read| -> Ended<_> { Ok(read.one(ENDLESS, &[], |row| row.int(0))?) });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    let ended = store.write_blocking(|tx| -> Ended<_> { Ok(tx.exec(ENDLESS_WRITE, &[])?) });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    // A job that never ends by itself is stopped between its statements.
    let ended = store.read_blocking(|read| -> Ended<()> {
        loop {
            read.one("select 1", &[], |row| row.int(0))?;
        }
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    assert_eq!(store.stats().timeouts, 3);
}

pub(crate) fn a_write_that_runs_too_long_takes_nobody_along(place: &Place) {
    let store = place.open_with(Settings { job_time_max: Duration::from_secs(1), ..single() });
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let (before, slow, after) = block_on(async {
        tokio::join!(
            store.write(move |tx| -> Ended<u64> {
                counted.fetch_add(1, Ordering::Relaxed);
                Ok(add(tx, "before")?)
            }),
            store.write(|tx| -> Ended<u64> { Ok(tx.exec(ENDLESS_WRITE, &[])?) }),
            store.write(|tx| -> Ended<u64> { Ok(add(tx, "after")?) }),
        )
    });
    before.unwrap();
    after.unwrap();
    assert_eq!(fault_of(slow).kind(), FaultKind::Timeout);
    assert_eq!(ids(&store), ["after", "before"]);
    let runs = runs.load(Ordering::Relaxed);
    // On SQLite it may have shared the transaction which was interrupted, and then ran again.
    assert!(runs == 1 || (runs == 2 && store.engine() == Engine::Sqlite), "{runs}");
}

pub(crate) fn closing_finishes_what_is_queued(place: &Place) {
    let store = place.open_with(single());
    let (gate, hear, let_go) = Gate::new();
    let closer = store.clone();
    let closing = std::thread::spawn(move || {
        // The first job runs on once the gate is open, and by then the others have been handed over.
        hear.recv().unwrap();
        closer.close();
    });
    let (held, first, second, read) = block_on(async {
        tokio::join!(
            store.write(move |tx| -> Ended<u64> {
                gate.release.lock().unwrap().recv().unwrap();
                let _ = gate.entered.send(());
                Ok(add(tx, "held")?)
            }),
            store.write(|tx| -> Ended<u64> { Ok(add(tx, "first")?) }),
            store.write(|tx| -> Ended<u64> { Ok(add(tx, "second")?) }),
            async {
                let read =
                    store.read(|read| -> Ended<_> { Ok(read.one("select 1", &[], |row| row.int(0))?) });
                let_go.send(()).unwrap();
                read.await
            },
        )
    });
    for written in [held, first, second] {
        assert_eq!(written.unwrap(), 1);
    }
    // The read was handed over after the gate opened, and so perhaps after the store was closed.
    assert!(matches!(read, Ok(Some(1)) | Err(Abort::Fault(_))));
    closing.join().unwrap();
    store.close();
    let ended = store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "late")?) });
    assert_eq!(fault_of(ended).kind(), FaultKind::Unavailable);
    let ended = block_on(store.read(|_| -> Ended<()> { Ok(()) }));
    assert_eq!(fault_of(ended).kind(), FaultKind::Unavailable);
}

pub(crate) fn a_job_runs_though_its_caller_has_gone(place: &Place) {
    let store = place.open_with(single());
    let (gate, _hear, let_go) = Gate::new();
    block_on(async {
        let abandoned = store.write(move |tx| -> Ended<u64> {
            gate.wait();
            Ok(add(tx, "a")?)
        });
        // The first branch hands the job over and waits; the second is ready, and the first is dropped.
        tokio::select! {
            biased;
            _ = abandoned => panic!("the gate is shut"),
            () = std::future::ready(()) => {}
        }
    });
    let_go.send(()).unwrap();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "b")?) }).unwrap();
    assert_eq!(ids(&store), ["a", "b"]);
}

pub(crate) fn mistakes_are_broken(place: &Place) {
    let store = place.open();
    let cases: [(&str, &[Arg<'static>]); 7] = [
        ("selct 1", &[]),
        ("select nothing from item", &[]),
        ("insert into account (id, n) values ($1, $2)", &[Arg::Text("a")]),
        ("insert into account (id, n) values ($1, $2)", &[Arg::Text("a"), Arg::Text("b")]),
        ("insert into account (id, n) values ($1, $2)", &[Arg::Text("a"), Arg::Null]),
        ("insert into account (id, n) values ($1, $2)", &[Arg::Text("a\0b"), Arg::Int(1)]),
        ("insert into item (id, owner, data) values ('a', 'ann', $1)", &[Arg::Text("a")]),
    ];
    for (sql, args) in cases {
        let ended = store.write_blocking(move |tx| -> Ended<u64> { Ok(tx.exec(sql, args)?) });
        let fault = fault_of(ended);
        assert_eq!(fault.kind(), FaultKind::Broken, "{sql} {args:?}: {fault}");
        assert!(fault.to_string().contains(sql), "{fault}");
    }
    let count = store.read_blocking(|read| -> Ended<_> {
        Ok(read.one("select count(*) from account", &[], |row| row.int(0))?)
    });
    assert_eq!(count.unwrap(), Some(0));
}

pub(crate) fn text_is_ordered_by_its_bytes(place: &Place) {
    let store = place.open();
    let mut texts = vec![
        "b",
        "B",
        "a",
        "A",
        "_",
        "-",
        " ",
        "é",
        "e",
        "z",
        "Z",
        "10",
        "9",
        "a b",
        "ab",
        "a-b",
        "専",
        "线",
        "線",
        "\u{1f6f0}",
        "\u{ffee}",
        "~",
        "ß",
        "ss",
        "",
    ];
    let mixed = texts.clone();
    store
        .write_blocking(move |tx| -> Ended<()> {
            for text in &mixed {
                tx.exec(INSERT, &[(*text).into(), (*text).into(), 1.into(), Arg::Null])?;
            }
            Ok(())
        })
        .unwrap();
    texts.sort_unstable();
    assert_eq!(ids(&store), texts);
    let above = store.read_blocking(|read| -> Ended<Vec<String>> {
        // The second column has an index, and a row value pages through it.
        let sql = "select owner from item where (owner, id) > ($1, $2) order by owner desc, id desc";
        Ok(read.all(sql, &["a".into(), "a".into()], |row| Ok(row.text(0)?.to_owned()))?)
    });
    let expected: Vec<&str> = texts.iter().rev().copied().filter(|text| *text > "a").collect();
    assert_eq!(above.unwrap(), expected);
}

pub(crate) fn like_minds_letter_case(place: &Place) {
    let store = place.open();
    let found = store.write_blocking(|tx| -> Ended<Vec<String>> {
        for id in ["Circuit_1", "circuit_2", "circuit%3", "circuit\\4"] {
            add(tx, id)?;
        }
        let sql = "select id from item where id like $1 escape '!' order by id";
        let mut found = tx.all(sql, &["circuit!_%".into()], |row| Ok(row.text(0)?.to_owned()))?;
        found.extend(tx.all(sql, &["c%\\%".into()], |row| Ok(row.text(0)?.to_owned()))?);
        Ok(found)
    });
    assert_eq!(found.unwrap(), ["circuit_2", "circuit\\4"]);
}

pub(crate) fn a_second_row_is_a_mistake(place: &Place) {
    let store = place.open();
    let ended = store.write_blocking(|tx| -> Ended<_> {
        add(tx, "a")?;
        add(tx, "b")?;
        Ok(tx.one("select id from item", &[], |row| Ok(row.text(0)?.to_owned()))?)
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Broken);
    assert!(ids(&store).is_empty());
}

pub(crate) fn an_index_shows_in_the_plan(place: &Place) {
    let store = place.open();
    let engine = store.engine();
    let plan = store.read_blocking(move |read| -> Ended<Vec<String>> {
        if engine == Engine::Postgres {
            // It would rather scan a table of no rows.
            read.each("set local enable_seqscan = off", &[], &mut |_| Ok(()))?;
        }
        let sql = "select id from item where owner = $1 and n > $2 order by n";
        Ok(read.plan(sql, &["ann".into(), 1.into()])?)
    });
    let plan = plan.unwrap();
    assert!(plan.iter().any(|line| line.contains("item_of")), "{plan:?}");
    assert!(!plan.iter().any(|line| line.to_lowercase().contains("sort")), "{plan:?}");
}

pub(crate) fn jobs_are_counted(place: &Place) {
    let store = place.open();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    store.write_blocking(|_| -> Ended<()> { Err(Abort::Refused("no")) }).unwrap_err();
    store.read_blocking(|_| -> Ended<()> { Ok(()) }).unwrap();
    store.close();
    let stats = store.stats();
    assert_eq!((stats.writes, stats.batches, stats.undone, stats.reads), (1, 1, 1, 1));
    assert_eq!((stats.reads_queued, stats.writes_queued, stats.retries), (0, 0, 0));
}
