//! Single-phase immersion: fanless servers in a tank of dielectric fluid, pumped through a heat exchanger
//! to facility water.
//!
//! ```text
//! C·dT/dt = Q + P_pump − min(ṁc·(T − T_set), ε·C_min·(T − T_water))₊     T: fluid leaving the servers
//! T_supply = T − draw/ṁc ,  chips meet the mean (T + T_supply)/2
//! ε        counterflow NTU form, UA from the design approach
//! V = Q/(ρ·c·ΔT) within limits,  P_pump = Δp·V/η,  Δp ~ V^1.75·μ^0.25 (Blasius)
//! C = tank volume·ρ·c + servers
//! ```
//!
//! W, K, J; per tank. One fluid flow for all tanks of the hall, following the hall's load between the minimum and
//! full speed. The control holds the supply temperature with the water valve; where water is too warm the
//! exchanger binds and the tank floats above its setpoint. Both are straight lines in T, so each tank is
//! advanced exactly, piece by piece if the binding limit changes inside the step.
//!
//! Source: Incropera et al., 7th ed., Table 11.3 and §8.1 (Blasius); supply 35–45 °C, rise 8–12 K, approach
//! 3–8 K, pump 5–20 W/kW are remembered design figures (unconfirmed). Defaults give about 8 W/kW.
//! The hall's power distribution is ventilated to the outdoors.
//! Valid while the fluid stays liquid and forced convection dominates (no limit on heat-sink flow is modelled).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Design, Input, Output, Sink, Technology};
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k, ua_for_inlets};
use crate::physics::{Coolant, fluids};
use crate::units;

/// The tank's heat exchanger.
const PLATE: Arrangement = Arrangement::Counterflow;
/// Ratio of the servers' own heat capacity that follows the fluid within minutes.
const SERVER_MASS_SHARE: f64 = 1.0;
/// Fans that carry the heat of power distribution out of the hall, W per W: 250 Pa, 50 % efficient, air
/// warmed by 10 K (250/(0.5·1.2·1006·10) = 0.041).
const VENTILATION_W_W: f64 = 0.041;
/// Pump pressure follows volume flow to this power (Blasius).
const PRESSURE_EXPONENT: f64 = 1.75;

/// Tanks, as a scenario describes them.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImmersionConfig {
    /// Fluid supplied to the servers, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub supply_c: f64,
    /// Fluid of the catalogue.
    pub fluid: String,
    /// Rise of the fluid through the servers at full load, K.
    #[serde(deserialize_with = "units::positive")]
    pub rise_k: f64,
    /// Fluid supply above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    pub approach_k: f64,
    /// Fluid in one tank, litres.
    #[serde(deserialize_with = "units::positive")]
    pub tank_l: f64,
    /// Pressure rise of the tank pump at full flow and 40 °C, kPa.
    #[serde(deserialize_with = "units::positive")]
    pub pump_kpa: f64,
    /// Wire-to-fluid efficiency of the pump.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub pump_efficiency: f64,
    /// Lowest pump flow, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub min_flow: f64,
    /// Fluid supply above which a tank counts as out of range, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub max_supply_c: f64,
}

impl Default for ImmersionConfig {
    fn default() -> Self {
        Self {
            supply_c: 38.0,
            fluid: "isoparaffin".into(),
            rise_k: 10.0,
            approach_k: 4.0,
            tank_l: 1000.0,
            pump_kpa: 70.0,
            pump_efficiency: 0.5,
            min_flow: 0.3,
            max_supply_c: 50.0,
        }
    }
}

impl ImmersionConfig {
    pub(super) const COOLANT: Coolant = Coolant::Dielectric;
    pub(super) const NAME: &'static str = "immersion";

    pub(super) fn design_coolant_c(&self) -> f64 {
        self.supply_c + 0.5 * self.rise_k
    }

    pub(super) fn size(&self, design: &Design<'_>) -> Result<Immersion, String> {
        let fluid = (design.fluids)(&self.fluid)?;
        let props = fluid.at(self.supply_c);
        let fluid_w_k = design.rack_heat_w / self.rise_k;
        let water_w_k = design.rack_heat_w / design.water_rise_k;
        let water_c = self.supply_c - self.approach_k;
        if design.water_supply_c > water_c + 1e-9 {
            return Err(format!(
                "facility water of {:.1} °C cannot keep the fluid at supply_c = {:.1} with an approach of \
                 {:.1} K; raise supply_c to {:.1} or lower the setpoint of the heat rejection",
                design.water_supply_c,
                self.supply_c,
                self.approach_k,
                design.water_supply_c + self.approach_k
            ));
        }
        let return_c = self.supply_c + self.rise_k;
        let heat_w = design.rack_heat_w;
        let ua_w_k = ua_for_inlets(PLATE, heat_w, return_c, fluid_w_k, water_c, water_w_k);
        if !ua_w_k.is_finite() {
            return Err(format!(
                "no heat exchanger does this: approach_k = {:.1} with fluid cooled by {:.1} K and water warmed \
                 by {:.1} K; use a larger approach_k",
                self.approach_k, self.rise_k, design.water_rise_k
            ));
        }
        let volume_m3_s = fluid_w_k / (props.density_kg_m3 * props.cp_j_kgk);
        let tank_j_k = self.tank_l * 1e-3 * props.density_kg_m3 * props.cp_j_kgk
            + SERVER_MASS_SHARE * design.rack_mass_j_k;
        Ok(Immersion {
            config: self.clone(),
            racks: design.racks,
            hall_heat_w: design.rack_heat_w * design.racks as f64,
            fluid_w_k,
            water_w_k,
            ua_w_k,
            tank_j_k,
            pump_w: self.pump_kpa * 1e3 * volume_m3_s / self.pump_efficiency,
            reference_pa_s: fluid.at(40.0).viscosity_pa_s,
            fluid,
        })
    }
}

/// The tanks of one hall, sized. Figures are per tank.
#[derive(Debug, Clone)]
pub struct Immersion {
    config: ImmersionConfig,
    racks: usize,
    hall_heat_w: f64,
    /// Capacity rates of fluid and water at full flow, W/K.
    fluid_w_k: f64,
    water_w_k: f64,
    ua_w_k: f64,
    tank_j_k: f64,
    /// Pump at full flow and 40 °C, W.
    pump_w: f64,
    reference_pa_s: f64,
    fluid: fluids::Fluid,
}

/// The tanks' temperatures.
#[derive(Debug, Clone, PartialEq)]
pub struct Tanks {
    /// Fluid leaving the servers, per tank, °C.
    bulk_c: Vec<f64>,
    /// Fluid the chips meet, per tank: mean of supply and bulk, °C.
    mean_c: Vec<f64>,
    /// Lowest and highest of `mean_c`.
    range_c: (f64, f64),
    /// Lowest and highest of `bulk_c`.
    bulk_range_c: (f64, f64),
}

impl Technology for Immersion {
    type State = Tanks;

    fn coolant(&self) -> Coolant {
        Coolant::Dielectric
    }

    fn limit_c(&self) -> f64 {
        self.config.max_supply_c + 0.5 * self.config.rise_k
    }

    fn initial(&self) -> Tanks {
        let at_c = self.config.supply_c;
        Tanks {
            bulk_c: vec![at_c; self.racks],
            mean_c: vec![at_c; self.racks],
            range_c: (at_c, at_c),
            bulk_range_c: (at_c, at_c),
        }
    }

    fn rack_coolant_c(&self, state: &Tanks, racks: &mut [f64]) -> (f64, f64) {
        racks.copy_from_slice(&state.mean_c);
        state.range_c
    }

    fn step(&self, state: &Tanks, next: &mut Tanks, input: &Input<'_>) -> Output {
        let config = &self.config;
        let racks = self.racks as f64;
        let flow = (input.it_heat_w / self.hall_heat_w).clamp(config.min_flow, 1.0);
        let fluid_w_k = self.fluid_w_k * flow;
        let viscosity = self.fluid.at(config.supply_c).viscosity_pa_s / self.reference_pa_s;
        let pump_w = self.pump_w * flow.powf(1.0 + PRESSURE_EXPONENT) * viscosity.powf(0.25);
        let control = Sink {
            conductance_w_k: fluid_w_k,
            temp_c: config.supply_c,
        };
        let exchanger = Sink {
            conductance_w_k: conductance_w_k(PLATE, self.ua_w_k, fluid_w_k, self.water_w_k),
            temp_c: input.water_supply_c,
        };
        let tank = Tank {
            control,
            exchanger,
            mass_j_k: self.tank_j_k,
            dt_s: input.dt_s,
        };
        // Nearly always one limit binds in all tanks for the whole step; otherwise each is followed on its own.
        let heat = Heat {
            rack_w: input.rack_heat_w,
            pump_w,
        };
        let half_k_w = 0.5 / fluid_w_k;
        let together = tank.binding_for(state.bulk_range_c).and_then(|sink| {
            let sums = tank.advance_all(sink, state, next, heat, half_k_w);
            (tank.binding_for(sums.bulk_c) == Some(sink)).then_some(sums)
        });
        let sums = together.unwrap_or_else(|| tank.advance_each(state, next, heat, half_k_w));
        next.range_c = sums.mean_c;
        next.bulk_range_c = sums.bulk_c;
        let stored_w = sums.change_k * self.tank_j_k / input.dt_s;
        let drawn_w = units::sum(input.rack_heat_w) + pump_w * racks - stored_w;
        let return_c = (sums.start_k + 0.5 * sums.change_k) / racks;
        let ventilation_w = VENTILATION_W_W * input.room_heat_w;
        Output {
            heat_to_water_w: drawn_w,
            heat_to_ambient_w: input.room_heat_w + ventilation_w,
            stored_w,
            hall_fans_w: ventilation_w,
            cdu_pumps_w: pump_w * racks,
            supply_c: return_c - drawn_w / racks / fluid_w_k,
            return_c,
        }
    }
}

/// Heat into the tanks, W.
#[derive(Clone, Copy)]
struct Heat<'a> {
    rack_w: &'a [f64],
    pump_w: f64,
}

/// Over all tanks after a step.
struct Sums {
    /// Sum of the bulk temperatures at the start, and of their changes.
    start_k: f64,
    change_k: f64,
    /// Lowest and highest bulk and mean temperature at the end.
    bulk_c: (f64, f64),
    mean_c: (f64, f64),
}

/// One tank's balance during a step.
struct Tank {
    control: Sink,
    exchanger: Sink,
    mass_j_k: f64,
    dt_s: f64,
}

impl Tank {
    /// The limit that binds at both ends of a range (then, both being straight, everywhere inside it).
    fn binding_for(&self, (low_c, high_c): (f64, f64)) -> Option<Sink> {
        let sink = Sink::binding(self.control, self.exchanger, low_c);
        (sink.conductance_w_k > 0.0 && Sink::binding(self.control, self.exchanger, high_c) == sink)
            .then_some(sink)
    }

    /// All tanks under one limit. Four sums side by side let the compiler use vector registers, in an order that
    /// is the same everywhere.
    fn advance_all(
        &self,
        sink: Sink,
        state: &Tanks,
        next: &mut Tanks,
        heat: Heat<'_>,
        half_k_w: f64,
    ) -> Sums {
        const LANES: usize = 4;
        let per_w = 1.0 / sink.conductance_w_k;
        let approach = -(-self.dt_s * sink.conductance_w_k / self.mass_j_k).exp_m1();
        let rest_c = sink.temp_c + heat.pump_w * per_w;
        let stored_w_k = self.mass_j_k / self.dt_s;
        let tank = |start_c: f64, heat_w: f64| {
            let change_k = (rest_c + heat_w * per_w - start_c) * approach;
            let draw_w = heat_w + heat.pump_w - change_k * stored_w_k;
            let end_c = start_c + change_k;
            (end_c, end_c - draw_w * half_k_w, change_k)
        };
        let (mut starts, mut changes) = ([0.0; LANES], [0.0; LANES]);
        let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
        let (mut low_mean, mut high_mean) = (low, high);
        let mut start = state.bulk_c.chunks_exact(LANES);
        let mut watts = heat.rack_w.chunks_exact(LANES);
        let mut ends = next.bulk_c.chunks_exact_mut(LANES);
        let mut means = next.mean_c.chunks_exact_mut(LANES);
        for (((s, w), e), m) in (&mut start).zip(&mut watts).zip(&mut ends).zip(&mut means) {
            for lane in 0..LANES {
                let (end_c, mean_c, change_k) = tank(s[lane], w[lane]);
                (e[lane], m[lane]) = (end_c, mean_c);
                starts[lane] += s[lane];
                changes[lane] += change_k;
                low[lane] = if end_c < low[lane] { end_c } else { low[lane] };
                high[lane] = if end_c > high[lane] {
                    end_c
                } else {
                    high[lane]
                };
                low_mean[lane] = if mean_c < low_mean[lane] {
                    mean_c
                } else {
                    low_mean[lane]
                };
                high_mean[lane] = if mean_c > high_mean[lane] {
                    mean_c
                } else {
                    high_mean[lane]
                };
            }
        }
        let rest = start.remainder().iter().zip(watts.remainder());
        let rest = rest.zip(ends.into_remainder()).zip(means.into_remainder());
        for (((&s, &w), e), m) in rest {
            let (end_c, mean_c, change_k) = tank(s, w);
            (*e, *m) = (end_c, mean_c);
            starts[0] += s;
            changes[0] += change_k;
            (low[0], high[0]) = (low[0].min(end_c), high[0].max(end_c));
            (low_mean[0], high_mean[0]) = (low_mean[0].min(mean_c), high_mean[0].max(mean_c));
        }
        let least = |lanes: [f64; LANES]| lanes.into_iter().fold(f64::INFINITY, f64::min);
        let most = |lanes: [f64; LANES]| lanes.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Sums {
            start_k: starts.iter().sum(),
            change_k: changes.iter().sum(),
            bulk_c: (least(low), most(high)),
            mean_c: (least(low_mean), most(high_mean)),
        }
    }

    /// Each tank under the limits that bind in it, one after the other.
    fn advance_each(&self, state: &Tanks, next: &mut Tanks, heat: Heat<'_>, half_k_w: f64) -> Sums {
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let mut sums = Sums {
            start_k: 0.0,
            change_k: 0.0,
            bulk_c: none,
            mean_c: none,
        };
        let widen = |range: &mut (f64, f64), c: f64| *range = (range.0.min(c), range.1.max(c));
        let tanks = state.bulk_c.iter().zip(heat.rack_w);
        for ((&start_c, &heat_w), (end, mean)) in
            tanks.zip(next.bulk_c.iter_mut().zip(&mut next.mean_c))
        {
            let given_w = heat_w + heat.pump_w;
            *end = self.piecewise(start_c, given_w);
            let draw_w = given_w - (*end - start_c) * self.mass_j_k / self.dt_s;
            *mean = *end - draw_w * half_k_w;
            sums.start_k += start_c;
            sums.change_k += *end - start_c;
            widen(&mut sums.bulk_c, *end);
            widen(&mut sums.mean_c, *mean);
        }
        sums
    }

    /// The end temperature where the binding limit changes inside the step: from one change to the next.
    fn piecewise(&self, start_c: f64, heat_w: f64) -> f64 {
        let (mut temp_c, mut left_s) = (start_c, self.dt_s);
        let (control, exchanger) = (self.control, self.exchanger);
        let crossing_c = (control.conductance_w_k * control.temp_c
            - exchanger.conductance_w_k * exchanger.temp_c)
            / (control.conductance_w_k - exchanger.conductance_w_k);
        let off_c = control.temp_c.max(exchanger.temp_c);
        for _ in 0..4 {
            // A hair beyond a change, the limit that binds on the far side is the one to follow.
            let rate = heat_w - Sink::binding(control, exchanger, temp_c).draw_w(temp_c);
            let nudge = 1e-9 * rate.signum();
            let sink = Sink::binding(control, exchanger, temp_c + nudge);
            let next_c = [crossing_c, off_c]
                .into_iter()
                .filter(|c| c.is_finite() && (c - temp_c - nudge) * rate > 0.0)
                .min_by(|a, b| (a - temp_c).abs().total_cmp(&(b - temp_c).abs()));
            let (end_c, reach_s) = self.relax(sink, temp_c, heat_w, left_s, next_c);
            match reach_s {
                Some(spent_s) if spent_s < left_s => {
                    temp_c = end_c;
                    left_s -= spent_s;
                }
                _ => return end_c,
            }
        }
        self.relax(
            Sink::binding(control, exchanger, temp_c),
            temp_c,
            heat_w,
            left_s,
            None,
        )
        .0
    }

    /// Follows one limit for `span_s`, or to `until_c` if that is met earlier; then says after how long.
    fn relax(
        &self,
        sink: Sink,
        start_c: f64,
        heat_w: f64,
        span_s: f64,
        until_c: Option<f64>,
    ) -> (f64, Option<f64>) {
        let g = sink.conductance_w_k;
        if g <= 0.0 {
            let end_c = start_c + heat_w * span_s / self.mass_j_k;
            return match until_c {
                Some(c) if (c - start_c) * heat_w > 0.0 => {
                    let spent_s = (c - start_c) * self.mass_j_k / heat_w;
                    if spent_s < span_s {
                        (c, Some(spent_s))
                    } else {
                        (end_c, None)
                    }
                }
                _ => (end_c, None),
            };
        }
        let settled_c = sink.temp_c + heat_w / g;
        let end_c = settled_c + (start_c - settled_c) * (-span_s * g / self.mass_j_k).exp();
        if let Some(c) = until_c {
            let ratio = (c - settled_c) / (start_c - settled_c);
            if ratio > 0.0 && ratio < 1.0 {
                let spent_s = -ratio.ln() * self.mass_j_k / g;
                if spent_s < span_s {
                    return (c, Some(spent_s));
                }
            }
        }
        (end_c, None)
    }
}

#[cfg(test)]
mod tests;
