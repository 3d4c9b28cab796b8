//! A file of machines that several forecasts share, put before those of a forecast's own.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml::{Table, Value};

use super::file::{ForecastFile, MachinesFile};
use super::loaded::placed;
use crate::bounded;
use crate::describe::{Fault, FilePath};
use crate::output::Input;
use crate::scenario::{ranges, text};

/// No file of machines is larger.
const LONGEST_BYTES: u64 = 1 << 20;

/// Tables that it may have.
const TABLES: [&str; 2] = ["generation", "cap"];

/// A file of machines, read.
pub struct Machines {
    path: PathBuf,
    name: String,
    text: String,
    file: MachinesFile,
    table: Table,
}

fn schema() -> &'static serde_json::Value {
    static SCHEMA: LazyLock<serde_json::Value> =
        LazyLock::new(|| schemars::schema_for!(MachinesFile).to_value());
    &SCHEMA
}

impl Machines {
    /// Reads the file that a forecast names.
    pub fn read(forecast: &Path, name: &FilePath) -> Result<Self, Fault> {
        let path = forecast.parent().unwrap_or(Path::new("")).join(name);
        let cure = "give a file with [[generation]] tables";
        let bytes = bounded::read(&path, LONGEST_BYTES);
        let bytes = bytes.map_err(|error| Fault::new(format!("{}: {error}", path.display()), cure))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Fault::new(format!("{} is no UTF-8 text", path.display()), cure))?;
        let read = text::read_forecast(&text);
        let read = read.and_then(|file| ranges::check_as(schema(), &text).map(|()| file));
        let file = read.map_err(|fault: Fault| fault.in_file(&path, None))?;
        Ok(Self {
            table: toml::from_str(&text).unwrap_or_default(),
            name: name.to_string_lossy().into_owned(),
            path,
            text,
            file,
        })
    }

    /// Puts the machines before those of a forecast, in its table and as read.
    pub fn put(&self, table: &mut Table, file: &mut ForecastFile) {
        for name in TABLES {
            let Some(Value::Array(mut all)) = self.table.get(name).cloned() else {
                continue;
            };
            if let Some(Value::Array(own)) = table.remove(name) {
                all.extend(own);
            }
            table.insert(name.to_owned(), Value::Array(all));
        }
        // Read from here on: the table holds them.
        table.remove("machines");
        file.generation.splice(0..0, self.file.generation.iter().cloned());
        file.cap.splice(0..0, self.file.cap.iter().cloned());
    }

    /// The file and its checksum.
    pub fn input(&self) -> Input {
        Input::of_bytes(&self.name, self.text.as_bytes())
    }

    /// A fault at a key of a forecast and its machines, with its place in the file that has it.
    pub fn placed(&self, fault: Fault, text: &str, path: &Path) -> Fault {
        let ours = [self.file.generation.len(), self.file.cap.len()];
        for (name, ours) in TABLES.into_iter().zip(ours) {
            let rest = fault.key().and_then(|key| key.strip_prefix(name)?.strip_prefix('['));
            let Some((number, rest)) = rest.and_then(|rest| rest.split_once(']')) else {
                continue;
            };
            let Ok(number) = number.parse::<usize>() else {
                continue;
            };
            if number < ours {
                return placed(fault, &self.text, &self.path);
            }
            let key = format!("{name}[{}]{rest}", number - ours);
            return placed(fault.at(key), text, path);
        }
        placed(fault, text, path)
    }
}
