//! Size of the tables of a run, before it is made.

use crate::output::grouped;
use crate::scenario::Resolved;
use crate::workload::trace::Trace;

/// Bytes of a row of CSV: of each table as runs of the shipped scenarios have them, to a third or so.
const TIMESERIES_BYTES: f64 = 230.0;
const HALL_BYTES: f64 = 35.0;
const CIRCUIT_BYTES: f64 = 55.0;
const RACK_BYTES: f64 = 58.0;
const JOB_BYTES: f64 = 150.0;

/// Rows and sizes, in a line.
pub fn tables(resolved: &Resolved) -> String {
    let scenario = &resolved.scenario;
    let facility = &resolved.simulation.facility;
    let halls = facility.hall_names().len() as f64;
    // A single one has no columns of its own.
    let circuits = match facility.circuits() {
        1 => 0.0,
        several => several as f64,
    };
    let racks: f64 = scenario.hall.iter().map(|hall| f64::from(hall.racks)).sum();
    let row = TIMESERIES_BYTES + halls * HALL_BYTES + circuits * CIRCUIT_BYTES;
    let intervals = (resolved.total_s / scenario.run.record_s).ceil();
    let mut parts = vec![
        format!("timeseries {}", rows(intervals, row)),
        format!("racks {}", rows(racks, RACK_BYTES)),
    ];
    let workload = &scenario.workload;
    let whole = workload.constant.is_some()
        || workload.profile.is_some()
        || workload.mining.is_some()
        || workload.trace.as_ref().is_some_and(Trace::is_whole);
    match resolved.jobs {
        Some(jobs) if jobs >= 0.5 => {
            parts.push(format!("jobs about {}", rows(jobs, JOB_BYTES)));
        }
        None if !whole => parts.push("jobs a row for each that ends".into()),
        _ => {}
    }
    let mut text = parts.join(", ");
    if resolved.jobs.is_some_and(|jobs| jobs * JOB_BYTES > LARGE) {
        text += "; `run --jobs-sample 0.01` writes a hundredth of the jobs, `--tables` leaves tables out";
    }
    text
}

/// From here on people want to know how to have less, bytes.
const LARGE: f64 = 1e9;

fn rows(rows: f64, bytes: f64) -> String {
    let bytes = rows * bytes;
    let size = match bytes {
        _ if bytes < 1e6 => format!("{:.0} kB", (bytes / 1e3).max(1.0)),
        _ if bytes < 1e9 => format!("{:.0} MB", bytes / 1e6),
        _ => format!("{:.1} GB", bytes / 1e9),
    };
    let rows = if rows.round() <= 1.0 {
        "1 row".into()
    } else if rows < 1e6 {
        format!("{} rows", grouped(rows, 0))
    } else {
        format!("{:.1} million rows", rows / 1e6)
    };
    format!("{rows} ({size})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_sizes_read_well() {
        assert_eq!(rows(35_040.0, 283.0), "35,040 rows (10 MB)");
        assert_eq!(rows(3.0, 58.0), "3 rows (1 kB)");
        assert_eq!(rows(1.0, 58.0), "1 row (1 kB)");
        assert_eq!(rows(14.9e6, 150.0), "14.9 million rows (2.2 GB)");
    }
}
