//! One request from its bytes to its answer's bytes: read this first. The steps stand in the order of the wire
//! contract's checks, and the first that refuses is the answer. The gate holds no connection (that is `http`), knows
//! no action by name (that is `connect`), and never logs a secret, a signature, a token or a parameter's value.

use crate::clock::wall_ms;
use crate::http::Service;
use crate::keys::Key;
use crate::letters;
use crate::node::Node;
use bytes::Bytes;
use connect::action::{AnyCommand, Entry, Prepared};
use connect::cx::Caller;
use connect::id::{Ids, Seed};
use connect::machine::Actor;
use connect::perform::{self, Order, Undone};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::Full;
use rpc::gateway;
use rpc::{Call, Code, Error, Format, Reply};
use std::error::Error as _;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;
use store::{Abort, Fault, FaultKind};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
static TRACE_ID: HeaderName = HeaderName::from_static("x-acs-trace-id");

/// The gate of one node. Clones share the node.
#[derive(Clone)]
pub struct Gate {
    node: Arc<Node>,
}

/// What is known of a request so far: for its answer, its log line and its counters.
struct Facts {
    /// Where the request's identifiers come from.
    seed: Seed,
    /// The first of them.
    request_id: String,
    arrived: Instant,
    format: Format,
    entry: Option<&'static Entry>,
    /// Set once the key is known to exist; whether the signature is good is another matter.
    caller: Option<Arc<Caller>>,
}

impl Gate {
    /// The gate of `node`.
    pub fn new(node: Arc<Node>) -> Gate {
        Gate { node }
    }

    /// The node behind the gate.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }
}

impl Service for Gate {
    /// Every request gets an answer, whatever happens.
    async fn answer(&self, parts: &Parts, body: &[u8]) -> Response<Full<Bytes>> {
        // Pages for people and their browsers, beside the API: they have neither keys nor actions.
        if letters::is_asked_for(parts) {
            return letters::answer(&self.node, parts).await;
        }
        let mut facts = self.arrival(rpc::format_of(parts));
        let served = unless_it_panics(self.serve(parts, body, &mut facts)).await.unwrap_or_else(|| {
            self.node.metrics.panics.inc();
            Err(Error::new(&gateway::INTERNAL_ERROR))
        });
        self.finish(&facts, rpc::host_of(parts), &served)
    }

    fn refuse(&self, parts: Option<&Parts>, code: &'static Code) -> Response<Full<Bytes>> {
        let facts = self.arrival(parts.map_or(Format::Json, rpc::format_of));
        self.finish(&facts, parts.map(rpc::host_of).unwrap_or_default(), &Err(Error::new(code)))
    }

    fn count_connection(&self, change: i64) {
        if change == 0 {
            self.node.metrics.connections_refused.inc();
        } else {
            self.node.metrics.connections.inc_by(change);
        }
    }
}

impl Gate {
    fn arrival(&self, format: Format) -> Facts {
        let seed = self.node.seeds.request();
        let request_id = Ids::new(seed).request();
        Facts { seed, request_id, arrived: Instant::now(), format, entry: None, caller: None }
    }

    /// The whole path of a request. Gives the JSON body of a success, without its RequestId.
    async fn serve(&self, parts: &Parts, body: &[u8], facts: &mut Facts) -> Result<Vec<u8>, Error> {
        // 1. Size, encoding, method, path, Format, Action and Version present.
        let call = Call::parse(parts, body)?;
        facts.format = call.format();

        // 2. An action we have, in a version we speak.
        let entry = find_action(&call)?;
        facts.entry = Some(entry);

        // 3. The common parameters, and a time near ours: the real one, whatever the product's clock says.
        let credentials = call.credentials()?;
        let wall_ms = wall_ms();
        call.check_freshness(wall_ms)?;

        // 4. A key that exists and may be used.
        let key = self.find_key(credentials.access_key_id, facts).await?;

        // 5. The signature. From here on the request is the caller's.
        call.verify(key.secret())?;

        // 6. Not a replay. Only now, so that a forger cannot use up other people's nonces.
        self.node.nonces.admit(credentials.access_key_id, credentials.nonce, wall_ms)?;

        // 7. No temporary keys are issued here, so whatever token comes along is none of ours.
        if credentials.security_token.is_some() {
            return Err(Error::new(&gateway::INVALID_SECURITY_TOKEN_MALFORMED));
        }

        // 8. May this caller do this?
        check_permission(entry, &key.caller, &call)?;

        // 9. The action's own parameters, and its region.
        let catalogue = &self.node.world.catalogue;
        let prepared = entry.prepare(call.params(), &|region| catalogue.region(region).is_some())?;

        // 10. The product, on a thread of the store: one snapshot, or one transaction until it is durable.
        match prepared {
            Prepared::Query(query) => self.ask(query, &key).await,
            Prepared::Command(command) => self.order(entry, command, &call, &key, facts.seed).await,
        }
    }

    async fn find_key(&self, id: &str, facts: &mut Facts) -> Result<Arc<Key>, Error> {
        let Node { keys, store, world, .. } = &*self.node;
        let key = keys.find(store, world, id, facts.arrived).await.map_err(faulted)?;
        let key = key.ok_or(&gateway::INVALID_ACCESS_KEY_ID_NOT_FOUND)?;
        facts.caller = Some(Arc::clone(&key.caller));
        if key.active { Ok(key) } else { Err(Error::new(&gateway::INVALID_ACCESS_KEY_ID_INACTIVE)) }
    }

    /// Answers a query from one snapshot.
    async fn ask(&self, query: Arc<dyn connect::action::AnyQuery>, key: &Key) -> Result<Vec<u8>, Error> {
        let (world, caller, now) =
            (Arc::clone(&self.node.world), Arc::clone(&key.caller), self.node.clock.now());
        let answered = self.node.store.read(move |read| perform::answer(read, &world, &*query, &caller, now));
        answered.await.map_err(|abort| match abort {
            Abort::Refused(error) => error,
            Abort::Fault(fault) => faulted(fault),
        })
    }

    /// Carries out a command in one transaction. This goes on in a task of its own: should the caller hang up, what
    /// a committed command leaves to do is done all the same.
    async fn order(
        &self,
        entry: &'static Entry,
        command: Arc<dyn AnyCommand>,
        call: &Call,
        key: &Key,
        seed: Seed,
    ) -> Result<Vec<u8>, Error> {
        let order = Order {
            entry,
            command,
            params: Arc::new(call.params().clone()),
            caller: Arc::clone(&key.caller),
            now: self.node.clock.now(),
            seed,
        };
        let node = Arc::clone(&self.node);
        let carried_out = tokio::spawn(async move {
            let world = Arc::clone(&node.world);
            let done = node.store.write(move |tx| perform::perform(tx, &world, &order)).await;
            if let Ok(outcome) = &done {
                node.follow(&outcome.effects);
            }
            done
        });
        match carried_out.await {
            Ok(Ok(outcome)) => Ok(outcome.body),
            // A client token that was answered before: the first answer again, under this request's id. Or a call
            // that only asks what would happen. Neither has written anything.
            Ok(Err(Abort::Refused(Undone::Replayed(body) | Undone::Rehearsed(body)))) => Ok(body),
            Ok(Err(Abort::Refused(Undone::Refused(error)))) => Err(error),
            Ok(Err(Abort::Fault(fault))) => Err(faulted(fault)),
            Err(lost) => Err(Error::new(&gateway::INTERNAL_ERROR).with_source(lost)),
        }
    }

    /// 11. Encodes the answer. 12. Counts it and writes its one log line.
    fn finish(&self, facts: &Facts, host: &str, served: &Result<Vec<u8>, Error>) -> Response<Full<Bytes>> {
        let request_id = &facts.request_id;
        let encoded = match served {
            Ok(body) => rpc::success(facts.format, facts.entry.map_or("", Entry::name), request_id, body),
            Err(error) => rpc::failure(facts.format, error, request_id, host),
        };
        let error = served.as_ref().err();
        let code = error.map(|error| error.code().name);
        let took = facts.arrived.elapsed();
        self.node.metrics.answered(facts.entry.map(Entry::name), code, took);
        note(facts, encoded.status, code, took.as_micros());
        if let Some(error) = error {
            note_cause(request_id, error);
        }
        respond(encoded, request_id)
    }
}

fn find_action(call: &Call) -> Result<&'static Entry, Error> {
    if !connect::knows_version(call.version()) {
        return Err(Error::new(&gateway::INVALID_VERSION));
    }
    connect::find(call.version(), call.action()).ok_or_else(|| Error::new(&gateway::INVALID_ACTION_NOT_FOUND))
}

/// Parameters that name the account a call is about. They may only repeat the caller's own.
const OWNERS: [&str; 2] = ["OwnerId", "ResourceOwnerId"];

fn check_permission(entry: &Entry, caller: &Caller, call: &Call) -> Result<(), Error> {
    if entry.about.actor == Actor::Operator && !caller.operator {
        let detail = AccessDeniedDetail {
            auth_action: entry.about.permission,
            auth_principal_type: "Account",
            auth_principal_owner_id: &caller.account,
            auth_principal_display_name: &caller.account,
            policy_type: "AccountLevelIdentityBasedPolicy",
            no_permission_type: "ImplicitDeny",
        };
        return Err(Error::new(&gateway::FORBIDDEN_RAM).with_member("AccessDeniedDetail", &detail));
    }
    let foreign = |name| call.params().get(name).is_some_and(|id| !id.is_empty() && id != caller.account);
    if OWNERS.into_iter().any(foreign) {
        return Err(Error::new(&gateway::FORBIDDEN));
    }
    Ok(())
}

/// Who was denied what, and by which kind of policy.
#[derive(Reply)]
struct AccessDeniedDetail<'a> {
    /// The permission that is missing.
    auth_action: &'static str,
    /// What kind of principal asked.
    auth_principal_type: &'static str,
    /// Its account.
    auth_principal_owner_id: &'a str,
    /// What it is called.
    auth_principal_display_name: &'a str,
    /// The kind of policy that decided.
    policy_type: &'static str,
    /// Nothing allows it, or something forbids it.
    no_permission_type: &'static str,
}

/// What a caller is told when the store fails; the fault itself is for the log.
fn faulted(fault: Fault) -> Error {
    let code = match fault.kind() {
        FaultKind::Busy | FaultKind::Timeout | FaultKind::Unavailable | FaultKind::Retryable => {
            &gateway::SERVICE_UNAVAILABLE
        }
        FaultKind::Conflict | FaultKind::Broken => &gateway::INTERNAL_ERROR,
    };
    Error::new(code).with_source(fault)
}

/// The one line of a request. The same fields in the same order on every path; what is not known is empty.
fn note(facts: &Facts, status: u16, code: Option<&'static str>, took_us: u128) {
    let (action, version) = facts.entry.map(|entry| (entry.name(), entry.about.version)).unwrap_or_default();
    let caller = facts.caller.as_deref();
    tracing::info!(
        target: "request",
        request_id = facts.request_id,
        action,
        version,
        account = caller.map_or("", |caller| &caller.account),
        key_id = caller.map_or("", |caller| &caller.key_id),
        status,
        code = code.unwrap_or("OK"),
        took_us,
    );
}

fn note_cause(request_id: &str, error: &Error) {
    let Some(cause) = error.source() else { return };
    if error.code().status >= 500 {
        tracing::error!(request_id, code = error.code().name, ?cause, "a request failed");
    } else {
        tracing::debug!(request_id, code = error.code().name, %cause, "a request was refused");
    }
}

fn respond(encoded: rpc::Response, request_id: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(encoded.body)));
    *response.status_mut() =
        StatusCode::from_u16(encoded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(encoded.content_type));
    let id = HeaderValue::from_str(request_id).expect("a request id is hexadecimal digits and dashes");
    headers.insert(&REQUEST_ID, id.clone());
    headers.insert(&TRACE_ID, id);
    for (name, value) in encoded.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Polls `work` and gives nothing if it panics. The panic itself is reported where it happens.
async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    // After a panic the future is dropped and never polled again.
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Some),
        Err(_) => std::task::Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_and_not_the_end() {
        assert_eq!(unless_it_panics(async { 7 }).await, Some(7));
        let panics = unless_it_panics(async {
            tokio::task::yield_now().await;
            assert!(std::hint::black_box(false), "on purpose");
        });
        assert_eq!(panics.await, None);
    }

    #[test]
    fn a_fault_of_the_store_is_unavailability_unless_the_program_is_wrong() {
        let code = |kind| faulted(Fault::new(kind, "secret detail")).code().name;
        for kind in [FaultKind::Busy, FaultKind::Timeout, FaultKind::Unavailable] {
            assert_eq!(code(kind), "ServiceUnavailable");
        }
        assert_eq!(code(FaultKind::Broken), "InternalError");
        let error = faulted(Fault::broken("secret detail"));
        let body = rpc::failure(Format::Json, &error, "id", "host").body;
        assert!(!String::from_utf8(body).unwrap().contains("detail"));
    }
}
