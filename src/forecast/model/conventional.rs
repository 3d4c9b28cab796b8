//! Conventional IT: as its file says, or as a meter does.

use super::Shared;
use crate::describe::Fault;
use crate::forecast::file::ForecastFile;
use crate::forecast::file::by_year::ByYear;
use crate::forecast::plants::site_table::HOURS;

/// Conventional IT of a year, W.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    pub(super) mean: f64,
    pub(super) design: f64,
}

/// Conventional IT by year.
pub(super) fn conventional(
    file: &ForecastFile,
    shared: &Shared,
    shares: &[Vec<f64>],
    metered: Option<&[f64]>,
) -> Result<Vec<Level>, Fault> {
    let years = file.years.first..=file.years.last;
    let Some(of) = &file.conventional else {
        return Ok(vec![Level::default(); years.count()]);
    };
    let at = |key: &str| format!("conventional.{key}");
    let checked = of.of_design.check(years.clone(), (0.01, 1.0));
    checked.map_err(|fault| fault.at(at("of_design")))?;
    let (energy, of_facility) = match (metered, &of.it_twh, &of.facility_twh) {
        (Some(metered), None, None) => (metered.to_vec(), true),
        (None, Some(it), None) => (
            energies(it, years.clone()).map_err(|fault| fault.at(at("it_twh")))?,
            false,
        ),
        (None, None, Some(facility)) => {
            let energies = energies(facility, years.clone());
            (
                energies.map_err(|fault| fault.at(at("facility_twh")))?,
                true,
            )
        }
        (Some(_), _, _) => {
            let cure = "remove it_twh and facility_twh: [metered] says how much there is";
            return Err(Fault::new("the energy is given twice", cure).at("conventional"));
        }
        _ => {
            let cure = "give it_twh (at the IT) or facility_twh (at the meter)";
            return Err(
                Fault::new("nothing says how much conventional IT there is", cure)
                    .at("conventional"),
            );
        }
    };
    let level = |(year, energy): (usize, f64)| {
        let of_design = of.of_design.at(file.years.nth(year));
        let ratio = if of_facility {
            facility_ratio(file, shared, (shares, year), of_design)
        } else {
            1.0
        };
        let mean = energy * 1e12 / HOURS as f64 / ratio;
        Level {
            mean,
            design: mean / of_design,
        }
    };
    Ok(energy.into_iter().enumerate().map(level).collect())
}

fn energies(of: &ByYear, years: std::ops::RangeInclusive<i32>) -> Result<Vec<f64>, Fault> {
    of.check(years.clone(), (0.0, 1e6))?;
    Ok(of.over(years))
}

/// Facility over IT energy of conventional halls, at a load that does not vary.
fn facility_ratio(
    file: &ForecastFile,
    shared: &Shared,
    (shares, year): (&[Vec<f64>], usize),
    of_design: f64,
) -> f64 {
    if let Some(pue) = file.facility.pue {
        return pue;
    }
    let sites = shares.iter().zip(&shared.plants);
    sites
        .map(|(shares, plant)| shares[year] * plant.mean_facility(of_design) / of_design)
        .sum()
}
