//! The demo's build of the dashboard: the same programs, styles and charts, without trunk, compiler
//! optimization and wasm-opt. It compiles faster and its download is larger.

use std::fs;
use std::path::{Path, PathBuf};

use super::fingerprint::Stamp;
use crate::binaries::Binaries;
use crate::failure::{Explain as _, Failure};
use crate::process::{cargo, command, run, say};
use crate::project;

/// The dashboard that the demo serves.
pub(crate) struct Page {
    /// Its folder.
    pub(crate) folder: PathBuf,
    is_built: bool,
}

impl Page {
    /// The release build if it is up to date; otherwise the demo's own, which may have to be built.
    pub(crate) fn choose() -> Result<Self, Failure> {
        if super::is_built()? {
            let folder = super::folder();
            say!("the dashboard in web/dist is up to date");
            return Ok(Self {
                folder,
                is_built: true,
            });
        }
        let folder = project::target().join("demo-dashboard");
        let is_built = stamp(&folder)?.is_current();
        Ok(Self { folder, is_built })
    }

    /// Whether it is built and up to date.
    pub(crate) fn is_built(&self) -> bool {
        self.is_built
    }

    /// Serves another page until the dashboard is built.
    pub(crate) fn show(&self, html: &str) -> Result<(), Failure> {
        project::write(&self.folder.join("index.html"), html)
    }

    /// Builds it if it is not up to date.
    pub(crate) fn build(&self, binaries: &Binaries) -> Result<(), Failure> {
        if self.is_built {
            return Ok(());
        }
        let _alone = project::alone()?;
        let stamp = stamp(&self.folder)?;
        let staging = project::target().join("demo-dashboard.new");
        remove(&staging)?;
        fs::create_dir_all(&staging).explain(|| about(&staging))?;
        compile()?;
        glue(binaries, &staging)?;
        finish(&staging)?;
        publish(&staging, &self.folder)?;
        stamp.write()
    }
}

fn stamp(folder: &Path) -> Result<Stamp, Failure> {
    Stamp::of(folder, "demo-dashboard-built-from.txt")
}

fn compile() -> Result<(), Failure> {
    run(
        cargo().args([
            "build",
            "--profile",
            "wasm-quick",
            "--target",
            "wasm32-unknown-unknown",
            "-p",
            "bench-web",
            "--bins",
        ]),
        "the dashboard does not build",
    )
}

fn glue(binaries: &Binaries, staging: &Path) -> Result<(), Failure> {
    let programs = project::target().join("wasm32-unknown-unknown/wasm-quick");
    let named = |program: &str| programs.join(program).with_extension("wasm");
    run(
        command(binaries.glue())
            .arg(staging)
            .args(["first-page", "every-page", "judge"].map(named)),
        "the JavaScript of the dashboard's programs could not be written",
    )
}

fn finish(staging: &Path) -> Result<(), Failure> {
    run(
        command("node")
            .arg("build/quick.mjs")
            .current_dir(project::root().join("web"))
            .env("TRUNK_SOURCE_DIR", project::root().join("web"))
            .env("TRUNK_STAGING_DIR", staging)
            .env("TRUNK_PROFILE", "debug"),
        "the dashboard's page could not be assembled",
    )
}

/// Replaces the old files. The pages come last, because a browser requests the files they name.
fn publish(staging: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).explain(|| about(folder))?;
    let last = ["404.html", "index.html"];
    for old in names(folder)?
        .iter()
        .filter(|name| !last.contains(&name.as_str()))
    {
        remove(&folder.join(old))?;
    }
    let new = names(staging)?;
    let (pages, parts): (Vec<_>, Vec<_>) =
        new.iter().partition(|name| last.contains(&name.as_str()));
    for name in parts.into_iter().chain(pages) {
        fs::rename(staging.join(name), folder.join(name)).explain(|| about(folder))?;
    }
    remove(staging)
}

/// The sorted file names of a folder.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).explain(|| about(folder))?;
    let mut names: Vec<_> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

fn remove(path: &Path) -> Result<(), Failure> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        Ok(())
    };
    removed.explain(|| format!("`{}` cannot be removed", project::short(path)))
}

fn about(folder: &Path) -> String {
    format!("`{}` cannot be written", project::short(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_build_replaces_all_files_of_the_old_one() -> Result<(), Failure> {
        let scratch = std::env::temp_dir().join(format!("xtask-publish-{}", std::process::id()));
        let (staging, folder) = (scratch.join("new"), scratch.join("page"));
        for (file, text) in [
            (folder.join("index.html"), "please wait"),
            (folder.join("old-0123.js"), "old"),
            (staging.join("index.html"), "the dashboard"),
            (staging.join("404.html"), "the dashboard"),
            (staging.join("new-4567.js"), "new"),
        ] {
            project::write(&file, text)?;
        }

        publish(&staging, &folder)?;

        let found = names(&folder)?;
        let page = project::read(&folder.join("index.html"))?;
        remove(&scratch)?;
        assert_eq!(found, ["404.html", "index.html", "new-4567.js"]);
        assert_eq!(page, "the dashboard");
        Ok(())
    }
}
