//! `plpgsql_check`, which finds errors in PL/pgSQL functions that no test runs into. Without it, its
//! test is skipped.

use std::fs;
use std::path::{Path, PathBuf};

use super::debian;
use crate::failure::Failure;
use crate::process::say;

const DEBIAN: &str = "/usr/lib/postgresql";

/// Installs it for Debian's PostgreSQL, where that is possible without a prompt.
pub(super) fn ensure() {
    let Some(major) = newest_major(Path::new(DEBIAN)) else {
        return left_out("there is no PostgreSQL of Debian's here");
    };
    if control_file(major).is_file() {
        say!("setup: plpgsql_check is there");
        return;
    }
    if let Err(failure) = install(major) {
        left_out(&failure.to_string());
    }
}

fn install(major: u32) -> Result<(), Failure> {
    debian::install(
        &[&format!("postgresql-{major}-plpgsql-check")],
        &format!("plpgsql_check for PostgreSQL {major}"),
        "build it from github.com/okbob/plpgsql_check",
    )
}

fn left_out(why: &str) {
    say!("setup: plpgsql_check is left out, and its test is skipped: {why}");
}

fn control_file(major: u32) -> PathBuf {
    format!("/usr/share/postgresql/{major}/extension/plpgsql_check.control").into()
}

/// The version that `bench-local` takes first.
fn newest_major(folder: &Path) -> Option<u32> {
    let versions = fs::read_dir(folder).ok()?.flatten();
    let servers = versions.filter(|version| version.path().join("bin/postgres").is_file());
    servers
        .filter_map(|version| version.file_name().to_str()?.parse().ok())
        .max()
}
