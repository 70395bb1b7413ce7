//! What is peculiar to PostgreSQL: repeated runs, broken connections, and a server whose own order of text differs.

use crate::place::{Place, SCHEMA, settings, single};
use crate::suite::{Ended, add, block_on, fault_of, ids, text_is_ordered_by_its_bytes};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use store::{Arg, FaultKind, ReadExt, Settings, Store};

/// Fails as the server does when it wants a transaction to be run again.
const COLLIDE: &str = "do $$ begin raise exception 'collided' using errcode = '40001'; end $$";

fn admin(place: &Place) -> postgres::Client {
    postgres::Client::connect(place.url(), postgres::NoTls).unwrap()
}

#[test]
fn a_deadlock_is_run_again() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    store
        .write_blocking(|tx| -> Ended<u64> {
            Ok(tx.exec("insert into account (id, n) values ('a', 0), ('b', 0)", &[])?)
        })
        .unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let both_hold_one = Arc::new(Barrier::new(2));
    let cross = |first: &'static str, second: &'static str| {
        let (store, runs, both_hold_one) = (store.clone(), Arc::clone(&runs), Arc::clone(&both_hold_one));
        std::thread::spawn(move || {
            let mine = AtomicU32::new(0);
            store.write_blocking(move |tx| -> Ended<u64> {
                runs.fetch_add(1, Ordering::SeqCst);
                let add = "update account set n = n + 1 where id = $1";
                tx.exec(add, &[first.into()])?;
                if mine.fetch_add(1, Ordering::SeqCst) == 0 {
                    both_hold_one.wait();
                }
                Ok(tx.exec(add, &[second.into()])?)
            })
        })
    };
    let (one, other) = (cross("a", "b"), cross("b", "a"));
    one.join().unwrap().unwrap();
    other.join().unwrap().unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert_eq!(store.stats().retries, 1);
    let sum = store.read_blocking(|read| -> Ended<_> {
        Ok(read.all("select n from account order by id", &[], |row| row.int(0))?)
    });
    assert_eq!(sum.unwrap(), [2, 2]);
}

#[test]
fn a_collision_is_run_again_even_if_it_was_caught() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    store
        .write_blocking(move |tx| -> Ended<()> {
            let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
            add(tx, if first { "first" } else { "second" })?;
            let _ = store::nested(tx, |tx| -> Ended<()> {
                if first {
                    tx.exec(COLLIDE, &[])?;
                }
                Ok(())
            });
            Ok(())
        })
        .unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(ids(&store), ["second"]);
}

#[test]
fn runs_have_a_limit() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open_with(Settings { runs_max: 3, ..settings() });
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let ended = store.write_blocking(move |tx| -> Ended<u64> {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(tx.exec(COLLIDE, &[])?)
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Unavailable);
    assert_eq!(runs.load(Ordering::SeqCst), 3);
}

#[test]
fn a_connection_that_breaks_within_a_job_fails_the_job_alone() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open_with(single());
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let ended = store.write_blocking(move |tx| -> Ended<u64> {
        counted.fetch_add(1, Ordering::SeqCst);
        add(tx, "lost")?;
        tx.each("select pg_terminate_backend(pg_backend_pid())", &[], &mut |_| Ok(()))?;
        Ok(add(tx, "lost too")?)
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Unavailable);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    assert_eq!(ids(&store), ["a"]);
    assert_eq!(store.stats().reconnects, 1);
}

#[test]
fn a_transaction_that_the_server_gave_up_as_idle_took_too_long() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open_with(single());
    let admin = Mutex::new(admin(&place));
    let ended = store.write_blocking(move |tx| -> Ended<u64> {
        let pid = tx.one("select pg_backend_pid()", &[], |row| row.int(0))?.unwrap_or_default();
        tx.exec("set idle_in_transaction_session_timeout = 1", &[])?;
        let there = "select exists (select from pg_stat_activity where pid = $1)";
        let pid = i32::try_from(pid).unwrap();
        while admin.lock().unwrap().query_one(there, &[&pid]).unwrap().get(0) {}
        Ok(add(tx, "late")?)
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Timeout);
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    assert_eq!(ids(&store), ["a"]);
}

#[test]
fn a_connection_that_broke_while_idle_is_not_noticed() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open_with(single());
    let pid = store.read_blocking(|read| -> Ended<_> {
        Ok(read.one("select pg_backend_pid()", &[], |row| row.int(0))?)
    });
    let pid = i32::try_from(pid.unwrap().unwrap()).unwrap();
    let mut admin = admin(&place);
    // It returns once the backend has gone.
    let gone: bool = admin.query_one("select pg_terminate_backend($1, 60000)", &[&pid]).unwrap().get(0);
    assert!(gone);
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    assert_eq!(store.stats().reconnects, 1);
}

#[test]
fn a_commit_that_fails_is_not_run_again() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open_with(single());
    // A deferred constraint, which the subset does not have, is the one way to make a commit itself fail.
    admin(&place)
        .batch_execute("alter table account add constraint late unique (n) deferrable initially deferred")
        .unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let ended = store.write_blocking(move |tx| -> Ended<u64> {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(tx.exec("insert into account (id, n) values ('a', 1), ('b', 1)", &[])?)
    });
    assert_eq!(fault_of(ended).kind(), FaultKind::Unavailable);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn a_read_keeps_its_snapshot() {
    let Some(place) = Place::postgres() else { return };
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
}

#[test]
fn text_is_ordered_by_its_bytes_where_the_server_would_not() {
    let Some(place) = Place::postgres() else { return };
    let made = place.url().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let server = std::env::var("CROSSCONNECT_TEST_POSTGRES").unwrap();
    store::drop_database(&server, &made).unwrap();
    let mut admin = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    admin
        .batch_execute(&format!(
            "create database {made} template template0 encoding 'UTF8' locale_provider icu icu_locale 'en-US'"
        ))
        .unwrap();
    text_is_ordered_by_its_bytes(&place);
}

#[test]
fn a_null_takes_the_type_of_its_column() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    let found = store.write_blocking(|tx| -> Ended<_> {
        let sql = "insert into item (id, owner, n, data) values ($1, $2, $3, $4)";
        tx.exec(sql, &["a".into(), "ann".into(), Arg::Null, Arg::Null])?;
        tx.exec(sql, &["b".into(), "ann".into(), 1.into(), Arg::Null])?;
        tx.exec(sql, &["c".into(), "ann".into(), 2.into(), Arg::Bytes(b"x")])?;
        tx.exec("update item set n = coalesce($1, n), data = $2 where id = 'c'", &[Arg::Null, Arg::Null])?;
        Ok(tx.all("select n from item where $1 is null or n = $1 order by id", &[2.into()], |row| {
            row.maybe_int(0)
        })?)
    });
    assert_eq!(found.unwrap(), [Some(2)]);
}

#[test]
fn several_nodes_may_start_at_once() {
    let Some(place) = Place::postgres() else { return };
    let start = || {
        let target = place.target.clone();
        std::thread::spawn(move || Store::open(&target, single(), SCHEMA).map(|store| ids(&store).len()))
    };
    let nodes: Vec<_> = (0..3).map(|_| start()).collect();
    for node in nodes {
        assert_eq!(node.join().unwrap().unwrap(), 0);
    }
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let Some(place) = Place::postgres() else { return };
    let store = place.open();
    store.write_blocking(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).unwrap();
    drop(store);
    assert_eq!(ids(&place.open()), ["a"]);
    let refusal = place.try_open(settings(), &SCHEMA[..1]).unwrap_err().to_string();
    assert!(refusal.contains("has schema 2, newer than this binary's 1"), "{refusal}");
}

#[test]
fn a_store_may_be_opened_inside_a_runtime() {
    let Some(place) = Place::postgres() else { return };
    block_on(async {
        let store = place.open();
        store.write(|tx| -> Ended<u64> { Ok(add(tx, "a")?) }).await.unwrap();
        store.close();
    });
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let target = "postgres://me:secret@%2Fnowhere%2Fat%2Fall/db".parse().unwrap();
    let refusal = Store::open(&target, settings(), SCHEMA).unwrap_err().to_string();
    assert!(refusal.starts_with("postgres://me@/nowhere/at/all/db cannot be connected to"), "{refusal}");
    assert!(!refusal.contains("secret"), "{refusal}");
}
