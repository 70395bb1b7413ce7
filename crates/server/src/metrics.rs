//! What is counted, all in one place, and its text at `/metrics`. A label never carries what a stranger made up: an
//! action's label is a name from the table of contents.

use connect::ACTIONS;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::Stats;

/// One metric, as the reference lists it.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    /// Its full name.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// Every metric, in the order of the page.
pub const ALL: &[Described] = &[
    Described {
        name: "crossconnect_requests_total",
        kind: "counter",
        labels: &["action", "code"],
        help: "Requests answered, by action and by error code (OK for a success)",
    },
    Described {
        name: "crossconnect_request_seconds",
        kind: "histogram",
        labels: &["action"],
        help: "Time from the arrival of a request to its answer",
    },
    Described {
        name: "crossconnect_connections",
        kind: "gauge",
        labels: &[],
        help: "Connections that are open",
    },
    Described {
        name: "crossconnect_connections_refused_total",
        kind: "counter",
        labels: &[],
        help: "Connections turned away because too many were open",
    },
    Described {
        name: "crossconnect_panics_total",
        kind: "counter",
        labels: &[],
        help: "Requests that ended in a panic and were answered InternalError",
    },
    Described {
        name: "crossconnect_deadlines_total",
        kind: "counter",
        labels: &[],
        help: "Deadlines and autopilot steps that the ticker carried out",
    },
    Described {
        name: "crossconnect_ticks_failed_total",
        kind: "counter",
        labels: &[],
        help: "Looks for due deadlines that the store did not answer",
    },
    Described {
        name: "crossconnect_access_keys_cached",
        kind: "gauge",
        labels: &[],
        help: "Access keys held in memory",
    },
    Described {
        name: "crossconnect_nonces_remembered",
        kind: "gauge",
        labels: &[],
        help: "Nonces held in memory against replays",
    },
    Described {
        name: "crossconnect_log_lines_dropped_total",
        kind: "counter",
        labels: &[],
        help: "Log lines dropped because standard error did not take them fast enough",
    },
    Described {
        name: "crossconnect_store_queued",
        kind: "gauge",
        labels: &["kind"],
        help: "Jobs that wait for a thread of the store, by kind (read, write)",
    },
    Described {
        name: "crossconnect_store_jobs_total",
        kind: "counter",
        labels: &["outcome"],
        help: "Jobs of the store by outcome (read, written, undone, busy, timeout, panic)",
    },
    Described {
        name: "crossconnect_store_commits_total",
        kind: "counter",
        labels: &[],
        help: "Commits of the store; writes may share one",
    },
    Described {
        name: "crossconnect_store_retries_total",
        kind: "counter",
        labels: &[],
        help: "Additional runs of jobs, for instance at the engine's request",
    },
    Described {
        name: "crossconnect_store_reconnects_total",
        kind: "counter",
        labels: &[],
        help: "Connections to a database server that were made anew",
    },
];

/// The label of requests that name no action of ours.
const NO_ACTION: &str = "none";
/// The label of a success.
const OK: &str = "OK";

/// Bounds of the histogram of times, seconds.
const SECONDS: [f64; 14] =
    [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 3.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    action: &'static str,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Action {
    action: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    outcome: &'static str,
}

/// The counters of one action, found once so that a request need not look for them.
#[derive(Debug)]
struct Handles {
    action: &'static str,
    ok: Counter,
    seconds: Histogram,
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    /// In the order of `ACTIONS`, and one more for requests without an action.
    handles: Vec<Handles>,
    /// Where an action's counters stand.
    places: HashMap<&'static str, usize>,
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections turned away.
    pub connections_refused: Counter,
    /// Requests that ended in a panic.
    pub panics: Counter,
    /// Deadlines carried out.
    pub deadlines: Counter,
    /// Looks for deadlines that failed.
    pub ticks_failed: Counter,
    keys: Gauge,
    nonces: Gauge,
    log_dropped: Counter,
    store: StoreMetrics,
    /// Guards the taking over of numbers that are counted elsewhere: two scrapes must not add the same twice.
    scrape: Mutex<()>,
}

#[derive(Debug, Default)]
struct StoreMetrics {
    queued: Family<Queue, Gauge>,
    jobs: Family<Job, Counter>,
    commits: Counter,
    retries: Counter,
    reconnects: Counter,
}

/// What is counted elsewhere and taken over at a scrape.
#[derive(Debug)]
pub struct Elsewhere {
    /// Access keys held.
    pub keys: usize,
    /// Nonces held.
    pub nonces: usize,
    /// Log lines dropped so far.
    pub log_dropped: u64,
    /// The store's own counts.
    pub store: Stats,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl Metrics {
    /// All at nought.
    pub fn new() -> Metrics {
        let requests = Family::<Request, Counter>::default();
        let seconds =
            Family::<Action, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let names = ACTIONS.iter().map(connect::action::Entry::name).chain([NO_ACTION]);
        let handles = names
            .map(|action| Handles {
                action,
                ok: requests.get_or_create(&Request { action, code: OK }).clone(),
                seconds: seconds.get_or_create(&Action { action }).clone(),
            })
            .collect();
        let mut metrics = Metrics {
            registry: Registry::with_prefix("crossconnect"),
            requests,
            handles,
            places: ACTIONS.iter().enumerate().map(|(place, entry)| (entry.name(), place)).collect(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            panics: Counter::default(),
            deadlines: Counter::default(),
            ticks_failed: Counter::default(),
            keys: Gauge::default(),
            nonces: Gauge::default(),
            log_dropped: Counter::default(),
            store: StoreMetrics::default(),
            scrape: Mutex::new(()),
        };
        metrics.register(seconds);
        metrics
    }

    fn register(&mut self, seconds: Family<Action, Histogram, fn() -> Histogram>) {
        let registry = &mut self.registry;
        registry.register("requests", help("requests_total"), self.requests.clone());
        registry.register_with_unit("request", help("request_seconds"), Unit::Seconds, seconds);
        registry.register("connections", help("connections"), self.connections.clone());
        registry.register(
            "connections_refused",
            help("connections_refused_total"),
            self.connections_refused.clone(),
        );
        registry.register("panics", help("panics_total"), self.panics.clone());
        registry.register("deadlines", help("deadlines_total"), self.deadlines.clone());
        registry.register("ticks_failed", help("ticks_failed_total"), self.ticks_failed.clone());
        registry.register("access_keys_cached", help("access_keys_cached"), self.keys.clone());
        registry.register("nonces_remembered", help("nonces_remembered"), self.nonces.clone());
        registry.register("log_lines_dropped", help("log_lines_dropped_total"), self.log_dropped.clone());
        let store = &self.store;
        registry.register("store_queued", help("store_queued"), store.queued.clone());
        registry.register("store_jobs", help("store_jobs_total"), store.jobs.clone());
        registry.register("store_commits", help("store_commits_total"), store.commits.clone());
        registry.register("store_retries", help("store_retries_total"), store.retries.clone());
        registry.register("store_reconnects", help("store_reconnects_total"), store.reconnects.clone());
    }

    /// Counts one answered request. `code` is its error, if it is one.
    pub fn answered(&self, action: Option<&'static str>, code: Option<&'static str>, took: Duration) {
        let place = action.and_then(|name| self.places.get(name)).copied().unwrap_or(self.handles.len() - 1);
        let handles = &self.handles[place];
        match code {
            None => handles.ok.inc(),
            Some(code) => self.requests.get_or_create(&Request { action: handles.action, code }).inc(),
        };
        handles.seconds.observe(took.as_secs_f64());
    }

    /// The page, in the OpenMetrics text format.
    pub fn page(&self, elsewhere: &Elsewhere) -> String {
        let _scrape = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        self.keys.set(i64::try_from(elsewhere.keys).unwrap_or(i64::MAX));
        self.nonces.set(i64::try_from(elsewhere.nonces).unwrap_or(i64::MAX));
        raise(&self.log_dropped, elsewhere.log_dropped);
        self.store.take(&elsewhere.store);
        let mut page = String::with_capacity(64 * 1024);
        prometheus_client::encoding::text::encode(&mut page, &self.registry)
            .expect("writing to a string cannot fail");
        page
    }
}

impl StoreMetrics {
    fn take(&self, stats: &Stats) {
        for (kind, queued) in [("read", stats.reads_queued), ("write", stats.writes_queued)] {
            self.queued.get_or_create(&Queue { kind }).set(i64::try_from(queued).unwrap_or(i64::MAX));
        }
        for (outcome, count) in [
            ("read", stats.reads),
            ("written", stats.writes),
            ("undone", stats.undone),
            ("busy", stats.busy),
            ("timeout", stats.timeouts),
            ("panic", stats.panics),
        ] {
            raise(&self.jobs.get_or_create(&Job { outcome }), count);
        }
        raise(&self.commits, stats.batches);
        raise(&self.retries, stats.retries);
        raise(&self.reconnects, stats.reconnects);
    }
}

/// Brings a counter up to a total that is counted elsewhere.
fn raise(counter: &Counter, total: u64) {
    counter.inc_by(total.saturating_sub(counter.get()));
}

/// The help text of a metric, from the one list.
fn help(name: &str) -> &'static str {
    let described = ALL.iter().find(|described| described.name.strip_prefix("crossconnect_") == Some(name));
    described.expect("every metric stands in the list").help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_metric_of_the_list_and_no_other() {
        let metrics = Metrics::new();
        metrics.answered(None, Some("MissingAction"), Duration::from_millis(1));
        let stats = Stats { batches: 3, ..Stats::default() };
        let elsewhere = Elsewhere { keys: 2, nonces: 7, log_dropped: 0, store: stats };
        metrics.page(&elsewhere);
        let page = metrics.page(&elsewhere);
        for described in ALL {
            let family = described.name.strip_suffix("_total").unwrap_or(described.name);
            assert!(page.contains(&format!("# TYPE {family} {}", described.kind)), "{}", described.name);
            assert!(page.contains(&format!("# HELP {family} {}", described.help)), "{}", described.name);
        }
        assert_eq!(page.matches("# TYPE ").count(), ALL.len());
        assert!(page.contains("crossconnect_requests_total{action=\"none\",code=\"MissingAction\"} 1\n"));
        assert!(page.contains("crossconnect_store_commits_total 3\n") && page.contains("_remembered 7\n"));
    }
}
