//! What others published, beside what these forecasts come to.
//!
//! Fitted, and so no test: the conventional IT of 2024 (world, United States, LBNL), sales of 2025 in LBNL's case, the margin of EPRI's.

use std::path::Path;

use crate::table::{Evidence, Row, markdown};
use crate::{figure, middle, run};

/// A forecast of nothing but conventional halls, with a stated ratio: the arithmetic alone.
fn arithmetic(it_twh: f64, pue: f64, of_design: f64) -> [f64; 2] {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("identity.toml");
    let hall =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/forecasts/halls/hyperscale.toml");
    let text = format!(
        "name = 'identity'\nyears = {{ first = 2030, last = 2030 }}\n[scope]\nregion = 'World'\nai = 'none'\n\
         [conventional]\nit_twh = {it_twh}\nof_design = {of_design}\nswing = 0\n[facility]\npue = {pue}\n\
         [[site]]\nname = 'all'\nscenario = '{}'\nshare = 1.0\n",
        hall.display()
    );
    std::fs::write(&path, text).unwrap();
    let rows = run(&path, &[]);
    [
        figure(&rows, 2030, "twh_p50"),
        figure(&rows, 2030, "contract_gw_p50"),
    ]
}

fn identities() -> Vec<Row> {
    let [iea, _] = arithmetic(732.0, 1.29, 0.48);
    let [energy, installed] = arithmetic(950.27 / 1.29, 1.29, 0.48);
    let [_, connected] = arithmetic(649.0 / 1.36, 1.36, 0.5);
    let row = |of: &str, quantity: &str, unit| {
        Row::new(of, quantity, unit)
            .evidence(Evidence::SameParameters)
            .percent(0.1)
    };
    vec![
        row("IEA, base case 2030", "732 TWh of IT × 1.29", "TWh")
            .theirs(944.3)
            .ours(iea),
        row("IEA, base case 2030", "226 GW × 8,760 h × 48 %", "TWh")
            .theirs(950.3)
            .ours(energy),
        row("IEA, base case 2030", "installed for 950 TWh at 48 %", "GW")
            .theirs(226.0)
            .ours(installed),
        row(
            "LBNL, 2025 update",
            "649 TWh at 50 % of the connection",
            "GW",
        )
        .theirs(148.2)
        .ours(connected),
    ]
}

/// Settings of the IEA's cases: what is said of them in words, in figures of our own.
const HEADWINDS: &[&str] = &[
    "shipped_share={2025=1.0, 2026=0.85, 2027=0.75, 2030=0.7}",
    "conventional.it_twh={2024=316, growth=0.025}",
];
const EFFICIENCY: &[&str] = &[
    "shipped_share={2025=1.0, 2027=0.88, 2030=0.8}",
    "conventional.it_twh={2024=316, growth=0.022}",
];
const LIFT_OFF: &[&str] = &["shipped_share={2025=1.0}", "use.serving.busy=0.62"];

fn iea() -> Vec<Row> {
    let base = middle("iea-base.toml", &[]);
    let twh = |rows: &_, year| figure(rows, year, "twh_p50");
    let row = |quantity: &str, theirs: f64, ours: f64| {
        Row::new("IEA, world", quantity, "TWh")
            .digits(4)
            .theirs(theirs)
            .ours(ours)
            .percent(10.0)
    };
    let case = |sets: &[&str]| twh(&middle("iea-base.toml", sets), 2030);
    let cases = [
        case(HEADWINDS),
        case(EFFICIENCY),
        twh(&base, 2030),
        case(LIFT_OFF),
    ];
    assert!(
        cases.windows(2).all(|pair| pair[0] < pair[1]),
        "the order of the cases: {cases:?}"
    );
    vec![
        row("2024", 415.0, twh(&base, 2024))
            .evidence(Evidence::Fitted)
            .percent(1.0),
        row("2025", 485.0, twh(&base, 2025)),
        // Sales after 2025 are assumed with the IEA's ×2.2 in sight.
        row("2030, base", 950.0, twh(&base, 2030)).evidence(Evidence::SameParameters),
        row("2030, Headwinds", 833.0, cases[0]).evidence(Evidence::Fitted),
        row("2030, High Efficiency", 868.0, cases[1]).evidence(Evidence::Fitted),
        row("2030, Lift-Off", 1008.0, cases[3]).evidence(Evidence::Fitted),
        Row::new("IEA, world", "2030, mean power over installed", "%")
            .digits(3)
            .theirs(48.0)
            .ours(100.0 * figure(&base, 2030, "capacity_utilisation_p50"))
            .units(5.0),
        Row::new(
            "IEA, world",
            "2030, PUE (theirs: survey and trend; ours: plants by the hour)",
            "",
        )
        .digits(3)
        .theirs(1.29)
        .ours(figure(&base, 2030, "pue_p50")),
        Row::new("IEA, world", "2030, IT", "TWh")
            .digits(4)
            .theirs(732.0)
            .ours(figure(&base, 2030, "it_twh_p50"))
            .percent(10.0),
    ]
}

fn lbnl() -> Vec<Row> {
    let base = middle("lbnl-2025.toml", &[]);
    let twh = |rows: &_, year| figure(rows, year, "twh_p50");
    let row = |quantity: &str, theirs: f64, ours: f64| {
        Row::new("LBNL, 2025 update, US", quantity, "TWh")
            .digits(4)
            .theirs(theirs)
            .ours(ours)
            .percent(10.0)
    };
    let whole = twh(&base, 2030);
    let case = |sets: &[&str]| {
        let rows = middle("lbnl-2025.toml", sets);
        [
            100.0 * (twh(&rows, 2030) / whole - 1.0),
            figure(&rows, 2030, "contract_gw_p50"),
        ]
    };
    let change = |quantity: &str, theirs: f64, ours: f64| {
        let third = (100.0 * theirs.abs() / 3.0).round() / 100.0;
        let rounded = |end: f64| (100.0 * end).round() / 100.0;
        Row::new("LBNL, one at a time, 2030", quantity, "%")
            .digits(3)
            .theirs(theirs)
            .ours(ours)
            .between(rounded(theirs - third), rounded(theirs + third))
    };
    let fewer = case(&[
        "generation.ai.shipments={2022=0.3e6, 2023=1.2e6, 2024=3.5e6, 2025=8.8e6, 2026=8.33e6, growth=0.114}",
        // A life of five years: by 2030 all servers are of 2026 on.
        "conventional.it_twh={2024=138.2, 2025=141, 2030=132.3}",
    ]);
    let life = case(&["survival={fixed={years=4}}"]);
    let busier = case(&["generation.ai.idle_share=0.3", "use.serving.busy=0.3"]);
    let asic = case(&[
        "generation.ai.shipments={2022=0.3e6, 2023=1.2e6, 2024=3.5e6, 2025=8.8e6, 2026=10.2e6, growth=0.114}",
    ]);
    vec![
        row("2024", 192.0, twh(&base, 2024))
            .evidence(Evidence::Fitted)
            .percent(1.0),
        row("2028", 464.0, twh(&base, 2028))
            .evidence(Evidence::Fitted)
            .percent(1.0),
        row("2030", 649.0, whole).evidence(Evidence::SameParameters),
        Row::new("LBNL, 2025 update, US", "2030, AI servers over all", "%")
            .digits(3)
            .theirs(55.0)
            .ours(100.0 * figure(&base, 2030, "ai_it_twh_p50") / whole)
            .units(10.0),
        change("15 % fewer machines from 2026 on", -10.8, fewer[0]),
        change("life of 4 years for 5", -9.1, life[0]),
        change(
            "more accelerators of the operators' own (4 % more machines)",
            2.3,
            asic[0],
        )
        .evidence(Evidence::Fitted),
        change("idle power and use of serving 20 → 30 %", 20.6, busier[0])
            .evidence(Evidence::Fitted),
        Row::new(
            "LBNL, one at a time, 2030",
            "the same, contract power more",
            "GW",
        )
        .digits(3)
        .theirs(0.0)
        .ours(busier[1] - figure(&base, 2030, "contract_gw_p50"))
        .units(0.1),
    ]
}

fn epri() -> Vec<Row> {
    let built = [0.29, 0.61, 0.894];
    let (peaks, energies) = ([45.0, 71.0, 94.0], [380.0, 590.0, 790.0]);
    let mut rows = Vec::new();
    for ((built, peak), energy) in built.into_iter().zip(peaks).zip(energies) {
        let found = middle(
            "epri-2026.toml",
            &[&format!("connection.pipeline.built={built}")],
        );
        let row = |quantity: String, unit, theirs: f64, column: &str| {
            Row::new("EPRI 2026, US in 2030", quantity, unit)
                .digits(3)
                .theirs(theirs)
                .ours(figure(&found, 2030, column))
                .percent(10.0)
        };
        let percent = 100.0 * built;
        rows.push(
            row(
                format!("{percent:.0} % of the pipeline, peak"),
                "GW",
                peak,
                "gw_peak_p50",
            )
            .evidence(Evidence::Fitted),
        );
        rows.push(row(
            format!("{percent:.0} % of the pipeline, energy"),
            "TWh",
            energy,
            "twh_p50",
        ));
    }
    rows
}

fn machines() -> Vec<Row> {
    let world = middle("world-2035.toml", &["years={first=2023, last=2025}"]);
    let row = |quantity: &str, theirs: f64, year| {
        Row::new("Epoch AI, stock without retirements", quantity, "million")
            .digits(3)
            .theirs(theirs)
            .ours(figure(&world, year, "h100e_end_m_p50"))
            .percent(15.0)
            .evidence(Evidence::SameParameters)
    };
    let campus = middle("one-campus-1gw.toml", &[]);
    let last = campus.keys().last().unwrap();
    let ratio = figure(&campus, *last, "capacity_utilisation_p50");
    // 403 sites of 67.7 TWh at a coefficient of 0.48.
    let sites_gw = 67.7 / (8.76 * 0.48);
    vec![
        row("H100 equivalents, end of 2023", 1.6, 2023),
        row("H100 equivalents, end of 2024", 6.53, 2024),
        row("H100 equivalents, end of 2025", 19.7, 2025),
        Row::new(
            "403 hyperscale sites, US",
            "67.7 to 98.6 TWh at coefficients of 0.48 to 0.70; at that of our campus",
            "TWh",
        )
        .digits(3)
        .ours(sites_gw * 8.76 * ratio)
        .between(67.7, 98.6),
        Row::new(
            "Epoch AI, Colossus 1 (100,000 H100)",
            "facility at its peak, all machines busy",
            "MW",
        )
        .digits(3)
        .theirs(181.0)
        .ours(colossus())
        .percent(15.0),
    ]
}

/// 100,000 H100 in air, all at work: MW.
fn colossus() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("colossus.toml");
    let hall = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/phoenix-cold-plate.toml");
    let text = format!(
        "name = 'colossus'\nyears = {{ first = 2025, last = 2025 }}\n[scope]\nregion = 'Memphis'\nai = 'all'\n\
         [[generation]]\nname = 'h100'\nserver = 'hgx-h100'\nshipments = {{ 2024 = 100e3, 2025 = 0 }}\nto_service_years = 0\n\
         [[use]]\nname = 'training'\nbusy = 1.0\n[[site]]\nname = 'all'\nscenario = '{}'\nset.site.climate = 'oklahoma-city'\nshare = 1.0\n",
        hall.display()
    );
    std::fs::write(&path, text).unwrap();
    1e3 * figure(&run(&path, &[]), 2025, "contract_gw_p50")
}

fn taiwan() -> Vec<Row> {
    // The plan counts AI alone.
    let rows = middle(
        "taiwan.toml",
        &[
            "conventional.it_twh=0.000001",
            "connection.plan.built=1.0",
            "connection.plan.connected_mw=240",
            "connection.plan.requests={2024=400, growth=0.0}",
        ],
    );
    vec![
        Row::new(
            "Energy Administration, Taiwan",
            "2028, contract power of AI with all of the plan built (mean of the year)",
            "GW",
        )
        .digits(3)
        .theirs(2.24)
        .ours(figure(&rows, 2028, "contract_gw_p50")),
        Row::new(
            "Energy Administration, Taiwan",
            "2028, AI at 80 % of 2.24 GW; ours: what the machines draw",
            "TWh",
        )
        .digits(3)
        .theirs(15.7)
        .ours(figure(&rows, 2028, "ai_twh_p50")),
    ]
}

#[test]
#[cfg_attr(debug_assertions, ignore = "plants take minutes in a debug build")]
fn val_published_forecasts() {
    let rows: Vec<Row> = [identities(), iea(), lbnl(), epri(), machines(), taiwan()].concat();
    let faults: Vec<String> = rows.iter().filter_map(Row::fault).collect();
    let table = markdown(&rows.iter().collect::<Vec<_>>());
    println!("{table}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/validation.md");
    let stands = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- table forecasts -->\n", "<!-- end forecasts -->");
    let from = stands
        .find(begin)
        .expect("docs/validation.md has the markers")
        + begin.len();
    let to = stands
        .find(end)
        .expect("docs/validation.md has the markers");
    if std::env::var_os("COLDAISLE_WRITE_DOCS").is_some() {
        let mut wanted = stands.clone();
        wanted.replace_range(from..to, &table);
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert_eq!(
            stands[from..to],
            table,
            "COLDAISLE_WRITE_DOCS=1 cargo test --release --test forecasts rewrites it"
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
