//! The main figures of four small scenarios, pinned: a change here is a change of what the program says.
//!
//! To update them deliberately: understand why they moved and say so in the commit, run
//! `cargo test --test regression`, and copy the table that a failing test prints over the one below. A move of less
//! than 1e-9 (another order of sums, another processor's logarithm) is none.

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::metrics::Summary;
use coldaisle::scenario::{load, resolve};
use coldaisle::study::{Progress, simulate};

type Expected = [(&'static str, &'static str, f64)];

const AIR_CHILLERS: &Expected = &[
    ("energy_mwh", "facility", 14.064499414446116),
    ("energy_mwh", "it", 11.564081100192887),
    ("energy_mwh", "server_fans", 1.3243272057520457),
    ("energy_mwh", "psu_losses", 0.6234101189477758),
    ("energy_mwh", "electrical_losses", 0.4600308693125836),
    ("energy_mwh", "cooling", 2.040387444940646),
    ("energy_mwh", "chillers", 1.2051250755974798),
    ("peak_kw", "facility", 257.6973286159706),
    ("water_m3", "makeup", 32.82453465618211),
    ("carbon_t", "operational", 4.402188316721634),
    ("thermal", "max_chip_c", 65.79461878666454),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 836.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 7.319698485865706),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.4114115516798718),
    ("energy_mwh", "psu_losses", 0.333144160934814),
    ("energy_mwh", "electrical_losses", 0.3833715211447951),
    ("energy_mwh", "cooling", 1.2213269647209102),
    ("energy_mwh", "chillers", 1.0160640612565977),
    ("peak_kw", "facility", 123.45806999592418),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 2.700968741284445),
    ("thermal", "max_chip_c", 59.27487005625037),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.217695949906291),
    ("energy_mwh", "it", 11.268715672491702),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.610398336590412),
    ("energy_mwh", "electrical_losses", 0.3709246311450455),
    ("energy_mwh", "cooling", 0.5780556462695456),
    ("peak_kw", "facility", 196.93893218578546),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.4661235139887552),
    ("thermal", "max_chip_c", 87.0),
    ("thermal", "throttled_gpu_hours", 2317.3333333333335),
    ("jobs", "completed", 1149.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.97225025723341),
    ("energy_mwh", "it", 8.680310858885868),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3914095793262202),
    ("energy_mwh", "electrical_losses", 0.08214062030319279),
    ("energy_mwh", "cooling", 0.20979877804434877),
    ("peak_kw", "facility", 124.69626402521118),
    ("water_m3", "makeup", 13.58138853672841),
    ("carbon_t", "operational", 4.225929871156937),
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
