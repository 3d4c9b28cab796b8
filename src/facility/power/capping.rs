//! Keeps a site under its limit: chips are slowed down together until the whole site fits.
//!
//! ```text
//! P_site(c) ≤ P_max        c: share of the dynamic power (above idle) that every chip is left, 0..1
//! clock by `it/dvfs.rs`     jobs stretch by it, services lose tokens by it
//! ```
//!
//! The site's power at each trial is that of a full step: servers, losses, cooling and plant solved again from the
//! state before it. So the limit holds for the means over a step to 1e-4 of it, from below, whatever cooling does; within a
//! step the load may swing around its mean. Found in a bracket (`physics/root`), begun at the cap of the step before.

use super::on_site::Source;
use crate::facility::Facility;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::root::Bracket;

/// How far below the limit the site may end, of the limit.
const BELOW: f64 = 1e-4;
/// Caps closer than this are one: a jump (a machine switching on) lies between them.
const CLOSE: f64 = 1e-4;
/// Trials; each halves the bracket at worst every other time.
const TRIALS: usize = 40;

impl Facility {
    /// The cap by which plants choose how many machines run, so that a load which no step has does not start them: that of the
    /// step before under a limit; none of the dynamic power where the servers alone, as loaded now, would draw more than the site may.
    pub(in crate::facility) fn expected_cap(&self, dt_s: f64) -> f64 {
        let before = self.on_site.cap;
        if !self.on_site.is_limited() {
            1.0
        } else if before < 1.0 {
            before
        } else {
            let it_w: f64 = self.halls.iter().map(|hall| hall.totals.it_w()).sum();
            if it_w > self.on_site.most_w(dt_s) {
                0.0
            } else {
                1.0
            }
        }
    }

    /// Slows chips down where the site would draw more than `most_w`; the last trial is the one that stays.
    pub(in crate::facility) fn fit(&mut self, most_w: f64, outside: &MoistAir, dt_s: f64) {
        if self.on_site.source == Source::UpsBatteries
            && !self.on_site.ups_carries(self.ups_output_w, dt_s)
        {
            self.on_site.source = Source::Nothing;
        }
        if self.on_site.source == Source::Nothing {
            self.on_site.cap = 0.0;
            self.darken();
            self.draw(outside, dt_s);
            return;
        }
        let guess = self.on_site.cap;
        self.on_site.cap = 1.0;
        let full_w = self.snapshot.power.facility_w;
        if full_w <= most_w {
            return;
        }
        // A point below the limit, in the middle of the tolerance, is aimed at.
        let aim_w = most_w * (1.0 - 0.5 * BELOW);
        let within_w = 0.5 * BELOW * most_w;
        let at = |facility: &mut Self, cap: f64| {
            facility.on_site.cap = cap;
            facility.load_servers(cap);
            facility.draw(outside, dt_s);
            facility.snapshot.power.facility_w - aim_w
        };
        let (mut high, mut low) = ((1.0, full_w - aim_w), None);
        if guess > 0.0 && guess < 1.0 {
            // Just above it lies the jump that the step before ended at, if it did.
            for cap in [guess, guess + CLOSE] {
                let over_w = at(self, cap);
                if over_w.abs() <= within_w {
                    return;
                }
                if over_w > 0.0 {
                    high = (cap, over_w);
                    break;
                }
                low = Some((cap, over_w));
            }
        }
        let low = match low {
            Some(low) => low,
            None => (0.0, at(self, 0.0)),
        };
        // Even idle it is at or above the limit: all that can be done is done.
        if low.1 >= -within_w {
            return;
        }
        self.narrow(Bracket::new(low, high), CLOSE, within_w, at);
    }

    /// Narrows a bracket until a trial is `within_w` of its zero, or its ends are as `close` as a jump; the last trial is
    /// the one that stays.
    pub(in crate::facility) fn narrow(
        &mut self,
        mut bracket: Bracket,
        close: f64,
        within_w: f64,
        mut at: impl FnMut(&mut Self, f64) -> f64,
    ) {
        for _ in 0..TRIALS {
            if bracket.width() <= 1.000_001 * close {
                break;
            }
            let next = bracket.next();
            let over_w = at(self, next);
            if over_w.abs() <= within_w {
                return;
            }
            bracket.narrow(next, over_w);
        }
        // A jump hides the zero: stay on its lower side.
        at(self, bracket.low());
    }
}
