//! Where the picture goes: a window or an image, and what the panels leave of it for the scene.

use bevy::camera::RenderTarget;
use bevy::prelude::*;

/// Where the picture goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    /// A window of this size.
    Window(UVec2),
    /// An image of this size, drawn as fast as a window is.
    Image(UVec2),
    /// An image of this size with smooth edges, whatever they cost.
    Picture(UVec2),
}

impl Screen {
    pub(super) fn size(self) -> UVec2 {
        match self {
            Self::Window(size) | Self::Image(size) | Self::Picture(size) => size,
        }
    }
}

/// The image that is drawn into, where there is no window.
#[derive(Resource, Default)]
pub(super) struct Target(pub(super) Option<Handle<Image>>);

/// Area left by the panels for the scene, and input taken by them. In logical pixels.
#[derive(Resource, Debug, Clone, Copy)]
pub(super) struct Areas {
    pub(super) scene: Rect,
    /// Width of the whole, with the panels.
    pub(super) width: f32,
    /// Physical pixels of a logical one.
    pub(super) scale: f32,
    /// The same as the screen has it, before text was made larger or smaller.
    pub(super) native: f32,
    pub(super) scene_has_pointer: bool,
    pub(super) keys_taken: bool,
    /// Logical pixels that words take at the top and at the bottom of a side's picture.
    pub(super) text: Vec2,
    /// The scene and the number of sides that they were measured with.
    measured: (Rect, usize),
    /// The pointer went down on the scene and has not moved far since.
    pub(super) pressed: Option<Vec2>,
}

impl Areas {
    /// A picture of this size without panels, before its words are measured.
    pub(super) fn new(size: UVec2) -> Self {
        Self {
            scene: Rect::new(0.0, 0.0, size.x as f32, size.y as f32),
            width: size.x as f32,
            scale: 1.0,
            native: 1.0,
            scene_has_pointer: false,
            keys_taken: false,
            text: Vec2::new(80.0, 70.0),
            measured: (Rect::default(), 0),
            pressed: None,
        }
    }

    /// How much larger than usual text is.
    pub(super) fn zoom(&self) -> f32 {
        self.scale / self.native
    }

    /// Free area of one of `sides` images.
    pub(super) fn free(&self, sides: usize) -> Free {
        let size = self.scene.size().max(Vec2::ONE);
        let share = |px: f32| (px / size.y).min(0.4);
        Free {
            aspect: size.x / sides as f32 / size.y,
            above: share(self.text.x),
            below: share(self.text.y),
        }
    }

    /// Remembers how much words take: the most since the scene has its size, so that a word more or less in a sentence
    /// does not move the camera.
    pub(super) fn keep_words(&mut self, above: f32, below: f32, sides: usize) {
        let text = Vec2::new(above, below);
        let now = (self.scene, sides);
        if self.measured == now {
            self.text = self.text.max(text);
        } else {
            (self.text, self.measured) = (text, now);
        }
    }

    /// The part of the scene's area that shows a side.
    pub(super) fn of(&self, side: usize, sides: usize) -> Rect {
        let width = self.scene.width() / sides.max(1) as f32;
        let x = self.scene.min.x + width * side as f32;
        Rect::new(x, self.scene.min.y, x + width, self.scene.max.y)
    }
}

/// Area of a side's image between the texts above and below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Free {
    /// Width over height of the whole.
    pub(super) aspect: f32,
    /// Share of the height that words take above.
    pub(super) above: f32,
    /// The same below.
    pub(super) below: f32,
}

impl Default for Free {
    fn default() -> Self {
        Self {
            aspect: 1.6,
            above: 0.0,
            below: 0.0,
        }
    }
}

impl Free {
    /// Whether another one needs another place of the camera.
    pub(super) fn differs(self, other: Self) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 0.02;
        !near(self.aspect / other.aspect, 1.0)
            || !near(self.above, other.above)
            || !near(self.below, other.below)
    }
}

/// The image as cameras name it, and as a picture of it must: with its scale.
pub(super) fn render_target(target: &Target, areas: &Areas) -> Option<RenderTarget> {
    let handle = target.0.clone()?;
    Some(RenderTarget::Image(bevy::camera::ImageRenderTarget {
        handle,
        scale_factor: areas.native,
    }))
}
