//! A sortable, exportable table.

use leptos::prelude::*;

use super::{Export, Skeleton, Spark, VerdictSign};
use crate::view_model::table_view::{
    CellView, ColumnView, Order, RowView, Sorted, TableView, Tone,
};

/// A table with a heading, which scrolls sideways if it is too wide.
///
/// A column of sentences has no header: its values span the table below their rows.
#[component]
pub fn DataTable(
    /// Its content.
    #[prop(into)]
    table: Signal<TableView>,
    /// The id of its heading.
    #[prop(into)]
    heading: String,
    /// The name of exported files, without an extension; empty if there is nothing to export.
    #[prop(optional)]
    file_name: &'static str,
    /// The sort order.
    #[prop(into, optional)]
    sorted: Signal<Option<Sorted>>,
    /// Called with the name of the column whose header was clicked.
    #[prop(optional)]
    on_sort: Option<Callback<String>>,
    /// The keys of the rows whose boxes are checked.
    #[prop(into, optional)]
    selected: Signal<Vec<String>>,
    /// Called with the key of the row whose box was clicked; without it, rows have no boxes.
    #[prop(optional)]
    on_select: Option<Callback<String>>,
    /// Whether its rows are cards on a phone, each value with its column's header.
    #[prop(optional)]
    is_stacked: bool,
) -> impl IntoView {
    let columns = Memo::new(move |_| table.with(|table| table.columns.clone()));
    let heads = move || {
        columns
            .get()
            .into_iter()
            .filter(|column| !column.is_sentence)
            .map(|column| head(column, sorted, on_sort))
            .collect_view()
    };
    let rows = move || {
        table.with(|table| {
            table
                .rows
                .iter()
                .map(|one| {
                    row(
                        one.clone(),
                        &table.columns,
                        is_stacked,
                        on_select.map(|on_select| (selected, on_select)),
                    )
                })
                .collect_view()
        })
    };
    view! {
        <div class="table-box" role="group" aria-labelledby=heading tabindex="0">
            <table class="table" class:stacked=is_stacked>
                <caption class="visually-hidden">{move || table.with(|table| table.caption.clone())}</caption>
                <thead>
                    <tr>
                        {on_select.map(|_| view! { <th scope="col" class="pick">"Select"</th> })}
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(!file_name.is_empty()).then(|| view! { <Export table=table file_name=file_name /> })}
    }
    .into_any()
}

fn head(
    column: ColumnView,
    sorted: Signal<Option<Sorted>>,
    on_sort: Option<Callback<String>>,
) -> AnyView {
    let ColumnView {
        name,
        label,
        hint,
        is_number,
        is_sortable,
        is_sentence: _,
    } = column;
    let hint = (!hint.is_empty()).then_some(hint);
    let Some(on_sort) = on_sort.filter(|_| is_sortable) else {
        return view! { <th scope="col" class:number=is_number title=hint>{label}</th> }.into_any();
    };
    let own_name = name.clone();
    let order = move || {
        sorted.with(|sorted| {
            let sorted = sorted.as_ref().filter(|sorted| sorted.column == own_name)?;
            Some(match sorted.order {
                Order::Ascending => "ascending",
                Order::Descending => "descending",
            })
        })
    };
    view! {
        <th scope="col" class:number=is_number aria-sort=order title=hint>
            <button type="button" class="sort" on:click=move |_| on_sort.run(name.clone())>
                {label}
                <svg viewBox="0 0 10 12" aria-hidden="true">
                    <path d="M5 10 1.5 5.5h7z"></path>
                </svg>
            </button>
        </th>
    }
    .into_any()
}

type Selection = (Signal<Vec<String>>, Callback<String>);

fn row(
    row: RowView,
    columns: &[ColumnView],
    is_stacked: bool,
    selection: Option<Selection>,
) -> AnyView {
    let RowView { key, cells } = row;
    let name = cells
        .first()
        .map(|cell| cell.label.clone())
        .unwrap_or_default();
    let width = columns.len() + usize::from(selection.is_some());
    let boxed = selection.map(|selection| check_box(key, &name, selection));
    let (sentences, cells): (Vec<_>, Vec<_>) = columns
        .iter()
        .zip(cells)
        .enumerate()
        .partition(|(_, (column, _))| column.is_sentence);
    let cells = cells.into_iter().map(|(index, (column, one))| {
        // Plain text needs no tooltip.
        let is_named = is_stacked && (column.is_number || !column.hint.is_empty());
        let label = is_named.then(|| column.label.clone());
        cell(one, index == 0, column.is_number, label)
    });
    // Below its row, because a sentence inside a cell would increase the row's height.
    let sentences = sentences.into_iter().map(|(_, (_, one))| {
        view! { <tr class="sentence"><td colspan=width.to_string()>{value(one)}</td></tr> }
            .into_any()
    });
    let is_told = sentences.len() > 0;
    view! {
        <tr class:told=is_told>{boxed} {cells.collect_view()}</tr>
        {sentences.collect_view()}
    }
    .into_any()
}

fn check_box(key: String, name: &str, (selected, on_select): Selection) -> AnyView {
    let own_key = key.clone();
    let is_checked = move || selected.with(|selected| selected.contains(&own_key));
    view! {
        <td class="pick">
            <input
                type="checkbox"
                aria-label=format!("Select {name}")
                prop:checked=is_checked
                on:change=move |_| on_select.run(key.clone())
            />
        </td>
    }
    .into_any()
}

fn cell(cell: CellView, is_name: bool, is_number: bool, label: Option<String>) -> AnyView {
    let class = format!(
        "{} {}",
        if is_number { "number" } else { "text" },
        cell.tone.class()
    );
    let title = cell.title();
    let inside = match cell.bare() {
        // Most cells: a number needs neither bidi isolation nor a wrapper.
        Some(label) if is_number => label.into_any(),
        Some(label) => view! { <bdi>{label}</bdi> }.into_any(),
        None => value(cell),
    };
    if is_name {
        view! { <th scope="row" title=title>{inside}</th> }.into_any()
    } else {
        view! { <td class=class title=title data-label=label>{inside}</td> }.into_any()
    }
}

/// A cell's value with its symbol, link and notes.
pub fn value(cell: CellView) -> AnyView {
    let CellView {
        label,
        exact: _,
        hint: _,
        href,
        badge,
        note,
        tone,
        spark,
    } = cell;
    let label = match tone {
        Tone::Code => view! { <code>{label}</code> }.into_any(),
        Tone::Waiting => view! { <Skeleton like=label /> }.into_any(),
        _ => view! { <bdi>{label}</bdi> }.into_any(),
    };
    let label = if href.is_empty() {
        label
    } else {
        let is_elsewhere = href.contains("://");
        view! { <a href=href rel=is_elsewhere.then_some("external noreferrer")>{label}</a> }
            .into_any()
    };
    view! {
        {tone.sign().map(|sign| view! { <VerdictSign sign=sign /> })}
        {label}
        {(!note.is_empty()).then(|| view! { " " <bdi class="provider">{note}</bdi> })}
        {(!badge.is_empty()).then(|| view! { " " <span class="badge">{badge}</span> })}
        {(!spark.is_empty()).then(|| view! { <Spark path=spark /> })}
    }
    .into_any()
}
