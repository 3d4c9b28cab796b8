//! Traces through the engine: what the file holds is what the run counts.

use std::path::Path;

use crate::plant_run::run;
use crate::table::{Evidence, Row};

const SCENARIO: &str = "name = 'azure'\n[run]\ndays = 1\nstep_s = 60\n[site]\nclimate = 'dulles'\n\
    [[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 3\nservers_per_rack = 4\n\
    [hall.cooling.air]\n[heat_rejection.water_cooled_chiller]\n\
    [workload.trace.azure]\ngpus = 64\nprefill_tokens_per_gpu_s = 4000\ndecode_tokens_per_gpu_s = 400\n";

/// Tokens generated in Azure's hour of code completion.
pub(crate) fn azure(data: &Path) -> Vec<Row> {
    let file = data.join("data/traces/azure/AzureLLMInferenceTrace_code.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    let tokens: u64 = text
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().trim())
        .map(|cell| cell.parse::<u64>().unwrap())
        .sum();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("azure.toml");
    let scenario = format!("{SCENARIO}file = '{}'\n", file.display());
    std::fs::write(&path, scenario).unwrap();
    let summary = run(&path, &[], |_| ());
    let row = Row::new("Azure LLM trace 2023, code", "tokens generated", "tokens");
    vec![
        row.theirs(tokens as f64)
            .ours(summary.jobs.tokens.unwrap())
            .digits(9)
            .evidence(Evidence::Replayed)
            .percent(1e-9),
    ]
}
