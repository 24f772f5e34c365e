use bench_model::rest::rows::TransactionRow;

/// `model / dataset / prompt / environment`.
pub(crate) fn name_of(run: &TransactionRow) -> String {
    format!(
        "{} / {} / {} / {}",
        run.model_version, run.dataset_version, run.prompt_version, run.environment
    )
}
