//! Bills: ratchets that look at some months, half hours, whose night Saturday 01:00 is, runs of a part of a month.

use std::collections::HashMap;

use super::case;
use super::lab::Lab;

/// A column of `timeseries.csv` by the month, weekday (Monday 0), and hour that its rows begin at.
fn rows(lab: &Lab, column: &str) -> Vec<([u8; 3], f64)> {
    let series = lab.read("out/timeseries.csv");
    let mut lines = series.lines();
    let header: Vec<_> = lines.next().unwrap().split(',').collect();
    let place = header.iter().position(|name| *name == column).unwrap();
    let row = |line: &str| {
        let cells: Vec<_> = line.split(',').collect();
        let at: jiff::civil::DateTime = cells[0].parse().unwrap();
        let day = at.weekday().to_monday_zero_offset();
        let when = [at.month() as u8, day as u8, at.hour() as u8];
        (when, cells[place].parse().unwrap())
    };
    lines.map(row).collect()
}

fn demand_usd(lab: &Lab) -> f64 {
    lab.json("out/summary.json")["cost_usd"]["demand"]
        .as_f64()
        .unwrap()
}

/// A ratchet of 80 % that looks at the on-peak demand of May to October; off-peak demand has none. The old text, one ratchet
/// for the whole site, is refused, and its cure is applied here.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_10_ratchet_on_peak_only() {
    let Some(lab) = case("10-ratchet-on-peak-only") else {
        return;
    };
    lab.refused(
        &["run", "scenario.toml"],
        &[
            "site.demand_usd_kw_month is not given",
            "move it into the [[site.tariff.period]]",
        ],
    );
    let old = lab.read("scenario.toml");
    let moved = |ratchet: &str| {
        let text = old.replace("ratchet = 0.8\n", "");
        text.replacen(
            "demand_usd_kw_month = 10\n",
            &format!("demand_usd_kw_month = 10\nratchet = {ratchet}\n"),
            1,
        )
    };
    let peaks = |lab: &Lab| {
        let (mut on, mut off) = ([0.0_f64; 12], [0.0_f64; 12]);
        for ([month, day, hour], kw) in rows(lab, "facility_kw") {
            let peak = if day < 5 && (11..21).contains(&hour) {
                &mut on
            } else {
                &mut off
            };
            let peak = &mut peak[usize::from(month) - 1];
            *peak = peak.max(kw);
        }
        (on, off)
    };
    for (ratchet, looks_at) in [
        ("{ share = 0.8, looks_at = [5, 6, 7, 8, 9, 10] }", 5..=10),
        ("0.8", 1..=12),
    ] {
        lab.write("scenario.toml", moved(ratchet));
        lab.good(&["run", "scenario.toml", "-o", "out", "--quiet"]);
        let (on, off) = peaks(&lab);
        let mut usd = 0.0;
        for month in 0..12 {
            let looked_at = (0..month).filter(|at| looks_at.contains(&(at + 1)));
            let least = 0.8 * looked_at.map(|at| on[at]).fold(0.0, f64::max);
            usd += 10.0 * on[month].max(least) + 4.0 * off[month];
        }
        assert!(
            (demand_usd(&lab) - usd).abs() < 0.1,
            "{} {usd}",
            demand_usd(&lab)
        );
    }
    lab.write(
        "scenario.toml",
        moved("{ share = 0.8, looks_at = [5, 6, 7, 8, 9, 10] }"),
    );
    lab.good(&["run", "scenario.toml", "-o", "out", "--quiet"]);
    let usd = demand_usd(&lab);
    // Worked out by hand for another plant: the peaks of this one are 2 % higher.
    assert!((usd - 14_470.82).abs() < 0.03 * 14_470.82, "{usd}");
}

/// A night from half past midnight to half past five at 50 USD/MWh and the rest at 100: 20 and 76 quarters of each day. In
/// weekdays from 22 to 6, Saturday 01:00 is not night and Monday 01:00 is.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_33_tariff_half_hours() {
    let Some(lab) = case("33-tariff-half-hours") else {
        return;
    };
    lab.good(&["run", "scenario.toml", "-o", "out", "--quiet"]);
    let prices = rows(&lab, "price_usd_mwh");
    assert_eq!(prices.len(), 7 * 96);
    for (row, (_, price)) in prices.iter().enumerate() {
        let night = (2..22).contains(&(row % 96));
        assert_eq!(*price, if night { 50.0 } else { 100.0 }, "row {row}");
    }
    lab.good(&["run", "friday.toml", "-o", "out", "--quiet"]);
    let mut found = HashMap::new();
    for ([_, day, hour], price) in rows(&lab, "price_usd_mwh") {
        found.insert((day, hour), price);
    }
    let at = |day, hour| found[&(day, hour)];
    assert_eq!([at(4, 1), at(4, 23), at(0, 1)], [50.0; 3]);
    assert_eq!([at(5, 1), at(6, 23), at(2, 12)], [100.0; 3]);
}
