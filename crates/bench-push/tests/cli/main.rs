//! The built command against a server that misbehaves on request, unlike a real one. The end-to-end
//! tests in `tests/` cover the real server.

mod bulk;
mod change_point;
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
