//! Giving a prepaid circuit back: it ends as by TerminatePhysicalConnection, and what the running term has not used
//! comes back to the balance. Renewals that have not begun come back whole, as they do whenever a circuit ends.

use super::{BSS_VERSION, CODE, MESSAGE};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken};
use crate::codes;
use crate::cx::Cx;
use crate::holds;
use crate::money;
use crate::order::states::OrderStatus;
use crate::order::{Order, PREPAID, SELECT};
use crate::time::Millis;
use rpc::{Choice, Reply, Wire};
use store::{Arg, ReadExt};

/// When what is given back ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ImmediatelyRelease {
    /// At once; there is no other way.
    #[choice("1")]
    AtOnce,
}

/// Gives a prepaid circuit back: it is terminated, and what the running term has not used comes back to the balance,
/// by the millisecond and rounded down.
#[derive(Wire)]
pub struct RefundInstance {
    /// The circuit.
    instance_id: CircuitId,
    /// Whether it ends at once, which it does.
    #[wire(default = "1")]
    immediately_release: ImmediatelyRelease,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// What was given back.
#[derive(Reply)]
pub struct InstanceRefunded {
    /// Success.
    code: &'static str,
    /// A word to people.
    message: &'static str,
    /// true.
    success: bool,
    /// The order.
    data: RefundData,
}

/// The order that was paid.
#[derive(Reply)]
pub struct RefundData {
    /// Its number: the statement shows the refund under it.
    order_id: i64,
}

impl Command for RefundInstance {
    type Reply = InstanceRefunded;
    const ABOUT: About = About::tenant("RefundInstance", "bss:RefundInstance")
        .version(BSS_VERSION)
        .region(None)
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::RESOURCE_NOT_EXISTS,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INSTANCE_STATUS_NOT_ALLOW,
        &codes::FORBIDDEN_VBR_ATTACHED,
        &codes::OPERATION_FAILED_VPCONN_ATTACHED,
    ];

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<InstanceRefunded> {
        let ImmediatelyRelease::AtOnce = self.immediately_release;
        let mut circuit = Circuit::find(cx, self.instance_id.as_str(), None, &codes::RESOURCE_NOT_EXISTS)?;
        circuit.check(TERMINATE)?;
        holds::require_free(cx.tx, Self::ABOUT.name, &circuit)?;
        let Some(order) = running(cx, &circuit)?.filter(|_| circuit.charge_type == PREPAID) else {
            let sentence = format!("{} is not prepaid: nothing was paid that could come back.", circuit.id);
            return Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence));
        };
        let (Some(starts), Some(ends)) = (order.starts_at, order.ends_at) else {
            return Err(store::Fault::broken(format!("order {} bought no term", order.id)).into());
        };
        let back = unused(order.amount_minor, starts, ends, cx.now);
        money::refund(cx, &order.id, back, &format!("unused time of {}", circuit.id))?;
        circuit.step(cx, TERMINATE)?;
        let order_id = order.id.parse().unwrap_or_default();
        Ok(InstanceRefunded { code: CODE, message: MESSAGE, success: true, data: RefundData { order_id } })
    }
}

/// The move by which a circuit ends.
const TERMINATE: &str = "TerminatePhysicalConnection";

/// The paid order whose term ends when the circuit's does.
fn running(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<Option<Order>> {
    let sql = format!(
        "{} where circuit_id = $1 and status = $2 and ends_at = $3 order by id desc limit 1",
        *SELECT
    );
    let args = [
        Arg::from(&circuit.id),
        Arg::from(OrderStatus::Paid.as_str()),
        Arg::from(circuit.end_at.unwrap_or_default()),
    ];
    Ok(cx.tx.one(&sql, &args, Order::read)?)
}

/// The part of a term's price that is still to come at `now`, rounded down.
fn unused(amount_minor: i64, starts: Millis, ends: Millis, now: Millis) -> i64 {
    let whole = i128::from(ends) - i128::from(starts);
    let left = (i128::from(ends) - i128::from(now)).clamp(0, whole.max(0));
    let part = if whole > 0 { i128::from(amount_minor) * left / whole } else { 0 };
    i64::try_from(part).unwrap_or(amount_minor)
}

#[cfg(test)]
mod tests {
    use super::unused;

    #[test]
    fn what_is_unused_is_rounded_down_and_never_more_than_was_paid() {
        for (now, back) in
            [(0, 1000), (10, 1000), (11, 999), (5_010, 500), (9_999, 1), (10_010, 0), (99_999, 0)]
        {
            assert_eq!(unused(1000, 10, 10_010, now), back, "at {now}");
        }
        assert_eq!((unused(1000, 5, 5, 5), unused(0, 0, 10, 0)), (0, 0));
        assert_eq!(unused(i64::MAX, 0, i64::MAX, 0), i64::MAX);
    }
}
