//! Two clocks: work, IT power and the meter step by step, temperatures and plant when something has moved enough to matter.
//!
//! ```text
//! held while    |P_IT − P_IT,solved| ≤ ε·P_IT,solved in every hall        |T − T_solved| ≤ ε·50 K, dry and wet bulb outdoors
//!               coolant and water move by less than ε·20 K, and cooling by less than ε of the site, until they are solved; at most 15 min
//!               and nothing is out, throttled, capped, above its limit or setpoint, or commanded
//! solved        over the whole interval, with its mean heat and mean outdoor air: masses move exactly for constant heat
//! meter         cooling draws meanwhile what the last solution drew; the difference is shown later, see `late`
//! ```
//!
//! ε is `run.tolerance`; with 0 every step is solved. What a solution draws is shown one interval late, and no energy is lost by it. Where an
//! interval ends early, because IT jumps, it is solved up to the step, and then the step by itself: so a jump is cooled in the step in
//! which it happens.

use super::audit::{Audit, AuditError};
use super::power::Source;
use super::servers::Totals;
use super::water::Circuit;
use super::{Facility, PowerTarget};
use crate::heat_rejection::Outdoors;
use crate::physics::psychrometrics::MoistAir;

/// Temperatures are solved at the latest after this, s.
const LONGEST_S: f64 = 900.0;
/// Outdoors, for a tolerance of 1, K.
const WEATHER_K: f64 = 50.0;
/// The coolant of a hall, for a tolerance of 1, K.
const COOLANT_K: f64 = 20.0;

/// The clock of temperatures and plant.
pub(super) struct Held {
    /// Share of the IT power that may move.
    tolerance: f64,
    /// Steps held since temperatures were solved, s.
    span_s: f64,
    /// Outdoor air over those steps: dry bulb, wet bulb, humidity ratio, pressure.
    outside_s: [f64; 4],
    /// Outdoor air when they were solved.
    solved_at: MoistAir,
    /// Length of the interval solved last, s; 0 before the first.
    solved_s: f64,
    /// How long coolant, water and cooling may be left as they are, s.
    steady_s: f64,
    /// Length of the interval that ended at the start of this step, s.
    past_s: f64,
    /// The coolant was solved, and not yet read.
    pub(super) unread: bool,
    /// Power imposed on the servers when they were solved, W.
    imposed_w: Option<f64>,
    /// Something was commanded, went out, or came back.
    disturbed: bool,
    /// Season of the last step, see `Outdoors`.
    pub(super) hour_of_year: f64,
    /// A balance that did not close between two steps.
    failed: Option<AuditError>,
}

/// A hall since temperatures were solved.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HeldHall {
    /// Sums over time of its servers.
    totals_s: Totals,
    /// Of the heat of distribution, J.
    room_j: f64,
    /// Its IT when they were solved, W.
    pub(super) solved_w: f64,
}

impl Held {
    pub(super) fn new(tolerance: f64) -> Self {
        Self {
            tolerance,
            span_s: 0.0,
            outside_s: [0.0; 4],
            solved_at: MoistAir::default(),
            solved_s: 0.0,
            steady_s: 0.0,
            past_s: 0.0,
            unread: true,
            imposed_w: None,
            disturbed: false,
            hour_of_year: 0.0,
            failed: None,
        }
    }

    /// Has the next step solved.
    pub(super) fn disturb(&mut self) {
        self.disturbed = true;
    }

    fn mean_outside(&self) -> MoistAir {
        let [dry_bulb_c, wet_bulb_c, humidity_ratio, pressure_pa] =
            self.outside_s.map(|sum| sum / self.span_s);
        MoistAir {
            dry_bulb_c,
            wet_bulb_c,
            humidity_ratio,
            pressure_pa,
        }
    }

    fn add(&mut self, outside: &MoistAir, dt_s: f64) {
        let now = [
            outside.dry_bulb_c,
            outside.wet_bulb_c,
            outside.humidity_ratio,
            outside.pressure_pa,
        ];
        for (sum, value) in self.outside_s.iter_mut().zip(now) {
            *sum += value * dt_s;
        }
        self.span_s += dt_s;
    }
}

impl Facility {
    /// Has the next step solved, whatever moved.
    pub fn solve_next(&mut self) {
        self.held.disturb();
    }

    /// Ends the interval before something else holds from the next step on.
    pub(super) fn before_change(&mut self) {
        let ended = self.end_interval();
        self.held.failed = self.held.failed.take().or(ended.err());
        self.solve_next();
    }

    /// Coolant as the last solution left it, for the racks to meet.
    pub(super) fn read_coolant(&mut self, dt_s: f64) {
        if !std::mem::take(&mut self.held.unread) {
            return;
        }
        let passed_s = if self.held.solved_s > 0.0 {
            self.held.solved_s
        } else {
            dt_s
        };
        let mut moved_k = 0.0_f64;
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            let (low_c, high_c) = hall.range_c;
            hall.range_c = hall.cooling.rack_coolant_c(&mut shown.racks.coolant_c);
            moved_k = moved_k.max((hall.range_c.0 - low_c).abs());
            moved_k = moved_k.max((hall.range_c.1 - high_c).abs());
            hall.fleet.feel(&shown.racks, hall.cooling.film(), passed_s);
        }
        let steady_s = self.held.tolerance * COOLANT_K * passed_s / moved_k;
        self.held.steady_s = self.held.steady_s.min(steady_s);
    }

    /// Whether a step may be made at the temperatures there are, before its work is known.
    fn may_hold(&self, outside: &MoistAir, dt_s: f64) -> bool {
        let held = &self.held;
        let near = |a: f64, b: f64| (a - b).abs() <= held.tolerance * WEATHER_K;
        held.tolerance > 0.0
            && !held.disturbed
            && held.solved_s > 0.0
            && held.span_s + dt_s <= LONGEST_S.min(held.steady_s) * (1.0 + 1e-9)
            && 2.0 * dt_s <= LONGEST_S
            && near(outside.dry_bulb_c, held.solved_at.dry_bulb_c)
            && near(outside.wet_bulb_c, held.solved_at.wet_bulb_c)
            && self.everything_runs
            && self.on_site.source == Source::Grid
            && self.on_site.cap >= 1.0
            && self.may_hold_imposed()
            && self.circuits.iter().all(Circuit::holds_setpoint)
            && self.halls.iter().all(|hall| !hall.fleet.slows())
            && self
                .snapshot
                .halls
                .iter()
                .all(|hall| hall.racks_above_limit == 0)
    }

    /// A load that is imposed is found by solving: held while it stays as it is, at the IT inlets.
    fn may_hold_imposed(&self) -> bool {
        match self.work.power_target() {
            None => true,
            Some(PowerTarget::It(it_w)) => self.held.imposed_w == Some(it_w),
            Some(PowerTarget::Site(_)) => false,
        }
    }

    /// Makes the step at the temperatures there are, where it may be; false where it must be solved.
    pub(super) fn hold(&mut self, outside: &MoistAir, dt_s: f64) -> bool {
        if !self.may_hold(outside, dt_s) {
            return false;
        }
        if self.held.imposed_w.is_none() && !self.hold_servers() {
            return false;
        }
        let it = self.share_room_heat();
        self.show_late_held();
        self.add_up(it);
        if self.on_site.is_limited() {
            let most_w = self.on_site.most_w(dt_s);
            if self.snapshot.power.facility_w > most_w * (1.0 - self.held.tolerance) {
                return false;
            }
        }
        true
    }

    /// Servers at the coolant there is; false where they draw another power than may be held, or some are slowed down.
    fn hold_servers(&mut self) -> bool {
        let mains = self.has_mains();
        let services = self.work.service_loads();
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.fleet.cap = 1.0;
            let totals = hall.fleet.hold(&mut shown.racks, services);
            hall.take(totals, mains);
            let moved_w = (hall.totals.it_w() - hall.held.solved_w).abs();
            if moved_w > self.held.tolerance * hall.held.solved_w || hall.fleet.slows() {
                return false;
            }
        }
        true
    }

    /// The step just made at held temperatures belongs to the interval; solves it where it is long enough.
    pub(super) fn keep_held(&mut self, outside: &MoistAir, dt_s: f64) -> Result<(), AuditError> {
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            shown.racks_s = 0.0;
            if self.held.imposed_w.is_none() {
                hall.fleet.keep_step(dt_s);
            }
            hall.held.totals_s.plus(&hall.totals, dt_s);
            hall.held.room_j += hall.room_w * dt_s;
        }
        self.held.add(outside, dt_s);
        let longest_s = LONGEST_S.min(self.held.steady_s);
        if self.held.span_s + dt_s > longest_s * (1.0 + 1e-9) {
            self.end_interval()?;
            let past_s = std::mem::take(&mut self.held.past_s);
            for shown in &mut self.snapshot.halls {
                shown.racks_s = past_s;
            }
        }
        Ok(())
    }

    /// Solves temperatures and plant over the steps held, up to the start of this one.
    pub(super) fn end_interval(&mut self) -> Result<(), AuditError> {
        if let Some(failed) = self.held.failed.take() {
            return Err(failed);
        }
        let span_s = self.held.span_s;
        if span_s <= 0.0 {
            return Ok(());
        }
        let outdoors = Outdoors {
            air: self.held.mean_outside(),
            hour_of_year: self.held.hour_of_year,
        };
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            if self.held.imposed_w.is_none() {
                hall.fleet.end_interval(&mut shown.racks);
            } else {
                shown.racks.power_w.copy_from_slice(&hall.past_w);
            }
            let max_chip_c = hall.totals.max_chip_c;
            hall.totals = Totals::default();
            hall.totals.plus(&hall.held.totals_s, 1.0 / span_s);
            hall.totals.max_chip_c = max_chip_c;
            hall.room_w = hall.held.room_j / span_s;
        }
        self.decide(&outdoors, span_s);
        self.cool_it_rooms(&outdoors.air);
        self.cool(&outdoors.air, span_s);
        self.commit(span_s);
        self.drawn_over(span_s, true);
        let audit = Audit {
            time_s: self.snapshot.time_s,
        };
        self.audit_heat(&audit)?;
        for (hall, shown) in self.halls.iter_mut().zip(&self.snapshot.halls) {
            hall.past_w.copy_from_slice(&shown.racks.power_w);
        }
        self.held.past_s = span_s;
        self.solved(&outdoors.air, span_s);
        Ok(())
    }

    /// The step just made was solved: racks show their means over it and over the steps held before it.
    pub(super) fn keep_solved(&mut self, outside: &MoistAir, dt_s: f64) {
        let past_s = std::mem::take(&mut self.held.past_s);
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            shown.racks_s = past_s + dt_s;
            if past_s == 0.0 && self.imposed_w.is_none() {
                continue;
            }
            let share = past_s / shown.racks_s;
            let racks = shown.racks.power_w.iter_mut().zip(hall.past_w.iter_mut());
            for (power_w, past_w) in racks {
                let now_w = *power_w;
                *power_w += (*past_w - now_w) * share;
                *past_w = now_w;
            }
        }
        self.solved(outside, dt_s);
    }

    /// Temperatures are solved over an interval that ends now.
    fn solved(&mut self, outside: &MoistAir, span_s: f64) {
        self.held.span_s = 0.0;
        self.held.outside_s = [0.0; 4];
        self.held.solved_s = span_s;
        self.held.solved_at = *outside;
        self.held.imposed_w = self.imposed_w;
        self.held.unread = true;
        self.held.disturbed = false;
        let circuits = self.circuits.iter();
        let moved_k = circuits.fold(0.0, |most_k, circuit| circuit.moved_k.max(most_k));
        let site_w = self.snapshot.power.facility_w;
        let steady_s = (COOLANT_K * span_s / moved_k).min(site_w * span_s / self.late.moved_w());
        self.held.steady_s = self.held.tolerance * steady_s;
        for hall in &mut self.halls {
            hall.held = HeldHall {
                solved_w: hall.totals.it_w(),
                ..HeldHall::default()
            };
        }
    }
}
