//! Rows on the calendar: one slot for each hour of a year of 365 or 366 days.
//!
//! ```text
//! N rows an hour     row k of hour h ends k/N into it, whatever its minute (as `EnergyPlus` takes them)
//! state at h:00      mean of the rows within half an hour of it; one on the edge counts half on either side
//! mean over hour h   mean of its rows (radiation)
//! hours 0…23         the row of hour 0 is the first of its day; where the file begins with hour 1, the last of the day before
//! ```
//!
//! A file may begin in any month; more than one year, hours twice or out of order are refused.

use std::path::Path;

use super::quantity::{NONE, QUANTITIES, Row};
use super::{COMMON_YEAR_H, LEAP_YEAR_H, day_of_year, days_in_month};
use crate::describe::Fault;

/// As many hours as are filled.
const MAX_MISSING_H: usize = 24;
/// Rows an hour; finer ones are no weather file.
const MAX_PER_HOUR: usize = 60;

/// The hours of a year; a slot without a row has no line.
pub(super) struct Calendar {
    pub(super) lines: Vec<Option<u64>>,
    /// A column for each quantity; NaN where there is no value.
    pub(super) values: [Vec<f64>; 8],
    /// Irregularities.
    pub(super) notes: Vec<String>,
}

/// `stated` is the number of rows an hour that the header states.
pub(super) fn place(file: &Path, rows: &mut [Row], stated: Option<f64>) -> Result<Calendar, Fault> {
    let leap = rows.iter().any(|r| (r.month, r.day) == (2, 29));
    let mut notes = Vec::new();
    notes.extend(name_hours(file, rows, leap)?);
    let per_hour = per_hour(rows);
    let length = if leap { LEAP_YEAR_H } else { COMMON_YEAR_H };
    let mut year = Slots {
        file,
        per_hour,
        lines: vec![None; length],
        // What rows of several in an hour are gathered in.
        sums: vec![[(0.0, 0); 8]; if per_hour > 1 { length } else { 0 }],
        values: std::array::from_fn(|_| vec![NONE; length]),
    };
    let mut order = Order::default();
    let mut short = (0, None);
    let minutes_end = rows.iter().any(|row| row.minute == 60);
    for group in rows.chunk_by(same_hour) {
        let slot = year.slot(&group[0], leap)?;
        order.next(&year, &group[0], slot)?;
        if let Some(row) = group.get(per_hour) {
            let at = date(slot, length);
            let (what, cure) = if per_hour == 1 {
                (
                    format!("duplicate row for {at}"),
                    "remove one of the two rows",
                )
            } else {
                (
                    format!("more than {per_hour} rows for {at}"),
                    "remove the row",
                )
            };
            return Err(Fault::new(what, cure).in_file(file, Some(row.line)));
        }
        year.lines[slot] = Some(group[0].line);
        if group.len() < per_hour {
            short.0 += per_hour - group.len();
            short.1 = short.1.or(Some(group[0].line));
        }
        for (index, row) in group.iter().enumerate() {
            let minute = usize::from(row.minute) * per_hour;
            let index = match (group.len() == per_hour, minutes_end) {
                (true, _) => index,
                (false, true) => minute.div_ceil(60).saturating_sub(1),
                (false, false) => minute / 60,
            };
            if per_hour == 1 {
                for (column, value) in year.values.iter_mut().zip(row.values) {
                    // Zero has one sign, as in a sum.
                    column[slot] = value + 0.0;
                }
            } else {
                year.add(slot, index.min(per_hour - 1), row);
            }
        }
    }
    if per_hour > 1 {
        let header = match stated {
            Some(stated) if stated != per_hour as f64 => format!(" (the header says {stated})"),
            _ => String::new(),
        };
        notes.push(format!(
            "{per_hour} rows an hour{header}: averaged to hours, states around each hour's end, radiation over the hour"
        ));
    } else if let Some(stated) = stated.filter(|stated| *stated != 1.0) {
        notes.push(format!(
            "the header says {stated} rows an hour, there is one"
        ));
    }
    if let Some(first) = order.first.filter(|first| *first > 0 && order.wrapped) {
        notes.push(format!(
            "the rows begin with {}: put in the order of the calendar",
            date(first, length)
        ));
    }
    if let (count, Some(line)) = short {
        if count > MAX_MISSING_H * per_hour {
            return Err(Fault::new(
                format!("{count} rows are missing where each hour has {per_hour}"),
                format!("give {per_hour} rows for each hour, or one"),
            )
            .in_file(file, Some(line)));
        }
        notes.push(format!(
            "line {line}: {count} rows are missing where each hour has {per_hour}, means of the others taken"
        ));
    }
    notes.extend(year.missing_hours()?);
    if per_hour > 1 {
        year.take_means();
    }
    Ok(Calendar {
        values: year.values,
        lines: year.lines,
        notes,
    })
}

fn same_hour(a: &Row, b: &Row) -> bool {
    (a.month, a.day, a.hour) == (b.month, b.day, b.hour)
}

/// How many rows most hours have; one where only some are duplicates.
fn per_hour(rows: &[Row]) -> usize {
    let mut sizes = [0_usize; MAX_PER_HOUR + 1];
    let mut groups = 0;
    for group in rows.chunk_by(same_hour) {
        sizes[group.len().min(MAX_PER_HOUR)] += 1;
        groups += 1;
    }
    if rows.len() * 2 < groups * 3 {
        return 1;
    }
    (1..=MAX_PER_HOUR)
        .rev()
        .max_by_key(|size| sizes[*size])
        .unwrap_or(1)
}

/// Names hours 1…24 by their ends where the file has 0…23.
fn name_hours(file: &Path, rows: &mut [Row], leap: bool) -> Result<Option<String>, Fault> {
    let Some(zero) = rows.iter().find(|row| row.hour == 0) else {
        return Ok(None);
    };
    if rows.iter().any(|row| row.hour == 24) {
        let cause = "the hours run from 0 to 24";
        let cure = "name each hour by its end, 1…24";
        return Err(Fault::new(cause, cure).in_file(file, Some(zero.line)));
    }
    if rows[0].hour == 0 {
        for row in rows {
            row.hour = row.hour.saturating_add(1);
        }
        let how = "hours run from 0 to 23: each is taken as the hour that begins with it, the first as 0:00 to 1:00";
        return Ok(Some(how.into()));
    }
    let mut before = (0, 0);
    for row in rows {
        let here = (row.month, row.day);
        if row.hour == 0 {
            row.hour = 24;
            if here != before {
                (row.month, row.day) = day_before(here, leap);
            }
        }
        before = here;
    }
    let how = "hours run from 0 to 23: hour 0 is taken as the last of the day before";
    Ok(Some(how.into()))
}

/// A date that no calendar has stays as it is, and is refused later.
fn day_before((month, day): (u8, u8), leap: bool) -> (u8, u8) {
    match (month, day) {
        (1, 1) => (12, 31),
        (2..=12, 1) => (month - 1, days_in_month(month - 1, leap)),
        (_, 0) => (month, day),
        _ => (month, day - 1),
    }
}

/// Findings about the order of the rows so far.
#[derive(Default)]
struct Order {
    first: Option<usize>,
    last: Option<usize>,
    wrapped: bool,
}

impl Order {
    fn next(&mut self, year: &Slots<'_>, row: &Row, slot: usize) -> Result<(), Fault> {
        let first = *self.first.get_or_insert(slot);
        let length = year.lines.len();
        let refuse = |cause: String, cure: &str| {
            Err(Fault::new(cause, cure).in_file(year.file, Some(row.line)))
        };
        let last = self.last.replace(slot);
        let turns = last.is_some_and(|last| {
            slot < last && last + MAX_MISSING_H + 1 >= length && slot <= MAX_MISSING_H
        });
        if (turns && (self.wrapped || slot >= first)) || (self.wrapped && slot >= first) {
            return refuse(
                format!("a second year begins here with {}", date(slot, length)),
                "keep the rows of one year: remove this row and all after it",
            );
        }
        self.wrapped |= turns;
        if !turns && last.is_some_and(|last| slot <= last) {
            return refuse(
                format!("{} comes after a later hour", date(slot, length)),
                "sort the rows by month, day and hour",
            );
        }
        Ok(())
    }
}

struct Slots<'a> {
    file: &'a Path,
    per_hour: usize,
    lines: Vec<Option<u64>>,
    /// Sum of values and of their weights; a whole hour weighs twice its rows.
    sums: Vec<[(f64, usize); 8]>,
    values: [Vec<f64>; 8],
}

impl Slots<'_> {
    fn slot(&self, row: &Row, leap: bool) -> Result<usize, Fault> {
        let (month, day, hour) = (row.month, row.day, row.hour);
        if day == 0 || day > days_in_month(month, leap) || !(1..=24).contains(&hour) {
            return Err(Fault::new(
                format!("there is no {month:02}-{day:02} hour {hour}"),
                "months run 1…12 and hours 1…24, each hour named by its end",
            )
            .in_file(self.file, Some(row.line)));
        }
        Ok(day_of_year(month, day, leap) * 24 + usize::from(hour) - 1)
    }

    /// Row `index` of `per_hour`, from 0: its state belongs to the nearer end of its hour.
    fn add(&mut self, slot: usize, index: usize, row: &Row) {
        let length = self.sums.len();
        let before = (slot + length - 1) % length;
        let to_before = match (2 * (index + 1)).cmp(&self.per_hour) {
            std::cmp::Ordering::Less => 2,
            std::cmp::Ordering::Equal => 1,
            std::cmp::Ordering::Greater => 0,
        };
        for (quantity, value) in QUANTITIES.into_iter().zip(row.values) {
            if value.is_nan() {
                continue;
            }
            let share = if quantity.is_mean() { 0 } else { to_before };
            for (slot, weight) in [(before, share), (slot, 2 - share)] {
                let (sum, weights) = &mut self.sums[slot][quantity as usize];
                *sum += value * weight as f64;
                *weights += weight;
            }
        }
    }

    /// An hour of which less than half is known has no value.
    fn take_means(&mut self) {
        for (slot, sums) in self.sums.iter().enumerate() {
            for (column, (sum, weight)) in self.values.iter_mut().zip(sums) {
                if *weight >= self.per_hour {
                    column[slot] = sum / *weight as f64;
                }
            }
        }
    }

    fn missing_hours(&self) -> Result<Vec<String>, Fault> {
        let length = self.lines.len();
        let missing = self.lines.iter().filter(|line| line.is_none()).count();
        let first = self.lines.iter().position(Option::is_none).unwrap_or(0);
        if missing > MAX_MISSING_H {
            let error = Fault::new(
                format!(
                    "holds {} of the {length} hours of a year, the first that is missing is {}",
                    length - missing,
                    date(first, length)
                ),
                format!(
                    "give every hour of the year: at most {MAX_MISSING_H} missing ones are filled"
                ),
            );
            return Err(error.in_file(self.file, line_before(&self.lines, first)));
        }
        let gaps = gaps(length, |i| self.lines[i].is_none()).unwrap_or_default();
        let describe = |(start, count)| {
            format!(
                "{}: {count} hour{} from {} missing from the file, filled from the neighbours",
                place_of(&self.lines, start, count),
                if count == 1 { "" } else { "s" },
                date(start, length),
            )
        };
        Ok(gaps.into_iter().map(describe).collect())
    }
}

/// The last line before a slot.
pub(super) fn line_before(lines: &[Option<u64>], slot: usize) -> Option<u64> {
    lines[..slot].iter().rev().find_map(|line| *line)
}

/// `lines 12–15`, or `after line 11` where the rows themselves are missing.
pub(super) fn place_of(lines: &[Option<u64>], start: usize, count: usize) -> String {
    let last = lines[(start + count.max(1) - 1) % lines.len()];
    match (lines[start], last) {
        (Some(a), Some(b)) if a != b => format!("lines {a}–{b}"),
        (Some(a), _) => format!("line {a}"),
        _ => match line_before(lines, start) {
            Some(line) => format!("after line {line}"),
            None => "before the first row".into(),
        },
    }
}

/// The hour of a slot for people.
pub(super) fn date(slot: usize, length: usize) -> String {
    let leap = length == LEAP_YEAR_H;
    let (mut month, mut day) = (1, slot / 24);
    while day >= usize::from(days_in_month(month, leap)) && month < 12 {
        day -= usize::from(days_in_month(month, leap));
        month += 1;
    }
    format!("{month:02}-{:02} hour {}", day + 1, slot % 24 + 1)
}

/// Runs of missing slots as (start, length); the year is a ring. `None` where everything is missing.
pub(super) fn gaps(length: usize, missing: impl Fn(usize) -> bool) -> Option<Vec<(usize, usize)>> {
    let anchor = (0..length).find(|&i| !missing(i))?;
    let mut gaps = Vec::new();
    let mut run = 0;
    for k in 1..=length {
        let i = (anchor + k) % length;
        if missing(i) {
            run += 1;
        } else if run > 0 {
            gaps.push(((i + length - run) % length, run));
            run = 0;
        }
    }
    Some(gaps)
}
