//! A measured load imposed on the halls: the utilisation at which they draw it.
//!
//! ```text
//! Σ halls P(u, T_felt) = P_target        one u for every server that is on, 0..1
//! u ← u + (P_target − P(u))/(dP/du)      dP/du of the step before, then of the last two trials
//! ```
//!
//! Within a step the coolant that chips feel is known, and power between the table's levels of load is a straight line, so two
//! or three trials find it. A trial settles the operating points and adds up their racks; single racks are written once, at
//! the end. Trials that leave the range, or do not meet the target soon, give way to a bracketed search (`physics::root`).
//! What is left, and what lies outside the catalogue's idle to peak, is scaled: a measured load is replayed as measured.
//! Found within 1e-10 of the target, so that what was found in the step before leaves no trace in the split among chips, fans
//! and power supplies.

use super::super::Facility;
use crate::physics::root::Bracket;
use crate::scheduler::ServiceLoad;

/// A utilisation is found where the power there is that near to the target, of the target.
const WITHIN: f64 = 1e-10;
/// Trials by secants before the bracket.
const SECANTS: usize = 8;
/// Trials within the bracket, and its width at which there is a jump and nothing more to find.
const NARROWED: usize = 60;
const NARROWEST: f64 = 1e-14;

/// Where the search of the last step ended: the utilisation, and power over utilisation there, W.
#[derive(Debug, Clone, Copy)]
pub(in crate::facility) struct Imposed {
    utilisation: f64,
    slope_w: f64,
}

impl Default for Imposed {
    fn default() -> Self {
        Self {
            utilisation: 0.5,
            slope_w: f64::NAN,
        }
    }
}

#[cfg(test)]
impl Imposed {
    /// What was found last.
    pub(in crate::facility) fn utilisation(self) -> f64 {
        self.utilisation
    }
}

/// A utilisation that was tried, and what the power there was over the target, W.
type Trial = (f64, f64);

impl Imposed {
    /// Searches on from `first`; `over_w` tries a utilisation. Returns the last one tried.
    fn find(&mut self, first: Trial, within_w: f64, mut over_w: impl FnMut(f64) -> f64) -> f64 {
        // The nearest below and above the target.
        let (mut below, mut above): (Option<Trial>, Option<Trial>) = (None, None);
        let mut last = first;
        for _ in 0..SECANTS {
            let (at, over) = last;
            self.utilisation = at;
            if over.abs() <= within_w || (at >= 1.0 && over < 0.0) || (at <= 0.0 && over > 0.0) {
                return at;
            }
            *(if over < 0.0 { &mut below } else { &mut above }) = Some(last);
            let next = at - over / self.slope_w;
            let next = if next.is_finite() && self.slope_w > 0.0 {
                next.clamp(0.0, 1.0)
            } else if over < 0.0 {
                0.5 * (at + above.map_or(1.0, |(at, _)| at))
            } else {
                0.5 * (at + below.map_or(0.0, |(at, _)| at))
            };
            if next == at {
                break;
            }
            last = (next, over_w(next));
            self.slope_w = (last.1 - over) / (next - at);
        }
        let low = below.unwrap_or_else(|| (0.0, over_w(0.0)));
        let high = above.unwrap_or_else(|| (1.0, over_w(1.0)));
        self.utilisation = if low.1 >= 0.0 {
            low.0
        } else if high.1 <= 0.0 {
            high.0
        } else {
            narrowed(Bracket::new(low, high), within_w, over_w)
        };
        self.utilisation
    }
}

/// Narrows a bracket down to the target, or to the place where power jumps past it.
fn narrowed(mut bracket: Bracket, within_w: f64, mut over_w: impl FnMut(f64) -> f64) -> f64 {
    let mut at = bracket.next();
    for _ in 0..NARROWED {
        let over = over_w(at);
        if over.abs() <= within_w || bracket.width() < NARROWEST {
            break;
        }
        bracket.narrow(at, over);
        at = bracket.next();
    }
    at
}

impl Facility {
    /// Loads all servers alike so that the halls draw `target_w`.
    pub(super) fn impose(&mut self, target_w: f64) {
        let mut imposed = self.imposed;
        // Where every rack is off any utilisation would draw nothing: it is 0, not that of the step before.
        let start = if target_w > 0.0 {
            imposed.utilisation
        } else {
            0.0
        };
        let mut it_w = self.it_at(start);
        let first = (start, it_w - target_w);
        let mut tried = false;
        let found = imposed.find(first, WITHIN * target_w, |utilisation| {
            tried = true;
            self.trial_w(utilisation) - target_w
        });
        self.imposed = imposed;
        if tried {
            it_w = self.it_at(found);
        }
        // Where every rack is off nothing draws, and there is nothing to scale.
        self.scale(if it_w > 0.0 { target_w / it_w } else { 0.0 });
    }

    /// IT power with every server that is on at one load, W; racks keep what they show. `it_at` must have been asked in this
    /// step.
    fn trial_w(&mut self, utilisation: f64) -> f64 {
        let mut it_w = 0.0;
        let mains = self.has_mains();
        for hall in &mut self.halls {
            let totals = hall.fleet.try_load(&[ServiceLoad::of(utilisation)]);
            it_w += hall.take(totals, mains);
        }
        it_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: 100 W at rest and 400 W more at full load meet 220 W at 0.3; a slope that holds takes one trial.
    #[test]
    fn a_straight_line_takes_one_trial() {
        let mut trials = 0;
        let mut imposed = Imposed {
            utilisation: 0.8,
            slope_w: 400.0,
        };
        let found = imposed.find((0.8, 200.0), 1e-9, |at| {
            trials += 1;
            100.0 + 400.0 * at - 220.0
        });
        assert!((found - 0.3).abs() < 1e-12);
        assert_eq!(trials, 1);
    }

    proptest! {
        /// Power that rises in pieces, flat here and jumping there, from wherever the step before left off: the target is met
        /// where it can be, the end of the range taken where it lies beyond, and a jump found where it is jumped over.
        #[test]
        fn the_target_is_found_from_anywhere(
            rises in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1.0f64, 0.0..50.0f64], 1..12),
            (jump_at, jump) in (0.0..1.0f64, prop_oneof![Just(0.0), 0.0..20.0f64]),
            (idle, aim) in (1.0..50.0f64, -0.2..1.2f64),
            (from, slope_w) in (0.0..=1.0f64, prop_oneof![Just(f64::NAN), Just(0.0), -10.0..1e4f64]),
        ) {
            let pieces = rises.len() as f64;
            let power = |at: f64| {
                let place = at * pieces;
                let risen = rises.iter().zip(0..).map(|(rise, piece)| {
                    rise * (place - f64::from(piece)).clamp(0.0, 1.0)
                });
                idle + risen.sum::<f64>() + if at > jump_at { jump } else { 0.0 }
            };
            let peak = power(1.0);
            let target = (idle + aim * (peak - idle)).max(0.0);
            let mut imposed = Imposed { utilisation: from, slope_w };
            let within = 1e-10 * target;
            let found = imposed.find((from, power(from) - target), within, |at| power(at) - target);
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert_eq!(imposed.utilisation, found);
            let over = power(found) - target;
            let met = over.abs() <= 1.01 * within;
            let beyond = (found == 1.0 && over < 0.0) || (found == 0.0 && over > 0.0);
            let jumped = (found - jump_at).abs() < 1e-9 && over.abs() <= jump;
            prop_assert!(met || beyond || jumped, "{found} {over} of {target}");
        }
    }
}
