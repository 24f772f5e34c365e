//! Who makes the verdicts that the first page shows: this program, or a small one that is fetched for it.

use std::{future::Future, pin::Pin};

use crate::{browser, view_model::verdicts};

/// Rows with verdicts on their way, see [`verdicts::answer`]; none when they cannot be had.
pub type Verdicts = Pin<Box<dyn Future<Output = Option<String>>>>;

/// Makes verdicts of what `against_baselines` and `benchmark_metrics` answered. In the context of every page.
#[derive(Clone, Copy)]
pub struct Judge(pub fn(String, String) -> Verdicts);

/// By this program's own statistics.
pub fn here(against: String, metrics: String) -> Verdicts {
    Box::pin(async move { Some(verdicts::answer(&against, &metrics)) })
}

/// By the program `bin/judge.rs`, which `js/boot.js` fetches at the first question.
pub fn elsewhere(against: String, metrics: String) -> Verdicts {
    Box::pin(browser::judge(against, metrics))
}
