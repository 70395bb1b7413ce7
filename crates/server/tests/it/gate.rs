//! One request at a time through the gate: which error wins, what a signature protects, what a token does.

use crate::client::{Answer, Draft, Lab, OPERATOR, ORDER, SECOND_TENANT, TENANT, Who, header_signed};
use server::clock::wall_ms;
use server::config::{ClockKind, Sandbox};
use server::http::Bounds;
use std::sync::Arc;

const LIST: &str = "DescribePhysicalConnections";

fn stamp(seconds: i64) -> String {
    connect::time::wire(wall_ms() + seconds * 1000)
}

type Spoil = fn(Draft) -> Draft;

/// What can be wrong with one request, the last to be found first. Each stands before those above it.
const SPOILS: &[(u16, &str, Spoil)] = &[
    (404, "InvalidRegionId.NotFound", |draft| draft.set("RegionId", "atlantis-1")),
    (400, "InvalidParameter", |draft| draft.set("PageSize", "many")),
    (403, "Forbidden", |draft| draft.set("OwnerId", "6543210987654321")),
    (400, "InvalidSecurityToken.Malformed", |draft| draft.set("SecurityToken", "token")),
    (400, "SignatureNonceUsed", |draft| draft.set("SignatureNonce", "used before")),
    (400, "SignatureDoesNotMatch", |draft| Draft { secret: "wrong".to_owned(), ..draft }),
    (404, "InvalidAccessKeyId.NotFound", |draft| draft.set("AccessKeyId", "nobody")),
    (400, "InvalidTimeStamp.Expired", |draft| draft.set("Timestamp", &stamp(-15 * 60 - 5))),
    (400, "InvalidTimeStamp.Format", |draft| draft.set("Timestamp", "yesterday")),
    (400, "IncompleteSignature", |draft| Draft { signature: Some("short".to_owned()), ..draft }),
    (400, "InvalidSignatureMethod", |draft| draft.set("SignatureMethod", "HMAC-SM3")),
    (400, "MissingTimestamp", |draft| draft.without("Timestamp")),
    (400, "MissingSignatureNonce", |draft| draft.without("SignatureNonce")),
    (400, "MissingAccessKeyId", |draft| draft.without("AccessKeyId")),
    (404, "InvalidAction.NotFound", |draft| draft.set("Action", "describePhysicalConnections")),
    (400, "InvalidVersion", |draft| draft.set("Version", "2014-05-27")),
    (400, "MissingVersion", |draft| draft.without("Version")),
    (400, "MissingAction", |draft| draft.without("Action")),
    (400, "InvalidParameter.Format", |draft| draft.set("Format", "YAML")),
    (404, "InvalidPath", |draft| Draft { path: "/elsewhere", ..draft }),
    (400, "UnsupportedHTTPMethod", |draft| Draft { method: "PUT", ..draft }),
    (400, "InvalidParameter", |mut draft| {
        draft.pairs.push(("RegionId".to_owned(), "cn-beijing".to_owned()));
        draft
    }),
];

#[tokio::test]
async fn of_several_errors_the_contracts_first_wins() {
    let lab = Lab::new().await;
    let mut draft = Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou");
    lab.send(&draft).await.assert_ok();
    lab.send(&Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou").set("SignatureNonce", "used before"))
        .await
        .assert_ok();
    let mut fresh = 0;
    for (status, code, spoil) in SPOILS {
        fresh += 1;
        draft = spoil(draft.set("SignatureNonce", &format!("precedence-{fresh}")));
        lab.send(&draft).await.assert_refused(*status, code);
    }
}

#[tokio::test]
async fn each_error_alone_is_answered_with_its_code_and_changes_nothing() {
    let lab = Lab::new().await;
    lab.send(&Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou").set("SignatureNonce", "used before"))
        .await
        .assert_ok();
    for (status, code, spoil) in SPOILS {
        if *code == "InvalidParameter" {
            continue;
        }
        let draft = spoil(Draft::tenant(TENANT, "CreatePhysicalConnection", ORDER));
        lab.send(&draft).await.assert_refused(*status, code);
    }
    assert_eq!(lab.count(TENANT).await, 0);
}

#[tokio::test]
async fn a_time_is_fresh_for_fifteen_minutes_each_way_and_by_the_real_clock() {
    let options = Sandbox { clock: ClockKind::Manual, ..Lab::options() };
    let lab = Lab::with(options, &Bounds::default()).await;
    for seconds in [-14 * 60, 0, 14 * 60] {
        let draft = Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou").set("Timestamp", &stamp(seconds));
        lab.send(&draft).await.assert_ok();
    }
    for seconds in [-16 * 60, 16 * 60] {
        let draft = Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou").set("Timestamp", &stamp(seconds));
        lab.send(&draft).await.assert_refused(400, "InvalidTimeStamp.Expired");
    }
}

#[tokio::test]
async fn a_forgery_does_not_use_a_nonce_up_and_a_request_does() {
    let lab = Lab::new().await;
    let good = Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou");
    let forged = Draft { secret: "guess".to_owned(), ..good.clone() };
    let refused = lab.send(&forged).await;
    refused.assert_refused(400, "SignatureDoesNotMatch");
    let message = refused.text("Message");
    let (_, string) = message.split_once("server string to sign is:").unwrap();
    assert_eq!(string, rpc::sign::rpc_v1_string("GET", &forged.pairs));
    lab.send(&good).await.assert_ok();
    lab.send(&good).await.assert_refused(400, "SignatureNonceUsed");
    // Another key's nonces are its own.
    let nonce = &good.pairs.iter().find(|(name, _)| name == "SignatureNonce").unwrap().1;
    let other = Draft::tenant(SECOND_TENANT, LIST, "RegionId=cn-hangzhou").set("SignatureNonce", nonce);
    lab.send(&other).await.assert_ok();
}

#[tokio::test]
async fn the_header_signature_covers_query_and_body() {
    let lab = Lab::new().await;
    let parts = header_signed(TENANT, LIST, "/?RegionId=cn-hangzhou", b"");
    lab.show(&parts, b"").await.assert_ok();
    lab.show(&parts, b"").await.assert_refused(400, "SignatureNonceUsed");
    let form = b"RegionId=cn-hangzhou&PageSize=5";
    let parts = header_signed(TENANT, LIST, "/", form);
    lab.show(&parts, b"RegionId=cn-hangzhou&PageSize=6").await.assert_refused(400, "SignatureDoesNotMatch");
    let page = lab.show(&parts, form).await;
    page.assert_ok();
    assert_eq!(page.json()["PageSize"], 5);
    let mut parts = header_signed(TENANT, LIST, "/?RegionId=cn-hangzhou", b"");
    parts.uri = "/?RegionId=cn-beijing".parse().unwrap();
    lab.show(&parts, b"").await.assert_refused(400, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_tenant_may_not_call_the_operators_actions() {
    let lab = Lab::new().await;
    let id = lab.create("").await;
    let params = format!("PhysicalConnectionId={id}&Reason=no");
    let refused = lab.send(&Draft::operator(TENANT, "RejectPhysicalConnection", &params)).await;
    refused.assert_refused(403, "Forbidden.RAM");
    let detail = &refused.json()["AccessDeniedDetail"];
    assert_eq!(detail["AuthAction"], "operator:RejectPhysicalConnection");
    assert_eq!(detail["AuthPrincipalOwnerId"], "1234567890123456");
    assert_eq!(detail["NoPermissionType"], "ImplicitDeny");
    // The operator is told what is wrong with the call instead.
    lab.operator("DescribeWorkQueue", "").await.assert_ok();
    // And each version has its own actions.
    lab.send(&Draft::tenant(OPERATOR, "DescribeWorkQueue", ""))
        .await
        .assert_refused(404, "InvalidAction.NotFound");
}

#[tokio::test]
async fn an_owner_may_be_named_if_it_is_the_caller() {
    let lab = Lab::new().await;
    for (name, value, fine) in [
        ("OwnerId", "1234567890123456", true),
        ("ResourceOwnerId", "1234567890123456", true),
        ("OwnerId", "", true),
        ("OwnerId", "6543210987654321", false),
        ("ResourceOwnerId", "1", false),
    ] {
        let answer = lab.tenant(LIST, &format!("RegionId=cn-hangzhou&{name}={value}")).await;
        if fine { answer.assert_ok() } else { answer.assert_refused(403, "Forbidden") }
    }
}

#[tokio::test]
async fn a_disabled_key_is_refused_at_once_and_a_new_one_works_at_once() {
    let lab = Lab::new().await;
    let made = lab.operator("CreateAccessKey", "AccountId=1234567890123456").await;
    made.assert_ok();
    let (id, secret) = (made.text("AccessKeyId"), made.text("AccessKeySecret"));
    let list = || Draft::tenant(Who(&id, &secret), LIST, "RegionId=cn-hangzhou");
    lab.send(&list()).await.assert_ok();
    lab.operator("DisableAccessKey", &format!("TargetAccessKeyId={id}")).await.assert_ok();
    lab.send(&list()).await.assert_refused(400, "InvalidAccessKeyId.Inactive");
    lab.operator("DeleteAccessKey", &format!("TargetAccessKeyId={id}")).await.assert_ok();
    lab.send(&list()).await.assert_refused(404, "InvalidAccessKeyId.NotFound");
}

#[tokio::test]
async fn an_answer_has_the_form_that_was_asked_for() {
    let lab = Lab::new().await;
    let xml = |answer: &Answer, root: &str| {
        assert_eq!(answer.header("content-type"), "text/xml;charset=utf-8");
        assert!(answer.body.contains(&format!("<{root}>")), "{}", answer.body);
        assert!(
            answer.body.contains(&format!("<RequestId>{}</RequestId>", answer.header("x-acs-request-id")))
        );
    };
    let good = lab.tenant(LIST, "RegionId=cn-hangzhou&Format=xml").await;
    xml(&good, "DescribePhysicalConnectionsResponse");
    let bad = lab.tenant(LIST, "RegionId=atlantis-1&Format=XML").await;
    xml(&bad, "Error");
    assert!(bad.status == 404 && bad.body.contains("<Code>InvalidRegionId.NotFound</Code>"));
    // Before the request could be parsed.
    let mut broken = Draft::tenant(TENANT, LIST, "Format=XML&RegionId=a");
    broken.pairs.push(("RegionId".to_owned(), "b".to_owned()));
    xml(&lab.send(&broken).await, "Error");
    let none = lab.tenant(LIST, "RegionId=cn-hangzhou&Format=None").await;
    assert_eq!(none.header("content-type"), "application/json;charset=utf-8");
}

#[tokio::test]
async fn what_is_too_long_or_no_text_is_refused() {
    let lab = Lab::new().await;
    let long = "n".repeat(129);
    let draft = Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou").set("SignatureNonce", &long);
    lab.send(&draft).await.assert_refused(400, "InvalidParameter");
    let parts = header_signed(TENANT, LIST, "/?RegionId=%FF%FE", b"");
    lab.show(&parts, b"").await.assert_refused(400, "InvalidParameter");
    let parts = header_signed(TENANT, LIST, "/", &vec![b'a'; 1024 * 1024 + 1]);
    lab.show(&parts, &vec![b'a'; 1024 * 1024 + 1]).await.assert_refused(413, "RequestEntityTooLarge");
}

#[tokio::test]
async fn a_second_tenant_sees_and_touches_nothing() {
    let lab = Lab::new().await;
    let id = lab.create("&ClientToken=mine").await;
    assert_eq!((lab.count(TENANT).await, lab.count(SECOND_TENANT).await), (1, 0));
    let as_if_unknown =
        lab.tenant("CancelPhysicalConnection", "RegionId=cn-hangzhou&PhysicalConnectionId=pc-none").await;
    let params = format!("RegionId=cn-hangzhou&PhysicalConnectionId={id}");
    let foreign = lab.send(&Draft::tenant(SECOND_TENANT, "CancelPhysicalConnection", &params)).await;
    assert_eq!((foreign.status, foreign.code()), (as_if_unknown.status, as_if_unknown.code()));
    assert_eq!(foreign.text("Message"), as_if_unknown.text("Message"));
    // A client token is its account's own, too.
    let other =
        Draft::tenant(SECOND_TENANT, "CreatePhysicalConnection", &format!("{ORDER}&ClientToken=mine"));
    let other = lab.send(&other).await;
    other.assert_ok();
    assert_ne!(other.text("PhysicalConnectionId"), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_with_one_token_order_one_circuit() {
    let lab = Arc::new(Lab::new().await);
    let twins: Vec<_> = (0..8)
        .map(|_| {
            let lab = Arc::clone(&lab);
            tokio::spawn(async move {
                lab.tenant("CreatePhysicalConnection", &format!("{ORDER}&ClientToken=twin")).await
            })
        })
        .collect();
    let mut ids = Vec::new();
    let mut requests = Vec::new();
    for twin in twins {
        let answer = twin.await.unwrap();
        answer.assert_ok();
        ids.push(answer.text("PhysicalConnectionId"));
        requests.push(answer.text("RequestId"));
    }
    ids.dedup();
    requests.sort();
    requests.dedup();
    assert_eq!((ids.len(), requests.len()), (1, 8));
    assert_eq!(lab.count(TENANT).await, 1);
    let other =
        lab.tenant("CreatePhysicalConnection", &format!("{ORDER}&ClientToken=twin&Name=other-name")).await;
    other.assert_refused(400, "IdempotentParameterMismatch");
}

#[tokio::test]
async fn a_token_is_remembered_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let lab = Lab::with(Lab::options_on(&file), &Bounds::default()).await;
    let id = lab.create("&ClientToken=once").await;
    lab.stop().await;
    let lab = Lab::with(Lab::options_on(&file), &Bounds::default()).await;
    assert_eq!(lab.create("&ClientToken=once").await, id);
    assert_eq!(lab.count(TENANT).await, 1);
    lab.stop().await;
}

#[tokio::test]
async fn a_seed_and_a_manual_clock_make_two_runs_the_same() {
    let run = async || {
        let options = Sandbox { clock: ClockKind::Manual, seed: Some(7), ..Lab::options() };
        let lab = Lab::with(options, &Bounds::default()).await;
        let mut answers = vec![lab.tenant("CreatePhysicalConnection", ORDER).await];
        answers.push(lab.tenant(LIST, "RegionId=cn-hangzhou").await);
        answers.push(lab.tenant(LIST, "RegionId=atlantis-1").await);
        answers.push(lab.operator("AdvanceTime", "Seconds=86400").await);
        answers.push(lab.tenant("CreatePhysicalConnection", ORDER).await);
        answers.push(lab.operator("DescribeTime", "").await);
        let first = answers.clone();
        // A reset begins the very same run again.
        lab.operator("ResetSandbox", "").await.assert_ok();
        answers = vec![lab.tenant("CreatePhysicalConnection", ORDER).await];
        answers.push(lab.tenant(LIST, "RegionId=cn-hangzhou").await);
        assert_eq!(answers, first[..2]);
        first
    };
    let (one, other) = (run().await, run().await);
    assert_eq!(one, other);
    assert_eq!(one[5].json()["Now"], "2026-01-02T00:00:00Z");
}

#[tokio::test]
async fn a_manual_clock_and_numbered_identifiers_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Sandbox {
        clock: ClockKind::Manual,
        seed: Some(7),
        ..Lab::options_on(&folder.path().join("sandbox.db"))
    };
    let lab = Lab::with(options.clone(), &Bounds::default()).await;
    let first = lab.create("").await;
    lab.operator("AdvanceTime", "Seconds=60").await.assert_ok();
    lab.stop().await;
    let lab = Lab::with(options, &Bounds::default()).await;
    assert_eq!(lab.operator("DescribeTime", "").await.json()["Now"], "2026-01-01T00:01:00Z");
    assert_ne!(lab.create("").await, first);
    lab.stop().await;
}
