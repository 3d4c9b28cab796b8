//! Stacked columns side by side: months, years.

use maud::{Markup, html};

use super::lines::{Frame, WIDTH, letters, short};
use super::scale::{Axis, Tick};
use super::{Colour, Key};

/// Most names below the columns.
const NAMES: f64 = 12.0;
/// Most letters below them, in half the width of a page.
const LETTERS: f64 = 66.0;

/// One member of every column.
#[derive(Debug, Clone)]
pub(in crate::report) struct Stack {
    pub(in crate::report) name: String,
    pub(in crate::report) colour: Colour,
    /// One for each column; negative ones lie below zero.
    pub(in crate::report) values: Vec<f64>,
}

impl Stack {
    fn value(&self, column: usize) -> f64 {
        let value = self.values.get(column).copied();
        value.filter(|value| value.is_finite()).unwrap_or(0.0)
    }
}

/// A picture of stacked columns.
#[derive(Debug, Clone)]
pub(in crate::report) struct Columns {
    pub(in crate::report) unit: String,
    pub(in crate::report) height: usize,
    /// Names of the columns.
    pub(in crate::report) names: Vec<String>,
    /// From the bottom up.
    pub(in crate::report) stacks: Vec<Stack>,
}

impl Columns {
    /// The members' names and colours.
    pub(in crate::report) fn legend(&self) -> Vec<Key> {
        let stacks = self.stacks.iter();
        stacks
            .map(|stack| Key {
                name: stack.name.clone(),
                colour: stack.colour.clone(),
                line: false,
                dashed: false,
            })
            .collect()
    }

    /// Members over another.
    pub(in crate::report) fn draw(&self) -> Markup {
        let count = self.names.len().max(1);
        let sums = (0..count).flat_map(|column| {
            let of = |sign: f64| {
                let all = self.stacks.iter().map(|stack| stack.value(column));
                all.filter(|value| value * sign > 0.0).sum::<f64>()
            };
            [of(1.0), of(-1.0)]
        });
        let axis = Axis::linear(sums, true, 4);
        let height = self.height as f64;
        let y = |value: f64| height * (1.0 - axis.at(value));
        let each = WIDTH / count as f64;
        let mut parts = Vec::new();
        for column in 0..count {
            let (mut up, mut down) = (0.0, 0.0);
            for stack in &self.stacks {
                let size = stack.value(column);
                let from = if size < 0.0 { &mut down } else { &mut up };
                let (low, high) = (f64::min(*from, *from + size), f64::max(*from, *from + size));
                *from += size;
                if y(low) - y(high) >= 0.05 {
                    let place = [(column as f64 + 0.1) * each, 0.8 * each];
                    parts.push((stack, place, [y(high), y(low) - y(high)]));
                }
            }
        }
        self.around(&axis, &parts)
    }

    /// Members side by side.
    pub(in crate::report) fn draw_beside(&self) -> Markup {
        let count = self.names.len().max(1);
        let all = self.stacks.iter();
        let all = all.flat_map(|stack| (0..count).map(|column| stack.value(column)));
        let axis = Axis::linear(all, true, 4);
        let y = |value: f64| self.height as f64 * (1.0 - axis.at(value));
        let each = WIDTH / count as f64;
        let width = 0.84 * each / self.stacks.len().max(1) as f64;
        let mut parts = Vec::new();
        for column in 0..count {
            for (index, stack) in self.stacks.iter().enumerate() {
                let size = stack.value(column);
                let (top, bottom) = (y(size.max(0.0)), y(size.min(0.0)));
                let from = (column as f64 + 0.08) * each + index as f64 * width;
                parts.push((stack, [from, width], [top, bottom - top]));
            }
        }
        self.around(&axis, &parts)
    }

    /// Boxes of members, each with its left edge and width, its top and height.
    fn around(&self, axis: &Axis, parts: &[(&Stack, [f64; 2], [f64; 2])]) -> Markup {
        let count = self.names.len().max(1) as f64;
        // As many names as can be read side by side.
        let widest = self.names.iter().map(|name| letters(name) + 2.0);
        let fit = (LETTERS / widest.fold(1.0, f64::max))
            .floor()
            .clamp(1.0, NAMES);
        let every = (count / fit).ceil().max(1.0) as usize;
        let names = self.names.iter().enumerate().step_by(every);
        let ticks: Vec<Tick> = names
            .map(|(index, name)| Tick {
                at: (index as f64 + 0.5) / count,
                label: name.clone(),
            })
            .collect();
        let frame = Frame {
            height: self.height,
            unit: &self.unit,
            along: "",
            ticks: &ticks,
            axis,
        };
        frame.around(&html! {
            @for (stack, [left, width], [top, high]) in parts {
                rect.part style={ "fill:" (stack.colour.css()) }
                    x=(short(*left)) y=(short(*top)) width=(short(*width)) height=(short(*high)) {}
            }
        })
    }
}
