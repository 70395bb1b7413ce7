//! No list is made by reading a whole table. Every statement that the product runs is caught on its way to the store
//! together with SQLite's plan for it, so that no SQL has to be repeated here.

mod bgp;
mod failover;
mod routers;

use crate::house::{House, Lane, Plan, TENANT, Who, order, text};
use crate::rules::groups::{enabled, router};
use crate::rules::hosted::{cut, pushed};
use crate::rules::interfaces::{Place, connected, on, vrouter};
use crate::rules::letters::{application, apply, complete, describe, file, lookup, pairs_of};
use crate::rules::routes::{route, table_of};
use crate::rules::traffic::{associate, policy, queue, rule};
use connect::world::Quotas;
use std::collections::BTreeMap;

/// Tables that a statement may read from end to end, and why that is right.
const SCANNED: &[(&str, &str)] = &[
    ("account", "the operator lists all accounts"),
    ("autopilot", "a rule for each step and account that has one: a handful"),
    ("due", "the soonest deadline is the first entry of its index"),
    ("circuit_order", "the last number of an order is the last entry of its index"),
];

/// Indexes that may be read from end to end: reading one is what the statement is for.
const WALKED: &[&str] = &["due_soonest", "circuit_order_id"];

/// Statements that must take the index made for them: a part of the text, and the index.
const MUST: &[(&str, &str)] = &[
    ("select owing from account", "PRIMARY KEY"),
    ("select answer from circuit where account = $1 and region = $2 and id in ($3) ", "circuit_id"),
    ("where id = $1", "id=?"),
    ("replay_key = ", "ledger_replay"),
    ("from circuit waiting where waiting.waiting_since is not null", "circuit_waiting"),
    ("from letter waiting join circuit", "letter_waiting"),
    ("from letter where account = ", "PRIMARY KEY"),
    ("from letter_document where account = ", "letter_document_current"),
    ("from letter_document where number = ", "letter_document_number"),
    ("from circuit_order waiting where waiting.waiting_since is not null", "circuit_order_waiting"),
    ("from circuit_order where id >= $1 and circuit_id = ", "circuit_order_of"),
    ("from circuit_order where id >= $1 and status = ", "circuit_order_status"),
    ("from circuit_order order by id desc", "circuit_order_id"),
    ("from due where account = ", "due_of"),
    ("from due where at ", "due_soonest"),
    ("and state = 'free'", "port_at"),
    ("select resource from tag", "tag_value"),
    ("region = $4)) order by name", "tag_value"),
    ("from hosted where id = ", "hosted_id"),
    ("from hosted where vbr_id = ", "hosted_router"),
    ("from hosted where parent_id = ", "hosted_on"),
    ("(hosted.account = $1 or hosted.parent_account = $2) and hosted.region = $3  and", "hosted_lent"),
    ("min(created_at) from hosted", "hosted_group"),
    ("from qos where id = ", "qos_id"),
    ("from qos_circuit where qos_id = ", "qos_circuit_of"),
    ("from qos_circuit where circuit_id = ", "PRIMARY KEY"),
    ("from qos_queue where qos_id = ", "PRIMARY KEY"),
    ("from qos_rule where queue_id = ", "qos_rule_of"),
    ("and priority = ", "qos_rule_priority"),
    ("min(created_at) from qos", "qos_group"),
    ("min(created_at) from circuit", "circuit_group"),
    ("min(created_at) from vbr", "vbr_group"),
    ("from access_key where account", "access_key_of"),
    ("movement is not null and movement > ", "posting_movement"),
    ("select line from posting", "PRIMARY KEY"),
];

/// What an account has, and giving back what was paid for.
fn money(house: &mut House) {
    house.ok(Who::Operator, "CreditAccount", &[("AccountId", TENANT), ("Amount", "1")]);
    for oldest in ["true", "false"] {
        house.ok(Who::Tenant, "DescribeAccountStatement", &[("OldestFirst", oldest)]);
    }
    let id = house.order(Who::Tenant, &[]);
    house.operate("ApprovePhysicalConnection", &id);
    house.operate("AllocatePhysicalConnection", &id);
    house.act("ConfirmPhysicalConnection", &id).unwrap();
    house.act("EnablePhysicalConnection", &id).unwrap();
    house.ok(Who::Tenant, "QueryAccountBalance", &[]);
    house.ok(Who::Tenant, "QueryOrders", &[]);
    house.ok(Who::Tenant, "QueryOrders", &[("OrderType", "New"), ("PaymentStatus", "Paid")]);
    house.ok(Who::Tenant, "QueryAvailableInstances", &[]);
    house.ok(Who::Tenant, "QueryAvailableInstances", &[("Region", "east"), ("InstanceIDs", "pc-1,pc-2")]);
    let given_back = house.ok(Who::Tenant, "RefundInstance", &[("InstanceId", &id)]);
    house.ok(Who::Tenant, "GetOrderDetail", &[("OrderId", &given_back["Data"]["OrderId"].to_string())]);
}

fn exercise(house: &mut House) {
    let pairs = [("ClientToken", "t"), ("Name", "listed"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    let id = house.order(Who::Tenant, &pairs);
    house.order(Who::Tenant, &pairs);
    let east = ("RegionId", "east");
    let lists: &[&[(&str, &str)]] = &[
        &[],
        &[("PageNumber", "3"), ("PageSize", "1")],
        &[("ResourceGroupId", "rg")],
        &[("Tags.1.Key", "k")],
        &[("Tags.1.Key", "k"), ("Tags.1.Value", "v"), ("Tags.2.Key", "x")],
    ];
    for pairs in lists {
        house.ok(Who::Tenant, "DescribePhysicalConnections", &[&[east], *pairs].concat());
    }
    let fields = crate::house::entry("DescribePhysicalConnections").fields;
    let filter = fields.iter().find(|field| field.name == "Filter").unwrap();
    let rpc::Shape::Object(inner) = filter.shape else { panic!("a filter is an object") };
    let rpc::Shape::Choice { values: keys, .. } = inner[0].shape else { panic!("its key is a word") };
    for key in *keys {
        // Some of these match, so that a page is read as well as a total.
        let matching = match key.wire {
            "PhysicalConnectionId" => id.as_str(),
            "LineOperator" => "CT",
            "Spec" => "1G and below",
            "Type" => "VPC",
            "Name" => "listed",
            "AccessPointId" => "ap-east-1",
            "Status" => "Initial",
            _ => "PhysicalConnection",
        };
        for values in [&[matching][..], &[matching, "b"], &["a", "b", matching], &["a"]] {
            let mut pairs = vec![east, ("Filter.1.Key", key.wire)];
            let names = ["Filter.1.Value.1", "Filter.1.Value.2", "Filter.1.Value.3"];
            pairs.extend(names.iter().copied().zip(values.iter().copied()));
            house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
            pairs.extend([("Filter.2.Key", "Status"), ("Filter.2.Value.1", "Initial")]);
            house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
        }
    }
    let kind = [east, ("ResourceType", "PHYSICALCONNECTION")];
    let labels: &[&[(&str, &str)]] = &[
        &[("ResourceId.1", &id)],
        &[("Tag.1.Key", "k")],
        &[("Tag.1.Key", "k"), ("Tag.1.Value", "v")],
        &[("ResourceId.1", &id), ("Tag.1.Key", "k"), ("Tag.2.Key", "l")],
    ];
    for pairs in labels {
        house.ok(Who::Tenant, "ListTagResources", &[&kind, *pairs].concat());
    }
    house.ok(Who::Tenant, "TagResources", &[&kind, labels[3]].concat());
    house.ok(Who::Tenant, "UnTagResources", &[&kind, labels[0], &[("TagKey.1", "k")]].concat());
    house.ok(Who::Tenant, "UnTagResources", &[&kind, labels[0], &[("All", "true")]].concat());
    let by_operator: &[(&str, &[(&str, &str)])] = &[
        ("DescribeWorkQueue", &[]),
        ("DescribeWorkQueue", &[("Status", "Initial")]),
        ("DescribeWorkQueue", &[("ResourceType", "ORDER")]),
        ("DescribeOrders", &[]),
        ("DescribeOrders", &[("AccountId", TENANT)]),
        ("DescribeOrders", &[("PhysicalConnectionId", "pc-1")]),
        ("DescribeOrders", &[("Status", "Unpaid")]),
        ("DescribeOrders", &[("AccountId", TENANT), ("Status", "Paid"), ("PageNumber", "2")]),
        ("DescribeOrders", &[("OrderId", "1")]),
        ("DescribePorts", &[]),
        ("DescribePorts", &[("DeviceId", "dev-east-1a")]),
        ("DescribePorts", &[("AccessPointId", "ap-east-1"), ("PortType", "1000Base-T"), ("State", "free")]),
        ("DescribePorts", &[("State", "free")]),
        ("DescribeDevices", &[]),
        ("DescribeDevices", &[("AccessPointId", "ap-east-1")]),
        ("DescribeAccounts", &[]),
        ("DescribeAccounts", &[("AccountId", TENANT)]),
        ("DescribeAutopilot", &[]),
        ("DescribeTime", &[]),
        ("CreateAccount", &[("AccountName", "n")]),
        ("SetAutopilot", &[("Step", "review"), ("Outcome", "do"), ("DelaySeconds", "5")]),
        ("AdvanceTime", &[("Seconds", "10")]),
        ("ReservePort", &[("PortId", "dev-east-2a:1/1/1"), ("Reason", "r")]),
        ("ReleasePort", &[("PortId", "dev-east-2a:1/1/1")]),
    ];
    for (action, pairs) in by_operator {
        house.ok(Who::Operator, action, pairs);
    }
    let key = house.ok(Who::Operator, "CreateAccessKey", &[("AccountId", TENANT)]);
    let key = text(&key, "AccessKeyId");
    house.key(&key).unwrap();
    house.ok(Who::Operator, "DisableAccessKey", &[("TargetAccessKeyId", &key)]);
    house.ok(Who::Operator, "DeleteAccessKey", &[("TargetAccessKeyId", &key)]);
    live(house, &id);
    money(house);
    networks(house);
    groups(house);
    hosted(house);
    traffic(house);
    let backup = house.order(Who::Tenant, &[]);
    house
        .call(Who::Tenant, "CreatePhysicalConnection", &order(&[("RedundantPhysicalConnectionId", &backup)]))
        .unwrap_err();
}

/// VPCs, and what is listed of them.
fn networks(house: &mut House) {
    let east = ("RegionId", "east");
    let made = house.ok(Who::Tenant, "CreateVpc", &[east, ("CidrBlock", "10.0.0.0/8"), ("Tag.1.Key", "k")]);
    house.advance(1);
    let (id, router, table) = (text(&made, "VpcId"), text(&made, "VRouterId"), text(&made, "RouteTableId"));
    let lists: &[(&str, &[(&str, &str)])] = &[
        ("DescribeVpcs", &[]),
        ("DescribeVpcs", &[("VpcId", &id)]),
        ("DescribeVpcs", &[("VpcName", "n"), ("EnableIpv6", "false"), ("ResourceGroupId", "rg")]),
        ("DescribeVpcs", &[("Tag.1.Key", "k"), ("Tag.1.Value", "")]),
        ("DescribeVpcAttribute", &[("VpcId", &id)]),
        ("DescribeVRouters", &[]),
        ("DescribeVRouters", &[("VRouterId", &router)]),
        ("DescribeRouteTableList", &[]),
        ("DescribeRouteTableList", &[("RouterType", "VBR")]),
        ("DescribeRouteTableList", &[("RouteTableId", &table)]),
        ("DescribeRouteTableList", &[("VpcId", &id)]),
        ("DescribeRouteTables", &[("RouterId", &router)]),
        ("DescribeRouteTables", &[("RouteTableId", &table)]),
    ];
    for (action, pairs) in lists {
        house.ok(Who::Tenant, action, &[&[east], *pairs].concat());
    }
    house.ok(Who::Tenant, "DescribeRouteTables", &[("RouterId", &router)]);
    interfaces(house, &router);
    house.call(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]).unwrap_err();
}

/// Two ends, what is listed of them, and how they connect and go.
fn interfaces(house: &mut House, router: &str) {
    let other = vrouter(house, Who::Second, "east");
    let (from, to) = (Place::of(router), Place { who: Who::Second, ..Place::of(&other) });
    let (left, right) = connected(house, from, to);
    let fields = crate::house::entry("DescribeRouterInterfaces").fields;
    let filter = fields.iter().find(|field| field.name == "Filter").unwrap();
    let rpc::Shape::Object(inner) = filter.shape else { panic!("a filter is an object") };
    let rpc::Shape::Choice { values: keys, .. } = inner[0].shape else { panic!("its key is a word") };
    for key in *keys {
        let value = if key.wire == "RouterInterfaceId" { left.as_str() } else { "1" };
        let pairs = [("RegionId", "east"), ("Filter.1.Key", key.wire), ("Filter.1.Value.1", value)];
        house.ok(Who::Tenant, "DescribeRouterInterfaces", &pairs);
    }
    house.ok(Who::Tenant, "DescribeRouterInterfaces", &[("RegionId", "east"), ("Tag.1.Key", "k")]);
    house.ok(Who::Tenant, "DescribeRouterInterfaceAttribute", &[("RegionId", "east"), ("InstanceId", &left)]);
    for cidr in ["192.168.0.0/16", "192.169.0.0/16"] {
        route(house, from, &left, cidr, &[]);
        house.advance(1);
    }
    let table = table_of(house, from);
    let by =
        [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "192.168.0.0/16"), ("NextHopId", &left)];
    house.ok(Who::Tenant, "DescribeRouteEntryList", &[("RegionId", "east"), ("RouteTableId", &table)]);
    house.ok(Who::Tenant, "DeleteRouteEntry", &by);
    on(house, from, "ModifyRouterInterfaceSpec", &left, &[("Spec", "Large.1")]);
    house.advance(1);
    on(house, to, "DeactivateRouterInterface", &right, &[]);
    house.advance(1);
    on(house, to, "DeleteRouterInterface", &right, &[]);
}

/// Labels as Express Connect has them, and groups.
fn groups(house: &mut House) {
    let circuit = enabled(house, &[("Tag.1.Key", "k"), ("ResourceGroupId", "rg-a")]);
    let vbr = router(house, &circuit, "10", &[("Tags.1.Key", "k")]);
    let east = ("RegionId", "east");
    for (kind, id) in [("PHYSICALCONNECTION", &circuit), ("VIRTUALBORDERROUTER", &vbr)] {
        let on = [east, ("ResourceType", kind), ("ResourceId.1", id)];
        house.ok(Who::Tenant, "ListTagResourcesForExpressConnect", &on[..2]);
        house.ok(Who::Tenant, "DescribeTagKeysForExpressConnect", &on);
        house.ok(Who::Tenant, "DescribeTagKeysForExpressConnect", &on[..2]);
        let change = [on[0], on[1], ("ResourceId", id), ("NewResourceGroupId", "rg-b")];
        house.ok(Who::Tenant, "ChangeResourceGroup", &change);
    }
    house.ok(Who::Tenant, "DescribeTagKeysForExpressConnect", &[east, ("Keyword", "k")]);
    house.ok(Who::Tenant, "ListResourceGroups", &[]);
    house.ok(Who::Tenant, "GetCallerIdentity", &[]);
    house.ok(Who::Tenant, "DescribeEndpoints", &[("Id", "east"), ("ServiceCode", "vpc")]);
}

/// Hosted connections: one taken and stopped, and one with a router over it.
fn hosted(house: &mut House) {
    let east = ("RegionId", "east");
    let circuit = enabled(house, &[("bandwidth", "1000")]);
    let id = cut(house, &circuit, &[("Tag.1.Key", "k")]);
    let named = [east, ("PhysicalConnectionId", id.as_str())];
    house.ok(Who::Second, "ConfirmPhysicalConnection", &named);
    let vbr = pushed(house, &circuit, "30", "50");
    house.ok(Who::Tenant, "AttachVbrToVpconn", &[east, ("VbrId", &vbr), ("VpconnId", &id)]);
    let lists: &[&[(&str, &str)]] = &[
        &[],
        &[("PhysicalConnectionId", &circuit)],
        &[("VirtualPhysicalConnectionIds.1", &id)],
        &[("Tags.1.Key", "k"), ("VlanIds.1", "30"), ("IsConfirmed", "true")],
        &[("VirtualPhysicalConnectionAliUids.1", Who::Second.account())],
        &[("VirtualPhysicalConnectionBusinessStatus", "Normal"), ("ResourceGroupId", "rg")],
    ];
    for pairs in lists {
        house.ok(Who::Tenant, "ListVirtualPhysicalConnections", &[&[east], *pairs].concat());
    }
    house.ok(Who::Second, "DeleteVirtualBorderRouter", &[east, ("VbrId", &vbr)]);
    house.ok(Who::Tenant, "TerminatePhysicalConnection", &named);
    house.ok(Who::Tenant, "RecoverPhysicalConnection", &[east, ("InstanceId", &id)]);
    house.ok(Who::Tenant, "DeletePhysicalConnection", &named);
}

/// A traffic policy's life on a circuit.
fn traffic(house: &mut House) {
    let circuit = enabled(house, &[]);
    let id = policy(house, &[("Tags.1.Key", "k"), ("ResourceGroupId", "rg-q")]);
    let one = queue(house, &id, &[("QueueType", "High")]);
    let two = rule(house, &id, &one, &[("Priority", "1")]);
    associate(house, "AddInstanceList", &id, &circuit).unwrap();
    house.now += 1000;
    house.tick();
    let of = [("RegionId", "east"), ("QosId", id.as_str()), ("QueueId", &one), ("RuleId", &two)];
    let lists: &[&[(&str, &str)]] = &[
        &[],
        &[("QosIdList.1", &id)],
        &[("QosNameList.1", "n"), ("ResourceGroupId", "rg-q")],
        &[("Tags.1.Key", "k"), ("Tags.1.Value", "")],
    ];
    for pairs in lists {
        house.ok(Who::Tenant, "DescribeExpressConnectTrafficQos", &[&of[..1], *pairs].concat());
    }
    house.ok(Who::Tenant, "DescribeExpressConnectTrafficQosQueue", &of[..2]);
    house.ok(Who::Tenant, "DescribeExpressConnectTrafficQosRule", &of[..3]);
    associate(house, "RemoveInstanceList", &id, &circuit).unwrap();
    house.now += 1000;
    house.tick();
    for (action, count) in [
        ("ModifyExpressConnectTrafficQosRule", 4),
        ("DeleteExpressConnectTrafficQosRule", 4),
        ("ModifyExpressConnectTrafficQosQueue", 3),
        ("DeleteExpressConnectTrafficQosQueue", 3),
        ("DeleteExpressConnectTrafficQos", 2),
    ] {
        house.ok(Who::Tenant, action, &of[..count]);
    }
}

/// A letter's life on an allocated circuit, up to Complete, and what a guard asks on the way.
fn letters(house: &mut House, id: &str) {
    apply(house, id, &[]);
    house.operate("RejectPhysicalConnectionLOA", id);
    house.ok(Who::Tenant, "SecondApplyPhysicalConnectionLOA", &pairs_of(&application(id, &[])));
    house.operate("ApprovePhysicalConnectionLOA", id);
    house.operate("IssuePhysicalConnectionLOA", id);
    let number = text(&house.operate("IssuePhysicalConnectionLOA", id), "LetterNumber");
    describe(house, id);
    lookup(house, &number, "code");
    file(house, &number);
    complete(house, id, &[]).unwrap();
    house.act("ConfirmPhysicalConnection", id).unwrap();
}

/// A circuit's life.
fn live(house: &mut House, id: &str) {
    // A life, with a deadline on its way and the ticker behind it.
    house.operate("ApprovePhysicalConnection", id);
    house.operate("AllocatePhysicalConnection", id);
    letters(house, id);
    for action in ["EnablePhysicalConnection", "TerminatePhysicalConnection"] {
        house.act(action, id).unwrap();
    }
    house.now += 1000;
    house.tick();
    orders(house);
    house.act("DeletePhysicalConnection", id).unwrap();
}

/// An order that waits and is paid, a renewal that is bought and begins, and one that is given back.
fn orders(house: &mut House) {
    let id = house.order(Who::Tenant, &[]);
    house.operate("ApprovePhysicalConnection", &id);
    house.operate("AllocatePhysicalConnection", &id);
    house.act("ConfirmPhysicalConnection", &id).unwrap();
    let renewing = [("RegionId", "east"), ("PhysicalConnectionId", &*id), ("AutoRenew", "true")];
    let made = house.ok(Who::Tenant, "CreatePhysicalConnectionOccupancyOrder", &renewing);
    let order_id = text(&made["Data"], "OrderId");
    house.ok(Who::Operator, "PayOrder", &[("OrderId", &order_id)]);
    house.ok(Who::Tenant, "DescribePhysicalConnectionOrderPrice", &[("PhysicalConnectionId", &id)]);
    house.advance(28 * 24 * 60 * 60 + 1);
    house.operate("RenewPhysicalConnection", &id);
    house.ok(
        Who::Tenant,
        "DescribePhysicalConnections",
        &[("RegionId", "east"), ("IncludeReservationData", "true")],
    );
    house.act("TerminatePhysicalConnection", &id).unwrap();
    let made = house.ok(Who::Tenant, "CreatePhysicalConnectionSetupOrder", &order(&[]));
    let void = [("OrderId", made["OrderId"].as_str().unwrap()), ("Reason", "r")];
    house.ok(Who::Operator, "VoidOrder", &void);
}

#[test]
fn no_statement_reads_a_whole_table() {
    let mut house =
        Plan { quotas: Quotas { routers_per_circuit: 50, ..Quotas::LIFTED }, ..Plan::quiet(Lane::Memory) }
            .build();
    let plans = house.record_plans();
    exercise(&mut house);
    routers::exercise(&mut house);
    bgp::exercise(&mut house);
    failover::exercise(&mut house);
    let plans: BTreeMap<_, _> = plans.lock().unwrap().clone();
    assert!(plans.len() > 60, "only {} statements were caught", plans.len());
    let mut whole = Vec::new();
    let mut excused = BTreeMap::new();
    for (sql, plan) in &plans {
        for line in plan.iter().filter(|line| line.contains("SCAN")) {
            let table = line.split("SCAN ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
            let through = line.split("INDEX ").nth(1);
            let walked = through.is_some_and(|index| WALKED.contains(&index));
            let small = SCANNED.iter().any(|(name, _)| *name == table)
                && (walked || !["due", "circuit_order"].contains(&table));
            if small {
                *excused.entry(table.to_owned()).or_insert(0) += 1;
            } else {
                whole.push(format!("{line}\n  of {sql}"));
            }
        }
    }
    assert!(whole.is_empty(), "read from end to end:\n{}", whole.join("\n"));
    for (table, why) in SCANNED {
        assert!(
            excused.contains_key(*table),
            "{table} is never read from end to end: {why} no longer excuses it"
        );
    }
    for (part, index) in MUST.iter().chain(routers::MUST).chain(bgp::MUST).chain(failover::MUST) {
        let mut statements =
            plans.iter().filter(|(sql, _)| sql.starts_with("select") && sql.contains(part)).peekable();
        assert!(statements.peek().is_some(), "no statement has {part}");
        for (sql, plan) in statements {
            assert!(
                plan.iter().any(|line| line.contains(index)),
                "{sql}\n  is planned {plan:?} without {index}"
            );
        }
    }
}
