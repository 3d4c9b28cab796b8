//! Conservative backfill: every job in the queue (down to a depth) has a reservation, and nobody may delay any of them.
//!
//! ```text
//! plan        which GPUs are free from when on, if all jobs end by their estimates; server by server
//! in order    each job gets the earliest start at which it fits for all of its estimated time
//! again       at every change: reservations are kept, then each in order moves forward where it can
//! ```
//!
//! Source: Mu'alem & Feitelson (2001); keeping what was promised and compressing in order is theirs. Where no job outruns
//! its estimate, no job with a reservation starts later than the step at or after the time it was first promised. Jobs
//! behind the depth have no promise and do not start before they move up. Jobs that overrun may end any moment: what was
//! promised on their servers moves on, a second at a time in the plan. Servers are taken by number, whatever the
//! placement. The plan holds every server at every estimated end, and is made anew at every change: that takes some
//! milliseconds at 10,000 GPUs with hundreds of jobs, thousands of times what backfill takes. For long runs, backfill.

mod plan;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::preemption::Preemption;
use super::rules::table;
use super::shadow::Shadow;
use super::{Floor, Scheduler};
use plan::{Plan, Seat, Want};

table! {
    /// Later jobs fill gaps where they delay nobody before them (conservative backfill).
    Conservative {
        /// How many waiting jobs, from the first on, get a reservation; those behind wait until they move up. Default 100
        /// (choice).
        depth: u32 = 100,
    }
}

impl Conservative {
    /// The scheduler at rest.
    pub fn start(&self) -> Box<dyn Scheduler> {
        Box::new(Running::new(self))
    }
}

/// The scheduler at work.
pub(super) struct Running {
    depth: usize,
    preemption: Option<Preemption>,
    shadow: Shadow,
    plan: Plan,
    /// By number of the job. Never read in its own order.
    promised: FxHashMap<u64, Seat>,
}

impl Running {
    pub(super) fn new(spec: &Conservative) -> Self {
        Self {
            depth: spec.depth as usize,
            preemption: spec.preemption,
            shadow: Shadow::default(),
            plan: Plan::default(),
            promised: FxHashMap::default(),
        }
    }

    /// When a waiting job is to start, s.
    #[cfg(test)]
    pub(super) fn promised_s(&self, id: u64) -> Option<f64> {
        Some(self.promised.get(&id)?.start_s)
    }
}

impl Scheduler for Running {
    fn schedule(&mut self, floor: &mut Floor) {
        if let (Some(rule), Some(head)) = (&self.preemption, floor.head())
            && floor.place(head).is_none()
        {
            rule.make_room(floor, head, &mut self.shadow);
        }
        self.plan.begin(floor);
        // What was promised is kept where it can be.
        let mut kept = FxHashMap::default();
        let mut next = floor.head();
        while let Some(ticket) = next
            && !self.promised.is_empty()
        {
            next = floor.next(ticket);
            let id = floor.id(ticket);
            if let Some(mut seat) = self.promised.remove(&id) {
                seat.start_s = seat.start_s.max(floor.now_s());
                let want = Want::of(floor, ticket);
                if self.plan.holds(&seat, &want) {
                    self.plan.shift(&seat, &want, false);
                    kept.insert(id, seat);
                }
            }
        }
        self.promised = kept;
        // Then each moves forward in order.
        let mut waiting = 0;
        let mut next = floor.head();
        while let Some(ticket) = next
            && waiting < self.depth
        {
            next = floor.next(ticket);
            let id = floor.id(ticket);
            let want = Want::of(floor, ticket);
            if let Some(seat) = self.promised.remove(&id) {
                self.plan.shift(&seat, &want, true);
            }
            waiting += 1;
            let Some(seat) = self.plan.find(floor, &want) else {
                continue; // the servers it needs are out of service
            };
            self.plan.shift(&seat, &want, false);
            if seat.start_s <= floor.now_s() {
                floor.start_on(ticket, seat.hall, &seat.whole, seat.rest);
                waiting -= 1;
            } else {
                self.promised.insert(id, seat);
            }
        }
    }
}
