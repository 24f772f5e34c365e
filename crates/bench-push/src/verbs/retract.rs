//! The verbs `retract` and `restore`: a run is taken back, or counts again.

use bench_model::{
    rest::{
        functions::{RestoreRun, RetractRun},
        rows::RetractionRow,
    },
    run_id::RunId,
};

use crate::{
    cli::retract::{RestoreArgs, RetractArgs},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::variables::Access,
};

/// The result of `retract` or `restore`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RetractionDone {
    /// The run doesn't count any more.
    Retracted(RetractionRow),
    /// The run counts again.
    Restored {
        /// The run.
        run: RunId,
        /// Whether it was retracted.
        was_retracted: bool,
    },
}

/// Takes a run back.
///
/// # Errors
///
/// [`Failure`] if settings are missing, a run does not exist, or the server is unreachable.
pub(crate) fn retract(args: &RetractArgs, context: &Context) -> Result<RetractionDone, Failure> {
    let RetractArgs {
        run,
        reason,
        instead,
        set_by,
        output: _,
        network,
    } = args;
    let set_by = context.actor(set_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    block_on(async {
        let run = server.run_id(run).await?;
        let instead = match instead {
            Some(instead) => Some(server.run_id(instead).await?),
            None => None,
        };
        let row = server
            .call(&RetractRun {
                p_run: &run,
                p_reason: reason,
                p_instead: instead.as_ref(),
                p_set_by: set_by.as_deref(),
            })
            .await?;
        Ok(RetractionDone::Retracted(row))
    })
}

/// Lets a retracted run count again.
///
/// # Errors
///
/// As [`retract`].
pub(crate) fn restore(args: &RestoreArgs, context: &Context) -> Result<RetractionDone, Failure> {
    let RestoreArgs {
        run,
        reason,
        set_by,
        output: _,
        network,
    } = args;
    let set_by = context.actor(set_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    block_on(async {
        let run = server.run_id(run).await?;
        let was_retracted = server
            .call(&RestoreRun {
                p_run: &run,
                p_reason: reason,
                p_set_by: set_by.as_deref(),
            })
            .await?;
        Ok(RetractionDone::Restored { run, was_retracted })
    })
}
