//! Sliders: of one side, or of both at once.

use std::ops::RangeInclusive;

use super::{Control, SAME, is_unlimited, unlimited_mw};
use crate::scenario::session::{Act, CommandConfig};
use crate::view::hall::format::celsius;
use crate::view::hall::frame::Site;

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
            let Some(like) = like.filter(|_| control != Control::Grid) else {
                apart.push(control.name(first.site));
                continue;
            };
            shared.push(like.clone());
            parts.push(Part::new(*other, like));
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

    /// Whether it sets this at the first side.
    #[cfg(test)]
    pub(super) fn is_of(&self, control: &Control) -> bool {
        self.first().control == *control
    }

    /// Whether it moves each side from its own value.
    pub(crate) fn by_difference(&self) -> bool {
        self.parts.len() > 1 && self.first().control.is_setpoint()
    }

    /// What it is called; also what tells it from others.
    pub(crate) fn name(&self) -> String {
        let first = self.first();
        let name = first.control.name(first.of.site);
        let Some(other) = self.parts.get(1).filter(|_| self.by_difference()) else {
            return name;
        };
        let there = other.control.name(other.of.site);
        match &first.control {
            _ if name == there => name,
            Control::Coolant(hall) if first.control == other.control => {
                format!("air or coolant to the racks of {hall}")
            }
            _ => format!("{name} | {there}"),
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

    /// What both sides have, where one figure does not tell: `each from its own: left 26.5 °C, right 38.5 °C`.
    pub(crate) fn detail(&self) -> Option<String> {
        let first = self.first();
        let differ = self
            .parts
            .iter()
            .any(|part| (part.now - first.now).abs() > SAME);
        (self.by_difference() || differ).then(|| {
            let each = self.parts.iter();
            let each = each.map(|part| format!("{} {}", SIDES[part.of.side], part.text()));
            let each = each.collect::<Vec<_>>().join(", ");
            if self.by_difference() {
                format!("each from its own: {each}")
            } else {
                each
            }
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
