//! Grid limit, solar, batteries and generators of a site, made ready.

use crate::describe::Fault;
use crate::electrical::battery::BatteryConfig;
use crate::electrical::solar::{Sky, SolarConfig};
use crate::electrical::{Chain, ItDraw};
use crate::facility::OnSiteParts;
use crate::physics::sun::Sun;
use crate::scenario::resolve::context::{Context, Notes};
use crate::series::{Period, Series, Signal, day_after};
use crate::units::{DAY_S, HOUR_S};
use crate::weather::Weather;

/// What stands on the site beside the chain.
pub(in crate::scenario::resolve) struct OnSite {
    pub(in crate::scenario::resolve) parts: OnSiteParts,
    pub(in crate::scenario::resolve) notes: Notes,
}

impl OnSite {
    pub(in crate::scenario::resolve) fn size(
        context: Context<'_>,
        chain: &Chain,
        design_it: ItDraw,
        period: Period,
        weather: &Weather,
    ) -> Result<Self, Fault> {
        let mut notes = Notes::default();
        let scenario = context.scenario;
        let site = &scenario.site;
        if let Some(battery) = &site.battery {
            check_battery(context, battery)?;
        }
        if let Some(ups) = &scenario.electrical.ups_battery
            && !chain.has_ups()
        {
            let what = format!(
                "{} min of UPS batteries, but the chain has no UPS",
                ups.minutes
            );
            let cure =
                "add a stage such as \"ups.double-conversion-modern\", or remove the batteries";
            return Err(context.error("electrical.ups_battery", what, cure));
        }
        let solar_w = match &site.solar {
            None => None,
            Some(solar) => {
                let sun: f64 = weather.hours().iter().map(|hour| hour.ghi_w_m2).sum();
                if sun <= 0.0 {
                    let what = "the weather file has no radiation, so panels give nothing";
                    let cure = "use a file with global, direct and diffuse radiation, or remove the panels";
                    return Err(context.error("site.solar", what, cure));
                }
                if weather.synthetic {
                    notes.warn(
                        "solar: radiation of this climate follows from monthly normals and a clear-sky model, not from \
                         measurement",
                    );
                }
                let series = solar_series(solar, period, weather);
                let mean_w = series.mean(0.0, period.total_s);
                notes.line(
                    "solar",
                    format!(
                        "{} MW of panels, {:.1} % of that as mean AC power in this run",
                        solar.dc_mw,
                        100.0 * mean_w / (solar.dc_mw * 1e6)
                    ),
                );
                Some(Signal::Series(series))
            }
        };
        let parts = OnSiteParts {
            grid_limit_w: site
                .grid_limit_mw
                .map_or(f64::INFINITY, |limit_mw| limit_mw * 1e6),
            solar_w,
            battery: site.battery.as_ref().map(BatteryConfig::start),
            generator: site.generator.clone(),
            ups_battery: scenario
                .electrical
                .ups_battery
                .as_ref()
                .map(|ups| ups.start(chain.behind_ups(design_it).output_w)),
        };
        Ok(Self { parts, notes })
    }
}

fn check_battery(context: Context<'_>, battery: &BatteryConfig) -> Result<(), Fault> {
    if let (Some(buy), Some(sell)) = (battery.buy_below_usd_mwh, battery.sell_above_usd_mwh)
        && buy >= sell
    {
        let what = format!("buys below {buy} USD/MWh and sells above {sell}");
        let cure = "let it sell above a higher price than it buys below";
        return Err(context.error("site.battery.buy_below_usd_mwh", what, cure));
    }
    let trades = battery.buy_below_usd_mwh.is_some() || battery.sell_above_usd_mwh.is_some();
    let site = &context.scenario.site;
    let priced = site.price_usd_mwh.is_some()
        || site.tariff.as_ref().is_some_and(|tariff| {
            tariff
                .period
                .iter()
                .any(|time| time.price_usd_mwh.is_some())
        });
    if trades && !priced {
        let what = "the battery trades, but energy has no price";
        return Err(context.error("site.battery", what, "add price_usd_mwh to [site]"));
    }
    if !trades && battery.peak_target_mw.is_none() && site.grid_limit_mw.is_none() {
        let what = "the battery has no control strategy";
        let cure = "give it peak_target_mw, or buy_below_usd_mwh and sell_above_usd_mwh, or the site a grid_limit_mw";
        return Err(context.error("site.battery", what, cure));
    }
    Ok(())
}

/// AC power of the panels in each hour of the run.
fn solar_series(solar: &SolarConfig, period: Period, weather: &Weather) -> Series {
    let site = &weather.site;
    let hours = (period.total_s / HOUR_S).ceil() as usize;
    let mut values = Vec::with_capacity(hours);
    for hour in 0..hours {
        let clock_h = (hour % 24) as f64 + 0.5;
        let date = day_after(period.start, (hour as f64 * HOUR_S / DAY_S) as i64);
        let at = weather.hour_index(date.month() as u8, date.day() as u8, clock_h);
        let row = weather.during(at);
        let sky = Sky {
            ghi_w_m2: row.ghi_w_m2,
            dni_w_m2: row.dni_w_m2,
            dhi_w_m2: row.dhi_w_m2,
            air_c: row.dry_bulb_c,
            wind_m_s: row.wind_m_s,
        };
        let day_of_year = usize::try_from(date.day_of_year() - 1)
            .unwrap_or(0)
            .min(364);
        let sun = Sun::on(
            site.latitude_deg,
            site.longitude_deg,
            site.utc_offset_h,
            day_of_year,
        );
        values.push(solar.ac_w(&sun, clock_h, &sky));
    }
    Series::new(0.0, HOUR_S, values)
}
