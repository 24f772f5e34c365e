//! F1 against latency.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;

use crate::{
    charts,
    components::{ChartHandle, EChart, SaveChart, use_palette},
    view_model::snapshot::{self, Configuration, Scatter, SnapshotState},
};

/// How to read the chart.
pub(super) const HINT: &str = "Up and to the left is better. The dotted line is the Pareto front: no configuration is both faster and better.";

/// F1 against latency.
#[component]
pub(super) fn ScatterChart(
    /// All configurations.
    all: Signal<Arc<Vec<Configuration>>>,
    /// The configurations shown.
    #[prop(into)]
    filters: Signal<SnapshotState>,
) -> impl IntoView {
    let palette = use_palette();
    let handle = ChartHandle::default();
    let scatter = RwSignal::new(None::<Scatter>);
    // After the next paint, so that the numbers are on screen before the chart is computed.
    Effect::new(move |_| {
        let (all, filters) = (all.get(), filters.get());
        let work_out = move || {
            let view = snapshot::scatter(&snapshot::shown(&all, &filters));
            scatter.try_set(Some(view));
        };
        request_animation_frame(move || set_timeout(work_out, Duration::ZERO));
    });
    let option = Memo::new(move |_| {
        scatter.with(|view| {
            view.as_ref()
                .map(|view| charts::f1_against_latency(view, &palette.get()).to_json())
                .unwrap_or_default()
        })
    });
    let look = Memo::new(move |_| palette.get().look().to_string());
    let description = Memo::new(move |_| {
        scatter.with(|view| {
            view.as_ref()
                .map(|view| view.description.clone())
                .unwrap_or_default()
        })
    });
    let is_drawable = Memo::new(move |_| {
        scatter.with(|view| view.as_ref().is_none_or(|view| !view.series.is_empty()))
    });
    let left_out = move || {
        let text = scatter.with(|view| view.as_ref().and_then(|view| view.left_out.clone()));
        text.map(|text| format!("{text}."))
    };
    view! {
        <section class="block" aria-labelledby="f1-latency">
            <div class="block-head">
                <h2 id="f1-latency">"F1 against latency"</h2>
                <p>{HINT}</p>
            </div>
            <Show
                when=move || is_drawable.get()
                fallback=|| view! {
                    <div class="chart"><div class="chart-note">"No configuration reports both f1 and latency_ms."</div></div>
                }
            >
                <EChart option=option look=look description=description handle=handle />
                <div class="chart-tools" role="group" aria-label="The chart">
                    <SaveChart handle=handle file_name="f1-against-latency" palette=palette />
                </div>
            </Show>
            <p class="chart-foot">{left_out}</p>
        </section>
    }
}
