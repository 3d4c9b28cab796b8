//! State of the view: the play head, selection and camera, and the slider that is being moved.

use bevy::prelude::Resource;

use crate::view::hall::colour::ColourBy;
use crate::view::hall::examples::Example;
use crate::view::hall::layout::Picked;
use crate::view::screen::run::Sides;

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
    /// The slider that is being moved.
    pub(super) dragged: Option<Dragged>,
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
    /// The example that is explained to whom the view is new.
    pub(super) hint: Option<Example>,
    /// Exports due after this frame.
    pub(super) export: bool,
    /// Charts of the last frame that are seen as a whole, in logical pixels.
    pub(super) charts: Vec<(&'static str, bevy::math::Rect)>,
    /// Whether the panel at the left and that at the right are folded away.
    pub(super) hidden: [bool; 2],
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

/// A slider between its press and its command.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dragged {
    /// Its name.
    pub(super) slider: String,
    /// Where it was moved to.
    pub(super) value: f64,
    /// It was let go, and its command is on its way.
    pub(super) sent: bool,
}

impl ViewState {
    /// What is selected may no longer be there after a change.
    pub(super) fn changed(&mut self, sides: &Sides, message: String) {
        self.notify(message);
        self.selected.take_if(|(side, what)| {
            let side = sides.0.get(*side);
            side.is_none_or(|side| side.layout.pick_box(*what).is_none())
        });
    }

    /// Another scenario or result is shown, or was to be.
    pub(super) fn opened(&mut self, message: String) {
        self.notify(message);
        self.selected = None;
        self.hint = None;
        self.camera = Some(Named::Overview);
    }

    pub(super) fn notify(&mut self, what: impl Into<String>) {
        self.note = Some((what.into(), 240));
    }
}
