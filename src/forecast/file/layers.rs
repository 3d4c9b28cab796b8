//! A forecast file and those that it goes on from.
//!
//! ```text
//! base = "world.toml"       all of that file, with what this one gives in its place
//! [table]                   keys given here replace those of the same table there
//! [[list]]                  entries of the same name: as tables; others are added
//! ```
//!
//! A value is replaced whole: a figure over the years is not mixed from two files.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::bounded;
use crate::describe::Fault;
use crate::forecast::file::ForecastFile;
use crate::forecast::loaded::schema;
use crate::output::Input;
use crate::scenario::{ranges, text};

/// No forecast file is larger.
pub(in crate::forecast) const LONGEST_BYTES: u64 = 4 << 20;

/// A file names a base, that one another, and so on.
const DEEPEST: usize = 8;

/// The key that names the file that this one goes on from.
const BASE: &str = "base";

/// The files of a forecast, its own first.
pub(in crate::forecast) struct Layers {
    files: Vec<Layer>,
    /// All of them as one.
    pub(in crate::forecast) table: Table,
    /// The same as text: the own file where it has no base.
    pub(in crate::forecast) text: String,
}

struct Layer {
    path: PathBuf,
    /// As named by the file above.
    name: String,
    text: String,
    table: Table,
}

impl Layers {
    /// Reads a file and its bases; `sets` are applied to all of it.
    pub(in crate::forecast) fn read(path: &Path, sets: &[String]) -> Result<Self, Fault> {
        let mut files: Vec<Layer> = Vec::new();
        let mut next = Some((path.to_owned(), path.display().to_string()));
        while let Some((path, name)) = next.take() {
            let above = files.last();
            let layer = layer(&path, name).map_err(|fault| match above {
                // The name is at fault where there is no such file.
                Some(above) if !path.exists() => placed(
                    Fault::new(
                        fault.what,
                        "give the path of a forecast file, relative to this one",
                    )
                    .at(BASE),
                    &above.text,
                    &above.path,
                ),
                _ => fault,
            })?;
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            if !files.is_empty() && layer.table.contains_key("hall") {
                let cure = "a forecast goes on from a forecast; a scenario is named in a [[site]]";
                return Err(Fault::new("this is a scenario", cure).in_file(&path, None));
            }
            if let Some(base) = layer.table.get(BASE) {
                let Some(base) = base.as_str() else {
                    let fault =
                        Fault::new("base is no text", "give the path of a forecast file").at(BASE);
                    return Err(placed(fault, &layer.text, &path));
                };
                if files.len() + 1 == DEEPEST {
                    let fault = Fault::new(
                        "each file goes on from another, without end",
                        "remove one of the bases",
                    )
                    .at(BASE);
                    return Err(placed(fault, &layer.text, &path));
                }
                next = Some((folder.join(base), base.to_owned()));
            }
            files.push(layer);
        }
        let own = path.parent().unwrap_or(Path::new(""));
        let mut table = Table::new();
        for layer in files.iter().rev() {
            let folder = layer.path.parent().unwrap_or(Path::new(""));
            let mut over = layer.table.clone();
            if folder != own {
                anchor(&mut over, folder);
            }
            merge(&mut table, over);
        }
        table.remove(BASE);
        let mut text = match files.as_slice() {
            [only] => only.text.clone(),
            _ => toml::to_string(&table).unwrap_or_default(),
        };
        for assignment in sets {
            if assignment
                .split('=')
                .next()
                .is_some_and(|key| key.trim() == BASE)
            {
                let cure = "write it into the file: it decides what all other keys are";
                return Err(Fault::new("base cannot be set", cure));
            }
            text = text::set(&text, assignment).map_err(|fault| fault.in_file(path, None))?;
        }
        if !sets.is_empty() {
            table = toml::from_str(&text).unwrap_or_default();
        }
        Ok(Self { files, table, text })
    }

    /// The question that the file itself opens with: bases have their own.
    pub(in crate::forecast) fn question(&self) -> Option<String> {
        text::question(&self.files.first()?.text)
    }

    /// The file as read strictly.
    pub(in crate::forecast) fn file(&self, sets: &[String]) -> Result<ForecastFile, Fault> {
        let read = text::read_forecast(&self.text);
        let read = read.and_then(|file| ranges::check_as(schema(), &self.text).map(|()| file));
        read.map_err(|fault: Fault| {
            if self.files.len() == 1 {
                return fault.after(sets).in_file(&self.files[0].path, None);
            }
            // The place in the joined text is nobody's: the key is looked for in the files.
            let bare = Fault::new(fault.what.clone(), fault.cure.clone());
            match fault.key() {
                Some(key) => self.placed(bare.at(key)).after(sets),
                None => bare.in_file(&self.files[0].path, None),
            }
        })
    }

    /// A fault at a key, with its place in the file that gives it.
    pub(in crate::forecast) fn placed(&self, fault: Fault) -> Fault {
        let key = fault.key().unwrap_or_default().to_owned();
        let (head, rest) = key.split_once('.').unwrap_or((&key, ""));
        let entry = head.strip_suffix(']').and_then(|head| {
            let (list, number) = head.split_once('[')?;
            let number: usize = number.parse().ok()?;
            let entry = self.table.get(list)?.as_array()?.get(number)?;
            Some((list, name(entry)?.to_owned(), number))
        });
        if self.files.len() > 1 {
            for layer in &self.files {
                let within = match &entry {
                    Some((list, wanted, _)) => {
                        let own = layer.table.get(*list).and_then(Value::as_array);
                        let at = own.and_then(|own| {
                            own.iter()
                                .position(|entry| name(entry) == Some(wanted.as_str()))
                        });
                        at.map(|at| format!("{list}[{at}]"))
                    }
                    None => layer.table.contains_key(head).then(|| head.to_owned()),
                };
                let Some(within) = within else { continue };
                let key = if rest.is_empty() {
                    within
                } else {
                    format!("{within}.{rest}")
                };
                if rest.is_empty() || has(&layer.table, &key) {
                    return placed(fault.at(key), &layer.text, &layer.path);
                }
            }
        }
        placed(fault, &self.files[0].text, &self.files[0].path)
    }

    /// The bases and their checksums.
    pub(in crate::forecast) fn inputs(&self) -> impl Iterator<Item = Input> {
        let bases = self.files.iter().skip(1);
        bases.map(|layer| Input::of_bytes(&layer.name, layer.text.as_bytes()))
    }
}

fn layer(path: &Path, name: String) -> Result<Layer, Fault> {
    let unreadable = |what: String| {
        let cure = "give the path of a forecast file; docs/forecast.md shows one";
        Fault::new(what, cure).in_file(path, None)
    };
    if path.is_dir() {
        return Err(unreadable("it is a folder".into()));
    }
    let bytes =
        bounded::read(path, LONGEST_BYTES).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is no UTF-8 text".into()))?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let table: Table = if let Ok(table) = toml::from_str(&text) {
        table
    } else {
        let read = text::read_forecast::<ForecastFile>(&text);
        let fault = read
            .err()
            .unwrap_or_else(|| Fault::new("it is no TOML", ""));
        return Err(fault.in_file(path, None));
    };
    Ok(Layer {
        path: path.to_owned(),
        name,
        text,
        table,
    })
}

/// A fault at a key of a text, with its place there.
fn placed(fault: Fault, text: &str, path: &Path) -> Fault {
    match fault
        .key()
        .map(|key| (key.to_owned(), text::locate(text, key)))
    {
        Some((_, Some(span))) => fault.in_text(text, span),
        // A key that no line gives: of --set, or one that is missing.
        Some((key, None)) => Fault {
            what: format!("{key}: {}", fault.what),
            ..fault
        },
        None => fault,
    }
    .in_file(path, None)
}

/// Whether a table has the first two parts of a key.
fn has(table: &Table, key: &str) -> bool {
    let mut parts = key.split('.');
    let head = parts.next().unwrap_or_default();
    let at = match head.strip_suffix(']').and_then(|head| head.split_once('[')) {
        Some((list, number)) => {
            let list = table.get(list).and_then(Value::as_array);
            number
                .parse::<usize>()
                .ok()
                .and_then(|number| list?.get(number))
        }
        None => table.get(head),
    };
    let next = parts
        .next()
        .map(|next| next.split('[').next().unwrap_or(next));
    at.is_some_and(|at| next.is_none_or(|next| at.get(next).is_some()))
}

/// Names and files of entries: what a list's entries are known by.
fn name(entry: &Value) -> Option<&str> {
    let given = ["name", "key"].into_iter().find_map(|key| entry.get(key));
    given.and_then(Value::as_str)
}

/// Puts a table over another.
fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => old.extend(new),
            (Some(Value::Array(old)), Value::Array(new)) => {
                for entry in new {
                    let same = old
                        .iter_mut()
                        .find(|old| name(old).is_some() && name(old) == name(&entry));
                    match (same, entry) {
                        (Some(Value::Table(old)), Value::Table(new)) => old.extend(new),
                        (_, entry) => old.push(entry),
                    }
                }
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// Makes the scenarios of sites relative to this folder.
fn anchor(table: &mut Table, folder: &Path) {
    let sites = table.get_mut("site").and_then(Value::as_array_mut);
    for site in sites.into_iter().flatten() {
        if let Some(Value::String(scenario)) = site.get_mut("scenario") {
            *scenario = folder.join(&scenario).to_string_lossy().into_owned();
        }
    }
}
