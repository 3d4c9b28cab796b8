//! What did not hold: figures that are zero in a run in which everything did. One entry each is the figure, its row in the
//! tables and the sentence that warns of it.

use super::Summary;

/// A figure that should be zero.
#[derive(Debug, Clone, Copy)]
pub struct Shortfall {
    /// Where it is in the summary: group and key.
    pub group: &'static str,
    /// See `group`.
    pub key: &'static str,
    /// What a table calls it.
    pub label: &'static str,
    /// The unit that a table shows it in.
    pub unit: &'static str,
    /// From the figure's unit to that one.
    pub factor: f64,
    /// Decimals in that unit.
    pub decimals: usize,
    /// In the figure's own unit: no more than this is no shortfall.
    pub more_than: f64,
    /// The warning; None where the figure before it says it all.
    pub says: Option<fn(f64, &Summary) -> String>,
}

const fn hours(
    (group, key): (&'static str, &'static str),
    label: &'static str,
    says: fn(f64, &Summary) -> String,
) -> Shortfall {
    of((group, key), label, ("h", 1.0, 1), Some(says))
}

const fn of(
    (group, key): (&'static str, &'static str),
    label: &'static str,
    (unit, factor, decimals): (&'static str, f64, usize),
    says: Option<fn(f64, &Summary) -> String>,
) -> Shortfall {
    Shortfall {
        group,
        key,
        label,
        unit,
        factor,
        decimals,
        more_than: 0.0,
        says,
    }
}

const GPU_H: (&str, f64, usize) = ("GPU-h", 1.0, 0);

fn or_zero(figure: Option<f64>) -> f64 {
    figure.unwrap_or(0.0)
}

/// Hours as a sentence says them.
fn h(hours: f64) -> String {
    if hours < 0.1 {
        format!("{:.1} min", 60.0 * hours)
    } else if hours < 10.0 {
        format!("{hours:.1} h")
    } else {
        format!("{hours:.0} h")
    }
}

/// GPU-hours as a sentence says them.
fn gpu_h(hours: f64) -> String {
    format!("{hours:.0} GPU-hours")
}

/// All of them, the gravest first.
pub const SHORTFALLS: &[Shortfall] = &[
    of(
        ("thermal", "off_gpu_hours"),
        "switched off by heat",
        GPU_H,
        Some(|hours, summary| {
            format!(
                "heat switched racks off for {}, {:.2} % of all: their work was not done, so the energy that they did not \
                 draw is no saving",
                gpu_h(hours),
                100.0 * or_zero(summary.thermal.off_share)
            )
        }),
    ),
    of(
        ("thermal", "off_share"),
        "  of all GPU-hours",
        ("%", 100.0, 2),
        None,
    ),
    of(
        ("thermal", "throttled_gpu_hours"),
        "throttled",
        GPU_H,
        Some(|hours, _| {
            format!(
                "chips ran below their clock for {} because they were hot: less work was done",
                gpu_h(hours)
            )
        }),
    ),
    hours(
        ("thermal", "hours_above_limit"),
        "racks above their limit",
        |hours, summary| {
            format!(
                "a rack's coolant was above its limit for {}; the warmest was {:.1} °C",
                h(hours),
                or_zero(summary.thermal.max_inlet_c)
            )
        },
    ),
    hours(
        ("thermal", "hours_above_setpoint"),
        "water above its setpoint",
        |hours, summary| {
            format!(
                "facility water was above its setpoint for {}, by up to {:.1} K: its plant could not hold it",
                h(hours),
                or_zero(summary.thermal.above_setpoint_max_k)
            )
        },
    ),
    Shortfall {
        more_than: 0.1,
        ..of(
            ("thermal", "above_setpoint_max_k"),
            "  at most",
            ("K", 1.0, 1),
            None,
        )
    },
    hours(
        ("thermal", "hours_above_water_class"),
        "water above its class",
        |hours, _| {
            format!(
                "facility water was warmer than the hall's water_class allows for {}",
                h(hours)
            )
        },
    ),
    hours(
        ("thermal", "hours_outside_dew_points"),
        "dew point outside limits",
        |hours, _| {
            format!(
                "the dew point of a hall's air was outside its limits for {}",
                h(hours)
            )
        },
    ),
    of(
        ("energy_mwh", "unserved"),
        "load not served",
        ("MWh", 1.0, 0),
        Some(|missed_mwh, _| {
            format!(
                "{missed_mwh:.3} MWh of the measured load were not served: racks were off, slowed down or without power, or \
                 the halls cannot draw as much; `unserved_kw` in timeseries says when"
            )
        }),
    ),
    of(
        ("energy_mwh", "excess"),
        "beyond the load",
        ("MWh", 1.0, 0),
        Some(|excess_mwh, _| {
            format!(
                "the site used {excess_mwh:.3} MWh more than the load at its meter: cooling, losses and other uses alone are \
                 above it; `excess_kw` in timeseries says when"
            )
        }),
    ),
    hours(("supply", "capped_hours"), "capped", |hours, summary| {
        format!(
            "chips were slowed down for {} to keep the site under what supplies it: {} were lost",
            h(hours),
            gpu_h(or_zero(summary.supply.capped_gpu_hours))
        )
    }),
    of(
        ("supply", "capped_gpu_hours"),
        "  GPU time lost to it",
        GPU_H,
        None,
    ),
    hours(
        ("supply", "over_limit_hours"),
        "above the grid limit",
        |hours, _| {
            format!(
                "the site drew more than site.grid_limit_mw for {} although every chip was idle: what is left (idle \
                 servers, cooling, losses) is above the limit",
                h(hours)
            )
        },
    ),
    hours(
        ("supply", "generator_overload_hours"),
        "generators overloaded",
        |hours, _| {
            format!(
                "the generators were asked for more than site.generator.power_mw for {} although every chip was idle: real \
                 sets would trip, and the site would be dark; idle servers, cooling and losses need larger ones",
                h(hours)
            )
        },
    ),
    hours(
        ("supply", "over_target_hours"),
        "above the battery's target",
        |hours, summary| {
            format!(
                "the site battery missed its peak_target_mw for {}, by up to {:.3} MW: it was empty or too small",
                h(hours),
                or_zero(summary.supply.over_target_max_mw)
            )
        },
    ),
    of(
        ("supply", "over_target_max_mw"),
        "  at most",
        ("MW", 1.0, 3),
        None,
    ),
    hours(
        ("supply", "overload_hours"),
        "electrical chain overloaded",
        |hours, _| {
            format!(
                "the electrical chain carried more than its firm rating for {}; lower electrical.design_load or the load",
                h(hours)
            )
        },
    ),
    hours(("supply", "dark_hours"), "without any power", |hours, _| {
        format!("nothing carried IT for {}", h(hours))
    }),
    of(
        ("service", "refused_tokens"),
        "tokens refused",
        ("tokens", 1.0, 0),
        Some(|tokens, summary| {
            let share = tokens / or_zero(summary.service.asked_tokens);
            format!(
                "{:.2} % of the tokens that users asked for found no GPU",
                100.0 * share
            )
        }),
    ),
    of(
        ("service", "refused_pictures"),
        "pictures refused",
        ("", 1.0, 0),
        Some(|pictures, _| format!("{pictures:.0} pictures and clips found no GPU")),
    ),
    of(
        ("jobs", "deadlines_missed"),
        "deadlines missed",
        ("", 1.0, 0),
        Some(|jobs, _| format!("{jobs:.0} jobs missed their deadline")),
    ),
];

impl Shortfall {
    /// The figure, where there is one.
    pub fn figure(&self, summary: &Summary) -> Option<f64> {
        let mut figures = summary.figures();
        figures
            .find(|(group, key, _)| *group == self.group && *key == self.key)
            .map(|(.., value)| value)
    }

    /// Whether it did not hold.
    pub fn shows(&self, summary: &Summary) -> bool {
        self.figure(summary).is_some_and(|it| it > self.more_than)
    }
}

/// What a run that ended so warns of.
pub fn warnings(summary: &Summary) -> Vec<String> {
    let fell_short = SHORTFALLS.iter().filter(|each| each.shows(summary));
    fell_short
        .filter_map(|each| Some((each.says?)(each.figure(summary)?, summary)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_a_figure_and_none_warns_of_zero() {
        let mut summary = Summary::default();
        summary.thermal.off_gpu_hours = Some(0.0);
        summary.thermal.above_setpoint_max_k = Some(0.05);
        assert_eq!(warnings(&summary), Vec::<String>::new());
        // The names are those of figures: a summary with all of them knows each.
        let all: Summary = serde_json::from_value(serde_json::json!({
            "thermal": { "off_gpu_hours": 1, "off_share": 1, "throttled_gpu_hours": 1, "hours_above_limit": 1,
                "hours_above_setpoint": 1, "above_setpoint_max_k": 1, "hours_above_water_class": 1,
                "hours_outside_dew_points": 1 },
            "supply": { "capped_hours": 1, "capped_gpu_hours": 1, "over_limit_hours": 1, "over_target_hours": 1,
                "over_target_max_mw": 1, "overload_hours": 1, "generator_overload_hours": 1, "dark_hours": 1 },
            "service": { "asked_tokens": 4, "refused_tokens": 1, "refused_pictures": 1 },
            "energy_mwh": { "unserved": 1, "excess": 1 },
            "jobs": { "deadlines_missed": 1 },
        }))
        .unwrap();
        for each in SHORTFALLS {
            assert!(each.shows(&all), "{}.{}", each.group, each.key);
        }
        let told = SHORTFALLS.iter().filter(|each| each.says.is_some()).count();
        assert_eq!(warnings(&all).len(), told);
    }

    /// By hand: 80 of 400 GPU-hours off, a quarter of the tokens refused.
    #[test]
    fn sentences_say_how_much() {
        let mut summary = Summary::default();
        summary.thermal.off_gpu_hours = Some(80.0);
        summary.thermal.off_share = Some(0.2);
        summary.service.asked_tokens = Some(4e9);
        summary.service.refused_tokens = Some(1e9);
        summary.supply.capped_hours = Some(1.0 / 60.0);
        let told = warnings(&summary);
        assert!(told[1].contains("slowed down for 1.0 min"), "{told:?}");
        assert!(told[0].contains("80 GPU-hours, 20.00 % of all"), "{told:?}");
        assert!(told[2].starts_with("25.00 % of the tokens"), "{told:?}");
    }
}
