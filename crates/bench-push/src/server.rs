//! The project's REST API: requests, replies, and what the replies mean.

pub(crate) mod answer;
pub(crate) mod call_error;
mod proxy;
pub(crate) mod reader;
pub(crate) mod retry;
pub(crate) mod send;
pub(crate) mod transport;
pub(crate) mod which_run;
