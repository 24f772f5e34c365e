//! `bench-local` never uses, changes or deletes what it did not create.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Output,
};

use crate::kit::{Stack, stderr};

/// Every path under a folder with its mode and, for files, its bytes.
type Tree = BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>;

fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let metadata = fs::symlink_metadata(&path).expect("an entry");
            let bytes = metadata.is_file().then(|| fs::read(&path).expect("a file"));
            if metadata.is_dir() {
                folders.push(path.clone());
            }
            tree.insert(path, (metadata.permissions().mode(), bytes));
        }
    }
    tree
}

fn write(stack: &Stack, name: &str) {
    let file = stack.folder().join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
    fs::write(file, "keep").expect("a file");
}

fn up(stack: &Stack, more: &[&str]) -> Output {
    let port = stack.port.to_string();
    stack.run("up", &[&["--port", &port], more].concat())
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_keeps_every_byte() {
    for names in [
        &["postgres/x", "y"][..],
        &["notes.txt"],
        &["keys.json", "stack.json"],
        &["lock"],
        &["postgres.new/x"],
    ] {
        let stack = Stack::prepare();
        for name in names {
            write(&stack, name);
        }
        let before = tree(&stack.folder());

        for more in [&[][..], &["--detach"]] {
            let output = up(&stack, more);
            assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
            let first = names[0].split('/').next().expect("a name");
            assert_eq!(
                stderr(&output),
                format!(
                    "error: `{}` holds `{first}` and was not made by bench-local; nothing in it was changed\n\n\
                     hint: choose another folder with `--data-dir`: an empty one, or one that is not there yet\n",
                    stack.folder().display()
                )
            );
        }
        for verb in ["reset", "status", "keys"] {
            assert_eq!(stack.run(verb, &[]).status.code(), Some(2), "{verb}");
        }
        assert!(stack.run("down", &[]).status.success());

        assert_eq!(tree(&stack.folder()), before);
    }
}

#[test]
fn an_empty_folder_and_one_of_a_first_start_that_was_cut_short_are_taken() {
    let stack = Stack::prepare();
    fs::create_dir(stack.folder()).expect("a folder");
    fs::write(stack.folder().join("lock"), "").expect("a file");
    fs::write(stack.folder().join("stack.json.x4Tz09.new"), "{").expect("a file");

    stack.start();
    stack.store_run("model", 0.9);
}

#[test]
fn a_database_without_our_mark_is_neither_used_nor_deleted() {
    let stack = Stack::up();
    assert!(stack.run("down", &[]).status.success());
    let cluster = stack.folder().join("postgres");
    fs::remove_file(cluster.join("bench-local.json")).expect("a mark");
    let before = tree(&stack.folder());

    for output in [
        up(&stack, &[]),
        up(&stack, &["--detach"]),
        stack.run("reset", &[]),
    ] {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        let cluster = cluster.canonicalize().expect("exists");
        assert_eq!(
            stderr(&output),
            format!(
                "error: `{0}` is not a bench-local database: it has no `bench-local.json`; nothing in it was changed\n\n\
                 hint: choose another folder with `--data-dir`; if an older build of bench-local made it \
                 and the data may go, delete `{0}` by hand\n",
                cluster.display()
            )
        );
    }

    assert_eq!(tree(&stack.folder()), before);
}

#[test]
fn a_half_made_database_is_thrown_away_when_it_is_ours_and_only_then() {
    let stack = Stack::up();
    assert!(stack.run("reset", &[]).status.success());
    write(&stack, "postgres.new/postgres/base");
    let before = tree(&stack.folder());

    for output in [up(&stack, &[]), stack.run("reset", &[])] {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(
            stderr(&output).contains("data/postgres.new` is not a bench-local database"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(tree(&stack.folder()), before);

    write(&stack, "postgres.new/bench-local.json");
    stack.start();
    assert!(!stack.folder().join("postgres.new").exists());
}

#[test]
fn what_a_stack_writes_about_itself_is_for_its_owner_only() {
    let stack = Stack::up();

    for name in ["keys.json", "stack.json", "bench-local.log"] {
        let metadata = fs::metadata(stack.folder().join(name)).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
