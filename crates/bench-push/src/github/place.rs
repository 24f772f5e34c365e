//! Where in GitHub a run belongs: repository, pull request and commit, from the trusted event.

use serde_json::Value;

use crate::settings::environment::{Environment, Source};

/// A repository, and what of it was benchmarked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `owner/name`.
    pub(crate) repository: String,
    /// The pull request, if the event names one.
    pub(crate) pull_request: Option<u64>,
    /// The benchmarked commit, which a check run belongs to.
    pub(crate) commit: String,
}

/// Why GitHub can't be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPlace {
    /// Not in a workflow.
    #[error("`GITHUB_REPOSITORY` is not set: this is no GitHub workflow")]
    NoRepository,
    /// Not `owner/name`.
    #[error("`GITHUB_REPOSITORY` is `{found}`, wanted `owner/name`")]
    BadRepository {
        /// The variable.
        found: String,
    },
    /// No commit.
    #[error("neither the event nor `GITHUB_SHA` names a commit")]
    NoCommit,
}

impl Place {
    /// Reads the variables of the workflow and its event. In a pull request `GITHUB_SHA` is a
    /// merge commit that nobody sees, and after `workflow_run` it is the default branch's, so the
    /// event is asked first.
    ///
    /// # Errors
    ///
    /// [`NoPlace`] outside of a workflow.
    pub(crate) fn read(environment: &Environment, event: &Value) -> Result<Self, NoPlace> {
        let get = |name: &str| environment.get_from(Source::Process, name);
        let repository = get("GITHUB_REPOSITORY").ok_or(NoPlace::NoRepository)?;
        if !is_repository(repository) {
            return Err(NoPlace::BadRepository {
                found: repository.chars().take(80).collect(),
            });
        }
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        let number = |pointer: &str| event.pointer(pointer).and_then(Value::as_u64);
        let commit = [
            "/pull_request/head/sha",
            "/workflow_run/head_sha",
            "/merge_group/head_sha",
        ]
        .into_iter()
        .find_map(text)
        .or_else(|| get("GITHUB_SHA"))
        .filter(|commit| is_commit(commit))
        .ok_or(NoPlace::NoCommit)?;
        let of_comment = event
            .pointer("/issue/pull_request")
            .and_then(|_| number("/issue/number"));
        Ok(Self {
            repository: repository.to_owned(),
            pull_request: number("/pull_request/number")
                .or_else(|| number("/workflow_run/pull_requests/0/number"))
                .or(of_comment),
            commit: commit.to_owned(),
        })
    }
}

/// `owner/name`, which becomes part of an address.
fn is_repository(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_ours = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !name.is_empty() && name.chars().all(is_ours) && name.chars().any(|c| c != '.')
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| is_name(owner) && is_name(name))
}

fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(event: &Value) -> Result<Place, NoPlace> {
        let variables = [
            ("GITHUB_REPOSITORY", "team/models"),
            ("GITHUB_SHA", "aaaaaaaaaa"),
        ];
        Place::read(&Environment::of(variables), event)
    }

    #[test]
    fn the_event_says_which_commit_and_which_pull_request() {
        for (event, commit, pull_request) in [
            (json!({}), "aaaaaaaaaa", None),
            (
                json!({"pull_request": {"number": 7, "head": {"sha": "bbbbbbbbbb"}}}),
                "bbbbbbbbbb",
                Some(7),
            ),
            (
                json!({"workflow_run": {"head_sha": "cccccccccc", "pull_requests": [{"number": 8}]}}),
                "cccccccccc",
                Some(8),
            ),
            (
                json!({"workflow_run": {"head_sha": "cccccccccc", "pull_requests": []}}),
                "cccccccccc",
                None,
            ),
            (
                json!({"issue": {"number": 9, "pull_request": {}}}),
                "aaaaaaaaaa",
                Some(9),
            ),
            (json!({"issue": {"number": 9}}), "aaaaaaaaaa", None),
        ] {
            let place = read(&event).expect("a workflow");
            assert_eq!(
                (place.commit.as_str(), place.pull_request),
                (commit, pull_request)
            );
        }
    }

    #[test]
    fn what_would_change_the_address_is_no_repository_and_no_commit() {
        for found in [
            "team",
            "team/../x",
            "team/..",
            "team/a b",
            "te?am/x",
            "/x",
            "",
        ] {
            let read = Place::read(&Environment::of([("GITHUB_REPOSITORY", found)]), &json!({}));
            assert!(read.is_err(), "{found}");
        }
        assert_eq!(
            read(&json!({"workflow_run": {"head_sha": "../../x"}})),
            Err(NoPlace::NoCommit)
        );
    }
}
