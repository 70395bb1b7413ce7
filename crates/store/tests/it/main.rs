//! One suite, run over each engine, and what is peculiar to each.
//!
//! The part for PostgreSQL needs a server on which it may create databases: its URL is taken from
//! `CROSSCONNECT_TEST_POSTGRES`. Without one it is skipped, except where `CI` is set, where it fails.

// What helps a test is a test as well: it may give up at once.
#![allow(clippy::unwrap_used)]

mod place;
mod postgres;
mod sqlite;
mod suite;

/// Makes a test of every function of the suite for every engine.
macro_rules! on_every_engine {
    ($($name:ident,)*) => {
        mod in_memory {
            $(#[test] fn $name() { crate::suite::$name(&crate::place::Place::memory()); })*
        }
        mod in_a_file {
            $(#[test] fn $name() { crate::suite::$name(&crate::place::Place::file()); })*
        }
        mod on_postgres {
            $(#[test] fn $name() {
                if let Some(place) = crate::place::Place::postgres() {
                    crate::suite::$name(&place);
                }
            })*
        }
    };
}

on_every_engine! {
    values_come_back_as_they_went,
    integers_of_expressions_are_integers,
    a_written_row_is_returned,
    a_conflict_updates_or_does_nothing,
    a_conflict_in_a_savepoint_lets_the_transaction_go_on,
    a_failed_statement_ends_the_transaction,
    a_savepoint_undoes_what_was_refused,
    savepoints_nest,
    a_refusal_undoes_the_job,
    batch_mates_survive_a_panic_and_a_conflict,
    a_read_cannot_write,
    a_full_queue_is_busy,
    a_job_that_waited_too_long_times_out,
    a_statement_that_runs_too_long_is_interrupted,
    a_write_that_runs_too_long_takes_nobody_along,
    closing_finishes_what_is_queued,
    a_job_runs_though_its_caller_has_gone,
    mistakes_are_broken,
    text_is_ordered_by_its_bytes,
    like_minds_letter_case,
    a_second_row_is_a_mistake,
    an_index_shows_in_the_plan,
    jobs_are_counted,
}
