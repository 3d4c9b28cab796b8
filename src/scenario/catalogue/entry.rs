//! One entry as its type reads it, and its faults at their keys.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use crate::describe::Fault;
use crate::scenario::{text, wording};

/// What is wrong with an entry, at its key within the catalogue.
pub(super) fn fault(key: &[&str], what: impl Into<String>, cure: impl Into<String>) -> Fault {
    Fault::new(what, cure).at(text::dotted(key))
}

/// Reads a complete entry strictly.
pub(super) fn read<T: DeserializeOwned>(kind: &str, name: &str, entry: Table) -> Result<T, Fault> {
    serde_path_to_error::deserialize(Value::Table(entry.clone())).map_err(|error| {
        let mut key = vec![kind.to_owned(), name.to_owned()];
        let mut value = Some(&Value::Table(entry));
        let mut shown = String::new();
        for segment in error.path() {
            if let serde_path_to_error::Segment::Map { key: part } = segment {
                value = value.and_then(|value| value.get(part));
                key.push(part.clone());
            }
        }
        if let Some(value) = value.filter(|value| !value.is_table()) {
            shown = value.to_string();
        }
        let mut message = error.inner().message().to_owned();
        // An unknown key is reported at its own place or at the table that holds it; an entry knows `like` too.
        if let Some(unknown) = wording::unknown_key(error.inner().message()) {
            if key.last().is_some_and(|last| last == unknown) {
                key.pop();
            }
            if key.len() == 2 {
                message = message.replacen("expected one of ", "expected one of `like`, ", 1);
            }
            key.push(unknown.to_owned());
        }
        let mut fault = wording::explain(&message, &shown, None, None);
        if wording::is_missing(&message) {
            "give it, or say what the entry is like: like = \"NAME\"".clone_into(&mut fault.cure);
        }
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        fault.at(text::dotted(&key))
    })
}
