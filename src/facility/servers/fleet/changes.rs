//! Servers that do something else: points, mixes and spans follow.

use super::Fleet;
use super::moves::Move;
use super::operating_point::{OperatingPoint, PointKey, RackMix};
use crate::facility::servers::interpolate::{Linear, RackLines};
use crate::facility::servers::operating_table::{LoadTables, OperatingTable, Values};
use crate::scheduler::{Change, Load};

/// More points than this, and those without servers are forgotten.
const MAX_POINTS: usize = 512;

impl Fleet {
    /// A step from `from_s` on begins: the changes to come are within it.
    pub(in crate::facility) fn begin_step(&mut self, from_s: f64, dt_s: f64) {
        self.moves.begin(from_s, dt_s);
    }

    /// Notes what a server does from `at_s` on, not before the change noted last; `settle_changes` must follow before the step is
    /// solved.
    pub(in crate::facility) fn change(&mut self, at_s: f64, change: Change) {
        let share = self.moves.share(at_s);
        if share > self.moment {
            self.settle_changes();
            self.moment = share;
        }
        let rack = self.rack_of(change.server);
        if self.shutdown.count() > 0 && self.shutdown.is_off(rack) {
            let Change {
                server,
                busy_gpus,
                load,
            } = change;
            return self.shutdown.keep(server, busy_gpus, load);
        }
        let point = self.point(change.busy_gpus, change.load);
        self.put(change.server, rack, point);
    }

    /// Puts a server of a rack on a point.
    pub(super) fn put(&mut self, server: u32, rack: u32, new: u32) {
        if std::mem::replace(&mut self.server_point[server as usize], new) == new {
            return;
        }
        if self.touched.last() != Some(&rack) {
            self.touched.push(rack);
        }
    }

    /// Brings mixes and spans in line with the changes.
    pub(in crate::facility) fn settle_changes(&mut self) {
        if self.touched.is_empty() {
            return;
        }
        let touched = std::mem::take(&mut self.touched);
        let mut key = std::mem::take(&mut self.key);
        for &rack in &touched {
            let first = rack as usize * self.servers_per_rack;
            let points = &self.server_point[first..first + self.servers_per_rack];
            self.meter.note(first, points, self.moment);
            key.clear();
            key.extend_from_slice(points);
            key.sort_unstable();
            let to = match self.mix_of.get(key.as_slice()) {
                Some(&mix) => mix,
                None => self.mix(key.clone().into_boxed_slice()),
            };
            let from = self.rack_mix[rack as usize];
            if to != from {
                self.mixes.get_mut(to).racks += 1;
                self.rack_mix[rack as usize] = to;
                self.spans.set(rack, to);
                let left = self.mixes.get_mut(from);
                left.racks -= 1;
                if left.racks == 0 {
                    self.moves.left.push(from);
                }
                self.moves.all.push(Move {
                    rack,
                    from,
                    to,
                    share: self.moment,
                });
            }
        }
        self.key = key;
        self.touched = touched;
        self.touched.clear();
        if self.points.len() > MAX_POINTS {
            self.forget_unused();
        }
    }

    /// The step is over: its moves are past, and mixes without racks go.
    pub(in crate::facility) fn end_step(&mut self) {
        self.moment = 0.0;
        self.moves.all.clear();
        while let Some(index) = self.moves.left.pop() {
            // It may have been filled again, or have been left twice.
            if !self.mixes.is_live(index) || self.mixes.get(index).racks > 0 {
                continue;
            }
            let mix = self.mixes.remove(index);
            self.mix_of.remove(&mix.points);
            if mix.varies {
                self.varying.retain(|varying| *varying != index);
            }
            for (point, _) in mix.counts {
                let mixes = &mut self.points.get_mut(point).mixes;
                *mixes -= 1;
                if *mixes == 0 {
                    self.used.retain(|used| *used != point);
                }
            }
        }
    }

    /// Drops points that are in no mix. They are kept for a while because their load often comes back.
    fn forget_unused(&mut self) {
        self.last_point = None;
        let (points, point_of) = (&mut self.points, &mut self.point_of);
        let common = self.common;
        point_of.retain(|_, point| {
            let used = points.get(*point).mixes > 0 || common == Some(*point);
            if !used {
                points.remove(*point);
            }
            used
        });
    }

    pub(super) fn point(&mut self, busy: u32, load: Load) -> u32 {
        if let Some((last_busy, last_load, point)) = self.last_point
            && (last_busy, last_load) == (busy, load)
        {
            return point;
        }
        let point = self.point_at(PointKey::of(busy, load), busy, load, false);
        self.last_point = Some((busy, load, point));
        point
    }

    pub(super) fn point_at(&mut self, key: PointKey, busy: u32, load: Load, off: bool) -> u32 {
        let points = &mut self.points;
        *self.point_of.entry(key).or_insert_with(|| {
            points.insert(OperatingPoint {
                busy,
                load,
                off,
                mixes: 0,
                settled_for: [f64::NAN; 4],
                settled_in: 0,
                low: Values::default(),
                high: Values::default(),
                full: (0.0, 1.0),
                hot_from_c: [f64::INFINITY; 4],
                settled: OperatingTable::default(),
                levels: LoadTables::default(),
                metered: (0, Linear::default()),
            })
        })
    }

    pub(super) fn mix(&mut self, points: Box<[u32]>) -> u32 {
        let counts: Box<[(u32, f64)]> = points
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as f64))
            .collect();
        for &(point, _) in &counts {
            let mixes = &mut self.points.get_mut(point).mixes;
            *mixes += 1;
            if *mixes == 1 {
                self.used.push(point);
            }
        }
        let varies = |(point, _): &(u32, f64)| {
            let point = self.points.get(*point);
            matches!(point.load, Load::Service(_))
        };
        let varies = counts.iter().any(varies);
        let mix = self.mixes.insert(RackMix {
            points: points.clone(),
            counts,
            racks: 0,
            settled_in: 0,
            low: Values::default(),
            high: Values::default(),
            worked_gpus: 0.0,
            served_gpus: [0.0; 2],
            varies,
        });
        if varies {
            let at = self.varying.partition_point(|varying| *varying < mix);
            self.varying.insert(at, mix);
        }
        if mix as usize >= self.lines.len() {
            self.lines.resize(mix as usize + 1, RackLines::default());
            self.coolant_c.resize(mix as usize + 1, 0.0);
        }
        self.coolant_c[mix as usize] = 0.0;
        self.held.open(mix);
        self.mix_of.insert(points, mix);
        mix
    }
}
