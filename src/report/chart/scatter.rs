//! Points over two axes, with some of them joined: designs and the front among them.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::lines::{Frame, WIDTH, short};
use super::scale::Axis;
use super::{Colour, Key};

/// Points that belong together.
#[derive(Debug, Clone)]
pub(in crate::report) struct Points {
    pub(in crate::report) name: String,
    pub(in crate::report) colour: Colour,
    /// Those with a value that is not finite are left out.
    pub(in crate::report) at: Vec<(f64, f64)>,
    /// Large and joined in their order, each a row of the data; else small and faint.
    pub(in crate::report) joined: bool,
}

/// A picture of points.
#[derive(Debug, Clone)]
pub(in crate::report) struct Scatter {
    /// What lies across and its unit.
    pub(in crate::report) across: String,
    /// Over the vertical axis.
    pub(in crate::report) up: String,
    pub(in crate::report) height: usize,
    pub(in crate::report) points: Vec<Points>,
}

impl Scatter {
    /// The groups' names and colours.
    pub(in crate::report) fn legend(&self) -> Vec<Key> {
        let all = self.points.iter();
        all.map(|points| Key {
            name: points.name.clone(),
            colour: points.colour.clone(),
            line: points.joined,
            dashed: false,
        })
        .collect()
    }

    pub(in crate::report) fn draw(&self) -> Markup {
        let all = || {
            self.points
                .iter()
                .flat_map(|points| points.at.iter().filter(known))
        };
        let across = Axis::linear(all().map(|(x, _)| *x), false, 5);
        let up = Axis::linear(all().map(|(_, y)| *y), false, 5);
        let place = |(x, y): &(f64, f64)| {
            let y = self.height as f64 * (1.0 - up.at(*y));
            (short(WIDTH * across.at(*x)), short(y))
        };
        // A line without length and with round ends is a dot, however the picture is stretched.
        let dot = |at: &(f64, f64)| {
            let (x, y) = place(at);
            format!("M{x} {y}h0")
        };
        let line = |points: &Points| {
            let mut d = String::new();
            for at in points.at.iter().filter(known) {
                let (x, y) = place(at);
                let _ = write!(d, "{}{x} {y}", if d.is_empty() { 'M' } else { 'L' });
            }
            d
        };
        let frame = Frame {
            height: self.height,
            unit: &self.up,
            along: &self.across,
            ticks: &across.ticks,
            axis: &up,
        };
        let picture = frame.around(&html! {
            @for points in self.points.iter().filter(|points| !points.joined) {
                path.dots style={ "stroke:" (points.colour.css()) } d=(points.at.iter().filter(known).map(dot).collect::<String>()) {}
            }
            @for points in self.points.iter().filter(|points| points.joined) {
                path.line style={ "stroke:" (points.colour.css()) } d=(line(points)) {}
                @for (row, at) in points.at.iter().enumerate().filter(|(_, at)| known(at)) {
                    path.dots.large data-row=(row) style={ "stroke:" (points.colour.css()) } d=(dot(at)) {}
                }
            }
        });
        html! { div.scatter { (picture) } }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "iterators filter by reference"
)]
fn known(at: &&(f64, f64)) -> bool {
    at.0.is_finite() && at.1.is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_without_a_value_are_left_out_and_rows_keep_their_numbers() {
        let points = |joined, at: &[(f64, f64)]| Points {
            name: "n".into(),
            colour: Colour::of_side(0),
            at: at.to_vec(),
            joined,
        };
        let picture = Scatter {
            across: "a".into(),
            up: "b".into(),
            height: 100,
            points: vec![
                points(false, &[(0.0, 0.0), (f64::NAN, 1.0), (10.0, 10.0)]),
                points(true, &[(1.0, f64::NAN), (5.0, 5.0)]),
            ],
        };
        let text = picture.draw().into_string();
        assert_eq!(text.matches("h0").count(), 3, "{text}");
        assert!(text.contains("data-row=\"1\"") && !text.contains("data-row=\"0\""));
        assert!(text.contains("M500 50h0"), "{text}");
        assert!(!text.contains("NaN"));
    }
}
