//! `racks`: one row per rack, over the whole run.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use std::path::Path;

use crate::output::table::{Column, Kind, Table};
use crate::output::{OutputError, Recording};
use crate::snapshot::{MovedRack, Racks as Values, Snapshot};
use crate::units::J_PER_MWH;
use crate::vector::{self, Flat, Simd};

/// Steps summed before the sums move on: two levels keep a year of minutes exact to about 1e-13.
const BLOCK: u32 = 1024;

/// Flat arrays per hall: this loop runs over every rack in every step.
struct HallRacks {
    block_j: Flat,
    block_c_s: Flat,
    energy_j: Flat,
    inlet_c_s: Flat,
    peak_w: Flat,
    max_inlet_c: Flat,
    max_chip_c: Flat,
}

impl HallRacks {
    fn new(racks: usize) -> Self {
        Self {
            block_j: Flat::of(0.0, racks),
            block_c_s: Flat::of(0.0, racks),
            energy_j: Flat::of(0.0, racks),
            inlet_c_s: Flat::of(0.0, racks),
            peak_w: Flat::of(f64::NEG_INFINITY, racks),
            max_inlet_c: Flat::of(f64::NEG_INFINITY, racks),
            max_chip_c: Flat::of(f64::NEG_INFINITY, racks),
        }
    }

    fn add(&mut self, racks: &Values, dt_s: f64) {
        vector::widest(AllRacks {
            sums: self,
            racks,
            dt_s,
        });
    }

    /// What a rack did for a part of a step.
    fn raise(&mut self, moved: &MovedRack) {
        let rack = moved.rack as usize;
        self.peak_w[rack] = self.peak_w[rack].max(moved.power_w);
        self.max_chip_c[rack] = self.max_chip_c[rack].max(moved.chip_c);
    }

    fn end_block(&mut self) {
        for (sums, block) in [
            (&mut self.energy_j, &self.block_j),
            (&mut self.inlet_c_s, &self.block_c_s),
        ] {
            sums.iter_mut()
                .zip(block.iter())
                .for_each(|(sum, value)| *sum += value);
        }
        self.block_j.fill(0.0);
        self.block_c_s.fill(0.0);
    }
}

/// The loop over all racks of a hall.
struct AllRacks<'a> {
    sums: &'a mut HallRacks,
    racks: &'a Values,
    dt_s: f64,
}

impl vector::WithSimd for AllRacks<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sums, racks, dt_s } = self;
        // Each value is read once for all that is kept of it.
        keep(
            simd,
            &racks.power_w,
            Some((&mut sums.block_j, dt_s)),
            &mut sums.peak_w,
        );
        keep(
            simd,
            &racks.coolant_c,
            Some((&mut sums.block_c_s, dt_s)),
            &mut sums.max_inlet_c,
        );
        keep(simd, &racks.chip_c, None, &mut sums.max_chip_c);
    }
}

/// Adds values over their time to the sums, where there are some, and raises the maxima.
#[inline(always)]
fn keep<S: Simd>(simd: S, values: &[f64], sums: Option<(&mut [f64], f64)>, maxima: &mut [f64]) {
    let (values, values_rest) = S::as_simd_f64s(values);
    let (maxima, maxima_rest) = S::as_mut_simd_f64s(maxima);
    if let Some((sums, dt_s)) = sums {
        let span = simd.splat_f64s(dt_s);
        let (sums, sums_rest) = S::as_mut_simd_f64s(sums);
        for ((value, sum), max) in values.iter().zip(sums).zip(&mut *maxima) {
            *sum = simd.add_f64s(*sum, simd.mul_f64s(*value, span));
            *max = simd.max_f64s(*max, *value);
        }
        for (value, sum) in values_rest.iter().zip(sums_rest) {
            *sum += value * dt_s;
        }
    } else {
        for (value, max) in values.iter().zip(&mut *maxima) {
            *max = simd.max_f64s(*max, *value);
        }
    }
    for (value, max) in values_rest.iter().zip(maxima_rest) {
        *max = max.max(*value);
    }
}

/// The accumulators.
#[derive(Default)]
pub(in crate::output) struct Racks {
    halls: Vec<HallRacks>,
    seconds: f64,
    in_block: u32,
}

impl Racks {
    pub(in crate::output) fn open(&mut self, first: &Snapshot) {
        let sizes = first.halls.iter().map(|hall| hall.racks.power_w.len());
        self.halls = sizes.map(HallRacks::new).collect();
    }

    pub(in crate::output) fn observe(&mut self, s: &Snapshot) {
        self.seconds += s.dt_s;
        for (sums, hall) in self.halls.iter_mut().zip(&s.halls) {
            for moved in &hall.moved {
                sums.raise(moved);
            }
            if hall.racks_s > 0.0 {
                sums.add(&hall.racks, hall.racks_s);
            }
        }
        self.in_block += 1;
        if self.in_block == BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.in_block = 0;
        self.halls.iter_mut().for_each(HallRacks::end_block);
    }

    pub(in crate::output) fn finish(
        mut self,
        folder: &Path,
        recording: &Recording,
    ) -> Result<(), OutputError> {
        self.end_block();
        let columns = [
            Column::new("hall", Kind::Text),
            Column::new("rack", Kind::Integer),
            Column::new("energy_mwh", Kind::Number(6)),
            Column::new("mean_kw", Kind::Number(3)),
            Column::new("peak_kw", Kind::Number(3)),
            Column::new("mean_inlet_c", Kind::Number(2)),
            Column::new("max_inlet_c", Kind::Number(2)),
            Column::new("max_chip_c", Kind::Number(2)),
        ];
        let mut table = Table::create(folder, "racks", recording.format(), &columns)?;
        for (hall, name) in self.halls.iter().zip(&recording.halls) {
            let rows = hall
                .energy_j
                .iter()
                .zip(hall.inlet_c_s.iter())
                .zip(hall.peak_w.iter());
            let rows = rows
                .zip(hall.max_inlet_c.iter())
                .zip(hall.max_chip_c.iter());
            for (number, ((((energy_j, inlet_c_s), peak_w), max_inlet_c), max_chip_c)) in
                (1..).zip(rows)
            {
                table.text(name);
                table.integer(number);
                table.number(energy_j / J_PER_MWH);
                table.number(energy_j / self.seconds / 1e3);
                table.number(peak_w / 1e3);
                table.number(inlet_c_s / self.seconds);
                table.number(*max_inlet_c);
                table.number(*max_chip_c);
                table.end_row()?;
            }
        }
        table.finish()
    }
}
