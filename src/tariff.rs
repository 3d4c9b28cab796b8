//! Electricity tariffs beyond a plain price: times of use, demand charges, ratchets, a price for what is fed in.
//!
//! ```text
//! energy   the first period that holds the hour sets the price; outside all of them `site.price_usd_mwh` holds
//! demand   Σ over charges and calendar months of  rate·max(peak, ratchet·highest peak before)·days in the run/days of the month
//! peak     largest mean over a demand interval (15, 30 or 60 min by the clock), of all hours or of those of one period, kW
//! ```
//!
//! Each charge has its own peak and its own ratchet, and is billed in the months in which its period holds an hour and in no
//! other. A month that lies partly outside the run is billed by the share of it that the run covers, with the peak of that
//! part; months before the run are not known to a ratchet.
//!
//! Hours are local standard time: bills that follow daylight saving begin their periods an hour earlier in summer. Day and
//! month are those of the hour itself, also after midnight: in weekdays from 22 to 6, Monday 01:00 is in and Saturday 01:00 is
//! not (as in the schedules of NREL's Utility Rate Database). Holidays are days like others.

mod ratchet;
mod schedule;
mod terms;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::describe::Fault;
use crate::units::given_non_negative;
pub use ratchet::{Ratchet, RatchetConfig};
pub use schedule::Schedule;
pub use terms::{DemandCharge, Tariff};

/// `[site.tariff]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TariffConfig {
    /// Paid for what is fed into the grid; without it nothing is paid.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub export_usd_mwh: Option<f64>,
    /// Ratchet of the site's own charge (`site.demand_usd_kw_month`); those of periods have their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "1"))]
    pub ratchet: Option<RatchetConfig>,
    /// Interval that peaks are means over, by the clock: 15, 30 or 60.
    #[serde(deserialize_with = "interval")]
    #[schemars(range(min = 15, max = 60))]
    pub demand_interval_min: u8,
    /// Times of use, the first that holds an hour wins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub period: Vec<PeriodConfig>,
}

impl Default for TariffConfig {
    fn default() -> Self {
        Self {
            export_usd_mwh: None,
            ratchet: None,
            demand_interval_min: 15,
            period: Vec::new(),
        }
    }
}

/// `[[site.tariff.period]]`: hours of certain days and months.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodConfig {
    /// Name, for people.
    pub name: String,
    /// Months, 1 to 12; all by default.
    #[serde(default = "all_months", deserialize_with = "months")]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub months: Vec<u8>,
    /// Days of the week; holidays are days like others.
    #[serde(default)]
    pub days: Days,
    /// From and to, hours of local standard time in quarters, 0 to 24: `[0.5, 5.5]`; `[22, 6]` are the hours before 6 and from
    /// 22 on of each such day.
    #[serde(default = "all_hours", deserialize_with = "hours")]
    #[schemars(inner(range(min = 0.0, max = 24.0)))]
    pub hours: [f64; 2],
    /// Price of energy in these hours; that of the site otherwise.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub price_usd_mwh: Option<f64>,
    /// Charge on the maximum demand within the period of each calendar month, beside that of the site; its hours
    /// begin and end with a demand interval.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub demand_usd_kw_month: Option<f64>,
    /// Ratchet of that charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "1"))]
    pub ratchet: Option<RatchetConfig>,
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

fn all_hours() -> [f64; 2] {
    [0.0, 24.0]
}

fn months<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<u8>, D::Error> {
    let months = Vec::<i64>::deserialize(de)?;
    if months.is_empty() || months.iter().any(|month| !(1..=12).contains(month)) {
        return Err(D::Error::custom("months are numbers from 1 to 12"));
    }
    Ok(months.into_iter().map(|month| month as u8).collect())
}

fn hours<'de, D: Deserializer<'de>>(de: D) -> Result<[f64; 2], D::Error> {
    let given = Vec::<f64>::deserialize(de)?;
    let quarters = |hour: f64| (0.0..=24.0).contains(&hour) && (4.0 * hour).fract() == 0.0;
    match given[..] {
        [from, to] if quarters(from) && quarters(to) && from != to => Ok([from, to]),
        _ => Err(D::Error::custom(
            "hours are [from, to], two different numbers from 0 to 24 in quarters of an hour, for example [0.5, 5.5]",
        )),
    }
}

fn interval<'de, D: Deserializer<'de>>(de: D) -> Result<u8, D::Error> {
    match i64::deserialize(de)? {
        minutes @ (15 | 30 | 60) => Ok(minutes as u8),
        other => Err(D::Error::custom(format!(
            "{other} must be 15, 30 or 60 minutes"
        ))),
    }
}

/// A share of zero means that there is none.
fn bills(ratchet: &RatchetConfig) -> bool {
    ratchet.terms().share > 0.0
}

impl TariffConfig {
    /// The first fault among keys that are sound one by one, its key below `site`; `site_charge`: all hours are charged by demand.
    pub fn check(&self, site_charge: bool) -> Result<(), Fault> {
        let unfit = |key: String, what: String, cure: String| Err(Fault::new(what, cure).at(key));
        if self.period.len() > MAX_PERIODS {
            return unfit(
                format!("tariff.period[{MAX_PERIODS}].name"),
                format!("a tariff of {} periods is too long", self.period.len()),
                format!("use at most {MAX_PERIODS}"),
            );
        }
        if !site_charge && self.ratchet.as_ref().is_some_and(bills) {
            return unfit(
                "tariff.ratchet".into(),
                "it bills the charge of all hours, and site.demand_usd_kw_month is not given"
                    .into(),
                "move it into the [[site.tariff.period]] whose charge it belongs to, or remove it"
                    .into(),
            );
        }
        let schedule = Schedule::of(&self.period);
        let hours = f64::from(self.demand_interval_min) / 60.0;
        for (index, period) in self.period.iter().enumerate() {
            let key = |name: &str| format!("tariff.period[{index}].{name}");
            let name = &period.name;
            if !schedule.months(index).contains(&true) {
                return unfit(
                    key("name"),
                    format!("'{name}' holds no hour: the periods before it take them all"),
                    "move it further up, or remove it".into(),
                );
            }
            if period.demand_usd_kw_month.is_some()
                && period.hours.iter().any(|at| (at / hours).fract() != 0.0)
            {
                return unfit(
                    key("hours"),
                    format!(
                        "'{name}' begins or ends within a demand interval of {} min",
                        self.demand_interval_min
                    ),
                    format!("use hours in steps of {hours}, or demand_interval_min = 15"),
                );
            }
            let Some(ratchet) = period.ratchet.as_ref().filter(|ratchet| bills(ratchet)) else {
                continue;
            };
            if period.demand_usd_kw_month.is_none() {
                return unfit(
                    key("ratchet"),
                    format!("'{name}' has no charge that a ratchet could bill"),
                    "add demand_usd_kw_month to the period, or remove the ratchet".into(),
                );
            }
            let terms = ratchet.terms();
            for (list, months) in [
                ("looks_at", terms.looks_at),
                ("applies_to", terms.applies_to),
            ] {
                let mut months = months.into_iter().flatten();
                if let Some(stray) = months.find(|month| !period.months.contains(month)) {
                    return unfit(
                        key("ratchet"),
                        format!("{list} names month {stray}, in which '{name}' does not hold"),
                        format!("use months of the period: {:?}", period.months),
                    );
                }
            }
        }
        Ok(())
    }
}

/// Most periods that a tariff may have.
pub const MAX_PERIODS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(text: &str) -> TariffConfig {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn wrong_times_are_refused() {
        for (text, part) in [
            ("months = [0]", "1 to 12"),
            ("months = [13]", "1 to 12"),
            ("months = []", "1 to 12"),
            ("months = [300]", "1 to 12"),
            ("hours = [6, 6]", "two different"),
            ("hours = [6, 25]", "0 to 24"),
            ("hours = [6]", "two different"),
            ("hours = [0.4, 6]", "in quarters of an hour"),
            ("hours = [nan, 6]", "in quarters of an hour"),
            ("days = 'weekday'", "weekdays"),
        ] {
            let text = format!("[[period]]\nname = 'x'\n{text}");
            let error = toml::from_str::<TariffConfig>(&text)
                .unwrap_err()
                .to_string();
            assert!(error.contains(part) && error.contains("line 3"), "{error}");
        }
        let error = toml::from_str::<TariffConfig>("demand_interval_min = 20").unwrap_err();
        assert!(error.to_string().contains("15, 30 or 60"), "{error}");
    }

    /// Keys that are sound one by one: each fault has its key, and its cure ends it.
    #[test]
    fn what_keys_cannot_mean_together_is_refused() {
        let period = "[[period]]\nname = 'x'\n";
        let charged = "demand_usd_kw_month = 1\n";
        let cases = [
            ("ratchet = 0.8", "tariff.ratchet", "ratchet = 0"),
            (
                &format!("{period}{period}{charged}"),
                "tariff.period[1].name",
                &format!("{period}hours = [6, 8]\n{period}{charged}"),
            ),
            (
                &format!("{period}ratchet = 0.8"),
                "tariff.period[0].ratchet",
                &format!("{period}{charged}ratchet = 0.8"),
            ),
            (
                &format!("demand_interval_min = 60\n{period}{charged}hours = [0.5, 6]"),
                "tariff.period[0].hours",
                &format!("demand_interval_min = 30\n{period}{charged}hours = [0.5, 6]"),
            ),
            (
                &format!(
                    "{period}{charged}months = [6, 7]\nratchet = {{ share = 1, looks_at = [5] }}"
                ),
                "tariff.period[0].ratchet",
                &format!(
                    "{period}{charged}months = [6, 7]\nratchet = {{ share = 1, looks_at = [6] }}"
                ),
            ),
            (
                &format!(
                    "{period}{charged}months = [6, 7]\nratchet = {{ share = 1, applies_to = [1] }}"
                ),
                "tariff.period[0].ratchet",
                &format!(
                    "{period}{charged}months = [6, 7]\nratchet = {{ share = 1, applies_to = [7] }}"
                ),
            ),
        ];
        for (wrong, key, right) in cases {
            let unfit = tariff(wrong).check(false).unwrap_err();
            assert_eq!(unfit.key(), Some(key), "{wrong}: {unfit:?}");
            assert_eq!(tariff(right).check(false), Ok(()), "{right}");
        }
        assert_eq!(tariff("ratchet = 0.8").check(true), Ok(()));
        let many = period
            .replace("name = 'x'\n", "name = 'x'\nhours = [0, 0.25]\n")
            .repeat(65);
        assert_eq!(
            tariff(&many).check(false).unwrap_err().key(),
            Some("tariff.period[64].name")
        );
    }
}
