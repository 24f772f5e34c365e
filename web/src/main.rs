//! The dashboard of Benchmark Monitor.

fn main() {}
