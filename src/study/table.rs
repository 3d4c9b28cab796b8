//! What a person reads at the end of a run or a comparison.

use super::compare::Column;
use crate::metrics::Summary;
use crate::output::{TextTable, grouped};

/// A figure worth a line: where it is, what it is called, its unit, a factor and decimals.
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
                "    tower, cooler fans",
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
            Line("energy_mwh", "unserved", "load not served", "MWh", 1.0, 0),
            Line("energy_mwh", "excess", "beyond the load", "MWh", 1.0, 0),
            Line("peak_kw", "facility", "peak", "MW", 1e-3, 3),
            Line("peak_kw", "grid", "peak at the meter", "MW", 1e-3, 3),
        ],
    ),
    (
        "Supply",
        &[
            Line("supply", "capped_hours", "capped", "h", 1.0, 1),
            Line(
                "supply",
                "capped_gpu_hours",
                "lost to the cap",
                "GPU-h",
                1.0,
                0,
            ),
            Line("supply", "over_limit_hours", "above the limit", "h", 1.0, 1),
            Line(
                "supply",
                "generator_overload_hours",
                "generators overloaded",
                "h",
                1.0,
                1,
            ),
            Line(
                "supply",
                "battery_out_mwh",
                "from the battery",
                "MWh",
                1.0,
                0,
            ),
            Line("supply", "outage_hours", "without the grid", "h", 1.0, 2),
            Line("supply", "dark_hours", "  without any power", "h", 1.0, 2),
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
            Line("cost_usd", "total", "cost", "1000 USD", 1e-3, 0),
        ],
    ),
    (
        "Heat",
        &[
            Line("thermal", "max_inlet_c", "warmest coolant", "°C", 1.0, 1),
            Line("thermal", "max_chip_c", "hottest chip", "°C", 1.0, 1),
            Line(
                "thermal",
                "throttled_gpu_hours",
                "throttled",
                "GPU-h",
                1.0,
                0,
            ),
            Line("thermal", "hours_above_limit", "above limit", "h", 1.0, 1),
        ],
    ),
    (
        "Ride-through (from the begin of an event)",
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
            Line("jobs", "completed", "jobs completed", "", 1.0, 0),
            Line("jobs", "gpu_hours", "GPU time", "1000 h", 1e-3, 0),
            Line("jobs", "gpu_utilisation", "GPUs allocated", "%", 100.0, 1),
            Line("goodput", "goodput", "useful of that", "%", 100.0, 1),
            Line("goodput", "interruptions", "jobs interrupted", "", 1.0, 0),
            Line("jobs", "tokens", "tokens", "10^12", 1e-12, 2),
            Line("jobs", "wait_s_mean", "mean wait", "h", 1.0 / 3600.0, 2),
            Line(
                "jobs",
                "wait_s_p95",
                "95 % wait at most",
                "h",
                1.0 / 3600.0,
                2,
            ),
            Line(
                "swings",
                "amplitude_mw",
                "swing within a step",
                "MW",
                1.0,
                2,
            ),
        ],
    ),
];

/// Figures that say nothing where they are zero.
const ONLY_WHERE_IT_HAPPENED: [&str; 3] = ["unserved", "excess", "generator_overload_hours"];

fn figure(summary: &Summary, line: &Line) -> Option<f64> {
    summary
        .figures()
        .find(|(group, key, _)| *group == line.0 && *key == line.1)
        .map(|(.., value)| value * line.4)
}

/// Adds the lines that at least one summary has; `cells` turns the figures of a line into its cells.
fn fill(
    table: &mut TextTable,
    summaries: &[&Summary],
    cells: impl Fn(&[Option<f64>], &Line, usize) -> Vec<String>,
) {
    for (heading, lines) in LINES {
        let (mut headed, mut whole) = (false, 0.0);
        for line in *lines {
            let figures: Vec<_> = summaries
                .iter()
                .map(|summary| figure(summary, line))
                .collect();
            let silent = ONLY_WHERE_IT_HAPPENED.contains(&line.1);
            if figures
                .iter()
                .all(|figure| figure.is_none_or(|figure| silent && figure == 0.0))
            {
                continue;
            }
            if !headed {
                table.heading(*heading);
                headed = true;
                // Parts are read beside their whole, the first figure under the heading.
                whole = largest(&figures);
            }
            let decimals = match line.3 {
                "MWh" => digits(whole).max(line.5),
                "m³" | "kg" | "t CO2e" | "1000 USD" => digits(largest(&figures)).max(line.5),
                _ => line.5,
            };
            table.row(
                format!("  {}", line.2),
                line.3,
                cells(&figures, line, decimals),
            );
        }
    }
}

fn largest(figures: &[Option<f64>]) -> f64 {
    let figures = figures.iter().flatten();
    figures.fold(0.0, |most, figure| figure.abs().max(most))
}

/// Decimals that leave a small site's figures four digits, and a large one's whole numbers.
fn digits(value: f64) -> usize {
    [1000.0, 100.0, 10.0]
        .into_iter()
        .filter(|bound| value < *bound)
        .count()
}

fn shown(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(String::new, |value| grouped(value, decimals))
}

/// The table at the end of `run`.
pub fn summary(name: &str, summary: &Summary, width: usize, colour: bool) -> String {
    let mut table = TextTable::new([name]);
    fill(&mut table, &[summary], |figures, _, decimals| {
        figures
            .iter()
            .map(|figure| shown(*figure, decimals))
            .collect()
    });
    table.render(width, colour).trim_end().to_owned()
}

/// The table of `compare`: each scenario, and the change of every further one to the first; beside it where there are
/// two, in a table of its own where there are more.
pub fn comparison(columns: &[Column], width: usize, colour: bool) -> String {
    let summaries: Vec<_> = columns.iter().map(|column| &column.summary).collect();
    let names = columns.iter().map(|column| column.name.clone());
    let changes = |figures: &[Option<f64>], line: &Line| -> Vec<String> {
        let first = figures.first().copied().flatten();
        let further = figures.iter().skip(1);
        further
            .map(|figure| change(first, *figure, line.3))
            .collect()
    };
    let values = |figures: &[Option<f64>], _: &Line, decimals: usize| -> Vec<String> {
        let figures = figures.iter();
        figures.map(|figure| shown(*figure, decimals)).collect()
    };
    if columns.len() <= 2 {
        let change = (columns.len() == 2).then(|| "change".to_owned());
        let mut table = TextTable::new(names.chain(change));
        fill(&mut table, &summaries, |figures, line, decimals| {
            [values(figures, line, decimals), changes(figures, line)].concat()
        });
        return table.render(width, colour).trim_end().to_owned();
    }
    let mut figures = TextTable::new(names.clone()).repeating_first();
    fill(&mut figures, &summaries, values);
    let mut differences = TextTable::new(names.skip(1));
    fill(&mut differences, &summaries, |figures, line, _| {
        changes(figures, line)
    });
    format!(
        "{}\n\nChange from {}\n{}",
        figures.render(width, colour).trim_end(),
        columns[0].name,
        differences.render(width, colour).trim_end()
    )
}

/// Change in percent, where both figures are known and the first is not zero; of a temperature, in kelvin.
fn change(from: Option<f64>, to: Option<f64>, unit: &str) -> String {
    match (from, to) {
        (Some(from), Some(to)) if unit == "°C" => format!("{:+.1} K", to - from),
        (Some(from), Some(to)) if from != 0.0 => {
            let percent = 100.0 * (to - from) / from;
            if percent.abs() < 999.5 {
                format!("{percent:+.1} %")
            } else {
                format!("x {:.1}", to / from)
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_as_a_planner_reads_them() {
        assert_eq!(change(Some(200.0), Some(150.0), "MWh"), "-25.0 %");
        assert_eq!(change(Some(70.0), Some(85.5), "°C"), "+15.5 K");
        assert_eq!(change(Some(1.0), Some(42.0), ""), "x 42.0");
        assert_eq!(change(Some(0.0), Some(5.0), ""), "");
        assert_eq!(change(None, Some(5.0), ""), "");
    }
}
