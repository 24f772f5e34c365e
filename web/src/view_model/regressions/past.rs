//! Past regressions: level changes for the worse, with their commits.

use crate::{
    routes,
    view_model::{
        format,
        metrics::Metrics,
        snapshot::SnapshotState,
        table_view::{CellView, ColumnView, RowView, TableView, Tone},
        time,
    },
};
use bench_model::rest::rows::PastChangeRow;
use bench_model::words::short_commit;

/// The past regressions that match the filters, newest first.
pub fn past_table(
    rows: &[PastChangeRow],
    filters: &SnapshotState,
    metrics: &Metrics,
    repository: Option<&str>,
) -> TableView {
    let is_shown = |row: &&PastChangeRow| {
        filters.lets_through_names(&row.environment, &row.model_version, &row.dataset_version)
    };
    TableView {
        caption: "Regressions, newest first, each with the commit where it began."
            .to_owned(),
        columns: vec![
            ColumnView::text("model", "Model"),
            ColumnView::text("setting", "Dataset · prompt · environment"),
            ColumnView::text("began", "Began").explained("When the first run at the new level ran."),
            ColumnView::text("commit", "Commit")
                .explained("The commit of the first run at the new level; a range where that is uncertain."),
            ColumnView::text("metric", "Metric"),
            ColumnView::number("before", "Before").explained("Mean of the runs before the change."),
            ColumnView::number("after", "After").explained("Mean of the runs after the change."),
            ColumnView::number("change", "Change"),
            ColumnView::text("state", "State").explained(
                "suspect: needs one more run to confirm. confirmed: the level changed. accepted: this is the new expected level.",
            ),
        ],
        rows: rows
            .iter()
            .filter(is_shown)
            .map(|row| past_row(row, metrics, repository))
            .collect(),
    }
}

fn past_row(row: &PastChangeRow, metrics: &Metrics, repository: Option<&str>) -> RowView {
    let metric = metrics.of(&row.metric);
    let level = |value: f64| CellView::number(Some(value), |value| metric.value(value));
    let (first, last) = (&row.earliest_commit_sha, &row.latest_commit_sha);
    let commit = CellView::commit(&row.commit_sha, repository);
    let commit = if first == last {
        commit
    } else {
        let (first, last) = (short_commit(first), short_commit(last));
        CellView {
            note: format!("{first} … {last}"),
            ..commit
        }
    };
    let setting = format!(
        "{} · {} · {}",
        row.dataset_version, row.prompt_version, row.environment
    );
    let began = time::parse_ms(&row.began_at).map_or_else(|| row.began_at.clone(), time::stamp);
    RowView {
        key: row.id.to_string(),
        cells: vec![
            CellView::text(&row.model_version)
                .linked(routes::trends_href(row.configuration_id, &row.metric)),
            CellView::text(&setting),
            CellView::labelled(began, &row.began_at).linked(routes::run_href(&row.transaction_id)),
            commit,
            CellView::text(&row.metric),
            level(row.before),
            level(row.after),
            CellView {
                note: row.relative.map(format::signed_percent).unwrap_or_default(),
                tone: Tone::Regressed,
                ..CellView::labelled(
                    metric.difference(row.after - row.before),
                    (row.after - row.before).to_string(),
                )
            },
            CellView::text(row.state.as_str()).explained(row.reason.clone().unwrap_or_default()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::view_state::ViewState as _;

    #[test]
    fn a_past_regression_names_the_commit_where_it_began() {
        let json = serde_json::json!({
            "id": 1, "configuration_id": 7, "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metric": "f1", "state": "confirmed", "reason": null, "before": 0.9, "after": 0.84,
            "relative": -0.0667, "transaction_id": "0191", "began_at": "2026-02-03T16:01:50+00:00", "commit_sha": "abc",
            "earliest_commit_sha": "abb", "latest_commit_sha": "abc",
        });
        let rows = [serde_json::from_value(json).expect("a row")];

        let table = past_table(
            &rows,
            &SnapshotState::default(),
            &Metrics::default(),
            Some("https://git.example/r"),
        );
        let none = past_table(
            &rows,
            &SnapshotState::from_query("model=other"),
            &Metrics::default(),
            None,
        );

        insta::assert_snapshot!(table.to_csv());
        assert_eq!(table.rows[0].cells[3].note, "abb … abc");
        assert_eq!(
            table.rows[0].cells[3].href,
            "https://git.example/r/commit/abc"
        );
        assert!(none.rows.is_empty());
    }
}
