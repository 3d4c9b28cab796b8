//! The words that units are written with.

use super::Kind;
use crate::units::{DAY_S, HOUR_S, J_PER_KWH, J_PER_MWH};

/// Words that are units by themselves; what else they may mean decides where they count.
pub(super) fn simple(word: &str) -> Option<(Kind, f64)> {
    Some(match word {
        "s" | "sec" | "secs" | "second" | "seconds" => (Kind::Time, 1.0),
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => (Kind::Time, 1e-3),
        "us" | "µs" | "μs" | "usec" | "microsecond" | "microseconds" => (Kind::Time, 1e-6),
        "ns" | "nsec" | "nanosecond" | "nanoseconds" => (Kind::Time, 1e-9),
        "min" | "mins" | "minute" | "minutes" => (Kind::Time, 60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => (Kind::Time, HOUR_S),
        "d" | "day" | "days" => (Kind::Time, DAY_S),
        "uw" | "µw" | "μw" | "microwatt" | "microwatts" => (Kind::Power, 1e-6),
        "milliwatt" | "milliwatts" => (Kind::Power, 1e-3),
        "w" | "watt" | "watts" => (Kind::Power, 1.0),
        "kw" | "kilowatt" | "kilowatts" => (Kind::Power, 1e3),
        "mw" | "megawatt" | "megawatts" => (Kind::Power, 1e6),
        "gw" | "gigawatt" | "gigawatts" => (Kind::Power, 1e9),
        "wh" => (Kind::Energy, HOUR_S),
        "kwh" | "kwhr" | "kwhrs" => (Kind::Energy, J_PER_KWH),
        "mwh" | "mwhr" | "mwhrs" => (Kind::Energy, J_PER_MWH),
        "gwh" => (Kind::Energy, 1e3 * J_PER_MWH),
        "j" | "joule" | "joules" => (Kind::Energy, 1.0),
        "kj" => (Kind::Energy, 1e3),
        "mj" => (Kind::Energy, 1e6),
        "gj" => (Kind::Energy, 1e9),
        "%" | "pct" | "percent" => (Kind::Share, 0.01),
        _ => return None,
    })
}

/// Units that become power by the power factor.
pub(super) const APPARENT_POWER: &str = "apparent power";

/// Units that no reader of these wants; a word of more than one meaning counts in brackets only.
pub(super) fn foreign(word: &str) -> Option<&'static str> {
    Some(match word {
        "°c" | "c" | "degc" | "celsius" | "°f" | "f" | "degf" | "fahrenheit" | "k" | "kelvin"
        | "temp" | "temperature" => "a temperature",
        "b" | "kb" | "mb" | "gb" | "tb" | "kib" | "mib" | "gib" | "tib" | "bytes" => "memory",
        "va" | "kva" | "mva" | "kvah" => APPARENT_POWER,
        "kvar" | "mvar" | "kvarh" => "reactive power",
        "a" | "amp" | "amps" | "ma" => "a current",
        "v" | "kv" | "volt" | "volts" => "a voltage",
        "hz" | "mhz" | "ghz" => "a frequency",
        "btu" | "mmbtu" | "mbh" | "hp" | "tr" => "in a unit that is not read",
        _ => return None,
    })
}

/// USD in one of it, or the currency that it is.
pub(super) fn money(word: &str) -> Option<Result<f64, &'static str>> {
    Some(match word {
        word if other_dollar(word.trim_end_matches('$')).is_some() && word.ends_with('$') => {
            Err(other_dollar(word.trim_end_matches('$'))?)
        }
        "usd" | "$" | "us$" | "dollar" | "dollars" => Ok(1.0),
        "cent" | "cents" | "¢" | "usc" => Ok(0.01),
        "mill" | "mills" => Ok(0.001),
        "c" | "ct" | "cts" => Err("cents of a currency that it does not name"),
        "eur" | "€" | "euro" | "euros" => Err("EUR"),
        "gbp" | "£" | "p" | "pence" => Err("GBP"),
        "inr" | "₹" => Err("INR"),
        "jpy" | "¥" | "yen" => Err("JPY"),
        "cny" | "rmb" | "yuan" => Err("CNY"),
        "aud" => Err("AUD"),
        "cad" => Err("CAD"),
        "nzd" => Err("NZD"),
        "chf" => Err("CHF"),
        "sek" => Err("SEK"),
        "nok" => Err("NOK"),
        "dkk" => Err("DKK"),
        "isk" => Err("ISK"),
        "pln" => Err("PLN"),
        "czk" => Err("CZK"),
        "huf" => Err("HUF"),
        "ron" => Err("RON"),
        "bgn" => Err("BGN"),
        "uah" => Err("UAH"),
        "brl" => Err("BRL"),
        "mxn" => Err("MXN"),
        "clp" => Err("CLP"),
        "krw" => Err("KRW"),
        "twd" => Err("TWD"),
        "hkd" => Err("HKD"),
        "sgd" => Err("SGD"),
        "myr" => Err("MYR"),
        "thb" => Err("THB"),
        "idr" => Err("IDR"),
        "php" => Err("PHP"),
        "zar" => Err("ZAR"),
        "ils" => Err("ILS"),
        "aed" => Err("AED"),
        "sar" => Err("SAR"),
        "try" => Err("TRY"),
        "ars" => Err("ARS"),
        "cop" => Err("COP"),
        "vnd" => Err("VND"),
        "rub" => Err("RUB"),
        "kzt" => Err("KZT"),
        "ngn" => Err("NGN"),
        "egp" => Err("EGP"),
        "pkr" => Err("PKR"),
        "qar" => Err("QAR"),
        "kwd" => Err("KWD"),
        "omr" => Err("OMR"),
        "uyu" => Err("UYU"),
        _ => return None,
    })
}

/// The currency whose sign is "$" behind these letters, in lower case.
pub(super) fn other_dollar(letters: &str) -> Option<&'static str> {
    Some(match letters {
        "a" | "au" => "AUD",
        "c" | "ca" | "can" => "CAD",
        "nz" => "NZD",
        "hk" => "HKD",
        "s" | "sg" => "SGD",
        "nt" => "TWD",
        "r" => "BRL",
        "mx" | "mex" => "MXN",
        _ => return None,
    })
}

/// kg in one of it.
pub(super) fn mass(word: &str) -> Option<Result<f64, &'static str>> {
    let bare = ["co2eq", "co2e", "co2"]
        .iter()
        .find_map(|gas| word.strip_suffix(gas))
        .unwrap_or(word);
    Some(match bare {
        "mg" => Ok(1e-6),
        "g" | "gram" | "grams" => Ok(1e-3),
        "kg" | "kilogram" | "kilograms" => Ok(1.0),
        "t" | "tonne" | "tonnes" => Ok(1e3),
        "lb" | "lbs" | "pound" | "pounds" => Ok(0.453_592_37),
        "ton" | "tons" | "mt" => Err("tons, which may be metric or short"),
        _ => return None,
    })
}

/// Words between a mass and what it is counted by.
pub(super) fn gas(word: &str) -> bool {
    matches!(
        word,
        "co2" | "co2e" | "co2eq" | "e" | "eq" | "equivalent" | "carbon" | "of"
    )
}
