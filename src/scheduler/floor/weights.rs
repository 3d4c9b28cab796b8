//! What running jobs weigh, hall by hall, in measures that others give: sums of squares, kept as jobs come and go.
//!
//! Squares are summed as whole multiples of 2⁻⁴⁰, so that adding and taking away again leaves no rest.

use std::fmt;

use super::Floor;
use crate::workload::Job;

/// Two measures of a job.
pub type Weigh = Box<dyn Fn(&Job) -> [f64; 2] + Send>;

const UNITS: f64 = 1_099_511_627_776.0;

/// Sums of squares by hall.
#[derive(Default)]
pub(super) struct Weights {
    weigh: Option<Weigh>,
    halls: Vec<[u128; 2]>,
}

impl fmt::Debug for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weights")
            .field("halls", &self.halls)
            .finish_non_exhaustive()
    }
}

impl Floor {
    /// Weighs every job from now on; none may run yet.
    pub(in super::super) fn set_weigh(&mut self, weigh: Weigh) {
        self.weights.weigh = Some(weigh);
    }

    /// Sums of squares of both measures over the running jobs of a hall.
    pub(in super::super) fn squares(&self, hall: usize) -> [f64; 2] {
        let sums = self.weights.halls.get(hall).copied().unwrap_or_default();
        sums.map(|sum| sum as f64 / UNITS)
    }

    pub(super) fn add_weight(&mut self, index: u32, starts: bool) {
        let (Some(slot), Some(weigh)) = (self.slots.get(index as usize), &self.weights.weigh)
        else {
            return;
        };
        let hall = slot.allocation.hall;
        if hall >= self.weights.halls.len() {
            self.weights.halls.resize(hall + 1, [0; 2]);
        }
        let Some(sums) = self.weights.halls.get_mut(hall) else {
            return;
        };
        for (sum, weight) in sums.iter_mut().zip(weigh(&slot.job)) {
            let square = (weight * weight * UNITS) as u128;
            *sum = if starts { *sum + square } else { *sum - square };
        }
    }
}
