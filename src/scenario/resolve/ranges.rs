//! Every figure within the range of its key, and facility water that does not freeze.

use super::Resolver;
use crate::describe::Fault;
use crate::heat_rejection::HeatRejection;
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::ranges;

impl Resolver<'_> {
    pub(super) fn check_ranges(&mut self) -> Result<(), Fault> {
        for (key, name) in ranges::former_names(&self.loaded.text) {
            self.warnings.push(format!(
                "{key} is now called {name}; the former name is accepted in this version only"
            ));
        }
        let scenario = &self.loaded.scenario;
        if let Some(rejection) = &scenario.heat_rejection {
            self.check_water("heat_rejection", rejection)?;
        }
        for (index, hall) in scenario.hall.iter().enumerate() {
            if let Some(rejection) = &hall.heat_rejection {
                self.check_water(&format!("hall[{index}].heat_rejection"), rejection)?;
            }
            if let Some(rejection) = &hall.room_rejection {
                self.check_water(&format!("hall[{index}].room_rejection"), rejection)?;
            }
        }
        ranges::check(&self.loaded.text)
    }

    fn check_water(&self, key: &str, rejection: &HeatRejection) -> Result<(), Fault> {
        if rejection.setpoint_c() >= COLDEST_WATER_C {
            return Ok(());
        }
        let what = format!(
            "facility water of {} °C is too close to freezing",
            rejection.setpoint_c()
        );
        let cure =
            format!("use {COLDEST_WATER_C} or more; plants for colder brine are not modelled");
        let key = format!("{key}.{}.setpoint_c", rejection.name());
        Err(self.error(&key, what, cure))
    }
}
