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

mod outcome;
mod pool;
#[cfg(test)]
mod tests;

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::requests::Request;
use outcome::Intervals;
pub(super) use outcome::Outcome;
use pool::Rates;
pub(super) use pool::{Answering, Pool};

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
            let held = [queue.has_place(), queue.reading.len(), queue.writing.len()];
            let rates = service.rates(held);
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
