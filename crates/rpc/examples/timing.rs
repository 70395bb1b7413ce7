//! How long the hot path takes: reading, believing and answering one recorded list request.
//!
//! `cargo run --release -p rpc --example timing` prints nanoseconds per step. It is a look, not a test:
//! nothing is asserted about time.

use std::hint::black_box;
use std::time::Instant;

use rpc::{Call, Format, Nonces};

const SECRET: &str = "fake-secret-not-real-0001";
const ROUNDS: u32 = 200_000;

fn main() {
    for file in [
        "python-tea-v2mode-rpcv1.DescribePhysicalConnections.http",
        "node-tea-v3.DescribePhysicalConnections.http",
    ] {
        let parts = recorded(file);
        println!("{file}");
        let call = Call::parse(&parts, b"").expect("a recorded request is readable");
        step("parse", || drop(black_box(Call::parse(black_box(&parts), b""))));
        step("verify", || drop(black_box(call.verify(black_box(SECRET)))));
        step("parse + verify", || {
            let call = Call::parse(black_box(&parts), b"").expect("as above");
            drop(black_box(call.verify(SECRET)));
        });
    }
    let item = r#"{"PhysicalConnectionId":"pc-1","Status":"Enabled","Bandwidth":100},"#.repeat(50);
    let page = format!("{{\"Set\":{{\"Type\":[{}]}}}}", item.trim_end_matches(','));
    step("splice", || drop(black_box(rpc::success(Format::Json, "A", "R", black_box(page.as_bytes())))));
    step("to XML", || drop(black_box(rpc::success(Format::Xml, "A", "R", black_box(page.as_bytes())))));
    let nonces = Nonces::new(1 << 20);
    let mut n = 0_u32;
    step("nonce", || {
        n += 1;
        drop(black_box(nonces.admit("key", &n.to_string(), 0)));
    });
}

fn step(name: &str, mut run: impl FnMut()) {
    let start = Instant::now();
    for _ in 0..ROUNDS {
        run();
    }
    println!("  {name:<16}{:>8} ns", (start.elapsed() / ROUNDS).as_nanos());
}

/// The head of a recorded request.
fn recorded(file: &str) -> http::request::Parts {
    let path = [env!("CARGO_MANIFEST_DIR"), "/tests/data/", file].concat();
    let text = std::fs::read_to_string(path).expect("the file is part of the crate");
    let mut lines = text.lines().take_while(|line| !line.is_empty());
    let mut start = lines.next().expect("a request line").split(' ');
    let mut word = || start.next().expect("method and target");
    let mut request = http::Request::builder().method(word()).uri(word());
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    request.body(()).expect("a recorded request is a request").into_parts().0
}
