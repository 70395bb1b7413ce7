//! Laws that hold for any input: what is signed verifies, what is changed does not, what is flattened comes
//! back in order, what is written as XML can be read.

use proptest::prelude::*;
use rpc::sign::{self, Acs3};
use rpc::{Format, Params};

use crate::request::{Draft, form};

type Pairs = Vec<(String, String)>;

/// Business parameters with any text in them. Names are distinct and never common ones.
fn business() -> impl Strategy<Value = Pairs> {
    let name = prop_oneof!["x[A-Za-z0-9._-]{0,12}", "x\\PC{0,6}"];
    let value = prop_oneof!["\\PC{0,20}", any::<String>()];
    prop::collection::btree_map(name, value, 0..8).prop_map(|pairs| pairs.into_iter().collect())
}

/// Where each parameter goes, and how its blanks are written.
fn split() -> impl Strategy<Value = (Vec<bool>, bool, bool)> {
    (prop::collection::vec(any::<bool>(), 32), any::<bool>(), any::<bool>())
}

fn own(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
}

/// A request with the parameter signature, its parameters divided between query and form.
fn v1(business: &Pairs, secret: &str, (in_body, plus, post): &(Vec<bool>, bool, bool)) -> Draft {
    let method = if *post { "POST" } else { "GET" };
    let mut params = own(&[
        ("Action", "Act"),
        ("Version", "1"),
        ("AccessKeyId", "k"),
        ("SignatureNonce", "n"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureType", ""),
        ("Timestamp", "2026-11-20T12:00:00Z"),
    ]);
    params.extend_from_slice(business);
    params.push(("Signature".to_string(), sign::rpc_v1(method, &params, secret)));
    let goes = |at: usize| *post && in_body[at % in_body.len()];
    let part = |body: bool| -> Pairs {
        let chosen = params.iter().enumerate().filter(|(at, _)| goes(*at) == body);
        chosen.map(|(_, pair)| pair.clone()).collect()
    };
    let write = |pairs: Pairs| if *plus { form(&pairs).replace("%20", "+") } else { form(&pairs) };
    Draft::new(method, &format!("/?{}", write(part(false))))
        .body("application/x-www-form-urlencoded", &write(part(true)))
}

/// A request with the header signature, its parameters divided between query and body.
fn v3(business: &Pairs, secret: &str, (in_body, json, post): &(Vec<bool>, bool, bool)) -> Draft {
    let method = if *post { "POST" } else { "GET" };
    let goes = |at: usize| *post && in_body[at % in_body.len()];
    let part = |body: bool| -> Pairs {
        let chosen = business.iter().enumerate().filter(|(at, _)| goes(*at) == body);
        chosen.map(|(_, pair)| pair.clone()).collect()
    };
    let (query, inside) = (part(false), part(true));
    let body = if *json {
        let members = inside.into_iter().map(|(name, value)| (name, value.into()));
        serde_json::Value::Object(members.collect()).to_string()
    } else {
        form(&inside)
    };
    let medium = if *json { "application/json" } else { "application/x-www-form-urlencoded" };
    let headers = own(&[
        ("host", "h"),
        ("content-type", medium),
        ("x-acs-action", "Act"),
        ("x-acs-version", "1"),
        ("x-acs-date", "2026-11-20T12:00:00Z"),
        ("x-acs-signature-nonce", "n"),
        ("x-acs-content-sha256", &sign::payload_hash(body.as_bytes())),
    ]);
    let signer = Acs3 { method, query: &query, headers: &headers, body: body.as_bytes() };
    let authorization = signer.authorization("k", secret);
    let mut draft = Draft::new(method, &format!("/?{}", form(&query))).without("host");
    draft.headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    draft.body = body.into_bytes();
    draft.header("authorization", &authorization)
}

fn listed(params: &Params) -> Pairs {
    params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

proptest! {
    #[test]
    fn what_is_signed_verifies(business in business(), secret in "\\PC{0,30}", split in split()) {
        for draft in [v1(&business, &secret, &split), v3(&business, &secret, &split)] {
            let call = draft.call().unwrap();
            prop_assert!(call.verify(&secret).is_ok());
            let other = [&secret, "x"].concat();
            prop_assert!(call.verify(&other).is_err());
            prop_assert_eq!(listed(call.params()), business.clone());
        }
    }

    #[test]
    fn any_changed_parameter_breaks_the_signature(
        business in business(), split in split(), pick in any::<prop::sample::Index>(), more in "\\PC{1,3}",
    ) {
        prop_assume!(!business.is_empty());
        let at = pick.index(business.len());
        for sign in [v1, v3] {
            let genuine = sign(&business, "s", &split);
            let mut other = business.clone();
            other[at].1.push_str(&more);
            let mut forged = sign(&other, "wrong", &split);
            // The forger has the genuine signature and puts it on the changed request.
            transplant(&genuine, &mut forged);
            prop_assert!(forged.call().unwrap().verify("s").is_err());
        }
    }

    #[test]
    fn percent_encoding_is_undone_by_reading(text in any::<String>()) {
        let encoded = sign::percent_encode(&text);
        prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b)));
        let query = format!("/?Action=a&Version=v&X={encoded}");
        let call = Draft::new("GET", &query).call().unwrap();
        prop_assert_eq!(call.params().get("X"), Some(text.as_str()));
    }

    #[test]
    fn lists_come_back_in_numeric_order(items in prop::collection::btree_map(1_u32.., "\\PC{0,8}", 0..40)) {
        let pairs = items.iter().flat_map(|(n, text)| {
            [(format!("Tag.{n}.Key"), text.clone()), (format!("Id.{n}"), text.clone())]
        });
        let params = Params::from_pairs(pairs);
        let root = params.root();
        let read = |name: &str, child: Option<&str>| -> Vec<(u32, String)> {
            let items = root.child(name).items().map(|(n, item)| {
                let node = child.map_or(item.clone(), |child| item.child(child));
                (n, node.value().unwrap().to_string())
            });
            items.collect()
        };
        let expected: Vec<_> = items.into_iter().collect();
        prop_assert_eq!(read("Tag", Some("Key")), expected.clone());
        prop_assert_eq!(read("Id", None), expected);
    }

    #[test]
    fn anything_written_as_xml_can_be_read(key in any::<String>(), texts in prop::collection::vec(any::<String>(), 1..4)) {
        let body = serde_json::json!({ "List": { "Item": texts }, key: true }).to_string();
        let response = rpc::success(Format::Xml, "Act", "id", body.as_bytes());
        let document = std::str::from_utf8(&response.body).unwrap();
        let read = read_xml(document);
        prop_assert!(read.is_ok(), "{}: {:?}", document, read);
        let kept: String = texts.iter().flat_map(|text| text.chars()).map(|c| match c {
            '\t' | '\n' | '\r' => c,
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            c => c,
        }).collect();
        prop_assert!(read.unwrap().contains(&kept));
    }

    #[test]
    fn reading_never_panics(target in "/\\?[!-~]{0,60}", body in any::<Vec<u8>>(), line in "[ -~]{0,60}", v3 in any::<bool>()) {
        let prefix = if v3 { "ACS3-HMAC-SHA256 " } else { "" };
        for medium in ["application/json", "application/x-www-form-urlencoded"] {
            let draft = Draft { body: body.clone(), ..Draft::new("POST", &target) }
                .header("content-type", medium)
                .header("authorization", &format!("{prefix}{line}"));
            if let Some(parts) = draft.parts() && let Ok(call) = rpc::Call::parse(&parts, &draft.body) {
                prop_assert!(call.verify("s").is_err());
            }
        }
    }
}

/// Moves the signature of one request onto another.
fn transplant(from: &Draft, to: &mut Draft) {
    let signature = |draft: &Draft| {
        let query = String::from_utf8(draft.target.clone()).unwrap();
        let body = String::from_utf8(draft.body.clone()).unwrap();
        let line = [query, body].join("&");
        line.split(['&', '?']).find(|pair| pair.starts_with("Signature=")).map(ToString::to_string)
    };
    if let (Some(genuine), Some(forged)) = (signature(from), signature(to)) {
        let replaced =
            |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().replace(&forged, &genuine).into_bytes();
        (to.target, to.body) = (replaced(&to.target), replaced(&to.body));
    }
    let header = |draft: &Draft, name: &str| {
        draft.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone())
    };
    for name in ["authorization", "x-acs-content-sha256"] {
        if let Some(genuine) = header(from, name) {
            to.headers
                .iter_mut()
                .filter(|(given, _)| given == name)
                .for_each(|(_, value)| value.clone_from(&genuine));
        }
    }
}

/// The text of a document, or what is wrong with it.
fn read_xml(document: &str) -> Result<String, String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(document);
    let mut text = String::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(text),
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(entity) => {
                let character = match entity.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) => character,
                    None => match &*entity {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        other => return Err(format!("unknown entity {other}")),
                    },
                };
                text.push(character);
            }
            _ => {}
        }
    }
}
