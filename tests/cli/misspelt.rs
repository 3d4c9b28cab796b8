//! Keys and names that are nearly right: the report names the one that was meant.

use crate::lab::{AIR, CHILLERS, DRY_COOLER, IMMERSION, JOBS, LOAD, Lab, place, place_at, tiny};

/// Replacement in the smallest scenario: old and new text.
type Base<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_misspelt_key_is_named_at_every_level() {
    let lab = Lab::new();
    let plant = |table: &str| format!("[heat_rejection.{table}]\nsetpoint_c = 16.0\n");
    let (air_cooled, tower) = (plant("air_cooled_chiller"), plant("tower"));
    let immersion = [(AIR, IMMERSION), (CHILLERS, DRY_COOLER)];
    let jobs = [(LOAD, JOBS)];
    let profile = [(LOAD, "[workload.profile]\nfile = \"load.csv\"\n")];
    let shortest = [(LOAD, "[scheduler.fifo.order.shortest_first]\n")];
    let fifo = [(LOAD, "[scheduler.backfill]\ndepth = 10\n")];
    let cases: &[(Base, &str, &str, &str)] = &[
        (
            &[],
            "name = \"tiny\"",
            "heat_rejections = 3",
            "heat_rejection",
        ),
        (&[], "name = \"tiny\"", "nome = \"tiny\"", "name"),
        (&[], "[run]", "step = 60", "step_s"),
        (&[], "[run]", "Days = 2", "days"),
        (&[], "[run]", "sead = 1", "seed"),
        (&[], "[site]", "climat = \"x\"", "climate"),
        (&[], "[site]", "price_usd_kwh = 3", "price_usd_mwh"),
        (&[], "[[hall]]", "rack = 4", "racks"),
        (&[], "[[hall]]", "servers = 4", "server"),
        (&[], "[hall.cooling.air]", "supply_temp_c = 4", "supply_c"),
        (&[], "[hall.cooling.air]", "fan_kpa = 4", "fan_pa"),
        (
            &immersion,
            "[hall.cooling.immersion]",
            "flluid = 4",
            "fluid",
        ),
        (
            &immersion,
            "[heat_rejection.dry_cooler]",
            "aproach_k = 4",
            "approach_k",
        ),
        (
            &[],
            "[heat_rejection.water_cooled_chiller]",
            "chiller = 4",
            "chillers",
        ),
        (
            &[],
            "[heat_rejection.water_cooled_chiller]",
            "cycles_of_concentrations = 4",
            "cycles_of_concentration",
        ),
        (
            &[(CHILLERS, &air_cooled)],
            "[heat_rejection.air_cooled_chiller]",
            "curve = 4",
            "curves",
        ),
        (
            &[(CHILLERS, &tower)],
            "[heat_rejection.tower]",
            "plate_aproach_k = 4",
            "plate_approach_k",
        ),
        (&[], "[electrical]", "usp = \"eco\"", "ups"),
        (&[], "[electrical]", "redundency = \"n\"", "redundancy"),
        (
            &[],
            "[workload.constant]",
            "utilization = 0.5",
            "utilisation",
        ),
        (&jobs, "[workload.pretraining]", "model = []", "models"),
        (&jobs, "[workload.inference]", "gpu = 3", "gpus"),
        (
            &jobs,
            "[workload.inference]",
            "mean_utilization = 3",
            "mean_utilisation",
        ),
        (
            &jobs,
            "[workload.fine_tuning]",
            "job_per_day = 3",
            "jobs_per_day",
        ),
        (&jobs, "[workload.batch]", "median_hour = 3", "median_hours"),
        (&jobs, "[scheduler.fifo]", "oder = 3", "order"),
        (
            &shortest,
            "[scheduler.fifo.order.shortest_first]",
            "by = 3",
            "",
        ),
        (&profile, "[workload.profile]", "repeats = true", "repeat"),
        (&fifo, "[scheduler.backfill]", "dept = 3", "depth"),
    ];
    for (base, header, bad, meant) in cases {
        let text = tiny(base);
        assert!(text.contains(header), "{header} in\n{text}");
        let text = text.replacen(header, &format!("{header}\n{bad}"), 1);
        lab.write("bad.toml", &text);
        let key = bad.split(' ').next().unwrap();
        let at = text.find(&format!("\n{bad}\n")).unwrap() + 1;
        let place = format!("--> {}", place_at("bad.toml", &text, at));
        let said = lab.refused(
            &["run", "bad.toml"],
            &[&format!("unknown key '{key}'"), &place],
        );
        if meant.is_empty() {
            said.has(&["no key is allowed here"]);
        } else {
            said.has(&[&format!("did you mean '{meant}'?"), "Allowed here: "]);
        }
    }
    // Inside a list in one line, and a table that no scenario has.
    for (from, to, at, words) in [
        ("mfu = 0.4", "mfo = 0.4", "mfo", "did you mean 'mfu'?"),
        (
            "[workload.batch]",
            "[workload.bacth]",
            "bacth",
            "did you mean 'batch'?",
        ),
        (
            "[scheduler.fifo]",
            "[scheduler.fif0]",
            "fif0",
            "did you mean 'fifo'?",
        ),
        (
            "[scheduler.fifo]",
            "[scheduler.slurm]",
            "slurm",
            "allowed here: fifo, first_fit, backfill",
        ),
        (
            "[electrical]",
            "[electric]",
            "electric]",
            "did you mean 'electrical'?",
        ),
        (
            "[hall.cooling.air]",
            "[hall.cooling.imersion]",
            "imersion",
            "did you mean 'immersion'?",
        ),
        (
            "[hall.cooling.air]",
            "[hall.cooling.peltier]",
            "peltier",
            "allowed here: air, rear_door, cold_plate",
        ),
        (
            "[heat_rejection.water",
            "[heat_rejection.watr",
            "watr_cooled_chiller",
            "did you mean 'water_cooled_chiller'?",
        ),
    ] {
        let text = tiny(&jobs).replacen(from, to, 1);
        lab.write("bad.toml", &text);
        lab.refused(
            &["run", "bad.toml"],
            &[words, &format!("--> {}", place("bad.toml", &text, at))],
        );
    }
}

#[test]
fn a_misspelt_name_of_the_catalogue_is_named() {
    let lab = Lab::new();
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "\"hgx-h100\"",
            "\"hgx-h10\"",
            "there is no server 'hgx-h10'",
            "hgx-h100",
        ),
        (
            "\"hgx-h100\"",
            "\"HGX H200\"",
            "there is no server 'HGX H200'",
            "hgx-h200",
        ),
        (
            "\"hgx-h100\"",
            "\"toaster\"",
            "there is no server 'toaster'",
            "",
        ),
        (
            "\"phoenix\"",
            "\"pheonix\"",
            "no built-in climate 'pheonix'",
            "phoenix",
        ),
        (
            "\"phoenix\"",
            "\"san francisco\"",
            "no built-in climate 'san francisco'",
            "san-francisco",
        ),
        (
            "\"phoenix\"",
            "\"phoenix\"\ngrid = \"us-zz\"",
            "there is no grid 'us-zz'",
            "us-az",
        ),
        (
            "\"phoenix\"",
            "\"phoenix\"\ncarbon_g_kwh = 3\ngrid = \"germny\"",
            "there is no grid 'germny'",
            "germany",
        ),
        ("\"eco\"", "\"ecco\"", "there is no UPS 'ecco'", "eco"),
        (
            "\"eco\"",
            "\"double-conversion-moderm\"",
            "there is no UPS",
            "double-conversion-modern",
        ),
        (
            "\"eco\"",
            "\"eco\"\ntransformer = \"dri\"",
            "there is no transformer 'dri'",
            "dry",
        ),
        (
            "\"eco\"",
            "\"eco\"\npdu = \"bus way\"",
            "there is no distribution 'bus way'",
            "busway",
        ),
        (
            "\"eco\"",
            "\"eco\"\nredundancy = \"n+2\"",
            "unknown name 'n+2'",
            "n+1",
        ),
        (
            "supply_c = 24.0",
            "supply_c = 24.0\ncontainment = \"hotaisle\"",
            "unknown name 'hotaisle'",
            "hot-aisle",
        ),
        (
            "setpoint_c = 18.0",
            "setpoint_c = 18.0\ncurves = \"york-yk-2771kw\"",
            "there is no chiller 'york-yk-2771kw'",
            "york-yk-2771kw-vsd",
        ),
        (
            "setpoint_c = 18.0",
            "setpoint_c = 18.0\ncurves = \"carrier-19\"",
            "there is no chiller 'carrier-19'",
            "carrier-19xr-1586kw-vsd",
        ),
    ];
    for (from, to, what, meant) in cases {
        let text = tiny(&[(from, to)]);
        lab.write("bad.toml", &text);
        let name = &to[to.rfind(" \"").map_or(0, |at| at + 1)..];
        let place = format!("--> {}", place("bad.toml", &text, name));
        let said = lab.refused(&["run", "bad.toml"], &[what, &place]);
        if meant.is_empty() {
            assert!(!said.err.contains("did you mean"), "{}", said.err);
        } else {
            said.has(&[&format!("did you mean '{meant}'?")]);
        }
    }
    let text = tiny(&[
        (
            AIR,
            "[hall.cooling.immersion]\nsupply_c = 40.0\nfluid = \"isoparafin\"\n",
        ),
        (CHILLERS, DRY_COOLER),
    ]);
    lab.write("bad.toml", &text);
    let at = place("bad.toml", &text, "\"isoparafin\"");
    lab.refused(
        &["run", "bad.toml"],
        &[
            "there is no fluid 'isoparafin'",
            "did you mean 'isoparaffin'?",
            &at,
        ],
    );
}

/// A key of the file after the last table belongs to that table: the cure says where it goes.
#[test]
fn a_key_of_the_file_inside_a_table_is_told_where_it_belongs() {
    let text = tiny(&[("it = []\n", "")]);
    let lab = Lab::with("end.toml", format!("{text}\nit = []\n"));
    lab.refused(
        &["run", "end.toml"],
        &["unknown key 'it'", "move it above the first table"],
    );
    lab.write("start.toml", format!("it = []\n{text}"));
    lab.good(&["validate", "start.toml"]);
}
