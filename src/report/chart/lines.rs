//! Lines over a common axis, with bands behind them.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::scale::{Axis, Tick};
use super::{Colour, Key};

/// Width of the picture in its own units; it stretches.
pub(super) const WIDTH: f64 = 1000.0;

/// A line; gaps where a value is NaN.
#[derive(Debug, Clone)]
pub(in crate::report) struct Line {
    pub(in crate::report) name: String,
    pub(in crate::report) colour: Colour,
    pub(in crate::report) dashed: bool,
    /// As many as there are places along the axis.
    pub(in crate::report) values: Vec<f64>,
}

/// An area between two lines.
#[derive(Debug, Clone)]
pub(in crate::report) struct Band {
    pub(in crate::report) colour: Colour,
    pub(in crate::report) low: Vec<f64>,
    pub(in crate::report) high: Vec<f64>,
}

/// A picture of lines.
#[derive(Debug, Clone)]
pub(in crate::report) struct Lines {
    /// Of the values, as it stands over the axis.
    pub(in crate::report) unit: String,
    pub(in crate::report) height: usize,
    /// Where the values lie, 0 to 1, ascending; None: evenly from edge to edge.
    pub(in crate::report) places: Option<Vec<f64>>,
    pub(in crate::report) ticks: Vec<Tick>,
    /// What the horizontal axis shows; may be empty.
    pub(in crate::report) along: String,
    pub(in crate::report) axis: Axis,
    pub(in crate::report) bands: Vec<Band>,
    pub(in crate::report) lines: Vec<Line>,
    /// Spans along the axis, 0 to 1, with a name: events.
    pub(in crate::report) spans: Vec<(f64, f64, String)>,
}

impl Lines {
    /// The lines' names and colours.
    pub(in crate::report) fn legend(&self) -> Vec<Key> {
        let lines = self.lines.iter();
        lines
            .map(|line| Key {
                name: line.name.clone(),
                colour: line.colour.clone(),
                line: true,
                dashed: line.dashed,
            })
            .collect()
    }

    pub(in crate::report) fn draw(&self) -> Markup {
        let height = self.height as f64;
        let y = |value: f64| height * (1.0 - self.axis.at(value));
        let frame = Frame {
            height: self.height,
            unit: &self.unit,
            along: &self.along,
            ticks: &self.ticks,
            axis: &self.axis,
        };
        frame.around(&html! {
            @for (from, to, name) in &self.spans {
                rect.span x=(short(WIDTH * from)) width=(short((WIDTH * (to - from)).max(1.0))) y="0" height=(self.height) { title { (name) } }
            }
            @for band in &self.bands {
                path.band style={ "fill:" (band.colour.css()) } d=(self.area(band, &y)) {}
            }
            @for line in &self.lines {
                path.line.dashed[line.dashed] style={ "stroke:" (line.colour.css()) } d=(self.path(&line.values, &y)) {}
            }
        })
    }

    fn x(&self, index: usize, of: usize) -> f64 {
        let even = || index as f64 / (of.max(2) - 1) as f64;
        let place = match &self.places {
            Some(places) => places.get(index).copied().unwrap_or_else(even),
            None => even(),
        };
        WIDTH * place
    }

    fn path(&self, values: &[f64], y: &dyn Fn(f64) -> f64) -> String {
        let (mut d, mut pen) = (String::new(), 'M');
        for (index, value) in values.iter().enumerate() {
            if value.is_finite() {
                let (x, y) = (self.x(index, values.len()), y(*value));
                let _ = write!(d, "{pen}{} {}", short(x), short(y));
                pen = 'L';
            } else {
                pen = 'M';
            }
        }
        d
    }

    /// One closed area for each run of places at which both ends are known.
    fn area(&self, band: &Band, y: &dyn Fn(f64) -> f64) -> String {
        let (mut d, mut from) = (String::new(), 0);
        let of = band.high.len().min(band.low.len());
        let known = |index: usize| band.high[index].is_finite() && band.low[index].is_finite();
        while from < of {
            let to = (from..of).find(|index| !known(*index)).unwrap_or(of);
            let there = (from..to).map(|index| (index, band.high[index]));
            let back = (from..to).rev().map(|index| (index, band.low[index]));
            for (number, (index, value)) in there.chain(back).enumerate() {
                let pen = if number == 0 { 'M' } else { 'L' };
                let _ = write!(d, "{pen}{} {}", short(self.x(index, of)), short(y(value)));
            }
            if to > from {
                d.push('Z');
            }
            from = to + 1;
        }
        d
    }
}

/// A coordinate to a tenth.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Width of a text in Latin letters; one of Chinese takes two.
pub(super) fn letters(text: &str) -> f64 {
    text.chars()
        .map(|letter| if letter > '\u{2e7f}' { 2.1 } else { 1.0 })
        .sum()
}

/// Room for labels of so many letters beside a picture.
pub(super) fn gutter_rem(letters: usize) -> String {
    format!("{:.2}", 0.5 * letters as f64 + 0.5)
}

/// What stands around a picture: marks of both axes, outside the drawing that stretches.
pub(super) struct Frame<'a> {
    pub(super) height: usize,
    pub(super) unit: &'a str,
    pub(super) along: &'a str,
    pub(super) ticks: &'a [Tick],
    pub(super) axis: &'a Axis,
}

impl Frame<'_> {
    pub(super) fn around(&self, drawing: &Markup) -> Markup {
        let height = self.height as f64;
        let gutter = gutter_rem(self.axis.letters());
        html! {
            div.frame style={ "--gutter:" (gutter) "rem;height:" (self.height) "px" } {
                span.unit { (self.unit) }
                div.y-axis aria-hidden="true" {
                    @for tick in &self.axis.ticks {
                        span style={ "top:" (short(height * (1.0 - tick.at))) "px" } { (tick.label) }
                    }
                }
                div.canvas {
                    svg viewBox={ "0 0 " (WIDTH) " " (self.height) } preserveAspectRatio="none" aria-hidden="true" {
                        @for tick in &self.axis.ticks {
                            @let y = short(height * (1.0 - tick.at));
                            line.grid.zero[tick.label == "0"] x1="0" x2=(WIDTH) y1=(y) y2=(y) {}
                        }
                        (drawing)
                    }
                    div.x-axis aria-hidden="true" { (marks(self.ticks)) }
                }
            }
            @if !self.along.is_empty() { p.along aria-hidden="true" { (self.along) } }
        }
    }
}

/// Marks of a horizontal axis; where room is short the style leaves out the lesser ones.
pub(super) fn marks(ticks: &[Tick]) -> Markup {
    let all = ticks.iter().map(|tick| letters(&tick.label)).sum::<f64>();
    html! {
        @for (index, tick) in ticks.iter().enumerate() {
            span.minor[index % 2 == 1].long[all > 24.0].longer[all > 38.0].start[tick.at < 0.004].end[tick.at > 0.99].least[index % 4 != 0 && ticks.len() > 8] style={ "left:" (short(100.0 * tick.at)) "%" } {
                (tick.label)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four places, the second unknown: a point's area and one of two points; nothing is drawn over the gap.
    #[test]
    fn a_band_leaves_gaps_open() {
        let lines = Lines {
            unit: String::new(),
            height: 100,
            places: None,
            ticks: Vec::new(),
            along: String::new(),
            axis: Axis::linear([0.0, 1.0], true, 1),
            bands: Vec::new(),
            lines: Vec::new(),
            spans: Vec::new(),
        };
        let band = Band {
            colour: Colour::of_side(0),
            low: vec![0.0, 0.0, 0.0, 0.0],
            high: vec![1.0, f64::INFINITY, 1.0, 0.5],
        };
        let d = lines.area(&band, &|value| 100.0 * (1.0 - value));
        assert_eq!(d, "M0 0L0 100ZM666.7 0L1000 50L1000 100L666.7 100Z");
    }
}
