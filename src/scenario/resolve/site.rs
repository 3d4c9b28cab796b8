//! The weather of the site, and the air in its halls.

use super::context::{Context, Lines, Notes};
use crate::cooling::air::HIGHEST_M;
use crate::describe::{Fault, count, power, suggest};
use crate::physics::Coolant;
use crate::scenario::Hall;
use crate::weather::design::DesignAir;
use crate::weather::{self, Weather, climate};

/// Weather as read, and what is to be known of it.
pub(super) struct Site {
    pub(super) weather: Weather,
    /// Air that plants are designed for.
    pub(super) design: DesignAir,
    pub(super) notes: Notes,
}

impl Site {
    pub(super) fn read(context: Context<'_>) -> Result<Self, Fault> {
        let mut notes = Notes::default();
        let mut weather = read_weather(context, &mut notes)?;
        let warming_k = context.scenario.site.warming_k;
        if warming_k != 0.0 {
            let warmed = weather.warmed(warming_k);
            weather = warmed.map_err(|fault| context.located(fault.at("site.warming_k")))?;
        }
        let design = design(context, &weather, &mut notes)?;
        if weather.synthetic {
            let name = context.scenario.site.climate.as_deref().unwrap_or_default();
            notes.warn(format!(
                "the climate is synthetic ('{name}'): right in its monthly means, not in its extremes; its normals \
                 and their sources: `coldaisle catalogue climates {name}`"
            ));
        }
        let air = weather.site_air();
        let in_air = |hall: &Hall| matches!(hall.cooling.coolant(), Coolant::Air | Coolant::Plates);
        if air.elevation_m > HIGHEST_M && context.scenario.hall.iter().any(in_air) {
            notes.warn(format!(
                "the site lies {:.0} m above the sea: ASHRAE's server classes end at {HIGHEST_M:.0} m; their limits are \
                 derated further at the same rate",
                air.elevation_m
            ));
        }
        Ok(Self {
            weather,
            design,
            notes,
        })
    }

    /// Run, weather, and what all halls together hold.
    pub(super) fn lines(&self, context: Context<'_>, design_it_w: f64, gpus: u64) -> Lines {
        let statistics = self.weather.statistics();
        let air = self.weather.site_air();
        let run = &context.scenario.run;
        let mut lines = vec![
            (
                "run".into(),
                format!(
                    "{} from {}, steps of {} s",
                    count(run.days, "day"),
                    run.start,
                    run.step_s
                ),
            ),
            ("weather".into(), self.weather.label.clone()),
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
            ("design air".into(), self.design.line()),
            ("accelerators".into(), gpus.to_string()),
            ("IT at full load".into(), power(design_it_w)),
        ];
        let changes = context.own.iter().flat_map(|own| &own.changes);
        lines.extend(
            changes.map(|(name, change)| ("catalogue".into(), format!("{name}: {change}"))),
        );
        lines
    }
}

/// Air that plants are designed for: as the scenario states it, else the extremes of its weather.
fn design(context: Context<'_>, weather: &Weather, notes: &mut Notes) -> Result<DesignAir, Fault> {
    let site = &context.scenario.site;
    let design = weather
        .design_air()
        .with(site.design_dry_bulb_c, site.design_wet_bulb_c);
    let (dry_c, wet_c) = (design.dry_bulb.value_c, design.wet_bulb.value_c);
    if wet_c > dry_c {
        let key = match site.design_wet_bulb_c {
            Some(_) => "site.design_wet_bulb_c",
            None => "site.design_dry_bulb_c",
        };
        return Err(context.error(
            key,
            format!(
                "the design wet bulb, {wet_c:.1} °C, is above the design dry bulb, {dry_c:.1} °C"
            ),
            "no air is like that: state both, or correct the one",
        ));
    }
    let year = weather.statistics();
    for (key, stated, most_c) in [
        (
            "design_dry_bulb_c",
            site.design_dry_bulb_c,
            year.dry_bulb_c.max,
        ),
        (
            "design_wet_bulb_c",
            site.design_wet_bulb_c,
            year.wet_bulb_c.max,
        ),
    ] {
        if let Some(stated_c) = stated.filter(|stated_c| *stated_c < most_c) {
            notes.warn(format!(
                "site.{key}: the weather of this site reaches {most_c:.1} °C, more than the {stated_c} °C that its plants are \
                 designed for"
            ));
        }
    }
    Ok(design)
}

fn read_weather(context: Context<'_>, notes: &mut Notes) -> Result<Weather, Fault> {
    let site = &context.scenario.site;
    match (&site.climate, &site.weather) {
        (Some(name), None) if context.catalogue.climates.contains_key(name) => {
            Ok(climate::of_normals(&context.catalogue.climates[name]))
        }
        (Some(name), None) => climate::built_in(name).ok_or_else(|| {
            context.error(
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
            let path = context.beside(file);
            let uses = weather::Uses {
                panels: site.solar.is_some(),
            };
            let weather = weather::read(&path, uses)
                .map_err(|fault| context.fault("site.weather", fault))?;
            notes.inputs.push(context.input(file));
            notes.warnings
                .extend(weather.repairs.iter().map(|repair| format!("weather: {repair}")));
            Ok(weather)
        }
        (Some(_), Some(_)) => Err(context.error(
            "site.weather",
            "the site has both a climate and a weather file",
            "keep one of site.climate and site.weather",
        )),
        (None, None) => Err(context.error(
            "site",
            "the site has no weather",
            format!(
                "add climate = \"phoenix\" (see `coldaisle catalogue climates`) or weather = \"FILE.epw\", {}",
                weather::WHERE_FROM
            ),
        )),
    }
}
