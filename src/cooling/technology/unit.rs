//! A technology in operation: its state from step to step.
//!
//! A hall at rest stays so: where a step left the state as it was, the same input leaves it there again, and its output is known.
//! Tanks under a constant load come to that within days, to the last bit.

use super::{Asked, Available, Input, Output, Running, Technology};
use crate::physics::Coolant;
use crate::physics::psychrometrics::MoistAir;

/// A technology in operation with its state, and room for the next.
struct Unit<T: Technology> {
    spec: T,
    available: Available,
    state: T::State,
    next: T::State,
    tried: Option<Tried>,
}

/// The last try of a unit in which all of it was asked for: the same from the same state under the same input needs no step.
struct Tried {
    /// Input without the racks' heat; NaN is never the same.
    key: [f64; 13],
    /// Heat of each rack, W; kept once the rest has come twice.
    racks_w: Vec<f64>,
    output: Output,
    /// Its state has become the one to go on from.
    committed: bool,
}

impl Tried {
    fn key(input: &Input<'_>, feels_outdoors: bool) -> [f64; 13] {
        let outside = if feels_outdoors {
            input.outside
        } else {
            MoistAir::default()
        };
        [
            input.it_heat_w,
            input.liquid_heat_w,
            input.air_m3_s,
            input.room_heat_w,
            input.water_supply_c,
            input.room_supply_c,
            outside.dry_bulb_c,
            outside.wet_bulb_c,
            outside.humidity_ratio,
            outside.pressure_pa,
            input.available.fans,
            input.available.pump,
            input.dt_s,
        ]
    }
}

/// A sized technology, started at rest.
pub(in crate::cooling) fn at_rest<T: Technology>(spec: T) -> Box<dyn Running> {
    let state = spec.initial();
    Box::new(Unit {
        next: state.clone(),
        state,
        spec,
        available: Available::default(),
        tried: None,
    })
}

impl<T: Technology> Running for Unit<T> {
    fn coolant(&self) -> Coolant {
        self.spec.coolant()
    }
    fn sizes(&self) -> Option<String> {
        self.spec.sizes()
    }
    fn limit_c(&self) -> f64 {
        self.spec.limit_c()
    }
    fn most_water_c(&self) -> f64 {
        self.spec.most_water_c()
    }
    fn vents_above_k(&self) -> f64 {
        self.spec.vents_above_k()
    }
    fn rack_coolant_c(&self, racks: &mut [f64]) -> (f64, f64) {
        self.spec.rack_coolant_c(&self.state, racks)
    }
    fn film(&self) -> f64 {
        self.spec.film(&self.state)
    }
    fn try_step(&mut self, input: &Input<'_>) -> Output {
        let input = Input {
            // A machine that has failed stays so whatever has power, and one without power is stopped.
            available: Available {
                fans: self.available.fans.min(input.available.fans),
                pump: self.available.pump.min(input.available.pump),
            },
            ..*input
        };
        if input.asked != Asked::All {
            self.tried = None;
            return self.spec.step(&self.state, &mut self.next, &input);
        }
        let key = Tried::key(&input, self.spec.feels_outdoors());
        let racks_w = input.rack_heat_w;
        match &mut self.tried {
            Some(tried) if tried.key == key => {
                // A hall at rest: the step leaves its state as it was, so the other one is still what comes next.
                let rests = !tried.committed || self.state == self.next;
                if rests && tried.racks_w == racks_w {
                    return tried.output;
                }
                tried.racks_w.clear();
                tried.racks_w.extend_from_slice(racks_w);
            }
            Some(tried) => {
                tried.key = key;
                tried.racks_w.clear();
            }
            None => {
                self.tried = Some(Tried {
                    key,
                    racks_w: Vec::with_capacity(racks_w.len()),
                    output: Output::default(),
                    committed: false,
                });
            }
        }
        let output = self.spec.step(&self.state, &mut self.next, &input);
        if let Some(tried) = &mut self.tried {
            tried.output = output;
            tried.committed = false;
        }
        output
    }
    fn commit(&mut self) {
        std::mem::swap(&mut self.state, &mut self.next);
        if let Some(tried) = &mut self.tried {
            tried.committed = true;
        }
    }
    fn set_available(&mut self, available: Available) {
        self.available = available;
    }
    fn set_supply_c(&mut self, supply_c: f64) {
        self.spec.set_supply_c(&mut self.state, supply_c);
        self.tried = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Half of the way to the heat of its racks, in whole watts, and the number of its steps.
    struct Halfway(std::sync::Arc<std::sync::atomic::AtomicU32>);

    impl Technology for Halfway {
        type State = f64;

        fn feels_outdoors(&self) -> bool {
            false
        }
        fn coolant(&self) -> Coolant {
            Coolant::Air
        }
        fn limit_c(&self) -> f64 {
            f64::INFINITY
        }
        fn initial(&self) -> f64 {
            0.0
        }
        fn rack_coolant_c(&self, state: &f64, racks: &mut [f64]) -> (f64, f64) {
            racks.fill(*state);
            (*state, *state)
        }
        fn set_supply_c(&mut self, state: &mut f64, supply_c: f64) {
            *state = supply_c;
        }
        fn step(&self, state: &f64, next: &mut f64, input: &Input<'_>) -> Output {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            *next = (0.5 * (state + input.rack_heat_w[0] + input.water_supply_c)).floor();
            Output {
                heat_to_water_w: *next,
                stored_w: *next - state,
                ..Output::default()
            }
        }
    }

    fn input(racks_w: &[f64], water_supply_c: f64, asked: Asked) -> Input<'_> {
        Input {
            rack_heat_w: racks_w,
            it_heat_w: 5.0,
            liquid_heat_w: 0.0,
            air_m3_s: 0.0,
            room_heat_w: 0.0,
            water_supply_c,
            room_supply_c: 0.0,
            asked,
            outside: MoistAir::default(),
            available: Available::default(),
            dt_s: 60.0,
        }
    }

    /// Ten steps bring 1,000 W to rest; from then on none is made.
    #[test]
    fn a_hall_at_rest_is_not_stepped() {
        let steps = std::sync::Arc::default();
        let mut unit = at_rest(Halfway(std::sync::Arc::clone(&steps)));
        for _ in 0..100 {
            unit.try_step(&input(&[1000.0], 0.0, Asked::All));
            unit.commit();
        }
        let made = steps.load(std::sync::atomic::Ordering::Relaxed);
        assert!((10..=14).contains(&made), "{made}");
    }

    proptest! {
        /// Whatever is tried, committed and set in whichever order, results are those of stepping each time.
        #[test]
        fn results_are_those_of_stepping(
            acts in prop::collection::vec((0..8_u32, 0..2_u32, 0..2_u32, 0..2_u32), 1..120),
        ) {
            let mut unit = at_rest(Halfway(std::sync::Arc::default()));
            let plain = Halfway(std::sync::Arc::default());
            let (mut state, mut next) = (0.0, 0.0);
            for (act, racks, water, asked) in acts {
                match act {
                    0 => {
                        unit.set_supply_c(9.0);
                        state = 9.0;
                    }
                    1..3 => {
                        let racks_w = [4.0 * f64::from(racks)];
                        let asked = if asked == 0 { Asked::All } else { Asked::Main };
                        let input = input(&racks_w, f64::from(water), asked);
                        let expected = plain.step(&state, &mut next, &input);
                        prop_assert_eq!(unit.try_step(&input), expected);
                    }
                    _ => {
                        let racks_w = [4.0 * f64::from(racks)];
                        let input = input(&racks_w, 0.0, Asked::All);
                        let expected = plain.step(&state, &mut next, &input);
                        prop_assert_eq!(unit.try_step(&input), expected);
                        unit.commit();
                        std::mem::swap(&mut state, &mut next);
                    }
                }
                let mut seen = [f64::NAN];
                unit.rack_coolant_c(&mut seen);
                prop_assert_eq!(seen[0], state);
            }
        }
    }
}
