//! What electricity costs beside a plain price: times of use, demand charges, a ratchet, a price for what is fed in.
//!
//! ```text
//! energy   the first period that holds the hour sets the price; outside all of them `site.price_usd_mwh` holds
//! demand   Σ over calendar months of rate·max(peak, ratchet·highest peak of the 11 months before)      peak: kW
//! peak     greatest mean of a quarter of an hour by the clock, of all hours or of those of one period
//! ```
//!
//! Hours are local standard time: bills that follow daylight saving begin their periods an hour earlier in summer.
//! Holidays are not known. A month that the run only touches is charged in full, and months before the run are
//! not known to the ratchet.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::units::{DAY_S, fraction, given_non_negative};

/// `[site.tariff]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TariffConfig {
    /// Paid for what is fed into the grid, USD per MWh; without it nothing is paid.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = -1e5, max = 1e6))]
    pub export_usd_mwh: Option<f64>,
    /// A month's billed peak is at least this share of the highest peak of the 11 months before, 0 to 1.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ratchet: f64,
    /// Times of use, the first that holds an hour wins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub period: Vec<PeriodConfig>,
}

/// `[[site.tariff.period]]`: hours of certain days and months.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodConfig {
    /// Name, for people.
    pub name: String,
    /// Months, 1 to 12; all where nothing is said.
    #[serde(default = "all_months", deserialize_with = "months")]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub months: Vec<u8>,
    /// Days of the week: `all`, `weekdays` or `weekends`.
    #[serde(default)]
    pub days: Days,
    /// From and to, hours of local standard time, 0 to 24; `[22, 6]` reaches over midnight.
    #[serde(default = "all_hours", deserialize_with = "hours")]
    #[schemars(inner(range(min = 0, max = 24)))]
    pub hours: [u8; 2],
    /// Price of energy in it, USD per MWh; else `site.price_usd_mwh`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = -1e5, max = 1e6))]
    pub price_usd_mwh: Option<f64>,
    /// Charge on the greatest quarter hour within it of each calendar month, USD per kW, beside that of the site.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub demand_usd_kw_month: Option<f64>,
}

/// Days of the week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    /// Every day.
    #[default]
    All,
    /// Monday to Friday.
    Weekdays,
    /// Saturday and Sunday.
    Weekends,
}

fn all_months() -> Vec<u8> {
    (1..=12).collect()
}

fn all_hours() -> [u8; 2] {
    [0, 24]
}

fn months<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<u8>, D::Error> {
    let months = Vec::<u8>::deserialize(de)?;
    if months.is_empty() || months.iter().any(|month| !(1..=12).contains(month)) {
        return Err(D::Error::custom("months are numbers from 1 to 12"));
    }
    Ok(months)
}

fn hours<'de, D: Deserializer<'de>>(de: D) -> Result<[u8; 2], D::Error> {
    let [from, to] = <[u8; 2]>::deserialize(de)?;
    if from > 24 || to > 24 || from == to {
        return Err(D::Error::custom(
            "hours are [from, to], two different whole numbers from 0 to 24",
        ));
    }
    Ok([from, to])
}

impl PeriodConfig {
    fn holds(&self, month: u8, weekend: bool, hour: u8) -> bool {
        let [from, to] = self.hours;
        let in_hours = if from < to {
            (from..to).contains(&hour)
        } else {
            hour >= from || hour < to
        };
        let in_days = match self.days {
            Days::All => true,
            Days::Weekdays => !weekend,
            Days::Weekends => weekend,
        };
        in_hours && in_days && self.months.contains(&month)
    }
}

/// Which period holds an hour: a table of month, kind of day and hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    start: Date,
    of: Vec<Option<u8>>,
}

impl Schedule {
    /// For a run that starts at midnight of `start`.
    pub fn new(periods: &[PeriodConfig], start: Date) -> Self {
        let mut of = Vec::with_capacity(12 * 2 * 24);
        for month in 1..=12 {
            for weekend in [false, true] {
                for hour in 0..24 {
                    let found = periods
                        .iter()
                        .position(|period| period.holds(month, weekend, hour));
                    of.push(found.map(|index| index as u8));
                }
            }
        }
        Self { start, of }
    }

    /// The period of a moment of the run.
    pub fn at(&self, time_s: f64) -> Option<usize> {
        let day = (time_s / DAY_S).floor();
        let date = crate::series::day_after(self.start, day as i64);
        let weekend = date.weekday().to_monday_zero_offset() >= 5;
        let hour = (((time_s - day * DAY_S) / 3600.0) as usize).min(23);
        let place = (date.month() as usize - 1) * 48 + usize::from(weekend) * 24 + hour;
        self.of[place].map(usize::from)
    }
}

/// Most periods that a tariff may have.
pub const MOST_PERIODS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(text: &str) -> TariffConfig {
        toml::from_str(text).unwrap()
    }

    /// Friday 31 July 2026, then Saturday, then August: the first period that holds the hour wins.
    #[test]
    fn the_first_period_that_holds_the_hour() {
        let tariff = tariff(
            "[[period]]\nname = 'peak'\nmonths = [7]\ndays = 'weekdays'\nhours = [16, 21]\n\
             [[period]]\nname = 'night'\nhours = [22, 6]\n[[period]]\nname = 'summer'\nmonths = [7]\n",
        );
        let schedule = Schedule::new(&tariff.period, jiff::civil::date(2026, 7, 31));
        let at = |hour: f64| schedule.at(hour * 3600.0);
        assert_eq!(at(0.0), Some(1));
        assert_eq!(at(5.99), Some(1));
        assert_eq!(at(6.0), Some(2));
        assert_eq!(at(16.0), Some(0));
        assert_eq!(at(20.99), Some(0));
        assert_eq!(at(21.0), Some(2));
        assert_eq!(at(24.0 + 17.0), None); // Saturday 1 August
        assert_eq!(at(24.0 + 23.0), Some(1));
    }

    #[test]
    fn wrong_times_are_refused() {
        for (text, part) in [
            ("months = [0]", "1 to 12"),
            ("months = [13]", "1 to 12"),
            ("months = []", "1 to 12"),
            ("hours = [6, 6]", "two different"),
            ("hours = [6, 25]", "0 to 24"),
            ("days = 'weekday'", "weekdays"),
        ] {
            let text = format!("[[period]]\nname = 'x'\n{text}");
            let error = toml::from_str::<TariffConfig>(&text)
                .unwrap_err()
                .to_string();
            assert!(error.contains(part) && error.contains("line 3"), "{error}");
        }
    }
}
