//! What can be set during a run, as sliders show it: the value in force at a moment, from the scenario and the commands
//! given so far, and the commands that another value asks for.
//!
//! A setpoint belongs to one hall or one circuit. For two sites at once it moves by a difference, each from its own: air of
//! 24 °C and tanks of 36 °C have no setpoint in common.

mod rows;
#[cfg(test)]
mod tests;

pub(crate) use rows::{Commanded, Orders, Row, SIDES, rows};

use std::ops::RangeInclusive;

use crate::physics::Coolant;
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::session::{
    Act, CommandConfig, CoolantSetpoint, Demand, GridLimit, Warmer, WaterSetpoint,
};
use crate::view::hall::frame::Site;

/// What a slider sets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Control {
    /// Load of services, profiles and constant work, relative to the scenario.
    Demand,
    /// Outdoor air warmer than the weather, K.
    Weather,
    /// Air or coolant to the racks of this hall, °C.
    Coolant(String),
    /// Facility water of this circuit, °C; the circuit's name as commands take it.
    Water(String),
    /// Limit of the grid connection, MW.
    Grid,
}

/// Coldest and warmest setpoint that a command may name, °C.
const SETPOINTS_C: (f64, f64) = (-60.0, 100.0);
/// Difference of two values that are the same to whoever reads them.
const SAME: f64 = 1e-6;

impl Control {
    /// Those of a site.
    pub(crate) fn all(site: &Site) -> Vec<Self> {
        let mut all = Vec::new();
        if site.equipment.demand {
            all.push(Self::Demand);
        }
        all.push(Self::Weather);
        let halls = site.scenario.hall.iter();
        all.extend(
            halls
                .filter(|hall| hall.cooling.supply_c().is_some())
                .map(|hall| Self::Coolant(hall.name.clone())),
        );
        let circuits = site.equipment.circuits.iter();
        all.extend(circuits.map(|(name, _)| Self::Water(name.clone())));
        all.push(Self::Grid);
        all
    }

    /// The same of another site: that of the same name, or the only one of its kind in both.
    fn like(&self, here: &Site, there: &Site) -> Option<Self> {
        let all = Self::all(there);
        if all.contains(self) {
            return Some(self.clone());
        }
        let kind = |control: &Self| std::mem::discriminant(control) == std::mem::discriminant(self);
        let mut same = all.into_iter().filter(kind);
        let (found, more) = (same.next(), same.next());
        let only_here = Self::all(here).iter().filter(|one| kind(one)).count() == 1;
        found.filter(|_| only_here && more.is_none())
    }

    /// Whether it is a temperature that a hall or a plant holds.
    fn is_setpoint(&self) -> bool {
        matches!(self, Self::Coolant(_) | Self::Water(_))
    }

    /// In words.
    pub(crate) fn name(&self, site: &Site) -> String {
        match self {
            Self::Demand => "demand of services".into(),
            Self::Weather => "weather".into(),
            Self::Coolant(name) => {
                let air = site.scenario.hall.iter().any(|hall| {
                    hall.name == *name && matches!(hall.cooling.coolant(), Coolant::Air)
                });
                format!(
                    "{} to the racks of {name}",
                    if air { "air" } else { "coolant" }
                )
            }
            Self::Water(_) if site.circuits.len() < 2 => "facility water".into(),
            Self::Water(name) => {
                let known = site.equipment.circuits.iter();
                let shown = known
                    .zip(&site.circuits)
                    .find(|((circuit, _), _)| circuit == name)
                    .map_or(name, |(_, shown)| shown);
                format!("facility water: {shown}")
            }
            Self::Grid => "grid limit".into(),
        }
    }

    /// Its value in the scenario. A grid without limit has one that nothing here reaches.
    fn scenario_value(&self, site: &Site) -> f64 {
        match self {
            Self::Demand => 1.0,
            Self::Weather => 0.0,
            Self::Coolant(name) => {
                let hall = site.scenario.hall.iter().find(|hall| hall.name == *name);
                hall.and_then(|hall| hall.cooling.supply_c())
                    .unwrap_or(f64::NAN)
            }
            Self::Water(name) => {
                let circuits = crate::view::hall::layout::circuits(&site.scenario);
                let known = site.equipment.circuits.iter();
                let plant = known
                    .zip(circuits)
                    .find(|((circuit, _), _)| circuit == name);
                plant.map_or(f64::NAN, |(_, (_, plant))| plant.setpoint_c())
            }
            Self::Grid => site
                .scenario
                .site
                .grid_limit_mw
                .unwrap_or_else(|| unlimited_mw(site)),
        }
    }

    /// What a command makes of it, where it is about it.
    fn set_by(&self, act: &Act, site: &Site) -> Option<f64> {
        let names = |wanted: &Option<String>, name: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == name)
        };
        match (self, act) {
            (Self::Demand, Act::Demand(demand)) => Some(demand.factor),
            (Self::Weather, Act::Weather(weather)) => Some(weather.warmer_k),
            (Self::Coolant(name), Act::Coolant(set)) if names(&set.hall, name) => {
                Some(set.supply_c)
            }
            (Self::Water(name), Act::Water(set)) if names(&set.circuit, name) => Some(set.supply_c),
            (Self::Grid, Act::GridLimit(limit)) => {
                Some(limit.mw.unwrap_or_else(|| unlimited_mw(site)))
            }
            _ => None,
        }
    }

    /// What is in force at `at_s`: the scenario's value, or that of the last command until then.
    pub(crate) fn in_force(&self, site: &Site, commands: &[CommandConfig], at_s: f64) -> f64 {
        let mut value = self.scenario_value(site);
        for command in commands.iter().filter(|command| command.at_s <= at_s) {
            if let Some(set) = self.set_by(&command.act, site) {
                value = set;
            }
        }
        value
    }

    /// The least and the most that a command may ask for.
    fn limits(&self) -> (f64, f64) {
        match self {
            Self::Demand => (0.0, 10.0),
            Self::Weather => (-30.0, 30.0),
            Self::Coolant(_) => SETPOINTS_C,
            Self::Water(_) => (COLDEST_WATER_C, SETPOINTS_C.1),
            Self::Grid => (1e-3, f64::INFINITY),
        }
    }

    /// Where a slider goes: around the scenario's value, and as far as the value in force.
    fn range(&self, site: &Site, now: f64) -> RangeInclusive<f64> {
        let own = self.scenario_value(site);
        let (low, high) = match self {
            Self::Demand => (0.0, 2.0),
            Self::Weather => (-15.0, 15.0),
            Self::Coolant(_) => ((own - 12.0).round(), (own + 12.0).round()),
            Self::Water(_) => ((own - 10.0).round(), (own + 12.0).round()),
            Self::Grid => (0.2 * unlimited_mw(site), unlimited_mw(site)),
        };
        let (least, most) = self.limits();
        low.max(least).min(own).min(now)..=high.min(most).max(own).max(now)
    }

    /// The command for a value.
    fn act(&self, site: &Site, value: f64) -> Act {
        match self {
            Self::Demand => Act::Demand(Demand { factor: value }),
            Self::Weather => Act::Weather(Warmer { warmer_k: value }),
            Self::Coolant(name) => Act::Coolant(CoolantSetpoint {
                hall: Some(name.clone()),
                supply_c: value,
            }),
            Self::Water(name) => Act::Water(WaterSetpoint {
                circuit: Some(name.clone()),
                supply_c: value,
            }),
            Self::Grid => Act::GridLimit(GridLimit {
                mw: Some(value).filter(|mw| !is_unlimited(site, *mw)),
            }),
        }
    }
}

/// A limit of the grid that the site cannot reach, MW: the end of the slider, where there is none.
fn unlimited_mw(site: &Site) -> f64 {
    ((16.0 * site.design_it_w / 1e6).ceil() / 10.0).max(0.1)
}

/// Whether the slider of the grid stands where there is no limit. A limit of the scenario beyond is one nevertheless.
fn is_unlimited(site: &Site, mw: f64) -> bool {
    let own = site.scenario.site.grid_limit_mw;
    mw >= unlimited_mw(site) - 1e-9 && own.is_none_or(|own| (own - mw).abs() > SAME)
}
