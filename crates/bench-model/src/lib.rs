//! Reports, runs, metrics and the REST contract of Benchmark Monitor: pure, native and in the browser.
