//! Clock, speed and power of a chip that is left less power than it requests, or more.
//!
//! ```text
//! d   = c·max(v_min², c^(n−1))                   dynamic share of the power at clock c, both of nominal
//! c   = d^(1/n) above the knee, d/v_min² below   knee: c^(n−1) = v_min²
//! u_b = u + β·(1 − u)     w = u/u_b              bursts of a load of mean u, and their share of time
//! c_1 = c(a), at most c_max                      clock of kernels at the power cap: share u of the bursts (they draw 1 at c = 1)
//! c_2 = c(a/β), at most 1                        of light kernels: the rest of the bursts (they draw β); u·1 + (1 − u)·β = u_b
//! t   = w·(u/c_1 + (1 − u)/c_2) + (1 − w)        time of an iteration, of that at a = 1; pace = 1/t
//! u'  = (w·(u/c_1·d_1 + (1 − u)/c_2·β·d_2) + (1 − w)·φ)/t        mean load; φ: floor, at most the bursts' mean, 0 without one
//! ```
//!
//! u, `u_b`, d and a (what the chip is left) are shares of the chip's dynamic power (above idle). Switching power is C·V²·f: as long
//! as voltage falls with the clock, power falls by a power of it near 3; below the knee voltage stays at its least and power
//! goes with the clock alone. A load below full alternates between bursts, which follow the clock, and waits (memory, network,
//! host), which do not. Within bursts, matrix products run at the power cap; lighter kernels run at the highest clock already and
//! gain nothing from more power. A limit binds in the former: that is why a load of a mean below its limit is slowed down too. A
//! floor fills the waits with work for nothing, so that the power swings less.
//!
//! Source: P = C·V²·f with voltage over frequency as in Rabaey et al., Digital Integrated Circuits, 2nd ed., ch. 5. n, `v_min²`
//! and β together were fitted to the measured sweeps of one GPU (V100, 40 to 90 % of TDP: Zeus, NSDI 23, You et al.;
//! github.com/ml-energy/zeus, Apache-2.0) with one level for all of a burst. The two levels of above came later and took the figures as
//! they were: energy of the V100 is met better (rms 5.3 instead of 6.2 % of its runs) and time as well (4.2 and 4.1 %). Two other GPUs,
//! A40 and RTX 6000, were not part of the fit: they are what `val_zeus_power_limits` judges. n holds what does not follow the clock
//! within a kernel too, so it is one of speed rather than of silicon. Valid for limits from 60 % of TDP on; below, the A40 slows
//! down more (its power at rest, 27 % of TDP, is near the limit) and the figures are rough. Above 1 the same exponent is
//! taken: nothing was measured there.

/// n: power follows the clock to this power above the knee.
const EXPONENT: f64 = 3.2;
/// `v_min²`: least voltage over that at full clock, squared.
const MIN_VOLTAGE_SQUARED: f64 = 0.55;
/// β: how far bursts of a load reach from its mean towards full power.
const BURST: f64 = 0.5;
/// The lowest clock a chip falls to, of full; below that it would shut down.
pub const MIN_CLOCK: f64 = 0.2;

/// Clock, of full, of a chip that is left this share of its dynamic power.
pub fn clock_at(dynamic_share: f64) -> f64 {
    // Mostly there is no cap.
    if dynamic_share == 1.0 {
        return 1.0;
    }
    let clock = dynamic_share.powf(1.0 / EXPONENT);
    if clock.powf(EXPONENT - 1.0) < MIN_VOLTAGE_SQUARED {
        dynamic_share / MIN_VOLTAGE_SQUARED
    } else {
        clock
    }
}

/// Share of its dynamic power that a chip draws at a clock.
pub fn share_at(clock: f64) -> f64 {
    clock * clock.powf(EXPONENT - 1.0).max(MIN_VOLTAGE_SQUARED)
}

/// How far bursts of a load reach, of full dynamic power.
pub fn burst(utilisation: f64) -> f64 {
    utilisation + BURST * (1.0 - utilisation)
}

/// Load under a power limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limited {
    /// Mean load, of full dynamic power.
    pub utilisation: f64,
    /// Speed relative to that at nominal clock.
    pub pace: f64,
}

/// A load of mean `utilisation` on a chip that allows bursts of `allowed`, both of full dynamic power.
pub fn limited(utilisation: f64, allowed: f64) -> Limited {
    bounded(utilisation, allowed, 0.0, 1.0)
}

/// The same on a chip that draws at least `floor` while the load waits, and whose clock may rise to `highest`, of nominal.
pub fn bounded(utilisation: f64, allowed: f64, floor: f64, highest: f64) -> Limited {
    let free = allowed >= 1.0 && highest <= 1.0;
    if (free && floor <= 0.0) || utilisation <= 0.0 {
        return Limited {
            utilisation,
            pace: 1.0,
        };
    }
    let working = utilisation / burst(utilisation);
    let (capped, capped_draw) = under(allowed, highest);
    let (light, light_draw) = under(allowed / BURST, 1.0);
    let capped_time = working * utilisation / capped;
    let light_time = working * (1.0 - utilisation) / light;
    let drawn = capped_time * capped_draw + light_time * BURST * light_draw;
    let (busy_time, waiting) = (capped_time + light_time, 1.0 - working);
    let time = busy_time + waiting;
    let floor = floor.clamp(0.0, drawn / busy_time);
    Limited {
        utilisation: (drawn + waiting * floor) / time,
        pace: 1.0 / time,
    }
}

/// Clock of kernels that may draw `allowed` of what they draw at nominal clock, at most `highest`; and what they draw then.
fn under(allowed: f64, highest: f64) -> (f64, f64) {
    if allowed >= 1.0 && highest <= 1.0 {
        return (highest, share_at(highest));
    }
    let clock = clock_at(allowed.max(0.0));
    if clock > highest {
        (highest, share_at(highest))
    } else if clock < MIN_CLOCK {
        (MIN_CLOCK, share_at(MIN_CLOCK))
    } else {
        (clock, allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: 0.9^3.2 = 0.7138 of the power at 90 % clock; the knee lies at 0.55^(1/2.2) = 0.7621, below which 30 % of
    /// the power is 0.3/0.55 = 54.5 % of the clock.
    #[test]
    fn clock_and_power_above_and_below_the_knee() {
        assert!((share_at(0.9) - 0.71379).abs() < 1e-5);
        assert!((clock_at(0.71379) - 0.9).abs() < 1e-5);
        assert!((clock_at(0.3) - 0.545454).abs() < 1e-6);
        assert_eq!((clock_at(1.0), clock_at(0.0)), (1.0, 0.0));
    }

    /// By hand: a load of 0.5 has bursts in 2/3 of the time, half of them at the cap and half at 0.5. Left 0.6, the former run at
    /// 0.6^(1/3.2) = 0.85246 of the clock: an iteration takes 0.33333/0.85246 + 0.33333 + 0.33333 =
    /// 1.05769, at a mean of (0.39103·0.6 + 0.33333·0.5)/1.05769 = 0.37939.
    #[test]
    fn kernels_at_the_cap_are_cut_and_waits_are_not() {
        let under = limited(0.5, 0.6);
        assert!((1.0 / under.pace - 1.05769).abs() < 1e-5, "{under:?}");
        assert!((under.utilisation - 0.37939).abs() < 1e-5, "{under:?}");
        assert_eq!(limited(0.5, 1.0).pace, 1.0);
    }

    /// By hand: left 1.1, a full load runs at 1.1^(1/3.2) = 1.03023 of the clock and draws 1.1; where the clock ends at 1.02 it
    /// draws 1.02^3.2 = 1.06541. A load of 0.5 gains in a third of its time: 1/(0.33333/1.03023 + 0.66667) = 1.00988.
    #[test]
    fn more_power_lets_the_clock_rise() {
        let full = bounded(1.0, 1.1, 0.0, 1.3);
        assert!((full.pace - 1.03023).abs() < 1e-5, "{full:?}");
        assert!((full.utilisation - 1.1).abs() < 1e-12, "{full:?}");
        let ended = bounded(1.0, 1.1, 0.0, 1.02);
        assert!((ended.pace - 1.02).abs() < 1e-12, "{ended:?}");
        assert!((ended.utilisation - 1.06541).abs() < 1e-5, "{ended:?}");
        assert!((bounded(0.5, 1.1, 0.0, 1.3).pace - 1.00988).abs() < 1e-5);
    }

    /// By hand: a load of 0.5 bursts to 0.75 in 2/3 of the time and waits at 0.3 for the rest: 0.6 in the mean, no slower.
    /// A floor above the bursts' mean flattens all to 0.75.
    #[test]
    fn a_floor_fills_the_waits() {
        let filled = bounded(0.5, 1.0, 0.3, 1.0);
        assert!((filled.utilisation - 0.6).abs() < 1e-12, "{filled:?}");
        assert_eq!(filled.pace, 1.0);
        assert!((bounded(0.5, 1.0, 0.9, 1.0).utilisation - 0.75).abs() < 1e-12);
    }

    proptest! {
        /// Clock and power are each other's inverse, across the knee too.
        #[test]
        fn share_and_clock_invert(clock in 0.01..1.0f64) {
            prop_assert!((clock_at(share_at(clock)) - clock).abs() < 1e-9);
        }

        /// Less power never makes work faster nor its mean power greater, and energy per iteration never grows above what
        /// it was: slower chips wait no more often.
        #[test]
        fn less_power_is_slower_and_saves(u in 0.01..1.0f64, allowed in 0.1..1.0f64) {
            let (here, less) = (limited(u, allowed), limited(u, allowed * 0.95));
            prop_assert!(less.pace <= here.pace + 1e-12);
            prop_assert!(less.utilisation <= here.utilisation + 1e-12);
            prop_assert!(here.utilisation <= u + 1e-12);
            prop_assert!(here.utilisation / here.pace <= u + 1e-12);
        }
    }
}
