//! Traces through the engine: what the file holds is what the run counts.

use std::path::Path;

use coldaisle::scenario::{load, resolve};

use crate::plant_run::run;
use crate::table::{Evidence, Row};

const SCENARIO: &str = "name = 'azure'\nit = []\n[run]\ndays = 1\nstep_s = 60\n[site]\nclimate = 'dulles'\n\
    [[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 3\nservers_per_rack = 4\n\
    [hall.cooling.air]\n[heat_rejection.water_cooled_chiller]\n\
    [workload.trace.azure]\ngpus = 64\nprefill_tokens_per_gpu_s = 4000\ndecode_tokens_per_gpu_s = 400\n";

/// Requests and tokens of Azure's hour of code completion: a plain sum of the columns against the program's totals
/// given, and what the run delivered.
pub(crate) fn azure(data: &Path) -> Vec<Row> {
    let file = data.join("data/traces/azure/AzureLLMInferenceTrace_code.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    let sum = |column: usize| -> f64 {
        let cells = text.lines().skip(1).map(|line| line.split(',').nth(column));
        let counts = cells.map(|cell| cell.unwrap().trim().parse::<u64>().unwrap());
        counts.sum::<u64>() as f64
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("azure.toml");
    let scenario = format!("{SCENARIO}file = '{}'\n", file.display());
    std::fs::write(&path, scenario).unwrap();
    let reported = resolve(&load(&path, &[]).unwrap()).unwrap().description;
    // "19366 rows = 8819 requests given + …", "tokens given: 1 read, 2 generated; …"
    let number = |before: &str| -> f64 {
        let line = reported
            .iter()
            .find(|(_, line)| line.contains(before))
            .unwrap();
        let head = line.1.split(before).next().unwrap().trim();
        head.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let summary = run(&path, &[], |_| ());
    let row = |quantity: &str, unit| {
        Row::new("Azure LLM trace 2023, code", quantity, unit)
            .digits(9)
            .evidence(Evidence::Replayed)
            .percent(1e-9)
    };
    vec![
        row("requests", "requests")
            .theirs(text.lines().skip(1).count() as f64)
            .ours(number(" requests given")),
        row("context tokens", "tokens")
            .theirs(sum(1))
            .ours(number(" read, ")),
        row("tokens generated", "tokens")
            .theirs(sum(2))
            .ours(summary.jobs.tokens.unwrap()),
    ]
}
