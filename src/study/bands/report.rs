//! The bands as a person reads them: P10, P50 and P90 beside what is stated, and what decides.

use super::Bands;
use super::input::{Input, Law, On};
use super::statistics::{by_chance, quantile, rank_correlation};
use crate::describe::paragraph;
use crate::metrics::figures::{Figure, Unit};
use crate::output::{TextTable, grouped};

/// Figures named as those that matter most.
const NAMED: usize = 3;

/// Values of one row: as stated, and of the draws that count.
struct Row {
    figure: usize,
    stated: Option<f64>,
    drawn: Vec<f64>,
    /// A difference: in percent of the first, or in the figure's own unit.
    percent: bool,
}

/// Tables and sentences for standard output, at most `width` wide.
pub fn report(bands: &Bands, width: usize, colour: bool) -> String {
    let mut text = vec![head(bands, width)];
    let sides = bands.sides();
    let name = |side: usize| bands.study.sides[side].name.as_str();
    let columns = ["as stated", "P10", "P50", "P90"];
    let mut table = TextTable::new(columns).units_first();
    for side in 0..sides {
        table.heading(name(side));
        for row in of_side(bands, side) {
            value_row(bands, &mut table, &row);
        }
    }
    text.push(table.render(width, colour).trim_end().to_owned());
    if sides > 1 {
        let mut table = TextTable::new(columns.into_iter().chain(["sign"])).units_first();
        for side in 1..sides {
            table.heading(format!("{} less {}", name(side), name(0)));
            for row in of_difference(bands, side) {
                change_row(bands, &mut table, &row);
            }
        }
        text.push(table.render(width, colour).trim_end().to_owned());
    }
    let mut open = Vec::new();
    for side in 1..sides {
        for row in of_difference(bands, side) {
            if sign(&row.drawn) == OPEN {
                let less = 100.0 * share(&row.drawn, |value| value < 0.0);
                let of = label(&bands.figures[row.figure]);
                open.push(format!(
                    "open: {of} of {} less {}; {less:.0} % of the draws say less",
                    name(side),
                    name(0)
                ));
            }
        }
    }
    let open: Vec<String> = open
        .iter()
        .map(|line| paragraph(line, "", "  ", width))
        .collect();
    if !open.is_empty() {
        text.push(open.join("\n"));
    }
    text.push(what_decides(bands, width));
    text.extend(cut(bands, width));
    text.join("\n\n")
}

/// Ranges of which only a part was drawn from; None where there are none.
fn cut(bands: &Bands, width: usize) -> Option<String> {
    let inputs = bands.study.inputs.all.iter().enumerate();
    let cut = inputs.filter_map(|(number, input)| {
        let reason = input.limited.as_ref()?;
        let line = format!("{}, {}: else {reason}", name(bands, number), range(input));
        Some(paragraph(&line, "  ", "      ", width))
    });
    let title = "Ranges taken only as far as the scenario, as it is stated, can be built:";
    let lines: Vec<String> = [paragraph(title, "", "  ", width)]
        .into_iter()
        .chain(cut)
        .collect();
    (lines.len() > 1).then(|| lines.join("\n"))
}

const OPEN: &str = "open";

/// What was drawn and what counts.
fn head(bands: &Bands, width: usize) -> String {
    let (left_out, reasons) = bands.left_out();
    let mut lines = vec![format!(
        "P10, P50 and P90 of {} draws of {} figures in doubt and of the seed",
        bands.study.draws - left_out,
        bands.study.inputs.all.len()
    )];
    if left_out > 0 {
        let reasons = reasons.iter().take(NAMED).map(|(reason, times)| {
            let times = if *times > 1 {
                format!(" ({times} times)")
            } else {
                String::new()
            };
            format!("{reason}{times}")
        });
        let reasons: Vec<String> = reasons.collect();
        lines.push(format!(
            "{left_out} of {} draws did not run to their end and are left out on all sides: {}",
            bands.study.draws,
            reasons.join("; ")
        ));
    }
    let again = bands.draws.iter().filter(|draw| draw.again > 0).count();
    if again > 0 {
        let figures: usize = bands.draws.iter().map(|draw| draw.again).sum();
        lines.push(format!(
            "in {again} draws figures did not go together; {figures} in all were drawn again"
        ));
    }
    let lines = lines.iter().map(|line| paragraph(line, "", "  ", width));
    lines.collect::<Vec<_>>().join("\n")
}

/// The rows of a side.
fn of_side(bands: &Bands, side: usize) -> impl Iterator<Item = Row> {
    (0..bands.figures.len()).filter_map(move |figure| {
        let of = |draw| bands.values(draw, side).and_then(|values| values[figure]);
        let row = Row {
            figure,
            stated: of(0),
            drawn: bands.counted().filter_map(of).collect(),
            percent: false,
        };
        // Of what should not happen only what happens.
        let zero = bands.figures[figure].spec.zero.is_some();
        let none = row
            .drawn
            .iter()
            .chain(&row.stated)
            .all(|value| *value == 0.0);
        let absent = row.stated.is_none() && row.drawn.is_empty();
        (!absent && (!zero || !none)).then_some(row)
    })
}

/// The rows of a side less the first, draw by draw.
fn of_difference(bands: &Bands, side: usize) -> impl Iterator<Item = Row> {
    (0..bands.figures.len()).filter_map(move |figure| difference(bands, side, figure))
}

fn difference(bands: &Bands, side: usize, figure: usize) -> Option<Row> {
    let pair = |draw| {
        let first = bands.values(draw, 0)?[figure]?;
        Some((first, bands.values(draw, side)?[figure]?))
    };
    let pairs: Vec<(f64, f64)> = bands.counted().filter_map(pair).collect();
    let all = || pairs.iter().copied().chain(pair(0));
    if all().next().is_none() || all().all(|(a, b)| a == 0.0 && b == 0.0) {
        return None;
    }
    let temperature = bands.figures[figure].spec.unit == Unit::Celsius;
    // What hardly is there on one side has no change in percent.
    let percent = !temperature && all().all(|(a, b)| a > 0.0 && b < 10.0 * a);
    let change = |(a, b): (f64, f64)| if percent { 100.0 * (b - a) / a } else { b - a };
    Some(Row {
        figure,
        stated: pair(0).map(change),
        drawn: pairs.iter().copied().map(change).collect(),
        percent,
    })
}

impl Row {
    /// As stated, then P10, P50 and P90.
    fn cells(&self) -> [Option<f64>; 4] {
        let of = |p| quantile(&self.drawn, p);
        [self.stated, of(0.1), of(0.5), of(0.9)]
    }
}

fn label(figure: &Figure) -> &'static str {
    figure.spec.label.trim()
}

fn value_row(bands: &Bands, table: &mut TextTable, row: &Row) {
    let figure = &bands.figures[row.figure];
    let (cells, unit) = fitted(figure, row.cells());
    let cells =
        cells.map(|(value, decimals)| value.map_or_else(String::new, |it| grouped(it, decimals)));
    table.row(format!("  {}", label(figure)), unit, cells);
}

/// Values in the unit that fits them, with their decimals.
fn fitted(figure: &Figure, values: [Option<f64>; 4]) -> ([(Option<f64>, usize); 4], &'static str) {
    let spec = figure.spec;
    let (_, factor) = spec.unit.shown();
    let values = values.map(|value| value.map(|it| it * factor));
    let fit = spec
        .unit
        .fitting(super::super::table::largest(&values), spec.decimals);
    let cells = values.map(|value| (value.map(|it| it * fit.factor), fit.decimals));
    (cells, fit.unit)
}

fn change_row(bands: &Bands, table: &mut TextTable, row: &Row) {
    let figure = &bands.figures[row.figure];
    let (cells, unit) = if row.percent {
        let cells = row.cells();
        let small = cells.iter().flatten().all(|value| value.abs() < 1.0);
        (cells.map(|value| (value, 1 + usize::from(small))), "%")
    } else {
        fitted(figure, row.cells())
    };
    let unit = if unit == "°C" { "K" } else { unit };
    let signed = |(value, decimals): (Option<f64>, usize)| {
        value.map_or_else(String::new, |value| {
            let text = grouped(value, decimals);
            let more = value > 0.0 && text.bytes().any(|sign| (b'1'..=b'9').contains(&sign));
            if more { format!("+{text}") } else { text }
        })
    };
    let cells = cells.map(signed).into_iter();
    let cells = cells.chain([sign(&row.drawn).to_owned()]);
    table.row(format!("  {}", label(figure)), unit, cells);
}

fn share(values: &[f64], of: impl Fn(f64) -> bool) -> f64 {
    let of = values.iter().filter(|value| of(**value)).count();
    of as f64 / values.len().max(1) as f64
}

/// Whether it is less or more in nine draws of ten.
fn sign(drawn: &[f64]) -> &'static str {
    match (quantile(drawn, 0.1), quantile(drawn, 0.9)) {
        (Some(low), Some(high)) if low < 0.0 && high > 0.0 => OPEN,
        (Some(_), Some(_)) if drawn.iter().all(|value| *value == 0.0) => "=",
        (Some(_), Some(high)) if high <= 0.0 => "less",
        (Some(_), Some(_)) => "more",
        _ => "",
    }
}

/// For each side and each difference the figures in doubt that matter most.
fn what_decides(bands: &Bands, width: usize) -> String {
    let Some(main) = bands.main_figure() else {
        return String::new();
    };
    let draws: Vec<u64> = bands.counted().collect();
    let least = by_chance(draws.len(), bands.study.inputs.all.len());
    let name = |side: usize| bands.study.sides[side].name.as_str();
    let mut lines = Vec::new();
    let mut tell = |of: String, values: &[f64]| {
        let most = most(bands, &draws, values, least);
        if most.is_empty() {
            lines.push(paragraph(
                &format!("{of}: none stands out"),
                "",
                "  ",
                width,
            ));
            return;
        }
        lines.push(paragraph(&format!("{of}:"), "", "  ", width));
        for (input, rho) in most {
            lines.push(paragraph(&weight(bands, input, rho), "  ", "      ", width));
        }
    };
    for side in 0..bands.sides() {
        let rows = of_side(bands, side).find(|row| row.figure == main);
        if let Some(row) = rows.filter(|row| row.drawn.len() == draws.len()) {
            let of = format!("{} of {}", label(&bands.figures[main]), name(side));
            tell(of, &row.drawn);
        }
    }
    for side in 1..bands.sides() {
        for row in of_difference(bands, side) {
            let open = sign(&row.drawn) == OPEN;
            if row.drawn.len() == draws.len() && (row.figure == main || open) {
                let of = label(&bands.figures[row.figure]);
                let of = format!("{of} of {} less {}", name(side), name(0));
                tell(of, &row.drawn);
            }
        }
    }
    let title = format!(
        "Which doubt decides (share of the variance by squared rank correlation; below {:.0} % it may be chance)",
        100.0 * least * least
    );
    let title = paragraph(&title, "", "  ", width);
    [title]
        .into_iter()
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The inputs whose rank correlation with the values exceeds what chance reaches, the largest first.
fn most(bands: &Bands, draws: &[u64], values: &[f64], least: f64) -> Vec<(usize, f64)> {
    let inputs = bands.study.inputs.all.iter().enumerate();
    let of = inputs.filter_map(|(number, _)| {
        let of_draw = |draw: &u64| bands.draws[*draw as usize].inputs[number];
        let drawn: Vec<f64> = draws.iter().map(of_draw).collect();
        let rho = rank_correlation(&drawn, values)?;
        (rho.abs() > least).then_some((number, rho))
    });
    let mut of: Vec<(usize, f64)> = of.collect();
    of.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    of.truncate(NAMED);
    of
}

fn weight(bands: &Bands, number: usize, rho: f64) -> String {
    let input = &bands.study.inputs.all[number];
    let name = name(bands, number);
    let direction = match (&input.law, rho > 0.0) {
        (Law::Names { .. }, _) => "",
        (_, true) => ", more means more",
        (_, false) => ", more means less",
    };
    format!(
        "{name}, {}: {:.0} %{direction}",
        range(input),
        100.0 * rho * rho
    )
}

/// A default by its place, where all sides have it at one.
pub(super) fn name(bands: &Bands, number: usize) -> &str {
    match &bands.study.inputs.labels[number][..] {
        [only] => only,
        _ => &bands.study.inputs.all[number].name,
    }
}

/// `900 to 2,025`, `times 0.7 to 1.4`.
fn range(input: &Input) -> String {
    match &input.law {
        Law::Names { names, .. } => names.join(", "),
        Law::Figure { on, .. } => {
            let [low, high] = input.within.map(|end| plain(input.law.at(end)));
            match on {
                On::Instead => format!("{low} to {high}"),
                On::Factor => format!("times {low} to {high}"),
                On::Addition => format!("an addition of {low} to {high}"),
            }
        }
    }
}

/// With thousands separators, four digits at most.
fn plain(value: f64) -> String {
    let text = format!("{value:.3e}").parse::<f64>().unwrap_or(value);
    let text = text.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, places)| places.len());
    grouped(value, decimals)
}
