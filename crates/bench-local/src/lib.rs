//! The local Supabase: real PostgreSQL, real PostgREST and a small gateway, without Docker.
//!
//! `bench-local demo` shows it with data. `bench-local up` starts both servers as its children, creates the roles that Supabase provides,
//! applies our migrations and serves one port: `/rest/v1/*` like Supabase's gateway, the dashboard
//! at `/`, and `/health`.

mod carried;
mod cli;
mod data_folder;
mod db_user;
mod exec_child;
mod failure;
mod gateway;
mod hold;
mod jwt;
mod keys;
mod mark;
mod npm;
mod ports;
mod postgres;
mod postgrest;
mod private_file;
mod processes;
mod random;
mod service;
mod supervise;
mod verbs;

#[cfg(fuzzing)]
pub use gateway::fuzzing;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Verb};

/// The whole command: arguments of this process in, exit status out.
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().verb {
        Verb::Demo(args) => verbs::demo::run(args),
        Verb::Up(args) => verbs::up::run(args),
        Verb::Down(args) => verbs::down::run(&args),
        Verb::Status(args) => verbs::status::run(&args),
        Verb::Reset(args) => verbs::reset::run(&args),
        Verb::Keys(args) => verbs::keys::run(&args),
        Verb::Bundle(args) => verbs::bundle::run(&args),
        Verb::ExecChild(args) => exec_child::run(&args),
    };
    outcome.unwrap_or_else(|failure| {
        failure.print();
        failure.exit_code()
    })
}
