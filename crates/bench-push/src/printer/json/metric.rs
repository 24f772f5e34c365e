use serde_json::{Value, json};

use crate::verbs::metric::MetricDone;

/// The result of a verb of `metric`.
pub(crate) fn metric(done: &MetricDone) -> Value {
    match done {
        MetricDone::Set { row, meant: _ } => json!({ "success": true, "status": 0, "metric": row }),
        MetricDone::List(rows) => json!({ "success": true, "status": 0, "metrics": rows }),
    }
}
