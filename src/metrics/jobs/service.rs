//! Demand on services and their output, and the output of edge devices in their place.
//!
//! ```text
//! requested = delivered + refused + offloaded          tokens; images likewise, without devices
//! ```
//!
//! Devices lie outside the facility: their energy is a group of its own and no part of any other figure. A group is absent
//! where nothing of it was counted.

use crate::metrics::figures::{figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{HOUR_S, J_PER_MWH};

figures! {
    /// Demand on services and their output.
    Service {
        /// Tokens that users of `inference` requested: delivered, refused, and written on edge devices. Only where
        /// tokens are counted.
        #[serde(alias = "asked_tokens")]
        requested_tokens: Option<f64> = Tokens;
        /// Tokens delivered.
        tokens: Option<f64> = Tokens;
        /// Tokens that found no GPU (too few copies, or chips slowed down by the grid limit).
        refused_tokens: Option<f64> = Tokens.zero("tokens refused", 0).rank(8).warns(|tokens, summary| {
            let share = tokens / summary.service.requested_tokens.unwrap_or(0.0);
            format!(
                "{:.2} % of the tokens that users requested found no GPU",
                100.0 * share
            )
        });
        /// Images and video clips of `diffusion` delivered.
        #[serde(alias = "pictures")]
        images: Option<f64> = Count;
        /// Images and clips that found no GPU.
        #[serde(alias = "refused_pictures")]
        refused_images: Option<f64> = Count
            .zero("images refused", 0)
            .rank(8)
            .warns(|images, _| format!("{images:.0} images and clips found no GPU"));
        /// GPU-hours held by services in which their copies were unloaded (`scaling = "unload"`).
        unloaded_gpu_hours: Option<f64> = GpuHours;
    }
}

figures! {
    /// Output of devices outside the facility; in no other group.
    Offload {
        /// Energy of devices outside the facility (`[workload.offload]`); in no other figure.
        energy_mwh: Option<f64> = Mwh;
        /// Tokens they wrote.
        tokens: Option<f64> = Tokens;
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Services {
    tokens: Sum,
    refused: Sum,
    offloaded: Sum,
    offloaded_j: Sum,
    images: Sum,
    refused_images: Sum,
    unloaded_gpu_s: Sum,
}

impl Services {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Services {
    fn observe(&mut self, s: &Snapshot) {
        let Some(service_output) = s.service_output else {
            return;
        };
        self.tokens.add(service_output.tokens);
        self.refused.add(service_output.refused_tokens);
        self.offloaded.add(service_output.offloaded_tokens);
        self.offloaded_j.add(service_output.offloaded_j);
        self.images.add(service_output.images);
        self.refused_images.add(service_output.refused_images);
        self.unloaded_gpu_s.add(service_output.unloaded_gpu_s);
    }

    fn report(&self, summary: &mut Summary) {
        let (tokens, refused) = (self.tokens.value(), self.refused.value());
        let offloaded = self.offloaded.value();
        if tokens + refused + offloaded > 0.0 {
            let service = &mut summary.service;
            service.requested_tokens = known(tokens + refused + offloaded);
            service.tokens = known(tokens);
            service.refused_tokens = known(refused);
        }
        let (images, refused) = (self.images.value(), self.refused_images.value());
        if images + refused > 0.0 {
            summary.service.images = known(images);
            summary.service.refused_images = known(refused);
        }
        let unloaded_gpu_s = self.unloaded_gpu_s.value();
        if unloaded_gpu_s > 0.0 {
            summary.service.unloaded_gpu_hours = known(unloaded_gpu_s / HOUR_S);
        }
        if offloaded > 0.0 {
            summary.offload.energy_mwh = known(self.offloaded_j.value() / J_PER_MWH);
            summary.offload.tokens = known(offloaded);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot::ServiceOutput;

    /// Two hours of 6e6 delivered, 1e6 refused and 3e6 elsewhere at 1.2 J: 20e6 requested, 6e6 · 1.2 J = 0.002 MWh; two GPUs
    /// without a copy: 4 GPU-hours.
    #[test]
    fn tokens_add_up_by_hand() {
        let step = |at| {
            let mut s = hour(at, 1e6);
            s.service_output = Some(ServiceOutput {
                tokens: 6e6,
                refused_tokens: 1e6,
                offloaded_tokens: 3e6,
                offloaded_j: 3.6e6,
                unloaded_gpu_s: 7200.0,
                ..ServiceOutput::default()
            });
            s
        };
        let summary = report(Services::new(&context()), &[step(1.0), step(2.0)]);
        let service = summary.service;
        assert_eq!(service.requested_tokens, Some(20e6));
        assert_eq!(
            (service.tokens, service.refused_tokens),
            (Some(12e6), Some(2e6))
        );
        assert_eq!(service.images, None);
        assert_eq!(service.unloaded_gpu_hours, Some(4.0));
        assert_eq!(summary.offload.tokens, Some(6e6));
        assert_eq!(summary.offload.energy_mwh, Some(0.002));
    }

    #[test]
    fn without_services_there_is_no_group() {
        assert_eq!(
            report(Services::new(&context()), &[hour(1.0, 1e6)]),
            Summary::default()
        );
    }
}
