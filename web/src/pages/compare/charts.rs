//! The charts of a comparison.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    charts::{self, ChartOption, Palette},
    components::{ChartHandle, EChart, SaveChart, Select, use_palette},
    view_model::compare::{self, CompareState, ComparedMetric, Comparison},
};

/// A chart, and itself in a sentence.
type Drawn = (String, String);

/// The charts.
#[component]
pub(super) fn Charts(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// What the address says.
    state: Signal<CompareState>,
    /// Changes the address.
    go: Callback<CompareState>,
) -> impl IntoView {
    let palette = use_palette();
    let of_focus =
        move |draw: fn(&ComparedMetric, &Comparison, &Palette) -> (ChartOption, String)| {
            Memo::new(move |_| -> Drawn {
                comparison.with(|comparison| {
                    let focus = state.with(|state| state.focus.clone());
                    let Some(one) = comparison.focus(focus.as_deref()) else {
                        return Drawn::default();
                    };
                    let (chart, said) = draw(one, comparison, &palette.get());
                    (chart.to_json(), said)
                })
            })
        };
    let bars = of_focus(|one, comparison, palette| {
        let view = compare::bars(one, comparison);
        (charts::compared_bars(&view, palette), view.description)
    });
    let ridges = of_focus(|one, comparison, palette| {
        let view = compare::ridges(one, comparison);
        (charts::compared_ridges(&view, palette), view.description)
    });
    let profile = Memo::new(move |_| -> Drawn {
        let view = comparison
            .with(|comparison| state.with(|state| compare::profile(comparison, &state.metrics)));
        if view.axes.len() < 2 {
            return Drawn::default();
        }
        (
            charts::compared_profile(&view, &palette.get()).to_json(),
            view.description,
        )
    });
    let has_profile = Memo::new(move |_| profile.with(|drawn| !drawn.0.is_empty()));
    view! {
        {move || has_profile.get().then(|| view! {
            <section class="block" aria-labelledby="profile">
                <div class="block-head">
                    <h2 id="profile">"All metrics at once"</h2>
                    <p>"The higher, the better, whichever way a metric gets better. Each axis spans the means of the sides and their spread."</p>
                </div>
                <Drawing drawn=profile palette=palette file_name="comparison-profile" />
            </section>
        })}
        <section class="block" aria-labelledby="one-metric">
            <div class="block-head">
                <h2 id="one-metric">"One metric"</h2>
                <FocusMenu comparison=comparison state=state go=go />
            </div>
            <div class="compare-charts">
                <div>
                    <h3>"Mean and spread"</h3>
                    <p class="chart-foot">"Bars begin at 0; whiskers are one standard deviation from run to run."</p>
                    <Drawing drawn=bars palette=palette file_name="comparison-means" />
                </div>
                <div>
                    <h3>"Distribution"</h3>
                    <p class="chart-foot">"How often values occur, in the order of the bars; each run is a mark, the diamond is the median."</p>
                    <Drawing drawn=ridges palette=palette file_name="comparison-distribution" />
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Drawing(
    /// The chart.
    drawn: Memo<Drawn>,
    /// Its colours.
    palette: Signal<Palette>,
    /// The name of files, without an ending.
    file_name: &'static str,
) -> impl IntoView {
    let handle = ChartHandle::default();
    let option = Memo::new(move |_| drawn.with(|drawn| drawn.0.clone()));
    let description = Memo::new(move |_| drawn.with(|drawn| drawn.1.clone()));
    let look = Memo::new(move |_| palette.get().look().to_string());
    view! {
        <EChart option=option look=look description=description handle=handle />
        <div class="chart-tools" role="group" aria-label="The chart">
            <SaveChart handle=handle file_name=file_name palette=palette />
        </div>
    }
    .into_any()
}

/// Which metric the charts of one metric show.
#[component]
fn FocusMenu(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// What the address says.
    state: Signal<CompareState>,
    /// Changes the address.
    go: Callback<CompareState>,
) -> impl IntoView {
    let choose = Callback::new(move |metric: String| {
        let state = state.get_untracked();
        go.run(CompareState {
            focus: Some(metric),
            ..state
        });
    });
    let choices = Memo::new(move |_| {
        comparison.with(|comparison| {
            let name = |one: &ComparedMetric| (one.metric.name.clone(), one.metric.name.clone());
            comparison.metrics.iter().map(name).collect::<Vec<_>>()
        })
    });
    let chosen = Memo::new(move |_| {
        let focus = state.with(|state| state.focus.clone());
        comparison.with(|comparison| {
            let found = comparison.focus(focus.as_deref());
            found.map(|one| one.metric.name.clone()).unwrap_or_default()
        })
    });
    view! { <Select id="focus" label="Metric" choices=choices chosen=chosen on_choose=choose /> }
        .into_any()
}
