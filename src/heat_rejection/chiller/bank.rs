//! Equal chillers in parallel: how many run, and what they draw together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChillerCurves, Condenser};
use crate::describe::{Fault, count, power};
use crate::heat_rejection::design::PlantDesign;

/// No electric chiller delivers more at the lifts these curves know.
pub(super) const HIGHEST_COP: f64 = 15.0;

/// How many of the units that could run do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Staging {
    /// The fewest that carry the load.
    #[default]
    FewestUnits,
    /// As many as draw the least power together with their pumps and towers, none below its least part load.
    LeastPower,
}

impl Staging {
    /// Runs `fewest` units, or more where that draws less. `run` gives what a number of units does and draws, W, and
    /// None where it would bring them below their least part load.
    ///
    /// Part-load curves are quadratic, so power over the number of units has one lowest point, or with free cooling
    /// a few close together: the third rise ends the search.
    pub(in crate::heat_rejection) fn choose<T>(
        self,
        fewest: u32,
        most: u32,
        first: (T, f64),
        mut run: impl FnMut(u32) -> Option<(T, f64)>,
    ) -> T {
        let (mut best, mut least_w) = first;
        if self == Self::LeastPower {
            let mut rises = 0;
            for units in fewest + 1..=most {
                match run(units) {
                    Some((other, power_w)) if power_w < least_w => {
                        (best, least_w) = (other, power_w);
                        rises = 0;
                    }
                    Some(_) if rises < 2 => rises += 1,
                    _ => break,
                }
            }
        }
        best
    }
}

/// Equal chillers in parallel.
#[derive(Debug, Clone, PartialEq)]
pub struct Chillers {
    /// The machine.
    pub curves: ChillerCurves,
    /// Capacity of one unit at the reference point, W.
    pub reference_w: f64,
    /// Number of units.
    pub units: u32,
}

/// State of running chillers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Chilled {
    /// Electrical power of all units, W.
    pub electric_w: f64,
    /// Part load of each running unit.
    pub part_load: f64,
}

impl Chillers {
    /// `needed` units deliver `design_w` at the design conditions, unless the size of one is stated; `spare` more
    /// on standby.
    pub fn sized(
        curves: ChillerCurves,
        design_w: f64,
        (needed, spare): (u32, u32),
        stated_w: Option<f64>,
        leaving_c: f64,
        entering_c: f64,
    ) -> Self {
        let needed = needed.max(1);
        let ratio = curves.capacity_ratio(leaving_c, entering_c).max(0.1);
        Self {
            reference_w: stated_w.unwrap_or(design_w / (f64::from(needed) * ratio)),
            curves,
            units: needed.saturating_add(spare),
        }
    }

    /// Capacity of one unit, W.
    pub fn unit_capacity_w(&self, leaving_c: f64, entering_c: f64) -> f64 {
        self.reference_w * self.curves.capacity_ratio(leaving_c, entering_c)
    }

    /// The fewest of `most` units that deliver `heat_w`; all where none suffice.
    pub fn units_for(&self, heat_w: f64, most: u32, leaving_c: f64, entering_c: f64) -> u32 {
        let one_w = self.unit_capacity_w(leaving_c, entering_c);
        if one_w <= 0.0 {
            return most;
        }
        let wanted = (heat_w / one_w * (1.0 - 1e-9)).ceil(); // a load of exactly n units is n units
        (wanted.max(1.0) as u32).min(most)
    }

    /// `running` units share `heat_w`.
    pub fn run(&self, heat_w: f64, running: u32, leaving_c: f64, entering_c: f64) -> Chilled {
        let running = f64::from(running);
        let one_w = self.unit_capacity_w(leaving_c, entering_c);
        if heat_w <= 0.0 || one_w <= 0.0 || running < 1.0 {
            return Chilled::default();
        }
        let c = &self.curves;
        let base_w = self.reference_w * c.law().base_capacity(c, leaving_c, entering_c);
        let counted = heat_w / (running * base_w);
        let cycling = if counted < c.min_part_load {
            counted / c.min_part_load
        } else {
            1.0
        };
        let loaded = counted.max(c.min_unloading).max(c.min_part_load);
        let full_load_w = base_w / c.reference_cop * c.input_ratio(leaving_c, entering_c);
        let power_w =
            running * full_load_w * c.part_load.at(loaded.min(1.0)) * loaded.max(1.0) * cycling;
        Chilled {
            electric_w: power_w.max(heat_w / HIGHEST_COP),
            part_load: (heat_w / (running * one_w)).min(1.0),
        }
    }

    /// Electricity per cooling of fully loaded units. Never rises with leaving temperature, so that capacity behind
    /// a tower is a rising function.
    pub(in crate::heat_rejection) fn full_load_input(
        &self,
        leaving_c: f64,
        entering_c: f64,
    ) -> f64 {
        let c = &self.curves;
        let input = c.input_ratio(leaving_c, entering_c) * c.part_load.at(1.0) / c.reference_cop;
        input.max(1.0 / HIGHEST_COP)
    }
}

/// Units and their size for `validate`: of `(needed, spare, kind)`, each of the stated capacity or its share of the
/// design heat.
pub(super) fn machines_line(
    (needed, spare, kind): (u32, u32, &str),
    stated_kw: Option<f64>,
    heat_w: f64,
) -> String {
    let units = match spare {
        0 => count(f64::from(needed), &format!("{kind} chiller")),
        spare => format!("{needed} + {spare} spare {kind} chillers"),
    };
    match stated_kw {
        Some(kw) => format!("{units}, {} each at their reference point", power(kw * 1e3)),
        None => format!("{units}, {} each", power(heat_w / f64::from(needed))),
    }
}

impl Condenser {
    /// The curves of this name, if they are of this kind.
    pub(super) fn curves(
        self,
        design: &PlantDesign<'_>,
        name: &str,
    ) -> Result<ChillerCurves, Fault> {
        let curves = (design.chillers)(name).map_err(|fault| fault.at("curves"))?;
        if curves.condenser == self {
            return Ok(curves);
        }
        let what = format!("'{name}' is a chiller with the other kind of condenser");
        Err(Fault::new(what, "see `coldaisle catalogue chillers`").at("curves"))
    }
}
