//! What can be set during a run, as sliders show it: the value in force at a moment, from the scenario and the commands
//! given so far, and the commands that another value asks for.
//!
//! A setpoint belongs to one hall or one circuit. For two sites at once it moves by a difference, each from its own: air of
//! 24 °C and tanks of 36 °C have no setpoint in common.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use crate::physics::Coolant;
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::session::{
    Act, CommandConfig, CoolantSetpoint, Demand, GridLimit, Warmer, WaterSetpoint,
};
use crate::view::hall::format::celsius;
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

/// A site that can be commanded, and its commands so far.
#[derive(Clone, Copy)]
pub(crate) struct Commanded<'a> {
    /// 0 at the left, 1 at the right.
    pub(crate) side: usize,
    pub(crate) site: &'a Site,
    pub(crate) commands: &'a [CommandConfig],
    /// The moment whose values are shown, s.
    pub(crate) at_s: f64,
}

/// One control of one side.
#[derive(Clone)]
struct Part<'a> {
    of: Commanded<'a>,
    control: Control,
    now: f64,
    own: f64,
}

impl<'a> Part<'a> {
    fn new(of: Commanded<'a>, control: Control) -> Self {
        Self {
            now: control.in_force(of.site, of.commands, of.at_s),
            own: control.scenario_value(of.site),
            of,
            control,
        }
    }

    fn text(&self) -> String {
        match self.control {
            Control::Demand => format!("{:.2} ×", self.now),
            Control::Weather => format!("{:+.1} K", self.now),
            Control::Coolant(_) | Control::Water(_) => celsius(self.now),
            Control::Grid if is_unlimited(self.of.site, self.now) => "none".into(),
            Control::Grid => format!("{:.2} MW", self.now),
        }
    }
}

/// A slider: of one side, or of both.
#[derive(Clone)]
pub(crate) struct Row<'a> {
    /// One, or that of the left and that of the right.
    parts: Vec<Part<'a>>,
}

/// Commands by side, and what was to be said about them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Orders {
    pub(crate) acts: Vec<(usize, Act)>,
    /// Values that were cut to what is accepted.
    pub(crate) cut: Vec<String>,
}

/// The names of the sides.
pub(crate) const SIDES: [&str; 2] = ["left", "right"];

/// The sliders for one side or two; for two also the names of those that the sides do not share.
pub(crate) fn rows<'a>(aimed: &[Commanded<'a>]) -> (Vec<Row<'a>>, Vec<String>) {
    let Some(first) = aimed.first() else {
        return (Vec::new(), Vec::new());
    };
    let (mut rows, mut apart) = (Vec::new(), Vec::new());
    let mut shared = Vec::new();
    for control in Control::all(first.site) {
        let mut parts = vec![Part::new(*first, control.clone())];
        if let Some(other) = aimed.get(1) {
            // What one grid connection carries says nothing about another's.
            let like = control.like(first.site, other.site);
            match like.filter(|_| control != Control::Grid) {
                Some(like) => {
                    shared.push(like.clone());
                    parts.push(Part::new(*other, like));
                }
                None => {
                    apart.push(control.name(first.site));
                    continue;
                }
            }
        }
        rows.push(Row { parts });
    }
    if let Some(other) = aimed.get(1) {
        let all = Control::all(other.site).into_iter();
        for control in all.filter(|control| !shared.contains(control)) {
            let name = control.name(other.site);
            if !apart.contains(&name) {
                apart.push(name);
            }
        }
    }
    (rows, apart)
}

impl Row<'_> {
    fn first(&self) -> &Part<'_> {
        &self.parts[0]
    }

    /// Whether it moves each side from its own value.
    pub(crate) fn by_difference(&self) -> bool {
        self.parts.len() > 1 && self.first().control.is_setpoint()
    }

    /// What it is called; also what tells it from others.
    pub(crate) fn name(&self) -> String {
        let first = self.first();
        let name = first.control.name(first.of.site);
        match self.parts.get(1) {
            Some(other) if self.by_difference() => {
                let there = other.control.name(other.of.site);
                let name = if name == there {
                    name
                } else {
                    format!("{name} | {there}")
                };
                format!("{name}, each from its own")
            }
            _ => name,
        }
    }

    /// Where it stands: by difference, K from the scenario's value of the first.
    pub(crate) fn value(&self) -> f64 {
        let first = self.first();
        if self.by_difference() {
            first.now - first.own
        } else {
            first.now
        }
    }

    pub(crate) fn range(&self) -> RangeInclusive<f64> {
        let first = self.first();
        let range = first.control.range(first.of.site, first.now);
        if self.by_difference() {
            // Steps are counted from the start of the range.
            let low = (range.start() - first.own).floor();
            return low..=(range.end() - first.own).ceil();
        }
        range
    }

    pub(crate) fn step(&self) -> f64 {
        match self.first().control {
            Control::Demand => 0.05,
            Control::Grid if unlimited_mw(self.first().of.site) > 5.0 => 0.1,
            Control::Grid => 0.01,
            _ => 0.5,
        }
    }

    /// A value of it as text.
    pub(crate) fn text(&self, value: f64) -> String {
        let first = self.first();
        if self.by_difference() {
            return format!("{value:+.1} K");
        }
        let part = Part {
            now: value,
            ..first.clone()
        };
        part.text()
    }

    /// What it makes of both sides, where one figure does not tell: `left 26.5 °C, right 38.5 °C`.
    pub(crate) fn detail(&self) -> Option<String> {
        let first = self.first();
        let differ = self
            .parts
            .iter()
            .any(|part| (part.now - first.now).abs() > SAME);
        (self.by_difference() || differ).then(|| {
            let each = self.parts.iter();
            let each = each.map(|part| format!("{} {}", SIDES[part.of.side], part.text()));
            each.collect::<Vec<_>>().join(", ")
        })
    }

    /// Whether a side's value is not its scenario's.
    pub(crate) fn is_moved(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| (part.now - part.own).abs() > SAME)
    }

    /// The commands that bring it to `value`; none where it is there.
    pub(crate) fn orders(&self, value: f64) -> Orders {
        let by = value - self.value();
        self.each(|part| {
            if self.by_difference() {
                part.now + by
            } else {
                value
            }
        })
    }

    /// The commands that bring each side back to its scenario's value.
    pub(crate) fn reset(&self) -> Orders {
        self.each(|part| part.own)
    }

    fn each(&self, to: impl Fn(&Part<'_>) -> f64) -> Orders {
        let mut orders = Orders::default();
        for part in &self.parts {
            let wanted = to(part);
            let (least, most) = part.control.limits();
            // Sums of steps and setpoints carry no digits that nobody asked for.
            let value = (wanted.clamp(least, most) * 1e6).round() / 1e6;
            let part_now = Part {
                now: value,
                ..part.clone()
            };
            if (value - wanted).abs() > SAME {
                let side = SIDES[part.of.side];
                orders
                    .cut
                    .push(format!("{side}: {} is the end", part_now.text()));
            }
            if (value - part.now).abs() > SAME {
                orders
                    .acts
                    .push((part.of.side, part.control.act(part.of.site, value)));
            }
        }
        orders
    }
}
