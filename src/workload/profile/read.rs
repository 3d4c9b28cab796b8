//! From the bytes of a CSV to rows at equal intervals; every fault has its place and cure.

use csv::StringRecord;

use super::{ProfileTable, Quantity, Start};
use crate::csv_rows::even::{self, Even, Reading};
use crate::csv_rows::moment::{self, CellTime};
use crate::csv_rows::unit::{self, Kind};
use crate::csv_rows::{self, CsvRows, cell};
use crate::describe::Fault;
use crate::units::HOUR_S;

/// 10 GW: no site draws as much.
const MAX_KW: f64 = 1e7;
/// No profile begins as long after its run (three years): such numbers are UNIX time.
const UNIX_S: f64 = 1e8;
/// A meter that counts energy on never falls: so many rows of it are no load.
const COUNTER_ROWS: usize = 24;

/// Names that give a column's quantity, without its unit: the words of the name, or its last ones.
const KNOWN: [(&[&str], Kind, Quantity); 3] = [
    (
        &["it", "it load", "it power", "it demand", "it energy"],
        Kind::Power,
        Quantity::ItPower,
    ),
    (
        &["utilisation", "utilization"],
        Kind::Share,
        Quantity::Utilisation,
    ),
    (
        &[
            "facility",
            "facility load",
            "facility power",
            "facility energy",
        ],
        Kind::Power,
        Quantity::SitePower,
    ),
];

/// A column of values: what it holds, and what its numbers become SI by.
struct Column {
    index: usize,
    quantity: Quantity,
    kind: Kind,
    /// None where the name has no unit.
    factor: Option<f64>,
}

/// Reads and checks every row, and lays them on equal intervals; also lists the repairs.
pub(super) fn rows(
    file: &str,
    bytes: &[u8],
    table: &ProfileTable,
    start: Start,
) -> Result<(Quantity, Even), Fault> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let fault = Fault::new("is not UTF-8 text", "save it as CSV in UTF-8");
        return Err(fault.in_file(file, None));
    };
    let mut csv = CsvRows::new(text.as_bytes());
    let unreadable = |line: u64, error: csv::Error| {
        let what = format!("cannot be read: {error}");
        Fault::new(what, "save it as plain CSV").in_file(file, Some(line))
    };
    let header = csv.header().map_err(|error| unreadable(1, error))?;
    if header.iter().all(str::is_empty) {
        let cure = "its first line names the columns, for example time_s,it_kw";
        return Err(Fault::new("the file is empty", cure).in_file(file, None));
    }
    let header_fault = |fault: Fault| fault.in_file(file, Some(1));
    let mut record = StringRecord::new();
    let mut row = csv.next(&mut record);
    let (time_index, time_s) = time_column(&header, table, &record).map_err(header_fault)?;
    let column = value_column(&header, table.column.as_deref()).map_err(header_fault)?;
    let name = |index: usize| header.get(index).unwrap_or_default();
    let (time_name, value_name) = (name(time_index), name(column.index));

    let clock_h = moment::zone_h(time_name).map_err(header_fault)?;
    let mut readings = Vec::new();
    let mut first: Option<CellTime> = None;
    while let Some((at, read)) = row {
        read.map_err(|error| unreadable(at, error))?;
        let line = Some(at);
        if let Some(fault) = csv_rows::overlong(&record, &header) {
            return Err(fault.in_file(file, line));
        }
        let cell = |index: usize| {
            record.get(index).ok_or_else(|| {
                let (cells, names) = (record.len(), header.len());
                let what = format!("the row ends after {cells} of {names} cells");
                let cure = "fill every cell of the row, or leave the cell blank";
                Fault::new(what, cure)
                    .in_file(file, line)
                    .in_column(name(index))
            })
        };
        let at_time = |fault: Fault| fault.in_file(file, line).in_column(time_name);
        let text = cell(time_index)?;
        let moment = CellTime::read(text, time_s.unwrap_or(1.0)).map_err(at_time)?;
        let origin = *first.get_or_insert(moment);
        if !moment.like(origin) {
            let what = format!(
                "{text:?} and the rows before differ in their form, or in having a time zone"
            );
            let cure = "write all times in one form, all with an offset or all without";
            return Err(at_time(Fault::new(what, cure)));
        }
        let from_start_s =
            since(moment, origin, time_s.is_some(), clock_h, start).map_err(at_time)?;
        let value = value(cell(column.index)?, &column, csv.decimal_comma)
            .map_err(|fault| fault.in_file(file, line).in_column(value_name))?;
        readings.push(Reading {
            time_s: from_start_s,
            value,
            line: at,
        });
        row = csv.next(&mut record);
    }
    let energy = column.kind == Kind::Energy;
    if energy && counts_on(&readings) {
        let what = "it never falls: it is a meter that counts on";
        let cure = "give the energy of each interval, or power in a column it_kw";
        let line = readings.first().map(|r| r.line);
        return Err(Fault::new(what, cure)
            .in_file(file, line)
            .in_column(value_name));
    }
    let even =
        even::lay(&readings, energy).map_err(|fault| fault.in_file(file, time_name, value_name))?;
    Ok((column.quantity, even))
}

/// The column of time, and what leads numbers of it to s where the name makes them a span.
fn time_column(
    header: &StringRecord,
    table: &ProfileTable,
    first: &StringRecord,
) -> Result<(usize, Option<f64>), Fault> {
    if table.time.is_none() {
        let spans = header.iter().enumerate();
        let spans = spans.filter(|(_, name)| {
            unit::base(name, Kind::Time) == "time" && !name.eq_ignore_ascii_case("time")
        });
        if let Some(index) = csv_rows::only("of time", spans)? {
            let unit = unit::of(header.get(index).unwrap_or_default(), Kind::Time)?;
            return Ok((index, unit.map(|unit| unit.factor)));
        }
    }
    let unnamed =
        "name one time_s (seconds), time_h (hours) or time (timestamps such as 2026-01-01T00:00)";
    let (index, _) = moment::column(header, table.time.as_deref(), first, unnamed)?;
    let unit = unit::of(header.get(index).unwrap_or_default(), Kind::Time)?;
    Ok((index, unit.map(|unit| unit.factor)))
}

/// Seconds from the start of the run. Numbers are a span where the name has a unit and the first of them is small; large
/// ones are UNIX time.
///
/// `clock_h`: the clock of the column of time, h from UTC, where its name gives it.
fn since(
    moment: CellTime,
    first: CellTime,
    span: bool,
    clock_h: Option<f64>,
    start: Start,
) -> Result<f64, Fault> {
    if let (CellTime::Seconds(seconds), CellTime::Seconds(first_s), true) = (moment, first, span)
        && first_s < UNIX_S
    {
        return Ok(seconds);
    }
    let (moment, utc) = moment.dated().map_err(|mut fault| {
        "write 2026-01-01T00:00, or name the column time_s or time_h if it holds numbers"
            .clone_into(&mut fault.cure);
        fault
    })?;
    let clock_h = if utc { Some(0.0) } else { clock_h };
    let shift_s = clock_h.map_or(0.0, |clock_h| (start.utc_offset_h - clock_h) * HOUR_S);
    Ok(start.local.duration_until(moment).as_secs_f64() + shift_s)
}

fn names(header: &StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(", ")
}

/// Kind of a column by its name; None where the name gives none.
fn known(name: &str, wholly: bool) -> Option<(Kind, Quantity)> {
    KNOWN.iter().find_map(|&(words, kind, quantity)| {
        let base = unit::base(name, kind);
        let is = |word: &&str| base == **word || (!wholly && base.ends_with(&format!(" {word}")));
        words.iter().any(is).then_some((kind, quantity))
    })
}

fn value_column(header: &StringRecord, column: Option<&str>) -> Result<Column, Fault> {
    let chosen = |index: usize, (kind, quantity): (Kind, Quantity)| -> Result<Column, Fault> {
        let name = header.get(index).unwrap_or_default();
        let unit = unit::of(name, kind)?;
        if unit.is_none() && kind == Kind::Power {
            let cure = "give it in the name: it_kw, it_mw, it_w, or it_kwh for energy per interval";
            return Err(Fault::new(format!("the name {name} has no unit"), cure));
        }
        Ok(Column {
            index,
            quantity,
            kind: unit.as_ref().map_or(kind, |unit| unit.kind),
            factor: unit.map(|unit| unit.factor),
        })
    };
    if let Some(column) = column {
        let Some(index) = csv_rows::find(header, column)? else {
            let what = format!("no column {column} among {}", names(header));
            return Err(Fault::new(what, "set column to one of them"));
        };
        let Some(holds) = known(column, false) else {
            let what = format!("the name {column} does not give its quantity");
            let cure = "a column of IT load ends in it_kw, one of the load at the meter in facility_kw, one of load from 0 to 1 in \
                        utilisation";
            return Err(Fault::new(what, cure));
        };
        return chosen(index, holds);
    }
    let mut found: Option<(usize, (Kind, Quantity))> = None;
    for (index, name) in header.iter().enumerate() {
        let Some(holds) = known(name, true) else {
            continue;
        };
        // The results of a run hold both: IT is what the halls are given.
        match found {
            Some((_, (_, Quantity::SitePower))) if holds.1 == Quantity::ItPower => found = None,
            Some((_, (_, Quantity::ItPower))) if holds.1 == Quantity::SitePower => continue,
            _ => {}
        }
        if let Some((other, _)) = found {
            let other = header.get(other).unwrap_or_default();
            if other.eq_ignore_ascii_case(name) {
                csv_rows::find(header, name)?;
            }
            let cure = format!("choose one with column = {other:?} or column = {name:?}");
            return Err(Fault::new(
                format!("both {other} and {name} are there"),
                cure,
            ));
        }
        found = Some((index, holds));
    }
    let Some((index, holds)) = found else {
        // "it_kva" must not become "it_kw" by a new name alone.
        let mut apparent = header.iter().filter(|name| unit::is_apparent_power(name));
        if let Some(mut fault) = apparent.find_map(|name| unit::of(name, Kind::Power).err()) {
            "multiply it by the power factor, and name the product it_kw or facility_kw"
                .clone_into(&mut fault.cure);
            return Err(fault);
        }
        let what = format!(
            "neither it_kw nor facility_kw nor utilisation among {}",
            names(header)
        );
        let cure = "name the column it_kw (kilowatts of IT), facility_kw (kilowatts of the whole site, at the meter) or utilisation \
                    (0 to 1)";
        return Err(Fault::new(what, cure));
    };
    chosen(index, holds)
}

fn value(text: &str, column: &Column, decimal_comma: bool) -> Result<Option<f64>, Fault> {
    let Some(value) = cell::measure(
        text,
        column.kind,
        column.factor.unwrap_or(1.0),
        decimal_comma,
    )?
    else {
        return Ok(None);
    };
    let fault = |what: String, cure: &str| Err(Fault::new(what, cure));
    if value < 0.0 {
        return fault(format!("{text} is negative"), "load is zero or above");
    }
    match column.kind {
        Kind::Share if value > 1.0 && column.factor.is_none() => fault(
            format!("{value} is above 1"),
            "utilisation is a share from 0 to 1, not percent; percent are read from a column named utilisation_pct",
        ),
        Kind::Share if value > 1.0 => {
            fault(format!("{text} is above the whole"), "give at most 100 %")
        }
        Kind::Power if value > MAX_KW * 1e3 => fault(
            format!("{} kW is more than 10 GW", value / 1e3),
            "give kilowatts, not watts, or give the unit in the name of the column, such as it_w",
        ),
        _ => Ok(Some(value)),
    }
}

fn counts_on(readings: &[Reading]) -> bool {
    let values: Vec<f64> = readings
        .iter()
        .filter_map(|reading| reading.value)
        .collect();
    values.len() >= COUNTER_ROWS
        && values.windows(2).all(|pair| pair[1] >= pair[0])
        && values.first() < values.last()
}
