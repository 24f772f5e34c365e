//! A chart with its heading, remark, buttons, and the table of its values.

use leptos::prelude::*;

use super::{ChartEvent, ChartHandle, ChartParts, DataTable, EChart, Export, SaveChart, Skeleton};
use crate::{browser, charts::Palette, theme::Theme, view_model::table_view::TableView};

/// The maximum number of rows on the page; exports contain all.
const MOST_ROWS: usize = 200;

/// The palette of the page's theme and size.
pub fn use_palette() -> Signal<Palette> {
    let theme = expect_context::<Theme>();
    Memo::new(move |_| Palette::for_theme(theme.is_dark()).scaled(browser::text_scale())).into()
}

/// A chart with its heading, its buttons and its table.
#[component]
pub fn ChartBox(
    /// The id of the heading.
    id: &'static str,
    /// The heading.
    heading: &'static str,
    /// How to read the chart.
    #[prop(into)]
    hint: Signal<String>,
    /// The chart as JSON, drawn with the palette of [`use_palette`].
    #[prop(into)]
    option: Signal<String>,
    /// The chart in a sentence.
    #[prop(into)]
    description: Signal<String>,
    /// The values of the chart.
    #[prop(into)]
    table: Signal<TableView>,
    /// The file name, without an extension.
    file_name: &'static str,
    /// Whether the table is shown below the chart.
    #[prop(into)]
    is_table: Signal<bool>,
    /// Called with whether to show the table.
    on_table: Callback<bool>,
    /// The `ECharts` modules that the chart needs.
    #[prop(optional)]
    parts: ChartParts,
    /// Which range of the zoomed axis is shown.
    #[prop(into, optional)]
    zoom: Signal<Option<(f64, f64)>>,
    /// Called on chart events. A chart without it can't be zoomed.
    #[prop(optional)]
    on_event: Option<Callback<ChartEvent>>,
    /// A remark below the chart.
    #[prop(into, optional)]
    foot: ViewFn,
) -> impl IntoView {
    let palette = use_palette();
    let look = Memo::new(move |_| palette.get().look().to_string());
    let handle = ChartHandle::default();
    let save_csv = move |_| {
        let text = table.with_untracked(TableView::to_csv);
        browser::download(&format!("{file_name}.csv"), "text/csv", &text);
    };
    let is_zoomed = Memo::new(move |_| zoom.with(Option::is_some));
    let on_reset = move |_| {
        handle.reset_zoom();
        // The URL updates at once; the chart reports its zoom only when it comes to rest.
        if let Some(on_event) = on_event {
            on_event.run(ChartEvent::Zoom(None));
        }
    };
    let rows_on_page = Memo::new(move |_| {
        table.with(|table| TableView {
            rows: table.rows.iter().take(MOST_ROWS).cloned().collect(),
            ..table.clone()
        })
    });
    let left_out = move || {
        let count = table.with(|table| table.rows.len());
        (count > MOST_ROWS).then(|| {
            format!("Showing the first {MOST_ROWS} of {count} rows; exports have them all.")
        })
    };
    view! {
        <section class="block chart-box" aria-labelledby=id>
            <div class="block-head">
                <h2 id=id>{heading}</h2>
                <p>{hint}</p>
            </div>
            <EChart option=option look=look description=description parts=parts zoom=zoom on_event=on_event handle=handle />
            <div class="chart-tools" role="group" aria-label="Chart actions">
                {on_event.map(|_| view! {
                    <button type="button" class="link-button" disabled=move || !is_zoomed.get() on:click=on_reset>
                        "Reset zoom"
                    </button>
                })}
                <button type="button" class="link-button" on:click=save_csv>"CSV"</button>
                <button
                    type="button"
                    class="link-button"
                    aria-expanded=move || is_table.get().to_string()
                    on:click=move |_| on_table.run(!is_table.get_untracked())
                >
                    {move || if is_table.get() { "Hide table" } else { "Show as table" }}
                </button>
                <SaveChart handle=handle file_name=file_name palette=palette />
            </div>
            <div class="chart-foot">{move || foot.run()}</div>
            {move || is_table.get().then(|| view! {
                <DataTable table=rows_on_page heading=id />
                <p class="chart-foot">{left_out}</p>
                <Export table=table file_name=file_name />
            })}
        </section>
    }
    .into_any()
}

/// A chart's loading state: the same heading, place and buttons.
#[component]
pub fn WaitingChart(
    /// The heading.
    heading: &'static str,
    /// How to read the chart.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <section class="block chart-box" aria-hidden="true">
            <div class="block-head">
                <h2>{heading}</h2>
                <p>{hint}</p>
            </div>
            <div class="chart"><div class="chart-wait">"Loading the runs …"</div></div>
            <div class="chart-tools"><Skeleton like="CSV Show as table PNG SVG Copy link" /></div>
            <div class="chart-foot"></div>
        </section>
    }
    .into_any()
}
