//! Hours of the day over the days of a year, as steps of one scale of colours.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::lines::marks;
use super::scale::Tick;
use crate::report::number::written;

/// Steps of the scale.
const STEPS: usize = 9;

/// A picture of columns of hours.
#[derive(Debug, Clone)]
pub(in crate::report) struct HeatMap {
    /// Column after column, each from its first hour; NaN where there is none.
    pub(in crate::report) values: Vec<f64>,
    /// Cells of a column.
    pub(in crate::report) hours: usize,
    pub(in crate::report) ticks: Vec<Tick>,
    pub(in crate::report) unit: String,
    pub(in crate::report) decimals: usize,
    /// What the scale spans at least: smaller differences shall not look like large ones.
    pub(in crate::report) least_span: f64,
}

impl HeatMap {
    pub(in crate::report) fn draw(&self) -> Markup {
        let columns = self.values.len().div_ceil(self.hours).max(1);
        let bounds = self.bounds();
        let step = |value: f64| {
            bounds[1..STEPS]
                .iter()
                .filter(|bound| value >= **bound)
                .count()
        };
        let paths: Vec<String> = (0..STEPS)
            .map(|wanted| self.cells(columns, &|value| step(value) == wanted))
            .collect();
        let hour = |hour: usize| format!("{}:00", hour * 24 / self.hours);
        html! {
            div.frame.heat style="--gutter:2.9rem;height:144px" {
                div.y-axis aria-hidden="true" {
                    @for part in 0..4 {
                        span style={ "top:" (part * 36) "px" } { (hour(part * self.hours / 4)) }
                    }
                }
                div.canvas {
                    svg viewBox={ "0 0 " (columns) " " (self.hours) } preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true" {
                        @for (step, path) in paths.iter().enumerate() {
                            @if !path.is_empty() { path style={ "fill:var(--heat" (step) ")" } d=(path) {} }
                        }
                    }
                    div.x-axis aria-hidden="true" { (marks(&self.ticks)) }
                }
            }
            p.scale aria-hidden="true" {
                @for step in 0..STEPS {
                    span { i style={ "background:var(--heat" (step) ")" } {} b { (written(bounds[step], self.decimals)) } }
                }
                span.end { b { (written(bounds[STEPS], self.decimals)) } " " (self.unit) }
            }
        }
    }

    /// Ends of the steps: even from the 1st to the 99th of a hundred, so that a few extremes do not take all colours; the outer ones
    /// are the extremes.
    fn bounds(&self) -> [f64; STEPS + 1] {
        let mut sorted: Vec<f64> = self
            .values
            .iter()
            .copied()
            .filter(|value| value.is_finite())
            .collect();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (share * (sorted.len().max(1) - 1) as f64).round() as usize;
            sorted.get(index).copied().unwrap_or(0.0)
        };
        let (low, high) = (at(0.01), at(0.99));
        let widened = 0.5 * (self.least_span - (high - low)).max(0.0);
        let (low, high) = (low - widened, high + widened);
        let mut bounds: [f64; STEPS + 1] =
            std::array::from_fn(|step| low + (high - low) * step as f64 / STEPS as f64);
        bounds[0] = bounds[0].min(at(0.0));
        bounds[STEPS] = bounds[STEPS].max(at(1.0));
        bounds
    }

    /// One path of all cells that are wanted: runs along an hour.
    fn cells(&self, columns: usize, wanted: &dyn Fn(f64) -> bool) -> String {
        let mut d = String::new();
        for hour in 0..self.hours {
            let is = |column: usize| {
                let value = self.values.get(column * self.hours + hour);
                value.is_some_and(|value| value.is_finite() && wanted(*value))
            };
            let mut column = 0;
            while column < columns {
                let from = column;
                while column < columns && is(column) {
                    column += 1;
                }
                if column > from {
                    let _ = write!(d, "M{from} {hour}h{}v1h-{0}z", column - from);
                } else {
                    column += 1;
                }
            }
        }
        d
    }
}
