//! The shortest distinguishing names of lines.

use crate::view_model::{format, snapshot::Configuration};

/// A name for each configuration: its model, and the other parts in which they differ.
pub(super) fn names(configurations: &[Configuration]) -> Vec<String> {
    let parts = |one: &Configuration| {
        let Configuration {
            model,
            dataset,
            prompt,
            environment,
            ..
        } = one;
        [model, dataset, prompt, environment].map(|part| format::short_name(part))
    };
    let all: Vec<[String; 4]> = configurations.iter().map(parts).collect();
    let differs = |part: usize| all.windows(2).any(|pair| pair[0][part] != pair[1][part]);
    let shown: Vec<usize> = (0..4).filter(|part| *part == 0 || differs(*part)).collect();
    all.iter()
        .map(|one| {
            let words: Vec<&str> = shown.iter().map(|part| one[*part].as_str()).collect();
            words.join(" · ")
        })
        .collect()
}
