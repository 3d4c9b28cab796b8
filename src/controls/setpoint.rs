//! The supply temperature of a water loop: its setpoint while the plant can hold it, otherwise where what the
//! halls give and what the plant can take agree.
//!
//! ```text
//! g(T) = load(T_met) − capacity(T) − C·(T − T_start)/dt = 0        T = T_met − e(load)
//! ```
//!
//! Halls meet water of `T_met`: the supply, or warmer by the excess `e` where too little of it flows. The excess falls with
//! `T_met`, so that the supply rises with it by a kelvin a kelvin or more, and `g` falls. Searched over `T_met`, one
//! search finds both.
//!
//! The loop is implicit (temperature at the end of the step), so that no step size is unstable. W, °C. Found to a billionth of the
//! load: by secants from where it was, which is seldom far, and otherwise within a bracket from the setpoint (`physics::root`).

use crate::physics::root::Bracket;

/// Capability of a plant at one supply temperature, °C, for the last load requested.
pub struct PlantCapability<Carries, Capacity> {
    /// Whether it carries so much heat, W: called first, as it mostly costs less than its maximum.
    pub carries: Carries,
    /// The most it carries, W, while it carries the heat of the first argument.
    pub capacity_w: Capacity,
}

/// Where the loop ends up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoopState {
    /// Supply temperature at the end of the step, °C.
    pub supply_c: f64,
    /// Heat the plant takes from the loop, W.
    pub plant_w: f64,
    /// Heat that goes into warming the loop's water, W.
    pub stored_w: f64,
}

/// Response of the halls to one water temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Met {
    /// Heat of halls and pumps, W.
    pub load_w: f64,
    /// The supply that this water comes from, °C.
    pub supply_c: f64,
}

/// A water loop as its control sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaterLoopControl {
    /// Wanted supply temperature, °C.
    pub setpoint_c: f64,
    /// Heat capacity of the loop over the length of the step, W/K.
    pub inertia_w_k: f64,
}

/// A loop that was this far above its setpoint is first looked for where it was, K.
const ADRIFT_K: f64 = 0.05;
/// No loop gets warmer than this, °C: water boils, and the run has long been out of its models.
const HOTTEST_C: f64 = 130.0;

impl WaterLoopControl {
    /// Finds the supply temperature. `meet` gives the halls' response to a water temperature, and is called
    /// last at the temperature found. `excess_k`: how much warmer than the supply that was in the step before, K.
    /// `slope_w_k`: how `g` moved with the temperature where it was found last, W/K; zero where that is not known.
    pub fn settle(
        &self,
        start_c: f64,
        excess_k: f64,
        slope_w_k: &mut f64,
        mut meet: impl FnMut(f64) -> Met,
        plant: &PlantCapability<impl Fn(f64, f64) -> bool, impl Fn(f64, f64) -> f64>,
    ) -> LoopState {
        let Self {
            setpoint_c,
            inertia_w_k,
        } = *self;
        if start_c > setpoint_c + ADRIFT_K {
            let adrift = self.drift(start_c, excess_k, slope_w_k, &mut meet, plant);
            if let Some(found) = adrift {
                return found;
            }
        }
        let (held_c, held) = self.hold(setpoint_c + excess_k, &mut meet);
        let stored_w = inertia_w_k * (setpoint_c - start_c);
        let wanted_w = held.load_w - stored_w;
        if wanted_w >= 0.0 && (plant.carries)(wanted_w, setpoint_c) {
            return LoopState {
                supply_c: setpoint_c,
                plant_w: wanted_w,
                stored_w,
            };
        }
        // Too little heat to warm the loop to its setpoint: the plant is off. Otherwise it runs flat out.
        let off = wanted_w < 0.0;
        let over = |met: Met| {
            let stored_w = inertia_w_k * (met.supply_c - start_c);
            let wanted_w = met.load_w - stored_w;
            let plant_w = if off {
                0.0
            } else {
                (plant.capacity_w)(wanted_w, met.supply_c)
            };
            wanted_w - plant_w
        };
        let at_held = Trial {
            met_c: held_c,
            over_w: over(held),
            met: held,
        };
        let mut excess = |met_c: f64| {
            let met = meet(met_c);
            Trial {
                met_c,
                over_w: over(met),
                met,
            }
        };
        let met = if off {
            let low = excess(start_c.min(setpoint_c));
            root(low, at_held, &mut excess)
        } else {
            let (mut low, mut last) = (at_held, at_held);
            // Where the halls' water was, or a little beyond.
            let mut reach_k = (start_c + excess_k - held_c).max(0.5);
            let mut further_k = 0.5;
            let most_k = (HOTTEST_C - held_c).max(0.0);
            while last.over_w > 0.0 && last.met_c < held_c + most_k {
                low = last;
                last = excess(held_c + reach_k.min(most_k));
                reach_k += further_k;
                further_k *= 2.0;
            }
            root(low, last, &mut excess)
        };
        let stored_w = inertia_w_k * (met.supply_c - start_c);
        LoopState {
            supply_c: met.supply_c,
            plant_w: met.load_w - stored_w,
            stored_w,
        }
    }

    /// The loop above its setpoint, by secants from where it was: it seldom moves far in a step. None where that does not find it,
    /// or where the plant holds the setpoint.
    fn drift(
        &self,
        start_c: f64,
        excess_k: f64,
        slope_w_k: &mut f64,
        meet: &mut impl FnMut(f64) -> Met,
        plant: &PlantCapability<impl Fn(f64, f64) -> bool, impl Fn(f64, f64) -> f64>,
    ) -> Option<LoopState> {
        const TRIALS: usize = 7;
        let Self {
            setpoint_c,
            inertia_w_k,
        } = *self;
        let state = |met: Met| {
            let stored_w = inertia_w_k * (met.supply_c - start_c);
            LoopState {
                supply_c: met.supply_c,
                plant_w: met.load_w - stored_w,
                stored_w,
            }
        };
        let mut slope = if *slope_w_k < 0.0 {
            *slope_w_k
        } else {
            -inertia_w_k
        };
        let mut last: Option<Trial> = None;
        let mut met_c = start_c + excess_k;
        for _ in 0..TRIALS {
            let met = meet(met_c);
            let found = state(met);
            let over_w = found.plant_w - (plant.capacity_w)(found.plant_w, met.supply_c);
            let trial = Trial { met_c, over_w, met };
            if let Some(last) = last {
                slope = (over_w - last.over_w) / (met_c - last.met_c);
            }
            if trial.is_zero() {
                *slope_w_k = slope;
                // A plant that holds the setpoint with more than its capacity here does so.
                let held = (plant.carries)(found.plant_w, setpoint_c);
                return (!held).then_some(found);
            }
            last = Some(trial);
            met_c -= over_w / slope;
            let near = met_c > setpoint_c + excess_k + 0.5 * ADRIFT_K && met_c < HOTTEST_C;
            if slope >= 0.0 || !near {
                return None;
            }
        }
        None
    }

    /// Water that halls meet while the supply is at its setpoint, and what comes of it.
    fn hold(&self, guess_c: f64, meet: &mut impl FnMut(f64) -> Met) -> (f64, Met) {
        const CLOSE_K: f64 = 1e-9;
        const TRIALS: usize = 80;
        let mut at_c = guess_c;
        let mut met = meet(at_c);
        let over_k = met.supply_c - self.setpoint_c;
        if over_k.abs() <= CLOSE_K {
            return (at_c, met);
        }
        // A kelvin warmer comes from a supply a kelvin warmer or more: the zero lies within what the first try is off by.
        let near = (guess_c, over_k);
        at_c = guess_c - over_k;
        met = meet(at_c);
        let far = (at_c, met.supply_c - self.setpoint_c);
        if far.1.abs() <= CLOSE_K || near.1 * far.1 >= 0.0 {
            return (at_c, met);
        }
        let mut bracket = if near.1 < 0.0 {
            Bracket::new(near, far)
        } else {
            Bracket::new(far, near)
        };
        for _ in 0..TRIALS {
            at_c = bracket.next();
            met = meet(at_c);
            let over_k = met.supply_c - self.setpoint_c;
            if over_k.abs() <= CLOSE_K || bracket.width() <= CLOSE_K {
                break;
            }
            bracket.narrow(at_c, over_k);
        }
        (at_c, met)
    }
}

/// A trial of the search.
#[derive(Debug, Clone, Copy)]
struct Trial {
    met_c: f64,
    /// Heat that nothing takes, W.
    over_w: f64,
    met: Met,
}

impl Trial {
    /// Nothing is left over.
    fn is_zero(&self) -> bool {
        self.over_w.abs() <= 1e-9 * self.met.load_w.abs().max(1.0)
    }
}

/// The zero of a falling function between two trials: what comes of the water there.
fn root(low: Trial, high: Trial, excess: &mut impl FnMut(f64) -> Trial) -> Met {
    if low.over_w <= 0.0 {
        return excess(low.met_c).met;
    }
    if high.over_w >= 0.0 {
        return excess(high.met_c).met;
    }
    // The function falls: its negative rises.
    let mut bracket = Bracket::new((low.met_c, -low.over_w), (high.met_c, -high.over_w));
    let mut last_c = f64::INFINITY;
    for _ in 0..80 {
        let met_c = bracket.next();
        let trial = excess(met_c);
        // A temperature that no longer moves is found, also where rounding leaves more than a billionth of the load.
        let close = bracket.width() < 1e-10 || (met_c - last_c).abs() < 1e-11;
        if trial.is_zero() || close {
            return trial.met;
        }
        last_c = met_c;
        bracket.narrow(met_c, -trial.over_w);
    }
    excess(bracket.next()).met
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Heat that arrives, and the most that can leave, W.
    #[derive(Clone, Copy)]
    struct Balance {
        load_w: f64,
        capacity_w: f64,
    }

    fn settle(
        control: &WaterLoopControl,
        start_c: f64,
        balance: impl Fn(f64) -> Balance,
    ) -> LoopState {
        let mut last = f64::NAN;
        let supply = control.settle(
            start_c,
            0.0,
            &mut 0.0,
            |t| {
                last = t;
                Met {
                    load_w: balance(t).load_w,
                    supply_c: t,
                }
            },
            &PlantCapability {
                carries: |heat_w, t| heat_w <= balance(t).capacity_w,
                capacity_w: |_, t| balance(t).capacity_w,
            },
        );
        assert_eq!(last, supply.supply_c);
        supply
    }

    const LOOP: WaterLoopControl = WaterLoopControl {
        setpoint_c: 30.0,
        inertia_w_k: 1e4,
    };

    #[test]
    fn the_setpoint_holds_while_there_is_capacity() {
        let supply = settle(&LOOP, 30.0, |_| Balance {
            load_w: 1e6,
            capacity_w: 1.1e6,
        });
        assert_eq!(
            supply,
            LoopState {
                supply_c: 30.0,
                plant_w: 1e6,
                stored_w: 0.0
            }
        );
    }

    /// By hand: capacity 1e5·(T − 25), load 1e6 and inertia 1e4 from 30 °C: 1e6 = 1e5·(T − 25) + 1e4·(T − 30),
    /// T = 3.8e6/1.1e5 = 34.545 °C.
    #[test]
    fn an_overloaded_loop_floats() {
        let supply = settle(&LOOP, 30.0, |t| Balance {
            load_w: 1e6,
            capacity_w: 1e5 * (t - 25.0),
        });
        assert!((supply.supply_c - 34.545_454_5).abs() < 1e-6, "{supply:?}");
        assert!((supply.plant_w - 954_545.45).abs() < 1.0, "{supply:?}");
    }

    /// By hand: 50 kW warm a loop of 10 kW/K by 5 K from 20 °C; the plant stays off.
    #[test]
    fn a_cold_loop_warms_first() {
        let supply = settle(&LOOP, 20.0, |_| Balance {
            load_w: 5e4,
            capacity_w: 1e7,
        });
        assert!((supply.supply_c - 25.0).abs() < 1e-9);
        assert!(supply.plant_w.abs() < 1e-3);
    }

    proptest! {
        /// Heat in = heat out + heat stored, the plant never takes more than it can (to the tolerance of the
        /// search), and the last call was at the answer.
        #[test]
        fn closes(start in 5.0..60.0f64, q0 in 0.0..5e6f64, slope in 0.0..5e5f64, g in 1e3..1e6f64,
                  ambient in -10.0..50.0f64, inertia in 1.0..1e6f64) {
            let control = WaterLoopControl { setpoint_c: 30.0, inertia_w_k: inertia };
            let heat = |t: f64| (q0 - slope * (t - 30.0)).max(0.0);
            let supply = settle(&control, start, |t| {
                Balance { load_w: heat(t), capacity_w: (g * (t - ambient)).max(0.0) }
            });
            let scale = q0 + supply.stored_w.abs() + 1.0;
            prop_assert!((heat(supply.supply_c) - supply.plant_w - supply.stored_w).abs() < 1e-6 * scale);
            prop_assert!(supply.plant_w > -1e-6 * scale);
        }

        /// The search from where the loop was finds what a search from its setpoint does, whatever it knows of the slope; and the
        /// setpoint where the plant holds it.
        #[test]
        fn a_loop_adrift_is_found(over in 0.06..30.0f64, q0 in 1e4..5e6f64, slope in 0.0..5e5f64, g in 1e3..1e6f64,
                                  ambient in -10.0..50.0f64, inertia in 1.0..1e6f64, hint in -1e7..1e7f64, bends in 30.0..60.0f64) {
            let control = WaterLoopControl { setpoint_c: 30.0, inertia_w_k: inertia };
            let load_w = |t: f64| (q0 - slope * (t - 30.0) - 0.5 * slope * (t - bends).max(0.0)).max(0.0);
            let capacity_w = |t: f64| (g * (t - ambient)).max(0.0);
            let plant = PlantCapability {
                carries: |heat_w, t| heat_w <= capacity_w(t),
                capacity_w: |_, t| capacity_w(t),
            };
            let start_c = 30.0 + over;
            let excess_w = |t: f64| load_w(t) - inertia * (t - start_c) - capacity_w(t);
            let mut hint = hint;
            let mut last = f64::NAN;
            let found = control.settle(start_c, 0.0, &mut hint, |t| {
                last = t;
                Met { load_w: load_w(t), supply_c: t }
            }, &plant);
            prop_assert_eq!(last, found.supply_c);
            let wanted_w = load_w(30.0) + inertia * over;
            if excess_w(30.0) <= 0.0 {
                prop_assert_eq!(found.supply_c, 30.0);
                prop_assert!((found.plant_w - wanted_w).abs() <= 1e-12 * wanted_w, "{found:?} {wanted_w}");
            } else if found.supply_c < HOTTEST_C - 1.0 {
                let (low, high) = (excess_w(found.supply_c - 1e-6), excess_w(found.supply_c + 1e-6));
                prop_assert!(low >= -1e-8 * wanted_w && high <= 1e-8 * wanted_w, "{found:?} {low} {high}");
            }
        }
    }
}
