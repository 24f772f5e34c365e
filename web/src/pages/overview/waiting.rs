//! The loading state: the same layout as the loaded page.

use leptos::prelude::*;

use super::scatter_chart;
use crate::{components::Skeleton, view_model::snapshot::Column};

/// The loading state.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let tile = |_| {
        view! {
            <div class="tile">
                <div><Skeleton like="Average F1" /></div>
                <div class="value"><Skeleton like="0.000" /></div>
                <div class="detail"><Skeleton like="0.000 to 0.000" /></div>
            </div>
        }
    };
    let place = || {
        view! {
            <div class="leader">
                <span class="rank"></span>
                <span class="name"><Skeleton like="a model's version" /></span>
                <span class="value"><Skeleton like="0.000" /></span>
                <span class="where"><Skeleton like="dataset · prompt · environment" /></span>
            </div>
        }
    };
    let list = |title: &'static str| {
        view! {
            <div>
                <div class="leader-head"><h2>{title}</h2></div>
                <div class="leader-box">{(0..5).map(|_| place()).collect_view()}</div>
            </div>
        }
    };
    view! {
        <p class="visually-hidden" role="status">"Loading the configurations …"</p>
        <div class="page-head">
            <h1>"Current snapshot"</h1>
            <p><Skeleton like="00 configurations of 0 models on 0 datasets" /></p>
        </div>
        <section class="news"><h2>"What changed since yesterday"</h2><p aria-hidden="true">"…"</p></section>
        <div class="filters">
            <Skeleton like="Environment all" />
            <Skeleton like="Model all" />
            <Skeleton like="Dataset all" />
        </div>
        <div class="tiles">{(0..5).map(tile).collect_view()}</div>
        <div class="leaders">{["Top performers", "Fastest", "Cost efficiency"].map(list)}</div>
        <div class="block">
            <div class="block-head"><h2>"F1 against latency"</h2><p>{scatter_chart::HINT}</p></div>
            <div class="chart"><div class="chart-wait"></div></div>
            <p class="chart-foot"></p>
        </div>
        <div class="block">
            <div class="block-head"><h2>"All configurations"</h2></div>
            <div class="table-box">
                <table class="table" aria-hidden="true">
                    <tbody>
                        {(0..8)
                            .map(|_| view! {
                                <tr>{Column::ALL.map(|column| view! { <td><Skeleton like=column.label() /></td> })}</tr>
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        </div>
    }
}
