//! Reading what the axes of a study name: scenarios, settings, weather folders, observed values.

use std::path::Path;

use toml_edit::{DocumentMut, Value};

use super::axis::{Along, Axis, Cell, Choice};
use super::file::{Over, Setting, Vary};
use crate::bounded;
use crate::csv_rows::CsvRows;
use crate::describe::Fault;
use crate::output::Input;
use crate::scenario::{Base, text, written};
use crate::study::design::{Distribution, Empirical};

/// Reads what axes and settings name, and keeps it.
pub(super) struct Reader<'a> {
    /// The folder of the study file.
    pub(super) folder: &'a Path,
    /// The study's text, parsed.
    pub(super) document: &'a DocumentMut,
    /// The scenarios so far.
    pub(super) bases: Vec<Base>,
    /// Files of the study that were read.
    pub(super) inputs: Vec<Input>,
}

impl Reader<'_> {
    /// The number of a scenario file, read once.
    pub(super) fn base(&mut self, file: &Path) -> Result<usize, Fault> {
        let path = self.folder.join(file);
        if let Some(index) = self.bases.iter().position(|base| base.path == path) {
            return Ok(index);
        }
        let base = Base::read(&path)?;
        // A mistake in it is told as its own, before anything is varied.
        base.load(&[])?;
        self.bases.push(base);
        Ok(self.bases.len() - 1)
    }

    /// The assignments of a `set` table at a path of the study file: dotted keys and headers lead down, an inline table is a
    /// value.
    pub(super) fn sets(&self, path: &[&str]) -> Vec<String> {
        text::assignments(self.document, path, self.folder)
    }

    /// `[[vary]]` number `index`.
    pub(super) fn axis(&mut self, index: usize, vary: &Vary) -> Result<Axis, Fault> {
        let at = |key: &str| format!("vary[{index}].{key}");
        let keys: Vec<&str> = vary
            .key
            .iter()
            .chain(&vary.keys)
            .map(String::as_str)
            .collect();
        if vary.key.is_some() && !vary.keys.is_empty() {
            let fault = Fault::new(
                "key and keys are both given",
                "give one: keys lists those that move together",
            );
            return Err(fault.at(at("keys")));
        }
        let keyless = matches!(
            vary.over,
            Some(Over::Settings(_) | Over::Seeds(_) | Over::Weather(_))
        );
        if keyless != keys.is_empty() {
            let (what, cure) = if keyless {
                (
                    "settings, seeds and weather name their keys themselves",
                    "remove the key",
                )
            } else {
                (
                    "the axis has no key",
                    "add key = \"…\", a key of the scenario as after --set",
                )
            };
            return Err(Fault::new(what, cure).at(format!("vary[{index}]")));
        }
        let (named, along) = match (&vary.over, &vary.drawn) {
            (Some(over), None) => self.over(index, &keys, over)?,
            (None, Some(drawn)) => {
                let drawn = match drawn {
                    Distribution::Empirical(it) if it.file.is_some() => {
                        let read = self.observed(it);
                        let key = at("drawn.empirical.file");
                        Distribution::Empirical(read.map_err(|fault| fault.named_by(&key))?)
                    }
                    other => other.clone(),
                };
                drawn.check().map_err(|fault| fault.within(&at("drawn")))?;
                let keys = keys.iter().map(|&key| key.to_owned()).collect();
                (
                    "",
                    Along::Figure {
                        keys,
                        drawn,
                        whole: vary.whole,
                    },
                )
            }
            (over, _) => {
                let what = if over.is_some() {
                    "over and drawn are both given"
                } else {
                    "nothing says what the axis runs over"
                };
                let cure = "give one: over.values = […], or drawn.uniform = { low = …, high = … }";
                return Err(Fault::new(what, cure).at(format!("vary[{index}]")));
            }
        };
        let name = vary
            .name
            .clone()
            .or_else(|| keys.first().map(|&key| key.to_owned()));
        Ok(Axis {
            name: name.unwrap_or_else(|| named.to_owned()),
            along,
        })
    }

    fn over(
        &mut self,
        index: usize,
        keys: &[&str],
        over: &Over,
    ) -> Result<(&'static str, Along), Fault> {
        let at = |key: &str| format!("vary[{index}].over.{key}");
        let value = |value: &toml::Value| -> Choice {
            let sets = keys.iter().map(|key| {
                let parts: Vec<&str> = key.split('.').collect();
                let value = text::anchored(written(value), &parts, self.folder);
                format!("{key}={}", value.to_string().trim())
            });
            Choice {
                cell: cell(value),
                base: None,
                sets: sets.collect(),
            }
        };
        let even = |choices: Vec<Choice>| {
            let all = choices.len() as f64;
            let upto = (1..=choices.len()).map(|upto| upto as f64 / all).collect();
            Along::Choices { choices, upto }
        };
        let along = match over {
            Over::Values(values) => ("", even(values.iter().map(value).collect())),
            Over::Weighted(all) => {
                let sum: f64 = all.iter().map(|of| of.weight).sum();
                if all
                    .iter()
                    .any(|of| !of.weight.is_finite() || of.weight < 0.0)
                    || sum <= 0.0
                {
                    let fault = Fault::new(
                        "weights are not negative, and one is above zero",
                        "give shares, for example 0.2 and 0.8",
                    );
                    return Err(fault.at(at("weighted")));
                }
                let mut upto = Vec::with_capacity(all.len());
                for of in all {
                    upto.push(upto.last().unwrap_or(&0.0) + of.weight / sum);
                }
                let choices = all.iter().map(|of| value(&of.value)).collect();
                ("", Along::Choices { choices, upto })
            }
            Over::Settings(settings) => {
                let all = settings.iter().enumerate();
                let all = all.map(|(number, setting)| self.setting(index, number, setting));
                ("setting", even(all.collect::<Result<_, _>>()?))
            }
            Over::Seeds(seeds) => {
                let seed = |seed: u32| Choice {
                    cell: Cell::Number(f64::from(seed)),
                    base: None,
                    sets: vec![format!("run.seed={seed}")],
                };
                ("seed", even((1..=*seeds).map(seed).collect()))
            }
            Over::Weather(folder) => {
                let folder = self.folder.join(folder);
                (
                    "weather",
                    even(
                        self.weather(&folder)
                            .map_err(|fault| fault.at(at("weather")))?,
                    ),
                )
            }
        };
        match &along.1 {
            Along::Choices { choices, .. } if choices.is_empty() => {
                let fault = Fault::new("the axis has no value", "list at least one");
                Err(fault.at(format!("vary[{index}].over")))
            }
            _ => Ok(along),
        }
    }

    fn setting(&mut self, index: usize, number: usize, setting: &Setting) -> Result<Choice, Fault> {
        let base = setting
            .scenario
            .as_ref()
            .map(|file| self.base(file))
            .transpose();
        let base = base.map_err(|fault| {
            let key = format!("vary[{index}].over.settings[{number}].scenario");
            if fault.file().is_some_and(Path::exists) {
                fault
            } else {
                fault.named_by(&key)
            }
        })?;
        let (index, number) = (index.to_string(), number.to_string());
        let sets = self.sets(&["vary", &index, "over", "settings", &number, "set"]);
        Ok(Choice {
            cell: Cell::Text(setting.name.clone()),
            base,
            sets,
        })
    }

    /// The values of a file.
    fn observed(&mut self, of: &Empirical) -> Result<Empirical, Fault> {
        let file = of.file.as_deref().unwrap_or(Path::new(""));
        let path = self.folder.join(file);
        let at = |fault: Fault, line: Option<u64>| fault.in_file(&path, line);
        let cure = "give a CSV file with a header and a column of numbers";
        let bytes = bounded::read(&path, 256 << 20);
        let bytes = bytes.map_err(|error| at(Fault::new(error.to_string(), cure), None))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut rows = CsvRows::new(text.as_bytes());
        let header = rows
            .header()
            .map_err(|error| at(Fault::new(error.to_string(), cure), None))?;
        let column = match &of.column {
            Some(name) => crate::csv_rows::find(&header, name).map_err(|fault| at(fault, None))?,
            None => (header.len() == 1).then_some(0),
        };
        let Some(column) = column else {
            let names: Vec<&str> = header.iter().collect();
            let what = match &of.column {
                Some(name) => format!("there is no column '{name}'"),
                None => format!("the file has {} columns", header.len()),
            };
            let cure = format!("give column = \"…\", one of {}", names.join(", "));
            return Err(at(Fault::new(what, cure), None));
        };
        let (mut values, mut record) = (Vec::new(), csv::StringRecord::new());
        while let Some((line, read)) = rows.next(&mut record) {
            read.map_err(|error| at(Fault::new(error.to_string(), cure), Some(line)))?;
            let cell = record.get(column).unwrap_or_default();
            match cell.parse::<f64>() {
                Ok(value) if value.is_finite() => values.push(value),
                _ if cell.is_empty() => {}
                _ => {
                    return Err(at(
                        Fault::new(format!("'{cell}' is no number"), cure),
                        Some(line),
                    ));
                }
            }
        }
        self.inputs
            .push(Input::of_bytes(&file.display().to_string(), &bytes));
        Ok(Empirical::new(values))
    }

    /// A weather file of a folder each.
    fn weather(&mut self, folder: &Path) -> Result<Vec<Choice>, Fault> {
        let cure = "give a folder with weather files (.epw, or .csv as TMY3)";
        let listed = std::fs::read_dir(folder)
            .map_err(|error| Fault::new(format!("{}: {error}", folder.display()), cure))?;
        let is_weather = |path: &Path| {
            let end = path
                .extension()
                .and_then(|end| end.to_str())
                .unwrap_or_default();
            ["epw", "csv"]
                .iter()
                .any(|known| end.eq_ignore_ascii_case(known))
                && path.is_file()
        };
        let mut files: Vec<_> = listed
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| is_weather(path))
            .collect();
        files.sort();
        if files.is_empty() {
            return Err(Fault::new(
                format!("{} holds no weather file", folder.display()),
                cure,
            ));
        }
        let choice = |path: std::path::PathBuf| {
            let absolute = std::path::absolute(&path).unwrap_or(path);
            let stem = absolute
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let name = absolute.to_string_lossy();
            let bytes = bounded::read(&absolute, 64 << 20)
                .map_err(|error| Fault::new(format!("{name}: {error}"), cure))?;
            let named = absolute.file_name().unwrap_or_default();
            self.inputs
                .push(Input::of_bytes(&named.to_string_lossy(), &bytes));
            let sets = vec![format!("site.weather={}", Value::from(&*name))];
            Ok(Choice {
                cell: Cell::Text(stem),
                base: None,
                sets,
            })
        };
        files.into_iter().map(choice).collect()
    }
}

fn cell(value: &toml::Value) -> Cell {
    match value {
        toml::Value::Integer(number) => Cell::Number(*number as f64),
        toml::Value::Float(number) => Cell::Number(*number),
        toml::Value::String(text) => Cell::Text(text.clone()),
        other => Cell::Text(other.to_string()),
    }
}
