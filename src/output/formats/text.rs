//! Tables for the terminal: labels left, numbers right, never wider than requested.

use std::fmt::Write as _;

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";
/// Between two columns, and where that saves a block.
const GAPS: [usize; 2] = [2, 1];

/// A table of figures: one row per figure, one column per run.
#[derive(Debug, Clone, Default)]
pub struct TextTable {
    columns: Vec<String>,
    rows: Vec<Row>,
    repeat_first: bool,
    units_first: bool,
}

#[derive(Debug, Clone)]
enum Row {
    Heading(String),
    Figures {
        label: String,
        unit: String,
        cells: Vec<String>,
    },
}

impl TextTable {
    /// With the names of its columns; all empty for a table without a header.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
            repeat_first: false,
            units_first: false,
        }
    }

    /// Units follow the labels, not behind the figures: where the last column has units of its own.
    #[must_use]
    pub fn units_first(mut self) -> Self {
        self.units_first = true;
        self
    }

    /// No units: the cells have their own.
    #[must_use]
    pub fn without_units(mut self) -> Self {
        for row in &mut self.rows {
            if let Row::Figures { unit, .. } = row {
                unit.clear();
            }
        }
        self
    }

    /// Where the columns need several blocks, each begins with the first column.
    #[must_use]
    pub fn repeating_first(mut self) -> Self {
        self.repeat_first = true;
        self
    }

    /// A heading over the rows that follow.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.rows.push(Row::Heading(text.into()));
    }

    /// A row; absent cells may be empty.
    pub fn row<S: Into<String>>(
        &mut self,
        label: impl Into<String>,
        unit: impl Into<String>,
        cells: impl IntoIterator<Item = S>,
    ) {
        self.rows.push(Row::Figures {
            label: label.into(),
            unit: unit.into(),
            cells: cells.into_iter().map(Into::into).collect(),
        });
    }

    /// The text, at most `width` characters wide. Columns that do not fit follow below, in blocks of their own.
    /// `colour` only where a terminal shows it (`std::io::IsTerminal`).
    pub fn render(&self, width: usize, colour: bool) -> String {
        let [wide, narrow] = GAPS.map(|gap| self.layout(width, gap));
        let layout = if narrow.blocks.len() < wide.blocks.len() {
            narrow
        } else {
            wide
        };
        let blocks = layout.blocks.iter();
        let blocks = blocks.map(|shown| self.block(shown, &layout, colour));
        blocks.collect::<Vec<_>>().join("\n")
    }

    fn layout(&self, width: usize, gap: usize) -> Layout {
        let (mut label, mut unit) = (0, 0);
        let mut widths: Vec<usize> = self.columns.iter().map(|name| length(name)).collect();
        let mut folded: Vec<usize> = self.columns.iter().map(|name| longest_part(name)).collect();
        for row in &self.rows {
            if let Row::Figures {
                label: words,
                unit: name,
                cells,
            } = row
            {
                label = label.max(length(words));
                unit = unit.max(length(name));
                for widths in [&mut widths, &mut folded] {
                    for (width, cell) in widths.iter_mut().zip(cells) {
                        *width = (*width).max(length(cell));
                    }
                }
            }
        }
        // A label gives way before a figure does; a column is never wider than half the table.
        let label = label.min(width / 2);
        let unit_gap = if unit > 0 { gap } else { 0 };
        let room = width.saturating_sub(label + unit_gap + unit);
        // Names are folded where that saves a block.
        if widths.iter().map(|width| width + gap).sum::<usize>() > room {
            widths = folded;
        }
        let mut most = room.saturating_sub(gap);
        if self.repeat_first && widths.len() > 1 {
            widths[0] = widths[0].min(room / 2 - gap.min(room / 2));
            most = room.saturating_sub(widths[0] + 2 * gap);
        }
        for width in &mut widths {
            *width = (*width).min(most);
        }
        let mut blocks = Vec::new();
        let mut from = 0;
        while from < widths.len() || blocks.is_empty() {
            let mut shown = Vec::new();
            let mut used = 0;
            if self.repeat_first && from > 0 {
                shown.push(0);
                used = widths[0] + gap;
            }
            let first = from;
            while from < widths.len() && (from == first || used + widths[from] + gap <= room) {
                used += widths[from] + gap;
                shown.push(from);
                from += 1;
            }
            blocks.push(shown);
        }
        Layout {
            gap,
            label,
            unit,
            widths,
            blocks,
        }
    }

    fn line(
        &self,
        shown: &[usize],
        layout: &Layout,
        label: &str,
        unit: &str,
        cells: &[String],
    ) -> String {
        let gap = " ".repeat(layout.gap);
        let mut line = pad_right(label, layout.label);
        if self.units_first && layout.unit > 0 {
            line = line + &gap + &pad_right(unit, layout.unit);
        }
        for &i in shown {
            let cell = cells.get(i).map_or("", String::as_str);
            line = line + &gap + &pad_left(cell, layout.widths[i]);
        }
        if !self.units_first && layout.unit > 0 {
            line = line + &gap + unit;
        }
        line.truncate(line.trim_end().len());
        line
    }

    fn block(&self, shown: &[usize], layout: &Layout, colour: bool) -> String {
        let (bold, plain) = if colour { (BOLD, PLAIN) } else { ("", "") };
        let mut out = String::new();
        // Writing into a string cannot fail.
        if self.columns.iter().any(|name| !name.is_empty()) {
            let names: Vec<_> = self
                .columns
                .iter()
                .zip(&layout.widths)
                .map(|(name, width)| folded(name, *width))
                .collect();
            let height = shown.iter().map(|&i| names[i].len()).max().unwrap_or(0);
            for row in 0..height {
                // Names are above the figures: shorter ones begin lower.
                let parts: Vec<String> = names
                    .iter()
                    .map(|parts| {
                        let above = height.saturating_sub(parts.len());
                        row.checked_sub(above)
                            .and_then(|part| parts.get(part).cloned())
                            .unwrap_or_default()
                    })
                    .collect();
                let line = self.line(shown, layout, "", "", &parts);
                let _ = writeln!(out, "{bold}{line}{plain}");
            }
        }
        for row in &self.rows {
            let _ = match row {
                Row::Heading(text) => writeln!(out, "{bold}{text}{plain}"),
                Row::Figures { label, unit, cells } => {
                    writeln!(out, "{}", self.line(shown, layout, label, unit, cells))
                }
            };
        }
        out
    }
}

/// Widths, and which columns belong together.
struct Layout {
    gap: usize,
    label: usize,
    unit: usize,
    widths: Vec<usize>,
    blocks: Vec<Vec<usize>>,
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A name in parts that end where it may be folded: behind a hyphen or a space.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split_inclusive(['-', ' '])
}

/// Lines of a folded name for which its column is made wide enough.
const FOLDED_LINES: usize = 3;
/// Lines of a folded name at most: what tells two names apart is often at their end.
const MAX_LINES: usize = 6;

/// Width of a column for its folded name.
fn longest_part(name: &str) -> usize {
    let longest = parts(name).map(length).max().unwrap_or(0);
    longest.max(length(name).div_ceil(FOLDED_LINES))
}

/// A name on as few lines as its column's width allows.
fn folded(name: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts(name) {
        match lines.last_mut() {
            Some(line) if length(line) + length(part.trim_end()) <= width => line.push_str(part),
            _ => lines.push(part.into()),
        }
    }
    if lines.len() > MAX_LINES {
        let rest = lines.split_off(MAX_LINES - 1).concat();
        lines.push(cut(&rest, width));
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The text, cut with an ellipsis where it is too long.
fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.into();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    if width > 0 {
        cut.push('…');
    }
    cut
}

fn pad_right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{text:<width$}")
}

fn pad_left(text: &str, width: usize) -> String {
    let text = cut(text, width);
    format!("{text:>width$}")
}

/// A number with thousands separators: `-12,345.6`. Empty where it is not finite.
pub fn grouped(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, places) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len() + 8);
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + places
}

/// A text with thousands separators in its numbers of five digits and more; names and dates stay as they are.
pub fn marked(text: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || "-_./+".contains(c);
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        let (token, behind) = from.split_at(from.find(|c| !word(c)).unwrap_or(from.len()));
        out.push_str(before);
        let digits = token.strip_prefix('-').unwrap_or(token);
        let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        match token.trim_end_matches('.').parse() {
            Ok(value) if plain && (5..=15).contains(&whole.len()) => {
                out.push_str(&grouped(value, places.len()));
                if digits.ends_with('.') {
                    out.push('.');
                }
            }
            _ => out.push_str(token),
        }
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests;
