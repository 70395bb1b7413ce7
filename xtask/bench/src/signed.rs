//! Signed requests as bytes, made before the clock starts, so that the load generator only writes and reads.

use rpc::sign;

/// Who signs.
#[derive(Clone)]
pub(crate) struct Signer {
    pub(crate) key_id: String,
    pub(crate) secret: String,
    pub(crate) version: &'static str,
}

impl Signer {
    /// A tenant of the sandbox.
    pub(crate) fn tenant(key_id: &str, secret: &str) -> Signer {
        Signer { key_id: key_id.to_owned(), secret: secret.to_owned(), version: "2016-04-28" }
    }

    /// The sandbox's operator.
    pub(crate) fn operator() -> Signer {
        Signer { key_id: "operatorak".into(), secret: "operatorsk".into(), version: "2026-11-01" }
    }

    /// One request, signed as RPC v1 with its parameters in the query.
    pub(crate) fn request(&self, nonce: &str, action: &str, params: &[(&str, &str)]) -> Vec<u8> {
        let common = [
            ("Action", action),
            ("Version", self.version),
            ("Format", "JSON"),
            ("AccessKeyId", &self.key_id),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", nonce),
            ("Timestamp", &now()),
        ];
        let pairs: Vec<(String, String)> = common
            .iter()
            .chain(params)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let signature = sign::rpc_v1("POST", &pairs, &self.secret);
        let mut query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", sign::percent_encode(name), sign::percent_encode(value)))
            .collect();
        query.push(format!("Signature={}", sign::percent_encode(&signature)));
        let query = query.join("&");
        format!("POST /?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\ncontent-length: 0\r\n\r\n")
            .into_bytes()
    }
}

/// The present time as the dialect writes it.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
