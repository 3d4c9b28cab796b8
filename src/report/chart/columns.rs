//! Stacked columns side by side: months, years.

use maud::{Markup, html};

use super::lines::{Frame, WIDTH, short};
use super::scale::{Axis, Tick};
use super::{Colour, Key};

/// Most names below the columns.
const NAMES: usize = 12;

/// One member of every column.
#[derive(Debug, Clone)]
pub(in crate::report) struct Stack {
    pub(in crate::report) name: String,
    pub(in crate::report) colour: Colour,
    /// One for each column; negative ones lie below zero.
    pub(in crate::report) values: Vec<f64>,
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

    pub(in crate::report) fn draw(&self) -> Markup {
        let count = self.names.len().max(1);
        let value = |stack: &Stack, column: usize| {
            stack
                .values
                .get(column)
                .copied()
                .filter(|value| value.is_finite())
                .unwrap_or(0.0)
        };
        let sums = (0..count).flat_map(|column| {
            let of = |sign: f64| {
                let all = self.stacks.iter().map(|stack| value(stack, column));
                all.filter(|value| value * sign > 0.0).sum::<f64>()
            };
            [of(1.0), of(-1.0)]
        });
        let axis = Axis::linear(sums, true, 4);
        let height = self.height as f64;
        let y = |value: f64| height * (1.0 - axis.at(value));
        let each = WIDTH / count as f64;
        // As many names as can be read side by side.
        let every = count.div_ceil(NAMES);
        let ticks: Vec<Tick> = self
            .names
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(index, name)| Tick {
                at: (index as f64 + 0.5) / count as f64,
                label: name.clone(),
            })
            .collect();
        let mut parts = Vec::new();
        for column in 0..count {
            let (mut up, mut down) = (0.0, 0.0);
            for stack in &self.stacks {
                let size = value(stack, column);
                let from = if size < 0.0 { &mut down } else { &mut up };
                let (low, high) = (f64::min(*from, *from + size), f64::max(*from, *from + size));
                *from += size;
                if y(low) - y(high) >= 0.05 {
                    parts.push((column, stack, y(high), y(low) - y(high)));
                }
            }
        }
        let frame = Frame {
            height: self.height,
            unit: &self.unit,
            along: "",
            ticks: &ticks,
            axis: &axis,
        };
        frame.around(&html! {
            @for (column, stack, top, high) in &parts {
                rect.part style={ "fill:" (stack.colour.css()) }
                    x=(short((*column as f64 + 0.1) * each)) y=(short(*top)) width=(short(0.8 * each)) height=(short(*high)) {}
            }
        })
    }
}
