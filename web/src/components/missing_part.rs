//! Says that a part of the page could not be read, while the rest is there.

use leptos::prelude::*;

use super::Command;
use crate::view_model::failure::RequestFailure;

/// What is missing, why, and what to do; nothing while nothing is missing.
#[component]
pub fn MissingPart(
    /// What is missing: `Past regressions`.
    what: &'static str,
    /// Why; none: it is there.
    #[prop(into)]
    failure: Signal<Option<RequestFailure>>,
    /// Asks again.
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
