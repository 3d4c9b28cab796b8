//! The loads of a forecast: `load_8760_YEAR.csv` with three bands, and `draws_8760_YEAR.csv` of the last year.

use std::path::Path;

use serde::Deserialize;

use super::table::{self, DAMAGED};
use super::{HOURS, Takes, bands, check_offset, energy, folder_name, json, made, per_hour};
use crate::describe::Fault;
use crate::export::load::{Draws, Load, Origin, Part, Profile};
use crate::export::{Band, Options};

/// Parts and their sum differ by rounding: this share, and so many MW.
const SHARE: f64 = 1e-4;
const ROUNDED_MW: f64 = 5e-3;

/// What is needed of `forecast.json`.
#[derive(Debug, Deserialize)]
struct About {
    name: Option<String>,
    region: Option<String>,
    utc_offset_h: f64,
    first_year: i16,
    last_year: i16,
    /// Number of draws.
    draws: u64,
}

pub(super) fn read(folder: &Path, takes: Takes, options: &Options) -> Result<Load, Fault> {
    let run = made::read(folder)?;
    let path = folder.join("forecast.json");
    let about: About = serde_json::from_value(json(folder, "forecast.json")?)
        .map_err(|error| Fault::new(error.to_string(), DAMAGED).in_file(&path, None))?;
    let utc_offset_h =
        check_offset(about.utc_offset_h).map_err(|fault| {
            let cure = "set scope.utc_offset_h of the forecast to quarters of an hour from -12 to 14, and run it again";
            Fault::new(fault.what, cure).in_file(&path, None)
        })?;
    if let Some(given) = options.utc_offset_h.filter(|given| *given != utc_offset_h) {
        let what =
            format!("--utc-offset {given}: the forecast's region is {utc_offset_h} h ahead of UTC");
        return Err(Fault::new(what, "leave the option out").in_file(folder, None));
    }
    let per_hour = per_hour(1, takes, options)?;
    let years = years(folder, &about, takes, options)?;
    let mut profiles = Vec::new();
    run.check_there(folder, energy::TABLE, DAMAGED)?;
    let energies = energy::read(folder)?;
    for year in &years {
        let name = format!("load_8760_{year}.csv");
        run.check_there(folder, &name, DAMAGED)?;
        let of_year = of_year(folder, &name, *year, &bands(options))?;
        energies.check_profiles(&of_year, &folder.join(name))?;
        profiles.extend(of_year);
    }
    let draws = match years.as_slice() {
        [year] if takes.draws && options.band.is_none() => {
            let name = format!("draws_8760_{year}.csv");
            let cure = "copy the whole folder, make the results again, or export one profile with --band p50";
            run.check_there(folder, &name, cure)?;
            let draws = draws(folder, &name, *year)?;
            if let Some(draws) = &draws {
                energies.check_draws(draws, about.draws, &folder.join(name))?;
            }
            draws
        }
        _ => None,
    };
    let note = match &draws {
        Some(draws) => format!(
            "the columns are {} draws of {}, at even ranks of its energy: years that can happen, equally likely; --band gives the profile \
             nearest to p10, p50 or p90 instead",
            draws.mw.len(),
            draws.year
        ),
        None => "p10, p50 and p90 are whole profiles of possible years: those whose yearly energy is nearest to these percentiles, not \
             the percentiles of each hour"
            .into(),
    };
    Ok(Load {
        origin: Origin {
            kind: "forecast",
            name: about.name.unwrap_or_else(|| folder_name(folder)),
            region: about.region,
            results: run.identity(folder)?,
            version: run.version,
            seed: run.seed,
        },
        zone: options.zone.clone(),
        utc_offset_h,
        per_hour,
        profiles,
        draws,
        notes: vec![note],
    })
}

/// The years that are wanted.
fn years(folder: &Path, about: &About, takes: Takes, options: &Options) -> Result<Vec<i16>, Fault> {
    let (first, last) = (about.first_year, about.last_year);
    if first > last || !(1900..=2200).contains(&first) || !(1900..=2200).contains(&last) {
        let what = format!("the years {first} to {last} are no years of a forecast");
        return Err(Fault::new(what, DAMAGED).in_file(folder.join("forecast.json"), None));
    }
    match options.year {
        Some(year) if (first..=last).contains(&year) => Ok(vec![year]),
        Some(year) => {
            let what = format!("--year {year}: this forecast has {first} to {last}");
            Err(
                Fault::new(what, "give one of its years, or leave the option out")
                    .in_file(folder, None),
            )
        }
        None if takes.all_years => Ok((first..=last).collect()),
        None => Ok(vec![last]),
    }
}

fn of_year(folder: &Path, name: &str, year: i16, bands: &[Band]) -> Result<Vec<Profile>, Fault> {
    let path = folder.join(name);
    let uses = ["it", "cooling", "other", "facility"];
    let name = |use_: &&str, band: &Band| format!("{use_}_mw_{}", band.name());
    let wanted = bands
        .iter()
        .flat_map(|band| uses.iter().map(move |use_| name(use_, band)));
    let table = table::hours(&path, &wanted.collect::<Vec<_>>())?;
    if table.rows() != HOURS {
        let what = format!("the table has {} rows, a year has {HOURS}", table.rows());
        return Err(table.fault(table.rows().saturating_sub(1), what));
    }
    let mut profiles = Vec::new();
    for (band, columns) in bands.iter().zip(table.columns.chunks_exact(uses.len())) {
        let (sum, parts) = (&columns[3], &columns[..3]);
        for (hour, sum) in sum.iter().enumerate() {
            let added: f64 = parts.iter().map(|part| part[hour]).sum();
            if (added - sum).abs() > ROUNDED_MW + SHARE * sum {
                let what = format!(
                    "IT, cooling and other are {added} MW together, facility_mw_{} says {sum}",
                    band.name()
                );
                return Err(table.fault(hour, what));
            }
        }
        let parts = uses.iter().zip(parts);
        let parts = parts.map(|(name, mw)| Part {
            name,
            mw: mw.clone(),
        });
        profiles.push(Profile {
            year,
            band: Some(*band),
            per_hour: 1,
            leap_day: false,
            parts: parts.collect(),
        });
    }
    Ok(profiles)
}

/// None where the forecast kept none of that year.
fn draws(folder: &Path, name: &str, year: i16) -> Result<Option<Draws>, Fault> {
    let path = folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let table = table::all_by_hour(&path)?;
    if table.rows() != HOURS {
        let what = format!("the table has {} rows, a year has {HOURS}", table.rows());
        return Err(table.fault(table.rows().saturating_sub(1), what));
    }
    Ok((!table.columns.is_empty()).then_some(Draws {
        year,
        mw: table.columns,
    }))
}
