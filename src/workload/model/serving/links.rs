//! Bytes between the GPUs of a copy: over fast links inside a domain, over the network between domains.
//!
//! ```text
//! all-reduce of B bytes among t GPUs      2·(t − 1)/t·B                                      over links
//!   over m domains of n                   2·(n − 1)/n·B over links, 2·(m − 1)/m·B/n over the network
//! token to k experts and back             3·k·h bytes: there in 8 bits, back in 16
//!   over m domains of n GPUs              m·(1 − (1 − 1/m)^k)·(m − 1)/m of 3·h over the network: sent once to each domain that it visits,
//!                                         and from there over links: k·(n − 1)/n of 3·h
//! ```
//!
//! Tokens go to their domains and from there to their GPUs as in `DeepEP` (deepseek-ai, 2025), experts chosen evenly: a model that
//! limits the domains of a token sends less. Both ways are in use at once; the slower one decides.

use super::Replica;
use crate::workload::model::ChipFigures;

/// Bytes that one GPU sends in a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sent {
    /// Over the links of its domain.
    pub(super) near: f64,
    /// Over the network.
    pub(super) far: f64,
}

impl Sent {
    /// Time, s.
    pub(super) fn time_s(self, chip: &ChipFigures) -> f64 {
        let over = |bytes: f64, bytes_s: f64| if bytes > 0.0 { bytes / bytes_s } else { 0.0 };
        over(self.near, chip.link_bytes_s).max(over(self.far, chip.network_bytes_s))
    }

    fn plus(self, other: Self) -> Self {
        Self {
            near: self.near + other.near,
            far: self.far + other.far,
        }
    }
}

/// GPUs of a domain that a group has, and domains that it covers.
fn spans(gpus: u32, domain: u32) -> (f64, f64) {
    let near = gpus.min(domain).max(1);
    (f64::from(near), f64::from(gpus) / f64::from(near))
}

/// All-reduce of `bytes` among `gpus`.
fn reduced(bytes: f64, gpus: u32, domain: u32) -> Sent {
    let (n, m) = spans(gpus, domain);
    Sent {
        near: 2.0 * (n - 1.0) / n * bytes,
        far: 2.0 * (m - 1.0) / m * bytes / n,
    }
}

/// A token to `k` experts among `gpus` and back, `hidden` wide.
fn exchanged(k: f64, hidden: f64, gpus: u32, domain: u32) -> Sent {
    let (n, m) = spans(gpus, domain);
    let visited = m * (1.0 - (1.0 - 1.0 / m).powf(k));
    Sent {
        near: 3.0 * hidden * k * (n - 1.0) / n,
        far: 3.0 * hidden * visited * (m - 1.0) / m,
    }
}

impl Replica {
    /// What a GPU sends in a step in which `tokens` pass the copy.
    pub(super) fn sent(&self, tokens: f64) -> Sent {
        let (layout, domain) = (self.layout, self.chip.domain);
        let hidden = f64::from(self.model.hidden);
        let layers = f64::from(self.model.layers);
        let mut all = Sent::default();
        if layout.tensor > 1 {
            // Two a layer; ranks send the results of experts another way.
            let times = if layout.ranks() > 1 {
                layers
            } else {
                2.0 * layers
            };
            let bytes = times * 2.0 * hidden * tokens / self.ranks();
            all = all.plus(reduced(bytes, layout.tensor, domain));
        }
        if layout.ranks() > 1 && self.model.experts > 1 {
            let k = f64::from(self.model.experts_per_token);
            let each = exchanged(k, hidden, layout.gpus, domain);
            let times = f64::from(self.model.expert_layers()) * tokens / self.gpus();
            all = all.plus(Sent {
                near: times * each.near,
                far: times * each.far,
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Among four GPUs 1.5 times the bytes; among 16 in two domains of eight 1.75 times by links and 2·½/8 by the network.
    #[test]
    fn an_all_reduce_by_hand() {
        assert_eq!(
            reduced(8.0, 4, 8),
            Sent {
                near: 12.0,
                far: 0.0
            }
        );
        assert_eq!(
            reduced(8.0, 16, 8),
            Sent {
                near: 14.0,
                far: 1.0
            }
        );
        assert_eq!(reduced(8.0, 1, 8), Sent::default());
    }

    /// 8 experts over 72 GPUs: in one domain 3·8·71/72 = 23.667 widths by links. Over nine domains of eight: 9·(1 − (8/9)^8) = 5.4924
    /// domains visited, 8/9 of them others: 14.646 widths by the network, 21 by links.
    #[test]
    fn tokens_go_to_their_experts_by_hand() {
        let one = exchanged(8.0, 1.0, 72, 72);
        assert!((one.near - 23.6667).abs() < 1e-3 && one.far == 0.0);
        let nine = exchanged(8.0, 1.0, 72, 8);
        assert!((nine.far - 14.6464).abs() < 1e-3, "{nine:?}");
        assert!((nine.near - 21.0).abs() < 1e-9);
    }
}
