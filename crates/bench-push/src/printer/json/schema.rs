use serde_json::{Value, json};

use crate::verbs::schema::Applied;

/// What `schema apply` did.
pub(crate) fn applied(
    Applied {
        newly,
        already,
        host,
    }: &Applied,
) -> Value {
    json!({ "success": true, "status": 0, "host": host, "applied": newly, "already": already })
}
