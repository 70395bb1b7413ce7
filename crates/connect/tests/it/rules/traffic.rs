//! Traffic policies: queues, rules, and the circuits they hold for.

use super::groups::enabled;
use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Refusal, Who, text};
use crate::invariants::check;
use connect::limits::{QOS_CIRCUITS_MAX, QOS_POLICIES_MAX, QOS_QUEUES_MAX, QOS_RULES_MAX};
use serde_json::{Value, json};

const EAST: (&str, &str) = ("RegionId", "east");
const NO_POLICY: (&str, u16) = ("IllegalParam.QosId", 400);
const NO_QUEUE: (&str, u16) = ("IllegalParam.QueueId", 400);
const INVALID: (&str, u16) = ("InvalidParameter", 400);
const BUSY: (&str, u16) = ("IncorrectStatus.Qos", 400);

/// Parameters.
type Given<'a> = &'a [(&'a str, &'a str)];

/// An action on traffic policies by the end of its name.
fn act(house: &mut House, who: Who, verb: &str, on: &str, pairs: Given<'_>) -> Result<Value, Refusal> {
    let action: &'static str = crate::house::entry(&format!("{verb}ExpressConnectTrafficQos{on}")).name();
    house.call(who, action, &[&[EAST], pairs].concat())
}

/// The same, which must be refused and leave everything as it was.
fn refused(house: &mut House, verb: &str, on: &str, pairs: Given<'_>) -> (&'static str, u16) {
    let action: &'static str = crate::house::entry(&format!("{verb}ExpressConnectTrafficQos{on}")).name();
    house.refused(Who::Tenant, action, &[&[EAST], pairs].concat()).is()
}

pub(crate) fn policy(house: &mut House, pairs: Given<'_>) -> String {
    text(&act(house, Who::Tenant, "Create", "", pairs).unwrap(), "QosId")
}

pub(crate) fn queue(house: &mut House, qos: &str, pairs: Given<'_>) -> String {
    let made = act(house, Who::Tenant, "Create", "Queue", &[&[("QosId", qos)], pairs].concat()).unwrap();
    assert_eq!(made["QosId"], qos);
    text(&made, "QueueId")
}

pub(crate) fn rule(house: &mut House, qos: &str, queue: &str, pairs: Given<'_>) -> String {
    let of = [("QosId", qos), ("QueueId", queue), ("Protocol", "TCP")];
    let made = act(house, Who::Tenant, "Create", "Rule", &[&of, pairs].concat()).unwrap();
    assert_eq!((&made["QosId"], &made["QueueId"]), (&json!(qos), &json!(queue)));
    text(&made, "RuleId")
}

/// Makes a policy hold for a circuit, or no more.
pub(crate) fn associate(house: &mut House, list: &str, qos: &str, circuit: &str) -> Result<Value, Refusal> {
    let (id, kind) = (format!("{list}.1.InstanceId"), format!("{list}.1.InstanceType"));
    let pairs = [("QosId", qos), (id.as_str(), circuit), (kind.as_str(), "PHYSICALCONNECTION")];
    act(house, Who::Tenant, "Modify", "", &pairs)
}

fn policies(house: &mut House, who: Who, pairs: Given<'_>) -> Vec<Value> {
    let answer = act(house, who, "Describe", "", pairs).unwrap();
    let list = answer["QosList"].as_array().unwrap().clone();
    assert_eq!(answer["Count"], list.len().to_string());
    list
}

fn show(house: &mut House, id: &str) -> Value {
    let list = policies(house, Who::Tenant, &[("QosIdList.1", id)]);
    assert_eq!(list.len(), 1, "{id}");
    list[0].clone()
}

fn ids(list: &[Value], name: &str) -> Vec<String> {
    list.iter().map(|row| text(row, name)).collect()
}

#[test]
pub(crate) fn a_policy_is_made_filled_changed_and_emptied() {
    on_each_lane(lifted, |house| {
        let named =
            [("QosName", "voice first"), ("QosDescription", "calls before copies"), ("Tags.1.Key", "k")];
        let id = policy(house, &named);
        let made = json!({
            "QosId": id, "QosName": "voice first", "QosDescription": "calls before copies", "Status": "Normal",
            "Progressing": 100, "ResourceGroupId": "rg-default", "AssociatedInstanceList": [], "QueueList": [],
            "Tags": [{"Key": "k", "Value": ""}],
        });
        assert_eq!(show(house, &id), made);
        let medium = [("QueueType", "Medium"), ("BandwidthPercent", "60"), ("QueueName", "copies")];
        let medium = queue(house, &id, &medium);
        house.now += 1000;
        let high = queue(house, &id, &[("QueueType", "High"), ("QueueDescription", "calls")]);
        let shown = show(house, &id)["QueueList"].clone();
        assert_eq!(
            shown[0],
            json!({
                "QosId": id, "QueueId": medium, "QueueName": "copies", "QueueDescription": "",
                "QueueType": "Medium", "BandwidthPercent": "60", "Status": "Normal",
            })
        );
        assert_eq!((&shown[1]["QueueId"], &shown[1]["BandwidthPercent"]), (&json!(high), &json!("")));
        let of = [("QosId", id.as_str()), ("QueueId", medium.as_str())];
        let given =
            [("Priority", "1"), ("SrcCidr", "10.0.0.0/8"), ("DstPortRange", "80/443"), ("MatchDscp", "46")];
        let one = rule(house, &id, &medium, &given);
        let rules = act(house, Who::Tenant, "Describe", "Rule", &of).unwrap()["RuleList"].clone();
        let whole = json!({
            "QosId": id, "QueueId": medium, "RuleId": one, "RuleName": "", "RuleDescription": "", "Priority": 1,
            "Protocol": "TCP", "SrcCidr": "10.0.0.0/8", "DstCidr": "", "SrcIPv6Cidr": "", "DstIPv6Cidr": "",
            "SrcPortRange": "", "DstPortRange": "80/443", "MatchDscp": 46, "RemarkingDscp": -1, "Status": "Normal",
        });
        assert_eq!(rules, json!([whole]));
        check(house);

        // A change leaves what it does not name, and clears what is empty.
        let change =
            [of[0], of[1], ("RuleId", &*one), ("Priority", "9000"), ("SrcCidr", ""), ("RuleName", "web")];
        act(house, Who::Tenant, "Modify", "Rule", &change).unwrap();
        let six = [of[0], of[1], ("RuleId", &*one), ("DstIPv6Cidr", "2001:db8::/32"), ("RemarkingDscp", "0")];
        act(house, Who::Tenant, "Modify", "Rule", &six).unwrap();
        let queues = act(house, Who::Tenant, "Describe", "Queue", &of[..1]).unwrap()["QueueList"].clone();
        let changed = &queues[0]["RuleList"][0];
        for (name, value) in [
            ("Priority", json!(9000)),
            ("SrcCidr", json!("")),
            ("DstIPv6Cidr", json!("2001:db8::/32")),
            ("RuleName", json!("web")),
            ("RemarkingDscp", json!(0)),
            ("MatchDscp", json!(46)),
            ("DstPortRange", json!("80/443")),
        ] {
            assert_eq!(changed[name], value, "{name}");
        }
        assert_eq!(queues[1]["RuleList"], json!([]));
        let share = [of[0], of[1], ("BandwidthPercent", "100"), ("QueueName", "")];
        act(house, Who::Tenant, "Modify", "Queue", &share).unwrap();
        let first = show(house, &id)["QueueList"][0].clone();
        assert_eq!((&first["BandwidthPercent"], &first["QueueName"]), (&json!("100"), &json!("")));
        let rename = [of[0], ("QosName", "other"), ("QosDescription", "")];
        act(house, Who::Tenant, "Modify", "", &rename).unwrap();
        let shown = show(house, &id);
        assert_eq!((&shown["QosName"], &shown["QosDescription"]), (&json!("other"), &json!("")));
        check(house);

        // It is emptied from below.
        assert_eq!(refused(house, "Delete", "Queue", &of), ("Forbidden.QosRuleExists", 400));
        assert_eq!(refused(house, "Delete", "", &of[..1]), ("Forbidden.QosQueueExists", 400));
        act(house, Who::Tenant, "Delete", "Rule", &[of[0], of[1], ("RuleId", &one)]).unwrap();
        for queue in [&medium, &high] {
            act(house, Who::Tenant, "Delete", "Queue", &[of[0], ("QueueId", queue)]).unwrap();
        }
        act(house, Who::Tenant, "Delete", "", &of[..1]).unwrap();
        assert_eq!(refused(house, "Delete", "", &of[..1]), NO_POLICY);
        assert!(policies(house, Who::Tenant, &[]).is_empty() && house.dump()["tag"].is_empty());
        check(house);
    });
}

#[test]
pub(crate) fn a_change_takes_a_moment_to_reach_the_circuits() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        let id = policy(house, &[]);
        let one = queue(house, &id, &[("QueueType", "High")]);
        let two = rule(house, &id, &one, &[("Priority", "7")]);
        associate(house, "AddInstanceList", &id, &circuit).unwrap();
        let shown = show(house, &id);
        let instance = json!({
            "InstanceId": circuit, "InstanceType": "PHYSICALCONNECTION", "InstanceStatus": "Configuring",
            "InstanceProgressing": 0,
        });
        assert_eq!(
            (&shown["Status"], &shown["AssociatedInstanceList"]),
            (&json!("Configuring"), &json!([instance]))
        );
        assert_eq!(shown["QueueList"][0]["Status"], "Configuring");
        assert_eq!(house.field(&circuit, "QosId"), id);
        check(house);

        // Nothing else is taken meanwhile, and the refusal says until when.
        let of = [("QosId", id.as_str()), ("QueueId", one.as_str()), ("RuleId", two.as_str())];
        let rule_of = [of[0], of[1], ("Priority", "8"), ("Protocol", "UDP")];
        for (verb, on, pairs) in [
            ("Modify", "", &of[..1]),
            ("Create", "Queue", &[of[0], ("QueueType", "Default")]),
            ("Modify", "Queue", &of[..2]),
            ("Delete", "Queue", &of[..2]),
            ("Create", "Rule", &rule_of),
            ("Modify", "Rule", &of),
            ("Delete", "Rule", &of),
        ] {
            assert_eq!(refused(house, verb, on, pairs), BUSY, "{verb} {on}");
        }
        let busy = act(house, Who::Tenant, "Delete", "Rule", &of).unwrap_err();
        assert_eq!(busy.header("x-crossconnect-state"), Some("Configuring"));
        assert!(busy.header("x-crossconnect-next").unwrap().contains("timer:FinishTrafficConfiguration"));
        house.now += 500;
        assert_eq!((house.tick(), &show(house, &id)["Progressing"]), (0, &json!(50)));
        house.now += 500;
        assert_eq!((house.tick(), &show(house, &id)["Status"]), (1, &json!("Normal")));
        check(house);

        // Every change of a policy that holds for a circuit does so.
        for (verb, on, pairs) in [
            ("Modify", "", &[of[0], ("QosName", "n")][..]),
            ("Create", "Queue", &[of[0], ("QueueType", "Default")]),
            ("Modify", "Queue", &[of[0], of[1], ("QueueName", "n")]),
            ("Create", "Rule", &rule_of),
            ("Modify", "Rule", &[of[0], of[1], of[2], ("RuleName", "n")]),
            ("Delete", "Rule", &of),
        ] {
            act(house, Who::Tenant, verb, on, pairs).unwrap();
            assert_eq!(show(house, &id)["Status"], "Configuring", "{verb} {on}");
            house.now += 1000;
            assert_eq!(house.tick(), 1);
        }
        assert_eq!(refused(house, "Delete", "", &of[..1]), ("Forbidden.QosAssociated", 400));
        associate(house, "RemoveInstanceList", &id, &circuit).unwrap();
        let shown = show(house, &id);
        assert_eq!((&shown["Status"], &shown["AssociatedInstanceList"]), (&json!("Configuring"), &json!([])));
        assert_eq!(house.field(&circuit, "QosId"), "");
        check(house);
    });
}

#[test]
pub(crate) fn a_policy_holds_for_circuits_in_service_that_have_no_other() {
    on_each_lane(lifted, |house| {
        let (one, two) = (policy(house, &[]), policy(house, &[]));
        let circuit = enabled(house, &[]);
        let waiting = house.order(Who::Tenant, &[]);
        let foreign = house.order(Who::Second, &[]);
        let locked = enabled(house, &[]);
        let lock =
            [("PhysicalConnectionId", &*locked), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        let bad = ("IllegalParam.InstanceId", 400);
        for id in ["pc-unknown", &foreign, &waiting, &locked] {
            let refusal = associate(house, "AddInstanceList", &one, id).unwrap_err();
            assert_eq!(refusal.is(), bad, "{id}");
        }
        assert_eq!(associate(house, "RemoveInstanceList", &one, &circuit).unwrap_err().is(), bad);
        associate(house, "AddInstanceList", &one, &circuit).unwrap();
        house.advance(1);
        for policy in [&one, &two] {
            let refusal = associate(house, "AddInstanceList", policy, &circuit).unwrap_err();
            assert_eq!(refusal.is(), bad);
            assert!(refusal.message.contains(&one), "{}", refusal.message);
        }
        assert_eq!(associate(house, "RemoveInstanceList", &two, &circuit).unwrap_err().is(), bad);
        // From one to the other in two changes; and in one, where it is the same policy.
        associate(house, "RemoveInstanceList", &one, &circuit).unwrap();
        associate(house, "AddInstanceList", &two, &circuit).unwrap();
        house.advance(1);
        let again = [
            ("QosId", two.as_str()),
            ("RemoveInstanceList.1.InstanceId", &circuit),
            ("AddInstanceList.1.InstanceId", &circuit),
        ];
        act(house, Who::Tenant, "Modify", "", &again).unwrap();
        assert_eq!(house.field(&circuit, "QosId"), two);
        check(house);
        // A circuit that goes out of service leaves its policy.
        lead_to(house, &circuit, "Terminated");
        assert_eq!(house.field(&circuit, "QosId"), "");
        assert_eq!(show(house, &two)["AssociatedInstanceList"], json!([]));
        check(house);

        // A policy holds for so many and no more.
        let many: Vec<_> = (0..=QOS_CIRCUITS_MAX).map(|_| enabled(house, &[])).collect();
        let names: Vec<_> = (1..=many.len()).map(|at| format!("AddInstanceList.{at}.InstanceId")).collect();
        let mut pairs = vec![("QosId", one.as_str())];
        pairs.extend(names.iter().map(String::as_str).zip(many.iter().map(String::as_str)));
        assert_eq!(refused(house, "Modify", "", &pairs), bad);
        pairs.pop();
        act(house, Who::Tenant, "Modify", "", &pairs).unwrap();
        check(house);
    });
}

#[test]
pub(crate) fn what_a_policy_cannot_hold_is_refused_and_leaves_nothing() {
    on_each_lane(lifted, |house| {
        let id = policy(house, &[]);
        let medium = queue(house, &id, &[("QueueType", "Medium"), ("BandwidthPercent", "60")]);
        let rest = queue(house, &id, &[("QueueType", "Default")]);
        let of = ("QosId", id.as_str());
        let twice = [("Tags.1.Key", "a"), ("Tags.2.Key", "a")];
        assert_eq!(refused(house, "Create", "", &twice), INVALID);
        let queues: &[(Given<'_>, (&str, u16))] = &[
            (&[of, ("QueueType", "Medium")], ("MissingParameter", 400)),
            (&[of, ("QueueType", "Medium"), ("BandwidthPercent", "41")], INVALID),
            (&[of, ("QueueType", "High"), ("BandwidthPercent", "1")], INVALID),
            (&[of, ("QueueType", "Default")], INVALID),
            (&[("QosId", "qos-unknown"), ("QueueType", "High")], NO_POLICY),
            (&[of, ("RegionId", "west"), ("QueueType", "High")], NO_POLICY),
        ];
        for (pairs, expected) in queues {
            assert_eq!(refused(house, "Create", "Queue", pairs), *expected, "{pairs:?}");
        }
        let share = [of, ("QueueId", &*rest), ("BandwidthPercent", "10")];
        assert_eq!(refused(house, "Modify", "Queue", &share), INVALID);

        let one = rule(house, &id, &medium, &[("Priority", "5")]);
        let two = rule(house, &id, &rest, &[("Priority", "6"), ("SrcCidr", "10.0.0.0/8")]);
        let rules: &[Given<'_>] = &[
            &[("Priority", "5")],
            &[("Priority", "7"), ("Protocol", "smoke")],
            &[("Priority", "7"), ("SrcCidr", "10.0.0.0")],
            &[("Priority", "7"), ("DstCidr", "2001:db8::/32")],
            &[("Priority", "7"), ("SrcIPv6Cidr", "10.0.0.0/8")],
            &[("Priority", "7"), ("SrcCidr", "10.0.0.0/8"), ("DstIPv6Cidr", "2001:db8::/32")],
            &[("Priority", "7"), ("SrcPortRange", "80")],
            &[("Priority", "7"), ("DstPortRange", "443/80")],
        ];
        for pairs in rules {
            let named = [of, ("QueueId", &*medium), ("Protocol", "TCP")];
            let given = |name: &str| pairs.iter().all(|(other, _)| *other != name);
            let whole: Vec<_> =
                named.into_iter().filter(|(name, _)| given(name)).chain(pairs.to_vec()).collect();
            assert_eq!(refused(house, "Create", "Rule", &whole), INVALID, "{pairs:?}");
        }
        let taken = [of, ("QueueId", &*medium), ("RuleId", &*one), ("Priority", "6")];
        assert_eq!(refused(house, "Modify", "Rule", &taken), INVALID);
        let both = [of, ("QueueId", &*rest), ("RuleId", &*two), ("DstIPv6Cidr", "::/0")];
        assert_eq!(refused(house, "Modify", "Rule", &both), INVALID);
        check(house);
    });
}

#[test]
pub(crate) fn another_accounts_policy_is_as_none() {
    on_each_lane(lifted, |house| {
        let id = policy(house, &[("Tags.1.Key", "k")]);
        let one = queue(house, &id, &[("QueueType", "High")]);
        let two = rule(house, &id, &one, &[("Priority", "1")]);
        let no_rule = ("IllegalParam.RuleId", 400);
        // By the second tenant with the right ids, and by the first with wrong ones.
        for (who, qos) in [(Who::Second, id.as_str()), (Who::Tenant, "qos-unknown")] {
            let of = [("QosId", qos), ("QueueId", one.as_str()), ("RuleId", two.as_str())];
            for (verb, on, more) in [
                ("Modify", "", &[][..]),
                ("Delete", "", &[]),
                ("Create", "Queue", &[("QueueType", "High")]),
                ("Modify", "Queue", &[]),
                ("Delete", "Queue", &[]),
                ("Create", "Rule", &[("Priority", "2"), ("Protocol", "TCP")]),
                ("Modify", "Rule", &[]),
                ("Delete", "Rule", &[]),
            ] {
                let refusal = act(house, who, verb, on, &[&of, more].concat()).unwrap_err();
                assert_eq!(refusal.is(), NO_POLICY, "{verb} {on} by {who:?}");
            }
            for on in ["Queue", "Rule"] {
                let answer = act(house, who, "Describe", on, &of).unwrap();
                assert_eq!(answer[format!("{on}List")], json!([]), "{on} by {who:?}");
            }
        }
        let other = policy(house, &[]);
        for (verb, on, more) in [
            ("Modify", "Queue", &[][..]),
            ("Delete", "Queue", &[]),
            ("Create", "Rule", &[("Priority", "2"), ("Protocol", "TCP")]),
        ] {
            let of = [&[("QosId", other.as_str()), ("QueueId", &one)], more].concat();
            assert_eq!(refused(house, verb, on, &of), NO_QUEUE, "{verb} {on}");
        }
        for verb in ["Modify", "Delete"] {
            let of = [("QosId", other.as_str()), ("QueueId", &one), ("RuleId", &two)];
            assert_eq!(refused(house, verb, "Rule", &of), no_rule);
        }
        for on in ["Queue", "Rule"] {
            let refusal = act(house, Who::Tenant, "Describe", on, &[("QueueId", &one)]).unwrap_err();
            assert_eq!(refusal.is(), NO_POLICY);
        }
        let refusal = act(house, Who::Tenant, "Describe", "Rule", &[("QosId", &id)]).unwrap_err();
        assert_eq!(refusal.is(), NO_QUEUE);
        assert!(policies(house, Who::Second, &[]).is_empty());
    });
}

#[test]
pub(crate) fn policies_are_listed_filtered_and_page_by_page() {
    on_each_lane(lifted, |house| {
        let names = ["a", "b", "c", "d"];
        let made: Vec<_> = names
            .iter()
            .map(|name| policy(house, &[("QosName", *name), ("Tag.1.Key", "at"), ("Tag.1.Value", *name)]))
            .collect();
        let own = policy(house, &[("ResourceGroupId", "rg-own")]);
        let all: Vec<_> = made.iter().chain([&own]).cloned().collect();
        assert_eq!(ids(&policies(house, Who::Tenant, &[]), "QosId"), all);
        let cases: &[(Given<'_>, &[usize])] = &[
            (&[("QosIdList.1", &made[2]), ("QosIdList.2", &made[0])], &[0, 2]),
            (&[("QosNameList.1", "b"), ("QosNameList.2", "x")], &[1]),
            (&[("ResourceGroupId", "rg-own")], &[4]),
            (&[("Tag.1.Key", "at"), ("Tag.1.Value", "d")], &[3]),
            (&[("Tags.1.Key", "at"), ("QosNameList.1", "c")], &[2]),
            (&[("QosIdList.1", "qos-unknown")], &[]),
            (&[("RegionId", "west")], &[]),
        ];
        for (pairs, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|at| all[*at].clone()).collect();
            assert_eq!(ids(&policies(house, Who::Tenant, pairs), "QosId"), expected, "{pairs:?}");
        }
        for size in 1..=6_usize {
            let (mut gathered, mut token, rows) = (Vec::new(), String::new(), size.to_string());
            loop {
                let pairs = [("MaxResults", rows.as_str()), ("NextToken", token.as_str())];
                let answer = act(house, Who::Tenant, "Describe", "", &pairs).unwrap();
                assert_eq!((&answer["TotalCount"], &answer["MaxResults"]), (&json!(5), &json!(size)));
                gathered.extend(ids(answer["QosList"].as_array().unwrap(), "QosId"));
                assert!(gathered.len() < 50, "the pages have no end");
                token = text(&answer, "NextToken");
                if token.is_empty() {
                    break;
                }
            }
            assert_eq!(gathered, all, "by {size}");
        }
        let refusal = act(house, Who::Tenant, "Describe", "", &[("NextToken", "what?")]).unwrap_err();
        assert_eq!(refusal.is(), INVALID);
        // Queues and rules are narrowed too.
        let (high, rest) = (
            queue(house, &own, &[("QueueType", "High"), ("QueueName", "h")]),
            queue(house, &own, &[("QueueType", "Default")]),
        );
        let of = ("QosId", own.as_str());
        for narrowed in [("QueueIdList.1", high.as_str()), ("QueueNameList.1", "h")] {
            let answer = act(house, Who::Tenant, "Describe", "Queue", &[of, narrowed]).unwrap();
            assert_eq!(ids(answer["QueueList"].as_array().unwrap(), "QueueId"), std::slice::from_ref(&high));
        }
        let first = rule(house, &own, &rest, &[("Priority", "2"), ("RuleName", "r")]);
        rule(house, &own, &rest, &[("Priority", "1")]);
        for narrowed in [("RuleIdList.1", first.as_str()), ("RuleNameList.1", "r")] {
            let pairs = [of, ("QueueId", rest.as_str()), narrowed];
            let answer = act(house, Who::Tenant, "Describe", "Rule", &pairs).unwrap();
            assert_eq!(ids(answer["RuleList"].as_array().unwrap(), "RuleId"), std::slice::from_ref(&first));
        }
    });
}

#[test]
pub(crate) fn a_policy_has_so_many_parts_and_no_more() {
    on_each_lane(lifted, |house| {
        let id = policy(house, &[]);
        let first = queue(house, &id, &[("QueueType", "High")]);
        for _ in 1..QOS_QUEUES_MAX {
            queue(house, &id, &[("QueueType", "High")]);
        }
        let more = [("QosId", id.as_str()), ("QueueType", "High")];
        assert_eq!(refused(house, "Create", "Queue", &more), ("QuotaExceeded.QosQueue", 400));
        for at in 1..=QOS_RULES_MAX {
            rule(house, &id, &first, &[("Priority", &at.to_string())]);
        }
        let more = [("QosId", id.as_str()), ("QueueId", &first), ("Protocol", "TCP"), ("Priority", "9000")];
        assert_eq!(refused(house, "Create", "Rule", &more), ("QuotaExceeded.QosRule", 400));
        for _ in 1..QOS_POLICIES_MAX {
            policy(house, &[]);
        }
        assert_eq!(refused(house, "Create", "", &[]), ("QuotaExceeded.Qos", 400));
        check(house);
    });
}

#[test]
pub(crate) fn policies_have_labels_groups_and_tokens() {
    on_each_lane(lifted, |house| {
        let token = ("ClientToken", "t-1");
        let id = policy(house, &[token, ("QosName", "n")]);
        assert_eq!(policy(house, &[token, ("QosName", "n")]), id);
        assert_eq!(
            refused(house, "Create", "", &[token, ("QosName", "m")]),
            ("IdempotentParameterMismatch", 400)
        );
        let of = [("QueueType", "High"), token];
        let one = queue(house, &id, &of);
        assert_eq!(queue(house, &id, &of), one);
        let of = [("Priority", "1"), token];
        let two = rule(house, &id, &one, &of);
        assert_eq!(rule(house, &id, &one, &of), two);
        assert_eq!(house.dump()["qos_rule"].len(), 1);
        let gone = [("QosId", id.as_str()), ("QueueId", &one), ("RuleId", &two), token];
        act(house, Who::Tenant, "Delete", "Rule", &gone).unwrap();
        act(house, Who::Tenant, "Delete", "Rule", &gone).unwrap();

        let on = [EAST, ("ResourceType", "TRAFFICQOS"), ("ResourceId.1", id.as_str())];
        let label = [&on[..], &[("Tag.1.Key", "k"), ("Tag.1.Value", "v")]].concat();
        house.ok(Who::Tenant, "TagResourcesForExpressConnect", &label);
        assert_eq!(show(house, &id)["Tags"], json!([{"Key": "k", "Value": "v"}]));
        let refusal = house.refused(Who::Second, "TagResourcesForExpressConnect", &label);
        assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404));
        let listed = house.ok(Who::Tenant, "ListTagResourcesForExpressConnect", &on[..2]);
        assert_eq!(listed["TagResources"]["TagResource"][0]["ResourceId"], id.as_str());
        let change = [on[0], on[1], ("ResourceId", id.as_str()), ("NewResourceGroupId", "rg-q")];
        house.ok(Who::Tenant, "ChangeResourceGroup", &change);
        assert_eq!(show(house, &id)["ResourceGroupId"], "rg-q");
        assert_eq!(house.ok(Who::Tenant, "ListResourceGroups", &[("Name", "rg-q")])["TotalCount"], 1);
        check(house);
    });
}
