//! A month of nights of a team, as it reads what `bench-push` says each morning.

use std::fmt::Write as _;

use bench_tests::{Push, Stack, json_lines, report_file};
use serde_json::{Value, json};

/// The team's models.
const MODELS: [&str; 3] = ["claims-small", "claims-large", "claims-tiny"];

/// Normal noise by the sum of uniform numbers: the same in every run and on every machine.
struct Noise(u64);

impl Noise {
    /// A number with mean 0 and standard deviation 1.
    fn draw(&mut self) -> f64 {
        let uniform = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
            self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(self.0 >> 33).unwrap_or_default()) / f64::from(1_u32 << 31)
        };
        std::iter::repeat_with(uniform).take(12).sum::<f64>() - 6.0
    }
}

/// What the runs of a model measure in a night.
fn metrics(model: &str, night: u32, noise: &mut Noise) -> Value {
    let (mut f1, mut latency, sd) = match model {
        "claims-small" => (0.86, 420.0, 0.004),
        "claims-large" => (0.91, 900.0, 0.004),
        _ => (0.78, 180.0, 0.006),
    };
    match (model, night) {
        // A new tokenizer costs accuracy.
        ("claims-small", 18..) => f1 -= 0.05,
        // A better prompt.
        ("claims-large", 20..) => f1 += 0.03,
        ("claims-tiny", 9) => f1 -= 0.1,
        // The wrong data set was mounted.
        ("claims-tiny", 24) => f1 = 0.31,
        _ => {}
    }
    if model == "claims-large" && night > 8 {
        latency *= 1.01_f64.powi(i32::try_from(night - 8).unwrap_or_default());
    }
    f1 += sd * noise.draw();
    latency *= 1.0 + 0.025 * noise.draw();
    let round = |value: f64, digits: f64| (value * digits).round() / digits;
    json!({"f1": round(f1, 1e4), "latency_ms": round(latency, 10.0)})
}

fn report(model: &str, night: u32, metrics: &Value) -> Value {
    json!({
        "model_version": model, "dataset_version": "claims-2026", "prompt_version": "extract-v4",
        "commit_sha": format!("{night:02}c0ffee{:032}", night), "created_at": format!("2026-01-{night:02}T02:00:00Z"),
        "metrics": metrics,
    })
}

/// What was typed, and what came of it.
struct Transcript<'a> {
    stack: &'a Stack,
    text: String,
}

impl Transcript<'_> {
    fn note(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n## {text}");
    }

    fn file(&self, name: &str, reports: Vec<Value>) {
        report_file(self.stack.folder(), name, json_lines(reports));
    }

    fn push(&mut self, name: &str) {
        self.run(&["push", name, "-e", "nightly", "--check"]);
    }

    fn run(&mut self, arguments: &[&str]) {
        self.run_in(arguments, |push| push);
    }

    /// In a Buildkite job of a pull request.
    fn push_from(&mut self, name: &str, branch: &str) {
        self.run_in(&["push", name, "-e", "nightly", "--check"], |push| {
            push.env("BUILDKITE", "true")
                .env("BUILDKITE_PULL_REQUEST", "40")
                .env("BUILDKITE_BRANCH", branch)
        });
    }

    fn run_in(&mut self, arguments: &[&str], prepare: impl FnOnce(Push) -> Push) {
        let folder = self.stack.folder().to_owned();
        let push = self.stack.push().current_dir(&folder).args(arguments);
        let done = prepare(push).run();
        let quoted = arguments.iter().map(|word| {
            if word.contains(' ') {
                format!("'{word}'")
            } else {
                (*word).to_owned()
            }
        });
        let line = quoted.collect::<Vec<_>>().join(" ");
        let _ = write!(self.text, "$ bench-push {line}\n{}", done.all());
        if done.status != 0 {
            let _ = writeln!(self.text, "[{}]", done.status);
        }
    }

    /// The text with a name for each run instead of its id.
    fn scrubbed(self) -> String {
        let runs = self
            .stack
            .rest()
            .rows("benchmark_transactions?select=id,model_version,branch_name,created_at");
        let mut text = self.text;
        for run in runs {
            let of = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
            let (id, model, at) = (of("id"), of("model_version"), of("created_at"));
            let name = model.trim_start_matches("claims-");
            let name = format!(
                "{name}-{}{}",
                &at[8..10],
                if of("branch_name").is_empty() {
                    ""
                } else {
                    "-pr"
                }
            );
            text = text.replace(&id, &name).replace(&id[..8], &name);
        }
        text
    }
}

fn id_of(stack: &Stack, model: &str, night: u32) -> String {
    let rows = stack.rest().rows(&format!(
        "benchmark_transactions?select=id&model_version=eq.{model}&created_at=eq.2026-01-{night:02}T02:00:00Z&is_mainline=is.true"
    ));
    rows[0]["id"].as_str().expect("an id").to_owned()
}

/// The number of the change point of a model's f1.
fn change_of(stack: &Stack, model: &str) -> String {
    let rows = stack.rest().rows(&format!(
        "v_change_points?select=id&model_version=eq.{model}&metric=eq.f1&state=eq.confirmed"
    ));
    rows[0]["id"].to_string()
}

/// What people do after a night.
fn what_follows(night: u32, name: &str, told: &mut Transcript<'_>, late: &mut Option<Value>) {
    match night {
        12 => {
            told.note("a pull request of that day");
            let metrics = json!({"f1": 0.8012, "latency_ms": 401.5});
            told.file("pr-40.jsonl", vec![report("claims-small", night, &metrics)]);
            told.push_from("pr-40.jsonl", "faster-tokenizer");
        }
        13 => {
            told.note("the job is started again");
            told.push(name);
        }
        14 => {
            told.note("somebody reads about baselines");
            for model in MODELS {
                told.run(&[
                    "baseline",
                    "set",
                    "--model-version",
                    model,
                    "--dataset-version",
                    "claims-2026",
                    "-e",
                    "nightly",
                    "--latest",
                    "--marked-by",
                    "ada",
                    "--reason",
                    "the release of January",
                ]);
            }
        }
        17 => {
            told.note("the report of night 16 is found");
            told.file("night-16-tiny.jsonl", late.take().into_iter().collect());
            told.push("night-16-tiny.jsonl");
        }
        22 => {
            told.note("the step of claims-small is what it costs");
            told.run(&["change-point", "list", "--state", "confirmed"]);
            let id = change_of(told.stack, "claims-small");
            told.run(&[
                "change-point",
                "accept",
                &id,
                "--set-by",
                "ada",
                "--reason",
                "the new tokenizer, agreed in #40",
            ]);
            told.run(&["check", "--model-version", "claims-small", "-e", "nightly"]);
        }
        24 => {
            told.note("the wrong data set was mounted");
            let junk = id_of(told.stack, "claims-tiny", night);
            told.run(&["retract", &junk[..8], "--reason", "wrong data set mounted"]);
            told.run(&["check", "--model-version", "claims-tiny", "-e", "nightly"]);
        }
        26 => {
            told.note("another pull request");
            let metrics = json!({"f1": 0.9421, "latency_ms": 803.1});
            told.file("pr-52.jsonl", vec![report("claims-large", night, &metrics)]);
            told.push_from("pr-52.jsonl", "shorter-prompt");
        }
        _ => {}
    }
}

#[test]
fn a_month_of_nights_reads_well() {
    let stack = Stack::start();
    let mut told = Transcript {
        stack: &stack,
        text: String::new(),
    };
    let mut noise = Noise(20_260_101);
    let mut late = None;
    for night in 1..=30 {
        let mut reports: Vec<Value> = MODELS
            .iter()
            .map(|model| report(model, night, &metrics(model, night, &mut noise)))
            .collect();
        let name = format!("night-{night:02}.jsonl");
        match night {
            6 => {
                told.note("night 6: the job of claims-tiny did not run");
                reports.truncate(2);
            }
            16 => {
                told.note("night 16: the report of claims-tiny is left behind");
                late = reports.pop();
            }
            _ => told.note(&format!("night {night}")),
        }
        told.file(&name, reports);
        told.push(&name);
        what_follows(night, &name, &mut told, &mut late);
    }
    told.note("the end of the month");
    told.run(&["check", "-e", "nightly"]);
    told.run(&["check", "-e", "nightly", "--all"]);
    told.run(&["history", "-e", "nightly"]);
    told.run(&["history", "-e", "nightly", "--metric", "latency_ms"]);
    told.run(&["change-point", "list", "-e", "nightly"]);

    insta::assert_snapshot!(told.scrubbed());
}
