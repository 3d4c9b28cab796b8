//! A queue whose mean wait is known: M/M/c.

use rand_distr::{Distribution, Exp1};

use super::tests::{cluster, fifo, job};
use super::*;
use crate::random::stream;
use crate::workload::{Arrivals, Job};

/// Jobs of one GPU, Poisson arrivals, exponential times.
struct Mmc {
    id: u64,
    now_s: f64,
    gap_s: f64,
    mean_s: f64,
    rng: rand_pcg::Pcg64,
}

impl Arrivals for Mmc {
    fn next_job(&mut self) -> Option<Job> {
        let gap: f64 = Exp1.sample(&mut self.rng);
        let work: f64 = Exp1.sample(&mut self.rng);
        self.id += 1;
        self.now_s += gap * self.gap_s;
        Some(job(self.id, self.now_s, 1, work * self.mean_s))
    }
}

/// M/M/c with c = 10 at 80 % load and a mean of 100 s: Erlang C gives 0.4092 of the jobs a wait, and a mean wait
/// of 0.4092·100/(10·0.2) = 20.46 s.
#[test]
fn val_erlang_c_mean_wait() {
    let (c, load) = (10.0_f64, 8.0_f64);
    // Erlang B by its recursion, C from B.
    let b = (1..=10).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let expected_s = b / (1.0 - load / c * (1.0 - b)) * 100.0 / (c - load);
    assert!((expected_s - 20.46).abs() < 0.01, "{expected_s}");
    for policy in [fifo(), Policy::default()] {
        let source = Mmc {
            id: 0,
            now_s: 0.0,
            gap_s: 100.0 / load,
            mean_s: 100.0,
            rng: stream(1, "test.mmc"),
        };
        let mut d = Dispatcher::new(
            cluster(&[(5, 2)]),
            Vec::new(),
            Box::new(source),
            policy.start(),
        )
        .unwrap();
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        let (mut waited_s, mut jobs, mut now_s) = (0.0, 0_u32, 0.0);
        while jobs < 300_000 {
            d.begin_step(now_s, &mut changes);
            changes.clear();
            d.finished(&mut done);
            for left in done.drain(..) {
                waited_s += left.start_s - left.submit_s;
                jobs += 1;
            }
            now_s = d.next_event_s(); // steps from event to event, so that nothing is rounded
        }
        let mean_s = waited_s / f64::from(jobs);
        assert!(
            (mean_s / expected_s - 1.0).abs() < 0.05,
            "{mean_s} {expected_s}"
        );
        assert!(
            d.floor().slots() < 300,
            "memory follows the jobs present: {}",
            d.floor().slots()
        );
    }
}
