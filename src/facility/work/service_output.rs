//! Demand and output of services in a step, less what servers out of service or below full clock leave undone.

use crate::snapshot::ServiceOutput;
use crate::workload::Service;
use crate::workload::service::OutputRate;

/// What a service bears before it loses tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reserve {
    /// Servers of a copy: a copy stops when one of them does. 1 where copies are not known.
    span: f64,
    /// What its copies could deliver over what they do; 1 where copies are not known.
    spare: f64,
}

impl Reserve {
    /// Of services on these servers (server, service).
    pub(super) fn all(services: &[Service], serving: &[(u32, u32)]) -> Vec<Self> {
        let of = |(number, service): (u32, &Service)| {
            let servers = serving.iter().filter(|(_, of)| *of == number).count();
            let span = service
                .copies()
                .map_or(1.0, |copies| servers as f64 / f64::from(copies));
            Self {
                span: span.max(1.0),
                spare: 1.0,
            }
        };
        (0..).zip(services).map(of).collect()
    }

    /// A step begins in which `rate` is done `done` times.
    pub(super) fn begin(&mut self, rate: &OutputRate, done: f64) {
        let delivered = (rate.tokens_per_s + rate.images_per_s) * done;
        self.spare = if delivered > 0.0 && rate.capacity_per_s > delivered {
            rate.capacity_per_s / delivered
        } else {
            1.0
        };
    }

    /// Share of its output that is left where a share of its servers is, each independently of the others; spare copies take over.
    fn left(&mut self, servers: f64, loss: Loss) -> f64 {
        let copies = match loss {
            Loss::Down => servers.powf(self.span),
            Loss::Slow => servers,
        };
        let left = (copies * self.spare).min(1.0);
        if left > 0.0 {
            self.spare *= copies / left;
        }
        left
    }
}

/// How servers fail a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// They do nothing: copies with one of them stop.
    Down,
    /// They do less.
    Slow,
}

/// Leaves each service what those of its servers can do of which there is a share; where another service reads its prompts, not more
/// than that one is left. What is left of the servers works the more for it: `busier` gets the number of a service and by how much.
pub(super) fn lose_tokens(
    service_output: &mut [ServiceOutput],
    reserves: &mut [Reserve],
    serving: &[(u32, u32)],
    fed_by: &[Option<u32>],
    (loss, mut share): (Loss, impl FnMut(u32) -> Option<f64>),
    mut busier: impl FnMut(usize, f64),
) {
    let mut mean = |number: u32| {
        let mine = serving.iter().filter(|(_, service)| *service == number);
        let (mut servers, mut shares) = (0.0, 0.0);
        for share in mine.filter_map(|&(server, _)| share(server)) {
            servers += 1.0;
            shares += share;
        }
        (servers > 0.0).then(|| shares / servers)
    };
    let services = (0..).zip(service_output).zip(reserves).zip(fed_by);
    for (((number, output), reserve), fed_by) in services {
        let Some(own) = mean(number) else { continue };
        let mut left = reserve.left(own, loss);
        // The reserve of the service that writes holds for the one that reads for it: both are made for the same demand.
        if let Some(read) = fed_by.and_then(&mut mean) {
            left = left.min(reserve.left(read, loss));
        }
        output.keep(left);
        if own > 0.0 && left > own {
            busier(number as usize, left / own);
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

    const ALONE: Reserve = Reserve {
        span: 1.0,
        spare: 1.0,
    };

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
        lose_tokens(
            &mut service_output,
            &mut [ALONE; 2],
            &serving,
            &[None; 2],
            (Loss::Down, |server| {
                Some(if server == 1 { 0.0 } else { 1.0 })
            }),
            |_, _| {},
        );
        let slow = |server| match server {
            1 => None,
            4 => Some(1.0),
            _ => Some(0.5),
        };
        lose_tokens(
            &mut service_output,
            &mut [ALONE; 2],
            &serving,
            &[None; 2],
            (Loss::Slow, slow),
            |_, _| {},
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
        lose_tokens(
            &mut service_output,
            &mut [ALONE; 2],
            &serving,
            &[Some(1), None],
            (Loss::Down, |server| {
                Some(if server == 2 { 0.0 } else { 1.0 })
            }),
            |_, _| {},
        );
        assert_eq!(
            (service_output[0].tokens, service_output[0].refused_tokens),
            (4.0, 4.0)
        );
    }

    /// Ten copies of two servers each do half of what they could: with 10 % of the servers down 0.9² = 81 % of the copies are left, which
    /// do all of it. With 40 % down 36 % are left, which do 72 %, and slowed to half beside that half of it.
    #[test]
    fn spare_copies_take_over() {
        let mut reserve = Reserve {
            span: 2.0,
            spare: 2.0,
        };
        assert_eq!(reserve.left(0.9, Loss::Down), 1.0);
        assert!((reserve.spare - 1.62).abs() < 1e-12);
        let mut reserve = Reserve {
            span: 2.0,
            spare: 2.0,
        };
        assert!((reserve.left(0.6, Loss::Down) - 0.72).abs() < 1e-12);
        assert!((reserve.spare - 1.0).abs() < 1e-12);
        assert_eq!(reserve.left(0.5, Loss::Slow), 0.5);
        assert_eq!(reserve.left(0.0, Loss::Down), 0.0);
    }
}
