//! The suggested comparison if nothing is selected.

use crate::view_model::{snapshot::Configuration, sort::sorted};

/// Two suggested configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Their ids, the reference first.
    pub ids: [i64; 2],
    /// `medgemma-v1.2 and medgemma-v1.3`.
    pub label: String,
}

/// The two configurations with the newest runs on the same data; if one of them is `chosen`, the
/// newest other one on its data. The older run is the reference. None without a pair.
pub fn suggestion(all: &[Configuration], chosen: Option<i64>) -> Option<Suggestion> {
    let newest = sorted(all, |one, other| other.created_ms.cmp(&one.created_ms));
    let partner = |one: &Configuration| {
        let same_data =
            |other: &&&Configuration| other.dataset == one.dataset && other.id != one.id;
        // Prefer the same environment.
        let in_place = newest
            .iter()
            .filter(same_data)
            .find(|other| other.environment == one.environment);
        in_place.or_else(|| newest.iter().find(same_data)).copied()
    };
    let (reference, current) = if let Some(id) = chosen {
        let reference = newest.iter().copied().find(|one| one.id == id)?;
        (reference, partner(reference)?)
    } else {
        let newest_pair = newest.iter().find_map(|one| Some((partner(one)?, *one)));
        newest_pair?
    };
    let name = |one: &Configuration| format!("{} ({})", one.model, one.setting());
    Some(Suggestion {
        ids: [reference.id, current.id],
        label: format!("{} and {}", name(reference), name(current)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::compare::fixtures::configuration;

    #[test]
    fn the_two_newest_on_the_same_data_are_suggested_and_the_older_one_is_the_reference() {
        let all = [
            configuration(1, "a", "d1", 100),
            configuration(2, "b", "d2", 400),
            configuration(3, "c", "d1", 300),
            configuration(4, "d", "d1", 200),
        ];

        let ids = |chosen| suggestion(&all, chosen).map(|found| found.ids);
        assert_eq!(ids(None), Some([4, 3]));
        assert_eq!(ids(Some(1)), Some([1, 3]));
        assert_eq!(ids(Some(2)), None);
        assert_eq!(suggestion(&[], None), None);
    }
}
