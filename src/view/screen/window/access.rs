//! For screen readers: what they ask of a control (to focus, press or set it) goes to the panels. What the panels say of
//! their controls goes the other way by `bevy_egui`.

use bevy::a11y::ActionRequest;
use bevy::prelude::*;
use bevy_egui::egui::Event;
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiInputSet, PrimaryEguiContext};

pub(super) fn add(app: &mut App) {
    app.add_systems(PreUpdate, forward.in_set(EguiInputSet::ReadBevyMessages));
}

fn forward(
    mut requests: MessageReader<ActionRequest>,
    mut events: MessageWriter<EguiInputEvent>,
    contexts: Query<Entity, With<PrimaryEguiContext>>,
) {
    for request in requests.read() {
        for context in &contexts {
            events.write(EguiInputEvent {
                context,
                event: Event::AccessKitActionRequest(request.0.clone()),
            });
        }
    }
}
