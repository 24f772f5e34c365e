//! Runs the scripts of the GitHub workflow as the workflow does.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use bench_tests::{Stack, bench_push, project, report};

struct Job {
    stack: Stack,
}

impl Job {
    fn start() -> Self {
        let stack = Stack::start();
        fs::create_dir_all(stack.folder().join("results/nested")).expect("the folder is ours");
        Self { stack }
    }

    fn result(&self, name: &str, content: &str) {
        fs::write(self.stack.folder().join("results").join(name), content)
            .expect("the folder is ours");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.stack.folder().join(name)
    }

    fn push_results(&self) -> Output {
        let mut script = Command::new("bash");
        script.arg(project().join(".github/scripts/push-results.sh"));
        script
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        script
            .env("HOME", self.stack.folder())
            .current_dir(self.stack.folder());
        script
            .env("RESULTS_DIR", self.file("results"))
            .env("BENCH_PUSH", bench_push());
        script
            .env("SUPABASE_URL", self.stack.url())
            .env("SUPABASE_SECRET_KEY", &self.stack.keys().secret);
        script
            .env("COMMIT_SHA", "abc1234")
            .env("RUN_ID", "17")
            .env("RUN_ATTEMPT", "1")
            .env("GITHUB_ACTIONS", "true");
        script
            .env("GITHUB_OUTPUT", self.file("output"))
            .env("GITHUB_STEP_SUMMARY", self.file("summary.md"));
        script.output().expect("bash is there")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("the script writes it")
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
fn one_broken_file_does_not_stop_the_others() {
    let job = Job::start();
    job.result("a_benchmark_results.json", &report("a", 0.9).to_string());
    job.result("b_benchmark_results.json", "{\n<<<<<<< HEAD\n");
    job.result(
        "nested/c_benchmark_results.json",
        &report("c", 0.8).to_string(),
    );
    job.result("notes.json", "{}");

    let output = job.push_results();

    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(job.stack.runs(), 2);
    assert!(
        job.read("output").contains("files=3\npushed=2\nfailed=1\n"),
        "{}",
        job.read("output")
    );
    let summary = job.read("summary.md");
    assert!(
        summary.contains("2 of 3") && summary.contains("b_benchmark_results.json"),
        "{summary}"
    );
}

#[test]
fn a_job_fails_when_every_file_fails() {
    let job = Job::start();
    job.result("a_benchmark_results.json", "nonsense");
    job.result("b_benchmark_results.json", "");

    let output = job.push_results();

    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(job.stack.runs(), 0);
}

#[test]
fn a_job_that_is_run_again_stores_nothing_twice() {
    let job = Job::start();
    job.result("a_benchmark_results.json", &report("a", 0.9).to_string());

    assert!(job.push_results().status.success());
    assert!(job.push_results().status.success());

    assert_eq!(job.stack.runs(), 1);
}

#[test]
fn a_hostile_artifact_gives_no_commands_to_the_runner() {
    let job = Job::start();
    let mut hostile = report("::add-path::/tmp/evil", 0.9);
    hostile["notes"] = serde_json::json!("::error::hello\n::set-output name=x::y");
    job.result("a_benchmark_results.json", &hostile.to_string());
    job.result("--help_benchmark_results.json", "{}");
    job.result("x\n::error::y_benchmark_results.json", "{}");

    let output = job.push_results();

    // Between `::stop-commands::TOKEN` and `::TOKEN::` the runner ignores commands.
    let mut stopped = None;
    for line in said(&output).lines() {
        if let Some(token) = line.strip_prefix("::stop-commands::") {
            stopped = Some(format!("::{token}::"));
        } else if stopped.as_deref() == Some(line) {
            stopped = None;
        } else if stopped.is_none() {
            assert!(
                !line.starts_with("::") || line.starts_with("::warning title=Benchmark results::"),
                "{line}"
            );
        }
    }
    assert_eq!(
        job.stack.runs(),
        1,
        "the report itself is stored as data: {}",
        said(&output)
    );
}

#[test]
fn the_commands_in_the_scripts_readme_run_as_they_stand() {
    let stack = Stack::start();
    let readme = fs::read_to_string(project().join(".github/scripts/README.md")).expect("a file");
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .filter(|command| command.contains("push-results.sh"))
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");

    for command in commands {
        let program = bench_push().display().to_string();
        let output = Command::new("bash")
            .args([
                "-c",
                &command.replace("target/release/bench-push", &program),
            ])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", stack.folder())
            .env("SUPABASE_URL", stack.url())
            .env("SUPABASE_SECRET_KEY", &stack.keys().secret)
            .current_dir(project())
            .output()
            .expect("bash is there");

        let said = said(&output);
        assert!(output.status.success(), "{command}\n{said}");
        assert!(said.contains(", 0 failed"), "{command}\n{said}");
    }
}
