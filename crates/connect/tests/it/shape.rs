//! Whether a reply is what its action declares: every member there or optional, of the declared kind, and none beside
//! them. And the same of its XML form.

use connect::action::Entry;
use connect::billing::BSS_VERSION;
use rpc::{Kind, ReplyField};
use serde_json::Value;

/// Members that are left out where there is nothing to say.
const OPTIONAL: &[&str] = &[
    "StatusReason",
    "ReservationOrderType",
    "ReservationInternetChargeType",
    "ReservationActiveTime",
    "ParentPhysicalConnectionAliUid",
    "Ports.Port.PhysicalConnectionId",
    "NextDeadline",
    "VbrOwnerUid",
    "InstanceList.RenewalDuration",
    "InstanceList.RenewalDurationUnit",
    "OccupancyOrder.Data.Amount",
    "OccupancyOrder.Data.AmountMinor",
    "OccupancyOrder.Data.Currency",
    "SetupOrder.Amount",
    "SetupOrder.AmountMinor",
    "SetupOrder.Currency",
    "CreateRouterInterface.OrderId",
    "RouterInterfaceType.AccessPointId",
    "RouterInterfaceType.OppositeAccessPointId",
    "RouterInterfaceType.OppositeRouterId",
    "RouterInterfaceType.OppositeInterfaceOwnerId",
    "RouterInterfaceType.HcThreshold",
    "RouterInterfaceType.ReservationBandwidth",
    "RouterInterfaceAttribute.AccessPointId",
    "RouterInterfaceAttribute.OppositeAccessPointId",
    "RouterInterfaceAttribute.OppositeRouterId",
    "RouterInterfaceAttribute.OppositeInterfaceOwnerId",
    "RouterInterfaceAttribute.HcThreshold",
    "RouterInterfaceAttribute.ReservationBandwidth",
];

/// Checks a success body.
pub(crate) fn conforms(entry: &Entry, body: &[u8]) {
    let value: Value = serde_json::from_slice(body).expect("a body is JSON");
    object(entry.name(), entry.reply, &value);
    // Clients take a Code for a refusal, but for those of the billing product, which read Success, and for one of
    // routers, which answers 200.
    let code = value.get("Code").and_then(Value::as_str);
    let expected = (entry.about.version == BSS_VERSION).then_some("Success");
    let good = code == expected || (code == Some("200") && value["Success"] == true);
    assert!(good, "a success has no member Code at its top");
    assert!(value.get("RequestId").is_none(), "a kept body is without RequestId");
}

fn object(path: &str, fields: &[ReplyField], value: &Value) {
    let members = value.as_object().unwrap_or_else(|| panic!("{path} is no object: {value}"));
    for field in fields {
        let path = format!("{path}.{}", field.name);
        match members.get(field.name) {
            Some(value) => kind(&path, field.kind, value),
            None => {
                assert!(OPTIONAL.iter().any(|end| path.ends_with(end)), "{path} is missing in {value}");
            }
        }
    }
    for name in members.keys() {
        assert!(fields.iter().any(|field| field.name == name), "{path} has an undeclared member {name}");
    }
}

fn kind(path: &str, kind: Kind, value: &Value) {
    let right = match kind {
        Kind::Text => value.is_string(),
        Kind::Int => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Kind::Long => value.is_i64() || value.is_u64(),
        Kind::Float => value.is_number(),
        Kind::Bool => value.is_boolean(),
        Kind::Object(fields) => return object(path, fields, value),
        Kind::List(inner) => {
            let items = value.as_array().unwrap_or_else(|| panic!("{path} is no list: {value}"));
            return items.iter().for_each(|item| self::kind(path, *inner, item));
        }
    };
    assert!(right, "{path} is to be {kind:?} and is {value}");
}
