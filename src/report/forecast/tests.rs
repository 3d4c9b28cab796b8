//! Pages of folders written by hand: whole, with columns missing, of one year, with cells empty or without end, hostile names.

use std::path::Path;

use crate::report::{Options, page};

const JSON: &str = r#"{ "name": "n<evil>", "region": "an <evil>island", "ai": "all", "note": "", "crypto": true, "first_year": 2029,
  "last_year": 2030, "draws": 40, "closure": "supply", "inputs_drawn": ["a<evil>", "b"],
  "equivalents": { "households_m": [1.0, 2.0, 3.0], "reactors": [0.1, null, 0.3] } }"#;

const CSV: &str = "\
year,twh_p10,twh_p50,twh_p90,gw_peak_p10,gw_peak_p50,gw_peak_p90,connection_wait_weeks_p10,connection_wait_weeks_p50,connection_wait_weeks_p90,unmet_share_p10,unmet_share_p50,unmet_share_p90,binds_g<evil>
2029,8,10,12,1,1.25,1.5,,,,0,0,0,0
2030,9,12.34,20,1.1,1.5,2.5,1,20,inf,0,0.3,0.5,0.75
";

/// Makes the folder of a forecast; `of` changes a file's text, and leaves it out with an empty one.
fn folder(of: &dyn Fn(&str, &str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let hours: Vec<String> = (0..8760)
        .map(|hour| format!("{hour},{},100,{}", 900 + hour % 24, 1000 + hour % 24))
        .collect();
    let load = format!(
        "hour,it_mw_p50,cooling_mw_p50,facility_mw_p50\n{}\n",
        hours.join("\n")
    );
    for (name, text) in [
        ("forecast.json", JSON),
        ("forecast.csv", CSV),
        ("forecast.toml", "# Will <evil>it do?\nname = 'n'\n"),
        (
            "stacks.csv",
            "year,of,name,twh,share\n2029,use,<evil>,4,0.4\n2029,use,conventional,6,0.6\n2030,use,<evil>,6.34,0.5\n2030,use,conventional,6,0.5\n",
        ),
        (
            "tornado.csv",
            "figure,input,middle,low,high,swing\ntwh,a<evil>,12,8,16,8\ntwh,b,12,13,11,-2\n",
        ),
        (
            "sobol.csv",
            "figure,input,first,total\ntwh,a<evil>,0.9,0.95\ntwh,b,-0.01,\n",
        ),
        (
            "sites.csv",
            "site,scenario,climate,ratio_in_the_hottest_hour,accuracy\n<evil>,<evil>.toml,synthetic,1.2,\"an rms error of 1 kW (7.50 %) and a bias of +0.1 %; the peak is off by -0.20 %\"\n",
        ),
        ("load_8760_2030.csv", &load),
    ] {
        let text = of(name, text);
        if !text.is_empty() {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
    }
    folder
}

fn as_it_is(_: &str, text: &str) -> String {
    text.to_owned()
}

fn of(folder: &Path) -> String {
    page(&[folder.to_owned()], &Options::default()).unwrap()
}

/// All `data-figure` with their values.
fn figures(page: &str) -> Vec<(String, f64)> {
    let attribute = |text: &str, name: &str| {
        let from = text.split_once(&format!("{name}=\"")).unwrap().1;
        from.split_once('"').unwrap().0.to_owned()
    };
    page.split(" data-figure")
        .skip(1)
        .map(|rest| {
            let rest = format!(" data-figure{}", &rest[..rest.find('>').unwrap()]);
            let value = attribute(&rest, "data-value").parse().unwrap_or(f64::NAN);
            (attribute(&rest, "data-figure"), value)
        })
        .collect()
}

#[test]
fn each_figure_is_that_of_the_table() {
    let folder = folder(&as_it_is);
    let page = of(folder.path());
    let figures = figures(&page);
    let table = crate::results::csv_file(&folder.path().join("forecast.csv")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for (name, value) in &figures {
        let parts: Vec<&str> = name.split('.').collect();
        if parts[1] == "equivalents" {
            continue;
        }
        let row = usize::from(parts[1] == "2030");
        assert_eq!(*value, table.numbers(parts[2]).unwrap()[row], "{name}");
        seen.insert(name.as_str());
    }
    // Each finite cell of a figure is there, and the first screen speaks of the last year.
    let cells = table.names.iter().filter(|name| name.contains("_p"));
    let finite: usize = cells
        .map(|name| {
            table
                .numbers(name)
                .unwrap()
                .iter()
                .filter(|value| value.is_finite())
                .count()
        })
        .sum();
    assert_eq!(seen.len(), finite);
    assert_eq!(figures[0], ("forecast.2030.twh_p50".into(), 12.34));
    assert!(figures.contains(&("forecast.equivalents.households_m_p50".into(), 2.0)));
    assert!(
        page.contains("draw 12.3\u{a0}TWh (P10 to P90: 9.00 to 20.0), 1.50\u{a0}GW at their peak")
    );
    assert!(page.contains("That is 1.2 times the 10.0\u{a0}TWh of 2029."));
}

#[test]
fn what_touches_the_answer_is_said() {
    let page = of(folder(&as_it_is).path());
    for said in [
        "In half of the draws 30 % or more of the work asked for in 2030 is not done.",
        "binds in 75 % of the draws in 2030",
        "an rms error of 7.5 % by the hour, −0.20 % at the peak",
        "Climates of 1 of 1 sites are synthetic",
        "Only 40 draws",
        "Mining of crypto-currency is counted.",
        "8.00 to 16.0\u{a0}TWh from one end of its range to the other; 90 % of the variance by itself",
        "no end",
        "highest on 1 Jan, 23:00: 1.023\u{a0}GW, of which cooling takes 9.8 %",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn names_stay_text() {
    let page = of(folder(&as_it_is).path());
    assert!(!page.contains("<evil"));
    assert!(page.contains("Will &lt;evil&gt;it do?") && page.contains("\\u003cevil>"));
}

/// What a folder lacks, its page lacks; only the table of years with its energy must be there.
#[test]
fn parts_may_be_missing() {
    for name in [
        "forecast.toml",
        "stacks.csv",
        "tornado.csv",
        "sobol.csv",
        "sites.csv",
        "load_8760_2030.csv",
    ] {
        let without = folder(&|file, text| {
            if file == name {
                String::new()
            } else {
                text.to_owned()
            }
        });
        assert!(
            of(without.path()).contains("forecast.2030.twh_p50"),
            "{name}"
        );
    }
    let one_year = folder(&|file, text| match file {
        "forecast.csv" => text
            .lines()
            .filter(|line| !line.starts_with("2029"))
            .flat_map(|line| [line, "\n"])
            .collect::<String>(),
        _ => text.to_owned(),
    });
    let page = of(one_year.path());
    assert!(
        page.contains("twh_p50")
            && !page.contains("id=\"fan-")
            && page.contains("How often each limit binds")
    );
    let no_bands = folder(&|_, text| text.replace("gw_peak_p10", "x").replace("gw_peak_p90", "y"));
    assert!(of(no_bands.path()).contains("data-figure=\"forecast.2030.gw_peak_p50\""));
}

#[test]
fn damage_is_told_with_its_file() {
    for (name, from, to, what) in [
        ("forecast.csv", "twh_p50", "twh_p5", "no column twh_p50"),
        ("forecast.csv", "2030,", "2031,", "does not follow"),
        ("forecast.csv", "12.34", "much", "holds words"),
        ("forecast.csv", "year,", "yeer,", "no column of years"),
        ("forecast.json", "{", "[", "JSON is broken"),
        ("load_8760_2030.csv", "\n5,905,100,1005", "", "8759 hours"),
    ] {
        let wrong = folder(&|file, text| {
            if file == name {
                text.replacen(from, to, 1)
            } else {
                text.to_owned()
            }
        });
        let fault = page(&[wrong.path().to_owned()], &Options::default()).unwrap_err();
        assert!(fault.words().contains(what), "{what}: {}", fault.words());
        assert!(
            fault.file().is_some_and(|file| file.ends_with(name)),
            "{name}"
        );
    }
    let without = folder(&|file, text| {
        if file == "forecast.csv" {
            String::new()
        } else {
            text.to_owned()
        }
    });
    assert!(page(&[without.path().to_owned()], &Options::default()).is_err());
}
