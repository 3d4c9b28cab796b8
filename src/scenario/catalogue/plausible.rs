//! What a user's entry must hold beyond the types and ranges of its keys: figures that fit together, names that exist.

use toml::{Table, Value};

use super::Catalogue;
use super::entry::fault;
use super::kind::Kind;
use crate::cooling::Cooling;
use crate::describe::{Fault, suggest};
use crate::ownership::{Basis, Named, Rates};

/// Figures of one entry that contradict each other.
pub(super) fn check(kind: Kind, name: &str, entry: &Table) -> Result<(), Fault> {
    let figure = |key: &str| number(entry.get(key)?);
    let not_above = |low: &str, high: &str| match (figure(low), figure(high)) {
        (Some(low_value), Some(high_value)) if low_value > high_value => Err(fault(
            &[kind.name(), name, low],
            format!("{low} = {low_value} lies above {high} = {high_value}"),
            format!("use at most {high_value}"),
        )),
        _ => Ok(()),
    };
    match kind {
        Kind::Accelerators => {
            not_above("idle_w", "tdp_w")?;
            not_above("context_idle_w", "tdp_w")?;
            not_above("idle_w", "context_idle_w")
        }
        Kind::Servers => not_above("host_idle_w", "host_busy_w"),
        Kind::OtherIt => not_above("idle_w", "busy_w"),
        Kind::Climates => {
            not_above("record_min_c", "record_max_c")?;
            let (low, high) = ("mean_daily_min_c", "mean_daily_max_c");
            let list = |key: &str| entry.get(key).and_then(Value::as_array);
            if let (Some(lows), Some(highs)) = (list(low), list(high))
                && lows
                    .iter()
                    .zip(highs)
                    .any(|(low, high)| number(low) > number(high))
            {
                let what = format!("a month has its {low} above its {high}");
                let cure = "the two lists run from January to December";
                return Err(fault(&[kind.name(), name, low], what, cure));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Names within entries, once all entries are read, and curves that must stay positive.
pub(super) fn check_names(kind: Kind, name: &str, catalogue: &Catalogue) -> Result<(), Fault> {
    match kind {
        Kind::Servers => {
            let server = &catalogue.servers[name];
            let chips = catalogue.accelerators.keys().map(String::as_str);
            let psus = catalogue.electrical.psu.keys().map(String::as_str);
            let accelerator = std::iter::once(&*server.accelerator);
            for given in accelerator.chain(server.doubt.among("accelerator")) {
                known(kind, name, "accelerator", given, chips.clone())?;
            }
            for given in std::iter::once(&*server.psu).chain(server.doubt.among("psu")) {
                known(kind, name, "psu", given, psus.clone())?;
            }
            if server.cold_plate.is_some() && server.host_parts.is_none() {
                let what = "a build with cold plates needs host_parts";
                let cure = "add host_parts = { cpu = …, memory = …, network = …, storage = … }, which add up to 1";
                return Err(fault(&[kind.name(), name, "cold_plate"], what, cure));
            }
            Ok(())
        }
        Kind::Chillers => match catalogue.chillers[name].fault() {
            Some((key, what)) => {
                let cure = "the coefficients are those of EnergyPlus's Curve:Biquadratic and Curve:Quadratic, with the \
                            same limits";
                Err(fault(&[kind.name(), name, key], what, cure))
            }
            None => Ok(()),
        },
        Kind::Climates => {
            let grids = catalogue.grids.keys().map(String::as_str);
            known(kind, name, "grid", catalogue.climates[name].grid(), grids)
        }
        Kind::Costs => {
            let entry = &catalogue.costs[name];
            let of =
                |table: &[&str], named| check_table((kind, name, table), named, Cooling::NAMES);
            of(&["server_builds"], &entry.server_builds)?;
            of(&["floor"], &entry.floor)?;
            rates((kind, name, "usd"), &entry.usd, catalogue)
        }
        Kind::Embodied => {
            let entry = &catalogue.embodied[name];
            let fluids: Vec<&str> = catalogue.fluids.keys().map(String::as_str).collect();
            check_table((kind, name, &["gwp"]), &entry.gwp, &fluids)?;
            rates((kind, name, "kg"), &entry.kg, catalogue)
        }
        _ => Ok(()),
    }
}

/// Figures for things that nothing is called after would never be used.
fn rates(
    (kind, name, unit): (Kind, &str, &str),
    rates: &Rates,
    catalogue: &Catalogue,
) -> Result<(), Fault> {
    let servers: Vec<&str> = catalogue.servers.keys().map(String::as_str).collect();
    let fluids: Vec<&str> = catalogue.fluids.keys().map(String::as_str).collect();
    for &basis in Basis::ALL {
        let names = match basis {
            Basis::Servers => &servers[..],
            Basis::FluidsKg => &fluids,
            _ => basis.names(),
        };
        check_table(
            (kind, name, &[unit, basis.key()]),
            rates.table(basis),
            names,
        )?;
    }
    Ok(())
}

fn check_table(
    (kind, name, table): (Kind, &str, &[&str]),
    named: &Named,
    names: &[&str],
) -> Result<(), Fault> {
    for key in named.keys() {
        if !names.contains(&key.as_str()) {
            let what = format!("'{key}' is nothing that is counted here");
            let place = [&[kind.name(), name], table, &[key]].concat();
            return Err(fault(&place, what, suggest(key, names.to_vec())));
        }
    }
    Ok(())
}

fn known<'a>(
    kind: Kind,
    name: &str,
    key: &str,
    given: &str,
    mut names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Fault> {
    if names.clone().any(|known| known == given) {
        return Ok(());
    }
    let what = format!("there is no {key} '{given}' in the catalogue");
    let names: Vec<&str> = names.by_ref().collect();
    Err(fault(
        &[kind.name(), name, key],
        what,
        suggest(given, names),
    ))
}

#[expect(clippy::cast_precision_loss, reason = "figures of entries are small")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(figure) => Some(*figure),
        Value::Integer(figure) => Some(*figure as f64),
        _ => None,
    }
}
