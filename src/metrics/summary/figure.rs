//! One figure of the summary: known or absent.

/// A number that can be shown, or nothing.
pub(crate) fn known(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

pub(crate) type Flat = Vec<(&'static str, &'static str, f64)>;

pub(crate) trait Figure {
    fn is_absent(&self) -> bool;
    fn flatten(&self, group: &'static str, key: &'static str, out: &mut Flat);
}

impl Figure for Option<f64> {
    fn is_absent(&self) -> bool {
        !self.is_some_and(f64::is_finite)
    }
    fn flatten(&self, group: &'static str, key: &'static str, out: &mut Flat) {
        out.extend(self.filter(|v| v.is_finite()).map(|v| (group, key, v)));
    }
}

impl Figure for Option<u64> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
    fn flatten(&self, group: &'static str, key: &'static str, out: &mut Flat) {
        out.extend(self.map(|v| (group, key, v as f64)));
    }
}
