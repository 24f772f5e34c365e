//! The verbs of `change-point`.

use bench_model::{
    rest::{
        change_points::ChangePointState,
        functions::SetChangePointState,
        rows::{ChangePointRow, ChangePointStateRow},
        tables::CHANGE_POINTS,
    },
    text::CommitSha,
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
    /// The new states.
    Set(Vec<ChangePointStateRow>),
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

/// Sets the state of some.
///
/// # Errors
///
/// [`Failure`] if settings are missing, a change point does not exist, or the server is
/// unreachable.
pub(crate) fn set(
    args: &ChangePointStateArgs,
    state: ChangePointState,
    context: &Context,
) -> Result<ChangePointDone, Failure> {
    let ChangePointStateArgs {
        ids,
        commit,
        reason,
        set_by,
        output: _,
        network,
    } = args;
    let set_by = context.actor(set_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    let rows = block_on(async {
        let ids = match commit {
            Some(commit) => of_commit(&server, commit).await?,
            None => ids.clone(),
        };
        let mut rows = Vec::new();
        for id in ids {
            let arguments = SetChangePointState {
                p_id: id,
                p_state: state,
                p_reason: reason.as_deref(),
                p_set_by: set_by.as_deref(),
                p_only_if: None,
            };
            rows.push(server.call(&arguments).await?);
        }
        Ok::<_, Failure>(rows)
    })?;
    Ok(ChangePointDone::Set(rows))
}

/// The numbers of the change points that begin with a run of `commit`, the oldest first.
async fn of_commit(server: &Reader<'_>, commit: &CommitSha) -> Result<Vec<i64>, Failure> {
    let rows: Vec<ChangePointRow> = server
        .read_all(CHANGE_POINTS, |request| {
            request
                .select(ChangePointRow::COLUMNS.join(","))
                .like("commit_sha", format!("{}*", commit.as_str()))
                .order("began_at,id")
        })
        .await?;
    if rows.is_empty() {
        let what = format!(
            "change point that begins with a run of the commit `{}`",
            commit.as_str()
        );
        return Err(Failure::NothingToJudge { what });
    }
    Ok(rows.iter().map(|row| row.id).collect())
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
