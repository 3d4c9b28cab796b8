//! What traces a page to its inputs.

use maud::{Markup, html};
use serde_json::Value;

use super::source::Run;
use super::words::Words;

/// Scenario, version, seed and checksums of a run.
pub(super) fn of_run(run: &Run, words: &Words) -> Markup {
    html! {
        h3 { (run.name) }
        (of_info(&run.info, words))
        @if !run.scenario_text.is_empty() {
            details {
                summary { (words.page.scenario) }
                pre tabindex="0" { (run.scenario_text) }
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
