//! `alert backtest`: what the rules would have said.

use std::collections::{BTreeMap, BTreeSet};

use bench_model::alert::{self, EventKind, Incident, Severity};
use jiff::{SignedDuration, Timestamp};

use crate::{
    alert::{
        log::{self, Depth},
        rules_file::{self, RulesFile},
    },
    cli::alert::AlertBacktestArgs,
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::variables::Access,
    verbs::alert::incident_log,
};

/// What the rules would have said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AlertBacktest {
    /// The days that were replayed.
    pub(crate) days: u16,
    /// The evaluations.
    pub(crate) looks: usize,
    /// The incidents, the newest first.
    pub(crate) incidents: Vec<Incident>,
    /// Messages by what they are about.
    pub(crate) messages: BTreeMap<&'static str, usize>,
    /// The rules.
    pub(crate) rules: RulesFile,
}

impl AlertBacktest {
    /// The messages of 30 days.
    pub(crate) fn per_month(&self) -> f64 {
        let all: usize = self.messages.values().sum();
        #[expect(clippy::cast_precision_loss, reason = "a count of messages")]
        let all = all as f64;
        all * 30.0 / f64::from(self.days)
    }

    /// The incidents that would have been told.
    pub(crate) fn told(&self) -> usize {
        let told = |of: &&Incident| of.evidence.severity == Severity::Alert;
        self.incidents.iter().filter(told).count()
    }
}

/// Replays the rules: an evaluation after each stored run, and one a day.
///
/// # Errors
///
/// [`Failure`] if settings are missing, the rules are not valid, or the database refused or was not
/// reached.
pub(crate) fn backtest(
    args: &AlertBacktestArgs,
    context: &Context,
) -> Result<AlertBacktest, Failure> {
    let rules = rules_file::load(args.rules.rules.as_deref(), &context.directory)?;
    let gate = args.rules.gate.open(context)?;
    let reader = Reader::open(Access::Read, &args.network, context)?;
    block_on(async {
        let (answer, _) = incident_log(&reader, None).await?;
        let now = answer.now;
        let mut log = log::read(&reader, now, &BTreeSet::new(), Depth::All).await?;
        log::judge_by(&mut log, &gate, rules.rules.quality.margin, now);
        let day = SignedDuration::from_hours(24);
        let first = now.checked_sub(day * i32::from(args.days));
        let first = first.unwrap_or(Timestamp::UNIX_EPOCH);
        let runs = log.configurations.iter().flat_map(|of| &of.runs);
        let mut times: BTreeSet<Timestamp> = runs
            .map(|run| run.recorded_at)
            .filter(|at| *at >= first)
            .collect();
        let mut at = first;
        while at < now {
            times.insert(at);
            at = at.checked_add(day).unwrap_or(now);
        }
        times.insert(now);
        let times: Vec<Timestamp> = times.into_iter().collect();
        let (nights, mut incidents) = alert::backtest(&log, &rules.rules, &times)?;
        let mut messages = BTreeMap::new();
        for event in nights.iter().flat_map(|night| &night.events) {
            if event.is_told {
                let incident = incidents.iter().find(|of| of.id == event.incident);
                let class = incident.map_or("quality", |of| of.evidence.class.as_str());
                *messages.entry(class).or_default() += 1;
            }
            debug_assert!(event.kind != EventKind::Acknowledged);
        }
        incidents.reverse();
        Ok(AlertBacktest {
            days: args.days,
            looks: times.len(),
            incidents,
            messages,
            rules,
        })
    })
}
