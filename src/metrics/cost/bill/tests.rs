//! A bill worked by hand, and what holds of every one.

use super::*;
use crate::metrics::Context;
use crate::metrics::cost::{Cost, CostUsd};
use crate::metrics::tests::{context, hour, report};
use crate::tariff::TariffConfig;
use crate::units::DAY_S;
use jiff::civil::date;
use proptest::prelude::*;

/// A step of a site that buys or feeds in.
fn step(from_s: f64, to_s: f64, grid_w: f64, usd_mwh: f64) -> Snapshot {
    let mut s = hour(to_s / 3600.0, 1e6);
    (s.time_s, s.dt_s) = (to_s, to_s - from_s);
    s.on_site.grid_w = grid_w;
    s.price_usd_j = usd_mwh / 3.6e9;
    s
}

fn tariff(text: &str, usd_kw: Option<f64>) -> Tariff {
    let config: TariffConfig = toml::from_str(text).unwrap();
    assert_eq!(config.check(usd_kw.is_some()), Ok(()));
    Tariff {
        water_usd_m3: Some(4.0),
        fuel_usd_kg: Some(1.5),
        ..Tariff::of(&config, usd_kw)
    }
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    let off = (found - expected).abs();
    assert!(off < 1e-9 * expected.abs().max(1.0), "{found} {expected}");
}

/// From 31 January: a day at 2 MW and 50 USD/MWh, 48 `MWh` and 2,400 USD; a step of two days of which the first half ends
/// February's first day. By hand: one day of January's 31 at 2 MW and 10 USD/kW, 645.16 USD; two of February's 28 at 1 MW,
/// 714.29 USD; fed in are 6 `MWh` at 20 USD; water 1 L/s of 998.2 kg/m³ and fuel 0.01 kg/s all the time.
#[test]
fn two_months_by_hand() {
    let mut bill = Bill::new(
        date(2026, 1, 31),
        &tariff("export_usd_mwh = 20", Some(10.0)),
    );
    let steps = [
        step(0.0, 0.5 * DAY_S, 2e6, 50.0),
        step(0.5 * DAY_S, 1.5 * DAY_S, 2e6, 50.0),
        step(1.5 * DAY_S, 2.75 * DAY_S, 1e6, 80.0),
        step(2.75 * DAY_S, 3.0 * DAY_S, -1e6, 80.0),
    ];
    assert!(bill.months().is_empty());
    for mut s in steps {
        s.water.makeup_kg_s = 1e-3 * WATER_KG_M3;
        s.on_site.fuel_kg_s = 0.01;
        bill.observe(&s);
    }
    let months = bill.months();
    let [january, february] = months[..] else {
        panic!("{months:?}")
    };
    assert_eq!(
        (january.day, february.day),
        (date(2026, 1, 31), date(2026, 2, 1))
    );
    near(Some(january.covered_s), DAY_S);
    near(Some(february.covered_s), 2.0 * DAY_S);
    near(Some(january.import_j / 3.6e9), 48.0);
    near(january.export_j, 0.0);
    near(Some(february.import_j / 3.6e9), 24.0 + 30.0);
    near(february.export_j, 6.0 * 3.6e9);
    near(january.energy_usd, 2400.0);
    near(february.energy_usd, 1200.0 + 2400.0 - 120.0);
    near(january.demand_w, 2e6);
    near(january.demand_usd, 20_000.0 / 31.0);
    near(february.demand_w, 2e6);
    near(february.demand_usd, 20_000.0 * 2.0 / 28.0);
    near(january.water_usd, 4.0 * 86.4);
    near(january.fuel_usd, 1.5 * 864.0);
    near(february.fuel_usd, 1.5 * 1728.0);
    near(
        january.total_usd(),
        2400.0 + 20_000.0 / 31.0 + 345.6 + 1296.0,
    );
}

/// What has no price is in no month; a price that ends leaves out energy in all of them.
#[test]
fn what_has_no_price_is_absent() {
    let free = Tariff::default();
    let mut bill = Bill::new(date(2026, 1, 31), &free);
    bill.observe(&step(0.0, DAY_S, 1e6, 50.0));
    let only = bill.months()[0];
    assert_eq!((only.demand_w, only.demand_usd), (None, None));
    assert_eq!((only.water_usd, only.fuel_usd), (None, None));
    assert_eq!((only.export_j, only.total_usd()), (None, only.energy_usd));
    bill.observe(&step(DAY_S, 2.0 * DAY_S, 1e6, f64::NAN));
    for month in bill.months() {
        assert_eq!((month.energy_usd, month.total_usd()), (None, None));
        assert!(month.import_j > 0.0);
    }
}

const PERIODS: &str = "export_usd_mwh = 20\nratchet = 0.8\n\
     [[period]]\nname = 'pm'\nmonths = [6, 7, 8, 9]\nhours = [13, 20]\ndemand_usd_kw_month = 7\n\
     [[period]]\nname = 'weekend'\ndays = 'weekends'\ndemand_usd_kw_month = 2\n";

proptest! {
    /// The months add up to the figures of the run, energy to what each step costs by itself, time to the run; steps
    /// reach over the ends of months as they like.
    #[test]
    fn months_add_up_to_the_run(
        steps in prop::collection::vec(
            (1.0..20.0 * DAY_S, -1e7..5e7f64, -50.0..200.0f64, 0.0..5.0f64, 0.0..1.0f64),
            1..25,
        ),
        month in 1..=12i8,
        day in 1..=31i8,
    ) {
        let day = day.min(date(2027, month, 1).days_in_month());
        let all = Context {
            start: date(2027, month, day),
            tariff: tariff(PERIODS, Some(12.0)),
            ..context()
        };
        let mut at_s = 0.0;
        let (mut energy_usd, mut grid_j, mut kg) = (0.0, 0.0, [0.0; 2]);
        let steps: Vec<Snapshot> = steps.into_iter().map(|(dt_s, grid_w, usd_mwh, water, fuel)| {
            let mut s = step(at_s, at_s + dt_s, grid_w, usd_mwh);
            (s.water.makeup_kg_s, s.on_site.fuel_kg_s) = (water, fuel);
            at_s += dt_s;
            energy_usd += grid_w * s.dt_s / 3.6e9 * if grid_w < 0.0 { 20.0 } else { usd_mwh };
            grid_j += grid_w * s.dt_s;
            kg = [kg[0] + water * s.dt_s, kg[1] + fuel * s.dt_s];
            s
        }).collect();
        let cost = report(Cost::new(&all), &steps).cost_usd;
        let mut bill = Bill::new(all.start, &all.tariff);
        for s in &steps {
            bill.observe(s);
        }
        let months = bill.months();
        let sum = |part: &dyn Fn(&MonthlyBill) -> f64| months.iter().map(part).sum::<f64>();
        let CostUsd { energy, demand, water, fuel, total } = cost;
        let scale = 1e-12 * months.iter().map(|month| month.import_j + month.export_j.unwrap_or(0.0)).sum::<f64>();
        for (name, found, figure, own) in [
            ("energy", sum(&|m| m.energy_usd.unwrap()), energy, Some(energy_usd)),
            ("demand", sum(&|m| m.demand_usd.unwrap()), demand, None),
            ("water", sum(&|m| m.water_usd.unwrap()), water, Some(4.0 * kg[0] / WATER_KG_M3)),
            ("fuel", sum(&|m| m.fuel_usd.unwrap()), fuel, Some(1.5 * kg[1])),
            ("total", sum(&|m| m.total_usd().unwrap()), total, None),
        ] {
            let off = (found - figure.unwrap()).abs();
            prop_assert!(off <= 1e-9 * found.abs() + 1e-6, "{name}: {found} {figure:?}");
            let own = own.unwrap_or(found);
            prop_assert!((found - own).abs() <= 1e-9 * own.abs() + 1e-6, "{name}: {found} {own}");
        }
        prop_assert!((sum(&|m| m.import_j - m.export_j.unwrap_or(0.0)) - grid_j).abs() <= scale);
        prop_assert!((sum(&|m| m.covered_s) - at_s).abs() <= 1e-6);
        let highest_w = steps.iter().map(|s| s.on_site.grid_w).fold(0.0, f64::max);
        for pair in months.windows(2) {
            prop_assert_eq!(pair[0].day.last_of_month().tomorrow().unwrap(), pair[1].day);
        }
        for month in &months {
            prop_assert!(month.covered_s > 0.0 && month.demand_w.unwrap() <= highest_w * (1.0 + 1e-12));
        }
    }
}
