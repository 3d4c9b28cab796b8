//! `report` and `--report`: the figures of a page are those of the results, and nothing of the user's is in danger.

use std::fs;

use serde_json::Value;

use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD, Lab, tiny};

/// Two sides with work, a bill and water.
pub(crate) fn sides() -> Lab {
    let work = (LOAD, JOBS);
    let price = (
        "climate = \"phoenix\"",
        "climate = \"phoenix\"\nprice_usd_mwh = 70.0\nwater_usd_m3 = 1.5",
    );
    let lab = Lab::with("air.toml", tiny(&[work, price]));
    let name = ("\"tiny\"", "\"bath\"");
    let cooling = [name, work, price, (AIR, IMMERSION), (CHILLERS, DRY_COOLER)];
    lab.write("bath.toml", tiny(&cooling));
    lab
}

/// A start tag with its attributes, and the text behind it.
struct Tag<'a> {
    attributes: &'a str,
    text: &'a str,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let (_, rest) = self.attributes.split_once(&format!(" {name}=\""))?;
        let (value, _) = rest.split_once('"')?;
        let plain = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ];
        let plain = plain.iter();
        Some(plain.fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
    }

    fn value(&self) -> f64 {
        self.get("data-value").unwrap().parse().unwrap()
    }
}

fn tags(page: &str) -> impl Iterator<Item = Tag<'_>> {
    page.split('<').filter_map(|part| {
        let (attributes, text) = part.split_once('>')?;
        Some(Tag { attributes, text })
    })
}

/// A figure of `summary.json` by its name there; those of waits are in a table of their own.
fn figure(summary: &Value, name: &str) -> Option<f64> {
    let (group, key) = name.split_once('.')?;
    let group = &summary[group];
    let parts = key.match_indices('_');
    let mut nested = parts.filter_map(|(at, _)| group[&key[..at]][&key[at + 1..]].as_f64());
    group[key].as_f64().or_else(|| nested.next())
}

/// `−1,234.5` as a number, with half of its last digit.
fn read(text: &str) -> (f64, f64) {
    let plain = text.replace(',', "").replace('−', "-");
    let number = plain.parse();
    let number = number.unwrap_or_else(|_| panic!("{text:?} is no number"));
    let decimals = plain.split_once('.').map_or(0, |(_, digits)| digits.len());
    (
        number,
        0.5001 * 10_f64.powi(-i32::try_from(decimals).unwrap()),
    )
}

/// From the units of `summary.json` to those that are shown.
const FACTORS: [f64; 10] = [
    1.0,
    1e-3,
    1e3,
    1e-6,
    1e6,
    1e-9,
    1e-12,
    100.0,
    1.0 / 60.0,
    1.0 / 3600.0,
];

fn agrees(shown: f64, room: f64, value: f64) -> bool {
    let mut factors = FACTORS.iter();
    factors.any(|factor| (shown - factor * value).abs() <= room)
}

/// Figures that the page shows as text, checked against a value.
fn shows(tag: &Tag<'_>, value: f64) {
    if tag.text.contains(':') {
        return; // A moment.
    }
    let (shown, room) = read(tag.text);
    assert!(agrees(shown, room, value), "{} for {value}", tag.text);
}

/// Changes as a planner reads them.
fn shows_change(text: &str, first: f64, difference: f64) {
    let (number, unit) = text.split_once('\u{a0}').unwrap_or((text, ""));
    match (number, unit) {
        ("=", "") => assert!(
            difference.abs() <= 5e-4 * first.abs().max(100.0),
            "{difference}"
        ),
        ("×", times) => {
            let (times, room) = read(times);
            assert!(
                (times - (first + difference) / first).abs() <= room,
                "{text}"
            );
        }
        (number, "%") if first != 0.0 => {
            let (percent, room) = read(number.trim_start_matches('+'));
            let of = 100.0 * difference / first;
            assert!((percent - of).abs() <= room, "{text} for {of}");
        }
        (number, _) => {
            let (shown, room) = read(number.trim_start_matches('+'));
            assert!(agrees(shown, room, difference), "{text} for {difference}");
        }
    }
}

#[test]
fn every_figure_of_a_run_is_that_of_its_summary() {
    let lab = sides();
    let said = lab.good(&["run", "air.toml", "-o", "air", "--report", "air.html"]);
    assert!(said.out.contains("report in air.html"), "{}", said.out);
    let (page, summary) = (lab.read("air.html"), lab.json("air/summary.json"));
    let mut checked = 0;
    for tag in tags(&page) {
        let Some(name) = tag.get("data-figure") else {
            continue;
        };
        let value = figure(&summary, &name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(tag.value(), value, "{name}");
        shows(&tag, value);
        checked += 1;
    }
    assert!(checked > 80, "{checked}");
    // The same from the folder, byte for byte.
    lab.good(&["report", "air", "-o", "again.html"]);
    assert_eq!(page, lab.read("again.html"));
}

#[test]
fn every_figure_of_a_comparison_is_that_of_its_side() {
    let lab = sides();
    lab.good(&["run", "air.toml", "-o", "air", "-q"]);
    lab.good(&["run", "bath.toml", "-o", "bath", "-q"]);
    lab.good(&["report", "air", "bath", "-o", "page.html"]);
    let page = lab.read("page.html");
    let summary = |side: &str| match side {
        "tiny" => lab.json("air/summary.json"),
        "bath" => lab.json("bath/summary.json"),
        other => panic!("no side {other}"),
    };
    let of = |side: &str, name: &str| {
        figure(&summary(side), name).unwrap_or_else(|| panic!("no {name} of {side}"))
    };
    let (mut values, mut changes, mut tiles) = (0, 0, 0);
    for tag in tags(&page) {
        if let Some(tile) = tag
            .get("data-figure")
            .filter(|_| tag.get("data-side").is_none())
        {
            let name = tile.strip_suffix(" of bath less the first");
            let name = name.unwrap_or_else(|| panic!("{tile}"));
            let first = of("tiny", name);
            assert_eq!(tag.value(), of("bath", name) - first, "{name}");
            let percent = 100.0 * tag.value() / first;
            let (shown, room) = read(tag.text.trim_start_matches('+'));
            assert!((shown - percent).abs() <= room, "{name}: {}", tag.text);
            tiles += 1;
        } else if let Some(name) = tag.get("data-figure") {
            let side = tag.get("data-side").unwrap();
            let value = of(&side, &name);
            assert_eq!(tag.value(), value, "{name} of {side}");
            shows(&tag, value);
            values += 1;
        } else if let Some(name) = tag.get("data-change") {
            let side = tag.get("data-side").unwrap();
            let first = of("tiny", &name);
            let difference = of(&side, &name) - first;
            assert_eq!(tag.value(), difference, "{name} of {side}");
            shows_change(tag.text, first, difference);
            changes += 1;
        }
    }
    assert!(
        values > 150 && changes > 70 && tiles > 4,
        "{values} {changes} {tiles}"
    );
    // The waterfall's data: causes sum to the last row, the difference, to the digit.
    let (_, rest) = page.split_once("{\"id\":\"causes-1\"").unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(&format!("{{\"id\":\"\"{data}")).unwrap();
    let cells = data["columns"][1]["cells"].as_array().unwrap();
    let cells: Vec<f64> = cells.iter().map(|cell| cell.as_f64().unwrap()).collect();
    let [first, causes @ .., last, difference] = &cells[..] else {
        panic!("{cells:?}");
    };
    assert!(causes.len() > 3, "{causes:?}");
    let sum: f64 = causes.iter().sum();
    assert!(
        (sum - difference).abs() < 1e-9 && (last - first - sum).abs() < 1e-9,
        "{cells:?}"
    );
}

/// `compare --report` leaves the page and nothing else, and it says what the page of the folders says.
#[test]
fn a_comparison_makes_its_page_by_itself() {
    let lab = sides();
    let said = lab.good(&["compare", "air.toml", "bath.toml", "--report", "page.html"]);
    assert!(said.out.contains("report in page.html"), "{}", said.out);
    assert_eq!(lab.names("."), ["air.toml", "bath.toml", "page.html"]);
    let page = lab.read("page.html");
    lab.good(&["run", "air.toml", "-o", "air", "-q"]);
    lab.good(&["compare", "air", "bath.toml", "--report", "page.html", "-q"]);
    let mixed = lab.read("page.html");
    let figures = |page: &str| -> Vec<String> {
        let cells = tags(page).filter(|tag| tag.get("data-side").is_some());
        cells
            .map(|tag| tag.attributes.to_owned() + tag.text)
            .collect()
    };
    assert!(figures(&page).len() > 100);
    assert_eq!(figures(&page), figures(&mixed));
    // Two of one name are told apart by what the user wrote.
    fs::create_dir(lab.path("b")).unwrap();
    fs::copy(lab.path("air.toml"), lab.path("b/air.toml")).unwrap();
    lab.good(&[
        "compare",
        "air.toml",
        "b/air.toml",
        "--report",
        "same.html",
        "-q",
    ]);
    let page = lab.read("same.html");
    assert!(page.contains("air.toml or b/air.toml?") && !page.contains("partial"));
    lab.good(&[
        "compare",
        "air",
        "b/air.toml",
        "--report",
        "same.html",
        "-q",
    ]);
    let page = lab.read("same.html");
    assert!(page.contains("tiny or b/air.toml?") && !page.contains("partial"));
}

#[test]
fn draws_become_bands() {
    let lab = sides();
    let compare = [
        "compare",
        "air.toml",
        "bath.toml",
        "--band",
        "10",
        "-o",
        "all.csv",
    ];
    let said = lab.good(&[&compare[..], &["--report", "page.html"]].concat());
    assert!(said.out.contains("draws in all.csv"), "{}", said.out);
    let page = lab.read("page.html");
    for part in [
        "P10 to P90",
        "10 draws",
        "band-change-1",
        "band-energy_mwh-facility",
    ] {
        assert!(page.contains(part), "no {part}");
    }
    lab.good(&[
        "run", "air.toml", "-o", "air", "--band", "10", "--report", "run.html", "-q",
    ]);
    assert!(lab.read("run.html").contains("10 draws"));
    assert!(lab.path("air/bands.csv").is_file() && lab.path("air/summary.json").is_file());
    let again = [
        "run", "air.toml", "-o", "air", "--band", "10", "--report", "run.html",
    ];
    // Draws of an earlier command are replaced, another file is not.
    lab.good(&again);
    std::fs::write(lab.path("air/bands.csv"), "my notes").unwrap();
    lab.refused(&again, &["bands.csv: it exists", "move it away"]);
    std::fs::remove_file(lab.path("air/bands.csv")).unwrap();
    // Draws of other runs are no bands of these.
    lab.good(&["run", "bath.toml", "-o", "bath", "-q"]);
    lab.good(&[
        "run",
        "air.toml",
        "--set",
        "hall.0.racks=2",
        "-o",
        "less",
        "-q",
    ]);
    let other = ["report", "less", "bath", "all.csv", "-o", "x.html"];
    lab.refused(
        &other,
        &[
            "all.csv: these are draws of other runs",
            "draw the same scenarios",
        ],
    );
    lab.good(&["report", "air", "bath", "all.csv", "-o", "page.html", "-q"]);
    let two = [
        "report", "air", "bath", "all.csv", "all.csv", "-o", "x.html",
    ];
    lab.refused(&two, &["goes with two or more runs"]);
}

/// Runs of other lengths or days are not drawn over one another, and say so.
#[test]
fn sides_of_other_times_are_not_drawn_over_another() {
    let lab = sides();
    lab.good(&["run", "air.toml", "-o", "air", "-q"]);
    for (set, folder, told) in [
        ("run.days=2", "longer", "The runs differ in length"),
        (
            "run.start=2026-01-01",
            "later",
            "The runs begin on other days",
        ),
    ] {
        lab.good(&["run", "bath.toml", "--set", set, "-o", folder, "-q"]);
        lab.good(&["report", "air", folder, "-o", "page.html", "-q"]);
        let page = lab.read("page.html");
        assert!(page.contains(told), "{set}");
        assert!(page.contains("cover another time than tiny: bath"), "{set}");
        assert!(!page.contains("id=\"load-duration\""), "{set}");
    }
}
