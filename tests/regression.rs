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
    ("energy_mwh", "facility", 14.055777299661358),
    ("energy_mwh", "it", 11.561461979919093),
    ("energy_mwh", "server_fans", 1.3241655003360449),
    ("energy_mwh", "psu_losses", 0.6233626985362238),
    ("energy_mwh", "electrical_losses", 0.459956638549416),
    ("energy_mwh", "cooling", 2.03435868119285),
    ("energy_mwh", "chillers", 1.204709359713384),
    ("peak_kw", "facility", 257.65003985161496),
    ("water_m3", "makeup", 36.14911738613395),
    ("carbon_t", "operational", 4.399458294794005),
    ("thermal", "max_chip_c", 65.79457857520484),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 836.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 7.3196943137862505),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.41123220896680407),
    ("energy_mwh", "psu_losses", 0.33314416092652777),
    ("energy_mwh", "electrical_losses", 0.3833714964982745),
    ("energy_mwh", "cooling", 1.221322817287976),
    ("energy_mwh", "chillers", 1.016063428491817),
    ("peak_kw", "facility", 123.45804510843304),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 2.700967201787126),
    ("thermal", "max_chip_c", 59.275270283134105),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.157176477791845),
    ("energy_mwh", "it", 11.214519495706194),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.6091855635113704),
    ("energy_mwh", "electrical_losses", 0.36912140568048285),
    ("energy_mwh", "cooling", 0.57353557640517),
    ("peak_kw", "facility", 196.14360473301278),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.4588611773350215),
    ("thermal", "max_chip_c", 87.0),
    ("thermal", "throttled_gpu_hours", 2590.0),
    ("jobs", "completed", 1134.0),
];

const TANK_TOWER: &Expected = &[
    ("energy_mwh", "facility", 8.971841320790952),
    ("energy_mwh", "it", 8.680310858885868),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.3914095793262202),
    ("energy_mwh", "electrical_losses", 0.08213812166427549),
    ("energy_mwh", "cooling", 0.20939234024080883),
    ("peak_kw", "facility", 124.6932108529945),
    ("water_m3", "makeup", 12.279238287653376),
    ("carbon_t", "operational", 4.225737262092539),
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
