//! First in, first out: a job that does not fit holds up all behind it.

use crate::scheduler::rules::policy_config;
use crate::scheduler::rules::preemption::Preemption;
use crate::scheduler::shadow::Shadow;
use crate::scheduler::{ClusterState, Scheduler};

policy_config! {
    /// Jobs start in the order of the queue; one that does not fit holds up all behind it.
    Fifo {}
}

impl super::PolicyTable for Fifo {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(InOrder {
            preemption: self.preemption,
            shadow: Shadow::default(),
        })
    }

    fn options(&self) -> super::PolicyOptions {
        self.common()
    }
}

struct InOrder {
    preemption: Option<Preemption>,
    shadow: Shadow,
}

impl Scheduler for InOrder {
    fn schedule(&mut self, state: &mut ClusterState) {
        while let Some(head) = state.head() {
            match (state.place(head), &self.preemption) {
                (Some(placement), _) => {
                    state.start(head, placement);
                }
                (None, Some(rule)) if rule.make_room(state, head, &mut self.shadow) => {}
                (None, _) => return,
            }
        }
    }
}
