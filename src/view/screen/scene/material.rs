//! The one material of the scene, and the texture that colours it.

use bevy::asset::{Asset, Handle};
use bevy::image::Image;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{Material, MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::AlphaMode;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

/// Colours by slot; see `lite.wgsl`.
#[derive(Asset, AsBindGroup, TypePath, Clone, Debug)]
pub(crate) struct Lite {
    /// One `[r, g, b, a]` for each slot of a side.
    #[texture(0, sample_type = "float", filterable = false)]
    pub(crate) slots: Handle<Image>,
    /// Glass, clouds and the colour of air lie over what is behind them.
    pub(crate) glass: bool,
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
