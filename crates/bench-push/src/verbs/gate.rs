//! The verb `gate explain`: what holds for a metric.

use bench_model::metric::{Declared, Direction, definition_of};

use crate::{
    cli::gate::ExplainArgs,
    context::Context,
    failure::Failure,
    gate::{GateFile, Terms},
    verbs::check::today,
};

/// The result of `gate explain`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Explained {
    /// The gate file; none without one.
    pub(crate) gate: Option<GateFile>,
    /// Each metric, as asked.
    pub(crate) metrics: Vec<ExplainedMetric>,
    /// Parameters that explain no change.
    pub(crate) ignored_params: Vec<String>,
    /// The main line's branch, if the file names it.
    pub(crate) main_branch: Option<String>,
    /// The patterns of the file, each with its line.
    pub(crate) patterns: Vec<(String, usize)>,
}

/// What holds for one metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExplainedMetric {
    /// The metric.
    pub(crate) name: String,
    /// What the file says.
    pub(crate) terms: Terms,
    /// The direction by the metric's name, which a declaration in the database overrides.
    pub(crate) by_name: Direction,
}

/// Says what holds for the metrics in `args`. Needs no server.
///
/// # Errors
///
/// [`Failure::Gate`] for a mistake in the file.
pub(crate) fn explain(args: &ExplainArgs, context: &Context) -> Result<Explained, Failure> {
    let gate = args.gate.open(context)?;
    let on = args.on.unwrap_or_else(|| today(context));
    let metrics = args.metrics.iter().map(|name| ExplainedMetric {
        name: name.clone(),
        terms: gate.terms(name, on),
        by_name: definition_of(name, &Declared::new()).direction,
    });
    Ok(Explained {
        metrics: metrics.collect(),
        ignored_params: gate.ignored_params.clone(),
        main_branch: gate.main_branch.clone(),
        patterns: gate
            .patterns()
            .map(|(pattern, line)| (pattern.to_owned(), line))
            .collect(),
        gate: gate.file,
    })
}
