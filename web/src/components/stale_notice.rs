//! Reports that the displayed data could not be refreshed.

use leptos::prelude::*;

use crate::{clock::Clock, pulse::Pulse, view_model::failure::RequestFailure};

/// Reports that the displayed data could not be refreshed, with its age.
#[component]
pub fn StaleNotice(
    /// The failure of this page's own request; the pulse is always watched.
    #[prop(into, optional)]
    failure: Signal<Option<RequestFailure>>,
) -> impl IntoView {
    let pulse = expect_context::<Pulse>();
    let clock = expect_context::<Clock>();
    let cause = Memo::new(move |_| pulse.failure().or_else(|| failure.get()));
    let age = move || {
        pulse
            .checked_ms()
            .map(|then| clock.age_of(then))
            .unwrap_or_default()
    };
    view! {
        <Show when=move || cause.with(Option::is_some)>
            <div class="notice" role="status">
                <strong>"Could not refresh"</strong>
                <span>
                    {move || cause.get().map(|failure| failure.view().title)} ". Showing data from " {age} "."
                </span>
                <button type="button" class="link-button" on:click=move |_| pulse.refresh()>"Try again"</button>
            </div>
        </Show>
    }
}
