//! Checks of a scenario that need nothing but the scenario: names, the run, the range of every figure.

use jiff::civil::Date;

use super::context::Context;
use crate::describe::Fault;
use crate::heat_rejection::HeatRejection;
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::{LONGEST_DAYS, NAME_RULE, is_name, ranges};
use crate::units::DAY_S;

/// More steps than this are a typing error.
const MOST_STEPS: f64 = 1e9;

/// Names that can stand in results.
pub(super) fn names(context: Context<'_>) -> Result<(), Fault> {
    let scenario = context.scenario;
    if !is_name(&scenario.name) {
        return Err(context.error(
            "name",
            format!("'{}' cannot name a result folder", scenario.name),
            NAME_RULE,
        ));
    }
    if scenario.hall.is_empty() {
        return Err(context.error("hall", "there is no hall", "add a [[hall]]"));
    }
    for (index, hall) in scenario.hall.iter().enumerate() {
        let key = format!("hall[{index}].name");
        if !is_name(&hall.name) {
            return Err(context.error(
                &key,
                format!("'{}' cannot name a hall", hall.name),
                NAME_RULE,
            ));
        }
        if scenario.hall[..index]
            .iter()
            .any(|other| other.name == hall.name)
        {
            let what = format!("two halls are named '{}'", hall.name);
            return Err(context.error(&key, what, "give each hall its own name"));
        }
    }
    Ok(())
}

/// First day and length of the run, s.
pub(super) fn run(context: Context<'_>) -> Result<(Date, f64), Fault> {
    let run = &context.scenario.run;
    // A time of the day would be dropped without a word.
    let timed = run.start.get(..10).filter(|_| run.start.len() > 10);
    if let Some(day) = timed.filter(|day| day.parse::<Date>().is_ok()) {
        let what = format!(
            "'{}' has more than a day: runs start at midnight",
            run.start
        );
        let cure = format!(
            "write start = \"{day}\" and begin what comes later with events or the workload"
        );
        return Err(context.error("run.start", what, cure));
    }
    let start: Date = run.start.parse().map_err(|_| {
        let what = format!("'{}' is not a valid date", run.start);
        context.error(
            "run.start",
            what,
            "write it as YYYY-MM-DD, for example 2026-01-01",
        )
    })?;
    if !(1900..=2200).contains(&start.year()) {
        let what = format!("{} lies outside 1900 to 2200", run.start);
        return Err(context.error("run.start", what, "use a year in that range"));
    }
    let whole = |ratio: f64| (ratio - ratio.round()).abs() < 1e-9 && ratio >= 1.0 - 1e-9;
    if run.days > LONGEST_DAYS {
        let what = format!("{} days are too many", run.days);
        return Err(context.error("run.days", what, format!("use at most {LONGEST_DAYS}")));
    }
    if !(1.0..=3600.0).contains(&run.step_s) {
        let what = format!("a step of {} s is out of range", run.step_s);
        return Err(context.error("run.step_s", what, "use 1 to 3600 s; 60 is usual"));
    }
    if !whole(run.record_s / run.step_s) || !whole(DAY_S / run.record_s) {
        let what = format!("record_s = {} does not fit", run.record_s);
        let cure = match (1..=86_400)
            .map(|n| f64::from(n) * run.step_s)
            .find(|&record_s| whole(DAY_S / record_s) && record_s >= 900.0 || record_s == DAY_S)
        {
            Some(fits) => format!(
                "use a multiple of step_s = {} that divides a day, for example {fits}",
                run.step_s
            ),
            None => format!(
                "no multiple of step_s = {} divides a day; use step_s = 60 and record_s = 900",
                run.step_s
            ),
        };
        return Err(context.error("run.record_s", what, cure));
    }
    let total_s = run.days * DAY_S;
    if total_s / run.step_s > MOST_STEPS || total_s < run.step_s {
        let what = format!(
            "{} days in steps of {} s give fewer than one or more than 1e9 steps",
            run.days, run.step_s
        );
        return Err(context.error("run.days", what, "use at least one step and fewer than 1e9"));
    }
    Ok((start, total_s))
}

/// Every figure within the range of its key, and facility water that does not freeze. Returns warnings of keys that go by
/// a former name.
pub(super) fn ranges(context: Context<'_>) -> Result<Vec<String>, Fault> {
    let scenario = context.scenario;
    if let Some(rejection) = &scenario.heat_rejection {
        water(context, "heat_rejection", rejection)?;
    }
    for (index, hall) in scenario.hall.iter().enumerate() {
        if let Some(rejection) = &hall.heat_rejection {
            water(context, &format!("hall[{index}].heat_rejection"), rejection)?;
        }
        if let Some(rejection) = &hall.room_rejection {
            water(context, &format!("hall[{index}].room_rejection"), rejection)?;
        }
    }
    let former = ranges::check(context.text())?.into_iter();
    let warn = |(key, name): (String, String)| {
        format!("{key} is now called {name}; the former name is accepted in this version only")
    };
    Ok(former.map(warn).collect())
}

fn water(context: Context<'_>, key: &str, rejection: &HeatRejection) -> Result<(), Fault> {
    if rejection.setpoint_c() >= COLDEST_WATER_C {
        return Ok(());
    }
    let what = format!(
        "facility water of {} °C is too close to freezing",
        rejection.setpoint_c()
    );
    let cure = format!("use {COLDEST_WATER_C} or more; plants for colder brine are not modelled");
    let key = format!("{key}.{}.setpoint_c", rejection.name());
    Err(context.error(&key, what, cure))
}
