//! The energy audit: in every step of every run, what goes into a component comes out or is stored; heat, whenever it is solved.
//!
//! ```text
//! |in − out − stored| ≤ 1e-6·(|in| + |out| + |stored|) + 1e-3 W
//! ```
//!
//! A part in a million is a thousand times the rounding of the longest sums here and a thousandth of the least
//! leak that would change a decision.

use thiserror::Error;

use super::Facility;
use super::beside::Heat;
use super::water::Cooled;
use crate::vector;

/// A component's balance did not close.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "the energy audit failed at {component}, {} into the run: in {input:.3}, out {output:.3}, stored {stored:.3} \
     (W; kg/s for water), so {gap:.3} is missing. This is a fault in coldaisle, not in the scenario: please report \
     it with the scenario file",
    days_and_hours(*.time_s)
)]
pub struct AuditError {
    /// Which component.
    pub component: String,
    /// End of the step, s since the start of the run.
    pub time_s: f64,
    /// Energy in.
    pub input: f64,
    /// Energy out.
    pub output: f64,
    /// Energy stored.
    pub stored: f64,
    /// Imbalance.
    pub gap: f64,
}

fn days_and_hours(time_s: f64) -> String {
    format!(
        "{:.0} d {:.3} h",
        (time_s / 86_400.0).floor(),
        time_s % 86_400.0 / 3600.0
    )
}

/// Relative tolerance.
const TOLERANCE: f64 = 1e-6;
/// Absolute tolerance, W.
const TOLERANCE_W: f64 = 1e-3;

pub(super) struct Audit {
    pub(super) time_s: f64,
}

impl Audit {
    /// Fails, naming the component, unless the balance closes (and is a number).
    pub(super) fn balance(
        &self,
        component: impl FnOnce() -> String,
        input: f64,
        output: f64,
        stored: f64,
    ) -> Result<(), AuditError> {
        let gap = input - output - stored;
        let allowed = TOLERANCE * (input.abs() + output.abs() + stored.abs()) + TOLERANCE_W;
        // Written so that NaN fails.
        if gap.abs() <= allowed {
            return Ok(());
        }
        Err(AuditError {
            component: component(),
            time_s: self.time_s,
            input,
            output,
            stored,
            gap,
        })
    }
}

/// What the heat of a site adds up to, W.
pub(super) struct HeatBalance {
    /// All IT.
    it_w: f64,
    /// Losses of distribution into the halls.
    room_w: f64,
    to_ambient_w: f64,
    stored_w: f64,
}

impl Facility {
    /// Balances halls, rooms and circuits over what was solved last. Each row is put together from what the neighbours
    /// reported, not from the component's own sums.
    pub(super) fn audit_heat(&self, audit: &Audit) -> Result<HeatBalance, AuditError> {
        let (mut to_ambient_w, mut stored_w) = (0.0, 0.0);
        let (mut it_w, mut room_w) = (0.0, 0.0);
        for ((hall, shown), name) in self.halls.iter().zip(&self.snapshot.halls).zip(&self.names) {
            let output = &hall.output;
            let racks_w = vector::total(&shown.racks.power_w);
            audit.balance(
                || format!("IT of hall '{name}'"),
                racks_w,
                hall.totals.racks_w(),
                0.0,
            )?;
            audit.balance(
                || format!("cooling of hall '{name}'"),
                racks_w
                    + hall.totals.other_w
                    + hall.room_w
                    + output.hall_fans_w
                    + output.cdu_pumps_w,
                output.heat_to_water_w + output.heat_to_room_water_w + output.heat_to_ambient_w,
                output.stored_w,
            )?;
            it_w += racks_w + hall.beside.sum_w(|_| true);
            to_ambient_w += hall.beside.sum_w(|part| part.heat == Heat::Outdoors);
            room_w += hall.room_w;
            to_ambient_w += output.heat_to_ambient_w;
            stored_w += output.stored_w;
        }
        to_ambient_w += self.audit_it_rooms(audit)?;
        for (index, circuit) in self.circuits.iter().enumerate() {
            let Cooled {
                supply,
                flow,
                rejected,
                ..
            } = &circuit.cooled;
            let named = |what: &str| match self.circuits.len() {
                1 => what.to_owned(),
                _ => format!("{what} '{}'", circuit.name),
            };
            let heat_w: f64 = circuit
                .users()
                .map(|user| {
                    let output = &self.halls[user.hall].output;
                    let main_w = if user.main {
                        output.heat_to_water_w
                    } else {
                        0.0
                    };
                    let room_w = if user.room {
                        output.heat_to_room_water_w
                    } else {
                        0.0
                    };
                    main_w + room_w
                })
                .sum();
            audit.balance(
                || named("facility water loop"),
                heat_w + self.it_rooms.to_water_w(index) + flow.pump_heat_w,
                supply.plant_w,
                supply.stored_w,
            )?;
            audit.balance(
                || named("heat rejection"),
                supply.plant_w + rejected.electric_w(),
                rejected.heat_to_ambient_w + rejected.reused_w,
                rejected.stored_w,
            )?;
            stored_w += supply.stored_w + rejected.stored_w;
            to_ambient_w += rejected.heat_to_ambient_w + rejected.reused_w;
            to_ambient_w += flow.pump_w - flow.pump_heat_w;
        }
        Ok(HeatBalance {
            it_w,
            room_w,
            to_ambient_w,
            stored_w,
        })
    }

    /// Balances the meter in a step: what it delivered is used or stored.
    pub(super) fn audit_power(&mut self, audit: &Audit, dt_s: f64) -> Result<(), AuditError> {
        let water = &self.snapshot.water;
        audit.balance(
            || "water supply".into(),
            water.makeup_kg_s + water.from_basin_kg_s,
            water.evaporation_kg_s + water.drift_kg_s + water.blowdown_kg_s,
            0.0,
        )?;
        let power = &self.snapshot.power;
        let halls = self.halls.iter();
        let it_w = halls.map(|hall| hall.totals.racks_w() + hall.beside.sum_w(|_| true));
        audit.balance(
            || "electrical chain".into(),
            power.facility_w,
            it_w.sum::<f64>()
                + power.electrical_losses_w
                + power.cooling_w()
                + power.other_w
                + self.supplied.losses_w,
            0.0,
        )?;
        self.audit_supply(audit)?;
        self.audit_late(audit, dt_s)
    }

    /// Balances the site in a step that was solved: what the meter delivered has left as heat or is stored.
    pub(super) fn audit_site(&self, audit: &Audit, heat: &HeatBalance) -> Result<(), AuditError> {
        let power = &self.snapshot.power;
        let losses_w = power.electrical_losses_w + self.supplied.losses_w;
        audit.balance(
            || "IT".into(),
            power.facility_w - power.cooling_w() - losses_w - power.other_w,
            heat.it_w,
            0.0,
        )?;
        let late_w = self.late.sum().electric_w();
        let to_ambient_w = heat.to_ambient_w + power.other_w + losses_w - heat.room_w + late_w;
        audit.balance(
            || "site".into(),
            power.facility_w,
            to_ambient_w,
            heat.stored_w,
        )
    }

    /// Heat of each room beside the halls leaves by water or to the surroundings; returns the latter, W.
    fn audit_it_rooms(&self, audit: &Audit) -> Result<f64, AuditError> {
        let mut to_ambient_w = 0.0;
        for (room, output) in self.it_rooms.outputs().enumerate() {
            audit.balance(
                || "cooling of a room for IT beside the servers".into(),
                self.in_room_w(room)
                    + output.compressors_w
                    + output.condenser_fans_w
                    + output.fans_w,
                output.to_water_w + output.to_ambient_w,
                0.0,
            )?;
            to_ambient_w += output.to_ambient_w;
        }
        Ok(to_ambient_w)
    }

    /// Energy from grid and generation is used or stored.
    fn audit_supply(&self, audit: &Audit) -> Result<(), AuditError> {
        let shown = &self.snapshot.on_site;
        audit.balance(
            || "storage".into(),
            self.supplied.into_storage_w,
            self.supplied.losses_w,
            self.supplied.stored_w,
        )?;
        audit.balance(
            || "power supply".into(),
            shown.grid_w + self.snapshot.power.generation_w,
            self.snapshot.power.facility_w,
            self.supplied.stored_w,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_ten_parts_in_a_million_fails_and_names_the_component() {
        let audit = Audit { time_s: 90_000.0 };
        assert!(audit.balance(|| "x".into(), 1e6, 9e5, 1e5).is_ok());
        let error = audit
            .balance(|| "the tank".into(), 1e6, 9e5, 99_980.0)
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("at the tank, 1 d 1.000 h into the run"),
            "{error}"
        );
        assert!(audit.balance(|| "nan".into(), f64::NAN, 0.0, 0.0).is_err());
    }
}
