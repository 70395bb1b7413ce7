//! What real clients sent: every recorded request is read, believed, and not believed when any one byte
//! that is signed is another.

use serde_json::Value;

use crate::request::{Draft, json, recorded};

struct Capture {
    file: String,
    draft: Draft,
    entry: Value,
}

fn captures() -> Vec<Capture> {
    let index = json("index.json");
    let entries = index["captures"].as_array().unwrap();
    assert_eq!(entries.len(), 53, "the index names every recorded request");
    entries
        .iter()
        .map(|entry| {
            let file = entry["file"].as_str().unwrap().to_string();
            Capture { draft: recorded(&file), file, entry: entry.clone() }
        })
        .collect()
}

fn secret(access_key_id: &str) -> &'static str {
    match access_key_id {
        "FAKEAKID0001" => "fake-secret-not-real-0001",
        "STS.FAKEAKID0002" => "fake-secret-not-real-0002",
        _ => "a key nobody has",
    }
}

#[test]
fn every_capture_verifies_as_recorded() {
    let secrets = json("index.json")["secrets"].clone();
    for Capture { file, draft, entry } in captures() {
        assert_eq!(draft.body.len() as u64, entry["body_bytes"], "{file}");
        let call = draft.call().unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(call.action(), entry["action"], "{file}");
        assert_eq!(call.string_to_sign(), entry["string_to_sign"], "{file}");
        let credentials = call.credentials().unwrap();
        assert_eq!(secrets[credentials.access_key_id], secret(credentials.access_key_id), "{file}");
        let token = credentials.access_key_id.starts_with("STS.").then_some("FAKE+TOKEN/with=chars");
        assert_eq!(credentials.security_token, token, "{file}");
        call.verify(secret(credentials.access_key_id)).unwrap_or_else(|error| panic!("{file}: {error}"));
        call.check_freshness(credentials.timestamp_ms).unwrap();
        assert_eq!(call.format(), rpc::Format::Json, "{file}");
        let stripped =
            ["Action", "Version", "Format", "Signature", "SignatureNonce", "AccessKeyId", "Timestamp"];
        assert!(stripped.iter().all(|name| call.params().get(name).is_none()), "{file}");
    }
}

/// The meaning of a request, as far as a signature covers it. Two requests with one meaning are one request.
fn meaning(draft: &Draft) -> Option<Vec<String>> {
    let parts = draft.parts()?;
    let call = draft.call().ok()?;
    let credentials = call.credentials().ok()?;
    let mut meaning =
        vec![parts.method.to_string(), parts.uri.path().to_string(), call.string_to_sign().to_string()];
    meaning.extend([call.action().to_string(), call.version().to_string(), format!("{credentials:?}")]);
    meaning.push(format!("{:?} {:?}", credentials.security_token, call.format()));
    meaning.extend(call.params().iter().map(|(name, value)| format!("{name}={value}")));
    Some(meaning)
}

fn believed(draft: &Draft) -> bool {
    let Some(parts) = draft.parts() else { return false };
    let Ok(call) = rpc::Call::parse(&parts, &draft.body) else { return false };
    let Ok(credentials) = call.credentials() else { return false };
    call.verify(secret(credentials.access_key_id)).is_ok()
}

/// Changes one byte after another in one place of the request and returns how many changes were believed
/// without being the same request.
fn mutate(draft: &Draft, place: impl Fn(&mut Draft) -> &mut [u8]) -> (usize, usize) {
    let original = meaning(draft);
    let (mut tried, mut wrong) = (0, 0);
    let mut changed = draft.clone();
    for at in 0..place(&mut changed).len() {
        let before = place(&mut changed)[at];
        for after in [before ^ 1, before ^ 0x20, b'+', b'&', b'%'] {
            if after == before {
                continue;
            }
            place(&mut changed)[at] = after;
            tried += 1;
            if believed(&changed) && meaning(&changed) != original {
                eprintln!("{}", String::from_utf8_lossy(place(&mut changed)));
                wrong += 1;
            }
        }
        place(&mut changed)[at] = before;
    }
    (tried, wrong)
}

#[test]
fn a_capture_with_any_signed_byte_changed_is_not_believed() {
    for Capture { file, draft, .. } in captures() {
        let query = draft.query_start();
        let (tried, wrong) = mutate(&draft, |draft| &mut draft.target[query..]);
        assert_eq!(wrong, 0, "{file}: query");
        let (more, wrong) = mutate(&draft, |draft| &mut draft.body);
        assert_eq!(wrong, 0, "{file}: body");
        let (few, wrong) = mutate(&draft, |draft| &mut draft.method);
        assert_eq!(wrong, 0, "{file}: method");
        assert!(few > 0 && tried + more > 0, "{file}: something was changed");
        for at in 0..draft.headers.len() {
            if signed(&draft, at) {
                let (_, wrong) = mutate(&draft, |draft| &mut draft.headers[at].1);
                assert_eq!(wrong, 0, "{file}: {}", draft.headers[at].0);
            }
        }
    }
}

/// Whether a header is covered, the Authorization line itself included.
fn signed(draft: &Draft, at: usize) -> bool {
    let value = |name: &str| {
        let found = draft.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| String::from_utf8(value.clone()).unwrap())
    };
    let name = draft.headers[at].0.to_ascii_lowercase();
    let Some(authorization) = value("authorization") else { return false };
    let list = authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
    name == "authorization" || list.split(';').any(|signed| signed == name)
}

#[test]
fn a_capture_does_not_verify_with_another_secret() {
    for Capture { file, draft, entry } in captures() {
        let error = draft.call().unwrap().verify("fake-secret-not-real-0003").unwrap_err();
        assert_eq!((error.code().name, error.code().status), ("SignatureDoesNotMatch", 400), "{file}");
        let expected = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{}",
            entry["string_to_sign"].as_str().unwrap()
        );
        assert_eq!(error.message(), expected, "{file}");
    }
}

#[test]
fn bodies_become_parameters_by_their_media_type() {
    let params = |file: &str| {
        let call = recorded(file).call().unwrap();
        call.params().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        params("python-tea-generic-jsonbody.CreatePhysicalConnection.http"),
        "AccessPointId=ap-x PeerLocation=测 RegionId=cn-hangzhou"
    );
    assert_eq!(
        params("python-tea-generic-formbody.CreatePhysicalConnection.http"),
        "AccessPointId=ap-x AutoPay=True PeerLocation=a b*~(测) RegionId=cn-hangzhou Tag.1.Key=env Tag.1.Value=a b"
    );
    assert_eq!(
        params("go-tea-rpc-terraform-shape.ApplyPhysicalConnectionLOA.http"),
        "CompanyName=示例公司 InstanceId=pc-fake1 PMInfo.1.PMGender=Male PMInfo.1.PMName=Zhang San \
         PMInfo.2.PMGender=Female PMInfo.2.PMName=Li Si RegionId=cn-hangzhou"
    );
}
