//! The verbs of `baseline`.

use bench_model::{
    rest::{
        functions::{ClearBaseline, SetBaseline},
        payload::BaselineScope,
        rows::BaselineRow,
        tables::{BASELINES, BASELINES_IN_FORCE},
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
    /// The baselines in force, or their history.
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
        filter,
        tag,
        latest,
        scope,
        reason,
        marked_by,
        output: _,
        network,
    } = args;
    let marked_by = context.actor(marked_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    let baseline = block_on(async {
        let run = match run {
            Some(run) => server.run_id(run).await?,
            None => server.matching_run(filter, tag.as_ref(), *latest).await?,
        };
        let marked = SetBaseline {
            p_run: &run,
            p_scope: (*scope).into(),
            p_reason: reason.as_deref(),
            p_marked_by: marked_by.as_deref(),
        };
        server.call(&marked).await
    })?;
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
    let scope = BaselineScope::from(*scope);
    let marked_by = context.actor(marked_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    let (run, was_there) = block_on(async {
        let run = server.run_id(run).await?;
        let cleared = ClearBaseline {
            p_run: &run,
            p_scope: scope,
            p_reason: reason.as_deref(),
            p_marked_by: marked_by.as_deref(),
        };
        let was_there = server.call(&cleared).await?;
        Ok::<_, Failure>((run, was_there))
    })?;
    Ok(BaselineDone::Cleared {
        was_there,
        scope,
        run,
    })
}

/// Lists the baselines in force, or their history.
///
/// # Errors
///
/// As [`set`]; a publishable key is enough.
pub(crate) fn list(args: &BaselineListArgs, context: &Context) -> Result<BaselineDone, Failure> {
    let BaselineListArgs {
        model_version,
        dataset_version,
        scope,
        history,
        environment,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let (table, order) = if *history {
        (BASELINES, "id.desc")
    } else {
        let order = "environment,dataset_version,model_version,prompt_version,scope";
        (BASELINES_IN_FORCE, order)
    };
    let scope = scope.map(|scope| BaselineScope::from(scope).as_str());
    let baselines = block_on(server.read_all(table, |request| {
        let request = request.select(BaselineRow::COLUMNS.join(",")).order(order);
        let filters = [
            ("model_version", model_version.as_deref()),
            ("dataset_version", dataset_version.as_deref()),
            ("environment", environment.as_deref()),
            ("scope", scope),
        ];
        let wanted = filters
            .into_iter()
            .filter_map(|(column, wanted)| Some((column, wanted?)));
        wanted.fold(request, |request, (column, wanted)| {
            request.eq(column, wanted)
        })
    }))?;
    Ok(BaselineDone::List(baselines))
}
