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
    ("energy_mwh", "facility", 15.731054006624376),
    ("energy_mwh", "it", 12.666566382086353),
    ("energy_mwh", "server_fans", 1.7457100737762479),
    ("energy_mwh", "psu_losses", 0.5233764211974679),
    ("energy_mwh", "electrical_losses", 0.49179397937923025),
    ("energy_mwh", "cooling", 2.5726936451587936),
    ("energy_mwh", "chillers", 1.5887170192320321),
    ("peak_kw", "facility", 283.76469201814234),
    ("water_m3", "makeup", 43.22936641361198),
    ("carbon_t", "operational", 4.923819904073429),
    ("thermal", "max_chip_c", 77.1887374531506),
    ("thermal", "throttled_gpu_hours", 0.0),
    ("jobs", "completed", 838.0),
];

const AIR_COOLED_PROFILE: &Expected = &[
    ("energy_mwh", "facility", 7.771206179350339),
    ("energy_mwh", "it", 5.427),
    ("energy_mwh", "server_fans", 0.4730871582100593),
    ("energy_mwh", "psu_losses", 0.2647999084179693),
    ("energy_mwh", "electrical_losses", 0.3877578135350476),
    ("energy_mwh", "cooling", 1.6684483658152907),
    ("energy_mwh", "chillers", 1.4479822487502634),
    ("peak_kw", "facility", 131.15579727891594),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.670809328560323),
    ("thermal", "max_chip_c", 66.77308973108367),
    ("thermal", "throttled_gpu_hours", 0.0),
];

const TANK_DRY_JOBS: &Expected = &[
    ("energy_mwh", "facility", 12.459047948198647),
    ("energy_mwh", "it", 11.465871415792535),
    ("energy_mwh", "server_fans", 0.0),
    ("energy_mwh", "psu_losses", 0.49350286203170873),
    ("energy_mwh", "electrical_losses", 0.37732768081341816),
    ("energy_mwh", "cooling", 0.6158488515926939),
    ("peak_kw", "facility", 204.57763848159223),
    ("water_m3", "makeup", 0.0),
    ("carbon_t", "operational", 1.4950857537838376),
    ("thermal", "max_chip_c", 86.57142422147052),
    ("thermal", "throttled_gpu_hours", 10.210463187285985),
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
