//! A recorded run as a page carries it: the moments that it shows, with what is said of each.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::pack::{Column, PackedTexts, Texts, Whole, base64, floats};
use super::scene::{Scene, machines};
use crate::units::{HOUR_S, WATER_KG_M3};
use crate::view::hall::colour::{ColourBy, FLUID, Rgb, blend, fluids, linear};
use crate::view::hall::explanation::{alarms, explain};
use crate::view::hall::frame::{Between, Frame, Site};
use crate::view::hall::jobs::JobColours;
use crate::view::hall::layout::{Channel, Layout};
use crate::view::hall::overview::{Overview, Q};
use crate::view::hall::paint::{self, Look};
use crate::view::hall::replay::Replay;
use crate::view::hall::{machines as machine_figures, names};

/// Points of the charts.
const POINTS: usize = 1000;

pub(super) struct Side {
    pub(super) site: Site,
    pub(super) layout: Layout,
    replay: Replay,
    overview: Overview,
    folder: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SideData {
    name: String,
    folder: String,
    start: String,
    total_s: f64,
    record_s: f64,
    /// Rows of the folder, and how many of them one moment stands for.
    rows: usize,
    each: usize,
    halls: Vec<Value>,
    /// The row of each moment.
    row: Whole,
    columns: Map<String, Value>,
    /// Colours of slots that are no racks: which slots, and by moment places in `palette`.
    plain: Vec<usize>,
    colours: String,
    texts: PackedTexts,
    /// Fields of `texts`: the sentences, alarms, then figures below names, then figures of machines.
    sentences: usize,
    labels: usize,
    chart: Map<String, Value>,
    events: Vec<Value>,
    scene: Scene,
}

/// Colours of fluids, and shades of load.
const SHADES: u8 = 126;
/// Places in the palette of a unit that is out, and of one whose load is not known.
const OUT: u8 = 2 * SHADES;
const UNKNOWN: u8 = OUT + 1;

/// How hard a machine works, from dark to light: no hue, so that a machine at full load is not taken for an alarm.
pub(super) fn loads(x: f32) -> Rgb {
    blend(paint::EMPTY, paint::FILLED, x)
}

/// The colours of fluids, the shades of load, a unit that is out, and the grey of what is not known.
pub(super) fn palette() -> Vec<Rgb> {
    let share = |index: u8| f32::from(index) / f32::from(SHADES - 1);
    let fluid = (0..SHADES).map(|index| fluids(share(index)));
    let load = (0..SHADES).map(|index| loads(share(index)));
    fluid
        .chain(load)
        .chain([[0.55, 0.06, 0.05], [0.42; 3]])
        .collect()
}

impl Side {
    /// Opens a result folder; the error is fit to be shown.
    pub(super) fn open(folder: &Path) -> Result<Self, String> {
        let (site, replay, overview) = Replay::open(folder)?;
        let layout = Layout::of(&site.scenario, site.sizes());
        let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let named = full.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            folder: named.into_owned(),
            site,
            layout,
            replay,
            overview,
        })
    }

    /// Characters of the scene and of racks.
    pub(super) fn fixed_chars(&self) -> usize {
        let racks: usize = self.site.halls.iter().map(|hall| hall.racks).sum();
        Scene::of(&self.layout, &self.site).chars() + 24 * racks + 60_000
    }

    /// What the page says of a moment.
    fn said(&self, frame: &Frame) -> (Vec<String>, usize, usize) {
        let site = &self.site;
        let told = explain(site, frame, &self.overview);
        let mut all = vec![
            told.hot,
            told.why,
            told.cost,
            alarms(site, frame, &self.overview).join("\n"),
        ];
        let sentences = all.len();
        let labels = self.layout.labels.iter().filter_map(|label| label.of);
        all.extend(labels.map(|tag| names::figures(tag, site, frame)));
        let labels = all.len() - sentences;
        all.extend(machines(&self.layout).into_iter().map(|machine| {
            let figures = machine_figures::figures(site, frame, machine);
            let lines = figures
                .iter()
                .map(|(name, value)| format!("{name}\t{value}"));
            lines.collect::<Vec<_>>().join("\n")
        }));
        (all, sentences, labels)
    }

    /// Characters that a moment takes.
    fn chars_each(&self) -> usize {
        let mut texts = Texts::default();
        let rows = self.replay.rows();
        let frames = (0..4).map(|part| self.replay.frame((rows - 1) * part / 3, &self.site));
        for frame in frames {
            texts.add(&self.said(&frame).0);
        }
        let columns = 14 + 7 * self.site.halls.len();
        let plain = self.layout.slots.len() - self.racks();
        (texts.bytes_each() + 4 + 2 * columns + plain) * 4 / 3
    }

    fn racks(&self) -> usize {
        self.site.halls.iter().map(|hall| hall.racks).sum()
    }

    /// The rows that are shown: one of each `each` rows, that with the hottest chip; the first and the last of each event;
    /// the peak of power.
    fn chosen(&self, room: usize) -> (Vec<usize>, usize) {
        let rows = self.replay.rows();
        let most = (room / self.chars_each().max(1)).clamp(200, 9000);
        let each = rows.div_ceil(most);
        let chip = |row: usize| self.replay.hottest_c(row);
        let facility = |row: usize| {
            let kw = self.replay.value("facility_kw", row);
            if kw.is_finite() { kw } else { f64::MIN }
        };
        let hottest = |from: usize| {
            let all = from..(from + each).min(rows);
            all.max_by(|a, b| chip(*a).total_cmp(&chip(*b)).then(b.cmp(a)))
        };
        let mut chosen: Vec<usize> = (0..rows).step_by(each).filter_map(hottest).collect();
        let peak = (0..rows).max_by(|a, b| facility(*a).total_cmp(&facility(*b)));
        chosen.extend(peak);
        chosen.extend([0, rows - 1]);
        for event in &self.site.events {
            let row = |time_s: f64| ((time_s / self.site.step_s).max(0.0) as usize).min(rows - 1);
            chosen.extend([
                row(event.start_s),
                row(event.end_s - 1e-6),
                row(event.end_s),
            ]);
        }
        chosen.sort_unstable();
        chosen.dedup();
        (chosen, each)
    }

    /// As much of the run as fits into `room` characters.
    pub(super) fn data(&self, room: usize) -> SideData {
        let (chosen, each) = self.chosen(room);
        let (mut texts, mut sentences, mut labels) = (Texts::default(), 0, 0);
        let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
        let plain: Vec<usize> = (0..self.layout.slots.len())
            .filter(|slot| !matches!(self.layout.slots[*slot], Channel::Rack { .. }))
            .collect();
        let inks = Inks::of(&self.layout, &plain);
        let mut colours = Vec::new();
        for row in &chosen {
            let frame = Arc::new(self.replay.frame(*row, &self.site));
            let said;
            (said, sentences, labels) = self.said(&frame);
            texts.add(&said);
            for (place, (name, value)) in figures(&frame, &self.site).into_iter().enumerate() {
                match columns.get_mut(place) {
                    Some((_, column)) => column.push(value),
                    None => columns.push((name, vec![value])),
                }
            }
            colours.extend(inks.at(&self.site, &frame));
        }
        let packed = columns.iter().filter_map(|(name, column)| {
            Some((
                name.clone(),
                serde_json::to_value(Column::of(column)?).ok()?,
            ))
        });
        let site = &self.site;
        SideData {
            name: site.name.clone(),
            folder: self.folder.clone(),
            start: site.start.to_string(),
            total_s: site.total_s,
            record_s: site.step_s,
            rows: self.replay.rows(),
            each,
            halls: (0..site.halls.len()).map(|index| self.hall(index)).collect(),
            row: Whole::of(&chosen.iter().map(|row| *row as u32).collect::<Vec<_>>()),
            columns: packed.collect(),
            plain,
            colours: base64(&colours),
            texts: texts.pack(),
            sentences,
            labels,
            chart: self.chart(),
            events: site
                .events
                .iter()
                .map(|event| json!({ "name": event.name, "start_s": event.start_s, "end_s": event.end_s.min(site.total_s) }))
                .collect(),
            scene: Scene::of(&self.layout, site),
        }
    }

    fn hall(&self, index: usize) -> Value {
        let (of, config) = (&self.site.halls[index], &self.site.scenario.hall[index]);
        let shares = self.replay.shares(index);
        let tank = config.cooling.shape().holder.is_tank();
        json!({
            "name": config.name,
            "unit": if tank { "tank" } else { "rack" },
            "cooling": config.cooling.words(),
            "servers": format!("{} × {}", config.servers_per_rack, config.server),
            "racks": of.racks,
            "gpus": of.gpus,
            "rack_w": of.rack_w,
            "limit_c": of.limit_c,
            "slowdown_c": of.slowdown_c,
            "power": floats(shares.power.iter().map(|share| *share as f32)),
            "cooler_k": floats(shares.cooler_k.iter().map(|k| *k as f32)),
            "most": shares.most,
            "of_hall": shares.of_hall,
        })
    }

    /// The time line: means, and the most of what is hot, as the screen draws it.
    fn chart(&self) -> Map<String, Value> {
        let rows = self
            .overview
            .thinned(f64::NEG_INFINITY, f64::INFINITY, POINTS);
        let mut all = Map::new();
        all.insert(
            "time_s".into(),
            floats(rows.iter().map(|row| row.time_s as f32)).into(),
        );
        for q in [Q::Facility, Q::It, Q::MaxChip, Q::DryBulb] {
            let values = rows.iter().map(|row| row.get(q));
            all.insert(q.label().into(), floats(values).into());
        }
        all
    }
}

/// The colours of slots that are no racks.
struct Inks {
    layout: Layout,
    palette: Vec<[f32; 4]>,
}

impl Inks {
    fn of(layout: &Layout, plain: &[usize]) -> Self {
        let mut only = layout.clone();
        only.slots = plain.iter().map(|slot| layout.slots[*slot]).collect();
        let palette = palette().into_iter().map(|rgb| linear(rgb, 1.0));
        Self {
            layout: only,
            palette: palette.take(usize::from(SHADES)).collect(),
        }
    }

    /// Places in the palette at a moment.
    fn at(&self, site: &Site, frame: &Arc<Frame>) -> Vec<u8> {
        let between = Between {
            a: Arc::clone(frame),
            b: Arc::clone(frame),
            share: 1.0,
        };
        let jobs = JobColours::default();
        let look = Look {
            by: ColourBy::Chip,
            scale: FLUID,
            jobs: &jobs,
            job: None,
        };
        let all = paint::slots(&self.layout, site, &between, &look, 0.0);
        let nearest = |[r, g, b, _]: [f32; 4]| {
            let far = |other: &[f32; 4]| {
                (r - other[0]).powi(2) + (g - other[1]).powi(2) + (b - other[2]).powi(2)
            };
            let places = self.palette.iter().enumerate();
            let place = places.min_by(|a, b| far(a.1).total_cmp(&far(b.1)));
            place.map_or(0, |(place, _)| place as u8)
        };
        let place = |(slot, channel): ([f32; 4], &Channel)| match channel {
            Channel::Machine { .. } | Channel::SourcePump { .. } => match slot[3] {
                load if load >= 0.0 => {
                    SHADES + (load.min(1.0) * f32::from(SHADES - 1)).round() as u8
                }
                -1.0 => OUT,
                _ => UNKNOWN,
            },
            Channel::Lines => SHADES,
            _ => nearest(slot),
        };
        all.into_iter().zip(&self.layout.slots).map(place).collect()
    }
}

/// The figures of the site and of each hall at a moment.
fn figures(frame: &Frame, site: &Site) -> Vec<(String, f64)> {
    let (s, totals) = (&frame.snapshot, &frame.totals);
    let mut all: Vec<(String, f64)> = [
        ("facility_w", s.power.facility_w),
        ("it_w", s.power.it_w),
        ("cooling_w", s.power.cooling_w()),
        ("dry_bulb_c", s.outside.dry_bulb_c),
        ("wet_bulb_c", s.outside.wet_bulb_c),
        ("usd_h", s.on_site.import_w() * s.price_usd_j * HOUR_S),
        ("carbon_kg_h", s.on_site.import_w() * s.carbon_kg_j * HOUR_S),
        ("water_m3_h", s.water.makeup_kg_s * HOUR_S / WATER_KG_M3),
        ("energy_j", totals.energy_j),
        ("it_j", totals.it_j),
        ("water_m3", totals.water_kg / WATER_KG_M3),
        ("usd", totals.usd),
        ("carbon_kg", totals.carbon_kg),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    for (index, hall) in s.halls.iter().enumerate().take(site.halls.len()) {
        for (name, value) in [
            ("it_w", hall.it_w),
            ("supply_c", hall.supply_c),
            ("return_c", hall.return_c),
            ("max_inlet_c", hall.max_inlet_c),
            ("max_chip_c", hall.max_chip_c),
            ("throttled_gpus", hall.throttled_gpus),
            ("utilisation", hall.utilisation),
        ] {
            all.push((format!("{index}.{name}"), value));
        }
    }
    all
}
