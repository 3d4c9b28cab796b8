//! `racks`: one row per rack, over the whole run.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use std::path::Path;

use super::table::{Column, Kind, Table};
use super::{OutputError, Recording};
use crate::snapshot::{Hall, Snapshot};
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
    /// The least of `max_inlet_c` and of `max_chip_c`: a step whose warmest rack stays below raises none of them.
    least_inlet_c: f64,
    least_chip_c: f64,
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
            least_inlet_c: f64::NEG_INFINITY,
            least_chip_c: f64::NEG_INFINITY,
        }
    }

    fn add(&mut self, hall: &Hall, dt_s: f64) {
        vector::widest(AllRacks {
            sums: self,
            hall,
            dt_s,
        });
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

/// The loops over all racks of a hall.
struct AllRacks<'a> {
    sums: &'a mut HallRacks,
    hall: &'a Hall,
    dt_s: f64,
}

impl vector::WithSimd for AllRacks<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sums, hall, dt_s } = self;
        let racks = &hall.racks;
        add_and_raise(
            simd,
            &racks.power_w,
            dt_s,
            &mut sums.block_j,
            &mut sums.peak_w,
        );
        add(simd, &racks.coolant_c, dt_s, &mut sums.block_c_s);
        // Most hours are cooler than the warmest so far.
        if hall.max_inlet_c > sums.least_inlet_c {
            sums.least_inlet_c = raise(simd, &racks.coolant_c, &mut sums.max_inlet_c);
        }
        if hall.max_chip_c > sums.least_chip_c {
            sums.least_chip_c = raise(simd, &racks.chip_c, &mut sums.max_chip_c);
        }
    }
}

/// Adds values over their time to the sums.
#[inline(always)]
fn add<S: Simd>(simd: S, values: &[f64], dt_s: f64, sums: &mut [f64]) {
    let (values, values_rest) = S::as_simd_f64s(values);
    let (sums, sums_rest) = S::as_mut_simd_f64s(sums);
    let span = simd.splat_f64s(dt_s);
    for (value, sum) in values.iter().zip(sums) {
        *sum = simd.add_f64s(*sum, simd.mul_f64s(*value, span));
    }
    for (value, sum) in values_rest.iter().zip(sums_rest) {
        *sum += value * dt_s;
    }
}

/// [`add`], and raises the maxima: each value is read once for both.
#[inline(always)]
fn add_and_raise<S: Simd>(
    simd: S,
    values: &[f64],
    dt_s: f64,
    sums: &mut [f64],
    maxima: &mut [f64],
) {
    let (values, values_rest) = S::as_simd_f64s(values);
    let (sums, sums_rest) = S::as_mut_simd_f64s(sums);
    let (maxima, maxima_rest) = S::as_mut_simd_f64s(maxima);
    let span = simd.splat_f64s(dt_s);
    for ((value, sum), max) in values.iter().zip(sums).zip(maxima) {
        *sum = simd.add_f64s(*sum, simd.mul_f64s(*value, span));
        *max = simd.max_f64s(*max, *value);
    }
    for ((value, sum), max) in values_rest.iter().zip(sums_rest).zip(maxima_rest) {
        *sum += value * dt_s;
        *max = max.max(*value);
    }
}

/// Raises the maxima; the least of them.
#[inline(always)]
fn raise<S: Simd>(simd: S, values: &[f64], maxima: &mut [f64]) -> f64 {
    let (values, values_rest) = S::as_simd_f64s(values);
    let (maxima, maxima_rest) = S::as_mut_simd_f64s(maxima);
    let mut least = simd.splat_f64s(f64::INFINITY);
    for (value, max) in values.iter().zip(maxima) {
        *max = simd.max_f64s(*max, *value);
        least = simd.min_f64s(least, *max);
    }
    let mut least = simd.reduce_min_f64s(least);
    for (value, max) in values_rest.iter().zip(maxima_rest) {
        *max = max.max(*value);
        least = least.min(*max);
    }
    least
}

/// The accumulators.
#[derive(Default)]
pub(super) struct Racks {
    halls: Vec<HallRacks>,
    seconds: f64,
    in_block: u32,
}

impl Racks {
    pub(super) fn open(&mut self, first: &Snapshot) {
        let sizes = first.halls.iter().map(|hall| hall.racks.power_w.len());
        self.halls = sizes.map(HallRacks::new).collect();
    }

    pub(super) fn observe(&mut self, s: &Snapshot) {
        for (sums, hall) in self.halls.iter_mut().zip(&s.halls) {
            sums.add(hall, s.dt_s);
        }
        self.seconds += s.dt_s;
        self.in_block += 1;
        if self.in_block == BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.in_block = 0;
        self.halls.iter_mut().for_each(HallRacks::end_block);
    }

    pub(super) fn finish(
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
        let mut table = Table::create(folder, "racks", recording.format, &columns)?;
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
