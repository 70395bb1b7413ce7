//! The fixed parts of the form: the title with the letter's number, the validity, and at the foot how to check the
//! letter and who signed it.

use super::super::fonts::Weight;
use super::super::key::hexadecimal;
use super::super::line::{Line, fit};
use super::super::particulars::{Particulars, fingerprint};
use super::super::seal::Unissuable;
use super::super::sheet::{Area, Ink, Mark, PAGE_HEIGHT, Style};
use super::words::{Times, grouped};
use super::{Form, MARGIN, WIDTH};
use qrcode::{Color, EcLevel, QrCode};

/// Where the head begins.
const TOP: f32 = 40.0;
/// Where the body begins.
pub(super) const BODY_TOP: f32 = TOP + 128.0;
/// Where the foot begins, the least space before it included.
pub(super) const FOOT_TOP: f32 = PAGE_HEIGHT - 38.0 - FOOT_HEIGHT - 8.0;
const FOOT_HEIGHT: f32 = 114.0;
/// The side of the QR code, and the white that scanners want around it.
const SQUARE: f32 = 88.0;
/// The smallest text of head and foot.
const SMALLEST: f32 = 5.6;
/// How many bytes of the fingerprint are printed: enough that nobody finds other data with the same.
const FINGERPRINT_BYTES: usize = 16;

impl Form {
    /// Title, number, issuer, validity.
    pub(super) fn head(&mut self, letter: &Particulars, times: &Times) {
        self.sheet.fill(MARGIN, TOP, WIDTH, 2.4, Ink::Navy);
        let title = Style::bold(21.0, Ink::Navy);
        let line = Line::whole("Letter of Authorization", title.weight);
        let beside = MARGIN + line.width(title.size) + 10.0;
        self.sheet.text(line, MARGIN, TOP + 29.0, title);
        let chinese = Style::bold(15.0, Ink::Grey);
        self.sheet.text(Line::whole("授权书", chinese.weight), beside, TOP + 28.5, chinese);
        self.right("Letter number  编号", TOP + 16.0, 150.0, Style::plain(6.8, Ink::Grey));
        self.right(&letter.number, TOP + 29.0, 150.0, Style::bold(11.0, Ink::Black));
        let by = format!("Issued by {}", letter.issuer);
        self.fitted(&by, MARGIN, TOP + 46.0, WIDTH - 170.0, Style::plain(8.6, Ink::Black));
        let at = format!("Issued {}", times.issued);
        self.right(&at, TOP + 46.0, 150.0, Style::plain(8.6, Ink::Black));
        self.validity(times);
    }

    fn validity(&mut self, times: &Times) {
        let (top, height) = (TOP + 60.0, 52.0);
        self.sheet.fill(MARGIN, top, WIDTH, height, Ink::Navy);
        let middle = MARGIN + WIDTH / 2.0;
        let room = WIDTH / 2.0 - 44.0;
        let (label, value) = (Style::plain(7.4, Ink::White), Style::bold(16.5, Ink::White));
        for (left, words, time) in [
            (MARGIN + 16.0, "Valid from  生效时间", &times.from),
            (middle + 28.0, "Valid until  失效时间", &times.until),
        ] {
            self.fitted(words, left, top + 18.0, room, label);
            self.fitted(time, left, top + 39.0, room, value);
        }
        let arrow = Line::whole("→", Weight::Bold);
        let left = middle - arrow.width(value.size) / 2.0;
        self.sheet.text(arrow, left, top + 39.0, value);
    }

    /// How to check the letter, and who signed it.
    pub(super) fn foot(&mut self, letter: &Particulars, key_id: &str) -> Result<(), Unissuable> {
        let top = PAGE_HEIGHT - 38.0 - FOOT_HEIGHT;
        self.sheet.fill(MARGIN, top, WIDTH, FOOT_HEIGHT, Ink::Tint);
        let inset = (FOOT_HEIGHT - SQUARE - 16.0) / 2.0;
        let white = SQUARE + 16.0;
        self.sheet.fill(MARGIN + inset, top + inset, white, white, Ink::White);
        self.square(&letter.check_link, MARGIN + inset + 8.0, top + inset + 8.0)?;
        let left = MARGIN + inset * 2.0 + white + 9.0;
        let room = MARGIN + WIDTH - left - 14.0;
        let only = "This letter is valid only if the page at this address says so:";
        self.fitted(only, left, top + 19.0, room, Style::bold(9.6, Ink::Navy));
        let only = "仅当以下网址的页面显示本授权书有效时，本授权书方为有效：";
        self.fitted(only, left, top + 32.5, room, Style::plain(8.4, Ink::Black));
        self.fitted(&letter.check_link, left, top + 48.5, room, Style::bold(11.0, Ink::Black));
        let area = Area { left, top: top + 37.0, width: room, height: 15.0 };
        self.sheet.marks.push(Mark::Link { area });
        self.sheet.rule(left, top + 57.0, room);
        let small = Style::plain(7.2, Ink::Black);
        let signed = format!("Signed electronically (Ed25519) for {}", letter.issuer);
        self.fitted(&signed, left, top + 69.0, room, small);
        let beginning = hexadecimal(&fingerprint(letter)[..FINGERPRINT_BYTES]);
        for (words, digits, baseline) in
            [("Key", grouped(key_id), top + 80.0), ("Fingerprint", grouped(&beginning), top + 91.0)]
        {
            self.fitted(words, left, baseline, 56.0, Style { ink: Ink::Grey, ..small });
            self.fitted(&digits, left + 56.0, baseline, room - 56.0, small);
        }
        let last = if self.cut {
            "Texts that end in “…” are shortened here; the page and the data in this file have them in full."
        } else {
            "The fingerprint is the beginning of the SHA-256 of the data that this file carries, signed."
        };
        self.fitted(last, left, top + 103.0, room, Style::plain(6.6, Ink::Grey));
        Ok(())
    }

    /// One line, made smaller or cut if it has no room.
    fn fitted(&mut self, text: &str, left: f32, baseline: f32, room: f32, style: Style) {
        let (line, size, cut) = fit(text, style.weight, style.size, SMALLEST.min(style.size), room);
        self.cut |= cut;
        self.sheet.text(line, left, baseline, Style { size, ..style });
    }

    /// One line that ends at the right margin.
    fn right(&mut self, text: &str, baseline: f32, room: f32, style: Style) {
        let (line, size, cut) = fit(text, style.weight, style.size, SMALLEST.min(style.size), room);
        self.cut |= cut;
        let left = MARGIN + WIDTH - line.width(size);
        self.sheet.text(line, left, baseline, Style { size, ..style });
    }

    /// The QR code of the link: its dark squares, those beside each other as one.
    fn square(&mut self, link: &str, left: f32, top: f32) -> Result<(), Unissuable> {
        let code = QrCode::with_error_correction_level(link, EcLevel::M).map_err(|_| Unissuable::Link)?;
        let modules = u16::try_from(code.width()).map_err(|_| Unissuable::Link)?;
        let side = SQUARE / f32::from(modules);
        let mut areas = Vec::new();
        for (row, colors) in (0_u16..).zip(code.to_colors().chunks(usize::from(modules))) {
            let mut column = 0_u16;
            for run in colors.chunk_by(|one, next| one == next) {
                let count = u16::try_from(run.len()).map_err(|_| Unissuable::Link)?;
                if run[0] == Color::Dark {
                    let (left, top) = (left + f32::from(column) * side, top + f32::from(row) * side);
                    areas.push(Area { left, top, width: f32::from(count) * side, height: side });
                }
                column += count;
            }
        }
        self.sheet.marks.push(Mark::Squares { areas });
        Ok(())
    }
}
