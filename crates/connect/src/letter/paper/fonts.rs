//! The fonts, and text made into their glyphs. Every character becomes a glyph that can be seen, or a substitute that
//! can: nothing on a letter is hidden, and no font's blank box for a missing glyph is drawn.

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, UnicodeBuffer};
use std::ops::Range;
use std::sync::LazyLock;

/// One of the fonts that are part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    /// DejaVu Sans.
    Plain,
    /// DejaVu Sans Bold.
    Bold,
    /// Droid Sans Fallback: Chinese, and Japanese.
    Chinese,
}

/// The weight of a text. The Chinese font has one weight; `draw` thickens its strokes where bold is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Plain,
    Bold,
}

impl Weight {
    const fn font(self) -> Font {
        match self {
            Weight::Plain => Font::Plain,
            Weight::Bold => Font::Bold,
        }
    }
}

/// Stands for a character that no font has.
pub(super) const SUBSTITUTE: char = '\u{FFFD}';

/// Accents that may stand on one letter. More of them would climb into the line above.
const MARKS_MAX: usize = 2;

/// A font as it is measured and as it is drawn.
pub(super) struct Face {
    shaped: rustybuzz::Face<'static>,
    pub(super) drawn: krilla::text::Font,
    units_per_em: f32,
}

impl Face {
    fn new(file: &'static [u8]) -> Face {
        let shaped = rustybuzz::Face::from_slice(file, 0).expect("the file is part of the program");
        let drawn = krilla::text::Font::new(file.into(), 0).expect("the file is part of the program");
        let units_per_em = units(shaped.units_per_em());
        Face { shaped, drawn, units_per_em }
    }

    fn has(&self, char: char) -> bool {
        self.shaped.glyph_index(char).is_some_and(|glyph| glyph.0 != 0)
    }
}

static FACES: LazyLock<[Face; 3]> = LazyLock::new(|| {
    [
        Face::new(include_bytes!("../../../fonts/DejaVuSans.ttf")),
        Face::new(include_bytes!("../../../fonts/DejaVuSans-Bold.ttf")),
        Face::new(include_bytes!("../../../fonts/DroidSansFallbackFull.ttf")),
    ]
});

impl Font {
    pub(super) fn face(self) -> &'static Face {
        match self {
            Font::Plain => &FACES[0],
            Font::Bold => &FACES[1],
            Font::Chinese => &FACES[2],
        }
    }
}

/// One glyph. Lengths are in ems.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) font: Font,
    pub(super) id: u32,
    pub(super) advance: f32,
    pub(super) right: f32,
    pub(super) up: f32,
    /// What it stands for, in the text that was shaped.
    pub(super) range: Range<usize>,
}

/// A text and its glyphs, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
}

/// Makes a text into glyphs.
pub(super) fn shape(text: &str, weight: Weight) -> Shaped {
    let text = seen(text, weight.font());
    let mut glyphs = Vec::with_capacity(text.len());
    let mut from = 0;
    for (font, to) in runs(&text, weight.font()) {
        shape_run(&text, from..to, font, &mut glyphs);
        from = to;
    }
    Shaped { text, glyphs }
}

/// The text as it will be seen: white space as single spaces, and a substitute for whatever cannot be drawn.
pub(super) fn readable(text: &str) -> String {
    seen(text, Font::Plain)
}

fn seen(text: &str, font: Font) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut marks = 0;
    for char in text.chars() {
        if is_variation_selector(char) {
            continue;
        }
        marks = if is_mark(char) { marks + 1 } else { 0 };
        if char.is_whitespace() {
            if !seen.ends_with(' ') {
                seen.push(' ');
            }
        } else if marks > MARKS_MAX || !is_drawable(char) || font_of(char, font).is_none() {
            seen.push(SUBSTITUTE);
        } else {
            seen.push(char);
        }
    }
    seen.truncate(seen.trim_end().len());
    seen
}

/// Which font draws the character: Latin before Chinese, because the Chinese font's Latin is coarse.
fn font_of(char: char, latin: Font) -> Option<Font> {
    [latin, Font::Chinese].into_iter().find(|font| font.face().has(char))
}

/// Where each run of one font ends.
fn runs(text: &str, latin: Font) -> Vec<(Font, usize)> {
    let mut runs: Vec<(Font, usize)> = Vec::new();
    for (at, char) in text.char_indices() {
        let font = font_of(char, latin).unwrap_or(latin);
        let end = at + char.len_utf8();
        match runs.last_mut() {
            Some((last, to)) if *last == font => *to = end,
            _ => runs.push((font, end)),
        }
    }
    runs
}

fn shape_run(text: &str, range: Range<usize>, font: Font, glyphs: &mut Vec<Glyph>) {
    let face = font.face();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text[range.clone()]);
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    // A ligature is one glyph for several letters; identifiers are copied from a letter one by one.
    let features = [Feature::new(Tag::from_bytes(b"liga"), 0, ..)];
    let shaped = rustybuzz::shape(&face.shaped, &features, buffer);
    let infos = shaped.glyph_infos();
    for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
        let cluster = |cluster: u32| range.start + usize::try_from(cluster).unwrap_or(0);
        let next =
            infos[at..].iter().map(|next| cluster(next.cluster)).find(|next| *next > cluster(info.cluster));
        glyphs.push(Glyph {
            font,
            id: info.glyph_id,
            advance: units(position.x_advance) / face.units_per_em,
            right: units(position.x_offset) / face.units_per_em,
            up: units(position.y_offset) / face.units_per_em,
            range: cluster(info.cluster)..next.unwrap_or(range.end),
        });
    }
}

/// Font units as a number to reckon with. A font's own numbers have sixteen bits.
fn units(count: i32) -> f32 {
    f32::from(i16::try_from(count).unwrap_or(i16::MAX))
}

/// Whether the character shows itself, in its own place. Controls and formatting characters do not; right-to-left
/// scripts would stand in the wrong order.
fn is_drawable(char: char) -> bool {
    !char.is_control()
        && !matches!(char,
            '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}'
            | '\u{3164}' | '\u{FFA0}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFC}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
        && !matches!(char,
            '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}')
}

/// Chooses among forms of the same character; the fonts have one form each.
fn is_variation_selector(char: char) -> bool {
    matches!(char, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether the character stands on the one before it.
fn is_mark(char: char) -> bool {
    matches!(char,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{302A}'..='\u{302F}' | '\u{3099}'..='\u{309A}' | '\u{FE20}'..='\u{FE2F}')
}

/// Whether a line may be broken beside the character without a hyphen: ideographs, kana, hangul, and the wide
/// punctuation.
pub(super) fn is_wide(char: char) -> bool {
    matches!(char, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustybuzz::ttf_parser::GlyphId;

    #[test]
    fn what_no_font_has_is_substituted_and_nothing_is_hidden() {
        // Osmanya, a control, a bidirectional override, Hebrew, an emoji beyond both fonts, a noncharacter.
        for hidden in ['\u{10480}', '\u{7}', '\u{202E}', '\u{5D0}', '\u{1F9FF}', '\u{FFFF}'] {
            let shaped = shape(&format!("a{hidden}中"), Weight::Plain);
            assert_eq!(shaped.text, "a\u{FFFD}中", "{hidden:?}");
            assert_eq!(shaped.glyphs.len(), 3);
        }
        for weight in [Weight::Plain, Weight::Bold] {
            assert!(weight.font().face().has(SUBSTITUTE));
            assert!(weight.font().face().has('…'));
        }
    }

    #[test]
    fn every_character_of_the_fonts_can_be_seen() {
        for weight in [Weight::Plain, Weight::Bold] {
            let known = |char: &char| font_of(*char, weight.font()).is_some();
            let every: Vec<char> = (0..=0x0002_FFFF).filter_map(char::from_u32).filter(known).collect();
            assert!(every.len() > 20_000);
            for some in every.chunks(4096) {
                let shaped = shape(&some.iter().collect::<String>(), weight);
                for glyph in &shaped.glyphs {
                    let stands_for = &shaped.text[glyph.range.clone()];
                    assert_ne!(glyph.id, 0, "{stands_for:?}");
                    let id = GlyphId(u16::try_from(glyph.id).unwrap());
                    let ink = glyph.font.face().shaped.glyph_bounding_box(id);
                    assert!(ink.is_some() || stands_for == " ", "{stands_for:?} cannot be seen");
                }
            }
        }
    }

    #[test]
    fn scripts_take_their_own_fonts_and_glyphs_cover_the_text() {
        let shaped = shape("Port 端口 7é", Weight::Bold);
        let fonts: Vec<Font> = shaped.glyphs.iter().map(|glyph| glyph.font).collect();
        assert_eq!(fonts[0], Font::Bold);
        assert_eq!(fonts[5], Font::Chinese);
        assert_eq!(fonts.last(), Some(&Font::Bold));
        let mut at = 0;
        for glyph in &shaped.glyphs {
            assert_eq!(glyph.range.start, at);
            at = glyph.range.end;
        }
        assert_eq!(at, shaped.text.len());
    }

    #[test]
    fn white_space_is_one_space_and_accents_do_not_climb() {
        assert_eq!(readable(" a\r\n\tb\u{3000}c "), " a b c");
        assert_eq!(readable("a\u{301}\u{302}\u{303}"), "a\u{301}\u{302}\u{FFFD}");
        assert_eq!(readable("\u{845B}\u{E0100}"), "\u{845B}");
    }
}
