//! Changed keys of a scenario, from Python values to `KEY=VALUE` as `--set` takes them.

use std::path::PathBuf;

use coldaisle::describe::Fault;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use toml::Value;

use crate::fault::Error;

/// No key of a scenario lies as deep; a list that holds itself has no end.
const DEEPEST: usize = 32;

/// Assignments in the order given. A mapping within is a table whose keys are set one by one; one in a list, and an empty one,
/// is a value. The seed comes last.
pub(crate) fn assignments(
    set: Option<&Bound<'_, PyAny>>,
    seed: Option<u64>,
) -> PyResult<Vec<String>> {
    let mut all = Vec::new();
    if let Some(set) = set {
        let Ok(set) = set.cast::<PyMapping>() else {
            let what = format!("set is {}, not a mapping", kind(set));
            return Err(wrong(
                what,
                "give a dict, for example set={\"hall.0.racks\": 128}",
            ));
        };
        table(set, "", DEEPEST, &mut all)?;
    }
    all.extend(seed.map(|seed| format!("run.seed={seed}")));
    Ok(all)
}

fn table(of: &Bound<'_, PyMapping>, at: &str, room: usize, all: &mut Vec<String>) -> PyResult<()> {
    let room = below(room, at)?;
    for item in of.items()?.iter() {
        let (key, value) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let key = name(&key, at)?;
        let key = if at.is_empty() {
            key
        } else {
            format!("{at}.{key}")
        };
        match value.cast::<PyMapping>() {
            Ok(inner) if !inner.is_empty()? => table(inner, &key, room, all)?,
            _ => all.push(format!("{key}={}", plain(&value, &key, room)?)),
        }
    }
    Ok(())
}

/// The room for what lies one level deeper.
fn below(room: usize, key: &str) -> PyResult<usize> {
    room.checked_sub(1).ok_or_else(|| {
        let key = key.split('.').next().unwrap_or("");
        let cure = "give lists and dicts that do not hold themselves";
        wrong(
            format!("set: {key} is more than {DEEPEST} levels deep"),
            cure,
        )
    })
}

/// A key: words, dotted or not, or the number of an entry.
fn name(key: &Bound<'_, PyAny>, at: &str) -> PyResult<String> {
    let place = if at.is_empty() {
        String::new()
    } else {
        format!(" in {at}")
    };
    let cure = "use the dotted key of the scenario, for example \"hall.0.racks\"";
    if !key.is_instance_of::<PyString>() && !key.is_instance_of::<PyInt>() {
        return Err(wrong(format!("set: a key{place} is {}", kind(key)), cure));
    }
    let key = key.str()?.to_string();
    if key.contains('=') || key.trim().is_empty() {
        return Err(wrong(format!("set: '{key}'{place} is no key"), cure));
    }
    Ok(key)
}

/// A value that TOML has.
fn plain(value: &Bound<'_, PyAny>, key: &str, room: usize) -> PyResult<Value> {
    let room = below(room, key)?;
    if value.is_instance_of::<PyBool>() {
        return Ok(Value::Boolean(value.extract()?));
    }
    if value.is_instance_of::<PyInt>() {
        return value.extract().map(Value::Integer).map_err(|_| {
            PyOverflowError::new_err(format!("set: {key}: no key takes as large a number"))
        });
    }
    if value.is_instance_of::<PyFloat>() {
        return Ok(Value::Float(value.extract()?));
    }
    if value.is_instance_of::<PyString>() {
        return Ok(Value::String(value.extract()?));
    }
    // Also a date and a time.
    if value.is_instance_of::<PyDate>() {
        return Ok(Value::String(value.call_method0("isoformat")?.extract()?));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let entries = value.try_iter()?.map(|entry| plain(&entry?, key, room));
        return Ok(Value::Array(entries.collect::<PyResult<_>>()?));
    }
    if let Ok(table) = value.cast::<PyMapping>() {
        let entries = table.items()?;
        let entries = entries.iter().map(|item| {
            let (name, value) = item.extract::<(String, Bound<'_, PyAny>)>()?;
            let value = plain(&value, key, room)?;
            Ok((name, value))
        });
        return Ok(Value::Table(entries.collect::<PyResult<_>>()?));
    }
    // numpy.float64 and its like.
    if let Ok(item) = value.call_method0("item")
        && !item.get_type().is(value.get_type())
    {
        return plain(&item, key, room);
    }
    if let Ok(path) = value.extract::<PathBuf>()
        && let Some(path) = path.to_str()
    {
        return Ok(Value::String(path.into()));
    }
    Err(wrong(
        format!("set: {key} is {}", kind(value)),
        "give a string, a number, True or False, a list or a dict; leave a key out to keep what the scenario has",
    ))
}

fn kind(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().name();
    name.map_or_else(
        |_| "of an unknown type".into(),
        |name| format!("of type {name}"),
    )
}

fn wrong(what: String, cure: &str) -> PyErr {
    Error::from(Fault::new(what, cure)).into()
}
