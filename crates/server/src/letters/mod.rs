//! The pages about letters of authorization: the one a guard opens by the code on the paper, the file that `LoaUrl`
//! points at, and the public key. Anybody may ask for them, without an access key. They must never name an engineer
//! or a contact, and never say that a crew may be let in unless the letter holds at this very moment.

mod page;

use crate::node::Node;
use crate::seeds;
use bytes::Bytes;
use connect::id::Ids;
use connect::letter::link::{self, Pass};
use connect::letter::{self, Found};
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use std::time::Instant;
use store::{Abort, Fault, Read};

/// Where the path of every page begins.
const ROOT: &str = "/letters/";

/// Whether a request is for one of these pages. The dialect knows no path but `/`, so none is taken from it.
pub(crate) fn is_asked_for(parts: &Parts) -> bool {
    matches!(parts.method, Method::GET | Method::HEAD) && parts.uri.path().starts_with(ROOT)
}

/// A page by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked<'a> {
    /// `/letters/key`: the key that letters are verified with.
    Key,
    /// `/letters/NUMBER.pdf`: the file.
    File(&'a str),
    /// `/letters/NUMBER/CODE`: whether the letter holds.
    Check { number: &'a str, code: &'a str },
    /// Nothing there.
    Nothing,
}

impl<'a> Asked<'a> {
    fn of(path: &'a str) -> Asked<'a> {
        let rest = path.strip_prefix(ROOT).unwrap_or_default();
        match (rest, rest.strip_suffix(".pdf"), rest.split_once('/')) {
            ("key", ..) => Asked::Key,
            (_, Some(number), None) => Asked::File(number),
            (_, None, Some((number, code))) if !code.contains('/') => Asked::Check { number, code },
            _ => Asked::Nothing,
        }
    }

    /// What the log calls it. The path itself has codes and tokens in it and must not be logged.
    fn word(self) -> &'static str {
        match self {
            Asked::Key => "letter key",
            Asked::File(_) => "letter file",
            Asked::Check { .. } => "letter check",
            Asked::Nothing => "no letter",
        }
    }
}

/// Answers a request for one of these pages.
pub(crate) async fn answer(node: &Node, parts: &Parts) -> Response<Full<Bytes>> {
    let arrived = Instant::now();
    // Not from the node's seeds: a look at a page must not shift the identifiers of requests.
    let request_id = Ids::new(seeds::chance()).request();
    let asked = Asked::of(parts.uri.path());
    let answered = match asked {
        Asked::Key => Ok(text(format!("{}\n", node.world.letters.key.public()))),
        Asked::File(number) => file(node, number, parts.uri.query().unwrap_or_default()).await,
        Asked::Check { number, code } => check(node, number, code).await,
        Asked::Nothing => Ok(page(StatusCode::NOT_FOUND, page::unknown())),
    };
    let response = answered.unwrap_or_else(|fault| {
        tracing::error!(request_id, cause = ?fault, "a page about a letter failed");
        page(StatusCode::SERVICE_UNAVAILABLE, page::unavailable())
    });
    let (status, took_us) = (response.status().as_u16(), arrived.elapsed().as_micros());
    tracing::info!(target: "request", request_id, action = asked.word(), status, took_us);
    response
}

async fn read<R: Send + 'static>(
    node: &Node,
    f: impl Fn(&mut dyn Read) -> Result<R, Fault> + Send + 'static,
) -> Result<R, Fault> {
    let found = node.store.read(move |read| f(read).map_err(Abort::<std::convert::Infallible>::Fault)).await;
    found.map_err(|abort| match abort {
        Abort::Fault(fault) => fault,
        Abort::Refused(never) => match never {},
    })
}

/// The file, to whoever has a link that was made here and is still good.
async fn file(node: &Node, number: &str, query: &str) -> Result<Response<Full<Bytes>>, Fault> {
    let of = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(other, _)| *other == name).map_or("", |(_, value)| value)
    };
    match link::check(&node.world.letters, number, of("expires"), of("token"), node.clock.now()) {
        // A link that was tampered with is told no more than one that was made up.
        Pass::Forged => return Ok(page(StatusCode::NOT_FOUND, page::unknown())),
        Pass::Expired => return Ok(page(StatusCode::GONE, page::link_expired())),
        Pass::Good => {}
    }
    let wanted = number.to_owned();
    let Some(bytes) = read(node, move |read| letter::file(read, &wanted)).await? else {
        return Ok(page(StatusCode::NOT_FOUND, page::unknown()));
    };
    let mut response = guarded("application/pdf", bytes.into());
    // The number has been signed by us, so it is digits, capitals and hyphens.
    if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{number}.pdf\"")) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Whether a letter holds, to whoever has its paper.
async fn check(node: &Node, number: &str, code: &str) -> Result<Response<Full<Bytes>>, Fault> {
    let (wanted, with, now) = (number.to_owned(), code.to_owned(), node.clock.now());
    let found: Option<Found> = read(node, move |read| letter::lookup(read, &wanted, &with, now)).await?;
    Ok(match found {
        Some(found) => page(StatusCode::OK, page::of(&found, now)),
        None => page(StatusCode::NOT_FOUND, page::unknown()),
    })
}

fn text(text: String) -> Response<Full<Bytes>> {
    guarded("text/plain;charset=utf-8", text.into())
}

fn page(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = guarded("text/html;charset=utf-8", text.into());
    *response.status_mut() = status;
    response
}

/// The links are secrets and what they show changes: nothing may be kept, framed, indexed or told to another site.
fn guarded(content_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let mut response = Response::new(Full::new(body));
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_one_page_or_none() {
        for (path, asked) in [
            ("/letters/key", Asked::Key),
            ("/letters/LOA-1.pdf", Asked::File("LOA-1")),
            ("/letters/LOA-1/abc", Asked::Check { number: "LOA-1", code: "abc" }),
            ("/letters/LOA-1/", Asked::Check { number: "LOA-1", code: "" }),
            ("/letters/", Asked::Nothing),
            ("/letters/LOA-1", Asked::Nothing),
            ("/letters/a/b/c", Asked::Nothing),
            ("/letters/a/b.pdf", Asked::Nothing),
        ] {
            assert_eq!(Asked::of(path), asked, "{path}");
        }
    }
}
