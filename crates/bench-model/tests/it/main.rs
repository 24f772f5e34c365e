//! What users of the crate rely on: the words of every error, and the laws of keys and readers.

mod json_errors;
mod laws;
mod report_problems;
mod support;
