//! How long each step may take before it is killed, and how many may run at once. Generous, because they only end what hangs: no test asserts a time.

use std::time::Duration;

/// Installing system packages.
pub(super) const PACKAGES: Duration = Duration::from_mins(10);
/// Comparing the format.
pub(super) const FORMAT: Duration = Duration::from_mins(2);
/// Compiling the workspace once, in any profile.
pub(super) const BUILD: Duration = Duration::from_mins(20);
/// Compiling the tests and running them on both engines.
pub(super) const TESTS: Duration = Duration::from_mins(30);
/// Compiling cargo-deny.
pub(super) const TOOL: Duration = Duration::from_mins(15);
/// Reading licences and sources of the dependencies.
pub(super) const SUPPLY: Duration = Duration::from_mins(5);
/// Fetching and unpacking the official clients.
pub(super) const INSTALL_CLIENTS: Duration = Duration::from_mins(10);
/// One official client, from its first request to its closing line.
pub(super) const CLIENT: Duration = Duration::from_mins(5);
/// Official clients that are driven at the same time: they mostly wait for what takes the product a second.
pub(super) const CLIENTS_AT_ONCE: usize = 4;
/// Making a PostgreSQL cluster or database.
pub(super) const CLUSTER: Duration = Duration::from_mins(2);
/// From the start of a server to its readiness.
pub(super) const READY: Duration = Duration::from_mins(1);
/// From the signal to the end of a server.
pub(super) const STOP: Duration = Duration::from_secs(40);
