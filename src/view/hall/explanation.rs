//! Explanation of heat and its cost in a few sentences from the figures of an instant: what is broken and how much time is left,
//! what is hot, why, and what it costs.

mod alarms;
mod broken;
mod cost;
mod hot;
mod left;
mod why;

pub(in crate::view) use alarms::{alarms, remarks};
pub(in crate::view) use hot::{hottest, rack_name};

use crate::view::hall::frame::{Frame, Site};
use crate::view::hall::overview::Overview;

/// The sentences of an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::view) struct Explanation {
    /// What is out and since when, and what the site runs on.
    pub(in crate::view) broken: Option<String>,
    /// Time left to the limit, to throttling and to shutdown, while an event holds.
    pub(in crate::view) left: Option<String>,
    pub(in crate::view) hot: String,
    pub(in crate::view) why: String,
    pub(in crate::view) cost: String,
    /// Something is out of its range.
    pub(in crate::view) alarm: bool,
}

impl Explanation {
    /// What is broken, and the time that is left, as one line.
    pub(in crate::view) fn trouble(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.broken, &self.left]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!parts.is_empty()).then(|| capital(&parts.join(" – ")))
    }
}

/// The sentences of a frame; `overview` is what is known of the whole run.
pub(in crate::view) fn explain(site: &Site, frame: &Frame, overview: &Overview) -> Explanation {
    let broken = broken::broken(site, frame);
    let left = left::left(site, frame, overview);
    let Some((hall, rack)) = hottest(frame) else {
        return Explanation {
            alarm: broken.is_some(),
            broken,
            left,
            hot: "Nothing runs yet.".into(),
            why: String::new(),
            cost: String::new(),
        };
    };
    Explanation {
        hot: hot::hot(site, frame, (hall, rack)),
        why: why::why(site, frame, (hall, rack)),
        cost: cost::cost(site, frame, overview),
        alarm: broken.is_some() || hot::is_hot(frame),
        broken,
        left,
    }
}

/// The same with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
