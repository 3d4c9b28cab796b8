//! A load measured at the meter: the IT power with which the whole site uses as much, and what cannot be met.
//!
//! ```text
//! P_site(P_it) = P_asked·s        s: share of the accelerators whose racks are on; what is off leaves its share undone
//! unserved = (P_asked − P)₊       excess = (P − P_asked)₊        P: at the IT inlets, or of the site without storage losses
//! ```
//!
//! Each trial is a full step of the site, as under a limit (`capping`). IT goes from nothing to every chip at work: a
//! site that uses more than the target with no IT at all, or less at the peak, does not meet it. While the plant is off
//! (on UPS batteries) the meter has no information about IT: it continues as in the previous step. Met to 1e-4 of the load, unless
//! a machine switching on makes the site jump over it: then it stays below.

use super::on_site::Source;
use crate::facility::{Facility, PowerTarget};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::root::Bracket;
use crate::snapshot::Measured;

/// Tolerance of the site's load, relative to the target.
const WITHIN: f64 = 1e-4;
/// Of the meter's load, where the search begins: IT under a PUE of 1.25.
const FIRST_GUESS: f64 = 0.8;

impl Facility {
    /// The IT power to begin a step with.
    pub(in crate::facility) fn begin_imposed(&mut self) {
        self.imposed_w = match self.work.power_target() {
            None => None,
            Some(PowerTarget::It(it_w)) => Some(it_w),
            Some(PowerTarget::Site(site_w)) => self.imposed_w.or(Some(FIRST_GUESS * site_w)),
        };
    }

    /// Finds the IT power at which the site uses `target_w`; the last trial is the one that stays.
    pub(in crate::facility) fn meet(&mut self, target_w: f64, outside: &MoistAir, dt_s: f64) {
        let plant_runs = matches!(self.on_site.source, Source::Grid | Source::Generators);
        let share = self.share_on();
        if !plant_runs || share <= 0.0 {
            return;
        }
        let aim_w = target_w * share;
        let within_w = WITHIN * aim_w;
        let guess_w = self.imposed_w.unwrap_or(0.0);
        let over_w = self.snapshot.power.facility_w - aim_w;
        if over_w.abs() <= within_w {
            return;
        }
        // A watt of IT is a watt of the site or more, so the zero lies within what the site is off by.
        let most_w = self.it_at(1.0) / share;
        let at = |facility: &mut Self, it_w: f64| {
            facility.imposed_w = Some(it_w);
            facility.load_servers(1.0);
            facility.draw(outside, dt_s);
            facility.snapshot.power.facility_w - aim_w
        };
        let (mut near, mut far) = ((guess_w, over_w), (guess_w, over_w));
        let mut reach_w = -over_w;
        while far.1 * over_w > 0.0 {
            near = far;
            let to_w = (guess_w + reach_w / share).clamp(0.0, most_w);
            far = (to_w, at(self, to_w));
            // At an end of its range: all that can be done is done.
            let ends = if over_w > 0.0 { 0.0 } else { most_w };
            if far.1.abs() <= within_w || (to_w == ends && far.1 * over_w > 0.0) {
                return;
            }
            reach_w *= 2.0;
        }
        let (low, high) = if near.1 < 0.0 {
            (near, far)
        } else {
            (far, near)
        };
        self.narrow(Bracket::new(low, high), WITHIN * most_w, within_w, at);
    }

    /// How far a measured load was met by the step just made.
    pub(in crate::facility) fn measured(&self) -> Option<Measured> {
        let power = &self.snapshot.power;
        let (target_w, drawn_w, within) = match self.work.power_target()? {
            PowerTarget::It(target_w) => (target_w, power.it_w, 1e-9),
            PowerTarget::Site(target_w) => (target_w, power.facility_w, WITHIN),
        };
        let missed_w = if (target_w - drawn_w).abs() > within * target_w {
            target_w - drawn_w
        } else {
            0.0
        };
        Some(Measured {
            asked_w: target_w,
            unserved_w: missed_w.max(0.0),
            excess_w: (-missed_w).max(0.0),
        })
    }
}
