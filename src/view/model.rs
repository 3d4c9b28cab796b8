//! The hall as a model for other programs: a scenario in neutral colours, a recorded result in those of a moment.
//!
//! ```text
//! layout ─ units ─▶ parts: one for the structure, one per machine, units that racks are copies of ─▶ glTF | USD
//! ```
//!
//! Metres, y up, right-handed: x to the east, z to the south. The ground and its shadows stay behind.

mod gltf;
mod mesh;
#[cfg(test)]
mod tests;
mod usd;

use std::path::Path;
use std::sync::Arc;

use glam::Vec3;

use crate::scenario;
use crate::view::hall::colour::{ColourBy, linear};
use crate::view::hall::frame::{Between, Site};
use crate::view::hall::jobs::JobColours;
use crate::view::hall::layout::units::{OWN, Units};
use crate::view::hall::layout::{Channel, Layout, Paint, Picked, Shape, Solid};
use crate::view::hall::names::name;
use crate::view::hall::paint;
use crate::view::hall::replay::Replay;

/// Format of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// glTF 2.0, binary.
    Gltf,
    /// USD, as text.
    Usd,
}

/// Linear red, green, blue, and opacity.
type Ink = [f32; 4];

/// Racks and pipes of a scenario that has not run, sRGB.
const NEUTRAL_RACK: [f32; 3] = [0.36, 0.46, 0.58];
const NEUTRAL: [f32; 3] = [0.60, 0.64, 0.68];

/// What is modelled.
struct Subject {
    site: Site,
    units: Units,
    /// By slot.
    inks: Vec<Ink>,
    /// Slot of the first rack of each hall.
    first_rack: Vec<u32>,
    bodies: Vec<Body>,
    /// What the colours show.
    note: String,
}

/// A machine, or the structure: its name and its solids.
struct Body {
    name: String,
    solids: Vec<Solid>,
}

/// Makes a model of a scenario file, with keys changed as `--set` takes them, or of a result folder at a time of its run (the
/// row with the hottest chip, where none is named). The error is fit to be shown.
///
/// # Errors
/// Where the scenario or the folder is wrong, or the time is not a time of the run.
pub fn model(
    path: &Path,
    sets: &[String],
    at: Option<&str>,
    by: ColourBy,
    format: Format,
) -> Result<Vec<u8>, String> {
    let subject = if path.is_dir() {
        Subject::recorded(path, at, by)?
    } else {
        let loaded = scenario::load(path, sets).map_err(|error| error.report(false))?;
        let resolved =
            scenario::resolve(&loaded).map_err(|error| error.after(sets).report(false))?;
        Subject::neutral(Site::of(&resolved))
    };
    Ok(match format {
        Format::Gltf => gltf::write(&subject),
        Format::Usd => usd::write(&subject).into_bytes(),
    })
}

impl Subject {
    fn neutral(site: Site) -> Self {
        let layout = Layout::of(&site.scenario, site.sizes());
        let inks = layout.slots.iter().map(|channel| match channel {
            Channel::Rack { .. } => linear(NEUTRAL_RACK, 1.0),
            _ => linear(NEUTRAL, 1.0),
        });
        let inks = inks.collect();
        Self::new(site, &layout, inks, "neutral colours".into())
    }

    fn recorded(folder: &Path, at: Option<&str>, by: ColourBy) -> Result<Self, String> {
        let (site, replay, _) = Replay::open(folder)?;
        if by == ColourBy::Job {
            return Err(
                "a result folder does not keep which job a rack has; colour by another quantity"
                    .into(),
            );
        }
        let row = match at {
            Some(text) => replay.around(site.seconds(text)?).pop().unwrap_or(0),
            None => hottest_row(&replay),
        };
        let layout = Layout::of(&site.scenario, site.sizes());
        let frame = Arc::new(replay.frame(row, &site));
        let when = site.date_time(frame.time_s());
        let between = Between {
            a: Arc::clone(&frame),
            b: frame,
            share: 1.0,
        };
        let scale = paint::scale(by, std::iter::once(&site));
        let jobs = JobColours::default();
        let look = paint::Look {
            by,
            scale,
            jobs: &jobs,
            job: None,
        };
        let inks = paint::slots(&layout, &site, &between, &look, 0.0);
        let inks = inks.into_iter().map(|[r, g, b, _]| [r, g, b, 1.0]);
        let note = format!(
            "racks by {} ({} to {} {}), their part of the hall, {when}",
            by.name(),
            scale.low,
            scale.high,
            by.unit()
        );
        let inks = inks.collect();
        Ok(Self::new(site, &layout, inks, note))
    }

    fn new(site: Site, layout: &Layout, inks: Vec<Ink>, note: String) -> Self {
        let mut units = Units::of(layout);
        let drawn = |solid: &Solid| !matches!(solid.paint, Paint::Ground | Paint::Shadow(_));
        let others: Vec<Solid> = units.others.drain(..).filter(drawn).collect();
        let mut bodies: Vec<(Body, [Vec3; 2])> = Vec::new();
        for pick in &layout.picks {
            if let Picked::Machine(_) = pick.what {
                let kind = name(&site, pick.what);
                let before = bodies.iter().filter(|(body, _)| {
                    body.name
                        .strip_prefix(&kind)
                        .is_some_and(|rest| rest.starts_with(' '))
                });
                let number = before.count() + 1;
                let body = Body {
                    name: format!("{kind} {number}"),
                    solids: Vec::new(),
                };
                bodies.push((body, [pick.min, pick.max]));
            }
        }
        let mut structure = Body {
            name: "structure and pipes".into(),
            solids: Vec::new(),
        };
        for solid in others {
            let middle = middle(&solid);
            let owner = bodies
                .iter_mut()
                .find(|(_, [min, max])| middle.cmpge(*min).all() && middle.cmple(*max).all());
            match owner {
                Some((body, _)) => body.solids.push(solid),
                None => structure.solids.push(solid),
            }
        }
        let machines = bodies.into_iter().map(|(body, _)| body);
        let all = std::iter::once(structure).chain(machines);
        Self {
            site,
            units,
            inks,
            first_rack: layout.first_rack.clone(),
            bodies: all.filter(|body| !body.solids.is_empty()).collect(),
            note,
        }
    }

    /// The colour of a surface; that of a rack itself is `own`.
    fn ink(&self, paint: Paint, own: Ink) -> Ink {
        let of = |slot: u32| match slot {
            OWN => own,
            slot => self.inks.get(slot as usize).copied().unwrap_or([1.0; 4]),
        };
        match paint {
            Paint::Flat(rgb) | Paint::Body(rgb, _) => linear(rgb, 1.0),
            Paint::Glass(rgb, alpha) => linear(rgb, alpha),
            Paint::Slot(slot)
            | Paint::Rack(slot)
            | Paint::Gauge(slot)
            | Paint::Tiles(slot)
            | Paint::Flow(slot) => of(slot),
            Paint::SlotGlass(slot, alpha) => {
                let [r, g, b, _] = of(slot);
                [r, g, b, alpha]
            }
            Paint::Ground | Paint::Shadow(_) => [0.0, 0.0, 0.0, 1.0],
        }
    }

    fn rack_name(&self, hall: u32, rack: u32) -> String {
        name(&self.site, Picked::Rack(hall, rack))
    }

    /// The colour of a rack.
    fn rack_ink(&self, hall: u32, rack: u32) -> Ink {
        let first = self.first_rack.get(hall as usize).copied().unwrap_or(0);
        let ink = self.inks.get((first + rack) as usize);
        ink.copied().unwrap_or([1.0; 4])
    }
}

/// The row whose chips are hottest.
fn hottest_row(replay: &Replay) -> usize {
    let rows = 0..replay.rows();
    rows.max_by(|a, b| replay.hottest_c(*a).total_cmp(&replay.hottest_c(*b)))
        .unwrap_or(0)
}

fn middle(solid: &Solid) -> Vec3 {
    match solid.shape {
        Shape::Box { min, max } | Shape::Rack { min, max, .. } => 0.5 * (min + max),
        Shape::Pipe { from, to, .. } => 0.5 * (from + to),
        Shape::Panel(corners) => 0.5 * (corners[0] + corners[2]),
    }
}
