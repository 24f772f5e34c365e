//! The pager of a long table.

use leptos::prelude::*;

use crate::view_model::{format, snapshot::PAGE_SIZE};

/// The pager of a long table; empty if there is a single page.
#[component]
pub fn Pager(
    /// The current page, from 1.
    #[prop(into)]
    page: Signal<usize>,
    /// The number of pages.
    #[prop(into)]
    pages: Signal<usize>,
    /// The total number of rows.
    #[prop(into)]
    total: Signal<usize>,
    /// Called with the requested page.
    on_turn: Callback<usize>,
) -> impl IntoView {
    let range = move || {
        let first = (page.get().max(1) - 1) * PAGE_SIZE;
        let last = (first + PAGE_SIZE).min(total.get());
        format!(
            "{} to {} of {}",
            format::count(first + 1),
            format::count(last),
            format::count(total.get())
        )
    };
    let is_first = move || page.get() <= 1;
    let is_last = move || page.get() >= pages.get();
    view! {
        <Show when=move || { pages.get() > 1 }>
            <nav class="pager" aria-label="Pages of the table">
                <button
                    type="button"
                    class="button"
                    disabled=is_first
                    on:click=move |_| on_turn.run(page.get_untracked().saturating_sub(1))
                >
                    "Previous"
                </button>
                <button
                    type="button"
                    class="button"
                    disabled=is_last
                    on:click=move |_| on_turn.run(page.get_untracked() + 1)
                >
                    "Next"
                </button>
                <span role="status">{range}</span>
            </nav>
        </Show>
    }
    .into_any()
}
