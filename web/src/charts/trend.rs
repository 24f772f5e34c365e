//! Metrics over time: runs, daily means with their band, runs per day, and events.

mod lane;
mod series;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use self::{
    lane::{ROW, lane, rows},
    series::{counts, series},
};
use super::{ChartOption, Palette};
use crate::view_model::{
    time::MS_PER_DAY,
    trends::{Axis, Layer, Level, Line, Mark, TrendsView},
};

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
    let ends = ends(lines, has_counts);
    let mut x_axes = vec![time_axis(0, true, ends, palette)];
    let mut y_axes: Vec<Value> = axes
        .iter()
        .enumerate()
        .map(|(place, axis)| value_axis(axis, place, reach(view, place), palette))
        .collect();
    if has_counts {
        grids.push(json!({ "left": left, "right": right, "height": palette.px(44.0), "bottom": palette.px(60.0) }));
        let mut days = time_axis(1, false, ends, palette);
        // Otherwise the axis grows by half a bar at both ends, and bars are not below their days.
        days["containShape"] = json!(false);
        x_axes.push(days);
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
        for level in levels.iter().filter(|level| level.line == place) {
            lines_at.push(json!({
                "yAxis": level.y, "name": level.label,
                "lineStyle": { "color": color, "type": if level.is_threshold { "dotted" } else { "dashed" }, "width": 1 },
                // Inside the chart, because labels beside it would take a third of a phone's width.
                "label": {
                    "formatter": "{b}", "position": "insideEndTop", "color": palette.text, "fontSize": palette.px(11.0),
                    "textBorderColor": palette.background, "textBorderWidth": 3,
                },
            }));
        }
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

/// The first and the last time of any line: all parts of the chart share this time range. With
/// `whole_days` it begins and ends at midnight (UTC), so that no bar is cut off.
fn ends(lines: &[Line], whole_days: bool) -> (Option<i64>, Option<i64>) {
    let times = || {
        lines.iter().flat_map(|line| {
            let days = line.days.iter().map(|day| day.at_ms);
            days.chain(line.runs.iter().map(|run| run.at_ms))
        })
    };
    let (first, last) = (times().min(), times().max());
    if whole_days {
        let day = |at_ms: i64| at_ms.div_euclid(MS_PER_DAY);
        (
            first.map(|first| day(first) * MS_PER_DAY),
            last.map(|last| (day(last) + 1) * MS_PER_DAY),
        )
    } else {
        (first, last)
    }
}

/// The lowest and highest level line of an axis, which the axis must include.
fn reach(view: &TrendsView, axis: usize) -> Option<(f64, f64)> {
    let is_log = view.axes.get(axis).is_some_and(|axis| axis.is_log);
    let belongs = |level: &&Level| {
        let line = view.lines.get(level.line);
        line.is_some_and(|line| line.axis == axis && !line.is_off) && (!is_log || level.y > 0.0)
    };
    let mut values = view.levels.iter().filter(belongs).map(|level| level.y);
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), y| (low.min(y), high.max(y))))
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

/// The margin above and below the values, as a share of their span. Constant values have no span:
/// then it is a share of the value, because `ECharts` would draw an axis from half of it to one and
/// a half.
const ROOM: f64 = 0.02;

fn value_axis(axis: &Axis, place: usize, reach: Option<(f64, f64)>, palette: &Palette) -> Value {
    let mut labels = text(palette);
    if axis.is_percent {
        labels["formatter"] = json!("{value} %");
    }
    let (low, high) = reach.unzip();
    // A logarithmic axis may not have room below the lowest value.
    let room = if axis.is_log { 0.0 } else { ROOM };
    json!({
        "type": if axis.is_log { "log" } else { "value" }, "scale": true, "name": axis.name,
        "dataMin": low, "dataMax": high, "boundaryGap": [room, room],
        "nameLocation": "middle", "nameGap": palette.px(46.0), "nameTextStyle": text(palette),
        "position": if place == 0 { "left" } else { "right" },
        // There is no room for the axis of a third unit; tooltips show its values.
        "show": place < 2,
        "axisLabel": labels, "axisLine": { "show": false }, "axisTick": { "show": false },
        "splitLine": { "show": place == 0, "lineStyle": { "color": palette.grid } },
    })
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
    use crate::view_model::trends::fixtures;

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
        let noon = view.lines[0].days[0].at_ms;
        assert_eq!(noon - runs["min"].as_i64().expect("a time"), MS_PER_DAY / 2);
    }

    #[test]
    fn a_logarithmic_axis_has_no_room_below_its_lowest_value() {
        let mut view = fixtures::view();
        view.axes[0].is_log = true;
        view.levels[1].y = -0.1;

        let axis = drawn(&view)["yAxis"][0].take();

        assert_eq!(axis["boundaryGap"], json!([0.0, 0.0]));
        assert_eq!(
            axis["dataMin"], axis["dataMax"],
            "only the baseline is above 0"
        );
    }
}
