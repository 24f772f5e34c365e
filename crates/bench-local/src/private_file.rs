use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

use crate::failure::Failure;

/// Writes a temporary file and renames it, so that no partial file is ever visible.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let half = file.with_extension("json.new");
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&half)
        .and_then(|mut handle| {
            handle
                .write_all(text.as_bytes())
                .and_then(|()| handle.sync_all())
        })
        .and_then(|()| fs::rename(&half, file))
        .map_err(Failure::io("cannot write", file))
}
