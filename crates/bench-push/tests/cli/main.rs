//! The built command against a server that misbehaves on request, which the real one cannot be
//! made to do. What the real one does is tested end to end in `tests/` of the workspace.

mod bulk;
mod check;
mod compare;
mod doctor;
mod keys;
mod outputs;
mod push;
mod refusals;
mod reports;
mod retries;
mod sentinel;
mod server;
mod settings;
mod spool;
