//! Power of GPUs while their job saves or restarts, by hand and as a property.

use proptest::prelude::*;

use crate::scheduler::tests::{Paced, dispatcher, fifo, job};
use crate::scheduler::{Change, Dispatcher, Load};
use crate::workload::Job;

/// Changes of the load between two moments, in steps: when, and to what.
fn loads(d: &mut Dispatcher, from_s: f64, to_s: f64, step_s: f64) -> Vec<(f64, f64)> {
    let (mut changes, mut now_s) = (Vec::<(f64, Change)>::new(), from_s);
    while now_s < to_s {
        d.advance(now_s, now_s + step_s, &mut changes);
        now_s += step_s;
    }
    let reported = changes.iter().map(|(at_s, change)| match change.load {
        Load::Fixed(load) | Load::Hosted { gpus: load, .. } => (*at_s, load),
        Load::Idle | Load::Service(_) => (*at_s, 0.0),
    });
    reported.collect()
}

fn one_server(jobs: &[Job]) -> Dispatcher {
    dispatcher(&[(1, 4)], jobs, &fifo())
}

/// The same changes, but for rounding.
fn close(reported: &[(f64, f64)], expected: &[(f64, f64)]) {
    let mut pairs = reported.iter().zip(expected);
    let same = pairs.all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-12);
    assert!(same && reported.len() == expected.len(), "{reported:?}");
}

/// 200 s of work at a load of 0.6, saved every 120 s for 10 s at 0.1: work to 120 s, a save to 130 s, the rest to 210 s; in
/// whatever steps.
#[test]
fn saves_draw_less() {
    let saving = Job {
        checkpoint_s: 120.0,
        save_s: 10.0,
        utilisation: 0.6,
        paused_utilisation: 0.1,
        ..job(1, 0.0, 4, 200.0)
    };
    for step_s in [3.0, 60.0, 1000.0] {
        close(
            &loads(&mut one_server(&[saving]), 0.0, 1000.0, step_s),
            &[(0.0, 0.6), (120.0, 0.1), (130.0, 0.6), (210.0, 0.0)],
        );
        // Those that already draw less go on so.
        let slow = Job {
            utilisation: 0.05,
            ..saving
        };
        let all = loads(&mut one_server(&[slow]), 0.0, 1000.0, step_s);
        assert!(all[..3].iter().all(|(_, load)| (load - 0.05).abs() < 1e-12));
        close(&all[3..], &[(210.0, 0.0)]);
    }
}

/// Every 40 s a save of 10 s: 100 s of work and two saves are drawn as their mean, (100·0.6 + 20·0.1)/120.
#[test]
fn short_rhythms_draw_their_mean() {
    let saving = Job {
        checkpoint_s: 40.0,
        save_s: 10.0,
        utilisation: 0.6,
        paused_utilisation: 0.1,
        ..job(1, 0.0, 4, 100.0)
    };
    let all = loads(&mut one_server(&[saving]), 0.0, 200.0, 20.0);
    close(&all, &[(0.0, 62.0 / 120.0), (120.0, 0.0)]);
}

/// At half speed a phase takes twice as long: 120 s of work to 240 s, a save of 10 s to 260 s, then 80 s more at speed 1.
#[test]
fn phases_follow_the_clock() {
    let saving = Job {
        checkpoint_s: 120.0,
        save_s: 10.0,
        utilisation: 0.6,
        ..job(1, 0.0, 4, 200.0)
    };
    let mut d = one_server(&[saving]);
    let mut slow = Paced::at(|_| 0.5);
    d.advance(0.0, 260.0, &mut slow);
    let moments = slow.changes.iter().map(|(at_s, _)| *at_s);
    assert_eq!(moments.collect::<Vec<_>>(), [0.0, 240.0]);
    let mut fast = Vec::new();
    d.advance(260.0, 261.0, &mut fast);
    d.follow_speeds(260.0, &mut fast);
    d.advance(261.0, 1000.0, &mut fast);
    let moments = fast.iter().map(|(at_s, _)| *at_s);
    assert_eq!(moments.collect::<Vec<_>>(), [260.0, 340.0]);
    let spent = d.queue().spent;
    assert_eq!((spent.saving, spent.slowed), (40.0, 4.0 * 130.0));
}

/// Stopped at 30 s: 20 s of a restart at 0.1, then the work again.
#[test]
fn restarts_draw_less() {
    let fragile = Job {
        restart_s: 20.0,
        utilisation: 0.6,
        ..job(1, 0.0, 4, 50.0)
    };
    let mut d = one_server(&[fragile]);
    assert_eq!(loads(&mut d, 0.0, 30.0, 10.0), [(0.0, 0.6)]);
    let running = d.state().running().next().unwrap();
    assert!(d.disturb(30.0).interrupt(running));
    close(
        &loads(&mut d, 30.0, 200.0, 10.0),
        &[(30.0, 0.1), (50.0, 0.6), (100.0, 0.0)],
    );
}

/// Who pays for nothing is looked at only when his speed is read, and when he ends.
#[test]
fn plain_jobs_cost_nothing() {
    let mut d = one_server(&[job(1, 0.0, 4, 5000.0)]);
    d.advance(0.0, 1.0, &mut Vec::new());
    assert_eq!(d.next_event_s(), 3600.0);
    d.advance(1.0, 3601.0, &mut Vec::new());
    assert_eq!(d.next_event_s(), 5000.0);
}

proptest! {
    /// However long the steps: load × time = work at its load and saves at theirs, and what is counted as saving is the saves.
    #[test]
    fn the_mean_load_is_that_of_the_phases(
        work in 1..2000_u32, every in 1..300_u32, save in 0..40_u32, step in 1..500_u32,
    ) {
        let (step_s, every_s, save_s) = (f64::from(step), f64::from(every), f64::from(save));
        let saving = Job {
            checkpoint_s: every_s,
            save_s,
            utilisation: 0.8,
            paused_utilisation: 0.2,
            ..job(1, 0.0, 4, f64::from(work))
        };
        let mut d = one_server(&[saving]);
        let saves = f64::from(work.div_ceil(every) - 1) * save_s;
        let changes = loads(&mut d, 0.0, 200_000.0, step_s);
        let sum: f64 = changes.windows(2).map(|pair| pair[0].1 * (pair[1].0 - pair[0].0)).sum();
        let expected = 0.8 * f64::from(work) + 0.2 * saves;
        prop_assert!((sum - expected).abs() < 1e-6, "{sum} {expected}");
        prop_assert_eq!(changes.last().map(|last| last.0), Some(f64::from(work) + saves));
        let spent = d.queue().spent;
        prop_assert!((spent.saving - 4.0 * saves).abs() < 1e-6 && (spent.useful - 4.0 * f64::from(work)).abs() < 1e-6);
    }
}
