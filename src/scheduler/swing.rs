//! Weights of running jobs in the swings of power, hall by hall, in given measures: sums of squares, kept as
//! jobs come and go.
//!
//! Squares are summed as whole multiples of 2⁻⁴⁰, so that adding and taking away again leaves no rest.

use std::fmt;

use super::jobs::JobRecord;
use crate::workload::Job;

/// Two measures of a job.
pub type SwingWeight = Box<dyn Fn(&Job) -> [f64; 2] + Send>;

const UNITS: f64 = 1_099_511_627_776.0;

/// Sums of squares by hall.
pub(super) struct SwingSums {
    weight: Option<SwingWeight>,
    halls: Vec<[u128; 2]>,
}

impl fmt::Debug for SwingSums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SwingSums")
            .field("halls", &self.halls)
            .finish_non_exhaustive()
    }
}

impl SwingSums {
    /// Of halls in which nothing runs.
    pub(super) fn new(halls: usize) -> Self {
        Self {
            weight: None,
            halls: vec![[0; 2]; halls],
        }
    }

    /// Weighs every job from now on; none may run yet.
    pub(super) fn set_weight(&mut self, weight: SwingWeight) {
        self.weight = Some(weight);
    }

    /// Sums of squares of both measures over the running jobs of a hall.
    pub(super) fn squares(&self, hall: usize) -> [f64; 2] {
        self.halls[hall].map(|sum| sum as f64 / UNITS)
    }

    /// A job starts with the values of its record, or ends.
    pub(super) fn add(&mut self, record: &JobRecord, starts: bool) {
        let Some(weight) = &self.weight else { return };
        let sums = &mut self.halls[record.allocation().hall];
        for (sum, weight) in sums.iter_mut().zip(weight(record.job())) {
            let square = (weight * weight * UNITS) as u128;
            *sum = if starts { *sum + square } else { *sum - square };
        }
    }
}
