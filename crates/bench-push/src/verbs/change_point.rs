//! The verbs of `change-point`: what became of a change of level.

use bench_model::rest::{
    change_points::{ChangePointRow, ChangePointState, ChangePointStateRow, SetChangePointState},
    rpc,
    tables::CHANGE_POINTS,
};
use serde_json::json;

use crate::{
    cli::change_point::{ChangePointListArgs, ChangePointStateArgs, State},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, narrowed},
    settings::variables::Access,
};

/// What a verb of `change-point` did.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ChangePointDone {
    /// This is said of it now.
    Set(ChangePointStateRow),
    /// Those that are stored, newest first.
    List(Vec<ChangePointRow>),
}

impl From<State> for ChangePointState {
    fn from(state: State) -> Self {
        match state {
            State::Suspect => Self::Suspect,
            State::Confirmed => Self::Confirmed,
            State::Accepted => Self::Accepted,
            State::Dismissed => Self::Dismissed,
        }
    }
}

/// Says what became of one.
///
/// # Errors
///
/// [`Failure`] when settings are missing, there is no such change point, or the server is not reached.
pub(crate) fn set(
    args: &ChangePointStateArgs,
    state: ChangePointState,
    context: &Context,
) -> Result<ChangePointDone, Failure> {
    let ChangePointStateArgs {
        id,
        reason,
        set_by,
        output: _,
        network,
    } = args;
    let set_by = context.actor(set_by.as_ref());
    let arguments = json!(SetChangePointState {
        p_id: *id,
        p_state: state,
        p_reason: reason.as_deref(),
        p_set_by: set_by.as_deref(),
        p_only_if: None,
    });
    let server = Reader::open(Access::Write, network, context)?;
    let row = block_on(server.call(rpc::SET_CHANGE_POINT_STATE.name, &arguments))?;
    Ok(ChangePointDone::Set(row))
}

/// Shows those that are stored.
///
/// # Errors
///
/// As [`set`]; a publishable key will do.
pub(crate) fn list(
    args: &ChangePointListArgs,
    context: &Context,
) -> Result<ChangePointDone, Failure> {
    const MOST: usize = 200;
    let ChangePointListArgs {
        state,
        filter,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let rows = block_on(server.read(CHANGE_POINTS.name, |request| {
        let request = request.select(CHANGE_POINTS.columns.join(","));
        let mut request = narrowed(request, filter)
            .order("began_at.desc,id.desc")
            .limit(MOST);
        if let Some(commit) = &filter.commit_sha {
            request = request.like("commit_sha", format!("{}*", commit.as_str()));
        }
        if let Some(state) = state {
            request = request.eq("state", ChangePointState::from(*state).as_str());
        }
        request
    }))?;
    Ok(ChangePointDone::List(rows))
}
