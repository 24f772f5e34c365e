//! The configurations and metrics drawn: from the URL, otherwise defaults.

use super::TrendsState;
use crate::view_model::{range::Range, snapshot::Configuration};

/// The maximum number of lines; more are indistinguishable.
pub const MOST_LINES: usize = 8;

/// The default number of configurations.
const FEW: usize = 3;

/// The selection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// Configurations, in the order of the URL.
    pub configurations: Vec<Configuration>,
    /// Metrics.
    pub metrics: Vec<String>,
    /// Whether the URL names configurations and none of them exists.
    pub is_lost: bool,
    /// The time of their newest run, in milliseconds since 1970.
    pub newest_ms: Option<i64>,
}

/// Computes the selection.
pub fn chosen(all: &[Configuration], state: &TrendsState) -> Chosen {
    let named: Vec<&Configuration> = state
        .configurations
        .iter()
        .filter_map(|id| all.iter().find(|one| one.id == *id))
        .collect();
    let mut configurations = named;
    if state.configurations.is_empty() {
        configurations = all.iter().collect();
        // F1 is the most common metric.
        configurations.sort_by_key(|one| (one.f1.is_none(), std::cmp::Reverse(one.created_ms)));
        configurations.truncate(FEW);
    }
    let mut metrics = state.metrics.clone();
    if metrics.is_empty() {
        let value = |one: &Configuration, name: &str| match name {
            "f1" => one.f1,
            "latency_ms" => one.latency_ms,
            "precision" => one.precision,
            _ => one.cost_usd,
        };
        let known = ["f1", "latency_ms", "precision", "analysis_cost"];
        let has = |name: &&&str| configurations.iter().any(|one| value(one, name).is_some());
        let first = known.iter().find(has);
        metrics.push(first.copied().unwrap_or("f1").to_owned());
    }
    // One metric of several configurations, or several metrics of few.
    let room = (MOST_LINES / configurations.len().max(1)).max(1);
    metrics.truncate(room);
    configurations.truncate(MOST_LINES);
    Chosen {
        is_lost: configurations.is_empty() && !all.is_empty(),
        newest_ms: configurations.iter().filter_map(|one| one.created_ms).max(),
        configurations: configurations.into_iter().cloned().collect(),
        metrics,
    }
}

/// The default range: 30 days, or all if the newest run, at `newest_ms`, is older.
pub fn usual_range(newest_ms: Option<i64>, now_ms: i64) -> Range {
    let usual = Range::Days(30);
    let (from_ms, _) = usual.bounds(now_ms);
    if newest_ms
        .zip(from_ms)
        .is_some_and(|(newest, from)| newest < from)
    {
        Range::All
    } else {
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_days_unless_they_are_empty() {
        let day = 86_400_000;
        let now = 100 * day + 5;

        assert_eq!(usual_range(Some(now - day), now), Range::Days(30));
        assert_eq!(usual_range(Some(71 * day), now), Range::Days(30));
        assert_eq!(usual_range(Some(71 * day - 1), now), Range::All);
        assert_eq!(usual_range(None, now), Range::Days(30));
    }
}
