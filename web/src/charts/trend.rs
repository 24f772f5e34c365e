//! Metrics over time: runs, daily means with their band, runs per day, and what happened when.

mod lane;
mod series;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::{
    lane::{ROW, lane, rows},
    series::{counts, series},
};
use super::{ChartOption, Palette};
use crate::view_model::trends::{Axis, Layer, Line, Mark, TrendsView};

/// Draws the view.
pub fn trend(view: &TrendsView, palette: &Palette) -> ChartOption {
    let TrendsView {
        lines,
        axes,
        marks,
        levels,
        layers,
        ..
    } = view;
    let shows = |layer: Layer| layers.contains(&layer);
    let has_counts = shows(Layer::Counts) && lines.iter().any(|line| !line.days.is_empty());
    let (left, right) = (
        palette.px(60.0),
        palette.px(if axes.len() > 1 { 60.0 } else { 20.0 }),
    );
    let rows = rows(marks);
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let lane_height = rows.len() as f64 * ROW;
    let top = 44.0
        + if rows.is_empty() {
            0.0
        } else {
            lane_height + 6.0
        };
    let mut grids = vec![json!({
        "left": left, "right": right, "top": palette.px(top), "bottom": palette.px(if has_counts { 136.0 } else { 76.0 }),
    })];
    let ends = ends(lines);
    let mut x_axes = vec![time_axis(0, true, ends, palette)];
    let mut y_axes: Vec<Value> = axes
        .iter()
        .enumerate()
        .map(|(place, axis)| value_axis(axis, place, palette))
        .collect();
    if has_counts {
        grids.push(json!({ "left": left, "right": right, "height": palette.px(44.0), "bottom": palette.px(60.0) }));
        x_axes.push(time_axis(1, false, ends, palette));
        y_axes.push(json!({
            "type": "value", "gridIndex": 1, "name": "runs/day", "nameLocation": "middle", "nameGap": palette.px(38.0),
            "nameTextStyle": text(palette), "minInterval": 1, "splitNumber": 2,
            "axisLabel": text(palette), "splitLine": { "lineStyle": { "color": palette.grid } },
        }));
    }
    let lane_axes = (x_axes.len(), y_axes.len());
    if !rows.is_empty() {
        grids.push(json!({ "left": left, "right": right, "top": palette.px(40.0), "height": palette.px(lane_height) }));
        let (time, places) = lane::axes(grids.len() - 1, ends, rows.len());
        x_axes.push(time);
        y_axes.push(places);
    }
    // Bars are stacked in the order of their data, so that every line has a bar for every day of any line.
    let days: BTreeSet<i64> = lines
        .iter()
        .flat_map(|line| line.days.iter().map(|day| day.at_ms))
        .collect();
    let mut option = ChartOption::new()
        .with("useUTC", &true)
        .with("grid", &grids)
        .with("xAxis", &x_axes)
        .with("yAxis", &y_axes)
        .with("legend", &legend(lines, palette))
        .with("tooltip", &json!({
            "trigger": "item", "backgroundColor": palette.raised, "borderColor": palette.line, "borderWidth": 1, "padding": 10,
        }))
        .with("dataZoom", &data_zoom(x_axes.len(), palette));
    for (place, line) in lines.iter().enumerate() {
        let color = palette.series[place % palette.series.len()];
        let mut lines_at = upright(marks, place, palette);
        for level in levels.iter().filter(|level| level.line == place) {
            lines_at.push(json!({
                "yAxis": level.y, "name": level.label,
                "lineStyle": { "color": color, "type": if level.is_threshold { "dotted" } else { "dashed" }, "width": 1 },
                // Inside: beside the chart, their words would take a third of a phone.
                "label": {
                    "formatter": "{b}", "position": "insideEndTop", "color": palette.text, "fontSize": palette.px(11.0),
                    "textBorderColor": palette.background, "textBorderWidth": 3,
                },
            }));
        }
        let mark_line =
            json!({ "symbol": "none", "silent": true, "data": lines_at, "animation": false });
        for one in series(line, color, palette, layers, mark_line) {
            option = option.series(&one);
        }
        if let Some(row) = rows.iter().position(|of| *of == place) {
            option = option.series(&lane(
                line,
                marks,
                ends,
                (place, row),
                color,
                lane_axes,
                palette,
            ));
        }
        if has_counts && line.is_counted {
            option = option.series(&counts(line, &days, color, axes.len(), palette));
        }
    }
    option
}

/// The first and the last time of any line: all parts of the chart show the same time, whatever lies in it.
fn ends(lines: &[Line]) -> (Option<i64>, Option<i64>) {
    let times = || {
        lines.iter().flat_map(|line| {
            let days = line.days.iter().map(|day| day.at_ms);
            days.chain(line.runs.iter().map(|run| run.at_ms))
        })
    };
    (times().min(), times().max())
}

fn legend(lines: &[Line], palette: &Palette) -> Value {
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let selected: Map<String, Value> = lines
        .iter()
        .map(|line| (line.name.clone(), json!(!line.is_off)))
        .collect();
    json!({
        "type": "scroll", "data": names, "selected": selected, "top": 4, "left": 8, "right": 8,
        "itemGap": palette.px(18.0), "textStyle": text(palette), "inactiveColor": palette.line,
    })
}

/// Upright lines where something happened; what it was stands above them, in [`lane`].
fn upright(marks: &[Mark], line: usize, palette: &Palette) -> Vec<Value> {
    let of_line = marks.iter().filter(|mark| mark.line == line);
    of_line
        .map(|mark| {
            let is_change = mark.kind.layer() == Layer::Changes;
            json!({
                "xAxis": mark.at_ms, "name": mark.words, "label": { "show": false },
                "lineStyle": { "color": if is_change { palette.text } else { palette.line }, "type": if is_change { "solid" } else { "dashed" }, "width": 1 },
            })
        })
        .collect()
}

fn text(palette: &Palette) -> Value {
    json!({ "color": palette.muted, "fontSize": palette.px(12.0), "hideOverlap": true })
}

fn time_axis(
    grid: usize,
    has_labels: bool,
    (from, to): (Option<i64>, Option<i64>),
    palette: &Palette,
) -> Value {
    let mut labels = text(palette);
    labels["show"] = json!(has_labels);
    json!({
        "type": "time", "gridIndex": grid, "min": from, "max": to, "axisLabel": labels, "axisTick": { "show": has_labels },
        "axisLine": { "lineStyle": { "color": palette.line } }, "splitLine": { "show": false },
    })
}

fn value_axis(axis: &Axis, place: usize, palette: &Palette) -> Value {
    let mut labels = text(palette);
    if axis.is_percent {
        labels["formatter"] = json!("{value} %");
    }
    json!({
        "type": if axis.is_log { "log" } else { "value" }, "scale": true, "name": axis.name,
        "nameLocation": "middle", "nameGap": palette.px(46.0), "nameTextStyle": text(palette),
        "position": if place == 0 { "left" } else { "right" },
        // A third unit has no room for an axis; pointing at a value tells it.
        "show": place < 2,
        "axisLabel": labels, "axisLine": { "show": false }, "axisTick": { "show": false },
        "splitLine": { "show": place == 0, "lineStyle": { "color": palette.grid } },
    })
}

/// Zoom with Ctrl and the wheel, pan by dragging, and a strip below to brush.
fn data_zoom(axes: usize, palette: &Palette) -> Value {
    let axes: Vec<usize> = (0..axes).collect();
    json!([
        { "type": "inside", "xAxisIndex": axes, "zoomOnMouseWheel": "ctrl", "moveOnMouseWheel": false, "throttle": 16 },
        {
            "type": "slider", "xAxisIndex": axes, "height": palette.px(30.0), "bottom": palette.px(12.0),
            "brushSelect": true, "throttle": 16, "borderColor": palette.line, "showDetail": false,
            "dataBackground": { "lineStyle": { "color": palette.muted }, "areaStyle": { "color": palette.grid } },
            "moveHandleSize": 6,
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::trends::fixtures;

    #[test]
    fn the_chart_is_this_json() {
        insta::assert_json_snapshot!(trend(&fixtures::view(), &Palette::LIGHT));
    }

    #[test]
    fn no_chart_holds_a_function_for_the_browser_to_run() {
        let json = trend(&fixtures::view(), &Palette::DARK).to_json();

        assert!(!json.contains("function") && !json.contains("=>"));
    }
}
