//! The native programs, in the profile that their use needs.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::project;

/// The folder of the built programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// In the release profile; quick if nothing changed.
    pub(crate) fn release() -> Result<Self, Failure> {
        build("release", &["bench-local", "bench-push"])
    }

    /// In the demo's profile, which compiles faster, with the tool that builds the demo's page.
    pub(crate) fn demo() -> Result<Self, Failure> {
        build("quick", &["bench-local", "bench-push", "xtask-glue"])
    }

    /// Unoptimized, as the unit tests build it: enough to print what the program says of itself.
    pub(crate) fn debug() -> Result<Self, Failure> {
        build("dev", &["bench-push"])
    }

    /// The command-line tool.
    pub(crate) fn bench_push(&self) -> PathBuf {
        self.folder.join("bench-push")
    }

    /// The local Supabase.
    pub(crate) fn bench_local(&self) -> PathBuf {
        self.folder.join("bench-local")
    }

    /// The tool that writes the JavaScript for a WebAssembly program; only in the demo's build.
    pub(crate) fn glue(&self) -> PathBuf {
        self.folder.join("xtask-glue")
    }
}

fn build(profile: &str, packages: &[&str]) -> Result<Binaries, Failure> {
    let mut build = cargo();
    build.args(["build", "--profile", profile]);
    build.args(packages.iter().flat_map(|package| ["-p", package]));
    run(&mut build, "the programs do not build")?;
    // The one profile whose folder has another name.
    let folder = project::target().join(if profile == "dev" { "debug" } else { profile });
    Ok(Binaries { folder })
}
