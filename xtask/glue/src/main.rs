//! `xtask-glue FOLDER PROGRAM.wasm…`: writes each program and its JavaScript into the folder.
//!
//! The demo uses the library of `wasm-bindgen-cli` instead of the tool, because it compiles faster:
//! the tool has a web server and an HTTP client for its test runner.

use std::path::PathBuf;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let Some(folder) = paths.next() else {
        eprintln!("error: no folder is named\n\nhint: xtask-glue FOLDER PROGRAM.wasm…");
        return ExitCode::from(2);
    };
    for program in paths {
        let mut bindgen = Bindgen::new();
        let written = bindgen
            .input_path(&program)
            .typescript(false)
            .web(true)
            .and_then(|bindgen| bindgen.generate(&folder));
        if let Err(error) = written {
            eprintln!(
                "error: the JavaScript of `{}` could not be written: {error:#}",
                program.display()
            );
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
