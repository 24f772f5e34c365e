//! Saves a chart as an image.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::ChartHandle;
use crate::{browser, charts::Palette};

/// The buttons that save a chart as PNG and SVG.
#[component]
pub fn SaveChart(
    /// The chart.
    handle: ChartHandle,
    /// The file name, without an extension.
    file_name: &'static str,
    /// The chart's palette: an image includes the background.
    #[prop(into)]
    palette: Signal<Palette>,
) -> impl IntoView {
    let said = RwSignal::new("");
    let background = move || palette.get_untracked().background;
    let tell = move |is_saved: bool| {
        said.try_set(if is_saved {
            "Saved"
        } else {
            "The browser blocked it"
        });
    };
    let save_png = move |_| {
        let address = handle.png(background());
        tell(address.is_some_and(|address| {
            browser::download_address(&format!("{file_name}.png"), &address).is_ok()
        }));
    };
    let save_svg = move |_| {
        spawn_local(async move {
            let text = handle.svg(background()).await;
            tell(text.is_some_and(|text| {
                browser::download(&format!("{file_name}.svg"), "image/svg+xml", &text)
            }));
        });
    };
    view! {
        <button type="button" class="link-button" on:click=save_png>"PNG"</button>
        <button type="button" class="link-button" on:click=save_svg>"SVG"</button>
        <span class="said" role="status">{said}</span>
    }
    .into_any()
}
