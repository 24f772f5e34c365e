//! The verbs of `baseline`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cli::baseline::{BaselineClearArgs, BaselineListArgs, BaselineSetArgs, Scope},
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
    Set(Baseline),
    /// The baseline in force for a run's scope was cleared, if there was one.
    Cleared {
        /// Whether there was one.
        was_there: bool,
        /// The scope.
        scope: Scope,
        /// The run.
        run: String,
    },
    /// The baselines in force.
    List(Vec<Baseline>),
}

/// A baseline row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// `configuration`, `model` or `dataset`.
    pub(crate) scope: String,
    /// The model; none for any.
    pub(crate) model_version: Option<String>,
    /// The data set.
    pub(crate) dataset_version: String,
    /// The prompt; none for any.
    pub(crate) prompt_version: Option<String>,
    /// The environment.
    pub(crate) environment: String,
    /// The baseline run; none in a row that cleared a baseline.
    pub(crate) transaction_id: Option<String>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// Who.
    pub(crate) marked_by: Option<String>,
    /// When.
    pub(crate) marked_at: String,
}

impl Baseline {
    /// The baseline run.
    pub(crate) fn run(&self) -> &str {
        self.transaction_id.as_deref().unwrap_or("none")
    }
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
    let arguments = json!({ "p_run": id(run)?, "p_scope": scope.as_str(), "p_reason": reason,
        "p_marked_by": context.actor(marked_by.as_ref()) });
    let server = Reader::open(Access::Write, network, context)?;
    let baseline = block_on(server.call("set_baseline", &arguments))?;
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
    let run = id(run)?;
    let arguments = json!({ "p_run": run, "p_scope": scope.as_str(), "p_reason": reason,
        "p_marked_by": context.actor(marked_by.as_ref()) });
    let server = Reader::open(Access::Write, network, context)?;
    let was_there = block_on(server.call("clear_baseline", &arguments))?;
    Ok(BaselineDone::Cleared {
        was_there,
        scope: *scope,
        run: run.to_owned(),
    })
}

/// Lists the baselines in force.
///
/// # Errors
///
/// As [`set`]; a publishable key is enough.
pub(crate) fn list(args: &BaselineListArgs, context: &Context) -> Result<BaselineDone, Failure> {
    const VIEW: &str = "v_baselines_in_force";
    let BaselineListArgs {
        model_version,
        environment,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let baselines = block_on(server.read_all(VIEW, |mut request| {
        request = request
            .select("scope,model_version,dataset_version,prompt_version,environment,transaction_id,reason,marked_by,marked_at")
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

/// The database would refuse anything else with a message about types.
fn id(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if is_id(text) {
        Ok(text)
    } else {
        Err(Failure::NotAnId {
            found: text.to_owned(),
        })
    }
}

/// Whether `text` has the format of an id.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(index, character)| match index {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_named_by_its_id_and_by_nothing_else() {
        assert!(id(" 3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11 ").is_ok());
        for text in [
            "",
            "latest",
            "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c1",
            "3f6d0f6e+8f57-4c3e-9a43-0b6f2f7f0c11",
        ] {
            assert!(matches!(id(text), Err(Failure::NotAnId { .. })), "{text}");
        }
    }
}
