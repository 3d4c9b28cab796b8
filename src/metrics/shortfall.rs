//! Shortfalls: figures that are zero in a run in which everything did (`Spec::zero`). Each is a row of the printed
//! tables and, with a sentence of its own, a warning of the run.

use super::Summary;
use super::figures::Figure;

/// Hours, as text.
pub(super) fn h(hours: f64) -> String {
    if hours < 0.1 {
        format!("{:.1} min", 60.0 * hours)
    } else if hours < 10.0 {
        format!("{hours:.1} h")
    } else {
        format!("{hours:.0} h")
    }
}

/// GPU-hours, as text.
pub(super) fn gpu_h(hours: f64) -> String {
    format!("{hours:.0} GPU-hours")
}

/// Shortfalls, the gravest first.
pub fn fell_short(summary: &Summary) -> Vec<(Figure, f64)> {
    let figures = summary.table().into_iter();
    let mut short: Vec<(Figure, f64)> = figures
        .filter(|(figure, value)| figure.fell_short(*value))
        .filter_map(|(figure, value)| Some((figure, value?)))
        .collect();
    short.sort_by_key(|(figure, _)| figure.spec.rank);
    short
}

/// Warnings after a run with these figures.
pub fn warnings(summary: &Summary) -> Vec<String> {
    let short = fell_short(summary).into_iter();
    short
        .filter_map(|(figure, value)| Some((figure.spec.zero?.warning?)(value, summary)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_warns_of_zero_and_each_of_more() {
        let mut summary = Summary::default();
        summary.thermal.off_gpu_hours = Some(0.0);
        summary.thermal.above_setpoint_max_k = Some(0.05);
        // 8 W·h would read "0.000 MWh were not served".
        summary.energy_mwh.unserved = Some(8e-6);
        summary.energy_mwh.excess = Some(0.4e-3);
        assert_eq!(warnings(&summary), Vec::<String>::new());
        summary.energy_mwh.unserved = Some(0.51e-3);
        assert!(
            warnings(&summary)[0].starts_with("0.001 MWh"),
            "{:?}",
            warnings(&summary)
        );
        // The gravest first: heat, the load, the supply, what users missed.
        let all: Summary = serde_json::from_value(serde_json::json!({
            "thermal": { "off_gpu_hours": 1, "off_share": 1, "throttled_gpu_hours": 1, "hours_above_limit": 1,
                "hours_above_setpoint": 1, "above_setpoint_max_k": 1, "hours_above_water_class": 1,
                "hours_outside_dew_points": 1 },
            "supply": { "capped_hours": 1, "capped_gpu_hours": 1, "over_limit_hours": 1, "over_target_hours": 1,
                "over_target_max_mw": 1, "overload_hours": 1, "generator_overload_hours": 1, "dark_hours": 1 },
            "service": { "requested_tokens": 4, "refused_tokens": 1, "refused_images": 1,
                "refused_requests": 1 },
            "energy_mwh": { "unserved": 1, "excess": 1 },
            "jobs": { "deadlines_missed": 1 },
            "ride_through": { "too_short_s": 1 },
        }))
        .unwrap();
        let short: Vec<&str> = fell_short(&all)
            .iter()
            .map(|(figure, _)| figure.key)
            .collect();
        assert_eq!(
            short.join(" "),
            "off_gpu_hours off_share throttled_gpu_hours hours_above_limit hours_above_setpoint above_setpoint_max_k \
             hours_above_water_class hours_outside_dew_points unserved excess capped_hours capped_gpu_hours \
             over_limit_hours generator_overload_hours over_target_hours over_target_max_mw overload_hours dark_hours \
             refused_tokens refused_images refused_requests too_short_s deadlines_missed"
        );
        // Four belong to the one before them, refused requests to their tokens.
        assert_eq!(warnings(&all).len(), short.len() - 5);
        let described = all
            .table()
            .into_iter()
            .filter(|(figure, _)| figure.spec.zero.is_some());
        assert_eq!(described.count(), short.len());
    }

    /// By hand: 80 of 400 GPU-hours off, a quarter of the tokens refused.
    #[test]
    fn sentences_say_how_much() {
        let mut summary = Summary::default();
        summary.thermal.off_gpu_hours = Some(80.0);
        summary.thermal.off_share = Some(0.2);
        summary.service.requested_tokens = Some(4e9);
        summary.service.refused_tokens = Some(1e9);
        summary.supply.capped_hours = Some(1.0 / 60.0);
        let lines = warnings(&summary);
        assert!(lines[1].contains("slowed down for 1.0 min"), "{lines:?}");
        assert!(
            lines[0].contains("80 GPU-hours, 20.00 % of all"),
            "{lines:?}"
        );
        assert!(lines[2].starts_with("25.00 % of the tokens"), "{lines:?}");
    }
}
