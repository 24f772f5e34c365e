//! PostgreSQL: finding the programs, creating the database once, and setting it up like Supabase's.

mod cluster;
mod embedded;
mod installation;
mod roles;
mod workshop;

pub(crate) use cluster::{Cluster, connect, end_leftover, explain};
pub(crate) use installation::Installation;
pub(crate) use roles::prepare;
pub(crate) use workshop::discard;
