//! Single equations against Modelica Buildings: results of its regression tests, computed by Dymola
//! (`lbl-srg/modelica-buildings`, commit c4117cc), single precision.

use std::path::Path;

use coldaisle::heat_rejection::chiller::{ChillerCurves, Chillers};
use coldaisle::physics::psychrometrics;
use coldaisle::scenario::catalogue;

use crate::table::{Evidence, Row};

const BUILDINGS: &str = "Modelica Buildings";
const KELVIN: f64 = 273.15;

/// The series of one name; two equal figures stand for a constant.
fn series(data: &Path, file: &str, key: &str) -> Vec<f64> {
    let path = data.join("data/pue/buildings_reference").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = format!("{key}=[");
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    let values: Vec<f64> = line
        .unwrap_or_else(|| panic!("{} has no {key}", path.display()))
        .trim_end_matches(']')
        .split(", ")
        .map(|value| value.parse().unwrap())
        .collect();
    if values.len() == 2 && values[0] == values[1] {
        vec![values[0]; 101]
    } else {
        assert_eq!(values.len(), 101, "{key}");
        values
    }
}

/// The largest difference, with its sign.
fn worst(differences: impl Iterator<Item = f64>) -> f64 {
    differences.fold(
        0.0,
        |worst: f64, x| if x.abs() > worst.abs() { x } else { worst },
    )
}

/// The approach over water ratio and air ratio from 0.25 to 1.25, at 25.55 °C wet bulb and 5.56 K range.
pub(crate) fn york_calc(data: &Path) -> Vec<Row> {
    let file = "Fluid_HeatExchangers_CoolingTowers_Correlations_Examples_YorkCalc.txt";
    let (water, air) = (
        series(data, file, "TApp_Wat"),
        series(data, file, "TApp_Air"),
    );
    let correlation = &catalogue::built_in().towers["york-calc"].correlation;
    let off = |reference: &[f64], of: fn(f64) -> f64| {
        worst(reference.iter().enumerate().map(|(i, theirs)| {
            correlation.approach_k(25.55, 5.56, of(0.25 + i as f64 / 100.0)) - theirs
        }))
    };
    let row = |quantity: &str, ours: f64| {
        Row::new(BUILDINGS, quantity, "K")
            .theirs(0.0)
            .ours(ours)
            .digits(2)
            .units(0.05)
            .evidence(Evidence::SameParameters)
    };
    vec![
        row(
            "YorkCalc approach over water flow, worst of 101",
            off(&water, |x| x),
        ),
        row(
            "YorkCalc approach over air flow, worst of 101",
            off(&air, |x| 1.0 / x),
        ),
    ]
}

/// `McQuay WSC 471kW/5.89COP/Vanes` of `ElectricEIR.mo`: the machine of the example, which the catalogue does not hold.
const MCQUAY: &str = "
name = 'McQuay WSC, 471 kW'
source = 'lbl-srg/modelica-buildings, Buildings/Fluid/Chillers/Data/ElectricEIR.mo'
condenser = 'water'
reference_cop = 5.89
reference_leaving_c = 8.89
reference_entering_c = 26.67
min_part_load = 0.1
min_unloading = 0.1
least_entering_c = 12.78
trip_entering_c = 45.0
capacity = { coefficients = [2.521130E-01, 1.324053E-02, -8.637329E-03, 8.581056E-02, -4.261176E-03, 8.661899E-03], x = [7.22, 12.78], y = [12.78, 26.67] }
energy_input = { coefficients = [4.475238E-01, -2.588210E-02, -1.459053E-03, 4.342595E-02, -1.000651E-03, 1.920106E-03], x = [7.22, 12.78], y = [12.78, 26.67] }
part_load = { coefficients = [2.778889E-01, 2.338363E-01, 4.883748E-01], x = [0.1, 1.0] }
";

/// COP in every sample of the example in which the chiller runs inside the range of its curves.
pub(crate) fn electric_eir(data: &Path) -> Vec<Row> {
    let file = "Fluid_Chillers_Examples_ElectricEIR.txt";
    let of = |key: &str| series(data, file, key);
    let (leaving, entering) = (of("chi.TEvaLvg"), of("chi.TConEnt"));
    let (load, cop) = (of("chi.PLR1"), of("chi.COP"));
    let curves: ChillerCurves = toml::from_str(MCQUAY).unwrap();
    let chillers = Chillers {
        curves,
        reference_w: 471_200.0,
        units: 1,
    };
    let mut compared = 0;
    let off = worst((0..101).filter_map(|i| {
        let (x, y) = (leaving[i] - KELVIN, entering[i] - KELVIN);
        let inside = (7.22..=12.78).contains(&x) && (12.78..=26.67).contains(&y);
        // Below a tenth of load the machine cycles, and the reference's COP is that of its on-time.
        if !inside || load[i] < 0.1 || cop[i] <= 0.0 {
            return None;
        }
        compared += 1;
        let heat_w = load[i] * chillers.unit_capacity_w(x, y);
        let ours = heat_w / chillers.run(heat_w, 1, x, y).electric_w;
        Some(100.0 * (ours / cop[i] - 1.0))
    }));
    assert!(compared >= 20, "{compared} samples lie inside the curves");
    let quantity =
        format!("ElectricEIR chiller COP, worst of {compared} samples inside the curves");
    vec![
        Row::new(BUILDINGS, quantity, "%")
            .theirs(0.0)
            .ours(off)
            .digits(2)
            .units(0.5)
            .evidence(Evidence::SameParameters),
    ]
}

/// Enthalpy, dew point and wet bulb of air at sea level.
pub(crate) fn psychrometrics(data: &Path) -> Vec<Row> {
    let p = 101_325.0;
    let mut rows = Vec::new();
    let row = |quantity: String, unit, ours: f64| {
        Row::new(BUILDINGS, quantity, unit)
            .theirs(0.0)
            .ours(ours)
            .digits(3)
    };

    let file = "Controls_OBC_CDL_Psychrometrics_Validation_SpecificEnthalpy_TDryBulPhi.txt";
    let (humidity, enthalpy) = (series(data, file, "phi.y"), series(data, file, "hBulPhi.h"));
    let off = worst(humidity.iter().zip(&enthalpy).map(|(&phi, theirs)| {
        let w = psychrometrics::humidity_ratio_from_relative_humidity(29.4, phi, p);
        100.0 * (psychrometrics::enthalpy_j_kg(29.4, w) / theirs - 1.0)
    }));
    rows.push(
        row(
            "enthalpy at 29.4 °C over humidity, worst of 101".into(),
            "%",
            off,
        )
        .units(0.5),
    );

    let file = "Controls_OBC_CDL_Psychrometrics_Validation_DewPoint_TDryBulPhi.txt";
    let off = |block: &str| {
        let air = series(data, file, &format!("{block}.TDryBul"));
        let humidity = series(data, file, &format!("{block}.phi"));
        let dew = series(data, file, &format!("{block}.TDewPoi"));
        let mut compared = 0;
        // The reference's correlation holds above freezing only.
        let off = worst((0..101).filter(|&i| dew[i] >= KELVIN).map(|i| {
            compared += 1;
            let vapour_pa = humidity[i] * psychrometrics::saturation_pressure_pa(air[i] - KELVIN);
            let w = psychrometrics::humidity_ratio_from_vapour_pressure(vapour_pa, p);
            psychrometrics::dew_point_c(w, p) - (dew[i] - KELVIN)
        }));
        assert!(compared >= 60, "{compared}");
        (off, compared)
    };
    for (block, over) in [("dewBulPhi", "humidity"), ("dewBulPhi1", "temperature")] {
        let (off, compared) = off(block);
        let quantity = format!("dew point above 0 °C over {over}, worst of {compared}");
        rows.push(row(quantity, "K", off).units(0.05));
    }

    let file = "Controls_OBC_CDL_Psychrometrics_Validation_WetBulb_TDryBulPhi.txt";
    for (block, over) in [("wetBulPhi", "humidity"), ("wetBulPhi1", "temperature")] {
        let air = series(data, file, &format!("{block}.TDryBul"));
        let humidity = series(data, file, &format!("{block}.phi"));
        let theirs = series(data, file, &format!("{block}.TWetBul"));
        let pairs = || {
            (0..101).map(|i| {
                let (t, phi) = (air[i] - KELVIN, humidity[i]);
                let w = psychrometrics::humidity_ratio_from_relative_humidity(t, phi, p);
                (
                    psychrometrics::wet_bulb_c(t, w, p),
                    theirs[i] - KELVIN,
                    stull_c(t, phi),
                )
            })
        };
        // That the reference is Stull's fit is shown, not taken on trust.
        assert!(worst(pairs().map(|(_, theirs, stull)| theirs - stull)).abs() < 2e-3);
        let quantity = format!("wet bulb over {over}, worst of 101");
        let off = worst(pairs().map(|(ours, theirs, _)| ours - theirs));
        rows.push(row(quantity, "K", off).units(0.05).missed(STULL));
    }
    rows
}

const STULL: &str = "the reference is not a wet bulb but Stull's fit of 2011, which its own page calls good to about 1 K; ours \
                     agrees with PsychroLib to half a millikelvin (`val_psychrolib_reference_table`)";

/// R. Stull, *Wet-Bulb Temperature from Relative Humidity and Air Temperature*, J. Appl. Meteorol. Clim. 50 (2011).
fn stull_c(t: f64, phi: f64) -> f64 {
    let rh = 100.0 * phi;
    t * (0.151977 * (rh + 8.313659).sqrt()).atan() + (t + rh).atan() - (rh - 1.676331).atan()
        + 0.00391838 * rh.powf(1.5) * (0.023101 * rh).atan()
        - 4.686035
}
