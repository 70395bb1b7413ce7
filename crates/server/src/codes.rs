//! The codes of the connection itself: what can be wrong before there is a request that the dialect could judge. A
//! code that speaks of parameters, signatures or things must never be added here.

use rpc::code::Code;

/// The head or the body of a request did not arrive in time.
pub static REQUEST_TIMEOUT: Code =
    Code::new("RequestTimeout", 408, "The request was not received completely within the time allowed.");

/// The connection ended, or its framing broke, in the middle of a body.
pub static INCOMPLETE_BODY: Code =
    Code::new("IncompleteBody", 400, "The body of the request ended before it was complete.");

/// The bytes are no HTTP/1.1 request.
pub static MALFORMED_REQUEST: Code =
    Code::new("MalformedRequest", 400, "The request is not well-formed HTTP/1.1.");

/// A page of the admin listener that does not exist.
pub static PAGE_UNKNOWN: Code =
    Code::new("InvalidPath", 404, "The admin listener serves /healthz, /readyz and /metrics.");

/// The server is stopping, or its store does not answer.
pub static NOT_READY: Code = Code::new("NotReady", 503, "The server is not ready to answer requests.");

/// Every code of this module, in its order.
pub static ALL: &[&Code] =
    &[&REQUEST_TIMEOUT, &INCOMPLETE_BODY, &MALFORMED_REQUEST, &PAGE_UNKNOWN, &NOT_READY];
