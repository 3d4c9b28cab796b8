//! A tank of chilled facility water: cold below, warm above, discharged when the plant falls short.
//!
//! ```text
//! discharge   Q = k·(return − T_c),  k ≤ m_cold·c/dt          W; return = supply + heat/C
//!             most = (plant + k·(supply − T_c))/(1 − k/C)     heat of facility water, W
//! charge      Q = min(spare capacity, energy/dt, a tenth of the design heat)
//! energy      E' = E + Q·dt,  m_hot' = m_hot + Q·dt/(c·(return − T_c))     J above T_c, exact
//! ```
//!
//! Two zones with a sharp edge between them: the cold one (`T_c`) at the setpoint, the other at the mean of what came
//! back. It discharges wherever the plant cannot hold the setpoint alone, so that the setpoint holds until the cold zone
//! is used up; it is charged while the plant has capacity to spare. Units W, °C, kg, K. Source: energy and mass balance of
//! an ideally stratified tank. Charging at a tenth of the design heat is an estimate, unconfirmed: 5 % where only the spare
//! of N plants charges to 20 % where a spare machine does. Not in it: mixing and conduction across the edge (real tanks give
//! 85 to 95 % back: an estimate, unconfirmed), losses through the wall and the tank's own pump. It
//! needs the facility pumps: without power for them it gives nothing.

use super::medium::Medium;
use crate::heat_rejection::rejection::{
    Available, Rejection, RejectionOutput, StepRequest, StepResult,
};
use crate::physics::psychrometrics::MoistAir;

/// Charging is no faster than this share of the design heat.
const CHARGE_SHARE: f64 = 0.1;
/// More than any plant carries, W: all of the flow can go through the tank for a whole step.
const PLENTY_W: f64 = 1e12;

/// A plant and its tank.
pub struct Storage {
    plant: Box<dyn Rejection>,
    full_kg: f64,
    cp_j_kgk: f64,
    cold_c: f64,
    charge_w: f64,
    /// The warm zone and its energy above the cold one.
    hot_kg: f64,
    hot_j: f64,
    dt_s: f64,
}

impl Storage {
    /// A full tank of `volume_m3`, cold at the setpoint.
    pub fn new(
        volume_m3: f64,
        medium: &Medium,
        setpoint_c: f64,
        design_w: f64,
        plant: Box<dyn Rejection>,
    ) -> Self {
        Self {
            plant,
            full_kg: volume_m3 * medium.density_kg_m3,
            cp_j_kgk: medium.cp_j_kgk,
            cold_c: setpoint_c,
            charge_w: CHARGE_SHARE * design_w,
            hot_kg: 0.0,
            hot_j: 0.0,
            dt_s: 0.0,
        }
    }

    /// Capacity rate at which the cold zone lasts for a step, W/K.
    fn cold_w_k(&self, supply_c: f64) -> f64 {
        if self.dt_s <= 0.0 || supply_c < self.cold_c {
            return 0.0;
        }
        (self.full_kg - self.hot_kg).max(0.0) * self.cp_j_kgk / self.dt_s
    }
}

impl Rejection for Storage {
    fn decide(&mut self, request: &StepRequest<'_>) {
        self.dt_s = request.dt_s;
        self.plant.decide(request);
    }

    fn set_available(&mut self, available: &Available) {
        self.plant.set_available(available);
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        let plant_w = self.plant.capacity_w(supply_c, flow_w_k, outside);
        let k_w_k = self.cold_w_k(supply_c);
        if k_w_k <= 0.0 || flow_w_k <= 0.0 {
            return plant_w;
        }
        let rest = 1.0 - k_w_k / flow_w_k;
        if rest <= 0.0 {
            return plant_w + PLENTY_W;
        }
        ((plant_w + k_w_k * (supply_c - self.cold_c)) / rest).min(plant_w + PLENTY_W)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        let idle = self.hot_j <= 0.0 && self.plant.carries(heat_w, supply_c, flow_w_k, outside);
        if idle || self.dt_s <= 0.0 {
            return self.plant.reject(heat_w, supply_c, flow_w_k, outside);
        }
        let plant_w = self.plant.capacity_w(supply_c, flow_w_k, outside);
        let stored_w = if heat_w > plant_w {
            heat_w - plant_w
        } else if supply_c <= self.cold_c + 1e-6 {
            let spare_w = plant_w - heat_w;
            -spare_w.min(self.charge_w).min(self.hot_j / self.dt_s)
        } else {
            0.0
        };
        let run = self
            .plant
            .reject(heat_w - stored_w, supply_c, flow_w_k, outside);
        RejectionOutput { stored_w, ..run }
    }

    fn commit(&mut self, done: &StepResult<'_>) {
        let gained_j = done.rejected.stored_w * done.dt_s;
        if gained_j > 0.0 {
            let rise_k = done.supply_c + done.heat_w / done.flow_w_k - self.cold_c;
            self.hot_kg += gained_j / (self.cp_j_kgk * rise_k.max(1e-3));
            // Rounding of the loop's search.
            if self.hot_kg > self.full_kg * (1.0 - 1e-9) {
                self.hot_kg = self.full_kg;
            }
            self.hot_j += gained_j;
        } else if gained_j < 0.0 {
            let left = (1.0 + gained_j / self.hot_j).max(0.0);
            // The last crumb would be charged forever.
            if left < 1e-12 {
                (self.hot_kg, self.hot_j) = (0.0, 0.0);
            } else {
                self.hot_kg *= left;
                self.hot_j += gained_j;
            }
        }
        self.plant.commit(done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heat_rejection::rejection::Outdoors;
    use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};

    /// A plant of a fixed capacity.
    struct Fixed(f64, bool);

    impl Rejection for Fixed {
        fn set_available(&mut self, available: &Available) {
            self.1 = available.chillers_out == 0;
        }

        fn capacity_w(&self, _: f64, _: f64, _: &MoistAir) -> f64 {
            if self.1 { self.0 } else { 0.0 }
        }

        fn reject(&self, heat_w: f64, _: f64, _: f64, _: &MoistAir) -> RejectionOutput {
            RejectionOutput {
                heat_to_ambient_w: heat_w,
                ..RejectionOutput::default()
            }
        }
    }

    /// 1 MW at 125 kW/K comes back 8 K warmer: 100 m³ hold 997·100·4186·8 J = 3.3 GJ or 55.6 minutes. With the plant
    /// back and 0.2 MW to spare, the 0.1 MW of charging take ten times as long.
    #[test]
    fn it_rides_through_by_hand() {
        let outside = MoistAir::from_relative_humidity(30.0, 0.3, 101_325.0);
        let mut tank = Storage::new(
            100.0,
            &Medium::WATER,
            16.0,
            1e6,
            Box::new(Fixed(1.2e6, true)),
        );
        let (heat_w, flow_w_k, dt_s) = (1e6, 125e3, 60.0);
        let step = |tank: &mut Storage| {
            tank.decide(&StepRequest {
                heat_w,
                supply_c: 16.0,
                flow_w_k,
                outdoors: &Outdoors {
                    air: outside,
                    hour_of_year: 4000.0,
                },
                dt_s,
            });
            if tank.capacity_w(16.0, flow_w_k, &outside) < heat_w {
                return None;
            }
            let rejected = tank.reject(heat_w, 16.0, flow_w_k, &outside);
            assert!((rejected.heat_to_ambient_w + rejected.stored_w - heat_w).abs() < 1e-6);
            tank.commit(&StepResult {
                heat_w,
                supply_c: 16.0,
                flow_w_k,
                rejected: &rejected,
                dt_s,
            });
            Some(rejected.stored_w)
        };
        assert_eq!(step(&mut tank), Some(0.0));
        tank.set_available(&Available {
            chillers_out: 1,
            ..Available::default()
        });
        let mut minutes = 0.0;
        while step(&mut tank) == Some(1e6) {
            minutes += 1.0;
        }
        let full = WATER_DENSITY_KG_M3 * 100.0 * WATER_CP_J_KGK * 8.0 / 1e6 / 60.0;
        assert_eq!(minutes, f64::floor(full), "{full}");
        tank.set_available(&Available::default());
        let mut charging = 0.0;
        while step(&mut tank).unwrap() < 0.0 {
            charging += 1.0;
        }
        assert_eq!(charging, 10.0 * minutes);
        assert_eq!((tank.hot_kg, tank.hot_j), (0.0, 0.0));
    }
}
