//! A side of a comparison on the command line.

use std::str::FromStr;

use bench_model::{run_id::RunId, text::Label, words::shorten};

use crate::server::which_run::is_beginning;

/// The selection of a side's runs: all parts must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Side {
    /// The argument.
    pub(crate) text: String,
    /// A run.
    pub(crate) id: Option<RunId>,
    /// The beginning of a run's id.
    pub(crate) beginning: Option<String>,
    /// The version of a run within its configuration.
    pub(crate) version: Option<i64>,
    /// A commit prefix.
    pub(crate) commit: Option<String>,
    /// A branch, with its side runs.
    pub(crate) branch: Option<String>,
    /// A model.
    pub(crate) model: Option<String>,
    /// The data.
    pub(crate) dataset: Option<String>,
    /// A prompt.
    pub(crate) prompt: Option<String>,
    /// An environment.
    pub(crate) environment: Option<String>,
    /// What else a bare word can mean, in the order in which it is tried.
    pub(crate) otherwise: Vec<Side>,
}

impl Side {
    /// Whether it selects single runs rather than configurations.
    pub(crate) fn names_runs(&self) -> bool {
        self.id.is_some()
            || self.beginning.is_some()
            || self.version.is_some()
            || self.commit.is_some()
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        let wrong = |wanted: &str| {
            let value = shorten(value, 60);
            Err(format!("`{value}` is not a {key}: wanted {wanted}"))
        };
        // An empty one, of a variable that is not set, would match everything.
        let name = || match value.parse::<Label>() {
            Ok(name) => Ok(Some(name.as_str().to_owned())),
            Err(error) => Err(format!("the {key} {error}")),
        };
        match key {
            "id" => match value.parse() {
                Ok(id) => self.id = Some(id),
                Err(_) if is_beginning(value) => self.beginning = Some(value.to_owned()),
                Err(_) => return wrong("3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11"),
            },
            "commit" if !is_commit(value) => return wrong("4 to 64 hexadecimal digits"),
            "commit" => self.commit = Some(value.to_ascii_lowercase()),
            "version" => match value.trim_start_matches('v').parse() {
                Ok(version) if version >= 1 => self.version = Some(version),
                _ => return wrong("a number from 1"),
            },
            "branch" => self.branch = name()?,
            "model" => self.model = name()?,
            "dataset" => self.dataset = name()?,
            "prompt" => self.prompt = name()?,
            "environment" => self.environment = name()?,
            other => {
                return Err(format!(
                    "there is no filter `{other}`: wanted id, version, commit, branch, model, dataset, prompt or environment"
                ));
            }
        }
        Ok(())
    }
}

impl FromStr for Side {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let mut side = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        if text.is_empty() {
            return Err("nothing is named".to_owned());
        }
        if text.contains('=') {
            for part in text.split(',') {
                let (key, value) = part
                    .split_once('=')
                    .ok_or_else(|| format!("`{part}` has no `=`: wanted model=NAME or the like"))?;
                side.set(key.trim(), value)?;
            }
            return Ok(side);
        }
        if text.parse::<RunId>().is_ok() {
            side.set("id", text)?;
            return Ok(side);
        }
        let kinds = [
            ("version", is_version(text)),
            ("commit", is_commit(text)),
            ("id", is_beginning(text)),
        ];
        side.otherwise = kinds
            .into_iter()
            .filter_map(|(kind, looks_like_it)| looks_like_it.then_some(kind))
            .map(|kind| {
                let mut other = side.clone();
                other.set(kind, text).map(|()| other)
            })
            .collect::<Result<_, _>>()?;
        side.set("model", text)?;
        Ok(side)
    }
}

/// `12` or `v12`, from 1.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.len() <= 6 && is_number && digits.parse::<u32>().is_ok_and(|version| version >= 1)
}

fn is_commit(text: &str) -> bool {
    (4..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_without_a_name_is_refused_as_it_would_match_everything() {
        for filter in ["branch", "model", "dataset", "prompt", "environment"] {
            for value in ["", " ", "\u{200b}", "a\nb", &"x".repeat(300)] {
                let text = format!("{filter}={value}");
                let error = text.parse::<Side>().expect_err(&text);
                assert!(error.starts_with(&format!("the {filter} ")), "{error}");
                assert!(error.len() < 200, "{error}");
            }
        }
        assert!("commit=".parse::<Side>().is_err());
    }

    #[test]
    fn a_bare_word_is_what_it_looks_like() {
        let side = |text: &str| text.parse::<Side>().expect("a side");
        assert!(side("3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11").id.is_some());
        let others = |text: &str| {
            let others = side(text).otherwise.into_iter();
            others
                .map(|side| (side.version, side.commit.or(side.beginning)))
                .collect::<Vec<_>>()
        };
        let (version, commit) = ((Some(12), None), (None, Some("abc1234".to_owned())));
        assert_eq!(others("v12"), std::slice::from_ref(&version));
        assert_eq!(others("12"), [version]);
        let beginning = (None, Some("ABC1234".to_owned()));
        assert_eq!(others("ABC1234"), [commit, beginning]);
        let digits = (None, Some("1234".to_owned()));
        assert_eq!(others("1234"), [(Some(1234), None), digits.clone(), digits]);
        assert_eq!(
            others("3f6d0f6e-8f57"),
            [(None, Some("3f6d0f6e-8f57".to_owned()))]
        );
        assert!(others("0").is_empty() && others("abc").is_empty());
        // A model's name comes first, whatever else it looks like.
        for name in ["v12", "12", "abc1234", "cafe"] {
            assert_eq!(side(name).model.as_deref(), Some(name));
        }
        assert_eq!(
            side("medgemma-v1.2").model.as_deref(),
            Some("medgemma-v1.2")
        );
        assert_eq!(side("v1.2").model.as_deref(), Some("v1.2"));
        assert!(others("medgemma-v1.2").is_empty());
    }

    #[test]
    fn words_with_their_kind_can_be_joined() {
        let side: Side = "model=cafe1234, prompt=p3,environment=local,version=v3"
            .parse()
            .expect("a side");
        assert_eq!(side.model.as_deref(), Some("cafe1234"));
        assert_eq!(
            (side.prompt.as_deref(), side.version),
            (Some("p3"), Some(3))
        );
        let side: Side = "branch=fix/a-b, model=m".parse().expect("a side");
        assert_eq!(side.branch.as_deref(), Some("fix/a-b"));
        assert!(!side.names_runs());
        for wrong in [
            "",
            "model",
            "colour=red",
            "version=0",
            "id=7",
            "commit=xyz",
            "model=a,b",
        ] {
            let parsed = wrong.parse::<Side>();
            assert!(parsed.is_err() || wrong == "model", "{wrong}: {parsed:?}");
        }
    }
}
