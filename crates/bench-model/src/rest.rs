//! The REST contract, declared once: tables, functions, payloads, rows, queries and refusals.

pub mod change_points;
pub mod errors;
pub mod functions;
pub mod incidents;
pub mod payload;
pub mod query;
pub mod rows;
pub mod tables;
