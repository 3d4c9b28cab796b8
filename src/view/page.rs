//! The hall as one page of HTML: recorded results in three dimensions, to send to somebody. It asks no network and no server.
//!
//! ```text
//! result folder ─ replay ─▶ side: moments, sentences ─┐
//!                 layout ─▶ scene: bodies, labels ────┴─ pack: base64 ─▶ page   (script, style, three.js: assets/view)
//! ```

mod pack;
mod scene;
mod side;

use std::path::PathBuf;

use maud::{DOCTYPE, PreEscaped, html};
use serde_json::{Value, json};

use crate::view::hall::colour::{ColourBy, FLUID, Rgb, fluids, margin, plasma};
use crate::view::hall::frame::Site;
use crate::view::hall::paint;
use side::Side;

const STYLE: &str = include_str!("../../assets/view/page.css");
const THREE: &str = include_str!("../../assets/view/three.js");
const SCRIPT: &str = concat!(
    include_str!("../../assets/view/data.js"),
    include_str!("../../assets/view/scene.js"),
    include_str!("../../assets/view/page.js"),
    include_str!("../../assets/view/tables.js"),
    include_str!("../../assets/view/clock.js"),
);
/// A page is not larger, characters, where its racks are not too many.
const MOST_CHARS: usize = 2_950_000;
/// What each result has at least for its moments, characters.
const LEAST_CHARS: usize = 300_000;

/// Makes the page of one recorded result, or of two side by side, that begins at a time of the first and with a colouring. The
/// error is fit to be shown.
///
/// # Errors
/// Where a path is no result folder, or is damaged.
pub fn page(folders: &[PathBuf], at: Option<&str>, by: Option<ColourBy>) -> Result<String, String> {
    let way = match by {
        None | Some(ColourBy::Chip) => "chip",
        Some(ColourBy::Inlet) => "inlet",
        Some(ColourBy::Power) => "power",
        Some(ColourBy::Utilisation) => "utilisation",
        Some(other) => {
            return Err(format!(
                "results do not keep {} rack by rack; a page colours them by chip, inlet, power, utilisation or margin",
                other.name()
            ));
        }
    };
    let sides = folders
        .iter()
        .take(2)
        .map(|folder| Side::open(folder))
        .collect::<Result<Vec<Side>, String>>()?;
    let at_s = match (at, sides.first()) {
        (Some(text), Some(first)) => Some(first.site.seconds(text)?),
        _ => None,
    };
    let fixed: usize = sides.iter().map(Side::fixed_chars).sum();
    let around = STYLE.len() + THREE.len() + SCRIPT.len() + 20_000;
    let room = MOST_CHARS.saturating_sub(fixed + around) / sides.len().max(1);
    let all: Vec<_> = sides
        .iter()
        .map(|side| side.data(room.max(LEAST_CHARS)))
        .collect();
    let names: Vec<&str> = sides.iter().map(|side| side.site.name.as_str()).collect();
    let rgb = |colours: Vec<Rgb>| {
        let bytes = colours.into_iter().flatten();
        let bytes: Vec<u8> = bytes.map(|c| (c * 255.0).round() as u8).collect();
        pack::base64(&bytes)
    };
    let data = json!({
        "ways": ways(sides.iter().map(|side| &side.site)),
        "way": way,
        "at_s": at_s,
        "fluid": [FLUID.low, FLUID.high],
        "palette": rgb(side::palette()),
        "warmth": rgb((0..=255_u8).map(|x| plasma(f32::from(x) / 255.0)).collect()),
        "fluids": rgb((0..=255_u8).map(|x| fluids(f32::from(x) / 255.0)).collect()),
        "margin": rgb((0..=255_u8).map(|x| margin(f32::from(x) / 255.0)).collect()),
        "load": rgb((0..=255_u8).map(|x| side::loads(f32::from(x) / 255.0)).collect()),
        "sides": all,
    });
    Ok(render(&names.join(" | "), &data))
}

/// Ways to colour racks: name, unit, ends of the scale, colour map, and the limits marked on it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "an iterator, gone through several times"
)]
fn ways<'a>(sites: impl Iterator<Item = &'a Site> + Clone) -> Value {
    let limits = |of: fn(&crate::view::hall::frame::HallSite) -> f64| {
        let halls = sites.clone().flat_map(|site| &site.halls);
        let mut all: Vec<f64> = halls.map(of).filter(|limit| limit.is_finite()).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    };
    let of = |by: ColourBy, id: &str, map: &str, limits: Vec<f64>| {
        let scale = paint::scale(by, sites.clone());
        json!({
            "id": id, "name": by.name(), "unit": by.unit(), "low": scale.low, "high": scale.high, "map": map,
            "limits": limits,
        })
    };
    json!([
        of(
            ColourBy::Chip,
            "chip",
            "warmth",
            limits(|hall| hall.slowdown_c)
        ),
        of(
            ColourBy::Inlet,
            "inlet",
            "fluids",
            limits(|hall| hall.limit_c)
        ),
        of(
            ColourBy::Power,
            "power",
            "warmth",
            limits(|hall| hall.rack_w / 1e3)
        ),
        of(ColourBy::Utilisation, "utilisation", "warmth", Vec::new()),
        of(ColourBy::Margin, "margin", "margin", vec![0.0]),
    ])
}

fn render(title: &str, data: &Value) -> String {
    // Nothing in a name ends the element that it stands in.
    let data = data.to_string().replace('<', "\\u003c");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "coldaisle " (env!("CARGO_PKG_VERSION")) };
                meta name="description" content={ "A recorded run in three dimensions: " (title) };
                title { (title) " – the hall" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#clock" { "to the time line" }
                header {
                    h1 { (title) }
                    output id="now" for="time" {}
                    span.grow {}
                    label { "racks by " select id="way" {} }
                    button type="button" id="home" title="Look at everything (0)" { "whole site" }
                    button type="button" id="hottest" title="Select the hottest rack (H)" { "hottest rack" }
                    button type="button" id="table-button" aria-expanded="false" aria-controls="table" title="The same as tables (T)" { "table" }
                    button type="button" id="theme" title="Light or dark" { "theme" }
                }
                main {
                    section id="stage" aria-label="The hall in three dimensions" {
                        canvas id="scene" tabindex="0" role="img" aria-describedby="keys" {}
                        div id="labels" aria-hidden="true" {}
                        div id="told" {}
                        aside id="selected" aria-live="polite" hidden {}
                        div id="tip" role="tooltip" hidden {}
                        div id="legend" {}
                    }
                    section id="table" aria-label="Figures of this time as tables" hidden tabindex="-1" {}
                    section id="clock" aria-label="Time" tabindex="-1" {
                        div.row {
                            button type="button" id="back" aria-label="one moment back" { "‹" }
                            button type="button" id="play" { "play" }
                            button type="button" id="on" aria-label="one moment on" { "›" }
                            label { "speed " select id="speed" {} }
                            span id="jumps" {}
                            span.grow {}
                            span id="chart-key" {}
                        }
                        div id="line" {
                            canvas id="chart" aria-hidden="true" {}
                            input type="range" id="time" min="0" value="0" step="1" aria-label="moment of the run";
                        }
                        p id="note" {}
                    }
                    noscript { p { "This page needs its script to show anything." } }
                }
                footer {
                    p id="keys" {
                        "Drag to turn, drag with the right button or two fingers to pan, wheel or pinch to zoom, click a rack or machine for its "
                        "figures. Keys: space plays, , and . step, arrows turn the hall that has the focus, + and − zoom, 0 shows everything, "
                        "H the hottest rack, C the next colouring, T the table, Esc lets go."
                    }
                    p id="remark" {}
                    p {
                        "Made by coldaisle " (env!("CARGO_PKG_VERSION"))
                        ". Drawn with three.js, © 2010–2026 three.js authors, "
                        details { summary { "MIT licence" } pre { (include_str!("../../assets/view/three.LICENSE")) } }
                    }
                }
                script type="application/json" id="data" { (PreEscaped(data)) }
                script { (PreEscaped(THREE)) }
                script type="module" { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}
