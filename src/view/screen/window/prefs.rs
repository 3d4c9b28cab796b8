//! Preferences kept between sessions: the way of colouring, the speed, the size of the window and of text, the
//! theme, which sections and panels are folded. A file that cannot be read or written is ignored: defaults apply.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiContext, PrimaryEguiContext};
use serde::{Deserialize, Serialize};

use super::record;
use crate::view::hall::colour::ColourBy;
use crate::view::hall::theme::Theme;
use crate::view::screen::panels::{sections, set_sections};
use crate::view::screen::state::{Play, SPEEDS, TextSize, ViewState};

/// Preferences.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Prefs {
    /// The way of colouring.
    pub(crate) colour: Option<ColourBy>,
    /// Simulated seconds in a second.
    pub(crate) speed: Option<f64>,
    /// Width and height of the window, in logical pixels.
    pub(crate) size: Option<(u32, u32)>,
    /// Whether the panel at the left and that at the right are folded away.
    pub(crate) hidden: [bool; 2],
    /// Colours of panels and ground.
    pub(crate) theme: Option<Theme>,
    /// Size of text, as a share of the usual.
    pub(crate) text: Option<TextSize>,
    /// Sections that are not as they come: open or not.
    pub(crate) open: BTreeMap<String, bool>,
}

/// The file, and what it holds.
#[derive(Resource, Default)]
struct Kept {
    path: Option<PathBuf>,
    written: Prefs,
}

/// The user's folder for settings.
fn path() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let base = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".config")))?;
    Some(base.join("coldaisle").join("view.toml"))
}

/// What was kept.
pub(crate) fn load() -> Prefs {
    path().map_or_else(Prefs::default, |path| read(&path))
}

/// Preferences from a file; impossible values are dropped.
fn read(path: &Path) -> Prefs {
    let text = std::fs::read_to_string(path).ok();
    let mut prefs: Prefs = text
        .and_then(|text| toml::from_str(&text).ok())
        .unwrap_or_default();
    let fits = |(w, h): &(u32, u32)| (320..=7680).contains(w) && (240..=4320).contains(h);
    prefs.size = prefs.size.filter(fits);
    prefs.speed = prefs
        .speed
        .filter(|speed| SPEEDS.iter().any(|(known, _)| known == speed));
    prefs.text = prefs
        .text
        .filter(|text| TextSize::PERCENT.contains(&(100.0 * text.0)));
    prefs
}

/// Writes it where it can be.
fn write(path: &Path, prefs: &Prefs) {
    if let Ok(text) = toml::to_string(prefs) {
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let _ = folder.and_then(|()| record::write(path, &text));
    }
}

/// Keeps it from now on.
pub(crate) fn add(app: &mut App, prefs: Prefs) {
    app.insert_resource(Kept {
        path: path(),
        written: prefs,
    })
    .add_systems(Last, keep);
}

fn keep(
    mut kept: ResMut<Kept>,
    mut context: Single<&mut EguiContext, With<PrimaryEguiContext>>,
    state: Res<ViewState>,
    play: Res<Play>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mut begun: Local<bool>,
) {
    let context = context.get_mut();
    if !std::mem::replace(&mut *begun, true) {
        let open = kept.written.open.clone();
        set_sections(context, open);
    }
    let now = Prefs {
        colour: Some(state.colour),
        speed: Some(play.speed),
        size: windows
            .single()
            .map(|window| (window.width() as u32, window.height() as u32))
            .ok()
            .or(kept.written.size),
        hidden: state.hidden,
        theme: Some(state.theme),
        text: Some(state.text),
        open: sections(context),
    };
    if now == kept.written {
        return;
    }
    if let Some(path) = &kept.path {
        write(path, &now);
    }
    kept.written = now;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Preferences survive a round trip; a size that fits no screen, a speed that is none and a broken file are forgotten.
    #[test]
    fn what_is_kept_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/view.toml");
        assert_eq!(read(&path), Prefs::default());
        let prefs = Prefs {
            colour: Some(ColourBy::Job),
            speed: Some(SPEEDS[4].0),
            size: Some((1600, 900)),
            hidden: [false, true],
            theme: Some(Theme::Light),
            text: Some(TextSize::percent(125.0)),
            open: BTreeMap::from([("Weather".into(), false), ("Queue".into(), true)]),
        };
        write(&path, &prefs);
        assert_eq!(read(&path), prefs);
        let odd = Prefs {
            speed: Some(7.0),
            size: Some((3, 900)),
            text: Some(TextSize(9.0)),
            ..prefs.clone()
        };
        write(&path, &odd);
        let back = read(&path);
        assert_eq!(
            (back.speed, back.size, back.text, back.colour),
            (None, None, None, prefs.colour)
        );
        std::fs::write(&path, "colour = 7").unwrap();
        assert_eq!(read(&path), Prefs::default());
    }
}
