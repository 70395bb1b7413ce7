//! What is peculiar to SQLite: batches, the file, and the sentences by which an opening is refused.

use crate::place::{Place, SCHEMA, settings, single};
use crate::suite::{Ended, Gate, add, block_on, fault_of, ids};
use std::sync::Mutex;
use std::sync::mpsc::channel;
use store::{Arg, FaultKind, Migration, ReadExt, Settings, Store, Target};

fn refusal(target: &Target, migrations: &[Migration]) -> String {
    Store::open(target, settings(), migrations).unwrap_err().to_string()
}

/// Hands over `jobs` writes while the only thread is held up, and returns the store when all are answered.
fn held_up(place: &Place, jobs: usize, settings: Settings) -> Store {
    let store = place.open_with(settings);
    let (gate, _hear, let_go) = Gate::new();
    block_on(async {
        let held = store.write(move |_| -> Ended<()> {
            gate.wait();
            Ok(())
        });
        let mut held = Box::pin(held);
        let mut others: Vec<_> = (0..jobs)
            .map(|at| Box::pin(store.write(move |tx| -> Ended<u64> { Ok(add(tx, &at.to_string())?) })))
            .collect();
        // Polling a job once hands it over.
        std::future::poll_fn(|cx| {
            assert!(held.as_mut().poll(cx).is_pending());
            for other in &mut others {
                assert!(other.as_mut().poll(cx).is_pending());
            }
            std::task::Poll::Ready(())
        })
        .await;
        let_go.send(()).unwrap();
        held.await.unwrap();
        for other in others {
            other.await.unwrap();
        }
    });
    store
}

#[test]
fn waiting_writes_share_a_commit() {
    let store = held_up(&Place::file(), 9, single());
    assert_eq!((store.stats().batches, store.stats().writes), (1, 10));
}

#[test]
fn a_batch_has_a_limit() {
    let store = held_up(&Place::file(), 9, Settings { batch_jobs_max: 4, ..single() });
    assert_eq!((store.stats().batches, store.stats().writes), (3, 10));
    assert_eq!(ids(&store).len(), 9);
}

#[test]
fn a_reader_keeps_its_snapshot() {
    let place = Place::file();
    let store = place.open();
    let ((looked, hear), (written, go_on)) = (channel(), channel());
    let go_on = Mutex::new(go_on);
    let reader = store.clone();
    let reading = std::thread::spawn(move || {
        reader.read_blocking(move |read| -> Ended<_> {
            let sql = "select count(*) from item";
            let before = read.one(sql, &[], |row| row.int(0))?;
            looked.send(()).unwrap();
            go_on.lock().unwrap().recv().unwrap();
            Ok((before, read.one(sql, &[], |row| row.int(0))?))
        })
    });
    hear.recv().unwrap();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    written.send(()).unwrap();
    assert_eq!(reading.join().unwrap().unwrap(), (Some(0), Some(0)));
    assert_eq!(ids(&store), ["a"]);
}

#[test]
fn a_full_disk_is_told_to_the_whole_batch() {
    let store = Place::memory().open_with(single());
    store
        .write_blocking(|tx| -> Ended<()> {
            Ok(tx.each("pragma max_page_count = 40", &[], &mut |_| Ok(()))?)
        })
        .unwrap();
    let (gate, _hear, let_go) = Gate::new();
    let (held, mate, filler) = block_on(async {
        tokio::join!(
            store.write(move |_| -> Ended<()> {
                gate.wait();
                Ok(())
            }),
            store.write(|tx| -> Ended<u64> { Ok(add(tx, "mate")?) }),
            async {
                let filler = store.write(|tx| -> Ended<u64> {
                    let sql = "insert into item (id, owner, n, data) values ($1, $2, $3, $4)";
                    let large = vec![1; 1 << 20];
                    Ok(tx.exec(sql, &["filler".into(), "ann".into(), 1.into(), Arg::from(&large)])?)
                });
                let_go.send(()).unwrap();
                filler.await
            },
        )
    });
    assert_eq!(fault_of(held).kind(), FaultKind::Unavailable);
    assert_eq!(fault_of(mate).kind(), FaultKind::Unavailable);
    assert_eq!(fault_of(filler).kind(), FaultKind::Unavailable);
    assert!(ids(&store).is_empty());
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "small")?) }).unwrap();
    assert_eq!(ids(&store), ["small"]);
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let place = Place::file();
    let store = place.open();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    drop(store);
    let store = place.open();
    assert_eq!(ids(&store), ["a"]);
}

#[test]
fn a_crash_loses_nothing_that_was_answered() {
    let place = Place::file();
    let store = place.open();
    for at in 0..20 {
        store.write_blocking(move |tx| -> Ended<u64> { Ok(add(tx, &format!("{at:02}"))?) }).unwrap();
    }
    // The files as a crash would leave them: nothing was copied from the log into the database.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", place.path().display());
        std::fs::copy(from, format!("{}{suffix}", copy.display())).unwrap();
    }
    let copy = Store::open(&Target::Sqlite(copy), settings(), SCHEMA).unwrap();
    assert_eq!(ids(&copy).len(), 20);
}

#[test]
fn a_job_may_drop_the_last_handle() {
    let store = Place::memory().open();
    let held = Mutex::new(Some(store.clone()));
    store
        .write_blocking(move |_| -> Ended<()> {
            held.lock().unwrap().take();
            Ok(())
        })
        .unwrap();
    let (done, hear) = channel();
    let last = Mutex::new(Some(store.clone()));
    let done = Mutex::new(done);
    let job = store.write(move |_| -> Ended<()> {
        last.lock().unwrap().take().unwrap().close();
        done.lock().unwrap().send(()).unwrap();
        Ok(())
    });
    block_on(job).unwrap();
    hear.recv().unwrap();
}

#[test]
fn a_second_process_is_kept_out() {
    let place = Place::file();
    let store = place.open();
    let refusal = refusal(&place.target, SCHEMA);
    let path = place.path();
    assert_eq!(
        refusal,
        format!(
            "another process has the database {} open; stop it first, or choose another path",
            path.display()
        )
    );
    // Somebody who only looks is let in.
    let looker = rusqlite::Connection::open(&path).unwrap();
    let count: i64 = looker.query_row("select count(*) from item", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0);
    drop(looker);
    store.close();
    place.open();
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::file();
    let path = place.path().with_file_name("missing").join("test.db");
    let refusal = refusal(&Target::Sqlite(path.clone()), SCHEMA);
    assert!(refusal.starts_with(&format!("{}.lock cannot be written", path.display())), "{refusal}");
    assert!(refusal.contains("create its folder"), "{refusal}");
}

#[test]
fn another_kind_of_file_is_left_alone() {
    let place = Place::file();
    let letter = "Dear reader, this is not a database. ".repeat(100);
    std::fs::write(place.path(), &letter).unwrap();
    let refusal = refusal(&place.target, SCHEMA);
    assert!(refusal.contains("name a file that SQLite wrote"), "{refusal}");
    assert_eq!(std::fs::read_to_string(place.path()).unwrap(), letter);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let place = Place::file();
    place.open().close();
    let before = std::fs::read(place.path()).unwrap();
    let refusal = refusal(&place.target, &SCHEMA[..1]);
    assert!(refusal.contains("has schema 2, newer than this binary's 1"), "{refusal}");
    assert_eq!(std::fs::read(place.path()).unwrap(), before);
    place.open();
}

#[test]
fn an_altered_migration_is_refused() {
    let place = Place::file();
    place.open().close();
    let altered = Migration { sql: "create table account (id text primary key, m bigint)", ..SCHEMA[1] };
    let refusal = refusal(&place.target, &[SCHEMA[0], altered]);
    assert!(refusal.contains("another text of migration V2__account"), "{refusal}");
}

#[test]
fn a_failing_migration_leaves_nothing_half_done() {
    let place = Place::file();
    place.open().close();
    let wrong =
        Migration { version: 3, name: "wrong", sql: "create table new (id text primary key); create oddity" };
    let refusal = refusal(&place.target, &[SCHEMA[0], SCHEMA[1], wrong]);
    assert!(refusal.contains("could not be brought to schema 3"), "{refusal}");
    let right = Migration { sql: "create table new (id text primary key)", ..wrong };
    place.try_open(settings(), &[SCHEMA[0], SCHEMA[1], right]).unwrap();
}

#[test]
fn a_store_may_be_opened_inside_a_runtime() {
    let store = block_on(async { Place::memory().open() });
    block_on(store.write(|tx| -> Ended<u64> { Ok(add(tx, "a")?) })).unwrap();
    let found = block_on(store.read(|read| -> Ended<_> {
        Ok(read.one("select id from item", &[], |row| Ok(row.text(0)?.to_owned()))?)
    }));
    assert_eq!(found.unwrap().as_deref(), Some("a"));
}

#[test]
fn a_file_is_opened_to_read_beside_its_writer_and_takes_no_writes() {
    let place = Place::file();
    let store = place.open();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    let reader = Store::open_to_read(&place.target, settings(), SCHEMA).unwrap();
    assert_eq!(ids(&reader), ["a"]);
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "b")?) }).unwrap();
    assert_eq!(ids(&reader), ["a", "b"]);
    let refused = reader.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "c")?) });
    assert_eq!(fault_of(refused).kind(), FaultKind::Unavailable);
    reader.close();
    assert_eq!(ids(&store), ["a", "b"]);
}

#[test]
fn what_is_opened_to_read_must_be_there_and_of_this_schema() {
    let place = Place::file();
    let refusal = |target: &Target| Store::open_to_read(target, settings(), SCHEMA).unwrap_err().to_string();
    assert!(refusal(&place.target).contains("cannot be opened"));
    assert!(!place.path().exists());
    std::fs::write(place.path(), "").unwrap();
    assert!(refusal(&place.target).contains("holds no store"));
    assert_eq!(std::fs::read(place.path()).unwrap(), b"");
    drop(place.try_open(settings(), &SCHEMA[..1]).unwrap());
    assert!(refusal(&place.target).contains("another schema, 1, than this binary's 2"));
    drop(place.open());
    // A file that nobody writes is read without a trace, and nobody writes it meanwhile.
    let reader = Store::open_to_read(&place.target, settings(), SCHEMA).unwrap();
    assert!(place.try_open(settings(), SCHEMA).unwrap_err().to_string().contains("another process"));
    assert!(ids(&reader).is_empty());
    reader.close();
    let folder = place.path().parent().unwrap().to_owned();
    let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    drop(place.open());
    assert!(refusal(&Target::Memory).contains("name a file or a server"));
}
