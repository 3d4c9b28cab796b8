//! From the bytes of a CSV to rows at equal intervals; every fault says where it is and what would be right.

use csv::StringRecord;
use jiff::civil::DateTime;

use super::{ProfileError, Quantity};
use crate::csv_rows::CsvRows;
use crate::units::HOUR_S;

/// 10 GW: no site draws as much.
const MOST_KW: f64 = 1e7;
/// Printed times are rounded (0.083 h for five minutes), so intervals may differ by this share.
const UNEVEN: f64 = 0.02;

/// The rows of a file.
pub(super) struct Rows {
    pub(super) quantity: Quantity,
    pub(super) values: Vec<f64>,
    time_column: String,
    times_s: Vec<f64>,
    lines: Vec<u64>,
}

#[derive(Clone, Copy)]
enum TimeUnit {
    Seconds,
    Hours,
    Timestamp,
}

/// Reads and checks every row.
pub(super) fn rows(
    file: &str,
    bytes: &[u8],
    column: Option<&str>,
    start: DateTime,
) -> Result<Rows, ProfileError> {
    let fault = |line: Option<u64>, column: Option<&str>, what: String, cure: &str| ProfileError {
        file: file.to_owned(),
        line,
        column: column.map(str::to_owned),
        what,
        cure: cure.to_owned(),
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(fault(
            None,
            None,
            "is not UTF-8 text".to_owned(),
            "save it as CSV in UTF-8",
        ));
    };
    let mut csv = CsvRows::new(text.as_bytes());
    let unreadable = |line: u64, error: csv::Error| {
        let what = format!("cannot be read: {error}");
        fault(Some(line), None, what, "save it as plain CSV")
    };
    let header = csv.header().map_err(|error| unreadable(1, error))?;
    if header.iter().all(str::is_empty) {
        return Err(fault(
            None,
            None,
            "the file is empty".to_owned(),
            "its first line names the columns, for example time_s,it_kw",
        ));
    }
    if header.len() == 1 && text.lines().next().is_some_and(|l| l.contains([';', '\t'])) {
        return Err(fault(
            Some(1),
            None,
            "the columns are not separated by commas".to_owned(),
            "save it with commas between columns and points in numbers",
        ));
    }
    let header_fault = |what, cure: &str| fault(Some(1), None, what, cure);
    let (time_index, unit) =
        time_column(&header).map_err(|(what, cure)| header_fault(what, cure))?;
    let (value_index, quantity) =
        value_column(&header, column).map_err(|(what, cure)| header_fault(what, cure))?;
    let name = |index: usize| header.get(index).unwrap_or_default();

    let mut rows = Rows {
        quantity,
        values: Vec::new(),
        time_column: name(time_index).to_owned(),
        times_s: Vec::new(),
        lines: Vec::new(),
    };
    let mut record = StringRecord::new();
    while let Some((at, read)) = csv.next(&mut record) {
        read.map_err(|error| unreadable(at, error))?;
        let line = Some(at);
        let cell = |index: usize| match record.get(index) {
            None => Err(fault(
                line,
                Some(name(index)),
                format!(
                    "the row ends after {} of {} cells",
                    record.len(),
                    header.len()
                ),
                "fill every cell of the row",
            )),
            Some("") => Err(fault(
                line,
                Some(name(index)),
                "the cell is blank".to_owned(),
                "fill it; a missing measurement needs a value that you can defend",
            )),
            Some(cell) => Ok(cell),
        };
        let time_s = time(cell(time_index)?, unit, start)
            .map_err(|(what, cure)| fault(line, Some(name(time_index)), what, cure))?;
        let value = value(cell(value_index)?, quantity)
            .map_err(|(what, cure)| fault(line, Some(name(value_index)), what, cure))?;
        rows.times_s.push(time_s);
        rows.values.push(value);
        rows.lines.push(at);
    }
    Ok(rows)
}

type Fault = (String, &'static str);

/// Refuses a name that the header holds more than once: which one is meant is a guess.
fn the_only(header: &StringRecord, name: &str) -> Result<Option<usize>, Fault> {
    let mut found = header
        .iter()
        .enumerate()
        .filter(|(_, h)| h.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err((
            format!("the column {name} is there twice"),
            "keep one of the two",
        )),
        (first, _) => Ok(first.map(|(index, _)| index)),
    }
}

fn time_column(header: &StringRecord) -> Result<(usize, TimeUnit), Fault> {
    let known = [
        ("time_s", TimeUnit::Seconds),
        ("time_h", TimeUnit::Hours),
        ("time", TimeUnit::Timestamp),
    ];
    for (name, unit) in known {
        if let Some(index) = the_only(header, name)? {
            return Ok((index, unit));
        }
    }
    Err((
        format!("no time column among {}", names(header)),
        "name one time_s (seconds), time_h (hours) or time (timestamps such as 2026-01-01T00:00)",
    ))
}

fn value_column(header: &StringRecord, column: Option<&str>) -> Result<(usize, Quantity), Fault> {
    if let Some(column) = column {
        let Some(index) = the_only(header, column)? else {
            return Err((
                format!("no column {column} among {}", names(header)),
                "set column to one of them",
            ));
        };
        let lower = column.to_ascii_lowercase();
        return if lower.ends_with("it_kw") {
            Ok((index, Quantity::ItPower))
        } else if lower.ends_with("facility_kw") {
            Ok((index, Quantity::SitePower))
        } else if lower.ends_with("utilisation") {
            Ok((index, Quantity::Utilisation))
        } else {
            Err((
                format!("the name {column} does not say what it holds"),
                "a column of IT load ends in it_kw, one of the load at the meter in facility_kw, one of load from 0 to 1 in \
                 utilisation",
            ))
        };
    }
    let known = [
        ("it_kw", Quantity::ItPower),
        ("facility_kw", Quantity::SitePower),
        ("utilisation", Quantity::Utilisation),
    ];
    let mut found: Option<(&str, usize, Quantity)> = None;
    for (name, quantity) in known {
        let Some(index) = the_only(header, name)? else {
            continue;
        };
        // The results of a run hold both: IT is what the halls are given.
        if name == "facility_kw" && found.is_some() {
            continue;
        }
        if let Some((other, ..)) = found {
            return Err((
                format!("both {other} and {name} are there"),
                "choose one with column, for example column = \"it_kw\"",
            ));
        }
        found = Some((name, index, quantity));
    }
    match found {
        Some((_, index, quantity)) => Ok((index, quantity)),
        None => Err((
            format!(
                "neither it_kw nor facility_kw nor utilisation among {}",
                names(header)
            ),
            "name the column it_kw (kilowatts of IT), facility_kw (kilowatts of the whole site, at the meter) or \
             utilisation (0 to 1)",
        )),
    }
}

fn names(header: &StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(", ")
}

fn time(cell: &str, unit: TimeUnit, start: DateTime) -> Result<f64, Fault> {
    let factor = match unit {
        TimeUnit::Seconds => 1.0,
        TimeUnit::Hours => HOUR_S,
        TimeUnit::Timestamp => {
            // A zone would shift the load against the weather without a word.
            if cell.contains(['Z', 'z', '+', '[']) || cell.rfind('-').is_some_and(|at| at > 7) {
                return Err((
                    format!("{cell:?} carries a time zone"),
                    "write local time of the site without a zone, 2026-01-01T00:00",
                ));
            }
            let moment: DateTime = cell.parse().map_err(|_| {
                (
                    format!("{cell:?} is not a timestamp"),
                    "write 2026-01-01T00:00, or name the column time_s or time_h if it holds numbers",
                )
            })?;
            return Ok(start.duration_until(moment).as_secs_f64());
        }
    };
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number * factor),
        _ => Err((
            format!("{cell:?} is not a number"),
            "write a number, or name the column time if it holds timestamps",
        )),
    }
}

fn value(cell: &str, quantity: Quantity) -> Result<f64, Fault> {
    let Some(number) = cell.parse::<f64>().ok().filter(|n| n.is_finite()) else {
        return Err((
            format!("{cell:?} is not a number"),
            "write a plain number such as 812.5",
        ));
    };
    if number < 0.0 {
        return Err((format!("{number} is negative"), "load is zero or above"));
    }
    match quantity {
        Quantity::Utilisation if number > 1.0 => Err((
            format!("{number} is above 1"),
            "utilisation is a share from 0 to 1, not percent",
        )),
        Quantity::ItPower | Quantity::SitePower if number > MOST_KW => Err((
            format!("{number} kW is more than 10 GW"),
            "give kilowatts, not watts",
        )),
        Quantity::Utilisation => Ok(number),
        Quantity::ItPower | Quantity::SitePower => Ok(number * 1e3),
    }
}

/// Start and length of the intervals; the last row holds as long as the others.
pub(super) fn even_steps(file: &str, rows: &Rows) -> Result<(f64, f64), ProfileError> {
    let fault = |line: Option<u64>, what: String, cure: &str| ProfileError {
        file: file.to_owned(),
        line,
        column: Some(rows.time_column.clone()),
        what,
        cure: cure.to_owned(),
    };
    let (Some(first_s), Some(last_s)) = (rows.times_s.first(), rows.times_s.last()) else {
        return Err(fault(
            None,
            "there are no rows".to_owned(),
            "give at least two rows",
        ));
    };
    let pairs = rows.times_s.windows(2).zip(rows.lines.iter().skip(1));
    let steps = pairs.filter_map(|(pair, line)| match pair {
        [a, b] => Some((b - a, *line)),
        _ => None,
    });
    let steps: Vec<(f64, u64)> = steps.collect();
    for &(step_s, line) in &steps {
        if step_s == 0.0 {
            return Err(fault(
                Some(line),
                "the same time as the row before".to_owned(),
                "keep one row per time; where clocks go back, write standard time",
            ));
        }
        if step_s < 0.0 {
            return Err(fault(
                Some(line),
                "time runs backwards".to_owned(),
                "sort the rows by time; where clocks go back, write standard time",
            ));
        }
    }
    let mut sorted: Vec<f64> = steps.iter().map(|(step_s, _)| *step_s).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(&usual_s) = sorted.get(sorted.len() / 2) else {
        return Err(fault(
            rows.lines.first().copied(),
            "one row alone does not say how long it holds".to_owned(),
            "give at least two rows",
        ));
    };
    for &(step_s, line) in &steps {
        let ratio = step_s / usual_s;
        if ratio >= 1.5 {
            return Err(fault(
                Some(line),
                format!("a gap of {step_s} s where rows are {usual_s} s apart"),
                "add the missing rows",
            ));
        }
        if (ratio - 1.0).abs() > UNEVEN {
            return Err(fault(
                Some(line),
                format!("{step_s} s after the row before, where rows are {usual_s} s apart"),
                "give rows at equal intervals",
            ));
        }
    }
    Ok((*first_s, (last_s - first_s) / steps.len() as f64))
}
