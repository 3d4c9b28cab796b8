//! New designs from old ones.
//!
//! Real genes: simulated binary crossover (Deb & Agrawal 1995, Complex Systems 9, 115–148) and polynomial mutation (Deb & Goyal
//! 1996, Computer Science and Informatics 26(4), 30–45), both in the form whose children stay within the range, as in the
//! authors' program:
//!
//! ```text
//! children  ½·((a + b) ∓ β·(b − a)), a < b         mutation  x + δ·(high − low)
//! α = 2 − (1 + 2·d/(b − a))^−(η+1)                 d: from the child's own parent to the end of the range
//! β = (u·α)^(1/(η+1)) where u ≤ 1/α, else (1/(2 − u·α))^(1/(η+1))
//! δ = (2u + (1 − 2u)·(1 − d₁)^(η+1))^(1/(η+1)) − 1 where u ≤ ½, with d₁ = (x − low)/(high − low); mirrored above
//! ```
//!
//! Integers: the same, rounded up or down by chance with the fraction as probability (Deep, Singh, Kansal & Mohan 2009, Applied
//! Mathematics and Computation 212, 505–518). Choices: exchanged by uniform crossover (Syswerda 1989), and drawn anew.

use rand::RngExt as _;
use rand_pcg::Pcg64;

use super::problem::Gene;

/// Probability that two parents are crossed at all, and the indices of both distributions: those of Deb et al. 2002.
const CROSSED: f64 = 0.9;
const ETA_CROSSOVER: f64 = 20.0;
const ETA_MUTATION: f64 = 20.0;

/// Two children of two parents: crossed, then mutated in one gene on average.
pub(super) fn children(genes: &[Gene], parents: [&[f64]; 2], rng: &mut Pcg64) -> [Vec<f64>; 2] {
    let mut children = parents.map(<[f64]>::to_vec);
    let crossed = rng.random::<f64>() < CROSSED;
    for (at, &gene) in genes.iter().enumerate() {
        if crossed && rng.random::<bool>() {
            let [a, b] = cross(gene, [parents[0][at], parents[1][at]], rng);
            (children[0][at], children[1][at]) = (a, b);
        }
        for child in &mut children {
            if rng.random::<f64>() * (genes.len() as f64) < 1.0 {
                child[at] = mutated(gene, child[at], rng);
            }
        }
    }
    children
}

fn cross(gene: Gene, pair: [f64; 2], rng: &mut Pcg64) -> [f64; 2] {
    if pair[0] == pair[1] {
        return pair;
    }
    let mut pair = match gene {
        Gene::Choice(_) => pair,
        Gene::Real { low, high } => binary(pair, [low, high], rng).map(|value| gene.fit(value)),
        Gene::Integer { low, high } => {
            let pair = binary(pair, [low as f64, high as f64], rng);
            pair.map(|value| gene.fit(by_chance(value, rng)))
        }
    };
    if rng.random() {
        pair.swap(0, 1);
    }
    pair
}

/// Simulated binary crossover of two different values.
fn binary(pair: [f64; 2], [low, high]: [f64; 2], rng: &mut Pcg64) -> [f64; 2] {
    let (a, b) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
    let u: f64 = rng.random();
    let half_spread = |to_end: f64| {
        let alpha = 2.0 - (1.0 + 2.0 * to_end / (b - a)).powf(-(ETA_CROSSOVER + 1.0));
        let base = if u <= 1.0 / alpha {
            u * alpha
        } else {
            1.0 / (2.0 - u * alpha)
        };
        0.5 * base.powf(1.0 / (ETA_CROSSOVER + 1.0)) * (b - a)
    };
    let middle = 0.5 * (a + b);
    [
        middle - half_spread(a - low),
        middle + half_spread(high - b),
    ]
}

fn mutated(gene: Gene, value: f64, rng: &mut Pcg64) -> f64 {
    match gene {
        Gene::Real { low, high } if low < high => gene.fit(polynomial(value, [low, high], rng)),
        Gene::Integer { low, high } if low < high => {
            let near = polynomial(value, [low as f64, high as f64], rng);
            let new = gene.fit(by_chance(near, rng));
            if new != value {
                return new;
            }
            // A mutation changes something: one step in its direction, or back from the end.
            let step = if near < value { -1.0 } else { 1.0 };
            let new = gene.fit(value + step);
            if new == value { value - step } else { new }
        }
        Gene::Choice(of) if of > 1 => {
            let other = rng.random_range(0..of - 1) as f64;
            if other < value { other } else { other + 1.0 }
        }
        Gene::Real { .. } | Gene::Integer { .. } | Gene::Choice(_) => value,
    }
}

/// Polynomial mutation.
fn polynomial(value: f64, [low, high]: [f64; 2], rng: &mut Pcg64) -> f64 {
    let (power, width) = (ETA_MUTATION + 1.0, high - low);
    let u: f64 = rng.random();
    let shift = if u <= 0.5 {
        let rest = 1.0 - (value - low) / width;
        (2.0 * u + (1.0 - 2.0 * u) * rest.powf(power)).powf(1.0 / power) - 1.0
    } else {
        let rest = 1.0 - (high - value) / width;
        1.0 - (2.0 * (1.0 - u) + (2.0 * u - 1.0) * rest.powf(power)).powf(1.0 / power)
    };
    value + shift * width
}

/// One of the two whole numbers around a value, the nearer one more often.
pub(super) fn by_chance(value: f64, rng: &mut Pcg64) -> f64 {
    let up = rng.random::<f64>() < value - value.floor();
    value.floor() + f64::from(u8::from(up))
}
