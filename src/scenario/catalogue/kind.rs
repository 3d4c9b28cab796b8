//! The kinds of entries: their names, the files that hold the built-in ones, and where they lie in a [`Catalogue`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::{Catalogue, Grid, entry, text_of};
use crate::describe::Fault;
use crate::electrical::loss;
use crate::electrical::psu::PsuClass;
use crate::heat_rejection::chiller::ChillerCurves;
use crate::heat_rejection::dry_cooler::cooler::DryCoolerEntry;
use crate::heat_rejection::tower::cell::TowerEntry;
use crate::it::{Accelerator, OtherItEntry, ServerEntry};
use crate::ownership::{CostsEntry, EmbodiedEntry};
use crate::physics::fluids::Fluid;
use crate::weather::climate::{self, Normals};
use crate::workload::model::{Device, DiffusionModel, LanguageModel};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal ($file:literal $(in $group:literal)?) $($field:ident).+: $entry:ty,)*) => {
        /// A kind of entry that users may bring.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// All kinds, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The name of its table in a scenario.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The embedded file, and the table within it where the file has several kinds.
            pub(super) fn file(self) -> (&'static str, Option<&'static str>) {
                match self { $(Self::$kind => ($file, None $(.or(Some($group)))?),)* }
            }

            /// Reads a complete entry into its place.
            pub(super) fn insert(self, into: &mut Catalogue, name: &str, entry: Table) -> Result<(), Fault> {
                match self {
                    $(Self::$kind => { into.$($field).+.insert(name.into(), entry::read::<$entry>(self.name(), name, entry)?); })*
                }
                Ok(())
            }

            /// What an entry may say: each key with its type and meaning, without references.
            pub fn schema(self) -> serde_json::Value {
                let settings = schemars::generate::SchemaSettings::default().with(|s| s.inline_subschemas = true);
                let generator = settings.into_generator();
                match self { $(Self::$kind => generator.into_root_schema_for::<$entry>().to_value(),)* }
            }
        }
    };
}

kinds! {
    /// Chips.
    Accelerators "accelerators" ("accelerators") accelerators: Accelerator,
    /// Servers that hold them.
    Servers "servers" ("servers") servers: ServerEntry,
    /// IT that is no server: switches, storage.
    OtherIt "other_it" ("other_it") other_it: OtherItEntry,
    /// Power supplies of servers and racks.
    Psus "psus" ("electrical" in "psu") electrical.psu: PsuClass,
    /// Uninterruptible power supplies.
    Ups "ups" ("electrical" in "ups") electrical.ups: loss::Device,
    /// Transformers between the grid and the UPS.
    Transformers "transformers" ("electrical" in "transformer") electrical.transformer: loss::Device,
    /// Distribution between the UPS and the racks.
    Pdus "pdus" ("electrical" in "pdu") electrical.pdu: loss::Device,
    /// Rectifiers of racks and rooms.
    Rectifiers "rectifiers" ("electrical" in "rectifier") electrical.rectifier: PsuClass,
    /// Chillers.
    Chillers "chillers" ("chillers") chillers: ChillerCurves,
    /// Cooling towers.
    Towers "towers" ("towers") towers: TowerEntry,
    /// Dry coolers.
    DryCoolers "dry_coolers" ("dry_coolers") dry_coolers: DryCoolerEntry,
    /// Coolants.
    Fluids "fluids" ("fluids") fluids: Fluid,
    /// Grids.
    Grids "grids" ("grids") grids: Grid,
    /// Language models.
    Models "models" ("models") models: LanguageModel,
    /// Models that make images and clips.
    Diffusion "diffusion" ("diffusion") diffusion: DiffusionModel,
    /// Devices outside the datacenter.
    Devices "devices" ("devices") devices: Device,
    /// Prices of what a site is made of.
    Costs "costs" ("costs") costs: CostsEntry,
    /// Carbon that was emitted to make it.
    Embodied "embodied" ("embodied") embodied: EmbodiedEntry,
    /// Climates by monthly normals.
    Climates "climates" ("") climates: Normals,
}

impl Kind {
    /// The table of the electrical file that holds the kind; None for kinds with a file of their own.
    pub(super) fn group(self) -> Option<&'static str> {
        self.file().1
    }
}

/// The built-in entries of a kind, or of a file of several kinds, as they stand in the files; None where there is no such
/// kind.
pub(super) fn written(name: &str) -> Option<Table> {
    if name == "climates" {
        return Some(climate::normals_as_tables());
    }
    let kind = Kind::ALL.iter().find(|kind| kind.name() == name);
    let (file, group) = kind.map_or((name, None), |kind| kind.file());
    let mut table: Table = toml::from_str(text_of(file)?).ok()?;
    match group {
        Some(group) => match table.remove(group)? {
            Value::Table(table) => Some(table),
            _ => None,
        },
        None => Some(table),
    }
}
