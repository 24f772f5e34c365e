//! The header: navigation, freshness of the data, theme.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, Shape, ThemeButton};
use crate::{browser, clock::Clock, pulse::Pulse, routes};

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let pathname = use_location().pathname;
    let base = StoredValue::new(browser::base_path());
    let link = move |page: routes::Page| {
        let current = move || {
            let is_here =
                base.with_value(|base| pathname.with(|pathname| page.is_at(pathname, base)));
            is_here.then_some("page")
        };
        view! {
            <a href=page.href() aria-current=current>
                {page.label}
            </a>
        }
    };
    view! {
        <header class="header">
            <div class="header-row">
                <a class="brand" href="./">
                    <svg viewBox="0 0 16 16" aria-hidden="true">
                        <rect width="16" height="16" rx="3.5" fill="#2558c9"></rect>
                        <path
                            d="M3.5 11.5 6.4 8l2.4 2 3.7-5.5"
                            fill="none"
                            stroke="#fff"
                            stroke-width="1.6"
                            stroke-linecap="round"
                            stroke-linejoin="round"
                        ></path>
                    </svg>
                    <span>"Benchmark Monitor"</span>
                </a>
                <nav class="nav" aria-label="Pages">
                    {routes::ALL.map(link)}
                </nav>
                <div class="header-end">
                    <Freshness />
                    <ThemeButton />
                </div>
            </div>
        </header>
    }
}

/// When the data was last confirmed to be current, and a refresh button.
#[component]
fn Freshness() -> impl IntoView {
    let pulse = expect_context::<Pulse>();
    let clock = expect_context::<Clock>();
    let age = move || pulse.checked_ms().map(|then| clock.age_of(then));
    // Reserves its space from the start, so that nothing moves when the first numbers arrive.
    let is_idle = move || pulse.checked_ms().is_none() && pulse.failure().is_none();
    view! {
        <span class="freshness">
            {move || age().map(|age| view! { <span class="freshness-word">"updated "</span> {age} })}
        </span>
        <button
            type="button"
            class="button quiet square"
            class:invisible=is_idle
            aria-label="Refresh"
            title="Refresh"
            aria-busy=move || pulse.is_busy().to_string()
            on:click=move |_| pulse.refresh()
        >
            <Icon shape=Shape::Refresh />
        </button>
    }
}
