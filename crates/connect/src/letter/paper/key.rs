//! The key that signs letters, and its public half that verifies them. The secret half has no text form and is never
//! printed; it is wiped when it is dropped.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{SIGNATURE_LENGTH, Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// How many bytes of the public key's digest its id has.
const KEY_ID_BYTES: usize = 8;

/// Signs letters (Ed25519, RFC 8032).
pub struct LetterKey(SigningKey);

impl LetterKey {
    /// Uses the 32 bytes of the secret seed.
    pub fn from_seed(seed: [u8; 32]) -> LetterKey {
        let seed = Zeroizing::new(seed);
        LetterKey(SigningKey::from_bytes(&seed))
    }

    /// What verifies this key's letters.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        self.0.sign(message).to_bytes()
    }
}

/// Verifies letters. As text it is the base64 of its 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A text is no public key: not the base64 of 32 bytes, or no point that a signature could be verified with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAKey;

impl PublicKey {
    /// The short name of the key: the first eight bytes of the SHA-256 of its 32 bytes, in hexadecimal.
    pub fn id(&self) -> String {
        hexadecimal(&Sha256::digest(self.0.as_bytes())[..KEY_ID_BYTES])
    }

    /// Whether `signature` is this key's over `message`. Strict: nobody but the key's owner can make a second signature
    /// that is accepted.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<PublicKey, NotAKey> {
        let bytes: [u8; 32] =
            STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NotAKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NotAKey)?;
        if key.is_weak() { Err(NotAKey) } else { Ok(PublicKey(key)) }
    }
}

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no public key of letters: it must be the base64 of 32 bytes")
    }
}

impl std::error::Error for NotAKey {}

/// Small hexadecimal digits, two a byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
