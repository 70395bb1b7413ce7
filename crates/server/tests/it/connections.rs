//! Connections as hostile and as slow as they come: every one is answered in JSON, or it is gone.

use crate::client::{Answer, Draft, Lab, ORDER, TENANT};
use server::config::Sandbox;
use server::http::Bounds;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const LIST: &str = "DescribePhysicalConnections";
/// Of a body far over its limit.
const LENGTH: usize = 10 * 1024 * 1024;

fn list() -> Draft {
    Draft::tenant(TENANT, LIST, "RegionId=cn-hangzhou")
}

/// An order with its parameters in a form body: head and body apart.
fn form_order() -> (String, String) {
    let body = Draft { method: "POST", ..Draft::tenant(TENANT, "CreatePhysicalConnection", ORDER) }.encoded();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
        body.len()
    );
    (head, body)
}

/// Sends these bytes over a connection of their own and gives the one answer.
async fn exchange(lab: &Lab, bytes: impl AsRef<[u8]>) -> Answer {
    let mut wire = lab.connect().await;
    wire.send(bytes).await;
    wire.answer().await
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let lab = Lab::new().await;
    let mut wire = lab.connect().await;
    for _ in 0..3 {
        wire.send(list().wire()).await;
        let answer = wire.answer().await;
        answer.assert_ok();
        assert!(!answer.header("date").is_empty());
    }
    // An error does not end it, either.
    wire.send(list().set("RegionId", "atlantis-1").wire()).await;
    wire.answer().await.assert_refused(404, "InvalidRegionId.NotFound");
    // Two at once are answered in order.
    wire.send(format!("{}{}", list().wire(), list().wire())).await;
    wire.answer().await.assert_ok();
    wire.answer().await.assert_ok();
    lab.stop().await;
}

#[tokio::test]
async fn methods_paths_and_forms_of_the_target() {
    let lab = Lab::new().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
        let answer = exchange(&lab, Draft { method, ..list() }.wire()).await;
        answer.assert_refused(400, "UnsupportedHTTPMethod");
    }
    exchange(&lab, Draft { path: "/api/v2", ..list() }.wire()).await.assert_refused(404, "InvalidPath");
    exchange(&lab, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.assert_refused(400, "MissingAction");
    let absolute =
        format!("GET http://vpc.example.com{} HTTP/1.1\r\nHost: vpc.example.com\r\n\r\n", list().target());
    exchange(&lab, absolute).await.assert_ok();
    let host = exchange(&lab, "GET / HTTP/1.0\r\nHost: some.where\r\n\r\n").await;
    assert_eq!(host.text("HostId"), "some.where");
    // A HEAD has no body to put JSON into; its head is that of the refusal.
    let mut wire = lab.connect().await;
    wire.send(Draft { method: "HEAD", ..list() }.wire()).await;
    let head = wire.head().await;
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains("x-acs-request-id"), "{head}");
    lab.stop().await;
}

#[tokio::test]
async fn what_is_no_http_is_told_so_in_json() {
    let lab = Lab::new().await;
    for nonsense in [
        "HELLO\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut wire = lab.connect().await;
        wire.send(nonsense).await;
        let answer = wire.answer().await;
        answer.assert_refused(400, "MalformedRequest");
        assert_eq!(answer.header("connection"), "close", "{nonsense:?}");
        assert_eq!(wire.rest().await, b"");
    }
    lab.stop().await;
}

#[tokio::test]
async fn a_head_over_its_limits_is_told_so_in_json() {
    let lab = Lab::new().await;
    let long_header = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(80_000));
    exchange(&lab, long_header).await.assert_refused(413, "RequestEntityTooLarge");
    let long_target = format!("GET /?a={} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(80_000));
    exchange(&lab, long_target).await.assert_refused(413, "RequestEntityTooLarge");
    let lines = |count: u64| {
        let more = (1..count).fold(String::new(), |more, n| format!("{more}X-{n}: y\r\n"));
        format!("GET {} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n", list().target())
    };
    exchange(&lab, lines(server::limits::HEADERS_MAX)).await.assert_ok();
    let over = exchange(&lab, lines(server::limits::HEADERS_MAX + 1)).await;
    over.assert_refused(413, "RequestEntityTooLarge");
    lab.stop().await;
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_and_the_answer_arrives() {
    let lab = Lab::new().await;
    let mut wire = lab.connect().await;
    wire.send(format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LENGTH}\r\n\r\n")).await;
    wire.send(vec![b'x'; LENGTH]).await;
    let answer = wire.answer().await;
    answer.assert_refused(413, "RequestEntityTooLarge");
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(wire.rest().await, b"");
    // The same in chunks, whose sum nobody announces.
    let mut wire = lab.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    for _ in 0..LENGTH / 65_536 {
        wire.send(format!("10000\r\n{}\r\n", "x".repeat(65_536))).await;
    }
    wire.answer().await.assert_refused(413, "RequestEntityTooLarge");
    // Who asks before sending is spared the sending.
    let mut wire = lab.connect().await;
    wire.send(format!(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: {LENGTH}\r\n\r\n"
    ))
    .await;
    wire.answer().await.assert_refused(413, "RequestEntityTooLarge");
    lab.stop().await;
}

#[tokio::test]
async fn a_body_may_come_in_chunks_and_after_an_invitation() {
    let lab = Lab::new().await;
    let (head, body) = form_order();
    let mut wire = lab.connect().await;
    wire.send(format!("{head}Expect: 100-continue\r\n\r\n")).await;
    assert!(wire.head().await.starts_with("HTTP/1.1 100 Continue"));
    wire.send(&body).await;
    wire.answer().await.assert_ok();
    let (_, body) = form_order();
    let mut chunked =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_owned();
    for part in body.as_bytes().chunks(100) {
        chunked = format!("{chunked}{:x}\r\n{}\r\n", part.len(), std::str::from_utf8(part).unwrap());
    }
    chunked.push_str("0\r\n\r\n");
    exchange(&lab, chunked).await.assert_ok();
    assert_eq!(lab.count(TENANT).await, 2);
    lab.stop().await;
}

#[tokio::test]
async fn a_connection_cut_within_a_request_changes_nothing() {
    let lab = Lab::new().await;
    let (head, body) = form_order();
    let (some, _) = body.split_at(body.len() - 1);
    let mut wire = lab.connect().await;
    wire.send(format!("{head}\r\n{some}")).await;
    wire.0.shutdown().await.unwrap();
    wire.answer().await.assert_refused(400, "IncompleteBody");
    let mut wire = lab.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a").await;
    wire.0.shutdown().await.unwrap();
    wire.answer().await.assert_refused(400, "MalformedRequest");
    // Gone without a trace.
    let mut wire = lab.connect().await;
    wire.send(format!("{head}\r\n{some}")).await;
    drop(wire);
    assert_eq!(lab.count(TENANT).await, 0);
    lab.stop().await;
}

#[tokio::test]
async fn slow_requests_run_out_of_time_and_idle_connections_are_closed() {
    let soon = Duration::from_millis(50);
    let lab = Lab::with(Lab::options(), &Bounds { head: soon, ..Bounds::default() }).await;
    // Nothing was asked, so nothing is answered.
    assert_eq!(lab.connect().await.rest().await, b"");
    // On a busy machine even these few bytes may come too late to be the beginning of a request.
    let answer = loop {
        let mut wire = lab.connect().await;
        wire.send("GET / HTTP/1.1\r\nHos").await;
        let answer = wire.rest().await;
        if !answer.is_empty() {
            break String::from_utf8(answer).unwrap();
        }
    };
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.contains("\"Code\":\"RequestTimeout\""), "{answer}");
    lab.stop().await;
    let lab = Lab::with(Lab::options(), &Bounds { body: soon, ..Bounds::default() }).await;
    let mut wire = lab.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive.").await;
    let answer = wire.answer().await;
    answer.assert_refused(408, "RequestTimeout");
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(wire.rest().await, b"");
    lab.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_cut_off() {
    let bounds = Bounds { write: Duration::from_millis(50), ..Bounds::default() };
    let lab = Lab::with(Lab::options(), &bounds).await;
    let mut wire = lab.connect().await;
    let many = list().set("RegionId", "atlantis-1").wire().repeat(1000);
    // Answers fill the buffers of both sides until the server gives up, and this end cannot send any more.
    while wire.0.write_all(many.as_bytes()).await.is_ok() {}
    lab.stop().await;
}

#[tokio::test]
async fn a_request_over_its_time_is_unavailable_and_still_an_answer() {
    let bounds = Bounds { request: Duration::from_millis(50), ..Bounds::default() };
    let lab = Lab::with(Lab::options(), &bounds).await;
    let (head, _) = form_order();
    let answer = exchange(&lab, format!("{head}\r\n")).await;
    answer.assert_refused(503, "ServiceUnavailable");
    assert_eq!(answer.header("connection"), "close");
    lab.stop().await;
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let bounds = Bounds { connections_max: 1, ..Bounds::default() };
    let lab = Lab::with(Lab::options(), &bounds).await;
    let mut first = lab.connect().await;
    first.send(list().wire()).await;
    first.answer().await.assert_ok();
    let mut second = lab.connect().await;
    second.answer().await.assert_refused(503, "ServiceUnavailable");
    assert_eq!(second.rest().await, b"");
    first.send(list().wire()).await;
    first.answer().await.assert_ok();
    drop(first);
    lab.stop().await;
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_takes_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let lab = Lab::with(Lab::options_on(&file), &Bounds::default()).await;
    let address = lab.server.address();
    let mut idle = lab.connect().await;
    let mut busy = lab.connect().await;
    let (head, body) = form_order();
    busy.send(format!("{head}Expect: 100-continue\r\n\r\n")).await;
    // Invited to go on: the request is under way.
    busy.head().await;
    let stopping = tokio::spawn(lab.stop());
    // The connection without a request is closed, so the server knows that it is to stop.
    assert_eq!(idle.rest().await, b"");
    while tokio::net::TcpStream::connect(address).await.is_ok() {}
    assert!(!stopping.is_finished());
    busy.send(&body).await;
    busy.answer().await.assert_ok();
    assert_eq!(busy.rest().await, b"");
    drop(busy);
    stopping.await.unwrap();
    // It was committed.
    let lab = Lab::with(Lab::options_on(&file), &Bounds::default()).await;
    assert_eq!(lab.count(TENANT).await, 1);
    lab.stop().await;
}

#[tokio::test]
async fn the_admin_listener_tells_of_health_readiness_and_counts() {
    let options = Sandbox { admin_listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))), ..Lab::options() };
    let lab = Lab::with(options, &Bounds::default()).await;
    lab.tenant(LIST, "RegionId=cn-hangzhou").await.assert_ok();
    lab.tenant(LIST, "RegionId=atlantis-1").await.assert_refused(404, "InvalidRegionId.NotFound");
    let page = async |line: &str| {
        let socket = tokio::net::TcpStream::connect(lab.server.admin_address().unwrap()).await.unwrap();
        let mut wire = crate::client::Wire(socket);
        wire.send(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        wire.answer().await
    };
    assert_eq!(page("GET /healthz").await.text("Status"), "alive");
    assert_eq!(page("GET /readyz").await.text("Status"), "ready");
    let metrics = page("GET /metrics").await.body;
    for line in [
        "crossconnect_requests_total{action=\"DescribePhysicalConnections\",code=\"OK\"} 1",
        "crossconnect_requests_total{action=\"DescribePhysicalConnections\",code=\"InvalidRegionId.NotFound\"} 1",
        "crossconnect_access_keys_cached 1",
        "crossconnect_nonces_remembered 2",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let lost = page("GET /elsewhere").await;
    assert_eq!((lost.status, &*lost.code()), (404, "InvalidPath"));
    let wrong = page("POST /healthz").await;
    assert_eq!((wrong.status, &*wrong.code()), (400, "UnsupportedHTTPMethod"));
    lab.stop().await;
}
