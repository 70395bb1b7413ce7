//! The paper as a whole: what is signed, what a changed file is taken for, and that nothing on the page leaves its
//! place.

use super::fonts::SUBSTITUTE;
use super::sheet::{ASCENT, Area, DESCENT, Mark, PAGE_HEIGHT, PAGE_WIDTH, Sheet};
use super::{
    Document, Engineer, LetterKey, Particulars, PublicKey, Unissuable, Validity, Verdict, canonical, check,
    fingerprint, form, issue, mask, validity,
};
use crate::limits;
use expect_test::expect;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn key() -> LetterKey {
    LetterKey::from_seed([7; 32])
}

fn engineer(name: &str, document: Document, number: &str) -> Engineer {
    Engineer { name: name.to_owned(), document, document_number: mask(number) }
}

fn small() -> Particulars {
    Particulars {
        number: "LOA-1".to_owned(),
        issuer: "Example Carrier".to_owned(),
        company: "Tenant \"Ltd\"".to_owned(),
        circuit_id: "pc-1".to_owned(),
        bandwidth_mbps: None,
        peer_location: Some("上海\n".to_owned()),
        access_point_id: "ap-1".to_owned(),
        access_point_name: "North".to_owned(),
        address: "1 Example Road".to_owned(),
        device_id: "dev-1".to_owned(),
        port_id: "port-1".to_owned(),
        panel_position: "A01/3".to_owned(),
        line_type: "FIBRE".to_owned(),
        construction_company: "Builders".to_owned(),
        construction_time: 1_769_846_400_000,
        engineers: vec![engineer("Ada Byron", Document::Passport, "P1234567")],
        valid_from: 1_769_846_400_000,
        valid_until: 1_769_846_400_000 + 14 * DAY_MS,
        issued_at: 1_769_760_000_000,
        conditions: vec!["Escort required.".to_owned()],
        check_link: "https://loa.example/c/1".to_owned(),
    }
}

/// A letter at every limit, of these characters.
fn full(filling: &str) -> Particulars {
    let of = |limit: i64| filling.chars().cycle().take(usize::try_from(limit).unwrap()).collect::<String>();
    let text = of(limits::LETTER_TEXT_CHARS_MAX);
    let one = engineer(&text, Document::IDCard, "11010119900307123X");
    let link = format!("https://loa.example/{}", "a".repeat(236));
    Particulars {
        number: text.clone(),
        issuer: text.clone(),
        company: text.clone(),
        circuit_id: text.clone(),
        bandwidth_mbps: Some(u32::MAX),
        peer_location: Some(text.clone()),
        access_point_id: text.clone(),
        access_point_name: text[..text.len() / 4 * 4].to_owned(),
        address: text.clone(),
        device_id: text.clone(),
        port_id: text.clone(),
        panel_position: text.clone(),
        line_type: text.clone(),
        construction_company: text,
        engineers: vec![one; usize::try_from(limits::LETTER_ENGINEERS_MAX).unwrap()],
        conditions: vec![
            of(limits::LETTER_CONDITION_CHARS_MAX);
            usize::try_from(limits::LETTER_CONDITIONS_MAX).unwrap()
        ],
        check_link: link,
        ..small()
    }
}

fn sheet(letter: &Particulars) -> Sheet {
    form::lay_out(letter, &key().public().id()).unwrap()
}

fn texts(sheet: &Sheet) -> String {
    let lines = sheet.marks.iter().filter_map(|mark| match mark {
        Mark::Text { line, .. } => Some(line.text.as_str()),
        _ => None,
    });
    lines.collect::<Vec<&str>>().join("\n")
}

fn issued(letter: &Particulars) -> Vec<u8> {
    issue(letter, &key()).unwrap()
}

fn count(file: &[u8], wanted: &str) -> usize {
    file.windows(wanted.len()).filter(|window| *window == wanted.as_bytes()).count()
}

#[test]
fn the_canonical_form_stays_as_it_is() {
    let bytes = canonical(&small());
    expect![[r#"{"form":"crossconnect-letter/1","number":"LOA-1","issuer":"Example Carrier","company":"Tenant \"Ltd\"","circuit_id":"pc-1","bandwidth_mbps":null,"peer_location":"上海\n","access_point_id":"ap-1","access_point_name":"North","address":"1 Example Road","device_id":"dev-1","port_id":"port-1","panel_position":"A01/3","line_type":"FIBRE","construction_company":"Builders","construction_time":1769846400000,"engineers":[{"name":"Ada Byron","document":"Passport","document_number":"****4567"}],"valid_from":1769846400000,"valid_until":1771056000000,"issued_at":1769760000000,"conditions":["Escort required."],"check_link":"https://loa.example/c/1"}"#]]
        .assert_eq(std::str::from_utf8(&bytes).unwrap());
    assert_eq!(super::particulars::from_canonical(&bytes), Some(small()));
    let spaced = String::from_utf8(bytes).unwrap().replacen(',', ", ", 1);
    assert_eq!(super::particulars::from_canonical(spaced.as_bytes()), None);
}

#[test]
fn the_same_letter_is_the_same_file() {
    for letter in [small(), full("中Wq ")] {
        let file = issued(&letter);
        assert!(file == issued(&letter), "two runs give two files");
        assert_eq!(check(&file, &key().public()), Verdict::Genuine(Box::new(letter)));
    }
    let other = Particulars { number: "LOA-2".to_owned(), ..small() };
    assert_ne!(fingerprint(&small()), fingerprint(&other));
}

#[test]
fn a_letter_is_one_page_and_readers_find_its_table() {
    for letter in [small(), full("中"), full("W"), full("word 词 ")] {
        let file = issued(&letter);
        assert!(file.starts_with(b"%PDF-1."));
        assert!(file.ends_with(b"\n%%EOF\n"));
        assert_eq!(count(&file, "/Type/Pages") + count(&file, "/Type /Pages"), 1);
        assert_eq!(count(&file, "/Count 1"), 1);
        let text = String::from_utf8_lossy(&file);
        let offsets: Vec<&str> =
            text.split("startxref\n").skip(1).map(|rest| rest.lines().next().unwrap()).collect();
        assert_eq!(offsets.len(), 2, "one in the body, one in the tail");
        assert_eq!(offsets[0], offsets[1]);
        let at: usize = offsets[1].parse().unwrap();
        assert!(
            file[at..].starts_with(b"xref")
                || file[at..].windows(5).take(40).any(|w| w == b"/Type" || w == b" obj\n")
        );
    }
}

#[test]
fn a_changed_file_is_no_letter() {
    let file = issued(&small());
    let public = key().public();
    let tail = file.windows(2).rposition(|two| two == b"%c").unwrap();
    // A stride through the body, and every byte of the tail and of what is just before it.
    let places = (0..tail).step_by(97).chain(tail - 64..file.len());
    let mut changed = file.clone();
    for at in places {
        for change in [0x01, 0x20, 0x80] {
            changed[at] ^= change;
            let verdict = check(&changed, &public);
            assert!(!matches!(verdict, Verdict::Genuine(_)), "byte {at} changed by {change:#x}: {verdict:?}");
            changed[at] ^= change;
        }
    }
    assert_eq!(changed, file);
    for cut in (0..file.len()).step_by(211).chain(tail..file.len()) {
        assert!(!matches!(check(&file[..cut], &public), Verdict::Genuine(_)), "cut at {cut}");
    }
    for more in [&b"\n"[..], b" ", b"%", &file] {
        assert!(!matches!(check(&[&file, more].concat(), &public), Verdict::Genuine(_)));
        assert!(!matches!(check(&[more, &file].concat(), &public), Verdict::Genuine(_)));
    }
}

#[test]
fn a_tail_written_otherwise_is_altered() {
    let file = issued(&small());
    let at = file.windows(6).rposition(|window| window == b"%data ").unwrap();
    let (body, rest) = file.split_at(at);
    let again = [body, b"%data \n", rest].concat();
    assert_eq!(check(&again, &key().public()), Verdict::Altered);
    let text = String::from_utf8(file[at..].to_vec()).unwrap();
    assert!(text.contains("==\n"), "the signature of 64 bytes is padded");
    let unpadded = [body, text.replace("==\n", "\n").as_bytes()].concat();
    assert_eq!(check(&unpadded, &key().public()), Verdict::Altered);
    let windows = [body, text.replace('\n', "\r\n").as_bytes()].concat();
    assert_eq!(check(&windows, &key().public()), Verdict::Altered);
}

#[test]
fn another_key_is_named_and_believed_nothing() {
    let other = LetterKey::from_seed([8; 32]).public();
    let file = issued(&small());
    assert_eq!(check(&file, &other), Verdict::OtherKey { key_id: key().public().id() });
    // The other key's name on this key's signature.
    let text = file.windows(16).position(|window| window == key().public().id().as_bytes()).unwrap();
    let mut forged = file;
    forged[text..text + 16].copy_from_slice(other.id().as_bytes());
    assert_eq!(check(&forged, &other), Verdict::Altered);
}

#[test]
fn the_tail_of_one_letter_does_not_fit_another() {
    let split =
        |file: &[u8]| file.windows(22).rposition(|window| window == b"%crossconnect-letter/1").unwrap();
    let (one, two) =
        (issued(&small()), issued(&Particulars { company: "Tenant 'Ltd'".to_owned(), ..small() }));
    let mixed = [&one[..split(&one)], &two[split(&two)..]].concat();
    assert_eq!(check(&mixed, &key().public()), Verdict::Altered);
}

#[test]
fn no_input_makes_the_check_panic() {
    let public = key().public();
    let file = issued(&small());
    let tail = file.windows(2).rposition(|two| two == b"%c").unwrap();
    let mut chance = fastrand::Rng::with_seed(12);
    for _ in 0..3_000 {
        let from = chance.usize(tail..file.len());
        let mut some = file[from.min(tail + chance.usize(0..64))..].to_vec();
        for _ in 0..chance.usize(1..6) {
            let at = chance.usize(0..some.len());
            match chance.u8(0..3) {
                0 => some[at] = chance.u8(..),
                1 => drop(some.drain(at..(at + chance.usize(0..40)).min(some.len()))),
                _ => some.insert(at, chance.u8(..)),
            }
            if some.is_empty() {
                break;
            }
        }
        assert!(!matches!(check(&some, &public), Verdict::Genuine(_)));
    }
    for some in [
        &b""[..],
        b"%PDF-1.7\n%%EOF",
        b"%crossconnect-letter/1\n",
        b"startxref\n%crossconnect-letter/1\n%data \n",
    ] {
        let verdict = check(some, &public);
        assert!(matches!(verdict, Verdict::NotALetter | Verdict::Altered), "{verdict:?}");
    }
}

#[test]
fn a_key_has_one_text_and_a_short_name() {
    let public = key().public();
    expect!["6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw="].assert_eq(&public.to_string());
    expect!["fe812c12f3ab4ce6"].assert_eq(&public.id());
    assert_eq!(public.to_string().parse(), Ok(public.clone()));
    // No base64, too short, and the neutral point, which would verify anything.
    for wrong in ["", "x", "AAAA", &public.to_string()[1..], "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
        assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
    }
}

#[test]
fn a_document_number_is_never_shown_by_more_than_half() {
    let shown =
        ["", "1", "12", "123", "1234567", "12345678", "11010119900307123X", "护照一二三四五六", " P1234567 "]
            .map(|number| mask(number).as_str().to_owned());
    assert_eq!(
        shown,
        ["****", "****", "****2", "****3", "****567", "****5678", "****123X", "****三四五六", "****4567"]
    );
}

#[test]
fn validity_begins_with_its_first_instant_and_ends_before_its_last() {
    let letter = small();
    let at = |instant| validity(&letter, instant);
    assert_eq!(at(letter.valid_from - 1), Validity::NotYet);
    assert_eq!(at(letter.valid_from), Validity::Within);
    assert_eq!(at(letter.valid_until - 1), Validity::Within);
    assert_eq!(at(letter.valid_until), Validity::Expired);
}

#[test]
fn what_does_not_fit_a_letter_is_refused() {
    let refused = |letter: Particulars| issue(&letter, &key()).unwrap_err();
    let one = small().engineers.remove(0);
    assert_eq!(refused(Particulars { engineers: Vec::new(), ..small() }), Unissuable::Engineers(0));
    assert_eq!(refused(Particulars { engineers: vec![one; 17], ..small() }), Unissuable::Engineers(17));
    let nine = vec!["Knock.".to_owned(); 9];
    assert_eq!(refused(Particulars { conditions: nine, ..small() }), Unissuable::Conditions(9));
    let long = Particulars { company: "字".repeat(257), ..small() };
    assert_eq!(refused(long), Unissuable::TooLong("字".repeat(16)));
    let long = Particulars { conditions: vec!["x".repeat(201)], ..small() };
    assert_eq!(refused(long), Unissuable::TooLong("x".repeat(16)));
    for link in ["", "https://loa.example/a b", "https://loa.еxample/1"] {
        assert_eq!(refused(Particulars { check_link: link.to_owned(), ..small() }), Unissuable::Link);
    }
    assert_eq!(refused(Particulars { valid_until: small().valid_from, ..small() }), Unissuable::NeverValid);
    assert_eq!(refused(Particulars { issued_at: i64::MAX, ..small() }), Unissuable::Time);
}

#[test]
fn the_page_says_what_the_letter_says() {
    let letter = small();
    let page = texts(&sheet(&letter));
    for said in [
        "LOA-1",
        "Tenant \"Ltd\"",
        "pc-1",
        "North (ap-1)",
        "1 Example Road",
        "dev-1",
        "port-1",
        "A01/3",
        "FIBRE",
        "Builders",
        "Ada Byron",
        "****4567",
        "上海",
        "Escort required.",
        "2026-01-31 08:00 UTC",
        "2026-02-14 08:00 UTC",
        "Issued 2026-01-30 08:00 UTC",
        "https://loa.example/c/1",
    ] {
        assert!(page.contains(said), "{said} is missing:\n{page}");
    }
    assert!(!page.contains(SUBSTITUTE) && !page.contains("shortened"));
    let unknown = Particulars { company: "a\u{10480}b\u{202E}".to_owned(), ..letter };
    assert!(texts(&sheet(&unknown)).contains("a\u{FFFD}b\u{FFFD}"));
}

#[test]
fn sixteen_engineers_stand_on_the_page_in_full() {
    let names = ["张伟", "Maria-José Carreño Quiñones", "欧阳娜娜", "Søren Ångström"];
    let engineers: Vec<Engineer> = (0..16)
        .map(|at| {
            engineer(&format!("{} {at}", names[at % 4]), Document::IDCard, &format!("1101011990030{at:05}"))
        })
        .collect();
    let page = texts(&sheet(&Particulars { engineers: engineers.clone(), ..small() }));
    for engineer in &engineers {
        assert!(page.contains(&engineer.name), "{} is missing", engineer.name);
    }
    assert!(!page.contains("shortened"));
}

/// The ink of a mark that must not meet another's.
fn area(mark: &Mark) -> Option<Area> {
    match mark {
        Mark::Text { line, left, baseline, style } => Some(Area {
            left: *left,
            top: baseline - style.size * ASCENT,
            width: line.width(style.size),
            height: style.size * (ASCENT + DESCENT),
        }),
        Mark::Squares { areas } => {
            let right = areas.iter().map(|area| area.left + area.width).fold(0.0, f32::max);
            let bottom = areas.iter().map(|area| area.top + area.height).fold(0.0, f32::max);
            let (left, top) = (areas[0].left, areas[0].top);
            Some(Area { left, top, width: right - left, height: bottom - top })
        }
        Mark::Fill { .. } | Mark::Link { .. } => None,
    }
}

fn named(mark: &Mark) -> String {
    match mark {
        Mark::Text { line, left, baseline, .. } => format!("`{}` at {left}, {baseline}", line.text),
        _ => "the QR code".to_owned(),
    }
}

#[test]
fn nothing_leaves_the_page_or_stands_over_anything_else() {
    let mut letters: Vec<Particulars> =
        ["中", "W", "i", "word 词 ", "a-b/", "，", "\u{FFFD}", " "].map(full).to_vec();
    letters.push(small());
    letters.push(Particulars { engineers: full("Wolfgang Amadeus ").engineers, ..small() });
    letters.push(Particulars { conditions: full("条件 and more ").conditions, ..small() });
    for letter in letters {
        let sheet = sheet(&letter);
        let areas: Vec<(Area, &Mark)> =
            sheet.marks.iter().filter_map(|mark| area(mark).map(|area| (area, mark))).collect();
        for (at, (one, mark)) in areas.iter().enumerate() {
            assert!(one.left >= 43.9 && one.left + one.width <= PAGE_WIDTH - 43.9, "{}", named(mark));
            assert!(one.top >= 40.0 && one.top + one.height <= PAGE_HEIGHT - 36.0, "{}", named(mark));
            for (two, other) in &areas[at + 1..] {
                let beside =
                    one.left + one.width <= two.left + 0.01 || two.left + two.width <= one.left + 0.01;
                let below = one.top + one.height <= two.top + 0.01 || two.top + two.height <= one.top + 0.01;
                assert!(beside || below, "{}\nmeets\n{}", named(mark), named(other));
            }
        }
        for condition in &letter.conditions {
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert!(bare(&texts(&sheet)).contains(&bare(condition)), "a condition is shortened");
        }
    }
}
