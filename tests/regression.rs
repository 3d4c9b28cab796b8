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
    ("energy_mwh", "facility", 15.730566026166697),
    ("energy_mwh", "it", 12.666567369785158),
    ("energy_mwh", "server_fans", 1.7457094183057391),
    ("energy_mwh", "psu_losses", 0.5233764370411208),
    ("energy_mwh", "electrical_losses", 0.4917901041476364),
    ("energy_mwh", "cooling", 2.5722085522339015),
    ("energy_mwh", "chillers", 1.5882456825419664),
    ("peak_kw", "facility", 283.7646917496576),
    ("water_m3", "makeup", 43.22720898082892),
    ("carbon_t", "operational", 4.923667166190176),
    ("thermal", "max_chip_c", 77.18873744842836),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 838.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 7.771070091691001),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.47277918317759754),
    ("energy_mwh", "psu_losses", 0.2647999084179784),
    ("energy_mwh", "electrical_losses", 0.38775644655313984),
    ("energy_mwh", "cooling", 1.6683136451378613),
    ("energy_mwh", "chillers", 1.4479511356754937),
    ("peak_kw", "facility", 131.1415500452544),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.6707800697135653),
    ("thermal", "max_chip_c", 66.65632645987915),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.459106533449804),
    ("energy_mwh", "it", 11.465887456786618),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.49350317167264474),
    ("energy_mwh", "electrical_losses", 0.3773283531001736),
    ("energy_mwh", "cooling", 0.6158907235630144),
    ("peak_kw", "facility", 204.57763848159223),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.4950927840139765),
    ("thermal", "max_chip_c", 86.57142422490489),
    ("thermal", "throttled_gpu_hours", 10.21046320529575),
    ("jobs", "completed", 1133.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.771801960433852),
    ("energy_mwh", "it", 8.4733576044531),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3137085206549553),
    ("energy_mwh", "electrical_losses", 0.08028212329984072),
    ("energy_mwh", "cooling", 0.21816223268091303),
    ("peak_kw", "facility", 121.93108593833844),
    ("water_m3", "makeup", 13.28752516575804),
    ("carbon_t", "operational", 4.131518723364344),
    ("thermal", "max_chip_c", 71.15118850543017),
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
