//! Tests of the built `bench-local` with a real PostgreSQL and a real PostgREST.

mod foreign;
mod gateway;
mod http;
mod interrupted;
mod kit;
mod lifecycle;
mod refusals;
mod rights;
mod survival;
