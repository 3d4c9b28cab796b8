//! Equal chillers in parallel, and what they draw together.
//!
//! ```text
//! y_l = y + ΔT_r·(Q + P)/(Q_r + P_r)        °C, water leaving the condenser, for curves over it (reformulated EIR)
//! ```
//!
//! P is in it: it is taken from the curves once at Q alone, which leaves less than 0.1 % of it. The flow through condensers is
//! constant.

use super::ChillerCurves;
use crate::describe::{count, power};

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
        if heat_w <= 0.0 || running < 1.0 {
            return Chilled::default();
        }
        let c = &self.curves;
        let law = c.law();
        let base = law.base_capacity(c, leaving_c, entering_c);
        let one_w = self.reference_w * (base * law.capacity_factor(c, leaving_c, entering_c));
        if one_w <= 0.0 {
            return Chilled::default();
        }
        let base_w = self.reference_w * base;
        let counted = heat_w / (running * base_w);
        let cycling = if counted < c.min_part_load {
            counted / c.min_part_load
        } else {
            1.0
        };
        let loaded = counted.max(c.min_unloading).max(c.min_part_load);
        let part = c.part_load.at(loaded.min(1.0)) * loaded.max(1.0) * cycling;
        let power_w = |entering_c: f64| {
            let input = c.input_ratio(leaving_c, entering_c);
            running * base_w / c.reference_cop * input * part
        };
        let mut electric_w = power_w(entering_c);
        if let Some(rise_k) = c.condenser_rise_k {
            let reference_w = running * self.reference_w * (1.0 + 1.0 / c.reference_cop);
            let cooler_k = |power_w: f64| rise_k * (1.0 - (heat_w + power_w) / reference_w);
            electric_w = power_w(entering_c - cooler_k(electric_w));
            electric_w = power_w(entering_c - cooler_k(electric_w));
        }
        let part_load = (heat_w / (running * one_w)).min(1.0);
        let least = law.least_input(c, leaving_c, entering_c, part_load);
        Chilled {
            electric_w: electric_w.max(heat_w * least),
            part_load,
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
        c.input_ratio(leaving_c, entering_c) * c.part_load.at(1.0) / c.reference_cop
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
