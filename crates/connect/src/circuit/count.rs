//! How many circuits an account has, by status and access point, without counting rows. The counters are kept by
//! block of serial numbers, so that a deep page can be reached by adding blocks up instead of skipping rows.

use super::Circuit;
use super::states::{AT_ACCESS_POINT, NOT_ENABLED, Status};
use crate::action::Result;
use crate::cx::Cx;
use crate::limits::COUNT_BLOCK;
use store::{Arg, Fault, Read};

/// The block that a serial number falls into.
pub(crate) fn block(serial: i64) -> i64 {
    serial.div_euclid(COUNT_BLOCK)
}

/// Moves the counter of `status` by `by`; a counter that reaches nought is removed.
pub(super) fn add(cx: &mut Cx<'_>, circuit: &Circuit, status: Status, by: i64) -> Result<()> {
    let key = [
        Arg::from(&circuit.account),
        Arg::from(&circuit.region),
        Arg::from(block(circuit.serial)),
        Arg::from(status.as_str()),
        Arg::from(&circuit.access_point_id),
    ];
    let mut left = 0;
    let mut args = key.to_vec();
    args.push(Arg::from(by));
    cx.tx.each(
        "insert into circuit_count (account, region, block, status, access_point_id, n)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (account, region, block, status, access_point_id)
         do update set n = circuit_count.n + excluded.n returning n",
        &args,
        &mut |row| {
            left = row.int(0)?;
            Ok(())
        },
    )?;
    if left < 0 {
        return Err(Fault::broken(format!(
            "fewer than no circuits of {} in {}",
            circuit.account,
            status.as_str()
        ))
        .into());
    }
    if left == 0 {
        cx.tx.exec(
            "delete from circuit_count where account = $1 and region = $2 and block = $3 and status = $4
             and access_point_id = $5",
            &key,
        )?;
    }
    Ok(())
}

/// What the two quotas count.
pub(super) struct Held {
    /// Circuits of the account that are not enabled yet.
    pub(super) not_enabled: i64,
    /// Circuits of the account that hold or await a port at the access point.
    pub(super) at_access_point: i64,
}

/// The account's circuits that count towards its quotas.
pub(super) fn held(cx: &mut Cx<'_>, access_point_id: &str) -> Result<Held> {
    let mut held = Held { not_enabled: 0, at_access_point: 0 };
    cx.tx.each(
        "select status, access_point_id, n from circuit_count where account = $1",
        &[Arg::from(&cx.account)],
        &mut |row| {
            let (status, n) = (row.text(0)?, row.int(2)?);
            let among = |list: &[Status]| list.iter().any(|member| member.as_str() == status);
            if among(NOT_ENABLED) {
                held.not_enabled += n;
            }
            if row.text(1)? == access_point_id && among(AT_ACCESS_POINT) {
                held.at_access_point += n;
            }
            Ok(())
        },
    )?;
    Ok(held)
}

/// Where a page begins: skip the first `offset` rows at or after serial `from`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) total: i64,
    pub(super) from: i64,
    pub(super) offset: i64,
}

/// The total of a list and the place of its row number `skip`, where counters know both: `counts` tells which
/// counters, by status and access point, belong to the list.
pub(super) fn place(
    read: &mut dyn Read,
    account: &str,
    region: &str,
    skip: i64,
    counts: impl Fn(&str, &str) -> bool,
) -> Result<Place> {
    let mut place = Place { total: 0, from: 0, offset: skip };
    let (mut block, mut in_block, mut found) = (0, 0, false);
    read.each(
        "select block, status, access_point_id, n from circuit_count where account = $1 and region = $2
         order by block",
        &[Arg::from(account), Arg::from(region)],
        &mut |row| {
            let next = row.int(0)?;
            if next != block {
                found = found || place.ends_in(block, in_block);
                (block, in_block) = (next, 0);
            }
            if counts(row.text(1)?, row.text(2)?) {
                let n = row.int(3)?;
                in_block += n;
                place.total += n;
            }
            Ok(())
        },
    )?;
    if !found {
        place.ends_in(block, in_block);
    }
    Ok(place)
}

impl Place {
    /// Steps over `block` if the page begins after it; tells whether it begins inside.
    fn ends_in(&mut self, block: i64, in_block: i64) -> bool {
        if self.offset < in_block {
            return true;
        }
        self.offset -= in_block;
        self.from = (block + 1) * COUNT_BLOCK;
        false
    }
}
