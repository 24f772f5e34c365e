//! `install-bench-push.sh` installs what the release's checksum names, or warns that it builds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bench_tests::project;

const PROGRAM: &str = "#!/bin/sh\necho bench-push 9.8.7\n";

/// Compiles like cargo: to the target folder, with the arguments on record.
const CARGO: &str = r#"#!/usr/bin/env bash
echo "$*" >>"$FAKE/cargo-calls"
mkdir -p "$CARGO_TARGET_DIR/release"
printf '#!/bin/sh\necho bench-push from source\n' >"$CARGO_TARGET_DIR/release/bench-push"
chmod +x "$CARGO_TARGET_DIR/release/bench-push"
"#;

/// Knows one attestation, as `gh attestation verify FILE --repo REPOSITORY`.
const GH: &str = r#"#!/usr/bin/env bash
[[ "$1 $2 $4 $5" == "attestation verify --repo team/releases" ]] || { echo "HTTP 404: Not Found" >&2; exit 1; }
"#;

/// A runner in an empty environment, and a folder with releases.
struct Runner {
    folder: tempfile::TempDir,
}

impl Runner {
    fn new() -> Self {
        let runner = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for (name, text) in [("cargo", CARGO), ("gh", GH)] {
            runner.program(&format!("bin/{name}"), text);
        }
        runner
    }

    /// A release as `build-archives.sh` and `publish-release.sh` make it.
    fn with_release(version: &str) -> Self {
        let runner = Self::new();
        let name = format!("bench-push-{version}-{}", target());
        runner.program(&format!("made/{name}/bin/bench-push"), PROGRAM);
        let releases = runner.path(&format!("releases/v{version}"));
        fs::create_dir_all(&releases).expect("it is ours");
        let archive = format!("{name}.tar.gz");
        succeeds(
            Command::new("tar")
                .arg("-czf")
                .arg(releases.join(&archive))
                .arg("-C")
                .arg(runner.path("made"))
                .arg(&name),
        );
        let sums = Command::new("sha256sum")
            .arg(&archive)
            .current_dir(&releases)
            .output()
            .expect("sha256sum is there");
        fs::write(releases.join("SHA256SUMS"), sums.stdout).expect("it is ours");
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is ours");
        fs::write(&path, text).expect("it is ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    fn install(&self, version: &str) -> Output {
        self.install_with(version, &[])
    }

    fn install_with(&self, version: &str, more: &[(&str, &str)]) -> Output {
        let _ = fs::remove_file(self.path("output"));
        let mut script = Command::new("bash");
        script
            .arg(project().join(".github/scripts/install-bench-push.sh"))
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.path("bin").display()),
            )
            .env("HOME", self.folder.path())
            .env("FAKE", self.folder.path())
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env("RUNNER_TOOL_CACHE", self.path("tools"))
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_PATH", self.path("path"))
            .env("RELEASE_REPOSITORY", "team/releases")
            .env(
                "RELEASES_URL",
                format!("file://{}", self.path("releases").display()),
            )
            .env("VERSION", version)
            .envs(more.iter().copied());
        script.output().expect("bash is there")
    }

    /// How it was installed, and what the program says.
    fn installed(&self) -> (String, String) {
        let output = fs::read_to_string(self.path("output")).expect("the script writes it");
        let value = |name: &str| {
            let line = output.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name} in {output}"))
                .to_owned()
        };
        let program = value("bench-push=");
        let said = Command::new(&program).output().expect("it runs").stdout;
        let said = String::from_utf8(said).expect("text");
        (value("installed="), said.trim().to_owned())
    }

    fn was_compiled(&self) -> bool {
        self.path("cargo-calls").exists()
    }
}

fn target() -> String {
    let said = Command::new("bash")
        .arg(project().join(".github/scripts/target-of-this-machine.sh"))
        .output()
        .expect("bash is there");
    assert!(said.status.success(), "{}", text(&said));
    String::from_utf8(said.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

fn succeeds(command: &mut Command) {
    assert!(command.status().expect("it starts").success());
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

fn is_empty(folder: &Path) -> bool {
    let Ok(mut entries) = fs::read_dir(folder) else {
        return !folder.exists();
    };
    entries.next().is_none()
}

#[test]
fn a_release_is_installed_without_cargo_and_the_next_job_needs_no_download() {
    let runner = Runner::with_release("9.8.7");

    let said = runner.install("9.8.7");
    assert!(said.status.success(), "{}", text(&said));
    let released = ("released".to_owned(), "bench-push 9.8.7".to_owned());
    assert_eq!(runner.installed(), released);

    fs::remove_dir_all(runner.path("releases")).expect("it is ours");
    let said = runner.install("v9.8.7");
    assert!(said.status.success(), "{}", text(&said));
    assert_eq!(runner.installed().0, "cached");
    assert!(!runner.was_compiled());
}

#[test]
fn an_archive_with_another_checksum_is_not_installed_and_nothing_is_built_instead() {
    let runner = Runner::with_release("9.8.7");
    let none = "0".repeat(64);

    let said = runner.install_with("9.8.7", &[("SHA256", &none)]);

    assert_eq!(said.status.code(), Some(1), "{}", text(&said));
    assert!(
        text(&said).contains("it was not installed"),
        "{}",
        text(&said)
    );
    assert!(is_empty(&runner.path("tools")));
    assert!(!runner.was_compiled());
}

#[test]
fn a_release_without_checksums_is_not_installed() {
    let runner = Runner::with_release("9.8.7");
    fs::remove_file(runner.path("releases/v9.8.7/SHA256SUMS")).expect("it is ours");

    let said = runner.install("9.8.7");

    assert_eq!(said.status.code(), Some(1), "{}", text(&said));
    assert!(!runner.was_compiled());
}

#[test]
fn an_attestation_of_another_repository_is_refused_where_gh_can_verify_it() {
    let runner = Runner::with_release("9.8.7");
    let foreign = [
        ("GH_TOKEN", "t"),
        ("RELEASE_REPOSITORY", "other/repository"),
    ];
    let said = runner.install_with("9.8.7", &foreign);
    assert_eq!(said.status.code(), Some(1), "{}", text(&said));
    assert!(is_empty(&runner.path("tools")));

    let said = runner.install_with("9.8.7", &[("GH_TOKEN", "t")]);
    assert!(said.status.success(), "{}", text(&said));
    assert!(text(&said).contains("attestation"), "{}", text(&said));
}

#[test]
fn without_a_release_it_is_built_from_source_with_a_warning() {
    let runner = Runner::new();

    let said = runner.install("9.8.7");

    assert!(said.status.success(), "{}", text(&said));
    let warning = "::warning title=bench-push::no released bench-push 9.8.7 was installed";
    assert!(text(&said).contains(warning), "{}", text(&said));
    let built = ("source".to_owned(), "bench-push from source".to_owned());
    assert_eq!(runner.installed(), built);
}

#[test]
fn whoever_asks_for_the_source_gets_it_without_a_warning() {
    let runner = Runner::with_release("9.8.7");

    let said = runner.install("source");

    assert!(said.status.success(), "{}", text(&said));
    assert!(!text(&said).contains("::warning"), "{}", text(&said));
    assert_eq!(runner.installed().0, "source");
}

#[test]
fn a_hostile_version_is_refused() {
    let runner = Runner::with_release("9.8.7");
    for version in ["../9.8.7", "9.8.7; touch x", "-9", "$(id)", "9/8"] {
        let said = runner.install(version);
        assert_eq!(said.status.code(), Some(2), "{version}: {}", text(&said));
    }
}

#[test]
fn the_version_is_that_of_the_actions_tag_or_of_the_checkout() {
    let runner = Runner::with_release("9.8.7");
    let said = runner.install_with("", &[("ACTION_REF", "v9.8.7")]);
    assert!(said.status.success(), "{}", text(&said));
    assert_eq!(runner.installed().0, "released");

    let said = runner.install_with("", &[("ACTION_REF", "main")]);
    let version = env!("CARGO_PKG_VERSION");
    let warning = format!("no released bench-push {version} was installed");
    assert!(text(&said).contains(&warning), "{}", text(&said));
}
