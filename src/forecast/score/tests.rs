use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use super::*;
use crate::scenario::ranges;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    metered: Series,
}

fn ireland() -> Series {
    let text = include_str!("../../../tests/data/metered-ireland.toml");
    toml::from_str::<File>(text).unwrap().metered
}

/// The schema knows every key of a file, and a figure out of its range is refused where it stands.
#[test]
fn the_schema_knows_the_file() {
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct File {
        metered: Series,
    }
    let schema = schemars::schema_for!(File).to_value();
    let text = include_str!("../../../tests/data/metered-ireland.toml");
    let text = format!(
        "{text}\n[metered.prior]\ngrowth = 0.1\n\n[[metered.published]]\nby = \"a\"\nmade = 2021\nyear = 2024\nvalue = 7.1\n"
    );
    ranges::check_as(&schema, &text).unwrap();
    toml::from_str::<super::tests::File>(&text).unwrap();
    for (good, bad, line) in [
        ("growth = 0.1", "growth = 9", 16),
        ("made = 2021", "made = 21", 20),
    ] {
        let fault = ranges::check_as(&schema, &text.replace(good, bad)).unwrap_err();
        assert_eq!(fault.line(), Some(line), "{fault}");
    }
    assert!(toml::from_str::<super::tests::File>(&text.replace("made", "maid")).is_err());
}

/// A series of these figures from 2015 on.
fn of(values: &[f64]) -> Series {
    let years = (2015..)
        .zip(values)
        .map(|(year, value): (i32, _)| (year.to_string(), *value));
    Series {
        years: years.collect(),
        pauses: Vec::new(),
        ..ireland()
    }
}

fn at<'a>(score: &'a Score, method: &str, cutoff: i32, year: i32) -> &'a Row {
    let wanted = |row: &&Row| (row.method.as_str(), row.cutoff, row.year) == (method, cutoff, year);
    score.rows.iter().find(wanted).unwrap()
}

/// What was measured when this was written: a change of the model or of its priors shows here.
#[test]
fn regress_ireland() {
    let score = score(&ireland(), 2018, 4096, 1).unwrap();
    let ours = score.summary(OURS, None).unwrap();
    assert_eq!((ours.cases, (21.0 * ours.held).round()), (21, 13.0));
    let skill = |method: &str| score.summary(method, None).unwrap().skill_against;
    for (value, pinned) in [
        (ours.crps, 0.494),
        (ours.mape, 12.1),
        (ours.bias, -9.2),
        (skill("last growth, with its scatter"), 0.15),
        (skill("last growth"), 0.40),
        (skill("linear trend"), 0.69),
        (skill("no change"), 0.79),
        (skill(WITHOUT_PAUSES), 0.24),
        (at(&score, OURS, 2023, 2024).bands[0], 6.76),
        (at(&score, OURS, 2023, 2024).bands[1], 7.32),
        (at(&score, OURS, 2023, 2024).bands[2], 7.99),
    ] {
        // The pins have two or three digits; draws move them by less.
        assert!((value / pinned - 1.0).abs() < 0.02, "{value} {pinned}");
    }
}

/// From the cut-off 2018 of four years, worked by hand: last growth 2.182/1.762, the line of 1.240, 1.482, 1.762, 2.182 (mean 1.6665,
/// slope (1.5·0.942 + 0.5·0.280)/5 = 0.3106).
#[test]
fn the_first_cut_off_of_ireland_by_hand() {
    let score = score(&ireland(), 2018, 64, 1).unwrap();
    let of = |method: &str| at(&score, method, 2018, 2019);
    let growth = of("last growth");
    assert!((growth.bands[1] - 2.182 * 2.182 / 1.762).abs() < 1e-12);
    assert!((growth.crps - (2.182 * 2.182 / 1.762 - 2.490)).abs() < 1e-12);
    assert!((of("linear trend").bands[1] - (1.6665 + 2.5 * 0.3106)).abs() < 1e-12);
    assert!((of("no change").error_percent() - 100.0 * (2.182 / 2.490 - 1.0)).abs() < 1e-12);
    assert_eq!(of("no change").holds(), None);
    // Six cut-offs, 6 + 5 + … + 1 years; the pause is known from 2021 on: 3 + 2 + 1.
    let count = |method: &str| score.summary(method, None).unwrap().cases;
    assert_eq!(
        (count(OURS), count("no change"), count(WITHOUT_PAUSES)),
        (21, 21, 6)
    );
}

/// Two cases: CRPS 1 and 2 against 2 and 4: skill ½. A case that only one of them has counts for neither.
#[test]
fn skill_by_hand() {
    let row =
        |method: &str, cutoff, value: f64| Row::new(method, cutoff, (cutoff + 1, 10.0), &[value]);
    let score = Score {
        name: "x".into(),
        unit: "TWh".into(),
        draws: 1,
        rows: vec![
            row(OURS, 2000, 11.0),
            row(OURS, 2001, 8.0),
            row(OURS, 2002, 99.0),
            row("other", 2000, 12.0),
            row("other", 2001, 6.0),
        ],
    };
    let other = score.summary("other", None).unwrap();
    assert_eq!(
        (other.cases, other.crps, other.skill_against),
        (2, 3.0, 0.5)
    );
    assert!(other.held.is_nan());
    assert!((other.mape - 30.0).abs() < 1e-12 && (other.bias + 10.0).abs() < 1e-12);
    assert_eq!(score.summary("other", Some(2)), None);
    assert_eq!(score.summary("nobody", None), None);
}

/// A published forecast stands beside the one from the same cut-off; one of a year that is not metered yet scores nothing.
#[test]
fn published_forecasts_are_scored_where_their_year_has_come() {
    let mut series = of(&[1.0, 1.2, 1.4, 1.6, 1.8, 2.0]);
    let published = |by: &str, made, year, ends: Option<(f64, f64)>| Published {
        by: by.into(),
        made,
        year,
        value: 2.5,
        low: ends.map(|ends| ends.0),
        high: ends.map(|ends| ends.1),
    };
    series.published = vec![
        published("a", 2018, 2020, Some((1.9, 3.0))),
        published("b", 2018, 2021, None),
        published("c", 2016, 2019, None),
        published("d", 2019, 2020, None),
    ];
    let score = score(&series, 2017, 64, 1).unwrap();
    let row = at(&score, "a (published)", 2018, 2020);
    assert_eq!(
        (row.crps, row.holds(), row.bands),
        (0.5, Some(true), [1.9, 2.5, 3.0])
    );
    assert_eq!(at(&score, "d (published)", 2019, 2020).holds(), None);
    let methods = score.methods();
    assert!(
        !methods.contains(&"b (published)") && !methods.contains(&"c (published)"),
        "{methods:?}"
    );
    let of_ours = at(&score, OURS, 2018, 2020).crps;
    assert_eq!(
        score.summary("a (published)", None).unwrap().skill_against,
        1.0 - of_ours / 0.5
    );
}

#[test]
fn faults_say_what_can_be_scored() {
    let said = |series: &Series, from, draws| {
        let fault = score(series, from, draws, 1).unwrap_err();
        format!("{}: {fault}", fault.key().unwrap())
    };
    let good = of(&[1.0, 1.2, 1.4, 1.6]);
    assert_eq!(
        said(&good, 2016, 64),
        "from: a cut-off at 2016; take one from 2017 to 2017: three years before it, one after it"
    );
    assert!(said(&good, 2018, 64).starts_with("from: "));
    assert!(said(&good, i32::MAX, 64).starts_with("from: "));
    assert!(said(&good, 2017, 1).starts_with("draws: "));
    assert!(said(&good, 2017, u64::MAX).starts_with("draws: "));
    assert!(said(&of(&[1.0, 1.2, 1.4]), 2017, 64).contains("at least four metered years"));
    assert!(said(&of(&[]), 2017, 64).starts_with("years: 0 metered years"));
    let mut typed = good.clone();
    typed.years.insert("20l9".into(), 1.0);
    assert!(said(&typed, 2017, 64).starts_with("years: '20l9' is no year"));
    let mut gap = good.clone();
    gap.years.insert("2020".into(), 2.0);
    assert!(said(&gap, 2017, 64).starts_with("years: 2020 follows 2018"));
    let mut late = good;
    late.published = vec![Published {
        by: "a".into(),
        made: 2018,
        year: 2018,
        value: 1.0,
        low: None,
        high: None,
    }];
    assert!(said(&late, 2017, 64).starts_with("published.year: "));
    late.published[0].year = 2019;
    late.published[0].low = Some(1.5);
    assert!(said(&late, 2017, 64).starts_with("published.value: "));
}

#[test]
fn the_file_has_every_row_and_the_tables_fit() {
    let score = score(&ireland(), 2018, 64, 1).unwrap();
    let file = score.csv();
    let mut reader = csv::Reader::from_reader(file.as_slice());
    assert_eq!(reader.headers().unwrap().len(), 17);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), score.rows.len());
    for (record, row) in records.iter().zip(&score.rows) {
        assert_eq!(&record[1], row.method);
        assert_eq!(record[8].is_empty(), row.bands[2].is_nan());
        assert!((record[10].parse::<f64>().unwrap() - row.crps).abs() < 1e-6);
    }
    for table in score.tables() {
        let text = table.render(80, false);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(!text.contains("NaN") && !text.contains("\n\n"), "{text}");
    }
    assert_eq!(
        score.csv(),
        super::score(&ireland(), 2018, 64, 1).unwrap().csv()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// What came later changes no forecast, only its score.
    #[test]
    fn no_forecast_sees_what_came_after_it(
        growth in prop::collection::vec(-0.2..0.5_f64, 6),
        other in prop::collection::vec(-0.2..0.5_f64, 6),
        same in 2..6_usize,
        seed in 0..99_u64,
    ) {
        let values = |growth: &[f64]| -> Vec<f64> {
            let mut values = vec![1.0];
            for growth in growth {
                values.push(values[values.len() - 1] * growth.exp());
            }
            values
        };
        let mut later = other;
        later[..same].copy_from_slice(&growth[..same]);
        let cutoff = (2015..).nth(same).unwrap();
        prop_assume!(cutoff < 2021);
        let [one, two] = [growth, later].map(|growth| {
            let mut series = of(&values(&growth));
            series.pauses = ireland().pauses;
            score(&series, 2017, 64, seed).unwrap()
        });
        for (one, two) in one.rows.iter().zip(&two.rows).filter(|(one, _)| one.cutoff <= cutoff) {
            prop_assert_eq!(one.bands.map(f64::to_bits), two.bands.map(f64::to_bits));
        }
    }
}
