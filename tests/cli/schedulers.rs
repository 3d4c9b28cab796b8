//! Schedulers and their rules, as scenarios give them.

use crate::broken_scenarios::check;
use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD, Lab, tiny};

const JOB_LOAD: &[(&str, &str)] = &[(LOAD, JOBS)];
const FIFO: &str = "[scheduler.fifo]\n";

#[test]
fn rules_that_make_no_sense() {
    check(
        JOB_LOAD,
        &[
            (
                FIFO,
                "[scheduler.fifo]\norder = \"fair_share\"\n",
                "\"fair_share\"",
                &[
                    "is given where a table is expected",
                    "write it as [scheduler.fifo.order.fair_share]; allowed",
                ],
            ),
            (
                FIFO,
                "[scheduler.fifo.order.fairshare]\n",
                "fairshare",
                &["unknown name 'fairshare'", "did you mean 'fair_share'?"],
            ),
            (
                FIFO,
                "[scheduler.fifo]\norder = { shortest_first = {}, priority = {} }\n",
                "{ shortest_first = {}, priority = {} }",
                &["needs one table"],
            ),
            (
                FIFO,
                "[scheduler.backfill.order.fair_share]\nhalf_life_days = -0.5\n",
                "-0.5",
                &["-0.5 must be a number above zero"],
            ),
            (
                FIFO,
                "[scheduler.backfill.order.fair_share]\n\
                 shares = [{ user = 7, share = 1 }, { user = 7, share = 2 }]\n",
                "",
                &["user 7 has two shares", "name each user once"],
            ),
            (
                FIFO,
                "[scheduler.backfill.order.priority]\nageing_hours = -3\n",
                "-3",
                &["-3 must be a number above zero"],
            ),
            (
                FIFO,
                "[scheduler.backfill]\nplacement = \"hottest\"\n",
                "\"hottest\"",
                &["unknown name 'hottest'", "first, packed, coolest"],
            ),
            (
                FIFO,
                "[scheduler.backfill.power_cap]\nit_mw = 0.01\n",
                "0.01",
                &["no job could ever start: idle servers draw", "raise it_mw"],
            ),
            (
                FIFO,
                "[scheduler.backfill.power_cap]\n",
                "",
                &["'it_mw' is missing"],
            ),
            (
                FIFO,
                "[scheduler.first_fit.defer]\nby = \"carbon\"\n",
                "\"carbon\"",
                &[
                    "every hour has the same value",
                    "site.carbon_g_kwh from a CSV file",
                ],
            ),
            (
                FIFO,
                "[scheduler.first_fit.defer]\nby = \"water\"\n",
                "\"water\"",
                &["unknown name 'water'", "carbon, price"],
            ),
            (
                FIFO,
                "[scheduler.first_fit.defer]\nby = \"price\"\nquantile = 1.5\n",
                "1.5",
                &["1.5 must be between 0 and 1"],
            ),
            (
                FIFO,
                "[scheduler.conservative]\ndepth = -1\n",
                "-1",
                &["-1 is not a whole number"],
            ),
            (
                FIFO,
                "[scheduler.conservative]\npreemption = \"yes\"\n",
                "\"yes\"",
                &["\"yes\" is not what belongs here"],
            ),
            (
                "servers_per_rack = 4\n",
                "servers_per_rack = 4\nracks_per_pod = 0\n",
                "",
                &["is not a whole number from 1"],
            ),
        ],
    );
}

/// Every table and rule runs, and what was resolved runs again.
#[test]
fn every_scheduler_runs() {
    let lab = Lab::new();
    for (index, scheduler) in [
        "[scheduler.conservative]\ndepth = 20\n",
        "[scheduler.fifo.order.shortest_first]\n",
        "[scheduler.backfill.order.priority]\nageing_hours = 2\n[scheduler.backfill.preemption]\n",
        "[scheduler.first_fit.order.fair_share]\nshares = [{ user = 1, share = 2 }]\n",
        "[scheduler.backfill]\nplacement = \"packed\"\n[scheduler.backfill.power_cap]\nit_mw = 0.07\n",
        "[scheduler.conservative]\nplacement = \"coolest\"\n",
    ]
    .iter()
    .enumerate()
    {
        lab.write("a.toml", tiny(&[(LOAD, JOBS), (FIFO, scheduler)]));
        let (first, again) = (format!("a{index}"), format!("b{index}"));
        lab.good(&["run", "a.toml", "-o", &first, "--quiet"]);
        let resolved = format!("{first}/scenario.toml");
        lab.good(&["run", &resolved, "-o", &again, "--quiet"]);
        assert_eq!(
            lab.json(&format!("{first}/summary.json")),
            lab.json(&format!("{again}/summary.json")),
            "{scheduler}"
        );
        let jobs = lab.json(&format!("{first}/summary.json"))["jobs"]["completed"].clone();
        assert!(jobs.as_u64().unwrap() > 50, "{scheduler}: {jobs}");
    }
}

/// The figure of a run of all kinds of jobs for three days, in eight racks.
fn figure(changes: &[(&str, &str)], scheduler: &str, group: &str, name: &str) -> f64 {
    let lab = Lab::new();
    let mut all = changes.to_vec();
    all.extend([
        (LOAD, JOBS),
        (FIFO, scheduler),
        ("days = 1", "days = 3"),
        ("racks = 3", "racks = 8"),
        ("step_s = 300", "step_s = 60"), // peaks are means over a step
    ]);
    lab.write("a.toml", tiny(&all));
    lab.good(&["run", "a.toml", "-o", "a", "--quiet"]);
    lab.json("a/summary.json")[group][name].as_f64().unwrap()
}

/// A cap on the estimate holds for what the halls draw: the estimate is made over the warmest coolant of the design.
#[test]
fn the_power_cap_holds_in_the_halls() {
    let free_kw = figure(&[], "[scheduler.backfill]\n", "peak_kw", "it");
    let cap_kw = 0.85 * free_kw;
    let scheduler = format!("[scheduler.backfill.power_cap]\nit_mw = {}\n", cap_kw / 1e3);
    let capped_kw = figure(&[], &scheduler, "peak_kw", "it");
    assert!(capped_kw <= cap_kw, "{capped_kw} of {cap_kw} kW");
    assert!(capped_kw > 0.9 * cap_kw, "{capped_kw} of {cap_kw} kW");
}

/// In tanks, whose oil keeps the heat of the jobs before, jobs in the coolest keep the hottest chip cooler than jobs that
/// fill tank after tank.
#[test]
fn coolest_placement_cools_the_hottest_chip() {
    let winter = ("2026-07-01", "2026-01-10"); // in summer both throttle
    let tanks = [(AIR, IMMERSION), (CHILLERS, DRY_COOLER), winter];
    let hottest_c = |placement: &str| {
        let scheduler = format!("[scheduler.backfill]\nplacement = \"{placement}\"\n");
        figure(&tanks, &scheduler, "thermal", "max_chip_c")
    };
    let (first_c, coolest_c) = (hottest_c("first"), hottest_c("coolest"));
    println!("{first_c} {coolest_c}");
    assert!(
        coolest_c < first_c - 0.5,
        "{coolest_c} against {first_c} °C"
    );
}
