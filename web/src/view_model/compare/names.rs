//! The parts of names that distinguish sides, and the common parts.

use super::rows::SideRows;
use crate::view_model::{format, snapshot::Configuration};

/// Model, dataset, prompt and environment of a side.
pub(super) fn parts(side: &SideRows, known: &[Configuration]) -> [String; 4] {
    if let Some(run) = &side.whole {
        return [
            run.model_version.clone(),
            run.dataset_version.clone(),
            run.prompt_version.clone(),
            run.environment.clone(),
        ];
    }
    known
        .iter()
        .find(|one| one.id == side.configuration_id)
        .map_or_else(
            || {
                [
                    format!("configuration {}", side.configuration_id),
                    String::new(),
                    String::new(),
                    String::new(),
                ]
            },
            |one| {
                [
                    one.model.clone(),
                    one.dataset.clone(),
                    one.prompt.clone(),
                    one.environment.clone(),
                ]
            },
        )
}

/// A name for each side from the parts in which they differ, and the parts that all share.
///
/// Runs of one configuration differ in their version.
pub(super) fn distinct(parts: &[[String; 4]], sides: &[SideRows]) -> (Vec<String>, String) {
    let is_shared =
        |index: usize| parts.len() > 1 && parts.iter().all(|one| one[index] == parts[0][index]);
    let joined = |one: &[String; 4], shared: bool| {
        let chosen = (0..4).filter(|index| is_shared(*index) == shared && !one[*index].is_empty());
        chosen
            .map(|index| format::short_name(&one[index]))
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let name = |(one, side): (&[String; 4], &SideRows)| {
        let name = joined(one, false);
        match &side.whole {
            Some(run) if name.is_empty() => format!("run {}", run.version),
            _ if name.is_empty() => one[0].clone(),
            _ => name,
        }
    };
    let names = parts.iter().zip(sides).map(name).collect();
    (
        names,
        parts
            .first()
            .map(|one| joined(one, true))
            .unwrap_or_default(),
    )
}
