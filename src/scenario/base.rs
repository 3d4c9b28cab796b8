//! A scenario read once, from which variations are made: many keys change at once, at about the cost of one reading.

use std::path::PathBuf;

use toml_edit::{DocumentMut, InlineTable, Value};

use super::{Loaded, text};
use crate::describe::Fault;

/// A change: the parts of a key, with entries of lists by their number or name, and its value.
pub type Change = (Vec<String>, Value);

/// The text of a scenario, parsed.
#[derive(Debug, Clone)]
pub struct Base {
    document: DocumentMut,
    path: PathBuf,
}

impl Base {
    /// Of a scenario that was read.
    ///
    /// # Errors
    /// None in practice: the text has been read before.
    pub fn new(loaded: &Loaded) -> Result<Self, Fault> {
        let document = loaded.text.parse().map_err(|error: toml_edit::TomlError| {
            Fault::bare(error.message()).in_file(&loaded.path, None)
        })?;
        Ok(Self {
            document,
            path: loaded.path.clone(),
        })
    }

    /// Whether the text has a key of the file itself.
    pub fn has(&self, key: &str) -> bool {
        self.document.contains_key(key)
    }

    /// Changes the scenario for all variations to come.
    ///
    /// # Errors
    /// Where a part of the key is no table, or a list has no such entry.
    pub fn put(&mut self, (key, value): &Change) -> Result<(), Fault> {
        put(&mut self.document, key, value).map_err(|fault| fault.in_file(&self.path, None))
    }

    /// The scenario with these changes, made in order.
    ///
    /// # Errors
    /// As [`Base::put`], and those of reading the text that results.
    pub fn with(&self, changes: &[Change]) -> Result<Loaded, Fault> {
        let read = || {
            let mut document = self.document.clone();
            for (key, value) in changes {
                put(&mut document, key, value)?;
            }
            let text = document.to_string();
            let scenario = text::read(&text)?;
            Ok((scenario, text))
        };
        let (scenario, text) = read().map_err(|fault: Fault| fault.in_file(&self.path, None))?;
        Ok(Loaded {
            scenario,
            text,
            path: self.path.clone(),
        })
    }
}

fn put(document: &mut DocumentMut, key: &[String], value: &Value) -> Result<(), Fault> {
    let parts: Vec<&str> = key.iter().map(String::as_str).collect();
    text::put(document, &parts, value.clone())
}

/// A value as it is put into a text.
pub fn written(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(figure) => Value::from(*figure),
        toml::Value::Float(figure) => Value::from(*figure),
        toml::Value::Boolean(flag) => Value::from(*flag),
        // No key of a scenario is a date of TOML.
        toml::Value::Datetime(moment) => Value::from(moment.to_string()),
        toml::Value::Array(list) => list.iter().map(written).collect(),
        toml::Value::Table(table) => {
            let keys = table.iter().map(|(key, value)| (key, written(value)));
            Value::InlineTable(keys.collect::<InlineTable>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &str, value: impl Into<Value>) -> Change {
        (key.split('.').map(str::to_owned).collect(), value.into())
    }

    /// Several changes at once are what several `--set` are.
    #[test]
    fn changes_are_those_of_assignments() {
        let path = std::path::Path::new("examples/hall.toml");
        let base = Base::new(&super::super::load(path, &[]).unwrap()).unwrap();
        let once = base.with(&[
            change("hall.0.racks", 7),
            change("catalogue.servers.hgx-h100.air.fan_max_w", 900.5),
            change("site.climate", "dublin"),
            change("run.days", 2),
        ]);
        let sets = [
            "hall.0.racks=7",
            "catalogue.servers.hgx-h100.air.fan_max_w=900.5",
            "site.climate=dublin",
            "run.days=2",
        ];
        let set = super::super::load(path, &sets.map(str::to_owned)).unwrap();
        assert_eq!(once.unwrap().scenario, set.scenario);
        assert_ne!(base.with(&[]).unwrap().scenario, set.scenario);
        let wrong = base.with(&[change("hall.0.racks", "x")]).unwrap_err();
        assert!(wrong.to_string().contains("whole number"), "{wrong}");
        assert!(base.with(&[change("hall.9.racks", 1)]).is_err());
    }
}
