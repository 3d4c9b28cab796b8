//! Power of the servers by who holds their accelerators.

/// Power of the servers of some services.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ServicePower {
    /// Their accelerators alone, busy and idle, behind the power supplies, W.
    pub chips_w: f64,
    /// The whole servers, at their inlets, W.
    pub it_w: f64,
}

impl ServicePower {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            chips_w: self.chips_w + other.chips_w,
            it_w: self.it_w + other.it_w,
        }
    }

    /// So many times it.
    #[must_use]
    pub fn times(self, times: f64) -> Self {
        Self {
            chips_w: self.chips_w * times,
            it_w: self.it_w * times,
        }
    }
}

/// Power at the inlets of the servers by who holds their accelerators; what jobs and services leave of `Power::servers_w` nobody holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HeldPower {
    /// Of the accelerators that jobs hold, with their share of their servers, W.
    pub jobs_w: f64,
    /// Of the servers of all services, W.
    pub services_w: f64,
    /// Of those of services that count tokens.
    pub tokens: ServicePower,
    /// Of those of services that make images.
    pub images: ServicePower,
}
