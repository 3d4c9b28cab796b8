//! Work that is not done: accelerators without power, in racks that are off, slowed by heat, or held back by a limit.

use crate::snapshot::{RackWork, Snapshot};
use crate::view::hall::frame::{Frame, Site};

/// Accelerators whose work is not done in a step, as so many that do nothing at all.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::view) struct Lost {
    /// Nothing delivers power: all of them.
    pub(in crate::view) dark: f64,
    /// In racks that have switched themselves off.
    pub(in crate::view) off: f64,
    /// The part of their clock that heat takes from busy ones; NaN where it is not known.
    pub(in crate::view) slowed: f64,
    /// The part of their clock that a limit of power takes.
    pub(in crate::view) capped: f64,
    /// How many are slowed by heat, whether much or little.
    pub(in crate::view) hot: f64,
    /// Of the tokens that services were asked for, those that found no accelerator, 0..1.
    pub(in crate::view) refused: f64,
}

impl Lost {
    /// Of a step; `slowed` are the parts of clocks that heat takes, added up.
    pub(in crate::view) fn in_step(s: &Snapshot, gpus: f64, slowed: f64) -> Self {
        let sum = |of: fn(&crate::snapshot::Hall) -> f64| -> f64 { s.halls.iter().map(of).sum() };
        let refused = s.service_output.map_or(0.0, |output| {
            let asked = output.tokens + output.refused_tokens;
            if asked > 0.0 {
                output.refused_tokens / asked
            } else {
                0.0
            }
        });
        if s.on_site.dark {
            return Self {
                dark: gpus,
                refused,
                ..Self::default()
            };
        }
        Self {
            dark: 0.0,
            off: sum(|hall| hall.gpus_off),
            slowed,
            capped: if s.on_site.capped_gpus.is_finite() {
                s.on_site.capped_gpus
            } else {
                0.0
            },
            hot: sum(|hall| hall.throttled_gpus),
            refused,
        }
    }

    pub(in crate::view) fn of(site: &Site, frame: &Frame) -> Self {
        let slowed = if site.replayed {
            f64::NAN
        } else {
            frame.work.iter().map(|hall| slowed(hall)).sum()
        };
        Self::in_step(&frame.snapshot, site.gpus, slowed)
    }

    /// All of it, as accelerators; what is not known counts as nothing.
    pub(in crate::view) fn gpus(&self) -> f64 {
        let known = [self.dark, self.off, self.slowed, self.capped];
        known.into_iter().filter(|gpus| gpus.is_finite()).sum()
    }

    /// Those that do nothing at all.
    pub(in crate::view) fn out(&self) -> f64 {
        [self.dark, self.off]
            .into_iter()
            .filter(|gpus| gpus.is_finite())
            .sum()
    }

    /// Enough to be spoken of.
    pub(in crate::view) fn is_felt(&self) -> bool {
        self.gpus() >= 0.5 || self.hot >= 1.0
    }
}

/// The parts of clocks that heat takes from the busy accelerators of a hall.
pub(in crate::view) fn slowed(racks: &[RackWork]) -> f64 {
    let on = racks.iter().filter(|rack| !rack.off);
    on.map(|rack| rack.busy_gpus * rack.slowed).sum()
}

/// A failure: from the first event until nothing is out any more and no work is lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Failure {
    /// Since the start of the run, s.
    pub(crate) since_s: f64,
    /// Work lost since then, accelerators × s.
    pub(crate) lost_gpu_s: f64,
}

impl Failure {
    /// The failure after one more step; `out`: something is out of service in it.
    pub(in crate::view) fn after(
        before: Option<Self>,
        s: &Snapshot,
        out: bool,
        lost: &Lost,
    ) -> Option<Self> {
        let goes_on = before.is_some() && lost.out() >= 0.5;
        if !out && !goes_on {
            return None;
        }
        let mut failure = before.unwrap_or(Self {
            since_s: s.time_s - s.dt_s,
            lost_gpu_s: 0.0,
        });
        failure.lost_gpu_s += lost.gpus() * s.dt_s;
        Some(failure)
    }
}

/// Whether machines are out: a heat wave takes none away.
pub(in crate::view) fn anything_out(events: &[crate::engine::Event]) -> bool {
    let is_machine =
        |event: &crate::engine::Event| !matches!(event.kind, crate::engine::EventKind::HeatWave(_));
    events.iter().any(is_machine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Hall;

    fn step(hour: f64, off: f64) -> Snapshot {
        Snapshot {
            time_s: hour * 3600.0,
            dt_s: 3600.0,
            halls: vec![Hall {
                gpus_off: off,
                ..Hall::default()
            }],
            ..Snapshot::default()
        }
    }

    /// Four hours by hand: out in the second and third, 100 GPUs off from the third to the fourth; then all is well.
    #[test]
    fn a_failure_lasts_until_all_racks_are_back() {
        let mut failure = None;
        let mut seen = Vec::new();
        for (hour, off, out) in [
            (1.0, 0.0, false),
            (2.0, 0.0, true),
            (3.0, 100.0, true),
            (4.0, 100.0, false),
            (5.0, 0.0, false),
        ] {
            let s = step(hour, off);
            failure = Failure::after(failure, &s, out, &Lost::in_step(&s, 400.0, 0.0));
            seen.push(failure.map(|it| (it.since_s / 3600.0, it.lost_gpu_s / 3600.0)));
        }
        let wanted = [
            None,
            Some((1.0, 0.0)),
            Some((1.0, 100.0)),
            Some((1.0, 200.0)),
            None,
        ];
        assert_eq!(seen, wanted);
    }

    #[test]
    fn without_power_all_work_is_lost() {
        let mut s = step(1.0, 100.0);
        s.on_site.dark = true;
        assert_eq!(Lost::in_step(&s, 400.0, 7.0).gpus(), 400.0);
        s.on_site.dark = false;
        s.on_site.capped_gpus = 5.0;
        assert_eq!(Lost::in_step(&s, 400.0, 7.0).gpus(), 112.0);
    }
}
