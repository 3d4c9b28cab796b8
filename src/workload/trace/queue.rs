//! Requests one by one through the copies of a model.
//!
//! ```text
//! places   n·b            n copies, b requests at a time on each
//! waits    first come, first served, for a place; refused after a stated time
//! reads    d·n prompts at a time, one a rank, at their own cost; ranks that read do not write         (`Phase::Both`)
//!          copies of their own, in passes, then over the network to those that write                 (pools)
//! first    its prompt is read, and a step
//! writes   V(t) = ∫ (1 − share of ranks that read)/T(B/n) dt tokens: a request that begins at V ends at V + its tokens
//! ```
//!
//! The copies are treated as one: B requests share the places evenly, and each gets 1/B of what is written (processor sharing). Rates
//! change only when a request comes, is read or ends, so nothing is stepped: a request costs a few moves in a heap, and load and tokens
//! are added to the intervals as exact integrals. Times of steps are tabled once by batch.
//!
//! `scale` w: the trace as it is meets n/w copies, a service 1/w as large. Load, tokens and queue times w are those of the whole; waits are
//! those of the smaller one. n/w need not be whole: the last place, rank and copy then do a part of what others do.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::requests::{Amount, Request};
use crate::histogram::Histogram;
use crate::workload::model::serving::{Phase, Replica};
use crate::workload::service::{Copies, Scaling};

/// Points of the tables of steps.
const POINTS: usize = 512;

/// A copy at one batch.
#[derive(Debug, Clone, Copy, Default)]
struct Point {
    /// Time of a token, s.
    token_s: f64,
    /// Load of its chips while it writes.
    load: f64,
    /// Time of a prompt of mean cost in a rank, or of a pass, s.
    prompt_s: f64,
    /// Load while it reads; may pass 1.
    prompt_load: f64,
}

impl Point {
    fn of(replica: &Replica, batch: f64) -> Self {
        if replica.phase == Phase::Prefill {
            let pass = replica.step(batch);
            return Self {
                prompt_s: pass.time_s,
                prompt_load: pass.load(),
                ..Self::default()
            };
        }
        let writes = replica.doing(Phase::Decode);
        let mut point = Self {
            token_s: writes.token_s(batch),
            load: writes.load(batch),
            ..Self::default()
        };
        if replica.phase == Phase::Both {
            let joining = writes.joining(batch);
            point.prompt_s = joining.time_s;
            point.prompt_load = joining.load;
        }
        point
    }

    fn between(self, other: Self, share: f64) -> Self {
        let of = |from: f64, to: f64| from + (to - from) * share;
        Self {
            token_s: of(self.token_s, other.token_s),
            load: of(self.load, other.load),
            prompt_s: of(self.prompt_s, other.prompt_s),
            prompt_load: of(self.prompt_load, other.prompt_load),
        }
    }
}

/// Copies that share what comes.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    /// How many, over what a request of the trace counts.
    copies: f64,
    /// Requests at a time on a copy.
    batch: f64,
    ranks: f64,
    /// Copies that always work; all of them where they do not follow the requests.
    least: f64,
    /// By batch, from 1 to the largest, at equal ratios.
    points: Vec<Point>,
    per_ln: f64,
}

impl Pool {
    pub(super) fn new(copies: &Copies, scale: f64) -> Self {
        let batch = copies.most.batch.max(1.0);
        let count = f64::from(copies.count) / scale;
        let at = |point: usize| batch.powf(point as f64 / POINTS as f64);
        Self {
            copies: count,
            batch,
            ranks: f64::from(copies.replica.layout.ranks()),
            least: match copies.scaling {
                Scaling::Fixed => count,
                Scaling::Follow => (f64::from(copies.least) / scale).min(count),
            },
            points: (0..=POINTS)
                .map(|point| Point::of(&copies.replica, at(point)))
                .collect(),
            per_ln: if batch > 1.0 {
                POINTS as f64 / batch.ln()
            } else {
                0.0
            },
        }
    }

    /// Requests of the trace that have room at a time; where that is no whole number the last one shares a place.
    fn places(&self) -> usize {
        // A count that rounding lifts is no further place.
        let places = self.copies * self.batch - 1e-9;
        (places.ceil() as usize).max(1)
    }

    /// Copies that work while so many have places.
    fn working(&self, held: usize) -> f64 {
        let needed = (held as f64 / self.batch).ceil();
        needed.max(self.least).min(self.copies)
    }

    fn at(&self, batch: f64) -> Point {
        let place = batch.clamp(1.0, self.batch).ln() * self.per_ln;
        let below = (place as usize).min(POINTS - 1);
        match self.points.get(below..below + 2) {
            Some(&[low, high]) => low.between(high, place - below as f64),
            _ => Point::default(),
        }
    }
}

/// The service that answers.
#[derive(Debug, Clone)]
pub(super) struct Answering {
    /// What writes, and reads where there is nothing else for it.
    pub(super) writes: Pool,
    /// What reads.
    pub(super) reads: Option<Pool>,
    /// Time in which a prompt goes from there to those that write, s.
    pub(super) handing_s: f64,
    /// A request that has waited this long for a place is refused, s; infinite: none is.
    pub(super) refuse_after_s: f64,
}

/// A request in a queue.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    since_s: f64,
    request: Request,
}

/// A request under way: it ends when the clock of its pool shows `at`.
#[derive(Debug, Clone, Copy)]
struct Due {
    at: f64,
    number: u64,
    began_s: f64,
    request: Request,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = self.at.total_cmp(&other.at);
        by_time.then(self.number.cmp(&other.number))
    }
}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Eq for Due {}
impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

/// Rates of a state: they hold until the next event.
#[derive(Debug, Clone, Copy, Default)]
struct Rates {
    /// Mean prompts a second of each that is read.
    read: f64,
    /// Tokens a second of each that writes.
    write: f64,
    /// Load of the chips that write, and of those that read for them.
    load: [f64; 2],
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    End,
    Written,
    Read,
    Handed,
    Refused,
    Comes,
}

/// Load and output by interval: integrals, in units of the trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Intervals {
    interval_s: f64,
    /// Of the chips that write, and of those that read for them, s.
    pub(super) busy_s: [Vec<f64>; 2],
    pub(super) tokens: Vec<f64>,
    /// Empty until one is refused.
    pub(super) refused: Vec<f64>,
}

impl Intervals {
    fn slot(&self, time_s: f64) -> usize {
        ((time_s / self.interval_s) as usize).min(self.tokens.len().saturating_sub(1))
    }

    /// From `from_s` to `to_s`; the last interval takes what rounding leaves.
    fn add(&mut self, from_s: f64, to_s: f64, rates: &Rates, tokens_per_s: f64) {
        if rates.load == [0.0; 2] && tokens_per_s == 0.0 {
            return;
        }
        let (mut at_s, last) = (from_s, self.slot(to_s));
        for slot in self.slot(from_s)..=last {
            let until_s = if slot == last {
                to_s
            } else {
                ((slot + 1) as f64 * self.interval_s).clamp(at_s, to_s)
            };
            let dt_s = until_s - at_s;
            at_s = until_s;
            for (busy_s, load) in self.busy_s.iter_mut().zip(rates.load) {
                if let Some(busy_s) = busy_s.get_mut(slot) {
                    *busy_s += load * dt_s;
                }
            }
            if let Some(tokens) = self.tokens.get_mut(slot) {
                *tokens += tokens_per_s * dt_s;
            }
        }
    }

    fn refuse(&mut self, time_s: f64, tokens: f64) {
        self.refused.resize(self.tokens.len(), 0.0);
        let slot = self.slot(time_s);
        if let Some(refused) = self.refused.get_mut(slot) {
            *refused += tokens;
        }
    }
}

/// What became of the requests.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) served: Amount,
    pub(super) refused: Amount,
    pub(super) under_way: Amount,
    pub(super) waiting: Amount,
    /// Written for those under way at the end, tokens.
    pub(super) part_written: f64,
    /// The most that waited at a time.
    pub(super) longest_queue: usize,
    /// Time to the first token, ms.
    pub(super) first_ms: Histogram,
    /// Time of a token, ms, a value for each request served.
    pub(super) token_ms: Histogram,
    pub(super) intervals: Intervals,
}

impl Outcome {
    /// Written, tokens.
    pub(super) fn delivered(&self) -> f64 {
        self.served.generated as f64 + self.part_written
    }

    /// Not yet written at the end, tokens.
    pub(super) fn left(&self) -> f64 {
        self.waiting.generated as f64 + (self.under_way.generated as f64 - self.part_written)
    }
}

/// Requests on their way.
pub(super) struct Queue<'a> {
    service: &'a Answering,
    cost: &'a dyn Fn(f64) -> f64,
    now_s: f64,
    /// Mean prompts that each of those in `reading` has been read, had it been there from the start.
    read_clock: f64,
    /// The same for tokens written.
    write_clock: f64,
    numbers: u64,
    door: VecDeque<Waiting>,
    /// With a place, before a rank has read them.
    to_read: VecDeque<Request>,
    reading: BinaryHeap<Reverse<Due>>,
    handed: VecDeque<Waiting>,
    to_write: VecDeque<Waiting>,
    writing: BinaryHeap<Reverse<Due>>,
    outcome: Outcome,
}

/// Time until a clock at this rate has moved by `left`, s.
fn until_s(left: f64, rate: f64) -> f64 {
    if left <= 0.0 { 0.0 } else { left / rate }
}

impl<'a> Queue<'a> {
    /// Lets requests pass, in order of their times (s since the start of the run), until `end_s`. `cost` is that of a prompt of so many
    /// tokens over that of the mean one.
    pub(super) fn run(
        service: &'a Answering,
        cost: &'a dyn Fn(f64) -> f64,
        requests: impl Iterator<Item = Request>,
        (interval_s, intervals): (f64, usize),
        end_s: f64,
    ) -> Outcome {
        let zeros = || vec![0.0; intervals];
        let second = if service.reads.is_some() {
            zeros()
        } else {
            Vec::new()
        };
        let mut queue = Self {
            service,
            cost,
            now_s: 0.0,
            read_clock: 0.0,
            write_clock: 0.0,
            numbers: 0,
            door: VecDeque::new(),
            to_read: VecDeque::new(),
            reading: BinaryHeap::new(),
            handed: VecDeque::new(),
            to_write: VecDeque::new(),
            writing: BinaryHeap::new(),
            outcome: Outcome {
                intervals: Intervals {
                    interval_s,
                    busy_s: [zeros(), second],
                    tokens: zeros(),
                    refused: Vec::new(),
                },
                ..Outcome::default()
            },
        };
        let mut requests = requests.peekable();
        loop {
            queue.fill();
            let waiting = queue.door.len() + queue.to_write.len();
            queue.outcome.longest_queue = queue.outcome.longest_queue.max(waiting);
            let rates = queue.rates();
            let comes_s = requests.peek().map_or(f64::INFINITY, |next| next.time_s);
            let (event, at_s) = queue.next(&rates, comes_s, end_s);
            queue.pass(&rates, at_s);
            match event {
                Event::End => break,
                Event::Comes => queue.door.extend(requests.next().map(|request| Waiting {
                    since_s: request.time_s,
                    request,
                })),
                event => queue.meet(event),
            }
        }
        queue.close()
    }

    fn has_place(&self) -> usize {
        self.to_read.len() + self.reading.len() + self.writing.len()
    }

    /// Gives free places and ranks to those that wait.
    fn fill(&mut self) {
        let writes = &self.service.writes;
        let Some(reads) = &self.service.reads else {
            while self.has_place() < writes.places()
                && let Some(next) = self.door.pop_front()
            {
                self.to_read.push_back(next.request);
            }
            let ranks = writes.working(self.has_place()) * writes.ranks - 1e-9;
            while self.reading.len() < (ranks.ceil() as usize).max(1)
                && let Some(request) = self.to_read.pop_front()
            {
                self.read(request);
            }
            return;
        };
        while self.reading.len() < reads.places()
            && let Some(next) = self.door.pop_front()
        {
            self.read(next.request);
        }
        while self.writing.len() < writes.places()
            && let Some(next) = self.to_write.pop_front()
        {
            self.write(next.request);
        }
    }

    fn due(&mut self, at: f64, request: Request) -> Reverse<Due> {
        self.numbers += 1;
        Reverse(Due {
            at,
            number: self.numbers,
            began_s: self.now_s,
            request,
        })
    }

    fn read(&mut self, request: Request) {
        let cost = (self.cost)(request.context as f64);
        let due = self.due(self.read_clock + cost, request);
        self.reading.push(due);
    }

    fn write(&mut self, request: Request) {
        let tokens = request.generated as f64;
        let due = self.due(self.write_clock + tokens, request);
        self.writing.push(due);
        if request.generated > 0 {
            let writes = &self.service.writes;
            let batch = self.writing.len() as f64 / writes.working(self.has_place());
            let first_s = self.now_s + writes.at(batch).token_s - request.time_s;
            self.outcome.first_ms.add(1e3 * first_s);
        }
    }

    fn rates(&self) -> Rates {
        let writes = &self.service.writes;
        let (reading, writing) = (self.reading.len(), self.writing.len());
        let mut rates = Rates::default();
        // Of each rank, in `Phase::Both`.
        let mut reads = 0.0;
        let mut working = writes.working(writing);
        if let Some(pool) = &self.service.reads {
            let working = pool.working(reading);
            if reading > 0 && working > 0.0 {
                let batch = reading as f64 / working;
                let least = pool.ranks.min(pool.batch);
                let at = pool.at(batch.max(least));
                rates.read = (pool.batch / batch).min(1.0) / at.prompt_s;
                rates.load[1] = working / pool.copies * at.prompt_load * (batch / least).min(1.0);
            }
        } else {
            working = writes.working(self.has_place());
            reads = reading as f64 / (working * writes.ranks);
        }
        if working > 0.0 && reading + writing > 0 {
            let batch = writing as f64 / working;
            let at = writes.at(batch);
            let left = 1.0 - reads.clamp(0.0, 1.0);
            let mut load = 0.0;
            if writing > 0 {
                rates.write = left * (writes.batch / batch).min(1.0) / at.token_s;
                load += left * at.load * batch.min(1.0);
            }
            if reads > 0.0 {
                rates.read = (1.0 / reads).min(1.0) / at.prompt_s.max(f64::MIN_POSITIVE);
                load += (1.0 - left) * at.prompt_load;
            }
            rates.load[0] = working / writes.copies * load.min(1.0);
        }
        rates
    }

    /// The next event, and its time; of several at a time, that which makes room first.
    fn next(&self, rates: &Rates, comes_s: f64, end_s: f64) -> (Event, f64) {
        let mut next = (Event::End, end_s);
        let mut see = |event, at_s: f64| {
            // At its very end the run is over.
            if at_s < next.1 {
                next = (event, at_s);
            }
        };
        if let Some(Reverse(due)) = self.writing.peek() {
            let left_s = until_s(due.at - self.write_clock, rates.write);
            see(Event::Written, self.now_s + left_s);
        }
        if let Some(Reverse(due)) = self.reading.peek() {
            let left_s = until_s(due.at - self.read_clock, rates.read);
            see(Event::Read, self.now_s + left_s);
        }
        if let Some(next) = self.handed.front() {
            see(Event::Handed, next.since_s);
        }
        if let Some(oldest_s) = self.oldest_s() {
            see(Event::Refused, oldest_s + self.service.refuse_after_s);
        }
        see(Event::Comes, comes_s);
        (next.0, next.1.max(self.now_s))
    }

    /// Since when the one that waits longest does.
    fn oldest_s(&self) -> Option<f64> {
        let both = [&self.door, &self.to_write].into_iter();
        let since = both.filter_map(|queue| queue.front());
        since.map(|waiting| waiting.since_s).reduce(f64::min)
    }

    /// Lets time pass in which nothing happens.
    fn pass(&mut self, rates: &Rates, to_s: f64) {
        let dt_s = to_s - self.now_s;
        if dt_s > 0.0 {
            let tokens_per_s = self.writing.len() as f64 * rates.write;
            let intervals = &mut self.outcome.intervals;
            intervals.add(self.now_s, to_s, rates, tokens_per_s);
            self.write_clock += rates.write * dt_s;
            self.read_clock += rates.read * dt_s;
            self.now_s = to_s;
        }
    }

    fn meet(&mut self, event: Event) {
        match event {
            Event::Written => {
                if let Some(Reverse(done)) = self.writing.pop() {
                    // Exactly there: what rounding leaves must not make it write on.
                    self.write_clock = done.at;
                    self.outcome.served.add(&done.request);
                    if done.request.generated > 0 {
                        let token_s = (self.now_s - done.began_s) / done.request.generated as f64;
                        self.outcome.token_ms.add(1e3 * token_s);
                    }
                }
                if self.writing.is_empty() {
                    // Small numbers keep more digits.
                    self.write_clock = 0.0;
                }
            }
            Event::Read => {
                if let Some(Reverse(done)) = self.reading.pop() {
                    self.read_clock = done.at;
                    if self.service.reads.is_some() {
                        self.handed.push_back(Waiting {
                            since_s: self.now_s + self.service.handing_s,
                            request: done.request,
                        });
                    } else {
                        self.write(done.request);
                    }
                }
                if self.reading.is_empty() {
                    self.read_clock = 0.0;
                }
            }
            Event::Handed => self.to_write.extend(self.handed.pop_front()),
            Event::Refused => {
                let at_door = self.door.front().map(|waiting| waiting.since_s);
                let refused = if at_door.is_some() && at_door == self.oldest_s() {
                    self.door.pop_front()
                } else {
                    self.to_write.pop_front()
                };
                if let Some(Waiting { request, .. }) = refused {
                    self.outcome.refused.add(&request);
                    let tokens = request.generated as f64;
                    self.outcome.intervals.refuse(self.now_s, tokens);
                }
            }
            Event::End | Event::Comes => {}
        }
    }

    fn close(mut self) -> Outcome {
        let outcome = &mut self.outcome;
        for waiting in self.door.iter().chain(&self.to_write) {
            outcome.waiting.add(&waiting.request);
        }
        for Reverse(due) in &self.writing {
            outcome.under_way.add(&due.request);
            outcome.part_written +=
                due.request.generated as f64 - (due.at - self.write_clock).max(0.0);
        }
        let read = self.reading.iter().map(|Reverse(due)| &due.request);
        let handed = self.handed.iter().map(|waiting| &waiting.request);
        for request in read.chain(handed).chain(&self.to_read) {
            outcome.under_way.add(request);
        }
        self.outcome
    }
}

#[cfg(test)]
mod tests;
