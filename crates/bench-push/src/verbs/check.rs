//! The verb `check`: did a metric regress?

use std::collections::{BTreeSet, HashMap};

use bench_model::{
    attribution::Attribution,
    check::{
        CheckOptions, MetricCheck, MissingMetric, RunToCheck, baseline_to_mark, check, missing,
    },
    metric::{KnownMetrics, primary_metric},
    rest::{
        change_points::{ChangePointFound, ChangePointState, MAX_CHANGE_POINTS, Outcome},
        functions::{RecordChangePoints, SetChangePointState},
        rows::{ChangePointStateRow, KnownChangeRow, RecordedChangePointRow, TransactionRow},
    },
    run_id::RunId,
    stats::{Judgement, Options, VerdictKind},
    text::Label,
};

use jiff::{civil::Date, tz::TimeZone};

use crate::{
    cli::{
        check::{CheckArgs, JudgeArgs},
        filter::FilterArgs,
        network::NetworkArgs,
        push::PushArgs,
    },
    context::Context,
    exit,
    failure::Failure,
    gate::{Consequence, Gate, GateArgs, GateFile, Terms},
    runtime::block_on,
    server::reader::{Against, CountingBaseline, FoundBy, MOST_JUDGED, Newest, Reader, portions},
    settings::{project::Project, variables::Access},
    spelling::Misspelt,
    terminal::shell::word,
    verbs::push::{Fate, Pushed},
};

/// The detector's name.
const FOUND_BY: &str = concat!("bench-push ", env!("CARGO_PKG_VERSION"));

/// The result of `check`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    /// Each run, with its metrics.
    pub(crate) runs: Vec<CheckedRun>,
    /// The result of recording change points; none if nothing was recorded, see `not_recorded`.
    pub(crate) recorded: Option<Recorded>,
    /// Why nothing was recorded.
    pub(crate) not_recorded: Option<&'static str>,
    /// The gate file, if there is one.
    pub(crate) gate: Option<GateFile>,
    /// Which verdicts are printed for people.
    pub(crate) show: Show,
    /// The command that judges the same runs again.
    pub(crate) again: String,
}

/// Which verdicts are printed for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Show {
    /// News: what regressed, is missing, just improved, or is out of line.
    #[default]
    News,
    /// Every one.
    All,
    /// Those of one kind.
    Only(VerdictKind),
}

/// Which runs are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// The newest of each configuration on the main line.
    Newest,
    /// Any.
    Any,
}

/// The result of `push --check`.
#[derive(Debug)]
pub(crate) struct CheckedPush {
    /// The result of storing.
    pub(crate) pushed: Pushed,
    /// The verdicts, or why the runs could not be judged.
    pub(crate) checked: Result<Checked, Failure>,
}

/// A judged run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CheckedRun {
    /// The run.
    pub(crate) run: TransactionRow,
    /// Its baseline.
    pub(crate) baseline: Option<CountingBaseline>,
    /// The number of earlier runs of its configuration considered, of the main line.
    pub(crate) earlier: usize,
    /// Each metric, the primary one first.
    pub(crate) metrics: Vec<CheckedMetric>,
    /// Metrics that the baseline or earlier runs have and the run lacks.
    pub(crate) missing: Vec<Missing>,
    /// Without a baseline, the suggested one, if any.
    pub(crate) to_mark: Option<TransactionRow>,
    /// Whether it is the newest run of its configuration on the main line: only then its reading of
    /// the series is stored.
    pub(crate) is_newest: bool,
}

/// A missing metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Missing {
    /// The metric and the runs that have it.
    pub(crate) metric: MissingMetric,
    /// Whether it must not be missing: the primary metric, metrics requested by name, and those
    /// that the gate file requires.
    pub(crate) is_required: bool,
    /// What the gate says of the metric.
    pub(crate) terms: Terms,
}

impl Missing {
    /// What its absence does to the check.
    pub(crate) fn consequence(&self) -> Consequence {
        if self.is_required {
            self.terms.of_missing()
        } else {
            Consequence::Passes
        }
    }
}

impl CheckedRun {
    /// Whether its check found anything to store.
    fn has_findings(&self) -> bool {
        let mut checks = self.metrics.iter().map(|metric| &metric.check);
        checks.any(|check| !check.found.is_empty() || !check.spikes.is_empty())
    }

    /// How the run stands beside the main line, if it is no part of it.
    pub(crate) fn aside(&self) -> Option<String> {
        match &self.run.retraction {
            Some(retraction) => Some(format!("retracted: {}", retraction.reason)),
            None if !self.run.is_mainline => {
                Some("side run: judged against the main line, no part of it".to_owned())
            }
            None => None,
        }
    }
}

/// A judged metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CheckedMetric {
    /// The judgement.
    pub(crate) check: MetricCheck,
    /// The number and state of the newest stored change, if any.
    pub(crate) change_point: Option<(i64, ChangePointState)>,
    /// What the gate says of the metric.
    pub(crate) terms: Terms,
    /// Its newest values, oldest first, that of the run last.
    pub(crate) recent: Vec<f64>,
}

impl CheckedMetric {
    /// Whether it is a single run out of line, which one more run would settle.
    pub(crate) fn is_suspect(&self) -> bool {
        let is_open = self.check.kind == VerdictKind::Uncertain;
        is_open && matches!(self.check.judgement, Judgement::Suspect(_))
    }

    /// The level that counts, the newest one, and the newest less the other, as the verdict reads
    /// them; none without a level to count.
    pub(crate) fn levels(&self) -> Option<(f64, f64, f64)> {
        if let Some(standing) = self.check.standing.as_ref() {
            if let Some(moved) = &standing.moved {
                return Some((moved.before, moved.after, moved.delta));
            }
            if self.is_suspect() || self.check.assessment.is_none() {
                let before = standing.reference.mean;
                return Some((before, self.check.value, self.check.value - before));
            }
        }
        let found = &self.check.assessment.as_ref()?.comparison;
        Some((found.before, found.after, found.delta))
    }

    /// What the verdict does to the check.
    pub(crate) fn consequence(&self) -> Consequence {
        self.terms.consequence(self.check.kind)
    }
}

/// The result of recording change points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// New ones.
    pub(crate) new: usize,
    /// Suspicions that are now confirmed.
    pub(crate) confirmed: usize,
    /// Already stored ones.
    pub(crate) known: usize,
    /// Suspicions that turned out to be spikes.
    pub(crate) spikes: usize,
}

impl Checked {
    /// 1 if a metric regressed or a required one is missing, unless the gate file says that this
    /// only warns or is ignored.
    pub(crate) fn status(&self) -> u8 {
        match self.consequence() {
            Consequence::Fails => exit::REGRESSED,
            Consequence::Warns | Consequence::Passes => exit::DONE,
        }
    }

    /// The worst that any verdict or missing metric does.
    pub(crate) fn consequence(&self) -> Consequence {
        let runs = self.runs.iter();
        let all = runs.flat_map(|run| {
            let metrics = run.metrics.iter().map(CheckedMetric::consequence);
            metrics.chain(run.missing.iter().map(Missing::consequence))
        });
        all.max().unwrap_or_default()
    }

    /// How many regressions the gate file lets pass.
    pub(crate) fn spared(&self) -> usize {
        let metrics = self.runs.iter().flat_map(|run| &run.metrics);
        let spared = metrics.filter(|metric| {
            metric.check.kind == VerdictKind::Regressed
                && metric.consequence() != Consequence::Fails
        });
        spared.count()
    }

    /// The gate file, as messages name it.
    pub(crate) fn gate_path(&self) -> &str {
        self.gate.as_ref().map_or("the defaults", |gate| &gate.path)
    }

    /// Every missing metric that fails the check.
    pub(crate) fn required(&self) -> impl Iterator<Item = &MissingMetric> {
        let missing = self.runs.iter().flat_map(|run| &run.missing);
        missing
            .filter(|missing| missing.consequence() == Consequence::Fails)
            .map(|missing| &missing.metric)
    }

    /// The number of metrics with this verdict.
    pub(crate) fn count(&self, kind: VerdictKind) -> usize {
        let metrics = self.runs.iter().flat_map(|run| &run.metrics);
        metrics.filter(|metric| metric.check.kind == kind).count()
    }
}

/// Judges the runs in `args`.
///
/// # Errors
///
/// [`Failure`] if settings are missing, no run matches, or the server is unreachable.
pub(crate) fn check_runs(args: &CheckArgs, context: &Context) -> Result<Checked, Failure> {
    let gate = args.gate.open(context)?;
    let project = Project::strongest(&context.environment)?;
    let may_record = project.may_write();
    let reader = Reader::to(project, &args.network, context)?;
    block_on(async {
        let (runs, which) = chosen(&reader, args, context).await?;
        let how = How {
            args: &args.judge,
            gate: &gate,
            today: today(context),
            base: args.base.as_deref(),
        };
        let mut checked = judge(&reader, runs, which, how, may_record).await?;
        checked.show = args.show();
        checked.again = args.typed.again("check", &["all", "only", "format"]);
        Ok(checked)
    })
}

/// Judges one metric of the newest run of each configuration that matches, and records nothing.
///
/// # Errors
///
/// As [`check_runs`].
pub(crate) fn judge_newest(
    filter: &FilterArgs,
    metric: &Label,
    network: &NetworkArgs,
    context: &Context,
) -> Result<Checked, Failure> {
    let reader = Reader::open(Access::Read, network, context)?;
    let args = JudgeArgs {
        metric: vec![metric.clone()],
        no_record: true,
        ..JudgeArgs::default()
    };
    let how = How {
        args: &args,
        gate: &GateArgs::default().open(context)?,
        today: today(context),
        base: None,
    };
    block_on(async {
        let mut runs = reader.newest_shown(filter, context).await?;
        // The newest alone: its verdict is what is asked for.
        runs.sort_by_key(|run| std::cmp::Reverse(run.created_at));
        runs.truncate(1);
        judge(&reader, runs, Which::Any, how, false).await
    })
}

/// Judges the runs just stored, like `check` with its defaults.
pub(crate) fn check_pushed(pushed: Pushed, args: &PushArgs, context: &Context) -> CheckedPush {
    let ids: Vec<&str> = pushed
        .runs
        .iter()
        .filter_map(|run| match &run.fate {
            Fate::Kept(row) => Some(row.id.as_str()),
            Fate::Conflict(_) | Fate::Spooled | Fate::NotSent => None,
        })
        .collect();
    let judged = || {
        let gate = args.gate.open(context)?;
        let reader = Reader::open(Access::Write, &args.network, context)?;
        let how = How {
            args: &JudgeArgs::default(),
            gate: &gate,
            today: today(context),
            base: None,
        };
        block_on(async {
            let runs = newest_of(reader.runs(ids.iter().copied()).await?, &ids);
            judge(&reader, runs, Which::Any, how, true).await
        })
    };
    CheckedPush {
        checked: judged(),
        pushed,
    }
}

/// How runs are judged, and what the verdicts do.
#[derive(Clone, Copy)]
struct How<'a> {
    args: &'a JudgeArgs,
    gate: &'a Gate,
    today: Date,
    /// The branch or commit to hold the runs against; none for the baselines.
    base: Option<&'a str>,
}

/// The day, in UTC.
pub(crate) fn today(context: &Context) -> Date {
    TimeZone::UTC.to_datetime(context.now).date()
}

/// The newest run of each configuration; the others are its history.
fn newest_of(mut runs: Vec<TransactionRow>, ids: &[&str]) -> Vec<TransactionRow> {
    let places: HashMap<&str, usize> = (0..).zip(ids).map(|(place, id)| (*id, place)).collect();
    runs.sort_by_key(|run| places.get(run.id.as_str()).copied());
    let mut newest: Vec<TransactionRow> = Vec::new();
    for run in runs {
        match newest.iter_mut().find(|kept| {
            // A side run is no part of any history.
            let is_history = kept.is_mainline && run.is_mainline;
            is_history && kept.configuration_id == run.configuration_id
        }) {
            Some(kept) if (kept.created_at, kept.version) < (run.created_at, run.version) => {
                *kept = run;
            }
            Some(_) => {}
            None => newest.push(run),
        }
    }
    newest
}

/// The named runs, otherwise those of this commit.
async fn chosen(
    reader: &Reader<'_>,
    args: &CheckArgs,
    context: &Context,
) -> Result<(Vec<TransactionRow>, Which), Failure> {
    let CheckArgs {
        runs_named: ids,
        filter,
        ..
    } = args;
    if !ids.is_empty() {
        let mut named: Vec<RunId> = Vec::new();
        for id in ids {
            named.push(reader.run_id(id).await?);
        }
        let ids = named;
        let runs = reader.runs(ids.iter().map(RunId::as_str)).await?;
        if let Some(missing) = ids
            .iter()
            .find(|id| runs.iter().all(|run| run.id != id.as_str()))
        {
            return Err(Failure::NothingToJudge {
                what: format!("run with the id {missing}"),
            });
        }
        return Ok((runs, Which::Any));
    }
    let mut filter = filter.clone();
    let mut what = "run that matches".to_owned();
    if !args.is_filtered() {
        let detected = context.detect();
        filter.commit_sha = filter.commit_sha.or(detected.commit_sha);
        match &filter.commit_sha {
            Some(commit) => what = format!("run of this commit, {}", commit.as_str()),
            None => {
                return Err(Failure::NothingNamed {
                    unreadable_commit: detected.unreadable_commit,
                });
            }
        }
    }
    let Newest { runs, is_cut } = reader.newest(&filter, MOST_JUDGED).await?;
    if is_cut {
        return Err(Failure::TooMany {
            most: MOST_JUDGED,
            what: "configurations have a run that matches".to_owned(),
        });
    }
    if runs.is_empty() {
        return Err(reader.nothing_fits(&filter, &what).await?);
    }
    let which = match filter.commit_sha {
        Some(_) => Which::Any,
        None => Which::Newest,
    };
    Ok((runs, which))
}

/// The command that judges just these runs.
fn again(runs: &[CheckedRun]) -> String {
    /// More ids make a line that nobody copies.
    const MOST: usize = 3;
    let ids = runs.iter().map(|run| run.run.id.as_str());
    let beginning = |text: &str, of: usize| text.get(..of).unwrap_or(text).to_owned();
    let commits: BTreeSet<&str> = runs.iter().map(|run| run.run.commit_sha.as_str()).collect();
    match commits.first() {
        _ if runs.len() <= MOST => ids.fold("bench-push check".to_owned(), |all, id| {
            format!("{all} {}", word(&beginning(id, 8)))
        }),
        Some(commit) if commits.len() == 1 => {
            format!(
                "bench-push check --commit-sha {}",
                word(&beginning(commit, 40))
            )
        }
        _ => "bench-push check RUN".to_owned(),
    }
}

/// Of the runs with something to store, those that are the newest of their configuration on the main
/// line. An older run's reading of the series is not stored: the newest one may not have its changes.
async fn newest_among(
    reader: &Reader<'_>,
    checked: &[CheckedRun],
) -> Result<BTreeSet<String>, Failure> {
    let counting = checked.iter().filter(|run| run.run.counts());
    let (to_ask, idle): (Vec<_>, Vec<_>) = counting.partition(|run| run.has_findings());
    let mut newest: BTreeSet<String> = idle.iter().map(|run| run.run.id.clone()).collect();
    let ids: Vec<&str> = to_ask.iter().map(|run| run.run.id.as_str()).collect();
    newest.extend(reader.current(&ids).await?);
    Ok(newest)
}

async fn judge(
    reader: &Reader<'_>,
    runs: Vec<TransactionRow>,
    which: Which,
    how: How<'_>,
    may_record: bool,
) -> Result<Checked, Failure> {
    let How {
        args, gate, base, ..
    } = how;
    let definitions = reader.metrics().await?;
    let (mut checked, mut known) = (Vec::with_capacity(runs.len()), BTreeSet::new());
    let mut baselines = HashMap::new();
    // The run itself is one of them.
    let most = usize::from(args.runs) - 1;
    let at_base = match base {
        None => None,
        Some(base) => {
            let configurations = runs.iter().map(|run| run.configuration_id).collect();
            let newest = reader.newest_at(base, &configurations).await?;
            if newest.is_empty() {
                return Err(Failure::NothingToJudge {
                    what: format!(
                        "run of the branch or commit {base} with the same model, data, prompt and environment"
                    ),
                });
            }
            Some(newest)
        }
    };
    for portion in portions(&runs, most) {
        let against = reader.judged_against(portion, most).await?;
        read_baselines(reader, &mut baselines, &runs, &against).await?;
        for (run, against) in portion.iter().zip(against) {
            let mut run = Surroundings::of(run.clone(), against, &baselines);
            if let (Some(base), Some(newest)) = (base, &at_base) {
                let found = newest.get(&run.run.configuration_id).cloned();
                run.baseline = found.map(|run| CountingBaseline {
                    run,
                    found_by: FoundBy::Base(base.to_owned()),
                });
            }
            known.extend(run.metrics().map(str::to_owned));
            checked.push(run.judge(&definitions, how)?);
        }
    }
    // Check this before recording anything.
    let known = known.iter().map(String::as_str).collect();
    metrics_are_known(&args.metric, args.primary.as_ref(), &known)?;
    let newest = match which {
        _ if args.no_record || !may_record => BTreeSet::new(),
        Which::Newest => checked.iter().map(|run| run.run.id.clone()).collect(),
        Which::Any => newest_among(reader, &checked).await?,
    };
    for run in &mut checked {
        run.is_newest = newest.contains(&run.run.id);
    }
    let not_recorded = if args.no_record {
        Some("`--no-record`")
    } else if checked.iter().all(|run| !run.run.counts()) {
        Some("only runs of the main line have them")
    } else if !may_record {
        Some("that needs a secret key")
    } else if newest.is_empty() {
        Some("there is a newer run, whose check records them")
    } else {
        None
    };
    let recorded = match not_recorded {
        None => Some(record(reader, &mut checked).await?),
        Some(_) => None,
    };
    Ok(Checked {
        recorded,
        not_recorded,
        gate: gate.file.clone(),
        show: Show::default(),
        again: again(&checked),
        runs: checked,
    })
}

/// Checks that every metric requested by name exists.
///
/// # Errors
///
/// [`Failure::NoSuchMetric`] with all unknown ones.
pub(crate) fn metrics_are_known(
    wanted: &[Label],
    primary: Option<&Label>,
    known: &BTreeSet<&str>,
) -> Result<(), Failure> {
    let wanted = wanted.iter().map(|name| ("--metric", name));
    let asked = wanted.chain(primary.map(|name| ("--primary", name)));
    let misspelt: Vec<Misspelt> = asked
        .filter_map(|(flag, name)| Misspelt::among(flag, name, known.iter().copied()))
        .collect();
    if misspelt.is_empty() {
        Ok(())
    } else {
        Err(Failure::NoSuchMetric { misspelt })
    }
}

/// Reads the baselines that `against` names, each once.
pub(crate) async fn read_baselines(
    reader: &Reader<'_>,
    baselines: &mut HashMap<String, TransactionRow>,
    runs: &[TransactionRow],
    against: &[Against],
) -> Result<(), Failure> {
    let ids = against
        .iter()
        .filter_map(|one| Some(&one.baseline.as_ref()?.0));
    let (known, unknown): (Vec<_>, Vec<_>) = ids
        .filter(|id| !baselines.contains_key(*id))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|id| (id, runs.iter().find(|run| run.id == *id)))
        .partition(|(_, run)| run.is_some());
    let mut found = reader
        .runs(unknown.iter().map(|(id, _)| id.as_str()))
        .await?;
    found.extend(known.into_iter().filter_map(|(_, run)| run.cloned()));
    baselines.extend(found.into_iter().map(|run| (run.id.clone(), run)));
    Ok(())
}

/// A run with all data it is compared with.
pub(crate) struct Surroundings {
    /// The run.
    pub(crate) run: TransactionRow,
    /// Its baseline.
    pub(crate) baseline: Option<CountingBaseline>,
    /// The runs before it, oldest first.
    pub(crate) earlier: Vec<TransactionRow>,
    /// The stored change points of its configuration.
    pub(crate) change_points: Vec<KnownChangeRow>,
}

impl Surroundings {
    /// Of a run and what was read for it; `baselines` has the whole baseline.
    pub(crate) fn of(
        run: TransactionRow,
        against: Against,
        baselines: &HashMap<String, TransactionRow>,
    ) -> Self {
        let Against {
            baseline,
            earlier,
            change_points,
        } = against;
        let baseline = baseline.and_then(|(id, found_by)| {
            let run = baselines.get(&id)?.clone();
            Some(CountingBaseline {
                run,
                found_by: FoundBy::Scope(found_by),
            })
        });
        Self {
            run,
            baseline,
            earlier,
            change_points,
        }
    }

    /// Every metric that any of the runs has.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &str> {
        let baseline = self.baseline.as_ref().map(|baseline| &baseline.run);
        let runs = self.earlier.iter().chain([&self.run]).chain(baseline);
        runs.flat_map(|run| run.metrics.keys().map(String::as_str))
    }

    fn judge(self, known: &KnownMetrics, how: How<'_>) -> Result<CheckedRun, Failure> {
        let How {
            args, gate, today, ..
        } = how;
        let run = RunToCheck {
            current: &self.run,
            baseline: self.baseline.as_ref().map(|baseline| &baseline.run),
            earlier: &self.earlier,
            change_points: &self.change_points,
        };
        let mut missing = missing(run);
        let has = |name: &str| self.run.metrics.contains_key(name);
        let had = |name: &str| has(name) || missing.iter().any(|metric| metric.name == name);
        let named = args.primary.as_deref();
        let required = named.or_else(|| primary_metric(had)).map(str::to_owned);
        // If the preferred primary metric is missing, use the next one, as everywhere.
        let primary = named.or_else(|| primary_metric(has)).map(str::to_owned);
        let terms_of = |name: &str| gate.terms(name, today);
        let comparison = Options {
            threshold: args.threshold.unwrap_or(Options::default().threshold),
            ..Options::default()
        };
        let of_metric = |name: &String| {
            let mut own = terms_of(name).options(comparison);
            if args.threshold.is_some() {
                // The command line wins over the file.
                (own.threshold, own.least_share) = (comparison.threshold, comparison.least_share);
            }
            (name.clone(), own)
        };
        let options = CheckOptions {
            comparison,
            of_metric: self.run.metrics.keys().map(of_metric).collect(),
            metrics: args.metric.iter().map(ToString::to_string).collect(),
            primary,
            ignored_params: gate.ignored_params.clone(),
            ..CheckOptions::default()
        };
        let define = |name: &str| terms_of(name).definition(known.of(name));
        let metrics = check(run, define, &options)?;
        let is_named = |name: &str| options.metrics.iter().any(|wanted| wanted == name);
        let never_seen = gate.required().map(|(name, _)| name).filter(|name| {
            !self.run.metrics.contains_key(*name) && missing.iter().all(|of| of.name != *name)
        });
        let never_seen: Vec<MissingMetric> = never_seen.map(MissingMetric::never_seen).collect();
        missing.extend(never_seen);
        missing.retain(|metric| options.metrics.is_empty() || is_named(&metric.name));
        let to_mark = match &self.baseline {
            Some(_) => None,
            None => baseline_to_mark(run, &metrics, &missing)
                .filter(|run| run.counts())
                .cloned(),
        };
        Ok(CheckedRun {
            earlier: self.earlier.len(),
            metrics: metrics
                .into_iter()
                .map(|check| CheckedMetric {
                    change_point: check.stored,
                    terms: terms_of(&check.definition.name),
                    recent: recent(&self.earlier, &self.run, &check.definition.name),
                    check,
                })
                .collect(),
            missing: missing
                .into_iter()
                .map(|metric| {
                    let terms = terms_of(&metric.name);
                    let is_required = is_named(&metric.name)
                        || required.as_ref() == Some(&metric.name)
                        || terms.required.value;
                    Missing {
                        metric,
                        is_required,
                        terms,
                    }
                })
                .collect(),
            to_mark,
            is_newest: false,
            run: self.run,
            baseline: self.baseline,
        })
    }
}

/// The newest values of a metric, oldest first.
fn recent(earlier: &[TransactionRow], run: &TransactionRow, metric: &str) -> Vec<f64> {
    const NEWEST: usize = 30;
    let runs = earlier.iter().chain([run]).rev();
    let values = runs.filter_map(|run| run.metrics.get(metric).copied());
    let mut newest: Vec<f64> = values.take(NEWEST).collect();
    newest.reverse();
    newest
}

/// Stores every change found, and dismisses suspicions that were spikes.
async fn record(reader: &Reader<'_>, runs: &mut [CheckedRun]) -> Result<Recorded, Failure> {
    let mut recorded = Recorded::default();
    let mut points: Vec<ChangePointFound> = Vec::new();
    let mut spikes = Vec::new();
    let metrics = runs.iter().filter(|run| run.is_newest);
    for metric in metrics.flat_map(|run| &run.metrics) {
        let attribution = metric.check.attribution.as_ref().map(Attribution::sentence);
        for (place, point) in metric.check.found.iter().enumerate() {
            points.push(ChangePointFound {
                found_by: Some(FOUND_BY.to_owned()),
                reason: attribution
                    .clone()
                    .filter(|_| metric.check.judged == Some(place)),
                ..point.clone()
            });
        }
        spikes.extend(&metric.check.spikes);
    }
    let mut rows: Vec<RecordedChangePointRow> = Vec::new();
    for p_points in points.chunks(MAX_CHANGE_POINTS) {
        let page: Vec<RecordedChangePointRow> =
            reader.call(&RecordChangePoints { p_points }).await?;
        rows.extend(page);
    }
    for row in &rows {
        match row.outcome {
            Outcome::Recorded => recorded.new += 1,
            Outcome::Confirmed => recorded.confirmed += 1,
            Outcome::Known => recorded.known += 1,
        }
    }
    let mut rows = rows.into_iter();
    let metrics = runs.iter_mut().filter(|run| run.is_newest);
    for metric in metrics.flat_map(|run| &mut run.metrics) {
        let its_own: Vec<_> = rows.by_ref().take(metric.check.found.len()).collect();
        if let Some(row) = metric.check.judged.and_then(|place| its_own.get(place)) {
            metric.change_point = Some((row.id, row.state));
        }
    }
    for id in spikes {
        let arguments = SetChangePointState {
            p_id: id,
            p_state: ChangePointState::Dismissed,
            p_reason: Some("a spike: the runs after it are back at the level before"),
            p_set_by: Some(FOUND_BY),
            p_only_if: Some(ChangePointState::Suspect),
        };
        let row: ChangePointStateRow = reader.call(&arguments).await?;
        recorded.spikes += usize::from(row.state == ChangePointState::Dismissed);
    }
    Ok(recorded)
}
