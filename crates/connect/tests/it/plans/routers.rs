//! The statements of border routers: lists by every filter, both sorts of owner, and a life.

use crate::house::{House, Who};
use crate::rules::routers::{EAST, circuit, lent, on, router};

/// Statements that must take the index made for them: a part of the text, and the index.
pub(super) const MUST: &[(&str, &str)] = &[
    ("count(*) from vbr where account = $1 and region = $2 and id in ($3) ", "vbr_id"),
    ("select answer from vbr where account = $1 and region = $2 order by serial", "PRIMARY KEY"),
    ("count(*) from vbr where account = $1 and region = $2 and status in ($3) ", "vbr_status"),
    ("from vbr where account <> circuit_account and circuit_account = $1 and region = $2 order", "vbr_lent"),
    (
        "from vbr where account <> circuit_account and circuit_account = $1 and region = $2 and name",
        "vbr_lent",
    ),
    (
        "from vbr where account <> circuit_account and circuit_account = $1 and region = $2 and id in ($3)",
        "vbr_id",
    ),
    ("from vbr where circuit_id = $1 order", "vbr_on"),
    ("from vbr where circuit_id = $1 and name", "vbr_on"),
    ("from vbr where circuit_id = $1 and account = circuit_account", "vbr_on"),
    ("from vbr where circuit_account = $1 and status = 'unconfirmed'", "vbr_unconfirmed"),
    ("select vbr_id from vbr_association where ", "vbr_association_on"),
    ("from vbr_association where vbr_id = ", "PRIMARY KEY"),
    ("count(*) from vbr_association where circuit_id = ", "vbr_association_on"),
];

fn lists(house: &mut House, circuit: &str, vbr: &str) {
    let by_label: &[&[(&str, &str)]] = &[
        &[],
        &[("PageNumber", "2"), ("PageSize", "1")],
        &[("ResourceGroupId", "rg-default")],
        &[("Tag.1.Key", "k")],
        &[("Tag.1.Key", "k"), ("Tag.1.Value", "v"), ("Tag.2.Key", "x")],
    ];
    let cross = ("IncludeCrossAccountVbr", "true");
    for pairs in by_label {
        house.ok(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST], *pairs].concat());
        house.ok(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST, cross], *pairs].concat());
    }
    let filters = [
        ("PhysicalConnectionId", circuit),
        ("VbrId", vbr),
        ("Status", "active"),
        ("Name", "edge"),
        ("AccessPointId", "ap-east-1"),
        ("eccId", "ecc"),
        ("type", "pconnVBR"),
    ];
    let on_circuit = [EAST, ("PhysicalConnectionId", circuit)];
    for (key, matching) in filters {
        for values in [&[matching][..], &[matching, "b"], &["a", "b", matching], &["a"]] {
            let mut pairs = vec![("Filter.1.Key", key)];
            let names = ["Filter.1.Value.1", "Filter.1.Value.2", "Filter.1.Value.3"];
            pairs.extend(names.iter().copied().zip(values.iter().copied()));
            for pairs in [
                pairs.clone(),
                [&pairs[..], &[("Filter.2.Key", "Status"), ("Filter.2.Value.1", "active")]].concat(),
            ] {
                house.ok(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST], &pairs[..]].concat());
                house.ok(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST, cross], &pairs[..]].concat());
                let action = "DescribeVirtualBorderRoutersForPhysicalConnection";
                house.ok(Who::Tenant, action, &[&on_circuit, &pairs[..]].concat());
            }
        }
    }
}

/// Runs every statement that routers have.
pub(super) fn exercise(house: &mut House) {
    let (one, two) = (circuit(house), circuit(house));
    let more = [("ClientToken", "t"), ("Name", "edge"), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
    let id = router(house, &one, &more);
    assert_eq!(router(house, &one, &more), id, "answered again");
    let link = [("PhysicalConnectionId", &*two), ("VlanId", "20"), ("ClientToken", "t")];
    let act = |house: &mut House, action, more: &[(&str, &str)]| {
        on(house, Who::Tenant, action, &id, more).unwrap();
    };
    act(house, "AssociatePhysicalConnectionToVirtualBorderRouter", &link);
    act(house, "AssociatePhysicalConnectionToVirtualBorderRouter", &link);
    let other = router(house, &two, &[]);
    lent(house, &one, "11");
    lists(house, &one, &id);
    lists(house, &two, &other);
    let kind = [EAST, ("ResourceType", "VIRTUALBORDERROUTER")];
    for more in [&[("ResourceId.1", &*id)][..], &[("Tag.1.Key", "k")]] {
        house.ok(Who::Tenant, "ListTagResources", &[&kind, more].concat());
    }
    house.ok(
        Who::Tenant,
        "TagResources",
        &[&kind, &[("ResourceId.1", &*id), ("Tag.1.Key", "k")][..]].concat(),
    );
    act(house, "ModifyVirtualBorderRouterAttribute", &[("VlanId", "21")]);
    act(house, "UpdateVirtualBorderBandwidth", &[("Bandwidth", "50")]);
    house.operate("LockPhysicalConnection", &one);
    house.operate("UnlockPhysicalConnection", &one);
    for action in ["TerminatePhysicalConnection", "DeletePhysicalConnection"] {
        house.act(action, &one).unwrap_err();
    }
    act(house, "TerminateVirtualBorderRouter", &[]);
    house.now += 1000;
    house.tick();
    act(house, "RecoverVirtualBorderRouter", &[]);
    house.now += 1000;
    house.tick();
    act(house, "UnassociatePhysicalConnectionFromVirtualBorderRouter", &link[..1]);
    act(house, "DeleteVirtualBorderRouter", &[]);
}
