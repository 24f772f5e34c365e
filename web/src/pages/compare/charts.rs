//! The charts of a comparison.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    charts::{self, ChartOption, Palette},
    components::{ChartBox, ChartParts, Select, use_palette},
    url_state::UrlState,
    view_model::{
        compare::{self, CompareState, ComparedChart, ComparedMetric, Comparison},
        table_view::TableView,
    },
};

/// A chart, its description, and its values.
#[derive(Clone, Default, PartialEq)]
struct Drawn {
    option: String,
    description: String,
    table: TableView,
}

/// The three charts.
struct Drawings {
    profile: Memo<Drawn>,
    bars: Memo<Drawn>,
    ridges: Memo<Drawn>,
}

fn drawings(comparison: Signal<Arc<Comparison>>, state: Memo<CompareState>) -> Drawings {
    let palette = use_palette();
    let of_focus = move |draw: fn(
        &ComparedMetric,
        &Comparison,
        &Palette,
    ) -> (ChartOption, String, TableView)| {
        Memo::new(move |_| -> Drawn {
            comparison.with(|comparison| {
                let focus = state.with(|state| state.focus.clone());
                let Some(one) = comparison.focus(focus.as_deref()) else {
                    return Drawn::default();
                };
                let (chart, description, table) = draw(one, comparison, &palette.get());
                Drawn {
                    option: chart.to_json(),
                    description,
                    table,
                }
            })
        })
    };
    let bars = of_focus(|one, comparison, palette| {
        let view = compare::bars(one, comparison);
        let chart = charts::compared_bars(&view, palette);
        (chart, view.description, compare::means(one, comparison))
    });
    let ridges = of_focus(|one, comparison, palette| {
        let view = compare::ridges(one, comparison);
        let chart = charts::compared_ridges(&view, palette);
        (
            chart,
            view.description,
            compare::occurrences(one, comparison),
        )
    });
    let profile = Memo::new(move |_| -> Drawn {
        comparison.with(|comparison| {
            state.with(|state| {
                let view = compare::profile(comparison, &state.metrics);
                if view.axes.len() < 2 {
                    return Drawn::default();
                }
                Drawn {
                    option: charts::compared_profile(&view, &palette.get()).to_json(),
                    description: view.description,
                    table: compare::matrix(comparison, &state.metrics),
                }
            })
        })
    });
    Drawings {
        profile,
        bars,
        ridges,
    }
}

/// The charts.
#[component]
pub(super) fn Charts(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let state = url.state;
    let Drawings {
        profile,
        bars,
        ridges,
    } = drawings(comparison, state);
    let has_profile = Memo::new(move |_| profile.with(|drawn| !drawn.option.is_empty()));
    let boxed = move |chart: ComparedChart,
                      id,
                      heading,
                      hint: &'static str,
                      drawn: Memo<Drawn>,
                      file_name| {
        let on_table = Callback::new(move |is_shown: bool| {
            url.change(|state| state.with_table(chart, is_shown));
        });
        view! {
            <ChartBox
                id=id
                heading=heading
                hint=hint.to_owned()
                option=Memo::new(move |_| drawn.with(|drawn| drawn.option.clone()))
                description=Memo::new(move |_| drawn.with(|drawn| drawn.description.clone()))
                table=Memo::new(move |_| drawn.with(|drawn| drawn.table.clone()))
                file_name=file_name
                is_table=Signal::derive(move || state.with(|state| state.tables.contains(&chart)))
                on_table=on_table
                parts=ChartParts::All
            />
        }
        .into_any()
    };
    view! {
        {move || has_profile.get().then(|| boxed(
            ComparedChart::Profile,
            "profile",
            "All metrics at once",
            "Higher is better on every axis, whatever the metric's direction. Each axis spans the means and their spread.",
            profile,
            "comparison-profile",
        ))}
        <div class="filters compare-focus" role="group" aria-label="Metric for the next two charts">
            <FocusMenu comparison=comparison url=url />
        </div>
        <div class="compare-charts">
            {boxed(
                ComparedChart::Means,
                "means",
                "Mean and spread",
                "Bars start at 0; whiskers show one standard deviation between runs.",
                bars,
                "comparison-means",
            )}
            {boxed(
                ComparedChart::Distribution,
                "distribution",
                "Distribution",
                "Histograms, in the order of the bars. Each run is a mark; the diamond is the median.",
                ridges,
                "comparison-distribution",
            )}
        </div>
    }
    .into_any()
}

/// The metric of the single-metric charts.
#[component]
fn FocusMenu(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let state = url.state;
    let choose = Callback::new(move |metric: String| {
        url.change(|state| CompareState {
            focus: Some(metric),
            ..state.clone()
        });
    });
    let choices = Memo::new(move |_| {
        comparison.with(|comparison| {
            let name =
                |one: &ComparedMetric| (one.metric.name.to_string(), one.metric.name.to_string());
            comparison.metrics.iter().map(name).collect::<Vec<_>>()
        })
    });
    let chosen = Memo::new(move |_| {
        let focus = state.with(|state| state.focus.clone());
        comparison.with(|comparison| {
            let found = comparison.focus(focus.as_deref());
            found
                .map(|one| one.metric.name.to_string())
                .unwrap_or_default()
        })
    });
    view! { <Select id="focus" label="Metric" choices=choices chosen=chosen on_choose=choose /> }
        .into_any()
}
