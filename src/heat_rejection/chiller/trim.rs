//! `[heat_rejection.trim_chiller]`: its table, and the plant that follows from the heat and the site's weather.
//!
//! ```text
//! T_d       = design wet bulb + tower approach                    °C, tower water of the design day
//! G_d       = Q/(rise + plate approach)                           W/K, the plate at all of the heat
//! Q_c       = Q − G_d·(setpoint + rise − T_d), 0..Q               W, what the chillers carry that day; or share·Q
//! tower     H = Q + Q_c·input + shaft heat of the pumps,  flow = Q/rise + n·Q_unit·(1 + input)/6 K
//! ```
//!
//! Source: balances at the design point; ratios of pumps, fans and condensers are those of the reference plants of
//! `EnergyPlus`, as for `water_cooled_chiller` and `tower`. The plant itself, and where it is valid: `trim/plant.rs`.

pub mod plant;

use super::selection::Named;
use super::staging::down_load;
use super::{Chillers, Condenser};
use crate::describe::{Fault, doubt, power};
use crate::heat_rejection::config::{Outdoor, PlantTable, Standing, plant_table};
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::recirculation::{self, Intake};
use crate::heat_rejection::rejection::{Available, Machines, Rejection};
use crate::heat_rejection::tower::basin::Basin;
use crate::heat_rejection::tower::cell::Tower;
use crate::heat_rejection::tower::design::TowerDesign;
use crate::heat_rejection::tower::plant::{Plate, TowerPlant};
use crate::heat_rejection::tower::size::CellSize;
use crate::heat_rejection::water_loop::pump::Pump;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::units;
use plant::{Stages, TrimPlant};

plant_table! {
    /// `[heat_rejection.trim_chiller]`: cooling towers and a plate first, and chillers in series behind the plate for what is
    /// left.
    TrimChiller {
        /// Facility-water supply, °C.
        setpoint_c = 21.0;
        rise_k = 8.0;
        /// Chillers that carry what the plate leaves on the design day.
        #[schemars(range(min = 1, max = 1000))]
        chillers: std::num::NonZeroU32 = std::num::NonZeroU32::MIN.saturating_add(3),
        /// Further chillers of the same size that stand ready: 1 for N+1.
        #[schemars(range(min = 0, max = 1000))]
        spare: u32 = 0,
        /// Part of the design heat that the chillers carry together on the design day, spares aside; what the plate leaves of
        /// it otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_fraction"
        )]
        #[schemars(range(min = 0.0, max = 1.0))]
        share: Option<f64> = None,
        /// Capacity of one chiller at the reference point of its curves, kW; from `share` otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1.0, max = 1e6))]
        capacity_kw: Option<f64> = None,
        /// Performance curves; `coldaisle catalogue chillers` lists them. A machine at the minimum of ASHRAE 90.1 for the size
        /// of one otherwise: scroll, screw or centrifugal.
        #[serde(skip_serializing_if = "Option::is_none")]
        curves: Option<String> = None,
        /// Water leaving the chillers, °C, where they cool a side stream that is mixed in, as a chilled-water plant of a campus
        /// does; the supply itself otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_temperature_c"
        )]
        #[schemars(range(min = 0.5, max = 40.0))]
        chilled_c: Option<f64> = None,
        /// The chillers start where the plate alone would leave the supply so far above its setpoint, K.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 10.0), extend("doubt" = doubt(0.2, 1.5, "tight control to what the servers' limits leave room for")))]
        start_k: f64 = 0.5,
        /// They stop where the plate alone would hold the supply so far below its setpoint, K; until then each carries its
        /// least part load.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 10.0), extend("doubt" = doubt(0.0, 1.0, "by how often machines may start")))]
        stop_k: f64 = 0.5,
        /// A further chiller starts above this load of those that run.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.1, max = 1.0), extend("doubt" = doubt(0.8, 1.0, "by the operator's margin for a load that rises")))]
        stage_up_load: f64 = 0.95,
        /// One of them stops where the others would carry the load below this load of theirs; not above `stage_up_load`; 0.8
        /// otherwise, or `stage_up_load` where that is lower.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_fraction"
        )]
        #[schemars(range(min = 0.0, max = 1.0), extend("doubt" = doubt(0.5, 0.9, "by how often machines may start"), "otherwise" = STAGE_DOWN_LOAD))]
        stage_down_load: Option<f64> = None,
        /// Tower water above wet bulb at design, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 30.0))]
        tower_approach_k: f64 = 4.0,
        /// Facility water leaving the plate above tower water entering it, with all of the heat, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.2, max = 20.0), extend("doubt" = doubt(1.0, 3.0, "large plates to plates with room for fouling")))]
        plate_approach_k: f64 = 2.0,
        /// How much higher the wet bulb that the towers take in is than outdoors at full load, K: a part of their own discharge
        /// comes back.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 5.0), extend("doubt" = recirculation::towers()))]
        recirculation_k: f64 = recirculation::TOWERS_K,
        /// Minerals in the basin over those in the supply; sets the blowdown.
        #[serde(deserialize_with = "units::cycles")]
        #[schemars(range(min = 1.01, max = 50.0))]
        cycles_of_concentration: f64 = 4.0,
        /// Conductance of the plate at design flow with water on both sides, as built, kW/K; from `plate_approach_k` otherwise.
        /// Glycol lowers it.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1e-3, max = 1e7))]
        plate_ua_kw_k: Option<f64> = None,
        /// Tower-water pumps of the plate, equal ones; one per 200 kg/s otherwise. All run with the chillers; without them as
        /// many as draw the least together with the fans.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 1000))]
        plate_pumps: Option<std::num::NonZeroU32> = None,
        /// Condenser-water pumps of one chiller, which needs them all.
        #[schemars(range(min = 1, max = 20))]
        condenser_pumps: std::num::NonZeroU32 = std::num::NonZeroU32::MIN,
        /// Power of the tower-water pumps of the plate, kW; sized for 180 kPa otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1e-3, max = 1e6))]
        plate_pump_kw: Option<f64> = None,
        /// Power of the condenser-water pumps of one chiller, kW; sized for 180 kPa otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1e-3, max = 1e6))]
        condenser_pump_kw: Option<f64> = None,
        /// Sizes of all tower cells together, as built; what is not stated is sized.
        #[serde(skip_serializing_if = "CellSize::is_free")]
        tower: CellSize = CellSize::default(),
    }
}

/// One of the chillers stops where the others would be below this load, with a dead band.
const STAGE_DOWN_LOAD: f64 = 0.8;

/// What a table comes to at the design point.
struct Sized {
    chillers: Chillers,
    /// Capacity rates of the plate's tower water and of one condenser, W/K.
    plate_w_k: f64,
    condenser_w_k: f64,
    /// Pumps of the plate, and of one condenser.
    plate_pump: Pump,
    condenser_pump: Pump,
    /// Heat of the towers, W.
    tower_w: f64,
    /// Heat that the chillers carry, W.
    chilled_w: f64,
}

impl TrimChiller {
    /// Heat that the plate leaves to the chillers with tower water of `tower_c`, W.
    fn left_w(&self, heat_w: f64, tower_c: f64) -> f64 {
        let return_c = self.setpoint_c + self.rise_k;
        let g_w_k = heat_w / (self.rise_k + self.plate_approach_k);
        heat_w - (g_w_k * (return_c - tower_c)).clamp(0.0, heat_w)
    }

    /// On the design day: tower water, °C, heat that the plate leaves, W, and heat that the chillers are sized for, W.
    fn split(&self, design: &PlantDesign<'_>) -> (f64, f64, f64) {
        let wet_bulb_c = self.tower.wet_bulb_c.unwrap_or(design.wet_bulb_c);
        let tower_c = wet_bulb_c + self.tower_approach_k;
        let left_w = self.left_w(design.heat_w, tower_c);
        let chilled_w = self.share.map_or(left_w, |share| share * design.heat_w);
        (tower_c, left_w, chilled_w)
    }

    fn named(&self) -> Named<'_> {
        Named {
            condenser: Condenser::Water,
            chillers: Some(self.chillers),
            spare: self.spare,
            capacity_kw: self.capacity_kw,
            curves: self.curves.as_deref(),
        }
    }

    fn size(&self, design: &PlantDesign<'_>) -> Result<Sized, Fault> {
        if self.share.is_some() && self.capacity_kw.is_some() {
            let what = "share and capacity_kw both say how large the chillers are";
            return Err(Fault::new(what, "leave one of them out").at("share"));
        }
        let (heat_w, count) = (design.heat_w, self.chillers.get());
        let (tower_c, left_w, chilled_w) = self.split(design);
        let (_, curves) = self.named().machine(&chilled(design, chilled_w))?;
        let leaving_c = self
            .chilled_c
            .map_or(self.setpoint_c, |chilled_c| chilled_c.min(self.setpoint_c));
        let chillers = Chillers::sized(
            curves,
            chilled_w,
            (count, self.spare),
            self.capacity_kw.map(|kw| kw * 1e3),
            leaving_c,
            tower_c,
        );
        let unit_w = chillers.unit_capacity_w(leaving_c, tower_c);
        let input = chillers.full_load_input(leaving_c, tower_c);
        let chilled_w = left_w.min(f64::from(count) * unit_w);
        let condenser_w_k = unit_w * (1.0 + input) / TowerDesign::TYPICAL_RANGE_K;
        let mut plate_w_k = heat_w / self.rise_k;
        if let Some(kg_s) = self.tower.flow_kg_s {
            // Stated for the towers as a whole: the plate has what the condensers leave.
            let condensers_kg_s = f64::from(count) * condenser_w_k / WATER_CP_J_KGK;
            plate_w_k = (kg_s - condensers_kg_s) * WATER_CP_J_KGK;
            if plate_w_k < 0.1 * heat_w / self.rise_k {
                let what = format!(
                    "of {kg_s} kg/s of tower water the condensers take {condensers_kg_s:.1}: too little is left for the plate"
                );
                let cure = "raise flow_kg_s, or leave it out: it is then sized";
                return Err(Fault::new(what, cure).at("flow_kg_s").within("tower"));
            }
        }
        let plate_pump = pump(plate_w_k, self.plate_pump_kw);
        let condenser_pump = pump(condenser_w_k, self.condenser_pump_kw);
        let shaft_w = |pump: &Pump| pump.run(pump.design_kg_s).heat_to_water_w;
        let shafts_w = shaft_w(&plate_pump) + f64::from(count) * shaft_w(&condenser_pump);
        Ok(Sized {
            plate_w_k,
            condenser_w_k,
            plate_pump,
            condenser_pump,
            tower_w: heat_w + chilled_w * input + shafts_w,
            chilled_w,
            chillers,
        })
    }
}

/// The part of the design that the chillers see.
fn chilled<'a>(design: &PlantDesign<'a>, heat_w: f64) -> PlantDesign<'a> {
    PlantDesign { heat_w, ..*design }
}

/// A tower-side pump at this capacity rate, of the stated power or of 180 kPa.
fn pump(w_k: f64, stated_kw: Option<f64>) -> Pump {
    let stated_w = stated_kw.map(|kw| kw * 1e3);
    Pump::of_tower(Pump::TYPICAL_HEAD_PA, w_k / WATER_CP_J_KGK, stated_w)
}

impl PlantTable for TrimChiller {
    fn machines(&self, _: f64) -> Machines {
        let chillers = self.chillers.get().saturating_add(self.spare);
        Machines {
            chillers,
            pumps: self.pumps().0.saturating_add(self.pumps().1),
            fans: true,
            water: true,
        }
    }

    fn chillers(&self, design: &PlantDesign<'_>) -> Option<(Condenser, f64)> {
        let (_, _, chilled_w) = self.split(design);
        Some(self.named().installed(chilled_w))
    }

    fn intake(&self) -> Intake {
        Intake::Towers(self.recirculation_k)
    }

    fn cells(&self) -> Option<&CellSize> {
        Some(&self.tower)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let plant = self.build(design)?;
        let all_kg_s = plant.towers.tower.design().water_kg_s;
        Ok(Basin::around(
            Box::new(plant),
            &self.tower,
            design.heat_w,
            all_kg_s,
        ))
    }

    fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        let plant = self.build(design)?;
        let condensers_w = f64::from(plant.chillers.units) * plant.condenser_pump.design_w;
        let plate = plant.towers.plate.iter();
        let plate_w: f64 = plate.map(|plate| plate.pump.design_w).sum();
        Ok(Some(format!(
            "{}; tower-water pumps {}, condenser-water pumps {}",
            plant.towers.tower.line(None),
            power(plate_w),
            power(condensers_w)
        )))
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let Ok(sized) = self.size(design) else {
            return String::new(); // sizing itself says why
        };
        let units = self
            .named()
            .line(&chilled(design, sized.chilled_w), "water-cooled");
        let mut line = format!(
            "towers {} K above {:.1} °C wet bulb and a plate of {} K; behind it {units}, {:.0} % of the heat on the design day",
            self.tower_approach_k,
            self.tower.wet_bulb_c.unwrap_or(design.wet_bulb_c),
            self.plate_approach_k,
            100.0 * sized.chilled_w / design.heat_w
        );
        if let Some(chilled_c) = self.chilled_c {
            line = format!("{line}, as a side stream of {chilled_c} °C");
        }
        line
    }

    fn warning(&self, design: &PlantDesign<'_>) -> Option<String> {
        let (_, _, chilled_w) = self.split(design);
        let machines = chilled_w > 0.0 || self.capacity_kw.is_some();
        let warned = self.named().warning(&chilled(design, chilled_w));
        warned.filter(|_| machines)
    }

    fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        vec![
            Standing::counted(Outdoor::Chiller, self.machines(heat_w).chillers),
            self.tower.standing(heat_w),
        ]
    }
}

impl TrimChiller {
    /// Pumps of the plate and of all condensers as events count them: those of the plate as one where they are not stated.
    fn pumps(&self) -> (u32, u32) {
        let chillers = self.chillers.get().saturating_add(self.spare);
        let plate = self.plate_pumps.map_or(1, std::num::NonZeroU32::get);
        (plate, chillers.saturating_mul(self.condenser_pumps.get()))
    }

    /// The plant without a basin.
    ///
    /// # Errors
    /// As [`PlantTable::plant`].
    pub fn build(&self, design: &PlantDesign<'_>) -> Result<TrimPlant, Fault> {
        let sized = self.size(design)?;
        let down = down_load(self.stage_up_load, self.stage_down_load, STAGE_DOWN_LOAD)?;
        let (cell, correlation) = self.tower.resolve(design)?;
        let count = f64::from(self.chillers.get());
        let tower_w_k = sized.plate_w_k + count * sized.condenser_w_k;
        let typical = TowerDesign::for_heat(sized.tower_w, design.wet_bulb_c)
            .at(Some(design.dry_bulb_c), design.pressure_pa);
        let cell_design = cell.over(&TowerDesign {
            water_kg_s: tower_w_k / WATER_CP_J_KGK,
            approach_k: self.tower_approach_k,
            range_k: sized.tower_w / tower_w_k,
            cycles_of_concentration: self.cycles_of_concentration,
            ..typical
        });
        let mut tower = Tower::new(correlation, cell_design);
        self.tower.apply_model(&mut tower)?;
        let mut plate = Plate::sized(
            design.heat_w,
            self.plate_approach_k,
            design.heat_w / self.rise_k,
            sized.plate_w_k,
            sized.plate_pump,
        )
        .with_pumps(
            self.tower
                .pumps(self.plate_pumps, sized.plate_w_k / WATER_CP_J_KGK),
        );
        if let Some(kw_k) = self.plate_ua_kw_k {
            plate.ua_w_k = 1e3 * kw_k * design.medium.plate;
        }
        if !plate.ua_w_k.is_finite() {
            let what = format!(
                "no plate comes within {} K with so little tower water",
                self.plate_approach_k
            );
            let cure = "use a larger plate_approach_k (1 to 3 is usual), or more tower.flow_kg_s";
            return Err(Fault::new(what, cure).at("plate_approach_k"));
        }
        Ok(TrimPlant {
            towers: TowerPlant {
                tower,
                plate: Some(plate),
            },
            condenser_pump: sized.condenser_pump,
            condenser_w_k: sized.condenser_w_k,
            pumps: self.pumps(),
            chilled_c: self.chilled_c,
            stages: Stages::new((self.start_k, self.stop_k), (self.stage_up_load, down)),
            chillers: sized.chillers,
            available: Available::default(),
        })
    }
}
