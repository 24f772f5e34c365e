use serde_json::{Value, json};

use crate::verbs::retract::RetractionDone;

/// The result of `retract` or `restore`.
pub(crate) fn retraction(done: &RetractionDone) -> Value {
    match done {
        RetractionDone::Retracted(row) => {
            json!({ "success": true, "status": 0, "retraction": row })
        }
        RetractionDone::Restored { run, was_retracted } => {
            json!({ "success": true, "status": 0, "restored": was_retracted, "run": run })
        }
    }
}
