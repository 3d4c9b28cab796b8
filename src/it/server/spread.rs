//! Spread of chips within a server: by position in the stream of air or coolant, and by mounting and chip.
//!
//! ```text
//! ΔT_i = (1 + σ·z_i)·R·P_i            rise of a chip over the coolant at the server's inlet; σ: `spread` of the build
//! z    = 1.42, 0.49, −0.49, −1.42     of 1, 3, 3 and 1 chips of eight
//! ```
//!
//! z are the means of the order statistics of eight normal values (1.42; 0.85, 0.47 and 0.15 together), so that the first is what the
//! hottest of eight chips has on average. Servers with another number of chips are read as shares of the same: that of a server of
//! one is one chip among eight servers.
//!
//! Source of σ: air, 0.16: chips of 54 to 72 °C in one HGX H100 (Latif et al., arXiv 2507.16781) over inlet air of about 24 °C are
//! ±9 K on a rise of 39, and set it. Two rows of four sinks in one stream that takes 600 W/K past them in all give ±0.09 by position
//! alone, mounting and chips the rest. Plates, 0.12: 41 to 50 °C of the same kind of node with plates are
//! ±4.5 K on a rise of some 26 K, and set it; two plates in series at 1 to 2 l/min would differ by 5 to 9 K in their inlet alone.
//! Tanks, 0.08: mounting and chips, and little by position, as
//! the fluid rises past one board; boiling, 0.06: the fluid is as warm everywhere. For these two nothing was found. Another H100
//! node in air shows 35–50 °C at its first and 67–90 °C at its fourth GPU (`InferenceX` issue 828): 0.22 and more.

/// Chips of a class over all.
pub const SHARES: [f64; 4] = [0.125, 0.375, 0.375, 0.125];
/// Deviation of its rise from the mean, of the spread; the hottest first.
const DEVIATIONS: [f64; 4] = [1.424, 0.493, -0.493, -1.424];

/// Where the temperature of each class lies between the coolest and the hottest: power differs little among them.
pub const PLACES: [f64; 4] = [1.0, 0.673, 0.327, 0.0];

/// Rise of each class over the mean rise.
pub(crate) fn factors(spread: f64) -> [f64; 4] {
    DEVIATIONS.map(|deviation| 1.0 + spread * deviation)
}

pub(super) fn air() -> f64 {
    0.16
}
pub(super) fn plates() -> f64 {
    0.12
}
pub(super) fn immersed() -> f64 {
    0.08
}
pub(super) fn boiling() -> f64 {
    0.06
}
