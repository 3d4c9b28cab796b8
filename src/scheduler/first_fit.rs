//! First fit: every waiting job that fits starts, in the order of the queue, and nothing is kept free for the others.
//!
//! It fills the machine best and starves the large: a job that needs most of it may wait for ever behind small ones.
//! ExaDigiT/RAPS schedules so by default (seen from its results: of the 100 jobs of its random Frontier day, those of
//! more than a quarter of the nodes never start).

use super::rules::table;
use super::{Floor, Scheduler};

table! {
    /// Every job that fits starts, in the order of the queue; large ones may wait for ever.
    FirstFit {}
}

impl super::PolicyTable for FirstFit {
    fn start(&self) -> Box<dyn Scheduler> {
        Box::new(Running)
    }

    fn rules(&self) -> super::Rules {
        self.common()
    }
}

struct Running;

impl Scheduler for Running {
    fn schedule(&mut self, floor: &mut Floor) {
        // Where nothing was released, those looked at before fit no better than they did.
        let mut next = if floor.released() {
            floor.head()
        } else {
            floor.first_new()
        };
        let mut too_many = u32::MAX;
        while let Some(ticket) = next
            && floor.cluster().free_gpus() > 0
        {
            next = floor.next(ticket);
            let gpus = floor.gpus(ticket);
            if gpus >= too_many {
                continue;
            }
            match floor.place(ticket) {
                Some(placement) => {
                    floor.start(ticket, placement);
                }
                None if floor.only_counts(ticket) => too_many = gpus,
                None => {}
            }
        }
    }
}
