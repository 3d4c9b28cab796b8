//! Places to look from, by their names.

/// Places to look from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Named {
    /// The whole site from the south-east.
    #[default]
    Overview,
    /// The first hall.
    Hall,
    /// Along an aisle, at eye level.
    Aisle,
    /// Chillers, towers, dry coolers.
    Plant,
    /// UPS, generators, the grid.
    Power,
    /// Everything from above.
    Top,
}

impl Named {
    pub(in crate::view) const ALL: [(Self, &str); 6] = [
        (Self::Overview, "overview"),
        (Self::Hall, "hall"),
        (Self::Aisle, "aisle"),
        (Self::Plant, "plant"),
        (Self::Power, "power"),
        (Self::Top, "top"),
    ];
}
