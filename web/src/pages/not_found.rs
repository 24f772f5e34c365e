//! An unknown URL.

use leptos::prelude::*;

use crate::browser;

/// An unknown URL.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    browser::set_title("Not found · Benchmark Monitor");
    view! {
        <section class="state">
            <h1>"Page not found"</h1>
            <p>"The address may be outdated or mistyped."</p>
            <div class="actions">
                <a class="button primary" href="./">"Open the current snapshot"</a>
            </div>
        </section>
    }
}
