//! Energy of the GPUs that jobs hold, server by server, for who asks when a job begins or ends.
//!
//! ```text
//! H = ∫h·dt            h = a + b·T_felt      power of one held GPU at the inlets; a, b: the line of the server's point
//! H = H_0 + a·t + b·∫T_felt·dt               t: time since lines changed last
//! H_0 += (a·t + b·∫T)_from − (a·t + b·∫T)_to     where the server goes from one point to another
//! H_0 += a·t + b·∫T,    t = ∫T = 0               where lines change; of a rack at once, where all of it is on one point
//! ```
//!
//! Everything is counted twice: over time, and over time times what the site draws over what its servers do. Lines change with the
//! quarter kelvins between which they are read, or the cap: only then every server is looked at. Servers of services have no line: their
//! energy is a sum over mixes.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use std::ops::Range;

use super::Fleet;
use super::operating_point::OperatingPoint;
use crate::facility::servers::interpolate::Linear;
use crate::scheduler::{JobEnergy, Load};
use crate::vector::{self, Simd};

/// Time, or temperature over time: plain, and times the ratio of the site.
type Twice = [f64; 2];

/// Neighbouring servers that go from one point to another.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// Share of the step before it.
    share: f64,
    first: u32,
    end: u32,
    from: u32,
    to: u32,
}

/// What the servers of a hall drew for each held GPU.
#[derive(Debug, Default)]
pub(super) struct Meter {
    on: bool,
    /// By server: the point up to the last turn noted, and up to the last one counted.
    noted: Vec<u32>,
    counted: Vec<u32>,
    /// Turns of the step, and how many are counted.
    turns: Vec<Turn>,
    done: usize,
    /// By server and by rack: `H_0` is the sum of both, J.
    base_j: Vec<Twice>,
    rack_j: Vec<Twice>,
    /// By rack: all its servers are on one point, of those counted.
    alike: Vec<bool>,
    /// By rack: ∫T·dt of the felt coolant since lines changed, up to `pending_s` ago, K·s.
    warmth: [Vec<f64>; 2],
    pending_s: Twice,
    /// Since lines changed.
    span_s: Twice,
    /// Range of the coolant and cap for which the lines hold, and the number of their change; 0 before the first.
    lines_for: [f64; 3],
    round: u64,
}

impl Meter {
    /// Racks begin to feel another coolant than `felt_c`.
    pub(super) fn turn_coolant(&mut self, felt_c: &[f64]) {
        if self.pending_s == [0.0; 2] {
            return;
        }
        vector::widest(Warm {
            warmth: &mut self.warmth,
            felt_c,
            over_s: std::mem::take(&mut self.pending_s),
        });
    }

    /// Notes what the servers from `first` on do now, `share` of the step after its start.
    pub(super) fn note(&mut self, first: usize, points: &[u32], share: f64) {
        if !self.on {
            return;
        }
        let noted = self.noted[first..].iter_mut().zip(points);
        for (server, (noted, &to)) in (first as u32..).zip(noted) {
            if *noted == to {
                continue;
            }
            let from = std::mem::replace(noted, to);
            match self.turns.last_mut() {
                Some(last) if last.goes_on(server, share, (from, to)) => last.end += 1,
                _ => self.turns.push(Turn {
                    share,
                    first: server,
                    end: server + 1,
                    from,
                    to,
                }),
            }
        }
    }
}

/// The loop over all racks that have felt something for some time.
struct Warm<'a> {
    warmth: &'a mut [Vec<f64>; 2],
    felt_c: &'a [f64],
    over_s: Twice,
}

impl vector::WithSimd for Warm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (warmth, over_s) in self.warmth.iter_mut().zip(self.over_s) {
            for (warmth, at_c) in warmth.iter_mut().zip(self.felt_c) {
                *warmth += at_c * over_s;
            }
        }
    }
}

impl Turn {
    fn goes_on(&self, server: u32, share: f64, (from, to): (u32, u32)) -> bool {
        self.end == server && self.share == share && (self.from, self.to) == (from, to)
    }
}

impl Fleet {
    /// Counts from now on; call it before the first step.
    pub(in crate::facility) fn meter(&mut self) {
        let meter = &mut self.meter;
        meter.on = true;
        meter.noted.clone_from(&self.server_point);
        meter.counted.clone_from(&self.server_point);
        meter.base_j = vec![[0.0; 2]; self.server_point.len()];
        meter.rack_j = vec![[0.0; 2]; self.rack_mix.len()];
        meter.alike = vec![true; self.rack_mix.len()];
        meter.warmth = [(); 2].map(|()| vec![0.0; self.rack_mix.len()]);
    }

    pub(in crate::facility) fn is_metered(&self) -> bool {
        self.meter.on
    }

    /// Share of the step before a moment in it.
    pub(in crate::facility) fn share(&self, at_s: f64) -> f64 {
        self.moves.share(at_s)
    }

    /// The step is solved, and nothing of it counted yet: lines that changed are turned.
    pub(in crate::facility) fn begin_counting(&mut self) {
        let lines_for = [self.range_c.0, self.range_c.1, self.cap];
        if self.meter.round > 0 && self.meter.lines_for == lines_for {
            return;
        }
        if self.meter.round > 0 {
            self.turn_lines();
        }
        self.meter.lines_for = lines_for;
        self.meter.round += 1;
        for at in 0..self.used.len() {
            self.read_line(self.used[at]);
        }
    }

    /// Lines are about to change: every server's energy up to now.
    fn turn_lines(&mut self) {
        let meter = &mut self.meter;
        meter.turn_coolant(&self.felt.rack_c);
        let span_s = std::mem::take(&mut meter.span_s);
        let mut last = (u32::MAX, Linear::default());
        let mut line = |point: u32| {
            if point != last.0 {
                last = (point, self.points.get(point).metered.1);
            }
            last.1
        };
        let racks = meter.counted.chunks(self.servers_per_rack).enumerate();
        for (rack, points) in racks {
            let warmth = [0, 1].map(|way| meter.warmth[way][rack]);
            if meter.alike[rack] {
                let more_j = over(line(points[0]), span_s, warmth);
                meter.rack_j[rack] = plus(meter.rack_j[rack], more_j, 1.0);
                continue;
            }
            let base_j = &mut meter.base_j[rack * self.servers_per_rack..];
            for (&point, base_j) in points.iter().zip(base_j) {
                *base_j = plus(*base_j, over(line(point), span_s, warmth), 1.0);
            }
        }
        for warmth in &mut meter.warmth {
            warmth.fill(0.0);
        }
    }

    /// The line of a point, for as long as lines do not change.
    fn read_line(&mut self, point: u32) -> Linear {
        let (round, range_c) = (self.meter.round, self.range_c);
        let point = self.points.get_mut(point);
        if point.metered.0 != round {
            point.metered = (round, point.held_line(range_c));
        }
        point.metered.1
    }

    /// Energy since the start of `gpus` on each of some servers of the hall, up to `share` of a step of `step_s` that is solved.
    pub(in crate::facility) fn count(
        &mut self,
        servers: Range<u32>,
        gpus: u32,
        (share, step_s): (f64, Twice),
    ) -> JobEnergy {
        self.count_turns(share, step_s);
        self.counted(servers, gpus, step_s.map(|s| s * share))
    }

    /// The same `passed_s` after what is counted.
    pub(in crate::facility) fn counted(
        &self,
        servers: Range<u32>,
        gpus: u32,
        passed_s: Twice,
    ) -> JobEnergy {
        let meter = &self.meter;
        let mut sum_j = [0.0; 2];
        let (mut last, mut line_j) = ((u32::MAX, u32::MAX), [0.0; 2]);
        for server in servers {
            let of = (self.rack_of(server), meter.counted[server as usize]);
            if of != last {
                let (span_s, warmth) = self.passed(of.0, passed_s);
                line_j = over(self.points.get(of.1).metered.1, span_s, warmth);
                line_j = plus(line_j, meter.rack_j[of.0 as usize], 1.0);
                last = of;
            }
            sum_j = plus(sum_j, meter.base_j[server as usize], 1.0);
            sum_j = plus(sum_j, line_j, 1.0);
        }
        let [it_j, facility_j] = sum_j.map(|sum_j| sum_j * f64::from(gpus));
        JobEnergy { it_j, facility_j }
    }

    /// Time since lines changed, and a rack's ∫T over it, `passed_s` after what is counted.
    fn passed(&self, rack: u32, passed_s: Twice) -> (Twice, Twice) {
        let meter = &self.meter;
        let rack = rack as usize;
        // Before the first step nothing is felt, and nothing is pending.
        let at_c = self.felt.rack_c.get(rack).copied().unwrap_or(0.0);
        let unread_s = plus(meter.pending_s, passed_s, 1.0);
        let warmth = plus([0, 1].map(|way| meter.warmth[way][rack]), unread_s, at_c);
        (plus(meter.span_s, passed_s, 1.0), warmth)
    }

    /// Counts the turns up to `share` of the step.
    fn count_turns(&mut self, share: f64, step_s: Twice) {
        while let Some(&turn) = self.meter.turns.get(self.meter.done)
            && turn.share <= share
        {
            self.meter.done += 1;
            let (from, to) = (
                self.points.get(turn.from).metered.1,
                self.read_line(turn.to),
            );
            let less = from.plus(to, -1.0);
            let passed_s = step_s.map(|s| s * turn.share);
            let racks = self.rack_of(turn.first)..=self.rack_of(turn.end - 1);
            for rack in racks {
                let (span_s, warmth) = self.passed(rack, passed_s);
                let less_j = over(less, span_s, warmth);
                let first = rack as usize * self.servers_per_rack;
                let all = first..first + self.servers_per_rack;
                let turned = all.start.max(turn.first as usize)..all.end.min(turn.end as usize);
                let meter = &mut self.meter;
                for base_j in &mut meter.base_j[turned.clone()] {
                    *base_j = plus(*base_j, less_j, 1.0);
                }
                meter.counted[turned].fill(turn.to);
                let mut others = meter.counted[all].iter();
                meter.alike[rack as usize] = others.all(|point| *point == turn.to);
            }
        }
    }

    /// The step is over.
    pub(in crate::facility) fn end_counting(&mut self, step_s: Twice) {
        self.count_turns(1.0, step_s);
        let meter = &mut self.meter;
        meter.turns.clear();
        meter.done = 0;
        meter.span_s = plus(meter.span_s, step_s, 1.0);
        meter.pending_s = plus(meter.pending_s, step_s, 1.0);
    }
}

impl OperatingPoint {
    /// Power of one held GPU over the coolant; nothing where services hold them.
    fn held_line(&self, (low_c, high_c): (f64, f64)) -> Linear {
        if self.busy == 0 || matches!(self.load, Load::Service(_)) {
            return Linear::default();
        }
        let per_gpu = 1.0 / f64::from(self.busy);
        let (low_w, high_w) = (self.low.held_w * per_gpu, self.high.held_w * per_gpu);
        Linear::through(low_c, low_w, (high_w - low_w) / (high_c - low_c))
    }
}

/// Energy on a line.
fn over(line: Linear, span_s: Twice, warmth: Twice) -> Twice {
    [0, 1].map(|way| line.over(span_s[way], warmth[way]))
}

fn plus(one: Twice, other: Twice, times: f64) -> Twice {
    [0, 1].map(|way| one[way] + times * other[way])
}

#[cfg(test)]
mod tests;
