//! The operator's queue, inventory, devices and accounts.

use super::{Pairs, lead_to, lifted, on_each_lane};
use crate::house::{Held, House, Plan, TENANT, Who, entry, text};
use connect::circuit::states::{CIRCUIT, own_moves, waits_for_operator};
use connect::limits::ACCESS_KEYS_PER_ACCOUNT_MAX;
use connect::machine::Actor;

#[test]
pub(crate) fn the_work_queue_shows_what_waits_oldest_first_with_the_legal_moves() {
    on_each_lane(lifted, |house| {
        let mut expected = Vec::new();
        for (index, status) in
            ["Allocation Failed", "Initial", "Allocating", "Allocated", "Confirmed", "Canceled"]
                .into_iter()
                .enumerate()
        {
            let who = if index == 1 { Who::Second } else { Who::Tenant };
            let id = house.order(who, &[("Name", "queued")]);
            if who == Who::Tenant {
                lead_to(house, &id, status);
            }
            house.advance(1);
            let state = CIRCUIT.state(status).unwrap();
            if waits_for_operator(state) {
                let moves: Vec<_> = own_moves(state, Actor::Operator).map(|row| row.trigger).collect();
                expected.push((id, who.account(), status, moves));
            }
        }
        assert_eq!(expected.len(), 4);
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(queue["TotalCount"], 4);
        let items = queue["WorkItems"]["WorkItem"].as_array().unwrap().clone();
        for (item, (id, account, status, moves)) in items.iter().zip(&expected) {
            assert_eq!(item["PhysicalConnectionId"], **id);
            assert_eq!((&item["AccountId"], &item["Status"]), (&(*account).into(), &(*status).into()));
            assert_eq!(item["Moves"]["Move"], serde_json::json!(moves));
            // What is offered can be done; the circuit then leaves its place.
            for action in moves {
                assert!(entry(action).about.actor == Actor::Operator);
            }
        }
        let pairs = [("PageSize", "3"), ("PageNumber", "2")];
        let page = house.ok(Who::Operator, "DescribeWorkQueue", &pairs);
        assert_eq!(page["WorkItems"]["WorkItem"].as_array().unwrap()[..], items[3..]);
        let only = house.ok(Who::Operator, "DescribeWorkQueue", &[("Status", "Allocating")]);
        assert_eq!(
            (only["WorkItems"]["WorkItem"].as_array().unwrap().len(), &only["TotalCount"]),
            (1, &1.into())
        );
        house.operate("RetryPhysicalConnectionAllocation", &expected[0].0);
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(
            queue["WorkItems"]["WorkItem"][3]["PhysicalConnectionId"], expected[0].0,
            "now the youngest"
        );
    });
}

#[test]
pub(crate) fn ports_are_reserved_released_broken_mended_and_taken_by_name() {
    on_each_lane(lifted, |house| {
        let port = "dev-east-1b:1/1/2";
        let state = |house: &mut House| {
            let answer = house.ok(Who::Operator, "DescribePorts", &[("DeviceId", "dev-east-1b")]);
            let ports = answer["Ports"]["Port"].as_array().unwrap().clone();
            text(ports.iter().find(|row| row["PortId"] == port).unwrap(), "State")
        };
        let why = ("Reason", "for the ministry");
        let steps: &[(&str, Pairs<'_>, &str, &[&str])] = &[
            ("ReservePort", vec![why], "reserved", &["free"]),
            ("ReleasePort", vec![], "free", &["reserved"]),
            ("SetPortState", vec![("State", "broken"), why], "broken", &["free", "reserved"]),
            ("SetPortState", vec![("State", "in service")], "free", &["broken"]),
        ];
        // From every state but `used`, every step: it leads where it says, or is refused and says why.
        for before in ["free", "reserved", "broken"] {
            for (action, pairs, to, from) in steps {
                match before {
                    "reserved" => drop(house.ok(Who::Operator, "ReservePort", &[("PortId", port), why])),
                    "broken" => {
                        let pairs = [("PortId", port), ("State", "broken"), why];
                        drop(house.ok(Who::Operator, "SetPortState", &pairs));
                    }
                    _ => {}
                }
                assert_eq!(state(house), before);
                let pairs = [&[("PortId", port)], &pairs[..]].concat();
                if from.contains(&before) {
                    house.ok(Who::Operator, action, &pairs);
                    assert_eq!(state(house), *to);
                } else {
                    let refusal = house.refused(Who::Operator, action, &pairs);
                    assert_eq!(refusal.is(), ("IncorrectStatus.Port", 400), "{action} in {before}");
                }
                match state(house).as_str() {
                    "reserved" => drop(house.ok(Who::Operator, "ReleasePort", &[("PortId", port)])),
                    "broken" => {
                        let pairs = [("PortId", port), ("State", "in service")];
                        drop(house.ok(Who::Operator, "SetPortState", &pairs));
                    }
                    _ => {}
                }
            }
        }
        for (action, pairs, _, _) in steps {
            let pairs = [&[("PortId", "nowhere")], &pairs[..]].concat();
            assert_eq!(house.refused(Who::Operator, action, &pairs).is(), ("InvalidPortId.NotFound", 404));
        }
        let silent = [("PortId", port), ("State", "broken")];
        assert_eq!(house.refused(Who::Operator, "SetPortState", &silent).is(), ("MissingParameter", 400));

        // Reserved and broken ports are passed over; a reserved one can be named.
        let fibre = [("PortType", "1000Base-LX")];
        let mut waiting: Vec<_> = (0..5).map(|_| house.order(Who::Tenant, &fibre)).collect();
        for id in &waiting {
            lead_to(house, id, "Allocating");
        }
        let mut allocate = |house: &mut House, pairs: &[(&str, &str)]| {
            let id = waiting.remove(0);
            let pairs = [&[("PhysicalConnectionId", id.as_str())], pairs].concat();
            (id.clone(), house.call(Who::Operator, "AllocatePhysicalConnection", &pairs))
        };
        house.ok(Who::Operator, "ReservePort", &[("PortId", "dev-east-1b:1/1/1"), why]);
        house.ok(Who::Operator, "SetPortState", &[("PortId", port), ("State", "broken"), why]);
        let (first, reply) = allocate(house, &[]);
        assert_eq!(text(&reply.unwrap(), "PortId"), "dev-east-1b:1/1/3");
        let (_, reply) = allocate(house, &[("PortId", "dev-east-1b:1/1/1")]);
        assert_eq!(text(&reply.unwrap(), "PortNumber"), "1/1/1");
        house.ok(Who::Operator, "SetPortState", &[("PortId", port), ("State", "in service")]);
        for (named, code, status) in [
            ("dev-east-1b:1/1/3", "Invalid.Status", 400),
            ("dev-east-1a:1/1/1", "Invalid.Status", 400),
            ("dev-east-9:1/1/1", "InvalidPortId.NotFound", 404),
        ] {
            assert_eq!(allocate(house, &[("PortId", named)]).1.unwrap_err().is(), (code, status), "{named}");
        }
        let used = [("PortId", "dev-east-1b:1/1/3"), ("State", "broken"), why];
        assert_eq!(house.refused(Who::Operator, "SetPortState", &used).is(), ("IncorrectStatus.Port", 400));
        let ports = house.ok(Who::Operator, "DescribePorts", &[("State", "used"), ("PageSize", "1")]);
        assert_eq!(ports["TotalCount"], 2);
        house.act("CancelPhysicalConnection", &first).unwrap();
        let ports =
            house.ok(Who::Operator, "DescribePorts", &[("PortType", "1000Base-LX"), ("State", "free")]);
        assert_eq!(ports["TotalCount"], 2);
    });
}

#[test]
pub(crate) fn devices_are_listed_by_access_point_and_page() {
    on_each_lane(Plan::quiet, |house| {
        let all = house.ok(Who::Operator, "DescribeDevices", &[]);
        assert_eq!(all["TotalCount"], 5);
        let devices = all["Devices"]["Device"].as_array().unwrap();
        assert_eq!(
            (&devices[0]["DeviceId"], &devices[0]["DirectEnable"]),
            (&"dev-east-1a".into(), &true.into())
        );
        let some = house.ok(Who::Operator, "DescribeDevices", &[("AccessPointId", "ap-east-1")]);
        assert_eq!(some["TotalCount"], 2);
        let page = house.ok(Who::Operator, "DescribeDevices", &[("PageSize", "2"), ("PageNumber", "3")]);
        assert_eq!(page["Devices"]["Device"].as_array().unwrap()[..], devices[4..]);
    });
}

#[test]
pub(crate) fn direct_enabling_needs_an_account_and_a_device_that_allow_it() {
    on_each_lane(lifted, |house| {
        let direct = |house: &mut House, id: &str| {
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id), ("ByPassSp", "true")];
            house.call(Who::Tenant, "EnablePhysicalConnection", &pairs)
        };
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Confirmed");
        assert_eq!(direct(house, &id).unwrap_err().is(), ("ALIUID.NOT.ALLOW.WITHOUT.SP", 400));
        allow_direct(house);
        let other = house.order(Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        lead_to(house, &other, "Confirmed");
        assert_eq!(direct(house, &other).unwrap_err().is(), ("ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP", 400));
        direct(house, &id).unwrap();
        assert_eq!(house.status(&id), "Enabled");
    });
}

/// The tenant of the tests is a founder, and founders are not allowed to; only CreateAccount can say so.
pub(super) fn allow_direct(house: &mut House) {
    let allow = |tx: &mut dyn store::Tx| {
        let args = [store::Arg::from(TENANT)];
        Ok::<_, store::Abort<()>>(tx.exec("update account set direct_enable = 1 where id = $1", &args)?)
    };
    assert_eq!(house.store.write_blocking(allow).unwrap(), 1);
}

#[test]
pub(crate) fn accounts_and_their_keys_come_and_go() {
    on_each_lane(Plan::quiet, |house| {
        let made =
            house.ok(Who::Operator, "CreateAccount", &[("AccountName", "third"), ("DirectEnable", "true")]);
        let account = text(&made, "AccountId");
        assert!(account.len() == 16 && account.starts_with('2'));
        let named = [("AccountName", "x"), ("AccountId", TENANT)];
        let refusal = house.refused(Who::Operator, "CreateAccount", &named);
        assert_eq!(refusal.is(), ("AlreadyExists.Account", 400));
        let named = [("AccountName", "fourth"), ("AccountId", "3333333333333333")];
        assert_eq!(house.ok(Who::Operator, "CreateAccount", &named)["AccountId"], "3333333333333333");
        let all = house.ok(Who::Operator, "DescribeAccounts", &[]);
        assert_eq!(all["TotalCount"], 5);
        let page = house.ok(Who::Operator, "DescribeAccounts", &[("PageSize", "2"), ("PageNumber", "3")]);
        assert_eq!(
            page["Accounts"]["Account"].as_array().unwrap()[..],
            all["Accounts"]["Account"].as_array().unwrap()[4..]
        );

        let of = [("AccountId", account.as_str())];
        let mut keys = Vec::new();
        for _ in 0..ACCESS_KEYS_PER_ACCOUNT_MAX {
            let made = house.ok(Who::Operator, "CreateAccessKey", &of);
            let (id, secret) = (text(&made, "AccessKeyId"), text(&made, "AccessKeySecret"));
            let stored = house.key(&id).unwrap();
            assert!(stored.active && !stored.operator && stored.account == account);
            assert_eq!(&*house.world.seal.open(&id, &stored.sealed).unwrap(), &secret);
            let said = format!("{:?}", house.dump()["ledger"]);
            assert!(!said.contains(&secret), "a secret is in no ledger row");
            keys.push(id);
        }
        let refusal = house.refused(Who::Operator, "CreateAccessKey", &of);
        assert_eq!(refusal.is(), ("QuotaExceeded.AccessKeys", 400));
        let nobody = [("AccountId", "9999999999999999")];
        let refusal = house.refused(Who::Operator, "CreateAccessKey", &nobody);
        assert_eq!(refusal.is(), ("InvalidAccountId.NotFound", 404));

        house.ok(Who::Operator, "DisableAccessKey", &[("TargetAccessKeyId", &keys[0])]);
        assert!(!house.key(&keys[0]).unwrap().active);
        let delete = [("TargetAccessKeyId", keys[0].as_str()), ("ClientToken", "once")];
        house.ok(Who::Operator, "DeleteAccessKey", &delete);
        assert!(house.key(&keys[0]).is_none());
        house.ok(Who::Operator, "DeleteAccessKey", &delete);
        let left = house.dump()["access_key"].iter().find(|row| row["id"].text() == keys[0]).cloned();
        assert!(
            matches!(&left.unwrap()["sealed"], Held::Bytes(bytes) if bytes.is_empty()),
            "its secret is gone"
        );
        for action in ["DisableAccessKey", "DeleteAccessKey"] {
            let refusal = house.refused(Who::Operator, action, &[("TargetAccessKeyId", &keys[0])]);
            assert_eq!(refusal.is(), ("InvalidAccessKeyId.NotFound", 404), "{action}");
        }
        let shown = house.ok(Who::Operator, "DescribeAccounts", &of);
        let shown = &shown["Accounts"]["Account"][0];
        assert_eq!(shown["AccessKeys"]["AccessKey"].as_array().unwrap().len(), keys.len() - 1);
        assert_eq!((&shown["Kind"], &shown["DirectEnable"]), (&"tenant".into(), &true.into()));
    });
}
