//! `bench-local` as its users meet it: the built program, a real PostgreSQL, a real PostgREST.

mod foreign;
mod gateway;
mod http;
mod kit;
mod lifecycle;
mod refusals;
mod rights;
mod survival;
