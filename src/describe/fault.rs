//! What is wrong with user input, where, and what would be right.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where a fault lies, as far as known where it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// The whole of what was looked at.
    #[default]
    Whole,
    /// A key, dotted: `fluid`, `tower.entry`, `hall[0].cooling.air.supply_c`.
    Key(String),
    /// A file of data.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1; None for the file as a whole.
        line: Option<u64>,
        /// The column by its name, where one is at fault.
        column: Option<String>,
    },
    /// A place in a text that the user wrote.
    Text(Box<Excerpt>),
}

/// A place in a text that the user wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    /// The key there, dotted, where it is known.
    pub key: Option<String>,
    /// The whole text.
    pub text: String,
    /// The bytes at fault; on character boundaries within the text.
    pub span: Range<usize>,
}

/// Something the user can mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it lies.
    pub place: Place,
    /// Cause.
    pub what: String,
    /// Cure; may be empty.
    pub cure: String,
}

impl Fault {
    /// A fault of the whole of what was looked at.
    pub fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            place: Place::Whole,
            what: what.into(),
            cure: cure.into(),
        }
    }

    /// A fault whose cause implies the cure.
    pub fn bare(what: impl Into<String>) -> Self {
        Self::new(what, "")
    }

    /// The same at a key.
    #[must_use]
    pub fn at(mut self, key: impl Into<String>) -> Self {
        self.place = Place::Key(key.into());
        self
    }

    /// The same in a file, at a line from 1 where one is known. A place in a text gains the file; one in another file stays.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<PathBuf>, line: Option<u64>) -> Self {
        match &mut self.place {
            Place::Whole | Place::Key(_) => {
                self.place = Place::File {
                    path: path.into(),
                    line,
                    column: None,
                }
            }
            Place::Text(excerpt) => {
                excerpt.path.get_or_insert_with(|| path.into());
            }
            Place::File { .. } => {}
        }
        self
    }

    /// The same in a column of its file.
    #[must_use]
    pub fn in_column(mut self, name: impl Into<String>) -> Self {
        if let Place::File { column, .. } = &mut self.place {
            *column = Some(name.into());
        }
        self
    }

    /// The same at a place of a text. Its key stays known.
    #[must_use]
    pub fn in_text(mut self, text: &str, span: Range<usize>) -> Self {
        let end = text.len();
        let start = text.floor_char_boundary(span.start.min(end));
        let stop = text.floor_char_boundary(span.end.clamp(start, end));
        let (path, key) = match std::mem::take(&mut self.place) {
            Place::Whole => (None, None),
            Place::Key(key) => (None, Some(key)),
            Place::File { path, .. } => (Some(path), None),
            Place::Text(excerpt) => (excerpt.path, excerpt.key),
        };
        self.place = Place::Text(Box::new(Excerpt {
            path,
            key,
            text: text.to_owned(),
            span: start..stop,
        }));
        self
    }

    /// The same seen from above: its key lies within the table `key`. A place in a file or a text stays.
    #[must_use]
    pub fn within(mut self, key: &str) -> Self {
        self.place = match self.place {
            Place::Whole => Place::Key(key.into()),
            Place::Key(inner) => Place::Key(format!("{key}.{inner}")),
            place @ (Place::File { .. } | Place::Text(_)) => place,
        };
        self
    }

    /// The same of the key that names the file it lies in: the place moves into the words.
    #[must_use]
    pub fn named_by(mut self, key: &str) -> Self {
        if let Place::File { .. } = self.place {
            self.what = format!("{}{}", self.place, self.what);
            self.place = Place::Key(key.into());
            return self;
        }
        self.within(key)
    }

    /// The key at fault, dotted, where it is known.
    pub fn key(&self) -> Option<&str> {
        match &self.place {
            Place::Key(key) => Some(key),
            Place::Text(excerpt) => excerpt.key.as_deref(),
            Place::Whole | Place::File { .. } => None,
        }
    }

    /// The file at fault, where it is known.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Text(excerpt) => excerpt.path.as_deref(),
            Place::Whole | Place::Key(_) => None,
        }
    }

    /// The line at fault, from 1, where it is known.
    pub fn line(&self) -> Option<u64> {
        match &self.place {
            Place::File { line, .. } => *line,
            Place::Text(excerpt) => Some(excerpt.line_column().0 as u64),
            Place::Whole | Place::Key(_) => None,
        }
    }

    /// The column of a table of data at fault, by name, where it is known.
    pub fn column(&self) -> Option<&str> {
        match &self.place {
            Place::File { column, .. } => column.as_deref(),
            _ => None,
        }
    }

    /// Line and column of a place in a text, both from 1.
    pub fn line_column(&self) -> Option<(usize, usize)> {
        match &self.place {
            Place::Text(excerpt) => Some(excerpt.line_column()),
            _ => None,
        }
    }

    /// Cause and cure in one sentence, without the place: a fault among others.
    pub fn words(&self) -> String {
        if self.cure.is_empty() {
            self.what.clone()
        } else {
            format!("{}: {}", self.what, self.cure)
        }
    }
}

impl Excerpt {
    /// Line and column, both from 1; columns count characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = &self.text[..self.span.start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }
}

/// The place without the text, which may be long: what `main` prints of an error that it returns.
impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.key.as_deref().unwrap_or("no key"))
    }
}

/// `s.toml:3:8`
impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        match &self.path {
            Some(path) => write!(f, "{}:{line}:{column}", path.display()),
            None => write!(f, "scenario:{line}:{column}"),
        }
    }
}

/// Prefix of a message: nothing where no file is known. A key is left to the message, which names it where that helps.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole | Place::Key(_) => Ok(()),
            Place::File { path, line, column } => {
                write!(f, "{}", path.display())?;
                if let Some(line) = line {
                    write!(f, ", line {line}")?;
                }
                if let Some(column) = column {
                    write!(f, ", column {column}")?;
                }
                f.write_str(": ")
            }
            Place::Text(excerpt) => write!(f, "{excerpt}: "),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place, self.what)?;
        if !self.cure.is_empty() {
            write!(f, "; {}", self.cure)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// Separator of cause and cure while serde carries a fault, since serde's errors are text: no message holds it.
const BETWEEN: char = '\u{1f}';

/// A fault on its way through serde: `#[serde(try_from = …)]` with `type Error = InSerde`, or [`InSerde::of`] in a
/// `deserialize_with`.
#[derive(Debug)]
pub struct InSerde(Fault);

impl InSerde {
    /// The error of a deserializer.
    pub fn of<E: serde::de::Error>(fault: Fault) -> E {
        E::custom(Self(fault))
    }

    /// The fault again, from the deserializer's message.
    pub fn read(message: &str) -> Fault {
        match message.split_once(BETWEEN) {
            Some((what, cure)) => Fault::new(what, cure),
            None => Fault::bare(message),
        }
    }
}

impl From<Fault> for InSerde {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl fmt::Display for InSerde {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)?;
        if !self.0.cure.is_empty() {
            write!(f, "{BETWEEN}{}", self.0.cure)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gains_the_tables_around_it_and_a_file_stays() {
        let fault = Fault::new("no fluid 'x'", "use one of pg25");
        let seen = fault
            .clone()
            .at("fluid")
            .within("cold_plate")
            .within("hall[0].cooling");
        assert_eq!(
            seen.place,
            Place::Key("hall[0].cooling.cold_plate.fluid".into())
        );
        assert_eq!(seen.to_string(), "no fluid 'x'; use one of pg25");
        let file = fault.in_file("a.csv", Some(3)).within("workload");
        assert_eq!(
            file.to_string(),
            "a.csv, line 3: no fluid 'x'; use one of pg25"
        );
    }

    #[test]
    fn a_place_in_a_text_keeps_its_key_and_gains_its_file() {
        let text = "a = 1\nörtlich = 2\n";
        let seen = Fault::new("x", "").at("örtlich").in_text(text, 16..17);
        assert_eq!(seen.to_string(), "scenario:2:10: x");
        let seen = seen.in_file("s.toml", None).in_file("other.toml", Some(1));
        assert_eq!(seen.to_string(), "s.toml:2:10: x");
        assert!(
            format!("{seen:?}").contains("s.toml:2:10 (örtlich)"),
            "{seen:?}"
        );
        assert_eq!(seen.key(), Some("örtlich"));
        assert_eq!(seen.line_column(), Some((2, 10)));
        assert_eq!(seen.file(), Some(Path::new("s.toml")));
    }

    /// The scenario has one place to show: that of the key which names the file.
    #[test]
    fn a_place_in_a_file_moves_into_the_words() {
        let fault = Fault::new("the column is empty", "fill it");
        let seen = fault
            .in_file("a.csv", Some(3))
            .in_column("it_kw")
            .named_by("workload.profile.file");
        assert_eq!(seen.key(), Some("workload.profile.file"));
        assert_eq!(
            seen.to_string(),
            "a.csv, line 3, column it_kw: the column is empty; fill it"
        );
    }

    #[test]
    fn cause_and_cure_stay_apart_on_their_way_through_serde() {
        let fault = Fault::new("4 is odd; and large", "use 2; or 0");
        let error: serde_json::Error = InSerde::of(fault.clone());
        assert_eq!(InSerde::read(&error.to_string()), fault);
        let bare = Fault::bare("4 is odd; and large");
        let error: serde_json::Error = InSerde::of(bare.clone());
        assert_eq!(InSerde::read(&error.to_string()), bare);
    }
}
