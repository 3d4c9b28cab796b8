//! Where the site's power comes from in a step: grid, sun, batteries, generators.
//!
//! ```text
//! grid + generation = uses + storage losses + what is stored                                W, at the AC side
//! uses may reach      grid limit + sun + what the battery can give      with the grid
//!                     the generators' power                             without, once they carry
//!                     IT alone, from the UPS batteries                  until then; nothing where these are empty
//! ```
//!
//! Without the grid cooling is off until the generators carry, and panels and site battery are off with it
//! (they do not form a grid of their own). Of generators that fail to start the rest carries what it can, and the site is kept
//! below that; sets repaired during a grid outage carry at once. Who carries is decided once per step, and steps are cut where
//! generators take over and where batteries end.

use crate::electrical::battery::{Battery, BatteryState};
use crate::electrical::generator::GeneratorConfig;
use crate::electrical::ups_battery::{UpsBattery, UpsBatteryState};
use crate::facility::Availability;
use crate::series::Signal;
use crate::snapshot;

/// Sources on the site beside the power chain.
pub struct OnSiteParts {
    /// Limit of the grid connection, W; infinite without one.
    pub grid_limit_w: f64,
    /// Solar at the AC side, W.
    pub solar_w: Option<Signal>,
    /// The site battery.
    pub battery: Option<(Battery, BatteryState)>,
    /// The generators.
    pub generator: Option<GeneratorConfig>,
    /// The batteries of the UPS.
    pub ups_battery: Option<(UpsBattery, UpsBatteryState)>,
}

impl Default for OnSiteParts {
    fn default() -> Self {
        Self {
            grid_limit_w: f64::INFINITY,
            solar_w: None,
            battery: None,
            generator: None,
            ups_battery: None,
        }
    }
}

/// Who carries the site in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::facility) enum Source {
    Grid,
    Generators,
    /// IT alone.
    UpsBatteries,
    Nothing,
}

/// Which machines of the cooling have power in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::facility) enum Powered {
    /// All of them.
    All,
    /// Fans of the halls, pumps of coolant and facility water; not the plant.
    Circulation,
    /// None.
    Nothing,
}

/// The site in operation.
pub(in crate::facility) struct OnSite {
    parts: OnSiteParts,
    utility: bool,
    ups_battery: bool,
    /// Share of the generators that start, 0..1.
    generators: f64,
    out_s: f64,
    pub(in crate::facility) source: Source,
    solar_w: f64,
    /// Share of the chips' dynamic power that they are left, 0..1.
    pub(in crate::facility) cap: f64,
}

/// Supply of a step, beside that in the snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::facility) struct Supplied {
    /// Gain of stored energy, W.
    pub(in crate::facility) stored_w: f64,
    /// Lost in storage, W.
    pub(in crate::facility) losses_w: f64,
    /// Charged and delivered by storage: the first less the second, W.
    pub(in crate::facility) into_storage_w: f64,
}

impl OnSite {
    pub(in crate::facility) fn new(parts: OnSiteParts) -> Self {
        Self {
            parts,
            utility: true,
            ups_battery: true,
            generators: 1.0,
            out_s: 0.0,
            source: Source::Grid,
            solar_w: 0.0,
            cap: 1.0,
        }
    }

    /// Takes note of what can run from the next step on.
    pub(in crate::facility) fn set_available(&mut self, available: &Availability) {
        self.utility = available.utility;
        self.ups_battery = available.ups_battery;
        self.generators = available.generators.clamp(0.0, 1.0);
    }

    pub(in crate::facility) fn set_limit_w(&mut self, limit_w: f64) {
        self.parts.grid_limit_w = limit_w;
    }

    /// Decides who carries this step. `ups_output_w` is the IT load on the UPS in the previous step.
    pub(in crate::facility) fn begin(&mut self, time_s: f64, dt_s: f64, ups_output_w: f64) {
        self.solar_w = match &self.parts.solar_w {
            Some(solar_w) if self.utility => solar_w.mean(time_s, time_s + dt_s),
            _ => 0.0,
        };
        if self.utility {
            self.out_s = 0.0;
            self.source = Source::Grid;
            return;
        }
        let middle_s = self.out_s + 0.5 * dt_s;
        self.out_s += dt_s;
        let generators = self.parts.generator.as_ref();
        let generators = generators.filter(|_| self.generators > 0.0);
        self.source = if generators.is_some_and(|sets| sets.carries(middle_s)) {
            Source::Generators
        } else if self.ups_carries(ups_output_w, dt_s) {
            Source::UpsBatteries
        } else {
            Source::Nothing
        };
    }

    /// When, from `time_s` on, generators take over or the batteries of the UPS end at this output, s; infinite with the grid.
    pub(in crate::facility) fn changes_s(&self, time_s: f64, ups_output_w: f64) -> f64 {
        if self.utility {
            return f64::INFINITY;
        }
        let sets = self.parts.generator.as_ref();
        let ready_s = sets.map(|sets| sets.ready_s() - self.out_s);
        let ready_s = ready_s.filter(|left_s| *left_s > 0.0 && self.generators > 0.0);
        let batteries = self.parts.ups_battery.as_ref().filter(|_| self.ups_battery);
        // A little before: what is left is less than a step needs.
        let end_s = batteries.map(|(ups, state)| (1.0 - 1e-9) * ups.lasts_s(*state, ups_output_w));
        let end_s = end_s.filter(|_| self.source != Source::Generators);
        let left = [ready_s, end_s].into_iter().flatten();
        time_s + left.fold(f64::INFINITY, f64::min)
    }

    /// Whether the batteries of the UPS carry this at its output over the whole step.
    pub(in crate::facility) fn ups_carries(&self, output_w: f64, dt_s: f64) -> bool {
        let batteries = self.parts.ups_battery.as_ref().filter(|_| self.ups_battery);
        batteries.is_some_and(|(battery, state)| battery.can_carry(*state, output_w, dt_s))
    }

    /// Whether fans and pumps are on the UPS.
    pub(in crate::facility) fn circulates_on_ups(&self) -> bool {
        let ups = self.parts.ups_battery.as_ref();
        ups.is_some_and(|(ups, _)| ups.circulation)
    }

    /// Which machines of the cooling have power in this step.
    pub(in crate::facility) fn powered(&self) -> Powered {
        match self.source {
            Source::Grid | Source::Generators => Powered::All,
            Source::UpsBatteries if self.circulates_on_ups() => Powered::Circulation,
            Source::UpsBatteries | Source::Nothing => Powered::Nothing,
        }
    }

    /// Whether anything can bind at all.
    pub(in crate::facility) fn is_limited(&self) -> bool {
        self.parts.grid_limit_w.is_finite() || self.source != Source::Grid
    }

    /// The most that all uses may draw in this step, W.
    pub(in crate::facility) fn most_w(&self, dt_s: f64) -> f64 {
        match self.source {
            Source::Grid => {
                let battery_w = self
                    .parts
                    .battery
                    .map_or(0.0, |(battery, state)| battery.most_out_w(state, dt_s));
                self.parts.grid_limit_w + self.solar_w + battery_w
            }
            Source::Generators => self.generators_w(),
            Source::UpsBatteries | Source::Nothing => f64::INFINITY,
        }
    }

    /// Combined capacity of the generators that start, W.
    fn generators_w(&self) -> f64 {
        let sets = self.parts.generator.as_ref();
        sets.map_or(0.0, GeneratorConfig::power_w) * self.generators
    }

    /// Settles who delivers what, for `uses_w` of all uses or, on UPS batteries, of IT at the output of the UPS.
    pub(in crate::facility) fn supply(
        &mut self,
        uses_w: f64,
        price_usd_j: f64,
        dt_s: f64,
        shown: &mut snapshot::OnSite,
    ) -> Supplied {
        let mut supplied = Supplied::default();
        let mut net_w = uses_w;
        let generators_w = self.generators_w();
        let parts = &mut self.parts;
        let ceiling_w = match self.source {
            Source::Grid => parts.grid_limit_w,
            Source::Generators => generators_w,
            Source::UpsBatteries | Source::Nothing => 0.0,
        };
        if parts.solar_w.is_some() {
            shown.solar_w = self.solar_w;
            net_w -= self.solar_w;
        }
        if let Some((battery, state)) = &mut parts.ups_battery {
            let delivered_w = match self.source {
                Source::UpsBatteries => uses_w,
                Source::Nothing => 0.0,
                _ => -battery
                    .asks_w(*state, dt_s)
                    .min((ceiling_w - net_w).max(0.0)),
            };
            let (next, out) = battery.step(*state, delivered_w, dt_s);
            *state = next;
            net_w -= out.delivered_w;
            supplied.stored_w += out.stored_w;
            supplied.losses_w += out.loss_w;
            supplied.into_storage_w -= out.delivered_w;
            (shown.ups_battery_w, shown.ups_battery_j) = (out.delivered_w, next.stored_j);
        }
        if let Some((battery, state)) = &mut parts.battery {
            let asked_w = if self.source == Source::Grid {
                battery.ask_w(*state, net_w, ceiling_w, price_usd_j)
            } else {
                0.0
            };
            let (next, out) = battery.step(*state, asked_w, dt_s);
            *state = next;
            net_w -= out.delivered_w;
            supplied.stored_w += out.stored_w;
            supplied.losses_w += out.loss_w;
            supplied.into_storage_w -= out.delivered_w;
            (shown.battery_w, shown.battery_j) = (out.delivered_w, next.stored_j);
        }
        if let Some(generator) = &parts.generator {
            let runs = self.source == Source::Generators;
            shown.generator_rated_w = generators_w;
            shown.generator_w = if runs { net_w } else { 0.0 };
            shown.fuel_kg_s = if runs {
                generator.fuel_kg_s(net_w, self.generators)
            } else {
                0.0
            };
        }
        shown.grid_w = if self.source == Source::Grid {
            net_w
        } else {
            0.0
        };
        if parts.ups_battery.is_some() || parts.battery.is_some() {
            shown.storage_losses_w = supplied.losses_w;
        }
        if parts.grid_limit_w.is_finite() || parts.generator.is_some() {
            shown.cap = self.cap;
        }
        shown.limit_w = parts.grid_limit_w;
        shown.target_w = match &parts.battery {
            Some((battery, _)) => battery.target_w(),
            None => f64::INFINITY,
        };
        shown.utility_out = !self.utility;
        shown.dark = self.source == Source::Nothing;
        supplied
    }
}

#[cfg(test)]
mod tests;
