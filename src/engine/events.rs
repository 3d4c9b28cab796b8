//! The events of a run, and what they leave to the facility in each step.
//!
//! An event holds from its start to its end: steps are cut there. Where
//! several hold at once, each machine loses the largest share of any of them; heat waves add up.

use super::Event;
use crate::facility::Facility;

/// The events of a run.
#[derive(Debug, Clone, Default)]
pub struct Events {
    all: Vec<Event>,
    /// Moments at which something changes, in order; those before `next` are past.
    changes_s: Vec<f64>,
    next: usize,
    warmer_k: f64,
}

impl Events {
    /// In any order.
    pub fn new(all: Vec<Event>) -> Self {
        let mut changes_s: Vec<f64> = all
            .iter()
            .flat_map(|event| [event.start_s, event.end_s])
            .collect();
        changes_s.sort_by(f64::total_cmp);
        Self {
            all,
            changes_s,
            ..Self::default()
        }
    }

    /// All of them, those of commands included.
    pub fn all(&self) -> &[Event] {
        &self.all
    }

    /// Adds an event that starts now.
    pub(super) fn add(&mut self, event: Event) {
        // Those before `next` are past; both of this event are still to come.
        for at_s in [event.start_s, event.end_s] {
            let at = self.changes_s[self.next..].partition_point(|other| *other <= at_s);
            self.changes_s.insert(self.next + at, at_s);
        }
        self.all.push(event);
    }

    /// Ends whatever holds at `time_s`.
    pub(super) fn end_all(&mut self, time_s: f64) {
        for event in &mut self.all {
            if event.holds(time_s) {
                event.end_s = time_s;
            }
        }
        let at = self.changes_s[self.next..].partition_point(|other| *other <= time_s);
        self.changes_s.insert(self.next + at, time_s);
    }

    /// When something changes next, s; infinite after the last change.
    pub(super) fn next_s(&self) -> f64 {
        self.changes_s
            .get(self.next)
            .copied()
            .unwrap_or(f64::INFINITY)
    }

    /// Sets the faults of the step that starts at `time_s`. Returns by how much outdoor air is warmer, K.
    pub(super) fn apply(&mut self, time_s: f64, facility: &mut Facility) -> f64 {
        let mut changed = false;
        while self
            .changes_s
            .get(self.next)
            .is_some_and(|at| *at <= time_s)
        {
            self.next += 1;
            changed = true;
        }
        if !changed {
            return self.warmer_k;
        }
        let mut available = facility.all_available();
        for event in self.all.iter().filter(|event| event.holds(time_s)) {
            event.apply(&mut available);
        }
        facility.set_available(&available);
        self.warmer_k = available.warmer_k;
        self.warmer_k
    }
}
