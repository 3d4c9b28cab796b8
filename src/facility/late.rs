//! What cooling drew while temperatures were held, and the meter has not shown yet.
//!
//! ```text
//! owed   += (drawn − drawn as solved before)·span      when an interval held is solved, use by use, water too
//! shown   = drawn as last solved + owed/max(15 min, dt)           use by use between the least and the most of the last solutions
//! ```
//!
//! So what is shown never makes a peak that was not drawn; what finds no room is shown later, or cancels with what is owed the other way.
//!
//! Held intervals are short where load and weather move quickly and long where they move slowly: mornings warm faster than nights cool.
//! Without this, what a solution draws would count for longer while it falls than while it rises, 0.05 % of a year's cooling too much.

use super::audit::{Audit, AuditError};
use super::beside::ItRooms;
use super::power::Source;
use super::water::Circuit;
use super::{Facility, Hall};
use crate::physics::water::Water;

/// What is owed is shown over this, s.
const SHOWN_OVER_S: f64 = 900.0;

/// Share of the energy for cooling that may be owed for long.
const MOST_LATE: f64 = 1e-4;

/// What cooling draws and carries, of a circuit or of all that is in halls and rooms; W, or J where it is owed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Drawn {
    pub(super) chillers_w: f64,
    /// Of towers, dry coolers and condensers.
    pub(super) fans_w: f64,
    pub(super) pumps_w: f64,
    pub(super) heaters_w: f64,
    pub(super) hall_fans_w: f64,
    pub(super) cdu_pumps_w: f64,
    /// Of a plant: all heat, that without a compressor, that for use elsewhere.
    pub(super) heat_w: f64,
    pub(super) free_w: f64,
    pub(super) reused_w: f64,
    pub(super) water: Water,
}

impl Drawn {
    fn of_circuit(circuit: &Circuit) -> Self {
        let cooled = &circuit.cooled;
        let rejected = &cooled.rejected;
        Self {
            chillers_w: rejected.chillers_w,
            fans_w: rejected.fans_w,
            pumps_w: cooled.flow.pump_w + rejected.pumps_w,
            heaters_w: rejected.heaters_w,
            heat_w: cooled.supply.plant_w,
            free_w: rejected.free_w,
            reused_w: rejected.reused_w,
            water: rejected.water,
            ..Self::default()
        }
    }

    fn indoors(halls: &[Hall], rooms: &ItRooms) -> Self {
        let rooms_w = Self {
            chillers_w: rooms.sum_w(|room| room.compressors_w),
            fans_w: rooms.sum_w(|room| room.condenser_fans_w),
            hall_fans_w: rooms.sum_w(|room| room.fans_w),
            ..Self::default()
        };
        halls.iter().fold(rooms_w, |sum, hall| Self {
            hall_fans_w: sum.hall_fans_w + hall.output.hall_fans_w,
            cdu_pumps_w: sum.cdu_pumps_w + hall.output.cdu_pumps_w,
            water: sum.water.plus(hall.output.water),
            ..sum
        })
    }

    /// This and `times` the other.
    fn plus(&self, other: &Self, times: f64) -> Self {
        Self {
            chillers_w: self.chillers_w + times * other.chillers_w,
            fans_w: self.fans_w + times * other.fans_w,
            pumps_w: self.pumps_w + times * other.pumps_w,
            heaters_w: self.heaters_w + times * other.heaters_w,
            hall_fans_w: self.hall_fans_w + times * other.hall_fans_w,
            cdu_pumps_w: self.cdu_pumps_w + times * other.cdu_pumps_w,
            heat_w: self.heat_w + times * other.heat_w,
            free_w: self.free_w + times * other.free_w,
            reused_w: self.reused_w + times * other.reused_w,
            water: self.water.plus(other.water.times(times)),
        }
    }

    /// What to show of this, owed, beside what is drawn `now`: `share` of it, as far as each use stays between the least and the most of
    /// `now` and the solutions `before`; of water all flows alike, so that they still balance.
    fn shown(&self, now: &Self, before: [&Self; 2], share: f64) -> Self {
        let of_use = |use_of: fn(&Self) -> f64| {
            let now_w = use_of(now);
            let (mut low_w, mut high_w) = (now_w, now_w);
            for one in before {
                low_w = low_w.min(use_of(one));
                high_w = high_w.max(use_of(one));
            }
            (use_of(self) * share).clamp(low_w - now_w, high_w - now_w)
        };
        let flows: [fn(&Self) -> f64; 6] = [
            |drawn| drawn.water.evaporation_kg_s,
            |drawn| drawn.water.drift_kg_s,
            |drawn| drawn.water.blowdown_kg_s,
            |drawn| drawn.water.makeup_kg_s,
            |drawn| drawn.water.from_basin_kg_s,
            |drawn| drawn.water.once_through_kg_s,
        ];
        let of_water = flows.into_iter().fold(share, |share, flow| {
            let owed = flow(self);
            if owed == 0.0 {
                share
            } else {
                share.min(of_use(flow) / owed)
            }
        });
        let shown = Self {
            chillers_w: of_use(|drawn| drawn.chillers_w),
            fans_w: of_use(|drawn| drawn.fans_w),
            pumps_w: of_use(|drawn| drawn.pumps_w),
            heaters_w: of_use(|drawn| drawn.heaters_w),
            hall_fans_w: of_use(|drawn| drawn.hall_fans_w),
            cdu_pumps_w: of_use(|drawn| drawn.cdu_pumps_w),
            heat_w: of_use(|drawn| drawn.heat_w),
            free_w: of_use(|drawn| drawn.free_w),
            reused_w: of_use(|drawn| drawn.reused_w),
            water: self.water.times(of_water),
        };
        // Uses that were highest at different times make no peak together.
        let now_w = now.electric_w();
        let room_w = before
            .into_iter()
            .fold(now_w, |high_w, one| high_w.max(one.electric_w()))
            - now_w;
        let more_w = shown.electric_w();
        let share = if more_w > room_w {
            room_w / more_w
        } else {
            1.0
        };
        Self::default().plus(&shown, share)
    }

    pub(super) fn electric_w(&self) -> f64 {
        self.chillers_w
            + self.fans_w
            + self.pumps_w
            + self.heaters_w
            + self.hall_fans_w
            + self.cdu_pumps_w
    }
}

/// What is owed, and what of it this step shows.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// By circuit, and last all that is in halls and rooms, J and kg.
    owed: Vec<Drawn>,
    /// The same, what was solved last, and before that, W and kg/s.
    solved: Vec<Drawn>,
    before: Vec<Drawn>,
    /// The same, beside what is drawn in this step, W and kg/s.
    shown: Vec<Drawn>,
    /// Of all of them.
    sum: Drawn,
    /// It holds until something is solved.
    current: bool,
    /// Power for cooling over time, as solved and as shown, J.
    solved_j: f64,
    shown_j: f64,
    most_w: f64,
}

impl Late {
    pub(super) fn new(circuits: usize) -> Self {
        let none = vec![Drawn::default(); circuits + 1];
        Self {
            owed: none.clone(),
            solved: none.clone(),
            before: none.clone(),
            shown: none,
            ..Self::default()
        }
    }

    /// By how much cooling moved between the last two solutions, W.
    pub(super) fn moved_w(&self) -> f64 {
        let pairs = self.solved.iter().zip(&self.before);
        pairs
            .map(|(now, before)| (now.electric_w() - before.electric_w()).abs())
            .sum()
    }

    /// Of a circuit in this step.
    pub(super) fn of_circuit(&self, index: usize) -> &Drawn {
        &self.shown[index]
    }

    /// Of all circuits, halls and rooms in this step.
    pub(super) fn sum(&self) -> &Drawn {
        &self.sum
    }
}

impl Facility {
    fn drawn(&self, index: usize) -> Drawn {
        match self.circuits.get(index) {
            Some(circuit) => Drawn::of_circuit(circuit),
            None => Drawn::indoors(&self.halls, &self.it_rooms),
        }
    }

    /// The same in a step that is held: as in the step before, while nothing was solved between: an interval is no longer than what is owed is shown over.
    pub(super) fn show_late_held(&mut self) {
        if !self.late.current {
            self.show_late();
            self.late.current = true;
        }
    }

    /// What this step shows of what is owed, beside what is drawn now. Nothing while the grid is gone.
    pub(super) fn show_late(&mut self) {
        let share = match self.on_site.source {
            Source::Grid => 1.0 / SHOWN_OVER_S.max(self.snapshot.dt_s),
            _ => 0.0,
        };
        for index in 0..self.late.owed.len() {
            let owed = self.late.owed[index];
            let shown = if owed == Drawn::default() || share == 0.0 {
                Drawn::default()
            } else {
                let before = [&self.late.before[index], &self.late.solved[index]];
                owed.shown(&self.drawn(index), before, share)
            };
            self.late.shown[index] = shown;
        }
        let all = self.late.shown.iter();
        self.late.sum = all.fold(Drawn::default(), |sum, one| sum.plus(one, 1.0));
    }

    /// Solved over `span_s` that the meter has shown at what was solved before, or shows now.
    pub(super) fn drawn_over(&mut self, span_s: f64, held: bool) {
        self.late.current = false;
        for index in 0..self.late.owed.len() {
            let drawn = self.drawn(index);
            let late = &mut self.late;
            if held {
                let more = drawn.plus(&late.solved[index], -1.0);
                late.owed[index] = late.owed[index].plus(&more, span_s);
            }
            late.before[index] = std::mem::replace(&mut late.solved[index], drawn);
            late.solved_j += drawn.electric_w() * span_s;
        }
    }

    /// The step has shown it; and over a run the meter shows for cooling what cooling drew, but for what it has not shown yet.
    pub(super) fn audit_late(&mut self, audit: &Audit, dt_s: f64) -> Result<(), AuditError> {
        let cooling_w = self.snapshot.power.cooling_w();
        let late = &mut self.late;
        for (owed, shown) in late.owed.iter_mut().zip(&late.shown) {
            if *shown != Drawn::default() {
                *owed = owed.plus(shown, -dt_s);
            }
        }
        late.shown_j += cooling_w * dt_s;
        late.most_w = late.most_w.max(cooling_w);
        let (solved_j, shown_j) = (late.solved_j, late.shown_j);
        // An interval that is not solved yet, and two of what is owed.
        let allowed_j = 3.0 * SHOWN_OVER_S.max(dt_s) * late.most_w + MOST_LATE * solved_j;
        if (solved_j - shown_j).abs() <= allowed_j {
            return Ok(());
        }
        audit.balance(
            || "the cooling shown while temperatures are held".into(),
            solved_j,
            shown_j,
            0.0,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(chillers_w: f64, fans_w: f64, evaporation_kg_s: f64) -> Drawn {
        Drawn {
            chillers_w,
            fans_w,
            water: Water {
                evaporation_kg_s,
                makeup_kg_s: evaporation_kg_s,
                ..Water::default()
            },
            ..Drawn::default()
        }
    }

    /// By hand: 9 kJ of chillers owed are 10 W over 15 minutes, and may be shown since 120 W were drawn before; 9 kJ of fans too many
    /// would be 10 W less, but they never drew less than 4 W below what they draw now; 1.8 kg of water too much are 2 g/s less,
    /// but only 1 g/s less flowed.
    #[test]
    fn what_is_owed_is_shown_between_what_was_drawn() {
        let owed = drawn(9000.0, -9000.0, -1.8);
        let (before, between) = (drawn(120.0, 6.0, 2e-3), drawn(100.0, 7.0, 3e-3));
        let now = drawn(100.0, 10.0, 3e-3);
        let shown = owed.shown(&now, [&before, &between], 1.0 / SHOWN_OVER_S);
        assert!((shown.chillers_w - 10.0).abs() < 1e-12);
        assert!((shown.fans_w + 4.0).abs() < 1e-12);
        assert!((shown.water.makeup_kg_s + 1e-3).abs() < 1e-15);
        assert!((shown.water.evaporation_kg_s + 1e-3).abs() < 1e-15);
        // Nothing was drawn but what is drawn now: all of it waits.
        assert_eq!(owed.shown(&now, [&now, &now], 1.0), Drawn::default());
    }
}
