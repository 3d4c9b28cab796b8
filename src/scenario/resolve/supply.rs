//! Electricity: the chain from the grid to the racks, what stands beside it, and what a kilowatt-hour costs and emits.

mod grid;
mod on_site;

use super::context::{Context, Lines};
use crate::describe::{Fault, power};
use crate::electrical::{Chain, ItDraw};
pub(super) use grid::Rates;
pub(super) use on_site::OnSite;

/// Mechanical power the transformers are sized for, over the IT power at full load: chillers on the design day.
const MECHANICAL_SHARE: f64 = 0.35;

/// The chain, sized for the IT and the mechanical load at full load, and for what the site draws all the time.
pub(super) fn chain(context: Context<'_>, design_it: ItDraw) -> Result<Chain, Fault> {
    let config = &context.scenario.electrical;
    // Both ways of naming stages at once would leave one of them unheard.
    if !config.stage.is_empty() {
        for (key, named) in [
            ("transformer", &config.transformer),
            ("ups", &config.ups),
            ("pdu", &config.pdu),
        ] {
            if named.is_some() {
                let what = format!("{key} cannot be combined with a list of stages");
                let cure = "remove it: [[electrical.stage]] names every stage";
                return Err(context.error(&format!("electrical.{key}"), what, cure));
            }
        }
    }
    let specs = config
        .specs(&context.catalogue.electrical)
        .map_err(|fault| context.fault("electrical", fault))?;
    let other_w = context.scenario.site.other_kw * 1e3;
    let beside_w = design_it.all_w * MECHANICAL_SHARE + other_w;
    Chain::from_design(specs, design_it, beside_w)
        .map_err(|fault| context.fault("electrical", fault))
}

/// From the grid to the racks, and what stands beside.
pub(super) fn lines(context: Context<'_>, chain: &Chain) -> Lines {
    let mut lines = Lines::new();
    let scenario = context.scenario;
    let stages = scenario.electrical.stages();
    let stages = stages
        .iter()
        .zip(chain.ratings())
        .map(|((_, stage), built)| {
            let (rated_w, units) = built;
            match units {
                Some(units) => {
                    format!("{units:.0} × {} {}", power(rated_w / units), stage.device)
                }
                None => format!("{} {}", power(rated_w), stage.device),
            }
        });
    let chain: Vec<String> = stages.collect();
    if !chain.is_empty() {
        lines.push(("electrical".into(), chain.join(" → ")));
    }
    let site = &scenario.site;
    let mut add = |label: &str, text: String| lines.push((label.into(), text));
    if let Some(ups) = &scenario.electrical.ups_battery {
        add(
            "UPS batteries",
            format!("{} min at full IT load", ups.minutes),
        );
    }
    if let Some(limit_mw) = site.grid_limit_mw {
        add("grid limit", format!("{limit_mw} MW"));
    }
    if let Some(battery) = &site.battery {
        let does = [
            battery
                .peak_target_mw
                .map(|mw| format!("peaks above {mw} MW")),
            battery
                .buy_below_usd_mwh
                .map(|usd| format!("buys below {usd} USD/MWh")),
            battery
                .sell_above_usd_mwh
                .map(|usd| format!("sells above {usd} USD/MWh")),
        ];
        let does: Vec<String> = does.into_iter().flatten().collect();
        let text = format!("{} MWh, {} MW", battery.energy_mwh, battery.power_mw);
        let does = if does.is_empty() {
            "the grid limit".into()
        } else {
            does.join(", ")
        };
        add("battery", format!("{text}: {does}"));
    }
    if let Some(generator) = &site.generator {
        let (start_s, ramp_s) = (generator.start_s, generator.ramp_s);
        let text = format!(
            "{} MW, load taken over in {} s",
            generator.power_mw,
            start_s + ramp_s
        );
        add("generators", text);
    }
    lines
}
