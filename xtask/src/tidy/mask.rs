//! A Rust text with its comments and literals blanked, so that what is left is code, and the literals apart. It knows
//! just enough of the language's lexis for that and must not be taken for a parser.

/// A masked text. Every byte that is kept stands where it stood.
pub(super) struct Masked {
    /// The code: comments and the insides of literals are spaces.
    pub(super) code: String,
    /// The string literals as they are written, each with the offset of its first byte.
    pub(super) literals: Vec<(usize, String)>,
}

impl Masked {
    /// Masks a text.
    pub(super) fn new(text: &str) -> Masked {
        let mut scan = Scan { bytes: text.as_bytes(), code: text.as_bytes().to_vec(), literals: Vec::new() };
        let mut at = 0;
        while at < scan.bytes.len() {
            at = scan.token(at);
        }
        let code = String::from_utf8(scan.code).expect("only whole comments and literals are blanked");
        let literals = scan.literals.iter().map(|&(from, to)| (from, text[from..to].to_owned())).collect();
        Masked { code, literals }
    }

    /// The offset at which the file's own tests begin; its length if it has none.
    pub(super) fn tests_begin(&self) -> usize {
        self.code.find("#[cfg(test)]\nmod ").unwrap_or(self.code.len())
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    code: Vec<u8>,
    literals: Vec<(usize, usize)>,
}

impl Scan<'_> {
    /// Deals with what begins at `at`; gives where the next thing begins.
    fn token(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        if rest.starts_with(b"//") {
            let end =
                rest.iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |length| at + length);
            return self.blank(at, end);
        }
        if rest.starts_with(b"/*") {
            return self.blank(at, self.block_comment(at));
        }
        if let Some((open, hashes)) = raw_string(rest) {
            return self.raw(at + open, hashes);
        }
        match rest[0] {
            b'"' => self.string(at + 1),
            b'\'' => self.quote(at),
            byte if is_word(byte) => at + rest.iter().take_while(|&&byte| is_word(byte)).count(),
            _ => at + 1,
        }
    }

    fn blank(&mut self, from: usize, to: usize) -> usize {
        for byte in &mut self.code[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        to
    }

    fn block_comment(&self, from: usize) -> usize {
        let (mut at, mut depth) = (from, 0);
        while at < self.bytes.len() {
            let rest = &self.bytes[at..];
            if rest.starts_with(b"/*") {
                (at, depth) = (at + 2, depth + 1);
            } else if rest.starts_with(b"*/") {
                (at, depth) = (at + 2, depth - 1);
            } else {
                at += 1;
            }
            if depth == 0 {
                return at;
            }
        }
        at
    }

    /// A string whose inside begins at `from`.
    fn string(&mut self, from: usize) -> usize {
        let mut at = from;
        while at < self.bytes.len() && self.bytes[at] != b'"' {
            at += if self.bytes[at] == b'\\' { 2 } else { 1 };
        }
        let end = at.min(self.bytes.len());
        self.literals.push((from, end));
        self.blank(from, end);
        (end + 1).min(self.bytes.len())
    }

    /// A raw string whose inside begins at `from` and ends before a quote and this many hashes.
    fn raw(&mut self, from: usize, hashes: usize) -> usize {
        let mut close = vec![b'"'];
        close.extend(std::iter::repeat_n(b'#', hashes));
        let found = self.bytes[from..].windows(close.len()).position(|window| window == close);
        let end = found.map_or(self.bytes.len(), |length| from + length);
        self.literals.push((from, end));
        self.blank(from, end);
        (end + close.len()).min(self.bytes.len())
    }

    /// A character or a lifetime: only a character is closed again after what stands for one character.
    fn quote(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at + 1..];
        let length = match rest.first() {
            Some(b'\\') => rest.iter().skip(2).position(|&byte| byte == b'\'').map(|length| length + 2),
            Some(&first) => {
                let width = if first < 0x80 {
                    1
                } else {
                    rest.iter().skip(1).take_while(|&&b| b & 0xC0 == 0x80).count() + 1
                };
                (rest.get(width) == Some(&b'\'')).then_some(width)
            }
            None => None,
        };
        match length {
            Some(length) => self.blank(at + 1, at + 1 + length) + 1,
            None => at + 1,
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a raw string begins here: how long its opening is, and how many hashes close it.
fn raw_string(rest: &[u8]) -> Option<(usize, usize)> {
    let prefix = [&b"br"[..], b"cr", b"r"].into_iter().find(|prefix| rest.starts_with(prefix))?.len();
    let hashes = rest[prefix..].iter().take_while(|&&byte| byte == b'#').count();
    (rest.get(prefix + hashes) == Some(&b'"')).then_some((prefix + hashes + 1, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        let masked =
            Masked::new("a // b\nc /* d /* e */ f */ g \"h\\\"i\" r#\"j\"k\"# '\"' 'l' &'m n 'ö' '\\'' o");
        let words: Vec<&str> =
            masked.code.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        assert_eq!(words, ["a", "c", "g", "r", "m", "n", "o"]);
        let literals: Vec<&str> = masked.literals.iter().map(|(_, literal)| literal.as_str()).collect();
        assert_eq!(literals, ["h\\\"i", "j\"k"]);
    }
}
