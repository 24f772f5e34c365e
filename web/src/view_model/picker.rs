//! The view model of the configuration picker.

use super::{format, snapshot::Configuration};

/// The maximum list length; a search narrows the list.
const MOST_LISTED: usize = 60;

/// One check box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickOption {
    /// The configuration's id.
    pub id: i64,
    /// Its model.
    pub model: String,
    /// The rest of its name.
    pub setting: String,
}

/// The list, and a note on omitted entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickList {
    /// The preferred ones first, then by name.
    pub options: Vec<PickOption>,
    /// `140 more; type to narrow the list.`; empty if all are listed.
    pub rest: String,
}

/// The configurations whose names contain every word of the search, ignoring case, those in `first` first.
pub fn pick_list(all: &[Configuration], first: &[i64], wanted: &str) -> PickList {
    let wanted = wanted.to_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let fits = |one: &&Configuration| {
        let text = format!("{} {}", one.model, one.setting()).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut fitting: Vec<&Configuration> = all.iter().filter(fits).collect();
    fitting.sort_by_key(|one| !first.contains(&one.id));
    let rest = match fitting.len() {
        0 => "No configuration matches.".to_owned(),
        many if many > MOST_LISTED => format!(
            "{} more; type to narrow the list.",
            format::count(many - MOST_LISTED)
        ),
        _ => String::new(),
    };
    let option = |one: &Configuration| PickOption {
        id: one.id,
        model: format::short_name(&one.model),
        setting: one.setting(),
    };
    PickList {
        options: fitting.into_iter().take(MOST_LISTED).map(option).collect(),
        rest,
    }
}

/// A label of the selection: `medgemma-v1.2`, `3 selected`.
pub fn picked(all: &[Configuration], chosen: &[i64]) -> String {
    match chosen {
        [] => "none".to_owned(),
        [id] => {
            let known = all.iter().find(|one| one.id == *id);
            known.map_or_else(
                || "1 selected".to_owned(),
                |one| format::short_name(&one.model),
            )
        }
        many => format!("{} selected", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::trends::fixtures::configuration;

    #[test]
    fn words_find_configurations_in_any_part_of_their_names() {
        let all: Vec<_> = (1..100)
            .map(|id| configuration(id, &format!("Model-{id}")))
            .collect();

        let found = pick_list(&all, &[42], "LOCAL model-4");
        assert_eq!(found.options.len(), 11);
        assert_eq!(found.options[0].id, 42);
        assert_eq!(
            pick_list(&all, &[], "nothing").rest,
            "No configuration matches."
        );
        assert_eq!(
            pick_list(&all, &[], "").rest,
            "39 more; type to narrow the list."
        );
        assert_eq!(picked(&all, &[7]), "Model-7");
    }
}
