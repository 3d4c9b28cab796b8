//! Means over intervals by the clock, whatever the length of the steps.
//!
//! ```text
//! P_k = ∫ P dt / T    over kT … (k+1)T since midnight of the first day; a step is shared out over the intervals it touches
//! ```

/// The interval that is being filled.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Intervals {
    length_s: f64,
    number: f64,
    energy_j: f64,
    seconds: f64,
}

impl Intervals {
    /// Of so many seconds.
    pub(crate) fn of(length_s: f64) -> Self {
        Self {
            length_s,
            ..Self::default()
        }
    }

    /// One step; `see` gets the start and the mean of each interval that it completes.
    pub(crate) fn observe(
        &mut self,
        (begin_s, end_s): (f64, f64),
        power_w: f64,
        mut see: impl FnMut(f64, f64),
    ) {
        let mut at_s = begin_s;
        loop {
            let interval_ends_s = (self.number + 1.0) * self.length_s;
            let until_s = end_s.min(interval_ends_s);
            if until_s > at_s {
                self.energy_j += power_w * (until_s - at_s);
                self.seconds += until_s - at_s;
                at_s = until_s;
            }
            if end_s < interval_ends_s - 1e-6 {
                break;
            }
            see(self.number * self.length_s, self.mean_w());
            self.number += 1.0;
            (self.energy_j, self.seconds) = (0.0, 0.0);
            if end_s <= interval_ends_s + 1e-6 {
                break;
            }
        }
    }

    fn mean_w(&self) -> f64 {
        self.energy_j / self.seconds.max(1e-9)
    }

    /// Start and mean so far of the interval that the last step ended in, where it ended within one.
    pub(crate) fn begun(&self) -> Option<(f64, f64)> {
        (self.seconds > 0.0).then(|| (self.number * self.length_s, self.mean_w()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: steps of 400 s at 9, 18 and 27 W over intervals of 900 s: (9·400 + 18·400 + 27·100)/900 = 15 W, and 300 s
    /// at 27 W of the next.
    #[test]
    fn a_step_is_shared_out() {
        let mut intervals = Intervals::of(900.0);
        let mut seen = Vec::new();
        for (index, power_w) in [9.0, 18.0, 27.0].into_iter().enumerate() {
            let begin_s = 400.0 * index as f64;
            intervals.observe((begin_s, begin_s + 400.0), power_w, |at, mean_w| {
                seen.push((at, mean_w));
            });
        }
        assert_eq!(seen, [(0.0, 15.0)]);
        assert_eq!(intervals.begun(), Some((900.0, 27.0)));
    }
}
