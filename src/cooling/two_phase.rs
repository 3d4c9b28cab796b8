//! Two-phase immersion: fluid boils on the chips, its vapour condenses on a coil of facility water above the bath.
//!
//! ```text
//! C·dT/dt = Q − draw(T)                                                `condenser`, which holds the boiling point
//! C = fluid·ρ·c + servers
//! T ≤ T_boil + 3.5 K ,  m_vented = (Q − draw(T))/h_fg                  relief: what is not condensed blows off
//! loss = tanks × loss per year + m_vented                              vapour that breathes out or leaves with servers
//! ```
//!
//! W, K, J; per tank. T is the temperature at which the bath boils: a little below the boiling point under load, as the valve
//! holds it; above it where water is too warm, because the tank is shut and its pressure rises, by some 3.4 kPa a kelvin for Novec
//! 649. From 3 K above, the tank is out of range: its relief valve opens, and half a kelvin later all vapour that the coil cannot
//! condense leaves through it, 11 g/s for each kW. Just before, its servers switch off (`[hall.thermal_shutdown]`, which a tank that
//! vents does not wait for). The fluid lost is counted and taken to be made up;
//! with steps longer than a minute more of it leaves in the step before they are off. The boiling point is that
//! under the site's mean pressure, to which the tank breathes while it is at rest (`physics::boiling`): 49.1 °C at sea level,
//! 40.2 at 2,600 m. So altitude requires colder water. Chips are warmer by
//! their superheat (`physics::boiling`, in the server). No pump moves the fluid.
//!
//! Unconfirmed: condenser approach 6 K (5–15, large coils to small), vapour lost 10 kg a tank and year (1–50: sealed and
//! purged through carbon, to opened every week). Its heat (88 kJ/kg) is a millionth of the load and
//! left out of the balance. Valid while the bath boils everywhere; the power distribution is ventilated to the outdoors.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condenser::{self, BAND_K, Condenser};
use super::fits::colder_water;
use super::mass::{Mass, Stretches};
use super::room::ventilation_w_w;
use super::technology::at_rest;
use super::technology::boiling_of;
use super::{Config, Design, Filled, FindFluid, Input, Output, Running, Sink, Technology};
use crate::describe::{Fault, count};
use crate::physics::Coolant;
use crate::physics::site_air::SiteAir;
use crate::physics::water::Water;
use crate::units;
use crate::vector::{self, Flat, Simd};

/// A tank this much above its boiling point counts as out of range, K: its relief valve opens.
const RELIEF_K: f64 = 3.0;
/// From there to the valve fully open, K.
const VENT_K: f64 = 0.5;

/// `[hall.cooling.two_phase]`: fanless servers in fluid that boils.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TwoPhaseConfig {
    /// The fluid; one of the catalogue that has a boiling point.
    pub fluid: String,
    /// Boiling point (at the site's pressure) above the water that leaves the condenser, at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(5.0, 15.0, "large coils to small")))]
    pub approach_k: f64,
    /// Fluid in one tank, litres.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 100000.0))]
    pub tank_l: f64,
    /// Vapour that one tank loses in a year, kg.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 10000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.0, 50.0, "sealed and purged through carbon, to opened every week")))]
    pub loss_kg_year: f64,
}

impl Default for TwoPhaseConfig {
    fn default() -> Self {
        Self {
            fluid: "novec-649".into(),
            approach_k: 6.0,
            tank_l: 500.0,
            loss_kg_year: 10.0,
        }
    }
}

impl Config for TwoPhaseConfig {
    fn start(&self, design: &Design<'_>) -> Result<Box<dyn Running>, Fault> {
        Ok(at_rest(self.size(design)?))
    }

    fn coolant(&self) -> Coolant {
        Coolant::Boiling
    }

    fn design_coolant_c(&self, air: &SiteAir, fluids: FindFluid<'_>) -> Result<f64, Fault> {
        let fluid = fluids(&self.fluid).map_err(|fault| fault.at("fluid"))?;
        Ok(boiling_of(&fluid, &self.fluid)?
            .under(air.pressure_pa)
            .boiling_c)
    }

    fn choices(&self) -> Vec<String> {
        vec![self.fluid.clone()]
    }

    fn bounds(&self, air: &SiteAir, _: f64, fluids: FindFluid<'_>) -> Option<String> {
        let boiling = fluids(&self.fluid).ok()?.boiling?.under(air.pressure_pa);
        Some(format!(
            "boils at {:.1} °C under the site's {:.1} kPa",
            boiling.boiling_c,
            boiling.pressure_pa / 1e3
        ))
    }

    fn filled(&self, racks: f64, _: f64) -> Option<(&str, Filled)> {
        Some((&self.fluid, Filled::Litres(self.tank_l * racks)))
    }

    fn boiling_fluid(&self) -> Option<&str> {
        Some(&self.fluid)
    }
}

impl TwoPhaseConfig {
    fn size(&self, design: &Design<'_>) -> Result<TwoPhase, Fault> {
        let (fluid, boiling) = design.boiling(&self.fluid)?;
        // The vapour space breathes: at rest it has the pressure of the site.
        let boiling = boiling.under(design.air.pressure_pa);
        let water = design.water;
        let water_c = condenser::warmest_water_c(boiling.boiling_c, self.approach_k, water.rise_k);
        if water.supply_c > water_c + 1e-9 {
            let boils = format!(
                "a fluid that boils at {:.1} °C (under the site's {:.1} kPa)",
                boiling.boiling_c,
                boiling.pressure_pa / 1e3
            );
            let what = condenser::too_warm(water, &boils, self.approach_k);
            let colder = colder_water(boiling.boiling_c, self.approach_k, water.rise_k);
            let cure = format!("{colder}, or choose another fluid");
            return Err(Fault::new(what, cure).at("approach_k"));
        }
        let heat_w = design.rack_heat_w;
        let boiling_c = boiling.boiling_c;
        let props = fluid.at(boiling.boiling_c);
        Ok(TwoPhase {
            racks: design.racks,
            tank_l: self.tank_l,
            boiling_c,
            condenser: Condenser::size(heat_w, boiling_c, self.approach_k, water.rise_k),
            tank_j_k: self.tank_l * 1e-3 * props.volumetric_j_m3k() + design.rack_mass_j_k,
            loss_kg_s: self.loss_kg_year * design.racks as f64 / (365.0 * units::DAY_S),
            latent_j_kg: boiling.latent_j_kg,
            ventilation_w_w: ventilation_w_w(design.air),
        })
    }
}

/// The tanks of one hall, sized. Conductances and mass are per tank.
#[derive(Debug, Clone)]
pub struct TwoPhase {
    racks: usize,
    tank_l: f64,
    boiling_c: f64,
    condenser: Condenser,
    tank_j_k: f64,
    loss_kg_s: f64,
    latent_j_kg: f64,
    /// Fans for the heat of power distribution, W per W.
    ventilation_w_w: f64,
}

/// The tanks' temperatures, °C.
#[derive(Debug, Clone, PartialEq)]
pub struct Baths {
    bath_c: Flat,
    ends: Ends,
}

/// Over all tanks at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ends {
    range_c: (f64, f64),
    sum_c: f64,
    /// Heat of all racks, W, and of that what vents, W.
    heat_w: f64,
    vented_w: f64,
}

/// The loop over all tanks under one limit.
struct AllBaths<'a> {
    start_c: &'a [f64],
    heat_w: &'a [f64],
    end_c: &'a mut [f64],
    sink: Sink,
    left: f64,
}

impl vector::WithSimd for AllBaths<'_> {
    type Output = Ends;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Ends {
        let (sink, left) = (self.sink, self.left);
        let starts = self.start_c.iter().zip(self.heat_w);
        for ((start_c, heat_w), end_c) in starts.zip(&mut *self.end_c) {
            let settled_c = sink.temp_c + heat_w / sink.conductance_w_k;
            *end_c = settled_c + (start_c - settled_c) * left;
        }
        Ends {
            range_c: vector::range(simd, self.end_c),
            sum_c: vector::sum(simd, self.end_c),
            heat_w: vector::sum(simd, self.heat_w),
            vented_w: 0.0,
        }
    }
}

/// The loop over all tanks, each under the limit that binds at its start. The end of those that meet another on the way, or vent,
/// is no number.
struct EachBath<'a> {
    start_c: &'a [f64],
    heat_w: &'a [f64],
    end_c: &'a mut [f64],
    stretches: &'a Stretches,
    /// Share of a difference that is left under the second and the third limit.
    left: [f64; 2],
    /// Warming of a tank from which nothing is drawn, K/W.
    alone_k_w: f64,
    most_c: f64,
}

impl vector::Loop for EachBath<'_> {
    /// How many do.
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        let [_, second, third] = self.stretches.sinks;
        let [second_c, third_c] = self.stretches.from_c;
        let stretch = |at_c: f64| [at_c > second_c, at_c > third_c];
        let (left, alone_k_w, most_c) = (self.left, self.alone_k_w, self.most_c);
        let mut odd = 0;
        let baths = self.start_c.iter().zip(self.heat_w);
        for ((&start_c, &heat_w), into) in baths.zip(self.end_c) {
            let here = stretch(start_c);
            let settled_c = if here[1] {
                third.temp_c + heat_w / third.conductance_w_k
            } else {
                second.temp_c + heat_w / second.conductance_w_k
            };
            let left = if here[1] { left[1] } else { left[0] };
            let drawn_c = settled_c + (start_c - settled_c) * left;
            let end_c = if here[0] {
                drawn_c
            } else {
                start_c + heat_w * alone_k_w
            };
            let alone = stretch(end_c) != here || end_c > most_c;
            odd += u64::from(alone);
            *into = if alone { f64::NAN } else { end_c };
        }
        odd
    }
}

impl Technology for TwoPhase {
    type State = Baths;

    fn feels_outdoors(&self) -> bool {
        false
    }

    fn coolant(&self) -> Coolant {
        Coolant::Boiling
    }

    fn sizes(&self) -> Option<String> {
        let tanks = count(self.racks as f64, "tank");
        Some(format!("{tanks} of {} L", self.tank_l))
    }

    fn limit_c(&self) -> f64 {
        self.boiling_c + RELIEF_K
    }

    fn vents_above_k(&self) -> f64 {
        0.9 * VENT_K
    }

    fn initial(&self) -> Baths {
        let at_c = self.boiling_c - BAND_K;
        Baths {
            bath_c: Flat::of(at_c, self.racks),
            ends: Ends {
                range_c: (at_c, at_c),
                sum_c: at_c * self.racks as f64,
                heat_w: 0.0,
                vented_w: 0.0,
            },
        }
    }

    fn rack_coolant_c(&self, state: &Baths, racks: &mut [f64]) -> (f64, f64) {
        racks.copy_from_slice(&state.bath_c);
        state.ends.range_c
    }

    fn step(&self, state: &Baths, next: &mut Baths, input: &Input<'_>) -> Output {
        let [control, exchanger] = self.condenser.limits(input.water_supply_c);
        let mass = Mass {
            control,
            exchanger,
            mass_j_k: self.tank_j_k,
            dt_s: input.dt_s,
        };
        let many = mass.many();
        let most_c = self.boiling_c + RELIEF_K + VENT_K;
        // Nearly always one limit binds in all tanks for the whole step, and none vents.
        let together = many.binding_for(state.ends.range_c).and_then(|sink| {
            let ends = vector::widest(AllBaths {
                start_c: &state.bath_c,
                heat_w: input.rack_heat_w,
                end_c: &mut next.bath_c,
                sink,
                left: many.left(sink),
            });
            let one = many.binding_for(ends.range_c) == Some(sink);
            (one && ends.range_c.1 <= most_c).then_some(ends)
        });
        next.ends = together.unwrap_or_else(|| {
            let most_w = Sink::binding(control, exchanger, most_c).draw_w(most_c);
            let mut vented_w = 0.0;
            let stretches = Stretches::of(control, exchanger);
            let [_, second, third] = stretches.sinks;
            let odd = vector::widest(EachBath {
                start_c: &state.bath_c,
                heat_w: input.rack_heat_w,
                end_c: &mut next.bath_c,
                stretches: &stretches,
                left: [many.left(second), many.left(third)],
                alone_k_w: input.dt_s / self.tank_j_k,
                most_c,
            });
            let baths = state.bath_c.iter().zip(input.rack_heat_w);
            let baths = baths.zip(next.bath_c.iter_mut());
            for ((&start_c, &rack_w), end_c) in baths.filter(|(_, end_c)| odd > 0 && end_c.is_nan())
            {
                *end_c = many.end_c(start_c, rack_w);
                if *end_c > most_c {
                    vented_w += if start_c < most_c {
                        (*end_c - most_c) * self.tank_j_k / input.dt_s
                    } else {
                        (rack_w - most_w).max(0.0)
                    };
                    *end_c = most_c;
                }
            }
            Ends {
                range_c: vector::extent(&next.bath_c),
                sum_c: vector::total(&next.bath_c),
                heat_w: vector::total(input.rack_heat_w),
                vented_w,
            }
        });
        let Ends {
            heat_w, vented_w, ..
        } = next.ends;
        let stored_w = (next.ends.sum_c - state.ends.sum_c) * self.tank_j_k / input.dt_s;
        let ventilation_w = self.ventilation_w_w * input.room_heat_w * input.available.fans;
        let bath_c = next.ends.sum_c / self.racks as f64;
        Output {
            heat_to_water_w: heat_w - stored_w - vented_w,
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: input.room_heat_w + ventilation_w + vented_w,
            stored_w,
            hall_fans_w: ventilation_w,
            cdu_pumps_w: 0.0,
            water: Water::default(),
            vapour_kg_s: self.loss_kg_s + vented_w / self.latent_j_kg,
            supply_c: bath_c,
            return_c: bath_c,
            dew_point_c: None,
            dew_point_outside: false,
        }
    }
}

#[cfg(test)]
mod tests;
