//! Demand on services and their output, and the output of edge devices in their place.
//!
//! ```text
//! requested = delivered + refused + offloaded          tokens; images likewise, without devices
//! J per token = Σ P·dt of the servers of services that count tokens / Σ tokens delivered
//!               P: chips | at the IT inlets | those times facility / servers, step by step
//! ```
//!
//! Whole servers, also while they idle. At the meter comes their part of cooling, losses, and IT beside the servers.
//!
//! Devices lie outside the facility: their energy is a group of its own and no part of any other figure. A group is absent
//! where nothing of it was counted.

use crate::metrics::figures::Heading::Work;
use crate::metrics::figures::{figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::{ServicePower, Snapshot};
use crate::units::{HOUR_S, J_PER_MWH};
use crate::workload::service::Answered;

figures! {
    /// Demand on services and their output.
    Service {
        /// Tokens that users of `inference` requested: delivered, refused, and written on edge devices. Only where
        /// tokens are counted.
        #[serde(alias = "asked_tokens")]
        requested_tokens: Option<f64> = Tokens;
        /// Tokens delivered.
        tokens: Option<f64> = Tokens;
        /// Tokens that found no GPU: too few copies, servers out of service, or chips slowed down by heat or a limit.
        refused_tokens: Option<f64> = Tokens.zero("tokens refused", 0).rank(8).warns(|tokens, summary| {
            let share = tokens / summary.service.requested_tokens.unwrap_or(0.0);
            format!(
                "{:.2} % of the tokens that users requested found no GPU",
                100.0 * share
            )
        });
        /// Energy at the meter for each token delivered: that of `it_j_per_token`, in each step times what the site drew over what its
        /// servers did, so with its part of cooling, losses, network and storage.
        facility_j_per_token: Option<f64> = J.row(Work, "energy for a token served", 3);
        /// Energy at the IT inlets for each token delivered: the servers of the services that count tokens, whole and also
        /// while they idle.
        it_j_per_token: Option<f64> = J.row(Work, "  at the IT inlets", 3);
        /// Of that, what their chips alone drew, behind the power supplies: as benchmarks of models state it.
        chip_j_per_token: Option<f64> = J.row(Work, "  at the chips", 3);
        /// Images and video clips of `diffusion` delivered.
        #[serde(alias = "pictures")]
        images: Option<f64> = Count;
        /// Images and clips that found no GPU.
        #[serde(alias = "refused_pictures")]
        refused_images: Option<f64> = Count
            .zero("images refused", 0)
            .rank(8)
            .warns(|images, _| format!("{images:.0} images and clips found no GPU"));
        /// Energy at the meter for each image or clip delivered, by the servers of `diffusion`; as for tokens.
        facility_j_per_image: Option<f64> = J.row(Work, "energy for an image", 3);
        /// The same at the IT inlets.
        it_j_per_image: Option<f64> = J.row(Work, "  at the IT inlets", 3);
        /// The same at the chips.
        chip_j_per_image: Option<f64> = J.row(Work, "  at the chips", 3);
        /// GPU-hours held by services in which their copies were unloaded (`scaling = "unload"`).
        unloaded_gpu_hours: Option<f64> = GpuHours;
        /// Requests of a trace that a model answers, each as often as `scale` says. These and their times are those of the trace
        /// through the copies as they are meant: what heat, failures or limits take from chips is in the tokens alone.
        requests: Option<f64> = Count;
        /// Of them, refused because they waited for `refuse_after_s`.
        refused_requests: Option<f64> = Count.zero("requests refused", 0).rank(8);
        /// Of them, waiting for a place at the end of the run.
        waiting_requests: Option<f64> = Count;
        /// Median time from a request to its first token.
        first_token_ms_p50: Option<f64> = Ms.row(Work, "first token, median", 0);
        /// Time within which 95 % of the first tokens come.
        first_token_ms_p95: Option<f64> = Ms.row(Work, "  95th percentile", 0);
        /// Median, over the requests, of the time of a token.
        token_ms_p50: Option<f64> = Ms.row(Work, "time of a token, median", 1);
        /// Time of a token that 95 % of the requests keep within.
        token_ms_p95: Option<f64> = Ms.row(Work, "  95th percentile", 1);
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

/// Energy of services.
#[derive(Debug, Clone, Default)]
struct Energy {
    chips_j: Sum,
    it_j: Sum,
    facility_j: Sum,
}

impl Energy {
    fn add(&mut self, power: &ServicePower, dt_s: f64, facility_per_servers: f64) {
        self.chips_j.add(power.chips_w * dt_s);
        self.it_j.add(power.it_w * dt_s);
        self.facility_j
            .add(power.it_w * dt_s * facility_per_servers);
    }

    /// For each of `count`: at the meter, at the IT inlets, at the chips, J; none without energy, or where nothing is counted.
    fn each(&self, count: f64) -> [Option<f64>; 3] {
        let all = [&self.facility_j, &self.it_j, &self.chips_j];
        all.map(|sum| {
            let energy_j = sum.value();
            (energy_j > 0.0 && count > 0.0)
                .then(|| known(energy_j / count))
                .flatten()
        })
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Services {
    token_energy: Energy,
    image_energy: Energy,
    tokens: Sum,
    refused: Sum,
    offloaded: Sum,
    offloaded_j: Sum,
    images: Sum,
    refused_images: Sum,
    unloaded_gpu_s: Sum,
    answered: Option<Answered>,
}

impl Services {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            answered: context.answered,
            ..Self::default()
        }
    }
}

impl Metric for Services {
    fn observe(&mut self, s: &Snapshot) {
        let Some(service_output) = s.service_output else {
            return;
        };
        if let Some(held) = s.held_power {
            let ratio = s.power.facility_per_servers();
            self.token_energy.add(&held.tokens, s.dt_s, ratio);
            self.image_energy.add(&held.images, s.dt_s, ratio);
        }
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
            [
                service.facility_j_per_token,
                service.it_j_per_token,
                service.chip_j_per_token,
            ] = self.token_energy.each(tokens);
        }
        let (images, refused) = (self.images.value(), self.refused_images.value());
        if images + refused > 0.0 {
            let service = &mut summary.service;
            service.images = known(images);
            service.refused_images = known(refused);
            [
                service.facility_j_per_image,
                service.it_j_per_image,
                service.chip_j_per_image,
            ] = self.image_energy.each(images);
        }
        let unloaded_gpu_s = self.unloaded_gpu_s.value();
        if unloaded_gpu_s > 0.0 {
            summary.service.unloaded_gpu_hours = known(unloaded_gpu_s / HOUR_S);
        }
        if let Some(answered) = self.answered {
            let service = &mut summary.service;
            service.requests = known(answered.requests);
            service.refused_requests = known(answered.refused);
            service.waiting_requests = known(answered.waiting);
            [service.first_token_ms_p50, service.first_token_ms_p95] =
                answered.first_token_ms.map(known);
            [service.token_ms_p50, service.token_ms_p95] = answered.token_ms.map(known);
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
    use crate::snapshot::{HeldPower, ServiceOutput};

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

    /// By hand: in the first hour 600 kW at the inlets, 500 kW of them chips, where the site draws 1.5 times its servers; in the second
    /// half of that and 2 times. 2 · 27e6 tokens: 0.9 MWh = 3.24e9 J are 60 J each, chips 50 J; at the meter
    /// 0.6·1.5 + 0.3·2 = 1.5 MWh, 100 J. An image takes 3.6e6 J at the inlets: 100 of 0.05 + 0.05 MWh.
    #[test]
    fn energy_per_token_by_hand() {
        let step = |at, servers_w: f64, facility_w: f64, half: f64| {
            let mut s = hour(at, facility_w);
            s.power.compute_w = servers_w;
            s.service_output = Some(ServiceOutput {
                tokens: 27e6,
                images: 50.0,
                ..ServiceOutput::default()
            });
            s.held_power = Some(HeldPower {
                tokens: ServicePower {
                    chips_w: 500e3,
                    it_w: 600e3,
                }
                .times(half),
                images: ServicePower {
                    chips_w: 25e3,
                    it_w: 50e3,
                },
                ..HeldPower::default()
            });
            s
        };
        let steps = [step(1.0, 1e6, 1.5e6, 1.0), step(2.0, 8e5, 1.6e6, 0.5)];
        let service = report(Services::new(&context()), &steps).service;
        let near = |figure: Option<f64>, wanted: f64| {
            let value = figure.unwrap();
            assert!((value / wanted - 1.0).abs() < 1e-12, "{value} {wanted}");
        };
        near(service.it_j_per_token, 60.0);
        near(service.chip_j_per_token, 50.0);
        near(service.facility_j_per_token, 100.0);
        near(service.it_j_per_image, 3.6e6);
        near(service.chip_j_per_image, 1.8e6);
        near(service.facility_j_per_image, 0.5 * (1.5 + 2.0) * 3.6e6);
    }

    #[test]
    fn requests_of_a_trace_are_shown_as_they_were_answered() {
        let mut context = context();
        context.answered = Some(Answered {
            requests: 100.0,
            refused: 2.0,
            waiting: 0.0,
            first_token_ms: [60.0, 900.0],
            token_ms: [20.0, f64::NAN],
        });
        let service = report(Services::new(&context), &[hour(1.0, 1e6)]).service;
        assert_eq!(
            (
                service.requests,
                service.refused_requests,
                service.waiting_requests
            ),
            (Some(100.0), Some(2.0), Some(0.0))
        );
        assert_eq!(
            (service.first_token_ms_p50, service.first_token_ms_p95),
            (Some(60.0), Some(900.0))
        );
        assert_eq!(
            (service.token_ms_p50, service.token_ms_p95),
            (Some(20.0), None)
        );
    }

    #[test]
    fn without_services_there_is_no_group() {
        assert_eq!(
            report(Services::new(&context()), &[hour(1.0, 1e6)]),
            Summary::default()
        );
    }
}
