//! Appearance of a hall by its technology: plain terms for drawing.

use crate::physics::Coolant;

/// Equipment of a hall and its piping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Enclosure of the servers.
    pub holder: Holder,
    /// The air between the rows.
    pub aisles: Aisles,
    /// Share of the hall's heat for which CRAH units are along its walls; 0 without any.
    pub crah_share: f64,
    /// Piping along the rows.
    pub pipes: Pipes,
}

/// Enclosure of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Racks, open behind.
    Rack,
    /// Racks with a coil in their rear door.
    DoorRack,
    /// Racks with manifolds of coolant behind them.
    ManifoldRack,
    /// Tanks of fluid.
    Tank,
    /// Tanks of fluid that boils.
    BoilingTank,
}

impl Holder {
    /// A tank of either kind.
    pub fn is_tank(self) -> bool {
        matches!(self, Self::Tank | Self::BoilingTank)
    }
}

/// The air between rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aisles {
    /// None that anybody looks at.
    None,
    /// Cold before the racks and hot behind them, open to each other.
    Open,
    /// The same with the cold aisles contained.
    ColdContained,
    /// The same with the hot aisles contained.
    HotContained,
    /// Cool again behind the racks.
    CooledBehind,
}

/// Piping along the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipes {
    /// Nothing.
    None,
    /// Coolant from distribution units.
    Coolant,
    /// Facility water to condensers.
    FacilityWater,
}

impl Shape {
    /// The usual one for what servers meet.
    pub fn of(coolant: Coolant) -> Self {
        let (holder, aisles, crah_share, pipes) = match coolant {
            Coolant::Air => (Holder::Rack, Aisles::HotContained, 1.0, Pipes::None),
            Coolant::Plates => (
                Holder::ManifoldRack,
                Aisles::HotContained,
                0.25,
                Pipes::Coolant,
            ),
            Coolant::Dielectric => (Holder::Tank, Aisles::None, 0.0, Pipes::Coolant),
            Coolant::Boiling => (Holder::BoilingTank, Aisles::None, 0.0, Pipes::FacilityWater),
        };
        Self {
            holder,
            aisles,
            crah_share,
            pipes,
        }
    }
}
