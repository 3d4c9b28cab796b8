//! From names to parameters: checks a scenario against the catalogue and against itself, and sizes the facility.
//!
//! Each part is an object that holds what it sized and what it has to say; `resolve` asks them in the order of the house.

mod beside;
mod checks;
mod circuits;
mod context;
mod design_day;
mod equipment;
mod events;
mod halls;
mod ownership;
mod queue;
mod resolved;
mod site;
mod sized;
mod supply;
mod surface;
mod work;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use self::circuits::Circuits;
use self::context::Context;
use self::design_day::DesignDay;
pub use self::equipment::Equipment;
use self::events::Events;
use self::halls::Halls;
pub(crate) use self::queue::queue;
pub use self::resolved::{Input, Resolved};
use self::site::Site;
use self::supply::{OnSite, Rates};
pub use self::surface::{SurfaceSite, surface, surface_site};
use super::catalogue;
use super::{Loaded, Scenario, text};
use crate::describe::Fault;
use crate::engine::{self, Clock, Commands, Simulation};
use crate::facility::{Facility, Parts};
use crate::series::Period;
use crate::units::DAY_S;
use crate::weather::Weather;

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

/// The same without the design day: for studies, which say what holds from their runs.
pub(crate) fn build(loaded: &Loaded) -> Result<Resolved, Fault> {
    resolve_with(loaded, 0.0)
}

fn resolve_with(loaded: &Loaded, shorter_than_s: f64) -> Result<Resolved, Fault> {
    with_catalogue(loaded, |context| in_order(context, shorter_than_s))
}

/// Resolves something of a scenario with its catalogue.
fn with_catalogue<T>(
    loaded: &Loaded,
    resolve: impl FnOnce(Context<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let own = loaded.scenario.catalogue.as_ref();
    let own = own
        .map(|own| own.assemble((&loaded.text, &loaded.path)))
        .transpose()?;
    let catalogue = own
        .as_ref()
        .map_or(catalogue::built_in(), |own| &own.catalogue);
    let context = Context::new(loaded, catalogue, own.as_ref());
    resolve(context).map_err(|fault| fault.in_file(&loaded.path, None))
}

/// The parts, each from those before it.
fn in_order(context: Context<'_>, design_day_below_s: f64) -> Result<Resolved, Fault> {
    let scenario = context.scenario;
    checks::names(context)?;
    let (start, total_s) = checks::run(context)?;
    let former_names = checks::ranges(context)?;
    let site = Site::read(context)?;
    let halls = Halls::size(context, site.weather.site_air())?;
    let design_it = halls.it();
    let site_lines = site.lines(context, design_it.all_w, halls.gpus());
    let (weather, design) = (site.weather, site.design);
    let period = period(start, total_s, &weather);
    let rates = Rates::read(context, period)?;
    let work = work::prepare(context, &halls, period, &rates)?;
    let circuits = Circuits::plan(context, &halls)?;
    let day = DesignDay {
        context,
        halls: &halls,
        circuits: &circuits,
        weather: &weather,
        design: &design,
    };
    let surface = surface::of_run(&day, &work.work, total_s)?;
    let looked = (total_s < design_day_below_s).then(|| day.look(work.work.peak()));
    let design_day = looked.transpose()?.unwrap_or_default();
    let hall_parts = halls.equip(&circuits)?;
    let equipment = Equipment::new(scenario, circuits.machines(), work.work.follows_demand());
    let (circuit_parts, plants, circuit_notes) = circuits.build(&weather, &design)?;
    let events = Events::place(context, start, total_s, &equipment)?;
    let (spans, chain) = (events.spans(), supply::chain(context, design_it)?);
    let mut on_site = OnSite::size(context, &chain, design_it, period, &weather)?;
    let built = ownership::Built::new(&halls, &plants, &chain, &on_site.parts);
    let ownership = ownership::of(context, &built, total_s, &mut on_site.notes)?;

    // Warnings stand in the order in which parts are resolved, lines in the order of a plan of the house.
    let warnings = [
        former_names,
        site.notes.warnings,
        rates.notes.warnings,
        work.notes.warnings,
        halls.beside.warnings(context, &weather),
        circuits.warnings(&weather),
        circuit_notes.warnings,
        events.notes.warnings,
        on_site.notes.warnings,
        surface::warnings(surface.as_ref()),
    ];
    let description = [
        site_lines,
        work.notes.lines,
        halls.lines(&circuits, &hall_parts),
        halls.beside.lines(halls.servers_w(), weather.site_air()),
        circuit_notes.lines,
        supply::lines(context, &chain),
        design_day.lines,
        rates.notes.lines,
        on_site.notes.lines,
        vec![("work".into(), work::line(context))],
        events.notes.lines,
    ];
    let read = [site.notes.inputs, rates.notes.inputs, work.notes.inputs];
    let facility = Facility::new(Parts {
        it_rooms: halls.it_rooms(&circuits),
        halls: hall_parts,
        chain,
        circuits: circuit_parts,
        other_w: scenario.site.other_kw * 1e3,
        price_usd_j: rates.price_usd_j,
        carbon_kg_j: rates.carbon_kg_j,
        on_site: on_site.parts,
        work: work.work,
        tolerance: scenario.run.tolerance,
    });
    Ok(Resolved {
        events: spans,
        equipment,
        scenario: written(context, &halls),
        simulation: Simulation {
            clock: Clock::new(start, scenario.run.step_s, total_s),
            events: engine::Events::new(events.all),
            commands: Commands::default(),
            facility,
            weather,
        },
        start,
        total_s,
        gpus: halls.gpus() as f64,
        tariff: rates.tariff,
        grid_water_l_kwh: rates.water_l_kwh,
        design_it_w: design_it.all_w,
        rack_w: halls.rack_w(),
        circuit_w: circuits.designs_w(),
        description: description.concat(),
        will_not_hold: [halls.short_of_air(), design_day.will_not_hold].concat(),
        warnings: warnings.concat(),
        inputs: [own_file(context), read.concat()].concat(),
        considered: circuit_notes.considered,
        jobs: work.jobs,
        mining: work.mining,
        answered: work.answered,
        ownership,
        servers_usd_year: ownership::servers_usd_year(context),
        surface,
    })
}

/// The run's span in the local standard time of its weather.
fn period(start: Date, total_s: f64, weather: &Weather) -> Period {
    Period {
        start,
        total_s,
        utc_offset_h: weather.site.utc_offset_h,
    }
}

/// The file of the user's own catalogue, where there is one.
fn own_file(context: Context<'_>) -> Vec<Input> {
    let file = context.own.and_then(|own| own.file.clone());
    let input = |path: PathBuf| Input {
        name: path.display().to_string(),
        path,
    };
    file.map(input).into_iter().collect()
}

/// The scenario as it is written beside the results: it runs again from anywhere.
fn written(context: Context<'_>, halls: &Halls<'_>) -> Scenario {
    let mut scenario = context.scenario.clone();
    scenario.it = Some(halls.beside.config().to_vec());
    scenario.electrical = scenario.electrical.filled();
    let own = context.own;
    scenario.catalogue = own.map(|own| catalogue::Own::Tables(own.complete.clone()));
    // TOML holds no path that is not UTF-8.
    let absolute = |file: &Path| {
        let path = std::path::absolute(context.folder().join(file)).ok()?;
        path.to_str().map(str::to_owned)
    };
    let named = toml::Value::try_from(&scenario).and_then(|mut value| {
        text::rename_files(&mut value, &absolute);
        value.try_into().map_err(serde::ser::Error::custom)
    });
    named.unwrap_or(scenario)
}
