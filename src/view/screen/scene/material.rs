//! The one material of the scene, and the texture that colours it.

use bevy::asset::{Asset, Handle};
use bevy::image::Image;
use bevy::math::Vec4;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::AlphaMode;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

/// Colours by slot; see `lite.wgsl`.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(crate) struct Lite {
    /// One `[r, g, b, a]` for each slot of a side.
    #[texture(0, sample_type = "float", filterable = false)]
    pub(crate) slots: Handle<Image>,
    /// The ground, and what is behind it.
    #[uniform(1)]
    pub(crate) shades: Shades,
    /// Glass, clouds and the colour of air lie over what is behind them.
    pub(crate) glass: bool,
}

/// Linear colours of the ground, of the lines on it, and of what is behind it.
#[derive(ShaderType, Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shades {
    pub(crate) behind: Vec4,
    pub(crate) ground: Vec4,
    pub(crate) grid: Vec4,
}

impl Shades {
    pub(crate) const DARK: Self = Self {
        behind: Vec4::new(0.0103, 0.0131, 0.0168, 1.0),
        ground: Vec4::new(0.0262, 0.0319, 0.0382, 1.0),
        grid: Vec4::new(0.0482, 0.0578, 0.0685, 1.0),
    };
    pub(crate) const LIGHT: Self = Self {
        behind: Vec4::new(0.88, 0.90, 0.92, 1.0),
        ground: Vec4::new(0.74, 0.76, 0.78, 1.0),
        grid: Vec4::new(0.60, 0.62, 0.64, 1.0),
    };
}

impl Material for Lite {
    fn fragment_shader() -> ShaderRef {
        "embedded://coldaisle/view/screen/scene/lite.wgsl".into()
    }

    fn alpha_mode(&self) -> AlphaMode {
        if self.glass {
            AlphaMode::Blend
        } else {
            AlphaMode::Opaque
        }
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }

    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        // Panels are seen from both sides.
        let _ = key;
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// Makes the shader known to an app.
pub(crate) fn embed(app: &mut bevy::app::App) {
    bevy::asset::embedded_asset!(app, "lite.wgsl");
}
