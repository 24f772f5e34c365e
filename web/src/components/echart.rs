//! The only place that talks to `ECharts`.
//!
//! One instance per element: created once, its whole option replaced, resized with its box and
//! disposed of when the element goes. The bundle is fetched when the first chart is shown, and
//! nothing else waits for it.

use std::cell::RefCell;

use leptos::{html::Div, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, HtmlScriptElement, ResizeObserver};

use crate::browser;

// js/echarts.js
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn create(element: &HtmlElement) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn draw(chart: &JsValue, option: &str, look: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn resize(chart: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn dispose(chart: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    static BUNDLE: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
}

/// A chart of charming, drawn by `ECharts`.
#[component]
pub fn EChart(
    /// The chart as JSON; drawn anew when it changes. Empty: not worked out yet.
    #[prop(into)]
    option: Signal<String>,
    /// [`crate::charts::Palette::look`] as JSON.
    #[prop(into)]
    look: Signal<String>,
    /// The chart in a sentence.
    #[prop(into)]
    description: Signal<String>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let live = StoredValue::new_local(None::<LiveChart>);
    let stage = RwSignal::new(Stage::Loading);

    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        spawn_local(async move {
            if bundle().await.is_err() {
                stage.try_set(Stage::Failed);
                return;
            }
            // The page may have gone on while the bundle was on its way.
            if !element.is_connected() {
                return;
            }
            match LiveChart::new(&element) {
                Ok(chart) => {
                    live.try_set_value(Some(chart));
                    stage.try_set(Stage::Drawn);
                }
                Err(_) => {
                    stage.try_set(Stage::Failed);
                }
            }
        });
    });
    Effect::new(move |_| {
        let (option, look) = (option.get(), look.get());
        if stage.get() == Stage::Drawn && !option.is_empty() {
            let drawn =
                live.with_value(|live| live.as_ref().map(|live| draw(&live.chart, &option, &look)));
            if matches!(drawn, Some(Err(_))) {
                stage.set(Stage::Failed);
            }
        }
    });

    let note = move || match stage.get() {
        Stage::Loading => Some("Loading the chart …"),
        Stage::Failed => {
            Some("The chart's code could not be loaded. The table below has the same values.")
        }
        Stage::Drawn => None,
    };
    view! {
        <div class="chart">
            <div class="canvas" role="img" aria-label=description node_ref=element></div>
            {move || note().map(|text| view! { <div class="chart-wait">{text}</div> })}
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Loading,
    Drawn,
    Failed,
}

/// An `ECharts` instance and what keeps it as large as its box.
struct LiveChart {
    chart: JsValue,
    observer: ResizeObserver,
    _resized: Closure<dyn Fn()>,
}

impl LiveChart {
    fn new(element: &HtmlElement) -> Result<Self, JsValue> {
        let chart = create(element)?;
        let resized = Closure::<dyn Fn()>::new({
            let chart = chart.clone();
            // A chart that cannot be resized keeps its size.
            move || drop(resize(&chart))
        });
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref())?;
        observer.observe(element);
        Ok(Self {
            chart,
            observer,
            _resized: resized,
        })
    }
}

impl Drop for LiveChart {
    fn drop(&mut self) {
        self.observer.disconnect();
        // Nothing is left to do about an instance that is gone already.
        let _ = dispose(&self.chart);
    }
}

/// Waits for the bundle, and fetches it the first time. A failure is forgotten, so that the next chart tries again.
async fn bundle() -> Result<(), JsValue> {
    let known = BUNDLE.with_borrow(Clone::clone);
    let promise = known.unwrap_or_else(|| {
        let promise = fetch_bundle();
        BUNDLE.set(Some(promise.clone()));
        promise
    });
    let outcome = JsFuture::from(promise).await;
    if outcome.is_err() {
        BUNDLE.set(None);
    }
    outcome.map(drop)
}

fn fetch_bundle() -> js_sys::Promise {
    js_sys::Promise::new(&mut |resolve, reject| {
        let script = || -> Option<HtmlScriptElement> {
            let document = web_sys::window()?.document()?;
            let script: HtmlScriptElement =
                document.create_element("script").ok()?.dyn_into().ok()?;
            script.set_src(&browser::echarts_address()?);
            script.set_onload(Some(&resolve));
            script.set_onerror(Some(&reject));
            document.head()?.append_child(&script).ok()?;
            Some(script)
        };
        if script().is_none() {
            // The promise itself reports it; a call of `reject` cannot fail.
            let _ = reject.call0(&JsValue::NULL);
        }
    })
}
