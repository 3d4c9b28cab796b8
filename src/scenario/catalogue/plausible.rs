//! What a user's entry must hold beyond the types of its keys: ranges that keep arithmetic sound and catch factors of a
//! thousand, and names that exist.

use toml::{Table, Value};

use super::Catalogue;
use super::kind::Kind;
use super::own::Fault;
use crate::scenario::error::suggest;

/// Kind, key (`*` stands for any), lowest and highest figure that is taken.
const RANGES: &[(Kind, &str, f64, f64)] = &[
    (Kind::Accelerators, "tdp_w", 1.0, 20e3),
    (Kind::Accelerators, "idle_w", 0.1, 10e3),
    (Kind::Accelerators, "memory_gb", 0.1, 1e5),
    (Kind::Accelerators, "bandwidth_tb_s", 1e-4, 1e4),
    (Kind::Accelerators, "bf16_tflops", 1e-3, 1e6),
    (Kind::Accelerators, "fp8_tflops", 1e-3, 1e7),
    (Kind::Accelerators, "tf32_tflops", 1e-3, 1e6),
    (Kind::Accelerators, "leakage_share", 0.0, 0.6),
    (Kind::Accelerators, "slowdown_c", 40.0, 125.0),
    (Kind::Accelerators, "scale_up_domain", 1.0, 1e6),
    (Kind::Accelerators, "link_gb_s", 1e-3, 1e6),
    (Kind::Accelerators, "network_gbit_s", 1e-3, 1e6),
    (Kind::Accelerators, "software.fp8_gain", 0.1, 10.0),
    (Kind::Servers, "accelerators", 1.0, 1024.0),
    (Kind::Servers, "rated_w", 10.0, 1e6),
    (Kind::Servers, "host_idle_w", 0.0, 1e6),
    (Kind::Servers, "host_busy_w", 0.0, 1e6),
    (Kind::Servers, "psus", 1.0, 1000.0),
    (Kind::Servers, "psu_rated_w", 10.0, 1e6),
    (Kind::Servers, "mass_j_k", 1e2, 1e8),
    (Kind::Servers, "*.fan_max_w", 0.1, 1e5),
    (Kind::Servers, "*.fan_max_m3_s", 1e-4, 100.0),
    (Kind::Servers, "*.fan_min_speed", 0.01, 1.0),
    (Kind::Servers, "air.fan_from_c", 0.0, 120.0),
    (Kind::Servers, "air.fan_band_k", 0.1, 100.0),
    (Kind::Servers, "*.fixed_k_w", 1e-4, 10.0),
    (Kind::Servers, "*.flow_k_w", 1e-4, 10.0),
    (Kind::Servers, "*.resistance_k_w", 1e-4, 10.0),
    (Kind::Servers, "two_phase.boiler_cm2", 0.1, 1e4),
    (Kind::Servers, "two_phase.enhancement", 0.5, 20.0),
    (Kind::Psus, "rated_w", 1.0, 1e7),
    (Kind::Psus, "efficiency.stage.offset_w", 0.0, 1e6),
    (Kind::Psus, "efficiency.stage.efficiency", 0.3, 1.0),
    (Kind::Rectifiers, "rated_w", 1.0, 1e7),
    (Kind::Rectifiers, "efficiency.stage.offset_w", 0.0, 1e6),
    (Kind::Rectifiers, "efficiency.stage.efficiency", 0.3, 1.0),
    (Kind::Ups, "no_load", 0.0, 0.2),
    (Kind::Ups, "proportional", 0.0, 0.5),
    (Kind::Ups, "square", 0.0, 0.5),
    (Kind::Transformers, "no_load", 0.0, 0.2),
    (Kind::Transformers, "proportional", 0.0, 0.5),
    (Kind::Transformers, "square", 0.0, 0.5),
    (Kind::Pdus, "no_load", 0.0, 0.2),
    (Kind::Pdus, "proportional", 0.0, 0.5),
    (Kind::Pdus, "square", 0.0, 0.5),
    (Kind::Chillers, "reference_cop", 0.5, 30.0),
    (Kind::Chillers, "min_part_load", 0.0, 0.9),
    (Kind::Chillers, "min_unloading", 0.0, 1.0),
    (Kind::Fluids, "temp_c", -100.0, 300.0),
    (Kind::Fluids, "density_kg_m3", 0.01, 5e3),
    (Kind::Fluids, "cp_j_kgk", 100.0, 1e4),
    (Kind::Fluids, "viscosity_pa_s", 1e-6, 10.0),
    (Kind::Fluids, "conductivity_w_mk", 1e-3, 10.0),
    (Kind::Fluids, "boiling.boiling_c", 20.0, 90.0),
    (Kind::Fluids, "boiling.latent_j_kg", 1e4, 3e6),
    (Kind::Fluids, "boiling.liquid_kg_m3", 100.0, 5e3),
    (Kind::Fluids, "boiling.vapour_kg_m3", 0.1, 200.0),
    (Kind::Fluids, "boiling.surface_tension_n_m", 1e-4, 0.1),
    (Kind::Fluids, "boiling.molar_kg_kmol", 10.0, 2e3),
    (Kind::Fluids, "boiling.critical_pa", 2e5, 3e7),
    (Kind::Grids, "carbon_g_kwh", 0.0, 3e3),
    (Kind::Grids, "water_l_kwh", 1e-3, 100.0),
    (Kind::Devices, "j_per_token", 1e-9, 1e6),
    (Kind::Devices, "tokens_s", 1e-6, 1e9),
    (Kind::Climates, "latitude_deg", -90.0, 90.0),
    (Kind::Climates, "longitude_deg", -180.0, 180.0),
    (Kind::Climates, "utc_offset_h", -12.0, 14.0),
    (Kind::Climates, "elevation_m", -430.0, 5100.0),
    (Kind::Climates, "mean_daily_max_c", -60.0, 55.0),
    (Kind::Climates, "mean_daily_min_c", -70.0, 45.0),
    (Kind::Climates, "mean_humidity_percent", 1.0, 100.0),
    (Kind::Climates, "daily_sd_k", 0.0, 20.0),
    (Kind::Climates, "autocorrelation", 0.0, 0.99),
    (Kind::Climates, "dew_point_sd_k", 0.0, 20.0),
    (Kind::Climates, "dew_point_correlation", -1.0, 1.0),
    (Kind::Climates, "record_max_c", -40.0, 60.0),
    (Kind::Climates, "record_min_c", -90.0, 45.0),
    (Kind::Climates, "clear_sky_index", 0.0, 1.2),
    (Kind::Climates, "pressure_sd_pa", 0.0, 5e3),
    (Kind::Climates, "mean_wind_m_s", 0.01, 60.0),
];

/// Whatever else a key means, no figure of a catalogue is larger.
const LARGEST: f64 = 1e16;

/// Ranges, and figures of one entry that contradict each other.
pub(super) fn check(kind: Kind, name: &str, entry: &Table) -> Result<(), Fault> {
    walk(kind, &[kind.name(), name], &[], entry)?;
    let figure = |key: &str| number(entry.get(key)?);
    let not_above = |low: &str, high: &str| match (figure(low), figure(high)) {
        (Some(low_value), Some(high_value)) if low_value > high_value => Err(Fault::new(
            &[kind.name(), name, low],
            format!("{low} = {low_value} lies above {high} = {high_value}"),
            format!("use at most {high_value}"),
        )),
        _ => Ok(()),
    };
    match kind {
        Kind::Accelerators => not_above("idle_w", "tdp_w"),
        Kind::Servers => not_above("host_idle_w", "host_busy_w"),
        Kind::Climates => {
            not_above("record_min_c", "record_max_c")?;
            let (low, high) = ("mean_daily_min_c", "mean_daily_max_c");
            let list = |key: &str| entry.get(key).and_then(Value::as_array);
            if let (Some(lows), Some(highs)) = (list(low), list(high))
                && lows
                    .iter()
                    .zip(highs)
                    .any(|(low, high)| number(low) > number(high))
            {
                let what = format!("a month has its {low} above its {high}");
                let cure = "the two lists run from January to December";
                return Err(Fault::new(&[kind.name(), name, low], what, cure));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Names within entries, once all entries are read, and curves that must stay positive.
pub(super) fn check_names(kind: Kind, name: &str, catalogue: &Catalogue) -> Result<(), Fault> {
    match kind {
        Kind::Servers => {
            let server = &catalogue.servers[name];
            let chips = catalogue.accelerators.keys().map(String::as_str);
            known(kind, name, "accelerator", &server.accelerator, chips)?;
            let psus = catalogue.electrical.psu.keys().map(String::as_str);
            known(kind, name, "psu", &server.psu, psus)?;
            if server.cold_plate.is_some() && server.host_parts.is_none() {
                let what = "a build with cold plates needs host_parts";
                let cure = "add host_parts = { cpu = …, memory = …, network = …, storage = … }, which add up to 1";
                return Err(Fault::new(&[kind.name(), name, "cold_plate"], what, cure));
            }
            Ok(())
        }
        Kind::Chillers => match catalogue.chillers[name].fault() {
            Some((key, what)) => {
                let cure = "the coefficients are those of EnergyPlus's Curve:Biquadratic and Curve:Quadratic, with the \
                            same limits";
                Err(Fault::new(&[kind.name(), name, key], what, cure))
            }
            None => Ok(()),
        },
        Kind::Climates => {
            let grids = catalogue.grids.keys().map(String::as_str);
            known(kind, name, "grid", catalogue.climates[name].grid(), grids)
        }
        _ => Ok(()),
    }
}

fn known<'a>(
    kind: Kind,
    name: &str,
    key: &str,
    given: &str,
    mut names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Fault> {
    if names.clone().any(|known| known == given) {
        return Ok(());
    }
    let what = format!("there is no {key} '{given}' in the catalogue");
    let names: Vec<&str> = names.by_ref().collect();
    Err(Fault::new(
        &[kind.name(), name, key],
        what,
        suggest(given, names),
    ))
}

fn walk(kind: Kind, root: &[&str], at: &[&str], table: &Table) -> Result<(), Fault> {
    for (key, value) in table {
        let path = [at, &[key.as_str()]].concat();
        let list = std::slice::from_ref(value);
        let values = value.as_array().map_or(list, Vec::as_slice);
        if let Value::Table(inner) = value {
            walk(kind, root, &path, inner)?;
        }
        let dotted = path.join(".");
        let (low, high) = range(kind, &dotted).unwrap_or((-LARGEST, LARGEST));
        for figure in values.iter().filter_map(number) {
            // Written so that NaN fails.
            if !(low..=high).contains(&figure) {
                let what = format!("{dotted} = {} is out of range", Value::Float(figure));
                let cure = format!("use {low} to {high}; check the unit and the decimal point");
                return Err(Fault::new(&[root, &path].concat(), what, cure));
            }
        }
    }
    Ok(())
}

/// The figures that a key of a kind may hold.
pub(super) fn range(kind: Kind, key: &str) -> Option<(f64, f64)> {
    let mut ranges = RANGES.iter();
    let found = ranges.find(|(of, pattern, ..)| *of == kind && matches(pattern, key));
    found.map(|&(_, _, low, high)| (low, high))
}

/// Every range's kind and key.
#[cfg(test)]
pub(super) fn ranged() -> impl Iterator<Item = (Kind, &'static str)> {
    RANGES.iter().map(|&(kind, pattern, ..)| (kind, pattern))
}

pub(super) fn matches(pattern: &str, key: &str) -> bool {
    match (pattern.strip_prefix("*."), key.rsplit_once('.')) {
        (Some(last), Some((_, key))) => last == key,
        _ => pattern == key,
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures of entries are small")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(figure) => Some(*figure),
        Value::Integer(figure) => Some(*figure as f64),
        _ => None,
    }
}
