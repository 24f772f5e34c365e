//! A command to run, with a button that copies it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Icon, Shape};
use crate::browser;

/// A command to run.
#[component]
pub fn Command(
    /// The command line.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let typed = StoredValue::new(text.clone());
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&typed.get_value()).await {
                is_copied.set(true);
                set_timeout(
                    move || {
                        is_copied.try_set(false);
                    },
                    Duration::from_secs(2),
                );
            }
        });
    };
    let shape = Signal::derive(move || {
        if is_copied.get() {
            Shape::Check
        } else {
            Shape::Copy
        }
    });
    view! {
        <div class="command">
            <code>{text}</code>
            <button type="button" class="button quiet square" aria-label="Copy the command" title="Copy" on:click=copy>
                <Icon shape=shape />
            </button>
            <span class="visually-hidden" role="status">
                {move || if is_copied.get() { "Copied" } else { "" }}
            </span>
        </div>
    }
}
