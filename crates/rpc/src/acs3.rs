//! The headers of the header signature: the Authorization line and what it claims to cover.
//!
//! A header counts only when it is there once and signed; anything else is a fault, kept until the common
//! parameters have been looked for, because their absence is reported first. Nothing is verified here.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::sign;

/// The headers every request must sign (protocol contract §4).
const ALWAYS_SIGNED: [&str; 6] =
    ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];

/// The pieces of an Authorization header; empty where they are missing.
#[derive(Default)]
pub(crate) struct Authorization<'a> {
    pub(crate) algorithm: &'a str,
    pub(crate) credential: &'a str,
    /// As given: this text is itself signed.
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: &'a str,
    malformed: bool,
}

impl<'a> Authorization<'a> {
    /// Reads `ACS3-… Credential=a,SignedHeaders=b;c,Signature=d`, tolerating spaces around the commas.
    pub(crate) fn parse(text: &'a str) -> Authorization<'a> {
        let (algorithm, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
        let mut authorization = Authorization { algorithm, ..Authorization::default() };
        for field in rest.split(',') {
            let (name, value) = field.split_once('=').unwrap_or_default();
            let slot = match name.trim() {
                "Credential" => &mut authorization.credential,
                "SignedHeaders" => &mut authorization.signed_headers,
                "Signature" => &mut authorization.signature,
                _ => {
                    authorization.malformed = true;
                    continue;
                }
            };
            authorization.malformed |= !slot.is_empty() || value.trim().is_empty();
            *slot = value.trim();
        }
        let pieces = [authorization.credential, authorization.signed_headers, authorization.signature];
        authorization.malformed |= pieces.iter().any(|piece| piece.is_empty());
        authorization
    }

    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.signed_headers.split(';').map(str::trim)
    }

    fn signs(&self, header: &str) -> bool {
        self.names().any(|name| name.eq_ignore_ascii_case(header))
    }
}

/// A request's headers, and the first thing that makes its signature incomplete.
pub(crate) struct Headers<'a> {
    map: &'a HeaderMap,
    pub(crate) fault: Option<&'static str>,
}

impl<'a> Headers<'a> {
    pub(crate) fn of(map: &'a HeaderMap) -> Headers<'a> {
        Headers { map, fault: None }
    }

    /// The value of a header that means something and must therefore be single: of two, a go-between could
    /// swap the order without breaking the signature, which sorts them.
    pub(crate) fn one(&mut self, name: &str) -> Option<&'a str> {
        let mut values = self.map.get_all(name).iter();
        let value = values.next()?;
        if values.next().is_some() {
            self.fail("a header that must be single is given several times");
        }
        let text = std::str::from_utf8(value.as_bytes()).map(str::trim);
        if text.is_err() {
            self.fail("a header is not UTF-8");
        }
        text.ok()
    }

    /// Writes the line of every signed header and notes what is wrong with the set of them.
    pub(crate) fn write_signed(
        &mut self,
        canonical: &mut Vec<u8>,
        authorization: &Authorization<'_>,
        reads_body: bool,
    ) {
        if authorization.malformed {
            self.fail("the Authorization header is malformed");
        }
        let mut names: Vec<&str> = authorization.names().collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            // Not only pointless: a long value named often would be copied as often.
            return self.fail("a header is named twice in SignedHeaders");
        }
        self.check_coverage(authorization, reads_body);
        for name in authorization.names() {
            self.write_line(canonical, name);
        }
    }

    /// Everything that decides what the request means must be covered.
    fn check_coverage(&mut self, authorization: &Authorization<'_>, reads_body: bool) {
        let mut required = ALWAYS_SIGNED.to_vec();
        if self.map.contains_key("x-acs-security-token") {
            required.push("x-acs-security-token");
        }
        if reads_body {
            // It decides whether the bytes are a form or JSON, that is, which parameters they are.
            required.push(CONTENT_TYPE.as_str());
            self.one(CONTENT_TYPE.as_str());
        }
        if !required.iter().all(|name| authorization.signs(name)) {
            self.fail("a header that must be signed is not named in SignedHeaders");
        }
        let also = self.one("x-acs-accesskey-id");
        if also.is_some_and(|id| id != authorization.credential) {
            self.fail("x-acs-accesskey-id is not the Credential");
        }
    }

    fn write_line(&mut self, canonical: &mut Vec<u8>, name: &str) {
        let mut all = self.map.get_all(name).iter().map(|value| value.as_bytes().trim_ascii());
        let Some(first) = all.next() else {
            return self.fail("a header named in SignedHeaders is missing");
        };
        match all.next() {
            None => sign::acs3_header(canonical, name.as_bytes(), &[first]),
            Some(second) => {
                let mut values = vec![first, second];
                values.extend(all);
                values.sort_unstable();
                sign::acs3_header(canonical, name.as_bytes(), &values);
            }
        }
    }

    fn fail(&mut self, fault: &'static str) {
        self.fault.get_or_insert(fault);
    }
}
