//! The tools that the commands need, one per file: detects them, checks versions, installs them.

mod browser;
mod cargo_tool;
mod debian;
mod node;
mod pgtap;
mod plpgsql_check;
mod python;
mod wasm_target;

pub(crate) use debian::is_root;

use crate::failure::Failure;
use crate::project;

/// The version of trunk that works with our `Trunk.toml`; 0.22 needs a newer compiler.
const TRUNK: &str = "0.21.14";

/// The version of cargo-fuzz that these targets were written for.
const CARGO_FUZZ: &str = "0.13.2";

/// The tools to compile for the browser.
pub(crate) fn for_wasm() -> Result<(), Failure> {
    wasm_target::ensure()
}

/// The tools to build the demo's dashboard. None of them has to be compiled.
pub(crate) fn for_demo() -> Result<(), Failure> {
    let _alone = project::alone()?;
    wasm_target::ensure()?;
    node::ensure()?;
    node::install_packages(&project::root().join("web"))
}

/// The tools to build the dashboard for release.
pub(crate) fn for_dashboard() -> Result<(), Failure> {
    for_demo()?;
    let _alone = project::alone()?;
    let bindgen = project::locked_version("wasm-bindgen")?;
    cargo_tool::ensure("wasm-bindgen-cli", "wasm-bindgen", &bindgen)?;
    cargo_tool::ensure("trunk", "trunk", TRUNK)
}

/// The tools to feed random bytes to the parsers.
pub(crate) fn for_fuzzing() -> Result<(), Failure> {
    let _alone = project::alone()?;
    cargo_tool::ensure("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ)
}

/// The tools to open the dashboard.
pub(crate) fn for_browser() -> Result<(), Failure> {
    let _alone = project::alone()?;
    browser::ensure()
}

/// The additional tools of the end-to-end tests: a browser, pgTAP, `plpgsql_check`, and the original
/// system's clients in their own languages.
pub(crate) fn for_end_to_end_tests() -> Result<(), Failure> {
    let _alone = project::alone()?;
    browser::ensure()?;
    pgtap::ensure()?;
    plpgsql_check::ensure();
    python::ensure()?;
    node::install_packages(&project::root().join("tests"))
}
