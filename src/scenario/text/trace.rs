//! Where a mistake is to be looked for: in an assignment of the command line, or in the file as it is.

use std::path::{Path, PathBuf};

use super::place::{exactly, key_at, numbered};
use crate::bounded;
use crate::describe::{Excerpt, Fault, Place};

/// No scenario is larger.
const MAX_BYTES: u64 = 4 << 20;

impl Fault {
    /// The same error; its place is one of the text as these `--set` assignments leave it. Where one of them set what is
    /// wrong, it is named; else the place is that of the file.
    #[must_use]
    pub fn after(self, sets: &[String]) -> Self {
        let original = self.file().filter(|_| !sets.is_empty());
        match original.and_then(|path| bounded::read(path, MAX_BYTES).ok()) {
            Some(original) => {
                let original = String::from_utf8_lossy(&original);
                self.traced(sets, original.trim_start_matches('\u{feff}'))
            }
            None => self,
        }
    }

    /// The same with the text of the file given.
    #[must_use]
    pub(in crate::scenario) fn traced(self, sets: &[String], original: &str) -> Self {
        let Place::Text(excerpt) = &self.place else {
            return self;
        };
        if excerpt.text == original {
            return self;
        }
        let Excerpt {
            path, text, span, ..
        } = (**excerpt).clone();
        let key = key_at(&text, &span).unwrap_or_default();
        let keys: Vec<Vec<String>> = sets
            .iter()
            .map(|set| numbered(&text, set.split('=').next().unwrap_or("")))
            .collect();
        let sets_it = keys.iter().rposition(|set| key.starts_with(set));
        if let Some(assignment) = sets_it.and_then(|index| sets.get(index)) {
            return self.of_assignment(assignment);
        }
        if let Some(place) = exactly(original, &key, &text[span]).filter(|_| !key.is_empty()) {
            return self.in_text(original, place);
        }
        // A table that an assignment made.
        let made = keys.iter().rposition(|set| set.starts_with(&key));
        match made
            .filter(|_| !key.is_empty())
            .and_then(|index| sets.get(index))
        {
            Some(assignment) => self.of_assignment(assignment),
            None => self.elsewhere(path),
        }
    }

    /// The same error, brought in by `--set`: its place is not in the file.
    #[must_use]
    pub(in crate::scenario) fn of_assignment(mut self, assignment: &str) -> Self {
        self.what = format!("--set {assignment}: {}", self.what);
        let path = self.file().map(Path::to_owned);
        self.elsewhere(path)
    }

    /// The same at no place of the text.
    fn elsewhere(mut self, path: Option<PathBuf>) -> Self {
        self.place = Place::Whole;
        match path {
            Some(path) => self.in_file(path, None),
            None => self,
        }
    }
}
