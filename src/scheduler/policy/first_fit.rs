//! First fit: every waiting job that fits starts, in the order of the queue, and nothing is kept free for the others.
//!
//! It fills the machine best and starves the large: a job that needs most of it may starve behind small ones.
//! ExaDigiT/RAPS schedules so by default (seen from its results: of the 100 jobs of its random Frontier day, those of
//! more than a quarter of the nodes never start).

use crate::scheduler::rules::policy_config;
use crate::scheduler::{ClusterState, Scheduler};

policy_config! {
    /// Every job that fits starts, in the order of the queue; large ones may starve.
    FirstFit {}
}

impl super::PolicyTable for FirstFit {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(WhateverFits)
    }

    fn options(&self) -> super::PolicyOptions {
        self.common()
    }
}

struct WhateverFits;

impl Scheduler for WhateverFits {
    fn schedule(&mut self, state: &mut ClusterState) {
        // Where nothing was released, those looked at before fit no better than they did.
        let mut next = if state.released() {
            state.head()
        } else {
            state.first_new()
        };
        let mut too_many = u32::MAX;
        while let Some(handle) = next
            && state.cluster().free_gpus() > 0
        {
            next = state.next(handle);
            let gpus = state.gpus(handle);
            if gpus >= too_many {
                continue;
            }
            match state.place(handle) {
                Some(placement) => {
                    state.start(handle, placement);
                }
                None if state.only_counts(handle) => too_many = gpus,
                None => {}
            }
        }
    }
}
