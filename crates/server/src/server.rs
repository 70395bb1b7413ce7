//! A server that runs: its listeners, its ticker, and how it stops. What it serves was made by `start`.

use crate::admin::Admin;
use crate::gate::Gate;
use crate::http::{Bounds, Listener};
use crate::limits::SHUTDOWN_MS;
use crate::node::Node;
use crate::ticker;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A running server. Dropping it stops nothing in order; call [`Server::stop`].
pub struct Server {
    gate: Gate,
    url: String,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    stop_admin: watch::Sender<bool>,
    requests: JoinHandle<()>,
    ticker: JoinHandle<()>,
    admin: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to answer requests for `node`. Must be called within a runtime.
    pub fn run(node: Node, requests: Listener, admin: Option<Listener>, bounds: &Bounds) -> Server {
        let node = Arc::new(node);
        let gate = Gate::new(Arc::clone(&node));
        let (stop, stopped) = watch::channel(false);
        let (stop_admin, admin_stopped) = watch::channel(false);
        let (url, address) = (requests.url(), requests.address());
        let admin_address = admin.as_ref().map(Listener::address);
        let pages = Arc::new(Admin::new(Arc::clone(&node), stopped.clone()));
        Server {
            requests: tokio::spawn(requests.serve(Arc::new(gate.clone()), bounds.clone(), stopped.clone())),
            ticker: tokio::spawn(ticker::run(node, stopped)),
            admin: admin.map(|listener| tokio::spawn(listener.serve(pages, bounds.clone(), admin_stopped))),
            gate,
            url,
            address,
            admin_address,
            stop,
            stop_admin,
        }
    }

    /// The gate, for callers in the same process.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Where requests are answered, for instance `http://127.0.0.1:8480`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the listener for requests.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the admin listener, if there is one.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Takes no more requests, finishes those under way within a limit of time, and closes the store.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let finished = timeout(Duration::from_millis(SHUTDOWN_MS), self.requests).await;
        if finished.is_err() {
            tracing::warn!("requests were still under way when the time to finish them was over");
        }
        // A tick under way is one transaction: it is committed or it is not.
        let _ = timeout(Duration::from_millis(SHUTDOWN_MS), self.ticker).await;
        self.stop_admin.send_replace(true);
        if let Some(admin) = self.admin {
            admin.abort();
        }
        let store = self.gate.node().store.clone();
        if tokio::task::spawn_blocking(move || store.close()).await.is_err() {
            tracing::error!("the store could not be closed in order");
        }
    }
}
