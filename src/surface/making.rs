//! Makes a surface: years of one load each, lived through by the engine, and a year of varying load that judges them.

use std::f64::consts::TAU;
use std::sync::Arc;

use rand::RngExt as _;

use super::accuracy::{Accuracy, Deviation, compare};
use super::columns::{Details, MAKEUP, Uses, between, cooling_w, details, uses};
use super::loads::{Axis, Loads, Places};
use super::{Surface, Table};
use crate::facility::{AuditError, Facility, Level};
use crate::heat_rejection::Outdoors;
use crate::random;
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;
use crate::weather::Weather;

/// Hours before anything counts: tanks and rooms have forgotten how they began.
const SETTLING_H: usize = 48;
/// Loads that are asked in any case: fewer might agree by chance.
const LEAST_NODES: usize = 5;
/// Loads that are asked at the most: each costs a year.
const MOST_NODES: usize = 9;
/// Expected rms error at which no more loads are asked, of the mean cooling power or water.
const GOAL: f64 = 1e-3;

/// A year at one load.
struct Node {
    load: f64,
    uses: Vec<Uses>,
    details: Vec<Details>,
}

struct Making<'a> {
    facility: Facility,
    weather: &'a Weather,
    axis: Axis,
}

impl Surface {
    /// Asks the engine: `facility` with an imposed load of any kind, in its climate, at loads of this range, and judges the surface
    /// by a year under `varying`, a load for each hour, or one of this program's where there is none.
    ///
    /// # Errors
    /// Where the engine does not close a balance.
    pub fn make(
        facility: Facility,
        weather: &Weather,
        loads: Loads,
        varying: Option<&dyn Fn(usize) -> f64>,
    ) -> Result<Self, AuditError> {
        let mut making = Making {
            facility,
            weather,
            axis: loads.axis,
        };
        making.facility.count_no_chips();
        let nodes = making.nodes(loads)?;
        let hours = weather.states().len();
        let mut table = Table {
            loads,
            places: Places::new(nodes.iter().map(|node| node.load).collect()),
            uses: Vec::with_capacity(hours * nodes.len()),
            details: Vec::with_capacity(hours * nodes.len()),
            other_w: making.facility.snapshot().power.other_w,
            hours,
            accuracy: Accuracy {
                loads: nodes.len(),
                hours,
                cooling_w: Deviation::default(),
                makeup_kg_s: Deviation::default(),
                facility_w: Deviation::default(),
                peak: 0.0,
            },
        };
        for hour in 0..hours {
            table.uses.extend(nodes.iter().map(|node| node.uses[hour]));
            let details = nodes.iter().map(|node| node.details[hour]);
            table.details.extend(details);
        }
        let varied: Vec<f64> = match varying {
            Some(varying) => (0..hours).map(varying).collect(),
            None => swinging(loads, hours),
        };
        let mut engine = Vec::with_capacity(hours);
        let level = loads.axis.hourly(varied.clone());
        making.year(level, |snapshot| engine.push(uses(snapshot)))?;
        table.accuracy = compare(&table, &varied, &engine);
        Ok(Self(Arc::new(table)))
    }
}

impl Making<'_> {
    /// Years at as many loads as it takes: the interval that adds most to the expected error is halved.
    fn nodes(&mut self, loads: Loads) -> Result<Vec<Node>, AuditError> {
        let mut nodes = vec![self.at(loads.low)?];
        if loads.high <= loads.low {
            return Ok(nodes);
        }
        // Power below that of idle servers is scaled, above it they work: a bend.
        if loads.axis == Axis::ItPower {
            let idle_w = self.idle_w()?;
            let apart_w = 0.02 * loads.high;
            if idle_w > loads.low + apart_w && idle_w < loads.high - apart_w {
                nodes.push(self.at(idle_w)?);
            }
        }
        nodes.push(self.at(loads.high)?);
        let top = &nodes[nodes.len() - 1];
        let scales = [mean(&top.uses, cooling_w), mean(&top.uses, makeup)];
        // Expected mean square error within each interval; unknown until its middle was asked.
        let mut squares = vec![f64::INFINITY; nodes.len() - 1];
        let range = loads.high - loads.low;
        while nodes.len() < MOST_NODES {
            let share = |index: usize| (nodes[index + 1].load - nodes[index].load) / range;
            let parts = squares
                .iter()
                .enumerate()
                .map(|(index, square)| (index, square * share(index), share(index)));
            let all: f64 = parts.clone().map(|(_, part, _)| part).sum();
            if nodes.len() >= LEAST_NODES && all <= GOAL * GOAL {
                break;
            }
            let order = |a: &(usize, f64, f64), b: &(usize, f64, f64)| {
                (a.1, a.2)
                    .partial_cmp(&(b.1, b.2))
                    .unwrap_or(std::cmp::Ordering::Equal)
            };
            let worst = parts.max_by(order).map_or(0, |(index, ..)| index);
            let middle = self.at(0.5 * (nodes[worst].load + nodes[worst + 1].load))?;
            let square = square_error(&nodes[worst], &nodes[worst + 1], &middle, scales);
            nodes.insert(worst + 1, middle);
            // Halving leaves half of it at a jump, a quarter at a bend: half is taken.
            squares[worst] = 0.25 * square;
            squares.insert(worst + 1, 0.25 * square);
        }
        Ok(nodes)
    }

    fn at(&mut self, load: f64) -> Result<Node, AuditError> {
        let hours = self.weather.states().len();
        let mut node = Node {
            load,
            uses: Vec::with_capacity(hours),
            details: Vec::with_capacity(hours),
        };
        self.year(self.axis.hourly(vec![load]), |snapshot| {
            node.uses.push(uses(snapshot));
            node.details.push(details(snapshot));
        })?;
        Ok(node)
    }

    /// IT power with every server idle, W, in the hours that a year begins with.
    fn idle_w(&mut self) -> Result<f64, AuditError> {
        let mut idle_w = 0.0;
        self.facility.set_level(Level::Constant(0.0));
        for step in 0..SETTLING_H {
            idle_w = self.step(step)?.power.it_w;
        }
        Ok(idle_w)
    }

    /// A year under a level, hour by hour, after some hours of the year's end.
    fn year(&mut self, level: Level, mut see: impl FnMut(&Snapshot)) -> Result<(), AuditError> {
        self.facility.set_level(level);
        let hours = self.weather.states().len();
        for step in hours - SETTLING_H..hours {
            self.step(step)?;
        }
        for step in 0..hours {
            see(self.step(step)?);
        }
        Ok(())
    }

    fn step(&mut self, hour: usize) -> Result<&Snapshot, AuditError> {
        let middle = hour as f64 + 0.5;
        let outdoors = Outdoors {
            air: self.weather.at(middle),
            hour_of_year: middle,
        };
        self.facility.step(&outdoors, hour as f64 * HOUR_S, HOUR_S)
    }
}

fn makeup(uses: &Uses) -> f64 {
    uses[MAKEUP]
}

fn mean(uses: &[Uses], of: fn(&Uses) -> f64) -> f64 {
    uses.iter().map(of).sum::<f64>() / uses.len() as f64
}

/// Mean square of what the middle is missed by from its neighbours, of cooling power or water: the larger, relative to `scales`.
fn square_error(low: &Node, high: &Node, middle: &Node, scales: [f64; 2]) -> f64 {
    let share = (middle.load - low.load) / (high.load - low.load);
    let mut squares = [0.0; 2];
    for ((low, high), exact) in low.uses.iter().zip(&high.uses).zip(&middle.uses) {
        let guess = between(low, high, share);
        for (square, of) in squares.iter_mut().zip([cooling_w, makeup]) {
            *square += (of(&guess) - of(exact)).powi(2);
        }
    }
    let relative = squares.into_iter().zip(scales).map(|(square, scale)| {
        let all = square / middle.uses.len() as f64;
        if scale > 0.0 {
            all / (scale * scale)
        } else {
            0.0
        }
    });
    relative.fold(0.0, f64::max)
}

/// A load that swings with the day and wanders over days, over most of the range.
fn swinging(loads: Loads, hours: usize) -> Vec<f64> {
    let mut rng = random::stream(0, "surface.load");
    let mut wander = 0.0_f64;
    let hourly = (0..hours).map(|hour| {
        let noise: f64 = rng.random_range(-1.0..1.0);
        wander = 0.98 * wander + 0.08 * noise;
        let day = (TAU * (hour as f64 - 9.0) / 24.0).sin();
        let share = (0.5 + 0.25 * day + wander).clamp(0.0, 1.0);
        loads.low + (loads.high - loads.low) * share
    });
    hourly.collect()
}
