//! Chillers beyond the water that their curves were made for, and at the points of their standard.
//!
//! Against curves made for warm water: a 4,028 kW machine of variable speed for 15 to 20 °C (model description of
//! `AlphaDataCenterCooling`), and R. Lord's of ASHRAE 90.1 for up to 20 °C, fixed speed. Their condenser water is that which leaves: 5 K
//! and 5.56 K above what enters.

use std::path::Path;

use coldaisle::heat_rejection::chiller::{ChillerCurves, Chillers};
use coldaisle::scenario::catalogue;

use crate::table::{Evidence, Row};

/// Input at two temperatures by a curve of the shared data.
fn published(data: &Path, set: &str) -> impl Fn(f64, f64) -> f64 {
    let path = data.join("data/measured/chillers_beyond/warm_water_and_cold_air_curves.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{set},")) && line.contains(",eirFT,"))
        .unwrap();
    let c: Vec<f64> = line
        .split(',')
        .skip(12)
        .take(6)
        .map(|c| c.parse().unwrap())
        .collect();
    move |x, y| c[0] + c[1] * x + c[2] * x * x + c[3] * y + c[4] * y * y + c[5] * x * y
}

fn machine(key: &str) -> &'static ChillerCurves {
    &catalogue::built_in().chillers[key]
}

const LORD: &str = "ASHRAE 90.1 curves of R. Lord";

/// What warmer water leaves of the input, by the extension of each set against curves made for it.
pub(crate) fn warm_water(data: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let alpha = published(data, "alphadc_4028kw");
    for key in [
        "york-yk-2771kw-vsd",
        "carrier-19xr-1586kw-vsd",
        "ashrae-90-1-centrifugal-vsd",
        "oil-free-centrifugal",
    ] {
        let c = machine(key);
        rows.push(
            Row::new(
                "4,028 kW machine, 15–20 °C",
                format!("input at 18 over 15 °C water, 30 °C condenser: {key}"),
                "",
            )
            .theirs(alpha(18.0, 35.0) / alpha(15.0, 35.0))
            .ours(c.input_ratio(18.0, 30.0) / c.input_ratio(15.0, 30.0))
            .digits(3)
            .percent(6.0),
        );
    }
    let lord = published(data, "ashrae901_wc_centrifugal_2004_lord");
    for key in ["ashrae-90-1-centrifugal", "ashrae-90-1-centrifugal-small"] {
        for x in [16.0, 20.0] {
            let c = machine(key);
            rows.push(
                Row::new(
                    LORD,
                    format!("input at {x} over 12.78 °C water, 29.4 °C condenser: {key}"),
                    "",
                )
                .theirs(lord(x, 35.0) / lord(12.78, 35.0))
                .ours(c.input_ratio(x, 29.44) / c.input_ratio(12.78, 29.44))
                .digits(3)
                .percent(4.0)
                .evidence(Evidence::Fitted),
            );
        }
    }
    let lord = published(data, "ashrae901_aircooled_2004_lord");
    for (key, percent) in [
        ("ashrae-90-1-air-cooled", 3.0),
        ("york-ycal0033-101kw-scroll", 14.0),
        ("mcquay-agz010bs-34kw-scroll", 14.0),
        ("carrier-30xa500-1609kw-screw", 12.0),
    ] {
        for x in [16.0, 20.0] {
            let c = machine(key);
            let evidence = match (key, x > 16.0) {
                ("ashrae-90-1-air-cooled", false) => Evidence::SameParameters,
                _ => Evidence::Independent,
            };
            rows.push(
                Row::new(
                    LORD,
                    format!("input at {x} over 6.67 °C water, 35 °C air: {key}"),
                    "",
                )
                .theirs(lord(x, 35.0) / lord(6.67, 35.0))
                .ours(c.input_ratio(x, 35.0) / c.input_ratio(6.67, 35.0))
                .digits(3)
                .percent(percent)
                .evidence(evidence),
            );
        }
    }
    rows
}

/// Full load and the part-load value of AHRI 550/590 against the minimum of ASHRAE 90.1-2016, kW/ton:
/// NREL/openstudio-standards, `ashrae_90_1_2016.chillers.json`, commit 748ed13; path B by its published minimum.
pub(crate) fn by_code() -> Vec<Row> {
    const KW_PER_TON: f64 = 3.516_853;
    let water = [(1.0, 29.44), (0.75, 23.89), (0.5, 18.33), (0.25, 18.33)];
    let air = [(1.0, 35.0), (0.75, 26.67), (0.5, 18.33), (0.25, 12.78)];
    let mut rows = Vec::new();
    for (key, full, part, points) in [
        ("ashrae-90-1-scroll", 0.75, 0.60, water),
        ("ashrae-90-1-screw", 0.72, 0.56, water),
        ("ashrae-90-1-centrifugal-small", 0.56, 0.52, water),
        ("ashrae-90-1-centrifugal", 0.56, 0.50, water),
        ("ashrae-90-1-centrifugal-vsd", 0.585, 0.38, water),
        ("ashrae-90-1-air-cooled", 1.188, 0.857, air),
    ] {
        let one = Chillers {
            curves: machine(key).clone(),
            reference_w: 1e6,
            units: 1,
        };
        let cop = points.map(|(load, entering_c)| {
            let heat_w = load * 1e6;
            heat_w / one.run(heat_w, 1, 6.67, entering_c).electric_w
        });
        let value = 0.01 * cop[0] + 0.42 * cop[1] + 0.45 * cop[2] + 0.12 * cop[3];
        let row = |quantity: &str, minimum: f64, cop: f64| {
            Row::new(
                "ASHRAE 90.1-2016, minimum",
                format!("{quantity}: {key}"),
                "kW/ton",
            )
            .theirs(minimum)
            .ours(KW_PER_TON / cop)
            .digits(3)
            .percent(2.0)
        };
        rows.push(row("full load", full, cop[0]).evidence(Evidence::SameParameters));
        // A condensing pressure held at 28 °C costs an air-cooled machine a little at the coldest of the four points.
        let percent = if key.ends_with("air-cooled") {
            4.0
        } else {
            2.0
        };
        rows.push(row("integrated part load", part, value).percent(percent));
    }
    rows
}
