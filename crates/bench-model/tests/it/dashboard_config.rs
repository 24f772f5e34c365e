//! `config.json` of a published dashboard, as the workflow `pages.yml` writes it.

use std::{
    env::consts::EXE_SUFFIX,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The example, built and beside this test.
fn example() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "bench-model",
            "--example",
            "dashboard_config",
        ])
        .status()
        .expect("cargo");
    assert!(built.success());
    let test = std::env::current_exe().expect("a path");
    let folder = test.parent().and_then(Path::parent).expect("target/debug");
    folder.join(format!("examples/dashboard_config{EXE_SUFFIX}"))
}

#[test]
fn a_published_dashboard_gets_a_public_key_and_nothing_else() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("config.json");
    let example = example();
    let config = |variables: &[(&str, &str)]| -> Output {
        Command::new(&example)
            .arg(folder)
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .expect("the example")
    };
    let _ = fs::remove_file(&file);
    let url = ("SUPABASE_URL", "https://abc.supabase.co/rest/v1/");
    // {"role":"postgres"}
    let postgres = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoicG9zdGdyZXMifQ.c2ln";

    for private in ["sb_secret_sentinel", "sbp_sentinel", postgres] {
        let output = config(&[url, ("SUPABASE_PUBLISHABLE_KEY", private)]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("must never be in a browser") && !said.contains(private),
            "{said}"
        );
    }
    assert_eq!(config(&[url]).status.code(), Some(2));
    assert_eq!(config(&[]).status.code(), Some(0));
    assert!(!file.exists());

    let key = ("SUPABASE_PUBLISHABLE_KEY", " sb_publishable_abc\n");
    assert_eq!(config(&[url, key]).status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(&file).expect("config.json"),
        r#"{"publishable_key":"sb_publishable_abc","supabase_url":"https://abc.supabase.co"}"#
    );
}
