//! One comment on a pull request, found by a hidden marker and rewritten in place.

use reqwest::Method;
use serde_json::{Value, json};

use crate::github::{
    api::{Api, ApiError},
    place::Place,
};

/// GitHub refuses longer ones, in characters.
pub(crate) const MOST: usize = 65_536;
/// Comments a page, the most that GitHub gives.
const PAGE: usize = 100;
/// Pages that are searched for ours.
const MOST_PAGES: usize = 10;

/// What became of the comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Commented {
    /// It is new.
    Written(String),
    /// It was there and says something else now.
    Rewritten(String),
    /// No pull request belongs to the commit.
    NoPullRequest,
}

/// Writes the comment `name`, or rewrites it.
///
/// # Errors
///
/// [`ApiError`] if GitHub refuses or does not answer.
pub(crate) async fn write(
    api: &Api<'_>,
    place: &Place,
    name: &str,
    body: &str,
) -> Result<Commented, ApiError> {
    let Some(number) = pull_request(api, place).await? else {
        return Ok(Commented::NoPullRequest);
    };
    let marker = marker(name);
    let body = json!({ "body": format!("{marker}\n{body}") });
    let issues = format!("/repos/{}/issues", place.repository);
    if let Some(id) = find(api, &format!("{issues}/{number}/comments"), &marker).await? {
        let rewritten = api
            .send(
                Method::PATCH,
                &format!("{issues}/comments/{id}"),
                Some(&body),
            )
            .await;
        match rewritten {
            Ok(answer) => return Ok(Commented::Rewritten(link(&answer))),
            // Another user's comment that holds our marker, or one that was just deleted.
            Err(error) if matches!(error.status(), Some(403 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    let answer = api
        .send(
            Method::POST,
            &format!("{issues}/{number}/comments"),
            Some(&body),
        )
        .await?;
    Ok(Commented::Written(link(&answer)))
}

/// The pull request of the event; else the open one whose newest commit was benchmarked, because
/// the event of `workflow_run` does not name that of a fork.
async fn pull_request(api: &Api<'_>, place: &Place) -> Result<Option<u64>, ApiError> {
    if let Some(number) = place.pull_request {
        return Ok(Some(number));
    }
    let path = format!("/repos/{}/commits/{}/pulls", place.repository, place.commit);
    let answer = api.send(Method::GET, &path, None).await?;
    let all = answer.as_array().into_iter().flatten();
    let mut ours = all.filter(|one| {
        one["state"] == "open"
            && one.pointer("/head/sha").and_then(Value::as_str) == Some(place.commit.as_str())
    });
    Ok(ours.find_map(|one| one["number"].as_u64()))
}

async fn find(api: &Api<'_>, path: &str, marker: &str) -> Result<Option<u64>, ApiError> {
    for page in 1..=MOST_PAGES {
        let answer = api
            .send(
                Method::GET,
                &format!("{path}?per_page={PAGE}&page={page}"),
                None,
            )
            .await?;
        let Some(comments) = answer.as_array() else {
            return Ok(None);
        };
        let is_ours = |comment: &&Value| {
            let body = comment["body"].as_str().unwrap_or_default();
            body.starts_with(marker)
        };
        if let Some(found) = comments.iter().find(is_ours) {
            return Ok(found["id"].as_u64());
        }
        if comments.len() < PAGE {
            return Ok(None);
        }
    }
    Ok(None)
}

/// The hidden first line of our comment.
fn marker(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    format!("<!-- bench-push:{name} -->")
}

fn link(answer: &Value) -> String {
    answer["html_url"].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_end_the_marker() {
        assert_eq!(marker("a --> <b>"), "<!-- bench-push:a------b- -->");
    }
}
