//! What is wrong with a scenario, where, and what would be right.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A scenario that cannot be run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// The text that was read and the place in it.
    pub place: Option<(String, Range<usize>)>,
    /// What is wrong.
    pub what: String,
    /// What would be right; may be empty.
    pub cure: String,
}

impl ScenarioError {
    /// An error without a place.
    pub fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            path: None,
            place: None,
            what: what.into(),
            cure: cure.into(),
        }
    }

    /// The same error at a place of a text.
    #[must_use]
    pub fn at(mut self, text: &str, span: Range<usize>) -> Self {
        let end = text.len();
        let start = floor_char(text, span.start.min(end));
        let stop = floor_char(text, span.end.clamp(start, end));
        self.place = Some((text.to_owned(), start..stop));
        self
    }

    /// The same error in a file.
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.path.get_or_insert_with(|| path.to_owned());
        self
    }

    /// The same error, brought in by `--set`: its place is not in the file.
    #[must_use]
    pub(super) fn of_assignment(mut self, assignment: &str) -> Self {
        self.what = format!("--set {assignment}: {}", self.what);
        self.place = None;
        self
    }

    /// Line and column, both from 1.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        let (text, span) = self.place.as_ref()?;
        let before = &text[..span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some((
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        ))
    }

    /// The report at the edge: what, place, the line with a mark under it, cure; 80 characters wide as far as
    /// words and paths allow.
    pub fn report(&self, colour: bool) -> String {
        let (red, bold, plain) = if colour {
            ("\u{1b}[31;1m", "\u{1b}[1m", "\u{1b}[0m")
        } else {
            ("", "", "")
        };
        let (Some((text, span)), Some((line, column))) = (&self.place, self.line_column()) else {
            let report = self.without_place();
            return report.replacen("Error", &format!("{red}Error{plain}"), 1);
        };
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let shown = Shown::new(text, span, WIDTH - margin.len() - " | ".len());
        let what = paragraph(&self.what, "Error: ", "       ", WIDTH).replacen("Error", "", 1);
        let name = self.file_name();
        let mut report = format!(
            "{red}Error{plain}{bold}{what}{plain}\n\
             {margin}--> {name}:{line}:{column}\n\
             {margin} |\n\
             {number} | {}\n\
             {margin} | {}{red}{}{plain}",
            shown.line,
            " ".repeat(shown.before),
            "^".repeat(shown.marked)
        );
        if !self.cure.is_empty() {
            let (first, rest) = (format!("{margin} = "), format!("{margin}   "));
            report = report + "\n" + &paragraph(&self.cure, &first, &rest, WIDTH);
        }
        report
    }

    fn without_place(&self) -> String {
        let what = match &self.path {
            Some(path) => format!("{}: {}", path.display(), self.what),
            None => self.what.clone(),
        };
        let mut text = paragraph(&what, "Error: ", "  ", WIDTH);
        if !self.cure.is_empty() {
            text.push('\n');
            text.push_str(&paragraph(&self.cure, "  ", "  ", WIDTH));
        }
        text
    }

    fn file_name(&self) -> String {
        self.path
            .as_ref()
            .map_or_else(|| "scenario".into(), |path| path.display().to_string())
    }
}

/// Width of reports: what every terminal shows.
const WIDTH: usize = 80;

/// The line of a mistake as it is shown: cut where it is long, without tabs and control characters.
struct Shown {
    line: String,
    /// Characters before the mark.
    before: usize,
    /// Characters to be marked, at least one.
    marked: usize,
}

impl Shown {
    /// A window of at most `room` characters around the beginning of `span`, which lies on character boundaries.
    fn new(text: &str, span: &Range<usize>, room: usize) -> Self {
        let start = text[..span.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let length = text[start..].find('\n').unwrap_or(text.len() - start);
        let line = text[start..start + length].trim_end();
        let before = text[start..span.start].chars().count();
        let marked = text[span.start..span.end.min(start + length)].trim_end();
        let marked = marked.chars().count().max(1);
        let all = line.chars().count();
        let from = if all > room && before + marked + 1 > room {
            before.saturating_sub(room / 3)
        } else {
            0
        };
        let last = all.min(from + room);
        let cut = |(index, c): (usize, char)| match c {
            _ if index == from && from > 0 => '…',
            _ if index + 1 == last && last < all => '…',
            c if plain(c) => c,
            _ => ' ',
        };
        let before = (before - from).min(room - 1);
        Self {
            line: line
                .chars()
                .enumerate()
                .take(last)
                .skip(from)
                .map(cut)
                .collect(),
            before,
            marked: marked.min(room - before),
        }
    }
}

/// Shown as it is: no control character, and none of the line ends that only some programs know.
fn plain(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// The words of a text in lines of at most `room` characters; a longer word keeps a line of its own.
pub fn lines(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = shortened(word).chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            let word = shortened(word);
            line.extend(word.chars().map(|c| if plain(c) { c } else { '·' }));
            used += length;
        }
    }
    lines
}

/// A word with its long numbers as a person writes them: 1e300 in place of three hundred zeros.
fn shortened(word: &str) -> Cow<'_, str> {
    const LONG: usize = 20;
    let digit = |c: char| c.is_ascii_digit() || c == '.';
    let Some(start) = word.find(digit).filter(|_| word.len() > LONG) else {
        return Cow::Borrowed(word);
    };
    let end = word[start..]
        .find(|c| !digit(c))
        .map_or(word.len(), |end| start + end);
    let number = word[start..end].trim_end_matches('.');
    let whole = number.find('.').unwrap_or(number.len());
    // 0.1 + 0.2 has seventeen places and is not meant.
    let tiny = number.starts_with("0.0000000000");
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() && (whole > LONG || tiny) => Cow::Owned(format!(
            "{}{value:e}{}",
            &word[..start],
            &word[start + number.len()..]
        )),
        _ => Cow::Borrowed(word),
    }
}

/// A text in lines of at most `width` characters: the first begins with `first`, the others with `rest`.
pub fn paragraph(text: &str, first: &str, rest: &str, width: usize) -> String {
    let indent = first.chars().count().max(rest.chars().count());
    let lines = lines(text, width.saturating_sub(indent));
    format!("{first}{}", lines.join(&format!("\n{rest}")))
}

/// The nearest character boundary at or before `index`.
fn floor_char(text: &str, index: usize) -> usize {
    (0..=index)
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .unwrap_or(0)
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_some() || self.place.is_some() {
            write!(f, "{}", self.file_name())?;
            if let Some((line, column)) = self.line_column() {
                write!(f, ":{line}:{column}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.what)?;
        if !self.cure.is_empty() {
            write!(f, "\n  {}", self.cure)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScenarioError {}

/// Names at least as alike as this are taken for the same name misspelt.
const NEAR: f64 = 0.55;

/// The known name nearest to `given`, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let likeness = strsim::normalized_damerau_levenshtein(&given, &lower);
            // The beginning of a long name is meant as that name, unless another is nearer.
            let begins = given.chars().count() >= 4 && lower.starts_with(&given);
            (likeness.max(if begins { NEAR } else { 0.0 }), name)
        })
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// "did you mean …?" where something is near, and the list of what is known.
pub fn suggest<'a>(given: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let list = known.clone().into_iter().collect::<Vec<_>>().join(", ");
    match nearest(given, known) {
        Some(name) => format!("did you mean '{name}'? Known: {list}"),
        None => format!("known: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_strange_one_is_not() {
        let known = ["hgx-h100", "hgx-h200", "dgx-a100"];
        assert_eq!(nearest("hgx-h10", known), Some("hgx-h100"));
        assert_eq!(nearest("HGX_H200", known), Some("hgx-h200"));
        assert_eq!(nearest("toaster", known), None);
        assert_eq!(
            nearest("carr", ["carrier-19xr-1586kw-vsd", "carbon"]),
            Some("carrier-19xr-1586kw-vsd")
        );
    }

    #[test]
    fn line_and_column_count_characters() {
        let text = "a = 1\nörtlich = 2\n";
        let error = ScenarioError::new("x", "").at(text, 16..17);
        assert_eq!(error.line_column(), Some((2, 10)));
    }

    #[test]
    fn a_report_marks_the_place_and_stays_within_eighty_columns() {
        let text = format!(
            "a = 1\n\tkey = {}\"wrong\" # {}\n",
            "0, ".repeat(60),
            "x".repeat(90)
        );
        let at = text.find("\"wrong\"").unwrap();
        let report = ScenarioError::new(
            "a name that nobody knows ".repeat(6),
            "use another ".repeat(12),
        )
        .at(&text, at..at + 7)
        .in_file(Path::new("a.toml"))
        .report(false);
        assert!(
            report.lines().all(|line| line.chars().count() <= 80),
            "{report}"
        );
        assert!(report.contains("--> a.toml:2:188"), "{report}");
        let shown = report
            .lines()
            .find(|line| line.starts_with("2 | …"))
            .unwrap();
        let mark = report.lines().find(|line| line.contains('^')).unwrap();
        let under: String = shown
            .chars()
            .zip(mark.chars())
            .filter(|(_, mark)| *mark == '^')
            .map(|(c, _)| c)
            .collect();
        assert_eq!(under, "\"wrong\"");
        assert!(!report.contains(['\t', '\u{1b}']));
    }

    /// Every place in any text can be shown, the end included.
    #[test]
    fn no_place_is_too_strange_to_show() {
        for text in [
            "",
            "\n",
            "a",
            "a\r\n\u{0}\u{1b}[31m\u{2028}ä",
            &"ö = ".repeat(100),
        ] {
            for start in 0..=text.len() {
                for end in [start, start + 1, text.len(), usize::MAX] {
                    let report = ScenarioError::new("x", "")
                        .at(text, start..end)
                        .report(false);
                    assert!(report.contains('^'));
                    let wide = report.lines().map(|line| line.chars().count()).max();
                    assert!(wide <= Some(80), "{report}");
                    assert!(report.chars().all(|c| c == '\n' || plain(c)), "{report:?}");
                }
            }
        }
    }
}
