//! A button with a choice on it, and what there is to choose behind it.

use leptos::{html::Details, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Icon, Shape};

/// A menu. It closes on Escape, on a click elsewhere, and when the focus moves elsewhere.
///
/// It stays open while nothing has the focus, as after a click that redrew the focused box.
#[component]
pub fn Menu(
    /// `Model`.
    label: &'static str,
    /// The choice in a word or two: `3 selected`.
    #[prop(into)]
    choice: Signal<String>,
    /// How many are chosen.
    #[prop(into)]
    count: Signal<usize>,
    /// Follows whether it is open.
    is_open: RwSignal<bool>,
    /// The label of the button that undoes several choices.
    #[prop(default = "Show all")]
    clear: &'static str,
    /// Undoes all choices.
    on_clear: Callback<()>,
    /// A CSS class besides `filter`.
    #[prop(optional)]
    class: &'static str,
    /// What there is to choose.
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let close_unless_inside = move |node: Option<&web_sys::Node>| {
        if let Some(menu) = menu.try_get_untracked().flatten()
            && !menu.contains(node)
        {
            menu.set_open(false);
        }
    };
    let focus_summary = move || {
        let summary = menu
            .get_untracked()
            .and_then(|menu| menu.query_selector("summary").ok()?);
        if let Some(summary) = summary.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
            // A menu that goes away meanwhile has no focus to keep.
            let _ = summary.focus();
        }
    };
    let elsewhere = window_event_listener(leptos::ev::click, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        // A box that a click has replaced is no longer in the page, but was inside.
        if target.as_ref().is_none_or(web_sys::Node::is_connected) {
            close_unless_inside(target.as_ref());
        }
    });
    on_cleanup(move || elsewhere.remove());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(menu) = menu.get_untracked()
            && menu.open()
        {
            menu.set_open(false);
            focus_summary();
        }
    };
    // Checked a frame later: closing a list while the browser moves the focus crashes Chromium 156.
    let on_left = move |_| {
        request_animation_frame(move || {
            let focused = document().active_element();
            if let Some(focused) = focused.filter(|one| one.tag_name() != "BODY") {
                close_unless_inside(Some(&focused));
            }
        });
    };
    let on_toggle = move |_| is_open.set(menu.get_untracked().is_some_and(|menu| menu.open()));
    // The button disappears with the choices, and the focus would go with it.
    let clear_all = move |_| {
        focus_summary();
        on_clear.run(());
    };
    view! {
        <details
            class=format!("filter {class}")
            node_ref=menu
            data-active=move || (count.get() > 0).then_some("")
            on:keydown=on_key
            on:toggle=on_toggle
            on:focusout=on_left
        >
            <summary>
                <span class="filter-name">{label}</span>
                <span class="filter-choice">{choice}</span>
                <Icon shape=Shape::Chevron />
            </summary>
            // Focusable, so that a click beside a box stays inside the menu.
            <div class="filter-list" role="group" aria-label=label tabindex="-1">
                {children()}
                <Show when=move || { count.get() > 1 }>
                    <button type="button" class="button quiet" on:click=clear_all>{clear}</button>
                </Show>
            </div>
        </details>
    }
    .into_any()
}
