//! A tower at the water and the air of a step: what does not depend on the heat is made once.

use super::{Fans, Tower, TowerRun};
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::tower::exit_air;
use crate::heat_rejection::tower::fill::At;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;

/// Exit air is known more closely than this, K.
const APART_K: f64 = 1e-3;

/// A tower at the water and the air of a step.
pub(in crate::heat_rejection) struct TowerAt<'a> {
    pub(super) tower: &'a Tower,
    pub(super) outside: &'a MoistAir,
    pub(super) flow_w_k: f64,
    /// Share of the cells that are wet, and their fill.
    pub(super) wet: f64,
    pub(super) at: At<'a>,
}

impl TowerAt<'_> {
    /// Water leaving at full fan, °C, when it gives up `heat_w`.
    pub(in crate::heat_rejection) fn coldest_c(&self, heat_w: f64) -> f64 {
        let air = self.tower.full_air();
        self.at.leaving_c(air, heat_w / self.flow_w_k)
    }

    /// Whether `heat_w` is within the ranges of its model.
    pub(in crate::heat_rejection) fn spans(&self, heat_w: f64) -> bool {
        heat_w <= self.at.widest_k() * self.flow_w_k
    }

    /// The range, K, at full fan where leaving water + `slope`·range is at `reach_c`.
    ///
    /// `slope` is 0 for a known leaving temperature, 1 for a known entering one, more behind a heat exchanger.
    pub(in crate::heat_rejection) fn full_range_k(&self, reach_c: f64, slope: f64) -> f64 {
        self.at.range_k(self.tower.full_air(), slope, reach_c)
    }

    /// Cools `heat_w` out of water leaving at `leaving_c`, with as little air as that takes.
    pub(in crate::heat_rejection) fn run(&self, heat_w: f64, leaving_c: f64) -> TowerRun {
        self.wetted(&self.blow(heat_w, leaving_c), heat_w, leaving_c)
    }

    /// Its fans while it does so: all that a choice between ways to run asks for.
    pub(in crate::heat_rejection) fn blow(&self, heat_w: f64, leaving_c: f64) -> Blown {
        if heat_w <= 0.0 || self.flow_w_k <= 0.0 {
            return Blown::default();
        }
        let tower = self.tower;
        let fans = tower.fans_for(&self.at, heat_w / self.flow_w_k, leaving_c);
        let density = tower
            .convention
            .density_ratio(self.outside, tower.design_kg_m3);
        Blown {
            fan_w: self.wet * fans.power * tower.design.fan_w * density,
            fans,
        }
    }

    /// The run with these fans.
    pub(in crate::heat_rejection) fn wetted(
        &self,
        blown: &Blown,
        heat_w: f64,
        leaving_c: f64,
    ) -> TowerRun {
        let (wet, flow_w_k, outside) = (self.wet, self.flow_w_k, self.outside);
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return TowerRun::default();
        }
        let Tower {
            design, convention, ..
        } = self.tower;
        let Blown { fans, fan_w } = blown;
        let density_kg_m3 = outside.density_kg_m3();
        let evaporated = |air: f64| {
            let air_kg_s = air * design.air_m3_s * density_kg_m3;
            exit_air::evaporated(heat_w, air_kg_s, outside, leaving_c, *convention)
        };
        let mut air = match convention {
            Convention::Strict => wet * fans.air,
            Convention::EnergyPlus => fans.air.max(design.free_convection),
        };
        let (mut evaporation_kg_s, exit_c) = evaporated(air);
        let entering_c = leaving_c + heat_w / flow_w_k;
        // The least air leaves as warm as water enters: air that leaves colder is more than that.
        let warmest_c = entering_c.min(exit_air::WARMEST_C);
        if *convention == Convention::Strict && exit_c > warmest_c - APART_K {
            let least_kg_s = exit_air::least_kg_s(heat_w, entering_c, leaving_c, outside);
            air = air.max(least_kg_s / (design.air_m3_s * density_kg_m3));
            evaporation_kg_s = evaporated(air).0;
        }
        let drift_kg_s = design.drift * design.water_kg_s * air;
        TowerRun {
            fan_w: *fan_w,
            air_ratio: air,
            cells_kg_s: wet * design.water_kg_s,
            fan_speed: fans.speed,
            water: Water::evaporated(evaporation_kg_s, drift_kg_s, design.cycles_of_concentration),
        }
    }
}

/// The fans of a cell in a step.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::heat_rejection) struct Blown {
    fans: Fans,
    /// What they draw, W.
    pub(in crate::heat_rejection) fan_w: f64,
}
