//! Histories with known causes.

use std::collections::BTreeMap;

use bench_model::{
    alert::{ConfigurationLog, Log, Member},
    rest::rows::{RetractionRow, TransactionRow},
    stats::random::SplitMix,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// From one night's runs to the next.
const NIGHT: SignedDuration = SignedDuration::from_hours(24);

/// Higher is better, between 0 and 1.
const METRICS: [&str; 5] = ["f1", "recall", "precision", "accuracy", "exact_match"];

/// The time of a night's runs.
pub(crate) fn at_night(night: usize) -> Timestamp {
    let first: Timestamp = "2026-01-01T02:00:00Z".parse().expect("a time");
    first + NIGHT * i32::try_from(night).expect("few")
}

/// An hour after a night's runs.
pub(crate) fn night_after(night: usize) -> Timestamp {
    at_night(night) + SignedDuration::from_hours(1)
}

/// What a run changes, and which series get worse with it.
#[derive(Clone, Debug)]
struct Cause {
    night: usize,
    series: Vec<(i64, String)>,
}

/// A log, and what is wrong in it.
pub(crate) struct History {
    pub(crate) log: Log,
    nights: usize,
    causes: Vec<Cause>,
}

impl History {
    /// Nightly runs of `models`, with `metrics` each, that stay at their levels.
    pub(crate) fn quiet(seed: u64, models: i64, metrics: usize, nights: usize) -> Self {
        let mut random = SplitMix::new(seed);
        let configurations = (1..=models).map(|model| {
            let levels: Vec<f64> = METRICS[..metrics]
                .iter()
                .map(|_| 0.75 + 0.15 * random.unit())
                .collect();
            let runs = (0..nights).map(|night| {
                let values: BTreeMap<&str, f64> = METRICS
                    .iter()
                    .zip(&levels)
                    .map(|(name, level)| (*name, level + 0.005 * random.normal()))
                    .collect();
                run(model, night, &values)
            });
            ConfigurationLog {
                runs: runs.collect(),
                ..ConfigurationLog::default()
            }
        });
        Self {
            log: Log {
                configurations: configurations.collect(),
                ..Log::default()
            },
            nights,
            causes: Vec::new(),
        }
    }

    /// One to three causes at nights of their own, each of one kind: a provider of some models, a
    /// parameter, or only the commit; each makes some series worse, and no series has two.
    pub(crate) fn random(random: &mut SplitMix) -> Self {
        let models = 2 + i64::try_from(random.below(3)).expect("few");
        let metrics = 2 + random.below(4);
        let nights = 60 + random.below(30);
        let mut history = Self::quiet(random.bits(), models, metrics, nights);
        let mut free: Vec<(i64, String)> = (1..=models)
            .flat_map(|model| {
                METRICS[..metrics]
                    .iter()
                    .map(move |name| (model, (*name).to_owned()))
            })
            .collect();
        for number in 0..=random.below(3) {
            let mut night = 35 + random.below(nights - 43);
            // What begins with one run has one cause, as far as anybody can tell.
            while history.causes.iter().any(|cause| cause.night == night) {
                night = 35 + random.below(nights - 43);
            }
            let kind = random.below(3);
            let touched: Vec<i64> = (1..=models)
                .filter(|_| kind != 0 || random.below(2) == 0)
                .collect();
            let (mut series, mut rest) = (Vec::new(), Vec::new());
            for one in free {
                if touched.contains(&one.0) && random.below(2) == 0 {
                    series.push(one);
                } else {
                    rest.push(one);
                }
            }
            free = rest;
            for configuration in &mut history.log.configurations {
                for run in configuration.runs.iter_mut().skip(night) {
                    if !touched.contains(&run.configuration_id) {
                        continue;
                    }
                    match kind {
                        0 => run.model_provider = Some(format!("provider-{number}")),
                        1 => {
                            let params = run.params.get_or_insert_default();
                            params.insert(format!("knob-{number}"), json!(1));
                        }
                        _ => {}
                    }
                }
            }
            let size = 0.06 + 0.1 * random.unit();
            for (model, metric) in &series {
                history.lower(*model, metric, size, night, nights);
            }
            history.causes.push(Cause { night, series });
        }
        history
    }

    /// From one night to another, all models have another provider, and all metrics are worse.
    pub(crate) fn provider(&mut self, name: &str, from: usize, to: usize) {
        self.everything_lower(from, to, |run| run.model_provider = Some(name.to_owned()));
    }

    /// From one night to another, there are as many items, and all metrics are worse.
    pub(crate) fn dataset_size(&mut self, items: i64, from: usize, to: usize) {
        self.everything_lower(from, to, |run| run.dataset_size = Some(items));
    }

    /// From one night to another, so many of 100 items fail, and all metrics are worse.
    pub(crate) fn errors(&mut self, failed: i64, from: usize, to: usize) {
        self.everything_lower(from, to, |run| {
            run.error_count = Some(failed);
            run.success_count = Some(100 - failed);
        });
    }

    /// From one night to another, nothing runs.
    pub(crate) fn silent(&mut self, from: usize, to: usize) {
        let silence = at_night(from)..at_night(to);
        for configuration in &mut self.log.configurations {
            configuration
                .runs
                .retain(|run| !silence.contains(&run.created_at));
        }
    }

    /// Takes a run back.
    pub(crate) fn retract(&mut self, run: &str, at: Timestamp) {
        self.log.configurations[0].retractions.push(RetractionRow {
            transaction_id: run.to_owned(),
            is_retracted: true,
            reason: "wrong".to_owned(),
            instead_transaction_id: None,
            set_by: None,
            set_at: at,
        });
    }

    fn everything_lower(&mut self, from: usize, to: usize, change: impl Fn(&mut TransactionRow)) {
        for configuration in &mut self.log.configurations {
            for run in &mut configuration.runs[from..to] {
                change(run);
                for value in run.metrics.values_mut() {
                    *value -= 0.1;
                }
            }
        }
    }

    fn lower(&mut self, model: i64, metric: &str, by: f64, from: usize, to: usize) {
        let place = usize::try_from(model - 1).expect("a model");
        for run in &mut self.log.configurations[place].runs[from..to] {
            if let Some(value) = run.metrics.get_mut(metric) {
                *value -= by;
            }
        }
    }

    /// When it is evaluated: some nights after each cause, and at the end.
    pub(crate) fn looks(&self) -> Vec<Timestamp> {
        let mut nights: Vec<usize> = self
            .causes
            .iter()
            .flat_map(|cause| [1, 2, 3, 5, 8].map(|after| cause.night + after))
            .chain([self.nights - 1])
            .filter(|night| *night < self.nights)
            .collect();
        nights.sort_unstable();
        nights.dedup();
        nights.into_iter().map(night_after).collect()
    }

    /// Which cause made a series worse.
    pub(crate) fn cause_of(&self, member: &Member) -> Option<usize> {
        let metric = member.metric.clone()?;
        let one = (member.configuration, metric);
        self.causes
            .iter()
            .position(|cause| cause.series.contains(&one))
    }

    /// How many series got worse.
    pub(crate) fn affected(&self) -> usize {
        self.causes.iter().map(|cause| cause.series.len()).sum()
    }
}

fn run(model: i64, night: usize, values: &BTreeMap<&str, f64>) -> TransactionRow {
    let at = at_night(night);
    serde_json::from_value(json!({
        "id": format!("run-{model}-{night}"), "created_at": at, "recorded_at": at,
        "commit_sha": format!("commit-{night}"), "model_version": format!("model-{model}"), "model_provider": "usual",
        "dataset_version": "d", "dataset_size": 1000, "prompt_version": "p", "environment": "ci", "metrics": values,
        "error_count": 1, "success_count": 99,
        "configuration_id": model, "version": night + 1, "idempotency_key": format!("{model}-{night}"),
    }))
    .expect("a run")
}
