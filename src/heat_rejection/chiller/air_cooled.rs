//! Air-cooled chiller plant: packaged machines outdoors, condenser fans inside the COP.
//!
//! ```text
//! y   = T_out + D·(g_0/g − 1)·q        °C, air as the curves, rated at sea level, know it; q: load over full load
//! g   = r·(1 − e^(−NTU)),  NTU = 1.2·r^(n − 1),  r = p/101325 Pa           the condenser's ε·C, of sea level g_0
//! D   = 15 K condensing over entering air at full load, n = 0.737 as of a dry cooler
//! ```
//!
//! Fans move a volume: in thin air the condenser must be warmer to give off the same heat. Source: `chiller.rs`, ε-NTU
//! of a condensing side; D (11 to 17 K) and NTU (0.9 to 1.6, ε 0.6 to 0.8) are engineering estimates, unconfirmed, by how
//! much coil a maker spends on efficiency. Against Carrier, *Engineering
//! Guide for Altitude Effects*, air-cooled condensing units (0.98, 0.97, 0.95 and 0.93 of the capacity at 762, 1,525, 2,285
//! and 3,050 m): within 0.01 with 1.1 % of capacity per kelvin. Valid to 4,000 m; that the fans draw less in thin air,
//! 2 % of the input at most, is left out.

use super::selection::Named;
use super::staging::{STAGE_DOWN_LOAD, STAGE_UP_LOAD};
use super::{Chilled, ChillerCurves, Chillers, Condenser, Stages, Staging};
use crate::describe::{Fault, doubt};
use crate::heat_rejection::config::{Outdoor, PlantTable, Standing, plant_table};
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::dry_cooler::coil::{self, FreeCooling};
use crate::heat_rejection::recirculation::{self, Intake};
use crate::heat_rejection::rejection::{
    Available, Machines, Rejection, RejectionOutput, StepRequest,
};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;

plant_table! {
    /// `[heat_rejection.air_cooled_chiller]`: no towers and no water use; the chillers run all year.
    AirCooledChiller {
        /// Facility-water supply, °C. Above the limit of the curves (16 °C for the machine by code, 10 °C for others) the chillers go on by the lift.
        setpoint_c = 16.0;
        rise_k = 8.0;
        /// Chillers that carry the design heat; as many as machines of 1,600 kW at most take, two at least, otherwise.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 1000))]
        chillers: Option<std::num::NonZeroU32> = None,
        /// Further chillers of the same size on standby: 1 for N+1.
        #[schemars(range(min = 0, max = 1000))]
        spare: u32 = 0,
        /// How many run: the fewest that suffice, as many as draw the least, or one after the other.
        staging: Staging = Staging::default(),
        /// With `staging = "fewest-units"` a further chiller starts above this load of those that run.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.1, max = 1.0), extend("doubt" = doubt(0.8, 1.0, "by the operator's margin for a load that rises")))]
        stage_up_load: f64 = STAGE_UP_LOAD,
        /// With `staging = "fewest-units"` one stops where the others would be below this load; not above `stage_up_load`; 0.95
        /// otherwise, or `stage_up_load` where that is lower. Lower, machines start less often, and what runs depends on what ran
        /// before.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_fraction"
        )]
        #[schemars(range(min = 0.0, max = 1.0), extend("doubt" = doubt(0.5, 0.95, "by how often machines may start"), "otherwise" = STAGE_DOWN_LOAD))]
        stage_down_load: Option<f64> = None,
        /// Capacity of one chiller at the reference point of its curves, kW; sized for the site's design air otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1.0, max = 1e6))]
        capacity_kw: Option<f64> = None,
        /// Performance curves; `coldaisle catalogue chillers` lists them. A machine at the minimum of ASHRAE 90.1 otherwise.
        #[serde(skip_serializing_if = "Option::is_none")]
        curves: Option<String> = None,
        /// A coil with its own fans that cools the return of facility water with outdoor air, before the chillers.
        #[serde(skip_serializing_if = "Option::is_none")]
        free_cooling: Option<FreeCooling> = None,
        /// How much warmer than outdoors the air that they take in is at full load, K: a part of their own discharge comes back.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 10.0), extend("doubt" = recirculation::coils()))]
        recirculation_k: f64 = recirculation::COILS_K,
        /// How the machines feel the air: thin air through a warmer condenser, cold air with their condensing pressure held; or
        /// neither, as `energyplus` counts, for comparisons with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        convention: Option<Convention> = None,
    }
}

impl PlantTable for AirCooledChiller {
    fn machines(&self, heat_w: f64) -> Machines {
        let chillers = self.named().all(heat_w);
        Machines {
            chillers,
            fans: self.free_cooling.is_some(),
            ..Machines::default()
        }
    }

    fn chillers(&self, design: &PlantDesign<'_>) -> Option<(Condenser, f64)> {
        Some(self.named().installed(design.heat_w))
    }

    fn has_coils_outdoors(&self) -> bool {
        self.free_cooling.is_some()
    }

    fn intake(&self) -> Intake {
        Intake::Coils(self.recirculation_k)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let (_, mut curves) = self.named().machine(design)?;
        let convention = self.convention.unwrap_or_default();
        if convention == Convention::EnergyPlus {
            curves.least_entering_c = curves.energy_input.y.min;
        }
        let sized = AirCooledChillerDesign {
            units: self.named().count(design.heat_w),
            spare: self.spare,
            capacity_w: self.capacity_kw.map(|kw| kw * 1e3),
            supply_c: self.setpoint_c,
            dry_bulb_c: design.dry_bulb_c,
            pressure_pa: match convention {
                Convention::Strict => design.pressure_pa,
                Convention::EnergyPlus => SEA_LEVEL_PA,
            },
            ..AirCooledChillerDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(curves);
        plant.stages = Stages::new(self.staging, self.stage_up_load, self.stage_down_load)?;
        coil::before(
            Box::new(plant),
            self.free_cooling.as_ref(),
            design,
            self.rise_k,
        )
    }
    fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        coil::line(self.free_cooling.as_ref(), design, self.rise_k)
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let coil = if self.free_cooling.is_some() {
            "; free-cooling coil"
        } else {
            ""
        };
        let units = self.named().line(design, "air-cooled");
        format!("{units} at {:.1} °C outdoors{coil}", design.dry_bulb_c)
    }

    fn warning(&self, design: &PlantDesign<'_>) -> Option<String> {
        self.named().warning(design)
    }

    fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        let chillers = self.machines(heat_w).chillers;
        vec![Standing::counted(Outdoor::AirCooledChiller, chillers)]
    }
}

impl AirCooledChiller {
    fn named(&self) -> Named<'_> {
        Named {
            condenser: Condenser::Air,
            chillers: self.chillers,
            spare: self.spare,
            capacity_kw: self.capacity_kw,
            curves: self.curves.as_deref(),
        }
    }
}

/// Condensing temperature over entering air at full load at sea level, K.
const CONDENSER_K: f64 = 15.0;
/// NTU of a condenser at sea level.
const CONDENSER_NTU: f64 = 1.2;
/// How its conductance follows the mass flow of air.
const UA_EXPONENT: f64 = 0.737;

/// How much warmer the air seems to a machine rated at sea level, at full load, K.
fn thin_air_k(pressure_pa: f64) -> f64 {
    let ratio = pressure_pa / 101_325.0;
    let taken = |ntu: f64| -(-ntu).exp_m1();
    let g = ratio * taken(CONDENSER_NTU * ratio.powf(UA_EXPONENT - 1.0)) / taken(CONDENSER_NTU);
    CONDENSER_K * (1.0 / g - 1.0)
}

/// Air-cooled chillers: packaged machines outdoors, condenser fans inside the COP.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
    /// How many run.
    pub stages: Stages,
    /// Available units.
    pub available: Available,
    /// How much warmer the site's thin air seems at full load, K.
    pub thin_air_k: f64,
}

impl AirCooledChillerPlant {
    /// The machines alone.
    pub fn plain(chillers: Chillers) -> Self {
        Self {
            chillers,
            stages: Stages::default(),
            available: Available::default(),
            thin_air_k: 0.0,
        }
    }

    /// Air at full load as the curves know it, °C.
    fn full_load_c(&self, outside: &MoistAir) -> f64 {
        outside.dry_bulb_c + self.thin_air_k
    }

    fn units(&self) -> u32 {
        self.chillers
            .units
            .saturating_sub(self.available.chillers_out)
    }
}

/// Planning data of an air-cooled chiller plant.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Units that carry the design heat.
    pub units: u32,
    /// Further ones on standby.
    pub spare: u32,
    /// Capacity of one at the reference point, W; None: sized.
    pub capacity_w: Option<f64>,
    /// Supply at design conditions, °C.
    pub supply_c: f64,
    /// Outdoor dry bulb at design conditions, °C.
    pub dry_bulb_c: f64,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
}

impl AirCooledChillerDesign {
    /// Four units, 10 °C supply, 40 °C outdoors.
    pub fn for_heat(design_heat_w: f64) -> Self {
        Self {
            design_heat_w,
            units: 4,
            spare: 0,
            capacity_w: None,
            supply_c: 10.0,
            dry_bulb_c: 40.0,
            pressure_pa: 101_325.0,
        }
    }

    /// The plant of that size.
    pub fn size(&self, curves: ChillerCurves) -> AirCooledChillerPlant {
        let thin_air_k = thin_air_k(self.pressure_pa);
        let chillers = Chillers::sized(
            curves,
            self.design_heat_w,
            (self.units, self.spare),
            self.capacity_w,
            self.supply_c,
            self.dry_bulb_c + thin_air_k,
        );
        AirCooledChillerPlant {
            thin_air_k,
            ..AirCooledChillerPlant::plain(chillers)
        }
    }
}

impl Rejection for AirCooledChillerPlant {
    fn decide(&mut self, request: &StepRequest<'_>) {
        let air_c = self.full_load_c(&request.outdoors.air);
        let one_w = self.chillers.unit_capacity_w(request.supply_c, air_c);
        let most = self.units();
        self.stages
            .decide(most, |count| request.heat_w / (f64::from(count) * one_w));
    }

    fn set_available(&mut self, available: &Available) {
        self.available = *available;
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let air_c = self.full_load_c(outside);
        let one_w = self.chillers.unit_capacity_w(supply_c, air_c);
        f64::from(self.units()) * one_w
    }

    fn reject(&self, heat_w: f64, supply_c: f64, _: f64, outside: &MoistAir) -> RejectionOutput {
        let (full_load_c, most) = (self.full_load_c(outside), self.units());
        if heat_w <= 0.0 || most == 0 {
            return RejectionOutput {
                heat_to_ambient_w: heat_w,
                condenser_c: f64::NAN,
                ..RejectionOutput::default()
            };
        }
        let one_w = self.chillers.unit_capacity_w(supply_c, full_load_c);
        let shared = |heat_w: f64, units: u32| {
            let load = (heat_w / (f64::from(units) * one_w)).clamp(0.0, 1.0);
            let air_c = outside.dry_bulb_c + load * self.thin_air_k;
            self.chillers.run(heat_w, units, supply_c, air_c)
        };
        let run = |units: u32| {
            let chilled = shared(heat_w, units);
            (chilled, chilled.electric_w)
        };
        let needed = self.chillers.units_for(heat_w, most, supply_c, full_load_c);
        let full = needed - 1;
        let last_w = heat_w - f64::from(full) * one_w;
        let chilled = if self.stages.rule == Staging::Sequential && full > 0 && last_w <= one_w {
            let (first, last) = (shared(heat_w - last_w, full), shared(last_w, 1));
            let loads = f64::from(full) * first.part_load + last.part_load;
            Chilled {
                electric_w: first.electric_w + last.electric_w,
                part_load: loads / f64::from(needed),
            }
        } else {
            let fewest = needed.max(self.stages.kept(most));
            let least_w = self.chillers.curves.min_part_load * self.chillers.reference_w;
            self.stages.choose(fewest, most, run(fewest), |units| {
                (heat_w >= least_w * f64::from(units)).then(|| run(units))
            })
        };
        RejectionOutput {
            chillers_w: chilled.electric_w,
            heat_to_ambient_w: heat_w + chilled.electric_w,
            condenser_c: f64::NAN,
            chiller_load: chilled.part_load,
            ..RejectionOutput::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::psychrometrics::standard_pressure_pa;

    /// 1,830 m, 81.1 kPa: r 0.8005, NTU 1.2·0.8005^−0.263 = 1.2723, ε 0.7198 over 0.6988: g 0.8246 and 15 K·0.2127.
    /// Carrier's factors at four heights.
    #[test]
    fn thin_air_by_hand() {
        assert!((thin_air_k(0.8005 * 101_325.0) - 3.191).abs() < 0.006);
        assert_eq!(thin_air_k(101_325.0), 0.0);
        for (m, factor) in [
            (762.0, 0.98),
            (1525.0, 0.97),
            (2285.0, 0.95),
            (3050.0, 0.93),
        ] {
            let capacity = 1.0 - 0.011 * thin_air_k(standard_pressure_pa(m));
            assert!((capacity - factor).abs() < 0.01, "{m} {capacity}");
        }
    }
}
