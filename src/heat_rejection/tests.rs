//! Laws of all plants, and comparisons with other programs.

mod design;
mod laws;
mod machines;
mod recirculation;
mod registry;
mod staging;
mod trim;
mod val_energyplus;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Outdoors;
use super::chiller::ChillerCurves;
use super::dry_cooler::cooler::DryCoolerEntry;
use super::tower::cell::TowerEntry;
use super::tower::correlation::Correlation;
use crate::physics::psychrometrics::{MoistAir, saturation};

fn towers() -> BTreeMap<String, TowerEntry> {
    toml::from_str(include_str!("../../assets/catalogue/towers.toml")).unwrap()
}

fn coolers() -> BTreeMap<String, DryCoolerEntry> {
    toml::from_str(include_str!("../../assets/catalogue/dry_coolers.toml")).unwrap()
}

fn correlation() -> Correlation {
    towers()["york-calc"].correlation.clone()
}

fn chillers() -> BTreeMap<String, ChillerCurves> {
    toml::from_str(include_str!("../../assets/catalogue/chillers.toml")).unwrap()
}

/// This air at noon of 18 June.
fn midsummer(air: MoistAir) -> Outdoors {
    Outdoors {
        air,
        hour_of_year: 4044.0,
    }
}

/// The number of cases in `PROPTEST_CASES`, or the default.
fn cases(usual: u32) -> ProptestConfig {
    let given = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig::with_cases(given.and_then(|n| n.parse().ok()).unwrap_or(usual))
}

/// Air at a humidity ratio; the wet bulb is where saturated air has the same enthalpy, near enough for laws.
fn air(dry_bulb_c: f64, relative: f64, pressure_pa: f64) -> MoistAir {
    let w = |t: f64, r: f64| {
        let p = r * saturation(t).0;
        0.621945 * p / (pressure_pa - p)
    };
    let h = |t: f64, w: f64| 1.006 * t + w * (2501.0 + 1.86 * t);
    let humidity_ratio = w(dry_bulb_c, relative);
    let wanted = h(dry_bulb_c, humidity_ratio);
    let (mut low, mut high) = (-60.0, dry_bulb_c);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if h(middle, w(middle, 1.0)) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    MoistAir {
        dry_bulb_c,
        wet_bulb_c: high,
        humidity_ratio,
        pressure_pa,
    }
}

prop_compose! {
    fn weather()(db in -40.0..55.0f64, rh in 0.02..1.0f64, p in 75e3..103e3f64) -> MoistAir {
        air(db, rh, p)
    }
}
