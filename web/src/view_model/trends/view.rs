//! What the page of trends shows.

use bench_model::metric::{Direction, Scale};
use bench_model::stats::{HistoryOptions, history};

use super::{
    BaselineRow, Chosen, Layer, Line, Relation, SeriesAnswer, TrendsAnswer, TrendsState,
    line::line, names::names,
};
use crate::view_model::{
    format,
    metrics::{Metric, Metrics, percent},
    snapshot::Configuration,
    time,
};

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsView {
    /// One for each metric of each configuration that has runs.
    pub lines: Vec<Line>,
    /// One for each unit, the first at the left.
    pub axes: Vec<Axis>,
    /// Upright lines.
    pub marks: Vec<Mark>,
    /// Level lines.
    pub levels: Vec<Level>,
    /// Which layers are drawn.
    pub layers: Vec<Layer>,
    /// `1,204 runs of 3 configurations`.
    pub summary: String,
    /// The chart in a sentence.
    pub description: String,
    /// What the reader has to know of it besides.
    pub notes: Vec<String>,
}

/// An axis of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Whether equal factors are equally far apart.
    pub is_log: bool,
    /// Whether values are changes in percent.
    pub is_percent: bool,
    /// The unit as [`Metric::unit`] has it.
    unit: Option<String>,
}

/// Something that happened at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What, in a few words.
    pub label: String,
    /// Which line it belongs to.
    pub line: usize,
    /// Which layer it is part of.
    pub layer: Layer,
}

/// A value that lines are held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value, as it is drawn.
    pub y: f64,
    /// What it is.
    pub label: String,
    /// Which line it belongs to.
    pub line: usize,
    /// Whether it is the threshold and not the baseline.
    pub is_threshold: bool,
}

/// Works out what is shown.
pub fn view(
    chosen: &Chosen,
    answer: &TrendsAnswer,
    metrics: &Metrics,
    state: &TrendsState,
) -> TrendsView {
    let configurations = &chosen.configurations;
    let mut view = TrendsView {
        layers: Layer::ALL
            .iter()
            .map(|(_, _, layer)| *layer)
            .filter(|layer| state.shows(*layer))
            .collect(),
        ..TrendsView::default()
    };
    let positive = |series: &SeriesAnswer| series.runs.iter().all(|run| run.value > 0.0);
    let is_log =
        state.is_log && state.relation == Relation::Absolute && answer.series.iter().all(positive);
    if state.is_log && !is_log {
        view.notes
            .push("A logarithmic axis needs values above 0; this one is linear.".to_owned());
    }
    let short = names(configurations);
    let mut runs = 0;
    for series in &answer.series {
        let place = configurations
            .iter()
            .position(|one| one.id == series.configuration);
        let Some((place, first)) = place.zip(series.runs.first()) else {
            continue;
        };
        // A run with two of the metrics is one run, and begins and is marked once.
        let is_counted = chosen.metrics.first() == Some(&series.metric);
        if is_counted {
            runs += first.of_runs;
        }
        let name = if chosen.metrics.len() > 1 {
            format!("{} · {}", short[place], series.metric)
        } else {
            short[place].clone()
        };
        let baseline = baseline_of(&configurations[place], &answer.baselines);
        let metric = metrics.of(&series.metric);
        let index = view.lines.len();
        let is_added = view.add(&name, series, answer, baseline, &metric, state, is_log);
        if is_added && is_counted && state.shows(Layer::Versions) {
            view.marks
                .extend(versions(&short[place], series, baseline, index));
        }
        if let Some(line) = view.lines.get_mut(index) {
            line.is_counted = is_counted;
        }
    }
    // What stands at the very beginning of the chart began before it as far as anyone can see.
    let starts = view.lines.iter().filter_map(|line| line.runs.first());
    let oldest = starts.map(|run| run.at_ms).min();
    view.marks
        .retain(|mark| mark.layer != Layer::Versions || Some(mark.at_ms) > oldest);
    view.summary = format!(
        "{} of {}",
        format::counted(runs, "run", "runs"),
        format::counted(configurations.len(), "configuration", "configurations"),
    );
    let lines: Vec<&str> = view.lines.iter().map(|line| line.name.as_str()).collect();
    view.description = format!(
        "{} over time: {}. The table has the same values.",
        chosen.metrics.join(", "),
        lines.join(", "),
    );
    view
}

impl TrendsView {
    /// Adds a line with its levels and its changes; false when it cannot be drawn as the state wants it.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of the page"
    )]
    fn add(
        &mut self,
        name: &str,
        series: &SeriesAnswer,
        answer: &TrendsAnswer,
        baseline: Option<&BaselineRow>,
        metric: &Metric,
        state: &TrendsState,
        is_log: bool,
    ) -> bool {
        let Some(first) = series.runs.first() else {
            return false;
        };
        let baseline_value = baseline.and_then(|one| one.run_metrics.get(&metric.name).copied());
        let reference = match state.relation {
            Relation::Absolute => None,
            Relation::First => Some(first.value),
            Relation::Baseline => baseline_value,
        };
        let is_relative = state.relation != Relation::Absolute;
        if is_relative && reference.is_none_or(|value| value == 0.0) {
            self.notes.push(match reference {
                None => format!("{name} has no baseline to be held against."),
                Some(_) => format!("{name}: there is no share of a value of 0."),
            });
            return false;
        }
        let drawn = |value: f64| match reference {
            Some(reference) => (value - reference) / reference.abs() * 100.0,
            None => value,
        };
        if first.of_runs > series.runs.len() {
            self.notes.push(format!(
                "{name}: {} of {} runs are drawn, those that keep the shape of the line.",
                format::count(series.runs.len()),
                format::count(first.of_runs),
            ));
        }
        let axis = axis_of(&mut self.axes, metric, is_relative, is_log);
        let index = self.lines.len();
        self.lines
            .push(line(name, axis, series, &answer.days, metric, drawn));
        if state.shows(Layer::Levels)
            && let Some(value) = baseline_value
        {
            self.levels
                .extend(levels(value, metric, state.threshold, index, drawn));
        }
        if state.shows(Layer::Changes) {
            self.marks.extend(changes(series, metric, index));
        }
        true
    }
}

fn axis_of(axes: &mut Vec<Axis>, metric: &Metric, is_percent: bool, is_log: bool) -> usize {
    let unit = if is_percent {
        None
    } else {
        metric.unit.clone()
    };
    if let Some(known) = axes
        .iter()
        .position(|axis| is_percent || axis.unit == unit && unit.is_some())
    {
        if !is_percent && !axes[known].name.split(", ").any(|name| name == metric.name) {
            axes[known].name = format!("{}, {}", axes[known].name, metric.name);
        }
        return known;
    }
    if let Some(known) = axes.iter().position(|axis| axis.name == metric.name) {
        return known;
    }
    axes.push(Axis {
        name: if is_percent {
            "change, %".to_owned()
        } else {
            metric.name.clone()
        },
        is_log,
        is_percent,
        unit,
    });
    axes.len() - 1
}

/// The baseline that counts: of exactly this configuration, else of the same model, data and environment, else of
/// the same data and environment.
fn baseline_of<'a>(one: &Configuration, all: &'a [BaselineRow]) -> Option<&'a BaselineRow> {
    let here = |row: &&BaselineRow| {
        row.dataset_version == one.dataset && row.environment == one.environment
    };
    let model = |row: &BaselineRow| row.model_version.as_deref() == Some(&one.model);
    let prompt = |row: &BaselineRow| row.prompt_version.as_deref() == Some(&one.prompt);
    let of =
        |wanted: &dyn Fn(&BaselineRow) -> bool| all.iter().filter(here).find(|row| wanted(row));
    of(&|row| model(row) && prompt(row))
        .or_else(|| of(&|row| model(row) && row.prompt_version.is_none()))
        .or_else(|| of(&|row| row.model_version.is_none() && row.prompt_version.is_none()))
}

fn levels(
    value: f64,
    metric: &Metric,
    threshold: Option<f64>,
    line: usize,
    drawn: impl Fn(f64) -> f64,
) -> Vec<Level> {
    let mut levels = vec![Level {
        y: drawn(value),
        label: format!("baseline {}", metric.value(value)),
        line,
        is_threshold: false,
    }];
    let worse = match metric.direction {
        Direction::HigherIsBetter => -1.0,
        Direction::LowerIsBetter => 1.0,
        Direction::Neither => return levels,
    };
    if let Some(threshold) = threshold {
        let (step, words) = match metric.scale {
            Scale::Absolute => (threshold, metric.value(threshold)),
            Scale::Relative => (threshold * value.abs(), percent(threshold).replace('+', "")),
        };
        levels.push(Level {
            y: drawn(value + worse * step),
            label: format!("{words} worse"),
            line,
            is_threshold: true,
        });
    }
    levels
}

/// Where the level moved for good. A line that was thinned shows its extremes, which have no level.
fn changes(series: &SeriesAnswer, metric: &Metric, line: usize) -> Vec<Mark> {
    let is_whole = series
        .runs
        .first()
        .is_some_and(|run| run.of_runs <= series.runs.len());
    let values: Vec<f64> = series.runs.iter().map(|run| run.value).collect();
    let found = is_whole.then(|| history(&values, &HistoryOptions::default()));
    let Some(Ok(found)) = found else {
        return Vec::new();
    };
    let mark = |change: &bench_model::stats::Change| {
        let run = series.runs.get(change.index)?;
        let better = match metric.direction {
            Direction::HigherIsBetter => change.delta > 0.0,
            Direction::LowerIsBetter => change.delta < 0.0,
            Direction::Neither => return Some((run, "moved")),
        };
        Some((run, if better { "improved" } else { "regressed" }))
    };
    found
        .changes
        .iter()
        .filter_map(|change| {
            let (run, word) = mark(change)?;
            Some(Mark {
                at_ms: time::parse_ms(&run.created_at)?,
                label: format!("{word} {}", metric.difference(change.delta)),
                line,
                layer: Layer::Changes,
            })
        })
        .collect()
}

/// Where a configuration begins, and where its baseline was marked.
fn versions(
    name: &str,
    series: &SeriesAnswer,
    baseline: Option<&BaselineRow>,
    line: usize,
) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut mark = |at_ms: Option<i64>, label: String| {
        marks.extend(at_ms.map(|at_ms| Mark {
            at_ms,
            label,
            line,
            layer: Layer::Versions,
        }));
    };
    // Version 1 is the first run there is, not only the first one in this range.
    if let Some(first) = series.runs.iter().find(|run| run.version == 1) {
        let begins = format!("{name} begins");
        mark(time::parse_ms(&first.created_at), begins);
    }
    if let Some(baseline) = baseline {
        let label = format!(
            "baseline {}",
            format::short_commit(&baseline.run_commit_sha)
        );
        let at_ms = time::parse_ms(&baseline.marked_at);
        let newest = series
            .runs
            .last()
            .and_then(|run| time::parse_ms(&run.created_at));
        let oldest = series
            .runs
            .first()
            .and_then(|run| time::parse_ms(&run.created_at));
        mark(
            at_ms.filter(|at| oldest <= Some(*at) && Some(*at) <= newest),
            label,
        );
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    #[test]
    fn a_fall_is_marked_where_it_began_and_said_in_words() {
        let view = fixtures::view();

        let changes: Vec<_> = view
            .marks
            .iter()
            .filter(|mark| mark.layer == Layer::Changes)
            .collect();
        assert_eq!(changes.len(), 1, "{:?}", view.marks);
        assert_eq!(time::stamp(changes[0].at_ms), "2026-11-05 10:00 UTC");
        assert!(
            changes[0].label.starts_with("regressed −0.05"),
            "{}",
            changes[0].label
        );
    }

    #[test]
    fn the_threshold_lies_on_the_worse_side_of_the_baseline() {
        let levels = fixtures::view().levels;

        assert_eq!(levels.len(), 2);
        assert!((levels[0].y - 0.9).abs() < 1e-12 && (levels[1].y - 0.85).abs() < 1e-12);
    }

    #[test]
    fn a_change_to_the_first_run_begins_at_nothing() {
        let state = TrendsState {
            relation: Relation::First,
            is_log: true,
            ..TrendsState::default()
        };
        let view = view(
            &fixtures::chosen(),
            &fixtures::answer(),
            &Metrics::default(),
            &state,
        );

        assert!(view.lines[0].runs[0].y.abs() < 1e-12);
        assert!((view.lines[0].runs[4].y + 5.549).abs() < 0.01);
        assert!(view.axes[0].is_percent && !view.axes[0].is_log);
        assert_eq!(view.notes.len(), 1);
    }

    #[test]
    fn a_day_of_five_runs_has_a_band_as_student_s_t_has_it() {
        let day = &fixtures::view().lines[0].days[3];

        // scipy.stats.t.interval(0.95, 4, loc=0.9, scale=0.02 / 5 ** 0.5)
        let (low, high) = day.band.expect("five runs");
        assert!((low - 0.875_166_8).abs() < 1e-6 && (high - 0.924_833_2).abs() < 1e-6);
        assert!(day.label.contains("95 % interval"), "{}", day.label);
    }
}
