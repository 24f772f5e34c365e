//! The measured runs of `benchmarks/runs`, embedded, and the history that a demo makes of them.
//!
//! `cargo xtask demo` pushes this history through the CLI, `bench-local demo` stores it by itself;
//! both take it from here, so both show the same runs and baselines.

mod anchor;
mod history;
mod measured;

pub use anchor::Anchor;
pub use history::{BASELINE_REASON, configuration, of_baselines, over_90_days};
pub use measured::{Session, fingerprint, sessions};

/// Where the runs of a demo are said to have run.
pub const ENVIRONMENT: &str = "local";

/// The file beside a demo's data that holds its [`Anchor`]. Data without it belongs to somebody.
pub const ANCHOR_FILE: &str = "demo-anchor.txt";
