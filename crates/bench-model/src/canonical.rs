//! Canonical JSON: one spelling per value, so that equal values have equal hashes.

use serde_json::Value;

/// Writes `value` in its one canonical spelling.
pub fn to_string(value: &Value) -> String {
    value.to_string()
}
