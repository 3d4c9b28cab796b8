//! Price and carbon of the grid: constants, files, times of use.

use super::catalogue::{self, Grid};
use super::{Input, Resolver, climate};
use crate::describe::Fault;
use crate::series::{Period, Quantity, Rate, Series, Signal, Table};
use crate::tariff::Tariff;

/// USD/J in 1 USD/MWh.
const USD_MWH: f64 = 1.0 / 3.6e9;
/// kg/J in 1 g/kWh.
const G_KWH: f64 = 1e-3 / 3.6e6;
/// Times of use are laid over the run in steps of a quarter hour.
const QUARTER_S: f64 = 900.0;

type Description = Vec<(String, String)>;

impl<'a> Resolver<'a> {
    /// The grid that a climate is fed by, the scenario's own climates first.
    fn climate_grid(&self, name: &str) -> Option<&'a str> {
        let own = self.catalogue.climates.get(name);
        own.map(climate::Normals::grid)
            .or_else(|| climate::grid(name))
    }

    /// The grid that the scenario names, else that of its climate.
    fn grid(&self) -> Option<&'a Grid> {
        let site = &self.loaded.scenario.site;
        let named = site.grid.as_deref();
        let name = named.or_else(|| self.climate_grid(site.climate.as_deref()?))?;
        self.catalogue.grids.get(name)
    }
}

impl Resolver<'_> {
    /// What the site pays for: the one bill of its runs.
    pub(super) fn tariff(&self) -> Result<Tariff, Fault> {
        let site = &self.loaded.scenario.site;
        let times = site.tariff.clone().unwrap_or_default();
        times
            .check(site.demand_usd_kw_month.is_some())
            .map_err(|fault| self.fault("site", fault))?;
        Ok(Tariff {
            water_usd_m3: site.water_usd_m3,
            fuel_usd_kg: site.generator.as_ref().and_then(|sets| sets.fuel_usd_kg),
            ..Tariff::of(&times, site.demand_usd_kw_month)
        })
    }

    /// The tariff's times of use over the site's price, USD/J.
    pub(super) fn price(
        &mut self,
        tariff: &Tariff,
        period: Period,
        description: &mut Description,
    ) -> Result<Signal, Fault> {
        let site = &self.loaded.scenario.site;
        let base = match &site.price_usd_mwh {
            None => None,
            Some(rate) => Some(self.rate(
                "price_usd_mwh",
                rate,
                (Quantity::Price, USD_MWH),
                period,
                description,
            )?),
        };
        let times = site
            .tariff
            .as_ref()
            .map_or(&[][..], |tariff| &tariff.period);
        if times.iter().all(|time| time.price_usd_mwh.is_none()) {
            return Ok(base.unwrap_or(Signal::Constant(f64::NAN)));
        }
        let rows = (period.total_s / QUARTER_S).ceil() as usize;
        let mut values = Vec::with_capacity(rows);
        for row in 0..rows {
            let from_s = row as f64 * QUARTER_S;
            let own = tariff
                .schedule
                .at(period.start, from_s)
                .and_then(|index| times[index].price_usd_mwh);
            let price_usd_j = match (own, &base) {
                (Some(price), _) => price * USD_MWH,
                (None, Some(base)) => base.mean(from_s, from_s + QUARTER_S),
                (None, None) => {
                    let what = "the tariff leaves hours without a price";
                    let cure = "add price_usd_mwh to [site] for the hours outside all periods";
                    return Err(self.error("site.tariff", what, cure));
                }
            };
            values.push(price_usd_j);
        }
        Ok(Signal::Series(Series::new(0.0, QUARTER_S, values)))
    }

    /// Water behind a kilowatt-hour of the grid: the scenario's own figure, else the named grid's, else the climate's.
    pub(super) fn grid_water_l_kwh(&self) -> Option<f64> {
        let own = self.loaded.scenario.site.grid_water_l_kwh;
        own.or_else(|| self.grid()?.water_l_kwh)
    }

    /// Which figures of the catalogue's grid the run takes, and where they come from; those that no source confirms are
    /// said to be so, and warned of where they bear on the run's carbon.
    fn tell_grid(&mut self, description: &mut Description) {
        let Some(grid) = self.grid() else {
            return;
        };
        let site = &self.loaded.scenario.site;
        let doubt = |key: &str| {
            if grid.doubt.holds(key) {
                ", unconfirmed"
            } else {
                ""
            }
        };
        let mut figures = Vec::new();
        if site.carbon_g_kwh.is_none() {
            let doubt = doubt("carbon_g_kwh");
            let figure = format!("{} g CO₂e/kWh{doubt} ({})", grid.carbon_g_kwh, grid.source);
            if !doubt.is_empty() {
                self.warnings.push(format!(
                    "the carbon of the grid '{}' is unconfirmed: {figure}; set site.carbon_g_kwh where it matters",
                    grid.name
                ));
            }
            figures.push(figure);
        }
        if let (None, Some(water_l_kwh)) = (site.grid_water_l_kwh, grid.water_l_kwh) {
            let doubt = doubt("water_l_kwh");
            figures.push(format!(
                "water of its power plants {water_l_kwh} L/kWh{doubt} ({})",
                grid.water_source
            ));
        }
        if !figures.is_empty() {
            let text = format!("{}: {}", grid.name, figures.join("; "));
            description.push(("grid".into(), text));
        }
    }

    /// The scenario's own figure or file, else the named grid's figure, else the climate's, kg/J.
    pub(super) fn carbon(
        &mut self,
        period: Period,
        description: &mut Description,
    ) -> Result<Signal, Fault> {
        let site = &self.loaded.scenario.site;
        let name = match (&site.grid, &site.climate) {
            (Some(grid), _) => Some(grid.as_str()),
            (None, Some(climate)) => self.climate_grid(climate),
            (None, None) => None,
        };
        // A name is checked also where another figure replaces its own.
        let grid = name
            .map(|name| catalogue::find(&self.catalogue.grids, "grid", name))
            .transpose()
            .map_err(|(what, cure)| self.error("site.grid", what, cure))?;
        if grid.is_none() && site.carbon_g_kwh.is_none() {
            self.warnings.push(
                "no carbon is reported: a weather file names no grid; add site.grid (see `coldaisle catalogue grids`) or \
                 site.carbon_g_kwh"
                    .into(),
            );
        }
        self.tell_grid(description);
        match &site.carbon_g_kwh {
            Some(rate) => self.rate(
                "carbon_g_kwh",
                rate,
                (Quantity::Carbon, G_KWH),
                period,
                description,
            ),
            None => Ok(Signal::Constant(
                grid.map_or(f64::NAN, |grid| grid.carbon_g_kwh * G_KWH),
            )),
        }
    }

    fn rate(
        &mut self,
        name: &str,
        rate: &Rate,
        (quantity, factor): (Quantity, f64),
        period: Period,
        description: &mut Description,
    ) -> Result<Signal, Fault> {
        let Some((file, names)) = rate.file() else {
            return Ok(Signal::Constant(
                rate.constant().map_or(f64::NAN, |value| value * factor),
            ));
        };
        let path = self.beside(file);
        let key = format!("site.{name}");
        let table = Table::read(&path, quantity, names).map_err(|fault| self.fault(&key, fault))?;
        let laid = table
            .over(period, factor)
            .map_err(|fault| self.fault(&key, fault))?;
        description.push((name.to_owned(), format!("{}: {}", file.display(), laid.how)));
        self.warnings.extend(table.repairs);
        self.warnings.extend(laid.warning);
        self.inputs.push(Input {
            name: file.display().to_string(),
            path,
        });
        Ok(Signal::Series(laid.series))
    }
}
