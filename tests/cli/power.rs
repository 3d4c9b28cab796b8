//! Power delivery as a user states it: chains, series of price and carbon, tariffs, limits, devices of the site.

use coldaisle::metrics::Metrics;
use coldaisle::observer::Observer as _;

use crate::lab::{Lab, place, tiny};

/// Each text put in place of the electrical table of a sound scenario, the marked text, and what must be said.
#[test]
fn a_chain_that_cannot_be_is_refused_at_its_place() {
    let lab = Lab::new();
    let cases = [
        (
            "[[electrical.stage]]\ndevice = \"ups.ecco\"",
            "\"ups.ecco\"",
            "there is no UPS 'ecco'",
            "did you mean 'ups.eco'?",
        ),
        (
            "[[electrical.stage]]\ndevice = \"eco\"",
            "\"eco\"",
            "there is no electrical device 'eco'",
            "ups.eco",
        ),
        (
            "[electrical]\npdu = \"busway\"\n[[electrical.stage]]\ndevice = \"ups.eco\"",
            "\"busway\"",
            "pdu cannot be combined with a list of stages",
            "remove it",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\nunits = 3",
            "\"ups.eco\"",
            "units without a rating",
            "add rated_kw",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\ncarries = \"all\"",
            "\"all\"",
            "unknown name 'all'",
            "site",
        ),
        (
            "[[electrical.stage]]\ndevice = \"ups.eco\"\nstands = \"hall\"\ncarries = \"site\"",
            "\"ups.eco\"",
            "cannot be in a hall",
            "outdoors",
        ),
    ];
    for (stages, marked, what, cure) in cases {
        let text = tiny(&[("[electrical]\nups = \"eco\"", stages)]);
        lab.write("bad.toml", &text);
        let place = format!("--> {}", place("bad.toml", &text, marked));
        lab.refused(&["run", "bad.toml"], &[what, &place, cure]);
    }
}

/// The same three stages, by name and as a list, give the same result to the last digit.
#[test]
fn a_list_of_the_usual_stages_is_the_usual_chain() {
    let lab = Lab::with("named.toml", tiny(&[]));
    let list = "[[electrical.stage]]\ndevice = \"transformer.medium-voltage-liquid\"\n\
                [[electrical.stage]]\ndevice = \"ups.eco\"\n[[electrical.stage]]\ndevice = \"pdu.busway\"\n";
    lab.write(
        "list.toml",
        tiny(&[("[electrical]\nups = \"eco\"\n", list)]),
    );
    for name in ["named", "list"] {
        lab.good(&["run", &format!("{name}.toml"), "-o", name, "--quiet"]);
    }
    assert_eq!(
        lab.json("named/summary.json"),
        lab.json("list/summary.json")
    );
    // What a run leaves can be run again.
    lab.good(&["run", "list/scenario.toml", "-o", "again", "--quiet"]);
    assert_eq!(
        lab.json("again/summary.json"),
        lab.json("list/summary.json")
    );
}

/// A price file of a year, its value the hour of the day.
fn prices() -> String {
    let hours = (0..365 * 24).map(|hour| {
        let (day, hour) = (hour / 24, hour % 24);
        let date = jiff::civil::date(2025, 1, 1).saturating_add(jiff::Span::new().days(day));
        format!("{date} {hour:02}:00:00-07:00,{}\n", hour - 3)
    });
    let header = "timestamp,price_usd_mwh\n".to_owned();
    std::iter::once(header)
        .chain(hours)
        .collect::<Vec<_>>()
        .concat()
}

/// Phoenix keeps UTC−7: the hour of the file is the hour of the run. Prices below zero pay for use.
#[test]
fn a_price_file_is_laid_over_the_run_and_traced() {
    let lab = Lab::with("prices.csv", prices());
    let site = "climate = \"phoenix\"\nprice_usd_mwh = \"prices.csv\"\n";
    lab.write("tiny.toml", tiny(&[("climate = \"phoenix\"\n", site)]));
    lab.good(&["run", "tiny.toml", "-o", "out", "--quiet"]);
    let series = lab.read("out/timeseries.csv");
    let mut rows = series.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let at = |name: &str| header.iter().position(|cell| *cell == name).unwrap();
    let (price, facility) = (at("price_usd_mwh"), at("facility_kw"));
    let mut usd = 0.0;
    for (row, cells) in rows.enumerate() {
        let expected = (row / 4) as f64 - 3.0;
        assert_eq!(cells[price].parse::<f64>().unwrap(), expected);
        usd += expected * cells[facility].parse::<f64>().unwrap() / 4e3;
    }
    let paid = lab.json("out/summary.json")["cost_usd"]["energy"]
        .as_f64()
        .unwrap();
    assert!((paid - usd).abs() < 1e-3, "{paid} {usd}");
    let run = lab.read("out/run.json");
    assert!(
        run.contains("prices.csv") && run.contains("sha256"),
        "{run}"
    );
    let said = lab.good(&["validate", "tiny.toml"]);
    let out = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let how = "taken by month, day and hour from 2025";
    assert!(out.contains(how), "{out}");
}

#[test]
fn a_price_that_cannot_be_read_is_refused_at_its_place() {
    let lab = Lab::with(
        "short.csv",
        prices().lines().take(30).collect::<Vec<_>>().join("\n"),
    );
    lab.write(
        "bad.csv",
        "timestamp,price_usd_mwh\n2025-01-01 00:00:00,3\n2025-01-01 01:00:00,x\n",
    );
    let cases = [
        (
            "price_usd_mwh = \"none.csv\"",
            "\"none.csv\"",
            "cannot be read",
            "relative to the scenario",
        ),
        (
            "price_usd_mwh = \"short.csv\"",
            "\"short.csv\"",
            "the run starts on",
            "of a whole year",
        ),
        (
            "price_usd_mwh = \"bad.csv\"",
            "\"bad.csv\"",
            "line 3, column price_usd_mwh",
            "\"x\" is not a valid number",
        ),
        (
            "carbon_g_kwh = \"bad.csv\"",
            "\"bad.csv\"",
            "no column of g/kWh",
            "carbon_g_kwh",
        ),
        (
            "price_usd_mwh = true",
            "true",
            "not a number or the name of a CSV file",
            "",
        ),
        (
            "[[site.tariff.period]]\nname = \"a\"\nhours = [3, 30]",
            "[3, 30]",
            "two different numbers from 0 to 24",
            "",
        ),
        (
            "[[site.tariff.period]]\nname = \"a\"\nhours = [3, 9]\nprice_usd_mwh = 7",
            "[site]",
            "leaves hours without a price",
            "add price_usd_mwh to [site]",
        ),
        ("[site.tariff]\nratchet = 80", "80", "between 0 and 1", ""),
        (
            "[site.tariff]\nratchet = 0.8",
            "0.8",
            "site.demand_usd_kw_month is not given",
            "move it into the [[site.tariff.period]]",
        ),
        (
            "[[site.tariff.period]]\nname = \"all\"\n[[site.tariff.period]]\nname = \"b\"",
            "\"b\"",
            "holds no hour",
            "move it further up",
        ),
    ];
    for (line, marked, what, cure) in cases {
        let site = format!("climate = \"phoenix\"\n{line}\n");
        let text = tiny(&[("climate = \"phoenix\"\n", &site)]);
        lab.write("tiny.toml", &text);
        let said = lab.refused(&["run", "tiny.toml"], &[what, cure]);
        if marked != "[site]" {
            said.has(&[&format!("--> {}", place("tiny.toml", &text, marked))]);
        }
    }
}

/// By hand: the afternoon of one July day at 100 USD/MWh, the rest at 10.
#[test]
fn times_of_use_set_the_price() {
    let lab = Lab::new();
    let site = "climate = \"phoenix\"\nprice_usd_mwh = 10\ndemand_usd_kw_month = 0\n[[site.tariff.period]]\nname = \"pm\"\n\
                months = [7]\nhours = [12, 18]\nprice_usd_mwh = 100\ndemand_usd_kw_month = 2\n";
    lab.write("tiny.toml", tiny(&[("climate = \"phoenix\"\n", site)]));
    lab.good(&["run", "tiny.toml", "-o", "out", "--quiet"]);
    let series = lab.read("out/timeseries.csv");
    let mut rows = series.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let facility = header
        .iter()
        .position(|cell| *cell == "facility_kw")
        .unwrap();
    let (mut usd, mut peak_kw) = (0.0, 0.0_f64);
    for (row, cells) in rows.enumerate() {
        let kw = cells[facility].parse::<f64>().unwrap();
        let afternoon = (48..72).contains(&row);
        usd += if afternoon { 100.0 } else { 10.0 } * kw / 4e3;
        peak_kw = if afternoon { peak_kw.max(kw) } else { peak_kw };
    }
    let cost = &lab.json("out/summary.json")["cost_usd"];
    assert!((cost["energy"].as_f64().unwrap() - usd).abs() < 1e-2);
    // One of the 31 days of July.
    assert!((cost["demand"].as_f64().unwrap() - 2.0 * peak_kw / 31.0).abs() < 2e-3);
}

/// A run stepped from Rust has the costs of `coldaisle run`: times of use, both demand charges, water,
/// fuel and what is fed in.
#[test]
fn a_loop_of_ones_own_comes_to_the_same_bill() {
    let lab = Lab::new();
    let site = "climate = \"phoenix\"\nprice_usd_mwh = 10\ndemand_usd_kw_month = 3\nwater_usd_m3 = 2\n\
                [site.solar]\ndc_mw = 0.5\n[site.generator]\npower_mw = 1.0\nfuel_usd_kg = 1.2\n\
                [site.tariff]\nexport_usd_mwh = 4\n[[site.tariff.period]]\nname = \"pm\"\nmonths = [7]\nhours = [12, 18]\n\
                price_usd_mwh = 100\ndemand_usd_kw_month = 2\n\
                [[event]]\nstart = \"2026-07-01T12:00\"\nminutes = 60\nwhat.utility_outage = {}\n";
    lab.write("tiny.toml", tiny(&[("climate = \"phoenix\"\n", site)]));
    lab.good(&["run", "tiny.toml", "-o", "out", "--quiet"]);
    let loaded = coldaisle::scenario::load(&lab.path("tiny.toml"), &[]).unwrap();
    let resolved = coldaisle::scenario::resolve(&loaded).unwrap();
    let mut metrics = Metrics::new(&resolved.context());
    let mut simulation = resolved.simulation;
    while let Some(snapshot) = simulation.step().unwrap() {
        metrics.observe(snapshot).unwrap();
    }
    let cost = metrics.summary().cost_usd;
    assert!(
        [cost.energy, cost.demand, cost.water, cost.fuel]
            .iter()
            .all(Option::is_some),
        "{cost:?}"
    );
    assert_eq!(
        serde_json::to_value(cost).unwrap(),
        lab.json("out/summary.json")["cost_usd"]
    );
}

/// Water at the source, carbon and the price of energy are those of what is imported, CUE counts the fuel too: with sun on
/// half of the day, with a battery, with the grid out for six hours and generators in its place, and all at once.
#[test]
fn figures_of_the_grid_follow_the_meter() {
    let lab = Lab::new();
    let site =
        "climate = \"phoenix\"\nprice_usd_mwh = 50\ngrid_water_l_kwh = 3\ncarbon_g_kwh = 400\n";
    let sun = "[site.solar]\ndc_mw = 0.3\n";
    let battery = "[site.battery]\nenergy_mwh = 0.4\npower_mw = 0.1\npeak_target_mw = 0.05\n";
    let outage = "[site.generator]\npower_mw = 1.0\n[[event]]\nstart = \"2026-07-01T12:00\"\nminutes = 360\n\
                  what.utility_outage = {}\n";
    for more in ["", sun, battery, outage, &format!("{sun}{battery}{outage}")] {
        let site = format!("{site}{more}\n");
        lab.write("a.toml", tiny(&[("climate = \"phoenix\"\n", &site)]));
        lab.good(&["run", "a.toml", "-o", "out", "--quiet"]);
        let summary = lab.json("out/summary.json");
        let get = |group: &str, key: &str| summary[group][key].as_f64();
        let all = |group: &str, key: &str| get(group, key).unwrap();
        let import_mwh = match get("energy_mwh", "grid_import") {
            Some(import_mwh) => import_mwh,
            None => all("energy_mwh", "facility"),
        };
        let it_mwh = all("energy_mwh", "it");
        let near = |found: f64, expected: f64| {
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "{found} for {expected}: {more}"
            );
        };
        near(all("carbon_t", "operational"), 0.4 * import_mwh);
        near(all("cost_usd", "energy"), 50.0 * import_mwh);
        let water = all("ratios", "wue_source_l_per_kwh") - all("ratios", "wue_l_per_kwh");
        near(water, 3.0 * import_mwh / it_mwh);
        let fuel_t = get("carbon_t", "generators").unwrap_or(0.0);
        let cue = all("ratios", "cue_kg_per_kwh");
        near(cue, (0.4 * import_mwh + fuel_t) / it_mwh);
        assert_eq!(fuel_t > 0.0, more.contains("generator"), "{fuel_t}");
        assert!(
            more.is_empty() || more == battery || import_mwh < 0.9 * all("energy_mwh", "facility")
        );
    }
}

/// Jobs stretch under the limit: the site stays below it in every step, and less is done.
#[test]
fn a_grid_limit_is_kept_and_paid_for_in_work() {
    let lab = Lab::new();
    let jobs = (crate::lab::LOAD, crate::lab::JOBS);
    lab.write("free.toml", tiny(&[jobs]));
    lab.good(&["run", "free.toml", "-o", "free", "--quiet"]);
    let free = lab.json("free/summary.json");
    let peak_kw = free["peak_kw"]["facility"].as_f64().unwrap();
    let site = format!(
        "climate = \"phoenix\"\ngrid_limit_mw = {}\n",
        0.8e-3 * peak_kw
    );
    lab.write(
        "capped.toml",
        tiny(&[jobs, ("climate = \"phoenix\"\n", &site)]),
    );
    let said = lab.good(&["run", "capped.toml", "-o", "capped"]);
    said.has(&[
        "to keep the site under what supplies it",
        "GPU-hours were lost",
    ]);
    let capped = lab.json("capped/summary.json");
    let figure =
        |json: &serde_json::Value, group: &str, key: &str| json[group][key].as_f64().unwrap();
    assert!(figure(&capped, "peak_kw", "facility") <= 0.8 * peak_kw);
    assert!(figure(&capped, "supply", "capped_hours") > 1.0);
    assert!(figure(&capped, "supply", "capped_gpu_hours") > 1.0);
    assert_eq!(figure(&capped, "supply", "over_limit_hours"), 0.0);
    assert!(figure(&capped, "jobs", "tokens") < figure(&free, "jobs", "tokens"));
    let header = lab.read("capped/timeseries.csv");
    assert!(header.lines().next().unwrap().contains(",grid_cap,"));
    assert!(!lab.read("free/timeseries.csv").contains("grid_cap"));
}

/// Panels and a trading battery: the meter's energy is that of the uses less sun plus storage losses and what is kept.
#[test]
fn a_day_with_panels_and_a_battery_adds_up() {
    let lab = Lab::with("prices.csv", prices());
    let site = "climate = \"phoenix\"\nprice_usd_mwh = \"prices.csv\"\ntariff.export_usd_mwh = 5\n\
                solar = { dc_mw = 0.3 }\n[site.battery]\nenergy_mwh = 0.2\npower_mw = 0.05\n\
                buy_below_usd_mwh = 2\nsell_above_usd_mwh = 12\n";
    lab.write("tiny.toml", tiny(&[("climate = \"phoenix\"\n", site)]));
    lab.good(&["run", "tiny.toml", "-o", "out", "--quiet"]);
    let summary = lab.json("out/summary.json");
    let mwh = |key: &str| summary["energy_mwh"][key].as_f64().unwrap();
    let series = lab.read("out/timeseries.csv");
    let mut rows = series.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let column = header
        .iter()
        .position(|cell| *cell == "battery_mwh")
        .unwrap();
    let stored: Vec<f64> = rows.map(|cells| cells[column].parse().unwrap()).collect();
    let kept = stored[stored.len() - 1] - 0.1;
    let supplied = mwh("grid_import") - mwh("grid_export") + mwh("solar");
    assert!(
        (supplied - mwh("facility") - kept).abs() < 2e-3,
        "{supplied} {kept}"
    );
    assert_eq!(mwh("generation"), mwh("solar"));
    assert!(mwh("solar") > 1.0 && mwh("storage_losses") > 0.0);
    assert!(summary["supply"]["battery_out_mwh"].as_f64().unwrap() > 0.0);
    // What a run leaves can be run again, with every table where it belongs.
    lab.good(&[
        "validate",
        "out/scenario.toml",
        "--set",
        "site.price_usd_mwh=50",
    ]);
}

#[test]
fn devices_that_cannot_work_are_refused_at_their_place() {
    let lab = Lab::new();
    let cases = [
        (
            "[site.battery]\nenergy_mwh = 4\npower_mw = 2",
            "",
            "has no control strategy",
            "peak_target_mw",
        ),
        (
            "[site.battery]\nenergy_mwh = 4\npower_mw = 2\nbuy_below_usd_mwh = 9",
            "",
            "energy has no price",
            "add price_usd_mwh",
        ),
        (
            "price_usd_mwh = 5\n[site.battery]\nenergy_mwh = 4\npower_mw = 2\nbuy_below_usd_mwh = 9\nsell_above_usd_mwh = 8",
            "9\n",
            "buys below 9 USD/MWh and sells above 8",
            "a higher price",
        ),
        (
            "[site.battery]\nenergy_mwh = 0\npower_mw = 2",
            "0\n",
            "above zero",
            "",
        ),
        (
            "[site.solar]\ndc_mw = 2\ntilt_deg = 95",
            "95",
            "between 0 and 90",
            "",
        ),
        (
            "[site.generator]\npower_mw = 2\nstart = 3",
            "start = 3",
            "start",
            "start_s",
        ),
    ];
    for (lines, marked, what, cure) in cases {
        let site = format!("climate = \"phoenix\"\n{lines}\n");
        let text = tiny(&[("climate = \"phoenix\"\n", &site)]);
        lab.write("tiny.toml", &text);
        let said = lab.refused(&["run", "tiny.toml"], &[what, cure]);
        if !marked.is_empty() {
            let marked = if marked == "9\n" { "9\nsell" } else { marked };
            let marked = if marked == "0\n" { "0\npower" } else { marked };
            said.has(&[&format!("--> {}", place("tiny.toml", &text, marked))]);
        }
    }
    let text = tiny(&[(
        "ups = \"eco\"",
        "ups = \"none\"\nups_battery = { minutes = 0 }",
    )]);
    lab.write("tiny.toml", &text);
    lab.refused(&["run", "tiny.toml"], &["0 must be a number above zero"]);
    let stages =
        "[[electrical.stage]]\ndevice = \"pdu.busway\"\n[electrical.ups_battery]\nminutes = 5";
    lab.write(
        "tiny.toml",
        tiny(&[("[electrical]\nups = \"eco\"", stages)]),
    );
    lab.refused(
        &["run", "tiny.toml"],
        &["the chain has no UPS", "add a stage"],
    );
}
