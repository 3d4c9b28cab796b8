//! The unit of a key, from its name.
//!
//! ```text
//! supply_c          °C        a temperature         fuel_kg_kwh       kg/kWh
//! approach_k        K         a difference          tokens_per_gpu_s  tokens/(GPU·s)
//! ```

/// Endings of names and their units, longer ones before those that they end in.
const UNITS: &[(&str, &str)] = &[
    ("tokens_per_gpu_s", "tokens/(GPU·s)"),
    ("usd_kw_month", "USD/kW per month"),
    ("usd_kw_year", "USD/kW per year"),
    ("usd_gpu_hour", "USD/GPU-h"),
    ("usd_year", "USD/year"),
    ("usd_t", "USD/t"),
    ("usd", "USD"),
    ("l_min_kw", "L/(min·kW)"),
    ("m3_per_rack", "m³"),
    ("litres_per_kw", "L/kW"),
    ("changes_per_h", "1/h"),
    ("per_day", "1/d"),
    ("per_hour", "1/h"),
    ("mw_per_s", "MW/s"),
    ("per_s", "1/s"),
    ("per_token", "per token"),
    ("usd_mwh", "USD/MWh"),
    ("usd_m3", "USD/m³"),
    ("usd_kg", "USD/kg"),
    ("kg_kwh", "kg/kWh"),
    ("g_kwh", "g/kWh"),
    ("l_kwh", "L/kWh"),
    ("l_kw", "L/kW"),
    ("kg_kw", "kg/kW"),
    ("kj_k_kw", "kJ/(K·kW)"),
    ("g_kg", "g/kg"),
    ("kg_year", "kg/year"),
    ("kj_kg", "kJ/kg"),
    ("j_kgk", "J/(kg·K)"),
    ("w_mk", "W/(m·K)"),
    ("kg_m3", "kg/m³"),
    ("kg_kmol", "kg/kmol"),
    ("kg_s", "kg/s"),
    ("m3_s", "m³/s"),
    ("tb_s", "TB/s"),
    ("gb_s", "GB/s"),
    ("gbit_s", "Gbit/s"),
    ("tokens_s", "tokens/s"),
    ("kw_k", "kW/K"),
    ("w_k", "W/K"),
    ("k_w", "K/W"),
    ("j_k", "J/K"),
    ("j_kg", "J/kg"),
    ("n_m", "N/m"),
    ("m_s", "m/s"),
    ("pa_s", "Pa·s"),
    ("c", "°C"),
    ("k", "K"),
    ("w", "W"),
    ("kw", "kW"),
    ("mw", "MW"),
    ("mwh", "MWh"),
    ("twh", "TWh"),
    ("pa", "Pa"),
    ("kpa", "kPa"),
    ("l", "L"),
    ("m3", "m³"),
    ("m", "m"),
    ("cm2", "cm²"),
    ("kg", "kg"),
    ("gb", "GB"),
    ("tflops", "TFLOP/s"),
    ("flop", "FLOP"),
    ("bytes", "B"),
    ("deg", "°"),
    ("percent", "%"),
    ("ms", "ms"),
    ("s", "s"),
    ("mw_min", "MW/min"),
    ("min", "min"),
    ("minutes", "min"),
    ("h", "h"),
    ("hour", "h"),
    ("gpu_hours", "GPU-h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("tokens", "tokens"),
    ("gpus", "GPUs"),
];

/// Last words of names of figures that count or compare, and have no unit.
const PLAIN: &[&str] = &[
    "burst",
    "concentration",
    "correlation",
    "each",
    "exponent",
    "factor",
    "installed",
    "margin",
    "parameters",
    "priority",
    "ratio",
    "scale",
    "sequences",
    "share",
    "sigma",
    "size",
    "skew",
    "weights",
];

/// A figure without a unit.
pub const NONE: &str = "1";

/// A name before its unit, where `of` finds one; empty where it is nothing but its unit.
pub fn bare(key: &str) -> Option<(&str, &'static str)> {
    UNITS.iter().find_map(|(ending, unit)| {
        let rest = key.strip_suffix(ending)?;
        let bare = if rest.is_empty() {
            rest
        } else {
            rest.strip_suffix('_')?
        };
        Some((bare, *unit))
    })
}

/// The unit of a figure by the name of its key; None where the name gives none.
pub fn of(key: &str) -> Option<&'static str> {
    let ends = |ending: &str| {
        let rest = key.strip_suffix(ending);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    let plain = || PLAIN.iter().any(|word| ends(word)).then_some(NONE);
    bare(key).map(|(_, unit)| unit).or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_unit() {
        for (key, unit) in [
            ("supply_c", Some("°C")),
            ("approach_k", Some("K")),
            ("days", Some("d")),
            ("decode_tokens_per_gpu_s", Some("tokens/(GPU·s)")),
            ("demand_usd_kw_month", Some("USD/kW per month")),
            ("idle_fuel_kg_kwh", Some("kg/kWh")),
            ("plates_kj_k_kw", Some("kJ/(K·kW)")),
            ("dc_ac_ratio", Some(NONE)),
            ("magic", None),
            // No whole word.
            ("acoustic", None),
        ] {
            assert_eq!(of(key), unit, "{key}");
        }
    }

    #[test]
    fn no_ending_hides_a_longer_one() {
        for (at, (ending, _)) in UNITS.iter().enumerate() {
            let first = UNITS.iter().position(|(other, _)| {
                let rest = ending.strip_suffix(other);
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
            });
            assert_eq!(first, Some(at), "{ending}");
        }
    }
}
