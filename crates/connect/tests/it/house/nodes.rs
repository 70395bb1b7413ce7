//! Several nodes on one database, and commands for whichever of them.

use super::{House, Who, entry, params};
use connect::MIGRATIONS;
use connect::action::Prepared;
use connect::id::Seed;
use connect::perform::Order;
use std::sync::Arc;
use store::{Settings, Store};

impl House {
    /// Further stores on the same database, as other nodes have them. A store in memory is alone.
    pub(crate) fn other_nodes(&self, count: usize) -> Vec<Store> {
        let count = if self.database.is_some() { count } else { 0 };
        let open =
            |_| Store::open(&self.target, Settings { connections: 2, ..Settings::default() }, MIGRATIONS);
        (0..count).map(open).collect::<Result<_, _>>().unwrap()
    }

    /// A command with everything it needs, for whichever store is to carry it out.
    pub(crate) fn command(&mut self, who: Who, action: &str, pairs: &[(&str, &str)]) -> Order {
        let (entry, params, world) = (entry(action), params(pairs), Arc::clone(&self.world));
        let prepared = entry.prepare(&params, &|region| world.catalogue.region(region).is_some()).unwrap();
        let Prepared::Command(command) = prepared else { panic!("{action} is no command") };
        self.ordinal += 1;
        let seed = Seed::numbered(self.seed, self.ordinal - 1);
        Order {
            entry,
            command,
            params: Arc::new(params),
            caller: Arc::new(who.caller()),
            now: self.now,
            seed,
        }
    }
}
