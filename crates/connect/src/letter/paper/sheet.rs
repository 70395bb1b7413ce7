//! What is drawn, as data: marks with their places on the page, so that tests can see that nothing overlaps or leaves
//! the page. Lengths are points, counted from the upper left corner.

use super::fonts::Weight;
use super::line::Line;

/// A4.
pub(super) const PAGE_WIDTH: f32 = 595.28;
/// A4.
pub(super) const PAGE_HEIGHT: f32 = 841.89;

/// How far a line reaches above its baseline, in font sizes, whatever font it is set in.
pub(super) const ASCENT: f32 = 0.94;
/// How far a line reaches below its baseline, in font sizes.
pub(super) const DESCENT: f32 = 0.26;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// The few colours of a letter. Every one is legible when printed in black.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    Black,
    /// Titles.
    Navy,
    /// Labels.
    Grey,
    /// Thin rules.
    Rule,
    /// Backgrounds.
    Tint,
    /// Text on navy.
    White,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

impl Style {
    pub(super) const fn plain(size: f32, ink: Ink) -> Style {
        Style { weight: Weight::Plain, size, ink }
    }

    pub(super) const fn bold(size: f32, ink: Ink) -> Style {
        Style { weight: Weight::Bold, size, ink }
    }
}

/// One thing on the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text.
    Text { line: Line, left: f32, baseline: f32, style: Style },
    /// A filled rectangle.
    Fill { area: Area, ink: Ink },
    /// The dark squares of a QR code, in one colour.
    Squares { areas: Vec<Area> },
    /// Where a click leads to the check link.
    Link { area: Area },
}

/// Everything on the page, in the order in which it is drawn.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) marks: Vec<Mark>,
}

impl Sheet {
    pub(super) fn fill(&mut self, left: f32, top: f32, width: f32, height: f32, ink: Ink) {
        self.marks.push(Mark::Fill { area: Area { left, top, width, height }, ink });
    }

    /// A thin horizontal rule.
    pub(super) fn rule(&mut self, left: f32, top: f32, width: f32) {
        self.fill(left, top, width, 0.6, Ink::Rule);
    }

    pub(super) fn text(&mut self, line: Line, left: f32, baseline: f32, style: Style) {
        if !line.glyphs.is_empty() {
            self.marks.push(Mark::Text { line, left, baseline, style });
        }
    }
}
