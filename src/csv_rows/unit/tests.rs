use super::*;

#[test]
fn units_are_read_from_names() {
    for (name, kind, factor) in [
        ("power.draw [W]", Kind::Power, 1.0),
        ("it_kw", Kind::Power, 1e3),
        ("IT Load (kW)", Kind::Power, 1e3),
        ("hall 1 MW total", Kind::Power, 1e6),
        ("watts", Kind::Power, 1.0),
        ("power_min [kW]", Kind::Power, 1e3),
        ("time_s", Kind::Time, 1.0),
        ("timestamp_ms", Kind::Time, 1e-3),
        ("Timestamp (ns)", Kind::Time, 1e-9),
        ("run_h", Kind::Time, 3600.0),
        ("run_min", Kind::Time, 60.0),
        ("submit (days)", Kind::Time, 86_400.0),
        ("utilization.gpu [%]", Kind::Share, 0.01),
        ("util_pct", Kind::Share, 0.01),
        ("price_usd_mwh", Kind::Price, 1.0 / 3.6e9),
        ("Price (USD/MWh)", Kind::Price, 1.0 / 3.6e9),
        ("LMP ($/MWh)", Kind::Price, 1.0 / 3.6e9),
        ("$/kWh", Kind::Price, 1.0 / 3.6e6),
        ("cents/kWh", Kind::Price, 0.01 / 3.6e6),
        ("rate per kWh", Kind::Price, 1.0 / 3.6e6),
        ("mills per kWh", Kind::Price, 1.0 / 3.6e9),
        ("carbon_g_kwh", Kind::Carbon, 1e-3 / 3.6e6),
        (
            "Carbon Intensity gCO₂eq/kWh (direct)",
            Kind::Carbon,
            1e-3 / 3.6e6,
        ),
        (
            "Carbon intensity gCO2eq/kWh (Life cycle)",
            Kind::Carbon,
            1e-3 / 3.6e6,
        ),
        ("kg/MWh", Kind::Carbon, 1.0 / 3.6e9),
        ("avg lbs/MWh", Kind::Carbon, 0.453_592_37 / 3.6e9),
        ("MOER (lbs CO2/MWh)", Kind::Carbon, 0.453_592_37 / 3.6e9),
        ("tCO2e per MWh", Kind::Carbon, 1e3 / 3.6e9),
        ("metric tons CO2 / MWh", Kind::Carbon, 1e3 / 3.6e9),
        ("kg CO2 per MW-h", Kind::Carbon, 1.0 / 3.6e9),
        ("Emissions (t CO2-e/MWh)", Kind::Carbon, 1e3 / 3.6e9),
        ("moerLbsPerMWh", Kind::Carbon, 0.453_592_37 / 3.6e9),
        ("gPerkWh", Kind::Carbon, 1e-3 / 3.6e6),
        ("CO2 per kWh", Kind::Carbon, 1e-3 / 3.6e6),
        ("LBMP ($/MWHr)", Kind::Price, 1.0 / 3.6e9),
        ("Price (US$/MWh)", Kind::Price, 1.0 / 3.6e9),
        ("LMP/MWh", Kind::Price, 1.0 / 3.6e9),
        ("powerKw", Kind::Power, 1e3),
        ("nodePowerkW", Kind::Power, 1e3),
        ("power_uw", Kind::Power, 1e-6),
        ("power_milliwatts", Kind::Power, 1e-3),
        ("timestampMs", Kind::Time, 1e-3),
    ] {
        let unit = of(name, kind).unwrap().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(unit.kind, kind, "{name}");
        assert!(
            (unit.factor / factor - 1.0).abs() < 1e-12,
            "{name}: {unit:?}"
        );
    }
    let energy = of("it_kwh", Kind::Power).unwrap().unwrap();
    assert_eq!((energy.kind, energy.factor), (Kind::Energy, 3.6e6));
    assert_eq!(
        of("package_joules_total", Kind::Power)
            .unwrap()
            .unwrap()
            .kind,
        Kind::Energy
    );
    assert_eq!(of("kW h", Kind::Power).unwrap().unwrap().kind, Kind::Energy);
}

#[test]
fn names_without_a_unit_say_nothing() {
    for (name, kind) in [
        ("power[1]", Kind::Power),
        ("feeder_c", Kind::Power),
        ("powermin", Kind::Power),
        ("rack min", Kind::Power),
        ("LMP", Kind::Price),
        ("price_usd", Kind::Price),
        ("price_us_east", Kind::Price),
        ("avg_CI", Kind::Carbon),
        ("carbon_intensity_avg", Kind::Carbon),
        ("Datetime (UTC)", Kind::Time),
        ("time", Kind::Time),
        ("utilisation", Kind::Share),
        ("", Kind::Power),
    ] {
        assert_eq!(of(name, kind), Ok(None), "{name}");
    }
}

#[test]
fn what_would_be_wrong_by_a_factor_is_refused() {
    for (name, kind, part) in [
        ("price_eur_mwh", Kind::Price, "EUR"),
        ("Day-ahead Price [EUR/MWh]", Kind::Price, "EUR"),
        ("€/MWh", Kind::Price, "EUR"),
        ("price gbp", Kind::Price, "GBP"),
        ("p/kWh", Kind::Price, "GBP"),
        ("ct/kWh", Kind::Price, "does not name"),
        ("USD/MMBtu", Kind::Price, "USD / MMBtu"),
        ("price (kW)", Kind::Price, "not a price"),
        ("tons/MWh", Kind::Carbon, "metric or short"),
        ("kg/h", Kind::Carbon, "kg / h"),
        ("emissions_lbs", Kind::Carbon, "without an amount"),
        ("price_usd_mwh", Kind::Carbon, "not carbon"),
        ("Price (A$/MWh)", Kind::Price, "AUD"),
        ("Price C$/MWh", Kind::Price, "CAD"),
        ("PLD (R$/MWh)", Kind::Price, "BRL"),
        ("Price (TRY/MWh)", Kind::Price, "TRY"),
        ("Price (XYZ/MWh)", Kind::Price, "XYZ"),
        ("kgCO2/MWh", Kind::Price, "kgCO2"),
        ("CI (tCO2/MWh)", Kind::Price, "tCO2"),
        ("CO2 per MWh", Kind::Price, "CO2"),
        ("LMP ($/MWh)", Kind::Carbon, "$"),
        ("price_eur/mwh", Kind::Carbon, "eur"),
        ("short tons CO2 equivalent of it/MWh", Kind::Carbon, "tons"),
        ("energy [mJ]", Kind::Power, "milli or mega"),
        ("CO2 mTCO2/h", Kind::Carbon, "tons"),
        ("feeder_kvar", Kind::Power, "reactive"),
        ("gpuTemp", Kind::Power, "temperature"),
        ("power (mW)", Kind::Power, "milli or mega"),
        ("load [kVA]", Kind::Power, "apparent power"),
        ("inlet [°C]", Kind::Power, "temperature"),
        ("memory [MiB]", Kind::Power, "memory"),
        ("util [%]", Kind::Power, "not a power"),
    ] {
        let fault = of(name, kind).unwrap_err();
        assert!(fault.what.contains(part), "{name}: {fault}");
        assert!(!fault.cure.is_empty());
    }
}

#[test]
fn the_base_of_a_name() {
    assert_eq!(base("IT Load (kW)", Kind::Power), "it load");
    assert_eq!(base("submit_h", Kind::Time), "submit");
    assert_eq!(base("time", Kind::Time), "time");
    assert_eq!(base("itLoadKw", Kind::Power), "it load");
    assert_eq!(base("DateTime", Kind::Time), "date time");
}
