//! What is wrong with a scenario, where, and what would be right.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};

/// A scenario that cannot be run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// The text that was read (with `--set` applied) and the place in it.
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

    /// The report for a terminal: place, what, the line with a mark under it, cure.
    pub fn report(&self, colour: bool) -> String {
        let Some((text, span)) = &self.place else {
            return self.to_string();
        };
        let name = self.file_name();
        let mut report = Report::build(ReportKind::Error, (name.as_str(), span.clone()))
            .with_config(
                Config::default()
                    .with_color(colour)
                    .with_char_set(CharSet::Ascii)
                    .with_index_type(IndexType::Byte),
            )
            .with_message(&self.what)
            .with_label(Label::new((name.as_str(), span.clone())).with_message("here"));
        if !self.cure.is_empty() {
            report = report.with_help(&self.cure);
        }
        let mut bytes = Vec::new();
        match report
            .finish()
            .write((name.as_str(), Source::from(text)), &mut bytes)
        {
            Ok(()) => String::from_utf8_lossy(&bytes).trim_end().to_owned(),
            Err(_) => self.to_string(),
        }
    }

    fn file_name(&self) -> String {
        self.path
            .as_ref()
            .map_or_else(|| "scenario".into(), |path| path.display().to_string())
    }
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

/// The known name nearest to `given`, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::normalized_damerau_levenshtein(&given, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.55)
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
    }

    #[test]
    fn line_and_column_count_characters() {
        let text = "a = 1\nörtlich = 2\n";
        let error = ScenarioError::new("x", "").at(text, 16..17);
        assert_eq!(error.line_column(), Some((2, 10)));
    }
}
