//! Identifiers made from a seed. The seed is an argument, so that the same command run again makes the same
//! identifiers; nothing here draws randomness of its own.

use crate::time::Millis;
use sha2::{Digest, Sha256};

/// The secret beginning of one command's identifiers.
#[derive(Clone, Copy)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// The `ordinal`th seed of a run that was started with `--seed`.
    pub fn numbered(seed: u64, ordinal: u64) -> Seed {
        let mut hash = Sha256::new();
        hash.update(b"crossconnect seed");
        hash.update(seed.to_be_bytes());
        hash.update(ordinal.to_be_bytes());
        Seed(hash.finalize().into())
    }
}

/// The identifiers of one command, in the order in which they are asked for.
pub struct Ids {
    seed: Seed,
    drawn: u64,
}

const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const STAMP_CHARS: usize = 9;
const CHANCE_CHARS: usize = 11;

impl Ids {
    /// Starts the sequence of `seed`.
    pub fn new(seed: Seed) -> Ids {
        Ids { seed, drawn: 0 }
    }

    /// The next 32 bytes; nobody without the seed can foretell them.
    pub fn bytes(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed.0);
        hash.update(self.drawn.to_be_bytes());
        hash.finalize().into()
    }

    /// `prefix-` and twenty characters that sort by time, for instance `pc-0mj2k9x1qa4f7…`.
    pub fn resource(&mut self, prefix: &str, now: Millis) -> String {
        let mut id = String::with_capacity(prefix.len() + 1 + STAMP_CHARS + CHANCE_CHARS);
        id.push_str(prefix);
        id.push('-');
        let mut stamp = [b'0'; STAMP_CHARS];
        let mut rest = u64::try_from(now).unwrap_or(0);
        for place in stamp.iter_mut().rev() {
            *place = LETTERS[usize::try_from(rest % 36).expect("a remainder of 36 is small")];
            rest /= 36;
        }
        id.extend(stamp.iter().map(|&letter| char::from(letter)));
        id.push_str(&self.letters(CHANCE_CHARS));
        id
    }

    /// `count` characters of `0-9a-z`, at most 32.
    pub fn letters(&mut self, count: usize) -> String {
        self.bytes().iter().take(count).map(|byte| char::from(LETTERS[usize::from(byte % 36)])).collect()
    }

    /// A request id: an upper-case UUID of version 4 (RFC 9562).
    pub fn request(&mut self) -> String {
        use std::fmt::Write;
        let mut bytes = self.bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut id = String::with_capacity(36);
        for (index, byte) in bytes.iter().take(16).enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            write!(id, "{byte:02X}").expect("writing to a string cannot fail");
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_identifiers() {
        let draw = |seed| {
            let mut ids = Ids::new(Seed::numbered(seed, 3));
            (ids.request(), ids.resource("pc", 1_769_846_400_000))
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn resource_identifiers_sort_by_time_and_request_ids_are_uuids() {
        let mut ids = Ids::new(Seed::numbered(1, 1));
        let (early, late) = (ids.resource("pc", 1_000), ids.resource("pc", 2_000));
        assert!(early < late && early.len() == 23 && early.starts_with("pc-"));
        let request = ids.request();
        assert_eq!(request.len(), 36);
        assert_eq!(&request[14..15], "4");
        assert_eq!(request, request.to_uppercase());
    }
}
