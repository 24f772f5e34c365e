//! Configurations without a baseline, and how to set one.

use leptos::prelude::*;

use crate::{
    components::Command,
    view_model::{
        format,
        regressions::{RegressionsView, Unmarked},
    },
};

/// Configurations without a baseline, and how to set one.
#[component]
pub(super) fn WithoutBaseline(
    /// The view model.
    view: Signal<RegressionsView>,
) -> impl IntoView {
    let unmarked = Memo::new(move |_| view.with(|view| (view.without, view.unmarked.clone())));
    let one = |one: Unmarked| {
        let Unmarked { name, command } = one;
        view! {
            <p class="request"><bdi>{name}</bdi></p>
            <Command text=command />
        }
    };
    move || {
        let (without, unmarked) = unmarked.get();
        (!unmarked.is_empty()).then(|| {
            let more = without.saturating_sub(unmarked.len());
            view! {
                <section class="block" aria-labelledby="without">
                    <div class="block-head">
                        <h2 id="without">"No baseline"</h2>
                        <p>{format::counted(without, "configuration")}</p>
                    </div>
                    <p class="request">
                        "Nothing to compare with yet. These commands make a current run the baseline of its configuration; \
                         with --scope dataset, of every model on the same data set:"
                    </p>
                    {unmarked.into_iter().map(one).collect_view()}
                    {(more > 0).then(|| view! { <p class="request">{format!("and {} more.", format::count(more))}</p> })}
                </section>
            }
        })
    }
}
