//! The programs that a wheel or a release archive installs beside this one: `bin/bench-local` and
//! `share/bench-local/`.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{failure::Failure, npm};

const POSTGRESQL: &str = "postgresql";
const POSTGREST: &str = "postgrest";

/// The folder of the carried programs, if this `bench-local` came with some.
pub(crate) fn folder() -> Option<PathBuf> {
    beside(&std::env::current_exe().ok()?)
}

fn beside(program: &Path) -> Option<PathBuf> {
    let program = program.canonicalize().ok()?;
    let folder = program.parent()?.parent()?.join("share/bench-local");
    folder.is_dir().then_some(folder)
}

/// The carried folder with `postgres` and `initdb`.
pub(crate) fn postgres_bin() -> Option<PathBuf> {
    let bin = folder()?.join(POSTGRESQL).join("bin");
    bin.is_dir().then_some(bin)
}

/// The carried `postgrest`.
pub(crate) fn postgrest() -> Option<PathBuf> {
    let program = folder()?.join(POSTGREST).join("bin/postgrest");
    program.is_file().then_some(program)
}

/// Fills `target`, which must not exist, with what [`postgres_bin`] and [`postgrest`] look for.
///
/// `postgres` and `postgrest` are folders with `bin`, as npm's packages are cached.
pub(crate) fn fill(target: &Path, postgres: &Path, postgrest: &Path) -> Result<(), Failure> {
    fs::create_dir_all(target.parent().unwrap_or(target))
        .and_then(|()| fs::create_dir(target))
        .map_err(Failure::io("cannot make the folder", target))?;
    let to = target.join(POSTGRESQL);
    for part in ["bin", "lib", "share"] {
        copy_needed(&postgres.join(part), &to.join(part))?;
    }
    npm::publish_folder(postgrest, &target.join(POSTGREST))
}

/// Not needed to run a database: what other programs are built with, and languages and extensions
/// that need further libraries.
fn is_needed(name: &str) -> bool {
    let is_archive = Path::new(name).extension().is_some_and(|kind| kind == "a");
    let is_for_builds = is_archive || matches!(name, "pkgconfig" | "pgxs");
    let is_of_ecpg = name.starts_with("libecpg") || name.starts_with("libpgtypes");
    let is_language = ["plperl", "plpython", "pltcl"]
        .iter()
        .any(|language| name.contains(language));
    let needs_more = ["pgxml", "libxslt", "uuid"]
        .iter()
        .any(|library| name.contains(library));
    let is_another_program = matches!(name, "pg_ctl");
    !(is_for_builds || is_of_ecpg || is_language || needs_more || is_another_program)
}

/// Copies a folder without symbolic links, which archives of Python and npm can't hold: a library is
/// only there under the name by which programs ask for it, such as `libpq.so.5`.
fn copy_needed(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(Failure::io("cannot make the folder", to))?;
    let entries: Vec<(String, PathBuf)> = fs::read_dir(from)
        .and_then(|entries| {
            entries
                .map(|entry| {
                    let entry = entry?;
                    Ok((
                        entry.file_name().to_string_lossy().into_owned(),
                        entry.path(),
                    ))
                })
                .collect::<io::Result<_>>()
        })
        .map_err(Failure::io("cannot read", from))?;
    let asked_as: HashMap<PathBuf, &str> = entries
        .iter()
        .filter(|(name, _)| is_asked_for(name))
        .filter_map(|(name, path)| Some((fs::read_link(path).ok()?, name.as_str())))
        .collect();
    for (name, path) in entries.iter().filter(|(name, _)| is_needed(name)) {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            copy_needed(path, &to.join(name))?;
        } else {
            let name = asked_as.get(Path::new(name)).copied().unwrap_or(name);
            npm::publish_file(path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Whether it is a library's name with one number, as programs ask for it: `libpq.so.5`.
fn is_asked_for(name: &str) -> bool {
    let number = name.split_once(".so.").map(|(_, number)| number);
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_a_wheel_carries_has_no_links_and_is_found_beside_the_program() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let (postgres, postgrest) = (
            scratch.path().join("postgres"),
            scratch.path().join("postgrest"),
        );
        let write = |path: PathBuf| {
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, "content").expect("a file");
        };
        for file in [
            "bin/postgres",
            "bin/initdb",
            "bin/pg_ctl",
            "lib/libpq.so.5.18",
            "lib/libz.so.1",
            "lib/libpq.a",
            "lib/postgresql/plpgsql.so",
            "lib/postgresql/plpython3.so",
            "share/postgresql/postgres.bki",
        ] {
            write(postgres.join(file));
        }
        symlink("libpq.so.5.18", postgres.join("lib/libpq.so")).expect("a link");
        symlink("libpq.so.5.18", postgres.join("lib/libpq.so.5")).expect("a link");
        write(postgrest.join("bin/postgrest"));
        let venv = scratch.path().join("venv");
        write(venv.join("bin/bench-local"));
        assert_eq!(beside(&venv.join("bin/bench-local")), None);

        let target = venv.join("share/bench-local");
        fill(&target, &postgres, &postgrest).expect("filled");

        let found = beside(&venv.join("bin/bench-local")).expect("found");
        let mut files = Vec::new();
        list(&found, &found, &mut files);
        assert_eq!(
            files,
            [
                "postgresql/bin/initdb",
                "postgresql/bin/postgres",
                "postgresql/lib/libpq.so.5",
                "postgresql/lib/libz.so.1",
                "postgresql/lib/postgresql/plpgsql.so",
                "postgresql/share/postgresql/postgres.bki",
                "postgrest/bin/postgrest",
            ]
        );
    }

    fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            assert!(!entry.path().is_symlink(), "{}", entry.path().display());
            if entry.path().is_dir() {
                list(root, &entry.path(), files);
            } else {
                let path = entry.path();
                let name = path.strip_prefix(root).expect("inside");
                files.push(name.to_string_lossy().into_owned());
            }
        }
        files.sort();
    }
}
