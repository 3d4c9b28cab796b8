//! The camera after a rebuild: what stands there now is in the picture.

use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll};
use bevy::prelude::*;

use super::sides::side;
use crate::view::hall::examples;
use crate::view::hall::named::Named;
use crate::view::screen::areas::Areas;
use crate::view::screen::run::Sides;
use crate::view::screen::scene::camera::{self, Eye, FIELD_OF_VIEW};
use crate::view::screen::state::ViewState;

/// What steers a camera, without a window.
fn app() -> App {
    let mut app = App::new();
    app.insert_resource(Sides(vec![side(&[])]))
        .insert_resource(Areas::new(UVec2::new(1280, 720)))
        .insert_resource(ViewState {
            camera: Some(Named::Overview),
            ..ViewState::default()
        })
        .init_resource::<Eye>()
        .init_resource::<ButtonInput<MouseButton>>()
        .init_resource::<ButtonInput<KeyCode>>()
        .init_resource::<AccumulatedMouseMotion>()
        .init_resource::<AccumulatedMouseScroll>()
        .init_resource::<Time<Real>>()
        .add_systems(Update, camera::steer);
    app.update();
    app
}

/// The corners of a side's first hall that are out of the picture.
fn outside(app: &App) -> usize {
    let (eye, sides) = (
        app.world().resource::<Eye>(),
        app.world().resource::<Sides>(),
    );
    let to_view = eye.transform().to_matrix().inverse();
    let tan = (0.5 * FIELD_OF_VIEW).tan();
    let halls = sides.0.iter().map(|side| side.layout.halls[0]);
    let corners = halls.flat_map(|hall| hall.corners());
    corners
        .filter(|corner| {
            let p = to_view.transform_point3(*corner);
            let at = p.truncate() / (-p.z * tan);
            p.z >= 0.0 || at.x.abs() > eye.free.aspect || at.y.abs() > 1.0
        })
        .count()
}

fn rebuild(app: &mut App, cooling: &str) {
    let mut sides = app.world_mut().resource_mut::<Sides>();
    let pair = examples::kinds().iter().position(|kind| kind.0 == cooling);
    let rebuild = examples::pair(&sides.0[0].site.scenario, 0, pair.unwrap()).unwrap();
    let said = sides.rebuild(&[(0, rebuild)]);
    assert!(sides.0[0].trouble.is_none(), "{said}");
    app.update();
}

#[test]
fn what_is_built_anew_is_in_the_picture() {
    let mut app = app();
    assert_eq!(outside(&app), 0);
    for named in [Named::Overview, Named::Hall] {
        app.world_mut().resource_mut::<ViewState>().camera = Some(named);
        app.update();
        for cooling in ["immersion", "air"] {
            let before = *app.world().resource::<Eye>();
            rebuild(&mut app, cooling);
            assert_eq!(outside(&app), 0, "{named:?} {cooling}");
            assert!(
                *app.world().resource::<Eye>() != before,
                "tanks take another place than racks"
            );
        }
    }
    // Beside it a second one, of another size.
    let said = app
        .world_mut()
        .resource_mut::<Sides>()
        .load_example(examples::EXAMPLES[3], true);
    assert_eq!(said, "phoenix-immersion");
    app.update();
    assert_eq!(outside(&app), 0);
}

/// A place that was sought by hand stays while something is seen from it, and no longer.
#[test]
fn a_place_that_was_sought_stays_while_it_shows_something() {
    let mut app = app();
    let turn = |app: &mut App, motion: Vec2| {
        let mut areas = app.world_mut().resource_mut::<Areas>();
        areas.scene_has_pointer = motion != Vec2::ZERO;
        app.world_mut()
            .resource_mut::<AccumulatedMouseMotion>()
            .delta = motion;
        app.world_mut()
            .resource_mut::<ButtonInput<MouseButton>>()
            .press(MouseButton::Left);
        app.update();
        app.world_mut().resource_mut::<Areas>().scene_has_pointer = false;
        *app.world().resource::<Eye>()
    };
    let sought = turn(&mut app, Vec2::new(25.0, 8.0));
    rebuild(&mut app, "immersion");
    assert!(*app.world().resource::<Eye>() == sought);
    // Far away over the desert there is nothing to see.
    app.world_mut().resource_mut::<Eye>().target += Vec3::new(9000.0, 0.0, 0.0);
    rebuild(&mut app, "air");
    assert_eq!(outside(&app), 0);
}
