//! Demand and output of services in a step, less what servers out of service or below full clock leave undone.

use crate::snapshot::ServiceOutput;
use crate::workload::service::OutputRate;

/// Leaves each service the mean share of those of its servers that have one; where another service reads its prompts, not more
/// than that one is left.
pub(super) fn lose_tokens(
    service_output: &mut [ServiceOutput],
    serving: &[(u32, u32)],
    fed_by: &[Option<u32>],
    mut share: impl FnMut(u32) -> Option<f64>,
) {
    let mut left = |number: u32| {
        let mine = serving.iter().filter(|(_, service)| *service == number);
        let (mut servers, mut shares) = (0.0, 0.0);
        for share in mine.filter_map(|&(server, _)| share(server)) {
            servers += 1.0;
            shares += share;
        }
        (servers > 0.0).then(|| shares / servers)
    };
    for ((number, service_output), fed_by) in (0..).zip(service_output).zip(fed_by) {
        let all = [Some(number), *fed_by].into_iter().flatten();
        if let Some(share) = all.filter_map(&mut left).reduce(f64::min) {
            service_output.keep(share);
        }
    }
}

impl ServiceOutput {
    /// One service over a step in which `demand` times as much is requested and `done` times as much is done.
    pub(super) fn over(rate: &OutputRate, dt_s: f64, demand: f64, done: f64) -> Self {
        let requested = |given: f64, refused: f64| (given + refused) * dt_s * demand;
        let tokens = rate.tokens_per_s * dt_s * done;
        let images = rate.images_per_s * dt_s * done;
        Self {
            tokens,
            refused_tokens: (requested(rate.tokens_per_s, rate.refused_per_s) - tokens).max(0.0),
            offloaded_tokens: rate.offloaded_per_s * dt_s * demand,
            offloaded_j: rate.offloaded_w * dt_s * demand,
            images,
            refused_images: (requested(rate.images_per_s, rate.refused_images_per_s) - images)
                .max(0.0),
            unloaded_gpu_s: 0.0,
        }
    }

    /// Only a share of what the hall would deliver is; the rest is refused.
    fn keep(&mut self, share: f64) {
        self.refused_tokens += self.tokens * (1.0 - share);
        self.tokens *= share;
        self.refused_images += self.images * (1.0 - share);
        self.images *= share;
    }

    /// Both together.
    pub(super) fn and(self, other: &Self) -> Self {
        Self {
            tokens: self.tokens + other.tokens,
            refused_tokens: self.refused_tokens + other.refused_tokens,
            offloaded_tokens: self.offloaded_tokens + other.offloaded_tokens,
            offloaded_j: self.offloaded_j + other.offloaded_j,
            images: self.images + other.images,
            refused_images: self.refused_images + other.refused_images,
            unloaded_gpu_s: self.unloaded_gpu_s + other.unloaded_gpu_s,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of four servers of a service one is down and the others run at half clock: 3/4 · 1/2 is left, taken in two steps;
    /// another service with one server keeps all.
    #[test]
    fn what_is_down_is_taken_once() {
        let serving = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)];
        let one = ServiceOutput {
            tokens: 8.0,
            ..ServiceOutput::default()
        };
        let mut service_output = [one, one];
        lose_tokens(&mut service_output, &serving, &[None; 2], |server| {
            Some(if server == 1 { 0.0 } else { 1.0 })
        });
        lose_tokens(
            &mut service_output,
            &serving,
            &[None; 2],
            |server| match server {
                1 => None,
                4 => Some(1.0),
                _ => Some(0.5),
            },
        );
        assert_eq!(
            (service_output[0].tokens, service_output[0].refused_tokens),
            (3.0, 5.0)
        );
        assert_eq!(service_output[1].tokens, 8.0);
    }

    /// One of two servers that read is down: half is left of what the other service writes, though all of its servers are up.
    #[test]
    fn what_nobody_reads_is_not_written() {
        let serving = [(0, 0), (1, 1), (2, 1)];
        let mut service_output = [
            ServiceOutput {
                tokens: 8.0,
                ..ServiceOutput::default()
            },
            ServiceOutput::default(),
        ];
        lose_tokens(&mut service_output, &serving, &[Some(1), None], |server| {
            Some(if server == 2 { 0.0 } else { 1.0 })
        });
        assert_eq!(
            (service_output[0].tokens, service_output[0].refused_tokens),
            (4.0, 4.0)
        );
    }
}
