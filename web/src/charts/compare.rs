//! The charts of a comparison: bars, a profile of many metrics, and distributions.
//!
//! All of them use lines and scatter: a bar is a thick line, so that it can have a whisker without
//! a JavaScript function.

use bench_model::words::shorten_middle;
use charming::{
    component::{Axis, Grid, Legend, LegendType},
    datatype::DataPointItem,
    element::{
        AxisLabel, AxisLine, AxisTick, AxisType, Emphasis, EmphasisFocus, ItemStyle, LineStyle,
        LineStyleType, NameLocation, Padding, SplitLine, Symbol, TextStyle, Tooltip, Trigger,
    },
    series::{Line, Scatter},
};

use super::{ChartOption, Palette};
use crate::view_model::compare::{Bars, Profile, Ridges};

/// The longest name beside a bar: what fits on a phone.
const LONGEST: usize = 23;

/// The end of a whisker.
const TICK: &str = "path://M0 5h0M4.4 0h1.2v10H4.4zM10 5h0";
/// The median.
const DIAMOND: &str = "path://M5 0l5 5-5 5-5-5z";

/// Means as bars, with whiskers one standard deviation long.
pub fn compared_bars(view: &Bars, palette: &Palette) -> ChartOption {
    let Bars {
        axis,
        bars,
        description: _,
    } = view;
    let names: Vec<String> = bars
        .iter()
        .map(|bar| shorten_middle(&bar.name, LONGEST))
        .collect();
    let mut chart = frame(palette, (8.0, 46.0), 8.0)
        .with("xAxis", &values(axis, palette).name_gap(palette.px(28.0)))
        .with(
            "yAxis",
            &Axis::new()
                .type_(AxisType::Category)
                .data(names)
                .inverse(true)
                .axis_line(AxisLine::new().show(false))
                .axis_tick(AxisTick::new().show(false))
                .axis_label(label(palette)),
        );
    for (row, bar) in bars.iter().enumerate() {
        let at = |value: f64| DataPointItem::new(vec![value, row_of(row)]).name(bar.label.as_str());
        let color = palette.series[bar.side % palette.series.len()];
        chart = chart.series(
            &Line::new()
                .name(bar.name.as_str())
                .symbol(Symbol::None)
                .silent(true)
                .z(2)
                .line_style(
                    LineStyle::new()
                        .color(color)
                        .width(palette.px(18.0))
                        .opacity(0.55),
                )
                .data(vec![at(0.0), at(bar.mean)]),
        );
        if let Some((low, high)) = bar.whisker {
            chart = chart.series(
                &Line::new()
                    .name(bar.name.as_str())
                    .symbol(Symbol::Custom(TICK.to_owned()))
                    .symbol_size(palette.px(10.0))
                    .silent(true)
                    .z(3)
                    .item_style(ItemStyle::new().color(palette.text))
                    .line_style(LineStyle::new().color(palette.text).width(1.5))
                    .data(vec![at(low), at(high)]),
            );
        }
        chart = chart.series(
            &marks(&bar.name, color, Symbol::Circle, 9.0, palette).data(vec![at(bar.mean)]),
        );
    }
    chart
}

/// Many metrics, a line for each side.
pub fn compared_profile(view: &Profile, palette: &Palette) -> ChartOption {
    let Profile {
        axes,
        lines,
        description: _,
    } = view;
    let mut chart = frame(palette, (40.0, 30.0), 44.0)
        .with(
            "legend",
            &legend(lines.iter().map(|line| line.name.as_str()), palette),
        )
        .with(
            "xAxis",
            &Axis::new()
                .type_(AxisType::Category)
                .boundary_gap(false)
                .data(
                    axes.iter()
                        .map(|name| shorten_middle(name, LONGEST))
                        .collect::<Vec<_>>(),
                )
                .axis_line(AxisLine::new().show(false))
                .axis_tick(AxisTick::new().show(false))
                .axis_label(label(palette))
                .split_line(
                    SplitLine::new()
                        .show(true)
                        .line_style(LineStyle::new().color(palette.line)),
                ),
        )
        .with(
            "yAxis",
            &hidden(palette)
                .min(-0.06)
                .max(1.06)
                .split_line(SplitLine::new().show(false)),
        );
    for (side, line) in lines.iter().enumerate() {
        let color = palette.series[side % palette.series.len()];
        let points = line.points.iter().enumerate().filter_map(|(axis, point)| {
            let (height, said) = point.as_ref()?;
            Some(
                DataPointItem::new(vec![row_of(axis), *height])
                    .name(format!("{}\n{said}", line.name)),
            )
        });
        chart = chart.series(
            &Line::new()
                .name(line.name.as_str())
                .symbol(shape(side))
                .symbol_size(palette.px(9.0))
                .item_style(ItemStyle::new().color(color))
                .line_style(LineStyle::new().color(color).width(2).type_(dashes(side)))
                .emphasis(Emphasis::new().focus(EmphasisFocus::Series))
                .data(points.collect::<Vec<_>>()),
        );
    }
    chart
}

/// Histograms one above the other, in the order of the bars, the runs below each.
pub fn compared_ridges(view: &Ridges, palette: &Palette) -> ChartOption {
    let Ridges {
        axis,
        ridges,
        description: _,
    } = view;
    let mut chart = frame(palette, (8.0, 46.0), 8.0)
        .with(
            "xAxis",
            &values(axis, palette).scale(true).name_gap(palette.px(28.0)),
        )
        .with(
            "yAxis",
            &hidden(palette)
                .min(-0.4)
                .max(row_of(ridges.len()))
                .interval(1)
                .split_line(SplitLine::new().show(false)),
        );
    for (row, ridge) in ridges.iter().enumerate() {
        let ground = row_of(ridges.len() - 1 - row);
        let color = palette.series[ridge.side % palette.series.len()];
        if !ridge.outline.is_empty() {
            let outline = ridge
                .outline
                .iter()
                .map(|(value, height)| vec![*value, ground + 0.82 * height]);
            chart = chart.series(
                &Line::new()
                    .name(ridge.name.as_str())
                    .symbol(Symbol::None)
                    .silent(true)
                    .line_style(LineStyle::new().color(color).width(1.5))
                    .data(outline.collect::<Vec<_>>()),
            );
        }
        // Vertical jitter, so that equal values don't hide each other.
        let strip = ridge
            .values
            .iter()
            .enumerate()
            .map(|(index, (value, said))| {
                let step = row_of(index * 7 % 5) * 0.045;
                DataPointItem::new(vec![*value, ground - 0.1 - step]).name(said.as_str())
            });
        chart = chart.series(
            &marks(&ridge.name, color, shape(ridge.side), 6.0, palette)
                .data(strip.collect::<Vec<_>>()),
        );
        let median = DataPointItem::new(vec![ridge.median, ground])
            .name(format!("{}: the median", ridge.name));
        chart = chart.series(
            &marks(
                &ridge.name,
                palette.text,
                Symbol::Custom(DIAMOND.to_owned()),
                10.0,
                palette,
            )
            .data(vec![median]),
        );
    }
    chart
}

fn frame(palette: &Palette, (top, bottom): (f64, f64), side: f64) -> ChartOption {
    ChartOption::new()
        .with(
            "grid",
            &Grid::new()
                .left(palette.px(side))
                .right(palette.px(side.max(24.0)))
                .top(palette.px(top))
                .bottom(palette.px(bottom))
                .contain_label(true),
        )
        .with(
            "tooltip",
            &Tooltip::new()
                .trigger(Trigger::Item)
                .background_color(palette.raised)
                .border_color(palette.line)
                .border_width(1)
                .padding(Padding::Single(10.0)),
        )
}

fn legend<'a>(names: impl Iterator<Item = &'a str>, palette: &Palette) -> Legend {
    Legend::new()
        .type_(LegendType::Scroll)
        .data(names.collect::<Vec<_>>())
        .top(4)
        .left(8)
        .right(8)
        .item_gap(palette.px(18.0))
        .item_width(palette.px(12.0))
        .item_height(palette.px(10.0))
        .text_style(
            TextStyle::new()
                .color(palette.text)
                .font_size(palette.px(12.0)),
        )
}

fn label(palette: &Palette) -> AxisLabel {
    AxisLabel::new()
        .color(palette.muted)
        .font_size(palette.px(12.0))
}

fn values(name: &str, palette: &Palette) -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .name(name)
        .name_location(NameLocation::Middle)
        .name_text_style(
            TextStyle::new()
                .color(palette.muted)
                .font_size(palette.px(12.0)),
        )
        .axis_label(label(palette))
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.grid)))
}

/// An axis without labels.
fn hidden(palette: &Palette) -> Axis {
    Axis::new()
        .type_(AxisType::Value)
        .axis_label(label(palette).show(false))
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
}

fn marks(name: &str, color: &'static str, symbol: Symbol, size: f64, palette: &Palette) -> Scatter {
    Scatter::new()
        .name(name)
        .symbol(symbol)
        .symbol_size(palette.px(size))
        .item_style(
            ItemStyle::new()
                .color(color)
                .border_color(palette.background)
                .border_width(1)
                .opacity(0.92),
        )
}

/// Shapes and dashes distinguish sides without colour.
fn shape(side: usize) -> Symbol {
    match side % 4 {
        0 => Symbol::Circle,
        1 => Symbol::Rect,
        2 => Symbol::Triangle,
        _ => Symbol::Diamond,
    }
}

fn dashes(side: usize) -> LineStyleType {
    match side % 3 {
        0 => LineStyleType::Solid,
        1 => LineStyleType::Dashed,
        _ => LineStyleType::Dotted,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a row of a chart")]
fn row_of(index: usize) -> f64 {
    index as f64
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::view_model::compare::{Bar, ProfileLine, Ridge};

    const HOSTILE: &str = "<img src=x onerror=alert(1)>";

    pub(in crate::charts) fn all() -> [ChartOption; 3] {
        let bar = |side: usize, name: &str, mean: f64| Bar {
            name: name.to_owned(),
            side,
            mean,
            whisker: (side == 0).then_some((mean - 0.01, mean + 0.01)),
            label: format!("{name}: {mean}"),
        };
        let line = |name: &str, height: f64| ProfileLine {
            name: name.to_owned(),
            points: vec![Some((height, format!("f1: {height}"))), None],
        };
        let ridge = |side: usize, name: &str| Ridge {
            name: name.to_owned(),
            side,
            outline: if side == 0 {
                vec![(0.8, 0.0), (0.8, 1.0), (0.9, 1.0), (0.9, 0.0)]
            } else {
                Vec::new()
            },
            values: vec![(0.85, format!("{name}: 0.850"))],
            median: 0.85,
        };
        [
            compared_bars(
                &Bars {
                    axis: "f1".to_owned(),
                    bars: vec![bar(0, "alpha", 0.9), bar(2, HOSTILE, 0.8)],
                    description: String::new(),
                },
                &Palette::LIGHT,
            ),
            compared_profile(
                &Profile {
                    axes: vec!["f1".to_owned(), "latency_ms".to_owned()],
                    lines: vec![line("alpha", 1.0), line(HOSTILE, 0.0)],
                    description: String::new(),
                },
                &Palette::LIGHT,
            ),
            compared_ridges(
                &Ridges {
                    axis: "f1".to_owned(),
                    ridges: vec![ridge(0, "alpha"), ridge(1, HOSTILE)],
                    description: String::new(),
                },
                &Palette::LIGHT,
            ),
        ]
    }

    #[test]
    fn the_charts_are_this_json() {
        for (name, chart) in ["bars", "profile", "ridges"].iter().zip(all()) {
            insta::assert_json_snapshot!(format!("compared_{name}"), chart);
        }
    }

    #[test]
    fn no_chart_holds_a_function_for_the_browser_to_run() {
        for chart in all() {
            let json = chart.to_json();
            assert!(!json.contains("function") && !json.contains("=>"));
        }
    }
}
