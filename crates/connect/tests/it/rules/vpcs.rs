//! VPCs with their routers and route tables.

use super::on_each_lane;
use crate::house::{House, Plan, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::VPCS_PER_REGION_MAX;
use serde_json::Value;

const EAST: (&str, &str) = ("RegionId", "east");

/// Makes a VPC of a tenant's, and lets it become Available.
pub(crate) fn vpc(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Value {
    let made = create(house, who, pairs);
    house.advance(1);
    made
}

fn create(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Value {
    house.ok(who, "CreateVpc", &with(pairs))
}

/// The parameters of a VPC, with others in their place or beside them.
fn with<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [EAST, ("CidrBlock", "10.0.0.0/8")];
    let usual = usual.into_iter().filter(|(name, _)| pairs.iter().all(|(other, _)| other != name));
    usual.chain(pairs.to_vec()).collect()
}

fn listed(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(who, "DescribeVpcs", &[&[EAST], pairs].concat());
    let rows = answer["Vpcs"]["Vpc"].as_array().unwrap().clone();
    assert!(answer["TotalCount"].as_i64().unwrap() >= i64::try_from(rows.len()).unwrap());
    rows
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| text(row, "VpcId")).collect()
}

#[test]
pub(crate) fn a_vpc_comes_with_a_router_and_a_route_table_and_goes_with_them() {
    on_each_lane(Plan::quiet, |house| {
        let made =
            create(house, Who::Tenant, &[("VpcName", "net"), ("Description", "d"), ("Tag.1.Key", "k")]);
        let id = text(&made, "VpcId");
        assert!(id.starts_with("vpc-"));
        let row = &listed(house, Who::Tenant, &[("VpcId", &id)])[0];
        assert_eq!(
            (&row["Status"], &row["VpcName"], &row["Description"]),
            (&"Pending".into(), &"net".into(), &"d".into())
        );
        let refusal = house.refused(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
        assert_eq!(refusal.is(), ("IncorrectVpcStatus", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Pending"));
        assert_eq!(refusal.header(NEXT_HEADER), Some("timer:FinishVpcCreation"));
        house.advance(1);
        let row = &listed(house, Who::Tenant, &[("VpcId", &id)])[0];
        assert_eq!((&row["Status"], &row["CidrBlock"]), (&"Available".into(), &"10.0.0.0/8".into()));
        assert_eq!(row["OwnerId"], 1_234_567_890_123_456_i64);
        assert_eq!(row["Tags"]["Tag"][0]["Key"], "k");
        assert_eq!(row["RouterTableIds"]["RouterTableIds"][0], made["RouteTableId"]);
        assert_eq!(
            (&row["VRouterId"], &row["ResourceGroupId"]),
            (&made["VRouterId"], &made["ResourceGroupId"])
        );
        assert_eq!((&row["EnabledIpv6"], &row["IsDefault"]), (&false.into(), &false.into()));
        let one = house.ok(Who::Tenant, "DescribeVpcAttribute", &[EAST, ("VpcId", &id)]);
        for member in
            ["VpcId", "VpcName", "Status", "CidrBlock", "VRouterId", "Description", "CreationTime", "Tags"]
        {
            assert_eq!(one[member], row[member], "{member}");
        }
        let routers =
            house.ok(Who::Tenant, "DescribeVRouters", &[EAST, ("VRouterId", &text(&made, "VRouterId"))]);
        let router = &routers["VRouters"]["VRouter"][0];
        assert_eq!(
            (&router["VpcId"], &router["RouteTableIds"]["RouteTableId"][0]),
            (&made["VpcId"], &made["RouteTableId"])
        );
        invariants::check(house);

        house.ok(Who::Tenant, "DeleteVpc", &[EAST, ("VpcId", &id)]);
        assert!(
            listed(house, Who::Tenant, &[("VpcId", &id)]).is_empty(),
            "it is gone when its deletion is answered"
        );
        for list in ["DescribeVRouters", "DescribeRouteTableList"] {
            assert_eq!(house.ok(Who::Tenant, list, &[EAST])["TotalCount"], 0);
        }
        assert_eq!(
            house.refused(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]).is(),
            ("InvalidVpcId.NotFound", 404)
        );
        let gone = house.refused(Who::Tenant, "DescribeVpcAttribute", &[EAST, ("VpcId", &id)]);
        assert_eq!(gone.is(), ("InvalidVpcId.NotFound", 404));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_prefix_is_an_allowed_one_and_nothing_is_left_of_a_refusal() {
    on_each_lane(Plan::quiet, |house| {
        let refused = |house: &mut House, pairs: &[(&str, &str)]| {
            let pairs = with(pairs);
            let refusal = house.refused(Who::Tenant, "CreateVpc", &pairs);
            (refusal.code, refusal.status, refusal.message)
        };
        for cidr in [
            "10.0.0.0",
            "10.0.0.0/7",
            "10.0.0.0/29",
            "10.1.0.0/8",
            "100.64.0.0/16",
            "100.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/8",
            "300.0.0.0/8",
            "2001:db8::/56",
            "ten",
        ] {
            let (code, status, message) = refused(house, &[("CidrBlock", cidr)]);
            assert_eq!((code, status), ("InvalidParameter", 400), "{cidr}");
            assert!(message.starts_with("Specified CIDR block is not valid"), "{cidr}: {message}");
        }
        let (code, ..) = refused(house, &[("CidrBlock", "")]);
        assert_eq!(code, "MissingParam.CidrOrCidrMask");
        for pool in ["Ipv4CidrMask", "Ipv6CidrMask", "Ipv4IpamPoolId", "Ipv6IpamPoolId"] {
            assert_eq!(refused(house, &[(pool, "24")]).0, "UnsupportedFeature.IPAM");
        }
        for (list, code) in [
            ("8.8.8.0", "InvalidParameter"),
            ("8.8.8.1/24", "InvalidParameter"),
            ("8.8.8.0/24,", "InvalidParameter"),
            ("8.0.0.0/8,9.0.0.0/8,11.0.0.0/8,12.0.0.0/8", "InvalidUserCidr.Quota"),
            ("8.0.0.0/8,100.65.0.0/16", "InvalidUserCidr.Malformed"),
        ] {
            assert_eq!(refused(house, &[("UserCidr", list)]).0, code, "{list}");
        }
        for (pairs, names) in [
            (vec![("Ipv6CidrBlock", "2001:db8::/56")], "Ipv6CidrBlock"),
            (vec![("EnableIpv6", "true"), ("Ipv6CidrBlock", "2001:db8::1/56")], "Ipv6CidrBlock"),
            (vec![("Tag.1.Key", "k"), ("Tag.2.Key", "k")], "Tag"),
        ] {
            let (code, _, message) = refused(house, &pairs);
            assert!(code == "InvalidParameter" && message.contains(names), "{message}");
        }
        for cidr in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/28"] {
            create(house, Who::Tenant, &[("CidrBlock", cidr)]);
        }
        let pairs =
            [("EnableIpv6", "true"), ("UserCidr", "8.0.0.0/8,9.0.0.0/8"), ("EnableDnsHostname", "true")];
        let six = text(&create(house, Who::Tenant, &pairs), "VpcId");
        let row = &listed(house, Who::Tenant, &[("VpcId", &six)])[0];
        assert!(text(row, "Ipv6CidrBlock").starts_with("2001:db8:"), "{row}");
        assert_eq!(row["Ipv6CidrBlocks"]["Ipv6CidrBlock"][0]["Ipv6Isp"], "BGP");
        assert_eq!(row["UserCidrs"]["UserCidr"], serde_json::json!(["8.0.0.0/8", "9.0.0.0/8"]));
        assert_eq!(row["DnsHostnameStatus"], "ENABLED");
    });
}

#[test]
pub(crate) fn vpcs_are_listed_by_what_is_asked_and_page_by_page() {
    on_each_lane(Plan::quiet, |house| {
        let mut made = Vec::new();
        for name in ["a", "b", "c"] {
            made.push(text(&vpc(house, Who::Tenant, &[("VpcName", name), ("Tag.1.Key", name)]), "VpcId"));
        }
        vpc(house, Who::Tenant, &[("EnableIpv6", "true"), ("ResourceGroupId", "rg-1")]);
        let mut find = |pairs: &[(&str, &str)]| ids(&listed(house, Who::Tenant, pairs));
        assert_eq!(find(&[("VpcName", "b")]), [made[1].clone()]);
        assert_eq!(find(&[("Tag.1.Key", "c")]), [made[2].clone()]);
        assert_eq!(find(&[("Tags.1.Key", "c"), ("Tags.1.Value", "x")]), [""; 0]);
        assert_eq!(find(&[("VpcId", &format!("{},{},vpc-none", made[2], made[0]))]), [&*made[0], &made[2]]);
        assert_eq!(find(&[("EnableIpv6", "false")]), made);
        assert_eq!(find(&[("EnableIpv6", "true")]).len(), 1);
        assert_eq!(find(&[("ResourceGroupId", "rg-1")]).len(), 1);
        assert_eq!(find(&[("IsDefault", "false")]).len(), 4);
        assert_eq!(find(&[("VpcOwnerId", "1234567890123456")]).len(), 4);
        for nothing in [
            ("VpcName", "d"),
            ("IsDefault", "true"),
            ("DhcpOptionsSetId", "dopt-1"),
            ("VpcOwnerId", "6543210987654321"),
        ] {
            assert_eq!(find(&[nothing]), [""; 0], "{nothing:?}");
        }
        assert_eq!(find(&[("PageSize", "3"), ("PageNumber", "2")]).len(), 1);
        assert_eq!(find(&[("PageSize", "3"), ("PageNumber", "3")]), [""; 0]);
        let many = ["vpc-x"; 21].join(",");
        let refusal = house.refused(Who::Tenant, "DescribeVpcs", &[EAST, ("VpcId", &many)]);
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
        assert!(listed(house, Who::Second, &[]).is_empty(), "another tenant's VPCs are not shown");
        let west = house.ok(Who::Tenant, "DescribeVpcs", &[("RegionId", "west")]);
        assert_eq!(west["TotalCount"], 0);
    });
}

#[test]
pub(crate) fn another_tenants_vpc_answers_as_one_that_does_not_exist() {
    on_each_lane(Plan::quiet, |house| {
        let made = vpc(house, Who::Tenant, &[]);
        let (id, table) = (text(&made, "VpcId"), text(&made, "RouteTableId"));
        for (action, pairs, code) in [
            ("DeleteVpc", [("VpcId", id.as_str())], "InvalidVpcId.NotFound"),
            ("DescribeVpcAttribute", [("VpcId", &id)], "InvalidVpcId.NotFound"),
            ("DescribeRouteTables", [("RouteTableId", &table)], "InvalidRouteTableId.NotFound"),
        ] {
            let theirs = house.refused(Who::Second, action, &[&[EAST], &pairs[..]].concat());
            let none = house.refused(Who::Second, action, &[EAST, (pairs[0].0, "vpc-none")]);
            assert_eq!((theirs.code, &theirs.message), (code, &none.message));
            let elsewhere = house.refused(Who::Tenant, action, &[("RegionId", "west"), pairs[0]]);
            assert_eq!((elsewhere.code, elsewhere.message), (code, none.message));
        }
        house.ok(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
    });
}

#[test]
pub(crate) fn a_region_holds_so_many_vpcs_of_an_account() {
    on_each_lane(Plan::quiet, |house| {
        for _ in 0..VPCS_PER_REGION_MAX {
            create(house, Who::Tenant, &[]);
        }
        let refusal = house.refused(Who::Tenant, "CreateVpc", &with(&[]));
        assert_eq!(refusal.is(), ("QuotaExceeded.Vpc", 400));
        create(house, Who::Tenant, &[("RegionId", "west")]);
        create(house, Who::Second, &[]);
    });
}

#[test]
pub(crate) fn a_token_makes_one_vpc_and_a_dry_run_none() {
    on_each_lane(Plan::quiet, |house| {
        let before = house.dump();
        create(house, Who::Tenant, &[("DryRun", "true"), ("ClientToken", "t")]);
        assert_eq!(house.dump(), before, "a dry run leaves nothing");
        let first = vpc(house, Who::Tenant, &[("ClientToken", "t")]);
        let before = house.dump();
        assert_eq!(create(house, Who::Tenant, &[("ClientToken", "t")]), first);
        assert_eq!(house.dump(), before);
        let refusal =
            house.refused(Who::Tenant, "CreateVpc", &with(&[("ClientToken", "t"), ("VpcName", "n")]));
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));
        let id = text(&first, "VpcId");
        let before = house.dump();
        let delete = [("VpcId", id.as_str()), ("ClientToken", "d")];
        house.ok(Who::Tenant, "DeleteVpc", &[&delete[..], &[("DryRun", "true")]].concat());
        assert_eq!(house.dump(), before);
        for _ in 0..2 {
            house.ok(Who::Tenant, "DeleteVpc", &delete);
        }
    });
}

#[test]
pub(crate) fn route_tables_are_found_by_router_and_by_id() {
    on_each_lane(Plan::quiet, |house| {
        let one = vpc(house, Who::Tenant, &[("ResourceGroupId", "rg-1")]);
        vpc(house, Who::Tenant, &[]);
        let (table, router) = (text(&one, "RouteTableId"), text(&one, "VRouterId"));
        let mut list = |pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Tenant, "DescribeRouteTableList", &[&[EAST], pairs].concat());
            let rows = answer["RouterTableList"]["RouterTableListType"].as_array().unwrap().clone();
            assert_eq!(answer["TotalCount"], rows.len());
            rows
        };
        assert_eq!(list(&[]).len(), 2);
        for pairs in [
            vec![("RouteTableId", table.as_str())],
            vec![("RouterId", &router), ("RouterType", "VRouter")],
            vec![("VpcId", one["VpcId"].as_str().unwrap())],
            vec![("ResourceGroupId", "rg-1"), ("RouteTableType", "System")],
        ] {
            let rows = list(&pairs);
            assert_eq!(rows.len(), 1, "{pairs:?}");
            assert_eq!(
                (&rows[0]["RouteTableId"], &rows[0]["RouterId"]),
                (&one["RouteTableId"], &one["VRouterId"])
            );
            assert_eq!(
                (&rows[0]["RouterType"], &rows[0]["Status"]),
                (&"VRouter".into(), &"Available".into())
            );
        }
        for pairs in [
            vec![("RouterId", router.as_str()), ("RouterType", "VBR")],
            vec![("RouteTableType", "Custom")],
            vec![("RouteTableName", "n")],
            vec![("Tag.1.Key", "k")],
            vec![("RouterType", "VBR"), ("VpcId", "vpc-none")],
            vec![("RouteTableId", "vtb-none")],
        ] {
            assert!(list(&pairs).is_empty(), "{pairs:?}");
        }
        for pairs in [[("RouteTableId", table.as_str())], [("RouterId", &router)], [("VRouterId", &router)]] {
            let answer = house.ok(Who::Tenant, "DescribeRouteTables", &pairs);
            let rows = answer["RouteTables"]["RouteTable"].as_array().unwrap();
            assert_eq!(rows.len(), 1);
            assert_eq!(
                (&rows[0]["RouteTableId"], &rows[0]["VRouterId"]),
                (&one["RouteTableId"], &one["VRouterId"])
            );
        }
        let by_name = [("RouterId", router.as_str()), ("RouteTableName", "n")];
        assert_eq!(house.ok(Who::Tenant, "DescribeRouteTables", &by_name)["TotalCount"], 0);
        for (pairs, code) in [
            (vec![EAST], "MissingParameter"),
            (vec![("RouterId", "vrt-none")], "InvalidVRouter.NotFound"),
            (vec![("VRouterId", "vrt-none")], "InvalidVRouter.NotFound"),
            (vec![("RouterId", &router), ("VRouterId", &router)], "InvalidParameter"),
            (vec![("RouteTableId", "vtb-none")], "InvalidRouteTableId.NotFound"),
            (vec![("RouteTableId", &table), ("RouterType", "VBR")], "InvalidRouteTableId.NotFound"),
        ] {
            assert_eq!(house.refused(Who::Tenant, "DescribeRouteTables", &pairs).code, code, "{pairs:?}");
        }
    });
}

#[test]
fn labels_go_on_a_vpc_and_off_with_it() {
    on_each_lane(Plan::quiet, |house| {
        let id = text(&vpc(house, Who::Tenant, &[("Tag.1.Key", "k"), ("Tag.1.Value", "v")]), "VpcId");
        let on = [EAST, ("ResourceType", "VPC"), ("ResourceId.1", &id)];
        house.ok(Who::Tenant, "TagResources", &[&on[..], &[("Tag.1.Key", "l")]].concat());
        let labels = &listed(house, Who::Tenant, &[])[0]["Tags"]["Tag"];
        assert_eq!(*labels, serde_json::json!([{"Key": "k", "Value": "v"}, {"Key": "l", "Value": ""}]));
        let shown = house.ok(Who::Tenant, "ListTagResources", &on);
        assert_eq!(shown["TagResources"]["TagResource"].as_array().unwrap().len(), 2);
        house.refused(Who::Second, "TagResources", &[&on[..], &[("Tag.1.Key", "l")]].concat());
        invariants::check(house);
        house.ok(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
        invariants::check(house);
    });
}
