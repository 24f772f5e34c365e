//! pgTAP, for the tests written in SQL.
//!
//! It is a single file of plain SQL. Debian's package depends on Debian's server and would start
//! one, so only that file is extracted, and the tests load it into the PostgreSQL under test.

use std::fs;
use std::path::{Path, PathBuf};

use super::debian;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, output, run, say, which};
use crate::project;

const ELSEWHERE: &str =
    "put pgTAP's `pgtap.sql` into target/pgtap/ (it comes with the source from pgtap.org)";

pub(super) fn ensure() -> Result<(), Failure> {
    let kept = project::target().join("pgtap/pgtap.sql");
    if kept.is_file() {
        say!("setup: pgTAP is there");
        return Ok(());
    }
    let source = match find_below(Path::new("/usr/share/postgresql"))? {
        Some(installed) => installed,
        None => unpack_debian_package()?,
    };
    say!("setup: pgTAP is taken from {}", source.display());
    project::write(&kept, &project::read(&source)?)
}

fn unpack_debian_package() -> Result<PathBuf, Failure> {
    if which("apt-get").is_none() || which("dpkg-deb").is_none() {
        return Err(Failure::new("pgTAP is missing").hint(ELSEWHERE));
    }
    if debian::is_possible() {
        debian::update()?;
    }
    let folder = project::target().join("pgtap");
    fs::create_dir_all(&folder).explain(|| format!("`{}` cannot be made", folder.display()))?;
    let package = package_name()?;
    run(
        command("apt-get")
            .args(["download", "--quiet", &package])
            .current_dir(&folder),
        "pgTAP could not be fetched",
    )
    .map_err(|failure| failure.hint(ELSEWHERE))?;

    for file in entries(&folder)? {
        if file.extension().is_some_and(|extension| extension == "deb") {
            output(command("dpkg-deb").arg("--extract").arg(&file).arg(&folder))?;
        }
    }
    find_below(&folder.join("usr/share/postgresql"))?.ok_or_else(|| {
        Failure::new(format!("the package {package} holds no pgtap--*.sql")).hint(ELSEWHERE)
    })
}

/// The package name contains the distribution's PostgreSQL version: `postgresql-15-pgtap`.
fn package_name() -> Result<String, Failure> {
    let found =
        output(command("apt-cache").args(["search", "--names-only", "^postgresql-[0-9]+-pgtap$"]))?;
    let newest = found
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .max();
    newest
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("no Debian package of pgTAP is known here").hint(ELSEWHERE))
}

/// `<folder>/15/extension/pgtap--1.2.0.sql`, the newest.
fn find_below(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut found = Vec::new();
    for version in entries(folder)? {
        for file in entries(&version.join("extension"))? {
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let is_sql = file.extension().is_some_and(|extension| extension == "sql");
            // `pgtap--1.2.0.sql` is complete; `pgtap--1.1.0--1.2.0.sql` is only an upgrade.
            if is_sql && name.starts_with("pgtap--") && name.matches("--").count() == 1 {
                found.push(file);
            }
        }
    }
    found.sort();
    Ok(found.pop())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = fs::read_dir(folder).explain(|| format!("`{}` cannot be read", folder.display()))?;
    Ok(read.flatten().map(|entry| entry.path()).collect())
}
