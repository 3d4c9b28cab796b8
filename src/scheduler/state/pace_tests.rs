//! Power of GPUs while their job saves or restarts, by hand and as a property.

use proptest::prelude::*;

use crate::scheduler::tests::{cluster, dispatcher_at, fifo, job};
use crate::scheduler::{Change, Dispatcher, Load, Site};
use crate::series::Signal;
use crate::workload::Job;

fn dispatcher(step_s: f64, jobs: &[Job]) -> Dispatcher {
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
        step_s,
    };
    dispatcher_at(cluster(&[(1, 4)]), jobs, &fifo(), site)
}

/// Changes of the load: when, and to what.
fn loads(d: &mut Dispatcher, from_s: f64, step_s: f64, steps: u32) -> Vec<(f64, f64)> {
    let mut reported = Vec::new();
    for step in 0..steps {
        let now_s = from_s + f64::from(step) * step_s;
        let mut changes: Vec<Change> = Vec::new();
        d.begin_step(now_s, &mut changes);
        reported.extend(changes.iter().map(|change| match change.load {
            Load::Fixed(load) | Load::Hosted { gpus: load, .. } => (now_s, load),
            Load::Idle | Load::Service(_) => (now_s, 0.0),
        }));
    }
    reported
}

/// The same changes, but for rounding.
fn close(reported: &[(f64, f64)], expected: &[(f64, f64)]) {
    let mut pairs = reported.iter().zip(expected);
    let same = pairs.all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-12);
    assert!(same && reported.len() == expected.len(), "{reported:?}");
}

/// 100 s of work at a load of 0.6, saved every 40 s for 10 s at 0.1: work to 40 s, a save to 50 s, work to 90 s, a save to
/// 100 s, the rest to 120 s. In steps of 20 s each save fills half a step: 0.35.
#[test]
fn saves_draw_less() {
    let saving = Job {
        checkpoint_s: 40.0,
        save_s: 10.0,
        utilisation: 0.6,
        paused_utilisation: 0.1,
        ..job(1, 0.0, 4, 100.0)
    };
    let fine = loads(&mut dispatcher(10.0, &[saving]), 0.0, 10.0, 20);
    close(
        &fine,
        &[
            (0.0, 0.6),
            (40.0, 0.1),
            (50.0, 0.6),
            (90.0, 0.1),
            (100.0, 0.6),
            (120.0, 0.0),
        ],
    );
    let coarse = loads(&mut dispatcher(20.0, &[saving]), 0.0, 20.0, 10);
    close(
        &coarse,
        &[
            (0.0, 0.6),
            (40.0, 0.35),
            (60.0, 0.6),
            (80.0, 0.35),
            (100.0, 0.6),
            (120.0, 0.0),
        ],
    );
    // Those that already draw less go on so, and processors with a load of their own keep it.
    let slow = Job {
        utilisation: 0.05,
        ..saving
    };
    close(
        &loads(&mut dispatcher(10.0, &[slow]), 0.0, 10.0, 20),
        &[(0.0, 0.05), (120.0, 0.0)],
    );
}

/// Stopped at 30 s, again from 40 s on: 20 s of a restart at 0.1, then the work again.
#[test]
fn restarts_draw_less() {
    let fragile = Job {
        restart_s: 20.0,
        utilisation: 0.6,
        ..job(1, 0.0, 4, 50.0)
    };
    let mut d = dispatcher(10.0, &[fragile]);
    assert_eq!(loads(&mut d, 0.0, 10.0, 4), [(0.0, 0.6)]);
    let running = d.state().running().next().unwrap();
    assert!(d.disturb().interrupt(running, 30.0));
    close(
        &loads(&mut d, 40.0, 10.0, 12),
        &[(40.0, 0.1), (60.0, 0.6), (110.0, 0.0)],
    );
}

/// Who pays for nothing is looked at only when he ends.
#[test]
fn plain_jobs_cost_nothing() {
    let mut d = dispatcher(10.0, &[job(1, 0.0, 4, 5000.0)]);
    d.begin_step(0.0, &mut Vec::new());
    assert_eq!(d.next_event_s(), 5000.0);
}

proptest! {
    /// However long the steps: load × time = work at its load and saves at theirs.
    #[test]
    fn the_mean_load_is_that_of_the_phases(
        work in 1..500_u32, every in 1..90_u32, save in 0..40_u32, step in 1..50_u32,
    ) {
        let (step_s, every_s, save_s) = (f64::from(step), f64::from(every), f64::from(save));
        let saving = Job {
            checkpoint_s: every_s,
            save_s,
            utilisation: 0.8,
            paused_utilisation: 0.2,
            ..job(1, 0.0, 4, f64::from(work))
        };
        let mut d = dispatcher(step_s, &[saving]);
        let saves = (work.div_ceil(every) - 1) * u32::from(save > 0);
        let end = work + saves * save;
        let (mut load, mut sum) = (0.0, 0.0);
        for at in 0..end / step {
            let mut changes = Vec::new();
            let now_s = f64::from(at * step);
            d.begin_step(now_s, &mut changes);
            if let Some(Change { load: Load::Fixed(new), .. }) = changes.first() {
                load = *new;
            }
            sum += load * step_s;
        }
        // Second by second.
        let until = end / step * step;
        let is_save = |second: u32| save > 0 && second % (every + save) >= every;
        let saved = (0..until).filter(|second| is_save(*second)).count() as f64;
        let expected = 0.8 * (f64::from(until) - saved) + 0.2 * saved;
        prop_assert!((sum - expected).abs() < 1e-6, "{sum} {expected}");
    }
}
