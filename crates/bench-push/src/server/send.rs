//! Sends runs to the database, a thousand per request, each request all or nothing.
//!
//! A request that is too much for the server is divided, and a run that fails by itself keeps no
//! other run waiting:
//!
//! | the request met | next |
//! | --- | --- |
//! | 413, a timeout of the database or of a gateway | half of it, without a repetition |
//! | a refusal, if the runs belong together only by chance | half of it, down to the run at fault |
//! | no answer in time, a cut connection, 500 or 502, twice | one run, to learn whether the server is at fault, then twice as many each time |
//! | the same for one run | other runs: if one is stored, the first one is at fault and is left |
//! | a server that is away: no connection, 429, 503 | the end |

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use bench_model::rest::{
    functions::{Function as _, IngestRuns},
    payload::{IngestRun, MAX_RUNS},
    rows::IngestedRow,
};

use crate::server::{
    answer::No,
    call_error::{Blame, CallError},
    transport::{Patience, Transport},
};

/// The result for one run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    /// The database has a run with its key: this one, stored now or before, or another one.
    Kept(IngestedRow),
    /// It was not sent, or its request was not accepted.
    Left,
    /// It was sent alone and failed, and so did each other run that was tried.
    Unclear,
    /// It fails by itself, while others are stored.
    Stuck(CallError),
    /// The server refused it.
    Refused(No),
}

/// What to do with a refusal of several runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnRefusal {
    /// End: they belong together.
    Stop,
    /// Find the refused ones and send the others.
    Isolate,
}

/// The number of other runs to try before a failure is taken for the server's.
const WITNESSES: usize = 2;
/// The same while the database answers that it gave up: a spool may hold many runs that fail by
/// themselves.
const MOST_WITNESSES: usize = 16;
/// How long the search goes on beyond [`WITNESSES`].
const SEARCH: Duration = Duration::from_secs(5);
/// The number of requests stored in a row after which a known limit is doubted.
const TRUST: u32 = 4;

/// Sends runs, and remembers what it has learnt about the server.
pub(crate) struct Sender<'a> {
    transport: &'a Transport<'a>,
    on_refusal: OnRefusal,
    size: Size,
    /// Whether the server has stored something.
    is_alive: bool,
}

impl<'a> Sender<'a> {
    /// Sends to the project of `transport`.
    pub(crate) fn new(transport: &'a Transport<'a>, on_refusal: OnRefusal) -> Self {
        Self {
            transport,
            on_refusal,
            size: Size::default(),
            is_alive: false,
        }
    }

    /// Sends `runs` in order until all are stored or the server fails.
    ///
    /// Returns the result of each, and the error that ended it early. Requests before the failed
    /// one stay stored. `stored` gets each stored run's place in `runs` as soon as it is confirmed.
    pub(crate) async fn send(
        &mut self,
        runs: &[&IngestRun],
        stored: impl FnMut(usize, &IngestedRow),
    ) -> (Vec<Sent>, Option<CallError>) {
        let mut sending = Sending {
            sent: vec![Sent::Left; runs.len()],
            sender: self,
            runs,
            stored,
        };
        let error = sending.all().await.err();
        (sending.sent, error)
    }
}

/// One list of runs on its way.
struct Sending<'a, 'b, F> {
    sender: &'a mut Sender<'b>,
    runs: &'a [&'a IngestRun],
    stored: F,
    sent: Vec<Sent>,
}

impl<F: FnMut(usize, &IngestedRow)> Sending<'_, '_, F> {
    async fn all(&mut self) -> Result<(), CallError> {
        let on_refusal = self.sender.on_refusal;
        let mut at = 0;
        while at < self.runs.len() {
            if self.sent[at] != Sent::Left {
                at += 1;
                continue;
            }
            let range = at..self.end_of_batch(at);
            let is_one = range.len() == 1;
            let patience = match (is_one, self.sender.is_alive) {
                (false, _) => Patience::Divisible,
                (true, false) => Patience::Whole,
                (true, true) => Patience::Short,
            };
            match self.request(range.clone(), patience).await {
                Ok(()) => at = range.end,
                Err(CallError::Refused(no)) if is_one && is_isolated(&no, on_refusal) => {
                    self.sent[at] = Sent::Refused(no);
                }
                Err(CallError::Refused(no))
                    if !is_one && (no.status == 413 || is_isolated(&no, on_refusal)) =>
                {
                    self.sender.size.halve(range.len());
                }
                Err(error @ CallError::Refused(_)) => return Err(error),
                Err(error @ CallError::NotReached { blame, .. }) => match blame {
                    Blame::Server => return Err(error),
                    Blame::Size if !is_one => self.sender.size.halve(range.len()),
                    Blame::Unclear if !is_one => self.sender.size.start_again(range.len()),
                    Blame::Size | Blame::Unclear => {
                        self.find_witness(at, &error).await?;
                        self.sent[at] = Sent::Stuck(error);
                    }
                },
            }
        }
        Ok(())
    }

    /// The runs from `at` that go into one request.
    fn end_of_batch(&self, at: usize) -> usize {
        let most = self.runs.len().min(at + self.sender.size.now);
        let next = (at..most).find(|index| self.sent[*index] != Sent::Left);
        next.unwrap_or(most)
    }

    /// Stores another run, to show that the failure of the run at `at` is its own.
    ///
    /// The witnesses are chosen at random. If all fail, they are marked, and so is the run at `at`:
    /// the next time, others can be tried.
    async fn find_witness(&mut self, at: usize, error: &CallError) -> Result<(), CallError> {
        let mut others: Vec<usize> = (at + 1..self.runs.len())
            .filter(|index| self.sent[*index] == Sent::Left)
            .collect();
        if others.is_empty() && self.sender.is_alive {
            return Ok(());
        }
        fastrand::shuffle(&mut others);
        let mut failed = vec![at];
        let started = Instant::now();
        let mut is_answered = true;
        for (tried, other) in others.into_iter().take(MOST_WITNESSES).enumerate() {
            if tried >= WITNESSES && !(is_answered && started.elapsed() < SEARCH) {
                break;
            }
            match self.request(other..other + 1, Patience::Once).await {
                // A refusal is an answer: the server is well.
                Ok(()) | Err(CallError::Refused(_)) => return Ok(()),
                Err(CallError::NotReached {
                    blame: Blame::Server,
                    ..
                }) => return Err(error.clone()),
                Err(CallError::NotReached { blame, .. }) => {
                    is_answered &= blame == Blame::Size;
                    failed.push(other);
                }
            }
        }
        for index in failed {
            self.sent[index] = Sent::Unclear;
        }
        Err(error.clone())
    }

    async fn request(&mut self, range: Range<usize>, patience: Patience) -> Result<(), CallError> {
        let rows = request(self.sender.transport, &self.runs[range.clone()], patience).await?;
        self.sender.size.stored(range.len());
        self.sender.is_alive = true;
        for (index, row) in range.zip(rows) {
            (self.stored)(index, &row);
            self.sent[index] = Sent::Kept(row);
        }
        Ok(())
    }
}

fn is_isolated(no: &No, on_refusal: OnRefusal) -> bool {
    on_refusal == OnRefusal::Isolate && !no.is_general
}

/// The number of runs per request: learnt from failures, grown by successes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    now: usize,
    /// It doubles up to here.
    limit: usize,
    /// Requests stored in a row at the limit.
    trust: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            now: MAX_RUNS,
            limit: MAX_RUNS,
            trust: 0,
        }
    }
}

impl Size {
    fn halve(&mut self, failed: usize) {
        let half = (failed / 2).max(1);
        *self = Self {
            now: half,
            limit: half,
            trust: 0,
        };
    }

    fn start_again(&mut self, failed: usize) {
        self.halve(failed);
        self.now = 1;
    }

    fn stored(&mut self, runs: usize) {
        if runs < self.now {
            return;
        }
        if self.now >= self.limit {
            self.trust += 1;
            if self.trust >= TRUST {
                self.limit = (2 * self.limit).min(MAX_RUNS);
                self.trust = 0;
            }
        }
        self.now = (2 * self.now).min(self.limit);
    }
}

async fn request(
    transport: &Transport<'_>,
    runs: &[&IngestRun],
    patience: Patience,
) -> Result<Vec<IngestedRow>, CallError> {
    let request = transport.call(&IngestRuns { p_runs: runs });
    let json = transport.send_with(request, patience).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_halves_the_request_and_success_grows_it_back() {
        let mut size = Size::default();
        size.halve(600);
        assert_eq!(size.now, 300);
        let mut sizes = Vec::new();
        for _ in 0..8 {
            size.stored(size.now);
            sizes.push(size.now);
        }
        assert_eq!(sizes, [300, 300, 300, 600, 600, 600, 600, 1_000]);
    }

    #[test]
    fn an_unclear_failure_asks_with_one_run_and_doubles_up_to_half_of_what_failed() {
        let mut size = Size::default();
        size.start_again(20);
        let mut sizes = vec![size.now];
        for _ in 0..4 {
            size.stored(size.now);
            sizes.push(size.now);
        }
        assert_eq!(sizes, [1, 2, 4, 8, 10]);
    }
}
