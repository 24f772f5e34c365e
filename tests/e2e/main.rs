//! End-to-end tests: the built CLI, through a real PostgREST, into a real PostgreSQL, onto the
//! dashboard in a real browser.
//!
//! One file per topic. Each test's name is a promise to users; each has its own stack, so tests
//! don't affect each other. `cargo xtask test --only e2e` sets everything up.

mod accessibility;
mod action;
mod alerts;
mod backup;
mod bad_input;
mod baseline_scopes;
mod check;
mod compare;
mod compare_page;
mod contract;
mod dashboard;
mod deadlocks;
mod docs;
mod faults;
mod first_run;
mod gate;
mod github;
mod hostile_addresses;
mod hostile_connection;
mod hostile_names;
mod keyboard;
mod main_line;
mod metric_meanings;
mod month;
mod moving;
mod new_names;
mod older_clients;
mod once;
mod one_reading;
mod page_states;
mod pager;
mod pages;
mod pgtap;
mod pictures;
mod plpgsql_check;
mod readable;
mod realtime;
mod recount;
mod regressions;
mod retractions;
mod rights;
mod runs;
mod schema;
mod secrets;
mod settings;
mod spool_and_flush;
mod spool_isolation;
mod trend_positions;
mod trends;
mod workflow_download;
mod workflow_install;
mod workflow_scripts;
