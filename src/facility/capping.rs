//! Keeps a site under its limit: chips are slowed down together until the whole site fits.
//!
//! ```text
//! P_site(c) ≤ P_max        c: share of the dynamic power (above idle) that every chip is left, 0..1
//! clock by `it/dvfs.rs`     jobs stretch by it, services lose tokens by it
//! ```
//!
//! The site's power at each trial is that of a full step: servers, losses, cooling and plant settled anew from the
//! state before it. So the limit holds for the means over a step to 1e-4 of it, from below, whatever cooling does; within a
//! step the load may swing around its mean. Found by regula falsi (Illinois), begun at the cap of the step before.

use super::Facility;
use super::on_site::Source;
use crate::physics::psychrometrics::MoistAir;

/// How far below the limit the site may end, of the limit.
const BELOW: f64 = 1e-4;
/// Trials; each halves the bracket at worst every other time.
const TRIALS: usize = 40;

impl Facility {
    /// Slows chips down where the site would draw more than `most_w`; the last trial is the one that stays.
    pub(super) fn fit(&mut self, most_w: f64, outside: &MoistAir, dt_s: f64) {
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
        let fits = |power_w: f64| power_w <= most_w && power_w >= most_w * (1.0 - BELOW);
        let (mut high, mut at_high) = (1.0, full_w - aim_w);
        let (mut low, mut at_low) = (0.0, f64::NEG_INFINITY);
        if guess > 0.0 && guess < 1.0 {
            let power_w = self.at_cap(guess, outside, dt_s);
            if fits(power_w) {
                return;
            }
            if power_w > most_w {
                (high, at_high) = (guess, power_w - aim_w);
            } else {
                (low, at_low) = (guess, power_w - aim_w);
            }
        }
        if at_low == f64::NEG_INFINITY {
            let idle_w = self.at_cap(0.0, outside, dt_s);
            if idle_w >= most_w * (1.0 - BELOW) {
                return; // even idle it is at or above the limit: all that can be done is done
            }
            at_low = idle_w - aim_w;
        }
        let (mut weight_low, mut weight_high) = (1.0, 1.0);
        for _ in 0..TRIALS {
            let (f_low, f_high) = (at_low * weight_low, at_high * weight_high);
            let cap = low + (high - low) * -f_low / (f_high - f_low);
            let power_w = self.at_cap(cap, outside, dt_s);
            if fits(power_w) {
                return;
            }
            if power_w > most_w {
                (high, at_high, weight_high) = (cap, power_w - aim_w, 1.0);
                weight_low *= 0.5;
            } else {
                (low, at_low, weight_low) = (cap, power_w - aim_w, 1.0);
                weight_high *= 0.5;
            }
        }
        // A jump (a machine switching on) hides the limit: stay on its lower side.
        self.at_cap(low, outside, dt_s);
    }

    fn at_cap(&mut self, cap: f64, outside: &MoistAir, dt_s: f64) -> f64 {
        self.on_site.cap = cap;
        self.load_servers(cap);
        self.draw(outside, dt_s);
        self.snapshot.power.facility_w
    }
}
