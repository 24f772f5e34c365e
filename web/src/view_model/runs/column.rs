//! The columns of the log that a reader may choose; metrics are columns besides.

/// A column. The time stands first, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// `model_version`.
    Model,
    /// `dataset_version`.
    Dataset,
    /// `prompt_version`.
    Prompt,
    /// Where it ran.
    Environment,
    /// The commit.
    Commit,
    /// Its branch.
    Branch,
    /// The CI run.
    CiRun,
    /// Who started it.
    Actor,
    /// The tags.
    Tags,
    /// Who serves the model.
    Provider,
    /// 1, 2, 3 … within its configuration.
    Version,
    /// How long it took.
    Duration,
    /// When the database stored it.
    Recorded,
    /// The run's id.
    Id,
}

impl Column {
    /// All of them, from left to right.
    pub const ALL: [Self; 14] = [
        Self::Model,
        Self::Dataset,
        Self::Prompt,
        Self::Environment,
        Self::Commit,
        Self::Branch,
        Self::CiRun,
        Self::Actor,
        Self::Tags,
        Self::Provider,
        Self::Version,
        Self::Duration,
        Self::Recorded,
        Self::Id,
    ];

    /// Those that are shown unless the reader says otherwise.
    pub const USUAL: [Self; 6] = [
        Self::Model,
        Self::Dataset,
        Self::Environment,
        Self::Commit,
        Self::Actor,
        Self::Tags,
    ];

    /// Its name in the address and in exports, and its head.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Model => ("model", "Model"),
            Self::Dataset => ("dataset", "Dataset"),
            Self::Prompt => ("prompt", "Prompt"),
            Self::Environment => ("environment", "Environment"),
            Self::Commit => ("commit", "Commit"),
            Self::Branch => ("branch", "Branch"),
            Self::CiRun => ("run_id", "CI run"),
            Self::Actor => ("actor", "Actor"),
            Self::Tags => ("tags", "Tags"),
            Self::Provider => ("provider", "Provider"),
            Self::Version => ("version", "Version"),
            Self::Duration => ("duration_seconds", "Duration"),
            Self::Recorded => ("recorded_at", "Recorded"),
            Self::Id => ("id", "Id"),
        }
    }

    /// What it means; empty when its head says it all.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Version => "1, 2, 3 … within its configuration, in order of arrival",
            Self::Recorded => {
                "When the database stored the run; the first column shows when it ran"
            }
            Self::Actor => "Who or what started it",
            _ => "",
        }
    }

    /// Whether it holds numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Version | Self::Duration)
    }

    /// The column of a name in an address.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.names().0 == name)
    }

    /// The column with a head.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.names().1 == label)
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    #[test]
    fn a_column_is_found_by_its_name_and_by_its_head() {
        for column in Column::ALL {
            let (name, label) = column.names();
            assert_eq!(Column::from_name(name), Some(column));
            assert_eq!(Column::from_label(label), Some(column));
        }
    }
}
