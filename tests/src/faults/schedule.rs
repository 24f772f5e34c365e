//! One schedule: some calls of the CLI under faults, then calm, then the reckoning.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fault::Fault;
use super::proxy::Proxy;
use super::storm::Storm;
use super::tally::Played;
use crate::push::Running;
use crate::{Outcome, Push, Stack, json_lines, report, report_file};

/// The text by which the proxy knows the run that always fails.
const POISON: &str = "this run always meets the statement timeout";

/// Everything that one seed decides.
pub(super) struct Schedule<'s> {
    stack: &'s Stack,
    storm: &'s Storm<'s>,
    seed: u64,
    chance: Rng,
    home: TempDir,
    proxy: Proxy,
    runs: BTreeMap<String, Said>,
    files: Vec<File>,
    played: Played,
}

/// What the CLI has said of a run.
#[derive(Debug, Default, Clone, Copy)]
struct Said {
    is_stored: bool,
    is_spooled: bool,
}

/// A file of reports.
#[derive(Clone)]
struct File {
    path: PathBuf,
    runs: Vec<String>,
}

/// A call that is running.
struct Call {
    running: Running,
    runs: Vec<String>,
}

impl<'s> Schedule<'s> {
    pub(super) fn new(stack: &'s Stack, storm: &'s Storm<'s>, seed: u64) -> Self {
        Self {
            stack,
            storm,
            seed,
            chance: Rng::with_seed(seed),
            home: TempDir::new().expect("a temporary folder"),
            proxy: Proxy::start(stack.port()),
            runs: BTreeMap::new(),
            files: Vec::new(),
            played: Played::default(),
        }
    }

    pub(super) fn play(mut self) -> Played {
        self.call_under_faults();
        let storm = self.storm;
        let calm = storm.calm();
        self.insist_on_what_was_said();
        self.flush_around_the_poison();
        self.push_again_what_had_no_answer();
        self.insist_on_every_run_once();
        drop(calm);
        self.played.runs = self.runs.len();
        self.played.met = self.proxy.met();
        self.played
    }

    fn call_under_faults(&mut self) {
        if self.chance.u8(..4) == 0 {
            self.proxy.poison(Some(POISON.to_owned()));
        }
        let mut pending = Vec::new();
        for _ in 0..self.chance.usize(2..6) {
            let faults = self.chance.usize(..5);
            let faults: Vec<Fault> = (0..faults).map(|_| Fault::any(&mut self.chance)).collect();
            self.proxy.fail_with(faults);
            pending.push(self.any_call());
            // Now and then two calls run at the same time.
            if self.chance.u8(..4) > 0 {
                for call in pending.drain(..) {
                    self.end(call);
                }
            }
        }
        for call in pending {
            self.end(call);
        }
        self.proxy.heal();
    }

    /// A push of new runs, the same push once more, or a flush.
    fn any_call(&mut self) -> Call {
        match self.chance.u8(..8) {
            0 | 1 => Call {
                running: self.flush().spawn(),
                runs: Vec::new(),
            },
            2 if !self.files.is_empty() => {
                let file = self.files[self.chance.usize(..self.files.len())].clone();
                self.push(&file)
            }
            _ => {
                let file = self.new_file();
                self.push(&file)
            }
        }
    }

    fn push(&mut self, file: &File) -> Call {
        Call {
            running: self.cli(&[]).report(&file.path).spawn(),
            runs: file.runs.clone(),
        }
    }

    fn flush(&mut self) -> Push {
        self.cli(&["flush"])
    }

    /// A call through the proxy, counted.
    fn bench_push(&mut self) -> Push {
        self.played.calls += 1;
        self.stack
            .push()
            .home(self.home.path())
            .env("SUPABASE_URL", self.proxy.url())
    }

    fn cli(&mut self, verb: &[&str]) -> Push {
        let attempts = self.chance.u8(1..4).to_string();
        self.bench_push().args(verb).args([
            "--attempts",
            &attempts,
            "--timeout",
            "1",
            "--give-up-after",
            "6",
        ])
    }

    fn new_file(&mut self) -> File {
        let count = match self.chance.u8(..10) {
            0 => 40,
            few => usize::from(few % 5 + 1),
        };
        let number = self.files.len();
        let runs: Vec<String> = (0..count)
            .map(|run| format!("{}-{number}-{run}", self.seed))
            .collect();
        let reports: Vec<Value> = runs.iter().map(|run| self.report(run)).collect();
        let name = format!("{number}.jsonl");
        let file = File {
            path: report_file(self.home.path(), &name, json_lines(reports)),
            runs,
        };
        for run in &file.runs {
            self.runs.insert(run.clone(), Said::default());
        }
        self.files.push(file.clone());
        file
    }

    fn report(&mut self, run: &str) -> Value {
        let mut report = report(&self.model(), self.chance.f64());
        report["run_id"] = json!(run);
        report["dataset_version"] = json!(format!("d{}", self.chance.u8(..3)));
        if self.chance.u8(..2) == 0 {
            let day = self.chance.u8(1..29);
            report["created_at"] = json!(format!("2026-10-{day:02}T03:00:00Z"));
        }
        if self.chance.u8(..12) == 0 {
            report["notes"] = json!(POISON);
        }
        report
    }

    fn model(&self) -> String {
        format!("fault-{}", self.seed)
    }

    /// Waits for the end of a call, or kills it.
    fn end(&mut self, call: Call) {
        if self.chance.u8(..6) == 0 {
            thread::sleep(Duration::from_millis(self.chance.u64(..300)));
            call.running.kill();
            self.played.kills += 1;
            return;
        }
        let outcome = call.running.outcome();
        if !matches!(outcome.status, 0 | 4 | 5) {
            self.find(&format!(
                "ended with status {}:\n{}",
                outcome.status,
                outcome.all()
            ));
        }
        for run in call.runs {
            let said = self.runs.entry(run).or_default();
            said.is_stored |= outcome.status == 0;
            said.is_spooled |= outcome.status == 5;
        }
    }

    fn insist_on_what_was_said(&mut self) {
        let stored = self.stored();
        for (run, said) in self.runs.clone() {
            if said.is_stored && !stored.contains_key(&run) {
                self.find(&format!("run {run} was said to be stored and is not"));
            }
        }
    }

    /// A run that always fails keeps no other waiting.
    fn flush_around_the_poison(&mut self) {
        let first = self.flush_in_calm();
        let stored = self.stored();
        let poisoned = self.poisoned();
        let waits = |(run, said): &(&String, &Said)| {
            said.is_spooled && !stored.contains_key(*run) && !poisoned.contains(run)
        };
        let waiting = self.runs.iter().filter(waits).count();
        if waiting > 0 {
            self.find(&format!(
                "{waiting} spooled runs that would be stored were not sent by a flush in calm:\n{}",
                first.all()
            ));
        }
        self.proxy.poison(None);
        let second = self.flush_in_calm();
        if second.status != 0 {
            self.find(&format!(
                "the spool is stuck, status {}:\n{}",
                second.status,
                second.all()
            ));
        }
    }

    fn flush_in_calm(&mut self) -> Outcome {
        self.bench_push().args(["flush", "--attempts", "2"]).run()
    }

    fn poisoned(&self) -> Vec<String> {
        let mut poisoned = Vec::new();
        for file in &self.files {
            let text = std::fs::read_to_string(&file.path).expect("the home is ours");
            let lines = text.lines().zip(&file.runs);
            poisoned.extend(
                lines
                    .filter(|(line, _)| line.contains(POISON))
                    .map(|(_, run)| run.clone()),
            );
        }
        poisoned
    }

    /// As a user would: a killed job runs again, and a refusal is looked into.
    fn push_again_what_had_no_answer(&mut self) {
        for file in self.files.clone() {
            let is_answered = |run: &String| {
                let said = self.runs[run];
                said.is_stored || said.is_spooled
            };
            if file.runs.iter().all(is_answered) {
                continue;
            }
            let outcome = self.bench_push().report(&file.path).run();
            if outcome.status != 0 {
                self.find(&format!(
                    "a push in calm ended with {}:\n{}",
                    outcome.status,
                    outcome.all()
                ));
            }
        }
    }

    fn insist_on_every_run_once(&mut self) {
        let stored = self.stored();
        for run in self.runs.keys().cloned().collect::<Vec<_>>() {
            match stored.get(&run) {
                Some(1) => {}
                Some(count) => self.find(&format!("run {run} is stored {count} times")),
                None => self.find(&format!("run {run} is lost")),
            }
        }
        if stored.len() > self.runs.len() {
            self.find("a run is stored that was never pushed");
        }
    }

    /// How often each run is stored.
    fn stored(&self) -> BTreeMap<String, i64> {
        let rows = self.stack.postgres().query(
            "select run_id, count(*) from public.benchmark_transactions where model_version = $1 group by run_id",
            &[&self.model()],
        );
        let rows = rows.expect("the database works in calm");
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    fn find(&mut self, what: &str) {
        self.played
            .findings
            .push(format!("seed {}: {what}", self.seed));
    }
}
