//! Brings a database's schema up to what this binary knows, by way of refinery.
//!
//! All that is missing is applied in one transaction together with its record, so that no schema is ever half there.
//! It must never go backwards, and must refuse a database which knows more than the binary does.

use crate::fault::OpenError;
use crate::target::Engine;
use crate::translate::translate;
use refinery::{Migration as Step, Runner, error::Kind};
use std::error::Error;

/// One numbered step of the schema. Once released it never changes.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number, rising from step to step.
    pub version: i32,
    /// Its name: letters, digits and underscores.
    pub name: &'static str,
    /// Its statements, in the subset of SQL that both engines understand.
    pub sql: &'static str,
}

/// Applies what is missing over `connection`. `place` names the database in errors.
pub(crate) fn migrate<C: refinery::Migrate>(
    connection: &mut C,
    engine: Engine,
    migrations: &[Migration],
    place: &str,
) -> Result<(), OpenError> {
    let steps = migrations.iter().map(|migration| step(migration, engine)).collect::<Result<Vec<_>, _>>()?;
    let runner = Runner::new(&steps).set_grouped(true).set_abort_divergent(true).set_abort_missing(true);
    match runner.run(connection) {
        Ok(_) => Ok(()),
        Err(error) => Err(explain(error, migrations, place)),
    }
}

/// Looks whether a database has exactly the schema of `migrations`, and changes nothing.
pub(crate) fn check<C: refinery::Migrate>(
    connection: &mut C,
    engine: Engine,
    migrations: &[Migration],
    place: &str,
) -> Result<(), OpenError> {
    let steps = migrations.iter().map(|migration| step(migration, engine)).collect::<Result<Vec<_>, _>>()?;
    let applied = Runner::new(&steps).get_applied_migrations(connection).map_err(|error| {
        OpenError::new(format!("{place} holds no store ({}); name one that does", innermost(&error)))
            .because(error)
    })?;
    let same = |(left, right): (&Step, &Step)| {
        (left.version(), left.checksum()) == (right.version(), right.checksum())
    };
    if applied.len() == steps.len() && applied.iter().zip(&steps).all(same) {
        return Ok(());
    }
    let newest = |steps: &[Step]| steps.iter().map(Step::version).max().unwrap_or_default();
    Err(OpenError::new(format!(
        "{place} has another schema, {}, than this binary's {}; open it with the binary that belongs to it, or let this one bring it up first",
        newest(&applied),
        newest(&steps)
    )))
}

fn step(migration: &Migration, engine: Engine) -> Result<Step, OpenError> {
    let Migration { version, name, sql } = migration;
    let sql = translate(sql, engine)
        .map_err(|why| OpenError::new(format!("migration {version} \"{name}\" cannot be run: {why}")))?;
    Step::unapplied(&format!("V{version}__{name}"), &sql)
        .map_err(|error| OpenError::new(format!("migration {version} \"{name}\" is misnamed")).because(error))
}

fn explain(error: refinery::Error, migrations: &[Migration], place: &str) -> OpenError {
    let newest = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    let text = match error.kind() {
        Kind::MissingVersion(found) if found.version() > newest => format!(
            "{place} has schema {}, newer than this binary's {newest}; start a binary at least as new as the one that wrote it",
            found.version()
        ),
        Kind::MissingVersion(found) => format!(
            "{place} and this binary do not share migration {found}; start the binary that belongs to it"
        ),
        Kind::DivergentVersion(applied, known) => format!(
            "{place} was made with another text of migration {applied} than this binary's {known}; start the binary that belongs to it"
        ),
        Kind::RepeatedVersion(twice) => format!("migration {twice} is listed twice"),
        _ => format!("{place} could not be brought to schema {newest}: {}", innermost(&error)),
    };
    OpenError::new(text).because(error)
}

/// The last cause, which is the engine's own message.
fn innermost(error: &dyn Error) -> &dyn Error {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error
}
