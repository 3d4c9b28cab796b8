//! `circuits`: one row per circuit of facility water, over the whole run, where there are several.
//!
//! ```text
//! COP = Σ Q·dt / Σ P·dt        Q: heat taken from facility water; P: compressors, outdoor fans, facility- and condenser-water pumps
//! ```
//!
//! The uses of all circuits add up to those of the site. Its water is theirs and that of the halls (adiabatic air,
//! humidifiers).

use std::path::Path;

use crate::metrics::sum::Sum;
use crate::output::table::{Column, Kind, Table};
use crate::output::timeseries::raise;
use crate::output::{OutputError, Recording};
use crate::snapshot::{Plant, Snapshot};
use crate::units::{J_PER_MWH, WATER_KG_M3};

/// Sums over the steps so far, of one circuit.
#[derive(Debug, Clone, Copy)]
struct Sums {
    heat_j: Sum,
    free_j: Sum,
    chillers_j: Sum,
    fans_j: Sum,
    pumps_j: Sum,
    makeup_kg: Sum,
    supply_c_s: Sum,
    supply_max_c: f64,
}

impl Sums {
    const EMPTY: Self = {
        let none = Sum::ZERO;
        Self {
            heat_j: none,
            free_j: none,
            chillers_j: none,
            fans_j: none,
            pumps_j: none,
            makeup_kg: none,
            supply_c_s: none,
            supply_max_c: f64::NEG_INFINITY,
        }
    };

    fn add(&mut self, plant: &Plant, dt_s: f64) {
        for (sum, value) in [
            (&mut self.heat_j, plant.heat_w),
            (&mut self.free_j, plant.free_w),
            (&mut self.chillers_j, plant.chillers_w),
            (&mut self.fans_j, plant.fans_w),
            (&mut self.pumps_j, plant.pumps_w),
            (&mut self.makeup_kg, plant.water.makeup_kg_s),
            (&mut self.supply_c_s, plant.supply_c),
        ] {
            sum.add(value * dt_s);
        }
        raise(&mut self.supply_max_c, plant.supply_c);
    }

    /// Heat over electricity; NaN where nothing was drawn.
    fn cop(&self) -> f64 {
        let electric_j = self.chillers_j.value() + self.fans_j.value() + self.pumps_j.value();
        if electric_j > 0.0 {
            self.heat_j.value() / electric_j
        } else {
            f64::NAN
        }
    }
}

/// The accumulators.
pub(in crate::output) struct Circuits {
    all: Vec<Sums>,
    seconds: Sum,
}

impl Circuits {
    pub(in crate::output) fn new(circuits: usize) -> Self {
        Self {
            all: vec![Sums::EMPTY; circuits],
            seconds: Sum::ZERO,
        }
    }

    pub(in crate::output) fn observe(&mut self, s: &Snapshot) {
        let plants = std::iter::once(&s.plant).chain(&s.circuits);
        for (sums, plant) in self.all.iter_mut().zip(plants) {
            sums.add(plant, s.dt_s);
        }
        self.seconds.add(s.dt_s);
    }

    pub(in crate::output) fn finish(
        self,
        folder: &Path,
        recording: &Recording,
    ) -> Result<(), OutputError> {
        let columns = [
            Column::new("circuit", Kind::Text),
            Column::new("heat_mwh", Kind::Number(6)),
            Column::new("free_mwh", Kind::Number(6)),
            Column::new("chillers_mwh", Kind::Number(6)),
            Column::new("heat_rejection_fans_mwh", Kind::Number(6)),
            Column::new("pumps_mwh", Kind::Number(6)),
            Column::new("cop", Kind::Number(3)),
            Column::new("water_makeup_m3", Kind::Number(4)),
            Column::new("supply_mean_c", Kind::Number(2)),
            Column::new("supply_max_c", Kind::Number(2)),
        ];
        let mut table = Table::create(folder, "circuits", recording.format(), &columns)?;
        let seconds = self.seconds.value();
        for (sums, name) in self.all.iter().zip(&recording.circuits) {
            table.text(name);
            for energy_j in [
                sums.heat_j,
                sums.free_j,
                sums.chillers_j,
                sums.fans_j,
                sums.pumps_j,
            ] {
                table.number(energy_j.value() / J_PER_MWH);
            }
            table.number(sums.cop());
            table.number(sums.makeup_kg.value() / WATER_KG_M3);
            table.number(sums.supply_c_s.value() / seconds);
            table.number(sums.supply_max_c);
            table.end_row()?;
        }
        table.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1 MW of heat over two hours, 150 kW of compressors, 30 of fans and 20 of pumps: COP 2/(0.3 + 0.06 + 0.04) = 5.
    /// 0.9982 kg/s of water are 7.2 m³.
    #[test]
    fn a_circuit_by_hand() {
        let plant = |supply_c| {
            let mut plant = Plant {
                heat_w: 1e6,
                chillers_w: 150e3,
                fans_w: 30e3,
                pumps_w: 20e3,
                supply_c,
                ..Plant::default()
            };
            plant.water.makeup_kg_s = 0.001 * WATER_KG_M3;
            plant
        };
        let mut circuits = Circuits::new(2);
        for supply_c in [16.0, 19.0] {
            circuits.observe(&Snapshot {
                dt_s: 3600.0,
                circuits: vec![plant(supply_c)],
                ..Snapshot::default()
            });
        }
        let sums = &circuits.all[1];
        assert!((sums.cop() - 5.0).abs() < 1e-12 && circuits.all[0].cop().is_nan());
        assert!((sums.makeup_kg.value() / WATER_KG_M3 - 7.2).abs() < 1e-12);
        assert_eq!(sums.supply_c_s.value() / circuits.seconds.value(), 17.5);
        assert_eq!(sums.supply_max_c, 19.0);
    }
}
