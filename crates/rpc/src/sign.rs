//! The two signatures: what is signed, and the sum over it (protocol contract §3 and §4).
//!
//! The server's check and the public signer share these functions, so that there is one canonical form; the
//! recorded requests of the tests tie it to other people's signers. Nothing here decides whether a
//! signature is good enough: [`crate::call::Call`] does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The algorithm name of the header signature, as it begins `Authorization`.
pub const ACS3_ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The parameter that carries the parameter signature and is therefore not part of it.
const SIGNATURE: &str = "Signature";

/// The lower-case hex SHA-256 of no bytes: the payload hash of every request without a body.
pub const EMPTY_PAYLOAD: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const UPPER_HEX: &[u8; 16] = b"0123456789ABCDEF";
const LOWER_HEX: &[u8; 16] = b"0123456789abcdef";

/// Bytes that stay as they are: the unreserved set of RFC 3986, `A-Z a-z 0-9 - _ . ~`.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

/// Percent-encodes every byte outside the unreserved set of RFC 3986, in upper-case hex.
pub fn percent_encode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    encode(&mut out, text.as_bytes(), b"%");
    ascii(out)
}

/// The string the parameter signature is computed over. `params` are decoded, in any order, and those named
/// `Signature` are left out.
pub fn rpc_v1_string(method: &str, params: &[(String, String)]) -> String {
    rpc_v1_canonical(method, sorted(params).iter().copied())
}

/// The parameter signature of a request: the value of its `Signature` parameter, before percent-encoding.
pub fn rpc_v1(method: &str, params: &[(String, String)], secret: &str) -> String {
    rpc_v1_sum(&rpc_v1_string(method, params), secret)
}

/// One request to sign with the header signature.
#[derive(Clone, Copy, Debug)]
pub struct Acs3<'a> {
    /// The HTTP method, in upper case.
    pub method: &'a str,
    /// The decoded query, in any order.
    pub query: &'a [(String, String)],
    /// The headers to sign, one per name; `x-acs-content-sha256` must be [`payload_hash`] of the body.
    pub headers: &'a [(String, String)],
    /// The exact bytes of the body.
    pub body: &'a [u8],
}

impl Acs3<'_> {
    /// The names of the signed headers, lower-case, sorted, joined by semicolons.
    pub fn signed_headers(&self) -> String {
        let mut names: Vec<String> = self.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort_unstable();
        names.join(";")
    }

    /// The canonical request.
    pub fn canonical_request(&self) -> String {
        let mut lines: Vec<(String, &str)> =
            self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
        lines.sort_unstable();
        let mut out = Vec::new();
        acs3_begin(&mut out, self.method, sorted(self.query).iter().copied());
        for (name, value) in &lines {
            acs3_header(&mut out, name.as_bytes(), &[value.as_bytes()]);
        }
        acs3_end(&mut out, self.signed_headers().as_bytes(), &payload_hash(self.body));
        String::from_utf8(out).expect("it is made of strings")
    }

    /// The string the signature is computed over.
    pub fn string_to_sign(&self) -> String {
        acs3_string(self.canonical_request().as_bytes())
    }

    /// The signature, in lower-case hex.
    pub fn signature(&self, secret: &str) -> String {
        acs3_sum(&self.string_to_sign(), secret)
    }

    /// The value of the Authorization header.
    pub fn authorization(&self, access_key_id: &str, secret: &str) -> String {
        format!(
            "{ACS3_ALGORITHM} Credential={access_key_id},SignedHeaders={},Signature={}",
            self.signed_headers(),
            self.signature(secret)
        )
    }
}

/// The lower-case hex SHA-256 of a body.
pub fn payload_hash(body: &[u8]) -> String {
    if body.is_empty() { EMPTY_PAYLOAD.to_string() } else { hex(&Sha256::digest(body)) }
}

/// The string of the parameter signature, from pairs sorted by name. The values end up encoded twice, which
/// is done in one pass: the second encoding touches only the percent signs and separators of the first.
pub(crate) fn rpc_v1_canonical<'a>(
    method: &str,
    sorted: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> String {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"&%2F&");
    let mut first = true;
    for (name, value) in sorted.filter(|(name, _)| *name != SIGNATURE.as_bytes()) {
        if !std::mem::take(&mut first) {
            out.extend_from_slice(b"%26");
        }
        encode(&mut out, name, b"%25");
        out.extend_from_slice(b"%3D");
        encode(&mut out, value, b"%25");
    }
    ascii(out)
}

/// The parameter signature over its string: Base64 of HMAC-SHA1 with the secret and an ampersand as key.
pub(crate) fn rpc_v1_sum(string: &str, secret: &str) -> String {
    let key = [secret.as_bytes(), b"&"].concat();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(string.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The method, path and query lines of a canonical request, from pairs sorted by name.
pub(crate) fn acs3_begin<'a>(
    out: &mut Vec<u8>,
    method: &str,
    sorted: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) {
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"\n/\n");
    let mut first = true;
    for (name, value) in sorted {
        if !std::mem::take(&mut first) {
            out.push(b'&');
        }
        encode(out, name, b"%");
        out.push(b'=');
        encode(out, value, b"%");
    }
    out.push(b'\n');
}

/// One header line of a canonical request: the name in lower case, the values, which the caller trimmed and
/// sorted, joined by commas.
pub(crate) fn acs3_header(out: &mut Vec<u8>, name: &[u8], values: &[&[u8]]) {
    let start = out.len();
    out.extend_from_slice(name);
    out[start..].make_ascii_lowercase();
    out.push(b':');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(value);
    }
    out.push(b'\n');
}

/// The rest of a canonical request: an empty line, the list of signed headers, the payload hash.
pub(crate) fn acs3_end(out: &mut Vec<u8>, signed_headers: &[u8], payload_hash: &str) {
    out.push(b'\n');
    out.extend_from_slice(signed_headers);
    out.push(b'\n');
    out.extend_from_slice(payload_hash.as_bytes());
}

/// The string of the header signature, from the canonical request.
pub(crate) fn acs3_string(canonical_request: &[u8]) -> String {
    [ACS3_ALGORITHM, "\n", &hex(&Sha256::digest(canonical_request))].concat()
}

/// The header signature over its string: lower-case hex of HMAC-SHA256 with the bare secret as key.
pub(crate) fn acs3_sum(string: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(string.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Percent-encodes bytes with a given spelling of the percent sign: `%`, or `%25` to encode twice.
fn encode(out: &mut Vec<u8>, bytes: &[u8], percent: &[u8]) {
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if UNRESERVED[usize::from(*byte)] {
            continue;
        }
        out.extend_from_slice(&bytes[run..at]);
        out.extend_from_slice(percent);
        out.extend_from_slice(&[UPPER_HEX[usize::from(byte >> 4)], UPPER_HEX[usize::from(byte & 15)]]);
        run = at + 1;
    }
    out.extend_from_slice(&bytes[run..]);
}

fn sorted(pairs: &[(String, String)]) -> Vec<(&[u8], &[u8])> {
    let mut sorted: Vec<_> = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
    sorted.sort_unstable();
    sorted
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| LOWER_HEX[usize::from(nibble)];
    ascii(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("only ASCII was written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unreserved_set_stays() {
        assert_eq!(percent_encode("aZ09-_.~ *+/=&!'()%"), "aZ09-_.~%20%2A%2B%2F%3D%26%21%27%28%29%25");
        assert_eq!(percent_encode("测🚀\0"), "%E6%B5%8B%F0%9F%9A%80%00");
    }

    #[test]
    fn encoding_twice_in_one_pass_is_encoding_twice() {
        let text = "a b:测&=%";
        let mut once_over = Vec::new();
        encode(&mut once_over, text.as_bytes(), b"%25");
        assert_eq!(ascii(once_over), percent_encode(&percent_encode(text)));
    }

    #[test]
    fn the_hash_of_nothing_is_the_constant() {
        assert_eq!(hex(&Sha256::digest(b"")), EMPTY_PAYLOAD);
    }
}
