//! Every parameter of every action: missing, empty, at its bounds, beyond them, of the wrong form, in other
//! spellings. The cases are made from the declared shapes; what is refused leaves no trace in any table.

use crate::house::{House, Lane, Plan, Refusal, Who, dump_text, entry};
use connect::action::Entry;
use connect::limits::PAGE_SIZE_MAX;
use connect::machine::Actor;
use rpc::{Code, Field, Params, Shape, TextRule, gateway};

/// A parameter with the path under which a request names it.
struct Spot {
    field: &'static Field,
    path: String,
}

/// What must happen to a request.
enum Expected {
    Taken,
    Missing,
    Bad,
    TooMany,
}

type Pairs = Vec<(String, String)>;

/// A text that keeps the rule, of so many characters.
fn fitting(rule: &TextRule, length: usize) -> String {
    // An instant has one form; what is longer or shorter is none.
    if rule.pattern.is_some_and(|pattern| pattern.contains("T[0-9]")) {
        return "2026-03-01T08:00:00Z".chars().chain(std::iter::repeat('0')).take(length).collect();
    }
    // The other patterns of digits are an account's and an amount's; all others take a row of letters.
    if rule.pattern.is_some_and(|pattern| pattern.starts_with("[0-9]")) {
        let decimals = length.saturating_sub(12);
        return if decimals > 1 { format!("{}.11", "1".repeat(length - 3)) } else { "1".repeat(length) };
    }
    let letter = if rule.pattern.is_some_and(|pattern| pattern.contains("[1-9]")) { "1" } else { "m" };
    letter.repeat(length)
}

fn good(shape: &Shape) -> String {
    match shape {
        Shape::Text(rule) => fitting(rule, rule.min.max(2).min(rule.max)),
        Shape::Int { min, .. } => min.to_string(),
        Shape::Bool => "true".to_owned(),
        Shape::Choice { values, .. } => values[0].wire.to_owned(),
        Shape::Object(_) => unreachable!("an object has fields"),
    }
}

/// The pairs of one good value of a field, below `path`: one item where it is a list.
fn pairs_of(field: &Field, path: &str) -> Pairs {
    let path = if field.list.is_some() { format!("{path}.1") } else { path.to_owned() };
    item(field, &path)
}

fn item(field: &Field, path: &str) -> Pairs {
    match field.shape {
        // An object of nothing is no object: where no field is needed, the first stands for it.
        Shape::Object(fields) if fields.iter().all(|field| !field.required) => {
            pairs_of(&fields[0], &format!("{path}.{}", fields[0].name))
        }
        Shape::Object(fields) => fields
            .iter()
            .filter(|field| field.required)
            .flat_map(|field| pairs_of(field, &format!("{path}.{}", field.name)))
            .collect(),
        _ if field.name == "RegionId" => vec![(path.to_owned(), "east".to_owned())],
        shape => vec![(path.to_owned(), good(shape))],
    }
}

/// The fewest parameters an action takes.
fn base(entry: &Entry) -> Pairs {
    let required = entry.fields.iter().filter(|field| field.required);
    required.flat_map(|field| pairs_of(field, field.name)).collect()
}

/// Every parameter of the action, those inside objects too.
fn spots(fields: &'static [Field], prefix: &str, out: &mut Vec<Spot>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        if let Shape::Object(inner) = field.shape {
            let suffix = if field.list.is_some() { ".1." } else { "." };
            spots(inner, &format!("{path}{suffix}"), out);
        }
        out.push(Spot { field, path });
    }
}

fn without(pairs: &Pairs, path: &str) -> Pairs {
    let below = format!("{path}.");
    pairs.iter().filter(|(name, _)| name != path && !name.starts_with(&below)).cloned().collect()
}

/// The requests that try one parameter, and what must happen to each.
fn cases(entry: &'static Entry, spot: &Spot) -> Vec<(Pairs, Expected)> {
    let Spot { field, path } = spot;
    let mut whole = base(entry);
    // The object around it has to be there.
    if let Some((parent, _)) = path.split_once('.') {
        let outer = entry.fields.iter().find(|field| field.name == parent).expect("it is below a parameter");
        whole = without(&whole, parent);
        // With all its fields: an object of nothing is no object.
        let Shape::Object(inner) = outer.shape else { panic!("{parent} has fields below it") };
        let at = if outer.list.is_some() { format!("{parent}.1") } else { parent.to_owned() };
        whole.extend(inner.iter().flat_map(|field| pairs_of(field, &format!("{at}.{}", field.name))));
    }
    let rest = without(&whole, path);
    let with = |more: Pairs| [rest.clone(), more].concat();
    let mut cases = Vec::new();
    let absent = if field.required { Expected::Missing } else { Expected::Taken };
    cases.push((rest.clone(), absent));
    if let Shape::Object(_) = field.shape {
        cases.push((with(pairs_of(field, path)), Expected::Taken));
    } else {
        let at = if field.list.is_some() { format!("{path}.1") } else { path.clone() };
        let empty = if field.required { Expected::Missing } else { Expected::Taken };
        cases.push((with(vec![(at.clone(), String::new())]), empty));
        cases.extend(values(field).into_iter().map(|(value, taken)| {
            (with(vec![(at.clone(), value)]), if taken { Expected::Taken } else { Expected::Bad })
        }));
    }
    if let Some(max) = field.list {
        let many = |count| (1..=count).flat_map(|at| distinct(field, &format!("{path}.{at}"), at)).collect();
        cases.push((with(many(max)), Expected::Taken));
        cases.push((with(many(max + 1)), Expected::TooMany));
    }
    // Other spellings are known at the top only by their own name, and inside objects by their parent's.
    let (prefix, _) = path.rsplit_once(field.name).expect("a path ends with the name");
    for alias in field.aliases {
        let other = format!("{prefix}{alias}");
        cases.push((with(pairs_of(field, &other)), Expected::Taken));
        cases.push((with([pairs_of(field, path), pairs_of(field, &other)].concat()), Expected::Taken));
        let differing =
            distinct(field, &format!("{other}{}", if field.list.is_some() { ".1" } else { "" }), 3);
        cases.push((with([pairs_of(field, path), differing].concat()), Expected::Bad));
    }
    cases
}

/// A good item that is unlike the others.
fn distinct(field: &Field, path: &str, number: u32) -> Pairs {
    let mut pairs = item(field, path);
    if let Some((_, value)) = pairs.first_mut() {
        match field.shape {
            Shape::Text(_) => value.push_str(&number.to_string()),
            Shape::Int { min, step, .. } => *value = (min + step * i64::from(number)).to_string(),
            Shape::Object(fields) if matches!(fields[0].shape, Shape::Text(_)) => {
                value.push_str(&number.to_string());
            }
            _ => {}
        }
    }
    pairs
}

/// Values to try, and whether each is good.
fn values(field: &Field) -> Vec<(String, bool)> {
    let mut values: Vec<(String, bool)> = Vec::new();
    let mut say = |value: &str, taken| values.push((value.to_owned(), taken));
    match field.shape {
        Shape::Text(rule) => {
            say(&fitting(rule, rule.min.max(1)), true);
            say(&fitting(rule, rule.max), true);
            say(&fitting(rule, rule.max + 1), false);
            if rule.min > 1 {
                say(&fitting(rule, rule.min - 1), false);
            }
            for prefix in rule.forbid_prefix {
                say(&format!("{prefix}mm"), false);
                say(
                    &format!("m{prefix}mm"),
                    rule.pattern.is_none() && !rule.forbid_substring.contains(prefix),
                );
            }
            for part in rule.forbid_substring {
                say(&format!("mm{part}mm"), false);
            }
            if rule.ascii {
                say("mé", false);
                say("m\tm", false);
            } else if rule.pattern.is_none() && rule.max > 3 {
                // Lengths are in characters, not in bytes.
                say(&"界".repeat(rule.max), true);
                say(&"界".repeat(rule.max + 1), false);
            }
            if rule.first_letter {
                say("1mm", false);
                say(" mm", false);
            }
            if rule.pattern.is_some() {
                say("m m?", false);
            }
        }
        Shape::Int { min, max, step } => {
            say(&min.to_string(), true);
            say(&max.to_string(), true);
            // Below nought a sign comes first, and nought may have one.
            let signed = *min < 0;
            if !signed {
                say(&format!("0{min}"), true);
            }
            // A page may be asked for larger than it can be.
            say(&(max + 1).to_string(), field.name == "PageSize" && *max == PAGE_SIZE_MAX);
            say(&(min - 1).to_string(), false);
            if *step > 1 {
                say(&(min + 1).to_string(), false);
                say(&(min + step).to_string(), true);
            }
            let digits = "9".repeat(30);
            for wrong in ["x", "+1", " 1", "1 ", "1.0", "1e1", "0x1", "１", &digits] {
                say(wrong, false);
            }
            say("-0", signed);
        }
        Shape::Bool => {
            for word in ["true", "false", "TRUE", "False", "1", "0"] {
                say(word, true);
            }
            for word in ["yes", "2", "t", " true", "null"] {
                say(word, false);
            }
        }
        Shape::Choice { values: words, case_insensitive } => {
            for word in *words {
                say(word.wire, true);
                say(&format!("{} ", word.wire), false);
                let other = word.wire.to_lowercase();
                let known = words.iter().any(|word| word.wire == other);
                say(&other, known || *case_insensitive);
            }
            say("nonsense", false);
        }
        Shape::Object(_) => {}
    }
    values
}

/// Tries everything, and gives the number of requests.
pub(crate) fn try_every_parameter() -> u32 {
    let mut house = Plan::quiet(Lane::Memory).build();
    let untouched = dump_text(&house);
    let mut tried = 0;
    for entry in connect::ACTIONS {
        let mut all = Vec::new();
        spots(entry.fields, "", &mut all);
        for spot in &all {
            for (pairs, expected) in cases(entry, spot) {
                tried += 1;
                try_one(&mut house, entry, spot, &pairs, &expected);
            }
        }
        assert_eq!(dump_text(&house), untouched, "{} refused, and left a trace", entry.name());
    }
    tried
}

fn try_one(house: &mut House, entry: &'static Entry, spot: &Spot, pairs: &Pairs, expected: &Expected) {
    let params = Params::from_pairs(pairs.iter().cloned());
    let field = spot.field;
    let what = format!("{} {} in {pairs:?}", entry.name(), spot.path);
    let (code, named): (&Code, bool) = match expected {
        Expected::Taken => {
            if let Err(error) = entry.prepare(&params, &|_| true) {
                panic!("{what} is good and was refused: {error}");
            }
            return;
        }
        Expected::Missing => (field.missing.unwrap_or(&gateway::MISSING_PARAMETER), field.missing.is_none()),
        Expected::Bad => (field.error.unwrap_or(&gateway::INVALID_PARAMETER), field.error.is_none()),
        Expected::TooMany => {
            let code = field.too_many.or(field.error);
            (code.unwrap_or(&gateway::INVALID_PARAMETER), code.is_none())
        }
    };
    let who = if entry.about.actor == Actor::Operator { Who::Operator } else { Who::Tenant };
    match house.body(who, entry.name(), &params) {
        Ok(body) => panic!("{what} is wrong and was taken: {}", String::from_utf8_lossy(&body)),
        Err(Refusal { code: answered, status, message, .. }) => {
            assert_eq!((answered, status), (code.name, code.status), "{what}: {message}");
            if named {
                assert!(message.contains(field.name), "{what}: the message names nothing: {message}");
            }
        }
    }
}

#[test]
fn every_parameter_is_refused_and_taken_as_declared() {
    let tried = try_every_parameter();
    assert!(tried > 1500, "only {tried} cases were made");
}

#[test]
fn what_is_missing_speaks_before_what_is_bad_and_the_region_last() {
    let mut house = Plan::quiet(Lane::Memory).build();
    let call = |house: &mut House, pairs: &[(&str, &str)]| {
        house.refused(Who::Tenant, "CreatePhysicalConnection", pairs)
    };
    let all = [("RegionId", "nowhere"), ("AccessPointId", ""), ("LineOperator", "XX"), ("PortType", "YY")];
    let refusal = call(&mut house, &all);
    assert_eq!(refusal.code, "MissingParameter");
    assert!(refusal.message.contains("AccessPointId"));
    let all =
        [("RegionId", "nowhere"), ("AccessPointId", "ap-none"), ("LineOperator", "XX"), ("PortType", "YY")];
    assert_eq!(call(&mut house, &all).code, "InvalidLineOperator.Malformd");
    let all =
        [("RegionId", "nowhere"), ("AccessPointId", "ap-none"), ("LineOperator", "CT"), ("PortType", "YY")];
    assert_eq!(call(&mut house, &all).code, "InvalidPortType.Malformd");
    let all = [("RegionId", "nowhere"), ("AccessPointId", "ap-none"), ("LineOperator", "CT")];
    assert_eq!(call(&mut house, &all).is(), ("InvalidRegionId.NotFound", 404));
    let all = [("RegionId", "east"), ("AccessPointId", "ap-none"), ("LineOperator", "CT")];
    assert_eq!(call(&mut house, &all).is(), ("ResourceNotFound.AccessPointId", 400));
}

#[test]
fn unknown_regions_are_refused_by_every_action_that_has_one() {
    let mut house = Plan::quiet(Lane::Memory).build();
    unknown_regions(&mut house);
}

pub(crate) fn unknown_regions(house: &mut House) {
    for action in connect::ACTIONS {
        let Some(code) = action.about.region_error else { continue };
        let mut pairs = without(&base(action), "RegionId");
        pairs.push(("RegionId".to_owned(), "atlantis".to_owned()));
        let params = Params::from_pairs(pairs);
        let refusal = house.body(Who::Tenant, action.name(), &params).unwrap_err();
        assert_eq!(refusal.is(), (code.name, code.status), "{}", action.name());
    }
}

#[test]
fn what_the_contract_ignores_is_ignored() {
    let mut house = Plan::quiet(Lane::Memory).build();
    let extra = [("OwnerAccount", "x"), ("ResourceOwnerAccount", "y"), ("DryRunner", "maybe"), ("Tag", "")];
    let pairs = crate::house::order(&extra);
    house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs);
    // One client writes the first letter of every name large, and `bandwidth` with it.
    let large =
        [("regionId", "east"), ("AccessPointId", "ap-east-1"), ("lineOperator", "CT"), ("Bandwidth", "7")];
    let made = house.ok(Who::Tenant, "CreatePhysicalConnection", &large);
    let id = crate::house::text(&made, "PhysicalConnectionId");
    assert_eq!(house.show(Who::Tenant, &id).unwrap()["Bandwidth"], 7);
    assert_eq!(entry("UntagResources").name(), "UnTagResources");
}
