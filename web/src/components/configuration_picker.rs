//! Selects configurations: a button that opens a search and a list of check boxes.

use std::sync::Arc;

use leptos::{html::Details, prelude::*};
use wasm_bindgen::JsCast;

use super::{Icon, Shape};
use crate::view_model::{
    picker::{PickList, PickOption, pick_list, picked},
    snapshot::Configuration,
};

/// Picks configurations.
#[component]
pub fn ConfigurationPicker(
    /// All configurations.
    #[prop(into)]
    all: Signal<Arc<Vec<Configuration>>>,
    /// The selected numbers, in order.
    #[prop(into)]
    chosen: Signal<Vec<i64>>,
    /// The maximum number of selected ones.
    most: usize,
    /// Called with the selected numbers.
    on_choose: Callback<Vec<i64>>,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let on_key = closes(menu);
    // Checked a frame later: closing a list while the browser moves the focus crashes Chromium 156.
    let close_when_left = move |_| {
        request_animation_frame(move || {
            let focused = document().active_element();
            // The body has the focus if a click redrew the focused box.
            let focused = focused.filter(|one| one.tag_name() != "BODY");
            if let Some(menu) = menu.try_get_untracked().flatten()
                && focused.is_some()
                && !menu.contains(focused.as_deref())
            {
                menu.set_open(false);
            }
        });
    };
    let is_open = RwSignal::new(false);
    let wanted = RwSignal::new(String::new());
    let list = Memo::new(move |_| {
        if !is_open.get() {
            return PickList::default();
        }
        all.with(|all| chosen.with(|chosen| wanted.with(|wanted| pick_list(all, chosen, wanted))))
    });
    let toggle = move |id: i64| {
        let mut now = chosen.get_untracked();
        if now.contains(&id) {
            now.retain(|one| *one != id);
        } else if now.len() < most {
            now.push(id);
        }
        on_choose.run(now);
    };
    let option = move |one: PickOption| {
        let PickOption {
            id,
            model,
            setting,
            is_chosen,
        } = one;
        let is_full = move || !is_chosen && chosen.with(Vec::len) >= most;
        view! {
            <label class="filter-option">
                <input type="checkbox" prop:checked=is_chosen disabled=is_full on:change=move |_| toggle(id) />
                <span><bdi>{model}</bdi> " " <bdi class="provider">{setting}</bdi></span>
            </label>
        }
    };
    view! {
        <details
            class="filter picker"
            node_ref=menu
            data-active=move || chosen.with(|chosen| (!chosen.is_empty()).then_some(""))
            on:keydown=on_key
            on:focusout=close_when_left
            on:toggle=move |_| is_open.set(menu.get_untracked().is_some_and(|menu| menu.open()))
        >
            <summary>
                <span class="filter-name">"Configurations"</span>
                <span class="filter-choice">{move || all.with(|all| chosen.with(|chosen| picked(all, chosen)))}</span>
                <Icon shape=Shape::Chevron />
            </summary>
            <div class="filter-list" role="group" aria-label="Configurations" tabindex="-1">
                <input
                    type="search"
                    class="picker-search"
                    aria-label="Find configurations by model, dataset, prompt or environment"
                    placeholder="Find …"
                    prop:value=wanted
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
                {move || list.with(|list| list.options.iter().cloned().map(option).collect_view())}
                <p class="picker-rest" role="status">{move || list.with(|list| list.rest.clone())}</p>
                <Show when=move || chosen.with(|chosen| chosen.len() > 1)>
                    <button type="button" class="button quiet" on:click=move |_| on_choose.run(Vec::new())>
                        "Start over"
                    </button>
                </Show>
            </div>
        </details>
    }
    .into_any()
}

/// Closes the list on a click elsewhere; the returned handler closes it on Escape.
fn closes(menu: NodeRef<Details>) -> impl Fn(leptos::ev::KeyboardEvent) + Clone + 'static {
    let elsewhere = window_event_listener(leptos::ev::click, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // A box that a click has replaced is no longer in the page, but was inside.
        let is_gone = target.as_ref().is_some_and(|target| !target.is_connected());
        if let Some(menu) = menu.get_untracked()
            && !is_gone
            && !menu.contains(target.as_ref())
        {
            menu.set_open(false);
        }
    });
    on_cleanup(move || elsewhere.remove());
    move |event| {
        if event.key() == "Escape"
            && let Some(menu) = menu.get_untracked()
            && menu.open()
        {
            menu.set_open(false);
            if let Ok(Some(summary)) = menu.query_selector("summary")
                && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
            {
                let _ = summary.focus();
            }
        }
    }
}
