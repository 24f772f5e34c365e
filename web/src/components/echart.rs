//! The only binding to `ECharts`.
//!
//! One instance per element: created once, updated by replacing the whole option, resized with its
//! box, and disposed with the element. The code is loaded with the first chart, and nothing else
//! waits for it; modules for some charts only are loaded with the first of those.

mod live;

use leptos::{html::Div, prelude::*};
use wasm_bindgen_futures::spawn_local;

use self::live::LiveChart;

/// The `ECharts` modules that a chart needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartParts {
    /// Scatter, a grid, a legend, tooltips.
    #[default]
    Basic,
    /// Those, and lines, bars, bands, marked lines and zoom.
    All,
}

/// A chart event.
#[derive(Clone, Debug, PartialEq)]
pub enum ChartEvent {
    /// Another range of the zoomed axis is shown, in its own values; none: all of it.
    Zoom(Option<(f64, f64)>),
    /// A point was clicked.
    Click(ChartPoint),
    /// The pointer is on a point.
    Hover(ChartPoint),
    /// A series was switched on or off in the legend.
    Legend {
        /// Its name.
        name: String,
        /// Whether it is shown now.
        is_shown: bool,
    },
}

/// One point of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartPoint {
    /// The name of its series.
    pub series: String,
    /// The index of its series in the option.
    pub series_index: usize,
    /// The index of the point in the data.
    pub index: usize,
    /// The `id` of the point, if its data has one.
    pub id: String,
}

/// A handle to a displayed chart, for buttons beside it. Copies refer to the same chart.
#[derive(Clone, Copy)]
pub struct ChartHandle(StoredValue<Option<LiveChart>, LocalStorage>);

impl Default for ChartHandle {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl ChartHandle {
    /// Resets the zoom.
    pub fn reset_zoom(&self) {
        self.0.with_value(|live| {
            if let Some(live) = live {
                live.zoom(None);
            }
        });
    }

    /// The current chart as the URL of a PNG, at twice the screen resolution.
    pub fn png(&self, background: &str) -> Option<String> {
        self.0.with_value(|live| live.as_ref()?.png(background))
    }

    /// The current chart as SVG text.
    pub async fn svg(&self, background: &str) -> Option<String> {
        let pending = self.0.with_value(|live| live.as_ref()?.svg(background))?;
        live::text(pending).await
    }
}

/// A chart of [`crate::charts`], drawn by `ECharts`.
#[component]
pub fn EChart(
    /// The chart as JSON; redrawn on change. Empty: not computed yet.
    #[prop(into)]
    option: Signal<String>,
    /// [`crate::charts::Palette::look`] as JSON.
    #[prop(into)]
    look: Signal<String>,
    /// The chart in a sentence.
    #[prop(into)]
    description: Signal<String>,
    /// The `ECharts` modules that it needs.
    #[prop(optional)]
    parts: ChartParts,
    /// Which range of the zoomed axis is shown, in its own values; none: all of it. Changing the
    /// range doesn't replace the option.
    #[prop(into, optional)]
    zoom: Signal<Option<(f64, f64)>>,
    /// Called on chart events.
    #[prop(optional_no_strip)]
    on_event: Option<Callback<ChartEvent>>,
    /// For buttons beside the chart.
    #[prop(optional)]
    handle: ChartHandle,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let stage = RwSignal::new(Stage::Loading);
    let is_there = RwSignal::new(false);

    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        spawn_local(async move {
            if live::load(parts).await.is_err() {
                stage.try_set(Stage::NotLoaded);
                return;
            }
            // The page may have changed while the code was loading.
            if !element.is_connected() {
                return;
            }
            match LiveChart::new(&element, on_event) {
                Ok(chart) => {
                    handle.0.try_set_value(Some(chart));
                    stage.try_set(Stage::Drawn);
                    is_there.try_set(true);
                }
                Err(_) => {
                    stage.try_set(Stage::NotDrawn);
                }
            }
        });
    });
    on_cleanup(move || {
        handle.0.try_set_value(None);
    });
    Effect::new(move |_| {
        let (option, look) = (option.get(), look.get());
        if is_there.get() && !option.is_empty() {
            let is_drawn = handle.0.with_value(|live| {
                live.as_ref()
                    .is_none_or(|live| live.draw(&option, &look, zoom.get_untracked()))
            });
            stage.set(if is_drawn {
                Stage::Drawn
            } else {
                Stage::NotDrawn
            });
        }
    });
    Effect::new(move |_| {
        let range = zoom.get();
        handle.0.with_value(|live| {
            if let Some(live) = live {
                live.zoom(range);
            }
        });
    });

    let note = move || match stage.get() {
        Stage::Loading => Some("Loading the chart …"),
        Stage::NotLoaded => Some(
            "The code for charts could not be loaded. Reload the page to try again; the table has the same values.",
        ),
        Stage::NotDrawn => Some("The chart could not be drawn. The table has the same values."),
        Stage::Drawn => None,
    };
    // Zooming also works with the keyboard; js/echarts.js handles the keys.
    let tab = (parts == ChartParts::All && on_event.is_some()).then_some("0");
    view! {
        <div class="chart">
            <div class="canvas" role="img" tabindex=tab aria-label=description node_ref=element></div>
            {move || note().map(|text| view! { <div class="chart-wait">{text}</div> })}
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Loading,
    Drawn,
    NotLoaded,
    NotDrawn,
}
