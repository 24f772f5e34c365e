//! The local Supabase: real PostgreSQL, real PostgREST and a small gateway, without Docker.

fn main() {}
