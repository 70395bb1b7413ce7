//! The listener for those who run the server: alive, ready, metrics. It has no keys, so it must never tell or do
//! anything about a tenant, and it listens on loopback unless told otherwise.

use crate::codes::{NOT_READY, PAGE_UNKNOWN};
use crate::http::Service;
use crate::limits::READY_MS;
use crate::node::Node;
use crate::seeds;
use bytes::Bytes;
use connect::id::Ids;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use rpc::{Code, Error, Format, gateway};
use std::sync::Arc;
use std::time::Duration;
use store::Abort;
use tokio::sync::watch;
use tokio::time::timeout;

const JSON: &str = "application/json;charset=utf-8";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The pages of the admin listener.
pub struct Admin {
    node: Arc<Node>,
    stop: watch::Receiver<bool>,
}

impl Admin {
    /// Pages about `node`; it is not ready once `stop` says true.
    pub fn new(node: Arc<Node>, stop: watch::Receiver<bool>) -> Admin {
        Admin { node, stop }
    }

    /// Whether a request would be answered: the server is not stopping and its store reads.
    async fn ready(&self) -> bool {
        let read = self.node.store.read(|read| connect::timer::next(read).map_err(Abort::<Error>::Fault));
        !*self.stop.borrow() && matches!(timeout(Duration::from_millis(READY_MS), read).await, Ok(Ok(_)))
    }
}

impl Service for Admin {
    async fn answer(&self, parts: &Parts, _body: &[u8]) -> Response<Full<Bytes>> {
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return self.refuse(Some(parts), &gateway::UNSUPPORTED_HTTP_METHOD);
        }
        match parts.uri.path() {
            "/healthz" => page(JSON, "{\"Status\":\"alive\"}".into()),
            "/readyz" if self.ready().await => page(JSON, "{\"Status\":\"ready\"}".into()),
            "/readyz" => self.refuse(Some(parts), &NOT_READY),
            "/metrics" => page(OPEN_METRICS, self.node.metrics_page().into()),
            _ => self.refuse(Some(parts), &PAGE_UNKNOWN),
        }
    }

    fn refuse(&self, parts: Option<&Parts>, code: &'static Code) -> Response<Full<Bytes>> {
        // Not from the node's seeds: a look at a page must not shift the identifiers of requests.
        let request_id = Ids::new(seeds::chance()).request();
        let host = parts.map(rpc::host_of).unwrap_or_default();
        let refusal = rpc::failure(Format::Json, &Error::new(code), &request_id, host);
        let mut response = page(JSON, refusal.body.into());
        *response.status_mut() =
            StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
    }
}

fn page(content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
