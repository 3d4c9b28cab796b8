//! The energy of a run from its sources to its uses.

use super::energy::uses;
use crate::metrics::figures::Unit;
use crate::report::chart::{Chart, Colour, Data, DataColumn, Flow, Hints, Node, Sankey};
use crate::report::number::{Style, written};
use crate::report::source::Run;
use crate::report::words::Words;

/// Uses of IT, of cooling, and of the site itself, in the order of the picture.
const IT: [&str; 4] = ["compute", "network_storage", "server_fans", "psu_losses"];
const COOLING: [&str; 4] = ["chillers", "outdoor_fans", "pumps", "hall_fans"];
const SITE: [&str; 2] = ["electrical_losses", "other"];
const HEIGHT: f64 = 300.0;

/// The picture in the making.
struct Flows<'a> {
    words: &'a Words,
    /// All of it, MWh.
    facility: f64,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
}

impl Flows<'_> {
    fn node(&mut self, name: &str, mwh: f64, column: usize, colour: Colour) -> usize {
        self.nodes.push(Node {
            name: name.to_owned(),
            value: format!("{} %", written(100.0 * mwh / self.facility, 1)),
            column,
            colour,
        });
        self.nodes.len() - 1
    }

    fn flow(&mut self, from: usize, to: usize, amount: f64) {
        self.flows.push(Flow { from, to, amount });
    }

    /// The site, behind its sources where there are several; returns its node and column.
    fn site(&mut self, run: &Run) -> (usize, usize) {
        let given = |name: &str| run.value(name).unwrap_or(0.0);
        let grid = run.value("energy_mwh.grid_import").unwrap_or(self.facility);
        let sources = [
            ("grid", grid),
            ("solar", given("energy_mwh.solar")),
            ("generator", given("energy_mwh.generators")),
        ];
        let sources: Vec<_> = sources.into_iter().filter(|(_, mwh)| *mwh > 0.0).collect();
        let column = usize::from(sources.len() > 1);
        let words = self.words;
        let site = self.node(
            &words.run.energy.facility,
            self.facility,
            column,
            Colour::named("grid"),
        );
        if column > 0 {
            let all: f64 = sources.iter().map(|(_, mwh)| mwh).sum();
            for (key, mwh) in sources {
                let from = self.node(words.energy_use(key), mwh, 0, Colour::named(key));
                // What is fed in or stored does not reach the uses.
                self.flow(from, site, mwh * self.facility / all);
            }
        }
        (site, column)
    }
}

/// From the grid to the chips.
pub(super) fn chart(run: &Run, words: &Words) -> Option<Chart> {
    let facility = run.value("energy_mwh.facility").filter(|mwh| *mwh > 0.0)?;
    let uses = uses(run);
    let mwh = |key: &str| {
        uses.iter()
            .find(|(name, _)| *name == key)
            .map_or(0.0, |(_, mwh)| *mwh)
    };
    let mut all = Flows {
        words,
        facility,
        nodes: Vec::new(),
        flows: Vec::new(),
    };
    let (site, column) = all.site(run);
    for (group, keys) in [
        (Some((words.run.energy.it.as_str(), "compute")), &IT[..]),
        (Some((words.energy_use("cooling"), "cooling")), &COOLING[..]),
        (None, &SITE[..]),
    ] {
        let keys = keys.iter().filter(|key| mwh(key) > 0.0);
        let amount: f64 = keys.clone().map(|key| mwh(key)).sum();
        if amount <= 0.0 {
            continue;
        }
        let from = match group {
            Some((name, colour)) => {
                let to = all.node(name, amount, column + 1, Colour::of_use(colour));
                all.flow(site, to, amount);
                to
            }
            None => site,
        };
        for key in keys {
            let to = all.node(
                words.energy_use(key),
                mwh(key),
                column + 2,
                Colour::of_use(key),
            );
            all.flow(from, to, mwh(key));
        }
    }
    Some(drawn(all))
}

fn drawn(all: Flows<'_>) -> Chart {
    let Flows {
        words,
        facility,
        nodes,
        flows,
    } = all;
    let own = &words.run.energy;
    let style = Style::new(Unit::Mwh, facility, 0);
    let names = |of: &dyn Fn(&Flow) -> usize| {
        flows
            .iter()
            .map(|flow| nodes[of(flow)].name.clone())
            .collect()
    };
    let amounts = flows.iter().map(|flow| style.scaled(flow.amount)).collect();
    let shares = flows
        .iter()
        .map(|flow| 100.0 * flow.amount / facility)
        .collect();
    let data = Data {
        columns: vec![
            DataColumn::words(&own.to, names(&|flow| flow.to)),
            DataColumn::words(&own.from, names(&|flow| flow.from)),
            DataColumn::numbers(
                words.energy_use("energy"),
                style.unit,
                style.decimals,
                amounts,
            ),
            DataColumn::numbers(&own.share, "%", 1, shares),
        ],
        hints: Hints::Items,
    };
    let note = crate::report::words::fill(
        &own.flow_note,
        &[("energy", &style.amount(facility).whole())],
    );
    Chart {
        id: "energy-flow".into(),
        title: own.flow.clone(),
        note,
        legend: Vec::new(),
        plot: Sankey {
            nodes,
            flows,
            height: HEIGHT,
        }
        .draw(),
        data,
    }
}
