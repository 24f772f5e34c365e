//! The verdict on each line's newest run.

use bench_model::stats::Options;

use super::{Chosen, TrendsAnswer, names::names};
use crate::{
    routes,
    view_model::{
        metrics::Metrics,
        table_view::{CellView, ColumnView, RowView, TableView},
        verdicts::{found_all, judged_one},
    },
};

/// One row per line whose newest run has the metric, in the order of the lines. It rests on the same
/// runs as `bench-push check`, whatever part of them is drawn.
pub fn standings(chosen: &Chosen, answer: &TrendsAnswer, metrics: &Metrics) -> TableView {
    let short = names(&chosen.configurations);
    let mut rows = Vec::new();
    for series in &answer.series {
        let configurations = &chosen.configurations;
        let place = configurations
            .iter()
            .position(|one| one.id == series.configuration);
        let against = answer.against_of(series.configuration, &series.metric);
        let Some((place, against)) = place.zip(against) else {
            continue;
        };
        let threshold = Options::default().threshold;
        let found = found_all(std::slice::from_ref(against), metrics, threshold);
        for found in found {
            let judged = judged_one(against, found, metrics);
            let verdict = CellView {
                href: String::new(),
                ..judged.verdict_cell()
            };
            let configuration = CellView::text(&short[place]);
            rows.push(RowView {
                key: format!("{} {}", against.configuration_id, against.metric),
                cells: vec![
                    configuration.linked(routes::run_href(&judged.run)),
                    CellView::text(&against.metric),
                    verdict,
                    judged.change_cell(),
                    judged.counts_cell(),
                    judged.newest_cell(),
                    judged.since_cell(),
                    CellView::labelled(judged.reason(), judged.reason()),
                ],
            });
        }
    }
    TableView {
        caption: "The newest level of each line beside the level that counts".to_owned(),
        columns: vec![
            ColumnView::text("configuration", "Configuration"),
            ColumnView::text("metric", "Metric"),
            ColumnView::text("verdict", "Verdict"),
            ColumnView::number("change", "Change"),
            ColumnView::number("counts", "Level that counts"),
            ColumnView::number("newest", "Newest level"),
            ColumnView::text("since", "Since"),
            ColumnView::sentence("why", "Why"),
        ],
        rows,
    }
}
