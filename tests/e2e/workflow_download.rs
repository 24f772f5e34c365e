//! The artifact of a benchmark run is unpacked without trusting it. A script replaces `gh`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bench_tests::project;

/// Responds like `gh api`: the newest artifact as `id bytes`, and its archive.
const GH: &str = r#"#!/usr/bin/env bash
case $2 in
  */artifacts\?*) cat "$FAKE_GITHUB/newest" ;;
  */artifacts/5/zip) cat "$FAKE_GITHUB/artifact.zip" ;;
  *) exit 1 ;;
esac
"#;

struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    /// A run whose artifact contains what the Python code in `fill` writes into the archive `z`.
    fn with_artifact(fill: &str) -> Self {
        let job = Self::with_newest("5 800\n");
        let archive = job.path("artifact.zip");
        let script = format!(
            "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n{fill}\nz.close()\n"
        );
        let made = Command::new("python3")
            .arg("-c")
            .arg(script)
            .arg(archive)
            .status();
        assert!(made.expect("python3 is there").success());
        job
    }

    fn with_newest(newest: &str) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let job = Self { folder };
        fs::create_dir_all(job.path("bin")).expect("the folder is ours");
        fs::write(job.path("bin/gh"), GH).expect("the folder is ours");
        fs::set_permissions(job.path("bin/gh"), fs::Permissions::from_mode(0o755))
            .expect("it is ours");
        fs::write(job.path("newest"), newest).expect("the folder is ours");
        job
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn download(&self, conclusion: &str) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new("bash")
            .arg(project().join(".github/scripts/download-results.sh"))
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("FAKE_GITHUB", self.folder.path())
            .env("REPOSITORY", "team/models")
            .env("RUN_ID", "17")
            .env("RESULTS_DIR", self.path("results/artifact"))
            .env("CONCLUSION", conclusion)
            .env("GITHUB_OUTPUT", self.path("output"))
            .output()
            .expect("bash is there")
    }

    /// Every file and link below the job's results, by relative path.
    fn results(&self) -> Vec<String> {
        let root = self.path("results");
        let mut found = Vec::new();
        list(&root, &mut found);
        found.sort();
        found
            .iter()
            .map(|path| {
                path.strip_prefix(&root)
                    .expect("it is below")
                    .display()
                    .to_string()
            })
            .collect()
    }
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is ours").flatten() {
        let kind = entry.file_type().expect("it is there");
        if kind.is_dir() {
            list(&entry.path(), found);
        } else {
            assert!(
                kind.is_file(),
                "{} is no plain file",
                entry.path().display()
            );
            found.push(entry.path());
        }
    }
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn an_artifact_stays_inside_its_folder_and_makes_no_links() {
    let job = Job::with_artifact(
        "z.writestr('a_benchmark_results.json', '{}')\n\
         z.writestr('../../up_benchmark_results.json', '{}')\n\
         z.writestr('/abs_benchmark_results.json', '{}')\n\
         link = zipfile.ZipInfo('link_benchmark_results.json')\n\
         link.external_attr = 0o120777 << 16\n\
         z.writestr(link, '/etc/passwd')",
    );

    let output = job.download("success");

    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(
        job.results(),
        ["a", "abs", "link", "up"].map(|name| format!("artifact/{name}_benchmark_results.json"))
    );
    assert_eq!(
        fs::read_to_string(job.path("output")).expect("the script writes it"),
        "found=true\n"
    );
}

#[test]
fn a_small_archive_that_unpacks_to_a_large_file_is_refused() {
    let job = Job::with_artifact("z.writestr('a_benchmark_results.json', '0' * 40_000_000)");

    let output = job.download("success");

    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("holds a file of more than 33554432 bytes"),
        "{}",
        said(&output)
    );
}

#[test]
fn an_archive_that_is_too_large_is_not_even_downloaded() {
    let job = Job::with_newest("5 99000000\n");

    let output = job.download("success");

    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("too large: 99000000 bytes"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_benchmark_that_failed_may_leave_nothing_and_one_that_succeeded_may_not() {
    let job = Job::with_newest("");

    assert!(job.download("failure").status.success());

    let output = job.download("success");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("has no artifact named benchmark-results"),
        "{}",
        said(&output)
    );
}
