//! Tools written in Rust, each at an exact version, built once into the user's cache.

use std::path::Path;

use crate::failure::Failure;
use crate::process::{add_to_path, cargo, command, output, run, say, which};
use crate::project;

/// Makes `program` of `package` available at exactly `version`.
pub(super) fn ensure(package: &str, program: &str, version: &str) -> Result<(), Failure> {
    if version_of(Path::new(program)).as_deref() == Some(version) {
        say!("setup: {program} {version} is there");
        return Ok(());
    }

    let folder = project::cache()
        .join("tools")
        .join(format!("{package}-{version}"));
    let is_there = || version_of(&folder.join("bin").join(program)).as_deref() == Some(version);
    if is_there() {
        say!("setup: {program} {version} is there ({})", folder.display());
    } else if which("cargo-binstall")
        .is_none_or(|binstall| !fetch(&binstall, package, version, &folder) || !is_there())
    {
        say!(
            "setup: building {program} {version}, once, into {} (a few minutes; if cargo-binstall \
             is on the PATH, it is downloaded instead)",
            folder.display()
        );
        build(package, version, &folder)?;
    }
    add_to_path(folder.join("bin"));
    Ok(())
}

/// Downloads the project's own release; false if that fails.
fn fetch(binstall: &Path, package: &str, version: &str, folder: &Path) -> bool {
    let fetched = run(
        command(binstall)
            .args(["--no-confirm", "--force"])
            // Only releases of the project itself.
            .args(["--disable-strategies", "quick-install,compile", "--root"])
            .arg(folder)
            .arg(format!("{package}@{version}")),
        &format!("{package} could not be downloaded"),
    );
    if let Err(failure) = &fetched {
        say!("setup: {failure}");
    }
    fetched.is_ok()
}

/// The tools' own release profiles take three times as long to compile and don't speed up our
/// builds.
fn build(package: &str, version: &str, folder: &Path) -> Result<(), Failure> {
    run(
        cargo()
            .args(["install", "--locked", "--force", "--root"])
            .arg(folder)
            .arg(format!("{package}@{version}"))
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        &format!("{package} could not be built"),
    )
    .map_err(|failure| {
        failure.hint(format!(
            "a {package} {version} of your own on the PATH is taken as it is"
        ))
    })
}

/// `trunk 0.21.14` → `0.21.14`; none if it is missing or prints something else.
fn version_of(program: &Path) -> Option<String> {
    let said = output(command(program).arg("--version")).ok()?;
    said.split_whitespace().nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::failure::Explain as _;

    #[test]
    fn a_download_is_of_the_exact_version_and_a_failed_one_is_reported() -> Result<(), Failure> {
        let scratch = std::env::temp_dir().join(format!("xtask-binstall-{}", std::process::id()));
        let binstall = scratch.join("cargo-binstall");
        // Knows one release; writes the tool to `--root DIR`, its fifth and sixth argument.
        let script = "#!/bin/sh\n[ \"$7\" = tool@1.2.3 ] || exit 94\n\
                      mkdir -p \"$6/bin\" && echo 'echo tool 1.2.3' >\"$6/bin/tool\" && chmod +x \"$6/bin/tool\"\n";
        project::write(&binstall, script)?;
        fs::set_permissions(&binstall, fs::Permissions::from_mode(0o755)).explain(String::new)?;

        let fetched = fetch(&binstall, "tool", "1.2.3", &scratch);
        let found = scratch.join("bin/tool").is_file();
        let unknown = fetch(&binstall, "tool", "9.9.9", &scratch);

        fs::remove_dir_all(&scratch).explain(String::new)?;
        assert!(fetched && found);
        assert!(!unknown);
        Ok(())
    }
}
