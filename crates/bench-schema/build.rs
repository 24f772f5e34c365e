//! Embeds `sql/supabase/migrations` into the binaries.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let crate_folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let folder = crate_folder.join("../../sql/supabase/migrations");
    println!("cargo::rerun-if-changed={}", folder.display());

    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("`{}` cannot be read: {error}", folder.display()))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sql"))
        .collect();
    files.sort();

    let list: String = files.iter().map(|path| entry(path)).collect();
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(target.join("migrations.rs"), format!("&[\n{list}]\n")).expect("OUT_DIR is writable");
}

/// `20261124090000_tables.sql` as a `Migration` literal.
fn entry(path: &Path) -> String {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let (version, name) = stem.split_once('_').unwrap_or((stem, ""));
    // The Supabase CLI silently skips files with other names.
    assert!(
        version.len() == 14 && version.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty(),
        "`{}` must be named <14 digits>_<name>.sql",
        path.display()
    );
    assert!(
        name != "init",
        "the Supabase CLI skips `{}`: choose another name",
        path.display()
    );
    let path = path.canonicalize().expect("it was just listed");
    format!(
        "    Migration {{ version: {version:?}, name: {name:?}, sql: include_str!({path:?}) }},\n",
        path = path.display().to_string()
    )
}
