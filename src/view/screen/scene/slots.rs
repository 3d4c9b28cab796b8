//! The texture that holds a colour for every slot of a side: a texel each, in rows. A texture and not a storage buffer, because
//! browsers without WebGPU have no storage buffers; `lite.wgsl` reads it texel by texel.

use bevy::asset::RenderAssetUsages;
use bevy::image::Image;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

/// Texels in a row; `lite.wgsl` has the same number. With the 2,048 rows that every WebGL2 allows: half a million slots.
const ROW: usize = 256;

/// A texture for so many slots, all grey.
pub(super) fn blank(count: usize) -> Image {
    let slots = vec![[0.2, 0.2, 0.2, 0.0]; count];
    let size = Extent3d {
        width: ROW as u32,
        height: count.div_ceil(ROW).max(1) as u32,
        depth_or_array_layers: 1,
    };
    Image::new(
        size,
        TextureDimension::D2,
        bytes(&slots),
        TextureFormat::Rgba32Float,
        // Written anew with every change: no copy is kept.
        RenderAssetUsages::RENDER_WORLD,
    )
}

/// Gives the slots their colours. The size stays, so that the renderer writes into the texture that it has.
pub(super) fn write(image: &mut Image, slots: &[[f32; 4]]) {
    image.data = Some(bytes(slots));
}

/// The texels of whole rows.
fn bytes(slots: &[[f32; 4]]) -> Vec<u8> {
    let rows = slots.len().div_ceil(ROW).max(1);
    let mut bytes = Vec::with_capacity(rows * ROW * 16);
    for value in slots.iter().flatten() {
        bytes.extend(value.to_le_bytes());
    }
    bytes.resize(rows * ROW * 16, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_texture_has_whole_rows_and_every_slot_in_its_place() {
        for count in [0, 1, 256, 257, 600] {
            let mut image = blank(count);
            let size = (image.width() * image.height() * 16) as usize;
            assert_eq!(image.data.as_ref().unwrap().len(), size);
            let slots: Vec<[f32; 4]> = (0..count).map(|i| [i as f32, 0.5, 0.25, -1.0]).collect();
            write(&mut image, &slots);
            let data = image.data.unwrap();
            assert_eq!(data.len(), size);
            if let Some(last) = count.checked_sub(1) {
                let texel = &data[16 * last..16 * count];
                assert_eq!(texel[..4], (last as f32).to_le_bytes());
                assert_eq!(texel[12..], (-1.0_f32).to_le_bytes());
            }
        }
    }
}
