//! How long a site holds out when something fails: from the start of an event to the end of the first step in which a
//! rack is above its limit, a chip runs slow because it is hot, a rack has switched itself off.
//!
//! An event is watched until the next one that begins at or after its end, or until a day after its end. Faults that existed before it began are not separated: look at the
//! run without events.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{DAY_S, HOUR_S};

/// An event's time.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Name in results.
    pub name: String,
    /// Start, s since that of the run.
    pub start_s: f64,
    /// End, s since the start of the run.
    pub end_s: f64,
}

/// Outcome of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Which.
    pub span: Span,
    watched_until_s: f64,
    /// From its start until a rack was above its limit, s.
    pub first_above_limit_s: Option<f64>,
    /// Until a chip ran slow because it was hot, s.
    pub first_throttle_s: Option<f64>,
    /// Until a rack had switched itself off, s.
    pub first_shutdown_s: Option<f64>,
    /// The warmest coolant at a rack, °C.
    pub max_inlet_c: f64,
    /// The hottest chip, °C.
    pub max_chip_c: f64,
    /// Throttled chips × hours.
    pub throttled_gpu_hours: f64,
    /// Chips in racks that were off × hours.
    pub off_gpu_hours: f64,
}

figures! {
    /// How long the site held out in events: the shortest of all of them.
    RideThrough {
        /// From the start of an event until a rack was above its limit: the shortest of all events, see [`events`](#events); absent where it never
        /// happened.
        first_above_limit_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first rack above limit", 1);
        /// Until a chip ran slow because it was hot.
        first_throttle_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first throttle", 1);
        /// Until a rack had switched itself off.
        first_shutdown_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first shutdown", 1);
        /// GPUs in racks that were off × hours, of the worst event.
        off_gpu_hours: Option<f64> = GpuHours.row(Heading::RideThrough, "racks off", 0);
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct RideThroughMetric {
    outcomes: Vec<Outcome>,
}

impl RideThroughMetric {
    pub(crate) fn new(context: &Context) -> Self {
        Self::of(&context.events)
    }

    pub(crate) fn of(events: &[Span]) -> Self {
        let next_s = |span: &Span| {
            let starts = events.iter().map(|other| other.start_s);
            let later = starts.filter(|start_s| *start_s >= span.end_s);
            later.fold(f64::INFINITY, f64::min)
        };
        let outcome = |span: &Span| Outcome {
            span: span.clone(),
            watched_until_s: next_s(span).min(span.end_s + DAY_S),
            first_above_limit_s: None,
            first_throttle_s: None,
            first_shutdown_s: None,
            max_inlet_c: f64::NEG_INFINITY,
            max_chip_c: f64::NEG_INFINITY,
            throttled_gpu_hours: 0.0,
            off_gpu_hours: 0.0,
        };
        Self {
            outcomes: events.iter().map(outcome).collect(),
        }
    }

    /// One for each event, in the order of the scenario.
    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }
}

impl Metric for RideThroughMetric {
    fn observe(&mut self, s: &Snapshot) {
        for outcome in &mut self.outcomes {
            let start_s = outcome.span.start_s;
            let begun = s.time_s - s.dt_s >= start_s;
            if !begun || s.time_s > outcome.watched_until_s {
                continue;
            }
            let since_s = s.time_s - start_s;
            for hall in &s.halls {
                let first = |at: &mut Option<f64>, yes: bool| {
                    if yes {
                        at.get_or_insert(since_s);
                    }
                };
                first(&mut outcome.first_above_limit_s, hall.racks_above_limit > 0);
                first(&mut outcome.first_throttle_s, hall.throttled_gpus > 0.0);
                first(&mut outcome.first_shutdown_s, hall.gpus_off > 0.0);
                outcome.max_inlet_c = outcome.max_inlet_c.max(hall.max_inlet_c);
                outcome.max_chip_c = outcome.max_chip_c.max(hall.max_chip_c);
                outcome.throttled_gpu_hours += hall.throttled_gpus * s.dt_s / HOUR_S;
                outcome.off_gpu_hours += hall.gpus_off * s.dt_s / HOUR_S;
            }
        }
    }

    fn report(&self, summary: &mut Summary) {
        let shortest = |of: fn(&Outcome) -> Option<f64>| {
            let times = self.outcomes.iter().filter_map(of);
            known(times.fold(f64::INFINITY, f64::min))
        };
        let group = &mut summary.ride_through;
        group.first_above_limit_s = shortest(|outcome| outcome.first_above_limit_s);
        group.first_throttle_s = shortest(|outcome| outcome.first_throttle_s);
        group.first_shutdown_s = shortest(|outcome| outcome.first_shutdown_s);
        if !self.outcomes.is_empty() {
            let off = self.outcomes.iter().map(|outcome| outcome.off_gpu_hours);
            group.off_gpu_hours = known(off.fold(0.0, f64::max));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::hour;

    /// By hand: the event starts at hour 2; a rack is above its limit in the step that ends at hour 4, chips throttle
    /// in that to hour 5 and racks are off at hour 6.
    #[test]
    fn times_count_from_the_start_of_the_event() {
        let span = Span {
            name: "trip".into(),
            start_s: 2.0 * HOUR_S,
            end_s: 3.0 * HOUR_S,
        };
        let mut metric = RideThroughMetric::of(&[span]);
        for at in 1..=6 {
            let mut step = hour(f64::from(at), 1e6);
            let hall = &mut step.halls[0];
            // What went wrong before is none of its business.
            hall.throttled_gpus = f64::from(u8::from(at == 1 || at >= 5));
            hall.racks_above_limit = u32::from(at >= 4);
            hall.gpus_off = if at == 6 { 8.0 } else { 0.0 };
            metric.observe(&step);
        }
        let mut summary = Summary::default();
        metric.report(&mut summary);
        let group = &summary.ride_through;
        assert_eq!(group.first_above_limit_s, Some(2.0 * HOUR_S));
        assert_eq!(group.first_throttle_s, Some(3.0 * HOUR_S));
        assert_eq!(group.first_shutdown_s, Some(4.0 * HOUR_S));
        assert_eq!(group.off_gpu_hours, Some(8.0));
        assert!((metric.outcomes()[0].throttled_gpu_hours - 2.0).abs() < 1e-12);
    }
}
