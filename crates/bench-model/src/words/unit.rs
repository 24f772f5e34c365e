//! Units and directions.

/// The suffix for this unit: ` ms`, ` tokens`; empty for a ratio or a score.
pub fn unit(unit: Option<&str>) -> String {
    match unit {
        None | Some("ratio" | "score") => String::new(),
        Some(unit) => format!(" {}", unit.replace('_', " ")),
    }
}

/// The message for a metric without a direction.
pub(crate) fn no_direction(metric: &str) -> String {
    format!("{metric} has no preferred direction")
}
