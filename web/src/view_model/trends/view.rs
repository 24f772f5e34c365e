//! The view model of the Trends page.

use bench_model::metric::{Direction, Scale};
use bench_model::rest::rows::BaselinePeriodRow;

use super::{
    Chosen, Layer, Line, Mark, MarkKind, Relation, SeriesAnswer, TrendsAnswer, TrendsState,
    line::line,
    mark::{baseline_of, changes, versions},
    names::names,
};
use crate::view_model::{
    format,
    metrics::{Metric, Metrics},
    time,
};

/// The view model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsView {
    /// One per metric and configuration with runs.
    pub lines: Vec<Line>,
    /// One per unit, the first on the left.
    pub axes: Vec<Axis>,
    /// The events.
    pub marks: Vec<Mark>,
    /// Level lines.
    pub levels: Vec<Level>,
    /// The visible layers.
    pub layers: Vec<Layer>,
    /// `1,204 runs of 3 configurations`.
    pub summary: String,
    /// The chart's description.
    pub description: String,
    /// Notes on the chart.
    pub notes: Vec<String>,
    /// How many side runs are drawn.
    side_runs: usize,
}

/// An axis of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Whether it is logarithmic.
    pub is_log: bool,
    /// Whether values are changes in percent.
    pub is_percent: bool,
    /// The unit of its metrics.
    unit: Option<String>,
}

/// A reference value.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The drawn value.
    pub y: f64,
    /// Its label.
    pub label: String,
    /// Its line.
    pub line: usize,
    /// Whether it is the threshold rather than the baseline.
    pub is_threshold: bool,
}

/// Computes the view model.
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
    for part in &answer.lost {
        view.notes.push(format!(
            "{part} could not be read; the chart shows the rest."
        ));
    }
    let positive = |series: &SeriesAnswer| series.runs.iter().all(|run| run.value > 0.0);
    let is_log =
        state.is_log && state.relation == Relation::Absolute && answer.series.iter().all(positive);
    if state.is_log && !is_log {
        view.notes
            .push("A logarithmic axis needs values above 0, so this axis is linear.".to_owned());
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
        // A run with two of the metrics is counted and marked once.
        let is_counted = chosen.metrics.first() == Some(&series.metric);
        if is_counted {
            runs += first.of_runs;
        }
        let name = if chosen.metrics.len() > 1 {
            format!("{} · {}", short[place], series.metric)
        } else {
            short[place].clone()
        };
        let baseline = baseline_of(series.configuration, &answer.baselines);
        let metric = metrics.of(&series.metric);
        let index = view.lines.len();
        let is_added = view.add(&name, series, answer, baseline, &metric, state, is_log);
        if is_added && is_counted && state.shows(Layer::Versions) {
            let one = &configurations[place];
            view.marks
                .extend(versions(&short[place], one, series, answer, index));
        }
        if let Some(line) = view.lines.get_mut(index) {
            line.is_counted = is_counted;
            line.is_off = state.off.contains(&line.id);
        }
    }
    // A configuration that begins on the chart's first day may have begun earlier.
    let starts = view.lines.iter().filter_map(|line| line.runs.first());
    let second_day = starts.map(|run| run.at_ms + time::MS_PER_DAY).min();
    view.marks
        .retain(|mark| mark.kind != MarkKind::Begins || Some(mark.at_ms) >= second_day);
    view.summary = format!(
        "{} of {}",
        format::counted(runs, "run"),
        format::counted(configurations.len(), "configuration"),
    );
    if let Some(branch) = &state.branch {
        let branch = format::short_name(branch);
        let said = match view.side_runs {
            0 => format!("{branch} has no side runs of these metrics and configurations here."),
            count => format!(
                "{} of {branch}: drawn over the main line, no part of it.",
                format::counted(count, "side run")
            ),
        };
        view.notes.push(said);
    }
    let lines: Vec<&str> = view.lines.iter().map(|line| line.name.as_str()).collect();
    view.description = format!(
        "{} over time: {}. The table has the same values.",
        chosen.metrics.join(", "),
        lines.join(", "),
    );
    view
}

impl TrendsView {
    /// Adds a line with its levels and changes; false if it can't be drawn in the requested
    /// display.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of the page"
    )]
    fn add(
        &mut self,
        name: &str,
        series: &SeriesAnswer,
        answer: &TrendsAnswer,
        baseline: Option<&BaselinePeriodRow>,
        metric: &Metric,
        state: &TrendsState,
        is_log: bool,
    ) -> bool {
        let Some(first) = series.runs.first() else {
            return false;
        };
        let baseline_value =
            baseline.and_then(|one| one.metrics.get(metric.name.as_str()).copied());
        let reference = match state.relation {
            Relation::Absolute => None,
            Relation::First => Some(first.value),
            Relation::Baseline => baseline_value,
        };
        let is_relative = state.relation != Relation::Absolute;
        if is_relative && reference.is_none_or(|value| value == 0.0) {
            let whose = match state.relation {
                Relation::Baseline => "its baseline",
                Relation::Absolute | Relation::First => "its first run",
            };
            self.notes.push(match (reference, baseline) {
                (Some(_), _) => format!("{name}: {whose} is 0, so there is no relative change."),
                (None, Some(_)) => format!("{name}: its baseline has no {}.", metric.name),
                (None, None) => format!("{name} has no baseline."),
            });
            return false;
        }
        let drawn = |value: f64| match reference {
            Some(reference) => (value - reference) / reference.abs() * 100.0,
            None => value,
        };
        if first.of_runs > series.runs.len() {
            self.notes.push(format!(
                "{name}: {} of {} runs are drawn, chosen to keep the line's shape.",
                format::count(series.runs.len()),
                format::count(first.of_runs),
            ));
        }
        let axis = axis_of(&mut self.axes, metric, is_relative, is_log);
        let index = self.lines.len();
        self.lines
            .push(line(name, axis, series, &answer.days, metric, drawn));
        if let Some((side, branch)) = answer
            .side_of(series.configuration, &series.metric)
            .zip(state.branch.as_ref())
        {
            let name = format!("{name} · side runs of {}", format::short_name(branch));
            let id = (
                series.configuration,
                format!("{} of {branch}", series.metric),
            );
            self.lines.push(Line {
                is_off: state.off.contains(&id),
                is_counted: false,
                id,
                ..line(&name, axis, side, &[], metric, drawn)
            });
            self.side_runs += side.runs.len();
        }
        if state.shows(Layer::Levels)
            && let Some(value) = baseline_value
        {
            self.levels
                .extend(levels(value, metric, state.threshold, index, drawn));
        }
        if state.shows(Layer::Changes) {
            let against = answer.against_of(series.configuration, &series.metric);
            self.marks
                .extend(changes(series, against, &answer.changes, metric, index));
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
        if !is_percent
            && !axes[known]
                .name
                .split(", ")
                .any(|name| name == metric.name.as_str())
        {
            axes[known].name = format!("{}, {}", axes[known].name, metric.name);
        }
        return known;
    }
    if let Some(known) = axes
        .iter()
        .position(|axis| axis.name == metric.name.as_str())
    {
        return known;
    }
    axes.push(Axis {
        name: if is_percent {
            "change, %".to_owned()
        } else {
            metric.name.to_string()
        },
        is_log,
        is_percent,
        unit,
    });
    axes.len() - 1
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
        let (step, words) = match metric.scale() {
            Scale::Absolute => (threshold, metric.value(threshold)),
            Scale::Relative => (threshold * value.abs(), format::setting(threshold)),
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
            .filter(|mark| mark.kind.layer() == Layer::Changes)
            .collect();
        assert_eq!(changes.len(), 1, "{:?}", view.marks);
        assert_eq!(time::stamp(changes[0].at_ms), "2026-11-05 10:00 UTC");
        assert!(
            changes[0].words.starts_with("regressed −0.05"),
            "{}",
            changes[0].words
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
    fn a_line_that_has_nothing_to_be_compared_with_says_so() {
        let notes = |relation, change: fn(&mut TrendsAnswer)| {
            let mut answer = fixtures::answer();
            change(&mut answer);
            let state = TrendsState {
                relation,
                ..TrendsState::default()
            };
            let view = view(&fixtures::chosen(), &answer, &Metrics::default(), &state);
            assert_eq!((view.lines.len(), view.axes.len()), (0, 0));
            view.notes.join(" ")
        };

        let note = notes(Relation::Baseline, |answer| answer.baselines.clear());
        assert!(note.ends_with(" has no baseline."), "{note}");
        let note = notes(Relation::Baseline, |answer| {
            answer.baselines[0].metrics.clear();
        });
        assert!(note.ends_with(": its baseline has no f1."), "{note}");
        let note = notes(Relation::Baseline, |answer| {
            answer.baselines[0].metrics.insert("f1".to_owned(), 0.0);
        });
        assert!(note.contains("its baseline is 0"), "{note}");
        let note = notes(Relation::First, |answer| {
            answer.series[0].runs[0].value = 0.0;
        });
        assert!(note.contains("its first run is 0"), "{note}");
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
