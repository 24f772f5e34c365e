//! Slack: with a bot token one thread per incident, with an incoming webhook one message per transition.

use bench_model::{
    alert::{EventKind, Message},
    rest::rows::ClaimedRow,
};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::{
    alert::{
        http::{Http, Undelivered},
        sink::{below, secret, url},
        text::{
            markdown::SHOWN_DIGITS,
            slack::{alone, answer, root},
        },
    },
    settings::secret::Secret,
};

/// The API of Slack.
const API: &str = "https://slack.com/api";
/// The name of our metadata, by which a message is recognised.
const EVENT: &str = "bench_incident";

/// A channel of Slack.
#[derive(Debug, Clone)]
pub(crate) enum Slack {
    /// An incoming webhook, whose address is the secret.
    Webhook(Secret),
    /// A bot in a channel.
    Bot {
        /// The API.
        api: Url,
        /// Its token.
        token: Secret,
        /// The channel's id.
        channel: String,
    },
}

impl Slack {
    /// From `SLACK_BOT_TOKEN` and `SLACK_CHANNEL`, otherwise `SLACK_WEBHOOK_URL`.
    pub(crate) fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, String> {
        if let Some(token) = get("SLACK_BOT_TOKEN") {
            let channel = get("SLACK_CHANNEL")
                .ok_or("`SLACK_BOT_TOKEN` is set without `SLACK_CHANNEL`, the channel's id")?;
            return Ok(Some(Self::Bot {
                api: url("SLACK_API_URL", get("SLACK_API_URL").unwrap_or(API))?,
                token: secret(token),
                channel: channel.to_owned(),
            }));
        }
        let Some(webhook) = get("SLACK_WEBHOOK_URL") else {
            return Ok(None);
        };
        url("SLACK_WEBHOOK_URL", webhook)?;
        Ok(Some(Self::Webhook(secret(webhook))))
    }

    pub(crate) async fn deliver(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        message: &Message,
    ) -> Result<Value, Undelivered> {
        match self {
            Self::Webhook(address) => webhook(http, address, claimed, message).await,
            Self::Bot {
                api,
                token,
                channel,
            } => {
                let bot = Bot {
                    http,
                    api,
                    token,
                    channel,
                };
                bot.deliver(claimed, message).await
            }
        }
    }
}

/// A webhook can't edit: it is told of transitions, and of the whole incident when it opens.
async fn webhook(
    http: &Http<'_>,
    address: &Secret,
    claimed: &ClaimedRow,
    message: &Message,
) -> Result<Value, Undelivered> {
    if !claimed.event.is_told {
        return Ok(json!({ "skipped": "a webhook cannot edit" }));
    }
    let text = match claimed.event.kind {
        EventKind::Opened | EventKind::Reopened | EventKind::Evidence => root(message),
        _ => alone(message),
    };
    let url =
        url("SLACK_WEBHOOK_URL", address.expose()).map_err(|why| Undelivered::Never { why })?;
    let body = json!({ "text": text }).to_string();
    http.send(Method::POST, &url, &[], Some(body)).await?;
    Ok(json!({ "sent": true }))
}

struct Bot<'a> {
    http: &'a Http<'a>,
    api: &'a Url,
    token: &'a Secret,
    channel: &'a str,
}

impl Bot<'_> {
    async fn deliver(&self, claimed: &ClaimedRow, message: &Message) -> Result<Value, Undelivered> {
        let receipt = claimed.receipt.as_ref();
        let known = receipt.and_then(|receipt| receipt["ts"].as_str());
        let mut thread = known.map(str::to_owned);
        if thread.is_none() {
            // An earlier attempt may have posted it.
            if claimed.attempts > 1 {
                thread = self.find(claimed, None).await?;
            }
            if thread.is_none() {
                if !claimed.event.is_told {
                    return Ok(json!({ "skipped": "there is no message" }));
                }
                let ts = self.post(claimed, &root(message), None).await?;
                return Ok(json!({ "ts": ts, "channel": self.channel }));
            }
        }
        let thread = thread.unwrap_or_default();
        let is_root = claimed.event.kind == EventKind::Opened;
        if claimed.event.is_told && !is_root {
            let is_there =
                claimed.attempts > 1 && self.find(claimed, Some(&thread)).await?.is_some();
            if !is_there {
                self.post(claimed, &answer(message), Some(&thread)).await?;
            }
        }
        self.call(
            Method::POST,
            "chat.update",
            &json!({
                "channel": self.channel, "ts": thread, "text": root(message),
            }),
        )
        .await?;
        Ok(json!({ "ts": thread, "channel": self.channel }))
    }

    async fn post(
        &self,
        claimed: &ClaimedRow,
        text: &str,
        thread: Option<&str>,
    ) -> Result<String, Undelivered> {
        let mut body = json!({
            "channel": self.channel,
            "text": text,
            "unfurl_links": false,
            "unfurl_media": false,
            "metadata": { "event_type": EVENT, "event_payload": payload(claimed) },
        });
        if let Some(thread) = thread {
            body["thread_ts"] = thread.into();
        }
        let answer = self.call(Method::POST, "chat.postMessage", &body).await?;
        Ok(answer["ts"].as_str().unwrap_or_default().to_owned())
    }

    /// The message about this event, in the channel or in a thread.
    async fn find(
        &self,
        claimed: &ClaimedRow,
        thread: Option<&str>,
    ) -> Result<Option<String>, Undelivered> {
        let (method, more) = match thread {
            None => ("conversations.history", String::new()),
            Some(ts) => ("conversations.replies", format!("&ts={ts}")),
        };
        let since = claimed.opened_at.as_second() - 60;
        let path = format!(
            "{method}?channel={}&limit=200&include_all_metadata=true&oldest={since}{more}",
            self.channel
        );
        let answer = self.call(Method::GET, &path, &Value::Null).await?;
        let messages = answer["messages"].as_array();
        let wanted = payload(claimed);
        let found = messages.into_iter().flatten().find(|message| {
            let about = &message["metadata"];
            let is_ours = about["event_type"] == EVENT;
            is_ours && about["event_payload"] == wanted
        });
        Ok(found
            .and_then(|message| message["ts"].as_str())
            .map(str::to_owned))
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value, Undelivered> {
        let url = below(self.api, path)?;
        let headers = [("Authorization", format!("Bearer {}", self.token.expose()))];
        let body = Some(body)
            .filter(|body| !body.is_null())
            .map(Value::to_string);
        let answer = self.http.send(method, &url, &headers, body).await?.json;
        if answer["ok"] == true {
            return Ok(answer);
        }
        let error = answer["error"].as_str().unwrap_or("no answer");
        let why = format!("Slack refused: {}", crate::terminal::text::plain(error));
        let is_temporary = [
            "ratelimited",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "no answer",
        ];
        if is_temporary.contains(&error) {
            Err(Undelivered::Later { why, after: None })
        } else {
            Err(Undelivered::Never { why })
        }
    }
}

/// What the message is about, in its metadata. Incident numbers repeat in other projects.
fn payload(claimed: &ClaimedRow) -> Value {
    let digits = claimed.fingerprint.chars();
    let short: String = digits.take(SHOWN_DIGITS).collect();
    json!({ "incident": claimed.incident_id, "event": claimed.event.id, "fingerprint": short })
}
