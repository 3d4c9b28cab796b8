//! `[[it]]` of a scenario: what stands beside the servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cooling::it_room::ItRoomConfig;
use crate::it::NetworkConfig;
use crate::units;

/// `[[it]]`: IT beside the servers. It counts as IT (ISO/IEC 30134-2).
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItConfig {
    /// Name in the lines of `validate`, unique.
    pub name: String,
    /// What it is: one table, for example `what.storage = { tb_per_gpu = 10 }`.
    pub what: ItKind,
    /// The hall whose servers it serves, whose load it follows, and in whose air its heat goes where `heat` says so. Without it
    /// all halls, by their GPUs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hall: Option<String>,
    /// Where its heat goes. By default `hall` where the hall's air is cooled, and `room` beside tanks, whose halls are only
    /// ventilated with outdoor air.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat: Option<HeatTo>,
    /// Cooling of a room of its own, with `heat = "room"` or `"water"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("otherwise" = {}))]
    pub room: Option<ItRoomConfig>,
    /// The UPS carries it. Otherwise it is dark from the failure of the grid until generators carry the site, while the work
    /// of the servers goes on.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    #[schemars(extend("default" = true))]
    pub ups: bool,
}

/// Where heat of IT beside the servers goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeatTo {
    /// Into the hall's air: its room plant carries it and is sized for it; beside tanks it is ventilated.
    Hall,
    /// Into a room of its own, with units that reject heat outdoors by themselves.
    Room,
    /// Into a room of its own, with units on facility water: that of the hall's room air, of the hall, or of the site.
    Water,
    /// Outdoors, by what it draws itself.
    Own,
}

/// What stands beside the servers.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItKind {
    /// Switches and optics, from the servers' links and a topology.
    Network(NetworkConfig),
    /// Storage, by its capacity.
    Storage(StorageConfig),
    /// Devices of the catalogue: CPU nodes, management.
    Devices(DevicesConfig),
    /// A load by its power.
    Load(LoadConfig),
}

/// `what.storage` of an `[[it]]`: drives in servers. Give `tb` or `tb_per_gpu`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// Capacity of the drives, TB.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.1, max = 1e9))]
    #[schemars(extend("unit" = "TB"))]
    pub tb: Option<f64>,
    /// The same for each GPU.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.001, max = 1e6))]
    #[schemars(extend("unit" = "TB"))]
    pub tb_per_gpu: Option<f64>,
    /// Entry of the catalogue, one with `capacity_tb`; `coldaisle catalogue other_it` lists them.
    #[serde(default = "flash")]
    pub entry: String,
}

fn flash() -> String {
    "all-flash-24".into()
}

/// `what.devices` of an `[[it]]`: devices of one kind. Give one of the four numbers.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DevicesConfig {
    /// Entry of the catalogue; `coldaisle catalogue other_it` lists them.
    pub entry: String,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub count: Option<u32>,
    /// For each GPU.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-6, max = 100.0))]
    #[schemars(extend("unit" = "1"))]
    pub per_gpu: Option<f64>,
    /// For each server.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-6, max = 1000.0))]
    #[schemars(extend("unit" = "1"))]
    pub per_server: Option<f64>,
    /// For each rack or tank.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-6, max = 1000.0))]
    #[schemars(extend("unit" = "1"))]
    pub per_rack: Option<f64>,
}

/// `what.load` of an `[[it]]`: a load by its power at the inlets. Give `kw` or `kw_per_gpu`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadConfig {
    /// Power while all servers work, kW.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-6, max = 1e7))]
    pub kw: Option<f64>,
    /// The same for each GPU.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-9, max = 100.0))]
    #[schemars(extend("unit" = "kW"))]
    pub kw_per_gpu: Option<f64>,
    /// Share of it while the servers idle.
    #[serde(default = "whole", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub idle: f64,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_yes(on: &bool) -> bool {
    *on
}

fn whole() -> f64 {
    1.0
}
