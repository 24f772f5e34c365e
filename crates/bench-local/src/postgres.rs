//! PostgreSQL: finding the programs, creating the database once, and setting it up like Supabase's.

mod cluster;
mod embedded;
mod installation;
mod leftover;
mod roles;
mod workshop;

pub(crate) use cluster::{Cluster, connect};
pub(crate) use embedded::bin as embedded_bin;
pub(crate) use installation::Installation;
pub(crate) use leftover::end_leftover;
pub(crate) use roles::prepare;
pub(crate) use workshop::discard;
