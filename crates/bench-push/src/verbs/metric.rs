//! The verbs of `metric`.

use bench_model::{
    metric::Direction,
    rest::{
        functions::SetMetric,
        rows::{DeclaredMetricRow, MetricOriginRow},
        tables::METRICS,
    },
};

use crate::{
    cli::metric::{Better, MetricListArgs, MetricSetArgs},
    context::Context,
    failure::Failure,
    runtime::block_on,
    server::reader::Reader,
    settings::variables::Access,
    spelling::Misspelt,
};

/// The result of a verb of `metric`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MetricDone {
    /// This is in force now.
    Set {
        /// The declaration.
        row: DeclaredMetricRow,
        /// A known metric with a similar name, if this one was unknown.
        meant: Option<String>,
    },
    /// What the metrics mean.
    List(Vec<MetricOriginRow>),
}

impl From<Better> for Direction {
    fn from(better: Better) -> Self {
        match better {
            Better::Higher => Self::HigherIsBetter,
            Better::Lower => Self::LowerIsBetter,
            Better::Neither => Self::Neither,
        }
    }
}

/// States what a metric means.
///
/// # Errors
///
/// [`Failure`] if settings are missing, or the server refuses or is unreachable.
pub(crate) fn set(args: &MetricSetArgs, context: &Context) -> Result<MetricDone, Failure> {
    let MetricSetArgs {
        name,
        direction,
        unit,
        range,
        reason,
        declared_by,
        output: _,
        network,
    } = args;
    let declared_by = context.actor(declared_by.as_ref());
    let server = Reader::open(Access::Write, network, context)?;
    block_on(async {
        let known: Vec<MetricOriginRow> = server
            .read_all(METRICS, |request| {
                let request = request.select(MetricOriginRow::COLUMNS.join(","));
                request.order("name")
            })
            .await?;
        let known = known.iter().map(|row| row.name.as_str());
        let misspelt = Misspelt::among("NAME", name.as_str(), known);
        let row = server
            .call(&SetMetric {
                p_name: name.as_str(),
                p_direction: direction.map(Direction::from),
                p_unit: unit.as_deref(),
                p_range: range.map(|range| [range.min, range.max]),
                p_reason: reason,
                p_declared_by: declared_by.as_deref(),
            })
            .await?;
        let meant = misspelt.and_then(|misspelt| misspelt.meant().map(str::to_owned));
        Ok(MetricDone::Set { row, meant })
    })
}

/// Lists what metrics mean.
///
/// # Errors
///
/// As [`set`]; a publishable key is enough.
pub(crate) fn list(args: &MetricListArgs, context: &Context) -> Result<MetricDone, Failure> {
    let MetricListArgs {
        undirected,
        output: _,
        network,
    } = args;
    let server = Reader::open(Access::Read, network, context)?;
    let rows = block_on(server.read_all(METRICS, |request| {
        let request = request
            .select(MetricOriginRow::COLUMNS.join(","))
            .order("name");
        if *undirected {
            request.eq("direction_from", "nobody")
        } else {
            request
        }
    }))?;
    Ok(MetricDone::List(rows))
}
