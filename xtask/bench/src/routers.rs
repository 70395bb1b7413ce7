//! Row (e): what border routers cost beside circuits, on one server, in turn.

use crate::load;
use crate::process::Server;
use crate::report::Table;
use crate::rows::{Bench, CONNECTIONS, ORDER, PAGE, PAGES, REGION, ROUNDS, median};
use crate::signed::Signer;
use anyhow::{Context, Result};

/// Accounts that create, each on a circuit of its own: each has two connections.
const ACCOUNTS: usize = CONNECTIONS / 2;
/// Routers of one round; over all rounds fewer of each account than there are VLANs.
const ROUTERS: usize = 25_600;
/// Circuits and routers of the account whose pages are read.
const OWNED: usize = 100;

const CREATE: &str = "CreateVirtualBorderRouter";

impl Bench {
    /// Pages and creation of border routers, beside those of circuits.
    pub(crate) fn routers(&mut self, table: &mut Table) -> Result<()> {
        // Nothing is left to a person: circuits come with their ports, and can be enabled.
        let rules = self.folder.path().join("at-once.toml");
        std::fs::write(&rules, "")?;
        let store = format!("sqlite:{}", self.folder.path().join("routers.db").display());
        let server = Server::sandbox(&store, &rules)?;
        let owner = Signer::tenant("testak", "testsk");
        let circuit = self.enabled(&server, &owner)?;
        let accounts = self.accounts(&server, ACCOUNTS)?;
        let signers = self.keys(&server, &accounts)?;
        let circuits: Vec<String> =
            signers.iter().map(|signer| self.enabled(&server, signer)).collect::<Result<_>>()?;
        // From here on orders wait for a person, as in row (b).
        let leave = [("Step", "review"), ("Outcome", "leave")];
        self.ask(&server, &Signer::operator(), "SetAutopilot", &leave)?;
        self.router_pages(&server, &owner, &circuit, table)?;
        self.router_orders(&server, &signers, &circuits, table)?;
        server.stop()
    }

    fn router_pages(
        &mut self,
        server: &Server,
        owner: &Signer,
        circuit: &str,
        table: &mut Table,
    ) -> Result<()> {
        for vlan in 0..OWNED {
            self.ask(server, owner, CREATE, &router(circuit, &vlan.to_string()))?;
        }
        for _ in 1..OWNED {
            self.ask(server, owner, "CreatePhysicalConnection", &ORDER)?;
        }
        let (mut circuits, mut routers) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            for (action, outcomes) in [(PAGE, &mut circuits), ("DescribeVirtualBorderRouters", &mut routers)]
            {
                let load = self.requests(std::slice::from_ref(owner), PAGES, action, &[REGION]);
                outcomes.push(load::run(server.address, load)?);
            }
        }
        let what = "page of 10 of 100 border routers / of 10 of 100 circuits";
        table.cost("e", what, median(&circuits), median(&routers), None);
        Ok(())
    }

    fn router_orders(
        &mut self,
        server: &Server,
        signers: &[Signer],
        circuits: &[String],
        table: &mut Table,
    ) -> Result<()> {
        let (mut orders, mut routers) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let load = self.router_requests(signers, circuits, round);
            routers.push(load::run(server.address, load)?);
            let load = self.requests(signers, ROUTERS, "CreatePhysicalConnection", &ORDER);
            orders.push(load::run(server.address, load)?);
        }
        let what = "durable border router, 64 connections / durable order";
        table.cost("e", what, median(&orders), median(&routers), None);
        Ok(())
    }

    /// Creations with VLANs that no earlier one has.
    fn router_requests(
        &mut self,
        signers: &[Signer],
        circuits: &[String],
        round: usize,
    ) -> Vec<Vec<Vec<u8>>> {
        let share = ROUTERS / CONNECTIONS;
        (0..CONNECTIONS)
            .map(|connection| {
                let who = connection % ACCOUNTS;
                let first = (round * 2 + connection / ACCOUNTS) * share;
                (first..first + share)
                    .map(|vlan| {
                        let vlan = vlan.to_string();
                        signers[who].request(&self.nonce(), CREATE, &router(&circuits[who], &vlan))
                    })
                    .collect()
            })
            .collect()
    }

    /// A circuit of this account that carries routers.
    fn enabled(&mut self, server: &Server, signer: &Signer) -> Result<String> {
        let made = self.ask(server, signer, "CreatePhysicalConnection", &ORDER)?;
        let id = made["PhysicalConnectionId"].as_str().context("no circuit")?.to_owned();
        for action in ["ConfirmPhysicalConnection", "EnablePhysicalConnection"] {
            self.ask(server, signer, action, &[REGION, ("PhysicalConnectionId", &id)])?;
        }
        Ok(id)
    }
}

/// What one creation asks for.
fn router<'a>(circuit: &'a str, vlan: &'a str) -> [(&'a str, &'a str); 6] {
    [
        REGION,
        ("PhysicalConnectionId", circuit),
        ("VlanId", vlan),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ]
}
