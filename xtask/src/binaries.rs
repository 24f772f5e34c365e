//! The two native programs, in the release profile.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::project;

/// Builds `bench-local` and `bench-push`; quick if nothing changed.
pub(crate) fn build() -> Result<(), Failure> {
    run(
        cargo().args([
            "build",
            "--release",
            "-p",
            "bench-local",
            "-p",
            "bench-push",
        ]),
        "the programs do not build",
    )
}

/// The command-line tool.
pub(crate) fn bench_push() -> PathBuf {
    project::target().join("release/bench-push")
}

/// The local Supabase.
pub(crate) fn bench_local() -> PathBuf {
    project::target().join("release/bench-local")
}
