//! The selectable columns of the log, besides metrics.

/// A column. The time is always the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// `model_version`.
    Model,
    /// `dataset_version`.
    Dataset,
    /// `prompt_version`.
    Prompt,
    /// The environment.
    Environment,
    /// The commit.
    Commit,
    /// Its branch.
    Branch,
    /// The CI run.
    CiRun,
    /// The actor.
    Actor,
    /// The tags.
    Tags,
    /// The model provider.
    Provider,
    /// 1, 2, 3 … within its configuration.
    Version,
    /// The duration.
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

    /// The default columns.
    pub const USUAL: [Self; 6] = [
        Self::Model,
        Self::Dataset,
        Self::Environment,
        Self::Commit,
        Self::Actor,
        Self::Tags,
    ];

    /// Its name in the URL and in exports, and its header.
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

    /// Its explanation; empty if the header is enough.
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

    /// Whether it is numeric.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Version | Self::Duration)
    }

    /// The column by its name in the URL.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.names().0 == name)
    }

    /// The column with a header.
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
