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
    ("energy_mwh", "facility", 13.424865923584315),
    ("energy_mwh", "it", 10.983333605579798),
    ("energy_mwh", "server_fans", 0.6293228234059141),
    ("energy_mwh", "psu_losses", 0.6091873222898145),
    ("energy_mwh", "electrical_losses", 0.4420800996862584),
    ("energy_mwh", "cooling", 1.9994522183182588),
    ("energy_mwh", "chillers", 1.3091695424704186),
    ("peak_kw", "facility", 246.1755972609564),
    ("water_m3", "makeup", 34.915237938555705),
    ("carbon_t", "operational", 4.2019830340818904),
    ("thermal", "max_chip_c", 70.00000000000001),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 836.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 8.098778326782675),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.19985676731362922),
    ("energy_mwh", "psu_losses", 0.3331442064303139),
    ("energy_mwh", "electrical_losses", 0.384349533515789),
    ("energy_mwh", "cooling", 1.9994287932668855),
    ("energy_mwh", "chillers", 1.8033211862958245),
    ("peak_kw", "facility", 136.26622287783846),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 2.9884492025828067),
    ("thermal", "max_chip_c", 70.00000000000001),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.188575339088317),
    ("energy_mwh", "it", 11.244500201832308),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.6098670330705919),
    ("energy_mwh", "electrical_losses", 0.37016183223375915),
    ("energy_mwh", "cooling", 0.573913305022251),
    ("energy_mwh", "chillers", 0.0),
    ("peak_kw", "facility", 197.61803760317864),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.462629040690598),
    ("thermal", "max_chip_c", 87.0),
    ("thermal", "throttled_gpu_hours", 2725.3333333333335),
    ("jobs", "completed", 1146.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.988315169992356),
    ("energy_mwh", "it", 8.694381661770343),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3917780521499577),
    ("energy_mwh", "electrical_losses", 0.08285473768371245),
    ("energy_mwh", "cooling", 0.211078770538299),
    ("energy_mwh", "chillers", 0.0),
    ("peak_kw", "facility", 124.92480328644311),
    ("water_m3", "makeup", 12.29946714602995),
    ("carbon_t", "operational", 4.233496445066399),
    ("thermal", "max_chip_c", 75.72700482293422),
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
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| {
            (found.0, found.1) == (expected.0, expected.1)
                && (found.2 - expected.2).abs() <= 1e-9 * expected.2.abs()
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
