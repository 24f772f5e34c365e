//! The results of the verbs of `alert`.

use std::fmt::Write as _;

use bench_model::{
    alert::{EventKind, Severity, headline, own_reason},
    rest::rows::IncidentRow,
    words::{counted, decimals, ends},
};
use jiff::Timestamp;

use crate::{
    printer::outcome::Told,
    terminal::text::plain,
    verbs::alert::{AlertBacktest, AlertList, AlertsSent, Digest, Evaluated, Said, Tested},
};

/// The lines of a list that people read.
const SHOWN: usize = 50;

/// The result of `alert evaluate` and `alert run`.
pub(crate) fn evaluated(done: &Evaluated) -> Told {
    let mut told = Told::default();
    for happened in &done.events {
        let event = &happened.event;
        let what = match event.kind {
            EventKind::Opened => "new",
            EventKind::Evidence => "changed",
            EventKind::Unmuted => "no longer muted",
            EventKind::Resolved => "resolved",
            EventKind::Reopened => "back",
            EventKind::Acknowledged
            | EventKind::Muted
            | EventKind::Accepted
            | EventKind::Merged => event.kind.as_str(),
        };
        let number = match event.incident {
            0 => "incident".to_owned(),
            id => format!("incident {id}"),
        };
        let quiet = if event.is_told { "" } else { " (no message)" };
        let _ = writeln!(
            told.out,
            "{number} {what}: {}{quiet}",
            plain(&happened.headline)
        );
        if let Some(evidence) = event
            .evidence
            .as_ref()
            .filter(|_| event.kind == EventKind::Opened)
        {
            if !evidence.cause.words.is_empty() {
                let _ = writeln!(told.out, "  cause: {}", plain(&evidence.cause.words));
            }
            for condition in evidence.conditions.iter().take(5) {
                let metric = condition.metric.as_deref().unwrap_or_default();
                let model = &condition.configuration.model_version;
                let _ = writeln!(
                    told.out,
                    "  {} {}: {}",
                    plain(metric),
                    plain(model),
                    plain(own_reason(condition))
                );
            }
            let more = evidence.conditions.len().saturating_sub(5) + evidence.left_out;
            if more > 0 {
                let _ = writeln!(told.out, "  and {more} more");
            }
        }
    }
    if done.events.is_empty() {
        let state = match done.open_before {
            0 => "nothing is wrong".to_owned(),
            open => format!("nothing new; {} open", counted(open, "incident")),
        };
        let _ = writeln!(told.out, "{state}");
    }
    if !done.is_recorded {
        let _ = writeln!(
            told.talk,
            "nothing was recorded: evaluated as of {}",
            done.at.strftime("%Y-%m-%d %H:%M:%S UTC")
        );
    }
    if let Some(sent) = &done.sent {
        push_sent(&mut told, sent);
    }
    told
}

/// The result of `alert send`.
pub(crate) fn sent(done: &AlertsSent) -> Told {
    let mut told = Told::default();
    push_sent(&mut told, done);
    told
}

fn push_sent(told: &mut Told, done: &AlertsSent) {
    for sink in &done.sinks {
        if sink.delivered > 0 {
            let _ = writeln!(
                told.out,
                "{}: {} sent",
                sink.sink,
                counted(sink.delivered, "message")
            );
        }
        for why in &sink.postponed {
            let _ = writeln!(
                told.talk,
                "warning: {}: {}; it is tried again later",
                sink.sink,
                plain(why)
            );
        }
        for why in &sink.given_up {
            let _ = writeln!(told.talk, "error: {}: given up: {}", sink.sink, plain(why));
        }
    }
    if done.sinks.is_empty() && done.remarks.is_empty() {
        let _ = writeln!(
            told.talk,
            "no sink is set up; `bench-push alert send --help` names the variables"
        );
    }
    for remark in &done.remarks {
        let _ = writeln!(told.talk, "{}", plain(remark));
    }
}

/// The result of `alert list`.
pub(crate) fn list(done: &AlertList) -> Told {
    let mut told = Told::default();
    for row in done.incidents.iter().take(SHOWN) {
        push_incident(&mut told.out, row);
    }
    if done.incidents.len() > SHOWN {
        let more = done.incidents.len() - SHOWN;
        let _ = writeln!(told.out, "and {more} more");
    }
    if done.incidents.is_empty() {
        told.talk.push_str("no incident is open\n");
    }
    for row in &done.undelivered {
        let fate = match row.settled_at {
            Some(_) => "given up",
            None => "waits",
        };
        let _ = writeln!(
            told.talk,
            "warning: a message about incident {} to {} {fate} after {}: {}",
            row.incident_id,
            plain(&row.sink),
            counted(row.attempts.unsigned_abs(), "attempt"),
            plain(row.failure.as_deref().unwrap_or_default())
        );
    }
    told
}

fn push_incident(out: &mut String, row: &IncidentRow) {
    let until = row
        .muted_until
        .filter(|_| row.state == "muted")
        .map_or_else(String::new, |until| format!(" until {}", minute(until)));
    let into = row
        .merged_into
        .map_or_else(String::new, |into| format!(" into {into}"));
    let by = if row.state == "open" || row.state_by.starts_with("bench-push ") {
        String::new()
    } else {
        format!(" by {}", plain(&row.state_by))
    };
    let note = if row.severity == Severity::Note.as_str() {
        "  (note)"
    } else {
        ""
    };
    let reason = row
        .reason
        .as_deref()
        .map_or_else(String::new, |reason| format!(": {}", plain(reason)));
    let _ = writeln!(
        out,
        "{}  {}{until}{into}{by}  {}  since {}{note}{reason}",
        row.id,
        plain(&row.state),
        plain(&row.title),
        minute(row.opened_at)
    );
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The result of the verbs by which people say something.
pub(crate) fn said(done: &Said) -> Told {
    let mut out = String::new();
    let what = match done.kind {
        EventKind::Acknowledged => "is acknowledged".to_owned(),
        EventKind::Muted => {
            let until = done.until.map(minute).unwrap_or_default();
            format!("is muted until {until} UTC")
        }
        EventKind::Accepted => "is accepted".to_owned(),
        EventKind::Merged => format!("is part of incident {}", done.into.unwrap_or_default()),
        _ => format!("is {}", done.kind.as_str()),
    };
    for (id, is_new) in &done.incidents {
        let already = if *is_new { "" } else { " already" };
        let _ = writeln!(out, "incident {id} {what}{already}");
    }
    if !done.change_points.is_empty() {
        let numbers: Vec<String> = done.change_points.iter().map(i64::to_string).collect();
        let _ = writeln!(
            out,
            "the new levels count: change {} {} accepted",
            if numbers.len() == 1 {
                "point"
            } else {
                "points"
            },
            numbers.join(", ")
        );
    }
    Told::out(out)
}

/// The result of `alert test`.
pub(crate) fn tested(done: &Tested) -> Told {
    let link = done.receipt["url"].as_str();
    let link = link.map_or_else(String::new, |link| format!(": {}", plain(link)));
    Told::out(format!("{} took a test message{link}\n", done.sink))
}

/// The result of `alert backtest`.
pub(crate) fn backtested(done: &AlertBacktest) -> Told {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} evaluations over {}: {} told, {} noted; {} messages a month and sink",
        done.looks,
        counted(done.days, "day"),
        counted(done.told(), "incident"),
        done.incidents.len() - done.told(),
        decimals(done.per_month(), 1)
    );
    for (class, count) in &done.messages {
        let _ = writeln!(
            out,
            "  {}: {}",
            class.replace('_', " "),
            counted(*count, "message")
        );
    }
    for incident in done.incidents.iter().take(SHOWN) {
        let _ = writeln!(
            out,
            "{}  {}  {}",
            minute(incident.opened_at),
            incident.state.as_str(),
            plain(&headline(&incident.evidence))
        );
    }
    Told::out(out)
}

/// The result of `alert digest`: Markdown that reads well as text.
pub(crate) fn digest(done: &Digest) -> Told {
    use crate::alert::text::markdown::shown;
    let mut out = format!(
        "**{} open, {} new, {} over in {}**\n",
        counted(done.open.len(), "incident"),
        done.opened,
        done.over.len(),
        counted(done.days, "day")
    );
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(out, "\n{title}\n\n");
            for line in lines {
                let _ = writeln!(out, "- {line}");
            }
        }
    };
    let line = |row: &IncidentRow| {
        let by = if row.state_by.starts_with("bench-push ") {
            String::new()
        } else {
            format!(" by {}", shown(&row.state_by))
        };
        format!("{} {}: {}{by}", row.id, shown(&row.title), row.state)
    };
    section("Open", done.open.iter().take(SHOWN).map(line).collect());
    section("Over", done.over.iter().take(SHOWN).map(line).collect());
    let better = done.improvements.iter().take(SHOWN).map(|row| {
        let [from, to] = ends(row.before, row.after);
        format!(
            "{} {}: {from} → {to} since version {}",
            shown(&row.metric),
            shown(&row.model_version),
            row.began_version
        )
    });
    section("Better", better.collect());
    let accepted = done
        .over
        .iter()
        .filter(|row| row.state == "accepted")
        .count();
    let gone = done
        .over
        .iter()
        .filter(|row| row.state == "resolved")
        .count();
    let _ = writeln!(
        out,
        "\nOf those that are over, {gone} went back, {accepted} were accepted; {} dismissed as wrong.",
        counted(done.dismissed, "change")
    );
    Told::out(out)
}
