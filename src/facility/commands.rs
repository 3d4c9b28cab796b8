//! Changes by events and commands between steps.

use super::{Availability, Facility};

impl Facility {
    /// Everything installed can run.
    pub fn all_available(&self) -> Availability {
        Availability::full(self.circuits.len(), self.halls.len())
    }

    /// Takes note of which machines can run from the next step on. Without the grid UPS batteries and generators carry what
    /// they can.
    pub fn set_available(&mut self, available: &Availability) {
        self.before_change();
        self.changed_s = self.snapshot.time_s;
        self.everything_runs = *available == self.all_available();
        for (circuit, available) in self.circuits.iter_mut().zip(&available.circuits) {
            circuit.set_available(available);
        }
        for (hall, available) in self.halls.iter_mut().zip(&available.halls) {
            hall.cooling.set_available(*available);
        }
        self.on_site.set_available(available);
    }

    /// Sets the air or coolant supplied to the racks of a hall, or of all; of halls without such a setpoint nothing changes.
    pub fn set_coolant(&mut self, hall: Option<usize>, supply_c: f64) {
        self.before_change();
        for (index, unit) in self.halls.iter_mut().enumerate() {
            if hall.is_none_or(|hall| hall == index) {
                unit.cooling.set_supply_c(supply_c);
            }
        }
    }

    /// Sets the facility water that the plant of a circuit aims to supply, or of all.
    pub fn set_water(&mut self, circuit: Option<usize>, supply_c: f64) {
        self.before_change();
        for (index, unit) in self.circuits.iter_mut().enumerate() {
            if circuit.is_none_or(|circuit| circuit == index) {
                unit.water.setpoint_c = supply_c;
            }
        }
    }

    /// Sets the load of services, profiles and constant work relative to their values. Jobs of the queue stay as they are.
    pub fn set_demand(&mut self, factor: f64) {
        self.before_change();
        self.demand = factor;
    }

    /// Sets what the grid connection carries, W; infinite for no limit.
    pub fn set_grid_limit(&mut self, limit_w: f64) {
        self.before_change();
        self.on_site.set_limit_w(limit_w);
    }
}
