use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use crate::failure::Failure;

/// A pinned package of the npm registry: npm refuses any other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// SHA-512 of the tarball, in npm's format.
    pub(crate) integrity: &'static str,
}

/// The cache for downloaded tools: one folder per name and version.
pub(crate) fn tools_folder() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    cache.join("bench-monitor").join("tools")
}

/// Downloads `package` with npm and installs the result of `arrange` at `target`.
///
/// `arrange` gets the unpacked package and an empty folder to fill. The error is one sentence to be
/// appended to the caller's message.
pub(crate) fn fetch(
    package: Package,
    target: &Path,
    arrange: impl FnOnce(&Path, &Path) -> Result<(), Failure>,
) -> Result<(), String> {
    let Package { name, version, .. } = package;
    eprintln!("fetching {name} {version} with npm");
    let staging = target.with_extension(format!("new-{}", std::process::id()));
    let outcome = install(package, &staging).and_then(|unpacked| {
        let ready = staging.join("ready");
        fs::create_dir(&ready)
            .map_err(Failure::io("cannot make the folder", &ready))
            .and_then(|()| arrange(&unpacked, &ready))
            .map_err(|failure| failure.to_string())?;
        match fs::rename(&ready, target) {
            // Another process was faster; its copy is equally good.
            Err(_) if target.exists() => Ok(()),
            renamed => {
                renamed.map_err(|error| format!("cannot write `{}`: {error}", target.display()))
            }
        }
    });
    let _ = fs::remove_dir_all(&staging);
    outcome
}

/// Makes npm unpack the package into `staging`, and returns the resulting folder.
fn install(package: Package, staging: &Path) -> Result<PathBuf, String> {
    let (manifest, lock) = project(package);
    // An interrupted download of another process that had our id.
    match fs::remove_dir_all(staging) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(format!("cannot remove `{}`: {error}", staging.display()));
        }
        _ => {}
    }
    fs::create_dir_all(staging)
        .and_then(|()| fs::write(staging.join("package.json"), manifest))
        .and_then(|()| fs::write(staging.join("package-lock.json"), lock))
        .map_err(|error| format!("cannot write `{}`: {error}", staging.display()))?;

    // `ci` installs exactly the lock file's content or fails; package scripts are disabled.
    let output = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .current_dir(staging)
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "`npm` is not installed".to_owned(),
            _ => format!("`npm` does not run: {error}"),
        })?;
    if output.status.success() {
        Ok(staging.join("node_modules").join(package.name))
    } else {
        Err(reason(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// `package.json` and `package-lock.json` of a project that needs this one package.
fn project(package: Package) -> (String, String) {
    let Package {
        name,
        version,
        integrity,
    } = package;
    let manifest =
        json!({"name": "bench-local-tools", "private": true, "dependencies": {name: version}});
    let lock = json!({
        "name": "bench-local-tools",
        "lockfileVersion": 3,
        "requires": true,
        "packages": {
            "": {"name": "bench-local-tools", "dependencies": {name: version}},
            format!("node_modules/{name}"): {"version": version, "integrity": integrity},
        },
    });
    (manifest.to_string(), lock.to_string())
}

/// The first informative line of npm's error output.
fn reason(stderr: &str) -> String {
    stderr
        .lines()
        .filter_map(|line| line.strip_prefix("npm error "))
        .find(|line| !line.starts_with("code "))
        .unwrap_or("npm failed without a word")
        .trim()
        .to_owned()
}

/// Replicates a folder at another path, readable by all users.
pub(crate) fn publish_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)
        .and_then(|()| fs::set_permissions(to, Permissions::from_mode(0o755)))
        .map_err(Failure::io("cannot make the folder", to))?;
    let entries = fs::read_dir(from).map_err(Failure::io("cannot read", from))?;
    for entry in entries {
        let entry = entry.map_err(Failure::io("cannot read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            publish_folder(&source, &target)?;
        } else {
            publish_file(&source, &target)?;
        }
    }
    Ok(())
}

/// Replicates a file at another path, readable by all users; as a hard link if that is enough.
pub(crate) fn publish_file(from: &Path, to: &Path) -> Result<(), Failure> {
    let publish = || {
        let mode = fs::metadata(from)?.permissions().mode();
        let public = mode | (mode >> 3 & 0o050) | (mode >> 6 & 0o005);
        // A file left by an interrupted start may be a hard link to `from`: never write to it.
        match fs::remove_file(to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if mode == public && fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        fs::copy(from, to)?;
        fs::set_permissions(to, Permissions::from_mode(public))
    };
    publish().map_err(Failure::io("cannot copy", from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_pins_the_contents() {
        let package = Package {
            name: "left-pad",
            version: "1.3.0",
            integrity: "sha512-abc",
        };
        let (_, lock) = project(package);
        let lock: serde_json::Value = serde_json::from_str(&lock).expect("JSON");

        assert_eq!(
            lock["packages"]["node_modules/left-pad"]["integrity"],
            "sha512-abc"
        );
    }

    #[test]
    fn the_reason_is_npms_own_first_sentence() {
        let stderr =
            "npm error code EINTEGRITY\nnpm error Integrity checksum failed\nnpm error more\n";
        assert_eq!(reason(stderr), "Integrity checksum failed");
        assert_eq!(reason(""), "npm failed without a word");
    }

    #[test]
    fn what_only_root_could_read_is_published_for_everybody() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let (from, to) = (scratch.path().join("from"), scratch.path().join("to"));
        fs::create_dir(&from).expect("a folder");
        for (name, mode) in [("closed", 0o700), ("open", 0o755)] {
            fs::write(from.join(name), name).expect("a file");
            fs::set_permissions(from.join(name), Permissions::from_mode(mode)).expect("chmod");
        }

        publish_folder(&from, &to).expect("published");
        // Repeating it over existing files leaves the originals intact.
        publish_folder(&from, &to).expect("published");

        for name in ["closed", "open"] {
            assert_eq!(fs::read_to_string(from.join(name)).expect("a file"), name);
            let mode = fs::metadata(to.join(name))
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o755, "{name}");
        }
    }
}
