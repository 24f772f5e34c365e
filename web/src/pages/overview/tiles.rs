//! The strip of averages.

use std::sync::Arc;

use leptos::prelude::*;

use crate::view_model::snapshot::{Average, SnapshotView};

/// The strip of averages.
#[component]
pub(super) fn Tiles(
    /// The page's data.
    view: Signal<Arc<SnapshotView>>,
) -> impl IntoView {
    let tile = |average: &Average| {
        let Average {
            name,
            value_label,
            detail,
        } = average.clone();
        view! {
            <div class="tile">
                <dt>{name}</dt>
                <dd class="value">{value_label}</dd>
                <dd class="detail" title=detail.clone()>{detail.clone()}</dd>
            </div>
        }
    };
    view! {
        <section aria-label="Averages">
            <dl class="tiles">{move || view.with(|view| view.averages.iter().map(tile).collect_view())}</dl>
        </section>
    }
}
