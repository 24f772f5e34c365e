//! The SQL of Benchmark Monitor, embedded, and the one ledger that applies it.
