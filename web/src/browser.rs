//! Browser APIs. Nothing here panics if the browser refuses.

use wasm_bindgen::JsValue;
use web_sys::{Storage, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "fits for 285,000 years")]
    let ms = js_sys::Date::now() as i64;
    ms
}

/// The user's UTC offset in minutes at a time in milliseconds since 1970.
pub fn minutes_ahead_of_utc(ms: i64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
    let date = js_sys::Date::new(&JsValue::from_f64(ms as f64));
    #[expect(clippy::cast_possible_truncation, reason = "less than a day")]
    let behind = date.get_timezone_offset() as i64;
    -behind
}

/// The page's origin: `https://team.github.io`.
pub fn origin() -> String {
    window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// The folder that the page is served from, with a slash at both ends: `/` or `/repo/`.
///
/// `js/boot.js` determines it and writes it into `<base>`.
pub fn base_path() -> String {
    let path = || {
        let base = window()?.document()?.base_uri().ok()??;
        web_sys::Url::new(&base).ok().map(|url| url.pathname())
    };
    path().unwrap_or_else(|| "/".to_owned())
}

/// The URLs of the `ECharts` modules for the first chart, written into the page by the build: the
/// entry module, then its imports.
pub fn echarts_addresses() -> Vec<String> {
    let names = || {
        let document = window()?.document()?;
        let meta = document.query_selector("meta[name='app']").ok()??;
        meta.get_attribute("data-echarts")
    };
    let base = base_path();
    names()
        .unwrap_or_default()
        .split_whitespace()
        .map(|name| format!("{base}{name}"))
        .collect()
}

/// Whether the browser considers itself online.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Whether the page is visible.
pub fn is_visible() -> bool {
    window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == web_sys::VisibilityState::Visible)
}

/// A value from the storage; None if storage is disabled.
pub fn stored(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Stores a value; false if the storage refuses.
pub fn store(name: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(name, value).is_ok())
}

/// Removes a value from the storage.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // A failed removal can't be handled.
        let _ = storage.remove_item(name);
    }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Runs once, as soon as the first lines of an element are on screen.
pub fn when_seen(element: &web_sys::Element, seen: impl Fn() + 'static) {
    use wasm_bindgen::{JsCast, prelude::Closure};
    use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

    let told = Closure::<dyn Fn(js_sys::Array, IntersectionObserver)>::new(
        move |entries: js_sys::Array, observer: IntersectionObserver| {
            let mut entries = entries.iter().map(JsCast::unchecked_into);
            if entries.any(|entry: IntersectionObserverEntry| entry.is_intersecting()) {
                observer.disconnect();
                seen();
            }
        },
    );
    let options = IntersectionObserverInit::new();
    // A heading at the lower edge doesn't mean that its content is visible.
    options.set_root_margin("0px 0px -96px 0px");
    let told = told.into_js_value();
    if let Ok(observer) = IntersectionObserver::new_with_options(told.unchecked_ref(), &options) {
        observer.observe(element);
    }
}

/// Calls the program that computes verdicts, loaded by `js/boot.js`; none if it is unavailable.
pub async fn judge(against: String, metrics: String) -> Option<String> {
    #[wasm_bindgen::prelude::wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = benchJudge, catch)]
        async fn bench_judge(against: String, metrics: String) -> Result<JsValue, JsValue>;
    }
    bench_judge(against, metrics).await.ok()?.as_string()
}

/// Copies text; false when the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let clipboard: Result<JsValue, JsValue> =
        js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("clipboard"));
    // Without https there is no clipboard, although the binding has one.
    if clipboard.is_ok_and(|clipboard| clipboard.is_undefined()) {
        return false;
    }
    let promise = window.navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}

/// The current URL.
pub fn address() -> String {
    window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default()
}

/// Reloads the page with the whole dashboard, as `js/boot.js` reads in the history's state: without
/// that mark, an address that is a folder and not the first page would reload forever.
pub fn open_whole() {
    let open = || -> Option<()> {
        let window = window()?;
        let history = window.history().ok()?;
        // The page's own URL is never refused.
        history
            .replace_state_with_url(&"whole".into(), "", None)
            .ok()?;
        window.location().reload().ok()
    };
    let _ = open();
}

/// Downloads a text as a file; false if the browser refuses.
pub fn download(file_name: &str, kind: &str, text: &str) -> bool {
    let save = || -> Result<(), JsValue> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let parts = js_sys::Array::of1(&JsValue::from_str(text));
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
        let address = web_sys::Url::create_object_url_with_blob(&blob)?;
        let saved = download_address(file_name, &address);
        web_sys::Url::revoke_object_url(&address)?;
        saved
    };
    save().is_ok()
}

/// Downloads the content of one of the page's own URLs, such as `data:image/png;…`.
///
/// # Errors
///
/// The browser's error.
pub fn download_address(file_name: &str, address: &str) -> Result<(), JsValue> {
    use wasm_bindgen::JsCast;
    let document = window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(address);
    link.set_download(file_name);
    link.click();
    Ok(())
}

/// The page's text scale, 1 on a laptop; a canvas doesn't follow the style sheet.
pub fn text_scale() -> f64 {
    const LAPTOP_PX: f64 = 15.0;
    let size = || {
        let window = window()?;
        let root = window.document()?.document_element()?;
        let style = window.get_computed_style(&root).ok()??;
        let size = style.get_property_value("font-size").ok()?;
        size.trim_end_matches("px").parse::<f64>().ok()
    };
    size().map_or(1.0, |px| px / LAPTOP_PX)
}

/// Removes an element from the page.
pub fn remove(id: &str) {
    if let Some(element) = element(id) {
        element.remove();
    }
}

/// Focuses an element.
pub fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    if let Some(element) =
        element(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // If an element can't be focused, the focus stays.
        let _ = element.focus();
    }
}

/// Sets the page's title in the tab and the history.
pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Shows a theme, or the system's.
pub fn set_theme(name: Option<&str>) {
    let root = || window()?.document()?.document_element();
    if let Some(root) = root() {
        // Both succeed for plain attribute names.
        let _ = match name {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
}

fn element(id: &str) -> Option<web_sys::Element> {
    window()?.document()?.get_element_by_id(id)
}
