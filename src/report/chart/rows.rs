//! Rows of bars on one common axis, with their names and values beside: differences by cause, tornados, bands, shares.

use maud::{Markup, html};

use super::Colour;
use super::lines::{WIDTH, marks, short};
use super::scale::Axis;

/// A bar from one value to another.
#[derive(Debug, Clone)]
pub(in crate::report) struct Span {
    pub(in crate::report) from: f64,
    pub(in crate::report) to: f64,
    pub(in crate::report) colour: Colour,
}

/// A sign at one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) enum Mark {
    /// The middle of a band.
    Middle(f64),
    /// What is stated.
    Stated(f64),
    /// A thin line from one value to another: an interval of doubt.
    Interval(f64, f64),
}

/// A row.
#[derive(Debug, Clone)]
pub(in crate::report) struct Row {
    pub(in crate::report) name: String,
    /// Below the name, smaller; may be empty.
    pub(in crate::report) note: String,
    /// Behind the bar, as text.
    pub(in crate::report) value: String,
    pub(in crate::report) spans: Vec<Span>,
    pub(in crate::report) marks: Vec<Mark>,
    /// A sum: set off from the rows above.
    pub(in crate::report) total: bool,
}

/// A picture of rows.
#[derive(Debug, Clone)]
pub(in crate::report) struct Rows {
    pub(in crate::report) axis: Axis,
    /// Of the axis; may be empty.
    pub(in crate::report) unit: String,
    pub(in crate::report) rows: Vec<Row>,
}

impl Rows {
    pub(in crate::report) fn draw(&self) -> Markup {
        let x = |value: f64| WIDTH * self.axis.at(value);
        html! {
            div.rows {
                @for (index, row) in self.rows.iter().enumerate() {
                    div.row.total[row.total] data-row=(index) {
                        span.name { (row.name) @if !row.note.is_empty() { small { (row.note) } } }
                        svg viewBox={ "0 0 " (WIDTH) " 20" } preserveAspectRatio="none" aria-hidden="true" {
                            @for tick in &self.axis.ticks {
                                @let at = short(WIDTH * tick.at);
                                line.grid.zero[tick.label == "0"] x1=(at) x2=(at) y1="0" y2="20" {}
                            }
                            @for span in &row.spans {
                                @let (from, to) = (x(span.from.min(span.to)), x(span.from.max(span.to)));
                                rect.part style={ "fill:" (span.colour.css()) }
                                    x=(short(from)) y="3" width=(short((to - from).max(0.5))) height="14" {}
                            }
                            @for mark in &row.marks { (sign(*mark, &x)) }
                        }
                        span.value { (row.value) }
                    }
                }
                div.row.axis aria-hidden="true" {
                    span.name { (self.unit) }
                    div.x-axis { (marks(&self.axis.ticks)) }
                    span.value {}
                }
            }
        }
    }
}

fn sign(mark: Mark, x: &dyn Fn(f64) -> f64) -> Markup {
    html! {
        @match mark {
            Mark::Middle(at) => { line.middle x1=(short(x(at))) x2=(short(x(at))) y1="2" y2="18" {} }
            Mark::Stated(at) => { line.stated x1=(short(x(at))) x2=(short(x(at))) y1="0" y2="20" {} }
            Mark::Interval(low, high) => { line.interval x1=(short(x(low))) x2=(short(x(high))) y1="10" y2="10" {} }
        }
    }
}
