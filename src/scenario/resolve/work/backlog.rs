//! How many random jobs there are, and whether those that must wait can be kept.
//!
//! ```text
//! waiting at the end = n·(1 − G/D)·days        n: jobs a day, D: GPUs they would hold if none waited, G: GPUs there are
//! ```
//!
//! Every waiting job is kept, and nothing is learnt from a queue of millions that only grows.

use super::Preparation;
use crate::describe::Fault;
use crate::scheduler::HallShape;
use crate::units::DAY_S;
use crate::workload::model::fine_tuning::FineTuning;
use crate::workload::{Class, Service};

/// Jobs that may wait at the end of a run: half a gigabyte of them.
const MOST_WAITING: f64 = 1e6;

/// A stream of random jobs: its key, jobs a day, and the GPUs they would hold.
type Stream = (&'static str, f64, f64);

impl Preparation<'_> {
    /// Notes how many random jobs come and end, and refuses a queue that grows beyond all use.
    pub(super) fn check_backlog(
        &mut self,
        shapes: &[HallShape],
        services: &[Service],
    ) -> Result<(), Fault> {
        let total_s = self.period.total_s;
        let workload = &self.context.scenario.workload;
        let tuned = workload.fine_tuning.as_ref();
        let tables = [
            (
                "workload.fine_tuning",
                tuned.and_then(FineTuning::stream),
                Class::FineTuning,
            ),
            ("workload.batch", workload.batch.as_ref(), Class::Batch),
        ];
        let streams: Vec<Stream> = tables
            .into_iter()
            .filter_map(|(key, table, class)| {
                let (jobs, gpus) = table?.requested(class)?;
                Some((key, jobs, gpus))
            })
            .collect();
        let held: f64 = services.iter().map(|service| f64::from(service.gpus)).sum();
        let all = |shape: &HallShape| f64::from(shape.servers) * f64::from(shape.gpus_per_server);
        let free = (shapes.iter().map(all).sum::<f64>() - held).max(1.0);
        let days = total_s / DAY_S;
        let jobs: f64 = streams.iter().map(|(_, jobs, _)| jobs).sum();
        let left = waiting(&streams, free) * days;
        if workload.trace.is_none() {
            self.jobs = Some(jobs * days - left);
        }
        if left <= MOST_WAITING {
            return Ok(());
        }
        let Some(&(key, most, gpus)) = streams.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return Ok(());
        };
        let what = format!(
            "the jobs ask for {:.1} times the {free:.0} GPUs there are: {:.1} million would wait at the end",
            streams.iter().map(|(.., gpus)| gpus).sum::<f64>() / free,
            left / 1e6
        );
        // As many of this table as leave half the most that may wait.
        let fits = |share: f64| {
            let fewer = streams.iter().map(|&(other, jobs, gpus)| {
                let share = if other == key { share } else { 1.0 };
                (other, jobs * share, gpus * share)
            });
            waiting(&fewer.collect::<Vec<_>>(), free) * days <= 0.5 * MOST_WAITING
        };
        let share = (1..=60).rev().fold(0.0, |share, bit| {
            let more = share + 0.5_f64.powi(61 - bit);
            if fits(more) { more } else { share }
        });
        let (field, allowed) = match tables.iter().find(|(name, ..)| *name == key) {
            Some((_, Some(table), _)) if table.demand_gpus.is_some() => ("demand_gpus", gpus),
            _ => ("jobs_per_day", most),
        };
        let cure = if share > 0.0 {
            format!(
                "give {field} = {} or less, more racks, or a shorter run",
                rounded_down(allowed * share)
            )
        } else {
            "give fewer jobs in all tables, more racks, or a shorter run".into()
        };
        Err(self.context.error(&format!("{key}.{field}"), what, cure))
    }
}

/// Jobs a day that find no GPUs.
fn waiting(streams: &[Stream], free: f64) -> f64 {
    let jobs: f64 = streams.iter().map(|(_, jobs, _)| jobs).sum();
    let asked: f64 = streams.iter().map(|(.., gpus)| gpus).sum();
    if asked > free {
        jobs * (1.0 - free / asked)
    } else {
        0.0
    }
}

/// To two digits, as a person writes it.
fn rounded_down(value: f64) -> f64 {
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    (value / unit).floor() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 jobs a day for 200 GPUs where 50 are free: three quarters wait.
    #[test]
    fn what_finds_no_gpu_waits() {
        let streams = [("a", 400.0, 50.0), ("b", 600.0, 150.0)];
        assert_eq!(waiting(&streams, 50.0), 750.0);
        assert_eq!(waiting(&streams, 200.0), 0.0);
        assert_eq!(waiting(&[], 50.0), 0.0);
        assert_eq!(
            (rounded_down(123_456.0), rounded_down(0.0456)),
            (120_000.0, 0.045)
        );
    }
}
