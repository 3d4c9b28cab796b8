//! Bills worked by hand.

use super::*;
use crate::tariff::TariffConfig;
use crate::units::DAY_S;
use jiff::civil::date;
use proptest::prelude::*;

const QUARTER_S: f64 = 900.0;

/// The charges of a tariff, beside one of all hours if `usd_kw` is given.
fn demand(start: Date, usd_kw: Option<f64>, text: &str) -> Demand {
    let tariff: TariffConfig = toml::from_str(text).unwrap();
    assert_eq!(tariff.check(usd_kw.is_some()), Ok(()));
    Demand::new(start, &Tariff::of(&tariff, usd_kw))
}

fn flat(start: Date) -> Demand {
    demand(start, Some(1.0), "")
}

/// All months together.
fn usd(demand: &Demand) -> f64 {
    let months = demand.months().unwrap();
    months.iter().map(|month| month.usd).sum()
}

/// Days of one load each.
fn days(demand: &mut Demand, loads_w: impl IntoIterator<Item = f64>) -> f64 {
    for (day, power_w) in loads_w.into_iter().enumerate() {
        let begin_s = day as f64 * DAY_S;
        demand.observe(begin_s, begin_s + DAY_S, power_w);
    }
    usd(demand)
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected,
        "{found} for {expected}"
    );
}

/// 1 kW over whole years, of which one is a leap year: as many USD as months.
#[test]
fn a_year_has_twelve_peaks() {
    near(days(&mut flat(date(2026, 1, 1)), vec![1e3; 365]), 12.0);
    near(days(&mut flat(date(2028, 1, 1)), vec![1e3; 366]), 12.0);
    near(days(&mut flat(date(2027, 1, 1)), vec![1e3; 731]), 24.0);
}

/// By hand: one day of July is 1/31 of its bill; half a day of February 0.5/28, in a leap year 0.5/29; from 15 January to
/// 14 February 17/31 and 14/28, each part with its own peak.
#[test]
fn a_month_is_billed_by_the_days_of_the_run() {
    near(days(&mut flat(date(2026, 7, 1)), [1e6]), 1000.0 / 31.0);
    for (year, length) in [(2026, 28.0), (2028, 29.0)] {
        let mut half = flat(date(year, 2, 1));
        half.observe(0.0, 0.5 * DAY_S, 1e6);
        near(usd(&half), 500.0 / length);
    }
    let loads = (0..31).map(|day| if day == 2 { 2e6 } else { 1e6 });
    let two = days(&mut flat(date(2026, 1, 15)), loads);
    near(two, 2000.0 * 17.0 / 31.0 + 1000.0 * 14.0 / 28.0);
}

/// By hand: one minute of 16 MW in a quarter of 1 MW is a mean of (16 + 14·1)/15 = 2 MW; over half an hour 1.5 MW, over an
/// hour 1.25 MW. One hour of January is 1/744 of its bill.
#[test]
fn a_short_peak_counts_with_its_interval() {
    for (minutes, mean_kw) in [(15, 2000.0), (30, 1500.0), (60, 1250.0)] {
        let text = format!("demand_interval_min = {minutes}");
        let mut demand = demand(date(2026, 1, 1), Some(1.0), &text);
        for minute in 0..60 {
            let power_w = if minute == 20 { 16e6 } else { 1e6 };
            let begin_s = f64::from(minute) * 60.0;
            demand.observe(begin_s, begin_s + 60.0, power_w);
        }
        near(usd(&demand), mean_kw / 744.0);
    }
}

/// Whole months of 2026 with one load each, in kW.
fn months(demand: &mut Demand, loads_kw: &[f64]) -> f64 {
    let loads = loads_kw.iter().enumerate().flat_map(|(month, kw)| {
        let length = date(2026, 1 + (month % 12) as i8, 1).days_in_month();
        std::iter::repeat_n(kw * 1e3, length as usize)
    });
    days(demand, loads)
}

/// By hand: 3 MW in January, 1 MW in the two months after, of which 80 % of January is billed: 3 + 2.4 + 2.4 MW. A ratchet
/// that looks one month back leaves March at its own peak; the thirteenth month does not see the first.
#[test]
fn a_ratchet_remembers_as_long_as_it_looks_back() {
    let start = date(2026, 1, 1);
    let loads = [3000.0, 1000.0, 1000.0];
    near(
        months(&mut demand(start, Some(1.0), "ratchet = 0.8"), &loads),
        7800.0,
    );
    let short = "ratchet = { share = 0.8, months_back = 1 }";
    near(months(&mut demand(start, Some(1.0), short), &loads), 6400.0);
    let mut year = [1000.0; 14];
    year[0] = 3000.0;
    let all = months(&mut demand(start, Some(1.0), "ratchet = 0.8"), &year);
    near(all, 3000.0 + 11.0 * 2400.0 + 2.0 * 1000.0);
}

/// By hand, 1,000 kW all year and 2,000 in July: a ratchet of 90 % that looks at June to September and bills November to
/// February: 13,000 of peaks, and 800 more in each of the months left of the four, November and December.
#[test]
fn a_ratchet_has_its_months() {
    let mut loads = [1000.0; 12];
    loads[6] = 2000.0;
    let winter = "ratchet = { share = 0.9, looks_at = [6, 7, 8, 9], applies_to = [11, 12, 1, 2] }";
    let usd = months(&mut demand(date(2026, 1, 1), Some(1.0), winter), &loads);
    near(usd, 13_000.0 + 2.0 * 800.0);
    let blind = winter.replace("[6, 7, 8, 9]", "[1, 2]");
    near(
        months(&mut demand(date(2026, 1, 1), Some(1.0), &blind), &loads),
        13_000.0,
    );
}

/// By hand: a period of June to September at 10 USD beside all hours at 1 USD, 5,000 kW in June and 1,000 in all other
/// months. Its ratchet bills 4,000 kW in July to September and nothing in the months after: 10·(5,000 + 3·4,000) and
/// 1·(5,000 + 11·1,000).
#[test]
fn a_period_is_not_billed_in_months_outside_it() {
    let mut loads = [1000.0; 12];
    loads[5] = 5000.0;
    let text = "[[period]]\nname = 'summer'\nmonths = [6, 7, 8, 9]\ndemand_usd_kw_month = 10\nratchet = 0.8";
    let usd = months(&mut demand(date(2026, 1, 1), Some(1.0), text), &loads);
    near(usd, 170_000.0 + 16_000.0);
}

/// By hand: two charges that share all hours, each with its own peak; only the first has a ratchet. 2 MW on a Monday of January,
/// 1 MW else: on weekdays 10·(2,000 + 1,600), on weekends 4·(1,000 + 1,000).
#[test]
fn each_charge_has_its_own_ratchet() {
    let text = "[[period]]\nname = 'on'\ndays = 'weekdays'\ndemand_usd_kw_month = 10\nratchet = 0.8\n\
                [[period]]\nname = 'off'\ndemand_usd_kw_month = 4\n";
    let loads = (0..59).map(|day| if day == 4 { 2e6 } else { 1e6 });
    let usd = days(&mut demand(date(2026, 1, 1), None, text), loads);
    near(usd, 36_000.0 + 8_000.0);
}

/// 2 MW at noon and 1 MW else, at 10 USD in the afternoon beside 1 USD in all hours: 1·2,000 + 10·1,000 for one of 31 days.
#[test]
fn a_period_has_its_own_peak() {
    let text = "[[period]]\nname = 'pm'\nhours = [13.5, 20]\ndemand_usd_kw_month = 10";
    let mut demand = demand(date(2026, 1, 1), Some(1.0), text);
    for hour in 0..24 {
        let begin_s = f64::from(hour) * 3600.0;
        let power_w = if hour == 12 { 2e6 } else { 1e6 };
        demand.observe(begin_s, begin_s + 3600.0, power_w);
    }
    near(usd(&demand), 12_000.0 / 31.0);
}

proptest! {
    /// The step does not matter while the load is constant within a quarter.
    #[test]
    fn steps_of_any_length_meet_the_same_quarters(step_s in 1.0..1800.0f64) {
        let mut demand = flat(date(2026, 1, 1));
        let mut at_s = 0.0;
        while at_s < DAY_S {
            let end_s = f64::min(at_s + step_s, DAY_S);
            demand.observe(at_s, end_s, 5e6);
            at_s = end_s;
        }
        prop_assert!((usd(&demand) - 5000.0 / 31.0).abs() < 1e-6);
    }

    /// A bill grows with the load and with the ratchet, and is at most that of the highest peak in every month.
    #[test]
    fn bills_are_between_their_bounds(
        loads in prop::collection::vec(0.0..1e6f64, 1..100),
        share in 0.0..1.0f64,
        first in 1..28i8,
    ) {
        let start = date(2026, 1, first);
        let bill = |share: f64, scale: f64| {
            let mut demand = demand(start, Some(1.0), &format!("ratchet = {share}"));
            days(&mut demand, loads.iter().map(|w| w * scale))
        };
        let (none, some, all) = (bill(0.0, 1.0), bill(share, 1.0), bill(1.0, 1.0));
        prop_assert!(none <= some + 1e-9 && some <= all + 1e-9);
        prop_assert!((bill(share, 2.0) - 2.0 * some).abs() < 1e-6);
        let highest_kw = loads.iter().copied().fold(0.0, f64::max) / 1e3;
        let most = days(&mut flat(start), loads.iter().map(|_| highest_kw * 1e3));
        prop_assert!(all <= most * (1.0 + 1e-9) + 1e-9);
    }
}

/// Quarters that no step touched count as none.
#[test]
fn a_run_without_a_load_costs_nothing() {
    let mut idle = flat(date(2026, 1, 1));
    idle.observe(0.0, QUARTER_S, 0.0);
    assert_eq!(usd(&idle).to_bits(), 0.0_f64.to_bits());
}
