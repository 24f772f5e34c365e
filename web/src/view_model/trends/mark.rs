//! Events: level changes, baselines marked, first runs of configurations.

use bench_model::metric::Direction;
use bench_model::rest::{
    change_points::ChangePointState,
    rows::{AgainstRow, BaselinePeriodRow, ChangeRow, FirstRunRow, SeriesRow},
};
use bench_model::stats::{Change, HistoryOptions, history, same_change};
use bench_model::words::short_commit;

use super::{Layer, SeriesAnswer, TrendsAnswer};
use crate::view_model::{metrics::Metric, snapshot::Configuration, time};

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its time, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its kind.
    pub kind: MarkKind,
    /// A short label beside its symbol: `−0.05`.
    pub short: String,
    /// A description: `regressed −0.05`.
    pub words: String,
    /// Further information, such as the reason.
    pub more: String,
    /// Its line.
    pub line: usize,
    /// Its run; empty if there is none.
    pub run: String,
    /// The run's commit; empty if unknown.
    pub commit: String,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The level moved for the worse.
    Regressed,
    /// The level moved for the better.
    Improved,
    /// The level moved, and the metric has no preferred direction.
    Moved,
    /// The baseline changed or was cleared.
    Baseline,
    /// The first run of a configuration: another model, data, prompt or environment.
    Begins,
}

impl MarkKind {
    /// Its layer.
    pub fn layer(self) -> Layer {
        match self {
            Self::Regressed | Self::Improved | Self::Moved => Layer::Changes,
            Self::Baseline | Self::Begins => Layer::Versions,
        }
    }
}

/// The id, time in milliseconds and commit of the run at a place.
type RunAt<'a> = Box<dyn Fn(usize) -> Option<(String, i64, String)> + 'a>;

/// The runs that a history is read from, oldest first.
struct Read<'a> {
    values: Vec<f64>,
    run: RunAt<'a>,
}

/// The same runs as `bench-push history` reads; without them the drawn ones, if none was left out. A
/// thinned line keeps extremes, which distort levels.
fn read<'a>(series: &'a SeriesAnswer, against: Option<&'a AgainstRow>) -> Option<Read<'a>> {
    if let Some(against) = against.filter(|row| row.ids.len() == row.numbers.len()) {
        return Some(Read {
            values: against.numbers.clone(),
            run: Box::new(|place| {
                let said = against.commits.get(..=place)?.iter().rev().flatten().next();
                let id = against.ids.get(place)?;
                // A drawn run has the whole commit.
                let drawn = series.runs.iter().find(|run| run.id == *id);
                let commit = drawn.map_or(said?, |run| &run.commit_sha);
                Some((id.clone(), *against.ats.get(place)?, commit.clone()))
            }),
        });
    }
    let is_whole = series.runs.first()?.of_runs <= series.runs.len();
    is_whole.then(|| Read {
        values: series.runs.iter().map(|run| run.value).collect(),
        run: Box::new(|place| {
            let run = series.runs.get(place)?;
            let at_ms = time::parse_ms(&run.created_at)?;
            Some((run.id.clone(), at_ms, run.commit_sha.clone()))
        }),
    })
}

/// Level changes in the drawn range: stored ones, and those of the history.
///
/// If both have a change, the stored one is used, with its state; a dismissed change is left out.
pub(super) fn changes(
    series: &SeriesAnswer,
    against: Option<&AgainstRow>,
    stored: &[ChangeRow],
    metric: &Metric,
    line: usize,
) -> Vec<Mark> {
    let of_line = |row: &&ChangeRow| {
        row.configuration_id == series.configuration && row.metric == series.metric
    };
    let stored: Vec<&ChangeRow> = stored.iter().filter(of_line).collect();
    let at = |run: Option<&SeriesRow>| time::parse_ms(&run?.created_at);
    let (oldest, newest) = (at(series.runs.first()), at(series.runs.last()));
    let mut marks: Vec<Mark> = Vec::new();
    if let Some(Read { values, run }) = read(series, against) {
        let found = history(&values, &HistoryOptions::default());
        let ids: Vec<Option<String>> = if stored.is_empty() {
            Vec::new()
        } else {
            let id = |place| run(place).map(|(id, _, _)| id);
            (0..values.len()).map(id).collect()
        };
        let place_of = |row: &ChangeRow| {
            let id = Some(&row.transaction_id);
            ids.iter().position(|one| one.as_ref() == id)
        };
        let is_stored = |change: &Change| {
            stored.iter().any(|row| {
                let found = (change.index, change.delta);
                place_of(row).is_some_and(|place| same_change(found, (place, row.delta)).is_some())
            })
        };
        for change in found.map(|found| found.changes).unwrap_or_default() {
            let Some((id, at_ms, commit)) = run(change.index) else {
                continue;
            };
            let is_drawn = oldest.is_some_and(|oldest| at_ms >= oldest)
                && newest.is_some_and(|newest| at_ms <= newest);
            if is_drawn && !is_stored(&change) {
                marks.push(Mark {
                    more: "found in these runs".to_owned(),
                    line,
                    run: id,
                    commit,
                    ..mark(change.delta, at_ms, metric)
                });
            }
        }
    }
    for row in stored
        .iter()
        .filter(|row| row.state != ChangePointState::Dismissed)
    {
        let why = row.reason.as_deref().map(|reason| format!(": {reason}"));
        marks.extend(time::parse_ms(&row.began_at).map(|at_ms| Mark {
            more: format!("{}{}", row.state, why.unwrap_or_default()),
            line,
            run: row.transaction_id.clone(),
            commit: row.commit_sha.clone(),
            ..mark(row.delta, at_ms, metric)
        }));
    }
    marks.sort_by_key(|mark| mark.at_ms);
    marks
}

fn mark(delta: f64, at_ms: i64, metric: &Metric) -> Mark {
    let (kind, word) = match metric.direction {
        Direction::Neither => (MarkKind::Moved, "changed"),
        direction if (delta > 0.0) == (direction == Direction::HigherIsBetter) => {
            (MarkKind::Improved, "improved")
        }
        _ => (MarkKind::Regressed, "regressed"),
    };
    let short = metric.difference(delta);
    Mark {
        at_ms,
        kind,
        words: format!("{word} {short}"),
        short,
        more: String::new(),
        line: 0,
        run: String::new(),
        commit: String::new(),
    }
}

/// First runs of configurations, and changes of their baselines.
pub(super) fn versions(
    name: &str,
    one: &Configuration,
    series: &SeriesAnswer,
    answer: &TrendsAnswer,
    line: usize,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    let at = |run: Option<&SeriesRow>| time::parse_ms(&run?.created_at);
    let (oldest, newest) = (at(series.runs.first()), at(series.runs.last()));
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        return marks;
    };
    let of_this = |row: &&FirstRunRow| row.id == series.configuration;
    let first = answer.first.iter().find(of_this);
    let first = first.and_then(|row| row.first.first());
    if let Some((at_ms, first)) =
        first.and_then(|run| Some((time::parse_ms(&run.created_at)?, run)))
        && (oldest..=newest).contains(&at_ms)
    {
        marks.push(Mark {
            at_ms,
            kind: MarkKind::Begins,
            short: "first run".to_owned(),
            words: format!("first run of {name}"),
            more: format!(
                "model {}, dataset {}, prompt {}, environment {}",
                one.model, one.dataset, one.prompt, one.environment
            ),
            line,
            run: first.id.clone(),
            commit: first.commit_sha.clone(),
        });
    }
    for (at_ms, period) in baseline_changes(series.configuration, &answer.baselines) {
        if at_ms < oldest {
            continue;
        }
        let by = period.and_then(|period| period.marked_by.as_deref());
        let commit = period.map(|period| period.commit_sha.clone());
        marks.push(Mark {
            // Marked after the newest run, it stands at that one, until the next run is compared with it.
            at_ms: at_ms.min(newest),
            kind: MarkKind::Baseline,
            short: "baseline".to_owned(),
            words: match &commit {
                Some(commit) => format!("baseline {}", short_commit(commit)),
                None => "baseline removed".to_owned(),
            },
            more: format!(
                "{} {}{}",
                if period.is_some() {
                    "marked"
                } else {
                    "cleared"
                },
                time::stamp(at_ms),
                by.map(|by| format!(" by {by}")).unwrap_or_default()
            ),
            line,
            run: period
                .map(|period| period.transaction_id.clone())
                .unwrap_or_default(),
            commit: commit.unwrap_or_default(),
        });
    }
    marks
}

/// When another run became the baseline of a configuration, the oldest first, and which; none when from then on there
/// is none.
fn baseline_changes(
    configuration: i64,
    periods: &[BaselinePeriodRow],
) -> Vec<(i64, Option<&BaselinePeriodRow>)> {
    let mut changes = Vec::new();
    let mut of_this = periods
        .iter()
        .filter(|period| period.configuration_id == configuration);
    let mut before: Option<&BaselinePeriodRow> = None;
    let mut next = of_this.next();
    while let Some(period) = next {
        next = of_this.next();
        // The same run may be marked again, or count by another scope.
        if before.is_none_or(|before| before.transaction_id != period.transaction_id) {
            changes.extend(time::parse_ms(&period.counted_from).map(|at_ms| (at_ms, Some(period))));
        }
        before = Some(period);
        let follows =
            |next: &BaselinePeriodRow| Some(&next.counted_from) == period.counted_until.as_ref();
        if let Some(until) = &period.counted_until
            && !next.is_some_and(follows)
        {
            changes.extend(time::parse_ms(until).map(|at_ms| (at_ms, None)));
            before = None;
        }
    }
    changes
}

/// The baseline that counts for a configuration now.
pub(super) fn baseline_of(
    configuration: i64,
    periods: &[BaselinePeriodRow],
) -> Option<&BaselinePeriodRow> {
    let counts = |period: &&BaselinePeriodRow| {
        period.configuration_id == configuration && period.counted_until.is_none()
    };
    periods.iter().find(counts)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;
    use crate::view_model::metrics::Metrics;
    use bench_model::rest::rows::FirstRun;

    fn stored(state: ChangePointState, run: &str, delta: f64) -> ChangeRow {
        ChangeRow {
            configuration_id: 3,
            metric: "f1".to_owned(),
            state,
            reason: None,
            delta,
            transaction_id: run.to_owned(),
            began_at: "2026-11-05T10:00:00+00:00".to_owned(),
            commit_sha: "c2".to_owned(),
        }
    }

    fn marks(stored: &[ChangeRow]) -> Vec<(MarkKind, String)> {
        let metric = Metrics::default().of("f1");
        let found = changes(&fixtures::answer().series[0], None, stored, &metric, 0);
        found
            .into_iter()
            .map(|mark| (mark.kind, mark.more))
            .collect()
    }

    #[test]
    fn a_change_that_was_stored_and_is_found_again_is_marked_once() {
        let regressed = |more: &str| (MarkKind::Regressed, more.to_owned());

        assert_eq!(marks(&[]), [regressed("found in these runs")]);
        // A nearby run: the place can move a little with more runs.
        assert_eq!(
            marks(&[stored(ChangePointState::Confirmed, "run-5", -0.05)]),
            [regressed("confirmed")]
        );
        // The opposite direction is a different change; the distance to an unknown run is
        // undefined.
        assert_eq!(
            marks(&[stored(ChangePointState::Accepted, "run-4", 0.05)]).len(),
            2
        );
        assert_eq!(
            marks(&[stored(ChangePointState::Accepted, "gone", -0.05)]).len(),
            2
        );
    }

    #[test]
    fn what_people_dismissed_is_not_marked() {
        assert_eq!(
            marks(&[stored(ChangePointState::Dismissed, "run-4", -0.05)]),
            []
        );
    }

    #[test]
    fn every_change_of_the_baseline_that_counts_is_marked() {
        let at = |day: u32| format!("2026-11-{day:02}T12:00:00+00:00");
        let period = |from: u32, until: Option<u32>, run: &str| BaselinePeriodRow {
            configuration_id: 3,
            counted_from: at(from),
            counted_until: until.map(at),
            transaction_id: run.to_owned(),
            commit_sha: "abc".to_owned(),
            metrics: [].into(),
            marked_by: None,
        };
        let other = BaselinePeriodRow {
            configuration_id: 4,
            ..period(1, None, "x")
        };
        let baselines = vec![
            period(2, Some(3), "a"),
            period(3, Some(5), "b"),
            // Marked once more: the same run counts.
            period(5, Some(6), "b"),
            period(7, Some(8), "b"),
            other,
        ];

        assert_eq!(baseline_of(3, &baselines), None);
        let answer = TrendsAnswer {
            baselines,
            ..fixtures::answer()
        };
        let one = fixtures::configuration(3, "mine");
        let found = versions("mine", &one, &answer.series[0], &answer, 0);
        let found: Vec<_> = found
            .iter()
            .map(|mark| (time::utc_day(mark.at_ms), mark.run.as_str()))
            .collect();

        let at = |day: &str, run: &'static str| (format!("2026-11-{day}"), run);
        assert_eq!(
            found,
            [
                at("02", "a"),
                at("03", "b"),
                at("06", ""),
                at("07", "b"),
                at("08", "")
            ]
        );
    }

    #[test]
    fn a_configuration_begins_with_its_earliest_run_whichever_arrived_first() {
        let begins = |mut answer: TrendsAnswer, first: &str| -> Vec<(String, String)> {
            answer.baselines.clear();
            answer.first = vec![FirstRunRow {
                id: 3,
                first: vec![FirstRun {
                    id: "backfilled".to_owned(),
                    created_at: first.to_owned(),
                    commit_sha: "c0".to_owned(),
                }],
            }];
            let one = fixtures::configuration(3, "mine");
            let found = versions("mine", &one, &answer.series[0], &answer, 0);
            let told = found
                .into_iter()
                .map(|mark| (time::utc_day(mark.at_ms), mark.run));
            told.collect()
        };
        let mut answer = fixtures::answer();
        // The run that arrived first ran last.
        answer.series[0].runs[0].version = 8;
        answer.series[0].runs[7].version = 1;

        let second_day = "2026-11-02T10:00:00+00:00";
        assert_eq!(
            begins(answer.clone(), second_day),
            [("2026-11-02".to_owned(), "backfilled".to_owned())]
        );
        // It began before the runs shown.
        assert_eq!(begins(answer, "2026-10-02T10:00:00+00:00"), []);
    }
}
