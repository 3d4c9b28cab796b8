//! What traces a page to its inputs.

use maud::{Markup, html};
use serde_json::Value;

use super::source::Run;
use super::words::Words;

/// Scenario, version, seed and checksums of a run.
pub(super) fn of_run(run: &Run, words: &Words) -> Markup {
    let text = (words.page.scenario.as_str(), run.scenario_text.as_str());
    of_file(&run.name, &run.info, text, words)
}

/// The same of any result with a file that it was made from: what that is, and its text.
pub(super) fn of_file(
    name: &str,
    info: &Value,
    (title, text): (&str, &str),
    words: &Words,
) -> Markup {
    html! {
        h3 { (name) }
        (of_info(info, words))
        @if !text.is_empty() {
            details {
                summary { (title) }
                pre tabindex="0" { (text) }
            }
        }
    }
}

/// Version, seed and inputs as `run.json` and its like have them.
pub(super) fn of_info(info: &Value, words: &Words) -> Markup {
    let seed = info.get("seed").and_then(Value::as_u64);
    let version = info.get("version").and_then(Value::as_str);
    let inputs = info.get("inputs").and_then(Value::as_array);
    let text = |input: &Value, key: &str| {
        let text = input.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    html! {
        p {
            @if let Some(version) = version { (words.page.version) " " (version) }
            @if let Some(seed) = seed { " · " (words.page.seed) " " (seed) }
        }
        @if let Some(inputs) = inputs.filter(|inputs| !inputs.is_empty()) {
            details {
                summary { (words.page.inputs) }
                ul {
                    @for input in inputs {
                        li { (text(input, "path")) " · SHA-256 " code { (text(input, "sha256")) } }
                    }
                }
            }
        }
    }
}
