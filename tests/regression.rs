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
    ("energy_mwh", "facility", 14.218403003316105),
    ("energy_mwh", "it", 11.674030547556775),
    ("energy_mwh", "server_fans", 1.4318844420177677),
    ("energy_mwh", "psu_losses", 0.6261213947557472),
    ("energy_mwh", "electrical_losses", 0.46468597349469143),
    ("energy_mwh", "cooling", 2.0796864822646386),
    ("energy_mwh", "chillers", 1.2188812722054665),
    ("peak_kw", "facility", 260.62425189231504),
    ("water_m3", "makeup", 36.56267813116676),
    ("carbon_t", "operational", 4.450360140037941),
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
    ("carbon_t", "operational", 1.5737351744611268),
    ("thermal", "max_chip_c", 59.27487005625037),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.156022306322157),
    ("energy_mwh", "it", 11.213427693250642),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.6091569443496408),
    ("energy_mwh", "electrical_losses", 0.3690851485421832),
    ("energy_mwh", "cooling", 0.5735094645293336),
    ("peak_kw", "facility", 196.14509451002328),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.458722676758659),
    ("thermal", "max_chip_c", 87.0),
    ("thermal", "throttled_gpu_hours", 2466.6666666666665),
    ("jobs", "completed", 1134.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.971846186917634),
    ("energy_mwh", "it", 8.680310858885868),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3914095793262202),
    ("energy_mwh", "electrical_losses", 0.08213815139644014),
    ("energy_mwh", "cooling", 0.20939717663532617),
    ("peak_kw", "facility", 124.6932784450582),
    ("water_m3", "makeup", 12.279253101193422),
    ("carbon_t", "operational", 4.2257395540382054),
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
