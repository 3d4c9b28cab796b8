//! Figures far outside what is built are slips of the finger (a wrong unit, a lost point), not questions.
//!
//! The limits are wide on purpose: they keep arithmetic sound and catch factors of a thousand, no more.

use super::{Resolver, ScenarioError};
use crate::cooling::Cooling;
use crate::cooling::air::AirConfig;
use crate::heat_rejection::HeatRejection;
use crate::series::Rate;

/// A key within its table, its figure, the lowest and the highest that is taken.
type Range = (&'static str, f64, f64, f64);

impl Resolver<'_> {
    pub(super) fn check_ranges(&self) -> Result<(), ScenarioError> {
        let scenario = &self.loaded.scenario;
        if let Some(rejection) = &scenario.heat_rejection {
            self.check_plant("heat_rejection", rejection)?;
        }
        for (index, hall) in scenario.hall.iter().enumerate() {
            if let Some(rejection) = &hall.heat_rejection {
                self.check_plant(&format!("hall[{index}].heat_rejection"), rejection)?;
            }
            if let Some(rejection) = &hall.room_rejection {
                self.check_plant(&format!("hall[{index}].room_rejection"), rejection)?;
            }
            let table = format!("hall[{index}].cooling.{}", hall.cooling.name());
            match &hall.cooling {
                Cooling::Air(air) => self.check_table(&table, &air_ranges(air)),
                Cooling::RearDoor(door) => self.check_table(
                    &table,
                    &[
                        ("approach_k", door.approach_k, 0.1, 50.0),
                        ("door_share", door.door_share, 0.05, 1.0),
                    ],
                ),
                Cooling::ColdPlate(plate) => self
                    .check_table(
                        &table,
                        &[
                            ("approach_k", plate.approach_k, 0.1, 50.0),
                            ("flow_l_min_kw", plate.flow_l_min_kw, 0.1, 20.0),
                            ("min_flow", plate.min_flow, 0.01, 1.0),
                            ("pump_kpa", plate.pump_kpa, 1.0, 2000.0),
                            ("pump_efficiency", plate.pump_efficiency, 0.05, 1.0),
                            ("coolant_l_kw", plate.coolant_l_kw, 0.05, 100.0),
                        ],
                    )
                    .and_then(|()| {
                        self.check_table(&format!("{table}.room"), &air_ranges(&plate.room))
                    }),
                Cooling::TwoPhase(tank) => self.check_table(
                    &table,
                    &[
                        ("approach_k", tank.approach_k, 0.1, 50.0),
                        ("tank_l", tank.tank_l, 10.0, 100_000.0),
                        ("loss_kg_year", tank.loss_kg_year, 0.0, 10_000.0),
                    ],
                ),
                Cooling::Immersion(tank) => self.check_table(
                    &table,
                    &[
                        ("rise_k", tank.rise_k, 1.0, 50.0),
                        ("approach_k", tank.approach_k, 0.1, 50.0),
                        ("tank_l", tank.tank_l, 10.0, 100_000.0),
                        ("pump_kpa", tank.pump_kpa, 1.0, 2000.0),
                        ("pump_efficiency", tank.pump_efficiency, 0.05, 1.0),
                        ("min_flow", tank.min_flow, 0.01, 1.0),
                    ],
                ),
                Cooling::DirectWater(_) => Ok(()),
            }?;
        }
        if let Some(generator) = &scenario.site.generator {
            let usd_kg = generator.fuel_usd_kg.unwrap_or(0.0);
            self.check_table("site.generator", &[("fuel_usd_kg", usd_kg, 0.0, 1e3)])?;
        }
        let electrical = &scenario.electrical;
        self.check_table(
            "electrical",
            &[("design_load", electrical.design_load, 0.05, 1.0)],
        )?;
        let site = &scenario.site;
        let given = |figure: Option<f64>| figure.unwrap_or(0.0);
        let constant = |rate: &Option<Rate>| rate.as_ref().and_then(Rate::constant);
        self.check_table(
            "site",
            &[
                ("other_kw", site.other_kw, 0.0, 1e6),
                (
                    "price_usd_mwh",
                    given(constant(&site.price_usd_mwh)),
                    0.0,
                    1e6,
                ),
                (
                    "demand_usd_kw_month",
                    given(site.demand_usd_kw_month),
                    0.0,
                    1e6,
                ),
                ("water_usd_m3", given(site.water_usd_m3), 0.0, 1e6),
                ("grid_water_l_kwh", given(site.grid_water_l_kwh), 0.0, 1e4),
                (
                    "carbon_g_kwh",
                    given(constant(&site.carbon_g_kwh)),
                    0.0,
                    1e5,
                ),
            ],
        )
    }

    fn check_plant(&self, key: &str, rejection: &HeatRejection) -> Result<(), ScenarioError> {
        let table = format!("{key}.{}", rejection.name());
        if rejection.setpoint_c() < COLDEST_WATER_C {
            let what = format!(
                "facility water of {} °C is too close to freezing",
                rejection.setpoint_c()
            );
            let cure = format!("use {COLDEST_WATER_C} or more; no antifreeze is modelled");
            return Err(self.error(&format!("{table}.setpoint_c"), what, cure));
        }
        self.check_table(&table, &[("rise_k", rejection.rise_k(), 1.0, 50.0)])?;
        self.check_table(&table, &rejection.stated())
    }

    fn check_table(&self, table: &str, ranges: &[Range]) -> Result<(), ScenarioError> {
        for &(key, figure, low, high) in ranges {
            // Written so that NaN fails.
            if !(low..=high).contains(&figure) {
                let what = format!("{key} = {figure} is out of range");
                let cure = format!("use {low} to {high}; check the unit and the decimal point");
                return Err(self.error(&format!("{table}.{key}"), what, cure));
            }
        }
        Ok(())
    }
}

fn air_ranges(air: &AirConfig) -> [Range; 5] {
    [
        ("approach_k", air.approach_k, 0.1, 50.0),
        ("fan_pa", air.fan_pa, 1.0, 5000.0),
        ("fan_efficiency", air.fan_efficiency, 0.05, 1.0),
        ("installed", air.installed, 1.0, 10.0),
        ("min_fan_speed", air.min_fan_speed, 0.01, 1.0),
    ]
}

/// Water freezes; chillers keep a few kelvin away from it.
const COLDEST_WATER_C: f64 = 3.0;
