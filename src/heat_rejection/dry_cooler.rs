//! `[heat_rejection.dry_cooler]`: its table, and the plant that follows from the heat and the site's weather.
//!
//! The cooler: `cooler.rs`; what it is sized by: `size.rs`; coolers in the loop: `plant.rs`.

pub mod coil;
pub mod cooler;
pub mod pads;
pub mod plant;
pub mod size;

use crate::describe::Fault;
use crate::heat_rejection::config::{Outdoor, PlantTable, Standing, plant_table};
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::recirculation::{self, Intake};
use crate::heat_rejection::rejection::{Machines, Rejection};
use crate::units;
use pads::{Adiabatic, Pads};
use size::{CoolerSize, DryCoolerDesign};

plant_table! {
    /// `[heat_rejection.dry_cooler]`: no chillers and no water use.
    DryCooler {
        /// Facility-water supply while the weather allows it, °C; warmer otherwise.
        setpoint_c = 32.0;
        rise_k = 8.0;
        /// Leaving water above dry bulb at full load and full fans, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.1, max = 50.0))]
        #[schemars(extend("doubt" = crate::describe::doubt(4.0, 10.0, "coil area against fan power, by makers and climates")))]
        approach_k: f64 = 6.0,
        /// How much warmer than outdoors the air that they take in is at full load, K: a part of their own discharge comes back.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 10.0), extend("doubt" = recirculation::coils()))]
        recirculation_k: f64 = recirculation::COILS_K,
        /// Wet pads before the coils on hot days.
        #[serde(skip_serializing_if = "Option::is_none")]
        adiabatic: Option<Adiabatic> = None,
        /// Sizes of the coolers, all together, as built; what is not stated is sized.
        #[serde(skip_serializing_if = "CoolerSize::is_free")]
        cooler: CoolerSize = CoolerSize::default(),
    }
}

impl PlantTable for DryCooler {
    fn machines(&self, _: f64) -> Machines {
        Machines {
            fans: true,
            water: self.adiabatic.is_some(),
            ..Machines::default()
        }
    }

    fn has_coils_outdoors(&self) -> bool {
        true
    }

    fn intake(&self) -> Intake {
        Intake::Coils(self.recirculation_k)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let mut plant = self.sized(design)?.build("approach_k")?;
        plant.pads = self
            .adiabatic
            .as_ref()
            .map(|pads| Pads::new(pads, self.setpoint_c - self.approach_k));
        Ok(Box::new(plant))
    }

    fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        let sized = self.sized(design)?;
        let plant = sized.build("approach_k")?;
        let units = match (&sized.unit, &self.cooler.entry) {
            (Some(unit), Some(name)) => {
                format!("{:.1} × {name}", plant.cooler.air_m3_s / unit.air_m3_s)
            }
            _ => "dry coolers".into(),
        };
        Ok(Some(format!("{units}: {}", plant.cooler.line())))
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let pads = if self.adiabatic.is_some() {
            "; adiabatic pads"
        } else {
            ""
        };
        format!(
            "dry coolers {} K above {:.1} °C dry bulb{pads}",
            self.approach_k, design.dry_bulb_c
        )
    }

    fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        vec![Standing::of_size(Outdoor::DryCooler, heat_w, 1e6)]
    }
}

impl DryCooler {
    /// What the coolers are sized by.
    fn sized(&self, design: &PlantDesign<'_>) -> Result<DryCoolerDesign, Fault> {
        Ok(DryCoolerDesign {
            unit: self.cooler.unit(design)?,
            approach_k: self.approach_k,
            range_k: self.rise_k,
            stated: self.cooler.clone(),
            ..DryCoolerDesign::of(design)
        })
    }
}
