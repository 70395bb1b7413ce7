//! Every refusal of the gateway that needs no key, in the contract's order, and the choices of safety: what
//! the signature does not cover must not become a parameter.

use rpc::limits::{BODY_BYTES_MAX, HEAD_BYTES_MAX, NONCE_BYTES_MAX, PARAMETERS_MAX};
use rpc::sign::{self, Acs3};
use rpc::{Call, Format};

use crate::request::{Draft, form};

const SECRET: &str = "a secret";
const KEY: &str = "AKID";

/// The code of the first refusal on the whole way, or `ok`.
fn outcome(draft: &Draft) -> String {
    let checked = draft.call().and_then(|call| {
        call.credentials()?;
        call.check_freshness(NOW)?;
        call.verify(SECRET)
    });
    checked.map_or_else(|error| error.code().name, |()| "ok").to_string()
}

const NOW: i64 = 1_795_176_000_000; // 2026-11-20T12:00:00Z
const STAMP: &str = "2026-11-20T12:00:00Z";

fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
}

fn common() -> Vec<(String, String)> {
    own(&[
        ("Action", "DescribeThings"),
        ("Version", "2016-04-28"),
        ("AccessKeyId", KEY),
        ("SignatureNonce", "n-1"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("Timestamp", STAMP),
    ])
}

/// The common parameters with some set to another value, or left out for `None`; then signed.
fn v1(changes: &[(&str, Option<&str>)]) -> Draft {
    let mut params = common();
    for (name, value) in changes {
        params.retain(|(given, _)| given != name);
        params.extend(value.map(|value| ((*name).to_string(), value.to_string())));
    }
    if !params.iter().any(|(name, _)| name == "Signature") && !changes.contains(&("Signature", None)) {
        params.push(("Signature".to_string(), sign::rpc_v1("GET", &params, SECRET)));
    }
    Draft::new("GET", &format!("/?{}", form(&params)))
}

/// A request of the header signature whose headers can be changed before it is signed.
fn v3(changes: &[(&str, Option<&str>)], body: &str) -> Draft {
    let hash = sign::payload_hash(body.as_bytes());
    let mut headers = own(&[
        ("host", "vpc.example"),
        ("x-acs-action", "DescribeThings"),
        ("x-acs-version", "2016-04-28"),
        ("x-acs-date", STAMP),
        ("x-acs-signature-nonce", "n-1"),
        ("x-acs-content-sha256", &hash),
    ]);
    for (name, value) in changes {
        headers.retain(|(given, _)| given != name);
        headers.extend(value.map(|value| ((*name).to_string(), value.to_string())));
    }
    let signer = Acs3 { method: "POST", query: &[], headers: &headers, body: body.as_bytes() };
    let authorization = signer.authorization(KEY, SECRET);
    let mut draft = Draft::new("POST", "/").without("host").header("Authorization", &authorization);
    draft.headers.extend(headers.into_iter().map(|(name, value)| (name, value.into_bytes())));
    draft.body = body.into();
    draft
}

/// The Authorization header of a draft, rewritten.
fn reauthorized(draft: &Draft, rewrite: impl Fn(&str) -> String) -> Draft {
    let mut draft = draft.clone();
    let (_, value) = draft.headers.iter_mut().find(|(name, _)| name == "Authorization").unwrap();
    *value = rewrite(std::str::from_utf8(value).unwrap()).into_bytes();
    draft
}

// One request with everything wrong, put right one thing at a time: each step shows the next refusal.
#[test]
fn the_refusals_of_the_parameter_signature_come_in_the_contracts_order() {
    let mut params: Vec<(&str, Option<&str>)> = [
        "Action",
        "Version",
        "AccessKeyId",
        "Signature",
        "SignatureNonce",
        "SignatureMethod",
        "SignatureVersion",
        "Timestamp",
    ]
    .map(|name| (name, Some("")))
    .to_vec();
    params.push(("Format", Some("YAML")));
    params.push(("SignatureType", Some("BEARERTOKEN")));
    let mut seen = Vec::new();
    let mut fix = |name: &str, value: Option<&'static str>, draft: fn(Draft) -> Draft| {
        seen.push(outcome(&draft(v1(&params))));
        params.iter_mut().filter(|(given, _)| *given == name).for_each(|change| change.1 = value);
    };
    let delete = |draft: Draft| Draft {
        method: b"DELETE".to_vec(),
        target: [b"/x", &draft.target[1..]].concat(),
        ..draft
    };
    let elsewhere = |draft: Draft| Draft { target: [b"/x", &draft.target[1..]].concat(), ..draft };
    fix("", None, |draft| Draft { body: vec![b' '; BODY_BYTES_MAX + 1], method: b"PUT".to_vec(), ..draft });
    fix("", None, |draft| {
        Draft { method: b"PUT".to_vec(), ..draft }.body("application/x-www-form-urlencoded", "a=%zz")
    });
    fix("", None, delete);
    fix("", None, elsewhere);
    fix("Format", None, |draft| draft);
    fix("Action", Some("DescribeThings"), |draft| draft);
    fix("Version", Some("2016-04-28"), |draft| draft);
    fix("SignatureType", Some(""), |draft| draft);
    fix("AccessKeyId", Some("STS.AKID"), |draft| draft);
    fix("Signature", Some("short"), |draft| draft);
    fix("SignatureNonce", Some("n"), |draft| draft);
    fix("SignatureMethod", Some("HMAC-SHA256"), |draft| draft);
    fix("SignatureVersion", Some("2.0"), |draft| draft);
    fix("Timestamp", Some("yesterday"), |draft| draft);
    fix("SignatureMethod", Some("Hmac-Sha1"), |draft| draft);
    fix("SignatureVersion", Some("1.0"), |draft| draft);
    fix("Signature", Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA="), |draft| draft);
    fix("AccessKeyId", Some(KEY), |draft| draft);
    fix("Timestamp", Some("2026-11-20T11:44:59Z"), |draft| draft);
    fix("Timestamp", Some(STAMP), |draft| draft);
    fix("", None, |draft| draft);
    expect_test::expect![[r"
        RequestEntityTooLarge
        InvalidParameter
        UnsupportedHTTPMethod
        InvalidPath
        InvalidParameter.Format
        MissingAction
        MissingVersion
        InvalidSignatureMethod
        MissingAccessKeyId
        MissingSignature
        MissingSignatureNonce
        MissingSignatureMethod
        MissingSignatureVersion
        MissingTimestamp
        InvalidSignatureMethod
        InvalidSignatureVersion
        IncompleteSignature
        MissingSecurityToken
        InvalidTimeStamp.Format
        InvalidTimeStamp.Expired
        SignatureDoesNotMatch
    "]]
    .assert_eq(&(seen.join("\n") + "\n"));
    assert_eq!(outcome(&v1(&[])), "ok");
    assert_eq!(outcome(&v1(&[("SignatureType", Some("")), ("SignatureMethod", Some("hmac-sha1"))])), "ok");
}

#[test]
fn the_header_signature_misses_what_is_missing() {
    let cases = [
        ("x-acs-action", None, "MissingAction"),
        ("x-acs-action", Some(" "), "MissingAction"),
        ("x-acs-version", None, "MissingVersion"),
        ("x-acs-signature-nonce", None, "MissingSignatureNonce"),
        ("x-acs-date", None, "MissingTimestamp"),
        ("x-acs-date", Some("today"), "InvalidTimeStamp.Format"),
        ("x-acs-date", Some("2026-11-20T12:15:01Z"), "InvalidTimeStamp.Expired"),
        ("x-acs-content-sha256", None, "IncompleteSignature"),
        ("x-acs-content-sha256", Some("e3b0"), "SignatureDoesNotMatch"),
        ("host", None, "IncompleteSignature"),
        ("x-acs-accesskey-id", Some("another"), "IncompleteSignature"),
        ("x-acs-accesskey-id", Some(KEY), "ok"),
        ("x-acs-signature-type", Some("BEARERTOKEN"), "InvalidSignatureMethod"),
        ("x-acs-security-token", Some("token"), "ok"),
        ("x-other", Some("  trimmed\t"), "ok"),
    ];
    for (name, value, expected) in cases {
        assert_eq!(outcome(&v3(&[(name, value)], "")), expected, "{name}: {value:?}");
    }
}

#[test]
fn a_malformed_authorization_is_incomplete() {
    let good = v3(&[], "");
    let rewrites: [(&str, &str, &str); 10] = [
        ("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3", "InvalidSignatureMethod"),
        ("ACS3-HMAC-SHA256", "ACS3-RSA-SHA256", "InvalidSignatureMethod"),
        ("Credential=AKID", "Credential=", "IncompleteSignature"),
        ("Credential=AKID,", "", "IncompleteSignature"),
        ("Credential=AKID", "Credential=STS.AKID", "MissingSecurityToken"),
        ("SignedHeaders=host;", "SignedHeaders=", "IncompleteSignature"),
        ("SignedHeaders=host;", "SignedHeaders=host;host;", "IncompleteSignature"),
        ("SignedHeaders=host;", "SignedHeaders=host;absent;", "IncompleteSignature"),
        ("Credential=AKID,", "Credential=AKID,Credential=AKID,", "IncompleteSignature"),
        (",Signature=", ",Signature=A", "IncompleteSignature"),
    ];
    for (from, to, expected) in rewrites {
        let draft = reauthorized(&good, |line| {
            assert!(line.contains(from));
            line.replacen(from, to, 1)
        });
        assert_eq!(outcome(&draft), expected, "{from} → {to}");
    }
    let spaced = reauthorized(&good, |line| line.replace(',', " ,  ").replacen(' ', "  ", 1));
    assert_eq!(outcome(&spaced), "ok", "spaces around commas are tolerated");
    assert_eq!(outcome(&reauthorized(&good, |_| "ACS3-HMAC-SHA256".to_string())), "IncompleteSignature");
    assert_eq!(outcome(&reauthorized(&good, |_| "Bearer x".to_string())), "MissingAction");
    assert_eq!(outcome(&good.clone().header("x-acs-action", "Other")), "IncompleteSignature");
    let bearer = Draft::new("POST", "/").header("x-acs-bearer-token", "t").header("x-acs-action", "A");
    assert_eq!(outcome(&bearer.header("x-acs-version", "1")), "InvalidSignatureMethod");
}

// A header that means something and is not covered could be exchanged on the way.
#[test]
fn what_must_be_signed_must_be_named() {
    let signed = v3(&[], "");
    for name in ["host", "action", "version", "date", "signature-nonce", "content-sha256"] {
        let name = if name == "host" { name.to_string() } else { format!("x-acs-{name}") };
        let unnamed = reauthorized(&signed, |line| {
            let line = line.replacen(&format!("={name};"), "=", 1).replacen(&format!(";{name};"), ";", 1);
            line.replacen(&format!(";{name},"), ",", 1)
        });
        assert_ne!(unnamed.headers, signed.headers, "{name}");
        assert_eq!(outcome(&unnamed), "IncompleteSignature", "{name}");
    }
    assert_eq!(outcome(&signed.header("x-acs-security-token", "added")), "IncompleteSignature");
}

#[test]
fn several_headers_of_one_name_are_sorted_and_joined() {
    let signed = v3(&[("x-acs-list", Some("a,b"))], "");
    let sent = signed.without("x-acs-list").header("X-Acs-List", " b ").header("x-acs-list", "a");
    assert_eq!(outcome(&sent), "ok");
}

#[test]
fn an_incomplete_signature_says_what_the_server_would_sign() {
    let error = v1(&[("Signature", Some("short"))]).call().unwrap().credentials().unwrap_err();
    let (before, string) = error.message().split_once(':').unwrap();
    assert_eq!(
        before,
        "The request signature does not conform to Aliyun standards. server string to sign is"
    );
    assert!(string.starts_with("GET&%2F&AccessKeyId%3DAKID%26Action"), "{string}");
}

#[test]
fn a_token_for_a_key_that_is_not_temporary_is_passed_on() {
    let call = v1(&[("SecurityToken", Some("FAKE+/="))]).call().unwrap();
    assert_eq!(call.credentials().unwrap().security_token, Some("FAKE+/="));
    assert_eq!(outcome(&v1(&[("AccessKeyId", Some("STS.x")), ("SecurityToken", Some("t"))])), "ok");
}

#[test]
fn limits_of_a_request_hold_at_their_bounds() {
    let nonce = |bytes: usize| outcome(&v1(&[("SignatureNonce", Some(&"n".repeat(bytes)))]));
    assert_eq!(
        (nonce(NONCE_BYTES_MAX).as_str(), nonce(NONCE_BYTES_MAX + 1).as_str()),
        ("ok", "InvalidParameter")
    );
    let padded = |bytes: usize| outcome(&v1(&[]).header("x-pad", &"p".repeat(bytes)));
    assert_eq!(padded(HEAD_BYTES_MAX - 1024), "ok");
    assert_eq!(padded(HEAD_BYTES_MAX), "RequestEntityTooLarge");
    let many = |count: usize| (0..count).map(|n| format!("P{n}=")).collect::<Vec<_>>().join("&");
    let sent = |count: usize| outcome(&v1(&[]).body("application/x-www-form-urlencoded", &many(count)));
    assert_eq!(sent(PARAMETERS_MAX - 8), "SignatureDoesNotMatch");
    assert_eq!(sent(PARAMETERS_MAX - 7), "InvalidParameter");
    let opaque = |bytes: usize| outcome(&Draft { body: vec![b'x'; bytes], ..v1(&[]) });
    assert_eq!(
        (opaque(BODY_BYTES_MAX).as_str(), opaque(BODY_BYTES_MAX + 1).as_str()),
        ("ok", "RequestEntityTooLarge")
    );
}

// The parameter signature covers no JSON, so JSON must not become parameters under it.
#[test]
fn a_json_body_counts_only_under_the_header_signature() {
    let v1 = v1(&[]).body("application/json", "{\"InstanceId\":\"pc-1\"}");
    assert_eq!(outcome(&v1), "ok");
    assert!(v1.call().unwrap().params().is_empty());

    let v3 = v3(&[("content-type", Some("application/json"))], "{\"InstanceId\":\"pc-1\"}");
    assert_eq!(outcome(&v3), "ok");
    assert_eq!(v3.call().unwrap().params().get("InstanceId"), Some("pc-1"));
}

// The medium decides what the bytes mean, so a medium that is not signed must not give them a meaning.
#[test]
fn a_body_is_read_only_when_its_medium_is_signed() {
    for medium in ["application/json", "application/x-www-form-urlencoded"] {
        let draft = v3(&[], "{}").header("content-type", medium);
        assert_eq!(outcome(&draft), "IncompleteSignature", "{medium}");
    }
    let opaque = v3(&[], "InstanceId=pc-1").header("content-type", "text/plain");
    assert_eq!(outcome(&opaque), "ok");
    assert!(opaque.call().unwrap().params().is_empty());
    let twice = v3(&[("content-type", Some("application/json,text/plain"))], "{}")
        .without("content-type")
        .header("content-type", "text/plain")
        .header("content-type", "application/json");
    assert_eq!(outcome(&twice), "ok", "the first is opaque, so nothing is read");
    let swapped = v3(&[("content-type", Some("application/json,text/plain"))], "{\"A\":1}")
        .without("content-type")
        .header("content-type", "application/json")
        .header("content-type", "text/plain");
    assert_eq!(outcome(&swapped), "IncompleteSignature", "a meaning that hangs on the order of headers");
}

#[test]
fn the_form_of_the_answer_follows_format_then_accept() {
    let v1_format = |text: &str| v1(&[("Format", Some(text))]).call().map(|call| call.format()).ok();
    let [json, xml] = [Some(Format::Json), Some(Format::Xml)];
    assert_eq!(["json", "JSON", "None", ""].map(v1_format), [json; 4]);
    assert_eq!(["xml", "XML", "Xml"].map(v1_format), [xml; 3]);
    assert_eq!(["none", "yaml", "JSON "].map(v1_format), [None; 3]);

    let accept = |draft: Draft, text: &str| draft.header("accept", text).call().unwrap().format();
    assert_eq!(accept(v1(&[]), "text/xml"), Format::Json, "the old signature has no say by header");
    assert_eq!(accept(v3(&[], ""), "application/json"), Format::Json);
    assert_eq!(accept(v3(&[], ""), "*/*"), Format::Json);
    assert_eq!(accept(v3(&[], ""), "text/html, Application/XML;q=0.9"), Format::Xml);
    assert_eq!(accept(v3(&[], ""), "text/xml"), Format::Xml);
}

#[test]
fn the_form_of_an_early_error_is_guessed_without_reading_the_request() {
    let guess = |draft: &Draft| rpc::format_of(&draft.parts().unwrap());
    assert_eq!(guess(&Draft::new("GET", "/?a=%zz&Format=xml")), Format::Xml);
    assert_eq!(guess(&Draft::new("GET", "/?Format=pdf").header("accept", "text/xml")), Format::Json);
    assert_eq!(guess(&Draft::new("GET", "/").header("accept", "text/xml")), Format::Json);
    let signed = Draft::new("GET", "/").header("authorization", "ACS3-X").header("accept", "text/xml");
    assert_eq!(guess(&signed), Format::Xml);
}

#[test]
fn the_host_is_whatever_was_sent() {
    let host = |draft: &Draft| rpc::host_of(&draft.parts().unwrap()).to_string();
    let odd = v1(&[]).without("host").header("Host", "http://127.0.0.1:18080");
    assert_eq!(odd.call().unwrap().host(), "http://127.0.0.1:18080");
    assert_eq!(host(&Draft::new("GET", "http://proxied.example/?a=b").without("host")), "proxied.example");
    assert_eq!(host(&Draft::new("GET", "/").without("host")), "");
}

#[test]
fn parameters_are_read_from_query_and_form_and_the_body_wins() {
    let mut params = common();
    params.extend(own(&[("RegionId", "cn-b"), ("ClientToken", "t"), ("Name", "a b+c")]));
    let signature = sign::rpc_v1("POST", &params, SECRET);
    let query = own(&[("RegionId", "cn-a"), ("Signature", &signature)]);
    let draft = Draft::new("POST", &format!("/?{}", form(&query)))
        .body("application/x-www-form-urlencoded; charset=utf-8", &form(&params).replace("%20", "+"));
    assert_eq!(outcome(&draft), "ok");
    let call = draft.call().unwrap();
    let read: Vec<_> = call.params().iter().collect();
    assert_eq!(read, [("ClientToken", "t"), ("Name", "a b+c"), ("RegionId", "cn-b")]);
}

#[test]
fn invalid_text_is_refused_before_anything_else() {
    for query in ["Name=%ff", "Name=%E6%B5", "Name=%", "%=1", "Name=1&Name=1"] {
        let draft = Draft::new("GET", &format!("/?{query}"));
        assert_eq!(outcome(&draft), "InvalidParameter", "{query}");
        assert_eq!(draft.call().unwrap_err().code().status, 400);
    }
}

#[test]
fn debug_output_keeps_secrets() {
    let call = v1(&[("SecurityToken", Some("hush-token")), ("PMCertificateNo", Some("hush-number"))]);
    let call = call.call().unwrap();
    let shown = format!("{call:?} {:?}", call.credentials().unwrap());
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains("PMCertificateNo"), "{shown}");
}

// A forged request of a mebibyte must not draw an answer five times its size.
#[test]
fn the_echo_of_the_string_to_sign_is_bounded() {
    let body = "x=".to_string() + &"%FF".replace("FF", "E6%B5%8B").repeat(20_000);
    let draft = v1(&[]).body("application/x-www-form-urlencoded", &body);
    let call: Call = draft.call().unwrap();
    assert!(call.string_to_sign().len() > 250_000);
    let message = call.verify(SECRET).unwrap_err().message().len();
    assert!(message < 66_000, "{message}");
}
