//! The tables behind the charts of one metric.

use super::comparison::{ComparedMetric, Comparison, Numbers};
use crate::view_model::{
    format,
    table_view::{CellView, ColumnView, RowView, TableView},
};

/// The sides with the metric, and their positions.
fn there(one: &ComparedMetric) -> impl Iterator<Item = (usize, &Numbers)> {
    let all = one.numbers.iter().enumerate();
    all.filter_map(|(side, numbers)| Some((side, numbers.as_ref()?)))
}

/// The bars: mean and whiskers of each side.
pub fn means(one: &ComparedMetric, comparison: &Comparison) -> TableView {
    let metric = &one.metric;
    let row = |(side, numbers): (usize, &Numbers)| {
        let summary = &numbers.summary;
        let side = &comparison.sides[side];
        let value = |value: Option<f64>| CellView::number(value, |value| metric.value(value));
        let end = |sign: f64| summary.stddev.map(|spread| summary.mean + sign * spread);
        RowView {
            key: side.full_name.clone(),
            cells: vec![
                CellView::labelled(side.name.clone(), side.full_name.clone()),
                CellView::labelled(
                    format::count(usize::try_from(summary.runs).unwrap_or(usize::MAX)),
                    summary.runs.to_string(),
                ),
                value(Some(summary.mean)),
                value(end(-1.0)),
                value(end(1.0)),
            ],
        }
    };
    TableView {
        caption: format!("Mean of {} ± one standard deviation", metric.name),
        columns: vec![
            ColumnView::text("configuration", "Configuration"),
            ColumnView::number("runs", "Runs"),
            ColumnView::number("mean", "Mean"),
            ColumnView::number("low", "Mean − spread").explained("The lower end of the whisker"),
            ColumnView::number("high", "Mean + spread").explained("The upper end of the whisker"),
        ],
        rows: there(one).map(row).collect(),
    }
}

/// The distribution: the value of each run, newest first.
pub fn occurrences(one: &ComparedMetric, comparison: &Comparison) -> TableView {
    let metric = &one.metric;
    let rows = there(one).flat_map(|(place, numbers)| {
        let side = &comparison.sides[place];
        let values = numbers.values.iter().enumerate();
        values.map(move |(index, value)| RowView {
            key: format!("{place} {index}"),
            cells: vec![
                CellView::labelled(side.name.clone(), side.full_name.clone()),
                CellView::number(Some(*value), |value| metric.value(value)),
            ],
        })
    });
    TableView {
        caption: format!("The value of {} in each run", metric.name),
        columns: vec![
            ColumnView::text("configuration", "Configuration"),
            ColumnView::number("value", metric.name.as_str()),
        ],
        rows: rows.collect(),
    }
}
