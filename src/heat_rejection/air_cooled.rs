//! Air-cooled chiller plant: packaged machines outdoors, condenser fans inside the COP. Source: `chiller.rs`.

use super::chiller::{ChillerCurves, Chillers, Staging};
use super::{Available, Rejected, Rejection};
use crate::physics::psychrometrics::MoistAir;

/// Air-cooled chillers: packaged machines outdoors, condenser fans inside the COP.
#[derive(Debug, Clone, PartialEq)]
pub struct AirCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
    /// How many run.
    pub staging: Staging,
    /// What can run.
    pub available: Available,
}

impl AirCooledChillerPlant {
    /// The machines alone.
    pub fn plain(chillers: Chillers) -> Self {
        Self {
            chillers,
            staging: Staging::default(),
            available: Available::default(),
        }
    }

    fn units(&self) -> u32 {
        self.chillers
            .units
            .saturating_sub(self.available.chillers_out)
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
    fn set_available(&mut self, available: &Available) {
        self.available = *available;
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let one_w = self.chillers.unit_capacity_w(supply_c, outside.dry_bulb_c);
        f64::from(self.units()) * one_w
    }

    fn reject(&self, heat_w: f64, supply_c: f64, _: f64, outside: &MoistAir) -> Rejected {
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
