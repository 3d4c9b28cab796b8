//! How long a site holds out when something fails: from the start of an event to the beginning of the first step in which a
//! rack is above its limit or a chip runs slow because it is hot, and to the end of that in which a rack switches itself off.
//!
//! A time shorter than five steps says more of the step than of the site: it is not given, and the run warns.
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
    pub(crate) above_limit: Option<First>,
    pub(crate) throttle: Option<First>,
    pub(crate) shutdown: Option<First>,
    /// The warmest coolant at a rack, °C.
    pub max_inlet_c: f64,
    /// The hottest chip, °C.
    pub max_chip_c: f64,
    /// Throttled chips × hours.
    pub throttled_gpu_hours: f64,
    /// Chips in racks that were off × hours.
    pub off_gpu_hours: f64,
}

/// When something happened for the first time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct First {
    /// Since the start of the event, s.
    pub(crate) since_s: f64,
    /// Length of the step in which it was seen, s.
    step_s: f64,
    /// The hall that came to it first.
    pub(crate) hall: usize,
}

impl First {
    /// Times below this say more of the step than of the site, s.
    pub(crate) fn shortest_s(self) -> f64 {
        // Half a millisecond of rounding is no step.
        STEPS * self.step_s - 5e-4
    }

    /// The time, where it is long enough to be given.
    pub(crate) fn resolved(self) -> Option<f64> {
        (self.since_s >= self.shortest_s()).then_some(self.since_s)
    }
}

/// Times shorter than so many of the steps in which they were seen are not given.
const STEPS: f64 = 5.0;

impl Outcome {
    /// From its start until a rack was above its limit, s.
    pub fn first_above_limit_s(&self) -> Option<f64> {
        self.above_limit?.resolved()
    }

    /// Until a chip ran slow because it was hot, s.
    pub fn first_throttle_s(&self) -> Option<f64> {
        self.throttle?.resolved()
    }

    /// Until a rack had switched itself off, s.
    pub fn first_shutdown_s(&self) -> Option<f64> {
        self.shutdown?.resolved()
    }

    /// The longest of the steps in which some time was seen that is too short to be given, s.
    fn too_short_step_s(&self) -> Option<f64> {
        let times = [self.above_limit, self.throttle, self.shutdown];
        let short = times
            .into_iter()
            .flatten()
            .filter(|at| at.resolved().is_none());
        short.map(|at| at.step_s).reduce(f64::max)
    }
}

/// The warning of times that are not given.
fn too_short(five_s: f64, _: &Summary) -> String {
    let finer_s = [60.0, 30.0, 10.0, 5.0, 2.0, 1.0]
        .into_iter()
        .find(|step_s| *step_s < 0.5 * five_s / STEPS)
        .unwrap_or(0.1);
    format!(
        "some ride-through is shorter than five steps ({five_s:.0} s) and not given; set run.step_s to {finer_s}"
    )
}

figures! {
    /// How long the site held out in events: the shortest of all of them. Where that is shorter than five steps it is not given.
    RideThrough {
        /// From the start of an event until a rack was above its limit: the shortest of all events, see [`events`](#events); absent where it never
        /// happened.
        first_above_limit_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first rack above limit", 1);
        /// Until a chip ran slow because it was hot.
        first_throttle_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first throttle", 1);
        /// Until a rack had switched itself off.
        first_shutdown_s: Option<f64> = SecondsInMinutes.row(Heading::RideThrough, "first shutdown", 1);
        /// Five steps, where one of these times is shorter and therefore not given.
        too_short_s: Option<f64> = SecondsInMinutes.zero("ride-through too short for the step, below", 1).rank(9).warns(too_short);
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
            above_limit: None,
            throttle: None,
            shutdown: None,
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
            let begun = s.time_s - s.dt_s >= start_s - 1e-6;
            if !begun || s.time_s > outcome.watched_until_s {
                continue;
            }
            let since_s = s.time_s - start_s;
            for (index, hall) in s.halls.iter().enumerate() {
                let step_s = s.dt_s;
                let first = |at: &mut Option<First>, yes: bool, since_s: f64| {
                    if yes {
                        at.get_or_insert(First {
                            since_s,
                            step_s,
                            hall: index,
                        });
                    }
                };
                // Coolant and clock are those with which the step began, racks go off at its end.
                let began_s = since_s - step_s;
                first(
                    &mut outcome.above_limit,
                    hall.racks_above_limit > 0,
                    began_s,
                );
                first(&mut outcome.throttle, hall.throttled_gpus > 0.0, began_s);
                first(&mut outcome.shutdown, hall.gpus_off > 0.0, since_s);
                outcome.max_inlet_c = outcome.max_inlet_c.max(hall.max_inlet_c);
                outcome.max_chip_c = outcome.max_chip_c.max(hall.max_chip_c);
                outcome.throttled_gpu_hours += hall.throttled_gpus * s.dt_s / HOUR_S;
                outcome.off_gpu_hours += hall.gpus_off * s.dt_s / HOUR_S;
            }
        }
    }

    fn report(&self, summary: &mut Summary) {
        let shortest = |of: fn(&Outcome) -> Option<First>| {
            let times = self.outcomes.iter().filter_map(of);
            times
                .min_by(|a, b| a.since_s.total_cmp(&b.since_s))?
                .resolved()
        };
        let group = &mut summary.ride_through;
        group.first_above_limit_s = shortest(|outcome| outcome.above_limit);
        group.first_throttle_s = shortest(|outcome| outcome.throttle);
        group.first_shutdown_s = shortest(|outcome| outcome.shutdown);
        let short = self.outcomes.iter().filter_map(Outcome::too_short_step_s);
        group.too_short_s = known(
            short
                .map(|step_s| STEPS * step_s)
                .fold(f64::NEG_INFINITY, f64::max),
        );
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

    const TRIP: f64 = 2.0 * HOUR_S;

    fn observed(to: i32, marks: [i32; 3]) -> RideThroughMetric {
        let span = Span {
            name: "trip".into(),
            start_s: TRIP,
            end_s: 3.0 * HOUR_S,
        };
        let mut metric = RideThroughMetric::of(&[span]);
        for at in 1..=to {
            let mut step = hour(f64::from(at), 1e6);
            let hall = &mut step.halls[0];
            // What went wrong before is none of its business.
            hall.throttled_gpus = f64::from(u8::from(at == 1 || at >= marks[1]));
            hall.racks_above_limit = u32::from(at >= marks[0]);
            hall.gpus_off = if at == marks[2] { 8.0 } else { 0.0 };
            metric.observe(&step);
        }
        metric
    }

    fn summary(metric: &RideThroughMetric) -> Summary {
        let mut summary = Summary::default();
        metric.report(&mut summary);
        summary
    }

    /// By hand, steps of an hour and an event from hour 2: a rack is above its limit in the step that begins at hour 8,
    /// chips throttle in that from hour 9 and racks go off at hour 12.
    #[test]
    fn times_count_from_the_start_of_the_event() {
        let metric = observed(12, [9, 10, 12]);
        let group = summary(&metric).ride_through;
        assert_eq!(group.first_above_limit_s, Some(6.0 * HOUR_S));
        assert_eq!(group.first_throttle_s, Some(7.0 * HOUR_S));
        assert_eq!(group.first_shutdown_s, Some(10.0 * HOUR_S));
        assert_eq!((group.off_gpu_hours, group.too_short_s), (Some(8.0), None));
        assert!((metric.outcomes()[0].throttled_gpu_hours - 3.0).abs() < 1e-12);
    }

    /// Four steps are not given, five are; the warning names a step that is short enough.
    #[test]
    fn times_below_five_steps_are_not_given() {
        let summary = summary(&observed(8, [7, 8, 7]));
        let group = &summary.ride_through;
        assert_eq!(group.first_above_limit_s, None);
        assert_eq!(group.first_throttle_s, Some(5.0 * HOUR_S));
        assert_eq!(group.first_shutdown_s, Some(5.0 * HOUR_S));
        assert_eq!(group.too_short_s, Some(5.0 * HOUR_S));
        let warning = too_short(5.0 * 60.0, &summary);
        assert!(
            warning.contains("five steps (300 s)") && warning.ends_with("run.step_s to 10"),
            "{warning}"
        );
    }
}
