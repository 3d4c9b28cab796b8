//! What plants are designed for, and where it comes from, as `validate` says it.

use std::fmt::Write as _;

use crate::lab::{CHILLERS, Lab, tiny};

/// A year of EPW at 20 °C, 10 °C dew point, with one hour of 30 °C.
fn epw(design: &str) -> String {
    let mut text = format!(
        "LOCATION,Here,-,X,test,000000,40,-105,-7,100\n{design}\nDATA PERIODS,1,1,Data,Sunday,1/1,12/31\n"
    );
    let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, days) in days.iter().enumerate() {
        for day in 1..=*days {
            for hour in 1..=24 {
                let dry = if (month, day, hour) == (6, 15, 15) {
                    30.0
                } else {
                    20.0
                };
                writeln!(
                    text,
                    "2001,{},{day},{hour},60,-,{dry},10,60,100000,0,0,300,0,0,0,0,0,0,0,0,2,0,0,10,1000,9,9,10,0.1,0,88",
                    month + 1
                )
                .unwrap();
            }
        }
    }
    text
}

/// Lines of `validate`, one after another, without their breaks.
fn validated(lab: &Lab, sets: &[&str]) -> String {
    let mut arguments = vec!["validate", "s.toml"];
    for set in sets {
        arguments.extend(["--set", set]);
    }
    let out = lab.good(&arguments).out;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn validate_says_what_plants_are_designed_for_and_by_whom() {
    let lab = Lab::with("s.toml", tiny(&[]));
    let phoenix = validated(&lab, &["site.climate=phoenix"]);
    for part in [
        "design air dry bulb 48.7 °C, wet bulb 27.7 °C: once in 20 years by ASHRAE Fundamentals 2009",
        "design day every chip at",
        "MW at the most, in the 12 h around",
    ] {
        assert!(phoenix.contains(part), "{part}: {phoenix}");
    }
    let stated = validated(
        &lab,
        &[
            "site.climate=phoenix",
            "site.design_dry_bulb_c=50",
            "site.design_wet_bulb_c=28",
        ],
    );
    assert!(
        stated.contains("dry bulb 50.0 °C, wet bulb 28.0 °C: as stated"),
        "{stated}"
    );
    let dublin = validated(&lab, &["site.climate=dublin"]);
    assert!(
        dublin.contains("27.1 °C (2.0 K (0 to 3) below the record, as no extremes are known)"),
        "{dublin}"
    );
}

/// Without design conditions: the year's highest and a margin, and the line says so. Garbled ones are told of.
#[test]
fn a_file_without_design_conditions_says_so() {
    let lab = Lab::with("s.toml", tiny(&[]));
    for (design, parts) in [
        (
            "DESIGN CONDITIONS,0",
            &[
                "dry bulb 33.0 °C (the year's highest and 3.0 K (0.0 to 6.0), as no extremes are known)",
            ][..],
        ),
        (
            "DESIGN CONDITIONS,1,ASHRAE 2009,,Cooling,7,Extremes,8.2,abc,-1e99",
            &["dry bulb 33.0 °C", "no extremes are known"],
        ),
        (
            "DESIGN CONDITIONS,1,ASHRAE 2013,,Cooling,7,12,32,18,31,18,30,18,20,30,Extremes,8,7,6,22.5,-5,34.0,1.5,1.0,-6,\
             34.7,-7,35.3,-8,35.9,-9,36.6",
            &["dry bulb 35.9 °C, wet bulb 22.5 °C: once in 20 years by ASHRAE Fundamentals 2013"],
        ),
    ] {
        lab.write("here.epw", epw(design));
        let out = validated(&lab, &["site.weather=here.epw"]);
        for part in parts {
            assert!(out.contains(part), "{part}: {out}");
        }
    }
    lab.write(
        "here.epw",
        epw("DESIGN CONDITIONS,1,ASHRAE 2009,,Extremes,8.2,abc"),
    );
    let told = lab
        .good(&["validate", "s.toml", "--set", "site.weather=here.epw"])
        .err;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("line 2: the design conditions hold no extremes that fit together"),
        "{told}"
    );
}

#[test]
fn air_that_cannot_be_is_refused_and_mild_air_told_of() {
    let text = tiny(&[]).replace(
        "[site]",
        "[site]\ndesign_dry_bulb_c = 20\ndesign_wet_bulb_c = 25",
    );
    let lab = Lab::with("s.toml", text.clone());
    let said = lab.say(&["validate", "s.toml"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.err.contains("design_wet_bulb_c"), "{}", said.err);
    lab.write("s.toml", text.replace("= 25", "= 15"));
    let warned = lab.good(&["validate", "s.toml"]).err;
    let warned = warned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        warned.contains("site.design_dry_bulb_c: the weather of this site reaches"),
        "{warned}"
    );
}

/// Phoenix: dry bulb to 44.4 °C, plants designed for 48.7 °C; 2.5 K move both, and what is stated stays. A shift of 0 is none, to the byte.
#[test]
fn a_warmer_climate_moves_the_weather_and_the_design() {
    let lab = Lab::with("s.toml", tiny(&[]));
    let phoenix = ["site.climate=phoenix", "site.warming_k=2.5"];
    let warmer = validated(&lab, &phoenix);
    for part in [
        "Phoenix Sky Harbor Intl Ap, AZ, USA, warmed by 2.5 K",
        "to 46.9 °C",
        "design air dry bulb 51.2 °C",
        "ASHRAE Fundamentals 2009, warmed by 2.5 K",
    ] {
        assert!(warmer.contains(part), "{part}: {warmer}");
    }
    let stated = validated(
        &lab,
        &[&phoenix[..], &["site.design_dry_bulb_c=50"]].concat(),
    );
    assert!(stated.contains("dry bulb 50.0 °C (as stated)"), "{stated}");
    let run = |set: &str, folder: &str| {
        lab.good(&["run", "s.toml", "-o", folder, "--set", set]);
        ["summary.json", "timeseries.csv", "scenario.toml"]
            .map(|file| lab.read(&format!("{folder}/{file}")))
    };
    let plain = run("run.seed=42", "plain");
    assert!(!plain[2].contains("warming_k"));
    assert!(
        run("site.warming_k=0", "zero") == plain,
        "not the same bytes"
    );
    assert!(
        run("site.warming_k=0.5", "warm")[1] != plain[1],
        "nothing moved"
    );
    for wrong in ["16", "-11", "nan"] {
        let set = format!("site.warming_k={wrong}");
        lab.refused(&["validate", "s.toml", "--set", &set], &["warming_k"]);
    }
}

/// More that comes back is never less power; none is what a plant without it draws.
#[test]
fn discharge_that_comes_back_costs_power() {
    let air = "[heat_rejection.air_cooled_chiller]\nsetpoint_c = 18.0\n";
    let lab = Lab::with("s.toml", tiny(&[(CHILLERS, air)]));
    let drawn = |k: &str| {
        let set = format!("heat_rejection.air_cooled_chiller.recirculation_k={k}");
        lab.good(&["run", "s.toml", "-o", "r", "--set", &set]);
        let summary = lab.json("r/summary.json");
        std::fs::remove_dir_all(lab.path("r")).unwrap();
        summary["energy_mwh"]["facility"].as_f64().unwrap()
    };
    let (none, usual, much) = (drawn("0"), drawn("1.5"), drawn("4"));
    assert!(none < usual && usual < much, "{none} {usual} {much}");
}
