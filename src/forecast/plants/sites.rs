//! The sites of a forecast: plants made by the engine, and the share of the load that stands at each.

use std::path::Path;

use crate::describe::Fault;
use crate::forecast::file::by_year::ByYear;
use crate::forecast::file::{ForecastFile, Site};
use crate::forecast::plants::site_table::{HOURS, SiteTable};
use crate::output::Input;
use crate::scenario::Base;

/// A site with its plant.
pub struct SitePlant {
    /// Its table by hour and load.
    pub table: SiteTable,
    /// Hours by which the site's clock is behind the region's.
    pub shift_h: i32,
    /// Facility over IT power in its hottest hour with every chip at work.
    pub design_ratio: f64,
    /// Loads of the table, and the mean of cooling and other over the year at each, over the design.
    means: Vec<(f64, f64)>,
}

impl SitePlant {
    /// Of a table, in a region of this offset.
    pub fn new(table: SiteTable, utc_offset_h: f64) -> Self {
        let hottest = (0..HOURS).map(|hour| {
            let (cooling, other, _) = table.hour(hour, 1.0);
            f64::from(cooling + other)
        });
        let design_ratio = 1.0 + hottest.fold(0.0, f64::max);
        let mean =
            |rows: &[f32]| rows.iter().map(|value| f64::from(*value)).sum::<f64>() / HOURS as f64;
        let nodes = table.nodes().iter().enumerate();
        let means = nodes.map(|(node, load)| {
            let overhead = mean(table.cooling_at(node)) + mean(table.other_at(node));
            (f64::from(*load), overhead)
        });
        Self {
            means: means.collect(),
            shift_h: table.shift_h(utc_offset_h),
            design_ratio,
            table,
        }
    }

    /// Hour of the region in which the site's first hour lies.
    pub fn start(&self) -> usize {
        let behind = self.shift_h.unsigned_abs() as usize % HOURS;
        match self.shift_h {
            0.. => behind,
            _ => (HOURS - behind) % HOURS,
        }
    }

    /// Facility power over the design at a load that does not vary, as the mean of the year.
    pub fn mean_facility(&self, load: f64) -> f64 {
        let means = &self.means;
        let above = means.partition_point(|of| of.0 <= load);
        let at = above.clamp(1, means.len().saturating_sub(1).max(1));
        let (Some(low), Some(high)) = (means.get(at - 1), means.get(at)) else {
            return load + means.first().map_or(0.0, |only| only.1);
        };
        let share = (load - low.0) / (high.0 - low.0);
        load + (low.1 + (high.1 - low.1) * share).max(0.0)
    }
}

/// The plants of all sites of a file, made by the engine or found in `cache`; with the scenarios they are of. The place of a fault is
/// in the scenario, or the key that names it.
pub(in crate::forecast) fn plants(
    file: &ForecastFile,
    sets: &[Vec<String>],
    folder: &Path,
    cache: Option<&Path>,
) -> Result<(Vec<SitePlant>, Vec<Input>), Fault> {
    let (mut loaded, mut inputs) = (Vec::new(), Vec::new());
    for (index, (site, sets)) in file.site.iter().zip(sets).enumerate() {
        let base = Base::read(&folder.join(&site.scenario)).map_err(|fault| {
            if fault.file().is_some_and(Path::exists) {
                fault
            } else {
                fault.named_by(&format!("site[{index}].scenario"))
            }
        })?;
        loaded.push(base.load(sets).map_err(|fault| fault.after(sets))?);
        let name = site.scenario.to_string_lossy();
        let input = Input::of_bytes(&name, base.text.as_bytes());
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }
    let tables = SiteTable::all(&loaded, cache)?;
    let plant = |(table, _)| SitePlant::new(table, file.scope.utc_offset_h);
    Ok((tables.into_iter().map(plant).collect(), inputs))
}

/// Shares of the load by site and year: each as given, the last without one taking the rest. The place of a fault is its key.
pub(in crate::forecast) fn shares(
    file: &ForecastFile,
    key: &str,
    of: &dyn Fn(&Site) -> Option<ByYear>,
) -> Result<Vec<Vec<f64>>, Fault> {
    let given: Vec<Option<ByYear>> = file.site.iter().map(of).collect();
    divided(file, "site", key, &given)
}

/// Shares that add up to one in every year.
pub(in crate::forecast) fn divided(
    file: &ForecastFile,
    table: &str,
    key: &str,
    given: &[Option<ByYear>],
) -> Result<Vec<Vec<f64>>, Fault> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let years = file.years.first..=file.years.last;
    let rest: Vec<usize> = (0..given.len())
        .filter(|&index| given[index].is_none())
        .collect();
    if let [_, second, ..] = rest[..] {
        let what = format!("two of [[{table}]] have no {key}");
        let cure = format!("give {key} to all but one, which takes the rest");
        return Err(Fault::new(what, cure).at(format!("{table}[{second}]")));
    }
    for (index, share) in given.iter().enumerate() {
        if let Some(share) = share {
            let checked = share.check(years.clone(), (0.0, 1.0));
            checked.map_err(|fault| fault.at(format!("{table}[{index}].{key}")))?;
        }
    }
    let mut shares: Vec<Vec<f64>> = given
        .iter()
        .map(|share| match share {
            Some(share) => share.over(years.clone()),
            None => vec![0.0; years.clone().count()],
        })
        .collect();
    for (at, year) in years.enumerate() {
        let sum: f64 = shares.iter().map(|of| of[at]).sum();
        match rest.first() {
            Some(&rest) if sum <= 1.0 + 1e-9 => shares[rest][at] = (1.0 - sum).max(0.0),
            None if (sum - 1.0).abs() <= 1e-6 => {}
            _ => {
                let what =
                    format!("the {key}s of [[{table}]] add up to {sum:.4} in {year}, not to 1");
                let cure = if rest.is_empty() {
                    format!("leave {key} out of one of them: it takes the rest")
                } else {
                    "give shares of 1 together at most: the one without takes the rest".to_owned()
                };
                let last = given.iter().rposition(Option::is_some).unwrap_or(0);
                return Err(Fault::new(what, cure).at(format!("{table}[{last}].{key}")));
            }
        }
    }
    Ok(shares)
}
