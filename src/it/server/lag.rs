//! How late a chip follows its coolant: chip and heat sink are one mass behind the resistance.
//!
//! ```text
//! C·dT/dt = P − (T − T_coolant)/R    so    T = T_felt + R·P ,  dT_felt/dt = (T_coolant − T_felt)/τ ,  τ = R·C
//! ```
//!
//! s, K/W, J/K. The coolant that a chip *feels* lags behind the one it meets; everything that follows from the chip's temperature
//! (leakage, fans, clock) is read at the felt one. R is that at full load, junction to coolant: τ is 60 s for a heat sink of 1 kJ/K
//! behind 0.06 K/W, 16 s for a plate. Exact while P is constant. Left out: that the chip follows its own power late as well
//! (a job that starts heats its chips at once, so they slow down earlier than real ones), and the share of R between junction and
//! sink, which has little mass (τ is that much too long).

use super::{Build, Server};
use crate::it::Work;

/// Air for which fans' speed at full load is taken, °C.
const USUAL_INLET_C: f64 = 25.0;

impl Server {
    /// Time constant with which its chips follow their coolant, s.
    pub fn lag_s(&self) -> f64 {
        let mass_j_k = match &self.build {
            Build::Air(air) => air.heat_sink_j_k,
            Build::Immersed(immersed) => immersed.heat_sink_j_k,
            Build::Plated { plates, .. } => plates.plate_j_k,
            Build::Boiling { boiler, .. } => boiler.plate_j_k,
        };
        let flow = self.air_flow(&self.powered(Work::Imposed, 1.0), 1.0, USUAL_INLET_C);
        mass_j_k * self.resistance_k_w(flow, 1.0)
    }
}
