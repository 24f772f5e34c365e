//! Outcomes as one JSON object. Fields are only ever added.

pub(crate) mod alert;
pub(crate) mod backtest;
pub(crate) mod baseline;
mod change;
pub(crate) mod change_point;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod failure;
pub(crate) mod flush;
pub(crate) mod gate;
pub(crate) mod history;
pub(crate) mod metric;
pub(crate) mod push;
pub(crate) mod retract;
mod run;
pub(crate) mod schema;
