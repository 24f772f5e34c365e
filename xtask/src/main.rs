//! The project's own commands: demo, test, bench, gen.

fn main() {}
