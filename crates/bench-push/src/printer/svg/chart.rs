//! A trend: one panel a configuration, with its runs, levels, noise and changes.

use std::fmt::Write as _;

use bench_model::{
    metric::{Direction, MetricDefinition},
    words::number,
};

use crate::{
    printer::{
        human::run::name_of,
        svg::{Svg, text::escape},
    },
    verbs::history::{Histories, Series},
};

/// The most panels of one picture.
pub(crate) const MOST_PANELS: usize = 8;

const WIDTH: f64 = 720.0;
const PANEL: f64 = 150.0;
/// The space of a panel's title.
const TOP: f64 = 34.0;
/// The space below the lowest run.
const BOTTOM: f64 = 22.0;
/// The space of the labels at the left.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;

const STYLE: &str = "\
:root{--ink:#1f2328;--faint:#656d76;--line:#d0d7de;--run:#0550ae;--band:#0550ae1f;--bad:#b3261e;--good:#1a7f37;--paper:#fff}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#8d96a0;--line:#30363d;--run:#79c0ff;--band:#79c0ff26;--bad:#ff7b72;--good:#56d364;--paper:#0d1117}}\
text{font:12px system-ui,-apple-system,Segoe UI,sans-serif;fill:var(--ink)}.faint{fill:var(--faint);font-size:11px}\
.title{font-weight:600}.grid{stroke:var(--line)}.run{fill:var(--run)}.side{fill:none;stroke:var(--run)}\
.level{stroke:var(--run);stroke-width:2}.band{fill:var(--band)}.bad{stroke:var(--bad)}.good{stroke:var(--good)}.moved{stroke-dasharray:4 3}";

/// The picture of every series, at most [`MOST_PANELS`].
pub(crate) fn chart(histories: &Histories) -> Svg {
    let Histories {
        definition, series, ..
    } = histories;
    let shown = &series[..series.len().min(MOST_PANELS)];
    let panels = u32::try_from(shown.len()).unwrap_or_default();
    let height = PANEL * f64::from(panels) + 8.0;
    let metric = escape(&definition.name);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{metric}\">\n\
         <title>{metric}</title>\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"var(--paper)\"/>\n"
    );
    let mut top = 0.0;
    for one in shown {
        push_panel(&mut svg, one, definition, top);
        top += PANEL;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Values to places in the picture.
struct Scale {
    low: f64,
    high: f64,
    top: f64,
    runs: f64,
}

impl Scale {
    fn of(series: &Series, top: f64) -> Self {
        let sd = series.history.noise.sd;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in &series.values {
            low = low.min(*value);
            high = high.max(*value);
        }
        // A flat series still has an axis around it.
        let room = (0.08 * (high - low))
            .max(sd)
            .max(0.01 * high.abs())
            .max(1e-9);
        let runs = u32::try_from(series.values.len()).unwrap_or(u32::MAX);
        Self {
            low: low - room,
            high: high + room,
            top: top + TOP,
            runs: f64::from(runs),
        }
    }

    fn y(&self, value: f64) -> f64 {
        // In halves, because the whole range may overflow.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        let share = if share.is_finite() { share } else { 0.5 };
        self.top + (PANEL - TOP - BOTTOM) * (1.0 - share.clamp(0.0, 1.0))
    }

    fn x(&self, run: usize) -> f64 {
        let place = f64::from(u32::try_from(run).unwrap_or(u32::MAX)) + 0.5;
        LEFT + (WIDTH - LEFT - RIGHT) * place / self.runs.max(1.0)
    }

    /// Where a run begins, half a step before its dot.
    fn start(&self, run: usize) -> f64 {
        self.x(run) - 0.5 * (WIDTH - LEFT - RIGHT) / self.runs.max(1.0)
    }
}

fn push_panel(svg: &mut String, series: &Series, definition: &MetricDefinition, top: f64) {
    let Series {
        runs,
        values,
        history,
        ..
    } = series;
    let (Some(newest), Some(last)) = (runs.last(), values.last()) else {
        return;
    };
    let scale = Scale::of(series, top);
    // A ratio is a plain number.
    let unit = definition.unit.as_deref().filter(|unit| *unit != "ratio");
    let unit = unit.unwrap_or_default();
    let _ = writeln!(
        svg,
        "<text class=\"title\" x=\"{LEFT}\" y=\"{:.0}\">{}</text>\
         <text class=\"faint\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{} {} {}</text>",
        top + 20.0,
        escape(&name_of(newest)),
        WIDTH - RIGHT,
        top + 20.0,
        escape(&definition.name),
        number(*last),
        escape(unit),
    );
    for value in [scale.low, 0.5 * scale.low + 0.5 * scale.high, scale.high] {
        let y = scale.y(value);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"faint\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            number(value),
        );
    }
    push_levels(svg, series, definition, &scale);
    for (place, (run, value)) in runs.iter().zip(values).enumerate() {
        let class = if run.is_mainline { "run" } else { "side" };
        let _ = write!(
            svg,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.2\"/>",
            scale.x(place),
            scale.y(*value)
        );
    }
    let day = |text: String| text.chars().take(10).collect::<String>();
    let first = runs
        .first()
        .map_or_else(String::new, |run| day(run.created_at.to_string()));
    let y = top + PANEL - 6.0;
    let _ = writeln!(
        svg,
        "\n<text class=\"faint\" x=\"{LEFT}\" y=\"{y:.0}\">{first}</text>\
         <text class=\"faint\" x=\"{:.0}\" y=\"{y:.0}\" text-anchor=\"end\">{}</text>",
        WIDTH - RIGHT,
        day(newest.created_at.to_string()),
    );
    let _ = history;
}

/// The levels with their noise, and a line at each change, coloured by what it means.
fn push_levels(svg: &mut String, series: &Series, definition: &MetricDefinition, scale: &Scale) {
    let changes = &series.history.changes;
    let sd = series.history.noise.sd;
    let count = series.values.len();
    let mut bounds: Vec<usize> = changes.iter().map(|change| change.index).collect();
    bounds.insert(0, 0);
    bounds.push(count);
    for (place, pair) in bounds.windows(2).enumerate() {
        let (first, end) = (pair[0], pair[1]);
        if first >= end {
            continue;
        }
        let level = match (place.checked_sub(1), changes.get(place)) {
            (Some(before), _) => changes[before].after,
            (None, Some(change)) => change.before,
            (None, None) => {
                let mut values = series.values.clone();
                values.sort_by(f64::total_cmp);
                values[count / 2]
            }
        };
        let (left, right) = (scale.start(first), scale.start(end));
        let (high, low) = (scale.y(level + sd), scale.y(level - sd));
        let y = scale.y(level);
        let _ = write!(
            svg,
            "<rect class=\"band\" x=\"{left:.1}\" y=\"{high:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\
             <line class=\"level\" x1=\"{left:.1}\" x2=\"{right:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            right - left,
            low - high
        );
    }
    for change in changes {
        let is_worse = match definition.direction {
            Direction::HigherIsBetter => change.delta < 0.0,
            Direction::LowerIsBetter => change.delta > 0.0,
            Direction::Neither => false,
        };
        let class = if is_worse { "bad" } else { "good" };
        let x = scale.start(change.index);
        let _ = write!(
            svg,
            "<line class=\"moved {class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            scale.top,
            scale.top + PANEL - TOP - BOTTOM
        );
    }
    svg.push('\n');
}
