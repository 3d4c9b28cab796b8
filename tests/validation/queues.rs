//! The scheduler where theory knows the mean wait: one class of servers of one GPU, jobs of one GPU.
//!
//! ```text
//! M/M/c       W = C(c, a)/(c·μ − λ)                           Erlang C, a = λ/μ
//! M/G/1       W = λ·E[S²]/(2·(1 − ρ))                         Pollaczek–Khinchine
//! two classes W₁ = R/(1 − ρ₁),  W₂ = R/((1 − ρ₁)·(1 − ρ)),  R = λ·E[S²]/2        Cobham, first class first
//! shortest    W(x) = R/(1 − ρ(x))²,  ρ(x) = λ·∫₀ˣ t·f(t) dt;  W = ∫ W(x)·f(x) dx    Phipps, M/M/1
//! ```
//!
//! Source: Kleinrock, *Queueing Systems* I and II; Conway, Maxwell & Miller for the last. Steps go from event to event,
//! so that nothing is rounded to a step. Theory is evaluated at the rate and the run times that were drawn, not at those drawn
//! from: at c = 10 a load 0.1 % higher makes waits 1.5 % longer, and two million draws miss their mean by that. What is left to chance is a standard error of 0.7 % there
//! (from an independent simulation over eight seeds), and less in the other rows.

use coldaisle::random::stream;
use coldaisle::scheduler::order::{Order, Priority, ShortestFirst};
use coldaisle::scheduler::{
    Backfill, Cluster, Conservative, Dispatcher, Fifo, FirstFit, HallShape, Policy, PolicyOptions,
    Site,
};
use coldaisle::series::Signal;
use coldaisle::workload::{Arrivals, Job};
use rand::RngExt as _;
use rand_distr::{Distribution as _, Exp1, LogNormal};

use crate::table::{Evidence, Row};

const MEAN_S: f64 = 100.0;
const JOBS: u64 = 1_000_000;

/// How long jobs run.
#[derive(Clone, Copy)]
enum Service {
    Exponential,
    Constant,
    /// Log-normal of σ = 1: E[S²] = e·E[S]².
    LogNormal,
}

struct Source {
    left: u64,
    jobs: u64,
    now_s: f64,
    gap_s: f64,
    service: Service,
    /// Share of jobs with a high priority.
    dear: f64,
    rng: rand_pcg::Pcg64,
}

impl Source {
    fn new(jobs: u64, servers: u32, load: f64, service: Service, dear: f64) -> Self {
        Self {
            left: jobs,
            jobs,
            now_s: 0.0,
            gap_s: MEAN_S / (load * f64::from(servers)),
            service,
            dear,
            rng: stream(1, "validation.queues"),
        }
    }
}

impl Arrivals for Source {
    fn next_job(&mut self) -> Option<Job> {
        self.left = self.left.checked_sub(1)?;
        let gap: f64 = Exp1.sample(&mut self.rng);
        let time: f64 = match self.service {
            Service::Exponential => Exp1.sample(&mut self.rng),
            Service::Constant => 1.0,
            Service::LogNormal => LogNormal::new(-0.5, 1.0).unwrap().sample(&mut self.rng),
        };
        self.now_s += gap * self.gap_s;
        let dear = self.dear > 0.0 && self.rng.random::<f64>() < self.dear;
        Some(Job {
            id: self.jobs - self.left,
            submit_s: self.now_s,
            work_s: time * MEAN_S,
            estimate_s: time * MEAN_S,
            user: u32::from(dear),
            priority: if dear { 1.0 } else { 0.0 },
            ..Job::default()
        })
    }
}

/// Drawn jobs and their waits.
#[derive(Default)]
struct Drawn {
    /// Mean waits of ordinary and of dear jobs, s.
    waits_s: [f64; 2],
    /// Jobs per second; means of run times and of their squares; mean of the dear ones by the share they are.
    rate: f64,
    mean_s: f64,
    square_s2: f64,
    dear_s: f64,
}

fn waits(
    jobs: u64,
    servers: u32,
    load: f64,
    service: Service,
    dear: f64,
    policy: &Policy,
) -> Drawn {
    let source = Source::new(jobs, servers, load, service, dear);
    let shape = HallShape {
        servers,
        gpus_per_server: 1,
    };
    let rules: PolicyOptions = policy.options();
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    let cluster = Cluster::new(&[shape]).unwrap();
    let mut d = Dispatcher::new(cluster, Vec::new(), Box::new(source), policy.start())
        .unwrap()
        .under(&rules, site);
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    let mut drawn = Drawn::default();
    let (mut counts, mut now_s, mut last_s) = ([0_u64; 2], 0.0, 0.0_f64);
    while counts[0] + counts[1] < jobs {
        d.advance(now_s, now_s + 1000.0, &mut changes);
        changes.clear();
        d.finished(&mut done);
        for left in done.drain(..) {
            drawn.waits_s[left.user as usize] += left.start_s - left.submit_s;
            counts[left.user as usize] += 1;
            drawn.mean_s += left.work_s / jobs as f64;
            drawn.square_s2 += left.work_s.powi(2) / jobs as f64;
            drawn.dear_s += f64::from(left.user) * left.work_s / jobs as f64;
            last_s = last_s.max(left.submit_s);
        }
        now_s += 1000.0;
    }
    for (wait_s, count) in drawn.waits_s.iter_mut().zip(counts) {
        *wait_s /= count as f64;
    }
    drawn.rate = jobs as f64 / last_s;
    drawn
}

fn row(against: &str, quantity: &str, theirs_s: f64, ours_s: f64) -> Row {
    Row::new(against, quantity, "s")
        .theirs(theirs_s)
        .ours(ours_s)
        .percent(2.0)
        .digits(4)
        .evidence(Evidence::SameParameters)
}

fn erlang_c_wait_s(servers: u32, drawn: &Drawn) -> f64 {
    let (c, a) = (f64::from(servers), drawn.rate * drawn.mean_s);
    // Erlang B by its recursion, C from B.
    let b = (1..=servers).fold(1.0, |b, n| a * b / (f64::from(n) + a * b));
    b / (1.0 - a / c * (1.0 - b)) * drawn.mean_s / (c - a)
}

/// M/M/c.
pub(crate) fn many_servers() -> Vec<Row> {
    [(10, 0.8, 6 * JOBS), (3, 0.7, JOBS)]
        .into_iter()
        .map(|(servers, load, jobs)| {
            let drawn = waits(
                jobs,
                servers,
                load,
                Service::Exponential,
                0.0,
                &Policy::default(),
            );
            let quantity = format!("mean wait, c = {servers} at {:.0} %", 100.0 * load);
            let theirs_s = erlang_c_wait_s(servers, &drawn);
            row("Erlang C (M/M/c)", &quantity, theirs_s, drawn.waits_s[0])
        })
        .collect()
}

/// With jobs of one GPU the four ways to work a queue are one, and that is the recursion of Kiefer and Wolfowitz: each
/// job starts when the first of the servers is free of all before it.
#[test]
fn without_gangs_all_schedulers_are_the_recursion() {
    let (servers, load) = (10, 0.8);
    let mut source = Source::new(20_000, servers, load, Service::Exponential, 0.0);
    let mut free_s = vec![0.0_f64; servers as usize];
    let (mut waited_s, mut jobs) = (0.0, 0.0);
    while let Some(job) = source.next_job() {
        free_s.sort_by(f64::total_cmp);
        let start_s = free_s[0].max(job.submit_s);
        free_s[0] = start_s + job.work_s;
        waited_s += start_s - job.submit_s;
        jobs += 1.0;
    }
    for policy in [
        Policy::Fifo(Fifo::default()),
        Policy::FirstFit(FirstFit::default()),
        Policy::Backfill(Backfill::default()),
        Policy::Conservative(Conservative::default()),
    ] {
        let drawn = waits(20_000, servers, load, Service::Exponential, 0.0, &policy);
        let off = drawn.waits_s[0] / (waited_s / jobs) - 1.0;
        assert!(off.abs() < 1e-9, "{}: {off}", policy.name());
    }
}

/// M/G/1, from no spread of run times to much.
pub(crate) fn one_server() -> Vec<Row> {
    let load = 0.7;
    [
        ("M/M/1", Service::Exponential),
        ("M/D/1", Service::Constant),
        ("M/G/1, log-normal, σ = 1", Service::LogNormal),
    ]
    .into_iter()
    .map(|(name, service)| {
        let drawn = waits(JOBS, 1, load, service, 0.0, &Policy::default());
        let busy = drawn.rate * drawn.mean_s;
        let theirs_s = drawn.rate * drawn.square_s2 / (2.0 * (1.0 - busy));
        let quantity = format!("mean wait, {name} at 70 %");
        row("Pollaczek–Khinchine", &quantity, theirs_s, drawn.waits_s[0])
    })
    .collect()
}

/// M/M/1 in an order of its own.
pub(crate) fn in_order() -> Vec<Row> {
    let (load, dear) = (0.7, 0.3);
    let fifo = |order| {
        Policy::Fifo(Fifo {
            order: Some(order),
            ..Fifo::default()
        })
    };
    let priority = fifo(Order::Priority(Priority { ageing_hours: 1e9 }));
    let drawn = waits(JOBS, 1, load, Service::Exponential, dear, &priority);
    let first_s = drawn.rate * drawn.square_s2 / 2.0 / (1.0 - drawn.rate * drawn.dear_s);
    let others_s = first_s / (1.0 - drawn.rate * drawn.mean_s);
    let [ours_s, ours_first_s] = drawn.waits_s;
    let name = "Cobham (two priorities)";
    let mut rows = vec![
        row(
            name,
            "mean wait of the 30 % that go first",
            first_s,
            ours_first_s,
        ),
        row(name, "mean wait of the others", others_s, ours_s),
    ];
    let shortest = fifo(Order::ShortestFirst(ShortestFirst {}));
    let drawn = waits(JOBS, 1, load, Service::Exponential, 0.0, &shortest);
    let busy = drawn.rate * drawn.mean_s;
    // ∫ e^−x·R/(1 − ρ·(1 − e^−x·(1 + x)))² dx by the midpoint rule, x in mean run times.
    let step = 1e-3;
    let density = |x: f64| (-x).exp() / (1.0 - busy * (1.0 - (-x).exp() * (1.0 + x))).powi(2);
    let integral: f64 = (0..40_000)
        .map(|index| density((f64::from(index) + 0.5) * step) * step)
        .sum();
    rows.push(row(
        "Phipps (shortest first)",
        "mean wait, M/M/1 at 70 %",
        drawn.rate * drawn.square_s2 / 2.0 * integral,
        drawn.waits_s[0],
    ));
    rows
}
