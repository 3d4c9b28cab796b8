//! All non-dominated designs that a search has found.

use super::problem::Design;

/// The feasible designs that no other dominates, by their index. Of designs with the same aims the first one is held.
#[derive(Debug, Default)]
pub(super) struct Archive(Vec<usize>);

impl Archive {
    /// Takes a design up, unless one that is held is as good.
    pub(super) fn see(&mut self, designs: &[Design], index: usize) {
        let new = &designs[index].judged;
        let as_good = |&held: &usize| {
            let held = &designs[held].judged;
            held.aims.iter().zip(&new.aims).all(|(a, b)| a <= b)
        };
        if !new.feasible() || self.0.iter().any(as_good) {
            return;
        }
        self.0.retain(|&held| !new.dominates(&designs[held].judged));
        self.0.push(index);
    }

    /// The aims of those held.
    pub(super) fn aims(&self, designs: &[Design]) -> Vec<Vec<f64>> {
        let aims = |&held: &usize| designs[held].judged.aims.clone();
        self.0.iter().map(aims).collect()
    }

    /// Those held, by their first aim and then by the others.
    pub(super) fn sorted(&self, designs: &[Design]) -> Vec<usize> {
        let mut sorted = self.0.clone();
        sorted.sort_by(|&a, &b| {
            let pairs = designs[a].judged.aims.iter().zip(&designs[b].judged.aims);
            let differ = pairs.map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
            differ.unwrap_or(std::cmp::Ordering::Equal)
        });
        sorted
    }
}
