//! A result folder as moments: its time series give the site and the halls, row by row.
//!
//! The folder keeps no rack over time. A rack is shown as its part of the hall in that row: power by its mean over the run,
//! coolant as far from the hall's warmest as its own mean is from the warmest mean; its chip as far above the coolant
//! as the hall's hottest, by its power. The view shows this.
//!
//! Setpoints in force are those of the folder's scenario and of the commands kept beside it.

mod folder;

use std::path::Path;

use self::folder::{Columns, commands, year};

use crate::engine::{Command, Event};
use crate::physics::psychrometrics::MoistAir;
use crate::scenario::{self, Resolved};
use crate::snapshot::{self, Queue, RackWork, Snapshot};
use crate::units::{J_PER_KWH, J_PER_MWH, WATER_KG_M3};
use crate::view::hall::events::{coolant_set_c, holding, planned, water_set_c};
use crate::view::hall::frame::{Frame, Site, Totals};
use crate::view::hall::layout;
use crate::view::hall::lost::{Failure, Lost, anything_out};
use crate::view::hall::outlook::Outlook;
use crate::view::hall::overview::{Gather, Overview};

/// Of a hall, over the whole run.
pub(crate) struct RackShares {
    /// Part of the hall's power.
    pub(crate) power: Vec<f64>,
    /// How far the mean coolant lies below the warmest rack's, K.
    pub(crate) cooler_k: Vec<f64>,
    /// The largest part.
    pub(crate) most: f64,
    /// Part of the hall's power that its racks draw: what stands beside them, as network and storage, draws the rest.
    pub(crate) of_hall: f64,
}

/// A recorded run.
pub(crate) struct Replay {
    series: Columns,
    record_s: f64,
    total_s: f64,
    halls: Vec<(String, RackShares)>,
    /// Circuits of facility water as columns name them, the site's first.
    circuits: Vec<String>,
    /// Their setpoints in the scenario, °C; NaN where the weather or the load moves them.
    circuits_set_c: Vec<f64>,
    /// What was done while the run went on.
    commands: Vec<Command>,
    /// The scenario's events and those of the commands.
    events: Vec<Event>,
    totals: Vec<Totals>,
    failures: Vec<Option<Failure>>,
}

impl Replay {
    pub(crate) fn open(folder: &Path) -> Result<(Site, Self, Overview), String> {
        let path = folder.join("scenario.toml");
        let loaded = scenario::load(&path, &[]).map_err(|error| error.report(false))?;
        let resolved: Resolved = scenario::resolve(&loaded).map_err(|error| error.report(false))?;
        let mut site = Site::of(&resolved);
        site.replayed = true;
        site.step_s = site.scenario.run.record_s;
        let series = Columns::read(&folder.join("timeseries.csv"))?;
        series.check(folder, &site)?;
        let racks = Columns::read(&folder.join("racks.csv"))?;
        let mut first = 0;
        let mut halls = Vec::new();
        for hall in &site.scenario.hall {
            let of = |name: &str| -> Vec<f64> {
                (first..first + hall.racks as usize)
                    .map(|row| racks.get(name, row))
                    .collect()
            };
            let (mean, inlet) = (of("mean_kw"), of("mean_inlet_c"));
            if mean.iter().any(|kw| kw.is_nan()) {
                return Err(format!(
                    "`{}` has fewer racks than the scenario beside it",
                    folder.join("racks.csv").display()
                ));
            }
            let sum: f64 = mean.iter().sum();
            let warmest = inlet.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let power: Vec<f64> = mean.iter().map(|kw| kw / sum.max(1e-9)).collect();
            let hall_kw = series.mean(&format!("{}_it_kw", hall.name));
            let of_hall = if hall_kw > 0.0 {
                (sum / hall_kw).min(1.0)
            } else {
                1.0
            };
            halls.push((
                hall.name.clone(),
                RackShares {
                    most: power.iter().copied().fold(0.0, f64::max),
                    power,
                    of_hall,
                    cooler_k: inlet.iter().map(|inlet| warmest - inlet).collect(),
                },
            ));
            first += hall.racks as usize;
        }
        let commands = commands(folder, &resolved, &mut site.warnings);
        let plants = layout::circuits(&site.scenario);
        let set_c = plants
            .iter()
            .map(|(_, plant)| match plant.warmest_reset_c() {
                None => plant.setpoint_c(),
                Some(_) => f64::NAN,
            });
        let mut replay = Self {
            circuits_set_c: set_c.collect(),
            events: planned(&site.events, &commands),
            commands,
            failures: Vec::new(),
            record_s: site.scenario.run.record_s,
            total_s: site.total_s,
            series,
            halls,
            circuits: resolved
                .simulation
                .facility
                .circuit_names()
                .map(str::to_owned)
                .collect(),
            totals: Vec::new(),
        };
        let year = year(folder, site.total_s);
        let short = year.is_none_or(|year| year.summary.ride_through.too_short_s.is_some());
        let mut overview = Overview {
            rows: Vec::new(),
            complete: true,
            events: Some(replay.events.clone()),
            outlooks: Outlook::read(folder, &site, short),
            looked_s: site.total_s,
            year,
        };
        let mut totals = Totals::default();
        let mut failure = None;
        let mut gather = Gather::new(replay.record_s.max(replay.total_s / 8000.0));
        for row in 0..replay.series.rows {
            let snapshot = replay.site_at(row);
            totals.add(&snapshot);
            replay.totals.push(totals);
            let out = anything_out(&replay.events_at(&snapshot));
            let lost = Lost::in_step(&snapshot, site.gpus, f64::NAN);
            failure = Failure::after(failure, &snapshot, out, &lost);
            replay.failures.push(failure);
            let end = row + 1 == replay.series.rows;
            overview.rows.extend(gather.add(&snapshot, end));
        }
        Ok((site, replay, overview))
    }

    /// Rows of the time series.
    pub(crate) fn rows(&self) -> usize {
        self.series.rows
    }

    /// A cell of the time series as it stands there; NaN where there is none.
    pub(crate) fn value(&self, column: &str, row: usize) -> f64 {
        self.series.get(column, row)
    }

    /// The hottest chip of all halls in a row, °C; the least number where none is known.
    pub(crate) fn hottest_c(&self, row: usize) -> f64 {
        let halls = self.halls.iter();
        let chips = halls.map(|(name, _)| self.value(&format!("{name}_max_chip_c"), row));
        chips.filter(|c| c.is_finite()).fold(f64::MIN, f64::max)
    }

    /// Of a hall.
    pub(crate) fn shares(&self, hall: usize) -> &RackShares {
        &self.halls[hall].1
    }

    /// The end of a row.
    pub(crate) fn end_s(&self, row: usize) -> f64 {
        ((row + 1) as f64 * self.record_s).min(self.total_s)
    }

    /// The events that hold at the start of a row.
    fn events_at(&self, s: &Snapshot) -> Vec<Event> {
        holding(&self.events, s.time_s - s.dt_s)
    }

    /// The rows around a time.
    pub(crate) fn around(&self, time_s: f64) -> Vec<usize> {
        let next = (time_s / self.record_s - 1.0).ceil().max(0.0) as usize;
        let next = next.min(self.series.rows - 1);
        let mut rows = vec![next.saturating_sub(1), next];
        rows.dedup();
        rows
    }

    /// A circuit of facility water; what the folder does not keep is not shown as nothing.
    fn plant_at(&self, row: usize, circuit: usize, dt_s: f64) -> snapshot::Plant {
        // The temperatures of the first have no name in front; where it is the only one, nor have its uses.
        let named = |name: &str| format!("{}_{name}", self.circuits[circuit]);
        let get = |name: &str, plain: bool| {
            if plain {
                self.series.get(name, row)
            } else {
                self.series.get(&named(name), row)
            }
        };
        let of_water = |name: &str| get(name, circuit == 0);
        let of_plant = |name: &str| get(name, self.circuits.len() == 1);
        let makeup_l = of_plant("water_makeup_l");
        let makeup_l = if makeup_l.is_finite() { makeup_l } else { 0.0 };
        snapshot::Plant {
            supply_c: of_water("supply_c"),
            return_c: of_water("return_c"),
            condenser_c: of_water("condenser_c"),
            heat_w: get("heat_kw", false) * 1e3,
            chillers_w: of_plant("chillers_kw") * 1e3,
            fans_w: of_plant("heat_rejection_fans_kw") * 1e3,
            pumps_w: of_plant("pumps_kw") * 1e3,
            water: snapshot_water(makeup_l / dt_s * WATER_KG_M3 / 1e3),
            setpoint_c: self.circuits_set_c.get(circuit).map_or(f64::NAN, |own_c| {
                let began_s = self.end_s(row) - dt_s;
                water_set_c(&self.commands, (circuit, *own_c), began_s)
            }),
            flow_kg_s: f64::NAN,
            chiller_load: f64::NAN,
            fan_speed: f64::NAN,
            ..snapshot::Plant::default()
        }
    }

    /// What the columns of the other uses leave of all cooling; to 10 W, since each is rounded.
    fn heaters_w(&self, row: usize) -> f64 {
        let of = |name: &str| {
            let kw = self.series.get(name, row);
            if kw.is_finite() { kw } else { 0.0 }
        };
        let others = [
            "chillers_kw",
            "heat_rejection_fans_kw",
            "pumps_kw",
            "hall_fans_kw",
            "cdu_pumps_kw",
        ];
        let left_kw = of("cooling_kw") - others.map(of).iter().sum::<f64>();
        if left_kw > 0.01 { 1e3 * left_kw } else { 0.0 }
    }

    /// All but the racks.
    fn site_at(&self, row: usize) -> Snapshot {
        let get = |name: &str| self.series.get(name, row);
        let w = |name: &str| get(name) * 1e3;
        let or_zero = |x: f64| if x.is_finite() { x } else { 0.0 };
        let dt_s = self.end_s(row) - row as f64 * self.record_s;
        let began_s = self.end_s(row) - dt_s;
        let facility_w = w("facility_kw");
        let out = holding(&self.events, began_s);
        let utility_out = out
            .iter()
            .any(|event| matches!(event.kind, crate::engine::EventKind::UtilityOutage(_)));
        let grid_w = w("grid_kw");
        let halls = self.halls.iter().map(|(name, _)| {
            let of = |what: &str| self.series.get(&format!("{name}_{what}"), row);
            snapshot::Hall {
                it_w: of("it_kw") * 1e3,
                supply_c: of("supply_c"),
                return_c: of("return_c"),
                max_inlet_c: of("max_inlet_c"),
                max_chip_c: of("max_chip_c"),
                throttled_gpus: or_zero(of("throttled_gpus")),
                utilisation: of("utilisation"),
                gpus_off: f64::NAN,
                ..snapshot::Hall::default()
            }
        });
        let count = |name: &str| or_zero(get(name)).round() as u64;
        let queue = get("waiting_jobs").is_finite().then(|| Queue {
            waiting_jobs: count("waiting_jobs"),
            waiting_gpus: count("waiting_gpus"),
            running_jobs: count("running_jobs"),
            busy_gpus: count("busy_gpus"),
            ..Queue::default()
        });
        Snapshot {
            time_s: self.end_s(row),
            dt_s,
            outside: MoistAir {
                dry_bulb_c: get("dry_bulb_c"),
                wet_bulb_c: get("wet_bulb_c"),
                ..MoistAir::default()
            },
            power: snapshot::Power {
                facility_w,
                it_w: w("it_kw"),
                compute_w: w("compute_kw"),
                server_fans_w: w("server_fans_kw"),
                psu_losses_w: w("psu_losses_kw"),
                network_w: Some(w("network_kw")).filter(|w| w.is_finite()),
                storage_w: Some(w("storage_kw")).filter(|w| w.is_finite()),
                other_it_w: Some(w("other_it_kw")).filter(|w| w.is_finite()),
                electrical_losses_w: w("electrical_losses_kw"),
                chillers_w: w("chillers_kw"),
                heat_rejection_fans_w: w("heat_rejection_fans_kw"),
                pumps_w: w("pumps_kw"),
                basin_heaters_w: self.heaters_w(row),
                hall_fans_w: w("hall_fans_kw"),
                cdu_pumps_w: w("cdu_pumps_kw"),
                other_w: or_zero(w("other_kw")),
                generation_w: or_zero(w("generation_kw")),
            },
            on_site: snapshot::OnSite {
                grid_w: if grid_w.is_finite() {
                    grid_w
                } else {
                    facility_w
                },
                solar_w: w("solar_kw"),
                generator_w: w("generator_kw"),
                battery_w: w("battery_kw"),
                battery_j: get("battery_mwh") * J_PER_MWH,
                ups_battery_w: w("ups_battery_kw"),
                ups_battery_j: get("ups_battery_mwh") * J_PER_MWH,
                cap: get("grid_cap"),
                utility_out,
                dark: utility_out && w("it_kw") < 1.0,
                ..snapshot::OnSite::default()
            },
            water: snapshot_water(or_zero(get("water_makeup_l")) / dt_s * WATER_KG_M3 / 1e3),
            plant: self.plant_at(row, 0, dt_s),
            circuits: (1..self.circuits.len())
                .map(|circuit| self.plant_at(row, circuit, dt_s))
                .collect(),
            halls: halls.collect(),
            queue,
            price_usd_j: get("price_usd_mwh") / J_PER_MWH,
            carbon_kg_j: get("carbon_g_kwh") * 1e-3 / J_PER_KWH,
            ..Snapshot::default()
        }
    }

    /// A row with its racks.
    pub(crate) fn frame(&self, row: usize, site: &Site) -> Frame {
        let mut snapshot = self.site_at(row);
        let mut work = Vec::new();
        for ((hall, (_, shares)), of) in snapshot.halls.iter_mut().zip(&self.halls).zip(&site.halls)
        {
            let mean = 1.0 / shares.power.len() as f64;
            let rise_k = (hall.max_chip_c - hall.max_inlet_c).max(0.0);
            let racks = &mut hall.racks;
            let racks_w = shares.of_hall * hall.it_w;
            racks.power_w = shares.power.iter().map(|share| share * racks_w).collect();
            racks.coolant_c = shares
                .cooler_k
                .iter()
                .map(|k| hall.max_inlet_c - k)
                .collect();
            let chips = racks.coolant_c.iter().zip(&shares.power);
            racks.chip_c = chips
                .map(|(coolant_c, share)| coolant_c + rise_k * share / shares.most)
                .collect();
            let above = racks.coolant_c.iter().filter(|c| **c > of.limit_c);
            hall.racks_above_limit = above.count() as u32;
            let all = shares.power.iter().map(|share| RackWork {
                busy_gpus: 0.0,
                utilisation: (hall.utilisation * share / mean).min(1.0),
                // The folder keeps how many chips were slowed, not by how much.
                slowed: f64::NAN,
                off: false,
            });
            work.push(all.collect());
        }
        let began_s = snapshot.time_s - snapshot.dt_s;
        Frame {
            events: self.events_at(&snapshot),
            failure: self.failures[row],
            coolant_set_c: coolant_set_c(&site.scenario, &self.commands, began_s),
            snapshot,
            work,
            occupants: snapshot::Occupants::default(),
            totals: self.totals[row],
            epoch: 0,
        }
    }
}

fn snapshot_water(makeup_kg_s: f64) -> crate::physics::water::Water {
    crate::physics::water::Water {
        makeup_kg_s,
        ..crate::physics::water::Water::default()
    }
}
