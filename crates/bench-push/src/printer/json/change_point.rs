use serde_json::{Value, json};

use crate::verbs::change_point::ChangePointDone;

/// What a verb of `change-point` did.
pub(crate) fn change_point(done: &ChangePointDone) -> Value {
    match done {
        ChangePointDone::Set(row) => json!({ "success": true, "status": 0, "change_point": row }),
        ChangePointDone::List(rows) => {
            json!({ "success": true, "status": 0, "change_points": rows })
        }
    }
}
