//! A typical year from monthly normals, for places without a public-domain file.
//!
//! ```text
//! mean, range, dew point   smooth through the year, their monthly means equal to the normals
//! day                      T̄_d = mean + a_d;  a_d: AR(1), a' = φ·a + sd·√(1 − φ²)·ε, monthly mean taken out
//! hour                     half cosines from the minimum near sunrise to the maximum 2½ h after solar noon
//! dew point                normal + b_d, b correlated with a; never above the dry bulb
//! pressure                 standard atmosphere + AR(1)
//! GHI = k_d·GHI_clear      GHI_clear = 1098·cos z·e^(−0.059/cos z)                  Haurwitz
//! DHI = GHI·f(k_t)         f of Erbs, Klein and Duffie;  DNI = (GHI − DHI)/cos z
//! ```
//!
//! Sources: Haurwitz, *J. Meteorology* 3 (1946), in the constants of Reno et al., SAND2012-2389; Erbs et al., *Solar
//! Energy* 28 (1982). Weather moves with the day: there is no hour-to-hour noise, no front, no sea breeze, no storm.
//! Because monthly anomalies are taken out, the year is a typical one: it knows no hot summer of ten, and its
//! extremes are milder than a record. Use a measured file where peaks decide.

use schemars::JsonSchema;
use serde::Deserialize;

use super::design::Extremes;
use super::{COMMON_YEAR_H, Hour, MONTHS, Site, Weather};
use crate::describe::Doubts;
use crate::physics::psychrometrics::{
    dew_point_over_water_c, saturation_pressure_over_water_pa, standard_pressure_pa,
};
use crate::units;

mod series;
mod sun;

use series::{anomalies, monthly_means, smooth};
use sun::{Sun, radiation};

const DAYS: usize = 365;

/// Data of a climate. Lists run from January to December.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normals {
    /// Name in scenarios.
    pub(super) name: String,
    /// Full name of the place.
    place: String,
    /// The grid it is fed by.
    pub(super) grid: String,
    /// North of the equator, degrees.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -90.0, max = 90.0))]
    latitude_deg: f64,
    /// East of Greenwich, degrees.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -180.0, max = 180.0))]
    longitude_deg: f64,
    /// Local standard time less UTC, h.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -12.0, max = 14.0))]
    utc_offset_h: f64,
    /// Above sea level, m.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -430.0, max = 5100.0))]
    elevation_m: f64,
    /// Mean of the days' highest dry bulbs, °C.
    #[schemars(inner(range(min = -60.0, max = 55.0)))]
    mean_daily_max_c: [f64; 12],
    /// Mean of the days' lowest dry bulbs, °C.
    #[schemars(inner(range(min = -70.0, max = 45.0)))]
    mean_daily_min_c: [f64; 12],
    /// Mean relative humidity, %; with the mean temperature it gives the mean dew point.
    #[schemars(inner(range(min = 1.0, max = 100.0)))]
    mean_humidity_percent: [f64; 12],
    /// Standard deviation of the daily mean temperature about its normal, K.
    #[schemars(inner(range(min = 0.0, max = 20.0)))]
    daily_sd_k: [f64; 12],
    /// Of one day's anomaly with the next.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 0.99))]
    autocorrelation: f64,
    /// Standard deviation of the daily dew point about its normal, K.
    #[schemars(inner(range(min = 0.0, max = 20.0)))]
    dew_point_sd_k: [f64; 12],
    /// Of a day's dew point anomaly with its temperature anomaly.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -1.0, max = 1.0))]
    dew_point_correlation: f64,
    /// Highest dry bulb, °C.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -40.0, max = 60.0))]
    record_max_c: f64,
    /// Lowest dry bulb, °C.
    #[serde(deserialize_with = "units::finite")]
    #[schemars(range(min = -90.0, max = 45.0))]
    record_min_c: f64,
    /// Dry bulb reached once in 20 years, °C; 2.0 K below the record otherwise.
    #[serde(default, deserialize_with = "units::given_temperature_c")]
    #[schemars(range(min = -40.0, max = 60.0))]
    design_dry_bulb_c: Option<f64>,
    /// Wet bulb reached once in 20 years, °C; the year's highest and a margin otherwise.
    #[serde(default, deserialize_with = "units::given_temperature_c")]
    #[schemars(range(min = -40.0, max = 40.0))]
    design_wet_bulb_c: Option<f64>,
    /// Who gives the design temperatures.
    #[serde(default)]
    design_source: Option<String>,
    /// Global radiation over that of a clear sky, month by month.
    #[schemars(inner(range(min = 0.0, max = 1.2)))]
    clear_sky_index: [f64; 12],
    /// Standard deviation of the pressure about its mean, Pa.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 5000.0))]
    pressure_sd_pa: f64,
    /// Mean wind, m/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 60.0))]
    mean_wind_m_s: f64,
    /// Publisher and period.
    pub(super) source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    doubt: Doubts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    climate: Vec<Normals>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Normals>, toml::de::Error> {
    toml::from_str::<File>(text).map(|file| file.climate)
}

impl Normals {
    /// Catalogue name of the grid it is fed by.
    pub fn grid(&self) -> &str {
        &self.grid
    }

    pub(super) fn site(&self) -> Site {
        Site {
            name: self.place.clone(),
            latitude_deg: self.latitude_deg,
            longitude_deg: self.longitude_deg,
            utc_offset_h: self.utc_offset_h,
            elevation_m: self.elevation_m,
        }
    }

    pub(super) fn label(&self) -> String {
        let doubt = if self.doubt.is_empty() {
            ""
        } else {
            ", partly unconfirmed"
        };
        format!(
            "synthetic, from monthly normals: {} ({}{doubt})",
            self.place, self.source
        )
    }

    fn extremes(&self) -> Extremes {
        let record = Extremes::of_record(self.record_max_c);
        Extremes {
            dry_bulb_c: self.design_dry_bulb_c.or(record.dry_bulb_c),
            wet_bulb_c: self.design_wet_bulb_c,
            source: match (&self.design_dry_bulb_c, &self.design_source) {
                (Some(_), Some(source)) => source.clone(),
                (Some(_), None) => "by the climate's entry".into(),
                (None, _) => record.source,
            },
        }
    }

    /// Over water, as weather services report humidity also below 0 °C.
    fn mean_dew_point_c(&self) -> [f64; 12] {
        std::array::from_fn(|m| {
            let mean_c = f64::midpoint(self.mean_daily_max_c[m], self.mean_daily_min_c[m]);
            let share = self.mean_humidity_percent[m] / 100.0;
            dew_point_over_water_c(share * saturation_pressure_over_water_pa(mean_c))
        })
    }
}

/// The year of a climate: the seed belongs to the climate's name, so it is the same year always.
pub(super) fn generate(normals: &Normals) -> Weather {
    let days = settled_days(normals);
    let mut hours = Vec::with_capacity(COMMON_YEAR_H);
    for (d, three) in neighbours(&days) {
        let sun = Sun::on(normals, d);
        hours.extend((1..=24).map(|clock| hour(three, &sun, f64::from(clock))));
    }
    settle_dew_points(normals, &mut hours);
    for hour in &mut hours {
        // The resolution of measured files; it also hides the last bits in which platforms differ.
        hour.dry_bulb_c = (hour.dry_bulb_c * 10.0).round() / 10.0;
        hour.dew_point_c = ((hour.dew_point_c * 10.0).round() / 10.0).min(hour.dry_bulb_c);
        hour.pressure_pa = (hour.pressure_pa / 10.0).round() * 10.0;
        hour.wind_m_s = (hour.wind_m_s * 10.0).round() / 10.0;
        for radiation in [&mut hour.ghi_w_m2, &mut hour.dni_w_m2, &mut hour.dhi_w_m2] {
            *radiation = radiation.round();
        }
    }
    let year = Weather::new(normals.site(), normals.label(), true, Vec::new(), hours);
    year.with_extremes(normals.extremes())
}

/// Days whose calendar-day extremes have the normal monthly means.
///
/// A calendar day ends in the night that leads to the next minimum, which may be the colder one: the target of the
/// generator is moved until what comes out is what was meant.
fn settled_days(normals: &Normals) -> Vec<Day> {
    let meant = [normals.mean_daily_max_c, normals.mean_daily_min_c];
    let mut target = meant;
    let patterns = Patterns::of(normals);
    let mut days = Day::year(normals, &patterns, &target);
    for _ in 0..4 {
        let extremes: Vec<(f64, f64)> = neighbours(&days)
            .map(|(_, three)| {
                let hours = (1..=24).map(|clock| dry_bulb_c(three, f64::from(clock)));
                hours.fold((f64::MIN, f64::MAX), |(high, low), t| {
                    (high.max(t), low.min(t))
                })
            })
            .collect();
        let highs: Vec<f64> = extremes.iter().map(|e| e.0).collect();
        let lows: Vec<f64> = extremes.iter().map(|e| e.1).collect();
        let got = [monthly_means(&highs), monthly_means(&lows)];
        for ((target, meant), got) in target.iter_mut().zip(&meant).zip(&got) {
            for ((target, meant), got) in target.iter_mut().zip(meant).zip(got) {
                *target += meant - got;
            }
        }
        days = Day::year(normals, &patterns, &target);
    }
    days
}

/// Each day with the one before and the one after it; the year is a ring.
fn neighbours(days: &[Day]) -> impl Iterator<Item = (usize, [&Day; 3])> {
    let count = days.len();
    (0..count).map(move |d| {
        (
            d,
            [
                &days[(d + count - 1) % count],
                &days[d],
                &days[(d + 1) % count],
            ],
        )
    })
}

/// Components of one day.
struct Day {
    min_c: f64,
    max_c: f64,
    /// Hours of local standard time.
    min_at: f64,
    max_at: f64,
    dew_point_c: f64,
    pressure_pa: f64,
    clear_sky_index: f64,
    wind_m_s: f64,
}

/// Everything about the days but the target temperatures.
struct Patterns {
    warmth: Vec<f64>,
    damp: Vec<f64>,
    sky: Vec<f64>,
    pressure: Vec<f64>,
    wind: Vec<f64>,
    dew: Vec<f64>,
    dew_sd: Vec<f64>,
    sd: Vec<f64>,
    clear: Vec<f64>,
    suns: Vec<Sun>,
}

impl Patterns {
    fn of(normals: &Normals) -> Self {
        let series = |purpose: &str, phi: f64| anomalies(&normals.name, purpose, phi);
        Self {
            warmth: series("temperature", normals.autocorrelation),
            damp: series("dew point", normals.autocorrelation),
            sky: series("sky", 0.5 * normals.autocorrelation),
            pressure: series("pressure", normals.autocorrelation),
            wind: series("wind", 0.5),
            dew: smooth(&normals.mean_dew_point_c()),
            dew_sd: smooth(&normals.dew_point_sd_k),
            sd: smooth(&normals.daily_sd_k),
            clear: smooth(&normals.clear_sky_index),
            suns: (0..DAYS).map(|d| Sun::on(normals, d)).collect(),
        }
    }
}

impl Day {
    fn year(normals: &Normals, patterns: &Patterns, [max, min]: &[[f64; 12]; 2]) -> Vec<Self> {
        let Patterns {
            warmth,
            damp,
            sky,
            pressure,
            wind,
            dew,
            dew_sd,
            sd,
            clear,
            suns,
        } = patterns;
        let (max, min) = (smooth(max), smooth(min));
        let with_warmth = normals.dew_point_correlation;
        let standard_pa = standard_pressure_pa(normals.elevation_m);
        (0..DAYS)
            .map(|d| {
                let mean_c = f64::midpoint(max[d], min[d]) + sd[d] * warmth[d];
                // Clear days have the wider range.
                let half_range_k = 0.5 * (max[d] - min[d]) * (1.0 + 0.2 * sky[d]).clamp(0.4, 1.6);
                let within = |t: f64| t.clamp(normals.record_min_c, normals.record_max_c);
                let sun = &suns[d];
                // Moist air has a ceiling, the sea it comes from; dry air has none.
                let dampness = (with_warmth * warmth[d]
                    + (1.0 - with_warmth * with_warmth).sqrt() * damp[d])
                    .min(1.7);
                Self {
                    min_c: within(mean_c - half_range_k),
                    max_c: within(mean_c + half_range_k),
                    min_at: (sun.noon - sun.half_day_h.clamp(4.0, 7.5)).round(),
                    max_at: (sun.noon + 2.5).round(),
                    dew_point_c: dew[d] + dew_sd[d] * dampness,
                    pressure_pa: standard_pa + normals.pressure_sd_pa * pressure[d],
                    clear_sky_index: (clear[d] + 0.2 * sky[d]).clamp(0.08, 1.0),
                    wind_m_s: normals.mean_wind_m_s * (0.4 * wind[d] - 0.08).exp(),
                }
            })
            .collect()
    }
}

fn dry_bulb_c([yesterday, today, tomorrow]: [&Day; 3], clock: f64) -> f64 {
    let (from, to) = if clock < today.min_at {
        (
            (yesterday.max_at - 24.0, yesterday.max_c),
            (today.min_at, today.min_c),
        )
    } else if clock < today.max_at {
        ((today.min_at, today.min_c), (today.max_at, today.max_c))
    } else {
        (
            (today.max_at, today.max_c),
            (tomorrow.min_at + 24.0, tomorrow.min_c),
        )
    };
    let share = (clock - from.0) / (to.0 - from.0);
    from.1 + (to.1 - from.1) * 0.5 * (1.0 - (std::f64::consts::PI * share).cos())
}

fn hour(three: [&Day; 3], sun: &Sun, clock: f64) -> Hour {
    let [yesterday, today, tomorrow] = three;
    // A day's dew point and pressure are those of its noon.
    let daily = |of: fn(&Day) -> f64| {
        if clock < 12.0 {
            of(yesterday) + (of(today) - of(yesterday)) * (clock + 12.0) / 24.0
        } else {
            of(today) + (of(tomorrow) - of(today)) * (clock - 12.0) / 24.0
        }
    };
    let [ghi, dni, dhi] = radiation(sun, clock - 0.5, today.clear_sky_index);
    // Winds rise with the sun on the ground.
    let breeze = 1.0 + 0.3 * (std::f64::consts::TAU * (clock - 9.0) / 24.0).sin();
    Hour {
        dry_bulb_c: dry_bulb_c(three, clock),
        dew_point_c: daily(|day| day.dew_point_c),
        pressure_pa: daily(|day| day.pressure_pa),
        ghi_w_m2: ghi,
        dni_w_m2: dni,
        dhi_w_m2: dhi,
        wind_m_s: today.wind_m_s * breeze,
    }
}

/// Keeps dew points at or below the dry bulb; because that takes water out, raises the rest until each month's
/// mean is its normal again.
fn settle_dew_points(normals: &Normals, hours: &mut [Hour]) {
    let target = normals.mean_dew_point_c();
    let mut start = 0;
    for (days, target_c) in MONTHS.iter().zip(target) {
        let month = &mut hours[start..start + usize::from(*days) * 24];
        start += month.len();
        let free: Vec<f64> = month.iter().map(|h| h.dew_point_c).collect();
        let mut raised_k = 0.0;
        for _ in 0..12 {
            let mut sum = 0.0;
            for (hour, free_c) in month.iter_mut().zip(&free) {
                // Dew forms and fog clears before the last tenth of a kelvin: 99 % and not 100 %.
                hour.dew_point_c = (free_c + raised_k).min(hour.dry_bulb_c - 0.15);
                sum += hour.dew_point_c;
            }
            raised_k += target_c - sum / month.len() as f64;
        }
    }
}

#[cfg(test)]
mod tests;
