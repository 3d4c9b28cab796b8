//! What a search leaves in its folder.
//!
//! ```text
//! optimise.csv    every design: inputs, aims, limits, outputs, violation, feasible, front, why it failed
//! front.csv       those that none dominates, by the first aim
//! best.toml       the scenario of the best design; scenarios/DESIGN.toml of those of a front that are printed
//! study.toml      the study as it was read
//! optimise.json   what traces them to their inputs
//! ```

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::genes::choices;
use super::run::Outcome;
use super::table::shown;
use crate::metrics::figures::Figure;
use crate::output::{Input, OutputError};
use crate::scenario::text::question;
use crate::study::optimise::Ended;
use crate::study::sweep::{Staged, Study};

/// `optimise.json`.
#[derive(Serialize)]
struct About<'a> {
    program: &'static str,
    version: &'static str,
    /// The first comment of the study file.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// Checksum of the study and all that it names.
    study: &'a str,
    seed: u64,
    designs: usize,
    feasible: usize,
    failed: usize,
    front: usize,
    ended: &'static str,
    /// Files that were read: of the study, then of its runs.
    inputs: Vec<&'a Input>,
}

/// Why it ended, in a word.
pub(super) fn ended(ended: Ended) -> &'static str {
    match ended {
        Ended::Evaluations => "budget spent",
        Ended::Converged => "converged",
        Ended::Exhausted => "all designs tried",
    }
}

/// Writes all files, each whole.
pub fn leave(
    study: &Study,
    outcome: &Outcome,
    folder: &Path,
    inputs: &[Input],
) -> Result<(), OutputError> {
    let all: Vec<usize> = (0..outcome.rows.len()).collect();
    Staged::put(&folder.join("optimise.csv"), &rows(study, outcome, &all))?;
    Staged::put(
        &folder.join("front.csv"),
        &rows(study, outcome, &outcome.found.front),
    )?;
    let several = outcome.goals.aims.len() > 1;
    let within = if several {
        folder.join("scenarios")
    } else {
        folder.to_owned()
    };
    fs::create_dir_all(&within).map_err(|error| OutputError::io("create", &within, &error))?;
    for design in shown(&outcome.found.front) {
        let name = if several {
            format!("{design}.toml")
        } else {
            "best.toml".into()
        };
        let genes = &outcome.found.designs[design].genes;
        let variation = study.with(design as u64, choices(study, genes));
        let path = within.join(name);
        // It has been run, and written as it is for result folders.
        let text = study
            .resolve(&variation)
            .ok()
            .and_then(|(_, resolved)| toml::to_string_pretty(&resolved.scenario).ok());
        let changed = || std::io::Error::other("a file that its scenario reads has changed");
        let text = text.ok_or_else(|| OutputError::io("write", &path, &changed()))?;
        Staged::put(&path, text.as_bytes())?;
    }
    let judged = outcome.found.designs.iter().map(|design| &design.judged);
    let about = About {
        program: "coldaisle optimise",
        version: env!("CARGO_PKG_VERSION"),
        question: question(&study.text),
        study: &study.searched(),
        seed: study.file.seed,
        designs: outcome.rows.len(),
        feasible: judged.filter(|judged| judged.feasible()).count(),
        failed: outcome
            .rows
            .iter()
            .filter(|row| !row.failed.is_empty())
            .count(),
        front: outcome.found.front.len(),
        ended: ended(outcome.found.ended),
        inputs: study.inputs.iter().chain(inputs).collect(),
    };
    Staged::put(&folder.join("study.toml"), study.text.as_bytes())?;
    let mut text = serde_json::to_vec_pretty(&about).unwrap_or_default();
    text.push(b'\n');
    Staged::put(&folder.join("optimise.json"), &text)
}

/// Designs as CSV.
fn rows(study: &Study, outcome: &Outcome, designs: &[usize]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut head = vec!["design".to_owned()];
    head.extend(study.axes().map(str::to_owned));
    head.extend(outcome.figures.iter().map(Figure::name));
    head.extend(["violation", "feasible", "front", "failed"].map(str::to_owned));
    // Writing to memory does not fail.
    let _ = writer.write_record(&head);
    let number = |value: f64| {
        if value.is_finite() {
            value.to_string()
        } else {
            String::new()
        }
    };
    for &design in designs {
        let (row, found) = (&outcome.rows[design], &outcome.found.designs[design]);
        let mut cells = vec![design.to_string()];
        cells.extend(
            choices(study, &found.genes)
                .iter()
                .map(|choice| choice.cell.to_string()),
        );
        cells.extend(
            row.outputs[found.genes.len()..]
                .iter()
                .map(|value| number(*value)),
        );
        cells.push(number(found.judged.violation));
        cells.push(u8::from(found.judged.feasible()).to_string());
        cells.push(u8::from(outcome.found.front.contains(&design)).to_string());
        cells.push(row.failed.clone());
        let _ = writer.write_record(&cells);
    }
    writer.into_inner().unwrap_or_default()
}
