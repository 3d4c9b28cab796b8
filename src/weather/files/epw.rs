//! `EnergyPlus` weather files (EPW).
//!
//! ```text
//! LOCATION, city, state, country, source, WMO, latitude, longitude, UTC offset, elevation
//! DESIGN CONDITIONS, …                                  extremes of the place: `extremes.rs`
//! … DATA PERIODS, periods, records per hour, …          the last of eight header lines; all but the first may be absent
//! year, month, day, hour 1…24, minute, flags, dry bulb, …   35 columns; more, or fewer at the end, the same in all rows
//! ```
//!
//! Source: `EnergyPlus` Auxiliary Programs, "`EnergyPlus` Weather File (EPW) Data Dictionary". Hour h ends at h:00
//! local standard time; the year is not used (typical years mix years). How many records an hour has is seen from the
//! rows; the header's value is compared with them.

use std::path::Path;

use super::cells::Cells;
use super::extremes;
use crate::describe::Fault;
use crate::weather::design::Extremes;
use crate::weather::header::{self, Header};
use crate::weather::quantity::{QUANTITIES, Reader, Row};
use crate::weather::repair::{Source, build};
use crate::weather::{Uses, Weather, quantity};

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

/// Columns of the used quantities, from 0, in the order of [`QUANTITIES`].
const PLACES: [usize; QUANTITIES.len()] = [6, 7, 8, 9, 13, 14, 15, 21];

/// Columns that older files leave out at the end.
const OPTIONAL: usize = 3;
/// Rows end with the pressure at the earliest.
const FEWEST: usize = 10;
/// Header lines that are looked through.
const MAX_HEADER_LINES: usize = 64;

const LOCATION: &str =
    "LOCATION, city, state, country, source, WMO, latitude, longitude, UTC offset, elevation";

pub(in crate::weather) fn recognises(first_line: &str) -> bool {
    begins(first_line, "LOCATION")
}

/// True for the header line of this name, in any case, quoted or not.
fn begins(line: &str, name: &str) -> bool {
    let line = line.trim_start().trim_start_matches('"');
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

pub(in crate::weather) fn parse(path: &Path, text: &str, uses: Uses) -> Result<Weather, Fault> {
    let mut lines = crate::weather::numbered(text).peekable();
    let (line, location) = lines.next().unwrap_or_default();
    check_separators(path, line, location)?;
    let header = Header::new(path, line, location, LOCATION)?;
    let (site, mut notes) = header.site(place_name(&header), [6, 7, 8, 9])?;
    let label = format!("{}, {}", named(&header, 4).unwrap_or("EPW"), site.name);

    let mut stated_per_hour = None;
    let mut extremes = Extremes::default();
    let mut count = 1;
    while let Some((number, line)) = lines.next_if(|(_, line)| !looks_like_row(line)) {
        count += 1;
        if begins(line, "DESIGN CONDITIONS") {
            match extremes::read(&header::cells(line)) {
                Ok(read) => extremes = read,
                Err(why) => notes.push(format!("line {number}: {why}")),
            }
        }
        if begins(line, "DATA PERIODS") {
            let cells = header::cells(line);
            stated_per_hour = cells.get(2).and_then(|cell| cell.parse().ok());
            break;
        }
        if count > MAX_HEADER_LINES {
            return Err(Fault::new(
                format!("no data in {count} lines, and no DATA PERIODS line"),
                "an EPW file has eight header lines before its data, DATA PERIODS last",
            )
            .in_file(path, None));
        }
    }

    let columns = PLACES.map(|index| {
        let Column {
            name,
            unit,
            missing,
        } = COLUMNS[index];
        Some(quantity::Column {
            index,
            name,
            unit,
            factor: 1.0,
            missing: missing.unwrap_or_default(),
        })
    });
    let mut reader = Reader::new(path, uses, &columns);
    let mut rows = Vec::with_capacity(crate::weather::LEAP_YEAR_H);
    let mut cells = Cells::default();
    let mut width = None;
    while let Some((line, text)) = lines.next() {
        cells.cut(text, COLUMNS.len());
        let width = *width.get_or_insert(cells.count());
        if cells.count() != width || width < FEWEST {
            check_width(path, line, cells.count(), width, lines.peek().is_none())?;
        }
        rows.push(Row {
            line,
            month: whole(path, line, &cells, 1)?,
            day: whole(path, line, &cells, 2)?,
            hour: whole(path, line, &cells, 3)?,
            // 60 at most; where it is not a number it is not used.
            minute: number(&cells, 4).filter(|m| *m <= 60).unwrap_or(0),
            values: reader.values(line, &cells)?,
        });
    }
    if let Some(width) = width.filter(|width| *width > COLUMNS.len()) {
        notes.push(format!(
            "rows have {width} columns: those after the {} of an EPW file are not read",
            COLUMNS.len()
        ));
    }
    let source = Source {
        site,
        label,
        stated_per_hour,
        extremes,
        notes,
    };
    build(&reader, source, &mut rows)
}

/// The separator is a comma, and only a point in numbers: a wrong choice would shift every column.
fn check_separators(path: &Path, line: u64, text: &str) -> Result<(), Fault> {
    let name = match text.find([',', ';', '\t']).map(|at| text.as_bytes()[at]) {
        Some(b';') => "semicolons",
        Some(b'\t') => "tabs",
        _ => return Ok(()),
    };
    Err(Fault::new(
        format!("the cells are separated by {name}"),
        format!("replace decimal commas by points, and then {name} by commas"),
    )
    .in_file(path, Some(line)))
}

/// True where the first cells of a line are numbers: year, month, day, hour.
fn looks_like_row(line: &str) -> bool {
    let numeric = |cell: &str| cell.trim().trim_matches('"').parse::<f64>().is_ok();
    line.split(',').count() >= FEWEST && line.split(',').take(4).all(numeric)
}

fn named<'a>(header: &'a Header<'_>, index: usize) -> Option<&'a str> {
    let cell = header.cell(index);
    (!matches!(cell, "" | "-" | "unknown")).then_some(cell)
}

fn place_name(header: &Header<'_>) -> String {
    let place: Vec<&str> = (1..=3).filter_map(|index| named(header, index)).collect();
    if place.is_empty() {
        let number = |index| header.cell(index).parse::<f64>().unwrap_or(f64::NAN);
        format!("{}° N, {}° E", number(6), number(7))
    } else {
        place.join(", ")
    }
}

fn check_width(
    path: &Path,
    line: u64,
    count: usize,
    first: usize,
    last: bool,
) -> Result<(), Fault> {
    let usual = COLUMNS.len() - OPTIONAL..=COLUMNS.len();
    if count >= FEWEST && (count == first || (usual.contains(&count) && usual.contains(&first))) {
        return Ok(());
    }
    let cause = if last && count < first {
        format!("the last row has {count} columns: the file seems to be cut off")
    } else {
        format!("the row has {count} columns, the first row {first}")
    };
    let cure = "a row has 35 columns between commas (32 without the last three), the same in all rows: correct the row, or \
                leave it out where no more than 24 are";
    Err(Fault::new(cause, cure).in_file(path, Some(line)))
}

/// A whole number, also where it is written 1.0.
fn number(cells: &Cells<'_>, index: usize) -> Option<u8> {
    let value = match cells.decimal(index) {
        Some(value) => value,
        None => cells.get(index).parse::<f64>().ok()?,
    };
    let whole = value as u8;
    (f64::from(whole) == value).then_some(whole)
}

fn whole(path: &Path, line: u64, cells: &Cells<'_>, index: usize) -> Result<u8, Fault> {
    number(cells, index).ok_or_else(|| {
        Fault::new(
            format!("{:?} is not a valid whole number", cells.get(index)),
            "month, day and hour are whole numbers, hours from 1 to 24",
        )
        .in_file(path, Some(line))
        .in_column(format!("{} ({})", index + 1, COLUMNS[index].name))
    })
}
