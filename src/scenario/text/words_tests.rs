//! Messages of serde and toml for each kind of mistake: their words are read (`wording.rs`), so a new version with another text
//! else must not pass.

use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::Deserialize;

use super::read;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its errors")]
struct All {
    number: f64,
    count: u32,
    seed: Option<u64>,
    some: Option<NonZeroU32>,
    flag: Option<bool>,
    text: Option<String>,
    path: Option<PathBuf>,
    list: Option<Vec<f64>>,
    one: Option<One>,
}
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum One {
    Air(Empty),
    Tank(Empty),
}
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[test]
fn the_words_of_serde_and_toml_are_those_that_are_read() {
    let sound = "number = 1\ncount = 2\n";
    assert!(toml::from_str::<All>(&format!("{sound}one.air = {{}}\n")).is_ok());
    for (text, what, cure) in [
        (
            format!("{sound}nunber = 1"),
            "unknown key 'nunber'",
            "did you mean 'number'?",
        ),
        (
            format!("{sound}one.air.x = 1"),
            "unknown key 'x'",
            "no key is allowed here",
        ),
        (
            format!("{sound}one.bath = {{}}"),
            "unknown name 'bath'",
            "allowed here: air, tank",
        ),
        (
            "number = 1".into(),
            "the key 'count' is missing",
            "add count = …",
        ),
        (
            format!("{sound}one = {{}}"),
            "'one' needs one table",
            "keep exactly one",
        ),
        (
            format!("{sound}one = {{ air = {{}}, tank = {{}} }}"),
            "'one' needs one table",
            "keep exactly one",
        ),
        (
            format!("{sound}one = \"air\""),
            "is given where a table is expected",
            "[one.air]",
        ),
        (
            "number = 'x'\ncount = 2".into(),
            "'x' is not a number",
            "24.5",
        ),
        (
            "number = 1\ncount = -2".into(),
            "-2 is not a whole number",
            "512",
        ),
        (
            format!("{sound}seed = 1.5"),
            "1.5 is not a whole number",
            "42",
        ),
        (
            format!("{sound}some = 0"),
            "0 is not a whole number from 1",
            "4",
        ),
        (
            format!("{sound}flag = 1"),
            "1 is not true or false",
            "without quotes",
        ),
        (
            format!("{sound}text = 2026-01-01"),
            "a date without quotes is not text",
            "quotes",
        ),
        (format!("{sound}path = 3"), "3 is not text", "quotes"),
        (format!("{sound}list = 3"), "3 is not a list", "brackets"),
        (
            format!("{sound}[list]"),
            "a table is not a list",
            "double brackets",
        ),
        (
            format!("{sound}[[text]]"),
            "a list is not text",
            "single brackets",
        ),
        (
            format!("{sound}count = 3"),
            "duplicate key",
            "remove one of the two",
        ),
        ("number 1".into(), "expected `=`", "key = value"),
    ] {
        let fault = read::<All>(&text).unwrap_err();
        assert!(fault.what.contains(what), "{text}\n{fault}");
        assert!(fault.cure.contains(cure), "{text}\n{fault}");
    }
}
