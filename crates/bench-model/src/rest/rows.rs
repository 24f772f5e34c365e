//! What is read: rows of tables, views and functions, each as the columns that its reader needs.
//!
//! A row's columns are declared once, by its fields, and asked for by its `COLUMNS`; an end-to-end
//! test holds them against the database.

mod baseline;
mod change_point;
mod incident;
mod metric;
mod retraction;
mod run;
mod snapshot;
mod verdict;

pub use baseline::{BaselinePeriodRow, BaselineRow, CountingBaselineRow};
pub use change_point::{
    ChangePointRow, ChangePointStateRow, ChangeRow, KnownChangeRow, PastChangeRow,
    RecordedChangePointRow,
};
pub use incident::{ClaimedRow, DeliveryRow, IncidentRow, RecordedIncidentRow};
pub use metric::{DayRow, DeclaredMetricRow, MetricOriginRow, MetricRow, SeriesRow, SummaryRow};
pub use retraction::RetractionRow;
pub use run::{
    BranchRow, EarlierRow, FirstRun, FirstRunRow, IngestOutcome, IngestedRow, JudgedAgainstRow,
    Retraction, RunRow, TransactionRow, ValuesRow,
};
pub use snapshot::{CurrentMetricsRow, CurrentRunRow, DifferenceRow, LastUpdateRow, SnapshotRow};
pub use verdict::{AgainstRow, ChangeSince, FactsFrom, NewsKind, NewsRow, PlainRow};

use super::{
    functions::{
        AgainstBaselines, BaselineFor, BaselineHistoryFor, ClaimDeliveries, CompareConfigurations,
        DetectRegressions, Function as _, IngestRuns, JudgedAgainst, ListRuns, MetricSeries,
        RecordChangePoints, RecordIncidents, Recount, RetractRun, SearchRuns, SetBaseline,
        SetChangePointState, SetMetric, SideBranches, WhatChanged,
    },
    tables::{
        BASELINES, BASELINES_IN_FORCE, CHANGE_POINT_STATES, CHANGE_POINTS, CONFIGURATIONS,
        DAILY_METRICS, DELIVERIES, INCIDENTS, METRICS, RETRACTIONS, SNAPSHOTS, TRANSACTIONS, Table,
    },
};

/// Declares a row, with the names of its columns in `COLUMNS`.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $column:ident: $type:ty,)* }) => {
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $column: $type,)*
        }

        impl $name {
            /// The columns that it is read from.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];
        }
    };
}
use row;

/// The columns that are read of a table or view, each once.
pub fn columns_of(table: Table) -> Vec<&'static str> {
    let read = [
        (TRANSACTIONS, TransactionRow::COLUMNS),
        (TRANSACTIONS, RunRow::COLUMNS),
        (TRANSACTIONS, ValuesRow::COLUMNS),
        (TRANSACTIONS, FirstRun::COLUMNS),
        (CONFIGURATIONS, &["id"]),
        (SNAPSHOTS, SnapshotRow::COLUMNS),
        (SNAPSHOTS, CurrentRunRow::COLUMNS),
        (SNAPSHOTS, CurrentMetricsRow::COLUMNS),
        (SNAPSHOTS, LastUpdateRow::COLUMNS),
        (RETRACTIONS, RetractionRow::COLUMNS),
        (BASELINES, BaselineRow::COLUMNS),
        (BASELINES_IN_FORCE, BaselineRow::COLUMNS),
        (METRICS, MetricRow::COLUMNS),
        (METRICS, MetricOriginRow::COLUMNS),
        (DAILY_METRICS, DayRow::COLUMNS),
        (CHANGE_POINTS, ChangePointRow::COLUMNS),
        (CHANGE_POINTS, ChangeRow::COLUMNS),
        (CHANGE_POINTS, PastChangeRow::COLUMNS),
        (CHANGE_POINT_STATES, ChangePointStateRow::COLUMNS),
        (INCIDENTS, IncidentRow::COLUMNS),
        (DELIVERIES, DeliveryRow::COLUMNS),
    ];
    let mut columns = Vec::new();
    for (_, row) in read.into_iter().filter(|(of, _)| *of == table) {
        for column in row {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
    }
    columns
}

/// The columns that are read of what functions return.
pub fn of_functions() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    [
        (IngestRuns::NAME, IngestedRow::COLUMNS),
        (SetBaseline::NAME, BaselineRow::COLUMNS),
        (RetractRun::NAME, RetractionRow::COLUMNS),
        (SetMetric::NAME, DeclaredMetricRow::COLUMNS),
        (BaselineFor::NAME, CountingBaselineRow::COLUMNS),
        (BaselineHistoryFor::NAME, BaselinePeriodRow::COLUMNS),
        (MetricSeries::NAME, SeriesRow::COLUMNS),
        (CompareConfigurations::NAME, SummaryRow::COLUMNS),
        (SetChangePointState::NAME, ChangePointStateRow::COLUMNS),
        (RecordChangePoints::NAME, RecordedChangePointRow::COLUMNS),
        (AgainstBaselines::NAME, AgainstRow::COLUMNS),
        (JudgedAgainst::NAME, JudgedAgainstRow::COLUMNS),
        (DetectRegressions::NAME, PlainRow::COLUMNS),
        (WhatChanged::NAME, NewsRow::COLUMNS),
        (ListRuns::NAME, RunRow::COLUMNS),
        (SideBranches::NAME, BranchRow::COLUMNS),
        (SearchRuns::NAME, RunRow::COLUMNS),
        (RecordIncidents::NAME, RecordedIncidentRow::COLUMNS),
        (ClaimDeliveries::NAME, ClaimedRow::COLUMNS),
        (Recount::NAME, DifferenceRow::COLUMNS),
    ]
    .into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::metric::Scale;

    #[test]
    fn a_run_of_which_little_was_asked_for_or_is_known_is_read() {
        let row: RunRow = serde_json::from_value(json!({
            "id": "0191", "tags": null, "links": null, "metrics": {"f1": 1}, "later_column": 7,
        }))
        .expect("a row");
        assert_eq!(row.tags, [""; 0]);
        assert_eq!(row.metrics["f1"].to_bits(), 1f64.to_bits());
    }

    #[test]
    fn what_is_asked_for_in_part_is_part_of_the_row() {
        for column in [RunRow::IN_LOG, RunRow::COMPARED, RunRow::ON_BRANCH].concat() {
            assert!(RunRow::COLUMNS.contains(&column), "{column}");
        }
    }

    #[test]
    fn a_configuration_of_which_nothing_can_be_said_is_read() {
        let row: PlainRow = serde_json::from_value(json!({
            "model_version": "m", "threshold_kind": "absolute", "reason": "no run of model m is stored",
        }))
        .expect("a row");
        assert_eq!(row.reason.as_deref(), Some("no run of model m is stored"));
        assert_eq!(row.threshold_kind, Some(Scale::Absolute));
    }
}
