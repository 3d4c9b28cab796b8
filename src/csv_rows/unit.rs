//! The unit in the name of a column, or behind a number.
//!
//! ```text
//! power.draw [W]   IT Load (kW)   it_mw        the last unit in brackets, else the last of the name
//! price_usd_mwh    LMP ($/kWh)                 money per energy
//! avg_lbs_mwh      gCO₂eq/kWh (direct)         mass per energy
//! time_ms          run_h          util [%]
//! ```
//!
//! A name without a unit means the unit that the reader documents. A unit of another kind, another currency and a
//! unit that has two meanings are refused, because each would be wrong by an unnoticed factor.

#[cfg(test)]
mod tests;
mod vocabulary;

use crate::describe::Fault;
use crate::units::HOUR_S;
use vocabulary::{APPARENT_POWER, foreign, gas, mass, money, other_dollar, simple};

/// Quantity that a column is read for, and the unit after its factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To s.
    Time,
    /// To W.
    Power,
    /// To J.
    Energy,
    /// To kg of CO₂e per J.
    Carbon,
    /// To USD per J.
    Price,
    /// To a ratio.
    Share,
}

/// A unit that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    pub(crate) kind: Kind,
    /// Times the number, it is SI.
    pub(crate) factor: f64,
    /// As the file has it.
    pub(crate) text: String,
}

impl Kind {
    fn cure(self) -> &'static str {
        match self {
            Self::Time => "give seconds and let the name end in _s, or _ms, _min, _h, _days",
            Self::Power | Self::Energy => {
                "give W, kW or MW, and name the unit in the name of the column"
            }
            Self::Carbon => {
                "give g/kWh, kg/MWh, t/GWh or lb/MWh, and let the name end in _g_kwh, _kg_mwh or _lb_mwh"
            }
            Self::Price => {
                "prices are in USD: convert the column, and let its name end in _usd_mwh or _usd_kwh"
            }
            Self::Share => {
                "give a share from 0 to 1, or percent in a column whose name ends in [%]"
            }
        }
    }
}

struct Word {
    text: String,
    raw: String,
    bracketed: bool,
}

/// The words of a name in lower case; signs of money and percent are words, and so is "/". "itLoadKw" has three.
fn words(name: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut raw, mut depth) = (String::new(), 0_u32);
    let mut close = |raw: &mut String, depth: u32| {
        let all = std::mem::take(raw);
        words.extend(humps(&all).map(|hump| Word {
            text: hump.to_lowercase(),
            raw: hump.to_owned(),
            bracketed: depth > 0,
        }));
    };
    for sign in name.chars() {
        match sign {
            '₂' => raw.push('2'),
            // "A$" is not "$".
            '$' if other_dollar(&raw.to_lowercase()).is_some() => {
                raw.push(sign);
                close(&mut raw, depth);
            }
            '°' | 'µ' | 'μ' => {
                close(&mut raw, depth);
                raw.push(sign);
            }
            '%' | '$' | '€' | '£' | '¢' | '₹' | '¥' | '/' => {
                close(&mut raw, depth);
                raw.push(sign);
                close(&mut raw, depth);
            }
            '[' | '(' | '{' => {
                close(&mut raw, depth);
                depth += 1;
            }
            ']' | ')' | '}' => {
                close(&mut raw, depth);
                depth = depth.saturating_sub(1);
            }
            sign if sign.is_alphanumeric() => raw.push(sign),
            _ => close(&mut raw, depth),
        }
    }
    close(&mut raw, depth);
    words
}

/// The parts of a word written in one: "moerLbsPerMWh" is "moer", "Lbs", "Per", "MWh". A unit such as "kWh" is one part.
fn humps(raw: &str) -> impl Iterator<Item = &str> {
    let lower = raw.to_lowercase();
    let unit = simple(&lower).is_some() || money(&lower).is_some() || mass(&lower).is_some();
    let mut cuts = vec![0];
    let mut before = (' ', 0);
    for (at, sign) in raw.char_indices().filter(|_| !unit) {
        if before.0.is_lowercase() && sign.is_uppercase() {
            // The k and m of kW and mW go with it.
            let prefix = sign == 'W' && matches!(before.0, 'k' | 'm');
            cuts.push(if prefix { before.1 } else { at });
        }
        before = (sign, at);
    }
    cuts.dedup();
    cuts.push(raw.len());
    let parts: Vec<&str> = cuts.windows(2).map(|cut| &raw[cut[0]..cut[1]]).collect();
    parts.into_iter().filter(|part| !part.is_empty())
}

fn per(word: &str) -> bool {
    matches!(word, "/" | "per")
}

/// Energy from a word on, and how many words it takes: "mwh", "mw h".
fn energy(words: &[Word]) -> Option<(f64, usize)> {
    let first = simple(&words.first()?.text)?;
    match first {
        (Kind::Energy, factor) => Some((factor, 1)),
        (Kind::Power, factor) => {
            let hour = words.get(1).and_then(|word| simple(&word.text));
            (hour == Some((Kind::Time, HOUR_S))).then_some((factor * HOUR_S, 2))
        }
        _ => None,
    }
}

/// Money or mass per energy, anywhere in the name.
fn quotient(words: &[Word], kind: Kind) -> Result<Option<(f64, usize, usize)>, String> {
    for (at, word) in words.iter().enumerate() {
        let amount = match kind {
            Kind::Price => money(&word.text),
            Kind::Carbon => mass(&word.text),
            _ => None,
        };
        let Some(amount) = amount else { continue };
        let metric = at.checked_sub(1).and_then(|at| words.get(at));
        let amount = match amount {
            Err(_) if kind == Kind::Carbon && metric.is_some_and(|w| w.text == "metric") => Ok(1e3),
            amount => amount,
        };
        let mut next = at + 1;
        while words.get(next).is_some_and(|word| gas(&word.text)) {
            next += 1;
        }
        let divided = words.get(next).is_some_and(|word| per(&word.text));
        next += usize::from(divided);
        let by = words.get(next..).and_then(energy);
        match (amount, by) {
            (Ok(amount), Some((energy_j, length))) => {
                return Ok(Some((amount / energy_j, at, next + length)));
            }
            (Err(other), Some(_)) => return Err(other.to_owned()),
            // Unambiguous also without the amount it is per.
            (Err(other), None) if kind == Kind::Price && word.text.len() > 2 => {
                return Err(other.to_owned());
            }
            (Ok(_), None) if divided => {
                let by: Vec<&str> = words[at..].iter().map(|word| word.raw.as_str()).collect();
                return Err(by.join(" "));
            }
            // "mTCO2/h" is a mass in time.
            (Err(other), None) if kind == Kind::Carbon => return Err(other.to_owned()),
            (Ok(amount), None) if kind == Kind::Carbon && amount > 1e-3 && word.text.len() > 1 => {
                return Err(format!("{}, without an amount of energy", word.raw));
            }
            _ => {}
        }
    }
    // "per kWh": of the documented money or mass, unless another comes before it.
    for at in 0..words.len() {
        if let (true, Some((energy_j, length))) = (per(&words[at].text), energy(&words[at + 1..])) {
            let last = at.checked_sub(1);
            let other = (0..at).find(|&before| strange(&words[before], Some(before) == last, kind));
            if let Some(from) = other {
                let by: Vec<&str> = words[from..=at + length].iter().map(|w| &*w.raw).collect();
                return Err(by.join(" "));
            }
            let amount = if kind == Kind::Price { 1.0 } else { 1e-3 };
            return Ok(Some((amount / energy_j, at, at + 1 + length)));
        }
    }
    Ok(None)
}

/// Whether a word before "per kWh" names another quantity than `kind`.
fn strange(word: &Word, last: bool, kind: Kind) -> bool {
    let long = word.text.len() > 2 || last;
    let of_mass = mass(&word.text).is_some() && long;
    let of_money = money(&word.text).is_some() && long;
    // Brackets hold a unit: "(TRY/MWh)".
    let unknown = word.bracketed && last && word.text.chars().all(char::is_alphabetic);
    let of_carbon = gas(&word.text) && word.text.len() > 2;
    match kind {
        Kind::Price => of_mass || (of_carbon && word.text != "equivalent") || unknown,
        _ => of_mass || of_money || (unknown && !gas(&word.text)),
    }
}

/// Whether the name of a column means apparent power.
pub(crate) fn is_apparent_power(name: &str) -> bool {
    let words = words(name);
    let mut units = words.iter().filter_map(|word| foreign(&word.text));
    units.any(|unit| unit == APPARENT_POWER)
}

/// Another currency, or an ambiguous mass, in the name of a column of money or mass per energy.
pub(crate) fn foreign_quotient(name: &str, kind: Kind) -> Option<Fault> {
    let other = quotient(&words(name), kind).err()?;
    Some(Fault::new(
        format!("column {name:?} is in {other}"),
        kind.cure(),
    ))
}

/// The unit in the name of a column that is read for `kind`; None where it names none. A column of power may hold
/// energy per interval: the caller decides.
pub(crate) fn of(name: &str, kind: Kind) -> Result<Option<Unit>, Fault> {
    let words = words(name);
    let refused = |what: String| {
        let what = format!("column {name:?} is {what}");
        Err(Fault::new(what, kind.cure()))
    };
    let text = |from: usize, to: usize| {
        let parts: Vec<&str> = words[from..to]
            .iter()
            .map(|word| word.raw.as_str())
            .collect();
        parts.join(" ").replace(" / ", "/")
    };
    if matches!(kind, Kind::Price | Kind::Carbon) {
        match quotient(&words, kind) {
            Ok(Some((factor, from, to))) => {
                let text = text(from, to);
                return Ok(Some(Unit { kind, factor, text }));
            }
            Ok(None) => {}
            Err(other) => return refused(format!("in {other}")),
        }
    }
    // Text in brackets is a unit; then the last word that can be one.
    let bracketed = words
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, word)| word.bracketed);
    let plain = words
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, word)| !word.bracketed);
    for (at, word) in bracketed.chain(plain) {
        let last = at + 1 == words.len() || word.bracketed;
        if matches!(&*word.raw, "mW" | "mWh" | "mJ") {
            return refused(format!("in {}, which reads as milli or mega", word.raw));
        }
        let found = simple(&word.text);
        let long = word.text.len() > 1 || word.text == "%";
        match found {
            // Times are words of many names ("min", "us", "day"); they count only where a time is read.
            Some((Kind::Time, _)) if kind != Kind::Time => {
                let before = at.checked_sub(1).and_then(|at| simple(&words[at].text));
                if let (Some((Kind::Power, factor)), "h") = (before, word.text.as_str()) {
                    let factor = factor * HOUR_S;
                    let text = text(at - 1, at + 1);
                    return matching(
                        name,
                        kind,
                        Unit {
                            kind: Kind::Energy,
                            factor,
                            text,
                        },
                    );
                }
            }
            Some((other, _)) if kind == Kind::Time && other != Kind::Time => {}
            Some((found, factor)) if last || long => {
                let text = word.raw.clone();
                return matching(
                    name,
                    kind,
                    Unit {
                        kind: found,
                        factor,
                        text,
                    },
                );
            }
            _ => {
                if let (Some(other), true) = (foreign(&word.text), word.bracketed) {
                    return refused(other.to_owned());
                }
                let unmistakable = word.text.len() > 2 || word.text.starts_with('°');
                if let (Some(other), true, true) =
                    (foreign(&word.text), unmistakable, kind != Kind::Time)
                {
                    return refused(other.to_owned());
                }
            }
        }
    }
    Ok(None)
}

fn matching(name: &str, kind: Kind, unit: Unit) -> Result<Option<Unit>, Fault> {
    if unit.kind == kind || (kind == Kind::Power && unit.kind == Kind::Energy) {
        return Ok(Some(unit));
    }
    let wanted = match kind {
        Kind::Time => "a time",
        Kind::Power | Kind::Energy => "a power",
        Kind::Carbon => "carbon per energy",
        Kind::Price => "a price of energy",
        Kind::Share => "a share",
    };
    Err(Fault::new(
        format!("column {name:?} is in {}, which is not {wanted}", unit.text),
        kind.cure(),
    ))
}

/// The words of a name without its unit, in lower case, with a blank between: "IT Load (kW)" is "it load".
pub(crate) fn base(name: &str, kind: Kind) -> String {
    let words = words(name);
    // A quantity is followed by its unit in brackets, a time by its zone.
    let bare = words
        .iter()
        .filter(|word| kind == Kind::Time || !word.bracketed);
    let kept = bare.filter(|word| {
        !simple(&word.text).is_some_and(|(found, _)| {
            found == kind || (kind == Kind::Power && found == Kind::Energy)
        })
    });
    let kept: Vec<&str> = kept.map(|word| word.text.as_str()).collect();
    kept.join(" ")
}
