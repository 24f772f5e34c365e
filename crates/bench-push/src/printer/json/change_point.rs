use serde_json::{Value, json};

use crate::verbs::change_point::ChangePointDone;

/// The result of a verb of `change-point`.
pub(crate) fn change_point(done: &ChangePointDone) -> Value {
    match done {
        // `change_point` is there for scripts that set one.
        ChangePointDone::Set(rows) => match rows.as_slice() {
            [row] => {
                json!({ "success": true, "status": 0, "change_point": row, "change_points": rows })
            }
            rows => json!({ "success": true, "status": 0, "change_points": rows }),
        },
        ChangePointDone::List(rows) => {
            json!({ "success": true, "status": 0, "change_points": rows })
        }
    }
}
