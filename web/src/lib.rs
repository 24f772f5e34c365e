//! The dashboard of Benchmark Monitor: a static page that reads a Supabase project from the browser.
//!
//! | step | module |
//! | --- | --- |
//! | which project, with which key | `settings` |
//! | request → rows | `api` |
//! | is anything new? asked while the page is visible | `pulse` |
//! | rows → signal, fetched again when something is new | `feed` |
//! | address bar ↔ what is chosen | `url_state` |
//! | rows + address bar → view model | `view_model`, pure |
//! | view model → `charming::Chart` | `charts`, pure |
//! | chart → pixels | `components`, `EChart` alone |
//! | verdicts, made here or by a program of their own | `judging` |
//! | all of it → a page | `pages`, one folder each, at the addresses of `routes` |

// Leptos' `#[component]` generates a hidden public item beside each component.
#![allow(unreachable_pub)]
// `bars.bars`: what a chart shows is named like the chart.
#![allow(clippy::struct_field_names)]

mod api;
mod app;
mod browser;
mod charts;
mod clock;
mod components;
mod feed;
#[cfg(fuzzing)]
pub mod fuzzing;
mod judging;
mod live;
mod pages;
mod pulse;
mod routes;
mod settings;
mod theme;
mod url_state;
mod view_model;
#[cfg(test)]
mod views;

/// Starts the program of the first visit: the first page alone.
pub fn first_page() {
    start(app::FirstPage);
}

/// Starts the whole dashboard.
pub fn every_page() {
    start(app::EveryPage);
}

/// Computes the verdicts of a question that the first page wrote, JSON in and out; see
/// `view_model::verdicts`.
pub fn judge(against: &str, metrics: &str) -> String {
    view_model::verdicts::answer(against, metrics)
}

/// Mounts an app, replacing the loading placeholder.
fn start<V: leptos::IntoView + 'static>(app: fn() -> V) {
    console_error_panic_hook::set_once();
    browser::remove("boot");
    leptos::mount::mount_to_body(app);
}
