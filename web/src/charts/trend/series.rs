//! The series of one line of the chart: a band, a line of daily means, marks of days and runs, and bars.
//!
//! A long line has thousands of points, all of which are laid out again in every frame of a
//! gesture. A point is therefore `[x, y, words, id]` rather than an object, which would be searched
//! for a style, and from [`LARGE`] points on a series is drawn as one path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    charts::Palette,
    view_model::trends::{DayPoint, Layer, Line, RunPoint},
};

/// From this many points on, a series is drawn as one path: faster, with points still detected
/// under the pointer.
const LARGE: usize = 100;

/// The series of a line; the vertical and level lines belong to the series that always exists.
pub(super) fn series(
    line: &Line,
    color: &str,
    palette: &Palette,
    layers: &[Layer],
    mark_line: Value,
) -> Vec<Value> {
    let has_days = layers.contains(&Layer::Days) && !line.days.is_empty();
    let has_runs = layers.contains(&Layer::Runs);
    let base = |kind: &str, more: Value| -> Map<String, Value> {
        let mut series = Map::new();
        series.insert("type".to_owned(), json!(kind));
        series.insert("name".to_owned(), json!(line.name));
        series.insert("yAxisIndex".to_owned(), json!(line.axis));
        series.insert("itemStyle".to_owned(), json!({ "color": color }));
        if let Value::Object(more) = more {
            series.extend(more);
        }
        series
    };
    let mut all = Vec::new();
    if has_days {
        let band: Vec<Value> = line
            .days
            .iter()
            .filter_map(|day| {
                day.band
                    .map(|(low, high)| json!([day.at_ms, day.mean, low, high]))
            })
            .collect();
        all.push(base("custom", json!({
            "shape": "band", "data": band, "encode": { "x": 0, "y": 1 }, "silent": true, "z": 1, "clip": true,
            "tooltip": { "show": false },
        })));
        let mean = |day: &DayPoint| json!([day.at_ms, day.mean, day.label]);
        let means: Vec<Value> = line.days.iter().map(mean).collect();
        all.push(base(
            "line",
            json!({
                "data": means, "showSymbol": false, "silent": true, "z": 3, "lineStyle": { "width": 2, "color": color },
            }),
        ));
        // The mean of a single run is that run, which has its own mark.
        let has_dot = |day: &&DayPoint| day.runs > 1 || !has_runs;
        let dots: Vec<Value> = line.days.iter().filter(has_dot).map(mean).collect();
        all.push(base(
            "scatter",
            json!({
                "data": dots, "symbolSize": palette.px(5.0), "z": 3,
                "large": true, "largeThreshold": LARGE,
            }),
        ));
    }
    if has_runs {
        let opacity = if has_days { 0.55 } else { 0.9 };
        // Marks are hollow if the commit is unchanged; filled ones are drawn on top.
        for is_new in [false, true] {
            let of_kind = line.runs.iter().filter(|run| run.is_new_commit == is_new);
            let style = if is_new {
                json!({ "color": color, "opacity": opacity })
            } else {
                json!({ "color": palette.background, "borderColor": color, "borderWidth": 1.5, "opacity": opacity })
            };
            all.push(base(
                "scatter",
                json!({
                    "data": of_kind.map(point).collect::<Vec<_>>(), "symbolSize": palette.px(6.0), "z": 2,
                    "cursor": "pointer", "itemStyle": style, "large": true, "largeThreshold": LARGE,
                    "emphasis": { "scale": 1.6, "itemStyle": { "opacity": 1 } },
                }),
            ));
        }
    }
    // The last one is always drawn, except for an empty line.
    if let Some(last) = all.last_mut() {
        last.insert("markLine".to_owned(), mark_line);
    }
    all.into_iter().map(Value::Object).collect()
}

fn point(run: &RunPoint) -> Value {
    json!([run.at_ms, run.y, run.label, run.id])
}

/// The number of runs per day.
pub(super) fn counts(
    line: &Line,
    days: &BTreeSet<i64>,
    color: &str,
    axis: usize,
    palette: &Palette,
) -> Value {
    let of_line: BTreeMap<i64, &DayPoint> = line.days.iter().map(|day| (day.at_ms, day)).collect();
    let bars: Vec<Value> = days
        .iter()
        .map(|at_ms| {
            let day = of_line.get(at_ms);
            let (runs, words) = day.map_or((0, ""), |day| (day.runs, &day.label));
            json!([at_ms, runs, words])
        })
        .collect();
    json!({
        "type": "bar", "name": line.name, "xAxisIndex": 1, "yAxisIndex": axis, "stack": "runs",
        "itemStyle": { "color": color }, "barMaxWidth": palette.px(14.0), "barMinWidth": 2, "data": bars,
        "large": true, "largeThreshold": LARGE,
    })
}
