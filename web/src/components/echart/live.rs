//! A displayed `ECharts` instance, and its code in `js/echarts.js`.

use std::cell::RefCell;

use leptos::prelude::{Callable, Callback};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlLinkElement, HtmlScriptElement, ResizeObserver};

use super::{ChartEvent, ChartParts, ChartPoint};
use crate::browser;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn create(element: &HtmlElement) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn draw(chart: &JsValue, option: &str, look: &str, from: f64, to: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn listen(chart: &JsValue, tell: &Closure<Tell>) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn more() -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn png(chart: &JsValue, background: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn svg(chart: &JsValue, background: &str) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn zoom(chart: &JsValue, from: f64, to: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn resize(chart: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = benchCharts, catch)]
    fn dispose(chart: &JsValue) -> Result<(), JsValue>;
}

/// Kind, series, id, and two numbers, see `listen` in `js/echarts.js`.
type Tell = dyn Fn(String, String, String, f64, f64);

/// A chart, and the observer that resizes it with its box.
pub(super) struct LiveChart {
    chart: JsValue,
    observer: ResizeObserver,
    _resized: Closure<dyn Fn()>,
    _told: Option<Closure<Tell>>,
}

impl LiveChart {
    pub(super) fn new(
        element: &HtmlElement,
        on_event: Option<Callback<ChartEvent>>,
    ) -> Result<Self, JsValue> {
        let chart = create(element)?;
        let resized = Closure::<dyn Fn()>::new({
            let chart = chart.clone();
            // If resizing fails, the chart keeps its size.
            move || drop(resize(&chart))
        });
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref())?;
        observer.observe(element);
        let told = on_event.map(|on_event| {
            Closure::<Tell>::new(move |kind: String, series, id, low, high| {
                if let Some(event) = event(&kind, series, id, low, high) {
                    on_event.try_run(event);
                }
            })
        });
        if let Some(told) = &told {
            listen(&chart, told)?;
        }
        Ok(Self {
            chart,
            observer,
            _resized: resized,
            _told: told,
        })
    }

    /// Replaces the whole chart and shows a range of it; false if it can't be drawn.
    pub(super) fn draw(&self, option: &str, look: &str, range: Option<(f64, f64)>) -> bool {
        let (from, to) = range.unwrap_or((f64::NAN, f64::NAN));
        draw(&self.chart, option, look, from, to).is_ok()
    }

    /// Shows a range, or all of it. A chart without zoom shows all anyway.
    pub(super) fn zoom(&self, range: Option<(f64, f64)>) {
        let (from, to) = range.unwrap_or((f64::NAN, f64::NAN));
        let _ = zoom(&self.chart, from, to);
    }

    pub(super) fn png(&self, background: &str) -> Option<String> {
        png(&self.chart, background).ok()
    }

    pub(super) fn svg(&self, background: &str) -> Option<js_sys::Promise> {
        svg(&self.chart, background).ok()
    }
}

impl Drop for LiveChart {
    fn drop(&mut self) {
        self.observer.disconnect();
        // An instance that is already gone needs no disposal.
        let _ = dispose(&self.chart);
    }
}

/// The text from a promise.
pub(super) async fn text(promise: js_sys::Promise) -> Option<String> {
    JsFuture::from(promise).await.ok()?.as_string()
}

fn event(kind: &str, series: String, id: String, low: f64, high: f64) -> Option<ChartEvent> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places in a list, checked to be none below 0"
    )]
    let point = || {
        (low >= 0.0 && high >= 0.0).then_some(ChartPoint {
            series: series.clone(),
            series_index: high as usize,
            index: low as usize,
            id,
        })
    };
    match kind {
        "zoom" => Some(ChartEvent::Zoom(
            (low.is_finite() && high.is_finite()).then_some((low, high)),
        )),
        "click" => point().map(ChartEvent::Click),
        "hover" => point().map(ChartEvent::Hover),
        "legend" => Some(ChartEvent::Legend {
            name: series,
            is_shown: low > 0.0,
        }),
        _ => None,
    }
}

thread_local! {
    static BUNDLE: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
}

/// Waits for the code, and loads it the first time. A failure is not cached, so the next chart
/// retries.
pub(super) async fn load(parts: ChartParts) -> Result<(), JsValue> {
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
    outcome?;
    if parts == ChartParts::All {
        JsFuture::from(more()?).await?;
    }
    Ok(())
}

fn fetch_bundle() -> js_sys::Promise {
    js_sys::Promise::new(&mut |resolve, reject| {
        let script = || -> Option<HtmlScriptElement> {
            let document = web_sys::window()?.document()?;
            let head = document.head()?;
            let addresses = browser::echarts_addresses();
            let (first, others) = addresses.split_first()?;
            // Otherwise the browser would discover these only after parsing the first one.
            for address in others {
                let link: HtmlLinkElement =
                    document.create_element("link").ok()?.dyn_into().ok()?;
                link.set_rel("modulepreload");
                link.set_href(address);
                head.append_child(&link).ok()?;
            }
            let script: HtmlScriptElement =
                document.create_element("script").ok()?.dyn_into().ok()?;
            script.set_type("module");
            script.set_src(first);
            script.set_onload(Some(&resolve));
            script.set_onerror(Some(&reject));
            head.append_child(&script).ok()?;
            Some(script)
        };
        if script().is_none() {
            // The promise itself reports it; a call of `reject` cannot fail.
            let _ = reject.call0(&JsValue::NULL);
        }
    })
}
