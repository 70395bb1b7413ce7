//! The derived decoders: what is refused, in which order, in which words; and what a type says of itself.

use rpc::{Choice, Code, Edit, Error, Int, Params, Shape, Wire, text};

static INVALID_BANDWIDTH: Code = Code::new("InvalidBandwidth", 400, "invalid physical connection banwidth.");
static MISSING_CARRIER: Code = Code::new("MissingParam.Carrier", 400, "The param of %s is missing.");
static ILLEGAL_NAME: Code = Code::new("IllegalParam.Name", 400, "%s");
static TOO_MANY_TAGS: Code = Code::new("QuotaExceeded.Tag", 400, "too many tags.");

/// Who lays the line.
#[derive(Choice, Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// China Telecom.
    #[choice("CT")]
    Telecom,
    /// Some other carrier.
    Other,
}

/// A kind of resource.
#[derive(Choice, Debug, PartialEq)]
#[choice(case_insensitive)]
enum ResourceType {
    /// A circuit.
    #[choice("PHYSICALCONNECTION")]
    Circuit,
    /// A router.
    #[choice("VirtualBorderRouter")]
    Router,
}

text! {
    /// A display name.
    pub struct Name {
        min: 2,
        max: 8,
        pattern: "[A-Za-z\u{4E00}-\u{9FFF}][A-Za-z0-9\u{4E00}-\u{9FFF}:/._-]*",
        forbid_prefix: ["http://", "https://"],
    }
}

text! {
    /// A label's name.
    struct TagKey { min: 1, max: 5, forbid_prefix: ["acs:"], forbid_substring: ["://"] }
}

text! {
    /// A token, printable ASCII.
    struct Token { max: 64, ascii: true }
}

text! {
    /// Free text that begins with a letter.
    struct Words { min: 1, max: 10, first_letter: true }
}

/// A label.
#[derive(Wire, Debug, PartialEq)]
struct Tag {
    /// Its name.
    key: TagKey,
    /// Its value, which may be empty.
    value: Option<String>,
}

/// A condition on the result.
#[derive(Wire, Debug, PartialEq)]
struct Filter {
    /// What is compared.
    key: String,
    /// What it is compared with.
    #[wire(max_items = 5)]
    value: Vec<Int<1, 100>>,
}

/// Where something is.
#[derive(Wire, Debug, PartialEq)]
struct Place {
    /// The city.
    city: String,
    /// The street.
    street: Option<String>,
}

/// Applies for a circuit.
#[derive(Wire, Debug, PartialEq)]
struct Apply {
    /// The access point.
    access_point_id: String,
    /// The carrier.
    #[wire(missing = MISSING_CARRIER)]
    carrier: Carrier,
    /// Mbit/s.
    #[wire(rename = "bandwidth", alias = "BandWidth", alias = "Bandwidth", default = "100", error = INVALID_BANDWIDTH)]
    bandwidth: Int<2, 1000>,
    /// The name.
    #[wire(error = ILLEGAL_NAME)]
    name: Option<Name>,
    /// The labels.
    #[wire(alias = "Tags", max_items = 3, too_many = TOO_MANY_TAGS)]
    tag: Vec<Tag>,
    /// The conditions.
    filter: Vec<Filter>,
    /// Where.
    place: Option<Place>,
    /// Whether to pay at once.
    #[wire(default = false)]
    auto_pay: bool,
    /// The delay, ms.
    delay: Option<Int<0, 1000, 100>>,
    /// A mark, or -1 for none.
    mark: Option<Int<-1, 63>>,
}

/// Changes a circuit.
#[derive(Wire, Debug, PartialEq)]
struct Change {
    /// The new name.
    name: Edit<Name>,
    /// The resources.
    #[wire(required)]
    resource_id: Vec<String>,
    /// Their kind.
    resource_type: Option<ResourceType>,
}

fn params(text: &str) -> Params {
    let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    Params::from_pairs(pairs.map(|(name, value)| (name.to_string(), value.to_string())))
}

fn apply(text: &str) -> Result<Apply, Error> {
    <Apply as Wire>::decode(&params(text))
}

fn refusal(text: &str) -> String {
    apply(&format!("AccessPointId=ap Carrier=CT {text}"))
        .map_or_else(|error| error.to_string(), |_| "ok".to_string())
}

#[test]
fn everything_decodes() {
    let text = "AccessPointId=ap Carrier=Other Bandwidth=7 Name=测1 Tags.2.Key=b Tags.1.Key=a Tags.1.Value= \
                Filter.1.Key=k Filter.1.Value.10=3 Filter.1.Value.2=2 Place.City=x AutoPay=TRUE Delay=300 Mark=-1";
    let tag = |key: &str| Tag { key: TagKey::new(key).unwrap(), value: None };
    let expected = Apply {
        access_point_id: "ap".to_string(),
        carrier: Carrier::Other,
        bandwidth: Int::new(7).unwrap(),
        name: Some(Name::new("测1").unwrap()),
        tag: vec![tag("a"), tag("b")],
        filter: vec![Filter {
            key: "k".to_string(),
            value: vec![Int::new(2).unwrap(), Int::new(3).unwrap()],
        }],
        place: Some(Place { city: "x".to_string(), street: None }),
        auto_pay: true,
        delay: Int::new(300),
        mark: Int::new(-1),
    };
    assert_eq!(apply(text).unwrap(), expected);
}

#[test]
fn what_is_absent_or_empty_takes_its_default() {
    let bare = apply("AccessPointId=ap Carrier=CT bandwidth= Name= Tag.1= AutoPay= Place.City=").unwrap_err();
    assert!(bare.message().contains("\"Place.City\""), "{bare}");
    let bare = apply("AccessPointId=ap Carrier=CT bandwidth= Name= AutoPay= Delay=").unwrap();
    assert_eq!((bare.bandwidth.get(), bare.name, bare.auto_pay, bare.delay), (100, None, false, None));
    assert!(bare.tag.is_empty() && bare.filter.is_empty() && bare.place.is_none());
}

// Everything that is missing is reported before anything that is wrong, each in the order of declaration.
#[test]
fn refusals_come_in_the_contracts_order() {
    let steps = [
        "Name=x Filter.1.Value.1=x Place.Street=x Delay=1 bandwidth=1",
        "Name=x Filter.1.Value.1=x Place.Street=x Delay=1 bandwidth=1 AccessPointId=ap Carrier=",
        "Name=x Filter.1.Value.1=x Place.Street=x Delay=1 bandwidth=1 AccessPointId=ap Carrier=XX Tag.1.Value=v",
        "Name=x Filter.1.Value.1=x Place.Street=x Delay=1 bandwidth=1 AccessPointId=ap Carrier=XX Tag.1.Key=acs:",
        "Name=x Filter.1.Value.1=x Filter.1.Key=k Place.Street=x Delay=1 bandwidth=1 AccessPointId=ap Carrier=XX",
        "Name=x Filter.1.Value.1=x Filter.1.Key=k Delay=1 bandwidth=1 AccessPointId=ap Carrier=XX",
        "Name=x Filter.1.Value.1=x Filter.1.Key=k Delay=1 bandwidth=1 AccessPointId=ap Carrier=CT",
        "Name=x Filter.1.Value.1=x Filter.1.Key=k Delay=1 AccessPointId=ap Carrier=CT",
        "Filter.1.Value.1=x Filter.1.Key=k Delay=1 AccessPointId=ap Carrier=CT",
        "Delay=1 AccessPointId=ap Carrier=CT",
    ];
    let seen: Vec<_> = steps.iter().map(|text| apply(text).unwrap_err().to_string()).collect();
    expect_test::expect![[r#"
        MissingParameter: The input parameter "AccessPointId" that is mandatory for processing this request is not supplied.
        MissingParam.Carrier: The param of Carrier is missing.
        MissingParameter: The input parameter "Tag.1.Key" that is mandatory for processing this request is not supplied.
        MissingParameter: The input parameter "Filter.1.Key" that is mandatory for processing this request is not supplied.
        MissingParameter: The input parameter "Place.City" that is mandatory for processing this request is not supplied.
        InvalidParameter: The specified parameter "Carrier" is not valid: expected one of CT, Other.
        InvalidBandwidth: invalid physical connection banwidth.
        IllegalParam.Name: The specified parameter "Name" is not valid: expected 2 to 8 characters.
        InvalidParameter: The specified parameter "Filter.1.Value.1" is not valid: expected a whole number from 1 to 100.
        InvalidParameter: The specified parameter "Delay" is not valid: expected a whole number from 0 to 1000 in steps of 100.
    "#]].assert_eq(&(seen.join("\n") + "\n"));
}

#[test]
fn a_fixed_message_stays_and_the_reason_goes_to_the_log() {
    let error = apply("AccessPointId=ap Carrier=CT bandwidth=1").unwrap_err();
    assert_eq!(error.message(), "invalid physical connection banwidth.");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        source,
        "The specified parameter \"bandwidth\" is not valid: expected a whole number from 2 to 1000."
    );
}

#[test]
fn whole_numbers_are_digits_only() {
    for bad in ["1", "1001", "+5", "-5", "5.0", "5e1", "0x5", "٥", "99999999999999999999"] {
        assert_eq!(
            refusal(&format!("bandwidth={bad}")),
            "InvalidBandwidth: invalid physical connection banwidth.",
            "{bad}"
        );
    }
    for good in ["2", "1000", "007"] {
        assert_eq!(refusal(&format!("bandwidth={good}")), "ok", "{good}");
    }
    assert_eq!(
        refusal("Delay=150"),
        "InvalidParameter: The specified parameter \"Delay\" is not valid: expected a whole number from 0 to 1000 in steps of 100."
    );
    assert!(refusal("Delay=-0").starts_with("InvalidParameter"), "no sign where nothing is negative");
    assert!(refusal("Mark=-2").contains("from -1 to 63") && refusal("Mark=--1").contains("from -1 to 63"));
    let spaced = Params::from_pairs(
        [("Mark", " 5"), ("AccessPointId", "a"), ("Carrier", "CT")].map(|(n, v)| (n.into(), v.into())),
    );
    assert!(<Apply as Wire>::decode(&spaced).is_err());
}

#[test]
fn truth_values_take_every_clients_spelling() {
    for (text, truth) in [("true", true), ("True", true), ("1", true), ("FALSE", false), ("0", false)] {
        let decoded = apply(&format!("AccessPointId=ap Carrier=CT AutoPay={text}")).unwrap();
        assert_eq!(decoded.auto_pay, truth, "{text}");
    }
    assert!(refusal("AutoPay=yes").ends_with("\"AutoPay\" is not valid: expected true or false."));
}

#[test]
fn spellings_may_agree_and_may_not_disagree() {
    assert_eq!(refusal("bandwidth=5 Bandwidth=5 BandWidth=5"), "ok");
    assert_eq!(refusal("bandwidth=5 Bandwidth="), "ok", "an empty spelling is absent");
    assert!(refusal("Bandwidth=5 BandWidth=6").starts_with("InvalidBandwidth:"));
    assert_eq!(refusal("Tag.1.Key=a Tags.1.Key=a"), "ok");
    assert_eq!(
        refusal("Tag.1.Key=a Tags.2.Key=b"),
        "InvalidParameter: The specified parameter \"Tag\" is not valid: expected its spellings to agree."
    );
    // The first letter is forgiven where no declared spelling is there.
    assert_eq!(apply("accessPointId=ap carrier=CT").unwrap().access_point_id, "ap");
    assert_eq!(apply("AccessPointId=b accessPointId=a Carrier=CT").unwrap().access_point_id, "b");
}

#[test]
fn lists_end_where_they_end() {
    assert_eq!(refusal("Tag.1.Key=a Tag.2.Key=b Tag.9.Key=c"), "ok");
    assert_eq!(
        refusal("Tag.1.Key=a Tag.2.Key=b Tag.3.Key=c Tag.4.Key=d"),
        "QuotaExceeded.Tag: too many tags."
    );
    assert_eq!(
        refusal("Filter.1.Key=k Filter.1.Value.1=1 Filter.1.Value.3=101"),
        "InvalidParameter: The specified parameter \"Filter.1.Value.3\" is not valid: expected a whole number from 1 to 100."
    );
    let six = (1..=6).map(|n| format!("Filter.1.Value.{n}=1")).collect::<Vec<_>>().join(" ");
    assert_eq!(
        refusal(&format!("Filter.1.Key=k {six}")),
        "InvalidParameter: The specified parameter \"Filter.1.Value\" is not valid: expected at most 5 items."
    );
}

#[test]
fn a_change_keeps_clears_or_sets() {
    let change = |text: &str| <Change as Wire>::decode(&params(text));
    assert_eq!(change("ResourceId.1=a").unwrap().name, Edit::Keep);
    assert_eq!(change("ResourceId.1=a Name=").unwrap().name, Edit::Clear);
    assert_eq!(change("ResourceId.1=a Name=ab").unwrap().name, Edit::Set(Name::new("ab").unwrap()));
    assert!(change("ResourceId.1=a Name=a").is_err());
    assert_eq!(
        (Edit::Keep.apply(Some(1)), Edit::Clear.apply(Some(1)), Edit::Set(2).apply(Some(1))),
        (Some(1), None, Some(2))
    );
}

#[test]
fn a_required_list_needs_an_item_that_is_not_empty() {
    let change = |text: &str| <Change as Wire>::decode(&params(text)).map(|change| change.resource_id);
    assert_eq!(change("ResourceId=a").unwrap(), ["a"], "a bare name is a list of one");
    assert_eq!(change("ResourceId.3=c ResourceId.1=a ResourceId.2=").unwrap(), ["a", "c"]);
    for missing in ["Name=ab", "ResourceId=", "ResourceId.1=", "ResourceId.0=a"] {
        assert_eq!(
            change(missing).unwrap_err().message(),
            "The input parameter \"ResourceId\" that is mandatory for processing this request is not supplied.",
            "{missing}"
        );
    }
}

#[test]
fn words_are_matched_as_declared() {
    assert_eq!(Carrier::ALL, [Carrier::Telecom, Carrier::Other]);
    assert_eq!((Carrier::Telecom.as_str(), Carrier::from_wire("CT")), ("CT", Some(Carrier::Telecom)));
    assert_eq!((Carrier::from_wire("ct"), Carrier::from_wire("Telecom")), (None, None));
    assert_eq!(ResourceType::from_wire("physicalConnection"), Some(ResourceType::Circuit));
    assert_eq!(ResourceType::from_wire("VIRTUALBORDERROUTER").unwrap().as_str(), "VirtualBorderRouter");
    let mut out = Vec::new();
    rpc::Json::json(&Carrier::Telecom, &mut out);
    assert_eq!(out, b"\"CT\"");
    let Shape::Choice { values, case_insensitive: false } = <Carrier as rpc::Param>::SHAPE else {
        panic!("a choice")
    };
    assert_eq!((values[1].wire, values[1].doc), ("Other", "Some other carrier."));
}

#[test]
fn texts_keep_their_rules_at_the_bounds() {
    let name = |text: &str| Name::new(text).is_ok();
    assert_eq!(["ab", "测试测试测试测试", "abcdefgh"].map(name), [true; 3]);
    assert_eq!(
        ["a", "测", "abcdefghi", "测试测试测试测试测", "1a", "a b", "ab\n", "http://a", ""].map(name),
        [false; 9]
    );
    let key = |text: &str| TagKey::new(text).is_ok();
    assert_eq!(["a", "xacs:", "ACS:", "🚀🚀🚀🚀🚀"].map(key), [true; 4]);
    assert_eq!(["", "acs:", "a://b", "abcdef"].map(key), [false; 4]);
    let token = |text: &str| Token::new(text).is_ok();
    assert_eq!([" ~", "", &"t".repeat(64)].map(token), [true; 3]);
    assert_eq!(["é", "a\tb", "\u{7f}", &"t".repeat(65)].map(token), [false; 4]);
    let words = |text: &str| Words::new(text).is_ok();
    assert_eq!(["a 1", "测 1", "鿿"].map(words), [true; 3]);
    assert_eq!(["1 a", " a", "éa", "ꀀ"].map(words), [false; 4]);
}

#[test]
fn a_type_describes_the_rule_it_keeps() {
    let row = |at: usize| Apply::FIELDS[at];
    assert_eq!((row(0).name, row(0).doc, row(0).required), ("AccessPointId", "The access point.", true));
    let bandwidth = row(2);
    assert_eq!(
        (bandwidth.name, bandwidth.aliases, bandwidth.default),
        ("bandwidth", &["BandWidth", "Bandwidth"][..], Some("100"))
    );
    assert_eq!((bandwidth.required, bandwidth.shape), (false, &Shape::Int { min: 2, max: 1000, step: 1 }));
    assert_eq!(bandwidth.error, Some(&INVALID_BANDWIDTH));
    assert_eq!((row(4).list, row(5).list, row(6).list), (Some(3), Some(rpc::limits::LIST_ITEMS_MAX), None));
    assert_eq!(row(4).shape, &Shape::Object(Tag::FIELDS));
    assert_eq!(row(3).shape, &Shape::Text(Name::RULE));
    assert!(Change::FIELDS[0].editable && Change::FIELDS[1].required && !Change::FIELDS[2].required);
}

// A default is decoded by the type's own rule when it is needed; one that breaks it would be found here.
#[test]
fn defaults_keep_their_own_rules() {
    for field in Apply::FIELDS.iter().chain(Change::FIELDS).filter(|field| field.default.is_some()) {
        assert!(!field.required, "{}", field.name);
    }
    assert!(apply("AccessPointId=ap Carrier=CT").is_ok());
}
