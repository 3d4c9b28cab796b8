//! Price and carbon of the grid: constants, files, times of use.

use super::{Input, Resolver, ScenarioError, catalogue, climate};
use crate::series::{Period, Quantity, Rate, Series, Signal, Table};
use crate::tariff::{MOST_PERIODS, Schedule};

/// USD/J in 1 USD/MWh.
const USD_MWH: f64 = 1.0 / 3.6e9;
/// kg/J in 1 g/kWh.
const G_KWH: f64 = 1e-3 / 3.6e6;
/// Times of use are laid over the run in steps of a quarter hour.
const QUARTER_S: f64 = 900.0;

type Description = Vec<(String, String)>;

impl Resolver<'_> {
    /// The tariff's times of use over the site's price, USD/J.
    pub(super) fn price(
        &mut self,
        period: Period,
        description: &mut Description,
    ) -> Result<Signal, ScenarioError> {
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
        if times.len() > MOST_PERIODS {
            let what = format!("a tariff of {} periods is too long", times.len());
            let key = format!("site.tariff.period[{MOST_PERIODS}].name");
            return Err(self.error(&key, what, format!("use at most {MOST_PERIODS}")));
        }
        if times.iter().all(|time| time.price_usd_mwh.is_none()) {
            return Ok(base.unwrap_or(Signal::Constant(f64::NAN)));
        }
        let schedule = Schedule::new(times, period.start);
        let rows = (period.total_s / QUARTER_S).ceil() as usize;
        let mut values = Vec::with_capacity(rows);
        for row in 0..rows {
            let from_s = row as f64 * QUARTER_S;
            let own = schedule
                .at(from_s)
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
        let site = &self.loaded.scenario.site;
        let named = site.grid.as_deref();
        let name = named.or_else(|| climate::grid(site.climate.as_deref()?));
        let grid = name.and_then(|name| self.catalogue.grids.get(name));
        site.grid_water_l_kwh
            .or(grid.and_then(|grid| grid.water_l_kwh))
    }

    /// The scenario's own figure or file, else the named grid's figure, else the climate's, kg/J.
    pub(super) fn carbon(
        &mut self,
        period: Period,
        description: &mut Description,
    ) -> Result<Signal, ScenarioError> {
        let site = &self.loaded.scenario.site;
        let name = match (&site.grid, &site.climate) {
            (Some(grid), _) => Some(grid.as_str()),
            (None, Some(climate)) => climate::grid(climate),
            (None, None) => None,
        };
        // A name is checked also where another figure replaces its own.
        let grid = name
            .map(|name| catalogue::find(&self.catalogue.grids, "grid", name))
            .transpose()
            .map_err(|(what, cure)| self.error("site.grid", what, cure))?;
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
    ) -> Result<Signal, ScenarioError> {
        let Some((file, names)) = rate.file() else {
            return Ok(Signal::Constant(
                rate.constant().map_or(f64::NAN, |value| value * factor),
            ));
        };
        let path = self.beside(file);
        let key = format!("site.{name}");
        let table = Table::read(&path, quantity, names)
            .map_err(|error| self.complaint(&key, &error.to_string()))?;
        let laid = table
            .over(period, factor)
            .map_err(|error| self.complaint(&key, &error.to_string()))?;
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
