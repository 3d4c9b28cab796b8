//! Data centres of Ireland by the meter: forecasts from before each year against that year.

use std::path::Path;

use coldaisle::forecast::score::{OURS, Score, Series, score};
use serde::Deserialize;

use crate::table::Row;

#[derive(Deserialize)]
struct File {
    metered: Series,
}

fn scored() -> Score {
    let text = include_str!("../data/metered-ireland.toml");
    let file: File = toml::from_str(text).unwrap();
    score(&file.metered, 2018, 4096, 1).unwrap()
}

/// 2024 as seen from 2023, and all cut-offs from 2018 on together.
pub(crate) fn rows(_: &Path) -> Vec<Row> {
    const METER: &str = "Ireland, data centres by the meter (CSO)";
    let scored = scored();
    let last = scored
        .rows
        .iter()
        .find(|row| (row.method.as_str(), row.cutoff) == (OURS, 2023));
    let last = last.unwrap();
    let row = |quantity: &str, unit| Row::new(METER, quantity, unit).digits(3);
    let all = scored.summary(OURS, None).unwrap();
    let mut rows = vec![
        row("2024, P50 from the years to 2023", "TWh")
            .theirs(last.metered)
            .ours(last.bands[1])
            .percent(5.0)
            .missed(
                "5.04 %: growth fell faster in the third year of the pause than in 78 of 100 draws",
            ),
        row("2024, rank among the draws", "")
            .ours(last.pit)
            .between(0.1, 0.9),
        row(
            "share within P10–P90, 21 forecasts from 2018 on (80 % if calibrated)",
            "",
        )
        .theirs(0.8)
        .ours(all.held),
    ];
    for naive in [
        "last growth, with its scatter",
        "last growth",
        "linear trend",
        "no change",
    ] {
        let against = scored.summary(naive, None).unwrap();
        let quantity = format!("CRPS skill of 21 forecasts against '{naive}'");
        rows.push(
            row(&quantity, "")
                .ours(against.skill_against)
                .between(0.0, 1.0),
        );
    }
    rows
}
