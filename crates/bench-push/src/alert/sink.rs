//! Sinks: where messages go, as the environment sets them up.

mod alertmanager;
mod github;
mod slack;
mod webhook;

use bench_model::{
    alert::{Event, EventKind, Incident, Message, message},
    rest::rows::ClaimedRow,
};
use clap::ValueEnum;
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;

use crate::{
    alert::http::{Http, Undelivered, address},
    settings::{
        environment::{Environment, Source},
        secret::{Scrubber, Secret},
    },
};

/// A kind of sink, with its name in flags and in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum SinkName {
    /// An issue per incident
    Github,
    /// A message per incident, with a bot token one thread
    Slack,
    /// A signed request in Alertmanager's form
    Webhook,
    /// An alert per incident
    Alertmanager,
}

impl SinkName {
    /// All of them.
    pub(crate) const ALL: [Self; 4] =
        [Self::Github, Self::Slack, Self::Webhook, Self::Alertmanager];

    /// Its name in flags and in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Alertmanager => "alertmanager",
        }
    }
}

/// A sink with everything it needs.
#[derive(Debug, Clone)]
pub(crate) enum Sink {
    /// GitHub's issues.
    Github(github::Github),
    /// Slack.
    Slack(slack::Slack),
    /// A webhook.
    Webhook(webhook::Webhook),
    /// Alertmanager.
    Alertmanager(alertmanager::Alertmanager),
}

/// The sinks of an environment, and why others are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sinks {
    /// Those that are set up.
    pub(crate) sinks: Vec<Sink>,
    /// Why there are no others: one sentence each.
    pub(crate) remarks: Vec<String>,
}

/// Variables whose values must not be shown.
const SECRETS: [&str; 6] = [
    "GITHUB_TOKEN",
    "SLACK_WEBHOOK_URL",
    "SLACK_BOT_TOKEN",
    "ALERT_WEBHOOK_URL",
    "ALERT_WEBHOOK_SECRET",
    "ALERTMANAGER_URL",
];

/// Adds the secrets of sinks to what is never shown.
pub(crate) fn hide(environment: &Environment, scrubber: &mut Scrubber) {
    for name in SECRETS {
        for value in environment.all(name) {
            scrubber.add_passwords_in(value);
            if name != "ALERTMANAGER_URL" {
                scrubber.add_password(value);
            }
        }
    }
}

impl Sinks {
    /// The sinks that the environment sets up, of `wanted` if it names any.
    ///
    /// A job of a pull request has none: its code is not reviewed yet, and a fork's may not have the
    /// secrets anyway. A `.env` file sets up none: it may come with the code.
    pub(crate) fn of(environment: &Environment, wanted: &[SinkName]) -> Self {
        let mut found = Self::default();
        let event = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
        if event.starts_with("pull_request") || event == "merge_group" {
            found.remarks.push(format!(
                "no messages are sent from a job of `{event}`: incidents belong to the main line"
            ));
            return found;
        }
        for name in SinkName::ALL {
            if !wanted.is_empty() && !wanted.contains(&name) {
                continue;
            }
            let get = |variable: &str| environment.get_from(Source::Process, variable);
            let sink = match name {
                SinkName::Github => github::Github::of(get).map(|of| of.map(Sink::Github)),
                SinkName::Slack => slack::Slack::of(get).map(|of| of.map(Sink::Slack)),
                SinkName::Webhook => webhook::Webhook::of(get).map(|of| of.map(Sink::Webhook)),
                SinkName::Alertmanager => {
                    alertmanager::Alertmanager::of(get).map(|of| of.map(Sink::Alertmanager))
                }
            };
            match sink {
                Ok(Some(sink)) => found.sinks.push(sink),
                Ok(None) if wanted.contains(&name) => found.remarks.push(format!(
                    "the sink {} is not set up; `bench-push alert send --help` names its variables",
                    name.as_str()
                )),
                Ok(None) => {}
                Err(why) => found.remarks.push(why),
            }
        }
        found
    }

    /// Their names.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.sinks.iter().map(|sink| sink.name().as_str()).collect()
    }
}

impl Sink {
    /// Its name.
    pub(crate) const fn name(&self) -> SinkName {
        match self {
            Self::Github(_) => SinkName::Github,
            Self::Slack(_) => SinkName::Slack,
            Self::Webhook(_) => SinkName::Webhook,
            Self::Alertmanager(_) => SinkName::Alertmanager,
        }
    }

    /// Delivers a message and returns the receipt. Delivering it twice has the effect of once, as far as
    /// the sink allows.
    ///
    /// # Errors
    ///
    /// [`Undelivered`] if the sink did not take it.
    pub(crate) async fn deliver(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        now: Timestamp,
    ) -> Result<Value, Undelivered> {
        let message = words(claimed);
        match self {
            Self::Github(sink) => sink.deliver(http, claimed, &message).await,
            Self::Slack(sink) => sink.deliver(http, claimed, &message).await,
            Self::Webhook(sink) => sink.deliver(http, claimed, &message, now).await,
            Self::Alertmanager(sink) => sink.deliver(http, claimed, &message, now).await,
        }
    }
}

/// An open incident as a message, for sinks that forget what they are not told again.
pub(crate) fn renewal(incident: &Incident, now: Timestamp) -> ClaimedRow {
    let evidence = incident.evidence.clone();
    ClaimedRow {
        id: 0,
        attempts: 1,
        incident_id: incident.id,
        title: String::new(),
        state: incident.state.as_str().to_owned(),
        severity: evidence.severity.as_str().to_owned(),
        class: evidence.class.as_str().to_owned(),
        fingerprint: String::new(),
        opened_at: incident.opened_at,
        muted_until: None,
        merged_into: None,
        state_by: incident.state_by.clone(),
        reason: None,
        event: Event {
            id: 0,
            incident: incident.id,
            at: now,
            kind: EventKind::Evidence,
            by: String::new(),
            reason: None,
            until: None,
            into: None,
            rules_digest: None,
            is_told: false,
            evidence: None,
        },
        evidence,
        receipt: None,
    }
}

/// A message in words.
fn words(claimed: &ClaimedRow) -> Message {
    message(
        claimed.incident_id,
        claimed.state(),
        claimed.opened_at,
        &claimed.evidence,
        &claimed.event,
    )
}

/// An address in a variable.
fn url(variable: &str, value: &str) -> Result<Url, String> {
    address(value).map_err(|why| format!("`{variable}` {why}"))
}

/// An address below another one.
fn below(base: &Url, path: &str) -> Result<Url, Undelivered> {
    let text = format!("{}/{path}", base.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|_| Undelivered::Never {
        why: "the address of the sink is not valid".to_owned(),
    })
}

fn secret(value: &str) -> Secret {
    Secret::new(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinks_come_from_the_environment_and_a_pull_request_has_none() {
        let variables = [
            ("GITHUB_TOKEN", "ghs_0123456789"),
            ("GITHUB_REPOSITORY", "team/models"),
            (
                "SLACK_WEBHOOK_URL",
                "https://hooks.slack.com/services/T/B/x",
            ),
            ("ALERTMANAGER_URL", "http://127.0.0.1:9093"),
        ];
        let all = Sinks::of(&Environment::of(variables), &[]);
        assert_eq!(all.names(), ["github", "slack", "alertmanager"]);
        let one = Sinks::of(&Environment::of(variables), &[SinkName::Webhook]);
        assert!(
            one.sinks.is_empty() && one.remarks.len() == 1,
            "{:?}",
            one.remarks
        );

        let [token, repository, slack, _] = variables;
        let fork = [
            token,
            repository,
            slack,
            ("GITHUB_EVENT_NAME", "pull_request"),
        ];
        let none = Sinks::of(&Environment::of(fork), &[]);
        assert!(none.sinks.is_empty());
        assert_eq!(
            none.remarks,
            [
                "no messages are sent from a job of `pull_request`: incidents belong to the main line"
            ]
        );
    }

    #[test]
    fn a_secret_is_sent_over_tls_only_and_never_shown() {
        let found = Sinks::of(
            &Environment::of([("SLACK_WEBHOOK_URL", "http://hooks.slack.com/services/T/B/x")]),
            &[],
        );
        assert!(found.sinks.is_empty());
        assert_eq!(
            found.remarks,
            ["`SLACK_WEBHOOK_URL` must begin with https:// (http:// only on this machine)"]
        );
        let sinks = Sinks::of(
            &Environment::of([(
                "SLACK_WEBHOOK_URL",
                "https://hooks.slack.com/services/T/B/sesame",
            )]),
            &[],
        );
        assert!(!format!("{sinks:?}").contains("sesame"), "{sinks:?}");
    }
}
