//! Short steps after something went out or came back.
//!
//! ```text
//! dt ≤ max(5 s, 5 %·(t − t_change))        t_change: machines out or back, another source, racks off or back
//! ```
//!
//! and not beyond the moment at which generators take over from batteries, or these end.
//!
//! So times until a limit, a throttle or a shutdown are known within 5 s or 5 %, whatever the step of the run, for some
//! hundred steps per change: a year with an outage costs what one without does.

use super::Facility;

/// Steps are not cut below this, s.
const SHORTEST_S: f64 = 5.0;
/// Of the time since the change.
const SHARE: f64 = 0.05;

impl Facility {
    /// The latest end of a step from `time_s` on, s; infinite long after the last change.
    pub fn step_until_s(&self, time_s: f64) -> f64 {
        let since_s = time_s - self.changed_s;
        if since_s < 0.0 {
            return f64::INFINITY;
        }
        let until_s = time_s + (SHARE * since_s).max(SHORTEST_S);
        until_s.min(self.on_site.changes_s(time_s, self.ups_output_w))
    }
}

#[cfg(test)]
mod tests {
    use crate::facility::tests::{loaded, scenario};
    use crate::scenario::resolve;

    /// By hand: 5 s up to 100 s after the change, then a twentieth of the time since.
    #[test]
    fn steps_grow_with_the_time_since_the_change() {
        let text = scenario("immersion", "tower");
        let mut facility = resolve(&loaded(&text)).unwrap().simulation.facility;
        assert_eq!(facility.step_until_s(7.0), f64::INFINITY);
        let mut out = facility.all_available();
        out.circuits[0].fans = 0.5;
        facility.set_available(&out);
        let ends = [0.0, 100.0, 1200.0].map(|time_s| facility.step_until_s(time_s));
        assert_eq!(ends, [5.0, 105.0, 1260.0]);
    }
}
