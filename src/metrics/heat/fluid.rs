//! Dielectric fluid and refrigerant that leave as vapour.
//!
//! ```text
//! m = Σ ṁ·dt
//! ```

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;

figures! {
    /// Dielectric fluid.
    FluidKg {
        /// Dielectric vapour lost by two-phase tanks.
        lost: Option<f64> = Kg.row(Heading::Resources, "vapour lost", 0);
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Fluid {
    lost_kg: Sum,
}

impl Fluid {
    pub(crate) fn new(_: &Context) -> Self {
        Self {
            lost_kg: Sum::default(),
        }
    }
}

impl Metric for Fluid {
    fn observe(&mut self, s: &Snapshot) {
        let lost_kg_s: f64 = s.halls.iter().map(|hall| hall.vapour_kg_s).sum();
        self.lost_kg.add(lost_kg_s * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        // Only where fluid boils any is lost.
        if self.lost_kg.value() > 0.0 {
            summary.fluid_kg.lost = known(self.lost_kg.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// 1 g/s over two hours is 7.2 kg; without any the group is absent.
    #[test]
    fn mass_lost() {
        let step = |at| {
            let mut s = hour(at, 1e6);
            s.halls[0].vapour_kg_s = 1e-3;
            s
        };
        let summary = report(Fluid::new(&context()), &[step(1.0), step(2.0)]);
        assert!((summary.fluid_kg.lost.unwrap() - 7.2).abs() < 1e-9);
        assert_eq!(
            report(Fluid::new(&context()), &[hour(1.0, 1e6)])
                .fluid_kg
                .lost,
            None
        );
    }
}
