//! What the reader of a forecast file cannot know.

use crate::describe::Fault;
use crate::forecast::file::ForecastFile;
use crate::scenario::{NAME_RULE, is_name};

/// Years that a forecast spans at most.
const MOST_YEARS: i32 = 100;

/// What the reader cannot know.
pub(in crate::forecast) fn check(file: &ForecastFile) -> Result<(), Fault> {
    if !is_name(&file.name) {
        let what = format!("'{}' cannot name a result folder", file.name);
        return Err(Fault::new(what, NAME_RULE).at("name"));
    }
    let years = file.years;
    if years.last < years.first || years.last - years.first >= MOST_YEARS {
        let what = format!("the years {} to {}", years.first, years.last);
        let cure = format!("give a first and a later last year, {MOST_YEARS} years apart at most");
        return Err(Fault::new(what, cure).at("years"));
    }
    if file.site.is_empty() {
        let cure = "add a [[site]] with a scenario: its cooling and climate";
        return Err(Fault::new("no site is given", cure).at("site"));
    }
    if file.generation.is_empty() && file.conventional.is_none() && file.crypto.is_none() {
        let cure = "add a [[generation]] of AI hardware, or [conventional]";
        return Err(Fault::new("there is nothing to count", cure));
    }
    if file.generation.is_empty() != file.uses.is_empty() {
        let (what, cure) = if file.uses.is_empty() {
            (
                "there are AI machines, and nothing says what they do",
                "add [[use]] tables, with busy = 0.5 and the like",
            )
        } else {
            (
                "there are uses, and no AI machines",
                "add a [[generation]] with its shipments",
            )
        };
        return Err(Fault::new(what, cure));
    }
    let names: [(&str, Vec<&str>); 6] = [
        (
            "generation",
            file.generation.iter().map(|of| of.name.as_str()).collect(),
        ),
        ("use", file.uses.iter().map(|of| of.name.as_str()).collect()),
        (
            "work",
            file.work.iter().map(|of| of.name.as_str()).collect(),
        ),
        ("cap", file.cap.iter().map(|of| of.name.as_str()).collect()),
        (
            "connection",
            file.connection.iter().map(|of| of.name.as_str()).collect(),
        ),
        (
            "site",
            file.site.iter().map(|of| of.name.as_str()).collect(),
        ),
    ];
    for (table, names) in &names {
        for (index, name) in names.iter().enumerate() {
            let at = format!("{table}[{index}].name");
            if !is_name(name) || name.contains('.') {
                let cure = "use letters, digits, '-' and '_': a dot parts keys";
                return Err(Fault::new(format!("'{name}' is no name"), cure).at(at));
            }
            if names[..index].contains(name) {
                let what = format!("two of [[{table}]] are called '{name}'");
                return Err(Fault::new(what, "give each a name of its own").at(at));
            }
        }
    }
    limits(file, &names[0].1)
}

/// Survival, and what limits the stock.
fn limits(file: &ForecastFile, generations: &[&str]) -> Result<(), Fault> {
    let years = file.years;
    let checked = file
        .shipped_share
        .check(years.first..=years.last, (0.0, 1.0));
    checked.map_err(|fault| fault.at("shipped_share"))?;
    if file.scope.crypto && file.crypto.is_none() {
        let cure = "add [crypto] with gw = …, or leave crypto out of the scope";
        return Err(Fault::new(
            "mining is counted, and nothing says how much there is",
            cure,
        )
        .at("scope.crypto"));
    }
    let all = years.first..=years.last;
    if let Some(twh) = &file.grid.twh {
        let checked = twh.check(all.clone(), (1e-6, 1e7));
        checked.map_err(|fault| fault.at("grid.twh"))?;
    }
    let sites = file.site.iter().enumerate();
    let of_sites = sites.map(|(index, site)| {
        (
            format!("site[{index}].carbon_gco2_kwh"),
            site.carbon_gco2_kwh.as_ref(),
        )
    });
    let own = (
        "grid.carbon_gco2_kwh".to_owned(),
        file.grid.carbon_gco2_kwh.as_ref(),
    );
    for (key, carbon) in of_sites.chain([own]) {
        if let Some(carbon) = carbon {
            let checked = carbon.check(all.clone(), (0.0, 5000.0));
            checked.map_err(|fault| fault.at(key))?;
        }
    }
    if (file.scope.utc_offset_h * 4.0).fract() != 0.0 {
        let what = format!("a clock {} h from UTC", file.scope.utc_offset_h);
        return Err(
            Fault::new(what, "give hours, halves or quarters, as 5.5").at("scope.utc_offset_h")
        );
    }
    file.survival
        .check()
        .map_err(|fault| fault.within("survival"))?;
    for (index, cap) in file.cap.iter().enumerate() {
        let at = |key: &str| format!("cap[{index}].{key}");
        if cap.per_chip.is_empty() && cap.per_gb == 0.0 {
            let cure =
                "say what a chip takes: per_chip = { NAME = 1.0 }, or per_gb = 1.0 for its memory";
            return Err(Fault::new("the cap limits nothing", cure).at(at("per_chip")));
        }
        for (generation, per) in &cap.per_chip {
            if !generations.contains(&generation.as_str()) {
                let what = format!("there is no generation '{generation}'");
                let cure = crate::describe::suggest(generation, generations.iter().copied());
                return Err(Fault::new(what, cure).at(at("per_chip")));
            }
            if !(0.0..=1e12).contains(per) {
                let fault = Fault::new(format!("{per} a chip is out of range"), "use 0 to 1e12");
                return Err(fault.at(at("per_chip")));
            }
        }
        let given = cap.per_year.first()..=years.last.max(cap.per_year.first());
        let checked = cap.per_year.check(given, (0.0, 1e30));
        checked.map_err(|fault| fault.at(at("per_year")))?;
    }
    for (index, connection) in file.connection.iter().enumerate() {
        let at = |key: &str| format!("connection[{index}].{key}");
        let all = [
            ("requests", &connection.requests, 1e7),
            ("built", &connection.built, 1.0),
            ("realised", &connection.realised, 2.0),
        ];
        for (key, of, most) in all {
            let given = of.first().max(years.first)..=years.last;
            let checked = of.check(given, (0.0, most));
            checked.map_err(|fault| fault.at(at(key)))?;
        }
        let amounts = connection.requests.check_amounts(years.last);
        amounts.map_err(|fault| fault.at(at("requests")))?;
    }
    if let Some(crypto) = &file.crypto {
        let checked = crypto.gw.check(years.first..=years.last, (0.0, 1e4));
        checked.map_err(|fault| fault.at("crypto.gw"))?;
    }
    Ok(())
}
