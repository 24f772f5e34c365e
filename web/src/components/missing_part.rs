//! An error in one part of the page.

use leptos::prelude::*;

use super::Command;
use crate::view_model::failure::RequestFailure;

/// The missing part, the reason and the fix; empty if nothing is missing.
#[component]
pub fn MissingPart(
    /// What is missing: `Past regressions`.
    what: &'static str,
    /// The reason; none if it is present.
    #[prop(into)]
    failure: Signal<Option<RequestFailure>>,
    /// Retries.
    on_retry: Callback<()>,
) -> impl IntoView {
    let notice = move |failure: RequestFailure| {
        let view = failure.view();
        let step = view.steps.into_iter().next().unwrap_or_default();
        view! {
            <div class="notice" role="status" title=view.request>
                <strong>{format!("{what} could not be read")}</strong>
                <span>{view.title} ". " {step}</span>
                <button type="button" class="link-button" on:click=move |_| on_retry.run(())>"Try again"</button>
            </div>
            {view.command.map(|text| view! { <Command text=text /> })}
        }
    };
    (move || failure.get().map(notice)).into_any()
}
