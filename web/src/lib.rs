//! The dashboard of Benchmark Monitor: a static page that reads a Supabase project from the browser.
//!
//! | step | module |
//! | --- | --- |
//! | which project, with which key | [`settings`] |
//! | request → rows | [`api`] |
//! | is anything new? asked while the page is visible | [`pulse`] |
//! | rows → signal, fetched again when something is new | [`feed`] |
//! | address bar ↔ what is chosen | [`url_state`] |
//! | rows + address bar → view model | [`view_model`], pure |
//! | view model → `charming::Chart` | [`charts`], pure |
//! | chart → pixels | [`components`], [`EChart`](components::EChart) alone |
//! | verdicts, made here or by a program of their own | [`judging`] |
//! | all of it → a page | [`pages`], one folder each, at the addresses of [`routes`] |

// Leptos' `#[component]` generates a hidden public item beside each component.
#![allow(unreachable_pub)]

pub mod api;
pub mod app;
pub mod browser;
pub mod charts;
pub mod clock;
pub mod components;
pub mod feed;
pub mod judging;
pub mod live;
pub mod pages;
pub mod pulse;
pub mod routes;
pub mod settings;
pub mod theme;
pub mod url_state;
pub mod view_model;
#[cfg(test)]
mod views;

/// Mounts an app, replacing the loading placeholder.
pub fn start<V: leptos::IntoView + 'static>(app: fn() -> V) {
    console_error_panic_hook::set_once();
    browser::remove("boot");
    leptos::mount::mount_to_body(app);
}
