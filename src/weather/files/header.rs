//! The first line of a weather file: cells of a CSV, and a place that fits its clock.

use std::path::Path;

use crate::describe::Fault;
use crate::weather::Site;

/// Clocks differ from the sun's by up to 3 h (western China, summer time left in): more is an error in the header.
const CLOCK_AND_SUN_H: f64 = 4.0;

/// Cells of the line that names the place.
pub(in crate::weather) struct Header<'a> {
    file: &'a Path,
    line: u64,
    cells: Vec<String>,
    /// The names of its cells.
    layout: &'static str,
}

/// The cells of a line of CSV, trimmed; empty ones at its end do not count.
pub(in crate::weather) fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    let mut cells: Vec<String> = record
        .unwrap_or_default()
        .iter()
        .map(str::to_owned)
        .collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

impl<'a> Header<'a> {
    /// `layout` names the cells that the line has, and no more than those.
    pub(in crate::weather) fn new(
        file: &'a Path,
        line: u64,
        text: &str,
        layout: &'static str,
    ) -> Result<Self, Fault> {
        let cells = cells(text);
        let most = layout.split(',').count();
        if cells.len() > most {
            let cause = format!("the line has {} cells, more than {most}", cells.len());
            let cure = format!("it is {layout}: put a name that holds a comma in double quotes");
            return Err(Fault::new(cause, cure).in_file(file, Some(line)));
        }
        Ok(Self {
            file,
            line,
            cells,
            layout,
        })
    }

    pub(in crate::weather) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", String::as_str)
    }

    /// The place, from the cells of latitude, longitude, UTC offset and elevation; and what is odd about it.
    pub(in crate::weather) fn site(
        &self,
        name: String,
        [latitude, longitude, utc, elevation]: [usize; 4],
    ) -> Result<(Site, Vec<String>), Fault> {
        let site = Site {
            name,
            latitude_deg: self.number(latitude, "latitude", -90.0, 90.0)?,
            longitude_deg: self.number(longitude, "longitude", -180.0, 180.0)?,
            utc_offset_h: self.number(utc, "UTC offset in hours", -12.0, 14.0)?,
            elevation_m: self.number(elevation, "elevation in m", -1000.0, 9999.9)?,
        };
        let sun_h = site.longitude_deg / 15.0;
        // Around the date line both count the days differently.
        let apart_h = (site.utc_offset_h - sun_h + 12.0).rem_euclid(24.0) - 12.0;
        let mut notes = Vec::new();
        if apart_h.abs() > CLOCK_AND_SUN_H {
            notes.push(format!(
                "line {}: at longitude {}° the sun's time is UTC{sun_h:+.1} h, the header says UTC{:+} h, which is used: \
                 check both",
                self.line, site.longitude_deg, site.utc_offset_h
            ));
        }
        Ok((site, notes))
    }

    fn number(&self, index: usize, name: &str, low: f64, high: f64) -> Result<f64, Fault> {
        let text = self.cell(index);
        hours_and_minutes(text)
            .or_else(|| text.parse().ok())
            .filter(|value| (low..=high).contains(value))
            .ok_or_else(|| {
                Fault::new(
                    format!("{name} is {text:?}"),
                    format!(
                        "the line is {}: a number from {low} to {high} is needed there",
                        self.layout
                    ),
                )
                .in_file(self.file, Some(self.line))
                .in_column(format!("{} ({name})", index + 1))
            })
    }
}

/// `+5:30` is 5.5.
fn hours_and_minutes(text: &str) -> Option<f64> {
    let (hours, minutes) = text.split_once(':')?;
    let whole: f64 = hours.parse().ok()?;
    let minutes: u8 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
    let part = f64::from(minutes) / 60.0;
    Some(if hours.starts_with('-') {
        whole - part
    } else {
        whole + part
    })
}
