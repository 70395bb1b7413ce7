//! The sheet as a PDF. This alone knows the PDF library. The file is PDF/A-2u, which means that it needs nothing from
//! outside and that its text can be copied; and it is the same for the same letter: its dates and its id are the
//! letter's, never the machine's.

use super::fonts::{Font, Weight, readable};
use super::key::hexadecimal;
use super::line::Line;
use super::particulars::{Particulars, fingerprint};
use super::seal::Unissuable;
use super::sheet::{Area, Ink, Mark, PAGE_HEIGHT, PAGE_WIDTH, Sheet, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

/// How much the strokes of Chinese characters are thickened for bold, in font sizes.
const BOLD_STROKE: f32 = 0.02;

/// Makes the file.
pub(super) fn draw(letter: &Particulars, sheet: &Sheet) -> Result<Vec<u8>, Unissuable> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .expect("one validator cannot contradict itself");
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(letter)?);
    let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).expect("A4 has an area");
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    for mark in &sheet.marks {
        draw_mark(&mut surface, mark);
    }
    surface.finish();
    for mark in &sheet.marks {
        if let Mark::Link { area } = mark
            && let Some(area) = rectangle(area)
        {
            let target = Target::Action(Action::Link(LinkAction::new(letter.check_link.clone())));
            let words = Some("The page that says whether this letter is valid".to_owned());
            page.add_annotation(Annotation::new_link(LinkAnnotation::new(area, target), words));
        }
    }
    page.finish();
    document.finish().map_err(|why| Unissuable::Drawing(why.to_string()))
}

fn metadata(letter: &Particulars) -> Result<Metadata, Unissuable> {
    Ok(Metadata::new()
        .title(format!("Letter of Authorization {}", readable(&letter.number)))
        .authors(vec![readable(&letter.issuer)])
        .creation_date(date(letter)?)
        .language("en".to_owned())
        .creator("Crossconnect".to_owned())
        .document_id(hexadecimal(&fingerprint(letter))))
}

fn date(letter: &Particulars) -> Result<DateTime, Unissuable> {
    let instant = Timestamp::from_millisecond(letter.issued_at).map_err(|_| Unissuable::Time)?;
    let time = TimeZone::UTC.to_datetime(instant);
    let small = |part: i8| u8::try_from(part).map_err(|_| Unissuable::Time);
    Ok(DateTime::new(u16::try_from(time.year()).map_err(|_| Unissuable::Time)?)
        .month(small(time.month())?)
        .day(small(time.day())?)
        .hour(small(time.hour())?)
        .minute(small(time.minute())?)
        .second(small(time.second())?)
        .utc_offset_hour(0)
        .utc_offset_minute(0))
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { line, left, baseline, style } => draw_line(surface, line, *left, *baseline, *style),
        Mark::Fill { area, ink } => draw_areas(surface, std::slice::from_ref(area), *ink),
        Mark::Squares { areas } => draw_areas(surface, areas, Ink::Black),
        Mark::Link { .. } => {}
    }
}

fn draw_areas(surface: &mut Surface<'_>, areas: &[Area], ink: Ink) {
    let mut path = PathBuilder::new();
    for area in areas.iter().filter_map(rectangle) {
        path.push_rect(area);
    }
    if let Some(path) = path.finish() {
        surface.set_stroke(None);
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn draw_line(surface: &mut Surface<'_>, line: &Line, left: f32, baseline: f32, style: Style) {
    surface.set_fill(Some(fill(style.ink)));
    let mut left = left;
    for run in line.glyphs.chunk_by(|one, next| one.font == next.font) {
        let font = run[0].font;
        let thick = font == Font::Chinese && style.weight == Weight::Bold;
        surface.set_stroke(thick.then(|| Stroke {
            paint: colour(style.ink).into(),
            width: style.size * BOLD_STROKE,
            ..Stroke::default()
        }));
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .map(|glyph| {
                let id = GlyphId::new(glyph.id);
                KrillaGlyph::new(id, glyph.advance, glyph.right, glyph.up, 0.0, glyph.range.clone(), None)
            })
            .collect();
        let start = Point::from_xy(left, baseline);
        surface.draw_glyphs(start, &glyphs, font.face().drawn.clone(), &line.text, style.size, false);
        left += run.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size;
    }
}

fn rectangle(area: &Area) -> Option<Rect> {
    Rect::from_xywh(area.left, area.top, area.width, area.height)
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), ..Fill::default() }
}

fn colour(ink: Ink) -> rgb::Color {
    let (red, green, blue) = match ink {
        Ink::Black => (0x16, 0x1A, 0x20),
        Ink::Navy => (0x12, 0x2B, 0x4F),
        Ink::Grey => (0x5A, 0x64, 0x72),
        Ink::Rule => (0xC6, 0xCE, 0xD8),
        Ink::Tint => (0xF0, 0xF3, 0xF7),
        Ink::White => (0xFF, 0xFF, 0xFF),
    };
    rgb::Color::new(red, green, blue)
}
