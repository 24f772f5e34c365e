//! The error shown in place of missing data.

use leptos::prelude::*;

use super::Command;
use crate::{routes, view_model::failure::FailureView};

/// The failure, its cause, and the fix.
#[component]
pub fn FailurePanel(
    /// Sentences, ready to show.
    #[prop(into)]
    failure: Signal<FailureView>,
    /// Whether a request is pending.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// Retries.
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="state" role="alert">
            <h1>{move || failure.with(|view| view.title.clone())}</h1>
            <p>{move || failure.with(|view| view.what.clone())}</p>
            <ul class="steps">
                {move || failure.with(|view| {
                    view.steps.iter().map(|step| view! { <li>{step.clone()}</li> }).collect_view()
                })}
            </ul>
            {move || failure.with(|view| view.command).map(|text| view! { <Command text=text /> })}
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    disabled=move || is_busy.get()
                    on:click=move |_| on_retry.run(())
                >
                    {move || if is_busy.get() { "Retrying …" } else { "Try again" }}
                </button>
                <a class="button" href=routes::SETTINGS.href()>"Settings"</a>
            </div>
            <p class="request"><code>{move || failure.with(|view| view.request.clone())}</code></p>
        </section>
    }
}
