//! `alert evaluate` and `alert run`: what is wrong, and which incidents it makes.

use std::{collections::BTreeSet, time::SystemTime};

use bench_model::{
    alert::{self, Condition, Event, Incident, decide, headline, spool_condition},
    rest::{
        functions::RecordIncidents,
        incidents::{MAX_EVENTS, RecordOutcome, SentEvent},
        rows::RecordedIncidentRow,
    },
};
use jiff::Timestamp;

use crate::{
    alert::{
        log::{self, Depth},
        rules_file::{self, RulesFile},
        sink::Sinks,
    },
    cli::alert::EvaluateArgs,
    context::Context,
    failure::Failure,
    gate::Gate,
    runtime::block_on,
    server::reader::Reader,
    settings::{project::Project, variables::Access},
    spool::Spool,
    verbs::alert::{AlertsSent, EVALUATOR, incident_log, send_to},
};

/// Another evaluator may record in between; then everything is done again, at most so often.
const ATTEMPTS: usize = 8;

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evaluated {
    /// The time that was evaluated.
    pub(crate) at: Timestamp,
    /// What is not as it should be.
    pub(crate) conditions: Vec<Condition>,
    /// What that makes of the incidents.
    pub(crate) events: Vec<Happened>,
    /// The number of incidents that were open before.
    pub(crate) open_before: usize,
    /// Whether the events were recorded.
    pub(crate) is_recorded: bool,
    /// The rules.
    pub(crate) rules: RulesFile,
    /// What became of the messages, of `alert run`.
    pub(crate) sent: Option<AlertsSent>,
}

/// An event with the incident's headline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Happened {
    /// The event; its incident is 0 if it was not recorded.
    pub(crate) event: Event,
    /// What the incident is about.
    pub(crate) headline: String,
}

/// Evaluates, records and sends.
///
/// # Errors
///
/// As [`evaluate`].
pub(crate) fn run(args: &EvaluateArgs, context: &Context) -> Result<Evaluated, Failure> {
    perform(args, context, true)
}

/// Evaluates and records.
///
/// # Errors
///
/// [`Failure`] if settings are missing, the rules are not valid, or the database refused or was not
/// reached.
pub(crate) fn evaluate(args: &EvaluateArgs, context: &Context) -> Result<Evaluated, Failure> {
    perform(args, context, false)
}

fn perform(args: &EvaluateArgs, context: &Context, sends: bool) -> Result<Evaluated, Failure> {
    let rules = rules_file::load(args.rules.rules.as_deref(), &context.directory)?;
    let gate = args.rules.gate.open(context)?;
    let records = !args.dry_run && args.at.is_none();
    let project = if records {
        Project::read(&context.environment, Access::Write)?
    } else {
        Project::strongest(&context.environment)?
    };
    let spool = match args.at {
        None => waiting(&project, args, context),
        Some(_) => None,
    };
    let reader = Reader::to(project, &args.network, context)?;
    let sinks = Sinks::of(&context.environment, &args.sink);
    block_on(async {
        let mut attempts = 0;
        let mut done = loop {
            attempts += 1;
            let found = look(&reader, args, &rules, &gate, spool.as_ref()).await?;
            if !records {
                break found.evaluated;
            }
            if let Some(evaluated) = record(&reader, found, &sinks.names()).await? {
                break evaluated;
            }
            if attempts >= ATTEMPTS {
                return Err(Failure::Sink {
                    sink: "the incidents".to_owned(),
                    reason: format!("{attempts} times, somebody else recorded in between"),
                    is_refusal: false,
                });
            }
        };
        if sends && records {
            done.sent = Some(send_to(&reader, sinks, context).await?);
        }
        Ok(done)
    })
}

/// What was found, and what the decision rests on.
struct Found {
    evaluated: Evaluated,
    seen: i64,
}

async fn look(
    reader: &Reader<'_>,
    args: &EvaluateArgs,
    rules: &RulesFile,
    gate: &Gate,
    spool: Option<&alert::Spool>,
) -> Result<Found, Failure> {
    let (answer, incidents) = incident_log(reader, args.at).await?;
    let open: Vec<&Incident> = incidents.iter().filter(|of| of.state.is_open()).collect();
    let about: BTreeSet<i64> = open
        .iter()
        .flat_map(|incident| &incident.evidence.members)
        .map(|member| member.configuration)
        .collect();
    let open_before = open.len();
    let at = answer.now;
    let mut log = log::read(reader, at, &about, Depth::Newest).await?;
    log::judge_by(&mut log, gate, rules.rules.quality.margin, at);
    let mut conditions = alert::evaluate(&log, &rules.rules, at)?;
    conditions.extend(spool.and_then(|spool| spool_condition(spool, &rules.rules, at)));
    let host = spool.map(|spool| spool.host.as_str());
    let events = decide(&log, &conditions, &incidents, &rules.rules, at, host);
    let headline_of = |event: &Event| {
        let of = incidents.iter().find(|of| of.id == event.incident);
        let evidence = event
            .evidence
            .as_ref()
            .or_else(|| of.map(|of| &of.evidence));
        evidence.map(headline).unwrap_or_default()
    };
    let events = events
        .into_iter()
        .map(|event| Happened {
            headline: headline_of(&event),
            event,
        })
        .collect();
    Ok(Found {
        seen: answer.seen,
        evaluated: Evaluated {
            at,
            conditions,
            events,
            open_before,
            is_recorded: false,
            rules: rules.clone(),
            sent: None,
        },
    })
}

/// Records what was found; none if somebody else recorded in between.
async fn record(
    reader: &Reader<'_>,
    found: Found,
    sinks: &[&str],
) -> Result<Option<Evaluated>, Failure> {
    let Found {
        mut evaluated,
        mut seen,
    } = found;
    let at = evaluated.at.to_string();
    let sent: Vec<SentEvent> = evaluated
        .events
        .iter()
        .map(|happened| SentEvent::from(&happened.event))
        .collect();
    let mut is_first = true;
    let mut rows: Vec<RecordedIncidentRow> = Vec::new();
    let mut chunks: Vec<&[SentEvent]> = sent.chunks(MAX_EVENTS).collect();
    if chunks.is_empty() {
        // That somebody looked is recorded too.
        chunks.push(&[]);
    }
    for p_events in chunks {
        let page: Vec<RecordedIncidentRow> = reader
            .call(&RecordIncidents {
                p_events,
                p_seen: Some(seen),
                p_sinks: sinks,
                p_by: EVALUATOR,
                p_rules_digest: Some(&evaluated.rules.digest),
                p_at: Some(&at),
            })
            .await?;
        if page.iter().any(|row| row.outcome == RecordOutcome::Stale) {
            if is_first {
                return Ok(None);
            }
            // What is left is found again by the next evaluation.
            break;
        }
        is_first = false;
        seen = page
            .iter()
            .filter_map(|row| row.event_id)
            .max()
            .unwrap_or(seen);
        rows.extend(page);
    }
    for (happened, row) in evaluated.events.iter_mut().zip(&rows) {
        happened.event.incident = row.incident_id.unwrap_or(happened.event.incident);
        happened.event.id = row.event_id.unwrap_or_default();
    }
    evaluated.is_recorded = true;
    Ok(Some(evaluated))
}

/// The runs that wait in the spool of this machine; none if that can't be seen.
fn waiting(project: &Project, args: &EvaluateArgs, context: &Context) -> Option<alert::Spool> {
    let directory = args.spool.spool_dir.as_deref();
    let spool = Spool::of(&project.url, directory, &context.environment);
    let files = spool.files().ok()?;
    let written = |file: &std::path::PathBuf| {
        let time = std::fs::metadata(file)
            .and_then(|about| about.modified())
            .ok()?;
        let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok()
    };
    Some(alert::Spool {
        host: host(context),
        runs: files.len(),
        since: files
            .iter()
            .filter_map(written)
            .min()
            .unwrap_or(context.now),
    })
}

fn host(context: &Context) -> String {
    let named = context.environment.get("HOSTNAME").map(str::to_owned);
    let named = named.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let name = named.unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        "this machine".to_owned()
    } else {
        bench_model::words::shorten(name, 60)
    }
}
