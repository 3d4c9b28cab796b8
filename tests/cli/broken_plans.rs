//! Scenarios whose values are sound one by one, and wrong together.

use crate::broken_scenarios::check;
use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD};

#[test]
fn names_and_dates() {
    let rule = "letters, digits, '-', '_' and '.'";
    let second = "[[hall]]\nname = \"north\"\nserver = \"hgx-h200\"\nracks = 1\nservers_per_rack = 1\n\
                  [hall.cooling.air]\n[heat_rejection.";
    check(
        &[],
        &[
            (
                "\"tiny\"",
                "\"../x\"",
                "\"../x\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"tiny\"",
                "\"/etc/x\"",
                "\"/etc/x\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"tiny\"",
                "\"..\"",
                "\"..\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"tiny\"",
                "\"\"",
                "\"\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"tiny\"",
                "\"a b\"",
                "\"a b\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"tiny\"",
                "\"-o\"",
                "\"-o\"",
                &["cannot name a result folder", rule],
            ),
            (
                "\"north\"",
                "\"no/rth\"",
                "\"no/rth\"",
                &["cannot name a hall", rule],
            ),
            (
                "[heat_rejection.",
                second,
                "",
                &["two halls are named 'north'", "its own name"],
            ),
            (
                "\"2026-07-01\"",
                "\"2026-02-30\"",
                "\"2026-02-30\"",
                &["is not a valid date", "YYYY-MM-DD"],
            ),
            (
                "\"2026-07-01\"",
                "\"tomorrow\"",
                "\"tomorrow\"",
                &["is not a valid date", "YYYY-MM-DD"],
            ),
            (
                "\"2026-07-01\"",
                "\"1066-10-14\"",
                "\"1066-10-14\"",
                &["1900 to 2200"],
            ),
        ],
    );
}

#[test]
fn tables_that_are_missing_or_too_many() {
    let two_plants = format!("{CHILLERS}{DRY_COOLER}");
    let two_coolings = format!("{AIR}{IMMERSION}");
    check(
        &[],
        &[
            (
                "name = \"tiny\"\n",
                "",
                "",
                &["'name' is missing", "add name ="],
            ),
            (
                "[site]\nclimate = \"phoenix\"\n",
                "",
                "",
                &["'site' is missing", "add [site]"],
            ),
            (
                "climate = \"phoenix\"\n",
                "",
                "[site]",
                &["no weather", "climate = \"phoenix\"", "weather ="],
            ),
            (
                "climate = \"phoenix\"\n",
                "climate = \"phoenix\"\nweather = \"x.epw\"\n",
                "\"x.epw\"",
                &["both a climate and a weather file", "keep one"],
            ),
            (
                CHILLERS,
                "",
                "",
                &["'heat_rejection' is missing", "[heat_rejection.dry_cooler]"],
            ),
            (
                CHILLERS,
                &two_plants,
                "",
                &["'heat_rejection' needs one table", "keep exactly one"],
            ),
            (
                CHILLERS,
                "[heat_rejection]\n",
                "",
                &["'heat_rejection", "keep exactly one"],
            ),
            (AIR, "", "", &["'cooling' is missing", "[hall.cooling.air]"]),
            (
                AIR,
                &two_coolings,
                "",
                &["'hall.cooling' needs one table", "keep exactly one"],
            ),
            (AIR, "[hall.cooling]\n", "", &["keep exactly one"]),
            (
                LOAD,
                "",
                "",
                &["'workload' is missing", "[workload.constant]"],
            ),
            (
                LOAD,
                "[workload]\n",
                "[workload]",
                &["no workload", "[workload.constant]"],
            ),
            (
                "utilisation = 0.7",
                "",
                "[workload.constant]",
                &["'utilisation' is missing"],
            ),
            (
                "racks = 3\n",
                "",
                "[[hall]]",
                &["'racks' is missing", "add racks ="],
            ),
        ],
    );
}

#[test]
fn parts_that_do_not_fit_together() {
    let clash = format!("{LOAD}[workload.profile]\nfile = \"load.csv\"\n");
    let both = format!("{LOAD}[workload.batch]\njobs_per_day = 5\ngpus = [1]\nmedian_hours = 1\n");
    check(
        &[],
        &[
            (
                "18.0",
                "21.5",
                "24.0",
                &["facility water of 21.5 °C", "raise supply_c to 27.5"],
            ),
            (
                "\"hgx-h100\"",
                "\"gb200-nvl72\"",
                "\"gb200-nvl72\"",
                &["not built for air", "hgx-h200"],
            ),
            (
                LOAD,
                &clash,
                "[workload.constant]",
                &["cannot be combined with workload.profile", "keep one"],
            ),
            (
                LOAD,
                &both,
                "[workload.constant]",
                &["cannot be combined with workload.batch", "keep one"],
            ),
            (
                "setpoint_c = 18.0",
                "setpoint_c = 18.0\ncurves = \"york-ycal0033-101kw-scroll\"",
                "\"york-ycal0033-101kw-scroll\"",
                &["other kind of condenser", "coldaisle catalogue chillers"],
            ),
            (
                "supply_c = 24.0",
                "supply_c = 24.0\ninstalled = 0.8",
                "0.8",
                &["use 1 to 10"],
            ),
        ],
    );
    check(
        &[(AIR, IMMERSION), (CHILLERS, DRY_COOLER)],
        &[(
            "setpoint_c = 31.0",
            "setpoint_c = 38.0",
            "36.0",
            &["facility water of 38.0 °C", "raise supply_c to 42.0"],
        )],
    );
    // Fans of its own, and nothing to put into a tank.
    check(
        &[(AIR, IMMERSION), (CHILLERS, DRY_COOLER)],
        &[(
            "\"hgx-h100\"",
            "\"m2-ultra-studio\"",
            "\"m2-ultra-studio\"",
            &["not built for immersion", "hgx-h100"],
        )],
    );
}

#[test]
fn work_that_does_not_fit() {
    check(
        &[(LOAD, JOBS)],
        &[
            (
                "gpus = 32",
                "gpus = 96",
                "96",
                &["96 GPUs fits in no hall", "has 80, after what inference"],
            ),
            (
                "gpus = 32",
                "gpus = 0",
                "0, mfu",
                &["gpus = 0 is out of range"],
            ),
            (
                "= 2e9",
                "= 900e9",
                "32, mfu",
                &["32 GPUs of 80 GB cannot hold 9.000e11", "at least 211"],
            ),
            (
                "gpus = 16\n",
                "gpus = 104\n",
                "104",
                &["requests 104 GPUs", "only 96"],
            ),
            (
                "gpus = 16\n",
                "gpus = 0\n",
                "0\nmean",
                &["gpus = 0 is out of range", "use 1 to"],
            ),
            (
                "mean_utilisation = 0.5",
                "mean_utilisation = 0.9",
                "0.9",
                &["busiest hour", "at most 0.7"],
            ),
            (
                "gpus = [8, 16]",
                "gpus = [ ]",
                "[ ]",
                &["size above zero", "[8, 16, 32]"],
            ),
            (
                "gpus = [8, 16]",
                "gpus = [8, 16]\nweights = [1]",
                "[1]",
                &["1 weights for 2 sizes"],
            ),
            (
                "gpus = [8, 16]",
                "gpus = [8, 16]\nweights = [nan, 1]",
                "nan",
                &["weights[0] = nan is out of range"],
            ),
            (
                "jobs_per_day = 150",
                "jobs_per_day = 1e10",
                "1e10",
                &["use 0 to 1e7"],
            ),
            (
                "parameters = 2e9",
                "parameters = 2",
                "",
                &["this run would last", "405e9, not 405"],
            ),
            (
                "gpus = 32, mfu",
                "gpus = 32, precision = \"fp16\", mfu",
                "\"fp16\"",
                &["bf16, fp8"],
            ),
        ],
    );
}

#[test]
fn implausible_plants_are_refused() {
    let keys = |text: &str| format!("{CHILLERS}{text}\n");
    let cases: [(&str, &str, &[&str]); 17] = [
        ("spares = 1", "spares", &["unknown key", "'spare'"]),
        ("spare = 100000", "100000", &["out of range", "0 to 1000"]),
        (
            "staging = \"fewest\"",
            "\"fewest\"",
            &["fewest-units", "least-power"],
        ),
        (
            "capacity_kw = 0.001",
            "0.001",
            &["out of range", "decimal point"],
        ),
        ("capacity_kw = -5", "-5", &["above zero"]),
        (
            "tower = { flow = 3 }",
            "flow",
            &["unknown key 'flow'", "flow_kg_s"],
        ),
        (
            "tower = { range_k = 900.0 }",
            "900.0",
            &["tower.range_k", "out of range"],
        ),
        (
            "water = { flow_kg_s = 1e-9 }",
            "1e-9",
            &["water.flow_kg_s", "out of range"],
        ),
        ("water = { min_flow = 1.5 }", "1.5", &["between 0 and 1"]),
        (
            "water = { storage_m3 = 0.0001 }",
            "0.0001",
            &["water.storage_m3", "out of range"],
        ),
        ("water = { storage_m3 = -3 }", "-3", &["above zero"]),
        (
            "tower = { model = 'Merkel' }",
            "'Merkel'",
            &["york-calc", "merkel"],
        ),
        (
            "tower = { basin_litres_per_kw = 0 }",
            "0 }",
            &["above zero"],
        ),
        (
            "tower = { model = 'merkel', air_m3_s = 0.01 }",
            "0.01",
            &["carry too little", "use more than"],
        ),
        ("economizer = { approach_k = 0.0 }", "0.0", &["above zero"]),
        ("economizer = { integrated = 1 }", "1 }", &["1 is not"]),
        (
            "reuse = { heat_pump = false }",
            "{ heat_pump = false }",
            &["heats no network", "heat_pump = true"],
        ),
    ];
    for (text, marked, words) in cases {
        check(&[], &[(CHILLERS, &keys(text), marked, words)]);
    }
}
