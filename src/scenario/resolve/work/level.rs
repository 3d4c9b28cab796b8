//! One load for all servers, from a file.

use std::path::Path;

use super::Preparation;
use crate::describe::Fault;
use crate::facility::{Level, Work};
use crate::workload::profile::{Profile, Quantity};

/// Replayed power above the halls' own, from which on it is taken for a mistake.
const HIGHEST_REPLAY: f64 = 1.5;
/// The same at the meter: no site uses as much beside its IT.
const HIGHEST_AT_METER: f64 = 3.0;

impl Preparation<'_> {
    /// The load of a file, where it can be that of these halls.
    pub(super) fn level(
        &mut self,
        key: &str,
        file: &Path,
        profile: Profile,
    ) -> Result<Work, Fault> {
        let design_it_w = self.halls.it().all_w;
        Ok(Work::level(match profile.quantity() {
            Quantity::ItPower => {
                self.check_power(key, file, profile.max(), design_it_w)?;
                Level::ItPower(profile)
            }
            Quantity::SitePower => {
                let highest_w = profile.max();
                if highest_w > HIGHEST_AT_METER * design_it_w {
                    let what = format!(
                        "the load of {} rises to {:.3} MW at the meter, IT of the halls draws {:.3} MW with every chip at \
                         work",
                        file.display(),
                        highest_w / 1e6,
                        design_it_w / 1e6
                    );
                    let cure = "add racks, or check that the column holds kilowatts of these halls";
                    return Err(self.context.error(key, what, cure));
                }
                Level::SitePower(profile)
            }
            Quantity::Utilisation => Level::Utilisation(profile),
        }))
    }

    /// A measured load is replayed as measured; far above what the servers draw, it is another building's.
    fn check_power(
        &mut self,
        key: &str,
        file: &Path,
        highest_w: f64,
        design_it_w: f64,
    ) -> Result<(), Fault> {
        let what = format!(
            "the load of {} rises to {:.3} MW, the halls draw {:.3} MW with every chip at work",
            file.display(),
            highest_w / 1e6,
            design_it_w / 1e6
        );
        if highest_w > HIGHEST_REPLAY * design_it_w {
            let cure = "add racks, or check that the column holds kilowatts of these halls";
            return Err(self.context.error(key, what, cure));
        }
        if highest_w > design_it_w {
            self.notes
                .warn(format!("{what}: cooling is not sized for more"));
        }
        Ok(())
    }
}
