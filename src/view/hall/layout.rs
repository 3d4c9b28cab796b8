//! The site as solids: positions to scale, and the source of each part's colour. Pure geometry, in metres:
//! x to the east, y up, z to the south.
//!
//! ```text
//! electrical yard (west) │ halls, one behind the other │ plant of each circuit (east)
//! ```
//!
//! Racks, tanks, chillers and their names are those of the scenario. What the model knows only as a whole is drawn by a
//! rule: a CRAH per 150 kW of the hall, a CDU per 1.5 MW, a tower cell per 2.5 MW, a bank of dry coolers per 1 MW, a
//! module of UPS per 1 MW, a generator per 2.5 MW, a container of batteries per 3 MWh. So are the places of racks, and the
//! length of a tank (`hall::tank`).

mod electrical;
mod hall;
mod plant;
mod shapes;
#[cfg(test)]
mod tests;
pub(crate) mod units;

use shapes::level;
pub(crate) use shapes::{Bounds, Group, Paint, Shape, Solid};

use std::collections::HashMap;

use glam::Vec3;

use crate::heat_rejection::HeatRejection;
use crate::scenario::Scenario;

/// Source of a part's colour; an entry of the colour buffer each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    /// A rack or tank.
    Rack { hall: u32, rack: u32 },
    /// Air or coolant to the racks of a hall.
    Supply(u32),
    /// Air or coolant back from them.
    Return(u32),
    /// Facility water of a circuit to the halls.
    WaterSupply(u32),
    /// The same, coming back.
    WaterReturn(u32),
    /// Water between chillers and towers.
    Condenser(u32),
    /// A unit of a machine, by how hard it works, and how many units are drawn.
    Machine {
        machine: Machine,
        unit: u32,
        of: u32,
    },
    /// A pump of condenser, tower or surface water of a circuit, and how many are drawn.
    SourcePump { circuit: u32, unit: u32, of: u32 },
    /// Power on the lines of the grid.
    Lines,
    /// A cloud, by how dense it is.
    Cloud(Cloud),
}

/// Items besides racks that can be selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Machine {
    /// Fans and coils of a hall's air.
    Crah(u32),
    /// Pumps and exchangers of a hall's coolant.
    Cdu(u32),
    /// Chillers of a circuit.
    Chiller(u32),
    /// Cooling towers of a circuit.
    Tower(u32),
    /// Dry coolers of a circuit.
    DryCooler(u32),
    /// Pumps of facility water of a circuit.
    Pump(u32),
    /// Uninterruptible power supplies.
    Ups,
    /// Generators.
    Generator,
    /// The site battery.
    Battery,
    /// The connection to the grid.
    Grid,
    /// Panels.
    Solar,
}

/// The selected item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Picked {
    /// A rack: hall and number from 0.
    Rack(u32, u32),
    /// A machine.
    Machine(Machine),
}

/// Something to click, as a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pick {
    pub(crate) min: Vec3,
    pub(crate) max: Vec3,
    pub(crate) what: Picked,
}

/// Words in the scene.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub(crate) at: Vec3,
    pub(crate) text: String,
    /// Item whose figures are below the text.
    pub(crate) of: Option<Tag>,
    /// Shown to those only who are nearer than this, m.
    pub(crate) within_m: f32,
}

/// Items whose figures are in the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A hall as a whole.
    Hall(u32),
    /// Heat that a circuit's plant rejects.
    Plant(u32),
    /// Facility water of a circuit, out and back.
    Water(u32),
    /// Water between chillers and towers.
    Condenser(u32),
    /// Coolant of a hall, out and back.
    Coolant(u32),
    /// Air in the cold aisles of a hall.
    Cold(u32),
    /// Air in its hot aisles.
    Hot(u32),
    /// A machine of the yard.
    Machine(Machine),
}

/// A cloud that rises: the plume of a tower, vapour over a tank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Puff {
    pub(crate) at: Vec3,
    pub(crate) radius: f32,
    pub(crate) of: Cloud,
}

/// Source of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cloud {
    /// The towers of a circuit.
    Plume(u32),
    /// The tanks of a hall.
    Vapour(u32),
}

/// Everything on the site.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    pub(crate) groups: Vec<Group>,
    pub(crate) slots: Vec<Channel>,
    pub(crate) picks: Vec<Pick>,
    pub(crate) labels: Vec<Label>,
    pub(crate) puffs: Vec<Puff>,
    pub(crate) halls: Vec<Bounds>,
    pub(crate) plant: Bounds,
    pub(crate) yard: Bounds,
    /// Slot of the first rack of each hall.
    pub(crate) first_rack: Vec<u32>,
    /// Position and target of a view along an aisle.
    pub(crate) aisle: (Vec3, Vec3),
}

impl Layout {
    /// Builds the site.
    pub(crate) fn of(scenario: &Scenario, sizes: Sizes) -> Self {
        let mut builder = Builder::new(scenario, sizes);
        builder.halls();
        builder.plants();
        builder.electrical();
        builder.ground();
        builder.layout
    }

    pub(crate) fn bounds(&self) -> Bounds {
        let all = self.plant.with(self.yard);
        self.halls.iter().fold(all, |all, hall| all.with(*hall))
    }

    /// The boxes of everything there, to frame it all.
    pub(crate) fn boxes(&self) -> Vec<Bounds> {
        let machines = self.picks.iter();
        let machines = machines.filter(|pick| matches!(pick.what, Picked::Machine(_)));
        let machines = machines.map(|pick| Bounds::new(pick.min, pick.max));
        self.halls.iter().copied().chain(machines).collect()
    }

    pub(crate) fn slot(&self, channel: Channel) -> Option<usize> {
        if let Channel::Rack { hall, rack } = channel {
            let first = *self.first_rack.get(hall as usize)?;
            return Some((first + rack) as usize);
        }
        self.slots.iter().rposition(|slot| *slot == channel)
    }

    /// The box of something to click.
    pub(crate) fn pick_box(&self, what: Picked) -> Option<Bounds> {
        let pick = self.picks.iter().find(|pick| pick.what == what)?;
        Some(Bounds::new(pick.min, pick.max))
    }

    /// First item that a ray hits.
    pub(crate) fn pick(&self, origin: Vec3, direction: Vec3) -> Option<Picked> {
        self.pick_at(origin, direction).map(|(what, _)| what)
    }

    /// First item that a ray hits, and its distance.
    pub(crate) fn pick_at(&self, origin: Vec3, direction: Vec3) -> Option<(Picked, f32)> {
        let mut nearest = (f32::INFINITY, None);
        for pick in &self.picks {
            let (near, far) = slab(pick, origin, direction);
            if far >= near && far > 0.0 && near < nearest.0 {
                nearest = (near, Some(pick.what));
            }
        }
        Some((nearest.1?, nearest.0))
    }
}

fn slab(pick: &Pick, origin: Vec3, direction: Vec3) -> (f32, f32) {
    let inverse = direction.recip();
    let (a, b) = ((pick.min - origin) * inverse, (pick.max - origin) * inverse);
    (a.min(b).max_element(), a.max(b).min_element())
}

/// Plants in the order in which the facility numbers its circuits, with their names.
pub(crate) fn circuits(scenario: &Scenario) -> Vec<(String, &HeatRejection)> {
    let site = scenario
        .heat_rejection
        .iter()
        .map(|plant| ("site".to_owned(), plant));
    let own = scenario.hall.iter().filter_map(|hall| {
        let plant = hall.heat_rejection.as_ref()?;
        Some((format!("{} water", hall.name), plant))
    });
    let rooms = scenario.hall.iter().filter_map(|hall| {
        let plant = hall.room_rejection.as_ref()?;
        Some((format!("{} room", hall.name), plant))
    });
    site.chain(own).chain(rooms).collect()
}

/// The circuit that takes the liquid's heat of a hall: its own plant's, or the site's.
pub(crate) fn circuit_of(scenario: &Scenario, hall: usize) -> usize {
    let own = scenario.hall[hall].heat_rejection.as_ref();
    position(scenario, own).unwrap_or(0)
}

/// The circuit that takes the heat of a hall's room air, where that has a plant of its own.
pub(crate) fn room_circuit_of(scenario: &Scenario, hall: usize) -> Option<usize> {
    position(scenario, scenario.hall[hall].room_rejection.as_ref())
}

fn position(scenario: &Scenario, of: Option<&HeatRejection>) -> Option<usize> {
    let wanted = of?;
    let mut circuits = circuits(scenario).into_iter();
    circuits.position(|(_, plant)| std::ptr::eq(wanted, plant))
}

/// Sizes from the resolver, by hall and by circuit, with every chip at work.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sizes {
    /// A rack of each hall, W.
    pub(crate) rack_w: Vec<f64>,
    /// Accelerators in a rack of each hall.
    pub(crate) rack_gpus: Vec<f64>,
    /// IT heat of the halls on each circuit, W.
    pub(crate) circuit_w: Vec<f64>,
}

struct Builder<'a> {
    scenario: &'a Scenario,
    sizes: Sizes,
    layout: Layout,
    /// Slots besides those of racks.
    known: HashMap<Channel, u32>,
}

const CONCRETE: [f32; 3] = [0.300, 0.320, 0.340];
const WALL: [f32; 3] = [0.52, 0.55, 0.58];
const STEEL: [f32; 3] = [0.55, 0.58, 0.61];
const DARK: [f32; 3] = [0.10, 0.11, 0.12];

impl<'a> Builder<'a> {
    fn new(scenario: &'a Scenario, sizes: Sizes) -> Self {
        let zero = Bounds::new(Vec3::ZERO, Vec3::ZERO);
        Self {
            scenario,
            sizes,
            known: HashMap::new(),
            layout: Layout {
                groups: Vec::new(),
                slots: Vec::new(),
                picks: Vec::new(),
                labels: Vec::new(),
                puffs: Vec::new(),
                halls: Vec::new(),
                plant: zero,
                yard: zero,
                first_rack: Vec::new(),
                aisle: (Vec3::ZERO, Vec3::Z),
            },
        }
    }

    /// The slot of a channel, made where there is none.
    fn slot(&mut self, channel: Channel) -> u32 {
        // Racks come first and are not looked up here.
        let slots = &mut self.layout.slots;
        *self.known.entry(channel).or_insert_with(|| {
            slots.push(channel);
            (slots.len() - 1) as u32
        })
    }

    /// The slots of all units of a machine.
    fn units(&mut self, machine: Machine, count: usize) -> Vec<u32> {
        let of = count as u32;
        let units = 0..of;
        units
            .map(|unit| self.slot(Channel::Machine { machine, unit, of }))
            .collect()
    }

    fn pick(&mut self, min: Vec3, max: Vec3, what: Picked) {
        self.layout.picks.push(Pick { min, max, what });
    }

    fn label(&mut self, at: Vec3, text: impl Into<String>, of: Option<Tag>) {
        self.label_within(at, text, of, f32::INFINITY);
    }

    fn label_within(&mut self, at: Vec3, text: impl Into<String>, of: Option<Tag>, within_m: f32) {
        let text = text.into();
        self.layout.labels.push(Label {
            at,
            text,
            of,
            within_m,
        });
    }

    /// So wide that its end is not visible.
    fn ground(&mut self) {
        let bounds = self.layout.bounds();
        let margin = Vec3::splat(90.0);
        let mut group = Group::default();
        let corners = level(bounds.min - margin, bounds.max + margin, -0.3);
        let shape = Shape::Panel(corners);
        let paint = Paint::Ground;
        group.solids.push(Solid { shape, paint });
        for hall in &self.layout.halls {
            group.shadow(hall.min, hall.max, -0.27, 2.6);
        }
        self.layout.groups.push(group);
    }
}
