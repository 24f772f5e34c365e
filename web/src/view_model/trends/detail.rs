//! Detail of the zoomed part.
//!
//! The database thins a long series for the requested range. After zooming in, most of its points
//! are outside the view, so the runs of the visible part are requested separately and replace the
//! thinned ones there.

use super::{SeriesAnswer, TrendsAnswer, TrendsKey};
use crate::view_model::time;
use bench_model::rest::rows::SeriesRow;

/// The query for the zoomed part between two times in milliseconds since 1970; none if the series
/// is complete, or the part covers all of it.
pub fn detail_key(
    key: &TrendsKey,
    whole: &TrendsAnswer,
    (from, to): (i64, i64),
) -> Option<TrendsKey> {
    let is_thinned = |series: &SeriesAnswer| {
        let runs = &series.runs;
        runs.first().is_some_and(|first| first.of_runs > runs.len())
    };
    let thinned = || whole.series.iter().filter(|series| is_thinned(series));
    // Rounded outwards to a coarse grid, so that a small pan needs no new request.
    let width = u64::try_from(to.checked_sub(from)?).ok()?;
    let step = 1_i64 << (width / 4).max(1).ilog2();
    let from = from.div_euclid(step) * step;
    let to = to.div_euclid(step).checked_add(1)? * step;
    let is_part = |series: &SeriesAnswer| {
        let at = |run: Option<&SeriesRow>| time::parse_ms(&run?.created_at);
        let (first, last) = (at(series.runs.first()), at(series.runs.last()));
        first.is_some_and(|first| from > first) || last.is_some_and(|last| to <= last)
    };
    thinned().any(is_part).then(|| TrendsKey {
        from_ms: Some(key.from_ms.map_or(from, |start| start.max(from))),
        to_ms: Some(key.to_ms.map_or(to, |end| end.min(to))),
        is_part: true,
        ..key.clone()
    })
}

/// The whole series, with its runs inside the part's bounds replaced by those of the part.
pub fn with_detail(whole: &TrendsAnswer, key: &TrendsKey, part: &TrendsAnswer) -> TrendsAnswer {
    let (Some(from), Some(to)) = (key.from_ms, key.to_ms) else {
        return whole.clone();
    };
    let mut all = whole.clone();
    for series in &mut all.series {
        let same = |one: &&SeriesAnswer| {
            one.configuration == series.configuration && one.metric == series.metric
        };
        let (Some(detail), Some(first)) = (part.series.iter().find(same), series.runs.first())
        else {
            continue;
        };
        let of_runs = first.of_runs;
        let mut before = std::mem::take(&mut series.runs);
        before
            .retain(|run| time::parse_ms(&run.created_at).is_some_and(|at| at < from || at >= to));
        let after = before
            .iter()
            .position(|run| time::parse_ms(&run.created_at).is_some_and(|at| at >= to));
        let after = before.split_off(after.unwrap_or(before.len()));
        before.extend(detail.runs.iter().cloned());
        before.extend(after);
        for run in &mut before {
            run.of_runs = of_runs;
        }
        series.runs = before;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// Every tenth of a hundred runs, an hour apart from 1970 on; and all of them in a part.
    fn runs(from: usize, to: usize, step: usize) -> SeriesAnswer {
        let like = &fixtures::answer().series[0];
        let run = |place: usize| SeriesRow {
            id: format!("run-{place}"),
            created_at: time::timestamp(i64::try_from(place).expect("few") * HOUR),
            of_runs: (to - from).max(10),
            ..like.runs[0].clone()
        };
        SeriesAnswer {
            runs: (from..to).step_by(step).map(run).collect(),
            ..like.clone()
        }
    }

    fn some(series: SeriesAnswer) -> TrendsAnswer {
        TrendsAnswer {
            series: vec![series],
            ..TrendsAnswer::default()
        }
    }

    fn key() -> TrendsKey {
        TrendsKey {
            configurations: vec![3],
            metrics: vec!["f1".to_owned()],
            branch: None,
            from_ms: None,
            to_ms: None,
            is_part: false,
        }
    }

    #[test]
    fn the_part_has_every_run_and_the_rest_stays() {
        let whole = some(runs(0, 100, 10));
        let part = TrendsKey {
            from_ms: Some(25 * HOUR),
            to_ms: Some(45 * HOUR),
            ..key()
        };

        let merged = with_detail(&whole, &part, &some(runs(25, 45, 1)));

        let ids: Vec<&str> = merged.series[0]
            .runs
            .iter()
            .map(|run| run.id.as_str())
            .collect();
        assert_eq!(ids.len(), 3 + 20 + 5);
        assert_eq!(ids[..4], ["run-0", "run-10", "run-20", "run-25"]);
        assert_eq!(ids[22..25], ["run-44", "run-50", "run-60"]);
        assert!(merged.series[0].runs.iter().all(|run| run.of_runs == 100));
    }

    #[test]
    fn nothing_more_is_asked_for_of_a_line_that_is_whole_or_of_all_of_it() {
        let thinned = some(runs(0, 100, 10));
        let whole = some(runs(0, 100, 1));

        assert_eq!(detail_key(&key(), &whole, (30 * HOUR, 40 * HOUR)), None);
        assert_eq!(detail_key(&key(), &thinned, (-HOUR, 200 * HOUR)), None);
        let asked = detail_key(&key(), &thinned, (30 * HOUR, 40 * HOUR)).expect("a part");
        assert!(asked.from_ms <= Some(30 * HOUR) && asked.to_ms > Some(40 * HOUR));
        // A small pan gives the same query.
        let beside = detail_key(&key(), &thinned, (30 * HOUR + 9, 40 * HOUR + 9));
        assert_eq!(beside, Some(asked));
    }

    #[test]
    fn the_range_of_the_page_bounds_the_part() {
        let thinned = some(runs(0, 100, 10));
        let bounded = TrendsKey {
            from_ms: Some(29 * HOUR),
            to_ms: Some(41 * HOUR),
            ..key()
        };

        let asked = detail_key(&bounded, &thinned, (30 * HOUR, 40 * HOUR)).expect("a part");

        assert!(asked.from_ms >= Some(29 * HOUR) && asked.to_ms <= Some(41 * HOUR));
        assert_eq!(detail_key(&key(), &thinned, (i64::MIN, i64::MAX)), None);
    }
}
