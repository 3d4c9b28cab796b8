//! Charts: a title that says what is shown, a picture, and the data behind it.

mod columns;
mod data;
pub(super) mod duration;
mod heat_map;
mod lines;
mod rows;
mod sankey;
mod scale;
mod scatter;

use maud::{Markup, PreEscaped, html};

use super::words::Words;
pub(super) use columns::{Columns, Stack};
pub(super) use data::{Data, DataColumn, Hints, numbers, quoted};
pub(super) use heat_map::HeatMap;
pub(super) use lines::{Band, Line, Lines};
pub(super) use rows::{Mark, Row, Rows, Span};
pub(super) use sankey::{Flow, Node, Sankey};
pub(super) use scale::{Axis, Tick, of_time};
pub(super) use scatter::{Points, Scatter};

/// A colour as styles name it: `--u-chillers`, `--s1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Colour(String);

impl Colour {
    /// Of a use of energy.
    pub(super) fn of_use(key: &str) -> Self {
        Self(format!("--u-{}", key.replace('_', "-")))
    }

    /// Of the n-th of several sides or series, from 0.
    pub(super) fn of_side(side: usize) -> Self {
        Self(format!("--s{}", side % SIDES))
    }

    /// Of something with a fixed meaning: `chip`, `inlet`, `supply`, `outdoors`, `wet-bulb`, `grid`, `solar`, `generator`, `battery`,
    /// `less`, `more`.
    pub(super) fn named(name: &str) -> Self {
        Self(format!("--c-{name}"))
    }

    /// For `style` and presentation attributes.
    pub(super) fn css(&self) -> String {
        format!("var({})", self.0)
    }
}

/// Colours of sides in the style.
const SIDES: usize = 7;

/// A member of the legend.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) colour: Colour,
    /// A line, else an area.
    pub(super) line: bool,
    /// Of a line.
    pub(super) dashed: bool,
}

/// A chart, whole.
pub(super) struct Chart {
    /// Unique on the page; also the name of its file of data.
    pub(super) id: String,
    /// What it shows, in a sentence or part of one.
    pub(super) title: String,
    /// Units, what is left out, how to read it; may be empty.
    pub(super) note: String,
    /// Empty where the picture names its parts itself.
    pub(super) legend: Vec<Key>,
    pub(super) plot: Markup,
    pub(super) data: Data,
}

impl Chart {
    /// The figure with its data, table and download.
    pub(super) fn render(&self, words: &Words) -> Markup {
        let id = &self.id;
        html! {
            figure.chart id=(id) data-hints=(self.data.hints.name()) {
                figcaption {
                    h3 id={ (id) "-title" } { (self.title) }
                    @if !self.note.is_empty() { p.note { (self.note) } }
                }
                @if !self.legend.is_empty() {
                    ul.legend {
                        @for key in &self.legend {
                            li {
                                span.swatch.line[key.line].dashed[key.dashed] style={ "--colour:" (key.colour.css()) } {}
                                (key.name)
                            }
                        }
                    }
                }
                div.plot tabindex="0" role="img" aria-labelledby={ (id) "-title" } aria-describedby="keys" { (self.plot) }
                p.tools {
                    button type="button" data-table=(id) aria-expanded="false" aria-controls={ (id) "-data" } { (words.page.table) }
                    button type="button" data-download=(id) { (words.page.download) }
                }
                div.data id={ (id) "-data" } tabindex="0" role="region" aria-label={ (self.title) ": " (words.page.table) } hidden {}
                script type="application/json" { (PreEscaped(self.data.json(id))) }
            }
        }
    }
}
