//! Columns of the circuits of facility water, where there are several.

use crate::snapshot::{Plant, Snapshot};
use crate::units::WATER_KG_M3;

/// Means over the interval so far (× seconds), for one of several circuits.
#[derive(Debug, Clone, Copy)]
pub(super) struct CircuitSums([f64; CircuitSums::COLUMNS.len()]);

impl CircuitSums {
    pub(super) const EMPTY: Self = Self([0.0; Self::COLUMNS.len()]);
    pub(super) const COLUMNS: [(&str, u8); 8] = [
        ("supply_c", 2),
        ("return_c", 2),
        ("condenser_c", 2),
        ("heat_kw", 3),
        ("chillers_kw", 3),
        ("heat_rejection_fans_kw", 3),
        ("pumps_kw", 3),
        ("water_makeup_l", 1),
    ];
    /// The first circuit's temperatures have no name in front.
    const OF_FIRST: usize = 3;
    /// A sum over the interval, not a mean.
    const MAKEUP: usize = 7;

    fn values(plant: &Plant) -> [f64; Self::COLUMNS.len()] {
        [
            plant.supply_c,
            plant.return_c,
            plant.condenser_c,
            plant.heat_w / 1e3,
            plant.chillers_w / 1e3,
            plant.fans_w / 1e3,
            plant.pumps_w / 1e3,
            plant.water.makeup_kg_s * 1e3 / WATER_KG_M3,
        ]
    }

    /// Which of its columns a circuit has: those with a value in the first step.
    pub(super) fn present(index: usize, plant: &Plant) -> [bool; Self::COLUMNS.len()] {
        let mut present = Self::values(plant).map(f64::is_finite);
        if index == 0 {
            present[..Self::OF_FIRST].fill(false);
        }
        present
    }

    pub(super) fn add(&mut self, plant: &Plant, dt_s: f64) {
        for (sum, value) in self.0.iter_mut().zip(Self::values(plant)) {
            *sum += value * dt_s;
        }
    }

    pub(super) fn cells(&self, seconds: f64) -> [f64; Self::COLUMNS.len()] {
        let mut cells = self.0.map(|sum| sum / seconds);
        cells[Self::MAKEUP] = self.0[Self::MAKEUP];
        cells
    }
}

/// The circuits, where there are several.
pub(super) fn circuits(s: &Snapshot) -> impl Iterator<Item = &Plant> {
    let first = (!s.circuits.is_empty()).then_some(&s.plant);
    first.into_iter().chain(&s.circuits)
}
