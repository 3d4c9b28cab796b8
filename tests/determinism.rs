//! Same seed, same bytes: whatever the folder, the number of threads, the time of day.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// All kinds of jobs in chilled air; three halls of different servers, so that threads would have work to mix up.
const AIR: &str = r#"
[site]
climate = "chicago"

[[hall]]
name = "north"
server = "hgx-h100"
racks = 4
servers_per_rack = 4
[hall.cooling.air]

[[hall]]
name = "south"
server = "dgx-a100"
racks = 3
servers_per_rack = 4
[hall.cooling.air]

[heat_rejection.water_cooled_chiller]
"#;

const TANKS: &str = r#"
[site]
climate = "san-francisco"

[[hall]]
name = "tanks"
server = "hgx-h100"
racks = 6
servers_per_rack = 4
[hall.cooling.immersion]

[heat_rejection.dry_cooler]
"#;

const JOBS: &str = r"
[workload.pretraining]
models = [{ parameters = 2e9, tokens = 1e9, gpus = 32, mfu = 0.4, repeat = true }]

[workload.inference]
gpus = 16
mean_utilisation = 0.5
tokens_per_gpu_s = 1700

[workload.fine_tuning]
jobs_per_day = 30
gpus = [8, 16]
median_hours = 1.0

[workload.batch]
jobs_per_day = 300
gpus = [1, 2, 4]
median_hours = 0.3
";

const CONSTANT: &str = "[workload.constant]\nutilisation = 0.7\n";

fn scenario(name: &str, plant: &str, work: &str) -> String {
    format!(
        "name = \"{name}\"\n[run]\nstart = \"2026-05-10\"\ndays = 2\nstep_s = 300\nrecord_s = 900\nseed = 5\n\
         {plant}{work}"
    )
}

/// A folder with a scenario in it.
fn lab(text: &str) -> TempDir {
    let lab = tempfile::tempdir().unwrap();
    fs::write(lab.path().join("s.toml"), text).unwrap();
    lab
}

fn start(lab: &Path, threads: &str, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_coldaisle"))
        .args(arguments)
        .current_dir(lab)
        .env("RAYON_NUM_THREADS", threads)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

/// Every file of a result but `run.json`, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .filter(|(name, _)| name != "run.json")
        .collect();
    files.sort();
    files
}

fn same(a: &[(String, Vec<u8>)], b: &[(String, Vec<u8>)]) {
    assert_eq!(a.len(), b.len());
    for ((name, first), (other, second)) in a.iter().zip(b) {
        assert_eq!(name, other);
        assert!(first == second, "{name} differs");
    }
}

fn differs(a: &[(String, Vec<u8>)], b: &[(String, Vec<u8>)], name: &str) {
    let of = |files: &[(String, Vec<u8>)]| files.iter().find(|(n, _)| n == name).unwrap().1.clone();
    assert!(of(a) != of(b), "{name} is the same");
}

/// In two folders, from two paths, with one thread and with four.
#[test]
fn the_same_seed_gives_the_same_bytes_wherever_it_runs() {
    for (name, plant) in [("air", AIR), ("tanks", TANKS)] {
        let text = scenario(name, plant, JOBS);
        for format in ["csv", "parquet"] {
            let (here, there) = (lab(&text), lab(&text));
            start(here.path(), "1", &["run", "s.toml", "--format", format]);
            fs::create_dir(there.path().join("deeper")).unwrap();
            let absolute = there.path().join("s.toml");
            let absolute = absolute.to_str().unwrap();
            let elsewhere = ["run", absolute, "-o", "x/y", "-q", "--format", format];
            start(&there.path().join("deeper"), "4", &elsewhere);
            let first = files(&here.path().join("results").join(name));
            assert!(first.len() == 6 && first.iter().any(|(name, _)| name.starts_with("jobs.")));
            same(&first, &files(&there.path().join("deeper/x/y")));
            // Nothing in them depends on where they were made.
            for (file, bytes) in &first {
                let text = String::from_utf8_lossy(bytes);
                assert!(!text.contains(here.path().to_str().unwrap()), "{file}");
            }
        }
    }
}

#[test]
fn another_seed_gives_other_jobs_and_a_repeated_one_the_same() {
    let lab = lab(&scenario("air", AIR, JOBS));
    for (folder, seed) in [("a", "5"), ("b", "6"), ("c", "6")] {
        start(
            lab.path(),
            "2",
            &["run", "s.toml", "-q", "-o", folder, "--seed", seed],
        );
    }
    let of = |folder: &str| files(&lab.path().join(folder));
    same(&of("b"), &of("c"));
    for file in [
        "jobs.csv",
        "summary.json",
        "timeseries.csv",
        "racks.csv",
        "load_8760.csv",
        "scenario.toml",
    ] {
        differs(&of("a"), &of("b"), file);
    }
    // The scenario's own seed is 5: setting it again changes nothing.
    start(lab.path(), "2", &["run", "s.toml", "-q", "-o", "d"]);
    same(&of("a"), &of("d"));
    let run: serde_json::Value =
        serde_json::from_slice(&fs::read(lab.path().join("b/run.json")).unwrap()).unwrap();
    assert_eq!(run["seed"], 6);
}

#[test]
fn a_comparison_is_the_same_with_any_number_of_threads() {
    let lab = lab("");
    let mut arguments = vec!["compare".to_owned()];
    for (index, (plant, work)) in [
        (AIR, JOBS),
        (TANKS, JOBS),
        (AIR, CONSTANT),
        (TANKS, CONSTANT),
        (AIR, JOBS),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("run-{index}");
        fs::write(lab.path().join(&name), scenario(&name, plant, work)).unwrap();
        arguments.push(name);
    }
    let mut said = Vec::new();
    for threads in ["1", "4"] {
        let file = format!("{threads}.csv");
        let arguments: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain(["-o", &file])
            .collect();
        let output = start(lab.path(), threads, &arguments);
        let text = String::from_utf8(output.stdout).unwrap().replace(&file, "");
        said.push((
            text,
            output.stderr,
            fs::read(lab.path().join(file)).unwrap(),
        ));
    }
    assert!(said[0].2.len() > 1000);
    assert_eq!(said[0], said[1]);
}

/// The energy of a day under constant load moves by less than a thousandth when the step is halved.
#[test]
fn the_step_hardly_matters_under_constant_load() {
    for plant in [AIR, TANKS] {
        let lab = lab(&scenario("steps", plant, CONSTANT));
        let energy_mwh = |step_s: f64| {
            let set = format!("run.step_s={step_s}");
            start(
                lab.path(),
                "2",
                &[
                    "run",
                    "s.toml",
                    "-q",
                    "-o",
                    "out",
                    "--set",
                    &set,
                    "--set",
                    "run.days=1",
                ],
            );
            let summary = fs::read(lab.path().join("out/summary.json")).unwrap();
            let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
            ["facility", "it", "cooling"].map(|key| summary["energy_mwh"][key].as_f64().unwrap())
        };
        for step_s in [900.0, 300.0, 60.0] {
            let (whole, half) = (energy_mwh(step_s), energy_mwh(step_s / 2.0));
            for (whole, half) in whole.into_iter().take(2).zip(half) {
                assert!(
                    (whole / half - 1.0).abs() < 1e-3,
                    "{step_s} s: {whole} and {half} MWh"
                );
            }
            assert!(whole != half, "halving the step changed nothing at all");
        }
    }
}
