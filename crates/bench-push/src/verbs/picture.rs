//! The verbs `badge` and `chart`: pictures of what `check` and `history` say.

use std::path::{Path, PathBuf};

use crate::{
    cli::{
        history::HistoryArgs,
        output::OutputArgs,
        picture::{BadgeArgs, ChartArgs},
    },
    context::Context,
    failure::Failure,
    printer::svg::{Svg, badge, chart},
    verbs::{
        check::judge_newest,
        history::{Histories, history},
    },
};

/// A picture, and where it belongs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// The picture.
    pub(crate) svg: Svg,
    /// The file it was written to; none for standard output.
    pub(crate) file: Option<PathBuf>,
}

/// The badge of the newest run that matches.
///
/// # Errors
///
/// As `check`; [`Failure::NotWritten`].
pub(crate) fn draw_badge(args: &BadgeArgs, context: &Context) -> Result<Picture, Failure> {
    let checked = judge_newest(&args.filter, &args.metric, &args.network, context)?;
    let newest = checked.runs.iter().max_by_key(|run| run.run.created_at);
    let metric = newest.and_then(|run| run.metrics.first());
    let metric = metric.ok_or_else(|| Failure::NothingToJudge {
        what: format!("value of {} in the newest run", args.metric),
    })?;
    put(badge::badge(metric), args.output.as_deref(), context)
}

/// The trend of every configuration that matches.
///
/// # Errors
///
/// As `history`; [`Failure::NotWritten`].
pub(crate) fn draw_chart(args: &ChartArgs, context: &Context) -> Result<Picture, Failure> {
    let asked = HistoryArgs {
        metric: args.metric.clone(),
        runs: args.runs,
        branch: None,
        filter: args.filter.clone(),
        output: OutputArgs::default(),
        network: args.network.clone(),
    };
    let histories: Histories = history(&asked, context)?;
    let left_out = histories.series.len().saturating_sub(chart::MOST_PANELS);
    if left_out > 0 {
        context.say(&format!(
            "warning: the picture has the first {} configurations; {left_out} are left out, narrow them with --model-version, …",
            chart::MOST_PANELS
        ));
    }
    put(chart::chart(&histories), args.output.as_deref(), context)
}

fn put(svg: Svg, file: Option<&Path>, context: &Context) -> Result<Picture, Failure> {
    let svg = context.scrubber.scrub(svg);
    if let Some(file) = file {
        std::fs::write(context.directory.join(file), &svg).map_err(|cause| {
            Failure::NotWritten {
                file: file.to_owned(),
                cause,
            }
        })?;
    }
    Ok(Picture {
        svg,
        file: file.map(Path::to_owned),
    })
}
