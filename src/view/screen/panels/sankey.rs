//! The flow of power from the grid to the chip, as bands whose height is their power.

use std::fmt::Write as _;

use bevy_egui::egui::{self, Align2, Color32, FontId, Rect, Shape, pos2};

use super::widgets::{FAINT, INK, USES, drawn};
use crate::snapshot::Power;
use crate::view::hall::format::power;
use crate::view::hall::frame::Frame;

/// A use of power: its name, W, and colour.
pub(super) fn uses(p: &Power) -> [(&'static str, f64, Color32); 6] {
    let losses_w = p.psu_losses_w + p.electrical_losses_w;
    // What the parts do not name (storage, steam) is in the last.
    let beside_w = p.beside_w();
    let rest_w = p.facility_w - p.compute_w - p.server_fans_w - losses_w - p.cooling_w() - beside_w;
    let w = [
        p.compute_w,
        p.server_fans_w,
        losses_w,
        p.cooling_w(),
        rest_w.max(0.0),
        beside_w,
    ];
    std::array::from_fn(|i| (USES[i].0, w[i], USES[i].1))
}

/// The band heights of parts of a whole, px; thin ones are drawn at least this high so that they can be seen.
fn heights(parts: &[f64], total: f64, height: f32, least: f32) -> Vec<f32> {
    let share = |w: &f64| (w / total.max(1.0)) as f32 * height;
    parts
        .iter()
        .map(|w| {
            if *w > 5e-4 * total {
                share(w).max(least)
            } else {
                0.0
            }
        })
        .collect()
}

/// The flow of a side, by its number.
pub(super) fn show(ui: &mut egui::Ui, frame: &Frame, side: usize) {
    let s = &frame.snapshot;
    let uses = uses(&s.power);
    let total_w = s.power.facility_w.max(1.0);
    let (rect, _) = ui.allocate_exact_size(
        egui::vec2(ui.available_width(), 138.0),
        egui::Sense::hover(),
    );
    drawn(ui, ["flow", "flow-right"][side.min(1)], rect);
    let painter = ui.painter_at(rect);
    let gap = 9.0;
    let used = rect.height() - gap * (uses.len() as f32 - 1.0) - 14.0;
    let right = heights(&uses.map(|(_, w, _)| w), total_w, used, 1.5);
    let tall: f32 = right.iter().sum();
    let (x0, x1, x2, x3) = (
        rect.min.x + 8.0,
        rect.min.x + 18.0,
        rect.max.x - 156.0,
        rect.max.x - 146.0,
    );
    let font = FontId::proportional(11.5);
    let mut left_y = rect.center().y - 0.5 * tall;
    let mut right_y = rect.min.y + 4.0;
    let source = Rect::from_min_max(pos2(x0, left_y), pos2(x1, left_y + tall));
    painter.rect_filled(source, 2.0, Color32::from_rgb(210, 214, 220));
    for ((name, w, colour), height) in uses.into_iter().zip(right) {
        if height <= 0.0 {
            continue;
        }
        band(
            &painter,
            (x1, left_y),
            (x2, right_y),
            height,
            colour.gamma_multiply(0.55),
        );
        let bar = Rect::from_min_max(pos2(x2, right_y), pos2(x3, right_y + height));
        painter.rect_filled(bar, 1.0, colour);
        let at = pos2(x3 + 5.0, right_y + 0.5 * height);
        painter.text(
            at,
            Align2::LEFT_CENTER,
            format!("{name} {}", power(w)),
            font.clone(),
            INK,
        );
        left_y += height;
        right_y += height + gap;
    }
    let on_site_w = s.power.generation_w;
    let mut text = format!("grid {}", power(s.on_site.grid_w));
    if on_site_w > 0.0 {
        let _ = write!(text, " + on site {}", power(on_site_w));
    }
    painter.text(
        pos2(x0, rect.max.y),
        Align2::LEFT_BOTTOM,
        format!(
            "{text}, of which {} reach the chips",
            power(s.power.compute_w)
        ),
        font,
        FAINT,
    );
}

/// A band that bends from one side to the other.
fn band(painter: &egui::Painter, from: (f32, f32), to: (f32, f32), height: f32, colour: Color32) {
    const PARTS: usize = 24;
    let mut mesh = egui::Mesh::default();
    for part in 0..=PARTS {
        let t = part as f32 / PARTS as f32;
        let bend = t * t * (3.0 - 2.0 * t);
        let (x, y) = (
            from.0 + (to.0 - from.0) * t,
            from.1 + (to.1 - from.1) * bend,
        );
        mesh.colored_vertex(pos2(x, y), colour);
        mesh.colored_vertex(pos2(x, y + height), colour);
        if part > 0 {
            let last = 2 * part as u32;
            mesh.add_triangle(last - 2, last - 1, last);
            mesh.add_triangle(last - 1, last, last + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bands are all of the power, whatever the uses.
    #[test]
    fn bands_add_up_to_the_facility() {
        let p = Power {
            facility_w: 131.0,
            it_w: 101.0,
            network_w: Some(1.0),
            compute_w: 88.0,
            server_fans_w: 8.0,
            psu_losses_w: 4.0,
            electrical_losses_w: 7.0,
            chillers_w: 12.0,
            hall_fans_w: 6.0,
            pumps_w: 2.0,
            other_w: 3.0,
            ..Power::default()
        };
        let all = uses(&p);
        assert!(
            (all.iter().map(|(_, w, _)| w).sum::<f64>() - 131.0).abs() < 1e-9,
            "{all:?}"
        );
        assert_eq!(
            (all[2].1, all[3].1, all[4].1, all[5].1),
            (11.0, 20.0, 3.0, 1.0)
        );
        let heights = heights(&all.map(|(_, w, _)| w), 131.0, 131.0, 1.0);
        assert_eq!(heights, [88.0, 8.0, 11.0, 20.0, 3.0, 1.0]);
    }
}
