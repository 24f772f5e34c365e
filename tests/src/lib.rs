//! Builders for the end-to-end tests: a complete local stack, the built CLI, a browser.
//!
//! Nothing here is a mock. [`Stack`] is PostgreSQL, PostgREST and the gateway as users run them;
//! [`Push`] is the release binary; [`Browser`] is Chromium. They need the setup of
//! `cargo xtask test`: the release binaries, `web/dist`, and Chromium with its driver.

mod action;
pub mod alerts;
pub mod axe;
mod browser;
pub mod faults;
mod free_port;
mod github_api;
mod places;
mod postgres;
mod proxy;
mod push;
mod report;
mod rest;
pub mod sinks;
pub mod site;
mod stack;
mod static_host;
mod tls;

pub use action::{Action, ActionRun, typed};
pub use browser::{Browser, Theme, Transfer};
pub use free_port::free_port;
pub use github_api::{GithubApi, Played};
pub use places::{bench_local, bench_push, dashboard, project, screenshots, target};
pub use postgres::Postgres;
pub use proxy::CutOffProxy;
pub use push::{Outcome, Push};
pub use report::{json_lines, report, report_file};
pub use rest::{Answer, Rest};
pub use stack::{Keys, Stack};
pub use static_host::StaticHost;
