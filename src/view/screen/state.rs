//! State of the view: the play head, selection and camera, and the slider that is being moved.

use bevy::math::Vec3;
use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::view::hall::colour::ColourBy;
use crate::view::hall::examples::Example;
use crate::view::hall::layout::Picked;
use crate::view::hall::named::Named;
use crate::view::hall::theme::Theme;
use crate::view::screen::run::Sides;

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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each a switch of its own that a person turns"
)]
pub(super) struct ViewState {
    pub(super) colour: ColourBy,
    /// The scale of racks spans what is used at this instant.
    pub(super) fit: bool,
    /// The job whose racks keep their colours while the others fade.
    pub(super) job: Option<u64>,
    /// The search in the list of jobs; None while it is closed.
    pub(super) job_search: Option<String>,
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
    pub(super) camera: Option<Named>,
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
