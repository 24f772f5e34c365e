//! The three leaderboards.

use std::sync::Arc;

use leptos::prelude::*;

use crate::view_model::snapshot::{Leader, SnapshotView};

/// The three leaderboards.
#[component]
pub(super) fn LeaderLists(
    /// The page's data.
    view: Signal<Arc<SnapshotView>>,
) -> impl IntoView {
    view! {
        <div class="leaders">
            <LeaderList
                id="top-f1"
                title="Top performers"
                by="by F1"
                list=Signal::derive(move || view.with(|view| view.leaders.by_f1.clone()))
                none="No configuration reports F1."
            />
            <LeaderList
                id="fastest"
                title="Fastest"
                by="by latency"
                list=Signal::derive(move || view.with(|view| view.leaders.by_latency.clone()))
                none="No configuration reports latency_ms."
            />
            <LeaderList
                id="cost-efficiency"
                title="Cost efficiency"
                by="F1 per dollar"
                list=Signal::derive(move || view.with(|view| view.leaders.by_value.clone()))
                none="No configuration reports both F1 and analysis_cost."
            />
        </div>
    }
}

/// One list.
#[component]
fn LeaderList(
    /// The id of the heading.
    id: &'static str,
    /// `Fastest`.
    title: &'static str,
    /// The ranking metric.
    by: &'static str,
    /// The places in order.
    list: Signal<Vec<Leader>>,
    /// The text for an empty list.
    none: &'static str,
) -> impl IntoView {
    let place = |(index, leader): (usize, Leader)| {
        let Leader {
            model,
            setting,
            value_label,
            beside_label,
        } = leader;
        view! {
            <li class="leader">
                <span class="rank">{index + 1}</span>
                <span class="name" title=model.clone()>{model.clone()}</span>
                <span class="value">{value_label}</span>
                <span class="where" title=setting.clone()>{setting.clone()}</span>
                <span class="beside">{beside_label}</span>
            </li>
        }
    };
    view! {
        <section aria-labelledby=id>
            <div class="leader-head">
                <h2 id=id>{title}</h2>
                <p>{by}</p>
            </div>
            <div class="leader-box">
                <ol>{move || list.get().into_iter().enumerate().map(place).collect_view()}</ol>
                <Show when=move || list.with(Vec::is_empty)>
                    <p class="leader-none">{none}</p>
                </Show>
            </div>
        </section>
    }
}
