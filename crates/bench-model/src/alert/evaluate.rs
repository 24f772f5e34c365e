//! What is known → conditions.

use jiff::{SignedDuration, Timestamp};

use crate::{
    alert::{
        cause::Cause,
        condition::{Condition, Configuration, Effect, Kind, RunRef, Severity, Span},
        log::{ConfigurationLog, Known, Log},
        rules::Rules,
    },
    attribution::{Attribution, Facts, Place, attribute},
    check::{CheckOptions, MetricCheck, check, missing},
    metric::{MetricDefinition, Scale, primary_metric},
    rest::rows::TransactionRow,
    stats::{Judgement, Options, StatsError, VerdictKind, real},
    words::{counted, percent},
};

/// Two changes that are one may be placed so many runs apart.
const BESIDE: usize = 2;
/// The newest runs that say how long the gap between two usually is.
const USUAL: usize = 20;

/// Everything that is not as it should be at `at`, the configurations in the order of their numbers.
///
/// The same log, rules and time give the same conditions, and what was recorded after `at` plays no
/// part.
///
/// # Errors
///
/// [`StatsError::Option`] for a margin out of range.
pub fn evaluate(log: &Log, rules: &Rules, at: Timestamp) -> Result<Vec<Condition>, StatsError> {
    let mut all = Vec::new();
    for configuration in &log.configurations {
        if let Some(known) = configuration.known(at, usize::from(rules.quality.runs)) {
            all.extend(quality(&known, log, rules)?);
            all.extend(of_time(&known, rules, at));
        }
    }
    all.sort_by(|one, other| {
        let order = |of: &Condition| (of.configuration.id, of.metric.clone(), of.kind);
        order(one).cmp(&order(other))
    });
    Ok(all)
}

/// Runs that wait to be sent on the machine that evaluates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spool {
    /// The machine's name.
    pub host: String,
    /// How many; 0 if none.
    pub runs: usize,
    /// Since when the oldest waits.
    pub since: Timestamp,
}

/// The condition that runs wait for too long, if they do.
pub fn spool_condition(spool: &Spool, rules: &Rules, at: Timestamp) -> Option<Condition> {
    let Spool { host, runs, since } = spool;
    let (runs, since) = (*runs, *since);
    let waited = hours(at.duration_since(since));
    let is_late = runs > 0 && rules.spool.alert && waited >= rules.spool.after_hours;
    is_late.then(|| Condition {
        kind: Kind::Spool,
        severity: Severity::Alert,
        configuration: Configuration {
            id: 0,
            model_version: String::new(),
            dataset_version: String::new(),
            prompt_version: String::new(),
            environment: String::new(),
        },
        metric: Some(host.clone()),
        cause: Cause::named("spool", "the server was not reached".to_owned()),
        span: Span {
            after: since,
            at: since,
            until: at,
        },
        effect: None,
        reason: format!(
            "{} on {host} not stored yet, the oldest for {}",
            counted(runs, "run"),
            span_words(waited)
        ),
        began: None,
        newest: None,
    })
}

impl ConfigurationLog {
    /// The runs of the configuration after a time, of those known at another one, that have the metric
    /// if one is given.
    pub(crate) fn runs_since(
        &self,
        since: Timestamp,
        at: Timestamp,
        metric: Option<&str>,
    ) -> usize {
        let Some(known) = self.known(at, usize::MAX) else {
            return 0;
        };
        known
            .runs()
            .rev()
            .take_while(|run| run.created_at >= since)
            .filter(|run| metric.is_none_or(|metric| run.metrics.contains_key(metric)))
            .count()
    }
}

/// What is wrong with what the newest run measured, or lacks.
pub(crate) fn quality(
    known: &Known,
    log: &Log,
    rules: &Rules,
) -> Result<Vec<Condition>, StatsError> {
    let run = known.run();
    let primary = primary_metric(|name| known.current.metrics.contains_key(name));
    let options = CheckOptions {
        comparison: Options {
            threshold: rules.quality.margin,
            ..Options::default()
        },
        of_metric: log.of_metric.clone(),
        primary: primary.map(str::to_owned),
        ignored_params: log.ignored_params.clone(),
        ..CheckOptions::default()
    };
    let scene = Scene::of(known);
    let mut found: Vec<Condition> = check(run, |name| log.metrics.of(name), &options)?
        .into_iter()
        .filter_map(|check| scene.worsened(&check, rules))
        .collect();
    if rules.quality.missing {
        let names = missing(run).into_iter();
        found.extend(names.map(|metric| scene.missing(&metric.name, metric.reason())));
    }
    found.retain(|of| {
        let metric = of.metric.as_deref();
        metric.is_none_or(|metric| {
            rules.quality.is_about(metric) && !log.ignored_metrics.contains(metric)
        })
    });
    if let Some(errors) = scene.errors(rules) {
        // What was measured on the items that did not fail is not the model's quality.
        for of in &mut found {
            if errors.span.overlaps(&of.span) {
                of.severity = Severity::Note;
                of.cause = errors.cause.clone();
            }
        }
        found.push(errors);
    }
    Ok(found)
}

/// What is wrong because time went by.
pub(crate) fn of_time(known: &Known, rules: &Rules, at: Timestamp) -> Vec<Condition> {
    let scene = Scene::of(known);
    let stale = scene.stale(rules, at);
    stale
        .into_iter()
        .chain(scene.old_baseline(rules, at))
        .collect()
}

/// The runs of a configuration, with their facts.
struct Scene<'a> {
    known: &'a Known,
    runs: Vec<&'a TransactionRow>,
}

impl<'a> Scene<'a> {
    fn of(known: &'a Known) -> Self {
        let runs = known.runs().collect();
        Self { known, runs }
    }

    fn newest(&self) -> usize {
        self.runs.len() - 1
    }

    fn facts(&self) -> Vec<Facts> {
        self.runs.iter().map(|run| Facts::of(run)).collect()
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.runs.iter().rposition(|run| run.id == id)
    }

    /// The moments at which something may have begun that `place` shows.
    fn span(&self, place: Place) -> Span {
        let Place {
            index,
            earliest,
            latest,
        } = place;
        let before = earliest.min(index).saturating_sub(1 + BESIDE);
        let until = (latest.max(index) + BESIDE).min(self.newest());
        let after = self.runs[before].created_at;
        let until = self.runs[until].created_at;
        Span {
            after: if after < until {
                after
            } else {
                after - SignedDuration::from_secs(1)
            },
            at: self.runs[index].created_at,
            until,
        }
    }

    fn condition(&self, kind: Kind, place: Place, cause: Cause, reason: String) -> Condition {
        Condition {
            kind,
            severity: Severity::Alert,
            configuration: Configuration::of(&self.known.current),
            metric: None,
            cause,
            span: self.span(place),
            effect: None,
            reason,
            began: Some(RunRef::of(self.runs[place.index])),
            newest: Some(RunRef::of(&self.known.current)),
        }
    }

    /// That a metric is worse, as the check says it.
    fn worsened(&self, check: &MetricCheck, rules: &Rules) -> Option<Condition> {
        let effect = effect(check)?;
        let is_worse = effect.worsening.is_some_and(|worse| worse > 0.0);
        let is_beyond = effect
            .worsening
            .is_some_and(|worse| worse > rules.quality.margin);
        let drifts = check.standing.is_some_and(|of| of.current.drift.is_some());
        let excused = check
            .attribution
            .as_ref()
            .is_some_and(Attribution::is_measured_differently);
        let (kind, severity) = match (check.kind, &check.judgement) {
            (VerdictKind::Regressed, _) if drifts => (Kind::Drift, rules.quality.drift),
            (VerdictKind::Regressed, _) => (Kind::Regressed, rules.quality.regressed),
            (VerdictKind::Uncertain, Judgement::Suspect(_)) if is_beyond && !excused => {
                (Kind::Suspect, rules.quality.suspect)
            }
            (VerdictKind::Uncertain, Judgement::Confirmed { .. }) if is_worse && excused => {
                (Kind::MeasuredDifferently, false)
            }
            _ => return None,
        };
        let (place, cause) = self.place_and_cause(check);
        let mut condition = self.condition(kind, place, cause, check.reason.clone());
        condition.severity = if severity {
            Severity::Alert
        } else {
            Severity::Note
        };
        condition.metric = Some(check.definition.name.to_string());
        condition.effect = Some(effect);
        Some(condition)
    }

    /// Where it began, and why.
    fn place_and_cause(&self, check: &MetricCheck) -> (Place, Cause) {
        let found = check.judged.and_then(|judged| check.found.get(judged));
        let place = found.and_then(|found| {
            Some(Place {
                index: self.place_of(&found.transaction_id)?,
                earliest: self.place_of(&found.earliest_transaction_id)?,
                latest: self.place_of(&found.latest_transaction_id)?,
            })
        });
        if let (Some(place), Some(attribution)) = (place, &check.attribution) {
            return (place, Cause::of(attribution));
        }
        // Only the baseline shows it: anything since then may be the cause.
        let newest = self.newest();
        let baseline = self.known.baseline.as_ref();
        let since = baseline.map_or(newest, |baseline| {
            let after = |run: &&TransactionRow| run.created_at > baseline.created_at;
            self.runs.iter().position(after).unwrap_or(newest)
        });
        let cause = baseline.map_or_else(Cause::default, |baseline| {
            let place = Place {
                index: 1,
                earliest: 1,
                latest: 1,
            };
            let facts = [Facts::of(baseline), Facts::of(&self.known.current)];
            Cause::of(&attribute(&facts, place))
        });
        let place = Place {
            index: since,
            earliest: since,
            latest: newest,
        };
        (place, cause)
    }

    /// That the newest run lacks a metric.
    fn missing(&self, metric: &str, reason: String) -> Condition {
        let has = |run: &&TransactionRow| run.metrics.contains_key(metric);
        let last = self.runs.iter().rposition(has);
        let first = last.map_or(self.newest(), |last| last + 1);
        let place = Place {
            index: first,
            earliest: first,
            latest: first,
        };
        let cause = Cause::of(&attribute(&self.facts(), place));
        let mut condition = self.condition(Kind::Missing, place, cause, reason);
        if condition.cause.is_of_measurement {
            condition.severity = Severity::Note;
        }
        condition.metric = Some(metric.to_owned());
        condition
    }

    /// That more items fail than before.
    fn errors(&self, rules: &Rules) -> Option<Condition> {
        let shares: Vec<Option<f64>> = self.runs.iter().map(|run| error_share(run)).collect();
        let newest = self.newest();
        let now = shares[newest]?;
        // Over all runs: a failure that lasts does not become usual soon.
        let usual = median(shares[..newest].iter().flatten().copied().collect())?;
        if now - usual <= rules.errors.rise {
            return None;
        }
        let mut first = newest;
        while first > 0 && shares[first - 1].is_some_and(|share| share - usual > rules.errors.rise)
        {
            first -= 1;
        }
        let place = Place {
            index: first,
            earliest: first,
            latest: first,
        };
        let cause = Cause::of(&attribute(&self.facts(), place));
        let reason = format!(
            "{} of the items failed, usually {}",
            percent(now),
            percent(usual)
        );
        let mut condition = self.condition(Kind::Errors, place, cause, reason);
        if !rules.errors.alert {
            condition.severity = Severity::Note;
        }
        condition.effect = Some(Effect {
            before: usual,
            after: now,
            worsening: Some(now - usual),
            is_share: false,
        });
        Some(condition)
    }

    /// That no run came for longer than usual.
    fn stale(&self, rules: &Rules, at: Timestamp) -> Option<Condition> {
        let rules = &rules.stale;
        if !rules.alert || self.runs.len() < rules.least_runs.max(2) {
            return None;
        }
        let usual = median(
            self.runs
                .windows(2)
                .rev()
                .take(USUAL)
                .map(|pair| hours(pair[1].created_at.duration_since(pair[0].created_at)))
                .collect(),
        )?;
        let allowed = rules.after_hours.unwrap_or_else(|| (3.0 * usual).max(26.0));
        let last = self.known.current.created_at;
        let silent = hours(at.duration_since(last));
        // What usually runs once a month is not retired after one.
        let retired = (24.0 * rules.retired_after_days).max(3.0 * allowed);
        if silent <= allowed || silent > retired {
            return None;
        }
        let newest = self.newest();
        let place = Place {
            index: newest,
            earliest: newest,
            latest: newest,
        };
        let reason = format!(
            "no run for {}, usually one every {}",
            span_words(silent),
            span_words(usual)
        );
        let cause = Cause::named("no run", "no run arrived".to_owned());
        let mut condition = self.condition(Kind::Stale, place, cause, reason);
        let due = SignedDuration::try_from_secs_f64(allowed * 3600.0).unwrap_or_default();
        condition.span = Span {
            after: last,
            at: last,
            until: last.checked_add(due).unwrap_or(at),
        };
        Some(condition)
    }

    /// That the baseline is old.
    fn old_baseline(&self, rules: &Rules, at: Timestamp) -> Option<Condition> {
        let baseline = self.known.baseline.as_ref()?;
        let days = hours(at.duration_since(baseline.created_at)) / 24.0;
        if days <= rules.baseline.oldest_days {
            return None;
        }
        let newest = self.newest();
        let place = Place {
            index: newest,
            earliest: newest,
            latest: newest,
        };
        let reason = format!(
            "the baseline is {} old: version {}",
            span_words(24.0 * days),
            baseline.version
        );
        let cause = Cause::named("old baseline", "baselines grow old".to_owned());
        let mut condition = self.condition(Kind::OldBaseline, place, cause, reason);
        condition.span = Span {
            after: Timestamp::UNIX_EPOCH,
            at: baseline.created_at,
            until: Timestamp::MAX,
        };
        condition.began = Some(RunRef::of(baseline));
        if !rules.baseline.alert {
            condition.severity = Severity::Note;
        }
        Some(condition)
    }
}

/// From where to where a metric moved, as the check says it.
fn effect(check: &MetricCheck) -> Option<Effect> {
    let definition = &check.definition;
    let moved = check.standing.and_then(|standing| standing.moved);
    let (before, after) = match (&check.judgement, moved, &check.assessment) {
        (_, Some(moved), _) => (moved.before, moved.after),
        (Judgement::Suspect(suspicion), None, _) => (suspicion.before, suspicion.value),
        (_, None, Some(found)) => (found.comparison.before, found.comparison.after),
        (_, None, None) => return None,
    };
    Some(Effect {
        before,
        after,
        worsening: worsening(definition, before, after),
        is_share: definition.scale() == Scale::Relative,
    })
}

fn worsening(definition: &MetricDefinition, before: f64, after: f64) -> Option<f64> {
    let share = (after - before) / before.abs();
    definition.worsening(after - before, share.is_finite().then_some(share))
}

/// The share of the items of a run that failed.
fn error_share(run: &TransactionRow) -> Option<f64> {
    let failed = run.error_count?;
    let passed = run
        .success_count
        .or_else(|| Some(run.dataset_size? - failed))?;
    let all = failed + passed;
    #[expect(clippy::cast_precision_loss, reason = "counts of items")]
    (failed >= 0 && passed >= 0 && all > 0).then(|| failed as f64 / all as f64)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 {
        upper
    } else {
        0.5 * (values[middle - 1] + upper)
    })
}

fn hours(duration: SignedDuration) -> f64 {
    duration.as_secs_f64() / 3600.0
}

/// `5 hours`, `3 days`.
fn span_words(hours: f64) -> String {
    let (count, unit) = if hours < 48.0 {
        (hours, "hour")
    } else {
        (hours / 24.0, "day")
    };
    let whole = (0..100_000)
        .take_while(|whole| real(*whole) <= count)
        .last();
    counted(whole.unwrap_or_default(), unit)
}
