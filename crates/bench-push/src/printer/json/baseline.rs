use serde_json::{Value, json};

use crate::verbs::baseline::BaselineDone;

/// The result of a verb of `baseline`.
pub(crate) fn baseline(done: &BaselineDone) -> Value {
    match done {
        BaselineDone::Set(baseline) => {
            json!({ "success": true, "status": 0, "baseline": baseline })
        }
        BaselineDone::Cleared {
            was_there,
            scope,
            run,
        } => {
            json!({ "success": true, "status": 0, "cleared": was_there, "scope": scope.as_str(), "run": run })
        }
        BaselineDone::List(baselines) => {
            json!({ "success": true, "status": 0, "baselines": baselines })
        }
    }
}
