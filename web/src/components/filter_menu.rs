//! A filter: a button with the current choice that opens a list of check boxes.

use leptos::{html::Details, prelude::*};

use super::{Icon, Shape};
use crate::view_model::{format, snapshot::FilterOption};

/// A list this short is rendered from the start.
const FEW: usize = 50;

/// One filter.
#[component]
pub fn FilterMenu(
    /// `Model`.
    label: &'static str,
    /// The options.
    #[prop(into)]
    options: Signal<Vec<FilterOption>>,
    /// Called with the value whose box was clicked.
    on_toggle: Callback<String>,
    /// Clears the filter.
    on_clear: Callback<()>,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let close_from_outside = window_event_listener(leptos::ev::click, move |event| {
        let target = event
            .target()
            .and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Node>(target).ok());
        let is_inside = menu
            .get_untracked()
            .is_some_and(|menu| menu.contains(target.as_ref()));
        // A box that a click has replaced is no longer in the page, but was inside.
        let is_gone = target.is_some_and(|target| !target.is_connected());
        if !is_inside && !is_gone {
            close();
        }
    });
    on_cleanup(move || close_from_outside.remove());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(menu) = menu.get_untracked()
            && menu.open()
        {
            menu.set_open(false);
            if let Ok(Some(summary)) = menu.query_selector("summary")
                && let Ok(summary) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(summary)
            {
                let _ = summary.focus();
            }
        }
    };
    // Checked a frame later: closing a list while the browser moves the focus crashes Chromium 156.
    let close_when_left = move |_| {
        request_animation_frame(move || {
            let focused = document().active_element();
            if menu
                .try_get_untracked()
                .flatten()
                .is_some_and(|menu| !menu.contains(focused.as_deref()))
            {
                close();
            }
        });
    };

    // Long lists are rendered only when opened.
    let is_open = RwSignal::new(false);
    let is_listed = Memo::new(move |_| is_open.get() || options.with(Vec::len) <= FEW);
    let on_toggled = move |_| is_open.set(menu.get_untracked().is_some_and(|menu| menu.open()));

    let chosen = Memo::new(move |_| {
        options.with(|options| {
            options
                .iter()
                .filter(|one| one.chosen)
                .map(|one| one.value.clone())
                .collect::<Vec<_>>()
        })
    });
    let choice = move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => "all".to_owned(),
            [one] => one.clone(),
            many => format!("{} chosen", many.len()),
        })
    };
    // A click updates boxes without rebuilding the list.
    let list = Memo::new(move |_| {
        let unchosen = |one: FilterOption| FilterOption {
            chosen: false,
            ..one
        };
        options.get().into_iter().map(unchosen).collect::<Vec<_>>()
    });
    let option = move |one: FilterOption| option(one, chosen, on_toggle);
    view! {
        <details
            class="filter"
            node_ref=menu
            data-active=move || chosen.with(|chosen| (!chosen.is_empty()).then_some(""))
            on:keydown=on_key
            on:toggle=on_toggled
            on:focusout=close_when_left
        >
            <summary>
                <span class="filter-name">{label}</span>
                <span class="filter-choice">{choice}</span>
                <Icon shape=Shape::Chevron />
            </summary>
            // Focusable, so that a click beside a box stays inside the filter.
            <div class="filter-list" role="group" aria-label=label tabindex="-1">
                {move || is_listed.get().then(|| list.get().into_iter().map(option).collect_view())}
                <Show when=move || chosen.with(|chosen| chosen.len() > 1)>
                    <button type="button" class="button quiet" on:click=move |_| on_clear.run(())>
                        "Show all"
                    </button>
                </Show>
            </div>
        </details>
    }
}

/// One check box of the list.
fn option(one: FilterOption, chosen: Memo<Vec<String>>, on_toggle: Callback<String>) -> AnyView {
    let FilterOption { value, count, .. } = one;
    let (name, own) = (value.clone(), value.clone());
    let is_chosen = move || chosen.with(|chosen| chosen.contains(&own));
    view! {
        <label class="filter-option">
            <input type="checkbox" prop:checked=is_chosen on:change=move |_| on_toggle.run(value.clone()) />
            <span>{name}</span>
            <span class="count">{format::count(count)}</span>
        </label>
    }
    .into_any()
}
