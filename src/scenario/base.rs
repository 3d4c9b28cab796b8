//! A scenario read once, from which variations are made: many keys change at once, at about the cost of one reading.

use std::path::{Path, PathBuf};

use toml_edit::{InlineTable, Value};

use super::text::Sheet;
use super::{Loaded, Scenario, ranges, text, text_of};
use crate::describe::Fault;

/// A change: the parts of a key, with entries of lists by their number or name, and its value.
pub type Change = (Vec<String>, Value);

/// A scenario read and parsed once, to be loaded under many changes.
#[derive(Debug, Clone)]
pub struct Base {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// None where it is no TOML, which reading tells.
    sheet: Option<Sheet>,
}

impl Base {
    /// Reads a file. One that is no TOML is refused where it is loaded.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        Ok(Self::of(path, text_of(path)?))
    }

    /// A text that is in no file.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').to_owned();
        Self::of(Path::new("scenario.toml"), text)
    }

    /// Of a scenario that was read.
    pub fn new(loaded: &Loaded) -> Self {
        Self::of(&loaded.path, loaded.text.clone())
    }

    fn of(path: &Path, text: String) -> Self {
        Self {
            path: path.to_owned(),
            sheet: Sheet::parse(&text).ok(),
            text,
        }
    }

    /// Whether the text has a key of the file itself.
    pub fn has(&self, key: &str) -> bool {
        self.sheet
            .as_ref()
            .is_some_and(|sheet| sheet.0.contains_key(key))
    }

    /// Changes the scenario for all variations to come.
    ///
    /// # Errors
    /// Where a part of the key is no table, or a list has no such entry.
    pub fn put(&mut self, (key, value): &Change) -> Result<(), Fault> {
        let Some(sheet) = &mut self.sheet else {
            return Ok(());
        };
        put(sheet, key, value).map_err(|fault| fault.in_file(&self.path, None))?;
        self.text = sheet.text();
        Ok(())
    }

    /// The scenario with these changes, made in order.
    ///
    /// # Errors
    /// As [`Base::put`], and those of reading the text that results.
    pub fn with(&self, changes: &[Change]) -> Result<Loaded, Fault> {
        let read = || {
            let text = match &self.sheet {
                Some(sheet) => {
                    let mut sheet = sheet.clone();
                    for (key, value) in changes {
                        put(&mut sheet, key, value)?;
                    }
                    sheet.text()
                }
                None => self.text.clone(),
            };
            Ok((text::read(&text)?, text))
        };
        let (scenario, text) = read().map_err(|fault: Fault| fault.in_file(&self.path, None))?;
        Ok(Loaded {
            scenario,
            text,
            path: self.path.clone(),
        })
    }

    /// The scenario with `--set` assignments applied in order.
    pub fn load(&self, sets: &[String]) -> Result<Loaded, Fault> {
        if let Some(mut sheet) = self.sheet.clone()
            && sets.iter().all(|assignment| sheet.set(assignment).is_ok())
        {
            let text = sheet.text();
            if let Ok(scenario) = text::read(&text) {
                return Ok(Loaded {
                    scenario,
                    text,
                    path: self.path.clone(),
                });
            }
        }
        // Which assignment is at fault is found one by one.
        self.load_slowly(sets)
    }

    pub(super) fn load_slowly(&self, sets: &[String]) -> Result<Loaded, Fault> {
        let path = &self.path;
        let original = &self.text;
        let mut text = original.clone();
        // A mistake that an assignment brings in is to be looked for there, not in the file.
        let mut sound = sets.is_empty() || text::read::<Scenario>(&text).is_ok();
        let mut suspect = None;
        for assignment in sets {
            text = text::set(&text, assignment).map_err(|error| error.in_file(path, None))?;
            if text::read::<Scenario>(&text).is_ok() {
                (sound, suspect) = (true, None);
            } else if sound && suspect.is_none() {
                suspect = Some(assignment);
            }
        }
        let scenario = text::read(&text).map_err(|error| {
            let error = ranges::cured(&text, error);
            match suspect {
                Some(assignment) => error.of_assignment(assignment),
                None => error.traced(sets, original),
            }
            .in_file(path, None)
        })?;
        Ok(Loaded {
            scenario,
            text,
            path: path.clone(),
        })
    }
}

fn put(sheet: &mut Sheet, key: &[String], value: &Value) -> Result<(), Fault> {
    let parts: Vec<&str> = key.iter().map(String::as_str).collect();
    text::put(&mut sheet.0, &parts, value.clone())
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

    /// A text is what its file is, and its errors name a place in it.
    #[test]
    fn a_text_is_read_as_its_file() {
        let path = std::path::Path::new("examples/hall.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let sets = ["hall.0.racks=7".to_owned()];
        let read = super::super::load_text(&text, &sets).unwrap();
        let file = super::super::load(path, &sets).unwrap();
        assert_eq!((&read.scenario, &read.text), (&file.scenario, &file.text));
        assert!(super::super::load_text(&text, &["hall.9.racks=7".into()]).is_err());
        let wrong = text.replace("racks", "rakcs");
        let wrong = super::super::load_text(&wrong, &[])
            .unwrap_err()
            .report(false);
        assert!(
            wrong.contains("scenario.toml") && wrong.contains("rakcs"),
            "{wrong}"
        );
    }

    /// Several changes at once are what several `--set` are.
    #[test]
    fn changes_are_those_of_assignments() {
        let path = std::path::Path::new("examples/hall.toml");
        let base = Base::new(&super::super::load(path, &[]).unwrap());
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
