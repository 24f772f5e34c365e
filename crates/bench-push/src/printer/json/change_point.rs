use serde_json::{Value, json};

use crate::verbs::change_point::ChangePointDone;

/// The result of a verb of `change-point`.
pub(crate) fn change_point(done: &ChangePointDone) -> Value {
    match done {
        ChangePointDone::Set(row) => json!({ "success": true, "status": 0, "change_point": row }),
        ChangePointDone::List(rows) => {
            json!({ "success": true, "status": 0, "change_points": rows })
        }
    }
}
