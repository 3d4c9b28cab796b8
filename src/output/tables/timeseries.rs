//! `timeseries`: one row per record interval, means weighted by time.

mod circuits;

use std::path::Path;

use crate::metrics::swings::MW_PER_MIN;
use crate::output::table::{Column, Kind, Moments, Table};
use crate::output::{OutputError, Recording};
use crate::snapshot::{Hall, Queue, Snapshot};
use crate::units::{HOUR_S, J_PER_KWH, J_PER_MWH, WATER_KG_M3};
use circuits::{CircuitSums, circuits};

struct Series {
    name: &'static str,
    decimals: u8,
    /// SI values per unit of the column.
    per_unit: f64,
}

macro_rules! series {
    ($($name:ident $decimals:literal $per_unit:expr, |$s:ident| $value:expr;)*) => {
        #[derive(Clone, Copy)]
        #[expect(non_camel_case_types, reason = "the names of the columns")]
        #[allow(dead_code, reason = "only the columns that are more than a mean are looked up")]
        enum At { $($name,)* }
        const SERIES: &[Series] = &[$(Series {
            name: stringify!($name), decimals: $decimals, per_unit: $per_unit,
        },)*];
        #[inline]
        fn values(s: &Snapshot) -> [f64; SERIES.len()] {
            [$({ let $s = s; $value },)*]
        }
    };
}
series! {
    dry_bulb_c 2 1.0, |s| s.outside.dry_bulb_c;
    wet_bulb_c 2 1.0, |s| s.outside.wet_bulb_c;
    it_kw 3 1e3, |s| s.power.it_w;
    facility_kw 3 1e3, |s| s.power.facility_w;
    facility_peak_kw 3 1e3, |s| s.power.facility_w;
    pue 4 1.0, |_s| 0.0;
    compute_kw 3 1e3, |s| s.power.compute_w;
    server_fans_kw 3 1e3, |s| s.power.server_fans_w;
    psu_losses_kw 3 1e3, |s| s.power.psu_losses_w;
    electrical_losses_kw 3 1e3, |s| s.power.electrical_losses_w;
    cooling_kw 3 1e3, |s| s.power.cooling_w();
    chillers_kw 3 1e3, |s| s.power.chillers_w;
    heat_rejection_fans_kw 3 1e3, |s| s.power.heat_rejection_fans_w;
    pumps_kw 3 1e3, |s| s.power.pumps_w;
    hall_fans_kw 3 1e3, |s| s.power.hall_fans_w;
    cdu_pumps_kw 3 1e3, |s| s.power.cdu_pumps_w;
    other_kw 3 1e3, |s| s.power.other_w;
    generation_kw 3 1e3, |s| generation(s);
    network_kw 3 1e3, |s| s.power.network_w.unwrap_or(f64::NAN);
    storage_kw 3 1e3, |s| s.power.storage_w.unwrap_or(f64::NAN);
    other_it_kw 3 1e3, |s| s.power.other_it_w.unwrap_or(f64::NAN);
    grid_kw 3 1e3, |s| meter(s);
    solar_kw 3 1e3, |s| s.on_site.solar_w;
    generator_kw 3 1e3, |s| s.on_site.generator_w;
    battery_kw 3 1e3, |s| s.on_site.battery_w;
    battery_mwh 4 J_PER_MWH, |s| s.on_site.battery_j;
    ups_battery_kw 3 1e3, |s| s.on_site.ups_battery_w;
    ups_battery_mwh 4 J_PER_MWH, |s| s.on_site.ups_battery_j;
    storage_losses_kw 3 1e3, |s| s.on_site.storage_losses_w;
    grid_cap 4 1.0, |s| s.on_site.cap;
    unserved_kw 3 1e3, |s| s.measured.map_or(f64::NAN, |m| m.unserved_w);
    excess_kw 3 1e3, |s| s.measured.map_or(f64::NAN, |m| m.excess_w);
    supply_c 2 1.0, |s| s.plant.supply_c;
    return_c 2 1.0, |s| s.plant.return_c;
    condenser_c 2 1.0, |s| s.plant.condenser_c;
    water_makeup_l 1 WATER_KG_M3 / 1e3, |s| s.water.makeup_kg_s;
    carbon_g_kwh 1 1e-3 / J_PER_KWH, |s| s.carbon_kg_j;
    price_usd_mwh 3 1.0 / J_PER_MWH, |s| s.price_usd_j;
    waiting_jobs 2 1.0, |s| queue(s, |q| q.waiting_jobs as f64);
    waiting_gpus 2 1.0, |s| queue(s, |q| q.waiting_gpus as f64);
    backlog_gpu_hours 2 HOUR_S, |s| queue(s, |q| q.mean_backlog_gpu_s);
    running_jobs 2 1.0, |s| queue(s, |q| q.running_jobs as f64);
    busy_gpus 2 1.0, |s| queue(s, |q| q.mean_busy_gpus);
    down_gpus 2 1.0, |s| queue(s, |q| q.down_gpus as f64);
    swing_mw 4 1e6, |s| s.swings.map_or(f64::NAN, |w| w.amplitude_w);
    swing_mw_per_s 3 1e6, |s| s.swings.map_or(f64::NAN, |w| w.w_per_s);
    ramp_up_mw_min 4 MW_PER_MIN, |_s| 0.0;
    ramp_down_mw_min 4 MW_PER_MIN, |_s| 0.0;
}

/// On site, W; NaN where nothing is installed.
fn generation(s: &Snapshot) -> f64 {
    if s.on_site.solar_w.is_nan() && s.on_site.generator_w.is_nan() {
        return f64::NAN;
    }
    s.power.generation_w
}

/// At the meter, W; NaN where it sees nothing but the uses.
pub(in crate::output) fn meter(s: &Snapshot) -> f64 {
    if generation(s).is_nan() && s.on_site.storage_losses_w.is_nan() {
        return f64::NAN;
    }
    s.on_site.grid_w
}

fn queue(s: &Snapshot, of: impl Fn(&Queue) -> f64) -> f64 {
    s.queue.as_ref().map_or(f64::NAN, of)
}

/// Means over the interval so far (× seconds) and maxima, for one hall.
#[derive(Debug, Clone, Copy)]
struct HallSums {
    it_w: f64,
    supply_c: f64,
    return_c: f64,
    max_inlet_c: f64,
    max_chip_c: f64,
    throttled: f64,
    utilisation: f64,
}

impl HallSums {
    const EMPTY: Self = Self {
        it_w: 0.0,
        supply_c: 0.0,
        return_c: 0.0,
        max_inlet_c: f64::NEG_INFINITY,
        max_chip_c: f64::NEG_INFINITY,
        throttled: 0.0,
        utilisation: 0.0,
    };
    const COLUMNS: [(&str, u8); 7] = [
        ("it_kw", 3),
        ("supply_c", 2),
        ("return_c", 2),
        ("max_inlet_c", 2),
        ("max_chip_c", 2),
        ("throttled_gpus", 2),
        ("utilisation", 4),
    ];

    fn add(&mut self, hall: &Hall, dt_s: f64) {
        self.it_w += hall.it_w * dt_s;
        self.supply_c += hall.supply_c * dt_s;
        self.return_c += hall.return_c * dt_s;
        self.throttled += hall.throttled_gpus * dt_s;
        self.utilisation += hall.utilisation * dt_s;
        raise(&mut self.max_inlet_c, hall.max_inlet_c);
        raise(&mut self.max_chip_c, hall.max_chip_c);
    }

    fn cells(&self, seconds: f64) -> [f64; 7] {
        [
            self.it_w / seconds / 1e3,
            self.supply_c / seconds,
            self.return_c / seconds,
            self.max_inlet_c,
            self.max_chip_c,
            self.throttled / seconds,
            self.utilisation / seconds,
        ]
    }
}

pub(in crate::output) fn raise(max: &mut f64, value: f64) {
    if value > *max {
        *max = value;
    }
}

/// The columns that the run has, and the table.
struct Open {
    table: Table,
    present: [bool; SERIES.len()],
    /// The same of each circuit, where there are several.
    circuits: Vec<[bool; CircuitSums::COLUMNS.len()]>,
}

impl Open {
    /// A column without a value in the first step is one that the run has no source for.
    fn new(folder: &Path, recording: &Recording, first: &Snapshot) -> Result<Self, OutputError> {
        let mut present = values(first).map(f64::is_finite);
        let always = [
            0..At::generation_kw as usize,
            At::supply_c as usize..At::condenser_c as usize,
        ];
        for always in always.into_iter().flatten() {
            let always = &mut present[always];
            *always = true;
        }
        let mut columns = vec![Column::new("time", Kind::Time)];
        for (series, present) in SERIES.iter().zip(present) {
            if present {
                columns.push(Column::new(series.name, Kind::Number(series.decimals)));
            }
        }
        for hall in &recording.halls {
            for (name, decimals) in HallSums::COLUMNS {
                columns.push(Column::new(
                    format!("{hall}_{name}"),
                    Kind::Number(decimals),
                ));
            }
        }
        let circuits: Vec<_> = circuits(first)
            .enumerate()
            .map(|(index, plant)| CircuitSums::present(index, plant))
            .collect();
        for (circuit, present) in recording.circuits.iter().zip(&circuits) {
            for ((name, decimals), present) in CircuitSums::COLUMNS.into_iter().zip(present) {
                if *present {
                    let name = format!("{circuit}_{name}");
                    columns.push(Column::new(name, Kind::Number(decimals)));
                }
            }
        }
        let table = Table::create(folder, "timeseries", recording.format(), &columns)?;
        Ok(Self {
            table,
            present,
            circuits,
        })
    }
}

/// The writer.
pub(in crate::output) struct TimeSeries {
    open: Option<Open>,
    moments: Moments,
    record_s: f64,
    /// Seconds from the start of the run to the start of the interval.
    from_s: f64,
    /// Seconds in the interval so far.
    seconds: f64,
    sums: [f64; SERIES.len()],
    peak_w: f64,
    /// At the meter in the step before, W, and the steepest rise and fall of the interval, W/s.
    last_w: f64,
    last_s: f64,
    ramps_w_s: [f64; 2],
    halls: Vec<HallSums>,
    circuits: Vec<CircuitSums>,
}

impl TimeSeries {
    pub(in crate::output) fn new(recording: &Recording) -> Self {
        Self {
            open: None,
            moments: Moments::new(recording.start),
            record_s: recording.record_s,
            from_s: 0.0,
            seconds: 0.0,
            sums: [0.0; SERIES.len()],
            peak_w: f64::NEG_INFINITY,
            last_w: f64::NAN,
            last_s: 0.0,
            ramps_w_s: [0.0; 2],
            halls: vec![HallSums::EMPTY; recording.halls.len()],
            circuits: vec![CircuitSums::EMPTY; recording.circuits.len()],
        }
    }

    /// The header needs the first snapshot: it shows which columns the run has.
    pub(in crate::output) fn open(
        &mut self,
        folder: &Path,
        recording: &Recording,
        first: &Snapshot,
    ) -> Result<(), OutputError> {
        self.open = Some(Open::new(folder, recording, first)?);
        self.from_s = first.time_s - first.dt_s;
        Ok(())
    }

    pub(in crate::output) fn observe(&mut self, s: &Snapshot) -> Result<(), OutputError> {
        for (sum, value) in self.sums.iter_mut().zip(values(s)) {
            *sum += value * s.dt_s;
        }
        raise(&mut self.peak_w, s.power.facility_w);
        // From the middle of a step to the middle of the next.
        let ramp_w_s = (s.on_site.grid_w - self.last_w) / (0.5 * (self.last_s + s.dt_s));
        (self.last_w, self.last_s) = (s.on_site.grid_w, s.dt_s);
        raise(&mut self.ramps_w_s[0], ramp_w_s);
        raise(&mut self.ramps_w_s[1], -ramp_w_s);
        for (sums, hall) in self.halls.iter_mut().zip(&s.halls) {
            sums.add(hall, s.dt_s);
        }
        for (sums, plant) in self.circuits.iter_mut().zip(circuits(s)) {
            sums.add(plant, s.dt_s);
        }
        self.seconds += s.dt_s;
        // A millionth of a step: the sum of many steps that are no whole number of seconds may fall short.
        if self.seconds >= self.record_s - 1e-6 * s.dt_s {
            self.end_interval()?;
        }
        Ok(())
    }

    pub(in crate::output) fn finish(mut self) -> Result<(), OutputError> {
        if self.seconds > 0.0 {
            self.end_interval()?;
        }
        self.open.map_or(Ok(()), |open| open.table.finish())
    }

    fn end_interval(&mut self) -> Result<(), OutputError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let seconds = self.seconds;
        let mut cells = [0.0; SERIES.len()];
        for ((cell, sum), series) in cells.iter_mut().zip(self.sums).zip(SERIES) {
            *cell = sum / seconds / series.per_unit;
        }
        cells[At::facility_peak_kw as usize] = self.peak_w / 1e3;
        cells[At::pue as usize] =
            self.sums[At::facility_kw as usize] / self.sums[At::it_kw as usize];
        cells[At::water_makeup_l as usize] *= seconds;
        cells[At::ramp_up_mw_min as usize] = self.ramps_w_s[0] / MW_PER_MIN;
        cells[At::ramp_down_mw_min as usize] = self.ramps_w_s[1] / MW_PER_MIN;

        open.table.moment(self.moments.at(self.from_s));
        for (cell, present) in cells.iter().zip(open.present) {
            if present {
                open.table.number(*cell);
            }
        }
        for hall in &self.halls {
            for cell in hall.cells(seconds) {
                open.table.number(cell);
            }
        }
        for (circuit, present) in self.circuits.iter().zip(&open.circuits) {
            for (cell, present) in circuit.cells(seconds).iter().zip(present) {
                if *present {
                    open.table.number(*cell);
                }
            }
        }
        open.table.end_row()?;

        self.from_s += self.record_s;
        self.seconds = 0.0;
        self.sums = [0.0; SERIES.len()];
        self.peak_w = f64::NEG_INFINITY;
        self.ramps_w_s = [0.0; 2];
        self.halls.fill(HallSums::EMPTY);
        self.circuits.fill(CircuitSums::EMPTY);
        Ok(())
    }
}
