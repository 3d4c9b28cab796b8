//! An overview of a run: a row per interval, for the time line and the charts; its events and what comes of them; its year.

use crate::engine::Event;
use crate::snapshot::Snapshot;
use crate::view::hall::outlook::Outlook;
use crate::view::hall::year::Year;

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident $label:literal $how:ident |$s:ident| $value:expr;)*) => {
        /// A column of the overview.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Q { $($(#[$doc])* $name,)* }

        impl Q {
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];
            /// As tables and charts call it.
            pub(crate) fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }

        const HOW: &[How] = &[$(How::$how,)*];
        pub(crate) const COLUMNS: usize = Q::ALL.len();

        /// All columns of a step.
        pub(crate) fn values(s: &Snapshot) -> [f32; COLUMNS] {
            [$({ let $s = s; ($value) as f32 },)*]
        }
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Mean,
    Most,
}

quantities! {
    Facility "facility_kw" Mean |s| s.power.facility_w / 1e3;
    Compute "compute_kw" Mean |s| s.power.compute_w / 1e3;
    ServerFans "server_fans_kw" Mean |s| s.power.server_fans_w / 1e3;
    Losses "losses_kw" Mean |s| (s.power.psu_losses_w + s.power.electrical_losses_w) / 1e3;
    Cooling "cooling_kw" Mean |s| s.power.cooling_w() / 1e3;
    Other "other_kw" Mean |s| s.power.other_w / 1e3;
    Beside "network_storage_kw" Mean |s| s.power.beside_w() / 1e3;
    It "it_kw" Mean |s| s.power.it_w / 1e3;
    DryBulb "dry_bulb_c" Mean |s| s.outside.dry_bulb_c;
    WetBulb "wet_bulb_c" Mean |s| s.outside.wet_bulb_c;
    Supply "water_supply_c" Mean |s| s.plant.supply_c;
    Return "water_return_c" Mean |s| s.plant.return_c;
    MaxInlet "max_inlet_c" Most |s| most(s, |hall| hall.max_inlet_c);
    MaxChip "max_chip_c" Most |s| most(s, |hall| hall.max_chip_c);
    Water "water_l_h" Mean |s| s.water.makeup_kg_s * 3600.0 / crate::units::WATER_KG_M3 * 1e3;
    Cost "usd_h" Mean |s| s.on_site.import_w() * s.price_usd_j * 3600.0;
    Waiting "waiting_jobs" Mean |s| s.queue.as_ref().map_or(f64::NAN, |queue| queue.waiting_jobs as f64);
    Running "running_jobs" Mean |s| s.queue.as_ref().map_or(f64::NAN, |queue| queue.running_jobs as f64);
    Throttled "throttled_gpus" Mean |s| s.halls.iter().map(|hall| hall.throttled_gpus).sum::<f64>();
}

fn most(s: &Snapshot, of: impl Fn(&crate::snapshot::Hall) -> f64) -> f64 {
    s.halls.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
}

/// One row: the end of its interval, and its columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub(crate) time_s: f64,
    pub(crate) values: [f32; COLUMNS],
}

impl Row {
    pub(crate) fn get(&self, q: Q) -> f32 {
        self.values[q as usize]
    }
}

/// Sums steps to rows.
#[derive(Debug, Clone)]
pub(crate) struct Gather {
    every_s: f64,
    seconds: f64,
    sums: [f64; COLUMNS],
}

impl Gather {
    pub(crate) fn new(every_s: f64) -> Self {
        Self {
            every_s,
            seconds: 0.0,
            sums: empty(),
        }
    }

    /// Takes a step; gives a row when one is full, or at the `end`.
    pub(crate) fn add(&mut self, s: &Snapshot, end: bool) -> Option<Row> {
        for ((sum, value), how) in self.sums.iter_mut().zip(values(s)).zip(HOW) {
            match how {
                How::Mean => *sum += f64::from(value) * s.dt_s,
                How::Most => *sum = sum.max(f64::from(value)),
            }
        }
        self.seconds += s.dt_s;
        if self.seconds < self.every_s - 1e-6 && !end {
            return None;
        }
        let mut values = [0.0; COLUMNS];
        for ((value, sum), how) in values.iter_mut().zip(self.sums).zip(HOW) {
            *value = match how {
                How::Mean => sum / self.seconds,
                How::Most => sum,
            } as f32;
        }
        self.seconds = 0.0;
        self.sums = empty();
        Some(Row {
            time_s: s.time_s,
            values,
        })
    }
}

fn empty() -> [f64; COLUMNS] {
    std::array::from_fn(|column| match HOW[column] {
        How::Mean => 0.0,
        How::Most => f64::NEG_INFINITY,
    })
}

/// What is known of the whole run so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overview {
    pub(crate) rows: Vec<Row>,
    pub(crate) complete: bool,
    /// The scenario's events and those of commands; none before they are known.
    pub(crate) events: Option<Vec<Event>>,
    /// What comes of events, as far as the run was looked at.
    pub(crate) outlooks: Vec<Outlook>,
    /// How far it was looked at, s.
    pub(crate) looked_s: f64,
    /// The figures of the whole run.
    pub(crate) year: Option<Year>,
}

impl Overview {
    /// The row with the largest value.
    pub(crate) fn peak(&self, q: Q) -> Option<&Row> {
        let finite = self.rows.iter().filter(|row| row.get(q).is_finite());
        finite.max_by(|a, b| a.get(q).total_cmp(&b.get(q)))
    }

    /// The rows of a span of time.
    pub(crate) fn between(&self, from_s: f64, to_s: f64) -> &[Row] {
        let a = self.rows.partition_point(|row| row.time_s <= from_s);
        let b = self.rows.partition_point(|row| row.time_s <= to_s);
        &self.rows[a..b.max(a)]
    }

    /// The same in at most `most` rows.
    pub(crate) fn thinned(&self, from_s: f64, to_s: f64, most: usize) -> Vec<Row> {
        let rows = self.between(from_s, to_s);
        let step = rows.len().div_ceil(most.max(1)).max(1);
        rows.chunks(step)
            .map(|chunk| {
                let mut values = [0.0; COLUMNS];
                for (column, value) in values.iter_mut().enumerate() {
                    let all = chunk.iter().map(|row| row.values[column]);
                    *value = match HOW[column] {
                        How::Mean => all.sum::<f32>() / chunk.len() as f32,
                        How::Most => all.fold(f32::NEG_INFINITY, f32::max),
                    };
                }
                let time_s = chunk[chunk.len() - 1].time_s;
                Row { time_s, values }
            })
            .collect()
    }
}
