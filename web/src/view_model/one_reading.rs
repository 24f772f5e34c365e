//! The readers of one series agree, on thousands of generated ones: `bench-push check`, `bench-push
//! history`, Regressions, the first page, Trends and the page of a run.

use std::collections::BTreeMap;

use bench_model::{
    check::{CheckOptions, MetricCheck, RunToCheck, check},
    rest::rows::{AgainstRow, EarlierRow, KnownChangeRow, RunRow, SeriesRow, TransactionRow},
    stats::{HistoryOptions, VerdictKind, history, random::SplitMix},
};
use serde_json::{Value, json};

use super::{
    metrics::Metrics,
    regressions::{RegressionsState, regressions},
    run::{self, Surroundings},
    table_view::{CellView, RowView},
    trends::{self, Chosen, Mark, MarkKind, SeriesAnswer, TrendsAnswer, TrendsState},
    verdicts::{self, InRow},
};

const SERIES: u64 = 5_000;
const METRICS: [&str; 3] = ["f1", "latency_ms", "error_count"];

/// One configuration, as the database has it.
struct Stored {
    metric: &'static str,
    /// Every run in order of time, with a position that a retraction or a side run left empty.
    runs: Vec<Value>,
    baseline: Option<Value>,
    is_own_baseline: bool,
    changes: Vec<Value>,
}

fn at(place: usize) -> String {
    let (day, hour) = (1 + place / 24, place % 24);
    format!(
        "2026-{:02}-{:02}T{hour:02}:00:00+00:00",
        1 + day / 28,
        1 + day % 28
    )
}

fn microseconds(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>()
        .expect("a time")
        .as_microsecond()
}

/// A dirty history: noise of several kinds with spikes, dips, steps, drifts, copies, constant stretches,
/// lacking metrics, side runs and retractions, backfills, baselines and handled change points.
#[expect(clippy::too_many_lines, reason = "one event after the other")]
fn stored(seed: u64) -> Stored {
    let mut random = SplitMix::new(seed);
    let mut below = |end: usize| random.below(end);
    let metric = METRICS[below(3)];
    let count = if below(20) == 0 {
        120 + below(60)
    } else {
        1 + below(45)
    };
    let (level, sd, step) = match metric {
        "f1" => (0.9, [0.0, 0.001, 0.005][below(3)], -0.03),
        "latency_ms" => (400.0, [0.0, 2.0, 12.0][below(3)], 60.0),
        _ => (4.0, 2.0, 9.0),
    };
    let mut noise = SplitMix::new(seed ^ 0x5eed);
    let mut values: Vec<f64> = (0..count).map(|_| level + sd * noise.normal()).collect();
    for _ in 0..below(5) {
        let (first, size) = (below(count), [1.0, 2.0, -1.0][below(3)] * step);
        match below(6) {
            0 => values[first] += 3.0 * size,
            1 => values
                .iter_mut()
                .skip(first)
                .take(1 + below(6))
                .for_each(|one| *one += size),
            2 => values.iter_mut().skip(first).for_each(|one| *one += size),
            3 => {
                let slope = size / 20.0;
                for (past, one) in values.iter_mut().skip(first).enumerate() {
                    #[expect(clippy::cast_precision_loss, reason = "small")]
                    let past = past as f64;
                    *one += slope * past;
                }
            }
            4 => {
                let copied = values[first];
                values
                    .iter_mut()
                    .skip(first)
                    .take(2 + below(9))
                    .for_each(|one| *one = copied);
            }
            _ => {
                let end = (first + 8 + below(20)).min(count);
                let same = level + size;
                values[first..end].fill(same);
            }
        }
    }
    if metric == "error_count" {
        for one in &mut values {
            *one = one.round().max(0.0);
        }
    }
    let has_digits = below(4) > 0;
    let (mut size, mut params, mut provider, mut gpu) = (150, 0, "a", "H100");
    let mut commit = 0;
    let mut runs = Vec::with_capacity(count);
    for (place, value) in values.iter().enumerate() {
        // Side runs and retracted runs are not read; they leave versions empty.
        if below(9) == 0 && place + 1 < count {
            continue;
        }
        commit += usize::from(below(3) > 0);
        match below(60) {
            0 => size += 10,
            1 => params += 1,
            2 => provider = if provider == "a" { "b" } else { "a" },
            3 => gpu = if gpu == "H100" { "A100" } else { "H100" },
            _ => {}
        }
        let commit_sha = if has_digits {
            format!("{commit:07x}{seed:033x}")
        } else {
            format!("nightly-{commit}")
        };
        let lacks = below(15) == 0 && place + 1 < count;
        let value = if metric == "latency_ms" && below(3) == 0 {
            value.round()
        } else {
            *value
        };
        let mut metrics = json!({ "other": 1 });
        if !lacks {
            metrics[metric] = json!(value);
        }
        // A backfilled run has a high version and an old time.
        let version = if below(25) == 0 {
            1_000 + place
        } else {
            place + 1
        };
        let stats =
            (below(10) == 0).then(|| json!({ metric: { "n": 150, "stderr": sd.max(1e-3) } }));
        runs.push(json!({
            "id": format!("00000000-0000-0000-0000-{version:012}"), "created_at": at(place), "recorded_at": at(place),
            "version": version, "commit_sha": commit_sha, "model_version": "m", "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "configuration_id": 1, "is_mainline": true,
            "idempotency_key": "k", "metrics": metrics, "metric_stats": stats, "dataset_size": size,
            "model_provider": provider, "params": if params > 0 { json!({ "t": params }) } else { Value::Null },
            "details": if below(2) == 0 { json!({ "gpu": gpu }) } else { json!({ "gpu": gpu, "notes": place }) },
        }));
    }
    let is_own_baseline = below(4) > 0;
    let baseline = (below(3) > 0).then(|| {
        let mut run = runs[below(runs.len())].clone();
        if !is_own_baseline {
            run["id"] = json!("99999999-0000-0000-0000-000000000000");
            run["configuration_id"] = json!(2);
        }
        run
    });
    let changes = (0..below(3))
        .map(|number| {
            let run = &runs[below(runs.len())];
            let delta = step * [1.0, 2.0, -1.0][below(3)];
            let state = ["accepted", "dismissed", "confirmed", "suspect"][below(4)];
            let set_by = ["ada", "bench-push 1.0"][below(2)];
            json!({
                "id": number, "metric": metric, "state": state, "reason": "the new prompt", "set_by": set_by,
                "delta": delta, "relative": delta / level, "transaction_id": run["id"], "began_at": run["created_at"],
                "began_version": run["version"],
            })
        })
        .collect();
    Stored {
        metric,
        runs,
        baseline,
        is_own_baseline,
        changes,
    }
}

impl Stored {
    fn newest(&self) -> &Value {
        self.runs.last().expect("the newest run is there")
    }

    /// The runs with the metric.
    fn with_metric(&self) -> Vec<&Value> {
        let has = |run: &&Value| run["metrics"].get(self.metric).is_some();
        self.runs.iter().filter(has).collect()
    }

    /// What the CLI reads with `judged_against` and says.
    fn cli(&self) -> MetricCheck {
        let read =
            |run: &Value| serde_json::from_value::<TransactionRow>(run.clone()).expect("a run");
        let current = read(self.newest());
        let earlier: Vec<TransactionRow> =
            self.earlier().map(|row| row.into_run(&current)).collect();
        let baseline = self.baseline.as_ref().map(read);
        let question = RunToCheck {
            current: &current,
            baseline: baseline.as_ref(),
            earlier: &earlier,
            change_points: &self.known_changes(),
        };
        let options = CheckOptions {
            metrics: vec![self.metric.to_owned()],
            ..CheckOptions::default()
        };
        let define = |name: &str| Metrics::default().of(name).definition();
        check(question, define, &options).expect("finite").remove(0)
    }

    fn earlier(&self) -> impl DoubleEndedIterator<Item = EarlierRow> {
        let (_, earlier) = self.runs.split_last().expect("the newest run is there");
        earlier.iter().map(|run| {
            let mut row = run.clone();
            row["machine"] = json!({ "gpu": run["details"]["gpu"] });
            serde_json::from_value(row).expect("a row")
        })
    }

    fn known_changes(&self) -> Vec<KnownChangeRow> {
        let read = |row: &Value| serde_json::from_value(row.clone()).expect("a row");
        self.changes.iter().map(read).collect()
    }

    /// The row of `against_baselines`.
    fn against(&self) -> Value {
        let metric = self.metric;
        let runs = self.with_metric();
        let numbers: Vec<&Value> = runs.iter().map(|run| &run["metrics"][metric]).collect();
        let short = |run: &Value| {
            let sha = run["commit_sha"].as_str().expect("a commit");
            let is_hash = sha.len() > 13 && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_hash {
                sha[..13].to_owned()
            } else {
                sha.to_owned()
            }
        };
        let facts = |run: &Value| json!([run["model_provider"], run["dataset_size"], run["params"], { "gpu": run["details"]["gpu"] }]);
        let (mut commits, mut known, mut before) = (Vec::new(), Vec::new(), None);
        for (place, run) in runs.iter().enumerate() {
            let last = place.checked_sub(1).map(|last| short(runs[last]));
            commits.push((last.as_ref() != Some(&short(run))).then(|| short(run)));
            let now = facts(run);
            if before.as_ref() != Some(&now) {
                known.push(json!([place, now[0], now[1], now[2], now[3]]));
            }
            before = Some(now);
        }
        let changes: Vec<Value> = self
            .changes
            .iter()
            .map(|change| {
                let mut change = change.clone();
                change["began_at"] =
                    json!(microseconds(change["began_at"].as_str().expect("a time")));
                change
            })
            .collect();
        let newest = self.newest();
        let mut row = json!({
            "configuration_id": 1, "metric": metric, "current_run": newest["id"],
            "current_at": microseconds(newest["created_at"].as_str().expect("a time")),
            "current_stats": newest["metric_stats"].get(metric), "versions": [], "numbers": numbers,
            "commits": commits, "facts": known, "changes": changes,
        });
        row["versions"] = runs.iter().map(|run| run["version"].clone()).collect();
        row["ids"] = runs.iter().map(|run| run["id"].clone()).collect();
        row["ats"] = runs
            .iter()
            .map(|run| json!(microseconds(run["created_at"].as_str().expect("a time")) / 1_000))
            .collect();
        if let Some(baseline) = &self.baseline {
            for (name, value) in [
                ("baseline_run", baseline["id"].clone()),
                ("baseline_version", baseline["version"].clone()),
                (
                    "baseline_at",
                    json!(microseconds(
                        baseline["created_at"].as_str().expect("a time")
                    )),
                ),
                ("baseline_value", json!(baseline["metrics"].get(metric))),
                (
                    "baseline_stats",
                    json!(baseline["metric_stats"].get(metric)),
                ),
                ("baseline_size", baseline["dataset_size"].clone()),
                ("is_own_baseline", json!(self.is_own_baseline)),
                ("found_by", json!("configuration")),
            ] {
                row[name] = value;
            }
        }
        row
    }

    /// What the page of the run says of it.
    fn page_of_the_run(&self, metrics: &Metrics) -> run::Judged {
        let read = |run: &Value| serde_json::from_value::<RunRow>(run.clone()).expect("a run");
        let around = Surroundings {
            baseline: self.baseline.as_ref().map(|baseline| run::Baseline {
                run: read(baseline),
                ..run::Baseline::default()
            }),
            earlier: self.earlier().rev().collect(),
            change_points: self.known_changes(),
            ..Surroundings::default()
        };
        let mut alone = read(self.newest());
        alone.metrics.retain(|name, _| name == self.metric);
        run::judge(&alone, &around, metrics)
    }

    /// What `metric_series` returns.
    fn series(&self) -> SeriesAnswer {
        let runs = self.with_metric();
        let row = |run: &&Value| SeriesRow {
            id: run["id"].as_str().expect("an id").to_owned(),
            created_at: run["created_at"].as_str().expect("a time").to_owned(),
            version: run["version"].as_i64().expect("a version"),
            commit_sha: run["commit_sha"].as_str().expect("a commit").to_owned(),
            branch_name: None,
            triggered_by: None,
            value: run["metrics"][self.metric].as_f64().expect("a number"),
            of_runs: runs.len(),
        };
        SeriesAnswer {
            configuration: 1,
            metric: self.metric.to_owned(),
            runs: runs.iter().map(row).collect(),
        }
    }
}

/// Verdict, change, level that counts, newest level, since, sentence.
fn cells_of(row: &RowView, places: [usize; 6]) -> Vec<String> {
    let cell = |place: usize| {
        let CellView { exact, label, .. } = &row.cells[place];
        if exact.is_empty() {
            label.clone()
        } else {
            exact.clone()
        }
    };
    places.into_iter().map(cell).collect()
}

#[test]
fn check_history_and_every_page_read_five_thousand_dirty_series_alike() {
    let metrics = Metrics::default();
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let mut with_changes = 0;
    for seed in 0..SERIES {
        let stored = stored(seed);
        let cli = stored.cli();
        *kinds.entry(cli.kind.as_str()).or_default() += 1;
        let json = stored.against();
        let row: AgainstRow = serde_json::from_value(json.clone()).expect("a row");

        // Regressions.
        let rows = [row];
        let found = verdicts::found_all(&rows, &metrics, 0.05);
        let (counts, newest) = cli.levels().expect("runs");
        assert_eq!(found[0].kind, Some(cli.kind), "{seed}: {}", cli.reason);
        assert_eq!(found[0].reason, cli.reason, "{seed}");
        let bits = |(one, other): (f64, f64)| (one.to_bits(), other.to_bits());
        assert_eq!(
            found[0].levels.map(bits),
            Some(bits((counts, newest))),
            "{seed}"
        );
        assert_eq!(found[0].since_version, cli.since_version, "{seed}");
        let judged = verdicts::judged(&rows, &found, &metrics);
        let configuration = trends::fixtures::configuration(1, "m");
        let all = [configuration.clone()];
        let state = RegressionsState::default();
        let table = regressions(&all, &judged, &BTreeMap::new(), &state).table;
        let of_regressions = cells_of(&table.rows[0], [2, 3, 4, 5, 6, 10]);
        assert_eq!(of_regressions[0], cli.kind.as_str(), "{seed}");
        assert!(of_regressions[5].starts_with(&cli.reason), "{seed}");

        // The first page.
        let answer = verdicts::answer(&json!([json]).to_string(), "[]");
        let cells: Vec<InRow> = serde_json::from_str(&answer).expect("cells");
        assert_eq!(cells[0].verdict.label, cli.kind.as_str(), "{seed}");
        assert_eq!(cells[0].verdict.hint, of_regressions[5], "{seed}");

        // Trends: the verdicts below the chart, and the places of the changes.
        let series = stored.series();
        let values: Vec<f64> = series.runs.iter().map(|run| run.value).collect();
        let ids: Vec<String> = series.runs.iter().map(|run| run.id.clone()).collect();
        let answer = TrendsAnswer {
            series: vec![series],
            against: rows.to_vec(),
            ..TrendsAnswer::default()
        };
        let chosen = Chosen {
            configurations: vec![configuration],
            metrics: vec![stored.metric.to_owned()],
            ..Chosen::default()
        };
        let standings = trends::standings(&chosen, &answer, &metrics);
        assert_eq!(
            cells_of(&standings.rows[0], [2, 3, 4, 5, 6, 7]),
            of_regressions,
            "{seed}"
        );
        let history = history(&values, &HistoryOptions::default()).expect("finite");
        let changed: Vec<&String> = history.changes.iter().map(|one| &ids[one.index]).collect();
        let view = trends::view(&chosen, &answer, &metrics, &TrendsState::default());
        let is_change = |mark: &&Mark| !matches!(mark.kind, MarkKind::Baseline | MarkKind::Begins);
        let marked: Vec<&String> = view
            .marks
            .iter()
            .filter(is_change)
            .map(|mark| &mark.run)
            .collect();
        assert_eq!(marked, changed, "{seed}");
        with_changes += u32::from(!changed.is_empty());
        // The change that the verdict is about is one of the history.
        if let Some(version) = cli.since_version {
            let runs = stored.with_metric();
            let since = runs
                .iter()
                .position(|run| run["version"] == json!(version))
                .expect("a run");
            // A drift is told from the run that counts on, which may lie inside of it.
            let mut drifts = history.drifts.iter();
            let is_drift = drifts.any(|drift| (drift.first..=drift.last).contains(&since));
            let is_level = since == 0 || history.changes.iter().any(|one| one.index == since);
            assert!(is_level || is_drift, "{seed}: {}", cli.reason);
        }

        // The page of the run.
        let judged = stored.page_of_the_run(&metrics);
        let verdict = &judged[stored.metric];
        assert_eq!(
            (verdict.kind, &verdict.reason),
            (cli.kind, &cli.reason),
            "{seed}"
        );
    }
    // The series are dirty enough to tell readers apart.
    for kind in [
        VerdictKind::Regressed,
        VerdictKind::Improved,
        VerdictKind::Unchanged,
        VerdictKind::Uncertain,
    ] {
        assert!(kinds[kind.as_str()] > 100, "{kinds:?}");
    }
    assert!(with_changes > 500, "{with_changes}");
}
