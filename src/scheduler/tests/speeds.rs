//! Jobs on servers that run faster or slower than programs were measured.

use super::{Paced, dispatcher, fifo, job};
use proptest::prelude::*;

/// By hand: 7,200 s of work at the speed of the slower server, 1.02, end at 7,200/1.02 = 7,058.82 s, however often it is read.
#[test]
fn fast_servers_shorten_jobs_exactly() {
    let mut d = dispatcher(&[(2, 4)], &[job(1, 0.0, 8, 7200.0)], &fifo());
    let mut servers = Paced::at(|server| if server == 0 { 1.02 } else { 1.05 });
    let mut done = Vec::new();
    for step in 0..130 {
        let from_s = f64::from(step) * 60.0;
        d.advance(from_s, from_s + 60.0, &mut servers);
        d.look_ahead(from_s, false, false, &mut servers);
    }
    d.finished(&mut done);
    assert!(
        (done[0].end_s - 7200.0 / 1.02).abs() < 1e-6,
        "{:?}",
        done[0]
    );
    assert!((done[0].spent.slowed + 7200.0 - 7200.0 / 1.02).abs() < 1e-6);
    assert_eq!(done[0].spent.useful, 7200.0);
}

/// By hand: stopped at 1,800 s, what was counted ahead is taken back: 1,836 s of work were done, all lost, 36 s were saved.
#[test]
fn what_was_counted_ahead_is_taken_back() {
    let mut d = dispatcher(&[(2, 4)], &[job(1, 0.0, 8, 7200.0)], &fifo());
    let mut servers = Paced::at(|_| 1.02);
    for step in 0..30 {
        let from_s = f64::from(step) * 60.0;
        d.advance(from_s, from_s + 60.0, &mut servers);
        d.look_ahead(from_s, false, false, &mut servers);
    }
    // What was counted ahead for the rest of the hour is not spent yet.
    let spent = d.queue().spent;
    assert!((spent.useful - 8.0 * 1836.0).abs() < 1e-6, "{spent:?}");
    assert!((spent.held() - 8.0 * 1800.0).abs() < 1e-6, "{spent:?}");
    let running = d.state().running().next().unwrap();
    assert!(d.disturb(1800.0).interrupt(running));
    let spent = d.queue().spent;
    assert!((spent.again - 8.0 * 1836.0).abs() < 1e-6, "{spent:?}");
    assert!((spent.slowed + 8.0 * 36.0).abs() < 1e-6, "{spent:?}");
    assert!((spent.held() - 8.0 * 1800.0).abs() < 1e-6, "{spent:?}");
}

proptest! {
    /// At steady speeds it makes no difference whether they are read in every step, once an hour, or whenever coolant moves.
    #[test]
    fn reading_ahead_changes_nothing(
        jobs in prop::collection::vec((0.0..5000.0f64, 1u32..9, 1.0..20000.0f64), 1..10),
        speeds in prop::collection::vec(0.5..1.3f64, 3),
        moved in prop::collection::vec(prop::bool::weighted(0.1), 40),
    ) {
        let mut jobs = jobs;
        jobs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let jobs: Vec<_> = (1..).zip(jobs).map(|(id, (at_s, gpus, work_s))| job(id, at_s, gpus, work_s)).collect();
        let mut servers = Paced::at(|server: u32| speeds[server as usize]);
        let mut ends = Vec::new();
        for ahead in [false, true] {
            let mut d = dispatcher(&[(3, 4)], &jobs, &fifo());
            let mut done = Vec::new();
            for step in 0..4000u32 {
                let from_s = f64::from(step) * 120.0;
                d.advance(from_s, from_s + 120.0, &mut servers);
                if ahead {
                    let at = step as usize % moved.len();
                    d.look_ahead(from_s, step % 50 < 25, moved[at], &mut servers);
                } else {
                    d.follow_speeds(from_s, &mut servers);
                }
            }
            d.finished(&mut done);
            prop_assert_eq!(done.len(), jobs.len());
            done.sort_by_key(|job| job.id);
            ends.push(done.iter().map(|job| (job.start_s, job.end_s)).collect::<Vec<_>>());
        }
        for (each, ahead) in ends[0].iter().zip(&ends[1]) {
            prop_assert!((each.0 - ahead.0).abs() < 1e-6, "{each:?} {ahead:?}");
            prop_assert!((each.1 - ahead.1).abs() < 1e-6, "{each:?} {ahead:?}");
        }
    }
}
