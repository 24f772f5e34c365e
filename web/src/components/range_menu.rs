//! The time range: a preset, or two dates.

use leptos::prelude::*;

use super::{Choice, Select};
use crate::{
    browser,
    view_model::{
        range::Range,
        time::{day_ms, utc_day},
    },
};

/// The list's value for two dates.
const DATES: &str = "dates";

/// The time range.
#[component]
pub fn RangeMenu(
    /// The current range, never [`Range::Usual`].
    #[prop(into)]
    range: Signal<Range>,
    /// Called with the selected range.
    on_choose: Callback<Range>,
) -> impl IntoView {
    let choices = Memo::new(move |_| {
        let mut choices: Vec<Choice> = Range::NAMED
            .iter()
            .map(|(range, words)| (range.name(), (*words).to_owned()))
            .collect();
        let (name, words) = (range.get().name(), range.get().words());
        if !name.is_empty() && !choices.iter().any(|(known, _)| *known == name) {
            choices.push((name, words));
        }
        choices.push((DATES.to_owned(), "custom dates".to_owned()));
        choices
    });
    let chosen = Memo::new(move |_| {
        let name = range.get().name();
        if name.is_empty() {
            DATES.to_owned()
        } else {
            name
        }
    });
    let choose = Callback::new(move |name: String| {
        on_choose.run(if name == DATES {
            // The dates of the current range, as a starting point.
            let now = browser::now_ms();
            let today = day_ms(&utc_day(now));
            Range::Between(range.get_untracked().bounds(now).0.or(today), today)
        } else {
            Range::named(&name)
        });
    });
    let ends = move || match range.get() {
        Range::Between(from, to) => Some((from, to)),
        _ => None,
    };
    let date = move |is_first: bool| {
        let value = move || {
            let (from, to) = ends().unwrap_or_default();
            if is_first { from } else { to }
                .map(utc_day)
                .unwrap_or_default()
        };
        let on_change = move |event| {
            let day = day_ms(&event_target_value(&event)).map(utc_day);
            let (from, to) = untrack(ends).unwrap_or_default();
            let (from, to) = (from.map(utc_day), to.map(utc_day));
            let (from, to) = if is_first { (day, to) } else { (from, day) };
            on_choose.run(Range::read(Some("all"), from.as_deref(), to.as_deref()));
        };
        let label = if is_first { "From" } else { "To (inclusive)" };
        view! { <input type="date" class="date" aria-label=label prop:value=value on:change=on_change /> }
    };
    let is_dates = Memo::new(move |_| ends().is_some());
    view! {
        <Select id="range" label="Range" choices=choices chosen=chosen on_choose=choose />
        {move || is_dates.get().then(|| (date(true), date(false)))}
    }
    .into_any()
}
