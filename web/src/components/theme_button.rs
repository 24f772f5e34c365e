//! Light, dark, system: one button.

use leptos::prelude::*;

use super::{Icon, Shape};
use crate::theme::{Choice, Theme};

/// Cycles through the three themes.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let theme = expect_context::<Theme>();
    let shape = Signal::derive(move || match theme.choice() {
        Choice::System => Shape::Screen,
        Choice::Light => Shape::Sun,
        Choice::Dark => Shape::Moon,
    });
    let label = move || {
        let choice = theme.choice();
        format!(
            "Theme: {}. Switch to {}",
            choice.label(),
            choice.next().label()
        )
    };
    view! {
        <button
            type="button"
            class="button quiet square"
            aria-label=label
            title=label
            on:click=move |_| theme.choose(theme.choice().next())
        >
            <Icon shape=shape />
        </button>
    }
}
