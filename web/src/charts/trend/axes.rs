//! The axes of the chart.

use serde_json::{Value, json};

use super::text;
use crate::{
    charts::Palette,
    view_model::{
        time::MS_PER_DAY,
        trends::{Axis, Level, Line, TrendsView},
    },
};

/// The first and the last time of any line: all parts of the chart share this time range. With
/// `whole_days` it begins and ends at midnight (UTC), so that no bar is cut off.
pub(super) fn ends(lines: &[Line], whole_days: bool) -> (Option<i64>, Option<i64>) {
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

/// The axis of time.
pub(super) fn time_axis(
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

/// An axis of values.
pub(super) fn value_axis(axis: &Axis, place: usize, view: &TrendsView, palette: &Palette) -> Value {
    let mut labels = text(palette);
    if axis.is_percent {
        labels["formatter"] = json!("{value} %");
    }
    let (low, high) = range(levels(view, place)).unzip();
    // A logarithmic axis may not have room below the lowest value.
    let room = if axis.is_log { 0.0 } else { ROOM };
    json!({
        "type": if axis.is_log { "log" } else { "value" }, "scale": true, "name": axis.name,
        "dataMin": low, "dataMax": high, "boundaryGap": [room, room],
        "nameLocation": "middle", "nameGap": palette.px(width(view, place) - NAME), "nameTextStyle": text(palette),
        "position": if place == 0 { "left" } else { "right" },
        // There is no room for the axis of a third unit; tooltips show its values.
        "show": place < 2,
        "axisLabel": labels, "axisLine": { "show": false }, "axisTick": { "show": false },
        "splitLine": { "show": place == 0, "lineStyle": { "color": palette.grid } },
    })
}

/// The level lines of an axis, which it must include.
fn levels(view: &TrendsView, place: usize) -> impl Iterator<Item = f64> {
    let is_log = view.axes.get(place).is_some_and(|axis| axis.is_log);
    let belongs = move |level: &&Level| {
        let line = view.lines.get(level.line);
        line.is_some_and(|line| line.axis == place && !line.is_off) && (!is_log || level.y > 0.0)
    };
    view.levels.iter().filter(belongs).map(|level| level.y)
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// The height of an axis name, which is written along the axis, with its margin.
const NAME: f64 = 14.0;

/// The width of an axis with its labels and its name, in pixels on a laptop.
pub(super) fn width(view: &TrendsView, place: usize) -> f64 {
    const MARGINS: f64 = 12.0;
    let of_axis = view.lines.iter().filter(|line| line.axis == place);
    let values = of_axis.flat_map(|line| {
        let days = line.days.iter().map(|day| day.mean);
        days.chain(line.runs.iter().map(|run| run.y))
    });
    let values = range(values.chain(levels(view, place)));
    let labels = view.axes.get(place).zip(values);
    let labels = labels.map_or(0.0, |(axis, values)| label_width(axis, values));
    (MARGINS + labels + NAME).clamp(52.0, 130.0)
}

/// The width of the widest label of an axis, in pixels on a laptop.
fn label_width(axis: &Axis, (low, high): (f64, f64)) -> f64 {
    const DIGIT: f64 = 7.0;
    const MARK: f64 = 4.0;
    const STEPS: f64 = 5.0;
    let largest = low.abs().max(high.abs());
    let whole = largest.max(1.0).log10().floor() + 1.0;
    let smallest = if axis.is_log {
        low
    } else {
        (high - low).max(2.0 * ROOM * largest) / STEPS
    };
    // One digit to spare, for when the axis is zoomed.
    let decimals = if smallest > 0.0 {
        (1.0 - smallest.log10().floor()).clamp(0.0, 6.0)
    } else {
        1.0
    };
    let marks = ((whole - 1.0) / 3.0).floor() + f64::from(u8::from(decimals > 0.0));
    let sign = if low < 0.0 { 2.0 * MARK } else { 0.0 };
    let percent = if axis.is_percent { 2.0 * DIGIT } else { 0.0 };
    DIGIT * (whole + decimals) + MARK * marks + sign + percent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::trends::fixtures;

    #[test]
    fn a_logarithmic_axis_has_no_room_below_its_lowest_value() {
        let mut view = fixtures::view();
        view.axes[0].is_log = true;
        view.levels[1].y = -0.1;

        let axis = value_axis(&view.axes[0], 0, &view, &Palette::LIGHT);

        assert_eq!(axis["boundaryGap"], json!([0.0, 0.0]));
        assert_eq!(
            axis["dataMin"], axis["dataMax"],
            "only the baseline is above 0"
        );
    }

    #[test]
    fn labels_have_room_whatever_the_size_of_the_values() {
        let axis = &fixtures::view().axes[0];
        let width = |low: f64, high: f64| label_width(axis, (low, high));

        // 0.905
        assert!((30.0..40.0).contains(&width(0.85, 0.91)));
        // 1,000,000
        assert!((55.0..65.0).contains(&width(500_000.0, 1_000_000.0)));
        // Constant, and nothing but 0.
        assert!((30.0..50.0).contains(&width(0.9, 0.9)));
        assert!(width(0.0, 0.0) > 0.0);
        assert!(width(-0.5, 0.5) > width(0.0, 0.5));
    }
}
