//! The difference explained: from one side's electricity to the other's, cause by cause.

use maud::html;
use serde::Deserialize;

use super::sides::{Side, Sides};
use crate::metrics::figures::Unit;
use crate::palette::USES;
use crate::report::chart::{Axis, Chart, Colour, Data, DataColumn, Hints, Mark, Row, Rows, Span};
use crate::report::number::{Style, signed, written};
use crate::report::page::Section;
use crate::report::run::energy::uses;
use crate::report::source::Run;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CauseWords {
    title: String,
    chart: String,
    note: String,
    cut: String,
    cause: String,
    difference: String,
    share: String,
    smaller: String,
    less: String,
    other_work: String,
}

const FACILITY: &str = "energy_mwh.facility";

/// What is smaller than this share of the first side's total is joined.
const SMALL: f64 = 1e-3;

/// Steps from one total to another, in whole units of the last digit shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    /// The first side's total.
    pub(super) from: i64,
    /// The other's.
    pub(super) to: i64,
    /// Causes by number, in the order shown; None: the smaller ones together.
    pub(super) causes: Vec<(Option<usize>, i64)>,
}

/// The steps of uses that change from `a` to `b` between two totals. What the uses leave unexplained is with the smaller ones.
/// Every step is rounded such that they chain: the totals' digits differ by exactly the sum of the steps' digits.
pub(super) fn steps(a: &[f64], b: &[f64], totals: [f64; 2]) -> Steps {
    let [from, to] = totals.map(|total| total.round() as i64);
    let exact: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let least = SMALL * totals[0].abs().max(totals[1].abs());
    let (large, small): (Vec<usize>, Vec<usize>) =
        (0..exact.len()).partition(|index| exact[*index].abs() >= least);
    let mut parts: Vec<(Option<usize>, f64)> = large
        .into_iter()
        .map(|index| (Some(index), exact[index]))
        .collect();
    let explained: f64 = parts.iter().map(|(_, part)| part).sum();
    let rest = totals[1] - totals[0] - explained;
    let any = small.iter().any(|index| exact[*index].abs() >= 0.5);
    if any || rest.abs() >= 0.5 || parts.is_empty() {
        parts.push((None, rest));
    }
    let values: Vec<f64> = parts.iter().map(|(_, part)| *part).collect();
    let whole = apportioned(&values, to - from);
    let mut causes: Vec<(Option<usize>, i64)> =
        parts.iter().map(|(index, _)| *index).zip(whole).collect();
    // What makes the difference first, the largest in front, then what goes against it; the smaller ones last.
    let sign = if to < from { -1 } else { 1 };
    causes.sort_by_key(|(index, step)| {
        let against = step * sign < 0;
        (index.is_none(), against, -step.abs(), *index)
    });
    Steps { from, to, causes }
}

/// Whole numbers near these that sum to `sum`: rounded down, and the rest given to those that lost most.
fn apportioned(values: &[f64], sum: i64) -> Vec<i64> {
    let mut whole: Vec<i64> = values.iter().map(|value| value.floor() as i64).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    let lost = |index: usize| values[index] - values[index].floor();
    order.sort_by(|a, b| lost(*b).total_cmp(&lost(*a)).then(a.cmp(b)));
    let mut left = sum - whole.iter().sum::<i64>();
    for index in order.iter().cycle().take(4 * values.len()) {
        if left <= 0 {
            break;
        }
        whole[*index] += 1;
        left -= 1;
    }
    for index in order.iter().rev().cycle().take(4 * values.len()) {
        if left >= 0 {
            break;
        }
        whole[*index] -= 1;
        left += 1;
    }
    whole
}

/// What explains the difference, for the first screen: `chillers −12,345 MWh`, those that make it and those that go against it.
pub(super) fn told(sides: &Sides, other: &Side, words: &Words) -> Option<[Vec<String>; 2]> {
    let (style, steps) = of(&sides.first().run, &other.run)?;
    let digits = digits(style);
    let lower = steps.to < steps.from;
    let with = |wanted: bool| {
        let causes = steps.causes.iter();
        let causes = causes.filter_map(|(index, step)| Some(((*index)?, *step)));
        let causes = causes.filter(|(_, step)| (*step < 0) == wanted);
        let said = |(index, step): (usize, i64)| {
            let name = words.energy_use(USES[index].key);
            let text = signed(step as f64 / digits, style.decimals);
            format!("{name} {text}\u{a0}{}", style.unit)
        };
        causes.take(3).map(said).collect::<Vec<String>>()
    };
    (steps.from != steps.to).then(|| [with(lower), with(!lower)])
}

/// Units of the last digit in one of what is shown.
fn digits(style: Style) -> f64 {
    (0..style.decimals).map(|_| 10.0).product()
}

/// Energy of every use in the order of the palette, in units of the last digit shown.
fn of(first: &Run, other: &Run) -> Option<(Style, Steps)> {
    let totals = [first.value(FACILITY)?, other.value(FACILITY)?];
    let style = Style::new(Unit::Mwh, totals[0].max(totals[1]), 0);
    let digits = digits(style);
    let scaled = |mwh: f64| style.scaled(mwh) * digits;
    let of_use = |run: &Run| -> Vec<f64> {
        let known = uses(run);
        let mwh = |key: &str| known.iter().find(|(one, _)| *one == key);
        let all = USES
            .iter()
            .map(|one| mwh(one.key).map_or(0.0, |(_, mwh)| *mwh));
        all.map(scaled).collect()
    };
    Some((
        style,
        steps(&of_use(first), &of_use(other), totals.map(scaled)),
    ))
}

pub(super) fn section(sides: &Sides, other_work: bool, words: &Words) -> Option<Section> {
    let own = &words.comparison.causes;
    let charts: Vec<Chart> = sides
        .further()
        .filter_map(|(index, side)| waterfall(sides.first(), side, index, words))
        .collect();
    if charts.is_empty() {
        return None;
    }
    let (shown, folded) = charts.split_at(charts.len().min(2));
    Some(Section {
        id: "causes",
        title: own.title.clone(),
        body: html! {
            @if other_work { p { (own.other_work) } }
            div.charts { @for chart in shown { (chart.render(words)) } }
            @for chart in folded {
                details { summary { (chart.title) } (chart.render(words)) }
            }
        },
    })
}

/// A side's sum, as a mark; bars that do not begin at zero would say nothing.
fn total(name: &str, value: f64, style: Style) -> Row {
    Row {
        name: name.to_owned(),
        note: String::new(),
        value: format!("{}\u{a0}{}", written(value, style.decimals), style.unit),
        spans: Vec::new(),
        marks: vec![Mark::Middle(value)],
        total: true,
    }
}

fn waterfall(first: &Side, other: &Side, index: usize, words: &Words) -> Option<Chart> {
    let own = &words.comparison.causes;
    let (style, steps) = of(&first.run, &other.run)?;
    let digits = digits(style);
    let shown = |units: i64| units as f64 / digits;
    let percent = |units: i64| 100.0 * units as f64 / steps.from.max(1) as f64;
    let mut at = steps.from;
    let mut ends = vec![at];
    let mut rows = Vec::new();
    let mut cells: Vec<(String, f64, f64)> = Vec::new();
    rows.push(total(&first.name, shown(steps.from), style));
    cells.push((first.name.clone(), shown(steps.from), f64::NAN));
    for (cause, step) in &steps.causes {
        let (name, colour) = match cause {
            Some(cause) => {
                let key = USES[*cause].key;
                (words.energy_use(key), Colour::of_use(key))
            }
            None => (own.smaller.as_str(), Colour::of_use("other")),
        };
        let next = at + step;
        rows.push(Row {
            name: name.to_owned(),
            note: String::new(),
            value: signed(shown(*step), style.decimals),
            spans: vec![Span {
                from: shown(at),
                to: shown(next),
                colour,
            }],
            marks: Vec::new(),
            total: false,
        });
        cells.push((name.to_owned(), shown(*step), percent(*step)));
        at = next;
        ends.push(at);
    }
    rows.push(total(&other.name, shown(steps.to), style));
    cells.push((other.name.clone(), shown(steps.to), f64::NAN));
    let whole = steps.to - steps.from;
    let name = fill(&own.less, &[("other", &other.name), ("first", &first.name)]);
    cells.push((name, shown(whole), percent(whole)));
    let (low, high) = (*ends.iter().min()?, *ends.iter().max()?);
    // Lengths are differences: the axis begins near the totals, unless it is near zero anyway.
    let zero = 2 * low < high;
    if zero {
        for row in rows.iter_mut().filter(|row| row.total) {
            let Some(Mark::Middle(to)) = row.marks.pop() else {
                continue;
            };
            row.spans.push(Span {
                from: 0.0,
                to,
                colour: Colour::named("grid"),
            });
        }
    }
    let plot = Rows {
        axis: Axis::linear([shown(low), shown(high)], zero, 4),
        unit: style.unit.into(),
        rows,
    };
    let mut note = fill(
        &own.note,
        &[
            ("difference", &signed(shown(whole), style.decimals)),
            ("unit", style.unit),
            ("percent", &signed(percent(whole), 1)),
        ],
    );
    if !zero {
        note = format!("{note} {}", own.cut);
    }
    let (names, values): (Vec<String>, Vec<(f64, f64)>) =
        cells.into_iter().map(|(name, a, b)| (name, (a, b))).unzip();
    let (values, shares) = values.into_iter().unzip();
    Some(Chart {
        id: format!("causes-{index}"),
        title: fill(
            &own.chart,
            &[("first", &first.name), ("other", &other.name)],
        ),
        note,
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(&own.cause, names),
                DataColumn::numbers(&own.difference, style.unit, style.decimals, values),
                DataColumn::numbers(&own.share, "%", 2, shares),
            ],
            hints: Hints::Items,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1000 to 830, of which uses explain −170: chillers −120.4, fans −60.3, pumps +10.4, and 0.3 of a small one.
    #[test]
    fn causes_by_hand() {
        let (a, b) = (
            [500.0, 300.4, 160.3, 10.0, 29.3],
            [500.0, 180.0, 100.0, 20.4, 29.6],
        );
        let steps = steps(&a, &b, [1000.0, 830.0]);
        assert_eq!((steps.from, steps.to), (1000, 830));
        assert_eq!(
            steps.causes,
            [(Some(1), -120), (Some(2), -60), (Some(3), 10)]
        );
        // The other way around the largest increase stands first.
        let back = super::steps(&b, &a, [830.0, 1000.0]);
        assert_eq!(back.causes[0], (Some(1), 120));
        assert_eq!(back.causes.last(), Some(&(Some(3), -10)));
        assert_eq!(apportioned(&[0.4, 0.4, 0.4], 1), [1, 0, 0]);
        assert_eq!(apportioned(&[-0.6, 2.5], 2), [-1, 3]);
    }

    proptest::proptest! {
        /// Steps chain from one total to the other to the last digit, and none is off by more than a few of its digits.
        #[test]
        fn steps_add_up(
            uses in proptest::collection::vec((0.0..1e6f64, 0.0..1e6f64), 0..11),
            left in -10.0..10.0f64,
        ) {
            let (a, b): (Vec<f64>, Vec<f64>) = uses.into_iter().unzip();
            let totals = [a.iter().sum::<f64>(), b.iter().sum::<f64>() + left];
            let steps = steps(&a, &b, totals);
            let mut at = steps.from;
            for (index, step) in &steps.causes {
                if let Some(index) = index {
                    let exact = b[*index] - a[*index];
                    proptest::prop_assert!((*step as f64 - exact).abs() < 2.0, "{step} for {exact}");
                }
                at += step;
            }
            proptest::prop_assert_eq!(at, steps.to);
            proptest::prop_assert_eq!((steps.from, steps.to), (totals[0].round() as i64, totals[1].round() as i64));
        }
    }
}
