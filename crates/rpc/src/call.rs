//! One request as the dialect sees it: after parsing, before trust.
//!
//! [`Call::parse`] reads bytes and refuses what cannot be read; [`Call::credentials`] says who claims to
//! ask; [`Call::verify`] believes it or not. Everything the request means is taken from the parameters the
//! signature covers. Nothing here may look at a header the signature leaves out, except for the form of
//! the answer. Who holds which key, and whether a nonce was seen before, is asked elsewhere.

use std::fmt;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, Method};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use subtle::ConstantTimeEq;

use crate::acs3::{Authorization, Headers};
use crate::body::{Media, json, media};
use crate::code::Error;
use crate::gateway;
use crate::limits::{
    BODY_BYTES_MAX, CLOCK_SKEW_MS, HEAD_BYTES_MAX, NONCE_BYTES_MAX, STRING_TO_SIGN_ECHO_BYTES_MAX,
};
use crate::params::{Params, Part, Reader, Span, invalid};
use crate::reply::Format;
use crate::sign;

/// A parsed request. Its parameters may be trusted only after [`Call::verify`] answered `Ok`.
pub struct Call {
    /// The business parameters; the text behind them also holds the common ones.
    params: Params,
    common: Common,
    scheme: Scheme,
    format: Format,
    /// What the signature is computed over, made while everything was at hand.
    string_to_sign: String,
}

/// The common parameters, wherever the scheme keeps them (protocol contract §2.4). Empty ones are absent.
#[derive(Default)]
struct Common {
    action: Option<Span>,
    version: Option<Span>,
    access_key_id: Option<Span>,
    nonce: Option<Span>,
    timestamp: Option<Span>,
    security_token: Option<Span>,
    signature: Option<Span>,
    signature_method: Option<Span>,
    signature_version: Option<Span>,
    signature_type: Option<Span>,
    format: Option<Span>,
    host: Option<Span>,
}

/// Which of the two signatures a request carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// In the parameters.
    RpcV1,
    /// In the headers. The fault is what makes the signature incomplete, if anything does.
    Acs3 { fault: Option<&'static str>, payload_matches: bool },
}

/// Who claims to ask, and the marks of freshness.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'a> {
    /// The id of the access key; its secret is what [`Call::verify`] wants.
    pub access_key_id: &'a str,
    /// The token of a temporary key.
    pub security_token: Option<&'a str>,
    /// The caller's number used once.
    pub nonce: &'a str,
    /// When the caller says it is, milliseconds since 1970 UTC.
    pub timestamp_ms: i64,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("nonce", &self.nonce)
            .field("timestamp_ms", &self.timestamp_ms)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Reads a request. `body` is its exact bytes.
    ///
    /// # Errors
    /// In this order (protocol contract §6.1): RequestEntityTooLarge, InvalidParameter for what cannot be
    /// read, UnsupportedHTTPMethod, InvalidPath, InvalidParameter.Format, MissingAction, MissingVersion.
    pub fn parse(parts: &Parts, body: &[u8]) -> Result<Call, Error> {
        if head_bytes(parts) > HEAD_BYTES_MAX || body.len() > BODY_BYTES_MAX {
            return Err(Error::new(&gateway::REQUEST_ENTITY_TOO_LARGE));
        }
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let mut reader = Reader::with_capacity(query.len() + body.len() + 256);
        reader.form(query, Part::Query)?;
        reader.sort()?;
        let call = if speaks_acs3(&parts.headers) {
            Call::parse_acs3(parts, body, reader)?
        } else {
            Call::parse_rpc_v1(parts, body, reader)?
        };
        call.admissible(parts)
    }

    /// The parameter signature: a form body belongs to the signed parameters, any other body is not covered
    /// and therefore not read.
    fn parse_rpc_v1(parts: &Parts, body: &[u8], mut reader: Reader) -> Result<Call, Error> {
        if !body.is_empty() && content_type(&parts.headers) == Media::Form {
            reader.form(body, Part::Body)?;
            reader.sort()?;
        }
        let string_to_sign = sign::rpc_v1_canonical(parts.method.as_str(), reader.pairs());
        let mut params = reader.finish();
        let common = Common::take(&mut params);
        Ok(Call { params, common, scheme: Scheme::RpcV1, format: Format::Json, string_to_sign })
    }

    /// The header signature: the query and the bytes of the body are covered, and so is every named header.
    fn parse_acs3(parts: &Parts, body: &[u8], mut reader: Reader) -> Result<Call, Error> {
        let mut canonical = Vec::with_capacity(1024);
        sign::acs3_begin(&mut canonical, parts.method.as_str(), reader.pairs());
        let media = if body.is_empty() { Media::Opaque } else { content_type(&parts.headers) };
        match media {
            Media::Form => reader.form(body, Part::Body)?,
            Media::Json => json(&mut reader, body)?,
            Media::Opaque => {}
        }
        reader.sort()?;
        let mut params = reader.finish();
        // Of the common parameters only these two may come in the query too; the others come in headers.
        let taken = Common::take(&mut params);
        let mut common =
            Common { signature_type: taken.signature_type, format: taken.format, ..Common::default() };
        let mut headers = Headers::of(&parts.headers);
        common.take_headers(&mut params, &mut headers);
        let given = headers.one(AUTHORIZATION.as_str()).unwrap_or_default();
        let authorization = Authorization::parse(given);
        common.access_key_id = note(&mut params, authorization.credential);
        common.signature = note(&mut params, authorization.signature);
        common.signature_method = note(&mut params, authorization.algorithm);
        headers.write_signed(&mut canonical, &authorization, media != Media::Opaque);
        let payload = sign::payload_hash(body);
        let payload_matches = headers.one("x-acs-content-sha256") == Some(payload.as_str());
        sign::acs3_end(&mut canonical, authorization.signed_headers.as_bytes(), &payload);
        let scheme = Scheme::Acs3 { fault: headers.fault, payload_matches };
        let string_to_sign = sign::acs3_string(&canonical);
        Ok(Call { params, common, scheme, format: Format::Json, string_to_sign })
    }

    /// The checks that need no key, in the contract's order, and the form of the answer.
    fn admissible(mut self, parts: &Parts) -> Result<Call, Error> {
        if parts.method != Method::GET && parts.method != Method::POST {
            return Err(Error::new(&gateway::UNSUPPORTED_HTTP_METHOD));
        }
        if parts.uri.path() != "/" {
            return Err(Error::new(&gateway::INVALID_PATH));
        }
        let host = host_of(parts);
        self.common.host = note(&mut self.params, host);
        self.format = match self.text(self.common.format.as_ref()) {
            Some(name) => Format::named(name).map_err(|()| &gateway::INVALID_PARAMETER_FORMAT)?,
            None => None,
        }
        .unwrap_or_else(|| {
            if self.scheme == Scheme::RpcV1 { Format::Json } else { accepted(&parts.headers) }
        });
        self.require(self.common.action.as_ref(), &gateway::MISSING_ACTION)?;
        self.require(self.common.version.as_ref(), &gateway::MISSING_VERSION)?;
        Ok(self)
    }

    /// The action's name as sent; case matters.
    pub fn action(&self) -> &str {
        self.text(self.common.action.as_ref()).unwrap_or_default()
    }

    /// The version as sent, such as `2016-04-28`.
    pub fn version(&self) -> &str {
        self.text(self.common.version.as_ref()).unwrap_or_default()
    }

    /// The form the answer must have.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The business parameters, RegionId and ClientToken included. The common parameters are left out under
    /// either signature, so no action may have a parameter of such a name.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The host the caller addressed, literally as it was sent; the `HostId` of an error. May be empty.
    pub fn host(&self) -> &str {
        self.text(self.common.host.as_ref()).unwrap_or_default()
    }

    /// What the signature is computed over.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Who claims to ask. Cheap; nothing is verified yet.
    ///
    /// # Errors
    /// In this order: an unsupported signature type, the absent common parameters, an unsupported method or
    /// version of the signature, IncompleteSignature, MissingSecurityToken, a nonce over its limit,
    /// InvalidTimeStamp.Format.
    pub fn credentials(&self) -> Result<Credentials<'_>, Error> {
        // A bearer token needs neither key nor signature, so this must come before they are missed.
        if self.common.signature_type.is_some() {
            return Err(Error::new(&gateway::INVALID_SIGNATURE_METHOD));
        }
        let (access_key_id, nonce, timestamp) = match self.scheme {
            Scheme::RpcV1 => self.claimed_in_params()?,
            Scheme::Acs3 { fault, .. } => self.claimed_in_headers(fault)?,
        };
        let security_token = self.text(self.common.security_token.as_ref());
        if access_key_id.starts_with("STS.") && security_token.is_none() {
            return Err(Error::new(&gateway::MISSING_SECURITY_TOKEN));
        }
        if nonce.len() > NONCE_BYTES_MAX {
            return Err(invalid("SignatureNonce", &format!("expected at most {NONCE_BYTES_MAX} bytes")));
        }
        let timestamp_ms = milliseconds(timestamp).ok_or(&gateway::INVALID_TIME_STAMP_FORMAT)?;
        Ok(Credentials { access_key_id, security_token, nonce, timestamp_ms })
    }

    fn claimed_in_params(&self) -> Result<(&str, &str, &str), Error> {
        let common = &self.common;
        let access_key_id = self.require(common.access_key_id.as_ref(), &gateway::MISSING_ACCESS_KEY_ID)?;
        let signature = self.require(common.signature.as_ref(), &gateway::MISSING_SIGNATURE)?;
        let nonce = self.require(common.nonce.as_ref(), &gateway::MISSING_SIGNATURE_NONCE)?;
        let method = self.require(common.signature_method.as_ref(), &gateway::MISSING_SIGNATURE_METHOD)?;
        let version = self.require(common.signature_version.as_ref(), &gateway::MISSING_SIGNATURE_VERSION)?;
        let timestamp = self.require(common.timestamp.as_ref(), &gateway::MISSING_TIMESTAMP)?;
        if !method.eq_ignore_ascii_case("HMAC-SHA1") {
            return Err(Error::new(&gateway::INVALID_SIGNATURE_METHOD));
        }
        if version != "1.0" {
            return Err(Error::new(&gateway::INVALID_SIGNATURE_VERSION));
        }
        let base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        // Twenty bytes of HMAC-SHA1 are 28 characters of Base64.
        if signature.len() != 28 || !signature.bytes().all(base64) {
            return Err(self.incomplete("the signature is not the Base64 of twenty bytes"));
        }
        Ok((access_key_id, nonce, timestamp))
    }

    fn claimed_in_headers(&self, fault: Option<&'static str>) -> Result<(&str, &str, &str), Error> {
        let common = &self.common;
        if self.text(common.signature_method.as_ref()) != Some(sign::ACS3_ALGORITHM) {
            return Err(Error::new(&gateway::INVALID_SIGNATURE_METHOD));
        }
        let nonce = self.require(common.nonce.as_ref(), &gateway::MISSING_SIGNATURE_NONCE)?;
        let timestamp = self.require(common.timestamp.as_ref(), &gateway::MISSING_TIMESTAMP)?;
        if let Some(fault) = fault {
            return Err(self.incomplete(fault));
        }
        let access_key_id = self
            .text(common.access_key_id.as_ref())
            .ok_or_else(|| self.incomplete("the Authorization header has no Credential"))?;
        let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let signature = self.text(common.signature.as_ref()).unwrap_or_default();
        if signature.len() != 64 || !signature.bytes().all(lower_hex) {
            return Err(self.incomplete("the signature is not the lower-case hex of 32 bytes"));
        }
        Ok((access_key_id, nonce, timestamp))
    }

    /// Whether the request's time is near enough to `now_ms`, milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// Those of [`Call::credentials`], and InvalidTimeStamp.Expired.
    pub fn check_freshness(&self, now_ms: i64) -> Result<(), Error> {
        let stamped = self.credentials()?.timestamp_ms;
        if stamped.abs_diff(now_ms) > CLOCK_SKEW_MS.unsigned_abs() {
            return Err(Error::new(&gateway::INVALID_TIME_STAMP_EXPIRED));
        }
        Ok(())
    }

    /// Whether the signature is the one the secret makes. The comparison takes the same time wherever the
    /// first difference is.
    ///
    /// # Errors
    /// Those of [`Call::credentials`], so that an incomplete signature is never good enough, and
    /// SignatureDoesNotMatch with the server's string to sign (protocol contract §5.4).
    pub fn verify(&self, secret: &str) -> Result<(), Error> {
        self.credentials()?;
        let given = self.text(self.common.signature.as_ref()).unwrap_or_default();
        let (expected, payload_matches) = match self.scheme {
            Scheme::RpcV1 => (sign::rpc_v1_sum(&self.string_to_sign, secret), true),
            Scheme::Acs3 { payload_matches, .. } => {
                (sign::acs3_sum(&self.string_to_sign, secret), payload_matches)
            }
        };
        if bool::from(expected.as_bytes().ct_eq(given.as_bytes())) && payload_matches {
            return Ok(());
        }
        Err(self.with_string(Error::new(&gateway::SIGNATURE_DOES_NOT_MATCH)))
    }

    fn incomplete(&self, fault: &'static str) -> Error {
        self.with_string(Error::new(&gateway::INCOMPLETE_SIGNATURE).with_source(fault))
    }

    /// Adds the server's string to the message in the wording clients look for: nothing may follow it.
    fn with_string(&self, error: Error) -> Error {
        let string = &self.string_to_sign;
        let end = string.floor_char_boundary(STRING_TO_SIGN_ECHO_BYTES_MAX);
        let message = format!("{} server string to sign is:{}", error.code().message, &string[..end]);
        error.with_message(message)
    }

    fn text(&self, span: Option<&Span>) -> Option<&str> {
        span.map(|span| self.params.span(span))
    }

    fn require(&self, span: Option<&Span>, missing: &'static crate::Code) -> Result<&str, Error> {
        self.text(span).ok_or_else(|| Error::new(missing))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("action", &self.action())
            .field("version", &self.version())
            .field("format", &self.format)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl Common {
    /// Takes the common parameters out of the parameters. An empty one counts as absent.
    fn take(params: &mut Params) -> Common {
        let mut common = Common::default();
        let mut example_spelling = None;
        params.retain(|name, value| {
            let slot = match name {
                "Action" => &mut common.action,
                "Version" => &mut common.version,
                "AccessKeyId" => &mut common.access_key_id,
                "SignatureNonce" => &mut common.nonce,
                "Timestamp" => &mut common.timestamp,
                // The spelling of the vendor's own examples; the usual one goes before it.
                "TimeStamp" => &mut example_spelling,
                "SecurityToken" => &mut common.security_token,
                "Signature" => &mut common.signature,
                "SignatureMethod" => &mut common.signature_method,
                "SignatureVersion" => &mut common.signature_version,
                "SignatureType" => &mut common.signature_type,
                "Format" => &mut common.format,
                _ => return true,
            };
            *slot = Some(value).filter(|span| !span.is_empty());
            false
        });
        common.timestamp = common.timestamp.or(example_spelling);
        common
    }

    /// Takes the common parameters of the header signature.
    fn take_headers(&mut self, params: &mut Params, headers: &mut Headers<'_>) {
        let mut take = |name| headers.one(name).and_then(|value| note(params, value));
        self.action = take("x-acs-action");
        self.version = take("x-acs-version");
        self.nonce = take("x-acs-signature-nonce");
        self.timestamp = take("x-acs-date");
        self.security_token = take("x-acs-security-token");
        if let Some(signature_type) = take("x-acs-signature-type").or_else(|| take(BEARER)) {
            self.signature_type = Some(signature_type);
        }
    }
}

/// The header that stands in for a signature when a bearer token is used.
const BEARER: &str = "x-acs-bearer-token";

/// Keeps a text with the parameters; an empty one counts as absent.
fn note(params: &mut Params, text: &str) -> Option<Span> {
    if text.is_empty() { None } else { Some(params.note(text)) }
}

/// Whether the request carries the header signature: by its Authorization header, or by a bearer token
/// in the place of one (protocol contract §3).
fn speaks_acs3(headers: &HeaderMap) -> bool {
    match headers.get(AUTHORIZATION) {
        Some(value) => value.as_bytes().trim_ascii_start().starts_with(b"ACS3-"),
        None => headers.contains_key(BEARER),
    }
}

fn content_type(headers: &HeaderMap) -> Media {
    headers.get(CONTENT_TYPE).map_or(Media::Opaque, |value| media(value.as_bytes()))
}

/// The size of the request line and the headers as HTTP/1.1 writes them, near enough for a limit.
fn head_bytes(parts: &Parts) -> usize {
    let target = parts.uri.path_and_query().map_or(1, |target| target.as_str().len());
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    target + headers.sum::<usize>()
}

/// The form the Accept header asks for: that of the first type known here, else JSON.
fn accepted(headers: &HeaderMap) -> Format {
    let types = headers.get_all(ACCEPT).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    for wanted in types {
        let essence = wanted.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if essence.eq_ignore_ascii_case(b"application/json") {
            return Format::Json;
        }
        if essence.eq_ignore_ascii_case(b"application/xml") || essence.eq_ignore_ascii_case(b"text/xml") {
            return Format::Xml;
        }
    }
    Format::Json
}

/// The form an error must be answered in when [`Call::parse`] failed: a look at the query and, under the
/// header signature, at Accept. Anything doubtful is JSON (protocol contract §5.1).
pub fn format_of(parts: &Parts) -> Format {
    let query = parts.uri.query().unwrap_or_default();
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("Format=")).map(Format::named);
    match asked {
        Some(Ok(Some(format))) => format,
        Some(Ok(None)) | None if speaks_acs3(&parts.headers) => accepted(&parts.headers),
        _ => Format::Json,
    }
}

/// The host the caller addressed, literally: the Host header, else the target's authority, else nothing.
pub fn host_of(parts: &Parts) -> &str {
    let header = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str)).unwrap_or_default()
}

/// Reads `YYYY-MM-DDThh:mm:ssZ` with an optional fraction (protocol contract §2.4) as milliseconds since
/// 1970 UTC. Digits below a millisecond are dropped.
fn milliseconds(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let fields = seconds.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, separator)| fields[*at] != *separator) {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = fields[from..to].iter().all(u8::is_ascii_digit);
        if digits { seconds[from..to].parse::<i16>().ok() } else { None }
    };
    let short = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let nanoseconds = match fraction.strip_prefix('.') {
        Some(digits) => nanoseconds(digits)?,
        None if fraction.is_empty() => 0,
        None => return None,
    };
    let civil =
        DateTime::new(number(0, 4)?, short(5)?, short(8)?, short(11)?, short(14)?, short(17)?, nanoseconds);
    Some(Offset::UTC.to_timestamp(civil.ok()?).ok()?.as_millisecond())
}

/// One to nine digits after the point, as nanoseconds.
fn nanoseconds(digits: &str) -> Option<i32> {
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let scale = 10_i32.pow(9 - u32::try_from(digits.len()).ok()?);
    Some(digits.parse::<i32>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_take_an_optional_fraction_and_nothing_else() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(milliseconds("2026-11-20T12:00:00Z"), Some(1_795_176_000_000));
        assert_eq!(milliseconds("2026-11-20T12:00:00.5Z"), Some(1_795_176_000_500));
        assert_eq!(milliseconds("2026-11-20T12:34:49.614119300Z"), Some(1_795_178_089_614));
        for text in [
            "",
            "Z",
            "2026-11-20T12:00:00",
            "2026-11-20 12:00:00Z",
            "2026-11-20T12:00:00z",
            "2026-11-20T12:00:00.Z",
            "2026-11-20T12:00:00.0000000000Z",
            "2026-11-20T12:00:00+00:00Z",
            "2026-13-20T12:00:00Z",
            "2026-02-29T12:00:00Z",
            "2026-11-20T12:00:60Z",
            "2026-11-20T24:00:00Z",
            "+026-11-20T12:00:00Z",
            "2026-11-20T12:00:0Z",
            "2026-11-20T12:00:0测Z",
        ] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
