//! F1 against latency, one mark per configuration, and the Pareto front.

use charming::{
    component::{Axis, Grid, Legend, LegendType},
    datatype::DataPointItem,
    element::{
        AxisLabel, AxisLine, AxisTick, AxisType, Emphasis, EmphasisFocus, ItemStyle, LineStyle,
        NameLocation, Padding, SplitLine, Symbol, TextStyle, Tooltip, Trigger,
    },
    series::Scatter,
};

use super::{ChartOption, Palette};
use crate::view_model::snapshot::{self, PointSeries};

/// Draws the view.
pub fn f1_against_latency(view: &snapshot::Scatter, palette: &Palette) -> ChartOption {
    let snapshot::Scatter {
        series,
        x,
        y,
        frontier,
        description: _,
        left_out: _,
    } = view;
    let mut chart = ChartOption::new()
        .with(
            "grid",
            &Grid::new()
                .left(palette.px(52.0))
                .right(palette.px(20.0))
                .top(palette.px(44.0))
                .bottom(palette.px(46.0)),
        )
        .with(
            "legend",
            &Legend::new()
                .type_(LegendType::Scroll)
                .data(
                    series
                        .iter()
                        .map(|one| one.name.as_str())
                        .collect::<Vec<_>>(),
                )
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
                ),
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
        .with(
            "xAxis",
            &axis(x, palette)
                .name_gap(palette.px(30.0))
                .boundary_gap(("0", "0")),
        )
        .with("yAxis", &axis(y, palette).name_gap(palette.px(38.0)));

    if frontier.len() > 1 {
        chart = chart.backdrop(
            &Scatter::new()
                .name("Pareto front")
                .symbol(Symbol::Circle)
                .symbol_size(palette.px(2.0))
                .item_style(ItemStyle::new().color(palette.muted))
                .data(dotted(frontier, x, y)),
        );
    }
    for (index, one) in series.iter().enumerate() {
        chart = chart.series(&marks(one, index, palette));
    }
    chart
}

/// Steps from point to point as dots, so that the page needs no line series.
fn dotted(points: &[(f64, f64)], x: &snapshot::Axis, y: &snapshot::Axis) -> Vec<Vec<f64>> {
    /// The number of dots along an axis.
    const ALONG_X: f64 = 160.0;
    const ALONG_Y: f64 = 50.0;

    let mut dots = Vec::new();
    let mut line = |from: (f64, f64), to: (f64, f64), count: f64| {
        let mut done = 0.0;
        while done < count {
            let at = |from: f64, to: f64| from + (to - from) * done / count;
            dots.push(vec![x.at(at(from.0, to.0)), y.at(at(from.1, to.1))]);
            done += 1.0;
        }
    };
    let shares: Vec<(f64, f64)> = points
        .iter()
        .map(|point| (x.share(point.0), y.share(point.1)))
        .collect();
    for (one, next) in shares.iter().zip(shares.iter().skip(1)) {
        let corner = (next.0, one.1);
        line(*one, corner, ((corner.0 - one.0) * ALONG_X).min(ALONG_X));
        line(corner, *next, ((next.1 - corner.1) * ALONG_Y).min(ALONG_Y));
    }
    dots
}

fn axis(view: &snapshot::Axis, palette: &Palette) -> Axis {
    let snapshot::Axis {
        name,
        is_log,
        min,
        max,
        interval,
    } = view;
    let axis = Axis::new()
        .type_(if *is_log {
            AxisType::Log
        } else {
            AxisType::Value
        })
        .name(name.as_str())
        .name_location(NameLocation::Middle)
        .name_text_style(
            TextStyle::new()
                .color(palette.muted)
                .font_size(palette.px(12.0)),
        )
        .min(*min)
        .max(*max)
        .axis_label(
            AxisLabel::new()
                .color(palette.muted)
                .font_size(palette.px(12.0)),
        )
        .axis_line(AxisLine::new().show(false))
        .axis_tick(AxisTick::new().show(false))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.grid)));
    match interval {
        Some(interval) => axis.interval(*interval),
        None => axis,
    }
}

fn marks(view: &PointSeries, index: usize, palette: &Palette) -> Scatter {
    let PointSeries {
        name,
        points,
        is_rest,
    } = view;
    let (color, shape) = if *is_rest {
        (palette.rest, Symbol::Circle)
    } else {
        (palette.series[index % palette.series.len()], shape(index))
    };
    Scatter::new()
        .name(name.as_str())
        .symbol(shape)
        .symbol_size(palette.px(if *is_rest { 7.0 } else { 11.0 }))
        .item_style(
            ItemStyle::new()
                .color(color)
                .border_color(palette.background)
                .border_width(1)
                .opacity(0.92),
        )
        .emphasis(Emphasis::new().focus(EmphasisFocus::Series))
        .data(
            points
                .iter()
                .map(|point| DataPointItem::new(vec![point.x, point.y]).name(point.label.as_str()))
                .collect::<Vec<_>>(),
        )
}

/// Shapes that are distinguishable without colour.
fn shape(index: usize) -> Symbol {
    match index % 7 {
        0 => Symbol::Circle,
        1 => Symbol::Rect,
        2 => Symbol::Triangle,
        3 => Symbol::Diamond,
        // An inverted triangle, a plus, a pentagon.
        4 => Symbol::Custom("path://M0 0h10L5 9z".to_owned()),
        5 => Symbol::Custom("path://M3 0h4v3h3v4H7v3H3V7H0V3h3z".to_owned()),
        _ => Symbol::Custom("path://M5 0l5 3.8L8 10H2L0 3.8z".to_owned()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::view_model::snapshot::{Axis, Point, Scatter};

    fn view() -> Scatter {
        let point = |x: f64, y: f64, label: &str| Point {
            x,
            y,
            label: label.to_owned(),
        };
        Scatter {
            series: vec![
                PointSeries {
                    name: "medgemma-v1.2".to_owned(),
                    points: vec![
                        point(120.0, 0.91, "medgemma-v1.2\ncardio-v2"),
                        point(80.0, 0.84, "medgemma-v1.2"),
                    ],
                    is_rest: false,
                },
                PointSeries {
                    name: "<img src=x onerror=alert(1)>".to_owned(),
                    points: vec![point(95.0, 0.7, "<img src=x onerror=alert(1)>")],
                    is_rest: false,
                },
            ],
            x: Axis {
                name: "Latency (ms)".to_owned(),
                is_log: false,
                min: 0.0,
                max: 200.0,
                interval: None,
            },
            y: Axis {
                name: "F1".to_owned(),
                is_log: false,
                min: 0.6,
                max: 1.0,
                interval: Some(0.1),
            },
            frontier: vec![(80.0, 0.84), (120.0, 0.91)],
            description: String::new(),
            left_out: None,
        }
    }

    pub(in crate::charts) fn chart() -> ChartOption {
        f1_against_latency(&view(), &Palette::LIGHT)
    }

    #[test]
    fn the_chart_is_this_json() {
        insta::assert_json_snapshot!(f1_against_latency(&view(), &Palette::LIGHT));
    }

    #[test]
    fn the_edge_steps_right_before_it_steps_up() {
        let snapshot::Scatter { x, y, frontier, .. } = view();

        let dots = dotted(&frontier, &x, &y);

        assert_eq!(dots[0], [80.0, 0.84]);
        assert!(
            dots.iter().all(|dot| dot[1] <= 0.84 || dot[0] >= 119.99),
            "{dots:?}"
        );
        assert!((30..50).contains(&dots.len()), "{}", dots.len());
    }

    #[test]
    fn no_chart_holds_a_function_for_the_browser_to_run() {
        let json = f1_against_latency(&view(), &Palette::DARK).to_json();

        assert!(!json.contains("function") && !json.contains("=>"));
    }
}
