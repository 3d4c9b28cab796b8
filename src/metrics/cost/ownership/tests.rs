use super::*;
use crate::metrics::tests::{context, hour};
use crate::ownership::{Asset, Terms, Vapour};
use proptest::prelude::*;

fn asset(class: Class, usd: f64, life_years: f64) -> Asset {
    Asset {
        class,
        life_years,
        resale: 0.0,
        usd,
        embodied_kg: 0.1 * usd,
        fluid: false,
    }
}

/// Ten years without interest: servers of 5 years and 1,000 USD, plant of 20 years and 400 USD, land of 100 USD.
fn site() -> Ownership {
    Ownership {
        terms: Terms {
            rate: 0.0,
            years: 10.0,
        },
        assets: vec![
            asset(Class::Servers, 1000.0, 5.0),
            asset(Class::Cooling, 400.0, 20.0),
            asset(Class::Land, 100.0, f64::INFINITY),
        ],
        gpus: 2.0,
        availability: 0.5,
        maintenance_usd: 30.0,
        staff_usd: 50.0,
        other_usd: 7.0,
        heat_usd_j: None,
        carbon_usd_t: None,
        sells_usd_gpu_hour: None,
        leaks_kg: 3.0,
        vapour: vec![Vapour {
            usd_kg: 2.0,
            co2e_kg_kg: 10.0,
        }],
    }
}

/// After a run of two hours, a 4,380th of a year, that used 0.1 USD of energy and 0.01 of water, and 0.02 MWh of IT for two GPU-hours.
fn after(site: Ownership, change: impl Fn(&mut Snapshot, &mut Summary)) -> Summary {
    let mut metric = OwnershipMetric::new(&Context {
        ownership: Some(site),
        ..context()
    });
    let mut summary = Summary::default();
    summary.cost_usd.energy = Some(0.1);
    summary.cost_usd.water = Some(0.01);
    summary.energy_mwh.it = Some(0.02);
    summary.work.gpu_hours = Some(2.0);
    for at in [1.0, 2.0] {
        let mut step = hour(at, 1e4);
        change(&mut step, &mut summary);
        metric.observe(&step);
    }
    metric.report(&mut summary);
    metric.derive(&mut summary);
    summary
}

/// By hand, USD a year: servers 2·1,000/10, plant 400/20 (half of it is left after ten years), land nothing, energy 438, water 43.8,
/// upkeep 30, staff 50, other 7: 788.8. GPU-hours 8,760·0.5 = 4,380, 87.6 MWh of IT, 2·8,760·0.5 of GPUs installed.
#[test]
fn a_year_by_hand() {
    let summary = after(site(), |_, _| {});
    let yearly = summary.ownership_usd;
    let close = |figure: Option<f64>, expected: f64| {
        let figure = figure.unwrap();
        assert!(
            (figure - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{figure} {expected}"
        );
    };
    close(yearly.servers, 200.0);
    close(yearly.cooling, 20.0);
    close(yearly.shell_and_land, 0.0);
    close(yearly.energy, 438.0);
    close(yearly.water, 43.8);
    close(yearly.total, 788.8);
    assert_eq!(
        (yearly.power, yearly.carbon, yearly.heat_sold),
        (None, None, None)
    );
    close(summary.capital_usd.total, 1500.0);
    let per = summary.ownership;
    close(per.usd_per_gpu_hour, 788.8 / 4380.0);
    close(per.usd_per_installed_gpu_hour, 788.8 / 8760.0);
    close(per.usd_per_mwh_it, 788.8 / 87.6);
    close(per.present_value_usd, 7888.0);
    close(per.npv_usd, -7888.0);
    assert_eq!(per.usd_per_million_tokens, None);
}

/// 1 kW to a network at 20 USD/MWh is 8.76 MWh and 175.2 USD a year; 1 kg of carbon in the run at 100 USD/t 438; vapour of 1 g/s is 31,536 kg a
/// year at 2 USD; sold GPU-hours at 0.5 USD 2,190.
#[test]
fn heat_carbon_vapour_and_income_by_hand() {
    let mut with = site();
    with.heat_usd_j = Some(20.0 / 3.6e9);
    with.carbon_usd_t = Some(100.0);
    with.sells_usd_gpu_hour = Some(0.5);
    let summary = after(with, |step, summary| {
        step.plant.reused_w = 1e3;
        step.halls[0].vapour_kg_s = 1e-3;
        summary.carbon_t.operational = Some(1e-3);
        summary.jobs.tokens = Some(1e6);
    });
    let yearly = summary.ownership_usd;
    assert!((yearly.heat_sold.unwrap() + 175.2).abs() < 1e-6);
    assert!((yearly.carbon.unwrap() - 438.0).abs() < 1e-6);
    assert!((yearly.maintenance.unwrap() - 30.0 - 63_072.0).abs() < 1e-6);
    let total = 788.8 - 175.2 + 438.0 + 63_072.0;
    assert!((yearly.total.unwrap() - total).abs() < 1e-6);
    assert!((summary.ownership.npv_usd.unwrap() - 10.0 * (2190.0 - total)).abs() < 1e-4);
    // 4,380 runs of a million tokens, half of them available.
    let per_million = summary.ownership.usd_per_million_tokens.unwrap();
    assert!((per_million - total / 2190.0).abs() < 1e-9);
}

/// By hand: 100 kg over 5 years, 40 over 20, land for ever; leaks of 3 kg and 31,536 kg of vapour at 10: 315,385 kg a year; with 4.38 t of
/// the run's carbon over 4,380 GPU-hours.
#[test]
fn embodied_by_hand() {
    let summary = after(site(), |step, summary| {
        step.halls[0].vapour_kg_s = 1e-3;
        summary.carbon_t.operational = Some(1e-3);
    });
    let embodied = summary.embodied_t;
    assert!((embodied.total.unwrap() - 0.15).abs() < 1e-12);
    assert!((embodied.servers.unwrap() - 0.1).abs() < 1e-12);
    assert!((embodied.leaks_per_year.unwrap() - 315.363).abs() < 1e-9);
    let per_year = 0.1 / 5.0 + 0.04 / 20.0 + 315.363;
    assert!((embodied.per_year.unwrap() - per_year).abs() < 1e-9);
    let each = 1e3 * (4.38 + per_year) / 4380.0;
    assert!((embodied.kg_per_gpu_hour.unwrap() - each).abs() < 1e-9);
    assert_eq!(embodied.fluids, None);
}

/// Fluids have a line of their own.
#[test]
fn fluids_are_counted_once() {
    let mut with = site();
    with.assets.push(Asset {
        fluid: true,
        ..asset(Class::Cooling, 200.0, 20.0)
    });
    let embodied = after(with, |_, _| {}).embodied_t;
    assert!((embodied.fluids.unwrap() - 0.02).abs() < 1e-12);
    assert!((embodied.cooling.unwrap() - 0.04).abs() < 1e-12);
    assert!((embodied.total.unwrap() - 0.17).abs() < 1e-12);
}

#[test]
fn nothing_is_shown_unless_asked_for_and_no_total_without_a_price_of_energy() {
    let mut metric = OwnershipMetric::new(&context());
    metric.observe(&hour(1.0, 1e6));
    let mut summary = Summary::default();
    metric.derive(&mut summary);
    assert_eq!(summary, Summary::default());
    let unpriced = after(site(), |_, summary| summary.cost_usd.energy = None);
    assert_eq!(unpriced.ownership_usd.total, None);
    assert_eq!(unpriced.ownership, OwnershipFigures::default());
    assert!(unpriced.capital_usd.total.is_some());
}

proptest! {
    /// The split adds up; a price twice as high doubles its own line and no other; present value and payments are one.
    #[test]
    fn lines_add_up_and_follow_their_own_price(
        usd in prop::array::uniform5(1.0..1e9f64),
        lives in prop::array::uniform5(1.0..40.0f64),
        rate in 0.0..0.3f64,
        years in 1.0..40.0f64,
        resale in 0.0..0.9f64,
        which in 0usize..5,
    ) {
        let classes = [Class::Servers, Class::OtherIt, Class::Cooling, Class::HeatRejection, Class::Power];
        let mut of = site();
        of.terms = Terms { rate, years };
        of.assets = classes.iter().zip(usd.iter().zip(&lives)).map(|(class, (usd, life))| {
            Asset { resale, ..asset(*class, *usd, *life) }
        }).collect();
        let lines = |summary: &Summary| {
            let of = summary.ownership_usd;
            [of.servers, of.other_it, of.cooling, of.heat_rejection, of.power].map(Option::unwrap)
        };
        let once = after(of.clone(), |_, _| {});
        let total = once.ownership_usd.total.unwrap();
        let rest = 438.0 + 43.8 + 30.0 + 50.0 + 7.0;
        prop_assert!((lines(&once).iter().sum::<f64>() + rest - total).abs() < 1e-9 * total);
        let worth = once.ownership.present_value_usd.unwrap() * of.terms.recovery();
        prop_assert!((worth - total).abs() < 1e-9 * total);
        of.assets[which].usd *= 2.0;
        let twice = after(of, |_, _| {});
        for (index, (before, now)) in lines(&once).into_iter().zip(lines(&twice)).enumerate() {
            let expected = if index == which { 2.0 * before } else { before };
            prop_assert!((now - expected).abs() <= 1e-9 * expected.abs(), "{index}: {before} {now}");
        }
    }
}
