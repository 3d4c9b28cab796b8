//! Which machines can run: events take them away and give them back. Plain data, read by the facility once per change.

use crate::{cooling, heat_rejection};

/// Available capacity from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Availability {
    /// Plant, pumps and make-up water by circuit of facility water, the site's first.
    pub circuits: Vec<heat_rejection::Available>,
    /// Fans and pumps by hall.
    pub halls: Vec<cooling::Available>,
    /// The grid delivers.
    pub utility: bool,
    /// The batteries of the UPS can carry.
    pub ups_battery: bool,
    /// Share of the on-site generators that start, 0..1.
    pub generators: f64,
    /// Outdoor air is warmer than the weather, at its humidity ratio, K.
    pub warmer_k: f64,
}

impl Availability {
    /// Everything can run.
    pub fn full(circuits: usize, halls: usize) -> Self {
        Self {
            circuits: vec![heat_rejection::Available::default(); circuits],
            halls: vec![cooling::Available::default(); halls],
            utility: true,
            ups_battery: true,
            generators: 1.0,
            warmer_k: 0.0,
        }
    }

    /// One circuit, by its index, or all of them.
    pub fn circuits_mut(
        &mut self,
        at: Option<usize>,
    ) -> impl Iterator<Item = &mut heat_rejection::Available> {
        chosen(&mut self.circuits, at)
    }

    /// One hall, by its index, or all of them.
    pub fn halls_mut(
        &mut self,
        at: Option<usize>,
    ) -> impl Iterator<Item = &mut cooling::Available> {
        chosen(&mut self.halls, at)
    }
}

fn chosen<T>(all: &mut [T], at: Option<usize>) -> impl Iterator<Item = &mut T> {
    let all = all.iter_mut().enumerate();
    all.filter(move |(index, _)| at.is_none_or(|at| at == *index))
        .map(|(_, one)| one)
}
