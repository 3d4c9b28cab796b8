//! Events of a run, those of its scenario and those of commands; what they take away, in words; and the setpoints in force.

use crate::engine::{Action, Command, Event, EventKind};
use crate::scenario::Scenario;
use crate::view::hall::format::{duration, words};
use crate::view::hall::frame::{Frame, Site};

/// The events of a run when these commands are given: those that a repair ends are over then.
pub(in crate::view) fn planned(scenario: &[Event], commands: &[Command]) -> Vec<Event> {
    let mut all = scenario.to_vec();
    for command in commands {
        let at_s = command.at_s;
        match &command.action {
            Action::Event {
                duration_s,
                kind,
                at,
            } => all.push(Event {
                name: kind.name().to_owned(),
                start_s: at_s,
                end_s: at_s + duration_s,
                kind: kind.clone(),
                at: *at,
            }),
            Action::Repair => {
                for event in all.iter_mut().filter(|event| event.holds(at_s)) {
                    event.end_s = at_s;
                }
            }
            _ => {}
        }
    }
    all
}

/// The events that hold in a step that starts at `began_s`.
pub(in crate::view) fn holding(all: &[Event], began_s: f64) -> Vec<Event> {
    let holding = all.iter().filter(|event| event.holds(began_s));
    holding.cloned().collect()
}

/// Air or coolant that each hall is to be supplied with, °C; none where a hall has no such setpoint.
pub(in crate::view) fn coolant_set_c(
    scenario: &Scenario,
    commands: &[Command],
    began_s: f64,
) -> Vec<Option<f64>> {
    let halls = scenario.hall.iter().enumerate();
    let set = halls.map(|(index, config)| {
        let own_c = config.cooling.supply_c()?;
        let commanded = commands.iter().filter(|command| command.at_s <= began_s);
        let of_hall = commanded.rev().find_map(|command| match command.action {
            Action::Coolant { hall, supply_c } if hall.is_none_or(|hall| hall == index) => {
                Some(supply_c)
            }
            _ => None,
        });
        of_hall.or(Some(own_c))
    });
    set.collect()
}

/// Facility water that the plant of a circuit was last told to supply, °C.
pub(in crate::view) fn water_set_c(
    commands: &[Command],
    (circuit, own_c): (usize, f64),
    began_s: f64,
) -> f64 {
    let commanded = commands.iter().filter(|command| command.at_s <= began_s);
    let of_circuit = commanded.rev().find_map(|command| match command.action {
        Action::Water {
            circuit: at,
            supply_c,
        } if at.is_none_or(|at| at == circuit) => Some(supply_c),
        _ => None,
    });
    of_circuit.unwrap_or(own_c)
}

/// The name of an event: the user's, or that of its kind in words.
pub(in crate::view) fn title(event: &Event) -> String {
    if event.name == event.kind.name() {
        words(&event.name)
    } else {
        event.name.clone()
    }
}

/// What an event takes away: `all 8 chillers out`, `50 % of the pumps out`.
pub(in crate::view) fn taken(site: &Site, event: &Event) -> String {
    match &event.kind {
        EventKind::ChillerTrip(trip) => {
            let circuits = site.equipment.circuits.iter().enumerate();
            let concerned = circuits.filter(|(index, _)| event.at.is_none_or(|at| at == *index));
            let each: Vec<u32> = concerned
                .map(|(_, (_, machines))| machines.chillers)
                .filter(|chillers| *chillers > 0)
                .collect();
            let all: u32 = each.iter().sum();
            let out: u32 = each.iter().map(|there| trip.units.get().min(*there)).sum();
            let of = trip
                .circuit
                .as_ref()
                .map_or(String::new(), |name| format!(" of {name}"));
            match (out, all) {
                (1, 1) => format!("the only chiller{of} out"),
                _ if out == all => format!("all {all} chillers{of} out"),
                _ => format!("{out} of {all} chillers{of} out"),
            }
        }
        EventKind::UtilityOutage(_) => "grid out".into(),
        kind => kind.line().replace("100 % of the ", "all "),
    }
}

/// What is out and since when: `all 8 chillers out since 15:00:00 (27 min, until 16:00:00)`.
pub(in crate::view) fn cause(site: &Site, frame: &Frame, event: &Event) -> String {
    let since = site.clock(event.start_s, frame.time_s());
    let until = if event.end_s < site.total_s {
        format!(", until {}", site.clock(event.end_s, event.start_s))
    } else {
        String::new()
    };
    format!(
        "{} since {since} ({}{until})",
        taken(site, event),
        duration(frame.time_s() - event.start_s),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(start_s: f64, end_s: f64) -> Event {
        Event {
            name: "grid".into(),
            start_s,
            end_s,
            kind: toml::from_str("utility_outage = {}").unwrap(),
            at: None,
        }
    }

    /// A repair ends what holds, and nothing that is still to come.
    #[test]
    fn events_of_commands_are_among_the_others_until_they_are_repaired() {
        let command = |at_s, action| Command { at_s, action };
        let trip = |duration_s| Action::Event {
            duration_s,
            kind: toml::from_str("chiller_trip = { units = 2 }").unwrap(),
            at: None,
        };
        let all = planned(
            &[event(0.0, 5000.0), event(9000.0, 9500.0)],
            &[
                command(100.0, trip(3600.0)),
                command(1900.0, Action::Repair),
                command(4000.0, trip(60.0)),
            ],
        );
        let spans: Vec<_> = all
            .iter()
            .map(|event| (event.start_s, event.end_s))
            .collect();
        let wanted = [
            (0.0, 1900.0),
            (9000.0, 9500.0),
            (100.0, 1900.0),
            (4000.0, 4060.0),
        ];
        assert_eq!(spans, wanted);
        assert_eq!(title(&all[2]), "chiller trip");
        assert_eq!(holding(&all, 2000.0).len(), 0);
        assert_eq!(holding(&all, 1899.0).len(), 2);
    }
}
