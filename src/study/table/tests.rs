use super::*;

fn lines(summary: &Summary) -> Vec<String> {
    let start = Date::constant(2026, 1, 1);
    let table = super::summary("x", start, summary, 80, false);
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.lines().map(words).collect()
}

/// By hand: the unit of an energy comes from energies, whatever else is under the same heading.
#[test]
fn energy_under_other_figures_keeps_its_size() {
    let mut summary = Summary::default();
    summary.thermal.off_gpu_hours = Some(2e6);
    summary.energy_mwh.unserved = Some(6.881);
    let table = lines(&summary);
    assert!(
        table.contains(&"load not served 6.881 MWh".to_owned()),
        "{table:?}"
    );
}

/// By hand: 8,760 h of 2026 and 12.5 h more.
#[test]
fn a_moment_of_a_later_year_says_which() {
    let mut summary = Summary::default();
    for (hours, expected) in [(12.5, "at 01-01 12:30"), (8772.5, "at 2027-01-01 12:30")] {
        summary.peak_h.facility = Some(hours);
        let table = lines(&summary);
        assert!(table.contains(&expected.to_owned()), "{table:?}");
    }
}
