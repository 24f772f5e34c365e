//! The runs of the chart as a table.

use super::{Chosen, MarkKind, TrendsAnswer, TrendsView, names::names};
use crate::{
    routes,
    view_model::{
        format,
        metrics::Metrics,
        table_view::{CellView, ColumnView, RowView, TableView, Tone},
        time,
    },
};

/// Every drawn run, newest first.
pub fn table(
    chosen: &Chosen,
    answer: &TrendsAnswer,
    metrics: &Metrics,
    repository: Option<&str>,
) -> TableView {
    let short = names(&chosen.configurations);
    let mut rows: Vec<(i64, RowView)> = Vec::new();
    let all = answer.series.iter().map(|series| (series, ""));
    let all = all.chain(answer.side.iter().map(|series| (series, "side run")));
    for (series, standing) in all {
        let place = chosen
            .configurations
            .iter()
            .position(|one| one.id == series.configuration);
        let Some(name) = place.map(|place| &short[place]) else {
            continue;
        };
        let metric = metrics.of(&series.metric);
        for run in &series.runs {
            let at_ms = time::parse_ms(&run.created_at).unwrap_or_default();
            let cells = vec![
                CellView {
                    note: standing.to_owned(),
                    ..CellView::labelled(time::stamp(at_ms), run.created_at.clone())
                        .linked(routes::run_href(&run.id))
                },
                CellView::text(name),
                CellView::text(metric.name.as_str()),
                CellView::number(Some(run.value), |value| metric.value(value)),
                CellView::labelled(run.version.to_string(), run.version.to_string()),
                CellView::commit(&run.commit_sha, repository),
                CellView::optional_text(run.branch_name.as_deref()),
                CellView::optional_text(run.triggered_by.as_deref()),
            ];
            rows.push((
                at_ms,
                RowView {
                    key: format!("{} {}", run.id, metric.name),
                    cells,
                },
            ));
        }
    }
    rows.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
    TableView {
        caption: format!("{}, newest first", format::counted(rows.len(), "value")),
        columns: vec![
            ColumnView::text("created_at", "Ran at"),
            ColumnView::text("configuration", "Configuration"),
            ColumnView::text("metric", "Metric"),
            ColumnView::number("value", "Value"),
            ColumnView::number("version", "Version")
                .explained("1, 2, 3 … within its configuration, in order of arrival"),
            ColumnView::text("commit_sha", "Commit"),
            ColumnView::text("branch_name", "Branch"),
            ColumnView::text("triggered_by", "By"),
        ],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

/// The events of the chart, newest first; may be empty.
pub fn happened(view: &TrendsView, repository: Option<&str>) -> TableView {
    // Marks of one line are in order, and those after its newest run share its time: the later one
    // is listed first.
    let mut marks: Vec<_> = view.marks.iter().rev().collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.at_ms));
    let row = |(place, mark): (usize, &&super::Mark)| {
        let tone = match mark.kind {
            MarkKind::Regressed => Tone::Regressed,
            MarkKind::Improved => Tone::Improved,
            MarkKind::Moved | MarkKind::Baseline | MarkKind::Begins => Tone::Plain,
        };
        let name = view.lines.get(mark.line).map_or("", |line| &line.name);
        let at = CellView::labelled(time::stamp(mark.at_ms), time::timestamp(mark.at_ms));
        RowView {
            key: place.to_string(),
            cells: vec![
                if mark.run.is_empty() {
                    at
                } else {
                    at.linked(routes::run_href(&mark.run))
                },
                CellView::labelled(mark.words.clone(), mark.words.clone()).toned(tone),
                CellView::text(name),
                if mark.commit.is_empty() {
                    CellView::missing()
                } else {
                    CellView::commit(&mark.commit, repository)
                },
                CellView::labelled(mark.more.clone(), mark.more.clone()),
            ],
        }
    };
    TableView {
        caption: "The events marked above the chart, newest first".to_owned(),
        columns: vec![
            ColumnView::text("at", "When"),
            ColumnView::text("what", "What").explained(
                "A level change found by the statistics of bench-push check, a new baseline, or the first run of a configuration",
            ),
            ColumnView::text("line", "Line"),
            ColumnView::text("commit_sha", "Commit"),
            ColumnView::text("more", "Details").explained(
                "suspect: needs one more run to confirm. confirmed: the level changed. accepted: this is the new expected level",
            ),
        ],
        rows: marks.iter().enumerate().map(row).collect(),
    }
}
