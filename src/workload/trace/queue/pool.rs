//! The copies that answer: their steps by batch, and what they do in each state.

use crate::workload::model::serving::{Phase, Replica};
use crate::workload::service::{Copies, Scaling};

/// Points of the tables of steps.
pub(super) const POINTS: usize = 512;

/// A copy at one batch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Point {
    /// Time of a token, s.
    pub(super) token_s: f64,
    /// Load of its chips while it writes.
    pub(super) load: f64,
    /// Time of a prompt of mean cost in a rank, or of a pass, s.
    pub(super) prompt_s: f64,
    /// Load while it reads; may pass 1.
    pub(super) prompt_load: f64,
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
pub(in crate::workload::trace) struct Pool {
    /// How many, over what a request of the trace counts.
    pub(super) copies: f64,
    /// Requests at a time on a copy.
    pub(super) batch: f64,
    pub(super) ranks: f64,
    /// Copies that always work; all of them where they do not follow the requests.
    pub(super) least: f64,
    /// By batch, from 1 to the largest, at equal ratios.
    pub(super) points: Vec<Point>,
    pub(super) per_ln: f64,
}

impl Pool {
    pub(in crate::workload::trace) fn new(copies: &Copies, scale: f64) -> Self {
        let batch = copies.most.batch.max(1.0);
        let count = f64::from(copies.count) / scale;
        let at = |point: usize| batch.powf(point as f64 / POINTS as f64);
        Self {
            copies: count,
            batch,
            ranks: f64::from(copies.replica.layout.ranks()),
            least: match copies.scaling {
                Scaling::Fixed => count,
                Scaling::Follow | Scaling::Unload => (f64::from(copies.least) / scale).min(count),
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
    pub(super) fn places(&self) -> usize {
        // A count that rounding lifts is no further place.
        let places = self.copies * self.batch - 1e-9;
        (places.ceil() as usize).max(1)
    }

    /// Copies that work while so many have places.
    pub(super) fn working(&self, held: usize) -> f64 {
        let needed = (held as f64 / self.batch).ceil();
        needed.max(self.least).min(self.copies)
    }

    pub(super) fn at(&self, batch: f64) -> Point {
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
pub(in crate::workload::trace) struct Answering {
    /// What writes, and reads where there is nothing else for it.
    pub(in crate::workload::trace) writes: Pool,
    /// What reads.
    pub(in crate::workload::trace) reads: Option<Pool>,
    /// Time in which a prompt goes from there to those that write, s.
    pub(in crate::workload::trace) handing_s: f64,
    /// A request that has waited this long for a place is refused, s; infinite: none is.
    pub(in crate::workload::trace) refuse_after_s: f64,
}

/// Rates of a state: they hold until the next event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rates {
    /// Mean prompts a second of each that is read.
    pub(super) read: f64,
    /// Tokens a second of each that writes.
    pub(super) write: f64,
    /// Load of the chips that write, and of those that read for them.
    pub(super) load: [f64; 2],
}

impl Answering {
    /// Rates while so many have places, of which so many are read and so many write.
    pub(super) fn rates(&self, [held, reading, writing]: [usize; 3]) -> Rates {
        let writes = &self.writes;
        let mut rates = Rates::default();
        // Of each rank, in `Phase::Both`.
        let mut reads = 0.0;
        let mut working = writes.working(writing);
        if let Some(pool) = &self.reads {
            let working = pool.working(reading);
            if reading > 0 && working > 0.0 {
                let batch = reading as f64 / working;
                let least = pool.ranks.min(pool.batch);
                let at = pool.at(batch.max(least));
                rates.read = (pool.batch / batch).min(1.0) / at.prompt_s;
                rates.load[1] = working / pool.copies * at.prompt_load * (batch / least).min(1.0);
            }
        } else {
            working = writes.working(held);
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
}
