//! An incident in words, for every medium: what is wrong and what to do first, numbers after.
//!
//! Everything here is plain text as it was stored. Each medium passes it through its own escaping.

use jiff::Timestamp;

use crate::{
    alert::{
        condition::{Class, Condition, Effect, Kind},
        event::{Event, EventKind, Evidence},
        incident::State,
    },
    words::{counted, ends, percent, short_commit, shorten, signed},
};

/// Longer names are shortened, so that a headline fits on a phone.
const NAME: usize = 48;
/// A reason in a table.
const REASON: usize = 400;

/// An incident, ready to be written in any medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The number of the incident.
    pub incident: i64,
    /// What is wrong, in a few words.
    pub headline: String,
    /// How it stands: open since when, or what became of it.
    pub state: String,
    /// What to do first.
    pub next_step: String,
    /// What explains it, if something does.
    pub cause: Option<String>,
    /// The worst of what belongs to it.
    pub facts: Vec<Fact>,
    /// How many more there are.
    pub left_out: usize,
    /// Commands that help, each with what it does.
    pub commands: Vec<(String, String)>,
}

/// One line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The metric, or what it is about.
    pub what: String,
    /// The model, and its data and prompt.
    pub configuration: String,
    /// From where to where.
    pub moved: String,
    /// Since which run.
    pub since: String,
    /// Why, in the words of the check.
    pub reason: String,
}

/// The headline of an incident.
pub fn headline(evidence: &Evidence) -> String {
    let conditions = &evidence.conditions;
    let all = conditions.len() + evidence.left_out;
    let Some(first) = conditions.first() else {
        return "nothing is wrong".to_owned();
    };
    let model = shorten(&first.configuration.model_version, NAME);
    let metric = shorten(first.metric.as_deref().unwrap_or_default(), NAME);
    let models = distinct(conditions, |of| &of.configuration.model_version);
    if evidence.class == Class::Stale {
        return if all == 1 {
            format!("No new runs of {model}")
        } else {
            format!("No new runs of {}", counted(all, "configuration"))
        };
    }
    if evidence.class == Class::OldBaseline {
        return if all == 1 {
            format!("The baseline of {model} is old")
        } else {
            format!("{} are old", counted(all, "baseline"))
        };
    }
    if all == 1 {
        let moved = first.effect.map(short_move).unwrap_or_default();
        return match first.kind {
            Kind::Regressed => format!("{metric} regressed on {model}: {moved}"),
            Kind::Drift => format!("{metric} is getting worse on {model}: {moved}"),
            Kind::Suspect => format!("{metric} is out of line on {model}: {moved}"),
            Kind::MeasuredDifferently => {
                format!("{metric} moved with the data on {model}: {moved}")
            }
            Kind::Missing => format!("{metric} is missing on {model}"),
            Kind::Errors => format!("{model}: {}", first.reason),
            Kind::Spool => format!("Runs wait on {metric}"),
            Kind::Stale | Kind::OldBaseline => model,
        };
    }
    let metrics = distinct(conditions, |of| of.metric.as_deref().unwrap_or_default());
    let on = if models == 1 {
        format!("on {model}")
    } else {
        format!("on {}", counted(models, "model"))
    };
    let what = match (metrics, first.kind) {
        (1, Kind::Missing) => format!("{metric} is missing"),
        (_, Kind::Missing) => format!("{} are missing", counted(metrics, "metric")),
        (_, Kind::Errors) => "Items fail".to_owned(),
        (_, Kind::MeasuredDifferently) => "Metrics moved with the data".to_owned(),
        (1, _) => format!("{metric} regressed"),
        (_, _) => format!("{} regressed", counted(metrics, "metric")),
    };
    let worst = first.effect.filter(|_| first.metric.is_some());
    let worst = worst.map_or_else(String::new, |effect| {
        format!(", worst {metric} {}", short_move(effect))
    });
    format!("{what} {on}{worst}")
}

fn distinct<'a>(conditions: &'a [Condition], of: impl Fn(&'a Condition) -> &'a str) -> usize {
    let all: std::collections::BTreeSet<&str> = conditions.iter().map(of).collect();
    all.len()
}

/// `0.91 → 0.84`.
fn short_move(effect: Effect) -> String {
    let [before, after] = ends(effect.before, effect.after);
    format!("{before} → {after}")
}

/// The message about an event of an incident.
///
/// `until` a mute ends and `into` which incident another one was merged belong to `state`.
pub fn message(
    incident: i64,
    state: State,
    opened_at: Timestamp,
    evidence: &Evidence,
    event: &Event,
) -> Message {
    let first = evidence.conditions.first();
    let words = &evidence.cause.words;
    let cause = match words.strip_prefix("confounded: ") {
        Some(several) => Some(format!("one of: {several}")),
        None => Some(words.clone()).filter(|words| !words.is_empty()),
    };
    Message {
        incident,
        headline: headline(evidence),
        state: state_words(state, opened_at, event),
        next_step: next_step(state, evidence),
        facts: evidence.conditions.iter().map(fact).collect(),
        left_out: evidence.left_out,
        commands: commands(incident, state, first),
        cause,
    }
}

/// A minute is exact enough for people.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minute} UTC")
}

fn state_words(state: State, opened_at: Timestamp, event: &Event) -> String {
    let by = |verb: &str| {
        let why = event
            .reason
            .as_deref()
            .map_or_else(String::new, |reason| format!(": {reason}"));
        if event.by.is_empty() {
            format!("{verb}{why}")
        } else {
            format!("{verb} by {}{why}", event.by)
        }
    };
    match event.kind {
        EventKind::Opened => format!("Open since {}", minute(event.at)),
        EventKind::Reopened => format!("Back since {}", minute(event.at)),
        EventKind::Unmuted => format!("Still open: the mute ended {}", minute(event.at)),
        EventKind::Acknowledged => by("Acknowledged"),
        EventKind::Muted => {
            let until = event.until.map(minute).unwrap_or_default();
            by(&format!("Muted until {until}"))
        }
        EventKind::Accepted => by("Accepted"),
        EventKind::Merged => {
            let into = event.into.unwrap_or_default();
            by(&format!("Merged into incident {into}"))
        }
        EventKind::Resolved => {
            let why = event.reason.as_deref().unwrap_or_default();
            let colon = if why.is_empty() { "" } else { ": " };
            format!("Resolved {}{colon}{why}", minute(event.at))
        }
        EventKind::Evidence => match state {
            State::Open => format!("Open since {}", minute(opened_at)),
            State::Acknowledged => format!("Acknowledged, open since {}", minute(opened_at)),
            State::Muted { until } => format!("Muted until {}", minute(until)),
            State::Accepted => "Accepted".to_owned(),
            State::Merged { into } => format!("Merged into incident {into}"),
            State::Resolved => "Resolved".to_owned(),
        },
    }
}

fn next_step(state: State, evidence: &Evidence) -> String {
    if !state.is_open() {
        return match state {
            State::Merged { into } => format!("Follow incident {into}."),
            _ => "Nothing to do.".to_owned(),
        };
    }
    let began = evidence.conditions.first().and_then(|of| of.began.as_ref());
    let commit = began.map(|run| short_commit(&run.commit_sha));
    match evidence.class {
        Class::Stale => {
            "See why the benchmark did not run or did not push; if it was retired, accept this."
                .to_owned()
        }
        Class::OldBaseline => {
            "Mark a newer run as the baseline if it is the one to beat.".to_owned()
        }
        Class::Spool => "Run `bench-push flush` on that machine.".to_owned(),
        Class::Quality => {
            let look = match (&commit, evidence.cause.keys.is_empty()) {
                (_, false) if evidence.cause.keys != ["commit"] => {
                    format!("Check {}.", suspects(&evidence.cause.keys))
                }
                (Some(commit), _) => format!("Look at commit {commit}, where it began."),
                (None, _) => "Look at the newest run.".to_owned(),
            };
            format!("{look} If it is meant to be so, accept it.")
        }
    }
}

/// `the provider (now bedrock) or the parameter seed (now 7)`.
fn suspects(keys: &[String]) -> String {
    let named = keys.iter().take(3).map(|key| match key.split_once('=') {
        Some((factor, value)) => format!("the {factor} (now {})", shorten(value, NAME)),
        None => format!("the {key}"),
    });
    let more = if keys.len() > 3 { " or others" } else { "" };
    format!("{}{more}", named.collect::<Vec<_>>().join(" or "))
}

fn commands(incident: i64, state: State, first: Option<&Condition>) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    if !state.is_open() {
        return commands;
    }
    if let Some(condition) = first
        && let Some(metric) = &condition.metric
        && condition.kind != Kind::Spool
    {
        let of = &condition.configuration;
        commands.push((
            format!(
                "bench-push history --metric {} --model-version {} --dataset-version {} --prompt-version {} --environment {}",
                quoted(metric),
                quoted(&of.model_version),
                quoted(&of.dataset_version),
                quoted(&of.prompt_version),
                quoted(&of.environment)
            ),
            "see the runs".to_owned(),
        ));
    }
    commands.push((
        format!("bench-push alert ack {incident}"),
        "say that you look after it".to_owned(),
    ));
    commands.push((
        format!("bench-push alert accept {incident} --reason 'why'"),
        "say that it is meant to be so".to_owned(),
    ));
    commands
}

/// A word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) && text.len() <= 100 {
        return text.to_owned();
    }
    format!("'{}'", shorten(text, 100).replace('\'', r"'\''"))
}

/// The reason of a condition without what explains it, which the message says once.
pub fn own_reason(condition: &Condition) -> &str {
    let words = &condition.cause.words;
    let bare = condition.reason.strip_suffix(words.as_str());
    let bare = bare.filter(|_| !words.is_empty());
    bare.map_or(condition.reason.as_str(), |bare| {
        bare.trim_end().trim_end_matches(';')
    })
}

fn fact(condition: &Condition) -> Fact {
    let of = &condition.configuration;
    let moved = condition.effect.map_or_else(String::new, |effect| {
        let change = effect.worsening.map_or_else(String::new, |worse| {
            let size = if effect.is_share {
                percent(worse)
            } else {
                let delta = signed(effect.after - effect.before);
                return format!(" ({delta})");
            };
            format!(" ({size} worse)")
        });
        format!("{}{change}", short_move(effect))
    });
    let since = condition.began.as_ref().map_or_else(String::new, |run| {
        format!(
            "version {}, commit {}, {}",
            run.version,
            short_commit(&run.commit_sha),
            minute(run.created_at)
        )
    });
    Fact {
        what: condition
            .metric
            .clone()
            .unwrap_or_else(|| condition.kind.as_str().replace('_', " ")),
        configuration: [
            &of.model_version,
            &of.dataset_version,
            &of.prompt_version,
            &of.environment,
        ]
        .map(|name| shorten(name, NAME))
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(", "),
        moved,
        since,
        reason: shorten(own_reason(condition), REASON),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{Cause, Configuration, RunRef, Severity, Span};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn condition(kind: Kind, metric: Option<&str>, model: &str) -> Condition {
        let night = at("2026-11-26T02:00:00Z");
        Condition {
            kind,
            severity: Severity::Alert,
            configuration: Configuration {
                id: 1,
                model_version: model.to_owned(),
                dataset_version: "bills-v3".to_owned(),
                prompt_version: "prompt-7".to_owned(),
                environment: "ci".to_owned(),
            },
            metric: metric.map(str::to_owned),
            cause: Cause {
                keys: vec!["provider=bedrock".to_owned()],
                words: "the provider changed from vertex to bedrock".to_owned(),
                is_of_measurement: false,
            },
            span: Span {
                after: at("2026-11-25T02:00:00Z"),
                at: night,
                until: night,
            },
            effect: metric.map(|_| Effect {
                before: 0.91,
                after: 0.84,
                worsening: Some(0.07),
                is_share: false,
            }),
            reason: "30.0 % of the items failed, usually 1.0 %".to_owned(),
            began: Some(RunRef {
                id: "run".to_owned(),
                version: 41,
                commit_sha: "6a79d84fd13c".to_owned(),
                created_at: night,
            }),
            newest: None,
        }
    }

    fn evidence(conditions: &[Condition]) -> Evidence {
        let all: Vec<&Condition> = conditions.iter().collect();
        Evidence::of(&all, None)
    }

    #[test]
    fn a_headline_says_what_is_wrong_in_one_breath() {
        let headlines = [
            vec![condition(Kind::Regressed, Some("f1"), "medgemma-v1.2")],
            vec![condition(Kind::Drift, Some("f1"), "medgemma-v1.2")],
            vec![condition(Kind::Missing, Some("recall"), "medgemma-v1.2")],
            vec![condition(Kind::Errors, None, "medgemma-v1.2")],
            vec![condition(
                Kind::MeasuredDifferently,
                Some("f1"),
                "medgemma-v1.2",
            )],
            vec![
                condition(Kind::Regressed, Some("f1"), "medgemma-v1.2"),
                condition(Kind::Regressed, Some("recall"), "medgemma-v1.2"),
                condition(Kind::Regressed, Some("f1"), "gemma-v2"),
            ],
            vec![
                condition(Kind::Regressed, Some("f1"), "medgemma-v1.2"),
                condition(Kind::Regressed, Some("f1"), "gemma-v2"),
            ],
            vec![condition(Kind::Stale, None, "medgemma-v1.2")],
            vec![
                condition(Kind::Stale, None, "medgemma-v1.2"),
                condition(Kind::Stale, None, "gemma-v2"),
            ],
            vec![condition(Kind::OldBaseline, None, "medgemma-v1.2")],
            vec![condition(Kind::Spool, Some("runner-7"), "")],
        ]
        .map(|conditions| headline(&evidence(&conditions)));
        insta::assert_snapshot!(headlines.join("\n"));
    }

    #[test]
    fn a_message_has_the_next_step_and_the_commands() {
        let evidence = evidence(&[condition(Kind::Regressed, Some("f1"), "it's $(me)")]);
        let opened = at("2026-11-27T02:10:00Z");
        let event = Event {
            id: 7,
            incident: 12,
            at: opened,
            kind: EventKind::Opened,
            by: "bench-push 0.1.0".to_owned(),
            reason: None,
            until: None,
            into: None,
            rules_digest: None,
            is_told: true,
            evidence: None,
        };
        insta::assert_debug_snapshot!(message(12, State::Open, opened, &evidence, &event));
    }
}
