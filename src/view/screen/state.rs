//! State of the view: the play head, selection and camera, and the sliders' values.

use bevy::math::Vec3;
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::view::hall::colour::ColourBy;
use crate::view::hall::layout::Picked;

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

/// From where a picture is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Standpoint {
    /// A named place, fitted to what is there.
    Named(Named),
    /// A place and what is looked at from it, m.
    Free {
        /// The eye.
        from: Vec3,
        /// The middle of the picture.
        at: Vec3,
    },
}

/// Colours of panels, labels and ground: for screens, or for print and bright rooms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Light letters on dark.
    #[default]
    Dark,
    /// Dark letters on white.
    Light,
}

/// Size of text, as a share of the usual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct TextSize(pub(super) f32);

impl TextSize {
    /// The smallest and the largest, %.
    pub(super) const PERCENT: std::ops::RangeInclusive<f32> = 75.0..=200.0;

    /// A size in per cent, held to what can be read.
    pub(super) fn percent(percent: f32) -> Self {
        Self(percent.clamp(*Self::PERCENT.start(), *Self::PERCENT.end()) / 100.0)
    }

    /// So many steps larger or smaller.
    pub(super) fn step(self, steps: f32) -> Self {
        Self::percent((100.0 * self.0 / 12.5).round() * 12.5 + 12.5 * steps)
    }
}

impl Default for TextSize {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Named {
    pub(super) const ALL: [(Self, &str); 6] = [
        (Self::Overview, "overview"),
        (Self::Hall, "hall"),
        (Self::Aisle, "aisle"),
        (Self::Plant, "plant"),
        (Self::Power, "power"),
        (Self::Top, "top"),
    ];
}

/// The clock of all sides.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(super) struct Play {
    pub(super) time_s: f64,
    pub(super) playing: bool,
    /// Simulated seconds in a second.
    pub(super) speed: f64,
}

/// The speeds, with their names.
pub(super) const SPEEDS: [(f64, &str); 8] = [
    (1.0, "1×"),
    (60.0, "1 min/s"),
    (600.0, "10 min/s"),
    (3600.0, "1 h/s"),
    (21_600.0, "6 h/s"),
    (86_400.0, "1 day/s"),
    (604_800.0, "1 week/s"),
    (2_592_000.0, "1 month/s"),
];

impl Default for Play {
    fn default() -> Self {
        Self {
            time_s: 0.0,
            playing: false,
            speed: 600.0,
        }
    }
}

/// Selection and display options.
#[derive(Resource, Debug, Default)]
pub(super) struct ViewState {
    pub(super) colour: ColourBy,
    pub(super) selected: Option<(usize, Picked)>,
    pub(super) hovered: Option<(usize, Picked)>,
    pub(super) help: bool,
    pub(super) open: Option<String>,
    /// A word about what was just done, and how many frames it stays.
    pub(super) note: Option<(String, u32)>,
    /// Values of the sliders, for each `CommandTarget`.
    pub(super) what_if: [WhatIf; 3],
    /// Whom commands are for.
    pub(super) aim: CommandTarget,
    /// The hall that is to be built otherwise.
    pub(super) hall: usize,
    /// Jump to the picture that this names.
    pub(super) camera: Option<crate::view::screen::state::Named>,
    /// The scene is shown without names.
    pub(super) bare: bool,
    /// The error that was dismissed.
    pub(super) read: Option<String>,
    /// Exports due after this frame.
    pub(super) export: bool,
    /// Charts of the last frame that are seen as a whole, in logical pixels.
    pub(super) charts: Vec<(&'static str, bevy::math::Rect)>,
    /// Whether the panel at the left and that at the right are folded away.
    pub(super) hidden: [bool; 2],
    /// A panel that was asked for where the window has no room for both.
    pub(super) unfolded: Option<usize>,
    pub(super) theme: Theme,
    pub(super) text: TextSize,
    /// Go to this place.
    pub(super) free: Option<(Vec3, Vec3)>,
}

/// Whom commands are for, where two are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum CommandTarget {
    /// Both sides.
    #[default]
    Both,
    /// The first.
    Left,
    /// The second.
    Right,
}

impl CommandTarget {
    pub(super) const ALL: [(Self, &str); 3] = [
        (Self::Both, "both"),
        (Self::Left, "left"),
        (Self::Right, "right"),
    ];

    /// Whether a side is meant.
    pub(super) fn is_at(self, side: usize) -> bool {
        match self {
            Self::Both => true,
            Self::Left => side == 0,
            Self::Right => side == 1,
        }
    }
}

/// Values of the sliders; sent on release.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WhatIf {
    pub(super) demand: f64,
    pub(super) warmer_k: f64,
    pub(super) coolant_c: Option<f64>,
    pub(super) water_c: Option<f64>,
    pub(super) grid_mw: Option<f64>,
}

impl Default for WhatIf {
    fn default() -> Self {
        Self {
            demand: 1.0,
            warmer_k: 0.0,
            coolant_c: None,
            water_c: None,
            grid_mw: None,
        }
    }
}

impl ViewState {
    pub(super) fn notify(&mut self, what: impl Into<String>) {
        self.note = Some((what.into(), 240));
    }
}
