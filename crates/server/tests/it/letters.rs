//! The pages about letters and the command that verifies a file: what a guard sees as a letter's life goes on, and
//! that nothing else is ever told.

use crate::client::{Draft, Lab, SECOND_TENANT};
use crate::process::run;
use connect::letter::paper::{LetterKey, Particulars, PublicKey, Verdict, check};
use http::Request;
use http::request::Parts;
use http_body_util::BodyExt;
use server::config::{ClockKind, Sandbox};
use server::http::{Bounds, Service};

/// What only the engineers and those who need it may know.
const PERSONAL: [&str; 3] = ["Grace Reed", "330100199001017777", "13800001111"];
const GO: &str = "class=\"verdict go\"";

/// A page as it came: status, headers and bytes.
struct Page {
    status: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn parts(method: &str, path: &str) -> Parts {
    Request::builder().method(method).uri(path).header("host", "localhost").body(()).unwrap().into_parts().0
}

async fn get(lab: &Lab, path: &str) -> Page {
    let (head, body) = lab.server.gate().answer(&parts("GET", path), b"").await.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Page { status: head.status.as_u16(), headers: head.headers, body }
}

/// Status and verdict of the page that a letter prints.
async fn verdict(lab: &Lab, letter: &Particulars) -> (u16, String) {
    let page = get(lab, path_of(&letter.check_link)).await;
    let text = page.text();
    for secret in PERSONAL {
        assert!(!text.contains(secret), "{text}");
    }
    let title = text.split("<title>").nth(1).and_then(|rest| rest.split(" – ").next()).unwrap_or_default();
    assert_eq!(text.contains(GO), title == "Valid", "the page lets in without saying valid: {text}");
    (page.status, title.to_owned())
}

fn path_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

async fn lab() -> Lab {
    Lab::with(Sandbox { clock: ClockKind::Manual, ..Lab::options() }, &Bounds::default()).await
}

/// Orders a circuit and applies for its letter, which the autopilot issues at once.
async fn lettered(lab: &Lab) -> String {
    let circuit = lab.create("").await;
    let [name, certificate, contact] = PERSONAL;
    let params = format!(
        "RegionId=cn-hangzhou&InstanceId={circuit}&CompanyName=Reed Ltd&Si=Lines <b>bold</b>&LineType=FIBRE\
         &ConstructionTime=2026-02-01T08:00:00Z&PMInfo.1.PMName={name}&PMInfo.1.PMGender=Female\
         &PMInfo.1.PMCertificateType=IDCard&PMInfo.1.PMCertificateNo={certificate}&PMInfo.1.PMContactInfo={contact}"
    );
    lab.tenant("ApplyPhysicalConnectionLOA", &params).await.assert_ok();
    circuit
}

async fn loa_url(lab: &Lab, circuit: &str) -> String {
    let params = format!("RegionId=cn-hangzhou&InstanceId={circuit}");
    let shown = lab.tenant("DescribePhysicalConnectionLOA", &params).await;
    shown.assert_ok();
    shown.json()["PhysicalConnectionLOAType"]["LoaUrl"].as_str().unwrap().to_owned()
}

async fn public_key(lab: &Lab) -> PublicKey {
    let page = get(lab, "/letters/key").await;
    assert_eq!(
        (page.status, &page.headers["content-type"]),
        (200, &"text/plain;charset=utf-8".parse().unwrap())
    );
    page.text().trim().parse().unwrap()
}

/// The file of a circuit's letter, and what it says.
async fn file(lab: &Lab, circuit: &str) -> (Vec<u8>, Particulars) {
    let page = get(lab, path_of(&loa_url(lab, circuit).await)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.headers["content-type"], "application/pdf");
    let Verdict::Genuine(letter) = check(&page.body, &public_key(lab).await) else {
        panic!("the file is not genuine");
    };
    let name = format!("inline; filename=\"{}.pdf\"", letter.number);
    assert_eq!(page.headers["content-disposition"], name);
    (page.body, *letter)
}

async fn operate(lab: &Lab, action: &str, params: &str) {
    lab.operator(action, params).await.assert_ok();
}

#[tokio::test]
async fn the_page_says_what_has_become_of_the_letter() {
    let lab = lab().await;
    operate(&lab, "SetAutopilot", "Step=construction&Outcome=leave").await;
    let circuit = lettered(&lab).await;
    let named = format!("PhysicalConnectionId={circuit}");
    let (bytes, first) = file(&lab, &circuit).await;
    assert_eq!(file(&lab, &circuit).await.0, bytes, "the same at every download");
    let valid = |state: &str| (200, state.to_owned());
    assert_eq!(verdict(&lab, &first).await, valid("Valid"));
    let page = get(&lab, path_of(&first.check_link)).await.text();
    for told in [&first.number, &first.circuit_id, &first.access_point_name, &first.address] {
        assert!(page.contains(told.as_str()), "{told}: {page}");
    }
    assert!(page.contains("Lines &lt;b&gt;bold&lt;/b&gt;") && !page.contains("<b>"), "{page}");

    operate(&lab, "IssuePhysicalConnectionLOA", &named).await;
    let (_, second) = file(&lab, &circuit).await;
    assert_ne!(first.number, second.number);
    assert_eq!(verdict(&lab, &first).await, valid("Superseded"));
    assert_eq!(verdict(&lab, &second).await, valid("Valid"));

    operate(&lab, "RevokePhysicalConnectionLOA", &format!("{named}&Reason=Wrong crew")).await;
    assert_eq!(verdict(&lab, &second).await, valid("Revoked"));

    let other = lettered(&lab).await;
    let (_, letter) = file(&lab, &other).await;
    lab.tenant("CompletePhysicalConnectionLOA", &format!("RegionId=cn-hangzhou&InstanceId={other}"))
        .await
        .assert_ok();
    operate(&lab, "AcceptPhysicalConnectionConstruction", &format!("PhysicalConnectionId={other}")).await;
    assert_eq!(verdict(&lab, &letter).await, valid("Used"));

    let old = lettered(&lab).await;
    let (_, letter) = file(&lab, &old).await;
    operate(&lab, "AdvanceTime", &format!("Seconds={}", 90 * 24 * 60 * 60 - 1)).await;
    assert_eq!(verdict(&lab, &letter).await, valid("Valid"));
    operate(&lab, "AdvanceTime", "Seconds=1").await;
    assert_eq!(verdict(&lab, &letter).await, valid("Expired"));
    lab.stop().await;
}

#[tokio::test]
async fn a_link_that_is_not_exactly_right_shows_nothing() {
    let lab = lab().await;
    let circuit = lettered(&lab).await;
    let url = loa_url(&lab, &circuit).await;
    let link = path_of(&url);
    let (_, letter) = file(&lab, &circuit).await;
    let (path, query) = link.split_once('?').unwrap();
    let (expires, token) = query.strip_prefix("expires=").unwrap().split_once("&token=").unwrap();
    let later = expires.parse::<i64>().unwrap() + 60;
    let code = letter.check_link.rsplit('/').next().unwrap().to_owned();
    let number = &letter.number;
    let shorter = &token[1..];
    for forged in [
        path.to_owned(),
        format!("{path}?expires={later}&token={token}"),
        format!("{path}?expires={expires}&token={shorter}"),
        format!("{path}?expires=&token={token}"),
        format!("{path}?token={token}"),
        format!("/letters/LOA-000000000-000000.pdf?expires={expires}&token={token}"),
        format!("/letters/{number}"),
        format!("/letters/{number}/"),
        format!("/letters/{number}/{}", code.to_uppercase()),
        format!("/letters/{number}/{}", &code[1..]),
        format!("/letters/{number}/%00"),
        format!("/letters/LOA-000000000-000000/{code}"),
        "/letters/".to_owned(),
        "/letters/key/x/y".to_owned(),
    ] {
        let page = get(&lab, &forged).await;
        assert_eq!(page.status, 404, "{forged}");
        let text = page.text();
        assert!(text.contains("No such letter") && !text.contains(GO) && !text.contains("%PDF"), "{text}");
    }
    operate(&lab, "AdvanceTime", "Seconds=3600").await;
    let page = get(&lab, link).await;
    assert_eq!((page.status, page.text().contains("This link has expired")), (410, true));
    assert_eq!(get(&lab, path_of(&loa_url(&lab, &circuit).await)).await.status, 200);
    lab.stop().await;
}

#[tokio::test]
async fn pages_are_kept_nowhere_and_run_nothing() {
    let lab = lab().await;
    let circuit = lettered(&lab).await;
    let (_, letter) = file(&lab, &circuit).await;
    let file = loa_url(&lab, &circuit).await;
    for path in [path_of(&letter.check_link), path_of(&file), "/letters/key", "/letters/nothing"] {
        let page = get(&lab, path).await;
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
        assert!(!page.text().contains("<script"));
    }
    // Anything but a look is the API's business, which knows no such path.
    let refused = lab.show(&parts("POST", "/letters/key"), b"").await;
    refused.assert_refused(404, "InvalidPath");
    // A look shifts no identifiers: the same order in two sandboxes of one seed, with a look in one of them.
    let options = || Sandbox { clock: ClockKind::Manual, seed: Some(7), ..Lab::options() };
    let (plain, looked) =
        (Lab::with(options(), &Bounds::default()).await, Lab::with(options(), &Bounds::default()).await);
    assert_eq!(get(&looked, "/letters/key").await.status, 200);
    assert_eq!(plain.create("").await, looked.create("").await);
    for lab in [lab, plain, looked] {
        lab.stop().await;
    }
}

#[tokio::test]
async fn another_tenant_gets_no_link() {
    let lab = lab().await;
    let circuit = lettered(&lab).await;
    let params = format!("RegionId=cn-hangzhou&InstanceId={circuit}");
    let stranger = Draft::tenant(SECOND_TENANT, "DescribePhysicalConnectionLOA", &params);
    lab.send(&stranger).await.assert_refused(400, "InvalidInstanceId.NotFound");
    lab.stop().await;
}

#[tokio::test]
async fn a_file_is_verified_without_server_and_store() {
    let lab = lab().await;
    let circuit = lettered(&lab).await;
    let (bytes, letter) = file(&lab, &circuit).await;
    let key = public_key(&lab).await.to_string();
    lab.stop().await;

    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let mut altered = bytes.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    write("good.pdf", &bytes);
    write("altered.pdf", &altered);
    write("longer.pdf", &[&*bytes, b"\n"].concat());
    write("other.pdf", b"%PDF-1.7\n%%EOF\n");
    write("empty.pdf", b"");
    let other = LetterKey::from_seed([3; 32]).public().to_string();
    let before = "2025-12-31T23:59:59Z";
    let (on, end) = (connect::time::wire(letter.valid_from), connect::time::wire(letter.valid_until));
    for (file, key, at, status, says) in [
        ("good.pdf", &key, &*on, 0, "genuine, within its time\n"),
        ("good.pdf", &key, &*end, 1, "genuine, expired\n"),
        ("good.pdf", &key, before, 1, "genuine, not valid yet\n"),
        ("good.pdf", &other, &*on, 1, "not genuine: it says that key "),
        ("altered.pdf", &key, &*on, 1, "not genuine: the file was altered after it was sealed\n"),
        ("longer.pdf", &key, &*on, 1, "not genuine: "),
        ("other.pdf", &key, &*on, 1, "not genuine: the file is no letter of authorization\n"),
        ("empty.pdf", &key, &*on, 1, "not genuine: the file is no letter of authorization\n"),
        ("missing.pdf", &key, &*on, 2, ""),
        ("good.pdf", &"nonsense".to_owned(), &*on, 2, ""),
        ("good.pdf", &key, "yesterday", 2, ""),
    ] {
        let done = run(folder.path(), &["letter", "verify", file, "--key", key, "--at", at]);
        let (out, said) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap());
        assert_eq!(done.status.code(), Some(status), "{file} {at}: {out}{said}");
        assert!(out.starts_with(says), "{file} {at}: {out}");
        assert_eq!(said.lines().count(), usize::from(status == 2), "{file} {at}: {said}");
        assert_eq!(out.contains(&letter.number), out.starts_with("genuine"), "{out}");
    }
}
