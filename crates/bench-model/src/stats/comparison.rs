//! Two sides of a metric.
//!
//! | question | file |
//! | --- | --- |
//! | what is known of a run's metric? | `evidence` |
//! | how noisy is the metric? | `prior`, from its own history |
//! | do two sides differ, and by how much? | `compare` → `result`, by `paired`, `bootstrap`, `contingency`, `proportion`, `f1`, `moderated` over `heavy` and `repeats`, `events`; the rule of `detect_regression` stands in `plain_threshold` beside this folder |
//! | what could this much evidence have shown? | `power` |
//! | which of many metrics moved? | `multiplicity` |
//! | better or worse, and why? | `verdict`, in the words of `sentence` |
//! | and all metrics of a run against its baseline? | `assess`: the one way of the CLI and the dashboard |
//! | and all metrics of two sides of whole runs? | `sides` |
//! | and those that only some of the runs have? | `unshared` |

pub(crate) mod assess;
pub mod bootstrap;
pub(crate) mod compare;
pub mod contingency;
pub mod events;
pub(crate) mod evidence;
pub mod f1;
mod heavy;
mod moderated;
pub(crate) mod multiplicity;
pub mod paired;
mod power;
pub(crate) mod prior;
pub mod proportion;
mod repeats;
pub(crate) mod result;
mod sentence;
pub(crate) mod sides;
pub(crate) mod unshared;
pub(crate) mod verdict;

pub use assess::{Assessment, Subject, assess};
pub use compare::compare;
pub use evidence::{
    Columns, Confusion, ConfusionMetric, Counts, Evidence, Items, Outcomes, Reported,
};
pub use multiplicity::control;
pub(crate) use multiplicity::control_primary_first;
pub use prior::{EARLIER_RUNS, Prior};
pub use result::{
    Caveat, Comparison, Method, More, NoiseModel, NoiseSource, Options, Settle, Size,
};
pub use sides::{MetricSides, Metrics, compare_metrics, compare_runs};
pub use unshared::{Having, UnsharedMetric, unshared};
pub use verdict::{Verdict, VerdictKind, decide};
