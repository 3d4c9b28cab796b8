//! The hours of the last year: load duration, mean days of the seasons, the year as hours of days.

use maud::html;
use serde::Deserialize;

use crate::report::chart::{
    Axis, Band, Chart, Colour, Data, DataColumn, HeatMap, Hints, Line, Lines, Tick, duration,
    of_time,
};
use crate::report::number::{decimals, written};
use crate::report::page::Section;
use crate::report::source::Forecast;
use crate::report::source::series::descending;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HourWords {
    title: String,
    note: String,
    duration: String,
    duration_note: String,
    share_of_time: String,
    it: String,
    day_it: String,
    day_cooling: String,
    day_facility: String,
    day_note: String,
    hour: String,
    season: String,
    all_year: String,
    year: String,
    year_cooling: String,
    facility: String,
    cooling: String,
    heat_note: String,
    peak: String,
}

/// First and last month of the seasons, from 0, and the months in them.
const SEASONS: [[usize; 3]; 4] = [[11, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 10]];

/// Days of the months of the 365 days that a year of hours has.
const DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Megawatts as the page shows them.
#[derive(Clone, Copy)]
struct Scale {
    unit: &'static str,
    factor: f64,
    places: usize,
}

impl Scale {
    fn of(largest_mw: f64) -> Self {
        let (unit, factor) = if largest_mw < 1000.0 {
            ("MW", 1.0)
        } else {
            ("GW", 1e-3)
        };
        Self {
            unit,
            factor,
            places: decimals(largest_mw * factor, 4),
        }
    }

    fn all(self, mw: &[f64]) -> Vec<f64> {
        mw.iter().map(|mw| mw * self.factor).collect()
    }
}

fn largest(values: &[f64]) -> f64 {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.fold(0.0, f64::max)
}

pub(super) fn section(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.hours;
    let load = forecast.load.as_ref()?;
    let p50 = load.numbers("facility_mw_p50")?;
    let charts = [
        load_duration(forecast, words),
        day(forecast, ("facility", &own.day_facility), words),
        day(forecast, ("it", &own.day_it), words),
        day(forecast, ("cooling", &own.day_cooling), words),
        heat_map(forecast, ("facility", &own.year, &own.facility), words),
        heat_map(
            forecast,
            ("cooling", &own.year_cooling, &own.cooling),
            words,
        ),
    ];
    let charts: Vec<Chart> = charts.into_iter().flatten().collect();
    let year = forecast.last_year().to_string();
    let peak = peak(forecast, p50, words);
    Some(Section {
        id: "hours",
        title: fill(&own.title, &[("year", &year)]),
        body: html! {
            p.note { (fill(&own.note, &[("year", &year)])) }
            @if let Some(peak) = peak { p { (peak) } }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// Month (from 0), day of the month (from 1) and hour of an hour of the year.
fn date(hour: usize) -> (usize, usize, usize) {
    let mut day = hour / 24;
    for (month, days) in DAYS.into_iter().enumerate() {
        if day < days {
            return (month, day + 1, hour % 24);
        }
        day -= days;
    }
    (11, 31, hour % 24)
}

/// When the middle draw is highest, and what cooling takes of it.
fn peak(forecast: &Forecast, p50: &[f64], words: &Words) -> Option<String> {
    let load = forecast.load.as_ref()?;
    let finite = p50.iter().enumerate().filter(|(_, mw)| mw.is_finite());
    let (hour, mw) = finite.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
    let cooling = load.numbers("cooling_mw_p50")?;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let scale = Scale::of(*mw);
    let (month, day, of_day) = date(hour);
    let share = |part: f64, of: f64| written(100.0 * part / of, 1);
    let values = [
        (
            "peak",
            format!(
                "{}\u{a0}{}",
                written(mw * scale.factor, scale.places),
                scale.unit
            ),
        ),
        ("at", format!("{day} {}, {of_day}:00", words.months[month])),
        ("share", share(cooling[hour], *mw)),
        ("mean", share(mean(cooling), mean(p50))),
    ];
    Some(fill(
        &words.forecast.hours.peak,
        &values.each_ref().map(|(a, b)| (*a, b.as_str())),
    ))
}

fn load_duration(forecast: &Forecast, words: &Words) -> Option<Chart> {
    let own = &words.forecast.hours;
    let load = forecast.load.as_ref()?;
    let facility = |name: &str| load.numbers(&format!("facility_mw_{name}"));
    let middle = facility("p50")?;
    let [low, high] = ["p10", "p90"].map(|name| facility(name).unwrap_or(middle));
    let scale = Scale::of(largest(high));
    let curve = |values: &[f64]| scale.all(&descending(values, duration::POINTS));
    let (low, middle, high) = (curve(low), curve(middle), curve(high));
    let it = load.numbers("it_mw_p50").map(curve);
    let mut columns = vec![duration::shares(&own.share_of_time)];
    let it_name = format!("{}, P50", own.it);
    for (name, values) in [("P10", &low), ("P50", &middle), ("P90", &high)] {
        columns.push(DataColumn::numbers(
            name,
            scale.unit,
            scale.places,
            values.clone(),
        ));
    }
    columns.extend(
        it.iter()
            .map(|it| DataColumn::numbers(&it_name, scale.unit, scale.places, it.clone())),
    );
    let all = [&low, &middle, &high].into_iter().chain(&it).flatten();
    let axis = Axis::linear(all.copied(), true, 4);
    let line = |name: &str, side: usize, values: Vec<f64>| Line {
        name: name.to_owned(),
        colour: Colour::of_side(side),
        dashed: side > 0,
        values,
    };
    let mut lines = vec![line(&format!("{}, P50", own.facility), 0, middle)];
    lines.extend(it.map(|it| line(&it_name, 2, it)));
    let plot = Lines {
        unit: scale.unit.into(),
        height: 240,
        places: None,
        ticks: duration::ticks(),
        along: own.share_of_time.clone(),
        axis,
        bands: vec![Band {
            colour: Colour::of_side(0),
            low,
            high,
        }],
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: "load-duration".into(),
        title: fill(
            &own.duration,
            &[("year", &forecast.last_year().to_string())],
        ),
        note: own.duration_note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

/// Mean of each hour of the day in each season.
fn days(values: &[f64]) -> [[f64; 24]; 4] {
    let (mut sums, mut counts) = ([[0.0; 24]; 4], [[0_u32; 24]; 4]);
    for (hour, value) in values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_finite())
    {
        let (month, _, of_day) = date(hour);
        let season = SEASONS.iter().position(|months| months.contains(&month));
        let season = season.unwrap_or(0);
        sums[season][of_day] += value;
        counts[season][of_day] += 1;
    }
    std::array::from_fn(|season| {
        std::array::from_fn(|hour| sums[season][hour] / f64::from(counts[season][hour]))
    })
}

/// Whether the seasons hardly differ: all of them within a two-hundredth.
fn alike(days: &[[f64; 24]; 4]) -> bool {
    (0..24).all(|hour| {
        let [low, high] = [f64::min, f64::max].map(|of| {
            let all = days.iter().map(|day| day[hour]);
            all.reduce(of).unwrap_or(f64::NAN)
        });
        high - low <= 0.005 * high
    })
}

fn day(forecast: &Forecast, (column, title): (&str, &str), words: &Words) -> Option<Chart> {
    let own = &words.forecast.hours;
    let load = forecast.load.as_ref()?;
    let values = load.numbers(&format!("{column}_mw_p50"))?;
    let scale = Scale::of(largest(values));
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour}:00")).collect();
    let mut columns = vec![DataColumn::words(&own.hour, hours)];
    let days = days(values);
    let alike = alike(&days);
    let shown = days.into_iter().zip(SEASONS).enumerate();
    let lines: Vec<Line> = shown
        .take(if alike { 1 } else { 4 })
        .map(|(side, (values, months))| {
            let [first, last] = [months[0], months[2]].map(|month| words.months[month].as_str());
            Line {
                name: if alike {
                    own.all_year.clone()
                } else {
                    fill(&own.season, &[("first", first), ("last", last)])
                },
                colour: Colour::of_side([5, 2, 1, 0][side]),
                dashed: side % 2 == 1,
                values: scale.all(&values),
            }
        })
        .collect();
    columns.extend(lines.iter().map(|line| {
        DataColumn::numbers(&line.name, scale.unit, scale.places, line.values.clone())
    }));
    let ticks = (0..8).map(|part| Tick {
        at: f64::from(3 * part) / 23.0,
        label: format!("{}:00", 3 * part),
    });
    let plot = Lines {
        unit: scale.unit.into(),
        height: 200,
        places: None,
        ticks: ticks.collect(),
        along: String::new(),
        axis: Axis::linear(
            lines.iter().flat_map(|line| line.values.iter().copied()),
            false,
            4,
        ),
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: format!("day-{column}"),
        title: title.to_owned(),
        note: own.day_note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

fn heat_map(
    forecast: &Forecast,
    (column, title, short): (&str, &str, &str),
    words: &Words,
) -> Option<Chart> {
    let load = forecast.load.as_ref()?;
    let values = load.numbers(&format!("{column}_mw_p50"))?;
    let scale = Scale::of(largest(values));
    let mut values = scale.all(values);
    let year = i16::try_from(forecast.last_year()).ok()?;
    let from = jiff::civil::date(year, 1, 1);
    if from.in_leap_year() {
        // The hours leave 29 February out; its column stays empty, so that dates are right.
        let at = (DAYS[0] + DAYS[1]) * 24;
        values.splice(at..at, std::iter::repeat_n(f64::NAN, 24));
    }
    let seconds = values.len() as f64 * 3600.0;
    let plot = HeatMap {
        values: values.clone(),
        hours: 24,
        ticks: of_time(from.at(0, 0, 0, 0), seconds, &words.months),
        unit: scale.unit.into(),
        decimals: scale.places,
        least_span: 0.02 * largest(&values),
    };
    Some(Chart {
        id: format!("heat-{column}"),
        title: fill(title, &[("year", &forecast.last_year().to_string())]),
        note: words.forecast.hours.heat_note.clone(),
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns: vec![DataColumn::numbers(short, scale.unit, scale.places, values)],
            hints: Hints::Cells {
                from,
                days: 1,
                hours: 24,
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hour 0 is 1 January; hour 1416 (59 days) is 1 March; the last is 31 December, 23:00.
    #[test]
    fn dates_of_hours() {
        assert_eq!(
            [0, 1416, 8759].map(date),
            [(0, 1, 0), (2, 1, 0), (11, 31, 23)]
        );
    }

    /// A load of 1 in June to August at noon, and nothing else, is the mean day of that season alone.
    #[test]
    fn mean_days_by_hand() {
        let of = |hour: usize| {
            let (month, _, of_day) = date(hour);
            f64::from(u8::from((5..8).contains(&month) && of_day == 12))
        };
        let means = days(&(0..8760).map(of).collect::<Vec<f64>>());
        assert_eq!(means[2][12], 1.0);
        let all: f64 = means.iter().flatten().sum();
        assert_eq!(all, 1.0);
    }
}
