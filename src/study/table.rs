//! What a person reads at the end of a run or a comparison.

mod unit;

use jiff::civil::Date;

use super::compare::Column;
use crate::describe::paragraph;
use crate::metrics::Summary;
use crate::metrics::shortfall::SHORTFALLS;
use crate::output::{TextTable, grouped};
use unit::{change, fitting};

/// A figure worth a line: where it is, what it is called, its unit, the factor to that unit, and decimals. Units are scaled
/// to the size of the figures (`unit::fitting`).
struct Line(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    f64,
    usize,
);

/// The figures of the table, by heading.
const LINES: &[(&str, &[Line])] = &[
    (
        "Energy",
        &[
            Line("energy_mwh", "facility", "facility", "MWh", 1.0, 0),
            Line("energy_mwh", "it", "  IT", "MWh", 1.0, 0),
            Line("energy_mwh", "compute", "    compute", "MWh", 1.0, 0),
            Line(
                "energy_mwh",
                "server_fans",
                "    server fans",
                "MWh",
                1.0,
                0,
            ),
            Line(
                "energy_mwh",
                "psu_losses",
                "    power supplies",
                "MWh",
                1.0,
                0,
            ),
            Line(
                "energy_mwh",
                "electrical_losses",
                "  electrical losses",
                "MWh",
                1.0,
                0,
            ),
            Line("energy_mwh", "cooling", "  cooling", "MWh", 1.0, 0),
            Line("energy_mwh", "chillers", "    chillers", "MWh", 1.0, 0),
            Line(
                "energy_mwh",
                "heat_rejection_fans",
                "    outdoor fans",
                "MWh",
                1.0,
                0,
            ),
            Line("energy_mwh", "pumps", "    pumps", "MWh", 1.0, 0),
            Line("energy_mwh", "hall_fans", "    hall fans", "MWh", 1.0, 0),
            Line(
                "energy_mwh",
                "cdu_pumps",
                "    CDU, tank pumps",
                "MWh",
                1.0,
                0,
            ),
            Line("energy_mwh", "other", "  other", "MWh", 1.0, 0),
            Line(
                "energy_mwh",
                "storage_losses",
                "  storage losses",
                "MWh",
                1.0,
                0,
            ),
            Line("energy_mwh", "solar", "solar", "MWh", 1.0, 0),
            Line("energy_mwh", "generators", "generators", "MWh", 1.0, 0),
            Line("energy_mwh", "grid_import", "from the grid", "MWh", 1.0, 0),
            Line("energy_mwh", "grid_export", "into the grid", "MWh", 1.0, 0),
            Line("peak_kw", "facility", "peak", "MW", 1e-3, 0),
            Line("peak_h", "facility", "  at", MOMENT, 1.0, 0),
            Line("peak_kw", "grid", "peak at the meter", "MW", 1e-3, 0),
        ],
    ),
    (
        "Supply",
        &[
            Line(
                "supply",
                "battery_out_mwh",
                "from the battery",
                "MWh",
                1.0,
                0,
            ),
            Line("supply", "outage_hours", "without the grid", "h", 1.0, 2),
            Line("supply", "fuel_t", "fuel burnt", "t", 1.0, 2),
        ],
    ),
    (
        "Ratios",
        &[
            Line("ratios", "pue", "PUE", "", 1.0, 3),
            Line("ratios", "tue", "TUE", "", 1.0, 3),
            Line("ratios", "wue_l_per_kwh", "WUE", "L/kWh", 1.0, 3),
            Line("ratios", "load_factor", "load factor", "", 1.0, 3),
            Line("ratios", "free_cooling", "free cooling", "%", 100.0, 1),
            Line("ratios", "erf", "heat reused, ERF", "", 1.0, 3),
        ],
    ),
    (
        "Water, carbon, cost",
        &[
            Line("water_m3", "makeup", "water", "m³", 1.0, 0),
            Line("fluid_kg", "lost", "vapour lost", "kg", 1.0, 0),
            Line("carbon_t", "operational", "carbon", "t CO2e", 1.0, 0),
            Line(
                "carbon_t",
                "generators",
                "carbon of fuel burnt",
                "t CO2",
                1.0,
                1,
            ),
            Line("cost_usd", "total", "cost", "USD", 1.0, 0),
        ],
    ),
    (
        "Heat",
        &[
            Line("thermal", "max_inlet_c", "warmest coolant", "°C", 1.0, 1),
            Line("thermal", "max_chip_c", "hottest chip", "°C", 1.0, 1),
        ],
    ),
    (
        "Ride-through (from the start of an event)",
        &[
            Line(
                "ride_through",
                "first_above_limit_s",
                "first rack above limit",
                "min",
                1.0 / 60.0,
                1,
            ),
            Line(
                "ride_through",
                "first_throttle_s",
                "first throttle",
                "min",
                1.0 / 60.0,
                1,
            ),
            Line(
                "ride_through",
                "first_shutdown_s",
                "first shutdown",
                "min",
                1.0 / 60.0,
                1,
            ),
            Line(
                "ride_through",
                "off_gpu_hours",
                "racks off",
                "GPU-h",
                1.0,
                0,
            ),
        ],
    ),
    (
        "Work",
        &[
            Line("work", "gpu_hours", "work done", "GPU-h", 1.0, 0),
            Line(
                "work",
                "kwh_per_gpu_hour",
                "energy for work",
                "kWh/GPU-h",
                1.0,
                3,
            ),
            Line("work", "j_per_token", "energy for a token", "J", 1.0, 3),
            Line("jobs", "completed", "jobs completed", "", 1.0, 0),
            Line("jobs", "gpu_hours", "GPU time", "GPU-h", 1.0, 0),
            Line("jobs", "gpu_utilisation", "GPUs allocated", "%", 100.0, 1),
            Line("goodput", "goodput", "useful GPU time", "%", 100.0, 1),
            Line("goodput", "interruptions", "jobs interrupted", "", 1.0, 0),
            Line("jobs", "tokens", "tokens", "tokens", 1.0, 0),
            Line("jobs", "wait_s_mean", "mean wait", "h", 1.0 / 3600.0, 2),
            Line(
                "jobs",
                "wait_s_p95",
                "95 % wait less than",
                "h",
                1.0 / 3600.0,
                2,
            ),
            Line(
                "swings",
                "amplitude_mw",
                "training power swing",
                "MW",
                1.0,
                0,
            ),
        ],
    ),
];

/// The unit of what is reported as a date and a time: hours since the start of the run.
const MOMENT: &str = "moment";

fn figure(summary: &Summary, line: &Line) -> Option<f64> {
    // A site of services alone has a queue without jobs.
    let none = match (line.0, line.1) {
        ("jobs", "completed") => summary.jobs.submitted == Some(0),
        ("jobs", "tokens") => summary.jobs.tokens == Some(0.0),
        _ => false,
    };
    let mut figures = summary.figures().filter(|_| !none);
    figures
        .find(|(group, key, _)| *group == line.0 && *key == line.1)
        .map(|(.., value)| value * line.4)
}

/// What did not hold, as lines: those that some summary has something to say about.
fn short(summaries: &[&Summary]) -> Vec<Line> {
    let told = SHORTFALLS
        .iter()
        .filter(|each| summaries.iter().any(|summary| each.shows(summary)));
    told.map(|each| {
        Line(
            each.group,
            each.key,
            each.label,
            each.unit,
            each.factor,
            each.decimals,
        )
    })
    .collect()
}

/// What a table shows of a line: its cells, from its figures and how they are written.
type Cells<'a> =
    &'a dyn Fn(&[Option<f64>], &'static str, &dyn Fn(Option<f64>) -> String) -> Vec<String>;

/// Adds the lines that at least one summary has; rows without a cell are left out.
fn fill(table: &mut TextTable, summaries: &[&Summary], start: Option<Date>, cells: Cells<'_>) {
    let short = short(summaries);
    let all = std::iter::once(("Did not hold", &short[..])).chain(LINES.iter().copied());
    for (heading, lines) in all {
        let (mut headed, mut whole) = (false, None);
        for line in lines {
            let figures: Vec<_> = summaries
                .iter()
                .map(|summary| figure(summary, line))
                .collect();
            if figures.iter().all(Option::is_none) || (line.3 == MOMENT && start.is_none()) {
                continue;
            }
            let mut size = largest(&figures);
            if line.3 == "MWh" {
                // Parts are read beside their whole, the first energy under the heading.
                size = *whole.get_or_insert(size);
            }
            let fit = fitting(line.3, size, line.5);
            let written = |figure: Option<f64>| match (figure, start) {
                (Some(hours), Some(start)) if line.3 == MOMENT => moment(start, hours),
                (Some(value), _) => grouped(value * fit.factor, fit.decimals),
                (None, _) => String::new(),
            };
            let cells = cells(&figures, line.3, &written);
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if !headed {
                table.heading(heading);
                headed = true;
            }
            let unit = if line.3 == MOMENT { "" } else { fit.unit };
            table.row(format!("  {}", line.2), unit, cells);
        }
    }
}

/// `07-15 16:30`, of later years `2027-07-15 16:30`: the step that ends so many hours after the start.
fn moment(start: Date, hours: f64) -> String {
    let at = jiff::SignedDuration::from_secs((hours * 3600.0).round() as i64);
    let at = start.at(0, 0, 0, 0).saturating_add(at);
    let form = if at.year() == start.year() {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(form).to_string()
}

fn largest(figures: &[Option<f64>]) -> f64 {
    let figures = figures.iter().flatten();
    figures.fold(0.0, |most, figure| figure.abs().max(most))
}

/// The table at the end of `run`, which began on `start`.
pub fn summary(name: &str, start: Date, summary: &Summary, width: usize, colour: bool) -> String {
    let mut table = TextTable::new([name]);
    fill(
        &mut table,
        &[summary],
        Some(start),
        &|figures, _, written| figures.iter().map(|figure| written(*figure)).collect(),
    );
    table.render(width, colour).trim_end().to_owned()
}

/// The table of `compare`: each scenario, and the change of every further one to the first; beside it where there are
/// two, in a table of its own where there are more.
pub fn comparison(columns: &[Column], width: usize, colour: bool) -> String {
    let summaries: Vec<_> = columns.iter().map(|column| &column.summary).collect();
    let names = columns.iter().map(|column| column.name.clone());
    let changes = |figures: &[Option<f64>], unit: &str| -> Vec<String> {
        let first = figures.first().copied().flatten();
        let further = figures.iter().skip(1);
        further.map(|figure| change(first, *figure, unit)).collect()
    };
    let two = columns.len() == 2;
    let beside = two.then(|| "change".to_owned());
    let mut figures = TextTable::new(names.clone().chain(beside)).units_first();
    if columns.len() > 2 {
        figures = figures.repeating_first();
    }
    fill(&mut figures, &summaries, None, &|figures, unit, written| {
        let values = figures.iter().map(|figure| written(*figure));
        let changes = if two {
            changes(figures, unit)
        } else {
            Vec::new()
        };
        values.chain(changes).collect()
    });
    let figures = figures.render(width, colour).trim_end().to_owned();
    if columns.len() <= 2 {
        return figures;
    }
    let mut differences = TextTable::new(names.skip(1)).units_first();
    fill(&mut differences, &summaries, None, &|figures, unit, _| {
        let changes = changes(figures, unit);
        // What is the same everywhere is no news.
        let news = changes
            .iter()
            .any(|change| !matches!(change.as_str(), "" | "="));
        if news { changes } else { Vec::new() }
    });
    let differences = differences.without_units().render(width, colour);
    let title = format!(
        "Change from {} (figures that are the same everywhere are left out)",
        columns[0].name
    );
    let title = paragraph(&title, "", "  ", width);
    format!("{figures}\n\n{title}\n{}", differences.trim_end())
}

#[cfg(test)]
mod tests;
