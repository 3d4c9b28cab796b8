//! From names to parameters: checks a scenario against the catalogue and against itself, and sizes the facility.

mod backlog;
mod checks;
mod circuits;
mod describe;
mod design_day;
mod equipment;
mod events;
mod grid;
mod hall;
mod on_site;
mod ranges;
mod scheduler;
mod sized;
mod work;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::catalogue::{self, Catalogue};
use super::{Hall, Loaded, Scenario, text};
use crate::cooling::air::HIGHEST_M;
use crate::describe::FilePath;
use crate::describe::{Fault, suggest};
use crate::electrical::Chain;
use crate::engine::{Clock, Commands, Event, Events, Simulation};
use crate::facility::{Facility, Parts};
use crate::metrics::Context;
use crate::metrics::ride_through::Span;
use crate::output::marked;
use crate::physics::Coolant;
use crate::series::Period;
use crate::tariff::Tariff;
use crate::units::DAY_S;
use crate::weather::{self, Weather, climate};
pub use equipment::Equipment;
pub(super) use events::LONGEST_MIN;
use sized::Sized;

/// What halls and circuits call a fault, until they are converted.
type ScenarioError = Fault;

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As the scenario names it.
    pub name: String,
    /// Where it was found.
    pub path: PathBuf,
}

/// A scenario ready to run.
pub struct Resolved {
    /// The scenario, defaults filled in.
    pub scenario: Scenario,
    /// The simulation at its start.
    pub simulation: Simulation,
    /// First day.
    pub start: Date,
    /// Length, s.
    pub total_s: f64,
    /// Accelerators of all halls.
    pub gpus: f64,
    /// What the site pays for.
    pub tariff: Tariff,
    /// Water behind a kilowatt-hour of the grid, litres.
    pub grid_water_l_kwh: Option<f64>,
    /// The events: what is out, and when.
    pub events: Vec<Span>,
    /// The machines that events and commands can name.
    pub equipment: Equipment,
    /// IT power with every chip at work, W.
    pub design_it_w: f64,
    /// A rack with every chip at work, W, by hall.
    pub rack_w: Vec<f64>,
    /// IT heat at full load of the halls on each circuit of facility water, W.
    pub circuit_w: Vec<f64>,
    /// What was sized, a line each, for `validate`.
    pub description: Vec<(String, String)>,
    /// What will not hold at full load in the extremes of the weather, where that was looked at.
    pub will_not_hold: Vec<String>,
    /// What the user should know of the scenario as read; [`Resolved::warnings`] adds the design day.
    pub warnings: Vec<String>,
    /// Files read besides the scenario.
    pub inputs: Vec<Input>,
    /// Random jobs that should end within the run; None where there are none, or others too.
    pub jobs: Option<f64>,
}

impl Resolved {
    /// What the user should know before the run: of the scenario as read, and of its design day.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        if let Some((first, rest)) = self.will_not_hold.split_first() {
            let more = if rest.is_empty() {
                ""
            } else {
                "; `coldaisle validate` says more"
            };
            warnings.push(marked(&format!(
                "by design this will not hold: {first}{more}"
            )));
        }
        warnings
    }

    /// What metrics are to know of the run: `Metrics::new(&resolved.context())`.
    pub fn context(&self) -> Context {
        Context {
            gpus: self.gpus,
            grid_water_l_kwh: self.grid_water_l_kwh,
            tariff: self.tariff.clone(),
            start: self.start,
            events: self.events.clone(),
        }
    }
}

/// Mechanical power the transformers are sized for, over the IT power at full load: chillers on the hottest day.
const MECHANICAL_SHARE: f64 = 0.35;

/// A run as long as this has its own hottest hours, and says what happened in them.
const YEAR_S: f64 = 365.0 * DAY_S;

/// Checks and sizes a scenario. What will not hold on its design day is looked at for runs shorter than a year.
pub fn resolve(loaded: &Loaded) -> Result<Resolved, Fault> {
    resolve_with(loaded, YEAR_S)
}

/// The same with the design day of runs of any length: nothing may be run.
pub fn inspect(loaded: &Loaded) -> Result<Resolved, Fault> {
    resolve_with(loaded, f64::INFINITY)
}

fn resolve_with(loaded: &Loaded, shorter_than_s: f64) -> Result<Resolved, Fault> {
    let own = loaded.scenario.catalogue.as_ref();
    let own = own
        .map(|own| own.assemble((&loaded.text, &loaded.path)))
        .transpose()?;
    let inputs = own
        .iter()
        .filter_map(|own| own.file.clone())
        .map(|path| Input {
            name: path.display().to_string(),
            path,
        });
    Resolver {
        loaded,
        catalogue: own
            .as_ref()
            .map_or(catalogue::built_in(), |own| &own.catalogue),
        own: own.as_ref(),
        warnings: Vec::new(),
        inputs: inputs.collect(),
        jobs: None,
        design_day_below_s: shorter_than_s,
    }
    .resolve()
    .map_err(|fault| fault.in_file(&loaded.path, None))
}

struct Resolver<'a> {
    loaded: &'a Loaded,
    catalogue: &'a Catalogue,
    /// The user's own entries, where there are any.
    own: Option<&'a catalogue::Assembled>,
    warnings: Vec<String>,
    inputs: Vec<Input>,
    /// Random jobs that are to end, where there are only such.
    jobs: Option<f64>,
    /// Runs shorter than this are looked at on their design day, s.
    design_day_below_s: f64,
}

impl Resolver<'_> {
    fn resolve(mut self) -> Result<Resolved, Fault> {
        let scenario = &self.loaded.scenario;
        self.check_names()?;
        let (start, total_s) = self.check_run()?;
        self.check_ranges()?;
        let weather = self.weather()?;
        let air = weather.site_air();
        let halls: Vec<Sized> = scenario
            .hall
            .iter()
            .enumerate()
            .map(|(index, hall)| self.hall(index, hall, air))
            .collect::<Result<_, _>>()?;
        self.check_site(&halls)?;
        let design_it_w: f64 = halls.iter().map(Sized::it_w).sum();
        let gpus: u64 = halls
            .iter()
            .map(|hall| {
                u64::from(hall.config.racks)
                    * u64::from(hall.config.servers_per_rack)
                    * u64::from(hall.server.entry.accelerators)
            })
            .sum();
        let mut description = self.describe_site(&weather, design_it_w, gpus);
        let period = Period {
            start,
            total_s,
            utc_offset_h: weather.site.utc_offset_h,
        };
        let mut told = Vec::new();
        let rates = self.rates(period, &mut told)?;
        let work = self.work(&halls, design_it_w, period, &rates, &mut description)?;
        let circuits = self.circuits(&halls)?;
        let will_not_hold = if total_s < self.design_day_below_s {
            let load = work.peak();
            self.design_day(&halls, &circuits, &weather, design_it_w, gpus as f64, load)?
        } else {
            Vec::new()
        };
        let rack_w = halls.iter().map(|hall| hall.rack_w).collect();
        let circuit_w = circuits.heats_w();
        let parts = self.equip_all(halls, &circuits, &mut description)?;
        self.warn_of_frost(&circuits, &weather);
        let equipment = Equipment::new(scenario, circuits.machines(), work.follows_demand());
        let circuits = self.build(circuits, &weather, &mut description)?;
        let events = self.events(start, total_s, &equipment)?;
        let chain = self.chain(design_it_w, design_it_w * MECHANICAL_SHARE)?;
        self.describe_power(&chain, &mut description);
        description.append(&mut told);
        let on_site = self.on_site(&chain, design_it_w, period, &weather, &mut description)?;
        description.push(("work".into(), self.describe_work()));
        for (index, event) in events.iter().enumerate() {
            description.push(self.describe_event(index, event));
        }
        let facility = Facility::new(Parts {
            halls: parts,
            chain,
            circuits,
            other_w: scenario.site.other_kw * 1e3,
            price_usd_j: rates.price_usd_j,
            carbon_kg_j: rates.carbon_kg_j,
            on_site,
            work,
        });
        let span = |event: &Event| Span {
            name: event.name.clone(),
            start_s: event.start_s,
            end_s: event.end_s,
        };
        let step_s = scenario.run.step_s;
        let scenario = self.written();
        let grid_water_l_kwh = self.grid_water_l_kwh();
        Ok(Resolved {
            events: events.iter().map(span).collect(),
            equipment,
            scenario,
            simulation: Simulation {
                facility,
                weather,
                clock: Clock::new(start, step_s, total_s),
                events: Events::new(events),
                commands: Commands::default(),
            },
            start,
            total_s,
            gpus: gpus as f64,
            tariff: rates.tariff,
            grid_water_l_kwh,
            design_it_w,
            rack_w,
            circuit_w,
            description,
            will_not_hold,
            warnings: self.warnings,
            inputs: self.inputs,
            jobs: self.jobs,
        })
    }

    /// The scenario as it is written beside the results: it runs again from anywhere.
    fn written(&self) -> Scenario {
        let mut scenario = self.loaded.scenario.clone();
        scenario.electrical = scenario.electrical.filled();
        scenario.catalogue = self
            .own
            .map(|own| catalogue::Own::Tables(own.complete.clone()));
        // TOML holds no path that is not UTF-8.
        let absolute = |file: &Path| {
            let path = std::path::absolute(self.folder().join(file)).ok()?;
            path.to_str().map(str::to_owned)
        };
        let named = toml::Value::try_from(&scenario).and_then(|mut value| {
            text::rename_files(&mut value, &absolute);
            value.try_into().map_err(serde::ser::Error::custom)
        });
        named.unwrap_or(scenario)
    }

    /// An error at the place of a key.
    fn error(&self, key: &str, what: impl Into<String>, cure: impl Into<String>) -> Fault {
        self.located(Fault::new(what, cure).at(key))
    }

    /// What somebody found wrong with the value of `key`, or with the file that it names, at the place of the key.
    fn fault(&self, key: &str, fault: Fault) -> Fault {
        self.located(fault.named_by(key))
    }

    /// The fault with the place of its key in the text.
    fn located(&self, fault: Fault) -> Fault {
        let text = &self.loaded.text;
        match fault.key().and_then(|key| text::locate(text, key)) {
            Some(span) => fault.in_text(text, span),
            None => fault,
        }
    }

    fn weather(&mut self) -> Result<Weather, Fault> {
        let site = &self.loaded.scenario.site;
        match (&site.climate, &site.weather) {
            (Some(name), None) if self.catalogue.climates.contains_key(name) => {
                Ok(climate::of_normals(&self.catalogue.climates[name]))
            }
            (Some(name), None) => climate::built_in(name).ok_or_else(|| {
                self.error(
                    "site.climate",
                    format!("there is no built-in climate '{name}'"),
                    format!(
                        "{}; for any other place remove climate and add weather = \"FILE.epw\", {}",
                        suggest(name, climate::names().collect::<Vec<_>>()),
                        weather::WHERE_FROM
                    ),
                )
            }),
            (None, Some(file)) => {
                let path = self.beside(file);
                let uses = weather::Uses {
                    panels: site.solar.is_some(),
                };
                let weather = weather::read(&path, uses)
                    .map_err(|fault| self.fault("site.weather", fault))?;
                self.inputs.push(Input { name: file.display().to_string(), path });
                self.warnings
                    .extend(weather.repairs.iter().map(|repair| format!("weather: {repair}")));
                Ok(weather)
            }
            (Some(_), Some(_)) => Err(self.error(
                "site.weather",
                "the site has both a climate and a weather file",
                "keep one of site.climate and site.weather",
            )),
            (None, None) => Err(self.error(
                "site",
                "the site has no weather",
                format!(
                    "add climate = \"phoenix\" (see `coldaisle catalogue climates`) or weather = \"FILE.epw\", {}",
                    weather::WHERE_FROM
                ),
            )),
        }
    }

    /// A path of the scenario, relative to the scenario file.
    /// The folder of the scenario.
    fn folder(&self) -> &Path {
        self.loaded.path.parent().unwrap_or(Path::new(""))
    }

    /// A file that the scenario names.
    fn beside(&self, file: &FilePath) -> PathBuf {
        self.folder().join(file)
    }

    fn chain(&self, design_it_w: f64, design_mechanical_w: f64) -> Result<Chain, Fault> {
        let config = &self.loaded.scenario.electrical;
        // Both ways of naming stages at once would leave one of them unheard.
        if !config.stage.is_empty() {
            for (key, named) in [
                ("transformer", &config.transformer),
                ("ups", &config.ups),
                ("pdu", &config.pdu),
            ] {
                if named.is_some() {
                    let what = format!("{key} cannot be combined with a list of stages");
                    let cure = "remove it: [[electrical.stage]] names every stage";
                    return Err(self.error(&format!("electrical.{key}"), what, cure));
                }
            }
        }
        let specs = config
            .specs(&self.catalogue.electrical)
            .map_err(|fault| self.fault("electrical", fault))?;
        Chain::from_design(specs, design_it_w, design_mechanical_w)
            .map_err(|fault| self.fault("electrical", fault))
    }

    fn describe_site(
        &mut self,
        weather: &Weather,
        design_it_w: f64,
        gpus: u64,
    ) -> Vec<(String, String)> {
        let statistics = weather.statistics();
        if weather.synthetic {
            let name = self
                .loaded
                .scenario
                .site
                .climate
                .as_deref()
                .unwrap_or_default();
            self.warnings.push(format!(
                "the climate is synthetic ('{name}'): right in its monthly means, not in its extremes; its normals \
                 and their sources: `coldaisle catalogue climates {name}`"
            ));
        }
        let air = weather.site_air();
        let in_air = |hall: &Hall| matches!(hall.cooling.coolant(), Coolant::Air | Coolant::Plates);
        if air.elevation_m > HIGHEST_M && self.loaded.scenario.hall.iter().any(in_air) {
            self.warnings.push(format!(
                "the site lies {:.0} m above the sea: ASHRAE's server classes end at {HIGHEST_M:.0} m; their limits are \
                 derated further at the same rate",
                air.elevation_m
            ));
        }
        let mut lines = vec![
            ("run".into(), self.describe_run()),
            ("weather".into(), weather.label.clone()),
            (
                String::new(),
                format!(
                    "dry bulb {:.1} to {:.1} °C (mean {:.1}), wet bulb up to {:.1} °C",
                    statistics.dry_bulb_c.min,
                    statistics.dry_bulb_c.max,
                    statistics.dry_bulb_c.mean,
                    statistics.wet_bulb_c.max
                ),
            ),
            (
                String::new(),
                format!(
                    "{:.0} m above the sea, mean pressure {:.1} kPa: air of {:.3} kg/m³ in halls",
                    air.elevation_m,
                    air.pressure_pa / 1e3,
                    air.density_kg_m3()
                ),
            ),
            ("accelerators".into(), gpus.to_string()),
            ("IT at full load".into(), describe::power(design_it_w)),
        ];
        let changes = self.own.iter().flat_map(|own| &own.changes);
        lines.extend(
            changes.map(|(name, change)| ("catalogue".into(), format!("{name}: {change}"))),
        );
        lines
    }
}
