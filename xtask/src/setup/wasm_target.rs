//! Rust's standard library for the browser.

use std::path::Path;

use crate::failure::Failure;
use crate::process::{command, output, run, say};

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure() -> Result<(), Failure> {
    let libdir = output(command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libdir.trim()).is_dir() {
        say!("setup: {TARGET} is there");
        return Ok(());
    }
    run(
        command("rustup").args(["target", "add", TARGET]),
        "the compiler's parts for the browser could not be installed",
    )
    .map_err(|failure| {
        failure.hint(format!(
            "without rustup, install your distribution's package for {TARGET}"
        ))
    })
}
