//! Rooms whose air stops: Opengate's test of cabinets of 5 and 10 kW.

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

/// Opengate Data Systems for Active Power, September 2007: 5 kW a cabinet shut down after 3 min 9 s, 10 kW and more in less than
/// a minute. The inlet at which servers give up is not published: it was fitted to the first, and the second is the check.
pub(crate) fn opengate() -> Vec<Row> {
    let shutdown_s = |sets: &[&str]| {
        let sets: Vec<String> = sets.iter().map(|&set| set.into()).collect();
        let summary = run(&scenario("opengate"), &sets, |_| ());
        summary.ride_through.first_shutdown_s.unwrap()
    };
    let row = |quantity: &str| Row::new("Opengate", quantity, "s");
    vec![
        row("5 kW a cabinet: shut down after its air stops (inlet limit fitted)")
            .theirs(189.0)
            .ours(shutdown_s(&[]))
            .digits(3)
            .percent(10.0)
            .evidence(Evidence::Fitted),
        row("10 kW a cabinet: less than a minute")
            .ours(shutdown_s(&[
                "hall.0.servers_per_rack=40",
                "catalogue.servers.two-processors.mass_j_k=6000",
            ]))
            .digits(2)
            .between(5.0, 60.0),
    ]
}
