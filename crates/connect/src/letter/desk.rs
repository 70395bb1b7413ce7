//! What a deployment issues letters with: its keys, the address they are found at, and the name of who issues them.
//! The keys come from the master key, each for one purpose; neither is ever printed.

use super::paper::LetterKey;
use sha2::{Digest, Sha256};

/// What a deployment issues letters with.
pub struct LetterDesk {
    /// Signs letters.
    pub key: LetterKey,
    /// Makes the tokens of download links.
    pub(super) link_key: [u8; 32],
    /// Where people and browsers reach this deployment, without a slash at its end.
    pub public_url: String,
    /// Who issues the letters.
    pub issuer: String,
}

impl LetterDesk {
    /// Derives both keys from `master`, the 32 bytes that the deployment's secrets are sealed with.
    pub fn new(master: &[u8; 32], public_url: &str, issuer: &str) -> LetterDesk {
        LetterDesk {
            key: LetterKey::from_seed(derive(master, b"crossconnect letter signing key")),
            link_key: derive(master, b"crossconnect letter link key"),
            public_url: public_url.trim_end_matches('/').to_owned(),
            issuer: issuer.to_owned(),
        }
    }

    /// The public page that says whether a letter still holds; the letter prints it.
    pub fn check_link(&self, number: &str, code: &str) -> String {
        format!("{}/letters/{number}/{code}", self.public_url)
    }
}

/// One key for one purpose. The purposes differ in length or text and end with a zero byte, so no two derivations hash
/// the same bytes.
fn derive(master: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(purpose);
    hash.update([0]);
    hash.update(master);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_its_own_and_follows_from_the_master_key() {
        let (one, again, other) = ([1; 32], [1; 32], [2; 32]);
        let desk = |master| LetterDesk::new(master, "http://x/", "x");
        assert_eq!(desk(&one).link_key, desk(&again).link_key);
        assert_ne!(desk(&one).link_key, desk(&other).link_key);
        assert_ne!(desk(&one).link_key, one);
        assert_eq!(desk(&one).key.public(), desk(&again).key.public());
        assert_ne!(desk(&one).key.public(), desk(&other).key.public());
        assert_eq!(desk(&one).check_link("LOA-1", "c"), "http://x/letters/LOA-1/c");
    }
}
