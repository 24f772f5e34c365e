//! Paths of the build results.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the checkout.
///
/// # Panics
///
/// Never: this crate lies in `tests/`.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the root")
}

/// Cargo's target folder: this test binary lies in `<target>/debug/deps/`.
///
/// # Panics
///
/// When the path of this program is unknown.
pub fn target() -> PathBuf {
    let me = env::current_exe().expect("a program knows its path");
    me.ancestors()
        .nth(3)
        .expect("a test binary lies in <target>/<profile>/deps")
        .to_owned()
}

/// The release build of the command-line tool.
///
/// # Panics
///
/// When it has not been built.
pub fn bench_push() -> PathBuf {
    built("bench-push")
}

/// The release build of the local stack.
///
/// # Panics
///
/// When it has not been built.
pub fn bench_local() -> PathBuf {
    built("bench-local")
}

/// The built dashboard.
///
/// # Panics
///
/// When it has not been built.
pub fn dashboard() -> PathBuf {
    let folder = project().join("web/dist");
    assert!(
        folder.join("index.html").is_file(),
        "the dashboard is not built: `cargo xtask test --only e2e` builds it and runs these tests"
    );
    folder
}

/// The folder for screenshots.
///
/// # Panics
///
/// If the folder can't be created.
pub fn screenshots() -> PathBuf {
    let folder = target().join("screenshots");
    fs::create_dir_all(&folder).expect("target/ is ours");
    folder
}

fn built(name: &str) -> PathBuf {
    let program = target().join("release").join(name);
    assert!(
        program.is_file(),
        "`{}` is not built: `cargo xtask test --only e2e` builds it and runs these tests",
        program.display()
    );
    program
}
