//! A server under one load by coolant temperature: solved at the nodes on first use, interpolated in between.
//!
//! ```text
//! f(T) ≈ f(T_i) + (T − T_i)/Δ·(f(T_i+1) − f(T_i))        Δ = 0.25 K
//! ```
//!
//! Leakage bends the power by 8e-5 per K² at most (share 0.2, e-fold 50 K), so reading between two neighbours is
//! within Δ²/8·8e-5 = 6e-7 of it; where the fan law has a kink, within 5e-5 (1e-3 of the fans).

use crate::electrical::psu::Psu;
use crate::it::Operating;

/// One server, or the servers of one rack, at one coolant temperature.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Values {
    pub(super) compute_w: f64,
    pub(super) fans_w: f64,
    pub(super) psu_w: f64,
    /// All accelerators, behind the power supplies.
    pub(super) chips_w: f64,
    /// At the inlets, of the accelerators that are held: of servers one of their chips, rest and losses, see `it::Operating`; in a
    /// rack only those of jobs.
    pub(super) held_w: f64,
    pub(super) air_m3_s: f64,
    /// Heat that cold plates catch, W.
    pub(super) liquid_w: f64,
    pub(super) chip_c: f64,
    /// The coolest busy chip.
    pub(super) coolest_c: f64,
    /// The hottest memory.
    pub(super) memory_c: f64,
    /// Share of the busy chips that heat holds back.
    pub(super) throttled: f64,
    pub(super) clock: f64,
    /// Speed at that clock, by what power is left.
    pub(super) pace: f64,
}

impl Values {
    /// A settled server and the loss of its power supplies.
    pub(super) fn of(psu: &Psu, point: &Operating) -> Self {
        let output_w = point.compute_w + point.fans_w;
        let psu_w = psu.loss_w(output_w);
        let input_per_output = if output_w > 0.0 {
            1.0 + psu_w / output_w
        } else {
            1.0
        };
        Self {
            compute_w: point.compute_w,
            fans_w: point.fans_w,
            psu_w,
            chips_w: point.chips_w,
            held_w: point.held_w * input_per_output,
            air_m3_s: point.air_m3_s,
            liquid_w: point.liquid_w + point.psu_plated * psu_w,
            chip_c: point.chip_c,
            coolest_c: point.coolest_c,
            memory_c: point.memory_c,
            throttled: point.throttled,
            clock: point.clock,
            pace: point.pace,
        }
    }

    /// More servers in the same rack. The clock is a server's own affair and is not combined.
    pub(super) fn add(&mut self, other: &Self, count: f64) {
        self.compute_w += other.compute_w * count;
        self.fans_w += other.fans_w * count;
        self.psu_w += other.psu_w * count;
        self.air_m3_s += other.air_m3_s * count;
        self.liquid_w += other.liquid_w * count;
        if other.chip_c > self.chip_c {
            self.chip_c = other.chip_c;
        }
        if other.memory_c > self.memory_c {
            self.memory_c = other.memory_c;
        }
    }

    /// A share of the chips rests as in `free` in place of `held`; speeds are those of the others.
    pub(super) fn rest(&mut self, held: &Self, free: &Self, share: f64) {
        let less = |value: &mut f64, held: f64, free: f64| *value -= share * (held - free);
        less(&mut self.compute_w, held.compute_w, free.compute_w);
        less(&mut self.fans_w, held.fans_w, free.fans_w);
        less(&mut self.psu_w, held.psu_w, free.psu_w);
        less(&mut self.air_m3_s, held.air_m3_s, free.air_m3_s);
        less(&mut self.liquid_w, held.liquid_w, free.liquid_w);
        less(&mut self.chip_c, held.chip_c, free.chip_c);
        less(&mut self.coolest_c, held.coolest_c, free.coolest_c);
        less(&mut self.memory_c, held.memory_c, free.memory_c);
    }

    pub(super) fn it_w(&self) -> f64 {
        self.compute_w + self.fans_w + self.psu_w
    }

    fn between(&self, other: &Self, share: f64) -> Self {
        let read = |a: f64, b: f64| a + share * (b - a);
        Self {
            compute_w: read(self.compute_w, other.compute_w),
            fans_w: read(self.fans_w, other.fans_w),
            psu_w: read(self.psu_w, other.psu_w),
            chips_w: read(self.chips_w, other.chips_w),
            held_w: read(self.held_w, other.held_w),
            air_m3_s: read(self.air_m3_s, other.air_m3_s),
            liquid_w: read(self.liquid_w, other.liquid_w),
            chip_c: read(self.chip_c, other.chip_c),
            coolest_c: read(self.coolest_c, other.coolest_c),
            memory_c: read(self.memory_c, other.memory_c),
            throttled: read(self.throttled, other.throttled),
            clock: read(self.clock, other.clock),
            pace: read(self.pace, other.pace),
        }
    }
}

const FROM_C: f64 = -10.0;
const TO_C: f64 = 110.0;
const PER_K: f64 = 4.0;

/// The quarter kelvins just outside a range of temperatures. A hall's coldest and warmest coolant cross one in a few
/// steps of a hundred, and between them nothing needs to be settled.
pub(super) fn outward((low_c, high_c): (f64, f64)) -> (f64, f64) {
    let (low, high) = ((low_c * PER_K).floor(), (high_c * PER_K).ceil());
    (low / PER_K, high.max(low + 1.0) / PER_K)
}

/// The last quarter kelvin of a range of such at which something still holds that ends at some temperature; it holds at
/// the lower end.
pub(super) fn last_quarter((low_c, high_c): (f64, f64), mut holds: impl FnMut(f64) -> bool) -> f64 {
    let (mut low, mut high) = ((low_c * PER_K).round(), (high_c * PER_K).round());
    while high - low > 1.0 {
        let middle = (0.5 * (low + high)).floor();
        if holds(middle / PER_K) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low / PER_K
}

/// Values at quarter kelvins, filled on demand; kept from the coldest to the warmest that was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct OperatingTable {
    /// Number of the first node kept.
    first: usize,
    nodes: Vec<Option<Values>>,
}

/// Nodes that a table grows by: the coolant of a hall moves to and fro.
const MORE: usize = 8;

impl OperatingTable {
    /// The values at `at_c`; `settle` makes those at a node that is not known yet.
    pub(super) fn at(&mut self, at_c: f64, settle: impl Fn(f64) -> Values) -> Values {
        if !(FROM_C..TO_C).contains(&at_c) {
            return settle(at_c);
        }
        let place = (at_c - FROM_C) * PER_K;
        let below = place as usize;
        let mut node = |index: usize| {
            *self
                .kept(index)
                .get_or_insert_with(|| settle(FROM_C + index as f64 / PER_K))
        };
        let low = node(below);
        let share = place - below as f64;
        if share == 0.0 {
            return low;
        }
        low.between(&node(below + 1), share)
    }

    /// The place of a node.
    fn kept(&mut self, index: usize) -> &mut Option<Values> {
        if self.nodes.is_empty() {
            self.first = index;
        }
        if index < self.first {
            let first = index.saturating_sub(MORE);
            let more = std::iter::repeat_n(None, self.first - first);
            self.nodes.splice(0..0, more);
            self.first = first;
        }
        let at = index - self.first;
        if at >= self.nodes.len() {
            self.nodes.resize(at + MORE, None);
        }
        &mut self.nodes[at]
    }
}

/// Steps of utilisation between which a varying load is read.
const LEVELS: f64 = 256.0;

/// Values of a load that varies: a table for each level of utilisation, read in between.
#[derive(Debug, Clone, Default)]
pub(super) struct LoadTables {
    levels: Vec<OperatingTable>,
}

impl LoadTables {
    /// The values at a utilisation (0..1) and a coolant temperature; `settle` makes those that are not known yet.
    pub(super) fn at(
        &mut self,
        utilisation: f64,
        at_c: f64,
        settle: impl Fn(f64, f64) -> Values,
    ) -> Values {
        if !(0.0..=1.0).contains(&utilisation) {
            return settle(utilisation, at_c);
        }
        if self.levels.is_empty() {
            self.levels
                .resize_with(LEVELS as usize + 1, OperatingTable::default);
        }
        let place = utilisation * LEVELS;
        let below = place as usize;
        let mut level =
            |index: usize| self.levels[index].at(at_c, |at_c| settle(index as f64 / LEVELS, at_c));
        let share = place - below as f64;
        if share == 0.0 {
            return level(below);
        }
        level(below).between(&level(below + 1), share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_quarter_kelvins_outside_by_hand() {
        assert_eq!(outward((30.1, 31.3)), (30.0, 31.5));
        assert_eq!(outward((30.25, 30.25)), (30.25, 30.5));
        assert_eq!(outward((-0.1, -0.1)), (-0.25, 0.0));
        assert_eq!(last_quarter((30.0, 32.0), |at_c| at_c < 31.1), 31.0);
        assert_eq!(last_quarter((30.0, 32.0), |at_c| at_c < 31.0), 30.75);
        assert_eq!(last_quarter((30.0, 30.25), |at_c| at_c < 30.1), 30.0);
    }

    proptest! {
        /// A leaking load is read within 1e-5, inside and outside the table.
        #[test]
        fn reads_within_its_tolerance(at in -30.0..130.0f64) {
            let settle = |t: f64| Values {
                compute_w: 700.0 * (0.8 + 0.2 * ((t - 85.0) / 50.0).exp()),
                ..Values::default()
            };
            let read = OperatingTable::default().at(at, settle).compute_w;
            prop_assert!((read / settle(at).compute_w - 1.0).abs() < 1e-5);
        }

        /// So is one that varies, whose fans follow the cube of the load.
        #[test]
        fn reads_between_levels_within_its_tolerance(at in 0.0..100.0f64, u in 0.0..1.0f64) {
            let settle = |u: f64, t: f64| Values {
                compute_w: (70.0 + 630.0 * u) * (0.8 + 0.2 * ((t - 85.0) / 50.0).exp()),
                fans_w: 100.0 + 1000.0 * u.powi(3),
                ..Values::default()
            };
            let (read, exact) = (LoadTables::default().at(u, at, settle), settle(u, at));
            prop_assert!((read.compute_w / exact.compute_w - 1.0).abs() < 1e-5);
            prop_assert!((read.fans_w / exact.fans_w - 1.0).abs() < 1e-4);
        }
    }
}
