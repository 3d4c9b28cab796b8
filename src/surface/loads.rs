//! The loads of a surface, and where a load lies between them.

use crate::facility::Level;
use crate::units::HOUR_S;
use crate::workload::profile::{Profile, Quantity};

/// What the loads of a surface are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Power at the inlets of all IT, W.
    ItPower,
    /// Load of every accelerator, 0..1: what IT draws follows from it and from how warm its air or coolant is.
    Utilisation,
}

impl Axis {
    /// A load for each hour of a year.
    pub(super) fn hourly(self, values: Vec<f64>) -> Level {
        let profile = |quantity, values| {
            Profile::even("hourly loads".into(), quantity, 0.0, HOUR_S, values, true)
        };
        match self {
            Self::ItPower => Level::ItPower(profile(Quantity::ItPower, values)),
            Self::Utilisation => Level::Utilisation(profile(Quantity::Utilisation, values)),
        }
    }
}

/// The range of loads that a surface is made for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loads {
    /// What they are.
    pub axis: Axis,
    /// The lowest, W or 0..1.
    pub low: f64,
    /// The highest, W or 0..1; not below the lowest.
    pub high: f64,
}

/// Where a load lies: two nodes, and the share of the way between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) low: usize,
    pub(super) high: usize,
    pub(super) share: f64,
}

/// Intervals that a load is sorted into before it is compared with a node; more than there are nodes.
const BINS: usize = 256;

/// The nodes, and what finds a load's place among them without a search.
#[derive(Debug)]
pub(super) struct Places {
    nodes: Vec<f64>,
    /// One over the width of the interval above each node; 0 above the last.
    per_width: Vec<f64>,
    /// By bin: the last node, but for the highest, that is not above the whole bin.
    bins: Vec<u16>,
    bins_per_load: f64,
}

impl Places {
    /// `nodes` ascend strictly.
    pub(super) fn new(nodes: Vec<f64>) -> Self {
        let last = nodes.len() - 1;
        let width = nodes[last] - nodes[0];
        let bins_per_load = if width > 0.0 {
            BINS as f64 / width
        } else {
            0.0
        };
        let start = |bin: usize| nodes[0] + bin as f64 * width / BINS as f64;
        let bins = (0..BINS).map(|bin| {
            let below = nodes.iter().filter(|node| **node <= start(bin)).count();
            below.saturating_sub(1).min(last.saturating_sub(1)) as u16
        });
        let mut per_width: Vec<f64> = nodes.windows(2).map(|w| 1.0 / (w[1] - w[0])).collect();
        per_width.push(0.0);
        Self {
            bins: bins.collect(),
            per_width,
            bins_per_load,
            nodes,
        }
    }

    pub(super) fn nodes(&self) -> &[f64] {
        &self.nodes
    }

    /// Beyond the nodes the line of the outermost interval goes on. A single node is all loads.
    #[inline]
    pub(super) fn of(&self, load: f64) -> Place {
        let bin = ((load - self.nodes[0]) * self.bins_per_load) as usize;
        let mut low = usize::from(self.bins[bin.min(BINS - 1)]);
        let last = self.nodes.len() - 1;
        // Nodes closer together than a bin are passed one by one.
        while low + 1 < last && load >= self.nodes[low + 1] {
            low += 1;
        }
        Place {
            low,
            high: (low + 1).min(last),
            share: (load - self.nodes[low]) * self.per_width[low],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_single_node_is_all_loads() {
        let places = Places::new(vec![0.8]);
        for load in [0.0, 0.8, 2.0] {
            let place = places.of(load);
            assert_eq!((place.low, place.high, place.share), (0, 0, 0.0));
        }
    }

    proptest! {
        /// The place found leads back to the load, within its interval and beyond the ends, however close the nodes are.
        #[test]
        fn a_place_leads_back_to_its_load(
            steps in prop::collection::vec(1e-4..1.0f64, 1..12), low in 0.0..5.0f64, load in -2.0..20.0f64,
        ) {
            let mut nodes = vec![low];
            for step in steps {
                nodes.push(nodes[nodes.len() - 1] + step);
            }
            let places = Places::new(nodes.clone());
            for load in nodes.iter().copied().chain([load]) {
                let place = places.of(load);
                prop_assert_eq!(place.high, place.low + 1);
                let (a, b) = (nodes[place.low], nodes[place.high]);
                prop_assert!((a + (b - a) * place.share - load).abs() < 1e-9);
                if load >= nodes[0] && load < nodes[nodes.len() - 1] {
                    prop_assert!((-1e-12..1.0 + 1e-12).contains(&place.share), "{:?}", place);
                }
            }
        }
    }
}
