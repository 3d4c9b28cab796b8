//! Keys that every scheduler's table knows: the order of the queue, where jobs are put, what may not start now.

#[cfg(test)]
mod placing_tests;
#[cfg(test)]
mod tests;

pub mod defer;
pub mod order;
pub(super) mod placing;
pub mod power_cap;
pub mod preemption;

use defer::Defer;
use order::Order;
use placing::Placing;
use power_cap::PowerCap;
use preemption::Preemption;

/// Rules beside the order in which a scheduler works the queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyOptions {
    /// Who goes first; None: in order of submission.
    pub order: Option<Order>,
    /// Which of the free servers a job gets.
    pub placement: Placing,
    /// Whether important jobs stop others.
    pub preemption: Option<Preemption>,
    /// Power cap of the halls by estimate.
    pub power_cap: Option<PowerCap>,
    /// Deferral rule of deferrable jobs.
    pub defer: Option<Defer>,
    /// The scheduler looks at the multiples of this, s; None: whenever something happens.
    pub interval_s: Option<f64>,
}

/// A scheduler's table: its own keys, and those of all.
macro_rules! policy_config {
    ($(#[$doc:meta])* $name:ident { $($(#[$key_doc:meta])* $key:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$key_doc])* pub $key: $type,)*
            /// Which of the free servers a job gets. `conservative` chooses so among the servers that stay free for all of a
            /// job's time, and under "packed" and "coolest" once more when it starts.
            #[serde(skip_serializing_if = "crate::scheduler::rules::placing::is_first")]
            #[schemars(extend("default" = "first"))]
            pub placement: crate::scheduler::rules::placing::Placing,
            /// Who goes first, one table. Without it jobs go in order of submission.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub order: Option<crate::scheduler::rules::order::Order>,
            /// Important jobs stop less important ones.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub preemption: Option<crate::scheduler::rules::preemption::Preemption>,
            /// Jobs start only where the halls stay below a power.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub power_cap: Option<crate::scheduler::rules::power_cap::PowerCap>,
            /// Deferrable jobs wait for clean or cheap hours.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub defer: Option<crate::scheduler::rules::defer::Defer>,
            /// The scheduler looks at its queue only at multiples of this, from the start of the run on (Slurm's backfill: every 30 s).
            /// Jobs end and release their GPUs between them. Default: it looks whenever a job is submitted, ends or may start.
            #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::units::given_positive")]
            #[schemars(range(min = 1e-3, max = 86400.0))]
            pub interval_s: Option<f64>,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($key: $default,)*
                    placement: crate::scheduler::rules::placing::Placing::default(),
                    order: None,
                    preemption: None,
                    power_cap: None,
                    defer: None,
                    interval_s: None,
                }
            }
        }

        impl $name {
            /// The keys that all schedulers know.
            pub fn common(&self) -> crate::scheduler::rules::PolicyOptions {
                crate::scheduler::rules::PolicyOptions {
                    order: self.order.clone(),
                    placement: self.placement,
                    preemption: self.preemption,
                    power_cap: self.power_cap,
                    defer: self.defer,
                    interval_s: self.interval_s,
                }
            }
        }
    };
}
pub(super) use policy_config;
