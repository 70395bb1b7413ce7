//! Where a test's store lives, made afresh for each test and removed after it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Migration, OpenError, Settings, Store, Target};
use tempfile::TempDir;

pub(crate) const SCHEMA: &[Migration] = &[
    Migration {
        version: 1,
        name: "first",
        sql: "create table item (id text not null, owner text not null, n bigint, data bytea, primary key (id));
              create index item_of on item (owner, n);
              -- One free item for each owner; the rest are numbered.
              create unique index item_free on item (owner) where n is null;",
    },
    Migration {
        version: 2,
        name: "account",
        sql: "create table account (id text primary key, n bigint not null)",
    },
];

pub(crate) struct Place {
    pub(crate) target: Target,
    _folder: Option<TempDir>,
    server: Option<(String, String)>,
}

impl Place {
    pub(crate) fn memory() -> Place {
        Place { target: Target::Memory, _folder: None, server: None }
    }

    pub(crate) fn file() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("test.db"));
        Place { target, _folder: Some(folder), server: None }
    }

    /// A new database on the server for tests, or nothing if there is none and that is allowed.
    pub(crate) fn postgres() -> Option<Place> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("CROSSCONNECT_TEST_POSTGRES") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "CROSSCONNECT_TEST_POSTGRES must name a PostgreSQL server where CI is set"
            );
            println!("skipped: CROSSCONNECT_TEST_POSTGRES names no PostgreSQL server");
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("store_test_{}_{number}", std::process::id());
        store::drop_database(&server, &name).unwrap();
        let url = store::create_database(&server, &name).unwrap();
        Some(Place { target: url.parse().unwrap(), _folder: None, server: Some((server, name)) })
    }

    pub(crate) fn path(&self) -> PathBuf {
        match &self.target {
            Target::Sqlite(path) => path.clone(),
            other => panic!("{other} is no file"),
        }
    }

    pub(crate) fn url(&self) -> &str {
        match &self.target {
            Target::Postgres(url) => url,
            other => panic!("{other} is no server"),
        }
    }

    pub(crate) fn open(&self) -> Store {
        self.open_with(settings())
    }

    pub(crate) fn open_with(&self, settings: Settings) -> Store {
        self.try_open(settings, SCHEMA).unwrap()
    }

    pub(crate) fn try_open(&self, settings: Settings, migrations: &[Migration]) -> Result<Store, OpenError> {
        Store::open(&self.target, settings, migrations)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            store::drop_database(server, name).unwrap();
        }
    }
}

/// Few threads, and times so long that only a test which shortens them can run into one.
pub(crate) fn settings() -> Settings {
    let long = std::time::Duration::from_mins(5);
    Settings {
        readers: 2,
        connections: 2,
        queue_time_max: long,
        job_time_max: long,
        batch_time_max: long,
        ..Settings::default()
    }
}

/// As [`settings`], with one thread on every engine, so that jobs run in the order in which they were handed over.
pub(crate) fn single() -> Settings {
    Settings { readers: 1, connections: 1, ..settings() }
}
