//! EASY backfill: the first job in the queue has a reservation, later jobs may use what it leaves.
//!
//! ```text
//! shadow time   when the first job fits, by the estimated ends (start + estimate) of those that run
//! a later job   starts now if it fits now and  now + estimate ≤ shadow time
//!               or the first job still fits at the shadow time with it running
//! ```
//!
//! Source: Lifka, *The ANL/IBM SP Scheduling System* (1995); Mu'alem & Feitelson (2001). Where no job outruns its
//! estimate, the first job starts at the shadow time it got when it became first, or earlier.
//! One place per hall is tried for a later job, the best fit: where that would delay the first job, another server
//! of the same hall is not. Jobs that overrun (or are delayed by hot chips) may push it back, as on a real cluster.

use crate::scheduler::rules::policy_config;
use crate::scheduler::rules::preemption::Preemption;
use crate::scheduler::shadow::Shadow;
use crate::scheduler::{ClusterState, JobHandle, Scheduler};

policy_config! {
    /// Later jobs fill gaps where they do not delay the first one (EASY backfill).
    Backfill {
        /// How many jobs behind the first are looked at (EASY: Lifka 1995).
        #[schemars(extend("doubt" = crate::describe::doubt(100.0, 10_000.0, "queues that sites let Slurm look through")))]
        #[schemars(range(min = 0, max = 1000000))]
        depth: u32 = 1000,
    }
}

impl super::PolicyTable for Backfill {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(EasyBackfill {
            depth: u64::from(self.depth),
            preemption: self.preemption,
            reserved: None,
            shadow: Shadow::default(),
        })
    }

    fn options(&self) -> super::PolicyOptions {
        self.common()
    }
}

struct EasyBackfill {
    depth: u64,
    preemption: Option<Preemption>,
    /// The job that `shadow` belongs to; None: to be found when first needed.
    reserved: Option<u64>,
    shadow: Shadow,
}

impl Scheduler for EasyBackfill {
    fn schedule(&mut self, state: &mut ClusterState) {
        if state.released() {
            self.reserved = None;
        }
        while let Some(head) = state.head() {
            match (state.place(head), &self.preemption) {
                (Some(placement), _) => {
                    state.start(head, placement);
                }
                (None, Some(rule)) => {
                    if !rule.make_room(state, head, &mut self.shadow) {
                        break;
                    }
                }
                (None, None) => break,
            }
            self.reserved = None;
        }
        if self.preemption.is_some() {
            self.reserved = None; // the search for room used the shadow, and those who save leave sooner
        }
        let Some(head) = state.head() else { return };
        // Where nothing was released, those looked at before were refused, and time only runs towards the shadow
        // time: only the new ones are looked at, unless the first is new. (A later start may have moved the best
        // place of an old one to another server; it is looked at again after the next release.)
        let (mut next, mut position) = match state.first_new() {
            Some(new) if !state.released() && new != head => (Some(new), state.old_jobs()),
            None if !state.released() => return,
            _ => (state.next(head), 1),
        };
        let mut too_many = if state.only_counts(head) {
            state.gpus(head)
        } else {
            u32::MAX
        };
        let mut refused = 0_u64;
        while let Some(handle) = next
            && position <= self.depth
            && state.cluster().free_gpus() > 0
        {
            next = state.next(handle);
            position += 1;
            let gpus = state.gpus(handle);
            // What does not fit now, fits no better after others started; and as long as nothing starts, a size that
            // was refused is refused again, unless the job is short.
            let plain = state.only_counts(handle);
            let bit = if plain {
                1_u64.checked_shl(gpus).unwrap_or(0)
            } else {
                0
            };
            if gpus >= too_many || (refused & bit != 0 && !self.gone_in_time(state, handle)) {
                continue;
            }
            match self.try_start(state, head, handle) {
                Verdict::Started => refused = 0,
                Verdict::Refused => refused |= bit,
                Verdict::NoRoom if plain => too_many = gpus,
                Verdict::NoRoom => {}
            }
        }
    }
}

/// Outcome for a job that was considered.
enum Verdict {
    Started,
    /// It fits, and would delay the first.
    Refused,
    NoRoom,
}

impl EasyBackfill {
    fn try_start(
        &mut self,
        state: &mut ClusterState,
        head: JobHandle,
        handle: JobHandle,
    ) -> Verdict {
        let mut verdict = Verdict::NoRoom;
        for hall in 0..state.cluster().halls().len() {
            let Some(mut placement) = state.place_in(hall, handle, None) else {
                continue;
            };
            if self.reserved != Some(state.id(head)) {
                self.shadow.reserve(state, head);
                self.reserved = Some(state.id(head));
            }
            let gone = self.gone_in_time(state, handle);
            if !gone {
                // A reserved rack or pod stays as it is; the rest of its hall is free for all.
                if let Some(domain) = self.shadow.domain
                    && self.shadow.hall == hall
                {
                    let Some(outside) = state.place_in(hall, handle, Some(domain)) else {
                        verdict = Verdict::Refused;
                        continue;
                    };
                    placement = outside;
                }
                let adds_milliw = state.adds_milliw(hall, handle);
                if !self.shadow.allows(state, placement, adds_milliw) {
                    verdict = Verdict::Refused;
                    continue;
                }
            }
            let beside = placement.shared.map_or(0, |s| state.cluster().busy_gpus(s));
            let stays = if gone { 0 } else { placement.rest };
            if let Some(server) = state.start(handle, placement) {
                self.shadow.note_start(server, beside, stays);
            }
            return Verdict::Started;
        }
        verdict
    }

    /// Whether a job that starts now ends by the shadow time, if its estimate holds.
    fn gone_in_time(&self, state: &ClusterState, handle: JobHandle) -> bool {
        state.now_s() + state.estimate_s(handle) <= self.shadow.time_s
    }
}
