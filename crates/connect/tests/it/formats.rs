//! One answer in two forms: what the JSON of a reply says, its XML says too.

use crate::house::{House, Lane, Plan, Who, order, params};
use crate::rules::interfaces::{Place, end, new_end, vrouter};
use crate::rules::letters::{application, pairs_of};
use crate::rules::routers::{EAST, new_router};
use quick_xml::Reader;
use quick_xml::events::Event;
use rpc::Format;
use serde_json::Value;
use std::collections::BTreeSet;

/// A path of names from the root, and the text at its end; in the order of the document.
type Leaves = Vec<(String, String)>;

fn of_json(value: &Value, path: &str, out: &mut Leaves) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| of_json(value, &format!("{path}/{name}"), out));
        }
        Value::Array(items) => items.iter().for_each(|item| of_json(item, path, out)),
        Value::String(text) => out.push((path.to_owned(), text.clone())),
        other => out.push((path.to_owned(), other.to_string())),
    }
}

/// The leaves of a document, and its root. An element without elements is a leaf.
fn of_xml(text: &str) -> (String, Leaves) {
    let mut reader = Reader::from_str(text);
    let (mut path, mut leaves, mut held, mut inner) =
        (Vec::<String>::new(), Leaves::new(), String::new(), false);
    loop {
        match reader.read_event().expect("the document is well formed") {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                held.clear();
                inner = false;
            }
            Event::Text(text) => held.push_str(&text),
            Event::GeneralRef(entity) => held.push(match &*entity {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                other => panic!("the entity {other}"),
            }),
            Event::End(_) => {
                if !inner {
                    leaves.push((format!("/{}", path[1..].join("/")), std::mem::take(&mut held)));
                }
                path.pop();
                inner = true;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let root = text.split("?>").nth(1).and_then(|rest| rest.split(['<', '>']).nth(1)).unwrap().to_owned();
    (root, leaves)
}

fn compare(house: &mut House, who: Who, action: &str, pairs: &[(&str, &str)]) -> Value {
    let body = house.body(who, action, &params(pairs)).unwrap();
    let answer = |format| rpc::success(format, action, &house.request_id, &body).body;
    let json: Value = serde_json::from_slice(&answer(Format::Json)).unwrap();
    let (root, leaves) = of_xml(&String::from_utf8(answer(Format::Xml)).unwrap());
    assert_eq!(root, format!("{action}Response"));
    let mut expected = Leaves::new();
    of_json(&json, "", &mut expected);
    // An object without members, or with empty lists only, is an empty element: it has a place and no text.
    let filled: Leaves =
        leaves.into_iter().filter(|leaf| expected.contains(leaf) || !leaf.1.is_empty()).collect();
    assert_eq!(filled, expected, "{action}");
    json
}

type Say<'a> = dyn FnMut(&mut House, Who, &'static str, &[(&str, &str)]) -> Value + 'a;

/// Every action on orders, with a renewal that waits.
fn orders(house: &mut House, say: &mut Say<'_>) {
    for step in ["reservation", "settling"] {
        let outcome = if step == "settling" { "leave" } else { "do" };
        house.ok(Who::Operator, "SetAutopilot", &[("Step", step), ("Outcome", outcome)]);
    }
    house.ok(Who::Operator, "SetAutopilot", &[("Step", "review"), ("Outcome", "do")]);
    let id = house.order(Who::Tenant, &[]);
    let (east, named) = (("RegionId", "east"), ("PhysicalConnectionId", id.as_str()));
    house.act("ConfirmPhysicalConnection", &id).unwrap();
    say(house, Who::Tenant, "DescribePhysicalConnectionOrderPrice", &[named]);
    let action = "CreatePhysicalConnectionOccupancyOrder";
    say(house, Who::Tenant, action, &[east, named, ("DryRun", "true")]);
    let made = say(house, Who::Tenant, action, &[east, named]);
    say(house, Who::Operator, "DescribeWorkQueue", &[("ResourceType", "ORDER")]);
    say(house, Who::Operator, "PayOrder", &[("OrderId", made["Data"]["OrderId"].as_str().unwrap())]);
    say(house, Who::Operator, "RenewPhysicalConnection", &[named]);
    let shown = [east, ("IncludeReservationData", "true")];
    say(house, Who::Tenant, "DescribePhysicalConnections", &shown);
    let made = say(house, Who::Tenant, "CreatePhysicalConnectionSetupOrder", &order(&[]));
    let void = [("OrderId", made["OrderId"].as_str().unwrap()), ("Reason", "r")];
    say(house, Who::Operator, "VoidOrder", &void);
    say(house, Who::Operator, "DescribeOrders", &[]);
}

/// The billing actions, on a circuit that is paid for.
fn billing(house: &mut House, say: &mut Say<'_>) {
    let id = house.order(Who::Tenant, &[]);
    house.act("ConfirmPhysicalConnection", &id).unwrap();
    house.act("EnablePhysicalConnection", &id).unwrap();
    say(house, Who::Tenant, "QueryAccountBalance", &[]);
    say(house, Who::Tenant, "QueryAvailableInstances", &[]);
    let listed = say(house, Who::Tenant, "QueryOrders", &[]);
    let order = listed["Data"]["OrderList"]["Order"][0]["OrderId"].as_str().unwrap();
    say(house, Who::Tenant, "GetOrderDetail", &[("OrderId", order)]);
    say(house, Who::Tenant, "RefundInstance", &[("InstanceId", &id)]);
}

/// The actions on border routers, on an enabled circuit and a further one.
fn routers(house: &mut House, say: &mut Say<'_>) {
    let [one, two] = [(); 2].map(|()| {
        let id = house.order(Who::Tenant, &[]);
        house.act("ConfirmPhysicalConnection", &id).unwrap();
        house.act("EnablePhysicalConnection", &id).unwrap();
        id
    });
    let text =
        [("Name", "a-b"), ("Description", "x < y & z"), ("Tag.1.Key", "k"), ("CircuitCode", "\"<c>\"")];
    let made = say(house, Who::Tenant, "CreateVirtualBorderRouter", &new_router(&one, &text));
    let id = crate::house::text(&made, "VbrId");
    let further = [EAST, ("VbrId", &*id), ("PhysicalConnectionId", &*two), ("VlanId", "7")];
    say(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &further);
    say(house, Who::Tenant, "ModifyVirtualBorderRouterAttribute", &[further[0], further[1], ("Mtu", "8500")]);
    let wide = [EAST, ("VirtualBorderRouterId", &*id), ("Bandwidth", "2048")];
    say(house, Who::Tenant, "UpdateVirtualBorderBandwidth", &wide);
    say(house, Who::Tenant, "DescribeVirtualBorderRouters", &[EAST]);
    let action = "DescribeVirtualBorderRoutersForPhysicalConnection";
    say(house, Who::Tenant, action, &[EAST, ("PhysicalConnectionId", &one)]);
    let off = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
    say(house, Who::Tenant, off, &further[..3]);
    for action in ["TerminateVirtualBorderRouter", "RecoverVirtualBorderRouter", "DeleteVirtualBorderRouter"]
    {
        say(house, Who::Tenant, action, &further[..2]);
        house.advance(1);
    }
}

/// The actions on VPCs, on router interfaces and on routes.
fn networks(house: &mut House, say: &mut Say<'_>) {
    let text =
        [("VpcName", "a < b"), ("Description", "x & \"y\""), ("Tag.1.Key", "k"), ("EnableIpv6", "true")];
    let vpc = [&[EAST, ("CidrBlock", "10.0.0.0/8"), ("UserCidr", "8.0.0.0/8,9.0.0.0/8")], &text[..]].concat();
    let made = say(house, Who::Tenant, "CreateVpc", &vpc);
    let value = |name: &str| made[name].as_str().unwrap().to_owned();
    let (id, router, table) = (value("VpcId"), value("VRouterId"), value("RouteTableId"));
    house.advance(1);
    let other = vrouter(house, Who::Tenant, "east");
    let (from, to) = (Place::of(&router), Place::of(&other));
    let named = [("Name", "an-end"), ("Description", "x < y & z"), ("Tag.1.Key", "k")];
    let made = say(house, Who::Tenant, "CreateRouterInterface", &new_end(from, to, "InitiatingSide", &named));
    let left = crate::house::text(&made, "RouterInterfaceId");
    let right = end(house, to, from, "AcceptingSide", &[("OppositeInterfaceId", &left)]);
    let interface = [EAST, ("RouterInterfaceId", left.as_str())];
    let changes = [&interface[..], &[("OppositeInterfaceId", right.as_str()), ("HcThreshold", "8")]].concat();
    say(house, Who::Tenant, "ModifyRouterInterfaceAttribute", &changes);
    let size = [&interface[..], &[("Spec", "Large.1")]].concat();
    say(house, Who::Tenant, "ModifyRouterInterfaceSpec", &size);
    for action in ["ConnectRouterInterface", "DeactivateRouterInterface", "ActivateRouterInterface"] {
        say(house, Who::Tenant, action, &interface);
        house.advance(1);
    }
    let to_there = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "192.168.0.0/16")];
    let by = [&to_there[..], &[("NextHopId", left.as_str())]].concat();
    let kind = [("NextHopType", "RouterInterface"), ("RouteEntryName", "<r>"), ("Description", "a & b")];
    let made = say(house, Who::Tenant, "CreateRouteEntry", &[&by[..], &kind].concat());
    let route = crate::house::text(&made, "RouteEntryId");
    house.advance(1);
    for (action, pairs) in [
        ("DescribeVpcs", vec![EAST]),
        ("DescribeVpcAttribute", vec![EAST, ("VpcId", &id)]),
        ("DescribeVRouters", vec![EAST]),
        ("DescribeRouteTables", vec![to_there[0]]),
        ("DescribeRouteTableList", vec![EAST]),
        ("DescribeRouteEntryList", vec![EAST, to_there[0]]),
        ("DescribeRouterInterfaces", vec![EAST]),
        ("DescribeRouterInterfaceAttribute", vec![EAST, ("InstanceId", &left)]),
        ("DeleteRouteEntry", vec![("RouteEntryId", &route)]),
        ("DeleteExpressConnect", interface.to_vec()),
        ("DeleteVpc", vec![("VpcId", &id)]),
    ] {
        say(house, Who::Tenant, action, &pairs);
    }
    let alone = end(house, to, Place::of("vrt-x"), "AcceptingSide", &[]);
    say(house, Who::Tenant, "DeleteRouterInterface", &[EAST, ("RouterInterfaceId", &alone)]);
}

/// Labels as Express Connect has them, and groups.
fn groups(house: &mut House, say: &mut Say<'_>) {
    let id = house.order(Who::Tenant, &[("Tag.1.Key", "k"), ("ResourceGroupId", "rg-<a>")]);
    let kind = [("RegionId", "east"), ("ResourceType", "PHYSICALCONNECTION")];
    let on = [kind[0], kind[1], ("ResourceId.1", id.as_str())];
    let label = [&on[..], &[("Tag.1.Key", "<m>")]].concat();
    say(house, Who::Tenant, "TagResourcesForExpressConnect", &label);
    say(house, Who::Tenant, "ListTagResourcesForExpressConnect", &kind);
    say(house, Who::Tenant, "DescribeTagKeysForExpressConnect", &kind);
    say(house, Who::Tenant, "UntagResourcesForExpressConnect", &on);
    say(house, Who::Tenant, "ListResourceGroups", &[]);
    let change = [kind[0], kind[1], ("ResourceId", id.as_str()), ("NewResourceGroupId", "rg-b")];
    say(house, Who::Tenant, "ChangeResourceGroup", &change);
    say(house, Who::Tenant, "GetCallerIdentity", &[]);
    say(house, Who::Tenant, "DescribeEndpoints", &[("Id", "east"), ("ServiceCode", "<vpc>")]);
    say(house, Who::Tenant, "DescribeEndpoints", &[("Id", "east"), ("ServiceCode", "vpc")]);
}

/// Hosted connections, with a router over one.
fn hosted(house: &mut House, say: &mut Say<'_>) {
    let circuit = house.order(Who::Tenant, &[("bandwidth", "1000")]);
    let east = ("RegionId", "east");
    for action in ["ConfirmPhysicalConnection", "EnablePhysicalConnection"] {
        house.act(action, &circuit).unwrap();
    }
    let wish = [
        east,
        ("PhysicalConnectionId", circuit.as_str()),
        ("OrderMode", "PayByPhysicalConnectionOwner"),
        ("Spec", "50M"),
        ("VlanId", "20"),
        ("VpconnAliUid", crate::house::SECOND),
        ("Name", "<h>"),
        ("Tag.1.Key", "k"),
    ];
    let made = say(house, Who::Tenant, "CreateVirtualPhysicalConnection", &wish);
    let id = crate::house::text(&made, "VirtualPhysicalConnection");
    let named = [east, ("InstanceId", id.as_str())];
    say(house, Who::Tenant, "UpdateVirtualPhysicalConnection", &[named[0], named[1], ("VlanId", "21")]);
    house.ok(Who::Second, "ConfirmPhysicalConnection", &[east, ("PhysicalConnectionId", &id)]);
    house.ok(Who::Tenant, "TerminatePhysicalConnection", &[east, ("PhysicalConnectionId", &id)]);
    say(house, Who::Tenant, "RecoverPhysicalConnection", &named);
    say(house, Who::Tenant, "ListVirtualPhysicalConnections", &[east]);
    let vbr = crate::rules::hosted::pushed(house, &circuit, "30", "50");
    say(house, Who::Tenant, "AttachVbrToVpconn", &[east, ("VbrId", &vbr), ("VpconnId", &id)]);
    let vbr = crate::rules::hosted::pushed(house, &circuit, "31", "50");
    say(house, Who::Tenant, "CreateVpconnFromVbr", &[east, ("VbrId", &vbr)]);
}

/// A traffic policy that holds for a circuit.
fn traffic(house: &mut House, say: &mut Say<'_>) {
    let circuit = house.order(Who::Tenant, &[]);
    let east = ("RegionId", "east");
    for action in ["ConfirmPhysicalConnection", "EnablePhysicalConnection"] {
        house.act(action, &circuit).unwrap();
    }
    let made = say(house, Who::Tenant, "CreateExpressConnectTrafficQos", &[east, ("QosName", "<q>")]);
    let of = crate::house::text(&made, "QosId");
    let of = [east, ("QosId", of.as_str())];
    let wish = [of[0], of[1], ("QueueType", "Medium"), ("BandwidthPercent", "5"), ("QueueName", "a & b")];
    let made = say(house, Who::Tenant, "CreateExpressConnectTrafficQosQueue", &wish);
    let queue = crate::house::text(&made, "QueueId");
    let queue = [of[0], of[1], ("QueueId", queue.as_str())];
    let wish =
        [queue[0], queue[1], queue[2], ("Priority", "1"), ("Protocol", "TCP"), ("DstCidr", "10.0.0.0/8")];
    let made = say(house, Who::Tenant, "CreateExpressConnectTrafficQosRule", &wish);
    let rule = crate::house::text(&made, "RuleId");
    let rule = [queue[0], queue[1], queue[2], ("RuleId", rule.as_str())];
    let add = [of[0], of[1], ("AddInstanceList.1.InstanceId", circuit.as_str())];
    say(house, Who::Tenant, "ModifyExpressConnectTrafficQos", &add);
    say(house, Who::Tenant, "DescribeExpressConnectTrafficQos", &of[..1]);
    say(house, Who::Tenant, "DescribeExpressConnectTrafficQosQueue", &of);
    say(house, Who::Tenant, "DescribeExpressConnectTrafficQosRule", &queue);
    say(house, Who::Tenant, "DescribePhysicalConnections", &[east]);
    house.advance(1);
    house.ok(
        Who::Tenant,
        "ModifyExpressConnectTrafficQos",
        &[of[0], of[1], ("RemoveInstanceList.1.InstanceId", &circuit)],
    );
    house.advance(1);
    say(house, Who::Tenant, "ModifyExpressConnectTrafficQosRule", &rule);
    say(house, Who::Tenant, "DeleteExpressConnectTrafficQosRule", &rule);
    say(house, Who::Tenant, "ModifyExpressConnectTrafficQosQueue", &queue);
    say(house, Who::Tenant, "DeleteExpressConnectTrafficQosQueue", &queue);
    say(house, Who::Tenant, "DeleteExpressConnectTrafficQos", &of);
}

/// The actions on a router's BGP.
fn bgp(house: &mut House, say: &mut Say<'_>) {
    let circuit = house.order(Who::Tenant, &[]);
    house.act("ConfirmPhysicalConnection", &circuit).unwrap();
    house.act("EnablePhysicalConnection", &circuit).unwrap();
    let router = crate::rules::routers::router(house, &circuit, &[]);
    let new = [EAST, ("RouterId", &*router), ("PeerAsn", "64600"), ("AuthKey", "<k> & \"y\"")];
    let made = say(house, Who::Tenant, "CreateBgpGroup", &new);
    let group = [EAST, ("BgpGroupId", made["BgpGroupId"].as_str().unwrap()), ("Name", "<n>")];
    house.advance(1);
    say(house, Who::Tenant, "ModifyBgpGroupAttribute", &group);
    house.advance(1);
    say(house, Who::Tenant, "DescribeBgpGroups", &group);
    let made = say(house, Who::Tenant, "CreateBgpPeer", &group);
    let peer = [EAST, ("BgpPeerId", made["BgpPeerId"].as_str().unwrap()), ("EnableBfd", "true")];
    house.advance(1);
    say(house, Who::Tenant, "ModifyBgpPeerAttribute", &peer);
    house.advance(1);
    let block = [EAST, ("RouterId", &*router), ("DstCidrBlock", "10.1.0.0/16")];
    say(house, Who::Tenant, "AddBgpNetwork", &block);
    house.advance(1);
    say(house, Who::Tenant, "DescribeBgpPeers", &group);
    say(house, Who::Tenant, "DescribeBgpNetworks", &block);
    say(house, Who::Tenant, "DeleteBgpNetwork", &block);
    say(house, Who::Tenant, "DeleteBgpPeer", &peer);
    say(house, Who::Tenant, "DeleteBgpGroup", &group);
    let other = crate::rules::routers::router(house, &circuit, &[("VlanId", "11")]);
    let pair = [EAST, ("VbrId", &*router), ("PeerVbrId", &*other), ("Name", "<n>")];
    let made = say(house, Who::Tenant, "CreateVbrHa", &pair);
    house.advance(1);
    say(house, Who::Tenant, "DescribeVbrHa", &pair);
    let named = [EAST, ("InstanceId", made["VbrHaId"].as_str().unwrap())];
    say(house, Who::Tenant, "DeleteVbrHa", &named);
    let new = crate::rules::failover_jobs::new_job(&router, &[("Name", "<n>"), ("ResourceId.2", &other)]);
    let made = say(house, Who::Tenant, "CreateFailoverTestJob", &new);
    let job = [("JobId", made["JobId"].as_str().unwrap()), ("Description", "<d>")];
    say(house, Who::Tenant, "UpdateFailoverTestJob", &job);
    say(house, Who::Tenant, "DescribeFailoverTestJobs", &[]);
    say(house, Who::Tenant, "StartFailoverTestJob", &job);
    house.advance(1);
    say(house, Who::Tenant, "DescribeFailoverTestJob", &job);
    say(house, Who::Tenant, "StopFailoverTestJob", &job);
    house.advance(1);
    say(house, Who::Tenant, "DeleteFailoverTestJob", &job);
    let grant = crate::rules::failover::granting("VBR", &router, "<cen>");
    for action in ["GrantInstanceToCen", "DescribeGrantRulesToCen", "RevokeInstanceFromCen"] {
        say(house, Who::Tenant, action, &grant);
    }
}

#[test]
fn json_and_xml_say_the_same_of_every_action() {
    let mut house = Plan::piloted(Lane::Memory).build();
    let mut seen = BTreeSet::new();
    let mut say = |house: &mut House, who, action: &'static str, pairs: &[(&str, &str)]| {
        seen.insert(crate::house::entry(action).name());
        compare(house, who, action, pairs)
    };
    let spoken = [
        ("Name", "a-b"),
        ("Description", "x < y & \"z\" > 'w' \u{754c}"),
        ("Tag.1.Key", "k"),
        ("Tag.2.Key", "l"),
    ];
    let made = say(&mut house, Who::Tenant, "CreatePhysicalConnection", &order(&spoken));
    let id = crate::house::text(&made, "PhysicalConnectionId");
    let (east, named) = (("RegionId", "east"), ("PhysicalConnectionId", id.as_str()));
    let labels = [east, ("ResourceType", "PHYSICALCONNECTION"), ("ResourceId.1", id.as_str())];
    let tenant: &[(&'static str, Vec<(&str, &str)>)] = &[
        ("DescribeRegions", vec![]),
        ("DescribeZones", vec![east]),
        ("DescribeAccessPoints", vec![east]),
        ("DescribePhysicalConnections", vec![east]),
        ("GetPhysicalConnectionServiceStatus", vec![east]),
        ("ModifyPhysicalConnectionAttribute", vec![east, named, ("bandwidth", "9")]),
        ("ListTagResources", labels.to_vec()),
        ("TagResources", [&labels[..], &[("Tag.1.Key", "m")]].concat()),
        ("UnTagResources", labels.to_vec()),
        ("ConfirmPhysicalConnection", vec![east, named]),
        ("EnablePhysicalConnection", vec![east, named]),
        ("TerminatePhysicalConnection", vec![east, named]),
    ];
    for (action, pairs) in tenant {
        say(&mut house, Who::Tenant, action, pairs);
    }
    let operator: &[(&'static str, Vec<(&str, &str)>)] = &[
        ("SetAutopilot", vec![("Step", "review"), ("Outcome", "leave")]),
        ("DescribeAutopilot", vec![]),
        ("DescribeTime", vec![]),
        ("AdvanceTime", vec![("Seconds", "5")]),
        ("DescribeDevices", vec![]),
        ("DescribePorts", vec![("PageSize", "50")]),
        ("DescribeAccounts", vec![]),
        ("CreateAccount", vec![("AccountName", "<n>")]),
        ("CreditAccount", vec![("AccountId", crate::house::TENANT), ("Amount", "1.5"), ("Note", "<n>")]),
        ("DescribeAccountStatement", vec![("AccountId", crate::house::TENANT)]),
        ("CreateAccessKey", vec![("AccountId", crate::house::TENANT)]),
        ("DisableAccessKey", vec![("TargetAccessKeyId", "testak2")]),
        ("DeleteAccessKey", vec![("TargetAccessKeyId", "testak2")]),
        ("ReservePort", vec![("PortId", "dev-east-1b:1/1/1"), ("Reason", "r")]),
        ("ReleasePort", vec![("PortId", "dev-east-1b:1/1/1")]),
        ("SetPortState", vec![("PortId", "dev-east-1b:1/1/1"), ("State", "broken"), ("Reason", "r")]),
    ];
    for (action, pairs) in operator {
        say(&mut house, Who::Operator, action, pairs);
    }
    say(&mut house, Who::Tenant, "DeletePhysicalConnection", &[east, named]);
    let second = house.order(Who::Tenant, &[]);
    let named = ("PhysicalConnectionId", second.as_str());
    let why = ("Reason", "r");
    say(&mut house, Who::Operator, "DescribeWorkQueue", &[]);
    say(&mut house, Who::Operator, "RejectPhysicalConnection", &[named, why]);
    say(&mut house, Who::Tenant, "ModifyPhysicalConnectionAttribute", &[east, named, ("Name", "again")]);
    house.ok(Who::Operator, "SetAutopilot", &[("Step", "reservation"), ("Outcome", "leave")]);
    say(&mut house, Who::Operator, "ApprovePhysicalConnection", &[named]);
    say(&mut house, Who::Operator, "FailPhysicalConnectionAllocation", &[named, why]);
    say(&mut house, Who::Operator, "RetryPhysicalConnectionAllocation", &[named]);
    say(&mut house, Who::Operator, "AllocatePhysicalConnection", &[named]);
    say(&mut house, Who::Operator, "RefusePhysicalConnectionConstruction", &[named, why]);
    house.ok(Who::Operator, "SetAutopilot", &[("Step", "letter-review"), ("Outcome", "leave")]);
    house.ok(Who::Operator, "SetAutopilot", &[("Step", "letter-issue"), ("Outcome", "leave")]);
    house.ok(Who::Operator, "SetAutopilot", &[("Step", "construction"), ("Outcome", "leave")]);
    let application = application(&second, &[]);
    let filed = pairs_of(&application);
    say(&mut house, Who::Tenant, "ApplyPhysicalConnectionLOA", &filed);
    say(&mut house, Who::Operator, "RejectPhysicalConnectionLOA", &[named, why]);
    say(&mut house, Who::Tenant, "SecondApplyPhysicalConnectionLOA", &filed);
    say(&mut house, Who::Operator, "ApprovePhysicalConnectionLOA", &[named]);
    say(&mut house, Who::Operator, "IssuePhysicalConnectionLOA", &[named]);
    say(&mut house, Who::Tenant, "CompletePhysicalConnectionLOA", &filed);
    say(&mut house, Who::Tenant, "DescribePhysicalConnectionLOA", &filed);
    say(&mut house, Who::Operator, "RevokePhysicalConnectionLOA", &[named, why]);
    let lock = [named, ("BusinessStatus", "SecurityLocked"), why];
    say(&mut house, Who::Operator, "LockPhysicalConnection", &lock);
    say(&mut house, Who::Tenant, "DescribePhysicalConnections", &[east]);
    say(&mut house, Who::Operator, "UnlockPhysicalConnection", &[named]);
    say(&mut house, Who::Operator, "AcceptPhysicalConnectionConstruction", &[named]);
    say(&mut house, Who::Tenant, "CancelPhysicalConnection", &[east, named]);
    orders(&mut house, &mut say);
    billing(&mut house, &mut say);
    routers(&mut house, &mut say);
    networks(&mut house, &mut say);
    groups(&mut house, &mut say);
    hosted(&mut house, &mut say);
    traffic(&mut house, &mut say);
    bgp(&mut house, &mut say);
    say(&mut house, Who::Operator, "ResetSandbox", &[]);
    let mut closed = Plan { outbound_service_open: false, ..Plan::quiet(Lane::Memory) }.build();
    say(&mut closed, Who::Tenant, "OpenPhysicalConnectionService", &[east]);
    let all: BTreeSet<_> = connect::ACTIONS.iter().map(connect::action::Entry::name).collect();
    assert_eq!(seen, all, "every action is compared");
}
