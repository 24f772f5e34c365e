//! The verbs of `alert`.

mod backtest;
mod digest;
mod evaluate;
mod say;

use bench_model::{
    alert::{Event, EventKind, Evidence, Incident, Severity, incidents},
    rest::{
        functions::IncidentLog,
        incidents::IncidentLogAnswer,
        rows::{ClaimedRow, DeliveryRow, IncidentRow},
        tables::{DELIVERIES, INCIDENTS},
    },
};
use jiff::Timestamp;
use serde_json::Value;

pub(crate) use backtest::{AlertBacktest, backtest};
pub(crate) use digest::{Digest, digest};
pub(crate) use evaluate::{Evaluated, evaluate, run};
pub(crate) use say::{Said, accept, ack, merge, mute, resolve};

use crate::{
    alert::{
        http::{Http, Undelivered},
        outbox::{self, Sent},
        sink::{Sink, SinkName, Sinks, renewal},
    },
    cli::alert::{AlertListArgs, SendArgs, TestArgs},
    context::Context,
    exit,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::{project::Project, variables::Access},
};

/// Who evaluates.
const EVALUATOR: &str = concat!("bench-push ", env!("CARGO_PKG_VERSION"));

/// What `alert send` did.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct AlertsSent {
    /// Each sink.
    pub(crate) sinks: Vec<Sent>,
    /// Why there are no others.
    pub(crate) remarks: Vec<String>,
}

impl AlertsSent {
    /// 4 if a sink refused a message, 5 if one will be tried again.
    pub(crate) fn status(&self) -> u8 {
        if self.sinks.iter().any(|sink| !sink.given_up.is_empty()) {
            exit::REFUSED
        } else if self.sinks.iter().any(|sink| !sink.postponed.is_empty()) {
            exit::NOT_REACHED
        } else {
            exit::DONE
        }
    }
}

/// The incidents, and messages that did not arrive.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AlertList {
    /// The newest first.
    pub(crate) incidents: Vec<IncidentRow>,
    /// Messages that wait or were given up; none without a secret key.
    pub(crate) undelivered: Vec<DeliveryRow>,
}

/// Sends what waits.
///
/// # Errors
///
/// [`Failure`] if settings are missing, or the database refused or was not reached.
pub(crate) fn send(args: &SendArgs, context: &Context) -> Result<AlertsSent, Failure> {
    let reader = Reader::open(Access::Write, &args.network, context)?;
    let sinks = Sinks::of(&context.environment, &args.sink);
    block_on(send_to(&reader, sinks, context))
}

async fn send_to(
    reader: &Reader<'_>,
    sinks: Sinks,
    context: &Context,
) -> Result<AlertsSent, Failure> {
    let mut done = AlertsSent {
        remarks: sinks.remarks,
        ..AlertsSent::default()
    };
    if sinks.sinks.is_empty() {
        return Ok(done);
    }
    let http = http(context)?;
    for sink in &sinks.sinks {
        let now = Timestamp::now();
        let mut sent = outbox::send(reader, &http, sink, now).await?;
        if sink.name() == SinkName::Alertmanager && sent.postponed.is_empty() {
            sent.postponed
                .extend(renew(reader, &http, sink, now).await?);
        }
        done.sinks.push(sent);
    }
    Ok(done)
}

/// Tells Alertmanager again what is open, which otherwise takes it for over. Why that failed, if it did.
async fn renew(
    reader: &Reader<'_>,
    http: &Http<'_>,
    sink: &Sink,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let (_, incidents) = incident_log(reader, None).await?;
    let open = incidents
        .iter()
        .filter(|incident| incident.state.is_open() && incident.is_told(now));
    for incident in open {
        match sink.deliver(http, &renewal(incident, now), now).await {
            Ok(_) => {}
            Err(Undelivered::Later { why, .. } | Undelivered::Never { why }) => {
                return Ok(Some(why));
            }
        }
    }
    Ok(None)
}

fn http(context: &Context) -> Result<Http<'_>, Failure> {
    Http::new(&context.scrubber).map_err(|reason| Failure::Sink {
        sink: "any sink".to_owned(),
        reason,
        is_refusal: false,
    })
}

/// Lists incidents.
///
/// # Errors
///
/// As [`send`]; a publishable key is enough.
pub(crate) fn list(args: &AlertListArgs, context: &Context) -> Result<AlertList, Failure> {
    let project = Project::strongest(&context.environment)?;
    let may_see = project.may_write();
    let reader = Reader::to(project, &args.network, context)?;
    block_on(async {
        let incidents = reader
            .read_all(INCIDENTS, |request| {
                let request = request
                    .select(IncidentRow::COLUMNS.join(","))
                    .order("is_open.desc,severity,opened_at.desc,id.desc");
                if args.all {
                    request
                } else {
                    request.is("is_open", "true")
                }
            })
            .await?;
        let undelivered = if may_see {
            reader
                .read_up_to(100, DELIVERIES, |request| {
                    request
                        .select(DeliveryRow::COLUMNS.join(","))
                        .not("is", "failure", "null")
                        .order("id.desc")
                })
                .await?
        } else {
            Vec::new()
        };
        Ok(AlertList {
            incidents,
            undelivered,
        })
    })
}

/// What a test message became.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tested {
    /// Where it went.
    pub(crate) sink: &'static str,
    /// What the sink answered.
    pub(crate) receipt: Value,
}

/// Sends a message that is over at once, past the outbox.
///
/// # Errors
///
/// [`Failure::Sink`] if the sink is not set up, refused or was not reached.
pub(crate) fn test(args: &TestArgs, context: &Context) -> Result<Tested, Failure> {
    let name = args.sink_named;
    let failed = |reason: String, is_refusal| Failure::Sink {
        sink: name.as_str().to_owned(),
        reason,
        is_refusal,
    };
    let sinks = Sinks::of(&context.environment, &[name]);
    let Some(sink) = sinks.sinks.first() else {
        return Err(failed(sinks.remarks.join("; "), false));
    };
    let http = http(context)?;
    let claimed = sample(context.now);
    let receipt = block_on(async {
        let sent = sink.deliver(&http, &claimed, context.now).await;
        sent.map_err(|undelivered| match undelivered {
            Undelivered::Later { why, .. } => failed(why, false),
            Undelivered::Never { why } => failed(why, true),
        })
    })?;
    Ok(Tested {
        sink: name.as_str(),
        receipt,
    })
}

/// A message that says that it is a test.
fn sample(now: Timestamp) -> ClaimedRow {
    use bench_model::alert::{Cause, Class, Span};
    let evidence = Evidence {
        class: Class::Quality,
        severity: Severity::Alert,
        cause: Cause::named("test", "somebody ran `bench-push alert test`".to_owned()),
        span: Span {
            after: now,
            at: now,
            until: now,
        },
        members: Vec::new(),
        conditions: Vec::new(),
        left_out: 0,
        returning: Vec::new(),
    };
    ClaimedRow {
        id: 0,
        attempts: 1,
        incident_id: 0,
        title: "A test".to_owned(),
        state: "resolved".to_owned(),
        severity: "alert".to_owned(),
        class: "quality".to_owned(),
        fingerprint: "0".repeat(64),
        opened_at: now,
        muted_until: None,
        merged_into: None,
        state_by: EVALUATOR.to_owned(),
        reason: None,
        event: Event {
            id: 0,
            incident: 0,
            at: now,
            kind: EventKind::Opened,
            by: EVALUATOR.to_owned(),
            reason: None,
            until: None,
            into: None,
            rules_digest: None,
            is_told: true,
            evidence: None,
        },
        evidence,
        receipt: None,
    }
}

/// What happened so far, before `at` or until now.
async fn incident_log(
    reader: &Reader<'_>,
    at: Option<Timestamp>,
) -> Result<(IncidentLogAnswer, Vec<Incident>), Failure> {
    let at = at.map(|at| at.to_string());
    let answer: IncidentLogAnswer = reader
        .call(&IncidentLog {
            p_at: at.as_deref(),
        })
        .await?;
    let known = incidents(&answer.events);
    Ok((answer, known))
}
