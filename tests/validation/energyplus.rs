//! Seven plants in three climates against `EnergyPlus` 25.2: the scenarios of `scenarios/validation`, through the engine,
//! with the weather files of the reference runs.
//!
//! The reference writes hourly means of 15-minute steps and takes the weather at the end of each step; this program
//! takes it at the middle, 7.5 minutes earlier. Nothing was fitted: sizes, curves and correlations are those of the
//! reference's input files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

const CLIMATES: [(&str, &str, &str); 3] = [
    (
        "Chicago",
        "Chicago",
        "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3",
    ),
    ("Miami", "Miami", "USA_FL_Miami.Intl.AP.722020_TMY3"),
    (
        "SanFrancisco",
        "San Francisco",
        "USA_CA_San.Francisco.Intl.AP.724940_TMY3",
    ),
];

/// Hourly means by column of the reference.
fn reference(data: &Path, case: &str) -> BTreeMap<String, Vec<f64>> {
    let path = data
        .join("oracles/energyplus")
        .join(format!("{case}.csv.gz"));
    let output = Command::new("gzip").arg("-dc").arg(&path).output().unwrap();
    assert!(output.status.success(), "cannot read {}", path.display());
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns = vec![Vec::with_capacity(8760); names.len()];
    for line in lines {
        for (column, value) in columns.iter_mut().zip(line.split(',')) {
            column.push(value.parse().unwrap());
        }
    }
    assert_eq!(columns[0].len(), 8760);
    names
        .iter()
        .map(|name| (*name).to_owned())
        .zip(columns)
        .collect()
}

/// Our plant, hour by hour.
#[derive(Default)]
struct Hours {
    chillers_w: Vec<f64>,
    fans_w: Vec<f64>,
    pumps_w: Vec<f64>,
    evaporation_m3: Vec<f64>,
    supply_c: Vec<f64>,
}

fn ours(case: &str, weather: &Path) -> Hours {
    let mut hours = Hours::default();
    let sets = [format!("site.weather={}", weather.display())];
    run(&scenario(&format!("energyplus_{case}")), &sets, |now| {
        let hour = ((now.time_s - 0.5 * now.dt_s) / 3600.0) as usize;
        let share = now.dt_s / 3600.0;
        let add = |column: &mut Vec<f64>, value: f64| {
            if column.len() <= hour {
                column.push(0.0);
            }
            column[hour] += value * share;
        };
        add(&mut hours.chillers_w, now.power.chillers_w);
        add(&mut hours.fans_w, now.power.heat_rejection_fans_w);
        add(&mut hours.pumps_w, now.power.pumps_w);
        // The meters of this program count 1,000 kg of water as 1 m³, those of the reference 997.
        add(
            &mut hours.evaporation_m3,
            now.water.evaporation_kg_s * 3.6 / 0.997,
        );
        add(&mut hours.supply_c, now.plant.supply_c);
    });
    assert_eq!(hours.supply_c.len(), 8760);
    hours
}

/// The rows of one plant and load in the three climates.
pub(crate) fn rows(data: &Path, case: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for (file, name, weather) in CLIMATES {
        let theirs = reference(data, &format!("{case}_{file}"));
        let weather = data
            .join("data/weather/tmy3")
            .join(format!("{weather}.epw"));
        let ours = ours(case, &weather);
        let against = format!("EnergyPlus {case}, {name}");
        let row = |quantity: &str, unit| {
            Row::new(against.as_str(), quantity, unit).evidence(Evidence::SameParameters)
        };
        for (quantity, unit, scale, column, hourly, percent) in [
            (
                "chillers, year",
                "MWh",
                1e-6,
                "chiller_w",
                &ours.chillers_w,
                0.5,
            ),
            ("fans, year", "MWh", 1e-6, "tower_fan_w", &ours.fans_w, 5.0),
            ("pumps, year", "MWh", 1e-6, "pump_w", &ours.pumps_w, 0.5),
            (
                "evaporation, year",
                "m³",
                1.0,
                "evap_m3",
                &ours.evaporation_m3,
                3.0,
            ),
        ] {
            let year = |hours: &[f64]| hours.iter().sum::<f64>() * scale;
            if year(&theirs[column]) > 0.0 {
                rows.push(
                    row(quantity, unit)
                        .theirs(year(&theirs[column]))
                        .ours(year(hourly))
                        .percent(percent),
                );
            }
        }
        let mean = |hours: &[f64]| hours.iter().sum::<f64>() / 8760.0;
        rows.push(
            row("supply, mean of the year", "°C")
                .theirs(mean(&theirs["supply_c"]))
                .ours(mean(&ours.supply_c))
                .units(0.05),
        );
        let chillers = &theirs["chiller_w"];
        if mean(chillers) > 0.0 {
            let square = chillers
                .iter()
                .zip(&ours.chillers_w)
                .map(|(a, b)| (a - b) * (a - b))
                .sum::<f64>();
            let rms = (square / 8760.0).sqrt();
            rows.push(
                row("chillers, hourly difference (rms of the mean)", "%")
                    .ours(100.0 * rms / mean(chillers))
                    .digits(3)
                    .between(0.0, 1.0),
            );
        }
    }
    rows
}
