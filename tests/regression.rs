//! The main figures of four small scenarios, pinned: a change here is a change of the program's results.
//!
//! To update them deliberately: understand why they moved and explain it in the commit, run
//! `cargo test --test regression`, and copy the table that a failing test prints over the one below. A move of less
//! than 1e-9 (another order of sums, another processor's logarithm) is none.

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::metrics::Summary;
use coldaisle::scenario::{load, resolve};
use coldaisle::study::{Progress, simulate};

type Expected = [(&'static str, &'static str, f64)];

const AIR_CHILLERS: &Expected = &[
    ("energy_mwh", "facility", 14.224052732416988),
    ("energy_mwh", "it", 11.674030547556775),
    ("energy_mwh", "server_fans", 1.4318844420177677),
    ("energy_mwh", "psu_losses", 0.6261213947557472),
    ("energy_mwh", "electrical_losses", 0.4647032124386687),
    ("energy_mwh", "cooling", 2.085318972421542),
    ("energy_mwh", "chillers", 1.2188812722054665),
    ("peak_kw", "facility", 260.6504683294002),
    ("water_m3", "makeup", 33.199119427620865),
    ("carbon_t", "operational", 4.452128505246518),
    ("thermal", "max_chip_c", 65.7672659559997),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 836.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 7.3274234279987525),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.42533059614158597),
    ("energy_mwh", "psu_losses", 0.33314416430440374),
    ("energy_mwh", "electrical_losses", 0.3838143018830711),
    ("energy_mwh", "cooling", 1.2286091261156813),
    ("energy_mwh", "chillers", 1.017184286821029),
    ("peak_kw", "facility", 123.59330012803947),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.575396037019732),
    ("thermal", "max_chip_c", 59.07896198137695),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.217951924373425),
    ("energy_mwh", "it", 11.268715677103808),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.6103983367104746),
    ("energy_mwh", "electrical_losses", 0.37092614734696094),
    ("energy_mwh", "cooling", 0.5783100999226567),
    ("peak_kw", "facility", 196.9436084902833),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.4661542309248112),
    ("thermal", "max_chip_c", 87.0),
    ("thermal", "throttled_gpu_hours", 2317.3333333333335),
    ("jobs", "completed", 1149.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.972255123361272),
    ("energy_mwh", "it", 8.680310858885868),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3914095793262202),
    ("energy_mwh", "electrical_losses", 0.08214065003671106),
    ("energy_mwh", "cooling", 0.20980361443869233),
    ("peak_kw", "facility", 124.69633161723654),
    ("water_m3", "makeup", 13.58138853672841),
    ("carbon_t", "operational", 4.225932163103159),
    ("thermal", "max_chip_c", 75.08865497458316),
    ("thermal", "throttled_gpu_hours", 0.0),
];

/// Figures worth pinning, where a run has them.
const PINNED: [(&str, &str); 13] = [
    ("energy_mwh", "facility"),
    ("energy_mwh", "it"),
    ("energy_mwh", "server_fans"),
    ("energy_mwh", "psu_losses"),
    ("energy_mwh", "electrical_losses"),
    ("energy_mwh", "cooling"),
    ("energy_mwh", "chillers"),
    ("peak_kw", "facility"),
    ("water_m3", "makeup"),
    ("carbon_t", "operational"),
    ("thermal", "max_chip_c"),
    ("thermal", "throttled_gpu_hours"),
    ("jobs", "completed"),
];

fn run(name: &str) -> Summary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let loaded = load(&folder.join(format!("{name}.toml")), &[]).unwrap();
    let resolved = resolve(&loaded).unwrap();
    simulate(resolved, &mut (), &Progress::hidden()).unwrap().0
}

fn check(name: &str, expected: &Expected) {
    let summary = run(name);
    let all: Vec<_> = summary.figures().collect();
    let found: Vec<_> = PINNED
        .iter()
        .filter_map(|pin| all.iter().find(|(group, key, _)| pin == &(*group, *key)))
        .collect();
    let same = expected.iter().all(|(group, key, value)| {
        let found = found
            .iter()
            .find(|found| (found.0, found.1) == (*group, *key));
        found.is_some_and(|found| (found.2 - value).abs() <= 1e-9 * value.abs())
    });
    let mut table = String::new();
    for (group, key, value) in found {
        writeln!(table, "    (\"{group}\", \"{key}\", {value:?}),").unwrap();
    }
    assert!(
        same,
        "{name} has moved; expected {expected:#?}, now\n{table}"
    );
}

#[test]
fn regress_jobs_in_chilled_air() {
    check("air-chillers", AIR_CHILLERS);
}

#[test]
fn regress_a_measured_load_over_air_cooled_chillers() {
    check("air-cooled-profile", AIR_COOLED_PROFILE);
}

#[test]
fn regress_jobs_in_tanks_over_dry_coolers() {
    check("tank-dry-jobs", TANK_DRY_JOBS);
}

#[test]
fn regress_a_constant_load_in_tanks_over_towers() {
    check("tank-tower", TANK_TOWER);
}
