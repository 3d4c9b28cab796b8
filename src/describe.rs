//! What a component says of itself, and of what the user wrote.
//!
//! Components, readers and the scenario's checks all return the one [`Fault`]. Whoever knows more of its place adds it on the
//! way up (`Fault::within`); the edge turns it into a report with the line and a mark under it.

mod path;
pub mod schema;
pub mod unit;

use std::fmt;
use std::path::PathBuf;

pub use path::FilePath;

/// Where a fault lies, as far as whoever found it knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// The whole of what was looked at.
    #[default]
    Whole,
    /// A key, dotted: `fluid`, `tower.entry`, `hall[0].cooling.air.supply_c`.
    Key(String),
    /// A line of a file, from 1; None for the file as a whole.
    File(PathBuf, Option<u64>),
}

/// Something the user can mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it lies.
    pub place: Place,
    /// What is wrong.
    pub what: String,
    /// What would be right; may be empty.
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

    /// The same at a key.
    #[must_use]
    pub fn at(mut self, key: impl Into<String>) -> Self {
        self.place = Place::Key(key.into());
        self
    }

    /// The same in a file, at a line from 1 where one is known.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<PathBuf>, line: Option<u64>) -> Self {
        self.place = Place::File(path.into(), line);
        self
    }

    /// The same seen from above: its key lies within the table `key`. A place in a file stays.
    #[must_use]
    pub fn within(mut self, key: &str) -> Self {
        self.place = match self.place {
            Place::Whole => Place::Key(key.into()),
            Place::Key(inner) => Place::Key(format!("{key}.{inner}")),
            file @ Place::File(..) => file,
        };
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Whole | Place::Key(_) => {}
            Place::File(path, None) => write!(f, "{}: ", path.display())?,
            Place::File(path, Some(line)) => write!(f, "{}, line {line}: ", path.display())?,
        }
        f.write_str(&self.what)?;
        if !self.cure.is_empty() {
            write!(f, "; {}", self.cure)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// What stands at the schema of a key whose default nobody could confirm: the least and the greatest value that would be
/// credible, and the reason for these ends. `#[schemars(extend("doubt" = doubt(3.0, 15.0, "…")))]`.
pub fn doubt(low: f64, high: f64, reason: &str) -> serde_json::Value {
    serde_json::json!({ "range": [low, high], "reason": reason })
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
}
