//! State of racks and of single machines at an instant: what they show besides a value.

use crate::facility::Availability;
use crate::view::hall::frame::Frame;
use crate::view::hall::layout::Machine;

/// What a rack shows besides the colour of its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RackState {
    /// It works: its colour alone.
    #[default]
    Works,
    /// It has power and no work: its colour, hatched.
    Idle,
    /// It switched itself off to protect itself: dark, with a red cross.
    Off,
    /// No power reaches it: black under white stripes.
    Dark,
}

impl RackState {
    /// Those that the legend explains.
    pub(crate) const SIGNS: [Self; 3] = [Self::Idle, Self::Off, Self::Dark];

    /// The state of a rack at the end of a step.
    pub(crate) fn of(frame: &Frame, hall: usize, rack: usize) -> Self {
        let shown = frame.snapshot.halls.get(hall);
        let power_w = shown.and_then(|hall| hall.racks.power_w.get(rack)).copied();
        let work = frame.work.get(hall).and_then(|work| work.get(rack));
        if frame.snapshot.on_site.dark {
            return Self::Dark;
        }
        if work.is_some_and(|work| work.off) {
            return Self::Off;
        }
        // While the site has power, a rack that draws none has switched itself off.
        if power_w.is_some_and(|w| w <= 0.0) {
            let out = frame.snapshot.on_site.utility_out;
            return if out { Self::Dark } else { Self::Off };
        }
        match work {
            Some(work) if work.utilisation <= 0.0 && work.busy_gpus <= 0.0 => Self::Idle,
            _ => Self::Works,
        }
    }

    /// Whether it has power: its value says something then.
    pub(crate) fn has_power(self) -> bool {
        matches!(self, Self::Works | Self::Idle)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Works => "at work",
            Self::Idle => "idle",
            Self::Off => "switched itself off",
            Self::Dark => "without power",
        }
    }
}

/// What one unit of a machine shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum UnitState {
    /// An event has taken it away, or nothing feeds it.
    Out,
    /// At work, at this share of its capacity, 0 to 1.
    Load(f64),
    /// How hard it works is not known.
    Unknown,
}

/// Share of a kind of machines that the events leave, 0 to 1; `units` of them are drawn.
pub(crate) fn left(machine: Machine, units: u32, available: &Availability) -> f64 {
    let circuit = |at: u32| available.circuits.get(at as usize);
    let hall = |at: u32| available.halls.get(at as usize);
    match machine {
        Machine::Chiller(at) => circuit(at).map_or(1.0, |plant| {
            1.0 - f64::from(plant.chillers_out.min(units)) / f64::from(units.max(1))
        }),
        Machine::Tower(at) | Machine::DryCooler(at) => circuit(at).map_or(1.0, |plant| plant.fans),
        Machine::Pump(at) => circuit(at).map_or(1.0, |plant| plant.facility_pumps),
        Machine::Crah(at) => hall(at).map_or(1.0, |hall| hall.fans),
        Machine::Cdu(at) => hall(at).map_or(1.0, |hall| hall.pump),
        Machine::Ups => f64::from(u8::from(available.ups_battery)),
        Machine::Generator => available.generators,
        Machine::Grid => f64::from(u8::from(available.utility)),
        Machine::Battery | Machine::Solar => 1.0,
    }
}

/// How many of `units` are out where a share is left: at least one where anything is out, and not all where anything is left.
pub(crate) fn units_out(left: f64, units: u32) -> u32 {
    let out = 1.0 - left.clamp(0.0, 1.0);
    if out <= 1e-9 {
        return 0;
    }
    let most = if left > 1e-9 && units > 1 {
        units - 1
    } else {
        units
    };
    ((out * f64::from(units)).round() as u32).clamp(1, most.max(1))
}

/// One unit of `units`, numbered from 0: the first ones are out, the others carry what `load` says.
pub(crate) fn unit(unit: u32, units: u32, left: f64, load: f64) -> UnitState {
    if unit < units_out(left, units) {
        UnitState::Out
    } else if load.is_finite() {
        UnitState::Load(load.clamp(0.0, 1.0))
    } else {
        UnitState::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Hall, RackWork};

    #[test]
    fn a_part_that_is_out_shows_and_so_does_a_part_that_is_left() {
        for (left, units, out) in [
            (1.0, 8, 0),
            (0.75, 8, 2),
            (0.99, 8, 1),
            (0.01, 8, 7),
            (0.0, 8, 8),
            (0.5, 3, 2),
            (0.5, 1, 1),
        ] {
            assert_eq!(units_out(left, units), out, "{left} of {units}");
        }
        let mut available = Availability::full(2, 2);
        available.circuits[1].chillers_out = 2;
        available.halls[0].fans = 0.5;
        let out = |machine| units_out(left(machine, 8, &available), 8);
        assert_eq!([Machine::Chiller(0), Machine::Chiller(1)].map(out), [0, 2]);
        assert_eq!([Machine::Crah(0), Machine::Crah(1)].map(out), [4, 0]);
        assert_eq!(unit(1, 8, 0.75, 0.9), UnitState::Out);
        assert_eq!(unit(2, 8, 0.75, 0.9), UnitState::Load(0.9));
        assert_eq!(unit(2, 8, 1.0, f64::NAN), UnitState::Unknown);
    }

    /// Off, without power, idle and at work are four states, and a dark site leaves only one.
    #[test]
    fn racks_have_four_states() {
        let mut frame = Frame::default();
        let mut hall = Hall::default();
        hall.racks.power_w = [30e3, 12e3, 400.0, 0.0].into_iter().collect();
        frame.snapshot.halls = vec![hall];
        let work = |busy_gpus, off| RackWork {
            busy_gpus,
            utilisation: busy_gpus / 32.0,
            off,
            ..RackWork::default()
        };
        frame.work = vec![vec![
            work(32.0, false),
            work(0.0, false),
            work(0.0, true),
            work(0.0, false),
        ]];
        let all = |frame: &Frame| [0, 1, 2, 3].map(|rack| RackState::of(frame, 0, rack));
        let four = [
            RackState::Works,
            RackState::Idle,
            RackState::Off,
            RackState::Dark,
        ];
        frame.snapshot.on_site.utility_out = true;
        assert_eq!(all(&frame), four);
        frame.snapshot.on_site.utility_out = false;
        assert_eq!(all(&frame)[3], RackState::Off);
        frame.snapshot.on_site.dark = true;
        assert_eq!(all(&frame), [RackState::Dark; 4]);
    }
}
