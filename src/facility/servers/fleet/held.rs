//! Servers while the temperatures of their hall are held.
//!
//! ```text
//! P_rack   = a + b·T_felt                     a, b: the line of its mix; T_felt held since temperatures were solved
//! ∫P_rack  = A + B·T_felt + Σ moves           A, B: ∫a, ∫b of the mix that it is on in the end
//! moves    (A + B·T)_from − (A + B·T)_to      of both mixes up to the moment of the move
//! ```
//!
//! So a step costs what changed in it, and the heat of each rack over the whole interval is exact: racks are read when temperatures are
//! solved again.

use super::moves::Move;
use super::{Fleet, Totals};
use crate::facility::servers::interpolate::{Linear, Spans};
use crate::scheduler::{Load, ServiceLoad};
use crate::snapshot::{MovedRack, Racks};
use crate::vector;

/// What happened since temperatures were solved, up to the start of the step.
#[derive(Debug, Default)]
pub(super) struct Held {
    span_s: f64,
    /// Sums over the racks as they are at the end of the step.
    now: Totals,
    /// Those, and the coolant sums of the mixes, hold for the coolant that chips feel.
    known: bool,
    /// Energy of racks beyond that of their mixes, J; of those that moved.
    moved_j: Vec<(u32, f64)>,
    /// By mix: its line over time, up to a moment of the interval, s.
    mixes: Vec<(Linear, f64)>,
    /// Load of services in the last step.
    pub(super) services: Vec<ServiceLoad>,
}

impl Held {
    /// A mix comes into being.
    pub(super) fn open(&mut self, mix: u32) {
        if mix as usize >= self.mixes.len() {
            self.mixes.resize(mix as usize + 1, Default::default());
        }
        self.mixes[mix as usize] = (Linear::default(), self.span_s);
    }

    /// The line of a mix changes: it held up to the start of the step.
    pub(super) fn turn(&mut self, mix: usize, line: Linear) {
        let (sum, since_s) = &mut self.mixes[mix];
        if self.span_s > *since_s {
            *sum = sum.plus(line, self.span_s - *since_s);
            *since_s = self.span_s;
        }
    }

    fn keep(&mut self, services: &[ServiceLoad]) {
        self.services.clear();
        self.services.extend_from_slice(services);
    }

    /// A mix over the interval up to `at_s` of it.
    fn sum(&self, mix: usize, line: Linear, at_s: f64) -> Linear {
        let (sum, since_s) = self.mixes[mix];
        sum.plus(line, at_s - since_s)
    }
}

impl Fleet {
    /// Another coolant: sums over racks are out of date.
    pub(super) fn forget_sums(&mut self) {
        self.held.known = false;
    }

    /// A step of `dt_s` at the coolant felt before: sums over the hall, by what changed. Writes into `racks` what racks that moved do now.
    pub(in crate::facility) fn hold(
        &mut self,
        racks: &mut Racks,
        services: &[ServiceLoad],
    ) -> Totals {
        if self.held.known {
            self.follow_moves();
            if self.held.services != services {
                self.follow_services(services);
            }
        } else {
            self.settle(services);
            let mut now = Totals {
                max_chip_c: self.read_racks(racks),
                ..Totals::default()
            };
            self.add_up(&mut now);
            self.held.now = now;
            self.held.known = true;
            self.held.keep(services);
        }
        let mut totals = self.held.now;
        self.add_moves(&mut totals);
        for one in &self.moves.all {
            let (rack, to) = (one.rack as usize, self.lines[one.to as usize]);
            let at_c = self.felt.rack_c[rack];
            (racks.power_w[rack], racks.chip_c[rack]) = (to.power.at(at_c), to.chip.at(at_c));
            totals.max_chip_c = totals.max_chip_c.max(racks.chip_c[rack]);
        }
        self.held.now.max_chip_c = totals.max_chip_c;
        totals
    }

    /// Coolant of the racks of each mix, and the sums over all racks, after the moves of the step.
    fn follow_moves(&mut self) {
        for at in 0..self.moves.all.len() {
            let Move { rack, from, to, .. } = self.moves.all[at];
            self.settle_mix(to);
            let at_c = self.felt.rack_c[rack as usize];
            for (mix, racks) in [(from, -1.0), (to, 1.0)] {
                self.coolant_c[mix as usize] += racks * at_c;
                let now = &mut self.held.now;
                now.add(self.mixes.get(mix), racks, racks * at_c, self.range_c);
            }
        }
    }

    /// Another load of services: the sums change by what racks that serve draw more.
    fn follow_services(&mut self, services: &[ServiceLoad]) {
        self.held.keep(services);
        self.rounds += 1;
        for at in 0..self.used.len() {
            let index = self.used[at];
            let point = self.points.get(index);
            if let Load::Service(_) = point.load {
                let load = point.load_now(services);
                self.settle_at(index, load);
            }
        }
        for &index in &self.varying {
            let mix = self.mixes.get_mut(index);
            if !mix.out_of_date(&self.points) {
                continue;
            }
            let index = index as usize;
            let (racks, sum_c) = (f64::from(mix.racks), self.coolant_c[index]);
            self.held.now.add(mix, -racks, -sum_c, self.range_c);
            mix.settled_in = self.rounds;
            self.held.turn(index, self.lines[index].power);
            self.lines[index] = mix.settle(&self.points, self.range_c);
            self.held.now.add(mix, racks, sum_c, self.range_c);
        }
    }

    /// The step just made belongs to the interval.
    pub(in crate::facility) fn keep_step(&mut self, dt_s: f64) {
        for at in 0..self.moves.all.len() {
            let one = self.moves.all[at];
            self.keep_move(one, one.share * dt_s);
        }
        self.held.span_s += dt_s;
    }

    /// Takes note of a move `after_s` after the start of the step.
    fn keep_move(&mut self, one: Move, after_s: f64) {
        let at_s = self.held.span_s + after_s;
        let at_c = self.felt.rack_c[one.rack as usize];
        let energy_j = |mix: u32| {
            let mix = mix as usize;
            self.held.sum(mix, self.lines[mix].power, at_s).at(at_c)
        };
        let more_j = energy_j(one.from) - energy_j(one.to);
        if more_j != 0.0 {
            self.held.moved_j.push((one.rack, more_j));
        }
    }

    /// The moves of a step that does not belong to the interval any more: up to its start, racks were what they come from.
    pub(in crate::facility) fn keep_begun(&mut self) {
        for at in 0..self.moves.all.len() {
            self.keep_move(self.moves.all[at], 0.0);
        }
    }

    /// Ends the interval: writes the mean power of each rack over it.
    pub(in crate::facility) fn end_interval(&mut self, racks: &mut Racks) {
        let span_s = self.held.span_s;
        for mix in 0..self.held.mixes.len() {
            let sum = self.held.sum(mix, self.lines[mix].power, span_s);
            self.held.mixes[mix] = (sum.times(1.0 / span_s), span_s);
        }
        vector::widest(Spans {
            spans: self.spans.as_slice(),
            lines: &self.held.mixes,
            at_c: &self.felt.rack_c,
            values: &mut racks.power_w,
        });
        for (rack, more_j) in self.held.moved_j.drain(..) {
            racks.power_w[rack as usize] += more_j / span_s;
        }
        self.held.span_s = 0.0;
        self.held.mixes.fill(Default::default());
        self.held.known = false;
    }

    /// Racks that moved in the step: the highest power and the hottest chip of each move.
    pub(in crate::facility) fn moved_racks(&self, into: &mut Vec<MovedRack>) {
        into.clear();
        for one in &self.moves.all {
            let at_c = self.felt.rack_c[one.rack as usize];
            for mix in [one.from, one.to] {
                let lines = self.lines[mix as usize];
                into.push(MovedRack {
                    rack: one.rack,
                    power_w: lines.power.at(at_c),
                    chip_c: lines.chip.at(at_c),
                });
            }
        }
    }
}
