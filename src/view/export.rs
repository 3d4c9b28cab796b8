//! What is shown, as files: the picture, the overview as a table, and the racks of this instant.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};

use super::overview::Q;
use super::paint;
use super::state::{Look, Play, Side, Sides};
use super::window::Target;
use crate::output::{Column, Format, Kind, OutputError, Table};
use crate::view::colour::ColourBy;

/// Writes what was asked for into the current folder, under the name of the scenario and the time.
pub(super) fn export(
    mut commands: Commands,
    mut look: ResMut<Look>,
    play: Res<Play>,
    sides: Res<Sides>,
    target: Res<Target>,
) {
    if !std::mem::take(&mut look.export) {
        return;
    }
    let Some(first) = sides.0.first() else { return };
    let at = first.site.moment(play.time_s).strftime("%Y-%m-%dT%H%M");
    let name = format!("{}-{at}", first.site.name);
    let picture = PathBuf::from(format!("{name}.png"));
    let shot = match &target.0 {
        Some(image) => Screenshot::image(image.clone()),
        None => Screenshot::primary_window(),
    };
    commands.spawn(shot).observe(save_to_disk(picture));
    let done = tables(first, play.time_s, Path::new("."), &name);
    look.say(match done {
        Ok(()) => format!("written: {name}.png, {name}-overview.csv, {name}-racks.csv"),
        Err(error) => error.to_string(),
    });
}

/// The overview of the run, and every rack at `time_s`.
pub(super) fn tables(
    side: &Side,
    time_s: f64,
    folder: &Path,
    name: &str,
) -> Result<(), OutputError> {
    let mut columns = vec![Column::new("time", Kind::Time)];
    columns.extend(
        Q::ALL
            .iter()
            .map(|q| Column::new(q.label(), Kind::Number(3))),
    );
    let mut table = Table::create(folder, &format!("{name}-overview"), Format::Csv, &columns)?;
    for row in &side.overview.rows {
        table.time(side.site.moment(row.time_s));
        for value in row.values {
            table.number(f64::from(value));
        }
        table.end_row()?;
    }
    table.finish()?;
    let Some(between) = side.at(time_s) else {
        return Ok(());
    };
    let all = [
        (ColourBy::Power, "power_kw"),
        (ColourBy::Inlet, "inlet_c"),
        (ColourBy::Chip, "chip_c"),
        (ColourBy::Utilisation, "utilisation_percent"),
        (ColourBy::Throttling, "slowed_percent"),
    ];
    let mut columns = vec![
        Column::new("hall", Kind::Text),
        Column::new("rack", Kind::Integer),
    ];
    columns.extend(all.map(|(_, name)| Column::new(name, Kind::Number(3))));
    let mut table = Table::create(folder, &format!("{name}-racks"), Format::Csv, &columns)?;
    for (index, hall) in side.site.scenario.hall.iter().enumerate() {
        for rack in 0..hall.racks as usize {
            table.text(&hall.name);
            table.integer(rack as u64 + 1);
            for (by, _) in all {
                table.number(paint::value(by, &between.b, index, rack));
            }
            table.end_row()?;
        }
    }
    table.finish()
}
