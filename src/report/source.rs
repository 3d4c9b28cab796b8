//! What lies in result folders.

pub(super) mod bands;
pub(super) mod forecast;
mod kind;
pub(super) mod run;
pub(super) mod series;

pub(super) use bands::Bands;
pub(super) use forecast::Forecast;
pub(super) use kind::{Kind, kind};
pub(super) use run::Run;
pub(super) use series::Series;

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::bounded;
use crate::describe::Fault;
use crate::results::DAMAGED;

/// A JSON or TOML file of a result is smaller.
const MAX_BYTES: u64 = 16 << 20;

/// A JSON file of a folder.
pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Fault> {
    let bytes = bounded::read(path, MAX_BYTES)
        .map_err(|error| Fault::new(error.to_string(), DAMAGED).in_file(path, None))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let line = (error.line() > 0).then_some(error.line() as u64);
        let what = format!("this is no whole result, for its JSON is broken: {error}");
        Fault::new(what, DAMAGED).in_file(path, line)
    })
}

/// A text of a folder; None where there is none.
pub(super) fn text(path: &Path) -> Option<String> {
    String::from_utf8(bounded::read(path, MAX_BYTES).ok()?).ok()
}

/// The name of a folder.
pub(super) fn folder_name(folder: &Path) -> String {
    let named = folder.canonicalize().ok();
    let name = named.as_deref().unwrap_or(folder).file_name();
    name.map_or_else(
        || "results".into(),
        |name| name.to_string_lossy().into_owned(),
    )
}
