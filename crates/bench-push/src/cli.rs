//! The parsed command line: one file for the arguments of one verb or several. The verbs interpret
//! them.

pub(crate) mod alert;
pub(crate) mod baseline;
pub(crate) mod change_point;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod doctor;
mod empty_values;
pub(crate) mod filter;
pub(crate) mod flush;
pub(crate) mod gate;
pub(crate) mod github;
pub(crate) mod history;
pub(crate) mod metric;
pub(crate) mod network;
pub(crate) mod output;
pub(crate) mod parse;
pub(crate) mod picture;
pub(crate) mod push;
pub(crate) mod retract;
pub(crate) mod rule;
pub(crate) mod schema;
pub(crate) mod side;
pub(crate) mod spool;
pub(crate) mod typed;
mod values;
pub(crate) mod verb;
mod verb_first;
