//! Conservative backfill: every job in the queue (down to a depth) has a reservation, and no job may delay any of them.
//!
//! ```text
//! plan        which GPUs are free from when on, if all jobs end by their estimates; server by server
//! in order    each job gets the earliest start at which it fits for all of its estimated time
//! again       what ended early is taken out of the plan, then each in order moves forward where that made room
//! ```
//!
//! Source: Mu'alem & Feitelson (2001); keeping what was promised and compressing in order is theirs. Where no job outruns
//! its estimate, no job with a reservation starts later than it was first promised; the plan counts on the moments at which
//! the scheduler looks (`interval_s`). Jobs behind the depth have no promise and do not start before they
//! move up. A job lies where the rules of the cluster put it among the servers that stay free for all of its time; under
//! a placement other than "first" it is placed again when it starts. Jobs that overrun may end any moment: what was promised
//! on their servers moves on, a second in the plan or to the next look, and it is then rebuilt, as where servers leave or
//! come back and where the queue stops a job.

mod find;
mod plan;
#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::scheduler::rules::policy_config;
use crate::scheduler::rules::preemption::Preemption;
use crate::scheduler::shadow::Shadow;
use crate::scheduler::{ClusterState, JobHandle, Scheduler};
use find::{Room, Search, Want};
use plan::{Plan, Reservation};

policy_config! {
    /// Later jobs fill gaps where they delay no job before them (conservative backfill).
    Conservative {
        /// How many waiting jobs, from the first on, have a reservation; those behind wait until they move up. The plan is
        /// made again only where jobs outrun their estimates, are stopped, or servers leave
        /// (Mu'alem & Feitelson 2001).
        #[schemars(range(min = 0, max = 1000000))]
        depth: u32 = 100,
    }
}

impl super::PolicyTable for Conservative {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(Promises::new(self))
    }

    fn options(&self) -> super::PolicyOptions {
        self.common()
    }
}

/// A running job, as the plan has it.
struct Held {
    /// When it ends by its user's estimate, s.
    announced_s: f64,
    reservation: Reservation,
    /// The last look at what runs that saw it.
    seen: u64,
}

/// The scheduler at work.
pub(super) struct Promises {
    depth: usize,
    preemption: Option<Preemption>,
    shadow: Shadow,
    plan: Plan,
    room: Room,
    /// By number of the job. Never read in their own order.
    promised: FxHashMap<u64, Reservation>,
    held: FxHashMap<u64, Held>,
    /// Those of the promised that were put off when they last looked: what became free since they know nothing of.
    put_off: FxHashSet<u64>,
    looks: u64,
    /// How often servers had left or come back when the plan was made.
    turns: Option<u64>,
    #[cfg(test)]
    pub(super) always_anew: bool,
}

impl Promises {
    pub(super) fn new(spec: &Conservative) -> Self {
        Self {
            depth: spec.depth as usize,
            preemption: spec.preemption,
            shadow: Shadow::default(),
            plan: Plan::default(),
            room: Room::default(),
            promised: FxHashMap::default(),
            held: FxHashMap::default(),
            put_off: FxHashSet::default(),
            looks: 0,
            turns: None,
            #[cfg(test)]
            always_anew: false,
        }
    }

    /// Takes out of the plan what ended before its time. False where something else happened than that jobs came, started
    /// as promised, and ended.
    fn follow(&mut self, state: &ClusterState) -> bool {
        #[cfg(test)]
        if self.always_anew {
            return false;
        }
        let now_s = state.now_s();
        if self.turns != Some(state.cluster().turns())
            || self
                .promised
                .values()
                .any(|reservation| reservation.start_s < now_s)
        {
            return false;
        }
        self.looks += 1;
        let mut there = 0;
        for ending in state.by_estimate() {
            match self.held.get_mut(&ending.id) {
                // Of one past its estimate the plan says that it ends a second from now.
                Some(held) if held.announced_s == ending.end_s && ending.end_s > now_s => {
                    held.seen = self.looks;
                    there += 1;
                }
                _ => return false,
            }
        }
        self.plan.move_to(now_s);
        if there < self.held.len() {
            let looks = self.looks;
            let gone = self.held.extract_if(|_, held| held.seen < looks);
            let mut gone: Vec<(u64, Held)> = gone.collect();
            gone.sort_by_key(|(id, _)| *id);
            for (_, held) in gone {
                self.plan.give_back(&held.reservation);
            }
        }
        true
    }

    /// Rebuilds the plan. Reservations are kept where it can be.
    fn begin(&mut self, state: &ClusterState) {
        let reservations = self.plan.begin(state);
        self.turns = Some(state.cluster().turns());
        self.held.clear();
        for (id, announced_s, reservation) in reservations {
            let seen = 0;
            let held = Held {
                announced_s,
                reservation,
                seen,
            };
            self.held.insert(id, held);
        }
        let mut kept = FxHashMap::default();
        let mut next = state.head();
        let put_off = if self.put_off.is_empty() {
            Vec::new()
        } else {
            state.deferred()
        };
        let mut put_off = put_off.into_iter().map(|(_, handle)| handle);
        while !self.promised.is_empty()
            && let Some(handle) = next.or_else(|| put_off.next())
        {
            next = next.and_then(|handle| state.next(handle));
            let id = state.id(handle);
            if let Some(mut reservation) = self.promised.remove(&id) {
                if reservation.start_s < state.now_s() {
                    reservation.start_s = state.now_s();
                    reservation.end_s =
                        Plan::end_s(state, reservation.start_s, state.estimate_s(handle));
                }
                if self.plan.holds(&reservation) {
                    self.plan.take(&reservation);
                    kept.insert(id, reservation);
                }
            }
        }
        self.put_off.retain(|id| kept.contains_key(id));
        self.promised = kept;
    }

    /// Gives a job its first reservation, from a moment on. Gives none where the servers it needs are out of service.
    fn promise(&mut self, state: &ClusterState, handle: JobHandle, from_s: f64) {
        let want = Want::of(state, handle);
        let search = Search {
            from_s,
            before_s: f64::INFINITY,
            own: None,
            only_freed: false,
        };
        if let Some(reservation) = self.room.find(&self.plan, state, &want, search) {
            self.plan.take(&reservation);
            self.promised.insert(state.id(handle), reservation);
        }
    }

    /// Keeps room for jobs that were put off, from their hour on; for as many as have a reservation in the queue.
    fn keep_room(&mut self, state: &ClusterState) {
        for (at_s, handle) in state.deferred() {
            let id = state.id(handle);
            if self.put_off.len() < self.depth && !self.promised.contains_key(&id) {
                self.promise(state, handle, state.look_at(at_s));
                if self.promised.contains_key(&id) {
                    self.put_off.insert(id);
                }
            }
        }
    }

    /// A reservation for a waiting job that is earlier than the one it has, or its first.
    fn improve(&mut self, state: &ClusterState, handle: JobHandle) {
        let id = state.id(handle);
        let now_s = state.now_s();
        let Some(own) = self.promised.get(&id) else {
            self.promise(state, handle, now_s);
            return;
        };
        let was_put_off = self.put_off.remove(&id);
        let want = Want::of(state, handle);
        let is_due = own.start_s <= now_s;
        let (before_s, only_freed) = if is_due {
            // It starts, but perhaps elsewhere: which racks are coolest was not known before.
            if state.cluster().places_first() {
                return;
            }
            (now_s.next_up(), false)
        } else {
            if !was_put_off && !self.plan.may_move(own, &want) {
                return;
            }
            (own.start_s, !was_put_off)
        };
        let search = Search {
            from_s: now_s,
            before_s,
            own: Some(own),
            only_freed,
        };
        if let Some(reservation) = self.room.find(&self.plan, state, &want, search)
            && reservation != *own
        {
            self.plan.give_back(own);
            self.plan.take(&reservation);
            self.promised.insert(id, reservation);
        }
    }
}

impl Scheduler for Promises {
    fn schedule(&mut self, state: &mut ClusterState) {
        if let (Some(rule), Some(head)) = (&self.preemption, state.head())
            && state.place(head).is_none()
        {
            rule.make_room(state, head, &mut self.shadow);
        }
        if !self.follow(state) {
            self.begin(state);
        }
        if state.puts_off() {
            self.keep_room(state); // they were submitted before most of those who have no reservation yet
        }
        self.plan.sum_freed();
        let (mut waiting, mut next) = (0, state.head());
        while let Some(handle) = next
            && waiting < self.depth
        {
            next = state.next(handle);
            let id = state.id(handle);
            self.improve(state, handle);
            match self.promised.get(&id) {
                Some(reservation) if reservation.start_s <= state.now_s() => {
                    let announced_s = state.now_s() + state.estimate_s(handle);
                    state.start_on(handle, &reservation.on);
                    if let Some(reservation) = self.promised.remove(&id) {
                        let seen = self.looks;
                        let held = Held {
                            announced_s,
                            reservation,
                            seen,
                        };
                        self.held.insert(id, held);
                    }
                }
                _ => waiting += 1,
            }
        }
        // Those with a promise behind the depth have not looked.
        if self.promised.len() - self.put_off.len() <= waiting {
            self.plan.seen();
        }
        // What was promised may come due where nothing ends: others made room since, and who ends there ended before.
        // Where a job overran, those waiting for it wait until it ends.
        let starts_s = self
            .promised
            .values()
            .map(|reservation| reservation.start_s);
        let next_s = starts_s.filter(|at_s| *at_s > self.plan.any_moment_s);
        let next_s = next_s.fold(f64::INFINITY, f64::min);
        state.wake_at(next_s);
    }
}
