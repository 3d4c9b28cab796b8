//! Sums over a table: an hour, and a year of hours.
//!
//! ```text
//! t_i = (x − x_i)/(x_i+1 − x_i), from 0 to 1, but below 0 in the lowest interval and above 1 in the highest
//! y(h, x) = Σ_i (t_i−1 − t_i)·y_i(h)        t_−1 = 1, t_last = 0
//! ```
//!
//! The weights are those of the straight line between two nodes, and exactly zero at all others. So a block of hours
//! goes through all nodes that any of its loads lies at, without asking which one an hour needs: rows of memory, no branch. Measured on
//! one core (EPYC): 1.3 ns an hour at an even load, 1.6 where it swings by 0.05 about its mean each day, 2.4 where by 0.2.

#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is not compiled for wide registers"
)]

use super::{HOURS, HOURS_I32, SiteTable};
use crate::vector;

/// Hours that are worked on together: a divisor of the year, and so few that their loads lie at few nodes.
const BLOCK: usize = 120;

/// What a site used in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct YearOfSite {
    /// At the IT inlets, Wh.
    pub it_wh: f64,
    /// All that removes heat, Wh.
    pub cooling_wh: f64,
    /// Electrical losses, lights, offices and controls, Wh.
    pub other_wh: f64,
    /// Make-up water, l.
    pub water_l: f64,
}

impl YearOfSite {
    /// All uses, Wh.
    pub fn facility_wh(&self) -> f64 {
        self.it_wh + self.cooling_wh + self.other_wh
    }
}

impl SiteTable {
    /// An hour of the site's year (0 to 8759, its own clock) under a load, share of the design: cooling power and other power, W,
    /// and make-up water, l/h, per W of design IT power.
    pub fn hour(&self, hour: usize, load: f32) -> (f32, f32, f32) {
        let [cooling, other, water] = self.block(hour, &[load]);
        (cooling[0], other[0], water[0])
    }

    /// Adds a year of the site to the hours of a region, W: IT, cooling and other.
    ///
    /// `load` is the share of the design in each hour of the site's clock; `scale_w` the design IT power to scale the site to; hour h
    /// of the site is added to hour h + `shift_h` of the region ([`SiteTable::shift_h`]), around the year's end. All
    /// slices hold [`HOURS`] values.
    ///
    /// # Panics
    /// Where a slice is of another length.
    pub fn add(
        &self,
        load: &[f32],
        scale_w: f32,
        shift_h: i32,
        it: &mut [f32],
        cooling: &mut [f32],
        other: &mut [f32],
    ) -> YearOfSite {
        let lengths = [load.len(), it.len(), cooling.len(), other.len()];
        assert_eq!(lengths, [HOURS; 4], "a value for each hour of a year");
        vector::widest(Adding {
            table: self,
            load,
            scale_w,
            start: shift_h.rem_euclid(HOURS_I32) as usize,
            to: [it, cooling, other],
        })
    }

    /// Cooling, other and water of `N` hours from `hour` on.
    #[inline(always)]
    fn block<const N: usize>(&self, hour: usize, load: &[f32; N]) -> [[f32; N]; 3] {
        let (mut low, mut high) = (load[0], load[0]);
        // One after the other: together they are no loop that compilers make wide.
        for x in load {
            low = low.min(*x);
        }
        for x in load {
            high = high.max(*x);
        }
        let (first, last) = (self.interval(low), self.interval(high));
        let highest = self.per_width.len() - 1;
        let mut sums = [[0.0; N]; 3];
        let mut above = [1.0; N];
        for node in first..=last + 1 {
            let mut weight = above;
            if node <= last {
                let (at, per) = (self.nodes[node], self.per_width[node]);
                let least = if node == 0 { f32::NEG_INFINITY } else { 0.0 };
                let most = if node == highest { f32::INFINITY } else { 1.0 };
                for ((x, weight), above) in load.iter().zip(&mut weight).zip(&mut above) {
                    let share = (x - at) * per;
                    let share = if share > least { share } else { least };
                    let share = if share < most { share } else { most };
                    *weight -= share;
                    *above = share;
                }
            }
            for (sum, rows) in sums.iter_mut().zip(&self.rows) {
                let row = &rows[node * HOURS + hour..][..N];
                for ((sum, value), weight) in sum.iter_mut().zip(row).zip(&weight) {
                    *sum += weight * value;
                }
            }
        }
        for value in sums.as_flattened_mut() {
            *value = if *value > 0.0 { *value } else { 0.0 };
        }
        sums
    }

    /// The interval of a load: the lowest and the highest go on.
    #[inline(always)]
    fn interval(&self, load: f32) -> usize {
        let inner = &self.nodes[1..self.nodes.len() - 1];
        inner.iter().filter(|node| load >= **node).count()
    }
}

struct Adding<'a> {
    table: &'a SiteTable,
    load: &'a [f32],
    scale_w: f32,
    start: usize,
    to: [&'a mut [f32]; 3],
}

impl vector::Loop for Adding<'_> {
    type Output = YearOfSite;

    #[inline(always)]
    fn call(self) -> YearOfSite {
        let Self {
            table,
            load,
            scale_w,
            start,
            mut to,
        } = self;
        // By place in the block: 73 values each, so that a sum keeps all but the last digit of f32.
        let mut sums = [[0.0_f32; BLOCK]; 4];
        let (blocks, _) = load.as_chunks::<BLOCK>();
        for (index, load) in blocks.iter().enumerate() {
            let hour = index * BLOCK;
            let [cooling, other, water] = table.block(hour, load);
            let at = (start + hour) % HOURS;
            for (to, shares) in to.iter_mut().zip([load, &cooling, &other]) {
                // A block that goes beyond the year's end goes on at its beginning.
                let before = (HOURS - at).min(BLOCK);
                let (until_end, from_start) = shares.split_at(before);
                scaled(&mut to[at..at + before], until_end, scale_w);
                scaled(&mut to[..BLOCK - before], from_start, scale_w);
            }
            for (sum, shares) in sums.iter_mut().zip([load, &cooling, &other, &water]) {
                for (sum, share) in sum.iter_mut().zip(shares) {
                    *sum += share;
                }
            }
        }
        let [it_wh, cooling_wh, other_wh, water_l] = sums.map(|sum| {
            let shares: f64 = sum.into_iter().map(f64::from).sum();
            shares * f64::from(scale_w)
        });
        YearOfSite {
            it_wh,
            cooling_wh,
            other_wh,
            water_l,
        }
    }
}

#[inline(always)]
fn scaled(to: &mut [f32], shares: &[f32], scale_w: f32) {
    for (to, share) in to.iter_mut().zip(shares) {
        *to += scale_w * share;
    }
}

const _: () = assert!(HOURS.is_multiple_of(BLOCK));
