//! Metrics over time: runs, daily means with their band, runs per day, and events.

mod axes;
mod lane;
mod series;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::{
    axes::{ends, time_axis, value_axis, width},
    lane::{ROW, lane, rows},
    series::{counts, series},
};
use super::{ChartOption, Palette};
use crate::view_model::trends::{Layer, Level, Line, Mark, TrendsView};

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
    // All parts of the chart are as wide as the widest labels leave room for. ECharts would shrink
    // each part by its own labels, and no bar would be below its day.
    let wide = |place: usize| palette.px(width(view, place));
    let (left, right) = (
        wide(0),
        if axes.len() > 1 {
            wide(1)
        } else {
            palette.px(20.0)
        },
    );
    let grid = |more: Value| grid((left, right), more);
    let rows = rows(marks);
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let lane_height = rows.len() as f64 * ROW;
    let top = 44.0
        + if rows.is_empty() {
            0.0
        } else {
            lane_height + 6.0
        };
    let bottom = palette.px(if has_counts { 136.0 } else { 76.0 });
    let mut grids = vec![grid(json!({ "top": palette.px(top), "bottom": bottom }))];
    let ends = ends(lines, has_counts);
    let mut x_axes = vec![time_axis(0, true, ends, palette)];
    let mut y_axes: Vec<Value> = axes
        .iter()
        .enumerate()
        .map(|(place, axis)| value_axis(axis, place, view, palette))
        .collect();
    if has_counts {
        grids.push(grid(
            json!({ "height": palette.px(44.0), "bottom": palette.px(60.0) }),
        ));
        let mut days = time_axis(1, false, ends, palette);
        // Otherwise the axis grows by half a bar at both ends, and bars are not below their days.
        days["containShape"] = json!(false);
        x_axes.push(days);
        y_axes.push(counts_axis(palette));
    }
    let lane_axes = (x_axes.len(), y_axes.len());
    if !rows.is_empty() {
        grids.push(grid(
            json!({ "top": palette.px(40.0), "height": palette.px(lane_height) }),
        ));
        let (time, places) = lane::axes(grids.len() - 1, ends, rows.len());
        x_axes.push(time);
        y_axes.push(places);
    }
    // Bars are stacked by data order, so every line needs a bar for every day of any line.
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
        let of_line = levels.iter().filter(|level| level.line == place);
        lines_at.extend(of_line.map(|level| level_line(level, color, palette)));
        // A negative precision disables rounding. The default of two decimals would move a line of
        // F1.
        let mark_line = json!({
            "symbol": "none", "silent": true, "data": lines_at, "animation": false, "precision": -1,
        });
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

/// Vertical lines at events, which `lane` describes above the chart.
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

/// A part of the chart.
fn grid((left, right): (f64, f64), more: Value) -> Value {
    let mut grid = json!({ "left": left, "right": right, "outerBoundsMode": "none" });
    if let (Value::Object(grid), Value::Object(more)) = (&mut grid, more) {
        grid.extend(more);
    }
    grid
}

/// The line of a baseline or a threshold.
fn level_line(level: &Level, color: &str, palette: &Palette) -> Value {
    let dashes = if level.is_threshold {
        "dotted"
    } else {
        "dashed"
    };
    json!({
        "yAxis": level.y, "name": level.label, "lineStyle": { "color": color, "type": dashes, "width": 1 },
        // Inside the chart, because labels beside it would take a third of a phone's width.
        "label": {
            "formatter": "{b}", "position": "insideEndTop", "color": palette.text, "fontSize": palette.px(11.0),
            "textBorderColor": palette.background, "textBorderWidth": 3,
        },
    })
}

/// The axis below the bars.
fn counts_axis(palette: &Palette) -> Value {
    json!({
        "type": "value", "gridIndex": 1, "name": "runs/day", "nameLocation": "middle", "nameGap": palette.px(38.0),
        "nameTextStyle": text(palette), "minInterval": 1, "splitNumber": 2,
        "axisLabel": text(palette), "splitLine": { "lineStyle": { "color": palette.grid } },
    })
}

fn text(palette: &Palette) -> Value {
    json!({ "color": palette.muted, "fontSize": palette.px(12.0), "hideOverlap": true })
}

/// Zoom with Ctrl and the wheel, pan by dragging, and brush in a strip below.
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
pub(super) mod tests {
    use super::*;
    use crate::view_model::{time::MS_PER_DAY, trends::fixtures};

    pub(in crate::charts) fn chart() -> ChartOption {
        trend(&fixtures::view(), &Palette::LIGHT)
    }

    #[test]
    fn the_chart_is_this_json() {
        insta::assert_json_snapshot!(trend(&fixtures::view(), &Palette::LIGHT));
    }

    #[test]
    fn no_chart_holds_a_function_for_the_browser_to_run() {
        let json = trend(&fixtures::view(), &Palette::DARK).to_json();

        assert!(!json.contains("function") && !json.contains("=>"));
    }

    fn drawn(view: &TrendsView) -> Value {
        json!(trend(view, &Palette::LIGHT))
    }

    #[test]
    fn a_level_line_stands_at_its_exact_value_and_is_in_view() {
        let mut view = fixtures::view();
        view.levels[0].y = 0.901_5;
        view.levels[1].y = 0.5;

        let option = drawn(&view);

        let series = option["series"].as_array().expect("series");
        let marks = series.iter().map(|one| &one["markLine"]);
        let marks: Vec<&Value> = marks.filter(|one| !one.is_null()).collect();
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0]["precision"], json!(-1), "ECharts rounds from 0 on");
        let values = marks[0]["data"].as_array().expect("lines");
        let values: Vec<f64> = values
            .iter()
            .filter_map(|one| one["yAxis"].as_f64())
            .collect();
        assert_eq!(values, [0.901_5, 0.5]);
        let axis = &option["yAxis"][0];
        assert_eq!(
            [&axis["dataMin"], &axis["dataMax"]],
            [&json!(0.5), &json!(0.901_5)]
        );
    }

    #[test]
    fn bars_are_below_their_days_and_the_outermost_ones_are_whole() {
        let view = fixtures::view();

        let option = drawn(&view);

        let [runs, days] = [0, 1].map(|axis| &option["xAxis"][axis]);
        for end in ["min", "max"] {
            assert_eq!(runs[end], days[end]);
            assert_eq!(runs[end].as_i64().map(|end| end % MS_PER_DAY), Some(0));
        }
        assert_eq!(
            days["containShape"],
            json!(false),
            "ECharts would widen the axis"
        );
        let grids = option["grid"].as_array().expect("grids");
        for grid in grids {
            assert_eq!(grid["left"], grids[0]["left"]);
            assert_eq!(grid["right"], grids[0]["right"]);
            assert_eq!(grid["outerBoundsMode"], json!("none"));
        }
        let noon = view.lines[0].days[0].at_ms;
        assert_eq!(noon - runs["min"].as_i64().expect("a time"), MS_PER_DAY / 2);
    }
}
