//! The queue of a scenario alone: its jobs, its scheduler and the GPUs they run on, without power, heat and weather.

use super::context::Context;
use super::halls::Halls;
use super::site::Site;
use super::supply::Rates;
use super::{checks, period, with_catalogue, work};
use crate::describe::Fault;
use crate::scenario::Loaded;
use crate::scheduler::Dispatcher;

/// The queue of a scenario, and the GPUs of its halls; None where its work is no jobs. Every server runs at the speed at which programs
/// were measured.
///
/// # Errors
/// Where the scenario is not sound.
pub(crate) fn queue(loaded: &Loaded) -> Result<Option<(Dispatcher, u64)>, Fault> {
    with_catalogue(loaded, |context: Context<'_>| {
        checks::names(context)?;
        let (start, total_s) = checks::run(context)?;
        checks::ranges(context)?;
        let site = Site::read(context)?;
        let halls = Halls::size(context, site.weather.site_air())?;
        let period = period(start, total_s, &site.weather);
        let rates = Rates::read(context, period)?;
        let prepared = work::prepare(context, &halls, period, &rates)?;
        let dispatcher = prepared.work.into_dispatcher();
        Ok(dispatcher.map(|dispatcher| (dispatcher, halls.gpus())))
    })
}
