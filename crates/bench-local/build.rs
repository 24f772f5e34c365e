//! With the feature `dashboard`: compresses every file of `web/dist` into the program.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut table = String::from("[\n");
    if env::var_os("CARGO_FEATURE_DASHBOARD").is_some() {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
        println!("cargo::rerun-if-changed={}", dist.display());
        assert!(
            dist.join("index.html").is_file(),
            "the feature `dashboard` embeds `web/dist`, where no dashboard is: build it with `cargo xtask dashboard`"
        );
        for (number, name) in files(&dist, Path::new("")).into_iter().enumerate() {
            let packed = out.join(format!("dashboard-{number}.gz"));
            fs::write(&packed, compressed(&dist.join(&name))).expect("OUT_DIR is writable");
            let packed = packed.to_str().expect("UTF-8");
            writeln!(
                table,
                "    ({name:?}, include_bytes!({packed:?}) as &[u8]),"
            )
            .expect("writing to a String cannot fail");
        }
    }
    table.push(']');
    fs::write(out.join("dashboard.rs"), table).expect("OUT_DIR is writable");
}

/// The names of all files below `folder`, with slashes, sorted.
fn files(root: &Path, folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(folder)).expect("the folder is readable") {
        let entry = entry.expect("the folder is readable");
        let path = folder.join(entry.file_name());
        if entry.file_type().expect("a known type").is_dir() {
            names.extend(files(root, &path));
        } else {
            let parts = path.iter().map(|part| part.to_str().expect("UTF-8"));
            names.push(parts.collect::<Vec<_>>().join("/"));
        }
    }
    names.sort();
    names
}

fn compressed(file: &Path) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    std::io::copy(
        &mut fs::File::open(file).expect("the file is readable"),
        &mut encoder,
    )
    .and_then(|_| encoder.finish())
    .expect("memory takes everything")
}
