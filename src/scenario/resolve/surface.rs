//! The plant as a surface: for runs that ask for it (`run.plant`), and for studies.

use std::ops::RangeInclusive;

use super::circuits::Circuits;
use super::context::Context;
use super::design_day::DesignDay;
use super::halls::Halls;
use super::site::Site;
use super::with_catalogue;
use crate::describe::Fault;
use crate::facility::{AuditError, Level, Work};
use crate::kept::Kept;
use crate::scenario::catalogue::Own;
use crate::scenario::{self, Loaded, PlantModel, Run, Scenario};
use crate::scheduler::Policy;
use crate::surface::{Axis, Loads, Surface};
use crate::units::HOUR_S;
use crate::weather::Weather;
use crate::workload::Workload;
use crate::workload::profile::{Profile, Quantity};

/// Loads of more than this of the design are another site's.
const MOST_LOAD: f64 = 1.5;

/// The plant of a scenario as a surface over IT power and the hours of its climate, for loads of these shares of the IT power with every
/// chip at work. Its work, events and what stands beside the meter play no part.
///
/// # Errors
/// Where the scenario is not sound, has a tank of cold water, or the range is none.
pub fn surface(loaded: &Loaded, loads: RangeInclusive<f64>) -> Result<Surface, Fault> {
    let (low, high) = loads.into_inner();
    if !(0.0 <= low && low <= high && high <= MOST_LOAD && high > 0.0) {
        let what = format!("a surface cannot be made for loads from {low} to {high} of the design");
        let cure =
            format!("give two shares in order from 0 to {MOST_LOAD}, for example 0.2 and 1.0");
        return Err(Fault::new(what, cure));
    }
    sized(loaded, |context, site, halls| {
        let circuits = Circuits::plan(context, halls)?;
        let day = DesignDay {
            context,
            halls,
            circuits: &circuits,
            weather: &site.weather,
            design: &site.design,
        };
        let design_w = halls.it().all_w;
        let loads = Loads {
            axis: Axis::ItPower,
            low: low * design_w,
            high: high * design_w,
        };
        let facility = day.facility_at(Level::Constant(high.min(1.0)))?;
        Surface::make(facility, &site.weather, loads, None).map_err(|error| unbalanced(&error))
    })
}

/// What a surface of a scenario belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceSite {
    /// All IT with every chip at work, W at its inlets.
    pub design_it_w: f64,
    /// Local standard time minus UTC, hours.
    pub utc_offset_h: f64,
    /// The weather, in words.
    pub climate: String,
    /// All that the surface follows from, in a text: halls and plants with defaults filled in, entries of the scenario's own catalogue, every
    /// hour of the weather. Equal texts have equal surfaces in the same build of the program.
    pub decides: String,
}

/// The site of [`surface`], which costs a year of the engine for each load, without it.
///
/// # Errors
/// Where the scenario is not sound or has a tank of cold water.
pub fn surface_site(loaded: &Loaded) -> Result<SurfaceSite, Fault> {
    sized(loaded, |context, site, halls| {
        let workload = &context.scenario.workload;
        // Processors and networks are sized by two figures of the work.
        let by_work = (workload.host_utilisation(), workload.mining.is_some());
        let plant = serde_json::to_string(&(plant_alone(context), by_work))
            .map_err(|error| Fault::new(error.to_string(), EXACT))?;
        let weather = &site.weather;
        Ok(SurfaceSite {
            design_it_w: halls.it().all_w,
            utc_offset_h: weather.site.utc_offset_h,
            climate: weather.label.clone(),
            decides: format!(
                "{plant}\n{:?}\n{:?}\n{:?}",
                weather.site,
                weather.extremes,
                weather.hours()
            ),
        })
    })
}

/// Site and halls of a scenario of which a surface can be made.
fn sized<T>(
    loaded: &Loaded,
    then: impl FnOnce(Context<'_>, &Site, &Halls<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    with_catalogue(loaded, |context| {
        super::checks::names(context)?;
        super::checks::ranges(context)?;
        no_tanks(context)?;
        let site = Site::read(context)?;
        let halls = Halls::size(context, site.weather.site_air())?;
        then(context, &site, &halls)
    })
}

/// The surface that a run asks for; none where it is exact.
pub(super) fn of_run(
    day: &DesignDay<'_>,
    work: &Work,
    total_s: f64,
) -> Result<Option<Surface>, Fault> {
    let context = day.context;
    if context.scenario.run.plant == PlantModel::Exact {
        return Ok(None);
    }
    let refused = |what: &str| Err(context.error(KEY, what, EXACT));
    let scenario = context.scenario;
    let (workload, site) = (&scenario.workload, &scenario.site);
    let level = match work {
        Work::Level { level, .. } if workload.constant.is_some() || workload.profile.is_some() => {
            level
        }
        _ => {
            return refused(
                "a surface knows [workload.constant] and [workload.profile], no jobs, services or hashing",
            );
        }
    };
    if !scenario.event.is_empty() {
        return refused("a surface knows no events: what fails is for the engine");
    }
    if site.solar.is_some() || site.battery.is_some() || site.grid_limit_mw.is_some() {
        return refused(
            "a surface knows no solar panels, site battery or grid limit beside the load",
        );
    }
    no_tanks(context)?;
    let hours = (total_s / HOUR_S).floor().max(1.0) as usize;
    let (axis, profile) = match level {
        Level::Constant(utilisation) => {
            let values = vec![*utilisation];
            let constant = Profile::even(
                String::new(),
                Quantity::Utilisation,
                0.0,
                HOUR_S,
                values,
                true,
            );
            (Axis::Utilisation, constant)
        }
        Level::Utilisation(profile) => (Axis::Utilisation, profile.clone()),
        Level::ItPower(profile) => (Axis::ItPower, profile.clone()),
        Level::SitePower(_) => {
            return refused("a surface is over the load of IT, not over power at the meter");
        }
    };
    let loads = Loads {
        axis,
        low: profile.min(),
        high: profile.max(),
    };
    // Judged by the loads of the run itself, over and over where it is shorter than a year.
    let varying = |hour: usize| {
        let from_s = (hour % hours) as f64 * HOUR_S;
        profile.mean(from_s, (from_s + HOUR_S).min(total_s))
    };
    let of = Of {
        scenario: designed(context),
        weather: day.weather.clone(),
        profile: profile.clone(),
    };
    let surface = MADE.get_or(
        |made| *made == of,
        || {
            let facility = day.facility_at(level.clone())?;
            let surface = Surface::make(facility, day.weather, loads, Some(&varying));
            let surface = surface.map_err(|error| unbalanced(&error))?;
            Ok((of.clone(), surface))
        },
    );
    surface.map(Some)
}

/// What a surface of a run follows from.
#[derive(Clone, PartialEq)]
struct Of {
    scenario: Scenario,
    weather: Weather,
    profile: Profile,
}

/// Surfaces of the last designs: a study over prices makes one.
static MADE: Kept<Of, Surface> = Kept::new(8);

/// The scenario without what no plant depends on: its name, its random numbers, how it is recorded, and prices.
fn designed(context: Context<'_>) -> Scenario {
    let mut scenario = context.scenario.clone();
    scenario.catalogue = context.own.map(|own| Own::Tables(own.complete.clone()));
    scenario.name.clear();
    scenario.cost = None;
    scenario.run.seed = 0;
    scenario.run.record_s = 0.0;
    let site = &mut scenario.site;
    (site.price_usd_mwh, site.carbon_g_kwh, site.tariff) = (None, None, None);
    (
        site.demand_usd_kw_month,
        site.water_usd_m3,
        site.grid_water_l_kwh,
    ) = (None, None, None);
    scenario
}

/// The same without all that a surface over IT power has no part in; its weather is known by its hours.
fn plant_alone(context: Context<'_>) -> Scenario {
    let scenario = designed(context);
    Scenario {
        run: Run::default(),
        event: Vec::new(),
        workload: Workload::default(),
        scheduler: Policy::default(),
        failures: None,
        checkpoint: None,
        site: scenario::Site {
            weather: None,
            grid: None,
            grid_limit_mw: None,
            solar: None,
            battery: None,
            generator: None,
            ..scenario.site
        },
        ..scenario
    }
}

/// How far the surface of a run is from the engine.
pub(super) fn warnings(surface: Option<&Surface>) -> Vec<String> {
    let words = |surface: &Surface| format!("cooling is taken from {}", surface.accuracy());
    surface.map(words).into_iter().collect()
}

const KEY: &str = "run.plant";
const EXACT: &str = "remove run.plant, or set it to \"exact\"";

/// A tank of cold water lives by the history of its day.
fn no_tanks(context: Context<'_>) -> Result<(), Fault> {
    let halls = context.scenario.hall.iter().enumerate();
    let of_halls = halls.flat_map(|(index, hall)| {
        let key = |name: &str| format!("hall[{index}].{name}");
        [
            (key("heat_rejection"), &hall.heat_rejection),
            (key("room_rejection"), &hall.room_rejection),
        ]
    });
    let site = (
        "heat_rejection".to_owned(),
        &context.scenario.heat_rejection,
    );
    for (key, plant) in std::iter::once(site).chain(of_halls) {
        if let Some(plant) = plant.as_ref().filter(|plant| plant.has_storage()) {
            let key = format!("{key}.{}.water.storage_m3", plant.name());
            let what =
                "a tank of cold water follows the history of its day, which no surface holds";
            let cure = "remove it, or let the engine step: no run.plant, no surface in a study";
            return Err(context.error(&key, what, cure));
        }
    }
    Ok(())
}

fn unbalanced(error: &AuditError) -> Fault {
    Fault::new(error.to_string(), EXACT).at(KEY)
}
