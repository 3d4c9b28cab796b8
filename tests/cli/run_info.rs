//! What `run.json` says of a run beside its files: the question, the climate, what was built, what is unconfirmed.

use serde_json::Value;

use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, Lab, tiny};

const QUESTION: &str =
    "# What do twelve servers draw,\n#   and what do they drink?\n#\n# Little.\n";

fn asked(changes: &[(&str, &str)]) -> Lab {
    Lab::with("tiny.toml", format!("{QUESTION}{}", tiny(changes)))
}

fn run(lab: &Lab, more: &[&str]) -> Value {
    lab.good(
        &[
            &["run", "tiny.toml", "-q", "-o", "out", "--tables", "none"],
            more,
        ]
        .concat(),
    );
    lab.json("out/run.json")
}

#[test]
fn a_run_says_its_question_and_its_climate() {
    let lab = asked(&[]);
    let about = run(&lab, &[]);
    let question = "What do twelve servers draw, and what do they drink?";
    assert_eq!(about["question"], question);
    let climate = &about["climate"];
    assert_eq!(climate["name"], "phoenix");
    assert_eq!(climate["synthetic"], false);
    let source = climate["source"].as_str().unwrap();
    assert!(
        source.contains("TMY3") && source.contains("Phoenix"),
        "{source}"
    );
    // A resolved scenario has no comment; a climate from monthly normals says so.
    let about = run(&lab, &["--set", "site.climate=dublin"]);
    assert_eq!(about["climate"]["synthetic"], true);
    let again = [
        "run",
        "out/scenario.toml",
        "-q",
        "-o",
        "again",
        "--tables",
        "none",
    ];
    lab.good(&again);
    assert_eq!(lab.json("again/run.json").get("question"), None);
}

/// What of the smallest scenario is replaced by what, and parts of lines.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

/// The lines of `validate` in the order of `validate`, with the sizes of what stands in halls and outdoors.
#[test]
fn a_run_says_what_was_built() {
    let water = ["CRAH units: ", "tower cells: ", "condenser-water pumps "];
    let dry = ["3 tanks of 1000 L, pumps ", "dry coolers: "];
    let cases: [Case; 2] = [
        (&[], &water),
        (&[(AIR, IMMERSION), (CHILLERS, DRY_COOLER)], &dry),
    ];
    for (changes, sizes) in cases {
        let lab = asked(changes);
        let about = run(&lab, &[]);
        let said = lab.good(&["validate", "tiny.toml"]).out;
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut rest = said.as_str();
        let built = about["built"].as_array().unwrap();
        for line in built {
            let (label, text) = (
                line["label"].as_str().unwrap(),
                line["text"].as_str().unwrap(),
            );
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown = format!("{label} {text}");
            let at = rest
                .find(shown.trim())
                .unwrap_or_else(|| panic!("no {shown:?} in {rest}"));
            rest = &rest[at..];
        }
        for &size in sizes {
            let of = |line: &Value| line["text"].as_str().unwrap().contains(size);
            assert!(built.iter().any(of), "no {size:?} in {built:?}");
        }
    }
}

/// What nobody has confirmed is listed until the scenario states it.
#[test]
fn a_run_says_what_is_unconfirmed() {
    let lab = asked(&[]);
    let doubts = |more: &[&str]| run(&lab, more)["doubts"].as_array().unwrap().clone();
    let all = doubts(&[]);
    let named =
        |doubts: &[Value], name: &str| doubts.iter().find(|one| one["name"] == name).cloned();
    let fan = named(&all, "hall[].cooling.air.fan_pa").unwrap();
    assert_eq!(fan["value"], 350.0);
    assert_eq!(
        (&fan["range"], &fan["unit"]),
        (&"200 to 500".into(), &"Pa".into())
    );
    let server = all.iter().any(|one| {
        one["name"]
            .as_str()
            .unwrap()
            .starts_with("servers.hgx-h100.")
    });
    assert!(server, "{all:?}");
    let stated = doubts(&["--set", "hall.0.cooling.air.fan_pa=300"]);
    assert_eq!(named(&stated, "hall[].cooling.air.fan_pa"), None);
    assert_eq!(stated.len() + 1, all.len());
}

/// A study's question is its own, not that of its scenario.
#[test]
fn a_study_says_its_question() {
    let lab = asked(&[]);
    let study = "# Which is better?\nname = 'few'\nscenario = 'tiny.toml'\noutputs = ['ratios.pue']\n\
                 [[vary]]\nkey = 'hall.0.racks'\nover.values = [2, 3]\n";
    lab.write("few.toml", study);
    lab.good(&["sweep", "few.toml", "-q", "-o", "few"]);
    assert_eq!(lab.json("few/sweep.json")["question"], "Which is better?");
    let sought = "[optimise]\naims = ['ratios.pue']\n";
    lab.write("best.toml", format!("{study}{sought}"));
    lab.good(&["optimise", "best.toml", "-q", "-o", "best"]);
    assert_eq!(
        lab.json("best/optimise.json")["question"],
        "Which is better?"
    );
}
