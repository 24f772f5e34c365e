//! One issue per incident: found by a hidden marker, rewritten in place, one comment per transition.

use bench_model::{
    alert::{EventKind, Message, State},
    rest::rows::ClaimedRow,
};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::{
    alert::{
        http::{Answer, Http, Undelivered},
        sink::{below, secret, url},
        text::markdown::{body, comment, event_marker, incident_marker, title},
    },
    settings::secret::Secret,
};

/// The label of the issues, by which they are listed.
const LABEL: &str = "bench-incident";
/// The API of github.com.
const API: &str = "https://api.github.com";
/// The most pages of issues, or of comments, that are searched.
const PAGES: u32 = 20;

/// The issues of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Github {
    api: Url,
    repository: String,
    token: Secret,
    /// The job that sends, if it is one.
    job: Option<String>,
}

impl Github {
    /// From `GITHUB_TOKEN`, `GITHUB_REPOSITORY` and, of an Enterprise server, `GITHUB_API_URL`.
    pub(crate) fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, String> {
        let (Some(token), Some(repository)) = (get("GITHUB_TOKEN"), get("GITHUB_REPOSITORY"))
        else {
            return Ok(None);
        };
        let is_name = |part: &str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            !part.is_empty() && part.bytes().all(allowed) && !part.starts_with('.')
        };
        let parts: Vec<&str> = repository.split('/').collect();
        if parts.len() != 2 || !parts.iter().all(|part| is_name(part)) {
            return Err("`GITHUB_REPOSITORY` must be OWNER/NAME".to_owned());
        }
        let api = url("GITHUB_API_URL", get("GITHUB_API_URL").unwrap_or(API))?;
        let job = get("GITHUB_SERVER_URL").zip(get("GITHUB_RUN_ID"));
        let job = job.filter(|(server, id)| {
            server.starts_with("https://") && id.bytes().all(|byte| byte.is_ascii_digit())
        });
        Ok(Some(Self {
            api,
            repository: repository.to_owned(),
            token: secret(token),
            job: job.map(|(server, id)| format!("{server}/{repository}/actions/runs/{id}")),
        }))
    }

    /// Opens or rewrites the issue, then says what happened in a comment, once.
    pub(crate) async fn deliver(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        message: &Message,
    ) -> Result<Value, Undelivered> {
        let marker = incident_marker(claimed.incident_id, &claimed.fingerprint);
        let text = body(message, &marker, self.job.as_deref());
        let known = match self.known(http, claimed, &marker).await? {
            Some(issue) => Some(issue),
            None => self.find(http, &marker).await?,
        };
        let Some(issue) = known else {
            // An incident that is over and was never told needs no issue.
            if !claimed.state().is_open() && claimed.event.kind != EventKind::Opened {
                return Ok(json!({ "skipped": "there is no issue" }));
            }
            let issue = self
                .call(
                    http,
                    Method::POST,
                    "issues",
                    Some(&json!({
                        "title": title(message), "body": text, "labels": [LABEL],
                    })),
                )
                .await?
                .json;
            if !claimed.state().is_open() {
                let number = issue["number"].as_u64().unwrap_or_default();
                self.rewrite(http, number, claimed, message, &text).await?;
            }
            return Ok(receipt(&issue));
        };
        let number = issue["number"].as_u64().unwrap_or_default();
        let is_news = claimed.event.is_told && claimed.event.kind != EventKind::Opened;
        if is_news {
            self.comment(http, number, claimed, message).await?;
        }
        let issue = self.rewrite(http, number, claimed, message, &text).await?;
        Ok(receipt(&issue))
    }

    async fn rewrite(
        &self,
        http: &Http<'_>,
        number: u64,
        claimed: &ClaimedRow,
        message: &Message,
        text: &str,
    ) -> Result<Value, Undelivered> {
        let state = claimed.state();
        let mut issue = json!({ "title": title(message), "body": text });
        if state.is_open() {
            issue["state"] = "open".into();
        } else {
            issue["state"] = "closed".into();
            let is_fixed = state == State::Resolved;
            issue["state_reason"] = if is_fixed { "completed" } else { "not_planned" }.into();
        }
        let path = format!("issues/{number}");
        Ok(self
            .call(http, Method::PATCH, &path, Some(&issue))
            .await?
            .json)
    }

    /// Comments on an event, unless an earlier attempt did.
    async fn comment(
        &self,
        http: &Http<'_>,
        number: u64,
        claimed: &ClaimedRow,
        message: &Message,
    ) -> Result<(), Undelivered> {
        let marker = event_marker(claimed.event.id);
        if claimed.attempts > 1 {
            let path = format!("issues/{number}/comments");
            if self.search(http, &path, "", &marker).await?.is_some() {
                return Ok(());
            }
        }
        let asks = matches!(
            claimed.event.kind,
            EventKind::Reopened | EventKind::Unmuted | EventKind::Evidence
        );
        let text = json!({ "body": comment(message, &marker, asks) });
        let path = format!("issues/{number}/comments");
        self.call(http, Method::POST, &path, Some(&text)).await?;
        Ok(())
    }

    /// The issue of an earlier receipt, if it still is the one.
    async fn known(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        marker: &str,
    ) -> Result<Option<Value>, Undelivered> {
        let receipt = claimed.receipt.as_ref();
        let Some(number) = receipt.and_then(|receipt| receipt["issue"].as_u64()) else {
            return Ok(None);
        };
        let path = format!("issues/{number}");
        match self.call(http, Method::GET, &path, None).await {
            Ok(answer) if has(&answer.json, marker) => Ok(Some(answer.json)),
            // Deleted or moved.
            Ok(_) | Err(Undelivered::Never { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The issue with the marker, over the list, which unlike the search is up to date.
    async fn find(&self, http: &Http<'_>, marker: &str) -> Result<Option<Value>, Undelivered> {
        let query = format!("&state=all&labels={LABEL}&sort=created&direction=desc");
        self.search(http, "issues", &query, marker).await
    }

    async fn search(
        &self,
        http: &Http<'_>,
        path: &str,
        query: &str,
        marker: &str,
    ) -> Result<Option<Value>, Undelivered> {
        for page in 1..=PAGES {
            let path = format!("{path}?per_page=100&page={page}{query}");
            let answer = self.call(http, Method::GET, &path, None).await?;
            let Value::Array(found) = answer.json else {
                return Ok(None);
            };
            let is_last = found.len() < 100;
            if let Some(one) = found.into_iter().find(|one| has(one, marker)) {
                return Ok(Some(one));
            }
            if is_last {
                break;
            }
        }
        Ok(None)
    }

    async fn call(
        &self,
        http: &Http<'_>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Undelivered> {
        let url = below(&self.api, &format!("repos/{}/{path}", self.repository))?;
        let headers = [
            ("Accept", "application/vnd.github+json".to_owned()),
            ("X-GitHub-Api-Version", "2022-11-28".to_owned()),
            ("Authorization", format!("Bearer {}", self.token.expose())),
        ];
        http.send(method, &url, &headers, body.map(Value::to_string))
            .await
    }
}

/// Whether an issue or comment begins with the marker. A name in a report can't put it there.
fn has(found: &Value, marker: &str) -> bool {
    let body = found["body"].as_str().unwrap_or_default();
    body.starts_with(marker) && found.get("pull_request").is_none()
}

fn receipt(issue: &Value) -> Value {
    json!({ "issue": issue["number"], "url": issue["html_url"] })
}
