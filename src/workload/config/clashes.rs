//! Which tables of the work go together.

use super::Workload;
use crate::describe::Fault;
use crate::workload::trace::Trace;

impl Workload {
    /// One whole-hall table alone, or any number of job tables.
    pub fn check_tables(&self) -> Result<(), Fault> {
        let jobs = [
            ("pretraining", self.pretraining.is_some()),
            ("campaign", self.campaign.is_some()),
            ("fine_tuning", self.fine_tuning.is_some()),
            ("inference", self.inference.is_some()),
            ("diffusion", self.diffusion.is_some()),
            ("offload", self.offload.is_some()),
            ("batch", self.batch.is_some()),
            ("trace", self.trace.as_ref().is_some_and(|t| !t.is_whole())),
        ];
        let whole = [
            ("constant", self.constant.is_some()),
            ("mining", self.mining.is_some()),
            ("profile", self.profile.is_some()),
            ("trace", self.trace.as_ref().is_some_and(Trace::is_whole)),
        ];
        let mut whole = whole.iter().filter(|(_, given)| *given);
        let mut jobs = jobs.iter().filter(|(_, given)| *given);
        let clash = match (whole.next(), whole.next(), jobs.next()) {
            (Some((a, _)), Some((b, _)), _) | (Some((a, _)), None, Some((b, _))) => (a, b),
            (None, _, None) => {
                let cure = "give [workload.constant], [workload.profile], or any of [workload.pretraining], \
                            [workload.campaign], [workload.fine_tuning], [workload.inference], [workload.diffusion], \
                            [workload.batch], [workload.mining], [workload.trace.FORMAT]";
                return Err(Fault::new("the scenario has no workload", cure).at("workload"));
            }
            _ => return Ok(()),
        };
        let what = format!("cannot be combined with workload.{}", clash.1);
        let cure = "constant, mining, profile and a trace of load each describe the whole hall: keep one of the two tables";
        Err(Fault::new(what, cure).at(format!("workload.{}", clash.0)))
    }
}
