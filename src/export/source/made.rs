//! What `run.json` says of a result: which request it answers, and the files that belong to it.

use std::path::Path;

use serde::Deserialize;

use super::{CURE, json};
use crate::describe::Fault;
use crate::output::Input;

const AGAIN: &str = "copy the whole folder, or make the results again";

/// What is needed of `run.json`.
#[derive(Debug, Default, Deserialize)]
pub(in crate::export) struct Made {
    pub(in crate::export) version: String,
    pub(in crate::export) seed: u64,
    /// All files of the result; none in those of the first versions.
    #[serde(default)]
    pub(in crate::export) files: Vec<String>,
    /// What the run did not do as asked.
    #[serde(default)]
    pub(in crate::export) warnings: Vec<String>,
    /// What the scenario asks, in its words.
    #[serde(default)]
    pub(in crate::export) question: Option<String>,
    /// Checksum of the request.
    #[serde(default)]
    asked: String,
    pub(super) utc_offset_h: Option<f64>,
}

/// `run.json` of this program.
pub(in crate::export) fn read(folder: &Path) -> Result<Made, Fault> {
    let path = folder.join("run.json");
    if !path.is_file() {
        let what = "this is no whole result: run.json is missing";
        return Err(Fault::new(what, AGAIN).in_file(folder, None));
    }
    let run = json(folder, "run.json")?;
    match run.get("program").and_then(serde_json::Value::as_str) {
        Some("coldaisle") => {}
        Some(_) => return Err(Fault::new("another program wrote this", CURE).in_file(path, None)),
        None => return Err(broken(&path, "it names no program")),
    }
    let made: Made =
        serde_json::from_value(run).map_err(|error| broken(&path, &error.to_string()))?;
    Ok(made)
}

fn broken(path: &Path, why: &str) -> Fault {
    Fault::new(format!("this is no whole result: {why}"), AGAIN).in_file(path, None)
}

impl Made {
    /// Refuses a folder that lacks a file of the result.
    pub(in crate::export) fn check_there(
        &self,
        folder: &Path,
        name: &str,
        cure: &str,
    ) -> Result<(), Fault> {
        if !self.files.iter().any(|file| file == name) || folder.join(name).is_file() {
            return Ok(());
        }
        let what = format!("{name} is missing, which run.json lists: this is no whole result");
        Err(Fault::new(what, cure).in_file(folder, None))
    }

    /// Tells these results from others of the same name: a checksum of the request, or of `run.json` where it has none.
    pub(super) fn identity(&self, folder: &Path) -> Result<String, Fault> {
        if !self.asked.is_empty() {
            return Ok(self.asked.clone());
        }
        let path = folder.join("run.json");
        let read = Input::of_file("run.json", &path);
        read.map(|input| input.sha256).map_err(|error| error.fault)
    }
}
