//! Air-cooled chiller plant: packaged machines outdoors, with or without a free-cooling coil before them.
//!
//! ```text
//! coil    Q_e = min(Q, G·(return − dry bulb))        in series before the chillers, own fans
//! chiller Q − Q_e at the supply temperature
//! ```
//!
//! Source: `chiller.rs`, `dry_cooler.rs`. The coil runs while the return water is warmer than the outdoors by 2 K (below
//! that its fans cost more than the compressors save) and starts a dead band above. Its water carries no glycol
//! here: where frost threatens, a real one does and needs a few kelvin more.

use super::chiller::{ChillerCurves, Chillers, Staging};
use super::dead_band::DeadBand;
use super::dry_cooler::DryCoolerPlant;
use super::{Asked, Available, Rejected, Rejection};
use crate::physics::psychrometrics::MoistAir;

/// Air-cooled chillers: packaged machines outdoors, condenser fans inside the COP.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
    /// How many run.
    pub staging: Staging,
    /// The coil before them.
    pub coil: Option<FreeCoil>,
    /// What can run.
    pub available: Available,
}

/// A dry cooler in the return of facility water, before the chillers.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeCoil {
    cooler: DryCoolerPlant,
    mode: DeadBand,
}

/// Return water must be warmer than the outdoors by this for the coil to be worth its fans, K.
const LEAST_REACH_K: f64 = 2.0;

impl FreeCoil {
    /// A coil that starts `dead_band_k` above the reach at which it stops.
    pub fn new(cooler: DryCoolerPlant, dead_band_k: f64) -> Self {
        Self {
            cooler,
            mode: DeadBand::new(dead_band_k),
        }
    }
}

impl AirCooledChillerPlant {
    /// The machines alone.
    pub fn plain(chillers: Chillers) -> Self {
        Self {
            chillers,
            staging: Staging::default(),
            coil: None,
            available: Available::default(),
        }
    }

    fn units(&self) -> u32 {
        self.chillers
            .units
            .saturating_sub(self.available.chillers_out)
    }

    fn chill(&self, heat_w: f64, supply_c: f64, outside: &MoistAir) -> Rejected {
        let (air_c, most) = (outside.dry_bulb_c, self.units());
        if heat_w <= 0.0 || most == 0 {
            return Rejected {
                heat_to_ambient_w: heat_w,
                condenser_c: f64::NAN,
                ..Rejected::default()
            };
        }
        let run = |units: u32| {
            let chilled = self.chillers.run(heat_w, units, supply_c, air_c);
            (chilled, chilled.electric_w)
        };
        let fewest = self.chillers.units_for(heat_w, most, supply_c, air_c);
        let least_w = self.chillers.curves.min_part_load * self.chillers.reference_w;
        let chilled = self.staging.choose(fewest, most, run(fewest), |units| {
            (heat_w >= least_w * f64::from(units)).then(|| run(units))
        });
        Rejected {
            chillers_w: chilled.electric_w,
            heat_to_ambient_w: heat_w + chilled.electric_w,
            condenser_c: f64::NAN,
            chiller_load: chilled.part_load,
            ..Rejected::default()
        }
    }
}

/// What a planner knows of an air-cooled chiller plant.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Units that carry the design heat.
    pub units: u32,
    /// Further ones that stand ready.
    pub spare: u32,
    /// Capacity of one at the reference point, W; None: sized.
    pub capacity_w: Option<f64>,
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
            spare: 0,
            capacity_w: None,
            supply_c: 10.0,
            dry_bulb_c: 40.0,
        }
    }

    /// The plant of that size.
    pub fn size(&self, curves: ChillerCurves) -> AirCooledChillerPlant {
        AirCooledChillerPlant::plain(Chillers::sized(
            curves,
            self.design_heat_w,
            (self.units, self.spare),
            self.capacity_w,
            self.supply_c,
            self.dry_bulb_c,
        ))
    }
}

impl Rejection for AirCooledChillerPlant {
    fn decide(&mut self, asked: &Asked<'_>) {
        if let Some(coil) = &mut self.coil
            && asked.flow_w_k > 0.0
        {
            let return_c = asked.supply_c + asked.heat_w / asked.flow_w_k;
            coil.mode
                .decide(return_c - asked.outside.dry_bulb_c - LEAST_REACH_K);
        }
    }

    fn set_available(&mut self, available: &Available) {
        self.available = *available;
        if let Some(coil) = &mut self.coil {
            coil.cooler.set_available(available);
        }
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let one_w = self.chillers.unit_capacity_w(supply_c, outside.dry_bulb_c);
        let chillers_w = f64::from(self.units()) * one_w;
        match &self.coil {
            Some(coil) if coil.mode.on => {
                chillers_w.max(coil.cooler.capacity_w(supply_c, flow_w_k, outside))
            }
            _ => chillers_w,
        }
    }

    fn reject(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> Rejected {
        let Some(coil) = self.coil.as_ref().filter(|coil| coil.mode.on) else {
            return self.chill(heat_w, supply_c, outside);
        };
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return self.chill(heat_w, supply_c, outside);
        }
        let return_c = supply_c + heat_w / flow_w_k;
        let free_w = coil.cooler.draw_w(return_c, flow_w_k, outside).min(heat_w);
        let cooled = coil
            .cooler
            .reject(free_w, return_c - free_w / flow_w_k, flow_w_k, outside);
        let chilled = self.chill(heat_w - free_w, supply_c, outside);
        Rejected {
            fans_w: cooled.fans_w,
            fan_speed: cooled.fan_speed,
            heat_to_ambient_w: cooled.heat_to_ambient_w + chilled.heat_to_ambient_w,
            water: cooled.water,
            free_w,
            ..chilled
        }
    }
}
