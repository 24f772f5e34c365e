use bench_model::rest::rows::RetractionRow;

use crate::{printer::outcome::Told, terminal::text::plain, verbs::retract::RetractionDone};

/// The result of `retract` or `restore`.
pub(crate) fn retraction(done: &RetractionDone) -> Told {
    Told::out(match done {
        RetractionDone::Retracted(RetractionRow {
            transaction_id,
            instead_transaction_id,
            reason,
            ..
        }) => {
            let instead = instead_transaction_id
                .as_ref()
                .map_or_else(String::new, |run| {
                    format!("; run {run} stands in its place")
                });
            plain(&format!(
                "run {transaction_id} does not count any more: {reason}{instead}"
            )) + "\n"
        }
        RetractionDone::Restored {
            run,
            was_retracted: true,
        } => format!("run {run} counts again\n"),
        RetractionDone::Restored {
            run,
            was_retracted: false,
        } => format!("run {run} was not retracted; nothing changed\n"),
    })
}
