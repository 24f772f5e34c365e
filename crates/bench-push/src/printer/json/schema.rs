use serde_json::{Value, json};

use crate::verbs::schema::Applied;

/// The result of `schema apply`.
pub(crate) fn applied(
    Applied {
        newly,
        already,
        host,
    }: &Applied,
) -> Value {
    json!({ "success": true, "status": 0, "host": host, "applied": newly, "already": already })
}
