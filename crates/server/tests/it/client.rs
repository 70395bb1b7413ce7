//! A client for tests: drafts of requests that can be spoilt before or after they are signed, and a server to send
//! them to, by its gate or over a socket.

use http::request::Parts;
use http::{Method, Request};
use http_body_util::BodyExt;
use rpc::sign;
use serde_json::Value;
use server::clock::wall_ms;
use server::config::Sandbox;
use server::http::{Bounds, Service};
use server::server::Server;
use server::start;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const TENANT: Who = Who("testak", "testsk");
pub(crate) const SECOND_TENANT: Who = Who("testak2", "testsk2");
pub(crate) const OPERATOR: Who = Who("operatorak", "operatorsk");

const TENANT_VERSION: &str = "2016-04-28";
const OPERATOR_VERSION: &str = "2026-11-01";

/// An access key: id and secret.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a>(pub(crate) &'a str, pub(crate) &'a str);

/// A request under the parameter signature that is not signed yet.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) secret: String,
    /// Stands in for the right signature.
    pub(crate) signature: Option<String>,
}

impl Draft {
    /// A tenant's action. `params` is such as `RegionId=cn-hangzhou&PageSize=1`, not encoded.
    pub(crate) fn tenant(who: Who<'_>, action: &str, params: &str) -> Draft {
        Draft::new(who, TENANT_VERSION, action, params)
    }

    /// An operator's action.
    pub(crate) fn operator(who: Who<'_>, action: &str, params: &str) -> Draft {
        Draft::new(who, OPERATOR_VERSION, action, params)
    }

    fn new(Who(key_id, secret): Who<'_>, version: &str, action: &str, params: &str) -> Draft {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let nonce = format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed));
        let timestamp = connect::time::wire(wall_ms());
        let mut pairs = owned(&[
            ("Action", action),
            ("Version", version),
            ("AccessKeyId", key_id),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
            ("Timestamp", &timestamp),
        ]);
        for pair in params.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Draft { method: "GET", path: "/", pairs, secret: secret.to_owned(), signature: None }
    }

    /// Gives a parameter this value, whether it had one before or not.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Draft {
        self = self.without(name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Draft {
        self.pairs.retain(|(other, _)| other != name);
        self
    }

    /// The signed parameters in their encoded form.
    pub(crate) fn encoded(&self) -> String {
        let right = || sign::rpc_v1(self.method, &self.pairs, &self.secret);
        let signature = self.signature.clone().unwrap_or_else(right);
        let mut pairs = self.pairs.clone();
        pairs.push(("Signature".to_owned(), signature));
        let pair = |(name, value): &(String, String)| {
            format!("{}={}", sign::percent_encode(name), sign::percent_encode(value))
        };
        pairs.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    pub(crate) fn target(&self) -> String {
        format!("{}?{}", self.path, self.encoded())
    }

    /// The request as it goes over a socket, the parameters in the query.
    pub(crate) fn wire(&self) -> String {
        format!("{} {} HTTP/1.1\r\nHost: localhost\r\n\r\n", self.method, self.target())
    }

    fn parts(&self) -> Parts {
        let method: Method = self.method.parse().unwrap();
        let request = Request::builder().method(method).uri(self.target()).header("host", "localhost");
        request.body(()).unwrap().into_parts().0
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A request under the header signature, ready to be shown to the gate.
pub(crate) fn header_signed(Who(key_id, secret): Who<'_>, action: &str, target: &str, body: &[u8]) -> Parts {
    let nonce = Draft::tenant(TENANT, "", "").pairs.swap_remove(5).1;
    let mut headers = owned(&[
        ("host", "localhost"),
        ("x-acs-action", action),
        ("x-acs-version", TENANT_VERSION),
        ("x-acs-date", &connect::time::wire(wall_ms())),
        ("x-acs-signature-nonce", &nonce),
        ("x-acs-content-sha256", &sign::payload_hash(body)),
    ]);
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    }
    let query: Vec<_> = target
        .split_once('?')
        .into_iter()
        .flat_map(|(_, query)| query.split('&'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let acs3 = sign::Acs3 { method: "POST", query: &query, headers: &headers, body };
    let authorization = acs3.authorization(key_id, secret);
    let mut request = Request::post(target).header("authorization", authorization);
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    request.body(()).unwrap().into_parts().0
}

/// An answer, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The member of this name at the top, as text; empty without it.
    pub(crate) fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn code(&self) -> String {
        self.text("Code")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Checks what every answer has, and that it is this refusal.
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, &*self.code()), (status, code), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json;charset=utf-8");
        for name in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
            assert!(self.json()[name].is_string(), "{name}: {self:?}");
        }
        assert!(!self.text("Message").is_empty());
        assert_eq!(self.header("x-acs-request-id"), self.text("RequestId"));
        assert_eq!(self.header("x-acs-trace-id"), self.text("RequestId"));
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self) {
        assert_eq!((self.status, self.code()), (200, String::new()), "{self:?}");
        assert_eq!(self.text("RequestId").len(), 36);
    }
}

/// A sandbox in this process.
pub(crate) struct Lab {
    pub(crate) server: Server,
}

impl Lab {
    pub(crate) async fn new() -> Lab {
        Lab::with(Lab::options(), &Bounds::default()).await
    }

    /// The sandbox's defaults on a free port.
    pub(crate) fn options() -> Sandbox {
        Sandbox { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Sandbox::default() }
    }

    pub(crate) fn options_on(file: &Path) -> Sandbox {
        Sandbox { store: format!("sqlite:{}", file.display()), ..Lab::options() }
    }

    pub(crate) async fn with(options: Sandbox, bounds: &Bounds) -> Lab {
        Lab { server: start::sandbox(&options, bounds).await.unwrap() }
    }

    /// Sends a request through the gate.
    pub(crate) async fn send(&self, draft: &Draft) -> Answer {
        self.show(&draft.parts(), b"").await
    }

    pub(crate) async fn show(&self, parts: &Parts, body: &[u8]) -> Answer {
        let (head, body) = self.server.gate().answer(parts, body).await.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.as_str().to_owned(), value.to_str().unwrap().to_owned())
        };
        Answer {
            status: head.status.as_u16(),
            headers: head.headers.iter().map(header).collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn tenant(&self, action: &str, params: &str) -> Answer {
        self.send(&Draft::tenant(TENANT, action, params)).await
    }

    pub(crate) async fn operator(&self, action: &str, params: &str) -> Answer {
        self.send(&Draft::operator(OPERATOR, action, params)).await
    }

    /// Orders a circuit and gives its id.
    pub(crate) async fn create(&self, more: &str) -> String {
        let created = self.tenant("CreatePhysicalConnection", &format!("{ORDER}{more}")).await;
        created.assert_ok();
        created.text("PhysicalConnectionId")
    }

    /// How many circuits this key's account has in the region of [`ORDER`].
    pub(crate) async fn count(&self, who: Who<'_>) -> i64 {
        let page =
            self.send(&Draft::tenant(who, "DescribePhysicalConnections", "RegionId=cn-hangzhou")).await;
        page.assert_ok();
        page.json()["TotalCount"].as_i64().unwrap()
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire(TcpStream::connect(self.server.address()).await.unwrap())
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

/// The parameters of an order that can be carried out.
pub(crate) const ORDER: &str =
    "RegionId=cn-hangzhou&AccessPointId=ap-cn-hangzhou-yh-A&LineOperator=CT&PeerLocation=Hall 1";

/// A bare connection.
pub(crate) struct Wire(pub(crate) TcpStream);

impl Wire {
    /// Sends as much of this as the other side takes.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// The next answer, its body included.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.head().await;
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: String::new() };
        let length: usize = answer.header("content-length").parse().unwrap();
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// The next head, up to its empty line.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap_or_else(|error| {
                panic!("{error} after {:?}", String::from_utf8_lossy(&head));
            }));
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads to the end, which must come, and gives what was still there.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
        rest
    }
}
