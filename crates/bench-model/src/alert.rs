//! Alerts: one incident per cause, as a pure function of the log, the rules and the time.
//!
//! | from → to | file |
//! | --- | --- |
//! | the log → what was known at a time | `log` |
//! | what was known, rules, time → conditions, from the verdicts that `check` gives | `evaluate`, `condition`, `cause` |
//! | conditions of one cause → one group | `group` |
//! | groups, incidents so far → events to record | `decide` |
//! | events → incidents with their states | `incident`, `event` |
//! | an incident → its words, for every medium | `message` |
//! | runs arriving one after the other → what would have been said | `backtest` |
//!
//! No judgement is made here: a metric regressed if [`check`](crate::check::check()) says so, with the
//! same margin and the same runs, and its cause is that of [`attribution`](mod@crate::attribution).
//!
//! A cause is named by what changed (the provider, a parameter, the data set's size) and its new value.
//! Things that change with almost every run, above all the commit, are named without their value:
//! otherwise every night would have a cause of its own. Conditions of one cause that may have begun at
//! the same moment are one incident, over metrics, models and configurations.

mod backtest;
mod cause;
mod condition;
mod decide;
mod evaluate;
mod event;
mod group;
mod incident;
mod log;
mod message;
mod rules;

pub use backtest::{Night, backtest};
pub use cause::Cause;
pub use condition::{
    Class, Condition, Configuration, Effect, Kind, Member, RunRef, Severity, Span,
};
pub use decide::{decide, fingerprint};
pub use evaluate::{Spool, evaluate, spool_condition};
pub use event::{Event, EventKind, Evidence, Returning, SHOWN};
pub use incident::{Incident, State, incidents};
pub use log::{BaselinePeriod, ChangePointLog, ConfigurationLog, Known, Log};
pub use message::{Fact, Message, headline, message, own_reason};
pub use rules::{
    BaselineRules, ErrorRules, IncidentRules, QualityRules, Rules, SpoolRules, StaleRules,
};
