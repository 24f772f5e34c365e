//! F1 against latency.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    charts::{self, Palette},
    components::EChart,
    theme::Theme,
    view_model::snapshot::SnapshotView,
};

/// F1 against latency.
#[component]
pub(super) fn ScatterChart(
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
) -> impl IntoView {
    let theme = expect_context::<Theme>();
    let palette = Memo::new(move |_| Palette::for_theme(theme.is_dark()));
    // Compared as text, so that numbers that did not change repaint nothing.
    let option = Memo::new(move |_| {
        let chart = view.with(|view| charts::f1_against_latency(&view.scatter, &palette.get()));
        serde_json::to_string(&chart).unwrap_or_default()
    });
    let look = Memo::new(move |_| palette.get().look().to_string());
    let description = Memo::new(move |_| view.with(|view| view.scatter.description.clone()));
    let is_drawable = Memo::new(move |_| view.with(|view| !view.scatter.series.is_empty()));
    let left_out = move || {
        view.with(|view| view.scatter.left_out.clone())
            .map(|text| format!(" {text}."))
    };
    view! {
        <section class="block" aria-labelledby="f1-latency">
            <div class="block-head">
                <h2 id="f1-latency">"F1 against latency"</h2>
                <p>"Up and to the left is better; nothing is both faster and better than the dashed line." {left_out}</p>
            </div>
            <Show
                when=move || is_drawable.get()
                fallback=|| view! {
                    <div class="chart"><div class="chart-note">"No configuration reports both f1 and latency_ms."</div></div>
                }
            >
                <EChart option=option look=look description=description />
            </Show>
        </section>
    }
}
