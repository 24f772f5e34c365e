use serde_json::{Value, json};

use crate::failure::Failure;

/// A verb that failed: `{"success": false, "status": 4, "error": {…}}`.
pub(crate) fn failure(failure: &Failure) -> Value {
    json!({ "success": false, "status": failure.status(), "error": error(failure) })
}

pub(super) fn error(failure: &Failure) -> Value {
    let (http_status, code) = failure.answer();
    json!({ "message": failure.to_string(), "hint": failure.hint(), "http_status": http_status, "code": code })
}
