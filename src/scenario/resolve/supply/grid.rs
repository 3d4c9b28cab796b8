//! Price and carbon of the grid: constants, files, times of use.

use crate::describe::Fault;
use crate::scenario::catalogue::{self, Grid};
use crate::scenario::resolve::context::{Context, Notes};
use crate::series::{Period, Quantity, Rate, Series, Signal, Table};
use crate::tariff::Tariff;
use crate::weather::climate;

/// USD/J in 1 USD/MWh.
const USD_MWH: f64 = 1.0 / 3.6e9;
/// kg/J in 1 g/kWh.
const G_KWH: f64 = 1e-3 / 3.6e6;
/// Times of use are laid over the run in steps of a quarter hour.
const QUARTER_S: f64 = 900.0;

/// Price and carbon of the grid, and what is billed beside.
pub(in crate::scenario::resolve) struct Rates {
    pub(in crate::scenario::resolve) price_usd_j: Signal,
    pub(in crate::scenario::resolve) carbon_kg_j: Signal,
    /// What the site pays for: the one bill of its runs.
    pub(in crate::scenario::resolve) tariff: Tariff,
    /// Water behind a kilowatt-hour of the grid, litres.
    pub(in crate::scenario::resolve) water_l_kwh: Option<f64>,
    pub(in crate::scenario::resolve) notes: Notes,
}

impl Rates {
    pub(in crate::scenario::resolve) fn read(
        context: Context<'_>,
        period: Period,
    ) -> Result<Self, Fault> {
        let mut reader = Reader {
            context,
            period,
            notes: Notes::default(),
        };
        let tariff = reader.tariff()?;
        Ok(Self {
            price_usd_j: reader.price(&tariff)?,
            carbon_kg_j: reader.carbon()?,
            tariff,
            water_l_kwh: reader.water_l_kwh(),
            notes: reader.notes,
        })
    }
}

/// Reads the keys of `[site]` for the days of a run.
struct Reader<'a> {
    context: Context<'a>,
    period: Period,
    notes: Notes,
}

impl<'a> Reader<'a> {
    /// The grid that a climate is fed by, the scenario's own climates first.
    fn climate_grid(&self, name: &str) -> Option<&'a str> {
        let own = self.context.catalogue.climates.get(name);
        own.map(climate::Normals::grid)
            .or_else(|| climate::grid(name))
    }

    /// The grid that the scenario names, else that of its climate.
    fn grid(&self) -> Option<&'a Grid> {
        let site = &self.context.scenario.site;
        let named = site.grid.as_deref();
        let name = named.or_else(|| self.climate_grid(site.climate.as_deref()?))?;
        self.context.catalogue.grids.get(name)
    }
}

impl Reader<'_> {
    /// What the site pays for: the one bill of its runs.
    fn tariff(&self) -> Result<Tariff, Fault> {
        let site = &self.context.scenario.site;
        let times = site.tariff.clone().unwrap_or_default();
        times
            .check(site.demand_usd_kw_month.is_some())
            .map_err(|fault| self.context.fault("site", fault))?;
        Ok(Tariff {
            water_usd_m3: site.water_usd_m3,
            fuel_usd_kg: site.generator.as_ref().and_then(|sets| sets.fuel_usd_kg),
            ..Tariff::of(&times, site.demand_usd_kw_month)
        })
    }

    /// The tariff's times of use over the site's price, USD/J.
    fn price(&mut self, tariff: &Tariff) -> Result<Signal, Fault> {
        let site = &self.context.scenario.site;
        let base = match &site.price_usd_mwh {
            None => None,
            Some(rate) => Some(self.rate("price_usd_mwh", rate, (Quantity::Price, USD_MWH))?),
        };
        let times = site
            .tariff
            .as_ref()
            .map_or(&[][..], |tariff| &tariff.period);
        if times.iter().all(|time| time.price_usd_mwh.is_none()) {
            return Ok(base.unwrap_or(Signal::Constant(f64::NAN)));
        }
        let rows = (self.period.total_s / QUARTER_S).ceil() as usize;
        let mut values = Vec::with_capacity(rows);
        for row in 0..rows {
            let from_s = row as f64 * QUARTER_S;
            let own = tariff
                .schedule
                .at(self.period.start, from_s)
                .and_then(|index| times[index].price_usd_mwh);
            let price_usd_j = match (own, &base) {
                (Some(price), _) => price * USD_MWH,
                (None, Some(base)) => base.mean(from_s, from_s + QUARTER_S),
                (None, None) => {
                    let what = "the tariff leaves hours without a price";
                    let cure = "add price_usd_mwh to [site] for the hours outside all periods";
                    return Err(self.context.error("site.tariff", what, cure));
                }
            };
            values.push(price_usd_j);
        }
        Ok(Signal::Series(Series::new(0.0, QUARTER_S, values)))
    }

    /// Water behind a kilowatt-hour of the grid: the scenario's own figure, else the named grid's, else the climate's.
    fn water_l_kwh(&self) -> Option<f64> {
        let own = self.context.scenario.site.grid_water_l_kwh;
        own.or_else(|| self.grid()?.water_l_kwh)
    }

    /// Which figures of the catalogue's grid the run takes, and where they come from; those that no source confirms are
    /// said to be so, and warned of where they bear on the run's carbon.
    fn describe_grid(&mut self) {
        let Some(grid) = self.grid() else {
            return;
        };
        let site = &self.context.scenario.site;
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
                self.notes.warn(format!(
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
            self.notes.line("grid", text);
        }
    }

    /// The scenario's own figure or file, else the named grid's figure, else the climate's, kg/J.
    fn carbon(&mut self) -> Result<Signal, Fault> {
        let site = &self.context.scenario.site;
        let name = match (&site.grid, &site.climate) {
            (Some(grid), _) => Some(grid.as_str()),
            (None, Some(climate)) => self.climate_grid(climate),
            (None, None) => None,
        };
        // A name is checked also where another figure replaces its own.
        let grid = name
            .map(|name| catalogue::find(&self.context.catalogue.grids, "grid", name))
            .transpose()
            .map_err(|fault| self.context.fault("site.grid", fault))?;
        if grid.is_none() && site.carbon_g_kwh.is_none() {
            self.notes.warn(
                "no carbon is reported: a weather file names no grid; add site.grid (see `coldaisle catalogue grids`) or \
                 site.carbon_g_kwh",
            );
        }
        self.describe_grid();
        match &site.carbon_g_kwh {
            Some(rate) => self.rate("carbon_g_kwh", rate, (Quantity::Carbon, G_KWH)),
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
    ) -> Result<Signal, Fault> {
        let Some((file, names)) = rate.file() else {
            return Ok(Signal::Constant(
                rate.constant().map_or(f64::NAN, |value| value * factor),
            ));
        };
        let path = self.context.beside(file);
        let key = format!("site.{name}");
        let table =
            Table::read(&path, quantity, names).map_err(|fault| self.context.fault(&key, fault))?;
        let laid = table
            .over(self.period, factor)
            .map_err(|fault| self.context.fault(&key, fault))?;
        self.notes
            .line(name, format!("{}: {}", file.display(), laid.how));
        self.notes.warnings.extend(table.repairs);
        self.notes.warnings.extend(laid.warning);
        self.notes.inputs.push(self.context.input(file));
        Ok(Signal::Series(laid.series))
    }
}
