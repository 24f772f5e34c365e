//! Incidents and the messages about them: what the verbs of `alert` are made of.
//!
//! | from → to | file |
//! | --- | --- |
//! | `bench-alerts.toml` → rules and their digest | `rules_file.rs` |
//! | tables → the log that `bench_model::alert` evaluates | `log.rs` |
//! | an incident → Markdown, Slack's mrkdwn, JSON | `text/` (pure) |
//! | a message → a sink | `sink/` |
//! | the outbox → messages, each to one sink at a time | `outbox.rs` |

pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod outbox;
pub(crate) mod rules_file;
pub(crate) mod sink;
pub(crate) mod text;
