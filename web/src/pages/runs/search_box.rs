//! The search: typed text is written to the URL shortly after the last key.

use std::time::Duration;

use leptos::{html::Input, prelude::*};

use crate::{url_state::UrlState, view_model::runs::RunsState};

/// Longer than a pause between two keys.
const PAUSE: Duration = Duration::from_millis(300);

/// The search.
#[component]
pub(super) fn SearchBox(
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let pause = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(handle) = pause.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop_waiting);
    let search = move |change: Callback<RunsState>| {
        stop_waiting();
        let Some(field) = field.get_untracked() else {
            return;
        };
        let next = url
            .state
            .with_untracked(|state| state.looking_for(&field.value()));
        if url
            .state
            .with_untracked(|state| state.search != next.search)
        {
            change.run(next);
        }
    };
    let on_input = move |_| {
        stop_waiting();
        pause.set_value(set_timeout_with_handle(move || search(url.replace), PAUSE).ok());
    };
    // The typed text is kept unchanged, including blanks, while it is equivalent.
    Effect::new(move |_| {
        let wanted = url.state.with(|state| state.search.clone());
        if let Some(field) = field.get()
            && field.value().trim() != wanted
        {
            field.set_value(&wanted);
        }
    });
    view! {
        <form
            class="search"
            role="search"
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                search(url.go);
            }
        >
            <label for="runs-search">"Search"</label>
            <input
                id="runs-search"
                type="search"
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
                placeholder="commit, CI run, tag, model, actor, branch or id"
                title="The start of a commit or CI run (at least 4 characters) or of an id (at least 8), a whole tag or actor, or part of a model name"
                node_ref=field
                on:input=on_input
            />
        </form>
    }
}
