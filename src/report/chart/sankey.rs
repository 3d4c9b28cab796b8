//! Flows of energy from left to right.
//!
//! Heights are pixels, so that names can stand beside their flows without touching; widths stretch.

use maud::{Markup, html};

use super::Colour;
use super::lines::{WIDTH, letters, short};

/// Room between two nodes of a column, and the least height of a node that has a name on the right, px.
const GAP: f64 = 6.0;
const LINE: f64 = 19.0;

/// What energy goes through.
#[derive(Debug, Clone)]
pub(in crate::report) struct Node {
    pub(in crate::report) name: String,
    /// Beside the name.
    pub(in crate::report) value: String,
    /// From 0; the last column has its names on the right.
    pub(in crate::report) column: usize,
    pub(in crate::report) colour: Colour,
}

/// Energy from one node to another of a later column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) struct Flow {
    pub(in crate::report) from: usize,
    pub(in crate::report) to: usize,
    pub(in crate::report) amount: f64,
}

/// A picture of flows; rows of its data are the flows.
#[derive(Debug, Clone)]
pub(in crate::report) struct Sankey {
    /// Those of a column from the top down.
    pub(in crate::report) nodes: Vec<Node>,
    /// Those of a node from the top down.
    pub(in crate::report) flows: Vec<Flow>,
    pub(in crate::report) height: f64,
}

/// Where a node is drawn.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    top: f64,
    high: f64,
    /// Used up by flows drawn so far, on its left and right.
    left: f64,
    right: f64,
}

impl Sankey {
    pub(in crate::report) fn draw(&self) -> Markup {
        let last = self.nodes.iter().map(|node| node.column).max().unwrap_or(0);
        let (mut places, scale, height) = self.places(last);
        let x = |column: usize| (WIDTH - BAR) * column as f64 / last.max(1) as f64;
        let mut ribbons = Vec::new();
        for flow in &self.flows {
            let high = flow.amount * scale;
            let from = places[flow.from].top + places[flow.from].right;
            let to = places[flow.to].top + places[flow.to].left;
            places[flow.from].right += high;
            places[flow.to].left += high;
            let (x0, x1) = (
                x(self.nodes[flow.from].column) + BAR,
                x(self.nodes[flow.to].column),
            );
            let middle = f64::midpoint(x0, x1);
            ribbons.push(format!(
                "M{x0:.1} {from:.1}C{middle:.1} {from:.1} {middle:.1} {to:.1} {x1:.1} {to:.1}V{:.1}C{middle:.1} {:.1} {middle:.1} {:.1} {x0:.1} {:.1}Z",
                to + high,
                to + high,
                from + high,
                from + high
            ));
        }
        let labels = self.labels(&places, last, height);
        let ends = self.nodes.iter().filter(|node| node.column == last);
        let letters = ends.map(|node| letters(&node.name) + letters(&node.value) + 4.0);
        let letters = short(letters.fold(0.0, f64::max));
        html! {
            div.sankey style={ "height:" (short(height)) "px;--ends:" (letters) } {
                div.canvas {
                    svg viewBox={ "0 0 " (WIDTH) " " (short(height)) } preserveAspectRatio="none" aria-hidden="true" {
                        @for (row, (flow, d)) in self.flows.iter().zip(&ribbons).enumerate() {
                            path.flow data-row=(row) style={ "fill:" (self.nodes[flow.to].colour.css()) } d=(d) {}
                        }
                        @for (node, place) in self.nodes.iter().zip(&places) {
                            rect.node style={ "fill:" (node.colour.css()) } x=(short(x(node.column))) y=(short(place.top)) width=(BAR) height=(short(place.high.max(1.0))) {}
                        }
                    }
                    @for (index, node) in self.nodes.iter().enumerate() {
                        @if node.column < last {
                            span.over.first[node.column == 0] style={ "top:" (short(labels[index])) "px;left:" (short(100.0 * (x(node.column) + BAR) / WIDTH)) "%" } {
                                (node.name) " " b { (node.value) }
                            }
                        }
                    }
                }
                div.ends {
                    @for (index, node) in self.nodes.iter().enumerate() {
                        @if node.column == last {
                            span style={ "top:" (short(labels[index])) "px" } { i.swatch style={ "--colour:" (node.colour.css()) } {} (node.name) " " b { (node.value) } }
                        }
                    }
                }
            }
        }
    }

    /// Places of the nodes, pixels for an amount, and the height that they need.
    fn places(&self, last: usize) -> (Vec<Place>, f64, f64) {
        let amounts: Vec<f64> = (0..self.nodes.len())
            .map(|node| {
                let flows = self.flows.iter();
                let (mut into, mut out) = (0.0, 0.0);
                for flow in flows {
                    into += if flow.to == node { flow.amount } else { 0.0 };
                    out += if flow.from == node { flow.amount } else { 0.0 };
                }
                f64::max(into, out)
            })
            .collect();
        let of_column = |column: usize| {
            self.nodes
                .iter()
                .zip(&amounts)
                .filter(move |(node, _)| node.column == column)
        };
        let most =
            (0..=last).map(|column| of_column(column).map(|(_, amount)| amount).sum::<f64>());
        let most = most.fold(0.0, f64::max);
        let scale = if most > 0.0 { self.height / most } else { 0.0 };
        let mut places = vec![Place::default(); self.nodes.len()];
        let mut height: f64 = 0.0;
        for column in 0..=last {
            let mut top = 0.0;
            for (index, node) in self.nodes.iter().enumerate() {
                if node.column == column {
                    places[index] = Place {
                        top,
                        high: amounts[index] * scale,
                        ..Place::default()
                    };
                    top += amounts[index] * scale + GAP;
                }
            }
            height = height.max(top);
        }
        let names = self.nodes.iter().filter(|node| node.column == last).count();
        (places, scale, height.max(names as f64 * LINE + 2.0))
    }

    /// Middles of the names: beside their node, but none over another.
    fn labels(&self, places: &[Place], last: usize, height: f64) -> Vec<f64> {
        let middle = |place: &Place| place.top + place.high / 2.0;
        let mut labels: Vec<f64> = places.iter().map(middle).collect();
        for column in 0..=last {
            let of_column = |index: &usize| self.nodes[*index].column == column;
            let members: Vec<usize> = (0..self.nodes.len()).filter(of_column).collect();
            let mut least = LINE / 2.0;
            for index in &members {
                labels[*index] = labels[*index].max(least);
                least = labels[*index] + LINE;
            }
            let mut most = height - LINE / 2.0;
            for index in members.iter().rev() {
                labels[*index] = labels[*index].min(most);
                most = labels[*index] - LINE;
            }
        }
        labels
    }
}

/// Width of a node in the picture's units.
const BAR: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Names never lie over another, whatever the sizes.
    #[test]
    fn names_keep_their_distance() {
        let node = |name: &str, column| Node {
            name: name.into(),
            value: String::new(),
            column,
            colour: Colour::named("grid"),
        };
        let mut nodes = vec![node("all", 0)];
        let mut flows = Vec::new();
        for part in 1..=9 {
            nodes.push(node("part", 1));
            flows.push(Flow {
                from: 0,
                to: part,
                amount: if part == 1 { 1000.0 } else { 1.0 },
            });
        }
        let sankey = Sankey {
            nodes,
            flows,
            height: 200.0,
        };
        let (places, scale, height) = sankey.places(1);
        assert!((places[0].high - 1008.0 * scale).abs() < 1e-9);
        let labels = sankey.labels(&places, 1, height);
        for pair in labels[1..].windows(2) {
            assert!(pair[1] - pair[0] >= LINE - 1e-9, "{labels:?}");
        }
        assert!(labels[9] <= height);
    }
}
