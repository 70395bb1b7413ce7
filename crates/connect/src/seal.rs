//! Secrets at rest. An access key's secret must come back in clear, because HMAC needs it, and so must the engineers of
//! a letter; both are sealed with AES-256-GCM under the deployment's master key. What a secret belongs to, such as the
//! key id, is associated data: a sealed secret moved to another place does not open. Nothing here prints or logs a
//! secret.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;

/// Seals and opens secrets, and compares them without keeping them.
pub struct Seal {
    cipher: Aes256Gcm,
    marks: Hmac<Sha256>,
}

/// A sealed secret does not open: another master key, or altered bytes.
#[derive(Debug)]
pub struct Unopenable;

impl Seal {
    /// Uses `master`, the 32 bytes of the master key file.
    pub fn new(master: &[u8; 32]) -> Seal {
        let keyed = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(master);
        let mut marks = keyed.expect("a key of any length will do");
        marks.update(b"crossconnect mark");
        Seal { cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(*master)), marks }
    }

    /// A mark of a secret: the same for the same secret, and without the master key nobody can try secrets against it.
    pub fn mark(&self, secret: &str) -> [u8; 32] {
        let mut mark = self.marks.clone();
        mark.update(secret.as_bytes());
        mark.finalize().into_bytes().into()
    }

    /// Seals `secret` for its owner, such as a key id; `chance` must be fresh for each call.
    pub fn close(&self, owner: &str, secret: &str, chance: &[u8; 32]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&chance[..NONCE_BYTES]);
        let payload = Payload { msg: secret.as_bytes(), aad: owner.as_bytes() };
        let text = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a secret of a few kilobytes always fits the cipher");
        [nonce.as_slice(), &text].concat()
    }

    /// Opens what [`Seal::close`] made for the same owner.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Result<Zeroizing<String>, Unopenable> {
        let (nonce, text) = sealed.split_at_checked(NONCE_BYTES).ok_or(Unopenable)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| Unopenable)?;
        let payload = Payload { msg: text, aad: owner.as_bytes() };
        let clear = self.cipher.decrypt(&Nonce::from(nonce), payload).map_err(|_| Unopenable)?;
        String::from_utf8(clear).map(Zeroizing::new).map_err(|_| Unopenable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_secrets_and_the_keys() {
        let seal = Seal::new(&[7; 32]);
        assert_eq!(seal.mark("open sesame"), Seal::new(&[7; 32]).mark("open sesame"));
        assert_ne!(seal.mark("open sesame"), seal.mark("open sesam"));
        assert_ne!(seal.mark("open sesame"), Seal::new(&[8; 32]).mark("open sesame"));
    }

    #[test]
    fn a_secret_opens_only_for_its_own_key_and_unaltered() {
        let seal = Seal::new(&[7; 32]);
        let mut sealed = seal.close("ak1", "open sesame", &[9; 32]);
        assert_eq!(&*seal.open("ak1", &sealed).expect("just sealed"), "open sesame");
        assert!(seal.open("ak2", &sealed).is_err());
        assert!(Seal::new(&[8; 32]).open("ak1", &sealed).is_err());
        assert!(!sealed.windows(4).any(|part| part == b"open"));
        sealed[14] ^= 1;
        assert!(seal.open("ak1", &sealed).is_err());
    }
}
