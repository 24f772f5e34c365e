//! Sends runs to the database, a thousand per request, each request all or nothing.

use std::collections::VecDeque;

use bench_model::rest::{
    functions::{Function as _, IngestRuns},
    payload::{IngestRun, MAX_RUNS},
    rows::IngestedRow,
};

use crate::server::{answer::No, call_error::CallError, transport::Transport};

/// The result for one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    /// It is stored, now or (`inserted` is false) before.
    Kept(IngestedRow),
    /// It was not sent or not accepted.
    Left,
}

/// Sends `runs` in order until all are stored or one request fails.
///
/// Returns the result of each, and the error that ended it early. Requests before the failed one
/// stay stored; a request that is too large for the server is halved. `progress` gets the number of
/// runs stored by each request.
pub(crate) async fn send(
    transport: &Transport<'_>,
    runs: &[IngestRun],
    progress: impl Fn(usize),
) -> (Vec<Sent>, Option<CallError>) {
    let mut sent = vec![Sent::Left; runs.len()];
    let mut todo: VecDeque<_> = (0..runs.len())
        .step_by(MAX_RUNS)
        .map(|start| start..runs.len().min(start + MAX_RUNS))
        .collect();
    while let Some(range) = todo.pop_front() {
        match request(transport, &runs[range.clone()]).await {
            Ok(rows) => {
                progress(rows.len());
                for (place, row) in sent[range].iter_mut().zip(rows) {
                    *place = Sent::Kept(row);
                }
            }
            Err(CallError::Refused(No { status: 413, .. })) if range.len() > 1 => {
                let middle = range.start + range.len() / 2;
                todo.push_front(middle..range.end);
                todo.push_front(range.start..middle);
            }
            Err(error) => return (sent, Some(error)),
        }
    }
    (sent, None)
}

async fn request(
    transport: &Transport<'_>,
    runs: &[IngestRun],
) -> Result<Vec<IngestedRow>, CallError> {
    let json = transport
        .send(transport.call(&IngestRuns { p_runs: runs }))
        .await?;
    let rows: Option<Vec<IngestedRow>> = serde_json::from_slice(&json).ok();
    let is_whole = |rows: &Vec<IngestedRow>| {
        rows.len() == runs.len()
            && rows
                .iter()
                .zip(runs)
                .all(|(row, run)| row.idempotency_key == run.idempotency_key)
    };
    rows.filter(is_whole)
        .ok_or_else(|| CallError::Refused(No::not_understood(IngestRuns::NAME)))
}
