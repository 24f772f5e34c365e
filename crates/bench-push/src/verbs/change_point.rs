//! The verbs of `change-point`.

use bench_model::rest::{
    change_points::ChangePointState,
    functions::SetChangePointState,
    rows::{ChangePointRow, ChangePointStateRow},
    tables::CHANGE_POINTS,
};

use crate::{
    cli::change_point::{ChangePointListArgs, ChangePointStateArgs, State},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::{Reader, narrowed},
    settings::variables::Access,
};

/// The result of a verb of `change-point`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ChangePointDone {
    /// The new state.
    Set(ChangePointStateRow),
    /// The stored change points, newest first.
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

/// Sets the state of one.
///
/// # Errors
///
/// [`Failure`] if settings are missing, the change point does not exist, or the server is
/// unreachable.
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
    let arguments = SetChangePointState {
        p_id: *id,
        p_state: state,
        p_reason: reason.as_deref(),
        p_set_by: set_by.as_deref(),
        p_only_if: None,
    };
    let server = Reader::open(Access::Write, network, context)?;
    let row = block_on(server.call(&arguments))?;
    Ok(ChangePointDone::Set(row))
}

/// Lists the stored change points.
///
/// # Errors
///
/// As [`set`]; a publishable key is enough.
pub(crate) fn list(
    args: &ChangePointListArgs,
    context: &Context,
) -> Result<ChangePointDone, Failure> {
    let ChangePointListArgs {
        state,
        filter,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let rows = block_on(server.read_all(CHANGE_POINTS, |request| {
        let request = request.select(ChangePointRow::COLUMNS.join(","));
        let mut request = narrowed(request, filter).order("began_at.desc,id.desc");
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
