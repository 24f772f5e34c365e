//! The verb `flush`: the spool → the database.

use std::path::PathBuf;

use bench_model::rest::{
    payload::{IngestRun, MAX_RUNS},
    rows::IngestedRow,
};

use crate::{
    cli::flush::FlushArgs,
    context::Context,
    exit,
    failure::Failure,
    runtime::block_on,
    server::{
        send::{OnRefusal, Sender, Sent},
        transport::Transport,
    },
    settings::{project::Project, variables::Access},
    spool::{RefusedRun, Spool},
};

/// The number of bytes from which on no further file is read into the same batch.
const MAX_BATCH: u64 = 64 * 1024 * 1024;

/// The result of `flush`.
#[derive(Debug, Default)]
pub(crate) struct Flushed {
    /// Runs stored now, by idempotency key.
    pub(crate) kept: Vec<(String, IngestedRow)>,
    /// Files set aside, each with the reason.
    pub(crate) refused: Vec<RefusedRun>,
    /// Files that stay in the spool while the others were sent.
    pub(crate) stuck: Vec<StuckRun>,
    /// What was set aside by an earlier flush and is still there.
    pub(crate) refused_earlier: Vec<RefusedRun>,
    /// Runs that were set aside by an earlier flush and are deleted now.
    pub(crate) removed: Vec<RefusedRun>,
    /// The number of runs still spooled.
    pub(crate) waiting: usize,
    /// Why it ended early.
    pub(crate) failure: Option<Failure>,
}

/// A file that could not be sent and stays in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StuckRun {
    /// The file.
    pub(crate) file: PathBuf,
    /// Why.
    pub(crate) reason: String,
    /// Whether sending it again may succeed.
    pub(crate) is_temporary: bool,
}

impl Flushed {
    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match &self.failure {
            Some(failure) => failure.status(),
            None if !self.refused.is_empty() => exit::REFUSED,
            None if self.stuck.iter().any(|stuck| !stuck.is_temporary) => exit::REFUSED,
            None if !self.stuck.is_empty() => exit::NOT_REACHED,
            None => exit::DONE,
        }
    }
}

/// Sends the spooled runs of this project.
///
/// A file is deleted only after the database has confirmed its run, so a killed flush loses
/// nothing. The next one may send stored runs again, which is harmless because of the idempotency
/// key. A second flush waits for the first. No run waits for another one that fails.
pub(crate) fn flush(args: &FlushArgs, context: &Context) -> Flushed {
    let mut flushed = Flushed::default();
    flushed.failure = work(args, context, &mut flushed).err();
    flushed
}

fn work(args: &FlushArgs, context: &Context, flushed: &mut Flushed) -> Result<(), Failure> {
    let FlushArgs {
        retry_refused,
        remove_refused,
        spool,
        output: _,
        network,
    } = args;
    let project = Project::read(&context.environment, Access::Write)?;
    let spool = Spool::of(
        &project.url,
        spool.spool_dir.as_deref(),
        &context.environment,
    );
    let cannot = |cause| Failure::Spool {
        folder: spool.folder().to_path_buf(),
        cause,
    };
    let is_empty = spool.files().map_err(cannot)?.is_empty();
    if is_empty && spool.refused_runs().map_err(cannot)?.is_empty() {
        return Ok(());
    }
    let _lock = spool.lock().map_err(cannot)?;
    spool.sweep();
    for run in spool.refused_runs().map_err(cannot)? {
        if *retry_refused {
            if !spool.put_back(&run).map_err(cannot)? {
                let reason = format!("{}, and a run of its name waits", run.reason);
                flushed.refused_earlier.push(RefusedRun { reason, ..run });
            }
        } else if *remove_refused {
            Spool::forget(&run.file).map_err(cannot)?;
            flushed.removed.push(run);
        } else {
            flushed.refused_earlier.push(run);
        }
    }
    let files = spool.files().map_err(cannot)?;
    flushed.waiting = files.len();
    if files.is_empty() {
        return Ok(());
    }

    let transport = Transport::to(project, network, context)?;
    let mut sender = Sender::new(&transport, OnRefusal::Isolate);
    block_on(async {
        let mut files = files.into_iter().peekable();
        while files.peek().is_some() {
            let batch = open(&spool, &mut files, flushed).map_err(cannot)?;
            send_batch(&mut sender, &spool, batch, context, flushed).await?;
        }
        Ok(())
    })
}

/// Spooled runs, and the file of each.
#[derive(Default)]
struct Batch {
    files: Vec<PathBuf>,
    runs: Vec<IngestRun>,
}

/// Reads the next files, and sets aside those that are not runs.
fn open(
    spool: &Spool,
    files: &mut impl Iterator<Item = PathBuf>,
    flushed: &mut Flushed,
) -> std::io::Result<Batch> {
    let mut batch = Batch::default();
    let mut bytes = 0;
    while batch.runs.len() < MAX_RUNS && bytes < MAX_BATCH {
        let Some(file) = files.next() else { break };
        match spool.read(&file) {
            Ok(Some(waiting)) => {
                bytes += file.metadata().map_or(0, |metadata| metadata.len());
                batch.files.push(file);
                batch.runs.push(waiting.run);
            }
            Ok(None) => flushed.waiting -= 1,
            Err(why) if why.stays() => flushed.stuck.push(StuckRun {
                reason: format!("`{}` {why}", file.display()),
                file,
                is_temporary: false,
            }),
            Err(why) => {
                let reason = format!("`{}` {why}", file.display());
                let file = spool.put_unreadable_aside(&file)?;
                flushed.waiting -= 1;
                flushed.refused.push(RefusedRun { file, reason });
            }
        }
    }
    Ok(batch)
}

async fn send_batch(
    sender: &mut Sender<'_>,
    spool: &Spool,
    Batch { files, runs }: Batch,
    context: &Context,
    flushed: &mut Flushed,
) -> Result<(), Failure> {
    let cannot = |cause| Failure::Spool {
        folder: spool.folder().to_path_buf(),
        cause,
    };
    let mut not_deleted = None;
    let stored = |index: usize, row: &IngestedRow| {
        if row.conflict().is_some() {
            return;
        }
        if let Err(cause) = Spool::forget(&files[index]) {
            not_deleted = Some(cause);
        } else {
            flushed.waiting -= 1;
        }
        let key = runs[index].idempotency_key.clone();
        flushed.kept.push((key, row.clone()));
    };
    let (sent, error) = sender.send(&runs.iter().collect::<Vec<_>>(), stored).await;
    for (file, sent) in files.into_iter().zip(sent) {
        match sent {
            Sent::Refused(no) => {
                let reason = context.scrubber.scrub(no.sentence);
                let file = spool.put_aside(&file, &reason).map_err(cannot)?;
                flushed.waiting -= 1;
                flushed.refused.push(RefusedRun { file, reason });
            }
            Sent::Stuck(error) => {
                Spool::put_last(&file);
                let reason = context.scrubber.scrub(error.to_string());
                flushed.stuck.push(StuckRun {
                    file,
                    reason,
                    is_temporary: true,
                });
            }
            // Its key is that of another run.
            Sent::Kept(row) => {
                if let Some(reason) = row.conflict() {
                    let file = spool.put_aside(&file, &reason).map_err(cannot)?;
                    flushed.waiting -= 1;
                    flushed.refused.push(RefusedRun { file, reason });
                }
            }
            // If these hold up the spool, the next flush begins with others.
            Sent::Unclear => Spool::put_last(&file),
            Sent::Left => {}
        }
    }
    match (error, not_deleted) {
        (Some(error), _) => Err(error.into()),
        (None, Some(cause)) => Err(cannot(cause)),
        (None, None) => Ok(()),
    }
}
