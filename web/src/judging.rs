//! Who makes the verdicts that a page shows: this program, or a small one that is fetched for it.

use std::{future::Future, pin::Pin};

use crate::{
    browser,
    view_model::{
        metrics::Metrics,
        verdicts::{Found, Question, found_all},
    },
};

/// Verdicts on their way; none when they cannot be had.
pub type Verdicts = Pin<Box<dyn Future<Output = Option<Vec<Option<Found>>>>>>;

/// Makes verdicts. In the context of every page.
#[derive(Clone, Copy)]
pub struct Judge(pub fn(Question) -> Verdicts);

/// By this program's own statistics.
pub fn here(question: Question) -> Verdicts {
    let Question {
        rows,
        definitions,
        threshold,
    } = question;
    Box::pin(async move { Some(found_all(&rows, &Metrics::new(definitions), threshold)) })
}

/// By the program `bin/judge.rs`, which `js/boot.js` fetches at the first question.
pub fn elsewhere(question: Question) -> Verdicts {
    Box::pin(async move {
        let question = serde_json::to_string(&question).ok()?;
        let answer = browser::judge(question).await?;
        serde_json::from_str(&answer).ok()
    })
}
