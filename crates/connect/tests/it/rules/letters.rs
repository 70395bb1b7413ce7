//! Letters of authorization: applying, issuing, completing, and what is told to whom.

use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Plan, Reply, Who, text};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::letter::states::LetterStatus;
use connect::letter::{self, Found, Standing};
use connect::limits::LETTER_ENGINEERS_MAX;
use serde_json::{Value, json};

/// Parameters that own their texts.
pub(crate) type Owned = Vec<(String, String)>;

/// What an engineer of the tests is called, and how reached: nothing else in a store reads like this.
pub(super) const NAMES: [&str; 2] = ["Quirina Zabel", "欧阳测试"];
pub(super) const CONTACT: &str = "+49-555-0199-73";
pub(super) const CERTIFICATE: &str = "XK77310429Q";
/// The carrier's contact.
pub(super) const CARRIER_CONTACT: &str = "noc-desk-4711";

/// An engineer's fields at this place of the list.
pub(crate) fn engineer(at: usize) -> Owned {
    let fields = [
        ("PMName", NAMES[at % 2]),
        ("PMGender", ["Female", "Male"][at % 2]),
        ("PMCertificateType", ["IDCard", "Passport"][at % 2]),
        ("PMCertificateNo", CERTIFICATE),
        ("PMContactInfo", CONTACT),
    ];
    fields.iter().map(|(name, value)| (format!("PMInfo.{at}.{name}"), (*value).to_owned())).collect()
}

/// The parameters of an application with one engineer, with others in their place or beside them.
pub(crate) fn application(id: &str, others: &[(&str, &str)]) -> Owned {
    let usual = [
        ("RegionId", "east"),
        ("InstanceId", id),
        ("CompanyName", "Example Ltd"),
        ("ConstructionTime", "2026-03-01T08:00:00Z"),
        ("LineType", "FIBRE"),
        ("Si", "Cable Layers 有限公司"),
    ];
    let mut pairs: Owned = usual
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .chain(engineer(1))
        .collect();
    for (name, value) in others {
        pairs.retain(|(other, _)| other != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    pairs
}

pub(crate) fn pairs_of(owned: &Owned) -> Vec<(&str, &str)> {
    owned.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

pub(crate) fn apply(house: &mut House, id: &str, others: &[(&str, &str)]) {
    house.ok(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&application(id, others)));
}

pub(crate) fn describe(house: &mut House, id: &str) -> Value {
    let pairs = [("RegionId", "east"), ("InstanceId", id)];
    house.ok(Who::Tenant, "DescribePhysicalConnectionLOA", &pairs)["PhysicalConnectionLOAType"].clone()
}

pub(crate) fn complete(house: &mut House, id: &str, others: &[(&str, &str)]) -> Reply {
    let pairs = [&[("RegionId", "east"), ("InstanceId", id)], others].concat();
    house.call(Who::Tenant, "CompletePhysicalConnectionLOA", &pairs)
}

pub(crate) fn lookup(house: &House, number: &str, code: &str) -> Option<Found> {
    let (number, code, now) = (number.to_owned(), code.to_owned(), house.now);
    house.read(move |read| letter::lookup(read, &number, &code, now))
}

pub(crate) fn file(house: &House, number: &str) -> Option<Vec<u8>> {
    let number = number.to_owned();
    house.read(move |read| letter::file(read, &number))
}

/// An allocated circuit whose letter is in this status.
pub(crate) fn with_letter(house: &mut House, status: LetterStatus) -> String {
    let id = house.order(Who::Tenant, &[]);
    lead_to(house, &id, "Allocated");
    apply(house, &id, &[]);
    let steps: &[&str] = match status {
        LetterStatus::Applying => &[],
        LetterStatus::Accept => &["ApprovePhysicalConnectionLOA"],
        LetterStatus::Rejected => &["RejectPhysicalConnectionLOA"],
        LetterStatus::Available | LetterStatus::Completing | LetterStatus::Complete => {
            &["ApprovePhysicalConnectionLOA", "IssuePhysicalConnectionLOA"]
        }
        LetterStatus::Deleted => {
            &["ApprovePhysicalConnectionLOA", "IssuePhysicalConnectionLOA", "RevokePhysicalConnectionLOA"]
        }
    };
    for action in steps {
        house.operate(action, &id);
    }
    if [LetterStatus::Completing, LetterStatus::Complete].contains(&status) {
        complete(house, &id, &[]).unwrap();
    }
    if status == LetterStatus::Complete {
        house.act("ConfirmPhysicalConnection", &id).unwrap();
    }
    assert_eq!(house.field(&id, "LoaStatus"), status.as_str());
    id
}

/// Number, code and state of the documents of a circuit, in the order in which they were issued.
pub(super) fn documents(house: &House, id: &str) -> Vec<(String, String, String)> {
    let of = |row: &&crate::house::Line| row["circuit"].text() == id;
    let part = |row: &crate::house::Line, name: &str| row[name].text().to_owned();
    let dump = house.dump();
    let rows = dump["letter_document"].iter().filter(of);
    rows.map(|row| (part(row, "number"), part(row, "code"), part(row, "state"))).collect()
}

pub(super) fn standing(house: &House, document: &(String, String, String)) -> Standing {
    lookup(house, &document.0, &document.1).expect("the code is right").standing
}

#[test]
pub(crate) fn a_letter_is_read_back_as_it_was_applied_for_and_shown_on_its_circuit() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        assert_eq!(house.field(&id, "LoaStatus"), "");
        let mut pairs = application(&id, &[("Bandwidth", "200"), ("PeerLocation", "2 Far Street")]);
        pairs.extend(engineer(2));
        house.ok(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&pairs));
        assert_eq!(house.field(&id, "LoaStatus"), "Applying");
        let engineer = |at: usize, gender, kind| {
            json!({"PMCertificateNo": CERTIFICATE, "PMCertificateType": kind, "PMContactInfo": CONTACT,
                   "PMGender": gender, "PMName": NAMES[at]})
        };
        let engineers = [engineer(1, "Male", "Passport"), engineer(0, "Female", "IDCard")];
        let expected = json!({
            "InstanceId": id, "Status": "Applying", "Description": "", "CompanyName": "Example Ltd",
            "CompanyLocalizedName": "Cable Layers 有限公司", "SI": "Cable Layers 有限公司",
            "ConstructionTime": "2026-03-01T08:00:00Z", "LineType": "FIBRE", "LineCode": "", "LineLabel": "",
            "LineServiceProvider": "", "LineSPContactInfo": "", "LoaUrl": "", "PMInfo": {"PMInfo": engineers},
        });
        assert_eq!(describe(house, &id), expected);

        house.operate("RejectPhysicalConnectionLOA", &id);
        assert_eq!(house.field(&id, "LoaStatus"), "Rejected");
        assert_eq!(describe(house, &id)["Description"], "because of the test");
        let again = application(&id, &[("CompanyName", "Other Ltd"), ("LineType", "MSTP")]);
        house.ok(Who::Tenant, "SecondApplyPhysicalConnectionLOA", &pairs_of(&again));
        let shown = describe(house, &id);
        assert_eq!((&shown["Status"], &shown["Description"]), (&"Applying".into(), &"".into()));
        assert_eq!((&shown["CompanyName"], &shown["LineType"]), (&"Other Ltd".into(), &"MSTP".into()));
        assert_eq!(shown["PMInfo"]["PMInfo"].as_array().unwrap().len(), 1);
    });
}

#[test]
pub(crate) fn engineers_are_one_to_sixteen_and_whole() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        let bare: Owned =
            application(&id, &[]).into_iter().filter(|(name, _)| !name.starts_with("PMInfo")).collect();
        let with = |count: usize| [bare.clone(), (1..=count).flat_map(engineer).collect()].concat();
        for action in ["ApplyPhysicalConnectionLOA", "SecondApplyPhysicalConnectionLOA"] {
            let refusal = house.refused(Who::Tenant, action, &pairs_of(&bare));
            assert_eq!(refusal.is(), ("MissingParam.PMInfo", 400));
            for field in ["PMName", "PMGender", "PMCertificateType", "PMCertificateNo", "PMContactInfo"] {
                for empty in [false, true] {
                    let name = format!("PMInfo.3.{field}");
                    let mut pairs = with(4);
                    pairs.retain(|(other, _)| *other != name);
                    if empty {
                        pairs.push((name.clone(), String::new()));
                    }
                    let refusal = house.refused(Who::Tenant, action, &pairs_of(&pairs));
                    assert_eq!(refusal.is(), ("MissingParam.PMInfo", 400), "{name}");
                    assert!(refusal.message.contains(&name), "{}", refusal.message);
                }
            }
            let refusal = house.refused(Who::Tenant, action, &pairs_of(&with(17)));
            assert_eq!(refusal.is(), ("InvalidParameter", 400));
            assert!(
                refusal.message.contains("PMInfo") && refusal.message.contains("16"),
                "{}",
                refusal.message
            );
        }
        let most = usize::try_from(LETTER_ENGINEERS_MAX).unwrap();
        house.ok(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&with(most)));
        assert_eq!(describe(house, &id)["PMInfo"]["PMInfo"].as_array().unwrap().len(), most);
        // And the document of the fullest application fits its page.
        house.operate("ApprovePhysicalConnectionLOA", &id);
        house.operate("IssuePhysicalConnectionLOA", &id);
    });
}

#[test]
pub(crate) fn what_is_wrong_in_an_application_has_its_own_code() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        let long = "x".repeat(300);
        for (name, value, code) in [
            ("RegionId", "", "MissingParam.RegionNo"),
            ("RegionId", "atlantis", "InvalidRegionId.NotFound"),
            ("InstanceId", "", "MissingParam.InstanceId"),
            ("InstanceId", "pc-unknown", "InvalidInstanceId.NotFound"),
            ("CompanyName", "", "IllegalParam.CompanyName"),
            ("CompanyName", long.as_str(), "IllegalParam.CompanyName"),
            ("Si", "", "IllegalParam.Si"),
            ("Si", &long, "IllegalParam.Si"),
            ("LineType", "ROPE", "IllegalParam.LineType"),
            ("ConstructionTime", "tomorrow", "InvalidConstructionTime.Malformed"),
            ("ConstructionTime", "2026-03-01 08:00:00", "InvalidConstructionTime.Malformed"),
            ("ConstructionTime", "2026-03-01T08:00:00+01", "InvalidConstructionTime.Malformed"),
            ("ConstructionTime", "2026-02-30T08:00:00Z", "InvalidConstructionTime.Malformed"),
            ("ConstructionTime", "2026-03-01T25:00:00Z", "InvalidConstructionTime.Malformed"),
            ("Bandwidth", "1", "IllegalParam.Bandwidth"),
            ("Bandwidth", "10241", "IllegalParam.Bandwidth"),
            ("PeerLocation", &long, "IllegalParam.PeerLocation"),
            ("PMInfo.1.PMName", &long, "IllegalParam.PmName"),
            ("PMInfo.1.PMGender", "Unknown", "IllegalParam.PmGender"),
            ("PMInfo.1.PMCertificateType", "Licence", "IllegalParam.PmCertificateType"),
            ("PMInfo.1.PMCertificateNo", "123", "IllegalParam.PmCertificateNo"),
            ("PMInfo.1.PMCertificateNo", "号12345", "IllegalParam.PmCertificateNo"),
            ("PMInfo.1.PMContactInfo", "1", "IllegalParam.PmContactInfo"),
            ("ClientToken", &long, "IllegalParam.ClientToken"),
        ] {
            let pairs = application(&id, &[(name, value)]);
            let refusal = house.refused(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&pairs));
            assert_eq!(refusal.code, code, "{name}={value}");
        }
        // A crew may have begun before its papers were filed, even before the circuit was ordered.
        apply(house, &id, &[("ConstructionTime", "2001-02-28T23:59:59Z")]);
        assert_eq!(describe(house, &id)["ConstructionTime"], "2001-02-28T23:59:59Z");
    });
}

#[test]
pub(crate) fn a_letter_needs_an_open_service_and_an_allocated_circuit() {
    on_each_lane(lifted, |house| {
        for status in
            ["Initial", "Allocating", "Confirmed", "Enabled", "Rejected", "Canceled", "Allocation Failed"]
        {
            let id = house.order(Who::Tenant, &[]);
            lead_to(house, &id, status);
            for action in ["ApplyPhysicalConnectionLOA", "SecondApplyPhysicalConnectionLOA"] {
                let refusal = house.refused(Who::Tenant, action, &pairs_of(&application(&id, &[])));
                assert_eq!(refusal.is(), ("IncorrectStatus.PhysicalConnection", 400), "{status}");
                assert_eq!(refusal.header(STATE_HEADER), Some(status));
                assert!(refusal.message.contains(status), "{}", refusal.message);
            }
        }
    });
    on_each_lane(
        |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) },
        |house| {
            house.ok(Who::Tenant, "OpenPhysicalConnectionService", &[("RegionId", "east")]);
            let id = house.order(Who::Tenant, &[]);
            lead_to(house, &id, "Allocated");
            let close = |tx: &mut dyn store::Tx| {
                Ok::<_, store::Abort<()>>(tx.exec("delete from outbound_service", &[])?)
            };
            house.store.write_blocking(close).unwrap();
            for action in ["ApplyPhysicalConnectionLOA", "SecondApplyPhysicalConnectionLOA"] {
                let refusal = house.refused(Who::Tenant, action, &pairs_of(&application(&id, &[])));
                assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
            }
        },
    );
}

#[test]
pub(crate) fn an_unknown_circuit_and_one_without_a_letter_are_refused() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        let named = |id: &str| application(id, &[]);
        for action in [
            "DescribePhysicalConnectionLOA",
            "CompletePhysicalConnectionLOA",
            "SecondApplyPhysicalConnectionLOA",
        ] {
            let refusal = house.refused(Who::Tenant, action, &pairs_of(&named(&id)));
            assert_eq!(refusal.is(), ("IncorrectStatus.PhysicalConnectionLOA", 400), "{action}");
        }
        for action in [
            "ApplyPhysicalConnectionLOA",
            "SecondApplyPhysicalConnectionLOA",
            "DescribePhysicalConnectionLOA",
            "CompletePhysicalConnectionLOA",
        ] {
            for (who, id) in [(Who::Tenant, "pc-unknown"), (Who::Second, id.as_str())] {
                let refusal = house.refused(who, action, &pairs_of(&named(id)));
                assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 400), "{action}");
            }
        }
        for action in ["Approve", "Issue", "Reject", "Revoke"] {
            let action = format!("{action}PhysicalConnectionLOA");
            let pairs = [("PhysicalConnectionId", id.as_str()), ("Reason", "r")];
            let refusal = house.refused(Who::Operator, &action, &pairs);
            assert_eq!(refusal.is(), ("IncorrectStatus.PhysicalConnectionLOA", 400), "{action}");
        }
    });
}

#[test]
pub(crate) fn another_tenant_sees_nothing_of_a_letter() {
    on_each_lane(Plan::quiet, |house| {
        let id = with_letter(house, LetterStatus::Available);
        let pairs = application(&id, &[]);
        for action in [
            "ApplyPhysicalConnectionLOA",
            "SecondApplyPhysicalConnectionLOA",
            "DescribePhysicalConnectionLOA",
            "CompletePhysicalConnectionLOA",
        ] {
            // To be read by the operator, and by nobody else.
            let reads = action == "DescribePhysicalConnectionLOA";
            for who in [Who::Second, Who::Operator].into_iter().take(if reads { 1 } else { 2 }) {
                let refusal = house.refused(who, action, &pairs_of(&pairs));
                let unknown =
                    house.refused(who, action, &pairs_of(&application("pc-00000000000000000000", &[])));
                assert_eq!(refusal, unknown, "{action}");
            }
        }
        let west = application(&id, &[("RegionId", "west")]);
        let refusal = house.refused(Who::Tenant, "DescribePhysicalConnectionLOA", &pairs_of(&west));
        assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 400));
    });
}

#[test]
pub(crate) fn the_operator_reads_what_is_to_be_decided() {
    on_each_lane(Plan::quiet, |house| {
        let id = with_letter(house, LetterStatus::Applying);
        let named = [("RegionId", "east"), ("InstanceId", id.as_str())];
        let shown = house.ok(Who::Operator, "DescribePhysicalConnectionLOA", &named);
        assert_eq!(shown, house.ok(Who::Tenant, "DescribePhysicalConnectionLOA", &named));
        let elsewhere = [("RegionId", "west"), named[1]];
        let refusal = house.refused(Who::Operator, "DescribePhysicalConnectionLOA", &elsewhere);
        assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 400));
    });
}

#[test]
pub(crate) fn completing_tells_finished_work_from_what_is_known_of_the_line() {
    on_each_lane(lifted, |house| {
        let line = [
            ("LineCode", "C-1"),
            ("LineLabel", "L-1"),
            ("LineServiceProvider", "China Telecom"),
            ("LineSPContactInfo", CARRIER_CONTACT),
        ];
        let told = |shown: &Value| {
            ["LineCode", "LineLabel", "LineServiceProvider", "LineSPContactInfo"]
                .map(|name| text(shown, name))
        };
        // Not finished: only the line is stored, and what is left out stays.
        let id = with_letter(house, LetterStatus::Available);
        complete(house, &id, &[&[("FinishWork", "false")], &line[..]].concat()).unwrap();
        let shown = describe(house, &id);
        assert_eq!(shown["Status"], "Available");
        assert_eq!(told(&shown), line.map(|(_, value)| value.to_owned()));
        complete(house, &id, &[("FinishWork", "false"), ("LineLabel", "L-2")]).unwrap();
        assert_eq!(told(&describe(house, &id)), ["C-1", "L-2", "China Telecom", CARRIER_CONTACT]);
        // Finished.
        complete(house, &id, &[("FinishWork", "true"), ("LineCode", "C-2")]).unwrap();
        let shown = describe(house, &id);
        assert_eq!((&shown["Status"], &shown["LineCode"]), (&"Completing".into(), &"C-2".into()));
        assert_eq!(house.status(&id), "Allocated");
        house.act("ConfirmPhysicalConnection", &id).unwrap();
        assert_eq!(
            (house.status(&id).as_str(), house.field(&id, "LoaStatus").as_str()),
            ("Confirmed", "Complete")
        );
        // Complete: stored, whatever is said of the work.
        for (finish, code) in [(Some("true"), "C-3"), (Some("false"), "C-4"), (None, "C-5")] {
            let mut pairs = vec![("LineCode", code)];
            pairs.extend(finish.map(|word| ("FinishWork", word)));
            complete(house, &id, &pairs).unwrap();
            let shown = describe(house, &id);
            assert_eq!((&shown["Status"], &shown["LineCode"]), (&"Complete".into(), &code.into()));
        }
        // Left out while Available, the work counts as finished.
        let id = with_letter(house, LetterStatus::Available);
        complete(house, &id, &[]).unwrap();
        assert_eq!(house.field(&id, "LoaStatus"), "Completing");
    });
}

#[test]
pub(crate) fn every_carriers_name_is_kept_as_it_was_sent() {
    on_each_lane(Plan::quiet, |house| {
        let id = with_letter(house, LetterStatus::Available);
        for name in [
            "China Telecom",
            "China Unicom",
            "China Mobile",
            "Other ISPs in China",
            "中国电信",
            "中国联通",
            "中国移动",
            "中国其他",
        ] {
            complete(house, &id, &[("FinishWork", "false"), ("LineServiceProvider", name)]).unwrap();
            assert_eq!(describe(house, &id)["LineServiceProvider"], name);
        }
        let long = "x".repeat(129);
        for (name, value, code) in [
            ("LineServiceProvider", "china telecom", "IllegalParam.LineServiceProvider"),
            ("LineCode", long.as_str(), "IllegalParam.LineCode"),
            ("LineLabel", &long, "IllegalParam.LineLabel"),
            ("LineSPContactInfo", "x", "IllegalParam.LineSPContactInfo"),
            ("FinishWork", "perhaps", "InvalidParameter"),
        ] {
            let pairs = [("RegionId", "east"), ("InstanceId", id.as_str()), (name, value)];
            assert_eq!(house.refused(Who::Tenant, "CompletePhysicalConnectionLOA", &pairs).is(), (code, 400));
        }
    });
}

#[test]
pub(crate) fn construction_cannot_be_skipped_while_a_letter_is_under_way() {
    on_each_lane(lifted, |house| {
        for status in [LetterStatus::Applying, LetterStatus::Accept, LetterStatus::Available] {
            let id = with_letter(house, status);
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id.as_str())];
            let refusal = house.refused(Who::Tenant, "ConfirmPhysicalConnection", &pairs);
            assert_eq!(refusal.is(), ("OperationUnsupported.SkipConstruction", 400), "{status:?}");
            assert_eq!(refusal.header(STATE_HEADER), Some(status.as_str()));
            let next = refusal.header(NEXT_HEADER).unwrap();
            assert_eq!(next, crate::walk_letters::next_of(status, "Allocated"));
            assert!(
                !next.contains("Terminate") && next.contains("tenant:CancelPhysicalConnection"),
                "{next}"
            );
            for action in ["AcceptPhysicalConnectionConstruction", "RefusePhysicalConnectionConstruction"] {
                let pairs = [("PhysicalConnectionId", id.as_str()), ("Reason", "r")];
                let refusal = house.refused(Who::Operator, action, &pairs);
                assert_eq!(refusal.is(), ("IncorrectStatus.PhysicalConnection", 400), "{status:?}");
                assert!(refusal.message.contains(status.as_str()), "{}", refusal.message);
            }
        }
        // A letter that came to nothing is in nobody's way.
        for status in [LetterStatus::Rejected, LetterStatus::Deleted] {
            for (who, action) in [
                (Who::Tenant, "ConfirmPhysicalConnection"),
                (Who::Operator, "AcceptPhysicalConnectionConstruction"),
            ] {
                let id = with_letter(house, status);
                house.ok(who, action, &[("RegionId", "east"), ("PhysicalConnectionId", &id)]);
                assert_eq!(house.status(&id), "Confirmed");
                assert_eq!(house.field(&id, "LoaStatus"), status.as_str());
            }
        }
    });
}

#[test]
pub(crate) fn the_operator_accepts_or_refuses_a_construction() {
    on_each_lane(lifted, |house| {
        let id = with_letter(house, LetterStatus::Completing);
        let url = text(&describe(house, &id), "LoaUrl");
        assert!(!url.is_empty());
        house.operate("RefusePhysicalConnectionConstruction", &id);
        let shown = describe(house, &id);
        assert_eq!((house.status(&id).as_str(), &shown["Status"]), ("Allocated", &"Available".into()));
        assert_eq!(shown["Description"], "because of the test");
        assert_eq!(shown["LoaUrl"], url, "the crew comes again with the same letter");
        complete(house, &id, &[]).unwrap();
        assert_eq!(describe(house, &id)["Description"], "");
        house.operate("AcceptPhysicalConnectionConstruction", &id);
        assert_eq!(
            (house.status(&id).as_str(), house.field(&id, "LoaStatus").as_str()),
            ("Confirmed", "Complete")
        );
        // Without a letter both are as they were.
        let plain = house.order(Who::Tenant, &[]);
        lead_to(house, &plain, "Allocated");
        house.operate("RefusePhysicalConnectionConstruction", &plain);
        assert_eq!(house.field(&plain, "StatusReason"), "because of the test");
        house.operate("AcceptPhysicalConnectionConstruction", &plain);
        assert_eq!(
            (house.status(&plain).as_str(), house.field(&plain, "LoaStatus").as_str()),
            ("Confirmed", "")
        );
    });
}

#[test]
pub(crate) fn a_letter_goes_with_its_circuit_and_its_document_stays_to_be_checked() {
    on_each_lane(lifted, |house| {
        for status in
            [LetterStatus::Applying, LetterStatus::Accept, LetterStatus::Available, LetterStatus::Completing]
        {
            for action in ["CancelPhysicalConnection", "DeletePhysicalConnection"] {
                let id = with_letter(house, status);
                house.act(action, &id).unwrap();
                let documents = documents(house, &id);
                for document in &documents {
                    assert_eq!(standing(house, document), Standing::Revoked, "{action} in {status:?}");
                    assert!(file(house, &document.0).is_some());
                }
                let held = house.dump()["letter"].iter().any(|letter| letter["circuit"].text() == id);
                if action == "CancelPhysicalConnection" {
                    assert_eq!(house.field(&id, "LoaStatus"), "Deleted");
                    assert_eq!(describe(house, &id)["LoaUrl"], "");
                } else {
                    assert!(!held, "nothing is kept of the engineers of a circuit that is gone");
                }
                let issued = [LetterStatus::Available, LetterStatus::Completing].contains(&status);
                assert_eq!(documents.len(), usize::from(issued));
            }
        }
        let id = with_letter(house, LetterStatus::Complete);
        house.act("EnablePhysicalConnection", &id).unwrap();
        assert_eq!(house.field(&id, "LoaStatus"), "Complete");
        house.act("TerminatePhysicalConnection", &id).unwrap();
        assert_eq!(house.field(&id, "LoaStatus"), "Deleted");
        assert_eq!(standing(house, &documents(house, &id)[0]), Standing::Used, "what was used stays used");
    });
}
