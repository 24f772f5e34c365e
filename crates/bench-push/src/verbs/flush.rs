//! The verb `flush`: sends spooled runs to the database, each once.

use std::path::{Path, PathBuf};

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
        answer::No,
        call_error::CallError,
        send::{self, Sent},
        transport::Transport,
    },
    settings::{project::Project, variables::Access},
    spool::{RefusedRun, Spool, Waiting},
};

/// The result of `flush`.
#[derive(Debug, Default)]
pub(crate) struct Flushed {
    /// Runs stored now, by idempotency key.
    pub(crate) kept: Vec<(String, IngestedRow)>,
    /// Files set aside, each with the reason.
    pub(crate) refused: Vec<RefusedRun>,
    /// Runs that were set aside by an earlier flush and are still there.
    pub(crate) refused_earlier: Vec<RefusedRun>,
    /// Runs that were set aside by an earlier flush and are deleted now.
    pub(crate) removed: Vec<RefusedRun>,
    /// The number of runs still spooled.
    pub(crate) waiting: usize,
    /// Why it ended early.
    pub(crate) failure: Option<Failure>,
}

impl Flushed {
    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match &self.failure {
            Some(failure) => failure.status(),
            None if !self.refused.is_empty() => exit::REFUSED,
            None => exit::DONE,
        }
    }
}

/// Sends the spooled runs of this project.
///
/// A file is deleted only after the database has confirmed its run, so a killed flush loses
/// nothing. The next one may send stored runs again, which is harmless because of the idempotency
/// key. A second flush waits for the first.
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
            spool.put_back(&run).map_err(cannot)?;
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
    block_on(async {
        for files in files.chunks(MAX_RUNS) {
            let batch = open(&spool, files, flushed).map_err(cannot)?;
            send_batch(&transport, &spool, batch, context, flushed).await?;
        }
        Ok(())
    })
}

type Batch = (Vec<PathBuf>, Vec<Waiting>);

/// Reads the files; sets aside those that can't be read as a run.
fn open(spool: &Spool, files: &[PathBuf], flushed: &mut Flushed) -> std::io::Result<Batch> {
    let mut batch = Batch::default();
    for file in files {
        match spool.read(file) {
            Some(waiting) => {
                batch.0.push(file.clone());
                batch.1.push(waiting);
            }
            None if file.exists() => {
                let reason = format!("`{}` is not a run of this project", file.display());
                let file = spool.put_unreadable_aside(file)?;
                flushed.waiting -= 1;
                flushed.refused.push(RefusedRun { file, reason });
            }
            None => flushed.waiting -= 1,
        }
    }
    Ok(batch)
}

async fn send_batch(
    transport: &Transport<'_>,
    spool: &Spool,
    (files, waiting): Batch,
    context: &Context,
    flushed: &mut Flushed,
) -> Result<(), Failure> {
    let cannot = |cause| Failure::Spool {
        folder: spool.folder().to_path_buf(),
        cause,
    };
    let runs: Vec<IngestRun> = waiting.iter().map(|waiting| waiting.run.clone()).collect();
    let (sent, error) = send::send(transport, &runs, |_| ()).await;
    let mut left = Vec::new();
    for ((file, waiting), sent) in files.into_iter().zip(waiting).zip(sent) {
        match sent {
            Sent::Kept(row) => confirm(&file, waiting, row, flushed).map_err(cannot)?,
            Sent::Left => left.push((file, waiting)),
        }
    }
    match error {
        None => return Ok(()),
        Some(CallError::Refused(No {
            is_general: false, ..
        })) => {}
        Some(error) => return Err(error.into()),
    }
    // One bad run fails the whole request: send each separately to find it.
    for (file, waiting) in left {
        let (mut sent, error) =
            send::send(transport, std::slice::from_ref(&waiting.run), |_| ()).await;
        match (sent.pop(), error) {
            (Some(Sent::Kept(row)), _) => confirm(&file, waiting, row, flushed).map_err(cannot)?,
            (
                _,
                Some(CallError::Refused(
                    no @ No {
                        is_general: false, ..
                    },
                )),
            ) => {
                let reason = context.scrubber.scrub(no.sentence);
                let file = spool.put_aside(&file, waiting, &reason).map_err(cannot)?;
                flushed.waiting -= 1;
                flushed.refused.push(RefusedRun { file, reason });
            }
            (_, Some(error)) => return Err(error.into()),
            (_, None) => {}
        }
    }
    Ok(())
}

fn confirm(
    file: &Path,
    waiting: Waiting,
    row: IngestedRow,
    flushed: &mut Flushed,
) -> std::io::Result<()> {
    Spool::forget(file)?;
    flushed.waiting -= 1;
    flushed.kept.push((waiting.run.idempotency_key, row));
    Ok(())
}
