//! TMY3 files of the US National Solar Radiation Data Base.
//!
//! ```text
//! code,"name",state,UTC offset,latitude,longitude,elevation
//! Date (MM/DD/YYYY),Time (HH:MM),…,GHI (W/m^2),…           columns are found by name
//! 01/01/1995,01:00,…                                        01:00 … 24:00: each hour named by its end
//! ```
//!
//! Source: Wilcox and Marion, *Users Manual for TMY3 Data Sets*, NREL/TP-581-43156 (2008). −9900 means missing.

use std::path::Path;

use super::quantity::{QUANTITIES, Quantity, Row};
use super::repair::build;
use super::{Site, Weather, WeatherError};

/// At or below this a value is missing.
const MISSING: f64 = -9900.0;

fn heading(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::DryBulb => "Dry-bulb (C)",
        Quantity::DewPoint => "Dew-point (C)",
        Quantity::RelativeHumidity => "RHum (%)",
        Quantity::Pressure => "Pressure (mbar)",
        Quantity::Ghi => "GHI (W/m^2)",
        Quantity::Dni => "DNI (W/m^2)",
        Quantity::Dhi => "DHI (W/m^2)",
        Quantity::Wind => "Wspd (m/s)",
    }
}

pub(super) fn recognises(second_line: &str) -> bool {
    second_line
        .get(..17)
        .is_some_and(|start| start.eq_ignore_ascii_case("Date (MM/DD/YYYY)"))
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Weather, WeatherError> {
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let (_, head) = lines.next().unwrap_or_default();
    let (site, label) = parse_site(path, head)?;
    let (_, names) = lines.next().unwrap_or_default();
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let find = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
    let places = QUANTITIES.map(|q| find(heading(q)));
    let (Some(time), Some(_)) = (find("Time (HH:MM)"), places[Quantity::DryBulb as usize]) else {
        return Err(WeatherError::new(
            path,
            "the header lacks Time (HH:MM) or Dry-bulb (C)",
            "line 2 of a TMY3 file names its columns, with these units",
        )
        .at_line(2));
    };

    let mut rows = Vec::with_capacity(super::LEAP_YEAR_H);
    let mut cells: Vec<&str> = Vec::with_capacity(names.len());
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty()).peekable();
    while let Some((line, text)) = lines.next() {
        cells.clear();
        cells.extend(text.split(',').map(str::trim));
        if cells.len() != names.len() {
            let cut = if lines.peek().is_none() {
                ": the file seems to be cut off"
            } else {
                ""
            };
            return Err(WeatherError::new(
                path,
                format!("the row has {} columns{cut}", cells.len()),
                format!("line 2 names {}", names.len()),
            )
            .at_line(line));
        }
        let (month, day) = parse_date(path, line, cells[0])?;
        let hour = parse_time(path, line, cells[time])?;
        let mut row = Row {
            line,
            month,
            day,
            hour,
            values: [None; QUANTITIES.len()],
        };
        for ((value, quantity), index) in row.values.iter_mut().zip(QUANTITIES).zip(places) {
            if let Some(index) = index {
                *value = parse_value(path, line, quantity, index, cells[index])?;
            }
        }
        rows.push(row);
    }
    build(path, site, label, &rows)
}

fn parse_site(path: &Path, line: &str) -> Result<(Site, String), WeatherError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let record = reader
        .records()
        .next()
        .and_then(Result::ok)
        .unwrap_or_default();
    let cell = |index: usize| record.get(index).map_or("", str::trim);
    let number = |index: usize, name: &str, low: f64, high: f64| {
        let text = cell(index);
        text.parse()
            .ok()
            .filter(|v| (low..=high).contains(v))
            .ok_or_else(|| {
                WeatherError::new(
                    path,
                    format!("{name} is {text:?}"),
                    format!("line 1 is code,\"name\",state,UTC offset,latitude,longitude,elevation, here from {low} to {high}"),
                )
                .at_line(1)
                .in_column(format!("{} ({name})", index + 1))
            })
    };
    let name = format!("{}, {}", cell(1), cell(2));
    let site = Site {
        latitude_deg: number(4, "latitude", -90.0, 90.0)?,
        longitude_deg: number(5, "longitude", -180.0, 180.0)?,
        utc_offset_h: number(3, "UTC offset in hours", -12.0, 14.0)?,
        elevation_m: number(6, "elevation in m", -1000.0, 9999.9)?,
        name: name.clone(),
    };
    Ok((site, format!("TMY3, {name}")))
}

fn parse_date(path: &Path, line: usize, cell: &str) -> Result<(u8, u8), WeatherError> {
    let mut parts = cell.split('/').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(month)), Some(Ok(day)), Some(Ok(_)), None) if month <= 12 && day <= 31 => {
            Ok((month as u8, day as u8))
        }
        _ => Err(WeatherError::new(
            path,
            format!("{cell:?} is no date"),
            "dates are written MM/DD/YYYY",
        )
        .at_line(line)
        .in_column("Date (MM/DD/YYYY)")),
    }
}

fn parse_time(path: &Path, line: usize, cell: &str) -> Result<u8, WeatherError> {
    let (hour, minute) = cell.split_once(':').unwrap_or((cell, ""));
    match (hour.parse(), minute) {
        (Ok(hour @ 1..=24), "00") => Ok(hour),
        _ => Err(WeatherError::new(
            path,
            format!("{cell:?} is no whole hour from 01:00 to 24:00"),
            "TMY3 has one row per hour, named by the hour's end; sub-hourly rows are not read",
        )
        .at_line(line)
        .in_column("Time (HH:MM)")),
    }
}

fn parse_value(
    path: &Path,
    line: usize,
    quantity: Quantity,
    index: usize,
    cell: &str,
) -> Result<Option<f64>, WeatherError> {
    if cell.is_empty() {
        return Ok(None);
    }
    let name = || format!("{} ({})", index + 1, heading(quantity));
    let Some(value) = cell.parse::<f64>().ok().filter(|v| v.is_finite()) else {
        return Err(WeatherError::new(
            path,
            format!("{cell:?} is no number"),
            format!("give the {}, or -9900 where it is missing", quantity.name()),
        )
        .at_line(line)
        .in_column(name()));
    };
    if value <= MISSING {
        return Ok(None);
    }
    let value = if quantity == Quantity::Pressure {
        value * 100.0
    } else {
        value
    };
    quantity.check(value, path, line, name).map(Some)
}
