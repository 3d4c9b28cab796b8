//! A frame, live or replayed: the engine's snapshot, the state of each rack, and sums so far.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};

use crate::engine::Event;
use crate::facility::Availability;
use crate::scenario::resolve::Equipment;
use crate::scenario::{Resolved, Scenario};
use crate::snapshot::{Allocation, Occupant, Occupants, RackWork, Snapshot};
use crate::view::hall::layout::Sizes;
use crate::view::hall::lost::Failure;

/// Sums since the start of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) energy_j: f64,
    pub(crate) it_j: f64,
    pub(crate) water_kg: f64,
    /// NaN where no price is named.
    pub(crate) usd: f64,
    /// NaN where no intensity is named.
    pub(crate) carbon_kg: f64,
}

impl Totals {
    pub(crate) fn add(&mut self, s: &Snapshot) {
        let grid_j = s.on_site.import_w() * s.dt_s;
        self.energy_j += s.power.facility_w * s.dt_s;
        self.it_j += s.power.it_w * s.dt_s;
        self.water_kg += s.water.makeup_kg_s * s.dt_s;
        self.usd += grid_j * s.price_usd_j;
        self.carbon_kg += grid_j * s.carbon_kg_j;
    }
}

/// An instant: the end of a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    pub(crate) snapshot: Snapshot,
    /// By hall and rack.
    pub(crate) work: Vec<Vec<RackWork>>,
    /// Jobs by place; empty where unknown.
    pub(crate) occupants: Occupants,
    /// Those that hold in the step, the scenario's and those of commands.
    pub(crate) events: Vec<Event>,
    /// What a failure has cost so far, while something is out or work is lost after it.
    pub(crate) failure: Option<Failure>,
    /// Air or coolant that each hall is to be supplied with, °C; none where a hall has no such setpoint.
    pub(crate) coolant_set_c: Vec<Option<f64>>,
    pub(crate) totals: Totals,
    /// Counts jumps: moments of an earlier count are of the past.
    pub(crate) epoch: u64,
}

impl Frame {
    pub(crate) fn time_s(&self) -> f64 {
        self.snapshot.time_s
    }

    /// The hall that an index names is to be supplied at this, °C.
    pub(crate) fn coolant_set_c(&self, hall: usize) -> Option<f64> {
        self.coolant_set_c.get(hall).copied().flatten()
    }

    /// What the events leave of the machines.
    pub(crate) fn available(&self, site: &Site) -> Availability {
        let mut available = site.full.clone();
        for event in &self.events {
            event.apply(&mut available);
        }
        available
    }

    /// Approximate size in memory, bytes.
    pub(crate) fn bytes(&self) -> usize {
        let racks: usize = self.work.iter().map(Vec::len).sum();
        let allocations: usize = self.occupants.allocations.iter().map(Vec::capacity).sum();
        2048 + racks * (3 * size_of::<f64>() + size_of::<RackWork>())
            + allocations * size_of::<Allocation>()
            + self.occupants.all.capacity() * size_of::<Occupant>()
    }
}

/// Two moments, and how far the picture is from the first to the second.
#[derive(Debug, Clone)]
pub(crate) struct Between {
    pub(crate) a: Arc<Frame>,
    pub(crate) b: Arc<Frame>,
    pub(crate) share: f32,
}

impl Between {
    /// A quantity of both, in between.
    pub(crate) fn mix(&self, of: impl Fn(&Frame) -> f64) -> f32 {
        let (a, b) = (of(&self.a) as f32, of(&self.b) as f32);
        a + (b - a) * self.share
    }
}

/// Data that does not change during a run.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) scenario: Scenario,
    pub(crate) start: Date,
    pub(crate) total_s: f64,
    pub(crate) step_s: f64,
    pub(crate) design_it_w: f64,
    pub(crate) halls: Vec<HallSite>,
    pub(crate) circuits: Vec<String>,
    /// IT heat at full load of the halls on each of them, W.
    pub(crate) circuit_w: Vec<f64>,
    /// Those of the scenario.
    pub(crate) events: Vec<Event>,
    /// Every machine at work.
    pub(crate) full: Availability,
    /// The machines that events can take away.
    pub(crate) equipment: Equipment,
    pub(crate) warnings: Vec<String>,
    /// Accelerators of all halls.
    pub(crate) gpus: f64,
    /// What an hour of one of them is worth, where anything says so.
    pub(crate) gpu_hour: Option<GpuHour>,
    /// Racks over time are shared out by their means, not recorded.
    pub(crate) replayed: bool,
}

/// The worth of an hour of an accelerator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GpuHour {
    pub(crate) usd: f64,
    /// It is what the scenario sells it for, otherwise what its server costs.
    pub(crate) is_sold: bool,
}

impl GpuHour {
    fn of(resolved: &Resolved) -> Option<Self> {
        let cost = resolved.scenario.cost.as_ref();
        if let Some(usd) = cost.and_then(|cost| cost.sells_usd_gpu_hour) {
            return Some(Self { usd, is_sold: true });
        }
        let year_h = 365.0 * crate::units::DAY_S / crate::units::HOUR_S;
        let usd = resolved.servers_usd_year? / (resolved.gpus * year_h);
        (usd.is_finite() && usd > 0.0).then_some(Self {
            usd,
            is_sold: false,
        })
    }

    /// Where the figure comes from.
    pub(crate) fn basis(self) -> &'static str {
        if self.is_sold {
            "as sold"
        } else {
            "its server's price over its life"
        }
    }
}

/// Power of IT below this is none, W.
const NO_IT_W: f64 = 1e3;
/// Below this share of the facility's power IT is as good as off.
const NO_IT_SHARE: f64 = 0.02;

/// Facility over IT power; NaN where there is next to no IT.
pub(crate) fn pue(power: &crate::snapshot::Power) -> f64 {
    if power.it_w < NO_IT_W || power.it_w < NO_IT_SHARE * power.facility_w {
        return f64::NAN;
    }
    power.facility_w / power.it_w
}

/// Water that towers return to condensers, °C; NaN where there are none, or where none of them runs.
pub(crate) fn condenser_c(plant: &crate::snapshot::Plant) -> f64 {
    if plant.fans_w <= 0.0 && plant.heat_w.abs() < NO_IT_W && plant.condenser_c == 0.0 {
        return f64::NAN;
    }
    plant.condenser_c
}

/// Heat that compressors carried over their power; NaN where they do not run or carry nothing.
pub(crate) fn cop(plant: &crate::snapshot::Plant) -> f64 {
    let carried_w = plant.heat_w - plant.free_w;
    if plant.chillers_w > NO_IT_W && carried_w > NO_IT_W {
        carried_w / plant.chillers_w
    } else {
        f64::NAN
    }
}

/// Data of a hall that does not change.
#[derive(Debug, Clone)]
pub(crate) struct HallSite {
    pub(crate) racks: usize,
    /// Accelerators in a rack.
    pub(crate) gpus: f64,
    /// A rack with every chip at work, W.
    pub(crate) rack_w: f64,
    /// Coolant above which a rack is out of range, °C.
    pub(crate) limit_c: f64,
    /// Chips slow down above this, °C.
    pub(crate) slowdown_c: f64,
}

impl Site {
    pub(crate) fn of(resolved: &Resolved) -> Self {
        let scenario = &resolved.scenario;
        let facility = &resolved.simulation.facility;
        let halls = scenario.hall.iter().enumerate().map(|(index, hall)| {
            let limits = facility.limits(index);
            HallSite {
                racks: hall.racks as usize,
                gpus: limits.rack_gpus,
                rack_w: resolved.rack_w.get(index).copied().unwrap_or(0.0),
                limit_c: limits.coolant_c,
                slowdown_c: limits.chip_c,
            }
        });
        Self {
            name: scenario.name.clone(),
            start: resolved.start,
            total_s: resolved.total_s,
            step_s: scenario.run.step_s,
            design_it_w: resolved.design_it_w,
            halls: halls.collect(),
            circuits: crate::view::hall::layout::circuits(scenario)
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
            circuit_w: resolved.circuit_w.clone(),
            events: resolved.simulation.events.all().to_vec(),
            full: facility.all_available(),
            equipment: resolved.equipment.clone(),
            warnings: resolved.warnings.clone(),
            gpus: resolved.gpus,
            gpu_hour: GpuHour::of(resolved),
            scenario: scenario.clone(),
            replayed: false,
        }
    }

    /// Racks by hall and heat by circuit: what is drawn is sized by them.
    pub(crate) fn sizes(&self) -> Sizes {
        Sizes {
            rack_w: self.halls.iter().map(|hall| hall.rack_w).collect(),
            rack_gpus: self.halls.iter().map(|hall| hall.gpus).collect(),
            circuit_w: self.circuit_w.clone(),
        }
    }

    /// The moment `time_s` after the start.
    pub(crate) fn date_time(&self, time_s: f64) -> DateTime {
        let start = self.start.at(0, 0, 0, 0);
        start.saturating_add(jiff::SignedDuration::from_secs(time_s.round() as i64))
    }

    /// The time of day, to the second; with its date where another moment beside it is of another day.
    pub(crate) fn clock(&self, time_s: f64, beside_s: f64) -> String {
        let (at, beside) = (self.date_time(time_s), self.date_time(beside_s));
        let form = if at.date() == beside.date() {
            "%H:%M:%S"
        } else if at.year() == beside.year() {
            "%b %-d %H:%M:%S"
        } else {
            "%Y %b %-d %H:%M:%S"
        };
        at.strftime(form).to_string()
    }

    /// A moment with its date: with the year where the run has several, with seconds where they count.
    pub(crate) fn moment(&self, time_s: f64) -> String {
        let at = self.date_time(time_s);
        let form = match (self.spans_years(), self.step_s < 60.0 || at.second() != 0) {
            (false, false) => "%b %-d %H:%M",
            (false, true) => "%b %-d %H:%M:%S",
            (true, false) => "%Y %b %-d %H:%M",
            (true, true) => "%Y %b %-d %H:%M:%S",
        };
        at.strftime(form).to_string()
    }

    /// Whether the run goes on after a turn of the year.
    pub(crate) fn spans_years(&self) -> bool {
        self.date_time(self.total_s - 1.0).year() != self.start.year()
    }

    /// Seconds from the start to a moment; the error has a cure.
    pub(crate) fn seconds(&self, text: &str) -> Result<f64, String> {
        let at: DateTime = text.parse().map_err(|_| {
            format!("'{text}' is not a date and time; write it as \"2026-07-15T15:00\"")
        })?;
        let time_s = at.duration_since(self.start.at(0, 0, 0, 0)).as_secs_f64();
        if (0.0..=self.total_s).contains(&time_s) {
            return Ok(time_s);
        }
        let days = self.total_s / crate::units::DAY_S;
        Err(format!(
            "'{text}' lies outside the run; it covers {days} d from {} on",
            self.start
        ))
    }
}
