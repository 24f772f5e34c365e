//! One file per verb.

pub(crate) mod alert;
pub(crate) mod backtest;
pub(crate) mod baseline;
pub(crate) mod change_point;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod flush;
pub(crate) mod gate;
pub(crate) mod github;
pub(crate) mod history;
pub(crate) mod manual;
pub(crate) mod metric;
pub(crate) mod picture;
pub(crate) mod push;
pub(crate) mod remarks;
pub(crate) mod retract;
pub(crate) mod schema;
