//! Who holds which VLAN of a circuit. The table's key is the guard: of two that take one VLAN at the same time, on
//! one node or on several, one is refused by it. It must never be asked first and written later.

use crate::action::Result;
use crate::cx::Cx;
use crate::time::Millis;
use store::{Arg, Read, ReadExt};

/// Takes a VLAN for `holder`; false where another holds it, or has it reserved still. A reservation that has run out
/// gives way.
pub(crate) fn take(cx: &mut Cx<'_>, circuit: &str, vlan: i64, holder: &str) -> Result<bool> {
    cx.tx.exec(
        "delete from vlan where circuit_id = $1 and vlan = $2 and reserved_until <= $3",
        &[Arg::from(circuit), Arg::from(vlan), Arg::from(cx.now)],
    )?;
    let written = cx.tx.exec(
        "insert into vlan (circuit_id, vlan, holder, reserved_until) values ($1, $2, $3, $4)
         on conflict (circuit_id, vlan) do nothing",
        &[Arg::from(circuit), Arg::from(vlan), Arg::from(holder), Arg::Null],
    )?;
    Ok(written == 1)
}

/// Until when a VLAN that cannot be taken is reserved; nothing where it is in use.
pub(crate) fn reserved_until(read: &mut dyn Read, circuit: &str, vlan: i64) -> Result<Option<Millis>> {
    let sql = "select reserved_until from vlan where circuit_id = $1 and vlan = $2";
    Ok(read.one(sql, &[Arg::from(circuit), Arg::from(vlan)], |row| row.maybe_int(0))?.flatten())
}

/// Gives up the VLAN that `holder` has on a circuit.
pub(crate) fn free(cx: &mut Cx<'_>, circuit: &str, holder: &str) -> Result<()> {
    cx.tx.exec(
        "delete from vlan where holder = $1 and circuit_id = $2",
        &[Arg::from(holder), Arg::from(circuit)],
    )?;
    Ok(())
}

/// Gives up every VLAN of `holder`.
pub(crate) fn free_all(cx: &mut Cx<'_>, holder: &str) -> Result<()> {
    cx.tx.exec("delete from vlan where holder = $1", &[Arg::from(holder)])?;
    Ok(())
}

/// Keeps every VLAN of `holder`, which is out of service, for it until this instant.
pub(crate) fn reserve_all(cx: &mut Cx<'_>, holder: &str, until: Millis) -> Result<()> {
    cx.tx.exec(
        "update vlan set reserved_until = $1 where holder = $2",
        &[Arg::from(until), Arg::from(holder)],
    )?;
    Ok(())
}

/// Takes a reserved VLAN into use again; false where it has gone to another.
pub(crate) fn reclaim(cx: &mut Cx<'_>, circuit: &str, vlan: i64, holder: &str) -> Result<bool> {
    let written = cx.tx.exec(
        "update vlan set reserved_until = $1 where circuit_id = $2 and vlan = $3 and holder = $4",
        &[Arg::Null, Arg::from(circuit), Arg::from(vlan), Arg::from(holder)],
    )?;
    Ok(written == 1)
}
