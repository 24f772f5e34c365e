//! Reports, runs, metrics, statistics and the REST contract of Benchmark Monitor: pure, native and
//! in the browser.
//!
//! Nothing here uses files, clocks, the network or random numbers: text, time and context are
//! arguments, and the same input gives the same result natively and in the browser.
//!
//! The path of a report, one module per step:
//!
//! | from → to | module |
//! | --- | --- |
//! | bytes → JSON, or the place where it is none | [`json`] |
//! | JSON → [`report::Report`] | [`report`] |
//! | report + [`context`] → [`run::Run`], or every [`problem::Problem`] | [`run`] |
//! | run → [`idempotency::IdempotencyKey`] | [`idempotency`], over [`canonical`] JSON |
//! | run → request, answer → rows or a [`rest::errors::Refusal`] | [`rest`] |
//! | the values of a metric → what moved | [`stats`] |
//! | a change and the runs around it → what else changed there | [`attribution`] |
//! | a run, its baseline and the runs before → the verdict on each metric | [`check`] |
//! | the log, rules and a time → incidents, one per cause | [`alert`] |
//! | what was sent against what is stored | [`verify`] |
//! | a number → how a sentence shows it | [`words`] |

pub mod alert;
pub mod api_key;
pub mod attribution;
pub mod canonical;
pub mod check;
pub mod context;
pub mod idempotency;
pub mod json;
pub mod metric;
pub mod path;
pub mod problem;
pub mod project_address;
pub mod report;
pub mod rest;
pub mod run;
pub mod run_id;
pub mod source;
pub mod stats;
pub mod text;
pub mod time;
pub mod verify;
pub mod words;
