//! What would have been said, had the rules been in force.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    alert::{
        condition::Condition,
        decide::decide,
        evaluate::{of_time, quality},
        event::{Event, EventKind},
        incident::{Incident, incidents},
        log::Log,
        rules::Rules,
    },
    stats::StatsError,
};

/// One evaluation, with the events that it made.
#[derive(Clone, Debug, PartialEq)]
pub struct Night {
    /// When.
    pub at: Timestamp,
    /// The events, numbered.
    pub events: Vec<Event>,
}

/// Evaluates at each of `times`, which are sorted, as if nobody had ever touched an incident.
///
/// Each evaluation gives what [`evaluate`](super::evaluate()) and [`decide`] give at that time; a
/// configuration about which nothing new is known is not judged again.
///
/// # Errors
///
/// As [`evaluate`](super::evaluate()).
pub fn backtest(
    log: &Log,
    rules: &Rules,
    times: &[Timestamp],
) -> Result<(Vec<Night>, Vec<Incident>), StatsError> {
    let mut judged: HashMap<usize, (Seen, Vec<Condition>)> = HashMap::new();
    let (mut nights, mut events): (Vec<Night>, Vec<Event>) = (Vec::new(), Vec::new());
    let mut known_incidents: Vec<Incident> = Vec::new();
    let mut next = 1;
    for at in times.iter().copied() {
        let mut conditions = Vec::new();
        for (place, configuration) in log.configurations.iter().enumerate() {
            let Some(known) = configuration.known(at, usize::from(rules.quality.runs)) else {
                continue;
            };
            let seen = Seen {
                runs: known.runs().map(|run| run.id.clone()).collect(),
                baseline: known.baseline.as_ref().map(|run| run.id.clone()),
                states: known
                    .change_points
                    .iter()
                    .map(|point| (point.id, point.state.as_str()))
                    .collect(),
            };
            let is_known = judged
                .get(&place)
                .is_some_and(|(before, _)| *before == seen);
            if !is_known {
                let found = quality(&known, log, rules)?;
                judged.insert(place, (seen, found));
            }
            conditions.extend(judged[&place].1.iter().cloned());
            conditions.extend(of_time(&known, rules, at));
        }
        let mut new = decide(log, &conditions, &known_incidents, rules, at, None);
        if new.is_empty() {
            continue;
        }
        for event in &mut new {
            if event.kind == EventKind::Opened {
                event.incident = next;
                next += 1;
            }
            event.id = i64::try_from(events.len()).unwrap_or(i64::MAX) + 1;
            events.push(event.clone());
        }
        known_incidents = incidents(&events);
        nights.push(Night { at, events: new });
    }
    Ok((nights, known_incidents))
}

/// What a configuration's conditions depend on.
#[derive(PartialEq)]
struct Seen {
    runs: Vec<String>,
    baseline: Option<String>,
    states: Vec<(i64, &'static str)>,
}
