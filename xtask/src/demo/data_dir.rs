//! The folder of the demo's database.
//!
//! PostgreSQL refuses to run as root, so if we are root it runs as another user, who must be able
//! to enter the folder. A checkout in `/root` is closed to other users.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::failure::{Explain as _, Failure};
use crate::process::say;
use crate::{project, setup};

/// The requested folder, otherwise `target/demo`, otherwise one that the database's user can enter.
pub(super) fn choose(wanted: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(wanted) = wanted {
        return std::path::absolute(wanted)
            .explain(|| format!("`{}` is no path", wanted.display()));
    }
    let usual = project::target().join("demo");
    if !setup::is_root() || everybody_can_enter(&project::target())? {
        return Ok(usual);
    }
    let elsewhere =
        Path::new("/var/lib/bench-monitor").join(format!("demo-{:016x}", fnv(project::root())));
    fs::create_dir_all(&elsewhere)
        .explain(|| format!("`{}` cannot be made", elsewhere.display()))?;
    say!(
        "the database runs as another user, who cannot enter {}: its data goes to {}",
        usual.display(),
        elsewhere.display()
    );
    Ok(elsewhere)
}

fn everybody_can_enter(folder: &Path) -> Result<bool, Failure> {
    fs::create_dir_all(folder).explain(|| format!("`{}` cannot be made", folder.display()))?;
    let about = || format!("`{}` cannot be read", folder.display());
    let real = folder.canonicalize().explain(about)?;
    Ok(real
        .ancestors()
        .all(|folder| fs::metadata(folder).is_ok_and(|meta| meta.mode() & 0o001 != 0)))
}

/// FNV-1a: one stable folder per checkout.
fn fnv(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_checkouts_get_two_folders_and_one_checkout_always_the_same() {
        assert_ne!(fnv(Path::new("/root/a")), fnv(Path::new("/root/b")));
        assert_eq!(fnv(Path::new("/root/a")), fnv(Path::new("/root/a")));
    }
}
