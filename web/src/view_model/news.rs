//! What changed since yesterday, in one line, each part a link.

use bench_model::rest::rows::{NewsKind, NewsRow};

use super::{format, query_string, table_view::Tone, time};
use crate::routes;

/// The maximum number of configurations in a Trends chart.
const MOST_IN_A_LINK: usize = 8;
/// The number of listed names.
const MOST_NAMES: usize = 5;

/// One news item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsItem {
    /// `3 much worse`.
    pub label: String,
    /// The link.
    pub href: String,
    /// The names.
    pub names: String,
    /// Its look.
    pub tone: Tone,
}

/// The news, the most urgent first; may be empty.
pub fn news(rows: &[NewsRow], now_ms: i64) -> Vec<NewsItem> {
    let of =
        |kind: NewsKind| -> Vec<&NewsRow> { rows.iter().filter(|row| row.kind == kind).collect() };
    let runs = of(NewsKind::Run);
    // By the plain threshold, which the database computes; the verdicts are in the table.
    let moved = |effect: &str, tone| {
        let has = |row: &&&NewsRow| row.effect.as_deref() == Some(effect);
        let rows: Vec<&NewsRow> = runs.iter().filter(has).copied().collect();
        item(
            &rows,
            format!("{} much {effect}", format::count(rows.len())),
            routes::REGRESSIONS.path.to_owned(),
            tone,
        )
    };
    let (changes, new, baselines) = (
        of(NewsKind::ChangePoint),
        of(NewsKind::New),
        of(NewsKind::Baseline),
    );
    let one_or = |rows: &[&NewsRow], many: String| match rows {
        [
            NewsRow {
                configuration_id: Some(id),
                metric,
                ..
            },
        ] => routes::trends_href(*id, metric.as_deref().unwrap_or_default()),
        _ => many,
    };
    let ids: Vec<i64> = new.iter().filter_map(|row| row.configuration_id).collect();
    let shown = &ids[..ids.len().min(MOST_IN_A_LINK)];
    let yesterday = time::day(now_ms - time::MS_PER_DAY);
    let since = query_string::write([("from", yesterday.as_str())]);
    let baseline_href = match baselines.as_slice() {
        [
            NewsRow {
                transaction_id: Some(id),
                ..
            },
        ] => routes::run_href(id),
        _ => routes::REGRESSIONS.path.to_owned(),
    };
    let counted = |rows: &[&NewsRow], noun| {
        let count = rows.first().map_or(0, |row| row.of_kind);
        let more = if count >= 10_000 { "more than " } else { "" };
        format!("{more}{}", format::counted(count, noun))
    };
    [
        moved("worse", Tone::Regressed),
        moved("better", Tone::Improved),
        item(
            &changes,
            counted(&changes, "change point"),
            one_or(&changes, routes::REGRESSIONS.path.to_owned()),
            Tone::Plain,
        ),
        item(
            &new,
            counted(&new, "new configuration"),
            one_or(&new, routes::compare_href(shown)),
            Tone::Plain,
        ),
        item(
            &baselines,
            format!("{} marked", counted(&baselines, "baseline")),
            baseline_href,
            Tone::Plain,
        ),
        item(
            &runs,
            counted(&runs, "run"),
            format!("{}?{since}", routes::RUNS.path),
            Tone::Plain,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn item(rows: &[&NewsRow], label: String, href: String, tone: Tone) -> Option<NewsItem> {
    let name = |row: &&NewsRow| {
        let model = format::short_name(row.model_version.as_deref().unwrap_or("all models"));
        let what = match (&row.metric, &row.effect) {
            (Some(metric), Some(effect)) => format!("{metric} {effect}: "),
            _ => String::new(),
        };
        let NewsRow {
            dataset_version,
            environment,
            ..
        } = row;
        format!("{what}{model} · {dataset_version} · {environment}")
    };
    let mut names: Vec<String> = rows.iter().take(MOST_NAMES).map(name).collect();
    if rows.len() > MOST_NAMES {
        names.push(format!("and {} more", rows.len() - MOST_NAMES));
    }
    (!rows.is_empty()).then(|| NewsItem {
        label,
        href,
        names: names.join("\n"),
        tone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, id: i64, of_kind: usize) -> NewsRow {
        let json = serde_json::json!({
            "kind": kind, "configuration_id": id, "model_version": "m", "dataset_version": "d", "environment": "local",
            "transaction_id": format!("t{id}"), "happened_at": "2026-11-24T02:11:12+00:00",
            "metric": null, "effect": null, "of_kind": of_kind,
        });
        serde_json::from_value(json).expect("a row")
    }

    #[test]
    fn nothing_that_happened_is_no_news() {
        assert_eq!(news(&[], 0), []);
    }

    #[test]
    fn what_got_worse_comes_first_and_everything_leads_somewhere() {
        let moved = |row: NewsRow, effect: &str| NewsRow {
            metric: Some("f1".to_owned()),
            effect: Some(effect.to_owned()),
            ..row
        };
        let rows = [
            row("baseline", 1, 1),
            moved(row("change_point", 1, 1), "regressed"),
            row("new", 2, 2),
            row("new", 1, 2),
            moved(row("run", 1, 12), "worse"),
            row("run", 2, 12),
        ];

        let news = news(&rows, 1_764_000_000_000);

        let told: Vec<_> = news
            .iter()
            .map(|item| (item.label.as_str(), item.href.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("1 much worse", "regressions"),
                ("1 change point", "trends?config=1&metric=f1"),
                ("2 new configurations", "compare?config=2&config=1"),
                ("1 baseline marked", "runs/t1"),
                ("12 runs", "runs?from=2025-11-23"),
            ]
        );
        assert_eq!(news[0].names, "f1 worse: m · d · local");
        assert_eq!(news[1].names, "f1 regressed: m · d · local");
    }
}
