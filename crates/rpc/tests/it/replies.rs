//! The exact bytes of answers, in both forms.

use expect_test::{Expect, expect};
use rpc::{Code, Error, Format, Json, Kind, Reply, Response, Stored, Wire, body, failure, success};

/// A label of a circuit.
#[derive(Reply)]
struct Label {
    /// Its name.
    key: String,
    /// Its value.
    value: Option<String>,
}

#[derive(Reply)]
struct Labels {
    /// The labels, under the contract's own irregular name.
    #[reply(rename = "tags")]
    tags: Vec<Label>,
}

#[derive(Reply)]
struct Circuit {
    /// The circuit's id.
    physical_connection_id: String,
    /// Mbit/s.
    bandwidth: i64,
    /// Whether it may
    /// be used.
    ///
    /// A second paragraph.
    enabled: bool,
    /// Its labels.
    tags: Labels,
}

#[derive(Reply)]
struct CircuitSet {
    /// The circuits of the page.
    physical_connection_type: Vec<Stored<Circuit>>,
}

#[derive(Reply)]
struct Page {
    /// All matches.
    total_count: i32,
    /// The page.
    physical_connection_set: CircuitSet,
}

#[derive(Reply)]
struct Nothing {}

fn circuit(id: &str, tags: Vec<Label>) -> Circuit {
    Circuit { physical_connection_id: id.to_string(), bandwidth: 100, enabled: true, tags: Labels { tags } }
}

fn label(key: &str, value: Option<&str>) -> Label {
    Label { key: key.to_string(), value: value.map(ToString::to_string) }
}

fn page(circuits: &[Circuit]) -> Vec<u8> {
    let stored = circuits.iter().map(|circuit| Stored::from_bytes(body(circuit))).collect();
    body(&Page { total_count: 7, physical_connection_set: CircuitSet { physical_connection_type: stored } })
}

fn check(response: &Response, status: u16, content_type: &str, expected: &Expect) {
    assert_eq!((response.status, response.content_type), (status, content_type));
    expected.assert_eq(std::str::from_utf8(&response.body).unwrap());
}

const JSON: &str = "application/json;charset=utf-8";
const XML: &str = "text/xml;charset=utf-8";
const ID: &str = "4F8C-1";

#[test]
fn a_page_in_both_forms() {
    let page = page(&[
        circuit("pc-1", vec![label("a<b>", Some("\"测\"\r\n\u{1}")), label("bare", None)]),
        circuit("pc-2", vec![]),
    ]);
    check(
        &success(Format::Json, "DescribePhysicalConnections", ID, &page),
        200,
        JSON,
        &expect![[
            r#"{"RequestId":"4F8C-1","TotalCount":7,"PhysicalConnectionSet":{"PhysicalConnectionType":[{"PhysicalConnectionId":"pc-1","Bandwidth":100,"Enabled":true,"Tags":{"tags":[{"Key":"a<b>","Value":"\"测\"\r\n\u0001"},{"Key":"bare"}]}},{"PhysicalConnectionId":"pc-2","Bandwidth":100,"Enabled":true,"Tags":{"tags":[]}}]}}"#
        ]],
    );
    check(
        &success(Format::Xml, "DescribePhysicalConnections", ID, &page),
        200,
        XML,
        &expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?><DescribePhysicalConnectionsResponse><RequestId>4F8C-1</RequestId><TotalCount>7</TotalCount><PhysicalConnectionSet><PhysicalConnectionType><PhysicalConnectionId>pc-1</PhysicalConnectionId><Bandwidth>100</Bandwidth><Enabled>true</Enabled><Tags><tags><Key>a&lt;b&gt;</Key><Value>&quot;测&quot;&#13;
        �</Value></tags><tags><Key>bare</Key></tags></Tags></PhysicalConnectionType><PhysicalConnectionType><PhysicalConnectionId>pc-2</PhysicalConnectionId><Bandwidth>100</Bandwidth><Enabled>true</Enabled><Tags></Tags></PhysicalConnectionType></PhysicalConnectionSet></DescribePhysicalConnectionsResponse>"#]],
    );
}

#[test]
fn empty_lists_and_empty_replies() {
    let none = page(&[]);
    check(
        &success(Format::Json, "DescribePhysicalConnections", ID, &none),
        200,
        JSON,
        &expect![[
            r#"{"RequestId":"4F8C-1","TotalCount":7,"PhysicalConnectionSet":{"PhysicalConnectionType":[]}}"#
        ]],
    );
    check(
        &success(Format::Xml, "DescribePhysicalConnections", ID, &none),
        200,
        XML,
        &expect![[
            r#"<?xml version="1.0" encoding="UTF-8"?><DescribePhysicalConnectionsResponse><RequestId>4F8C-1</RequestId><TotalCount>7</TotalCount><PhysicalConnectionSet></PhysicalConnectionSet></DescribePhysicalConnectionsResponse>"#
        ]],
    );
    check(
        &success(Format::Json, "Del", ID, &body(&Nothing {})),
        200,
        JSON,
        &expect![[r#"{"RequestId":"4F8C-1"}"#]],
    );
    check(
        &success(Format::Xml, "Del", ID, &body(&Nothing {})),
        200,
        XML,
        &expect![[
            r#"<?xml version="1.0" encoding="UTF-8"?><DelResponse><RequestId>4F8C-1</RequestId></DelResponse>"#
        ]],
    );
}

static GONE: Code = Code::new("InvalidThing.NotFound", 404, "The \"thing\" is <not> here.");

#[test]
fn the_envelope_in_both_forms() {
    let error = || Error::new(&GONE).with_source("never shown").with_header("x-state", "Initial");
    let json = failure(Format::Json, &error(), ID, "http://127.0.0.1/");
    check(
        &json,
        404,
        JSON,
        &expect![[
            r#"{"RequestId":"4F8C-1","HostId":"http://127.0.0.1/","Code":"InvalidThing.NotFound","Message":"The \"thing\" is <not> here.","Recommend":"docs/reference/errors.md#InvalidThing.NotFound"}"#
        ]],
    );
    check(
        &failure(Format::Xml, &error(), ID, "h"),
        404,
        XML,
        &expect![[
            r#"<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>4F8C-1</RequestId><HostId>h</HostId><Code>InvalidThing.NotFound</Code><Message>The &quot;thing&quot; is &lt;not&gt; here.</Message><Recommend>docs/reference/errors.md#InvalidThing.NotFound</Recommend></Error>"#
        ]],
    );
    assert_eq!(json.headers, [("x-state", "Initial".to_string())]);
    assert!(!String::from_utf8(json.body).unwrap().contains("never shown"));
}

/// Why an access was denied.
#[derive(Reply)]
struct Denial {
    /// The action asked for.
    auth_action: &'static str,
}

#[test]
fn a_denial_carries_its_object() {
    let error = Error::new(&rpc::gateway::NO_PERMISSION)
        .with_member("AccessDeniedDetail", &Denial { auth_action: "vpc:Act" });
    check(
        &failure(Format::Json, &error, ID, "h"),
        403,
        JSON,
        &expect![[
            r#"{"RequestId":"4F8C-1","HostId":"h","Code":"NoPermission","Message":"You are not authorized to do this action. You should be authorized by RAM.","Recommend":"docs/reference/errors.md#NoPermission","AccessDeniedDetail":{"AuthAction":"vpc:Act"}}"#
        ]],
    );
    check(
        &failure(Format::Xml, &error, ID, "h"),
        403,
        XML,
        &expect![[
            r#"<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>4F8C-1</RequestId><HostId>h</HostId><Code>NoPermission</Code><Message>You are not authorized to do this action. You should be authorized by RAM.</Message><Recommend>docs/reference/errors.md#NoPermission</Recommend><AccessDeniedDetail><AuthAction>vpc:Act</AuthAction></AccessDeniedDetail></Error>"#
        ]],
    );
}

#[test]
fn every_gateway_error_is_an_envelope_of_five_texts() {
    for code in rpc::gateway::ALL {
        let response = failure(Format::Json, &Error::new(code), ID, "");
        let envelope: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        let members = envelope.as_object().unwrap();
        let names: Vec<_> = members.keys().map(String::as_str).collect();
        assert_eq!(names, ["RequestId", "HostId", "Code", "Message", "Recommend"]);
        assert!(members.values().all(serde_json::Value::is_string), "{}", code.name);
        assert_eq!((response.status, envelope["Code"].as_str()), (code.status, Some(code.name)));
        assert!(!envelope["Message"].as_str().unwrap().contains("NotFound"), "{}", code.name);
    }
}

#[test]
fn damaged_bytes_from_the_store_are_an_internal_error() {
    assert_eq!(success(Format::Json, "Act", ID, b"").status, 500);
    assert_eq!(success(Format::Json, "Act", ID, b"null").status, 500);
    assert_eq!(success(Format::Xml, "Act", ID, b"{\"a\":").status, 500);
}

#[test]
fn a_reply_describes_itself() {
    let rows = |fields: &[rpc::ReplyField]| -> Vec<String> {
        fields.iter().map(|field| format!("{}: {:?}", field.name, field.doc)).collect()
    };
    assert_eq!(
        rows(Circuit::FIELDS),
        [
            "PhysicalConnectionId: \"The circuit's id.\"",
            "Bandwidth: \"Mbit/s.\"",
            "Enabled: \"Whether it may be used.\\n\\nA second paragraph.\"",
            "Tags: \"Its labels.\"",
        ]
    );
    let Kind::Object(set) = Page::FIELDS[1].kind else { panic!("an object") };
    let Kind::List(Kind::Object(circuits)) = set[0].kind else { panic!("a list of objects") };
    assert_eq!(*circuits, Circuit::FIELDS);
    assert_eq!(Labels::FIELDS[0].name, "tags");
    assert_eq!((Circuit::FIELDS[1].kind, <Option<u32> as Json>::KIND), (Kind::Long, Kind::Long));
}

/// A list that is both asked for and answered keeps one type.
#[derive(Wire, Reply)]
struct Both {
    /// A number.
    count: rpc::Int<1, 10>,
}

#[test]
fn one_struct_may_be_read_and_written() {
    let params = rpc::Params::from_pairs([("Count".to_string(), "7".to_string())]);
    let both = <Both as Wire>::decode(&params).unwrap();
    assert_eq!(body(&both), b"{\"Count\":7}");
    assert_eq!(Stored::of(&both).as_bytes(), b"{\"Count\":7}");
}
