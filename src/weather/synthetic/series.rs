//! Series of daily values: random anomalies, and smooth years through monthly means.

use rand::RngExt as _;
use rand_distr::StandardNormal;
use rand_pcg::Pcg64;

use super::{DAYS, MONTHS};

/// A year of standard AR(1) anomalies without a monthly mean, standard deviation 1.
pub(super) fn anomalies(climate: &str, purpose: &str, phi: f64) -> Vec<f64> {
    let stream = fnv1a(climate) | (fnv1a(purpose) << 64);
    let mut rng = Pcg64::new(0x0005_eedc_01da_151e, stream);
    let mut value: f64 = rng.sample(StandardNormal);
    let mut series: Vec<f64> = (0..DAYS)
        .map(|_| {
            let shock: f64 = rng.sample(StandardNormal);
            value = phi * value + (1.0 - phi * phi).sqrt() * shock;
            value
        })
        .collect();
    let slow = smooth(&monthly_means(&series));
    for (value, slow) in series.iter_mut().zip(slow) {
        *value -= slow;
    }
    let square = series.iter().map(|v| v * v).sum::<f64>() / DAYS as f64;
    let scale = 1.0 / square.sqrt();
    // Three standard deviations and a bit is the worst day of a typical year.
    series
        .iter()
        .map(|v| (v * scale).clamp(-3.2, 3.2))
        .collect()
}

/// FNV-1a: a name's random stream, the same on every platform and in every version.
fn fnv1a(name: &str) -> u128 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u128::from(hash)
}

pub(super) fn monthly_means(series: &[f64]) -> [f64; 12] {
    let mut start = 0;
    MONTHS.map(|days| {
        let month = &series[start..start + usize::from(days)];
        start += month.len();
        month.iter().sum::<f64>() / month.len() as f64
    })
}

/// A smooth year of daily values whose monthly means are the ones given.
///
/// Straight lines between mid-months would cut the peaks off; the anchors are moved until they do not.
pub(super) fn smooth(means: &[f64; 12]) -> Vec<f64> {
    let mut anchors = *means;
    for _ in 0..16 {
        let series = through(&anchors);
        for ((anchor, mean), got) in anchors.iter_mut().zip(means).zip(monthly_means(&series)) {
            *anchor += mean - got;
        }
    }
    through(&anchors)
}

/// Catmull-Rom through twelve mid-months of equal distance (a day's error in the calendar does not matter here).
fn through(anchors: &[f64; 12]) -> Vec<f64> {
    (0..DAYS)
        .map(|d| {
            let position = (d as f64 + 0.5) / DAYS as f64 * 12.0 - 0.5 + 12.0;
            let (month, t) = (position as usize, position.fract());
            let at = |offset: usize| anchors[(month + 11 + offset) % 12];
            let (a, b, c, d) = (at(0), at(1), at(2), at(3));
            b + 0.5
                * t
                * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
        })
        .collect()
}
