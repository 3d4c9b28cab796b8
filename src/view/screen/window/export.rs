//! Export of the display: the image and the charts in it, the figures of this instant, the charts' data, the run,
//! and the racks.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

use crate::output::{Column, Format, Kind, OutputError, Table};
use crate::view::hall::colour::ColourBy;
use crate::view::hall::overview::{Q, Row};
use crate::view::hall::{jobs, paint};
use crate::view::screen::areas::{Areas, Target, render_target};
use crate::view::screen::panels::{FIGURES, window};
use crate::view::screen::run::{Side, Sides};
use crate::view::screen::state::{Play, ViewState};

/// Writes what is shown into the current folder, under the name of the scenario and the time.
pub(crate) fn export(
    mut commands: Commands,
    mut state: ResMut<ViewState>,
    play: Res<Play>,
    sides: Res<Sides>,
    target: Res<Target>,
    areas: Res<Areas>,
) {
    if !std::mem::take(&mut state.export) {
        return;
    }
    let Some(first) = sides.0.first() else { return };
    if sides.0.iter().any(|side| side.is_behind(play.time_s)) {
        state.notify(
            "nothing was written: this time is still being computed; export when it is shown",
        );
        return;
    }
    let at = first.site.date_time(play.time_s).strftime("%Y-%m-%dT%H%M");
    let name = format!("{}-{at}", first.site.name);
    let image = PathBuf::from(format!("{name}.png"));
    let shot = match render_target(&target, &areas) {
        Some(image) => Screenshot(image),
        None => Screenshot::primary_window(),
    };
    let charts: Vec<(PathBuf, Rect)> = state
        .charts
        .iter()
        .map(|(chart, rect)| {
            let path = PathBuf::from(format!("{name}-{chart}.png"));
            (
                path,
                Rect::from_corners(rect.min * areas.scale, rect.max * areas.scale),
            )
        })
        .collect();
    commands.spawn(shot).observe(
        move |shot: On<ScreenshotCaptured>, mut state: ResMut<ViewState>| {
            let whole = write_png(&shot.image, &image, None);
            if let Err(error) = whole.and_then(|()| cut(&shot.image, &charts)) {
                state.notify(error);
            }
        },
    );
    let done = tables(&sides, play.time_s, Path::new("."), &name);
    state.notify(match done {
        Ok(()) => format!("written: {name}.png, its charts and tables"),
        Err(error) => error.to_string(),
    });
}

/// Writes parts of a picture, each to its own file.
pub(crate) fn cut(image: &Image, parts: &[(PathBuf, Rect)]) -> Result<(), String> {
    for (path, rect) in parts {
        write_png(image, path, Some(*rect))?;
    }
    Ok(())
}

/// Writes a picture or a part of it, beside its name first and whole: no half picture stays. The error names the file.
pub(crate) fn write_png(image: &Image, path: &Path, part: Option<Rect>) -> Result<(), String> {
    let named = |error: String| format!("`{}` was not written: {error}", path.display());
    let whole = image.clone().try_into_dynamic();
    let mut whole = whole.map_err(|error| named(error.to_string()))?;
    if let Some(rect) = part {
        let size = UVec2::new(whole.width(), whole.height());
        let min = rect.min.max(Vec2::ZERO).as_uvec2().min(size);
        let wide = rect.max.max(Vec2::ZERO).as_uvec2().min(size) - min;
        whole = whole.crop_imm(min.x, min.y, wide.x, wide.y);
    }
    // What stands behind the alpha channel is no part of what was seen.
    let seen = whole.to_rgb8();
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut beside = tempfile::Builder::new();
    beside.suffix(".png");
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let beside = beside
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| named(error.to_string()))?;
    seen.save(beside.path())
        .map_err(|error| named(error.to_string()))?;
    beside
        .persist(path)
        .map_err(|error| named(error.error.to_string()))?;
    Ok(())
}

/// The figures of all sides beside one another, and of each side what its charts draw, the run, and every rack.
pub(crate) fn tables(
    sides: &Sides,
    time_s: f64,
    folder: &Path,
    name: &str,
) -> Result<(), OutputError> {
    figures(sides, time_s, folder, name)?;
    for (side, of) in sides.0.iter().zip(["", "-right"]) {
        let name = format!("{name}{of}");
        rows(
            side,
            &side.overview.rows,
            folder,
            &format!("{name}-overview"),
        )?;
        let charts = window(side, time_s);
        rows(side, &charts, folder, &format!("{name}-charts"))?;
        racks(side, time_s, folder, &format!("{name}-racks"))?;
    }
    Ok(())
}

/// The figures of the instant, as the panel at the left compares them.
fn figures(sides: &Sides, time_s: f64, folder: &Path, name: &str) -> Result<(), OutputError> {
    let shown: Vec<_> = sides.0.iter().filter_map(|side| side.at(time_s)).collect();
    let two = shown.len() > 1;
    let mut columns = vec![
        Column::new("figure", Kind::Text),
        Column::new("unit", Kind::Text),
        Column::new(if two { "left" } else { "value" }, Kind::Number(3)),
    ];
    if two {
        let rest = ["right", "right_less_left"];
        columns.extend(rest.map(|name| Column::new(name, Kind::Number(3))));
    }
    let file = format!("{name}-figures");
    let mut table = Table::create(folder, &file, Format::Csv, &columns)?;
    for figure in FIGURES {
        let values: Vec<f64> = shown.iter().map(|shown| (figure.of)(&shown.b)).collect();
        table.text(figure.name);
        table.text(figure.unit);
        for value in &values {
            table.number(*value);
        }
        if let [left, right] = values[..] {
            table.number(right - left);
        }
        table.end_row()?;
    }
    table.finish()
}

/// Rows of the overview.
fn rows(side: &Side, rows: &[Row], folder: &Path, file: &str) -> Result<(), OutputError> {
    let mut columns = vec![Column::new("time", Kind::Time)];
    let all = Q::ALL.iter();
    columns.extend(all.map(|q| Column::new(q.label(), Kind::Number(3))));
    let mut table = Table::create(folder, file, Format::Csv, &columns)?;
    for row in rows {
        table.time(side.site.date_time(row.time_s));
        for value in row.values {
            table.number(f64::from(value));
        }
        table.end_row()?;
    }
    table.finish()
}

/// Every rack of the instant, and who works there.
fn racks(side: &Side, time_s: f64, folder: &Path, file: &str) -> Result<(), OutputError> {
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
    columns.push(Column::new("work", Kind::Text));
    let mut table = Table::create(folder, file, Format::Csv, &columns)?;
    let occupants = &between.b.occupants;
    for (index, hall) in side.site.scenario.hall.iter().enumerate() {
        for rack in 0..hall.racks as usize {
            table.text(&hall.name);
            table.integer(rack as u64 + 1);
            for (by, _) in all {
                table.number(paint::value(by, &side.site, &between.b, index, rack));
            }
            let allocations = occupants.in_rack(index, rack as u32).iter();
            let work = allocations.filter_map(|allocation| {
                let occupant = occupants.all.get(allocation.occupant as usize)?;
                Some(format!("{}: {}", jobs::name(occupant), allocation.gpus))
            });
            table.text(&work.collect::<Vec<_>>().join("; "));
            table.end_row()?;
        }
    }
    table.finish()
}
