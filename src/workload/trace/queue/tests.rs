//! By hand, and for every stream of requests.

use super::pool::{POINTS, Point};
use super::*;
use crate::workload::trace::requests::Amount;
use proptest::prelude::*;

/// Copies whose steps take `token_s` of the batch; prompts take a second.
fn pool(copies: f64, batch: f64, token_s: impl Fn(f64) -> f64) -> Pool {
    let point = |number: usize| Point {
        token_s: token_s(batch.powf(number as f64 / POINTS as f64)),
        load: 0.5,
        prompt_s: 1.0,
        prompt_load: 0.9,
    };
    Pool {
        copies,
        batch,
        ranks: 1.0,
        least: copies,
        points: (0..=POINTS).map(point).collect(),
        per_ln: if batch > 1.0 {
            POINTS as f64 / batch.ln()
        } else {
            0.0
        },
    }
}

fn alone(writes: Pool) -> Answering {
    Answering {
        writes,
        reads: None,
        handing_s: 0.0,
        refuse_after_s: f64::INFINITY,
    }
}

/// A request at a time, with tokens to read and to write; 100 tokens are the mean prompt.
fn request(time_s: f64, context: u64, generated: u64) -> Request {
    Request {
        time_s,
        context,
        generated,
    }
}

fn run(service: &Answering, requests: &[Request], end_s: f64) -> Outcome {
    let each = requests.iter().copied();
    let intervals = (1.0, end_s.ceil() as usize);
    Queue::run(service, &|tokens| tokens / 100.0, each, intervals, end_s)
}

fn near(found: &[f64], expected: &[f64]) {
    let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(close),
        "{found:?} {expected:?}"
    );
}

/// One place, 0.1 s a token. The first is read from 0 to 1 and written from 1 to 2; the second comes at 0.5, waits until 2, is read until
/// 3 and written until 5: its first token comes at 3.1, 2.6 s after it did.
#[test]
fn two_requests_on_one_place() {
    let service = alone(pool(1.0, 1.0, |_| 0.1));
    let outcome = run(
        &service,
        &[request(0.0, 100, 10), request(0.5, 100, 20)],
        6.0,
    );
    near(
        &outcome.intervals.tokens,
        &[0.0, 10.0, 0.0, 10.0, 10.0, 0.0],
    );
    near(
        &outcome.intervals.busy_s[0],
        &[0.9, 0.5, 0.9, 0.5, 0.5, 0.0],
    );
    assert_eq!(outcome.longest_queue, 1);
    assert!((outcome.first_ms.quantile(1.0) - 2600.0).abs() < 1e-6);
    assert!((outcome.first_ms.quantile(0.5) / 1100.0 - 1.0).abs() < 0.005);
    assert!((outcome.token_ms.quantile(1.0) - 100.0).abs() < 1e-6);
    assert_eq!((outcome.served.requests, outcome.served.generated), (2, 30));
    assert_eq!((outcome.served.context, outcome.refused.requests), (200, 0));
    // At 3.5 s the second has 5 of its 20.
    let half = run(
        &service,
        &[request(0.0, 100, 10), request(0.5, 100, 20)],
        3.5,
    );
    assert_eq!((half.served.generated, half.under_way.generated), (10, 20));
    near(&[half.delivered(), half.left()], &[15.0, 15.0]);
    near(&half.intervals.tokens, &[0.0, 10.0, 0.0, 5.0]);
}

/// 0.1 s a token alone and 0.15 s for two. The first has 5 of its 10 when the second comes at 0.5; the other 5 take 0.75 s, in which the
/// second writes 5, and its last 5 take 0.5 s: done at 1.25 and 1.75, 125 ms a token each.
#[test]
fn two_share_a_copy() {
    let service = alone(pool(1.0, 2.0, |batch| 0.05 + 0.05 * batch));
    let outcome = run(&service, &[request(0.0, 0, 10), request(0.5, 0, 10)], 3.0);
    near(
        &outcome.intervals.tokens,
        &[5.0 + 20.0 / 3.0, 25.0 / 3.0, 0.0],
    );
    near(&outcome.intervals.busy_s[0], &[0.5, 0.375, 0.0]);
    for share in [0.5, 1.0] {
        assert!((outcome.token_ms.quantile(share) - 125.0).abs() < 1.0);
    }
    // Both begin with a prompt of no length: one step at the batch that they find.
    assert!((outcome.first_ms.quantile(1.0) - 150.0).abs() < 1e-6);
    assert_eq!(outcome.longest_queue, 0);
}

/// The prompt of the second stops the first for a second on the only rank, and halves its pace where there are two.
#[test]
fn prompts_take_turns_with_writing() {
    let both = [request(0.0, 0, 20), request(1.0, 100, 1)];
    let one = run(&alone(pool(1.0, 2.0, |_| 0.1)), &both, 4.0);
    near(&one.intervals.tokens, &[10.0, 0.0, 11.0, 0.0]);
    near(&one.intervals.busy_s[0], &[0.5, 0.9, 0.5, 0.0]);
    let two = run(&alone(pool(2.0, 2.0, |_| 0.1)), &both, 4.0);
    near(&two.intervals.tokens, &[10.0, 5.0, 6.0, 0.0]);
    // Half of the copies; the batch of 1/2 rests in between: (1/2·0.5·1/2 + 1/2·0.9).
    near(&two.intervals.busy_s[0][..2], &[0.25, 0.575]);
}

/// Read on other copies from 0 to 1 and from 1 to 2, a quarter of a second on the way, written from 1.25 to 2.25 and, with one place,
/// from then to 3.25.
#[test]
fn pools_have_queues_of_their_own() {
    let service = Answering {
        reads: Some(pool(1.0, 1.0, |_| 0.0)),
        handing_s: 0.25,
        ..alone(pool(1.0, 1.0, |_| 0.1))
    };
    let both = [request(0.0, 100, 10), request(0.0, 100, 10)];
    let outcome = run(&service, &both, 4.0);
    near(&outcome.intervals.tokens, &[0.0, 7.5, 10.0, 2.5]);
    near(&outcome.intervals.busy_s[1], &[0.9, 0.9, 0.0, 0.0]);
    near(&outcome.intervals.busy_s[0], &[0.0, 0.375, 0.5, 0.125]);
    assert!((outcome.first_ms.quantile(1.0) - 2350.0).abs() < 1e-6);
}

/// The place is taken until 2: who waits for 0.7 s is refused at 1.2, who comes at 1.5 gets it.
#[test]
fn requests_are_refused_after_a_while() {
    let service = Answering {
        refuse_after_s: 0.7,
        ..alone(pool(1.0, 1.0, |_| 0.1))
    };
    let all = [
        request(0.0, 100, 10),
        request(0.5, 100, 7),
        request(1.5, 0, 10),
    ];
    let outcome = run(&service, &all, 3.5);
    near(&outcome.intervals.refused, &[0.0, 7.0, 0.0, 0.0]);
    assert_eq!(outcome.refused.generated, 7);
    assert_eq!((outcome.served.requests, outcome.served.generated), (2, 20));
}

/// Four copies of two places, three requests: two copies that follow, at 3/4 of a full batch each, or all four.
#[test]
fn copies_follow_the_requests_or_share_them() {
    let three = [request(0.0, 0, 100); 3];
    let fixed = pool(4.0, 2.0, |batch| 0.05 + 0.05 * batch);
    let follows = Pool {
        least: 1.0,
        ..fixed.clone()
    };
    let fixed = run(&alone(fixed), &three, 1.0);
    // Less than one each: no batch, and they rest in between.
    near(&fixed.intervals.tokens, &[30.0]);
    near(&fixed.intervals.busy_s[0], &[0.5 * 0.75]);
    let follows = run(&alone(follows), &three, 1.0);
    assert!((follows.intervals.tokens[0] - 3.0 / 0.125).abs() < 1e-3);
    near(&follows.intervals.busy_s[0], &[0.25]);
}

/// Half a copy of two places: its one place writes as two do that share a copy, half of which is theirs.
#[test]
fn part_of_a_copy_does_a_part() {
    let part = alone(pool(0.5, 2.0, |batch| 0.05 + 0.05 * batch));
    let outcome = run(&part, &[request(0.0, 0, 10), request(0.0, 0, 2)], 2.0);
    near(&outcome.intervals.tokens, &[1.0 / 0.15, 12.0 - 1.0 / 0.15]);
    assert_eq!(outcome.longest_queue, 1);
    let less = alone(pool(0.25, 2.0, |batch| 0.05 + 0.05 * batch));
    let outcome = run(&less, &[request(0.0, 100, 10)], 8.0);
    // Four times the prompt, and half of the tokens of a place.
    near(
        &outcome.intervals.tokens[..5],
        &[0.0, 0.0, 0.0, 0.0, 0.5 / 0.15],
    );
}

/// One place, requests at random (0.7 a second) and answers of random length (exponential, 1 s on average): the wait of the queue M/M/1
/// is longer than t with probability 0.7·e^(−0.3·t), so half wait up to ln(0.7/0.5)/0.3 = 1.12 s, 95 % up to 8.80 s and 99 % up to 14.16 s.
#[test]
fn random_requests_wait_as_queueing_theory_says() {
    let mut random = crate::random::stream(1, "queue");
    let mut exponential = |mean: f64| -mean * (1.0 - random.random::<f64>()).ln();
    let mut time_s = 0.0;
    let all: Vec<Request> = (0..200_000)
        .map(|_| {
            time_s += exponential(1.0 / 0.7);
            request(time_s, 0, 1 + exponential(9_999.5) as u64)
        })
        .collect();
    let outcome = run(&alone(pool(1.0, 1.0, |_| 1e-4)), &all, time_s);
    for (share, wait_s) in [(0.5, 1.12), (0.95, 8.80), (0.99, 14.16)] {
        let found_s = outcome.first_ms.quantile(share) / 1e3;
        assert!((found_s / wait_s - 1.0).abs() < 0.06, "{share}: {found_s}");
    }
    let busy: f64 = outcome.intervals.busy_s[0].iter().sum();
    assert!((busy / (0.5 * 0.7 * time_s) - 1.0).abs() < 0.02, "{busy}");
}

fn stream() -> impl Strategy<Value = Vec<Request>> {
    let one = (0.0..0.7_f64, 0..300_u64, 0..60_u64);
    prop::collection::vec(one, 1..60).prop_map(|all| {
        let mut time_s = 0.0;
        let mut next = |(gap_s, context, generated): (f64, u64, u64)| {
            time_s += gap_s;
            request(time_s, context, generated)
        };
        all.into_iter().map(&mut next).collect()
    })
}

proptest! {
    /// Requests and tokens are served, refused, under way or waiting; those of the intervals are those delivered; loads are shares.
    #[test]
    fn nothing_is_lost(
        all in stream(),
        copies in 1..4_u8,
        batch in 1..5_u8,
        ranks in 1..3_u8,
        follows in any::<bool>(),
        pools in any::<bool>(),
        part in prop::sample::select(vec![0.1, 0.6, 1.0, 3.3]),
        refuse_after_s in prop::option::of(0.0..3.0_f64),
        end_s in 5.0..60.0_f64,
    ) {
        let all: Vec<Request> = all.into_iter().filter(|one| one.time_s < end_s).collect();
        let writes = Pool {
            ranks: f64::from(ranks),
            least: if follows { 0.0 } else { part * f64::from(copies) },
            ..pool(part * f64::from(copies), f64::from(batch), |batch| 0.01 + 0.01 * batch)
        };
        let service = Answering {
            reads: pools.then(|| writes.clone()),
            handing_s: 0.1,
            refuse_after_s: refuse_after_s.unwrap_or(f64::INFINITY),
            writes,
        };
        let outcome = run(&service, &all, end_s);
        let sum = |of: fn(&Amount) -> u64| {
            of(&outcome.served) + of(&outcome.refused) + of(&outcome.under_way) + of(&outcome.waiting)
        };
        prop_assert_eq!(sum(|all| all.requests), all.len() as u64);
        prop_assert_eq!(sum(|all| all.context), all.iter().map(|one| one.context).sum::<u64>());
        let given = all.iter().map(|one| one.generated).sum::<u64>();
        prop_assert_eq!(sum(|all| all.generated), given);
        let written: f64 = outcome.intervals.tokens.iter().sum();
        prop_assert!((written - outcome.delivered()).abs() < 1e-6 * (1.0 + written), "{written} {}", outcome.delivered());
        let refused: f64 = outcome.intervals.refused.iter().sum();
        prop_assert_eq!(refused, outcome.refused.generated as f64);
        prop_assert!(refuse_after_s.is_some() || outcome.refused.requests == 0);
        let closed = outcome.delivered() + outcome.left() + refused;
        prop_assert!((closed - given as f64).abs() < 1e-6 * (1.0 + given as f64));
        for busy_s in outcome.intervals.busy_s.iter().flatten() {
            prop_assert!((0.0..=1.0 + 1e-9).contains(busy_s), "{busy_s}");
        }
    }

    /// Whatever comes, more copies let nobody wait longer, and neither do they write less by any time.
    #[test]
    fn fewer_copies_never_shorten_waits(all in stream(), copies in 1..5_u8, batch in 1..5_u8) {
        let all: Vec<Request> = all.into_iter().map(|one| Request { context: 0, ..one }).collect();
        let of = |copies: u8| {
            run(&alone(pool(f64::from(copies), f64::from(batch), |batch| 0.02 + 0.02 * batch)), &all, 200.0)
        };
        let (few, many) = (of(copies), of(copies + 1));
        prop_assert!(many.longest_queue <= few.longest_queue);
        for share in [0.5, 0.95, 1.0] {
            let (few, many) = (few.first_ms.quantile(share), many.first_ms.quantile(share));
            prop_assert!(many.is_nan() || many <= few * 1.01, "{many} {few}");
        }
        let (mut few_written, mut many_written) = (0.0, 0.0);
        for (few, many) in few.intervals.tokens.iter().zip(&many.intervals.tokens) {
            few_written += few;
            many_written += many;
            prop_assert!(many_written >= few_written - 1e-6);
        }
    }
}
