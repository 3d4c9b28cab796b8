//! `[heat_rejection.surface_water]`: a lake, a river or the sea through a plate heat exchanger, once through.
//!
//! ```text
//! source      T    = max(freezing, mean + swing·cos(2π·(t − warmest)/year))       °C at the intake
//! pump        P    = P_d·(s·x + (1 − s)·x³),  s = static head/head                W; x = flow/design flow, shaft 0.92·P
//! plate       Q    = G·(return − T − shaft/C_s)                                   W; G = ε·C_min, counterflow
//! capacity    Q    = min(G·(supply − T_in)/(1 − G/C),  C_s·Δ − shaft)             at all of the flow
//! permit      Δ    = min(max_rise, max_discharge − T)                             K between intake and discharge
//! flow        the least that carries the heat within the permit
//! ```
//!
//! C facility water, `C_s` source water, W/K; `T_in` = T + shaft/`C_s`. Sized for the warmest water of the year: the plate by
//! its approach, the flow so that the design heat keeps the permit. Fresh water: 4,181 J/(kg·K) and 997 kg/m³; salt takes 5.2
//! J/(kg·K) away and adds 0.76 kg/m³ by the g/kg, and freezing falls by 0.054 K (sea water of 35 g/kg at 20 °C: 3,999
//! J/(kg·K), 1,024 kg/m³; UNESCO technical papers in marine science 44, 1983: 3,994 and 1,024.8).
//!
//! Source: energy balances; ε-NTU as in `heat_exchanger.rs`; affinity laws with static head as in `pump.rs`, at constant
//! efficiency. The year of a water body is its first harmonic (J. C. Ward, *Journal of the Sanitary
//! Engineering Division* (ASCE) 89(6), 1963, on streams). Valid for a fixed intake depth; weather of days, tides, droughts and the warm discharge that
//! comes back to the intake are not in it.
//!
//! Water is withdrawn and given back warmer: it counts as `once_through`, not as make-up. What evaporates from the warmer
//! water body downstream is not counted: 0.4 to 1.0 L per kWh of heat, if 30 to 70 % of it leave by evaporation (an estimate by
//! wind and temperature, unconfirmed).

use std::f64::consts::TAU;

use super::config::{Outdoor, PlantTable, Standing, plant_table};
use super::design::PlantDesign;
use super::rejection::{Available, Machines, Rejection, RejectionOutput, StepRequest};
use super::water_loop::pump::Pump;
use crate::describe::{Fault, doubt};
use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};
use crate::physics::heat_exchanger::{
    Arrangement, ResistanceSplit, conductance_w_k, ua_for_inlets,
};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::root::Bracket;
use crate::physics::water::Water;
use crate::units;

/// A common year; in a leap year the last day continues where the first begins.
const YEAR_H: f64 = 8760.0;
/// Least flow of running source pumps, of design: 0.1 to 0.3 by the pump (an estimate, unconfirmed).
const MIN_FLOW: f64 = 0.15;

plant_table! {
    /// `[heat_rejection.surface_water]`: a lake, a river or the sea through a plate heat exchanger; no chillers, and no water
    /// used up.
    SurfaceWater {
        /// Facility-water supply while the water body allows it, °C; warmer otherwise.
        setpoint_c = 24.0;
        rise_k = 8.0;
        /// Mean of the year of the water at the intake, °C.
        #[serde(deserialize_with = "units::temperature_c")]
        #[schemars(range(min = -2.0, max = 35.0), extend("doubt" = doubt(4.0, 28.0, "deep lakes of the north to tropical seas: measure it")))]
        mean_c: f64 = 12.0,
        /// How far the warmest water of the year lies above the mean, and the coldest below it, K.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 20.0), extend("doubt" = doubt(1.0, 12.0, "intakes below the thermocline to shallow rivers: measure it")))]
        swing_k: f64 = 8.0,
        /// Day of the year with the warmest water, 1 to 366.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 1.0, max = 366.0), extend("unit" = "1", "doubt" = doubt(200.0, 260.0, "rivers follow the air by weeks, seas by two months; south of the equator half a year later")))]
        warmest_day: f64 = 227.0,
        /// Salt in the water, g/kg; about 35 in the sea.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 45.0))]
        salinity_g_kg: f64 = 0.0,
        /// Facility water leaving the plate above the water at the intake, at full load on the warmest day, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.2, max = 20.0), extend("doubt" = doubt(1.0, 3.0, "clean plates to plates with room for fouling")))]
        approach_k: f64 = 2.0,
        /// Rise between intake and discharge that the permit allows, K; the flow follows.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 20.0), extend("doubt" = doubt(3.0, 10.0, "permits differ by country and by water body")))]
        max_rise_k: f64 = 6.0,
        /// Temperature of the discharge that the permit allows, °C; no limit otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_temperature_c"
        )]
        #[schemars(range(min = 5.0, max = 45.0))]
        max_discharge_c: Option<f64> = None,
        /// Maximum flow of the source pumps as built, kg/s; the permit's need at the design heat on the warmest day
        /// otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 0.01, max = 1e7))]
        flow_kg_s: Option<f64> = None,
        /// Head of the source pumps at their maximum flow, with the static part, kPa.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 5.0, max = 2000.0), extend("doubt" = doubt(60.0, 300.0, "intakes at the wall to kilometres of pipe")))]
        head_kpa: f64 = 150.0,
        /// The part of it that does not fall with the flow, kPa: what is lifted and not won back by a siphon.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 2000.0), extend("doubt" = doubt(0.0, 100.0, "a full siphon to ten metres of free fall")))]
        static_kpa: f64 = 30.0,
    }
}

impl SurfaceWater {
    /// Water at the intake in an hour of the year, °C.
    fn source_c(&self, hour_of_year: f64) -> f64 {
        let late = (hour_of_year - (self.warmest_day - 0.5) * 24.0) / YEAR_H;
        let freezing_c = -0.054 * self.salinity_g_kg;
        (self.mean_c + self.swing_k * (TAU * late).cos()).max(freezing_c)
    }

    /// The warmest water of the year, °C.
    fn warmest_c(&self) -> f64 {
        self.source_c((self.warmest_day - 0.5) * 24.0)
    }

    /// Rise between intake and discharge that the permit leaves to water of this temperature, K.
    fn allowed_k(&self, source_c: f64) -> f64 {
        let discharge_c = self.max_discharge_c.unwrap_or(f64::INFINITY);
        self.max_rise_k.min(discharge_c - source_c).max(0.0)
    }

    /// Specific heat of the source water, J/(kg·K).
    fn cp_j_kgk(&self) -> f64 {
        WATER_CP_J_KGK - 5.2 * self.salinity_g_kg
    }

    /// Why no flow carries the heat through the warmest day.
    fn no_flow(&self, warmest_c: f64) -> Fault {
        let what = format!(
            "water of {warmest_c:.1} °C on the warmest day may warm by {:.2} K: no flow carries the heat",
            self.allowed_k(warmest_c)
        );
        let key = if self.max_discharge_c.is_some() {
            "max_discharge_c"
        } else {
            "max_rise_k"
        };
        let cure = format!(
            "raise {key}, take colder water, or state flow_kg_s and let the plant stand on such days"
        );
        Fault::new(what, cure).at(key)
    }

    /// What lets a plate pass `heat_w_cp` (kg·K/s) into water that its pumps have warmed by `inlet_k`.
    fn plate_cure(&self, inlet_k: f64, heat_w_cp: f64) -> String {
        // Source water must enter below the facility water that leaves, and leave below that which returns.
        let warms_k = self.approach_k + self.rise_k - 0.5;
        if inlet_k + 0.05 > self.approach_k {
            let least_k = inlet_k + 1.0;
            return format!(
                "use {least_k:.1} or more: the pumps alone warm the water by {inlet_k:.2} K"
            );
        }
        match self.flow_kg_s {
            Some(_) => format!(
                "use a larger approach_k, or raise flow_kg_s to {:.1}",
                1.01 * heat_w_cp / (warms_k - inlet_k)
            ),
            None => format!("use a larger approach_k, or set max_rise_k to {warms_k:.1}"),
        }
    }

    fn size(&self, design: &PlantDesign<'_>) -> Result<SurfaceWaterPlant, Fault> {
        if self.static_kpa > self.head_kpa {
            let what = format!(
                "a static head of {} kPa is more than all of the head, {} kPa",
                self.static_kpa, self.head_kpa
            );
            return Err(Fault::new(what, "raise head_kpa, which includes it").at("static_kpa"));
        }
        let (cp_j_kgk, warmest_c) = (self.cp_j_kgk(), self.warmest_c());
        let density_kg_m3 = WATER_DENSITY_KG_M3 + 0.76 * self.salinity_g_kg;
        let head_pa = self.head_kpa * 1e3;
        // All shaft work warms the water: head over density and the pump's efficiency.
        let shaft_j_kg = head_pa / (density_kg_m3 * Pump::TYPICAL_EFFICIENCY);
        let taken_j_kg = cp_j_kgk * self.allowed_k(warmest_c) - shaft_j_kg;
        let design_kg_s = match self.flow_kg_s {
            Some(flow_kg_s) => flow_kg_s,
            None if taken_j_kg > 0.0 => design.heat_w / taken_j_kg,
            None => return Err(self.no_flow(warmest_c)),
        };
        let (facility_w_k, source_w_k) = (design.heat_w / self.rise_k, design_kg_s * cp_j_kgk);
        // Above the water at the intake.
        let (return_k, inlet_k) = (self.approach_k + self.rise_k, shaft_j_kg / cp_j_kgk);
        let ua_w_k = ua_for_inlets(
            Arrangement::Counterflow,
            design.heat_w,
            return_k,
            facility_w_k,
            inlet_k,
            source_w_k,
        );
        if !ua_w_k.is_finite() {
            let what = format!(
                "no plate comes within {} K of the source with {:.1} kg/s of it for {:.1} kg/s of facility water",
                self.approach_k,
                design_kg_s,
                facility_w_k / WATER_CP_J_KGK
            );
            let cure = self.plate_cure(inlet_k, design.heat_w / cp_j_kgk);
            return Err(Fault::new(what, cure).at("approach_k"));
        }
        let share = self.static_kpa / self.head_kpa;
        Ok(SurfaceWaterPlant {
            pump: Pump {
                coefficients: [0.0, share, 0.0, 1.0 - share],
                minimum_flow: MIN_FLOW,
                ..Pump::sized(head_pa, design_kg_s, density_kg_m3)
            },
            cp_j_kgk,
            ua_w_k,
            facility_w_k,
            running: 1.0,
            source_c: warmest_c,
            allowed_k: self.allowed_k(warmest_c),
            table: self.clone(),
        })
    }
}

impl PlantTable for SurfaceWater {
    fn machines(&self, _: f64) -> Machines {
        Machines {
            pumps: 1,
            ..Machines::default()
        }
    }

    fn warmest_day(&self) -> Option<f64> {
        Some(self.warmest_day)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        Ok(Box::new(self.size(design)?))
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let coldest_c = self.source_c((self.warmest_day - 0.5) * 24.0 + 0.5 * YEAR_H);
        let mut line = format!(
            "surface water of {coldest_c:.1} to {:.1} °C (day {:.0}), behind a plate of {} K; discharge up to {} K warmer",
            self.warmest_c(),
            self.warmest_day,
            self.approach_k,
            self.max_rise_k
        );
        if let Some(discharge_c) = self.max_discharge_c {
            line = format!("{line} and {discharge_c} °C");
        }
        if let Ok(plant) = self.size(design) {
            let pump = &plant.pump;
            line = format!(
                "{line}; up to {:.1} kg/s of it, pumps {:.1} kW",
                pump.design_kg_s,
                pump.design_w / 1e3
            );
        }
        let holds_c = self.setpoint_c - self.approach_k;
        if self.warmest_c() > holds_c {
            line = format!("{line}; at full load short of its setpoint above {holds_c:.1} °C");
        }
        line
    }

    fn outdoors(&self, _: f64) -> Vec<Standing> {
        vec![Standing::counted(Outdoor::PumpHouse, 1)]
    }
}

/// The plate and the pumps of the source side.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceWaterPlant {
    table: SurfaceWater,
    pump: Pump,
    cp_j_kgk: f64,
    /// Conductance at design flow on both sides, W/K.
    ua_w_k: f64,
    /// Facility capacity rate at design, W/K.
    facility_w_k: f64,
    /// Share of the source pumps that can run, 0..1.
    running: f64,
    /// Water at the intake in this step, °C, and its permitted rise, K.
    source_c: f64,
    allowed_k: f64,
}

/// The source side at one flow.
struct Side {
    flow_kg_s: f64,
    electric_w: f64,
    /// Heat per kelvin between facility and source water entering the plate, W/K.
    g_w_k: f64,
    /// Source water entering the plate, °C.
    inlet_c: f64,
    /// The most heat within the permit, W.
    permit_w: f64,
}

impl SurfaceWaterPlant {
    /// The source side at a flow of the running pumps, each at `x` of its design flow.
    fn side(&self, x: f64, flow_w_k: f64) -> Side {
        let pumped = self.pump.run(x * self.pump.design_kg_s);
        let flow_kg_s = pumped.flow_kg_s * self.running;
        let shaft_w = pumped.heat_to_water_w * self.running;
        let source_w_k = flow_kg_s * self.cp_j_kgk;
        let (facility, source) = (
            flow_w_k / self.facility_w_k,
            flow_kg_s / self.pump.design_kg_s,
        );
        let ua_w_k = self.ua_w_k * ResistanceSplit::PLATE.ua_ratio(facility, source);
        Side {
            flow_kg_s,
            electric_w: pumped.electric_w * self.running,
            g_w_k: conductance_w_k(Arrangement::Counterflow, ua_w_k, flow_w_k, source_w_k),
            inlet_c: self.source_c + shaft_w / source_w_k,
            permit_w: source_w_k * self.allowed_k - shaft_w,
        }
    }

    /// The least flow that takes `heat_w` out of water returning at `return_c` within the permit; all of it where none does.
    fn least(&self, heat_w: f64, return_c: f64, flow_w_k: f64) -> Side {
        let spare = |side: &Side| {
            let passed_w = side.g_w_k * (return_c - side.inlet_c);
            passed_w.min(side.permit_w) - heat_w
        };
        let low = self.side(MIN_FLOW, flow_w_k);
        if spare(&low) >= 0.0 {
            return low;
        }
        let mut high = self.side(1.0, flow_w_k);
        if spare(&high) <= 0.0 {
            return high;
        }
        let mut bracket = Bracket::new((MIN_FLOW, spare(&low)), (1.0, spare(&high)));
        for _ in 0..60 {
            if bracket.width() < 1e-9 {
                break;
            }
            let x = bracket.next();
            let side = self.side(x, flow_w_k);
            let over_w = spare(&side);
            bracket.narrow(x, over_w);
            if over_w >= 0.0 && side.flow_kg_s < high.flow_kg_s {
                high = side;
                if over_w <= 1e-9 * heat_w {
                    break;
                }
            }
        }
        high
    }
}

impl Rejection for SurfaceWaterPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        self.source_c = self.table.source_c(request.outdoors.hour_of_year);
        self.allowed_k = self.table.allowed_k(self.source_c);
    }

    fn set_available(&mut self, available: &Available) {
        self.running = available.pumps.clamp(0.0, 1.0);
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, _: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 || self.running <= 0.0 {
            return 0.0;
        }
        let side = self.side(1.0, flow_w_k);
        let reach_k = (supply_c - side.inlet_c).max(0.0);
        let passed_w = side.g_w_k * reach_k / (1.0 - side.g_w_k / flow_w_k).max(1e-6);
        passed_w.min(side.permit_w).max(0.0)
    }

    fn reject(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, air: &MoistAir) -> RejectionOutput {
        let none = RejectionOutput {
            condenser_c: self.source_c,
            ..RejectionOutput::default()
        };
        if heat_w <= 0.0 || flow_w_k <= 0.0 || self.running <= 0.0 {
            return none;
        }
        // What is left of rounding moves no water where none may or can take heat.
        if self.capacity_w(supply_c, flow_w_k, air) <= 0.0 {
            return RejectionOutput {
                heat_to_ambient_w: heat_w,
                ..none
            };
        }
        let side = self.least(heat_w, supply_c + heat_w / flow_w_k, flow_w_k);
        RejectionOutput {
            pumps_w: side.electric_w,
            heat_to_ambient_w: heat_w + side.electric_w,
            water: Water {
                once_through_kg_s: side.flow_kg_s,
                ..Water::default()
            },
            ..none
        }
    }
}

#[cfg(test)]
mod tests;
