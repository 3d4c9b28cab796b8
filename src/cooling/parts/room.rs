//! The air of a hall over its structure, followed exactly under limits that are straight lines in the air's temperature.
//!
//! ```text
//! C_air·dT/dt  = Q − draw(T) − hA·(T − T_mass) − L·(T − T_out)
//! C_mass·dT_mass/dt = hA·(T − T_mass)            racks, floor and walls
//! hA = 250 W/K a rack for floor and walls, and ε = 0.5 of the servers' air for their own metal
//! L                                              capacity rate of outdoor air that leaks through the hall
//! P_ventilation = Δp·V/η = 0.041·Q/σ²            for heat carried outdoors by air that warms by 10 K
//! ```
//!
//! W, J/K, °C. Ventilation: 250 Pa (150–400: short ducts to long) at 50 % (40–60), 250/(0.5·1.2·1006·10) = 0.041 W/W at sea
//! level, and more of thin air through the same ducts (`physics::site_air`). Unconfirmed: 10 m³ of air a rack (6–15, low halls
//! to high), 150 kJ/K of structure (100–300, light walls to concrete), ε = 0.5 (0.3–0.7, fans slow to fast). Valid for one
//! well-mixed temperature of the hot air.

use nalgebra::{Matrix2, Vector2};

use crate::cooling::{Design, Sink};
use crate::physics::site_air::SiteAir;
use crate::physics::thermal_network::TwoMasses;

/// Air in the hall, m³ per rack: 2.5 m² of floor and aisle, 4 m high.
pub(crate) const AIR_M3_PER_RACK: f64 = 10.0;
/// Rack steel, floor and walls that follow the air within the hour, J/K per rack.
const STRUCTURE_J_K_PER_RACK: f64 = 150e3;
/// Surface exchange between air and those masses, W/K per rack: some 30 m² at 8 W/m²K.
const SURFACE_W_K_PER_RACK: f64 = 250.0;
/// Servers as heat exchangers between their metal and the air they blow: effectiveness.
const SERVER_EFFECTIVENESS: f64 = 0.5;

/// Fans that carry the heat of power distribution out of a hall without room cooling, at sea level, W per W.
const VENTILATION_W_W: f64 = 0.041;

/// The same at a site.
pub(crate) fn ventilation_w_w(air: SiteAir) -> f64 {
    VENTILATION_W_W * air.pressure_for_mass().powi(2)
}

/// Thermal mass that warms with a hall's air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RoomMasses {
    pub(crate) air_j_k: f64,
    pub(crate) structure_j_k: f64,
    pub(crate) surface_w_k: f64,
    /// Outdoor air that passes.
    pub(crate) leak: Sink,
}

/// A hall after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Followed<const N: usize> {
    /// Temperatures at its end; the first is that of the hot air.
    pub(crate) end_c: [f64; N],
    /// Mean heat drawn, without the leak, W.
    pub(crate) drawn_w: f64,
    /// Mean heat that left with the leak, W.
    pub(crate) leaked_w: f64,
}

impl RoomMasses {
    /// The same while outdoor air passes.
    pub(crate) fn leaking(self, leak: Sink) -> Self {
        Self { leak, ..self }
    }

    /// Of a hall of this size.
    pub(crate) fn of(design: &Design<'_>) -> Self {
        let racks = design.racks as f64;
        Self {
            air_j_k: racks * AIR_M3_PER_RACK * design.air.heat_j_m3k(),
            structure_j_k: racks * (STRUCTURE_J_K_PER_RACK + design.rack_mass_j_k),
            surface_w_k: racks
                * (SURFACE_W_K_PER_RACK
                    + SERVER_EFFECTIVENESS * design.rack_air_m3_s * design.air.heat_j_m3k()),
            leak: Sink::default(),
        }
    }

    /// Heat kept between two states, W.
    pub(crate) fn stored_w(&self, start_c: [f64; 2], end_c: [f64; 2], dt_s: f64) -> f64 {
        (self.air_j_k * (end_c[0] - start_c[0]) + self.structure_j_k * (end_c[1] - start_c[1]))
            / dt_s
    }
}

/// Advances air and structure. `binding` gives the line that holds at a temperature of the air.
pub(crate) fn follow(
    masses: RoomMasses,
    start_c: [f64; 2],
    heat_w: f64,
    binding: impl Fn(f64) -> Sink,
    dt_s: f64,
) -> Followed<2> {
    let RoomMasses {
        air_j_k,
        structure_j_k,
        surface_w_k: h,
        leak,
    } = masses;
    let (l, leak_w) = (leak.conductance_w_k, leak.conductance_w_k * leak.temp_c);
    let advance = |sink: Sink, temps_c: [f64; 2], try_s: f64| {
        let g = sink.conductance_w_k;
        let rates = Matrix2::new(
            -(g + h + l) / air_j_k,
            h / air_j_k,
            h / structure_j_k,
            -h / structure_j_k,
        );
        let drive = Vector2::new((heat_w + g * sink.temp_c + leak_w) / air_j_k, 0.0);
        let step = TwoMasses::new(&rates, try_s).advance(Vector2::from(temps_c), drive);
        (step.end_c.into(), step.mean_c[0])
    };
    let settled = |sink: Sink, temps_c: [f64; 2]| {
        let g = sink.conductance_w_k;
        let by_w_k = g + h + l;
        let settled_c = (heat_w + g * sink.temp_c + leak_w + h * temps_c[1]) / by_w_k;
        (settled_c, by_w_k, false)
    };
    masses.follow_with(start_c, binding, advance, settled, dt_s)
}

impl RoomMasses {
    /// Where another line binds at the end of a step than at its start, the step is cut until one binds throughout (or
    /// it is a hair long). Of the temperatures the first is that of the hot air, the second that of the structure;
    /// `advance` follows one line and returns the end and the mean of the first; `settled` gives where the hot air alone
    /// is drawn while the others are as they are, and with how many W/K, and whether a fast mass beside it is far from
    /// rest: then the step begins small, because the way may turn more than once.
    pub(crate) fn follow_with<const N: usize>(
        &self,
        start_c: [f64; N],
        binding: impl Fn(f64) -> Sink,
        advance: impl Fn(Sink, [f64; N], f64) -> ([f64; N], f64),
        settled: impl Fn(Sink, [f64; N]) -> (f64, f64, bool),
        dt_s: f64,
    ) -> Followed<N> {
        const SHORTEST_S: f64 = 0.05;
        let (mut temps_c, mut left_s) = (start_c, dt_s);
        let (mut drawn_j, mut leaked_j) = (0.0, 0.0);
        let mut try_s = dt_s;
        while left_s > 0.0 {
            try_s = try_s.min(left_s);
            let sink = binding(temps_c[0]);
            // Air settles over the slower masses first: it may cross and come back inside a long step.
            let (settled_c, by_w_k, restless) = settled(sink, temps_c);
            if restless {
                let gone_s = dt_s - left_s;
                try_s = try_s.min((0.25 * self.air_j_k / by_w_k).max(0.5 * gone_s));
            }
            let (end_c, mean_c) = advance(sink, temps_c, try_s);
            // A value that is not a number is no reason to cut: the audit will find it.
            let differs = |at_c: f64| at_c.is_finite() && binding(at_c) != sink;
            let same = !differs(end_c[0]);
            let returns = differs(settled_c);
            if (!same && try_s > SHORTEST_S) || (returns && try_s > 0.25 * self.air_j_k / by_w_k) {
                try_s *= 0.25;
                continue;
            }
            drawn_j += sink.draw_w(mean_c) * try_s;
            leaked_j += self.leak.draw_w(mean_c) * try_s;
            temps_c = end_c;
            left_s -= try_s;
            try_s *= 4.0;
        }
        Followed {
            end_c: temps_c,
            drawn_w: drawn_j / dt_s,
            leaked_w: leaked_j / dt_s,
        }
    }
}
