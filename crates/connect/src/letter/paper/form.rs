//! The form: what stands where on the page. Head, validity and foot have fixed places; what is between them is set in
//! the largest size in which all of it fits. Only where even the smallest does not do are long names shortened, which
//! the foot then says. Conditions are never shortened, and nothing is ever set over anything else.

mod head_and_foot;
mod words;

use super::fonts::Weight;
use super::line::{Line, break_text};
use super::particulars::{Document, Particulars};
use super::seal::Unissuable;
use super::sheet::{ASCENT, DESCENT, Ink, PAGE_WIDTH, Sheet, Style};
use head_and_foot::{BODY_TOP, FOOT_TOP};
use words::{Times, bandwidth, place};

/// The margin at the left and at the right.
const MARGIN: f32 = 44.0;
/// The width between the margins.
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// The column of headings.
const GUTTER: f32 = 82.0;
/// Between the cells of a row.
const GAP: f32 = 14.0;
/// The width of one of the three columns beside the headings.
const COLUMN: f32 = (WIDTH - GUTTER - 2.0 * GAP) / 3.0;
/// From baseline to baseline, in font sizes.
const LEADING: f32 = 1.32;
/// From the top of a line to its baseline, in font sizes: the line's ink is in the middle of its leading.
const BASELINE: f32 = ASCENT + (LEADING - ASCENT - DESCENT) / 2.0;

const LABEL: f32 = 6.8;
const VALUE: f32 = 9.2;
const CONDITION: f32 = 8.4;

/// How the body is set.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Times every size.
    scale: f32,
    /// Lines of one value at most.
    lines_max: usize,
}

const ALL_LINES: usize = usize::MAX;

/// The sizes that are tried, the most generous first. Below two thirds a letter could not be read at a door.
const STEPS: [Step; 11] = [
    Step { scale: 1.16, lines_max: ALL_LINES },
    Step { scale: 1.08, lines_max: ALL_LINES },
    Step { scale: 1.0, lines_max: ALL_LINES },
    Step { scale: 0.93, lines_max: ALL_LINES },
    Step { scale: 0.86, lines_max: ALL_LINES },
    Step { scale: 0.79, lines_max: ALL_LINES },
    Step { scale: 0.72, lines_max: ALL_LINES },
    Step { scale: 0.66, lines_max: ALL_LINES },
    Step { scale: 0.66, lines_max: 3 },
    Step { scale: 0.66, lines_max: 2 },
    Step { scale: 0.66, lines_max: 1 },
];

/// Where everything of the letter stands.
pub(super) fn lay_out(letter: &Particulars, key_id: &str) -> Result<Sheet, Unissuable> {
    let times = Times::of(letter)?;
    let mut form = STEPS
        .iter()
        .map(|step| Form::filled(letter, &times, *step))
        .find(|form| form.y <= FOOT_TOP)
        .ok_or(Unissuable::NoRoom)?;
    form.head(letter, &times);
    form.foot(letter, key_id)?;
    Ok(form.sheet)
}

/// A label over a value, some columns wide.
struct Cell<'t> {
    label: &'t str,
    chinese: &'t str,
    value: &'t str,
    columns: u8,
}

const fn cell<'t>(label: &'t str, chinese: &'t str, value: &'t str, columns: u8) -> Cell<'t> {
    Cell { label, chinese, value, columns }
}

/// A form that is being filled from top to bottom.
struct Form {
    sheet: Sheet,
    step: Step,
    /// Where the next thing begins.
    y: f32,
    /// Whether any text was shortened.
    cut: bool,
}

impl Form {
    /// The body of the letter.
    fn filled(letter: &Particulars, times: &Times, step: Step) -> Form {
        let mut form = Form { sheet: Sheet::default(), step, y: BODY_TOP, cut: false };
        form.lead();
        form.facts(letter, times);
        form.engineers(letter);
        form.conditions(letter);
        form
    }

    fn scaled(&self, length: f32) -> f32 {
        length * self.step.scale
    }

    fn lead(&mut self) {
        let english = "The engineers named below may enter the building named here, do the work described, and \
                       connect the tenant's line to the port named here and to no other.";
        let chinese =
            "兹授权下列工程师进入下述机房进行所述施工，并仅可将租户线路接入下述端口，不得接入其他端口。";
        self.paragraph(english, Style::plain(self.scaled(VALUE), Ink::Black), MARGIN, WIDTH);
        self.paragraph(chinese, Style::plain(self.scaled(CONDITION), Ink::Grey), MARGIN, WIDTH);
        self.y += self.scaled(8.0);
    }

    fn facts(&mut self, letter: &Particulars, times: &Times) {
        let bandwidth = bandwidth(letter.bandwidth_mbps);
        let access_point = place(&letter.access_point_name, &letter.access_point_id);
        self.section("Tenant", "租户", &[&[cell("Company", "公司", &letter.company, 3)]]);
        let mut circuit =
            vec![cell("Circuit", "专线", &letter.circuit_id, if bandwidth.is_some() { 2 } else { 3 })];
        circuit.extend(bandwidth.as_deref().map(|text| cell("Bandwidth", "带宽", text, 1)));
        let place = [
            cell("Access point", "接入点", &access_point, 1),
            cell("Building and address", "机房地址", &letter.address, 2),
        ];
        let peer =
            letter.peer_location.as_deref().map(|text| cell("Tenant's end of the line", "对端位置", text, 3));
        let mut rows: Vec<&[Cell<'_>]> = vec![&circuit, &place];
        rows.extend(peer.as_ref().map(std::slice::from_ref));
        self.section("Circuit", "专线与地点", &rows);
        let port = [
            cell("Device", "设备", &letter.device_id, 1),
            cell("Port", "端口", &letter.port_id, 1),
            cell("Panel position", "配线架位置", &letter.panel_position, 1),
        ];
        self.section("Port", "端口", &[&port]);
        let work = [
            cell("Construction company", "施工单位", &letter.construction_company, 1),
            cell("Line type", "线路类型", &letter.line_type, 1),
            cell("Construction time", "施工时间", &times.construction, 1),
        ];
        self.section("Work", "施工", &[&work]);
    }

    /// A rule, a heading at the left, and rows of cells beside it.
    fn section(&mut self, heading: &str, chinese: &str, rows: &[&[Cell<'_>]]) {
        self.heading(heading, chinese);
        for row in rows {
            self.row(row);
            self.y += self.scaled(5.0);
        }
        self.y += self.scaled(2.0);
    }

    fn heading(&mut self, heading: &str, chinese: &str) {
        self.sheet.rule(MARGIN, self.y, WIDTH);
        self.y += self.scaled(6.0);
        let style = Style::bold(self.scaled(8.6), Ink::Navy);
        let line = Line::whole(heading, style.weight);
        let baseline = self.y + style.size * BASELINE;
        self.sheet.text(line, MARGIN, baseline, style);
        let beneath = Style::plain(self.scaled(7.4), Ink::Grey);
        let line = Line::whole(chinese, beneath.weight);
        self.sheet.text(line, MARGIN, baseline + style.size * 0.3 + beneath.size, beneath);
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        let top = self.y;
        let mut bottom = top;
        let mut left = MARGIN + GUTTER;
        for cell in cells {
            let columns = f32::from(cell.columns);
            let room = COLUMN * columns + GAP * (columns - 1.0);
            self.y = top;
            self.label(cell.label, cell.chinese, left);
            let weight = if cell.label == "Company" { Weight::Bold } else { Weight::Plain };
            self.value(cell.value, Style { weight, size: self.scaled(VALUE), ink: Ink::Black }, left, room);
            bottom = bottom.max(self.y);
            left += room + GAP;
        }
        self.y = bottom;
    }

    fn label(&mut self, english: &str, chinese: &str, left: f32) {
        let style = Style::plain(self.scaled(LABEL), Ink::Grey);
        let line = Line::whole(&format!("{english}  {chinese}"), style.weight);
        self.sheet.text(line, left, self.y + style.size * BASELINE, style);
        self.y += style.size * LEADING;
    }

    /// A value in as many lines as it may have.
    fn value(&mut self, text: &str, style: Style, left: f32, room: f32) {
        self.lines(text, style, left, room, self.step.lines_max);
    }

    /// A text that is never shortened.
    fn paragraph(&mut self, text: &str, style: Style, left: f32, room: f32) {
        self.lines(text, style, left, room, ALL_LINES);
    }

    fn lines(&mut self, text: &str, style: Style, left: f32, room: f32, lines_max: usize) {
        if self.y > FOOT_TOP {
            // The page is full, and this size is given up: the rest need not be measured.
            return;
        }
        let broken = break_text(text, style.weight, style.size, room, lines_max);
        self.cut |= broken.cut;
        // An empty value keeps its place, so that the row beside it stays where it is.
        let empty = broken.lines.is_empty();
        for line in broken.lines {
            self.sheet.text(line, left, self.y + style.size * BASELINE, style);
            self.y += style.size * LEADING;
        }
        if empty {
            self.y += style.size * LEADING;
        }
    }

    fn engineers(&mut self, letter: &Particulars) {
        self.heading("Engineers", "施工人员");
        let left = MARGIN + GUTTER;
        let (number, name) = (left, left + 18.0);
        let id = left + 2.0 * (COLUMN + GAP);
        let document = id - 92.0;
        let top = self.y;
        for (english, chinese, at) in
            [("Name", "姓名", name), ("Document", "证件", document), ("Number ends in", "证件号末位", id)]
        {
            self.y = top;
            self.label(english, chinese, at);
        }
        self.y += self.scaled(1.5);
        let style = Style::plain(self.scaled(VALUE), Ink::Black);
        for (ordinal, engineer) in (1..).zip(&letter.engineers) {
            self.sheet.fill(left, self.y, WIDTH - GUTTER, 0.4, Ink::Rule);
            self.y += self.scaled(1.3);
            let top = self.y;
            let ordinal_style = Style { ink: Ink::Grey, ..style };
            self.value(&ordinal.to_string(), ordinal_style, number, name - number);
            self.y = top;
            let kind = match engineer.document {
                Document::IDCard => "ID card 身份证",
                Document::Passport => "Passport 护照",
            };
            self.value(kind, style, document, id - document - GAP / 2.0);
            self.y = top;
            self.value(engineer.document_number.as_str(), style, id, COLUMN);
            let bottom = self.y;
            self.y = top;
            let name_style = Style { weight: Weight::Bold, ..style };
            self.value(&engineer.name, name_style, name, document - name - GAP);
            self.y = self.y.max(bottom) + self.scaled(1.3);
        }
        self.y += self.scaled(5.0);
    }

    fn conditions(&mut self, letter: &Particulars) {
        if letter.conditions.is_empty() {
            self.sheet.rule(MARGIN, self.y, WIDTH);
            return;
        }
        self.heading("Conditions", "条件");
        let left = MARGIN + GUTTER;
        let style = Style::plain(self.scaled(CONDITION), Ink::Black);
        for (ordinal, condition) in (1..).zip(&letter.conditions) {
            let line = Line::whole(&ordinal.to_string(), Weight::Plain);
            self.sheet.text(line, left, self.y + style.size * BASELINE, Style { ink: Ink::Grey, ..style });
            self.paragraph(condition, style, left + 18.0, WIDTH - GUTTER - 18.0);
            self.y += self.scaled(1.5);
        }
        self.y += self.scaled(4.0);
        self.sheet.rule(MARGIN, self.y, WIDTH);
    }
}
