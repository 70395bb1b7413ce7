//! The documents of letters: what a guard is told, links, personal data, and letters in the queue and on autopilot.

use super::autopilot::pilot;
use super::letters::{
    CARRIER_CONTACT, CERTIFICATE, CONTACT, NAMES, Owned, application, apply, complete, describe, documents,
    engineer, file, lookup, pairs_of, standing, with_letter,
};
use super::{Pairs, lead_to, lifted, on_each_lane};
use crate::house::{Held, House, PUBLIC_URL, Plan, TENANT, Who, text};
use connect::letter::link::{self, Pass};
use connect::letter::states::{LETTER, LetterStatus};
use connect::letter::{Found, Standing, paper};
use connect::limits::{LETTER_LINK_LIFETIME_S, LETTER_VALIDITY_MS};
use connect::machine::Actor;
use connect::time;
use serde_json::Value;

#[test]
pub(crate) fn a_document_is_made_once_and_says_what_the_letter_says() {
    on_each_lane(Plan::quiet, |house| {
        let id = with_letter(house, LetterStatus::Accept);
        let issued = house.operate("IssuePhysicalConnectionLOA", &id);
        let (number, issued_at) = (text(&issued, "LetterNumber"), house.now);
        let until = issued_at + LETTER_VALIDITY_MS;
        assert_eq!(text(&issued, "ValidFrom"), time::wire(issued_at));
        assert_eq!(text(&issued, "ValidUntil"), time::wire(until));
        let bytes = file(house, &number).unwrap();
        let paper::Verdict::Genuine(says) = paper::check(&bytes, &house.world.letters.key.public()) else {
            panic!("the file is sealed with the deployment's key")
        };
        let document = documents(house, &id).remove(0);
        assert_eq!(says.number, number);
        assert_eq!((says.circuit_id.as_str(), says.company.as_str()), (id.as_str(), "Example Ltd"));
        assert_eq!((says.valid_from, says.valid_until, says.issued_at), (issued_at, until, issued_at));
        assert_eq!(says.check_link, format!("{PUBLIC_URL}/letters/{number}/{}", document.1));
        assert_eq!(says.access_point_name, "East One 东一");
        assert_eq!(says.construction_company, "Cable Layers 有限公司");
        assert_eq!(says.issuer, "The test's operator");
        assert_eq!(says.engineers[0].name, NAMES[1]);
        assert_eq!(says.engineers[0].document_number, paper::mask(CERTIFICATE));
        let seat = house.show(Who::Tenant, &id).unwrap();
        assert!(says.panel_position.contains(&text(&seat, "PortNumber")), "{}", says.panel_position);
        assert_eq!(says.address, text(&seat, "AdLocation"));

        let found = lookup(house, &number, &document.1).unwrap();
        let expected = Found {
            number: number.clone(),
            standing: Standing::Valid,
            access_point_name: "East One 东一".into(),
            address: says.address.clone(),
            circuit_id: id.clone(),
            construction_company: "Cable Layers 有限公司".into(),
            valid_from: issued_at,
            valid_until: until,
            fingerprint: found.fingerprint.clone(),
        };
        assert_eq!(found, expected);
        let print: Vec<_> = paper::fingerprint(&says).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found.fingerprint, print.concat());

        // Whatever happens later, the bytes are those that were issued.
        complete(house, &id, &[("LineCode", "C")]).unwrap();
        house.act("ConfirmPhysicalConnection", &id).unwrap();
        house.act("DeletePhysicalConnection", &id).unwrap();
        assert_eq!(file(house, &number).unwrap(), bytes);
        for (number, code) in
            [(number.as_str(), ""), (&number, "x"), ("LOA-0", document.1.as_str()), ("", "")]
        {
            assert_eq!(lookup(house, number, code), None);
        }
        assert_eq!(file(house, "LOA-0"), None);
    });
}

#[test]
pub(crate) fn a_document_stands_as_its_letter_does() {
    on_each_lane(lifted, |house| {
        // Superseded by a second one, which is then withdrawn.
        let id = with_letter(house, LetterStatus::Available);
        house.operate("IssuePhysicalConnectionLOA", &id);
        let both = documents(house, &id);
        assert_eq!(both.len(), 2);
        assert!(both[0].0 != both[1].0 && both[0].1 != both[1].1);
        assert_eq!(
            [standing(house, &both[0]), standing(house, &both[1])],
            [Standing::Superseded, Standing::Valid]
        );
        assert!(
            text(&describe(house, &id), "LoaUrl").contains(&both[1].0),
            "the newer one is the one to fetch"
        );
        house.operate("RevokePhysicalConnectionLOA", &id);
        let shown = describe(house, &id);
        assert_eq!((&shown["Status"], &shown["LoaUrl"]), (&"Deleted".into(), &"".into()));
        assert_eq!(shown["Description"], "because of the test");
        assert_eq!(
            [standing(house, &both[0]), standing(house, &both[1])],
            [Standing::Superseded, Standing::Revoked]
        );
        // Applied for anew, it is another letter.
        apply(house, &id, &[]);
        house.operate("ApprovePhysicalConnectionLOA", &id);
        house.operate("IssuePhysicalConnectionLOA", &id);
        assert_eq!(standing(house, &documents(house, &id)[2]), Standing::Valid);

        // Used: the construction is complete.
        let id = with_letter(house, LetterStatus::Completing);
        let document = documents(house, &id).remove(0);
        assert_eq!(standing(house, &document), Standing::Valid);
        house.operate("AcceptPhysicalConnectionConstruction", &id);
        assert_eq!(standing(house, &document), Standing::Used);
        assert_eq!(describe(house, &id)["LoaUrl"], "");

        // Expired, on the very millisecond; what is not used by then holds no more, whatever its status.
        let id = with_letter(house, LetterStatus::Available);
        let document = documents(house, &id).remove(0);
        let issued_at = house.now;
        house.now = issued_at + LETTER_VALIDITY_MS - 1;
        assert_eq!(standing(house, &document), Standing::Valid);
        assert_ne!(describe(house, &id)["LoaUrl"], "");
        house.now += 1;
        assert_eq!(standing(house, &document), Standing::Expired);
        assert_eq!(describe(house, &id)["LoaUrl"], "");
        house.now = issued_at - 1;
        assert_eq!(standing(house, &document), Standing::NotYetValid);
        house.now = issued_at + LETTER_VALIDITY_MS;
        house.operate("IssuePhysicalConnectionLOA", &id);
        assert_ne!(describe(house, &id)["LoaUrl"], "");
    });
}

#[test]
pub(crate) fn a_link_to_the_file_is_good_for_an_hour_of_the_products_time() {
    on_each_lane(Plan::quiet, |house| {
        let id = with_letter(house, LetterStatus::Available);
        let number = documents(house, &id).remove(0).0;
        let before = house.dump();
        let url = text(&describe(house, &id), "LoaUrl");
        assert_eq!(house.dump(), before, "making a link writes nothing");
        let (path, query) = url.split_once('?').unwrap();
        assert_eq!(path, format!("{PUBLIC_URL}/letters/{number}.pdf"));
        let (expires, token) =
            query.strip_prefix("expires=").and_then(|rest| rest.split_once("&token=")).unwrap();
        let desk = &house.world.letters;
        let judge =
            |number: &str, expires: &str, token: &str, now| link::check(desk, number, expires, token, now);
        let end = house.now + LETTER_LINK_LIFETIME_S * 1000;
        assert_eq!(judge(&number, expires, token, house.now), Pass::Good);
        assert_eq!(judge(&number, expires, token, end - 1), Pass::Good);
        assert_eq!(judge(&number, expires, token, end), Pass::Expired);
        let later = (expires.parse::<i64>().unwrap() + 1).to_string();
        assert_eq!(judge(&number, &later, token, house.now), Pass::Forged);
        assert_eq!(judge("LOA-0", expires, token, house.now), Pass::Forged);
        house.now += 1000;
        assert_ne!(text(&describe(house, &id), "LoaUrl"), url, "each answer has a link of its own");
    });
}

/// Everything that is known of engineers and of the carrier's people, as bytes to look for.
fn personal() -> Vec<Vec<u8>> {
    let texts = [NAMES[0], NAMES[1], CERTIFICATE, CONTACT, CARRIER_CONTACT];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
pub(crate) fn what_is_known_of_engineers_is_in_no_row_no_error_and_no_public_answer() {
    on_each_lane(lifted, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        // Refused, and in spellings that the decoder forgives: none of it may be told or kept.
        let mut said = Vec::new();
        for (name, value) in
            [("PMInfo.1.PMGender", "none"), ("ConstructionTime", "x"), ("RegionId", "atlantis")]
        {
            let mut pairs = application(&id, &[(name, value)]);
            pairs.extend(engineer(2));
            let refusal = house.refused(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&pairs));
            said.push(format!("{refusal:?}"));
        }
        let lower = |(name, value): &(String, String)| (name.replace("PMInfo", "pMInfo"), value.clone());
        let mut pairs: Owned = application(&id, &[("ClientToken", "t")]).iter().map(lower).collect();
        pairs.push(("PMName".to_owned(), NAMES[0].to_owned()));
        pairs.push(("pMInfo.1.Nickname".to_owned(), NAMES[0].to_owned()));
        house.ok(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&pairs));
        assert_eq!(describe(house, &id)["PMInfo"]["PMInfo"][0]["PMName"], NAMES[1]);
        house.operate("ApprovePhysicalConnectionLOA", &id);
        house.operate("IssuePhysicalConnectionLOA", &id);
        let carrier = [("LineSPContactInfo", CARRIER_CONTACT), ("ClientToken", "t")];
        complete(house, &id, &carrier).unwrap();
        let document = documents(house, &id).remove(0);
        said.push(format!("{:?}", lookup(house, &document.0, &document.1)));
        said.push(house.ok(Who::Operator, "DescribeWorkQueue", &[]).to_string());
        house.operate("RefusePhysicalConnectionConstruction", &id);
        house.operate("RevokePhysicalConnectionLOA", &id);
        said.extend(house.notes.clone());
        for part in personal() {
            assert!(said.iter().all(|text| !holds(text.as_bytes(), &part)), "{said:?}");
        }
        for (table, rows) in house.dump() {
            for (column, held) in rows.iter().flatten() {
                // The document is for the door: it names whom it lets in. The carrier's contact is no engineer's.
                let excused = table == "letter_document" && column == "file";
                let bytes = match held {
                    Held::Bytes(bytes) => bytes.clone(),
                    Held::Text(text) => text.clone().into_bytes(),
                    _ => continue,
                };
                for part in personal() {
                    let carrier =
                        table == "letter" && column == "line_contact" && part == CARRIER_CONTACT.as_bytes();
                    assert!(excused || carrier || !holds(&bytes, &part), "{table}.{column} of {rows:?}");
                }
            }
        }
        let ledger = house.dump()["ledger"].clone();
        let row = ledger.iter().find(|row| row["action"].text() == "ApplyPhysicalConnectionLOA").unwrap();
        let kept: Value = serde_json::from_str(row["parameters"].text()).unwrap();
        assert_eq!((&kept["pMInfo.1.PMName"], &kept["CompanyName"]), (&"***".into(), &"Example Ltd".into()));
    });
}

#[test]
pub(crate) fn a_letter_that_cannot_be_made_is_refused_and_says_nothing_of_what_is_in_it() {
    let plan = |lane| Plan { manual: false, ..Plan::quiet(lane) };
    on_each_lane(plan, |house| {
        let id = with_letter(house, LetterStatus::Accept);
        // The last letter of all time: it would hold beyond the years that have a date.
        house.now = time::parse("9999-12-01T00:00:00Z").unwrap();
        let pairs = [("PhysicalConnectionId", id.as_str())];
        let refusal = house.refused(Who::Operator, "IssuePhysicalConnectionLOA", &pairs);
        assert_eq!(refusal.is(), ("OperationFailed.LetterNotIssued", 400));
        assert!(refusal.message.contains(&id), "{}", refusal.message);
        // The autopilot then rejects it, and says why.
        let other = with_letter(house, LetterStatus::Applying);
        pilot(house, "letter-issue", "do", &[]);
        house.operate("ApprovePhysicalConnectionLOA", &other);
        assert_eq!(house.field(&other, "LoaStatus"), "Rejected");
        assert_eq!(describe(house, &other)["Description"], refusal.message.replace(&id, &other));
    });
}

#[test]
pub(crate) fn a_repeated_call_on_a_letter_answers_again_and_changes_nothing() {
    on_each_lane(lifted, |house| {
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        let tenant =
            |others: &[(&str, &str)]| application(&id, &[others, &[("ClientToken", "same")]].concat());
        let steps: [(Who, &str, Owned); 6] = [
            (Who::Tenant, "ApplyPhysicalConnectionLOA", tenant(&[])),
            (Who::Operator, "RejectPhysicalConnectionLOA", operators(&id)),
            (Who::Tenant, "SecondApplyPhysicalConnectionLOA", tenant(&[])),
            (Who::Operator, "ApprovePhysicalConnectionLOA", operators(&id)),
            (Who::Operator, "IssuePhysicalConnectionLOA", operators(&id)),
            (Who::Tenant, "CompletePhysicalConnectionLOA", tenant(&[("LineCode", "C")])),
        ];
        for (at, (who, action, pairs)) in steps.iter().enumerate() {
            let first = house.ok(*who, action, &pairs_of(pairs));
            let before = house.dump();
            for (who, action, pairs) in &steps[..=at] {
                let again = house.ok(*who, action, &pairs_of(pairs));
                assert!(action != &steps[at].1 || again == first, "{action}");
            }
            assert_eq!(house.dump(), before, "{action}, and all before it, again");
        }
        // Other data under the same token are another call.
        let other = tenant(&[("CompanyName", "Other Ltd")]);
        let refusal = house.refused(Who::Tenant, "ApplyPhysicalConnectionLOA", &pairs_of(&other));
        assert_eq!(refusal.is(), ("IncorrectStatus.PhysicalConnectionLOA", 400));
        let revoke = operators(&id);
        house.ok(Who::Operator, "RevokePhysicalConnectionLOA", &pairs_of(&revoke));
        let before = house.dump();
        house.ok(Who::Operator, "RevokePhysicalConnectionLOA", &pairs_of(&revoke));
        assert_eq!(house.dump(), before);
    });
}

fn operators(id: &str) -> Owned {
    [("PhysicalConnectionId", id), ("Reason", "because"), ("ClientToken", "same")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[test]
pub(crate) fn letters_that_wait_stand_in_the_work_queue_in_the_place_of_their_circuits() {
    on_each_lane(lifted, |house| {
        let mut expected = Vec::new();
        for &status in LETTER.states {
            let id = with_letter(house, status);
            house.advance(1);
            let letter =
                [LetterStatus::Applying, LetterStatus::Accept, LetterStatus::Completing].contains(&status);
            // Without a letter under way, an allocated circuit's construction can be judged by itself.
            let circuit = [LetterStatus::Rejected, LetterStatus::Deleted].contains(&status);
            if letter || circuit {
                let kind = if letter { "PHYSICALCONNECTIONLOA" } else { "PHYSICALCONNECTION" };
                let status = if letter { status.as_str() } else { "Allocated" };
                expected.push((kind, id, status));
            }
        }
        let waiting = house.order(Who::Second, &[]);
        expected.push(("PHYSICALCONNECTION", waiting, "Initial"));
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        let items = queue["WorkItems"]["WorkItem"].as_array().unwrap().clone();
        let seen: Vec<_> = items
            .iter()
            .map(|item| {
                (text(item, "ResourceType"), text(item, "PhysicalConnectionId"), text(item, "Status"))
            })
            .collect();
        let wanted: Vec<_> = expected
            .iter()
            .map(|(kind, id, status)| ((*kind).to_owned(), id.clone(), (*status).to_owned()))
            .collect();
        assert_eq!(seen, wanted, "oldest first");
        assert_eq!(queue["TotalCount"], expected.len());
        for item in &items {
            if item["ResourceType"] == "PHYSICALCONNECTIONLOA" {
                let status = LETTER.state(&text(item, "Status")).unwrap();
                let moves: Vec<_> =
                    LETTER.moves_from(status, Some(Actor::Operator)).map(|row| row.trigger).collect();
                assert_eq!(item["Moves"]["Move"], serde_json::json!(moves));
                assert_eq!(
                    (&item["AccountId"], &item["AccessPointId"]),
                    (&TENANT.into(), &"ap-east-1".into())
                );
            }
        }
        let page = house.ok(Who::Operator, "DescribeWorkQueue", &[("PageSize", "2"), ("PageNumber", "2")]);
        assert_eq!(page["WorkItems"]["WorkItem"].as_array().unwrap()[..], items[2..4]);
        assert_eq!(page["TotalCount"], expected.len());
        for (pairs, count) in [
            (vec![("ResourceType", "PHYSICALCONNECTIONLOA")], 3),
            (vec![("Status", "Allocated")], 2),
            (vec![("ResourceType", "PHYSICALCONNECTIONLOA"), ("Status", "Initial")], 0),
            (vec![("ResourceType", "ORDER")], 0),
        ] {
            let only = house.ok(Who::Operator, "DescribeWorkQueue", &pairs);
            assert_eq!(only["TotalCount"], count, "{pairs:?}");
            assert_eq!(only["WorkItems"]["WorkItem"].as_array().unwrap().len(), count, "{pairs:?}");
        }
    });
}

#[test]
pub(crate) fn the_autopilot_takes_a_letter_to_its_end_at_once() {
    on_each_lane(Plan::piloted, |house| {
        let id = house.order(Who::Tenant, &[]);
        apply(house, &id, &[]);
        let shown = describe(house, &id);
        assert_eq!(shown["Status"], "Available");
        assert_ne!(shown["LoaUrl"], "");
        complete(house, &id, &[]).unwrap();
        assert_eq!(
            (house.status(&id).as_str(), house.field(&id, "LoaStatus").as_str()),
            ("Confirmed", "Complete")
        );
        assert!(house.dump()["due"].is_empty());
        let ledger = house.dump()["ledger"].clone();
        let rows: Vec<_> = ledger
            .iter()
            .filter(|row| row["account"].text() == TENANT)
            .skip(4)
            .map(|row| {
                (
                    row["actor"].text(),
                    row["action"].text(),
                    row["status_from"].text(),
                    row["status_to"].text(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("tenant", "ApplyPhysicalConnectionLOA", "", "Applying"),
                ("autopilot", "ApprovePhysicalConnectionLOA", "Applying", "Accept"),
                ("autopilot", "IssuePhysicalConnectionLOA", "Accept", "Available"),
                ("tenant", "CompletePhysicalConnectionLOA", "Available", "Completing"),
                ("autopilot", "AcceptPhysicalConnectionConstruction", "Allocated", "Confirmed"),
            ]
        );
    });
}

#[test]
pub(crate) fn the_autopilot_follows_its_rules_for_letters() {
    on_each_lane(lifted, |house| {
        let status = |house: &mut House, id: &str| house.field(id, "LoaStatus");
        pilot(house, "letter-review", "refuse", &[("Reason", "no such company")]);
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Allocated");
        apply(house, &id, &[]);
        assert_eq!(status(house, &id), "Rejected");
        assert_eq!(describe(house, &id)["Description"], "no such company");

        pilot(house, "letter-review", "do", &[("DelaySeconds", "60")]);
        pilot(house, "letter-issue", "refuse", &[("Reason", "no paper")]);
        apply(house, &id, &[]);
        house.advance(59);
        assert_eq!(status(house, &id), "Applying");
        house.advance(1);
        assert_eq!(
            (status(house, &id).as_str(), &describe(house, &id)["Description"]),
            ("Rejected", &"no paper".into())
        );

        // A person is faster, and the deadline goes; so it does when the circuit is withdrawn.
        apply(house, &id, &[]);
        house.operate("RejectPhysicalConnectionLOA", &id);
        assert!(house.dump()["due"].is_empty());
        apply(house, &id, &[]);
        house.act("CancelPhysicalConnection", &id).unwrap();
        assert!(house.dump()["due"].is_empty());

        pilot(house, "letter-review", "leave", &[]);
        pilot(house, "construction", "refuse", &[("DelaySeconds", "10"), ("Reason", "loose ends")]);
        let id = with_letter_by_hand(house);
        complete(house, &id, &[]).unwrap();
        house.advance(9);
        assert_eq!(status(house, &id), "Completing");
        house.advance(1);
        assert_eq!(
            (status(house, &id).as_str(), &describe(house, &id)["Description"]),
            ("Available", &"loose ends".into())
        );
        assert_eq!(house.field(&id, "StatusReason"), "loose ends");
        pilot(house, "construction", "do", &[("DelaySeconds", "10")]);
        complete(house, &id, &[]).unwrap();
        house.act("ConfirmPhysicalConnection", &id).unwrap();
        assert!(house.dump()["due"].is_empty(), "the tenant was faster");
    });
}

/// A letter that the autopilot's rule for issuing does not touch.
fn with_letter_by_hand(house: &mut House) -> String {
    pilot(house, "letter-issue", "leave", &[]);
    with_letter(house, LetterStatus::Available)
}

/// A letter's life with every answer as bytes, for the comparison of engines.
pub(crate) fn a_letters_life(house: &mut House) -> Vec<String> {
    let mut replies = Vec::new();
    let id = house.order(Who::Tenant, &[]);
    let east = [("RegionId", "east"), ("InstanceId", id.as_str())];
    let named = [("PhysicalConnectionId", id.as_str()), ("Reason", "r")];
    let filed = application(&id, &[]);
    let filed = pairs_of(&filed);
    let steps: [(Who, &str, Pairs<'_>); 9] = [
        (Who::Tenant, "ApplyPhysicalConnectionLOA", filed.clone()),
        (Who::Tenant, "DescribePhysicalConnectionLOA", east.to_vec()),
        (Who::Operator, "IssuePhysicalConnectionLOA", named.to_vec()),
        (Who::Tenant, "DescribePhysicalConnectionLOA", east.to_vec()),
        (Who::Operator, "DescribeWorkQueue", vec![]),
        (Who::Tenant, "CompletePhysicalConnectionLOA", east.to_vec()),
        (Who::Tenant, "DescribePhysicalConnectionLOA", east.to_vec()),
        (Who::Operator, "RevokePhysicalConnectionLOA", named.to_vec()),
        (Who::Tenant, "SecondApplyPhysicalConnectionLOA", filed.clone()),
    ];
    for (who, action, pairs) in steps {
        let reply = house.body(who, action, &crate::house::params(&pairs));
        replies.push(format!("{reply:?}"));
    }
    for document in documents(house, &id) {
        replies.push(format!("{document:?} {:?} {:?}", file(house, &document.0), standing(house, &document)));
    }
    replies
}
