//! Computes verdicts in this program or in a small one loaded on demand.

use std::{future::Future, pin::Pin};

use crate::{browser, view_model::verdicts};

/// Pending rows with verdicts, see [`verdicts::answer`]; none if they are unavailable.
pub type Verdicts = Pin<Box<dyn Future<Output = Option<String>>>>;

/// Computes verdicts from the responses of `against_baselines` and `v_metrics`. Provided as
/// context to every page.
#[derive(Clone, Copy)]
pub struct Judge(pub fn(String, String) -> Verdicts);

/// With this program's own statistics.
pub fn here(against: String, metrics: String) -> Verdicts {
    Box::pin(async move { Some(verdicts::answer(&against, &metrics)) })
}

/// With the program `bin/judge.rs`, which `js/boot.js` loads on first use.
pub fn elsewhere(against: String, metrics: String) -> Verdicts {
    Box::pin(browser::judge(against, metrics))
}
