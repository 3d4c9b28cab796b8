//! Electric chiller by energy-input-ratio curves, and the plant of air-cooled ones.
//!
//! ```text
//! Q_avail = Q_ref·CAPFT(x, y)                             W;  x leaving water °C, y entering condenser water or air °C
//! P       = Q_avail/COP_ref·EIRFT(x, y)·EIRFPLR(p)·cycling
//! PLR     = Q/Q_avail;  cycling = min(1, PLR/PLR_min);  p = max(PLR, PLR_unload)
//! Q_cond  = Q + P                                         false loading stays inside the machine
//! ```
//!
//! Source: `EnergyPlus` Engineering Reference, `Chiller:Electric:EIR`. Equal units in parallel: the fewest whose
//! capacity suffices run, with equal load. Below the unloading ratio hot gas loads the compressor falsely; below
//! the least ratio the machine cycles.
//!
//! Valid inside the curves' limits; inputs outside are held there. All published water-cooled curves end at 12.8 °C
//! leaving water or below: warmer supply gets the capacity and power of the limit, which understates a chiller that
//! works against a small lift. Above the upper condenser limit, capacity and power are those of the limit too.
//! Capacity never falls as leaving water gets warmer, even where a fit does. COP is held at 15 at most.

use serde::Deserialize;

use super::{Rejected, Rejection, Water};
use crate::physics::curves::{Biquadratic, Quadratic};
use crate::physics::psychrometrics::MoistAir;
use crate::units;

/// No electric chiller delivers more at the lifts these curves know.
const HIGHEST_COP: f64 = 15.0;

/// An entry of `assets/catalogue/chillers.toml`: a machine, free of size.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChillerCurves {
    /// What people call it.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// What to know before using it.
    #[serde(default)]
    pub note: String,
    /// Keys whose figures nobody could confirm.
    #[serde(default)]
    pub unconfirmed: Vec<String>,
    /// What the condenser gives its heat to.
    pub condenser: Condenser,
    /// Cooling over electricity at the reference point.
    #[serde(deserialize_with = "units::positive")]
    pub reference_cop: f64,
    /// Leaving water at the reference point, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub reference_leaving_c: f64,
    /// Entering condenser water or air at the reference point, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub reference_entering_c: f64,
    /// Below this part load the machine cycles.
    #[serde(deserialize_with = "units::fraction")]
    pub min_part_load: f64,
    /// Below this part load the compressor is loaded falsely.
    #[serde(deserialize_with = "units::fraction")]
    pub min_unloading: f64,
    /// Available capacity relative to reference.
    pub capacity: Biquadratic,
    /// Electricity per cooling at full load relative to reference.
    pub energy_input: Biquadratic,
    /// Electricity relative to full load, over part load.
    pub part_load: Quadratic,
}

/// What takes the heat of a condenser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condenser {
    /// Condenser water.
    Water,
    /// Outdoor air; the fans are inside the COP.
    Air,
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

/// What running chillers do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Chilled {
    /// Electrical power of all units, W.
    pub electric_w: f64,
    /// Part load of each running unit.
    pub part_load: f64,
}

impl Chillers {
    /// Units that together deliver `design_w` at the design conditions.
    pub fn sized(
        curves: ChillerCurves,
        design_w: f64,
        units: u32,
        leaving_c: f64,
        entering_c: f64,
    ) -> Self {
        let units = units.max(1);
        let ratio = curves.capacity.rising_at(leaving_c, entering_c).max(0.1);
        Self {
            reference_w: design_w / (f64::from(units) * ratio),
            curves,
            units,
        }
    }

    /// Capacity of one unit, W.
    pub fn unit_capacity_w(&self, leaving_c: f64, entering_c: f64) -> f64 {
        let ratio = self.curves.capacity.rising_at(leaving_c, entering_c);
        self.reference_w * ratio.max(0.0)
    }

    /// The fewest units that deliver `heat_w`; all where none suffice.
    pub fn units_for(&self, heat_w: f64, leaving_c: f64, entering_c: f64) -> u32 {
        let one_w = self.unit_capacity_w(leaving_c, entering_c);
        if one_w <= 0.0 {
            return self.units;
        }
        let wanted = (heat_w / one_w * (1.0 - 1e-9)).ceil(); // a load of exactly n units is n units
        (wanted.max(1.0) as u32).min(self.units)
    }

    /// `running` units share `heat_w`.
    pub fn run(&self, heat_w: f64, running: u32, leaving_c: f64, entering_c: f64) -> Chilled {
        let running = f64::from(running);
        let one_w = self.unit_capacity_w(leaving_c, entering_c);
        if heat_w <= 0.0 || one_w <= 0.0 || running < 1.0 {
            return Chilled::default();
        }
        let c = &self.curves;
        let part_load = (heat_w / (running * one_w)).min(1.0);
        let cycling = if part_load < c.min_part_load {
            part_load / c.min_part_load
        } else {
            1.0
        };
        let loaded = part_load.max(c.min_unloading).max(c.min_part_load);
        let full_load_w = one_w / c.reference_cop * c.energy_input.at(leaving_c, entering_c);
        let power_w = running * full_load_w * c.part_load.at(loaded) * cycling;
        Chilled {
            electric_w: power_w.max(heat_w / HIGHEST_COP),
            part_load,
        }
    }

    /// The least electricity per cooling of fully loaded units at or below this leaving temperature.
    ///
    /// Falls with leaving temperature even where a fit rises, so that capacity behind a tower is a rising function.
    pub(super) fn full_load_input(&self, leaving_c: f64, entering_c: f64) -> f64 {
        let c = &self.curves;
        let input = c.energy_input.falling_at(leaving_c, entering_c) * c.part_load.at(1.0)
            / c.reference_cop;
        input.max(1.0 / HIGHEST_COP)
    }
}

/// Air-cooled chillers: packaged machines outdoors, condenser fans inside the COP.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
}

/// What a planner knows of an air-cooled chiller plant.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Number of units.
    pub units: u32,
    /// Supply at design conditions, °C.
    pub supply_c: f64,
    /// Outdoor dry bulb at design conditions, °C.
    pub dry_bulb_c: f64,
}

impl AirCooledChillerDesign {
    /// Four units, 10 °C supply, 40 °C outdoors.
    pub fn for_heat(design_heat_w: f64) -> Self {
        Self {
            design_heat_w,
            units: 4,
            supply_c: 10.0,
            dry_bulb_c: 40.0,
        }
    }

    /// The plant of that size.
    pub fn size(&self, curves: ChillerCurves) -> AirCooledChillerPlant {
        AirCooledChillerPlant {
            chillers: Chillers::sized(
                curves,
                self.design_heat_w,
                self.units,
                self.supply_c,
                self.dry_bulb_c,
            ),
        }
    }
}

impl Rejection for AirCooledChillerPlant {
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let one_w = self.chillers.unit_capacity_w(supply_c, outside.dry_bulb_c);
        f64::from(self.chillers.units) * one_w
    }

    fn reject(&self, heat_w: f64, supply_c: f64, _: f64, outside: &MoistAir) -> Rejected {
        let air_c = outside.dry_bulb_c;
        let running = self.chillers.units_for(heat_w, supply_c, air_c);
        let chilled = self.chillers.run(heat_w, running, supply_c, air_c);
        Rejected {
            chillers_w: chilled.electric_w,
            heat_to_ambient_w: heat_w + chilled.electric_w,
            water: Water::default(),
            condenser_c: f64::NAN,
            chiller_load: chilled.part_load,
            ..Rejected::default()
        }
    }
}
