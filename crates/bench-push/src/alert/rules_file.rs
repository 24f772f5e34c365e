//! The file with the rules.

use std::{
    io,
    path::{Path, PathBuf},
};

use bench_model::alert::Rules;
use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use crate::spelling::Misspelt;

/// Its name.
pub(crate) const NAME: &str = "bench-alerts.toml";
/// What the digest of the defaults is called, since there is no file.
const DEFAULTS: &str = "defaults";
/// The largest file that is read.
const LARGEST: u64 = 1 << 20;

/// Rules, and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RulesFile {
    /// The rules.
    pub(crate) rules: Rules,
    /// The SHA-256 of the file, or `defaults`.
    pub(crate) digest: String,
    /// The file; none for the defaults.
    pub(crate) path: Option<PathBuf>,
}

/// Why a file has no rules.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// It cannot be read.
    #[error("the rules `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// It is not TOML.
    #[error("the rules `{path}` are not TOML: {reason}")]
    NotToml {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        reason: String,
    },
    /// A key is unknown.
    #[error("the rules `{path}` have no key {}; there are {}", .misspelt.typed(), .misspelt.choices())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key, with those that there are.
        misspelt: Misspelt,
    },
    /// A value is of another kind or out of range.
    #[error("the rules `{path}`: {reason}")]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl RulesError {
    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { misspelt, .. } => {
                misspelt.meant().map(|key| format!("did you mean `{key}`?"))
            }
            Self::Unreadable { .. } => Some("leave `--rules` out for the defaults".to_owned()),
            Self::NotToml { .. } | Self::WrongValue { .. } => {
                Some("docs/alerts.md has an example with every key".to_owned())
            }
        }
    }
}

/// The rules of `named`, otherwise of the nearest `bench-alerts.toml` in `directory` or above, up to the
/// root of the repository, otherwise the defaults.
///
/// # Errors
///
/// [`RulesError`] if there is a file that has no rules.
pub(crate) fn load(named: Option<&Path>, directory: &Path) -> Result<RulesFile, RulesError> {
    let path = match named {
        Some(path) => Some(directory.join(path)),
        None => nearest(directory),
    };
    let Some(path) = path else {
        return Ok(RulesFile {
            rules: Rules::default(),
            digest: DEFAULTS.to_owned(),
            path: None,
        });
    };
    let read = std::fs::metadata(&path).and_then(|about| {
        if about.len() > LARGEST {
            return Err(io::Error::other("it is larger than 1 MiB"));
        }
        std::fs::read_to_string(&path)
    });
    let text = read.map_err(|cause| RulesError::Unreadable {
        path: path.clone(),
        cause,
    })?;
    let rules = parse(&text, &path)?;
    let digest = Sha256::digest(text.as_bytes());
    let hex = digest
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    Ok(RulesFile {
        rules,
        digest: hex,
        path: Some(path),
    })
}

fn nearest(directory: &Path) -> Option<PathBuf> {
    for folder in directory.ancestors() {
        let file = folder.join(NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The rules in `text`.
fn parse(text: &str, path: &Path) -> Result<Rules, RulesError> {
    let path = path.to_owned();
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            let error: toml::de::Error = error;
            return Err(RulesError::NotToml {
                reason: error.to_string().trim_end().to_owned(),
                path,
            });
        }
    };
    if let Some(misspelt) = unknown_key(&table) {
        return Err(RulesError::UnknownKey { path, misspelt });
    }
    let rules: Rules = match table.try_into() {
        Ok(rules) => rules,
        Err(error) => {
            let error: toml::de::Error = error;
            return Err(RulesError::WrongValue {
                reason: error.to_string().trim_end().replace('\n', " "),
                path,
            });
        }
    };
    match out_of_range(&rules) {
        Some(reason) => Err(RulesError::WrongValue { path, reason }),
        None => Ok(rules),
    }
}

/// Every key, as the defaults have them.
fn known() -> Table {
    let mut rules = Rules::default();
    // A key without a default would not be there.
    rules.stale.after_hours = Some(26.0);
    match Value::try_from(&rules) {
        Ok(Value::Table(table)) => table,
        _ => Table::new(),
    }
}

fn unknown_key(table: &Table) -> Option<Misspelt> {
    let known = known();
    for (name, value) in table {
        let Some(section) = known.get(name) else {
            return Misspelt::among("", name, known.keys().map(String::as_str));
        };
        let (Some(known), Some(given)) = (section.as_table(), value.as_table()) else {
            continue;
        };
        if let Some(key) = given.keys().find(|key| !known.contains_key(*key)) {
            let full: Vec<String> = known.keys().map(|key| format!("{name}.{key}")).collect();
            let found = format!("{name}.{key}");
            return Misspelt::among("", &found, full.iter().map(String::as_str));
        }
    }
    None
}

fn out_of_range(rules: &Rules) -> Option<String> {
    let least = |name: &str, value: f64, least: f64| {
        let is_wrong = !(value.is_finite() && value >= least && value <= 1e6);
        is_wrong.then(|| format!("{name} must be between {least} and 1000000, found {value}"))
    };
    least("quality.margin", rules.quality.margin, 0.0)
        .or_else(|| {
            least(
                "stale.after_hours",
                rules.stale.after_hours.unwrap_or(1.0),
                0.1,
            )
        })
        .or_else(|| {
            least(
                "stale.retired_after_days",
                rules.stale.retired_after_days,
                0.1,
            )
        })
        .or_else(|| least("baseline.oldest_days", rules.baseline.oldest_days, 1.0))
        .or_else(|| least("errors.rise", rules.errors.rise, 0.0))
        .or_else(|| least("spool.after_hours", rules.spool.after_hours, 0.0))
        .or_else(|| {
            least(
                "incident.reopen_within_days",
                rules.incident.reopen_within_days,
                0.0,
            )
        })
        .or_else(|| {
            let runs = rules.quality.runs;
            (!(1..=5000).contains(&runs))
                .then(|| format!("quality.runs must be between 1 and 5000, found {runs}"))
        })
        .or_else(|| {
            let runs = rules.incident.resolve_after_runs;
            (!(1..=100).contains(&runs)).then(|| {
                format!("incident.resolve_after_runs must be between 1 and 100, found {runs}")
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let error = parse(text, Path::new("bench-alerts.toml")).expect_err("a problem");
        let hint = error
            .hint()
            .map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        format!("{error}{hint}")
    }

    #[test]
    fn an_empty_file_is_the_defaults_and_a_key_changes_one_thing() {
        let rules = |text| parse(text, Path::new("x")).expect("rules");
        assert_eq!(rules(""), Rules::default());
        let changed =
            rules("[quality]\nmargin = 0.02\nignore = [\"train_*\"]\n[stale]\nafter_hours = 30\n");
        assert_eq!(changed.quality.margin.to_bits(), 0.02_f64.to_bits());
        assert_eq!(changed.stale.after_hours, Some(30.0));
        assert_eq!(changed.incident, Rules::default().incident);
    }

    #[test]
    fn what_is_wrong_is_named_with_the_nearest_key() {
        let problems = [
            "[quality]\nmargn = 0.05\n",
            "[qualty]\nmargin = 0.05\n",
            "[quality]\nmargin = \"big\"\n",
            "[quality]\nmargin = -1.0\n",
            "[incident]\nresolve_after_runs = 0\n",
            "[quality\n",
        ]
        .map(problem);
        insta::assert_snapshot!(problems.join("\n\n"));
    }

    #[test]
    fn the_example_of_the_guide_is_every_key_with_its_default() {
        let guide = include_str!("../../../../docs/alerts.md");
        let example = guide.split("```toml\n").nth(1).expect("an example");
        let example = example.split("```").next().expect("its end");
        let mut wanted = Rules::default();
        wanted.stale.after_hours = parse(example, Path::new("x"))
            .expect("rules")
            .stale
            .after_hours;
        assert_eq!(parse(example, Path::new("x")).expect("rules"), wanted);
        let table: Table = example.parse().expect("TOML");
        for (section, keys) in &known() {
            for key in keys.as_table().expect("a section").keys() {
                let has = table.get(section).and_then(|of| of.get(key)).is_some();
                assert!(has, "{section}.{key} is not in the guide");
            }
        }
    }
}
