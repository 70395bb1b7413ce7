//! Text broken into lines of a given width. A line never is wider than it may be: long words are broken where they
//! must, and what has no room at all is cut with an ellipsis.

use super::fonts::{Glyph, Shaped, Weight, is_wide, shape};
use std::ops::Range;

const ELLIPSIS: &str = "…";

/// What may not begin a line: it belongs to what stands before it.
const CLOSING: &str = ",.;:!?)]}%，。、；：！？）】》」』”’…";

/// What may not end a line.
const OPENING: &str = "([{（【《「『“‘";

/// One line of text, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
}

/// A text in lines, and whether all of it is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Broken {
    pub(super) lines: Vec<Line>,
    pub(super) cut: bool,
}

impl Line {
    /// The whole text as one line, however wide.
    pub(super) fn whole(text: &str, weight: Weight) -> Line {
        let Shaped { text, glyphs } = shape(text, weight);
        Line { text, glyphs }
    }

    /// The width at this font size.
    pub(super) fn width(&self, size: f32) -> f32 {
        width(&self.glyphs) * size
    }

    fn part(shaped: &Shaped, mut range: Range<usize>) -> Line {
        // A space at the end of a line would only show when a paragraph is aligned to the right.
        while range.end > range.start && is_space(shaped, range.end - 1) {
            range.end -= 1;
        }
        let Some(some) = shaped.glyphs.get(range).filter(|some| !some.is_empty()) else {
            return Line { text: String::new(), glyphs: Vec::new() };
        };
        let (from, to) = (some[0].range.start, some[some.len() - 1].range.end);
        let moved = |glyph: &Glyph| Glyph {
            range: glyph.range.start - from..glyph.range.end - from,
            ..glyph.clone()
        };
        Line { text: shaped.text[from..to].to_owned(), glyphs: some.iter().map(moved).collect() }
    }

    fn with_ellipsis(mut self, weight: Weight) -> Line {
        let ellipsis = shape(ELLIPSIS, weight);
        let from = self.text.len();
        self.text.push_str(&ellipsis.text);
        self.glyphs.extend(
            ellipsis
                .glyphs
                .into_iter()
                .map(|glyph| Glyph { range: glyph.range.start + from..glyph.range.end + from, ..glyph }),
        );
        self
    }
}

/// Breaks a text into at most `lines_max` lines, each at most `room` wide at this font size.
pub(super) fn break_text(text: &str, weight: Weight, size: f32, room: f32, lines_max: usize) -> Broken {
    let shaped = shape(text, weight);
    let room = room / size;
    let mut lines = Vec::new();
    let mut from = 0;
    while from < shaped.glyphs.len() {
        let to = line_end(&shaped, from, room);
        if lines.len() + 1 == lines_max && to < shaped.glyphs.len() {
            lines.push(cut_line(&shaped, from, room, weight));
            return Broken { lines, cut: true };
        }
        lines.push(Line::part(&shaped, from..to));
        from = to;
    }
    Broken { lines, cut: false }
}

/// Sets a text in one line: at `size`, smaller down to `smallest` if it is too wide, and cut if even that is. Gives the
/// size, and whether the text was cut.
pub(super) fn fit(text: &str, weight: Weight, size: f32, smallest: f32, room: f32) -> (Line, f32, bool) {
    let line = Line::whole(text, weight);
    let wide = line.width(1.0);
    if wide * size <= room {
        return (line, size, false);
    }
    if wide * smallest <= room {
        // A hair less than fits, so that rounding cannot push it over.
        return (line, room / wide * 0.999, false);
    }
    let broken = break_text(text, weight, smallest, room, 1);
    let line = broken.lines.into_iter().next().unwrap_or_else(|| Line::whole("", weight));
    (line, smallest, broken.cut)
}

/// The glyph behind the last one of the line that begins at `from`. A line has at least one glyph.
fn line_end(shaped: &Shaped, from: usize, room: f32) -> usize {
    let glyphs = &shaped.glyphs;
    let (mut wide, mut part_at) = (0.0, from + 1);
    let (mut word_at, mut hyphen_at) = (None, None);
    for at in from..glyphs.len() {
        // A space may hang over the edge: it is not drawn.
        if wide + glyphs[at].advance > room && at > from && !is_space(shaped, at) {
            return word_at.or(hyphen_at).unwrap_or(part_at);
        }
        wide += glyphs[at].advance;
        if at + 1 < glyphs.len() && glyphs[at + 1].range.start > glyphs[at].range.start {
            if glyphs[at + 1].advance > 0.0 {
                part_at = at + 1;
            }
            match joint(shaped, at) {
                Joint::None => {}
                Joint::Word => word_at = Some(at + 1),
                Joint::Hyphen => hyphen_at = Some(at + 1),
            }
        }
    }
    glyphs.len()
}

/// The rest of the text in one line that ends with an ellipsis.
fn cut_line(shaped: &Shaped, from: usize, room: f32, weight: Weight) -> Line {
    let ellipsis = Line::whole(ELLIPSIS, weight).width(1.0);
    let mut to = from;
    let mut wide = ellipsis;
    while to < shaped.glyphs.len() && wide + shaped.glyphs[to].advance <= room {
        wide += shaped.glyphs[to].advance;
        to += 1;
    }
    Line::part(shaped, from..to).with_ellipsis(weight)
}

/// What stands between two glyphs.
enum Joint {
    /// Nothing: they stay together unless the line has no other place.
    None,
    /// A word ends.
    Word,
    /// A part of a word ends. Identifiers have hyphens and slashes; they stay whole where they can.
    Hyphen,
}

fn joint(shaped: &Shaped, at: usize) -> Joint {
    let (here, next) = (first_char(shaped, at), first_char(shaped, at + 1));
    if next.is_whitespace() || CLOSING.contains(next) || OPENING.contains(here) {
        Joint::None
    } else if here.is_whitespace() || is_wide(here) || is_wide(next) {
        Joint::Word
    } else if matches!(here, '-' | '/') {
        Joint::Hyphen
    } else {
        Joint::None
    }
}

fn is_space(shaped: &Shaped, at: usize) -> bool {
    first_char(shaped, at).is_whitespace()
}

fn first_char(shaped: &Shaped, at: usize) -> char {
    shaped.text[shaped.glyphs[at].range.start..].chars().next().unwrap_or(' ')
}

fn width(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(broken: &Broken) -> Vec<&str> {
        broken.lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_between_ideographs() {
        let broken = break_text("one two three", Weight::Plain, 10.0, 50.0, 9);
        assert_eq!(texts(&broken), ["one two", "three"]);
        let broken = break_text("North (ap-eu-west)", Weight::Plain, 10.0, 65.0, 9);
        assert_eq!(texts(&broken), ["North", "(ap-eu-west)"]);
        let broken = break_text("ap-eu-west", Weight::Plain, 10.0, 40.0, 9);
        assert_eq!(texts(&broken), ["ap-eu-", "west"]);
        let broken = break_text("上海市浦东新区，世纪大道", Weight::Plain, 10.0, 71.0, 9);
        assert_eq!(texts(&broken), ["上海市浦东新", "区，世纪大道"]);
    }

    #[test]
    fn no_line_is_wider_than_its_room() {
        let texts =
            ["w".repeat(256), "中".repeat(256), "a b ".repeat(64), "W中-é\u{301} ".repeat(40), String::new()];
        for text in &texts {
            for room in [12.0, 40.0, 100.0, 333.0] {
                for lines_max in [1, 3, 1000] {
                    let broken = break_text(text, Weight::Bold, 9.0, room, lines_max);
                    assert!(broken.lines.len() <= lines_max);
                    assert!(
                        broken.lines.iter().all(|line| line.width(9.0) <= room + 0.01),
                        "{text} in {room}"
                    );
                    assert!(lines_max < 1000 || !broken.cut);
                }
                let (line, size, _) = fit(text, Weight::Plain, 12.0, 7.0, room);
                assert!(line.width(size) <= room);
            }
        }
    }

    #[test]
    fn all_of_a_text_is_there_unless_an_ellipsis_says_otherwise() {
        let text = "Shanghai-Pudong/Century Avenue 上海世纪大道 0123456789".repeat(3);
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let broken = break_text(&text, Weight::Plain, 8.0, 90.0, 1000);
        assert_eq!(bare(&texts(&broken).concat()), bare(&text));
        let broken = break_text(&text, Weight::Plain, 8.0, 90.0, 2);
        assert!(broken.cut && broken.lines[1].text.ends_with('…'));
    }
}
