//! Requests for the tests: built by hand, or read from the recorded files.

use std::path::PathBuf;

use http::request::Parts;
use rpc::Call;

/// A request before it is one: every part of it can be changed, also into something that is no request.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) method: Vec<u8>,
    pub(crate) target: Vec<u8>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Draft {
    pub(crate) fn new(method: &str, target: &str) -> Draft {
        let headers = vec![("host".to_string(), b"vpc.example".to_vec())];
        Draft { method: method.into(), target: target.into(), headers, body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Draft {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Draft {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn body(mut self, content_type: &str, body: &str) -> Draft {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// The parsed head; `None` when an HTTP server would have refused it already.
    pub(crate) fn parts(&self) -> Option<Parts> {
        let mut builder = http::Request::builder().method(self.method.as_slice()).uri(self.target.as_slice());
        for (name, value) in &self.headers {
            builder = builder.header(name, value.as_slice());
        }
        Some(builder.body(()).ok()?.into_parts().0)
    }

    pub(crate) fn call(&self) -> Result<Call, rpc::Error> {
        Call::parse(&self.parts().expect("the draft is an HTTP request"), &self.body)
    }

    /// The query part of the target, as it stands.
    pub(crate) fn query_start(&self) -> usize {
        self.target.iter().position(|byte| *byte == b'?').map_or(self.target.len(), |at| at + 1)
    }
}

/// The directory of the recorded requests.
pub(crate) fn data(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", file].iter().collect()
}

pub(crate) fn json(file: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(data(file)).unwrap()).unwrap()
}

/// Reads a recorded request: carriage returns were removed and one newline added at the end.
pub(crate) fn recorded(file: &str) -> Draft {
    let bytes = std::fs::read(data(file)).unwrap();
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").expect("a head and a body");
    let head = std::str::from_utf8(&bytes[..split]).unwrap();
    let mut lines = head.lines();
    let mut start = lines.next().unwrap().split(' ');
    let (method, target) = (start.next().unwrap(), start.next().unwrap());
    let headers = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_string(), value.trim().into()))
        .collect();
    let body = bytes[split + 2..].strip_suffix(b"\n").unwrap_or_default().to_vec();
    Draft { method: method.into(), target: target.into(), headers, body }
}

/// The pairs of a JSON object of strings.
pub(crate) fn pairs(object: &serde_json::Value) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    object.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Pairs as a query or form, escaped as the standard asks.
pub(crate) fn form(pairs: &[(String, String)]) -> String {
    let escape = rpc::sign::percent_encode;
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}
