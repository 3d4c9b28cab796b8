//! `EnergyPlus` weather files (EPW).
//!
//! ```text
//! LOCATION, city, state, country, source, WMO, latitude, longitude, UTC offset, elevation
//! … DATA PERIODS, periods, records per hour, …          eight header lines in all
//! year, month, day, hour 1…24, minute, flags, dry bulb, …   35 columns; the last three may be absent
//! ```
//!
//! Source: `EnergyPlus` Auxiliary Programs, "`EnergyPlus` Weather File (EPW) Data Dictionary". Hour h ends at h:00
//! local standard time; the minute and the year are not used (typical years mix years). One record per hour.

use std::path::Path;

use super::quantity::{QUANTITIES, Quantity, Row};
use super::repair::build;
use super::{Site, Weather, WeatherError};

/// One column of the data rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Name in the data dictionary.
    pub name: &'static str,
    /// Unit; empty for codes and dates.
    pub unit: &'static str,
    /// This value or above means that the value is missing.
    pub missing: Option<f64>,
}

const fn column(name: &'static str, unit: &'static str, missing: Option<f64>) -> Column {
    Column {
        name,
        unit,
        missing,
    }
}

/// The 35 columns of a data row.
pub const COLUMNS: [Column; 35] = [
    column("Year", "", None),
    column("Month", "", None),
    column("Day", "", None),
    column("Hour", "h", None),
    column("Minute", "min", None),
    column("Data Source and Uncertainty Flags", "", None),
    column("Dry Bulb Temperature", "°C", Some(99.9)),
    column("Dew Point Temperature", "°C", Some(99.9)),
    column("Relative Humidity", "%", Some(999.0)),
    column("Atmospheric Station Pressure", "Pa", Some(999_999.0)),
    column(
        "Extraterrestrial Horizontal Radiation",
        "Wh/m²",
        Some(9999.0),
    ),
    column(
        "Extraterrestrial Direct Normal Radiation",
        "Wh/m²",
        Some(9999.0),
    ),
    column(
        "Horizontal Infrared Radiation Intensity",
        "W/m²",
        Some(9999.0),
    ),
    column("Global Horizontal Radiation", "Wh/m²", Some(9999.0)),
    column("Direct Normal Radiation", "Wh/m²", Some(9999.0)),
    column("Diffuse Horizontal Radiation", "Wh/m²", Some(9999.0)),
    column("Global Horizontal Illuminance", "lx", Some(999_900.0)),
    column("Direct Normal Illuminance", "lx", Some(999_900.0)),
    column("Diffuse Horizontal Illuminance", "lx", Some(999_900.0)),
    column("Zenith Luminance", "cd/m²", Some(9999.0)),
    column("Wind Direction", "°", Some(999.0)),
    column("Wind Speed", "m/s", Some(999.0)),
    column("Total Sky Cover", "tenths", Some(99.0)),
    column("Opaque Sky Cover", "tenths", Some(99.0)),
    column("Visibility", "km", Some(9999.0)),
    column("Ceiling Height", "m", Some(99_999.0)),
    column("Present Weather Observation", "", Some(9.0)),
    column("Present Weather Codes", "", None),
    column("Precipitable Water", "mm", Some(999.0)),
    column("Aerosol Optical Depth", "thousandths", Some(0.999)),
    column("Snow Depth", "cm", Some(999.0)),
    column("Days Since Last Snowfall", "d", Some(99.0)),
    column("Albedo", "", Some(999.0)),
    column("Liquid Precipitation Depth", "mm", Some(999.0)),
    column("Liquid Precipitation Quantity", "h", Some(99.0)),
];

/// Where the used quantities stand, from 0, in the order of [`QUANTITIES`].
const PLACES: [usize; 8] = [6, 7, 8, 9, 13, 14, 15, 21];

/// Columns that older files leave out at the end.
const OPTIONAL: usize = 3;

pub(super) fn recognises(first_line: &str) -> bool {
    first_line
        .get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("LOCATION,"))
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Weather, WeatherError> {
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let (_, location) = lines.next().unwrap_or_default();
    let (site, label) = parse_location(path, location)?;
    let Some((number, periods)) = lines
        .by_ref()
        .take(64)
        .find(|(_, line)| line.to_ascii_uppercase().starts_with("DATA PERIODS"))
    else {
        return Err(WeatherError::new(
            path,
            "the header has no DATA PERIODS line",
            "an EPW file has eight header lines before its data, DATA PERIODS last",
        ));
    };
    check_periods(path, number, periods)?;

    let mut rows = Vec::with_capacity(super::LEAP_YEAR_H);
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty()).peekable();
    while let Some((number, line)) = lines.next() {
        rows.push(parse_row(path, number, line, lines.peek().is_none())?);
    }
    build(path, site, label, &rows)
}

fn parse_location(path: &Path, line: &str) -> Result<(Site, String), WeatherError> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let number = |index: usize, name: &str, low: f64, high: f64| {
        let cell = cells.get(index).copied().unwrap_or_default();
        cell.parse()
            .ok()
            .filter(|v| (low..=high).contains(v))
            .ok_or_else(|| {
                WeatherError::new(
                    path,
                    format!("{name} is {cell:?}"),
                    format!("LOCATION needs a number from {low} to {high} there"),
                )
                .at_line(1)
                .in_column(format!("{} ({name})", index + 1))
            })
    };
    let (latitude_deg, longitude_deg) = (
        number(6, "latitude", -90.0, 90.0)?,
        number(7, "longitude", -180.0, 180.0)?,
    );
    let (utc_offset_h, elevation_m) = (
        number(8, "UTC offset in hours", -12.0, 14.0)?,
        number(9, "elevation in m", -1000.0, 9999.9)?,
    );
    let named = |index: usize| {
        let cell = cells.get(index).copied().unwrap_or_default();
        (!matches!(cell, "" | "-" | "unknown")).then_some(cell)
    };
    let place: Vec<&str> = (1..=3).filter_map(named).collect();
    let name = if place.is_empty() {
        format!("{latitude_deg}° N, {longitude_deg}° E")
    } else {
        place.join(", ")
    };
    let label = format!("{}, {name}", named(4).unwrap_or("EPW"));
    let site = Site {
        name,
        latitude_deg,
        longitude_deg,
        utc_offset_h,
        elevation_m,
    };
    Ok((site, label))
}

fn check_periods(path: &Path, line: usize, text: &str) -> Result<(), WeatherError> {
    let cells: Vec<&str> = text.split(',').map(str::trim).collect();
    let refuse = |index: usize, what: &str, cure: &str| {
        let cell = cells.get(index).copied().unwrap_or_default();
        Err(WeatherError::new(path, format!("{what} is {cell:?}"), cure)
            .at_line(line)
            .in_column(format!("{} ({what})", index + 1)))
    };
    if cells.get(1) != Some(&"1") {
        return refuse(
            1,
            "number of data periods",
            "one period with the whole year is needed",
        );
    }
    if cells.get(2) != Some(&"1") {
        return refuse(
            2,
            "records per hour",
            "sub-hourly files are not read: average the rows to one per hour and write 1 here",
        );
    }
    Ok(())
}

fn parse_row(path: &Path, line: usize, text: &str, last: bool) -> Result<Row, WeatherError> {
    let mut cells = [""; COLUMNS.len()];
    let mut count = 0;
    for cell in text.split(',') {
        if let Some(slot) = cells.get_mut(count) {
            *slot = cell.trim();
        }
        count += 1;
    }
    // A trailing comma is no column.
    if count == COLUMNS.len() + 1 && text.trim_end().ends_with(',') {
        count -= 1;
    }
    if !(COLUMNS.len() - OPTIONAL..=COLUMNS.len()).contains(&count) {
        let cause = if last {
            format!("the last row has {count} columns: the file seems to be cut off")
        } else {
            format!("the row has {count} columns")
        };
        return Err(WeatherError::new(
            path,
            cause,
            "a data row has 35 columns (32 without the last three)",
        )
        .at_line(line));
    }
    let name = |index: usize| format!("{} ({})", index + 1, COLUMNS[index].name);
    let whole = |index: usize| {
        cells[index].parse::<u8>().map_err(|_| {
            WeatherError::new(
                path,
                format!("{:?} is no whole number", cells[index]),
                "month, day and hour are whole numbers, hours from 1 to 24",
            )
            .at_line(line)
            .in_column(name(index))
        })
    };
    let mut row = Row {
        line,
        month: whole(1)?,
        day: whole(2)?,
        hour: whole(3)?,
        values: [None; QUANTITIES.len()],
    };
    for ((value, quantity), index) in row.values.iter_mut().zip(QUANTITIES).zip(PLACES) {
        *value = parse_value(path, line, quantity, index, cells[index])?;
    }
    Ok(row)
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
    let column = COLUMNS[index];
    let name = || format!("{} ({})", index + 1, column.name);
    let value = cell.parse::<f64>().ok().filter(|v| v.is_finite());
    let Some(value) = value else {
        let missing = column.missing.unwrap_or_default();
        return Err(WeatherError::new(
            path,
            format!("{cell:?} is no number"),
            format!(
                "give the {} in {}, or {missing} where it is missing",
                quantity.name(),
                column.unit
            ),
        )
        .at_line(line)
        .in_column(name()));
    };
    if column.missing.is_some_and(|code| value >= code) {
        return Ok(None);
    }
    quantity.check(value, path, line, name).map(Some)
}
