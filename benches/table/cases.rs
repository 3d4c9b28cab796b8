//! The rows of the table: what is run, and what is to be reached.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde_json::Value;

use crate::measure::FRONTIER;

/// In which unit a row is told.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    /// Processor seconds.
    Seconds,
    /// Processor milliseconds.
    Milliseconds,
    /// So many a second of one core.
    PerSecond,
}

/// A row: a command, its time less another's, over what it made.
pub(crate) struct Case {
    /// Its name in files.
    pub(crate) key: &'static str,
    /// Its name in the table, with the unit where that is not seconds.
    pub(crate) what: String,
    /// Arguments of `coldaisle`.
    pub(crate) command: Vec<String>,
    /// What is subtracted: the same with less to do.
    pub(crate) less: Option<Vec<String>>,
    /// Over how many the rest is shared.
    pub(crate) over: f64,
    pub(crate) unit: Unit,
    /// In `unit`, on the machine of reference.
    pub(crate) to_reach: Option<f64>,
    /// A version without it refuses the command (exit status 2), and the row is left out.
    pub(crate) may_lack: bool,
}

/// Scenarios of 512 racks and 16,384 GPUs with jobs, by what cools them.
pub(crate) const PLANTS: [&str; 5] = ["air", "rear-door", "cold-plate", "immersion", "two-phase"];

/// A year of 512 racks with jobs, all results written.
pub(crate) fn year(plant: &str, step_s: u32) -> Vec<String> {
    let step = format!("run.step_s={step_s}");
    run(&format!("scenarios/phoenix-{plant}.toml"), &[&step])
}

/// Eight runs of 60 days that have nothing to do with one another.
pub(crate) fn independent() -> Vec<String> {
    seeds("immersion", 8, &["run.days=60"])
}

/// A scenario that replays 2,000 jobs a day from a file of its own, written into `folder`.
pub(crate) fn trace(folder: &Path, days: u32) -> std::io::Result<String> {
    let (jobs, scenario) = (format!("jobs-{days}.csv"), format!("trace-{days}.toml"));
    // Row by row: what this program holds would count as memory of the processes that it starts.
    let mut rows = BufWriter::new(File::create(folder.join(&jobs))?);
    writeln!(rows, "submit_s,gpus,run_s")?;
    let mut random = 1_u64;
    let mut share = || {
        random = random
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        ((random >> 11) as f64 / (1_u64 << 53) as f64).max(1e-9)
    };
    for job in 0..days * 2000 {
        // 1 to 32 GPUs, small ones most often, for 68 minutes on average: 60 % of the hall's.
        let gpus = 1 << (6.0 * share().powi(2)) as u32;
        let (submit_s, run_s) = (43.2 * f64::from(job), 60.0 - 4000.0 * share().ln());
        writeln!(rows, "{submit_s:.0},{gpus},{run_s:.0}")?;
    }
    rows.flush()?;
    let text = format!(
        r#"name = "trace"
[run]
days = {days}
step_s = 300
record_s = 3600
[site]
climate = "dulles"
[[hall]]
name = "hall"
server = "hgx-h100"
racks = 32
servers_per_rack = 4
[hall.cooling.direct_water]
[heat_rejection.tower]
setpoint_c = 30
[workload.trace.jobs]
file = "{jobs}"
"#
    );
    let scenario = folder.join(scenario);
    std::fs::write(&scenario, text)?;
    Ok(scenario.display().to_string())
}

/// All rows; files that they need are written into `folder`.
pub(crate) fn all(folder: &Path) -> std::io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (plant, key, to_reach) in [
        ("air", "year_60s_air", Some(1.0)),
        ("rear-door", "year_60s_rear_door", None),
        ("cold-plate", "year_60s_cold_plate", Some(1.3)),
        ("immersion", "year_60s_immersion", Some(1.0)),
        ("two-phase", "year_60s_two_phase", Some(1.3)),
    ] {
        let what = format!("year, 512 racks, 60 s: {plant}");
        cases.push(Case {
            to_reach,
            ..Case::new(key, what, year(plant, 60))
        });
    }
    for (plant, key) in [
        ("air", "year_900s_air"),
        ("cold-plate", "year_900s_cold_plate"),
        ("immersion", "year_900s_immersion"),
        ("two-phase", "year_900s_two_phase"),
    ] {
        let what = format!("  the same at 900 s: {plant}");
        cases.push(Case {
            to_reach: Some(0.45),
            ..Case::new(key, what, year(plant, 900))
        });
    }
    let many = ["hall.0.racks=20000", "run.days=10"];
    cases.push(Case {
        to_reach: Some(1.2),
        ..Case::new(
            "racks_20000",
            "20,000 racks, 10 days, 60 s".into(),
            run("scenarios/phoenix-immersion.toml", &many),
        )
    });
    cases.push(Case {
        unit: Unit::Milliseconds,
        ..Case::new(
            "frontier_day",
            "day of Frontier, 15 s, ms".into(),
            run("scenarios/validation/raps_frontier_random.toml", &[]),
        )
    });
    let days = |days: u32| vec![FRONTIER.to_owned(), days.to_string()];
    cases.push(Case {
        less: Some(days(1)),
        over: 20.0,
        unit: Unit::Milliseconds,
        to_reach: Some(12.0),
        ..Case::new(
            "frontier_day_again",
            "  the next ones of a process, ms".into(),
            days(21),
        )
    });
    let tower = run("scenarios/validation/energyplus_tower27_const.toml", &[]);
    cases.push(Case::new(
        "tower_year",
        "year of a tower alone, 900 s".into(),
        tower,
    ));
    for (plant, key) in [
        ("air", "hourly_air"),
        ("cold-plate", "hourly_cold_plate"),
        ("immersion", "hourly_immersion"),
        ("two-phase", "hourly_two_phase"),
    ] {
        cases.push(hourly(
            key,
            format!("plant-years, 1 h, per s: {plant}"),
            plant,
            150.0,
            &[],
        ));
    }
    // Ten times as long a log must not need more memory.
    for (days, key) in [(30, "trace_30_days"), (300, "trace_300_days")] {
        let what = format!("log of {} thousand jobs, {days} days", 2 * days);
        let scenario = trace(folder, days)?;
        cases.push(Case::new(key, what, run(&scenario, &[])));
    }
    cases.push(Case {
        may_lack: true,
        ..hourly(
            "hourly_surface",
            "  by surface: air".into(),
            "air",
            1500.0,
            &[SURFACE],
        )
    });
    cases.extend(studies(folder)?);
    Ok(cases)
}

/// Years of a study, in one process.
fn studies(folder: &Path) -> std::io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (key, what, plant, most, sets) in [
        (
            "study_jobs",
            "years of a study per s: jobs, 900 s, air",
            "air",
            10,
            &STUDY_JOBS[..],
        ),
        (
            "study_surface",
            "  by surface, over prices",
            "air",
            2000,
            &STUDY_SURFACE[..],
        ),
    ] {
        let prices = |count: usize| study(folder, (key, plant), count, sets);
        cases.push(Case {
            less: Some(prices(2)?),
            over: (most - 2) as f64,
            unit: Unit::PerSecond,
            may_lack: true,
            ..Case::new(key, what.into(), prices(most)?)
        });
    }
    Ok(cases)
}

const STUDY_JOBS: [&str; 1] = ["run.step_s = 900"];
const STUDY_SURFACE: [&str; 6] = [
    "hall.0.racks = 1",
    "run.step_s = 3600",
    "run.record_s = 3600",
    "run.plant = \"surface\"",
    "workload = { constant = { utilisation = 0.8 } }",
    "name = \"surface\"",
];

/// A study of a year under so many prices, written into `folder`.
fn study(
    folder: &Path,
    (key, plant): (&str, &str),
    prices: usize,
    sets: &[&str],
) -> std::io::Result<Vec<String>> {
    let here = env!("CARGO_MANIFEST_DIR");
    let values: Vec<String> = (0..prices).map(|price| format!("{price}")).collect();
    let text = format!(
        "name = \"{key}\"\nscenario = \"{here}/scenarios/phoenix-{plant}.toml\"\noutputs = [\"cost_usd.total\"]\n\
         [set]\n{}\n[[vary]]\nkey = \"site.price_usd_mwh\"\nover.values = [{}]\n",
        sets.join("\n"),
        values.join(", ")
    );
    let file = folder.join(format!("{key}-{prices}.toml"));
    std::fs::write(&file, text)?;
    Ok(with_sets(&["sweep", &file.display().to_string()], &[]))
}

/// The key that asks for the plant as a surface over load and weather.
const SURFACE: &str = "run.plant=\"surface\"";

/// Years of one rack's load on one plant at steps of an hour, in one process: what 40 more of them cost.
fn hourly(key: &'static str, what: String, plant: &str, to_reach: f64, more: &[&str]) -> Case {
    const LEAST: u32 = 2;
    const MORE: u32 = 40;
    let one = [
        "hall.0.racks=1",
        "run.step_s=3600",
        "run.record_s=3600",
        "workload={constant={utilisation=0.8}}",
    ];
    let sets = [&one, more].concat();
    Case {
        less: Some(seeds(plant, LEAST, &sets)),
        over: f64::from(MORE),
        unit: Unit::PerSecond,
        to_reach: Some(to_reach),
        ..Case::new(key, what, seeds(plant, LEAST + MORE, &sets))
    }
}

impl Case {
    fn new(key: &'static str, what: String, command: Vec<String>) -> Self {
        Self {
            key,
            what,
            command,
            less: None,
            over: 1.0,
            unit: Unit::Seconds,
            to_reach: None,
            may_lack: false,
        }
    }
}

fn run(scenario: &str, sets: &[&str]) -> Vec<String> {
    with_sets(&["run", scenario], sets)
}

fn seeds(plant: &str, seeds: u32, sets: &[&str]) -> Vec<String> {
    let (scenario, seeds) = (format!("scenarios/phoenix-{plant}.toml"), seeds.to_string());
    with_sets(&["compare", &scenario, "--seeds", &seeds], sets)
}

fn with_sets(command: &[&str], sets: &[&str]) -> Vec<String> {
    let mut arguments: Vec<String> = command.iter().map(ToString::to_string).collect();
    for set in sets {
        arguments.extend(["--set".into(), (*set).into()]);
    }
    arguments.push("--quiet".into());
    arguments
}

/// A figure of `summary.json` whose answer must not depend on the step.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    path: &'static str,
    /// Percent, or K of a temperature.
    bound: f64,
    kelvin: bool,
}

const fn percent(name: &'static str, path: &'static str, bound: f64) -> Figure {
    Figure {
        name,
        path,
        bound,
        kelvin: false,
    }
}

pub(crate) const FIGURES: [Figure; 7] = [
    percent("energy", "/energy_mwh/facility", 0.05),
    percent("water", "/water_m3/makeup", 0.05),
    percent("cost", "/cost_usd/total", 0.05),
    percent("peak", "/peak_kw/facility", 0.2),
    Figure {
        kelvin: true,
        ..percent("chip", "/thermal/max_chip_c", 0.2)
    },
    percent("mean wait", "/jobs/wait_s/mean", 0.1),
    percent("GPU-hours", "/jobs/gpu_hours", 0.1),
];

impl Figure {
    /// What it may differ by.
    pub(crate) fn bound_text(&self) -> String {
        format!("{} {}", self.bound, if self.kelvin { "K" } else { "%" })
    }

    /// How far `other` is from `one`; a dash where there is no such figure.
    pub(crate) fn difference(&self, one: &Value, other: &Value) -> String {
        let of = |summary: &Value| summary.pointer(self.path).and_then(Value::as_f64);
        match (of(one), of(other)) {
            (Some(one), Some(other)) if self.kelvin => format!("{:+.2} K", other - one),
            (Some(one), Some(other)) if one != 0.0 => {
                format!("{:+.2} %", 100.0 * (other / one - 1.0))
            }
            _ => "–".into(),
        }
    }
}
