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

    /// A job starts with the values of its record.
    pub(super) fn add(&mut self, record: &mut JobRecord) {
        let Some(weight) = &self.weight else { return };
        let squares = weight(record.job()).map(|weight| (weight * weight * UNITS) as u128);
        record.set_swing(squares);
        let sums = &mut self.halls[record.allocation().hall];
        for (sum, square) in sums.iter_mut().zip(squares) {
            *sum += square;
        }
    }

    /// A job stops.
    pub(super) fn take_off(&mut self, record: &JobRecord) {
        if self.weight.is_none() {
            return;
        }
        let sums = &mut self.halls[record.allocation().hall];
        for (sum, square) in sums.iter_mut().zip(record.swing()) {
            *sum -= square;
        }
    }
}
