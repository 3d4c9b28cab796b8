//! TMY3 files of the US National Solar Radiation Data Base.
//!
//! ```text
//! code,"name",state,UTC offset,latitude,longitude,elevation
//! Date (MM/DD/YYYY),Time (HH:MM),…,GHI (W/m^2),…           columns are found by name
//! 01/01/1995,01:00,…                                        01:00 … 24:00: each hour named by its end; 00:00 for 24:00
//! ```
//!
//! Source: Wilcox and Marion, *Users Manual for TMY3 Data Sets*, NREL/TP-581-43156 (2008). −9900 means missing.

use std::path::Path;

use super::cells::Cells;
use crate::describe::Fault;
use crate::weather::design::Extremes;
use crate::weather::header::Header;
use crate::weather::quantity::{Column, QUANTITIES, Quantity, Reader, Row};
use crate::weather::repair::{Source, build};
use crate::weather::{Uses, Weather};

/// Tells that a value is missing.
const MISSING: f64 = -9900.0;

const SITE: &str = "code, \"name\", state, UTC offset, latitude, longitude, elevation";

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

pub(in crate::weather) fn recognises(second_line: &str) -> bool {
    second_line
        .get(..17)
        .is_some_and(|start| start.eq_ignore_ascii_case("Date (MM/DD/YYYY)"))
}

fn column(quantity: Quantity, index: usize) -> Column {
    let name = heading(quantity);
    let (_, unit) = name.split_once(" (").unwrap_or_default();
    Column {
        index,
        name,
        unit: unit.trim_end_matches(')'),
        // mbar to Pa.
        factor: if quantity == Quantity::Pressure {
            100.0
        } else {
            1.0
        },
        missing: MISSING,
    }
}

pub(in crate::weather) fn parse(path: &Path, text: &str, uses: Uses) -> Result<Weather, Fault> {
    let mut lines = crate::weather::numbered(text);
    let (number, head) = lines.next().unwrap_or_default();
    let header = Header::new(path, number, head, SITE)?;
    let name = format!("{}, {}", header.cell(1), header.cell(2));
    let (site, notes) = header.site(name, [4, 5, 3, 6])?;
    let (number, names) = lines.next().unwrap_or_default();
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let find = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
    let columns = QUANTITIES.map(|q| Some(column(q, find(heading(q))?)));
    let (Some(time), Some(_)) = (find("Time (HH:MM)"), columns[Quantity::DryBulb as usize]) else {
        return Err(Fault::new(
            "the header lacks Time (HH:MM) or Dry-bulb (C)",
            "line 2 of a TMY3 file names its columns, with these units",
        )
        .in_file(path, Some(number)));
    };

    let mut reader = Reader::new(path, uses, &columns);
    let mut rows = Vec::with_capacity(crate::weather::LEAP_YEAR_H);
    let mut cells = Cells::default();
    let mut lines = lines.peekable();
    while let Some((line, text)) = lines.next() {
        cells.cut(text, names.len());
        if cells.count() != names.len() {
            let cut = if lines.peek().is_none() {
                ": the file seems to be cut off"
            } else {
                ""
            };
            return Err(Fault::new(
                format!("the row has {} columns{cut}", cells.count()),
                format!(
                    "line 2 names {}: correct the row, or leave it out where no more than 24 are",
                    names.len()
                ),
            )
            .in_file(path, Some(line)));
        }
        let (month, day) = parse_date(path, line, cells.get(0))?;
        let (hour, minute) = parse_time(path, line, cells.get(time))?;
        rows.push(Row {
            line,
            month,
            day,
            hour,
            minute,
            values: reader.values(line, &cells)?,
        });
    }
    name_hours(&mut rows);
    let source = Source {
        label: format!("TMY3, {}", site.name),
        site,
        stated_per_hour: None,
        extremes: Extremes::default(),
        notes,
    };
    build(&reader, source, &mut rows)
}

/// From times of the clock to the hours in which the rows lie. A file that begins at 00:00 names its rows by their
/// begin and has hours 0…23 then; in all others each row is named by its end.
fn name_hours(rows: &mut [Row]) {
    if rows
        .first()
        .is_some_and(|row| (row.hour, row.minute) == (0, 0))
    {
        return;
    }
    for row in rows {
        if row.minute == 0 {
            row.minute = 60;
        } else {
            row.hour += 1;
        }
    }
}

fn parse_date(path: &Path, line: u64, cell: &str) -> Result<(u8, u8), Fault> {
    let mut parts = cell.split('/').map(str::parse::<u16>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(month)), Some(Ok(day)), Some(Ok(_)), None) if month <= 12 && day <= 31 => {
            Ok((month as u8, day as u8))
        }
        _ => Err(Fault::new(
            format!("{cell:?} is not a valid date"),
            "dates are written MM/DD/YYYY",
        )
        .in_file(path, Some(line))
        .in_column("Date (MM/DD/YYYY)")),
    }
}

/// Hour and minute of the clock.
fn parse_time(path: &Path, line: u64, cell: &str) -> Result<(u8, u8), Fault> {
    let (hour, minute) = cell.split_once(':').unwrap_or((cell, ""));
    match (hour.parse(), minute.parse()) {
        (Ok(hour), Ok(minute)) if hour < 24 && minute < 60 || (hour, minute) == (24, 0) => {
            Ok((hour, minute))
        }
        _ => Err(Fault::new(
            format!("{cell:?} is not a time from 00:00 to 24:00"),
            "each row is named by the time at which it ends, 01:00 to 24:00 in hourly files",
        )
        .in_file(path, Some(line))
        .in_column("Time (HH:MM)")),
    }
}
