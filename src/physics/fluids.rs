//! Properties of the liquids and gases that carry heat.
//!
//! ```text
//! density, cp, conductivity    linear in temperature between table points
//! viscosity                    ln μ linear in temperature between table points
//! ```
//!
//! Units: kg/m³, J/(kg·K), Pa·s, W/(m·K), °C. Source: the `source` of each entry of `assets/catalogue/fluids.toml`.
//! Valid between the first and the last table point; outside, the end value holds.

use crate::describe::{Fault, InSerde};
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::boiling::Boiling;
use crate::describe::Doubts;

/// Specific heat of liquid water at 25 °C, J/(kg·K); within 0.6 % from 5 to 60 °C.
pub const WATER_CP_J_KGK: f64 = 4181.0;
/// Density of liquid water at 25 °C, kg/m³; within 1.4 % from 5 to 60 °C.
pub const WATER_DENSITY_KG_M3: f64 = 997.1;
/// Water freezes; plants keep a few kelvin away from it: the coldest facility water, °C.
pub const COLDEST_WATER_C: f64 = 3.0;

/// Properties at one temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Properties {
    /// Density, kg/m³.
    pub density_kg_m3: f64,
    /// Specific heat at constant pressure, J/(kg·K).
    pub cp_j_kgk: f64,
    /// Dynamic viscosity, Pa·s.
    pub viscosity_pa_s: f64,
    /// Thermal conductivity, W/(m·K).
    pub conductivity_w_mk: f64,
}

impl Properties {
    /// Heat carried per cubic metre and kelvin, J/(m³·K).
    pub fn volumetric_j_m3k(&self) -> f64 {
        self.density_kg_m3 * self.cp_j_kgk
    }
}

/// A fluid: one entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "Entry")]
#[schemars(with = "Entry")]
pub struct Fluid {
    /// What people call it.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Figures that nobody could confirm: the range that is credible of each, and why.
    pub doubt: Doubts,
    /// What a buyer must know where its maker gave it up.
    pub withdrawn: Option<String>,
    /// Where ice begins to form, °C; none where nobody asks.
    pub freezing_c: Option<f64>,
    /// At its normal boiling point, where it is made to boil.
    pub boiling: Option<Boiling>,
    points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    temp_c: f64,
    density_kg_m3: f64,
    cp_j_kgk: f64,
    ln_viscosity: f64,
    conductivity_w_mk: f64,
}

impl Fluid {
    /// Properties at `temp_c`, held at the ends of the table.
    pub fn at(&self, temp_c: f64) -> Properties {
        let above = self.points.partition_point(|p| p.temp_c < temp_c);
        let high = self.points.get(above).or(self.points.last());
        let low = self.points.get(above.saturating_sub(1)).or(high);
        let (Some(low), Some(high)) = (low, high) else {
            return Properties {
                density_kg_m3: f64::NAN,
                cp_j_kgk: f64::NAN,
                viscosity_pa_s: f64::NAN,
                conductivity_w_mk: f64::NAN,
            }; // an empty table is refused while reading
        };
        let span_k = high.temp_c - low.temp_c;
        let share = if span_k > 0.0 {
            (temp_c - low.temp_c) / span_k
        } else {
            0.0
        };
        let between = |a: f64, b: f64| a + share * (b - a);
        Properties {
            density_kg_m3: between(low.density_kg_m3, high.density_kg_m3),
            cp_j_kgk: between(low.cp_j_kgk, high.cp_j_kgk),
            viscosity_pa_s: between(low.ln_viscosity, high.ln_viscosity).exp(),
            conductivity_w_mk: between(low.conductivity_w_mk, high.conductivity_w_mk),
        }
    }
}

/// The catalogue file: entries by their key.
pub type Fluids = BTreeMap<String, Fluid>;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Full name.
    name: String,
    /// Where the figures come from.
    source: String,
    /// Figures that nobody could confirm: the range that is credible of each, and why.
    #[serde(default)]
    doubt: Doubts,
    /// What a buyer must know where its maker gave it up; scenarios that use it warn with it.
    #[serde(default)]
    withdrawn: Option<String>,
    /// Where ice begins to form, °C; none where nobody asks.
    #[serde(default)]
    #[schemars(range(min = -150.0, max = 100.0))]
    freezing_c: Option<f64>,
    /// At its normal boiling point, where it is made to boil.
    #[serde(default)]
    boiling: Option<Boiling>,
    /// Temperatures of the table, rising, °C; the columns that follow have a value for each.
    #[schemars(inner(range(min = -100.0, max = 300.0)))]
    temp_c: Vec<f64>,
    /// Density, kg/m³.
    #[schemars(inner(range(min = 0.01, max = 5000.0)))]
    density_kg_m3: Vec<f64>,
    /// Specific heat at constant pressure, J/(kg·K).
    #[schemars(inner(range(min = 100.0, max = 10000.0)))]
    cp_j_kgk: Vec<f64>,
    /// Dynamic viscosity, Pa·s.
    #[schemars(inner(range(min = 1e-6, max = 10.0)))]
    viscosity_pa_s: Vec<f64>,
    /// Thermal conductivity, W/(m·K).
    #[schemars(inner(range(min = 0.001, max = 10.0)))]
    conductivity_w_mk: Vec<f64>,
}

impl TryFrom<Entry> for Fluid {
    type Error = InSerde;

    fn try_from(entry: Entry) -> Result<Self, InSerde> {
        let n = entry.temp_c.len();
        if n == 0 {
            return Err(Fault::bare("temp_c must have at least one value").into());
        }
        for (key, column) in [
            ("density_kg_m3", &entry.density_kg_m3),
            ("cp_j_kgk", &entry.cp_j_kgk),
            ("viscosity_pa_s", &entry.viscosity_pa_s),
            ("conductivity_w_mk", &entry.conductivity_w_mk),
        ] {
            if column.len() != n {
                return Err(Fault::bare(format!(
                    "{key} has {} values, temp_c has {n}: they must match",
                    column.len()
                ))
                .into());
            }
            if !column.iter().all(|v| v.is_finite() && *v > 0.0) {
                return Err(Fault::bare(format!("{key} must hold numbers above zero")).into());
            }
        }
        if !entry.temp_c.is_sorted_by(|a, b| a < b) || !entry.temp_c.iter().all(|t| t.is_finite()) {
            return Err(Fault::bare("temp_c must rise from value to value").into());
        }
        let points = entry
            .temp_c
            .iter()
            .zip(&entry.density_kg_m3)
            .zip(&entry.cp_j_kgk)
            .zip(&entry.viscosity_pa_s)
            .zip(&entry.conductivity_w_mk)
            .map(|((((t, d), cp), mu), k)| Point {
                temp_c: *t,
                density_kg_m3: *d,
                cp_j_kgk: *cp,
                ln_viscosity: mu.ln(),
                conductivity_w_mk: *k,
            })
            .collect();
        Ok(Self {
            name: entry.name,
            source: entry.source,
            doubt: entry.doubt,
            withdrawn: entry.withdrawn,
            freezing_c: entry.freezing_c,
            boiling: entry.boiling,
            points,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> Fluids {
        toml::from_str(include_str!("../../assets/catalogue/fluids.toml")).unwrap()
    }

    /// Half way between 20 and 25 °C: density (998.252 + 997.092)/2, viscosity √(1.00157·0.890009) mPa·s.
    #[test]
    fn water_half_way_between_two_points() {
        let p = catalogue()["water"].at(22.5);
        assert!((p.density_kg_m3 - 997.672).abs() < 1e-9);
        assert!((p.cp_j_kgk - 4182.385).abs() < 1e-9);
        assert!((p.viscosity_pa_s - 0.944_143e-3).abs() < 1e-9);
        assert_eq!(catalogue()["water"].at(25.0).cp_j_kgk, 4181.03);
    }

    #[test]
    fn the_ends_hold() {
        let water = &catalogue()["water"];
        assert_eq!(water.at(-40.0), water.at(5.0));
        assert_eq!(water.at(200.0), water.at(60.0));
    }

    #[test]
    fn a_table_that_does_not_match_is_refused() {
        let good = "name = 'x'\nsource = 'y'\ntemp_c = [1, 2]\ndensity_kg_m3 = [1, 1]\ncp_j_kgk = [1, 1]\n\
                    viscosity_pa_s = [1, 1]\nconductivity_w_mk = [1, 1]";
        assert!(toml::from_str::<Fluid>(good).is_ok());
        for (from, to, says) in [
            ("cp_j_kgk = [1, 1]", "cp_j_kgk = [1]", "must match"),
            ("temp_c = [1, 2]", "temp_c = [2, 1]", "must rise"),
            (
                "viscosity_pa_s = [1, 1]",
                "viscosity_pa_s = [1, 0]",
                "above zero",
            ),
            ("source", "sauce", "sauce"),
        ] {
            let error = toml::from_str::<Fluid>(&good.replace(from, to))
                .unwrap_err()
                .to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    proptest! {
        /// Warmer is thinner and lighter, for every fluid of the catalogue.
        #[test]
        fn viscosity_of_liquids_falls_with_temperature(a in -10.0..90.0f64, b in -10.0..90.0f64) {
            let (cold, warm) = (a.min(b), a.max(b));
            for (key, fluid) in &catalogue() {
                let (c, w) = (fluid.at(cold), fluid.at(warm));
                prop_assert!(c.density_kg_m3 >= w.density_kg_m3, "{key}");
                if key != "air" {
                    prop_assert!(c.viscosity_pa_s >= w.viscosity_pa_s, "{key}");
                }
            }
        }
    }

    /// The tables agree with the reference file at its own points, where the entry states that file.
    #[test]
    #[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
    fn val_coolprop_tables_match_the_reference_file() {
        let Ok(root) = std::env::var("COLDAISLE_DATA") else {
            println!("skipped: COLDAISLE_DATA is not set");
            return;
        };
        let text = std::fs::read_to_string(format!("{root}/facts/fluid_properties.csv")).unwrap();
        let catalogue = catalogue();
        let keys = [
            ("Water", "water"),
            ("Air", "air"),
            ("INCOMP::MPG[0.25]", "pg25"),
            ("INCOMP::MPG[0.30]", "pg30"),
            ("INCOMP::MEG[0.30]", "eg30"),
            ("INCOMP::PNF", "mineral-oil"),
            ("INCOMP::TD12", "isoparaffin"),
            ("INCOMP::PMS1", "silicone-oil"),
            ("INCOMP::DSF", "dynalene-sf"),
        ];
        let mut compared = 0;
        for line in text.lines().skip(1) {
            let f: Vec<&str> = line.split(',').collect();
            let Some((_, key)) = keys.iter().find(|(id, _)| *id == f[1]) else {
                continue;
            };
            let number = |i: usize| f[i].parse::<f64>().unwrap();
            let p = catalogue[*key].at(number(2));
            for (ours, theirs) in [
                (p.density_kg_m3, number(4)),
                (p.cp_j_kgk, number(5)),
                (p.viscosity_pa_s, number(6) * 1e-3),
                (p.conductivity_w_mk, number(7)),
            ] {
                assert!((ours / theirs - 1.0).abs() < 1e-9, "{key} {line}");
                compared += 1;
            }
        }
        assert!(compared > 120, "{compared}");
    }
}
