//! The static parts of the page.

use leptos::prelude::*;

use crate::{
    browser,
    components::{DataTable, VerdictBadge, value},
    view_model::{
        run::{Fact, Judged, NamedTable, reasons},
        table_view::CellView,
    },
};

/// Facts, one below the other.
pub(super) fn facts(facts: Vec<Fact>) -> AnyView {
    let fact = |Fact { label, cell }| named(label.to_owned(), cell);
    view! { <dl class="facts">{facts.into_iter().map(fact).collect_view()}</dl> }.into_any()
}

/// A name and its value.
pub(super) fn named(label: String, cell: CellView) -> AnyView {
    let title = cell.title();
    view! {
        <div>
            <dt><bdi>{label}</bdi></dt>
            <dd title=title>{value(cell)}</dd>
        </div>
    }
    .into_any()
}

/// The reasons of the verdicts.
pub(super) fn why(title: &'static str, judged: &Judged, is_open: bool) -> Option<AnyView> {
    let reasons = reasons(judged);
    let reason = |(tone, word, reason): (_, &'static str, String)| {
        view! {
            <li>
                <VerdictBadge tone=Signal::stored(tone) label=Signal::stored(word.to_owned()) />
                " "
                {reason}
            </li>
        }
    };
    (!reasons.is_empty()).then(|| {
        view! {
            <details class="reasons" open=is_open>
                <summary>{title}</summary>
                <ul>{reasons.into_iter().map(reason).collect_view()}</ul>
            </details>
        }
        .into_any()
    })
}

/// A section with a heading, omitted if empty.
pub(super) fn section(id: &'static str, title: &'static str, inside: AnyView) -> AnyView {
    view! {
        <section class="block" aria-labelledby=id>
            <div class="block-head"><h2 id=id>{title}</h2></div>
            {inside}
        </section>
    }
    .into_any()
}

/// Nested objects as tables.
pub(super) fn tables(
    id: &'static str,
    title: &'static str,
    tables: Vec<NamedTable>,
) -> Option<AnyView> {
    if tables.is_empty() {
        return None;
    }
    let table = |(place, NamedTable { title, table }): (usize, NamedTable)| {
        let heading = format!("{id}-{place}");
        view! {
            <h3 id=heading.clone()><bdi>{title}</bdi></h3>
            <DataTable table=Signal::stored(table) heading=heading file_name=id />
        }
        .into_any()
    };
    Some(section(
        id,
        title,
        tables
            .into_iter()
            .enumerate()
            .map(table)
            .collect_view()
            .into_any(),
    ))
}

/// The row as JSON, to read and to export.
pub(super) fn raw(json: String, file_name: String) -> AnyView {
    let text = StoredValue::new(json.clone());
    let said = RwSignal::new("");
    let tell = move |is_done: bool, done: &'static str| {
        said.try_set(if is_done {
            done
        } else {
            "The browser blocked it"
        });
    };
    let copy = move |_| {
        wasm_bindgen_futures::spawn_local(async move {
            tell(browser::copy(&text.get_value()).await, "Copied");
        });
    };
    let save = move |_| {
        tell(
            browser::download(&file_name, "application/json", &text.get_value()),
            "Saved",
        );
    };
    view! {
        <details class="raw">
            <summary>"Full row as JSON"</summary>
            <pre tabindex="0"><code>{json}</code></pre>
        </details>
        <div class="export" role="group" aria-label="Export this row">
            <button type="button" class="link-button" on:click=copy>"Copy JSON"</button>
            <button type="button" class="link-button" on:click=save>"Save JSON"</button>
            <span class="said" role="status">{said}</span>
        </div>
    }
    .into_any()
}
