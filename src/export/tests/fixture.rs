//! Result folders as a run and a forecast leave them, with a load that a formula gives.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// Formats of planning tools, which leave a folder with a load.
pub(super) fn tools() -> impl Iterator<Item = &'static str> {
    crate::export::names().filter(|name| *name != "xlsx")
}

/// Load of an hour of the year, MW: IT, cooling, other.
pub(super) type Hourly<'a> = &'a dyn Fn(f64) -> [f64; 3];

/// A day and a year in IT, a summer in cooling.
pub(super) fn typical(hour: f64) -> [f64; 3] {
    let day = (hour / 24.0 * std::f64::consts::TAU).sin();
    let year = (hour / 8760.0 * std::f64::consts::TAU).cos();
    let it = 20.0 + 2.0 * day;
    [it, 4.0 - 2.0 * year + 0.5 * day, 0.03 * it]
}

/// A run: start, hours, seconds of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) start: &'a str,
    pub(super) hours: usize,
    pub(super) record_s: usize,
    pub(super) utc_offset_h: Option<f64>,
}

pub(super) const YEAR: Run<'static> = Run {
    start: "2026-01-01",
    hours: 8760,
    record_s: 3600,
    utc_offset_h: Some(-7.0),
};

impl Run<'_> {
    /// Writes the folder.
    pub(super) fn leave(self, folder: &Path, load: Hourly<'_>) {
        let start: DateTime = format!("{}T00:00", self.start).parse().unwrap();
        let mut rows = String::from("time,dry_bulb_c,it_kw,facility_kw,cooling_kw,other_kw\n");
        let count = self.hours * 3600 / self.record_s;
        for row in 0..count {
            let seconds = row * self.record_s;
            let moment = start + SignedDuration::from_secs_f64(seconds as f64);
            // A row is its mean: here the value of its middle.
            let middle = (seconds as f64 + self.record_s as f64 / 2.0) / 3600.0;
            let [it, cooling, other] = load(middle).map(|mw| (mw * 1e6).round() / 1e3);
            let all = it + cooling + other;
            let _ = writeln!(
                rows,
                "{},10.0,{it:.3},{all:.3},{cooling:.3},0.000",
                moment.strftime("%Y-%m-%dT%H:%M:%S")
            );
        }
        write(folder, "timeseries.csv", &rows);
        let mut hours = String::from("hour,facility_mw\n");
        let per_hour = 3600 / self.record_s.min(3600);
        for hour in 0..self.hours.min(8760) {
            let mean = |at: usize| {
                load(hour as f64 + (at as f64 + 0.5) / per_hour as f64)
                    .iter()
                    .sum::<f64>()
            };
            let mw = (0..per_hour).map(mean).sum::<f64>() / per_hour as f64;
            let _ = writeln!(hours, "{hour},{mw:.6}");
        }
        write(folder, "load_8760.csv", &hours);
        let offset = self.utc_offset_h;
        let offset = offset.map_or_else(String::new, |hours| {
            format!(", \"utc_offset_h\": {hours:?}")
        });
        let run = format!(
            "{{\"program\": \"coldaisle\", \"version\": \"0.1.0\", \"seed\": 42, \"asked\": \"hall of {}\"{offset}}}\n",
            self.start
        );
        write(folder, "run.json", &run);
        let scenario = format!(
            "name = \"hall\"\n[run]\nstart = \"{}\"\ndays = {}\n",
            self.start,
            self.hours / 24
        );
        write(folder, "scenario.toml", &scenario);
    }
}

/// Bands of a forecast as factors on its load.
pub(super) const BANDS: [(&str, f64); 3] = [("p10", 0.8), ("p50", 1.0), ("p90", 1.3)];
/// Years of the forecast.
pub(super) const YEARS: [i16; 2] = [2027, 2028];
/// Load of each to that of the first.
pub(super) const GROWTH: [f64; 2] = [1.0, 1.1];
/// Draws of its last year as factors on its load: about the bands of that year, as their ranks ask.
pub(super) const DRAWS: [f64; 5] = [0.8, 0.9, 1.1, 1.2, 1.5];

/// Writes the folder of a forecast; a year has 10 % more than the one before.
pub(super) fn forecast(folder: &Path, load: Hourly<'_>) {
    let about = format!(
        "{{\"name\": \"fleet\", \"region\": \"us-east\", \"utc_offset_h\": -5.0, \"first_year\": {}, \"last_year\": {}, \"draws\": 1000, \
         \"closure\": \"supply\", \"profiles\": {}}}\n",
        YEARS[0],
        YEARS[1],
        DRAWS.len()
    );
    write(folder, "forecast.json", &about);
    write(
        folder,
        "run.json",
        "{\"program\": \"coldaisle\", \"version\": \"0.1.0\", \"seed\": 7, \"asked\": \"fleet\"}\n",
    );
    let mwh: f64 = (0..8760_u32)
        .map(|hour| load(f64::from(hour) + 0.5).iter().sum::<f64>())
        .sum();
    let mut years = String::from("year,twh_p10,twh_p50,twh_p90\n");
    for (year, growth) in YEARS.iter().zip(GROWTH) {
        let twh = BANDS.map(|(_, factor)| format!("{}", mwh * factor * growth / 1e6));
        let _ = writeln!(years, "{year},{}", twh.join(","));
    }
    write(folder, "forecast.csv", &years);
    for (year, growth) in YEARS.iter().zip(GROWTH) {
        let mut text = String::from("hour");
        for (band, _) in BANDS {
            for use_ in ["it", "cooling", "other", "facility"] {
                let _ = write!(text, ",{use_}_mw_{band}");
            }
        }
        text.push('\n');
        for hour in 0..8760_u32 {
            let _ = write!(text, "{hour}");
            for (_, factor) in BANDS {
                let parts = load(f64::from(hour) + 0.5)
                    .map(|mw| (mw * factor * growth * 1e6).round() / 1e6);
                let [it, cooling, other] = parts;
                let _ = write!(
                    text,
                    ",{it:.6},{cooling:.6},{other:.6},{:.6}",
                    it + cooling + other
                );
            }
            text.push('\n');
        }
        write(folder, &format!("load_8760_{year}.csv"), &text);
    }
    let mut text = String::from("hour");
    for draw in 1..=DRAWS.len() {
        let _ = write!(text, ",facility_mw_{draw}");
    }
    text.push('\n');
    for hour in 0..8760_u32 {
        let _ = write!(text, "{hour}");
        for factor in DRAWS {
            let mw: f64 = load(f64::from(hour) + 0.5).iter().sum();
            let _ = write!(text, ",{:.6}", mw * factor);
        }
        text.push('\n');
    }
    write(folder, &format!("draws_8760_{}.csv", YEARS[1]), &text);
}

pub(super) fn write(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
}
