//! What the commands need, one tool per file: present? which version? else how to get it.

mod browser;
mod cargo_tool;
mod debian;
mod node;
mod pgtap;
mod python;
mod wasm_target;

pub(crate) use debian::is_root;

use crate::failure::Failure;
use crate::project;

/// The version of trunk that works with our `Trunk.toml`; 0.22 asks for a newer compiler.
const TRUNK: &str = "0.21.14";

/// What it takes to compile for the browser.
pub(crate) fn for_wasm() -> Result<(), Failure> {
    wasm_target::ensure()
}

/// What it takes to build the dashboard.
pub(crate) fn for_dashboard() -> Result<(), Failure> {
    let _alone = project::alone()?;
    wasm_target::ensure()?;
    node::ensure()?;
    node::install_packages(&project::root().join("web"))?;
    let bindgen = project::locked_version("wasm-bindgen")?;
    cargo_tool::ensure("wasm-bindgen-cli", "wasm-bindgen", &bindgen)?;
    cargo_tool::ensure("trunk", "trunk", TRUNK)
}

/// What it takes to look at the dashboard.
pub(crate) fn for_browser() -> Result<(), Failure> {
    let _alone = project::alone()?;
    browser::ensure()
}

/// What the end-to-end tests need besides: a browser, pgTAP, and the clients of the original
/// system in their own languages.
pub(crate) fn for_end_to_end_tests() -> Result<(), Failure> {
    let _alone = project::alone()?;
    browser::ensure()?;
    pgtap::ensure()?;
    python::ensure()?;
    node::install_packages(&project::root().join("tests"))
}
