//! One check run, which branch protection can require: in progress before the benchmark, completed
//! whatever happens.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::github::{
    api::{Api, ApiError},
    place::Place,
};

/// GitHub refuses a longer summary, in characters.
pub(crate) const MOST: usize = 65_535;

/// How a check run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    /// It may be merged.
    Success,
    /// It may not.
    Failure,
    /// It may, and says something.
    Neutral,
}

impl Conclusion {
    fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
        }
    }
}

/// What a check run says.
pub(crate) struct Words<'a> {
    /// One line.
    pub(crate) title: &'a str,
    /// Markdown.
    pub(crate) summary: &'a str,
}

/// Begins the check run `name`; one that is in progress stays.
///
/// # Errors
///
/// [`ApiError`] if GitHub refuses or does not answer.
pub(crate) async fn begin(api: &Api<'_>, place: &Place, name: &str) -> Result<(), ApiError> {
    let body = json!({
        "name": name, "head_sha": place.commit, "status": "in_progress",
        "output": {"title": "the benchmark runs", "summary": ""},
    });
    let path = format!("/repos/{}/check-runs", place.repository);
    api.send(Method::POST, &path, Some(&body)).await.map(|_| ())
}

/// Completes the newest check run `name` of the commit, or creates it completed.
///
/// # Errors
///
/// [`ApiError`] if GitHub refuses or does not answer.
pub(crate) async fn end(
    api: &Api<'_>,
    place: &Place,
    name: &str,
    conclusion: Conclusion,
    words: &Words<'_>,
) -> Result<(), ApiError> {
    let path = format!("/repos/{}/check-runs", place.repository);
    let mut body = json!({
        "status": "completed", "conclusion": conclusion.as_str(),
        "output": {"title": words.title, "summary": words.summary},
    });
    let newest = newest(api, place, name).await?;
    if let Some((id, _)) = newest {
        let path = format!("{path}/{id}");
        return api
            .send(Method::PATCH, &path, Some(&body))
            .await
            .map(|_| ());
    }
    body["name"] = name.into();
    body["head_sha"] = place.commit.as_str().into();
    api.send(Method::POST, &path, Some(&body)).await.map(|_| ())
}

/// Completes the check run `name` as failed if it is still in progress: the benchmark died. Says
/// whether it was.
///
/// # Errors
///
/// [`ApiError`] if GitHub refuses or does not answer.
pub(crate) async fn end_if_open(
    api: &Api<'_>,
    place: &Place,
    name: &str,
    words: &Words<'_>,
) -> Result<bool, ApiError> {
    let is_completed = |(_, is_completed)| is_completed;
    if newest(api, place, name).await?.is_some_and(is_completed) {
        return Ok(false);
    }
    end(api, place, name, Conclusion::Failure, words).await?;
    Ok(true)
}

/// The newest check run of the name, and whether it is completed.
async fn newest(api: &Api<'_>, place: &Place, name: &str) -> Result<Option<(u64, bool)>, ApiError> {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let path = format!(
        "/repos/{}/commits/{}/check-runs?check_name={name}&filter=latest&per_page=1",
        place.repository, place.commit
    );
    let answer: Value = api.send(Method::GET, &path, None).await?;
    let newest = &answer["check_runs"][0];
    let is_completed = newest["status"] == "completed";
    Ok(newest["id"].as_u64().map(|id| (id, is_completed)))
}
