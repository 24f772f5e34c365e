//! The verbs of `baseline`.

use bench_model::{
    rest::{
        functions::{ClearBaseline, SetBaseline},
        payload::BaselineScope,
        rows::BaselineRow,
        tables::BASELINES_IN_FORCE,
    },
    run_id::RunId,
};

use crate::{
    cli::baseline::{BaselineClearArgs, BaselineListArgs, BaselineSetArgs},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::variables::Access,
};

/// The result of a verb of `baseline`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum BaselineDone {
    /// This one is in force now.
    Set(BaselineRow),
    /// The baseline in force for a run's scope was cleared, if there was one.
    Cleared {
        /// Whether there was one.
        was_there: bool,
        /// The scope.
        scope: BaselineScope,
        /// The run.
        run: RunId,
    },
    /// The baselines in force.
    List(Vec<BaselineRow>),
}

/// Marks a run.
///
/// # Errors
///
/// [`Failure`] if settings are missing, the run does not exist, or the server is unreachable.
pub(crate) fn set(args: &BaselineSetArgs, context: &Context) -> Result<BaselineDone, Failure> {
    let BaselineSetArgs {
        run,
        scope,
        reason,
        marked_by,
        output: _,
        network,
    } = args;
    let run: RunId = run.parse()?;
    let marked_by = context.actor(marked_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    let baseline = block_on(server.call(&SetBaseline {
        p_run: &run,
        p_scope: (*scope).into(),
        p_reason: reason.as_deref(),
        p_marked_by: marked_by.as_deref(),
    }))?;
    Ok(BaselineDone::Set(baseline))
}

/// Clears a baseline.
///
/// # Errors
///
/// As [`set`].
pub(crate) fn clear(args: &BaselineClearArgs, context: &Context) -> Result<BaselineDone, Failure> {
    let BaselineClearArgs {
        run,
        scope,
        reason,
        marked_by,
        output: _,
        network,
    } = args;
    let run: RunId = run.parse()?;
    let scope = BaselineScope::from(*scope);
    let marked_by = context.actor(marked_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    let was_there = block_on(server.call(&ClearBaseline {
        p_run: &run,
        p_scope: scope,
        p_reason: reason.as_deref(),
        p_marked_by: marked_by.as_deref(),
    }))?;
    Ok(BaselineDone::Cleared {
        was_there,
        scope,
        run,
    })
}

/// Lists the baselines in force.
///
/// # Errors
///
/// As [`set`]; a publishable key is enough.
pub(crate) fn list(args: &BaselineListArgs, context: &Context) -> Result<BaselineDone, Failure> {
    let BaselineListArgs {
        model_version,
        environment,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let baselines = block_on(server.read_all(BASELINES_IN_FORCE, |mut request| {
        request = request
            .select(BaselineRow::COLUMNS.join(","))
            .order("environment,dataset_version,model_version,prompt_version,scope");
        if let Some(model) = model_version {
            request = request.eq("model_version", model.as_str());
        }
        if let Some(environment) = environment {
            request = request.eq("environment", environment.as_str());
        }
        request
    }))?;
    Ok(BaselineDone::List(baselines))
}
