//! First in, first out: a job that does not fit holds up all behind it.

use super::preemption::Preemption;
use super::rules::table;
use super::shadow::Shadow;
use super::{Floor, Scheduler};

table! {
    /// Jobs start in the order of the queue; one that does not fit holds up all behind it.
    Fifo {}
}

impl super::PolicyTable for Fifo {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(Running {
            preemption: self.preemption,
            shadow: Shadow::default(),
        })
    }

    fn rules(&self) -> super::Rules {
        self.common()
    }
}

struct Running {
    preemption: Option<Preemption>,
    shadow: Shadow,
}

impl Scheduler for Running {
    fn schedule(&mut self, floor: &mut Floor) {
        while let Some(head) = floor.head() {
            match (floor.place(head), &self.preemption) {
                (Some(placement), _) => {
                    floor.start(head, placement);
                }
                (None, Some(rule)) if rule.make_room(floor, head, &mut self.shadow) => {}
                (None, _) => return,
            }
        }
    }
}
