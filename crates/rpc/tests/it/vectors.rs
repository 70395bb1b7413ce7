//! The synthetic check values and the two published ones, signed by our signer and read by our reader.

use rpc::sign::{self, Acs3};
use serde_json::Value;

use crate::request::{Draft, form, json, pairs};

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key].as_str().unwrap()
}

/// The request of a vector of the parameter signature.
fn rpc_v1(vector: &Value, signature: &str) -> Draft {
    let mut query = pairs(&vector["query"]);
    let mut body = pairs(&vector["body_form"]);
    let carrier = if query.is_empty() { &mut body } else { &mut query };
    carrier.push(("Signature".to_string(), signature.to_string()));
    let draft = Draft::new(text(vector, "method"), &format!("/?{}", form(&query)));
    if body.is_empty() { draft } else { draft.body("application/x-www-form-urlencoded", &form(&body)) }
}

#[test]
fn every_vector_of_the_parameter_signature_holds() {
    for vector in json("vectors.json")["v1"].as_array().unwrap() {
        let name = text(vector, "name");
        let (method, secret) = (text(vector, "method"), text(vector, "access_key_secret"));
        let params = [pairs(&vector["query"]), pairs(&vector["body_form"])].concat();
        assert_eq!(sign::rpc_v1_string(method, &params), text(vector, "string_to_sign"), "{name}");
        let signature = sign::rpc_v1(method, &params, secret);
        assert_eq!(signature, text(vector, "signature"), "{name}");
        let call = rpc_v1(vector, &signature).call().unwrap();
        assert_eq!(call.string_to_sign(), text(vector, "string_to_sign"), "{name}");
        call.verify(secret).unwrap();
    }
}

/// The request of a vector of the header signature.
fn acs3(vector: &Value) -> Draft {
    let mut draft =
        Draft::new(text(vector, "method"), &format!("/?{}", form(&pairs(&vector["query"])))).without("host");
    for (name, value) in pairs(&vector["headers"]) {
        draft = draft.header(&name, &value);
    }
    draft.body = text(vector, "body").into();
    draft.header("Authorization", text(vector, "authorization"))
}

#[test]
fn every_vector_of_the_header_signature_holds() {
    for vector in json("vectors.json")["v3"].as_array().unwrap() {
        let name = text(vector, "name");
        let (query, headers) = (pairs(&vector["query"]), pairs(&vector["headers"]));
        let secret = text(vector, "access_key_secret");
        let signer = Acs3 {
            method: text(vector, "method"),
            query: &query,
            headers: &headers,
            body: text(vector, "body").as_bytes(),
        };
        assert_eq!(signer.canonical_request(), text(vector, "canonical_request"), "{name}");
        assert_eq!(signer.string_to_sign(), text(vector, "string_to_sign"), "{name}");
        assert_eq!(signer.signature(secret), text(vector, "signature"), "{name}");
        let authorization = signer.authorization(text(vector, "access_key_id"), secret);
        assert_eq!(authorization, text(vector, "authorization"), "{name}");
        let call = acs3(vector).call().unwrap();
        assert_eq!(call.string_to_sign(), text(vector, "string_to_sign"), "{name}");
        call.verify(secret).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_published_values_hold() {
    let example = |stamp: &str| {
        let pairs = [
            ("AccessKeyId", "testid"),
            ("Action", "DescribeRegions"),
            ("Format", "XML"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
            ("SignatureVersion", "1.0"),
            ("Version", "2014-05-26"),
            (stamp, "2016-02-23T12:46:24Z"),
        ];
        pairs.map(|(name, value)| (name.to_string(), value.to_string())).to_vec()
    };
    for (stamp, signature) in
        [("Timestamp", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="), ("TimeStamp", "CT9X0VtwR86fNWSnsc6v8YGOjuE=")]
    {
        let mut params = example(stamp);
        assert_eq!(sign::rpc_v1("GET", &params, "testsecret"), signature);
        params.push(("Signature".to_string(), signature.to_string()));
        let call = Draft::new("GET", &format!("/?{}", form(&params))).call().unwrap();
        call.verify("testsecret").unwrap();
        assert_eq!(call.format(), rpc::Format::Xml);
        assert_eq!(call.credentials().unwrap().timestamp_ms, 1_456_231_584_000);
    }

    let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
    };
    let query = own(&[
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
        ("RegionId", "cn-shanghai"),
    ]);
    let headers = own(&[
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-version", "2014-05-26"),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-content-sha256", sign::EMPTY_PAYLOAD),
    ]);
    let signer = Acs3 { method: "POST", query: &query, headers: &headers, body: b"" };
    assert_eq!(
        signer.string_to_sign(),
        "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    );
    assert_eq!(
        signer.signature("YourAccessKeySecret"),
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    );
}

/// The refusals the vectors are meant to bring about.
#[test]
fn the_negative_cases_of_the_vectors_are_refused() {
    let vectors = json("vectors.json");
    let v1 = |at: usize| rpc_v1(&vectors["v1"][at], text(&vectors["v1"][at], "signature"));
    let v3 = |at: usize| acs3(&vectors["v3"][at]);
    let replaced = |draft: &Draft, from: &str, to: &str| {
        let target = String::from_utf8(draft.target.clone()).unwrap();
        assert!(target.contains(from));
        Draft { target: target.replace(from, to).into(), ..draft.clone() }
    };
    let code = |draft: &Draft| {
        let secret = "fake-secret-not-real-0001";
        draft.call().and_then(|call| call.verify(secret)).map_or_else(|error| error.code().name, |()| "ok")
    };
    assert_eq!(code(&replaced(&v1(0), "cn-hangzhou", "cn-beijing")), "SignatureDoesNotMatch");
    assert_eq!(code(&Draft { method: b"POST".to_vec(), ..v1(0) }), "SignatureDoesNotMatch");
    assert_eq!(code(&replaced(&v1(1), "&SignatureType=", "")), "SignatureDoesNotMatch");
    assert_eq!(code(&Draft { body: b"x".to_vec(), ..v3(0) }), "SignatureDoesNotMatch");
    let mut body = v3(4).body;
    body[0] ^= 1;
    assert_eq!(code(&Draft { body, ..v3(4) }), "SignatureDoesNotMatch");
    assert_eq!(code(&v3(3).without("x-acs-security-token")), "IncompleteSignature");

    let call = v1(0).call().unwrap();
    let stamped = call.credentials().unwrap().timestamp_ms;
    let fresh =
        |ms: i64| call.check_freshness(stamped + ms).map_or_else(|error| error.code().name, |()| "ok");
    assert_eq!((fresh(901_000), fresh(-901_000)), ("InvalidTimeStamp.Expired", "InvalidTimeStamp.Expired"));
    assert_eq!((fresh(900_001), fresh(-900_001)), ("InvalidTimeStamp.Expired", "InvalidTimeStamp.Expired"));
    assert_eq!((fresh(899_000), fresh(900_000), fresh(-900_000)), ("ok", "ok", "ok"));
}
