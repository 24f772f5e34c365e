//! Missing or invalid settings: status 2, and nothing sent.

use crate::{
    push::{Push, SENTINEL},
    server::{Act, Server},
};

#[test]
fn a_setting_that_is_missing_or_wrong_ends_with_status_2() {
    let server = Server::that([Act::Store]);
    let url = server.url();
    let cases: [(&[(&str, &str)], &str); 7] = [
        (&[], "no project is set"),
        (&[("SUPABASE_URL", &url)], "no key is set"),
        (
            &[
                ("SUPABASE_URL", &url),
                ("SUPABASE_SECRET_KEY", "sb_publishable_x"),
            ],
            "holds a publishable key",
        ),
        (
            &[
                ("SUPABASE_URL", &url),
                ("SUPABASE_SECRET_KEY", SENTINEL),
                ("SUPABASE_ANON_KEY", SENTINEL),
            ],
            "holds a secret key",
        ),
        (
            &[
                ("SUPABASE_URL", "http://abc.supabase.co"),
                ("SUPABASE_SECRET_KEY", SENTINEL),
            ],
            "is not encrypted",
        ),
        (
            &[
                ("SUPABASE_URL", SENTINEL),
                ("SUPABASE_SECRET_KEY", SENTINEL),
            ],
            "holds a key, not an address",
        ),
        (
            &[("SUPABASE_URL", ""), ("SUPABASE_SECRET_KEY", SENTINEL)],
            "no project is set",
        ),
    ];
    for (variables, wanted) in cases {
        let push = variables
            .iter()
            .fold(Push::bare(), |push, (name, value)| push.with(name, value));
        let done = push.push("");
        assert_eq!(done.status, 2, "{}", done.talk);
        assert!(
            done.talk.contains(wanted) && done.talk.contains("hint: "),
            "{}",
            done.talk
        );
        assert!(!done.talk.contains("sentinel"));
        assert!(push.spooled().is_empty());
    }
    assert!(server.asked().is_empty());
}

#[test]
fn a_dotenv_file_of_another_program_stops_nothing() {
    let server = Server::that([Act::Store]);
    let push = Push::bare();
    push.write(
        ".env",
        format!(
            "NAME=My App\nX=it's\na-b=1\nbare\nCONFIG={{\"a\": 1}}\n{{\"a\": 1}}\nfirst words\nY=\"open\n\
             \nCI=true\nUSER=app\nSUPABASE_URL={} # local\nexport SUPABASE_SECRET_KEY = '{SENTINEL}'\n",
            server.url()
        ),
    );
    let done = push.push("");
    assert_eq!(done.status, 0, "{}", done.talk);
    assert!(!server.asked()[0].body.contains(r#""app""#));
}

#[cfg(target_os = "linux")]
#[test]
fn a_dotenv_file_that_may_not_be_read_is_a_warning() {
    use std::os::unix::fs::symlink;
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    // The system refuses to read it, whoever asks.
    symlink("/proc/self/mem", push.path(".env")).expect("a link");
    let done = push.push("");
    assert_eq!(done.status, 0, "{}", done.talk);
    assert!(
        done.talk.contains(".env` cannot be read and is ignored"),
        "{}",
        done.talk
    );
}

#[test]
fn a_malformed_setting_is_reported_with_its_line_and_does_not_stop_the_manual() {
    let push = Push::bare();
    push.write(
        ".env",
        format!("SUPABASE_URL=http://127.0.0.1:1\nSUPABASE_SECRET_KEY: {SENTINEL}\n"),
    );

    let done = push.push("");
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains(".env` is malformed at line 2"),
        "{}",
        done.talk
    );
    assert!(!done.talk.contains("sentinel"));
    assert_eq!(push.run("man").status, 0);
}

#[test]
fn an_empty_flag_value_counts_as_not_given_and_an_empty_reason_is_refused() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server).with("BENCH_PUSH_NOTES", " ");
    let flags = "--branch-name= --run-id= --tags= --duration= --created-at= --spool-dir= --timeout= --format=";
    let done = push.push(flags);
    assert_eq!(done.status, 0, "{}", done.talk);
    let body = &server.asked()[0].body;
    assert!(
        !body.contains("branch_name") && !body.contains("notes"),
        "{body}"
    );

    let id = "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11";
    for line in [
        format!("baseline set {id} --reason="),
        format!("baseline clear {id} --reason="),
        "change-point accept 1 --reason=".to_owned(),
    ] {
        let done = push.run(&line);
        assert_eq!(done.status, 2, "{line}");
        assert!(done.talk.contains("wanted a reason"), "{}", done.talk);
    }
    assert_eq!(server.asked().len(), 1);

    let unnamed = push.command("push").arg("").output().expect("it runs");
    let talk = String::from_utf8_lossy(&unnamed.stderr);
    assert!(talk.contains("no report is named"), "{talk}");
}

#[test]
fn an_unknown_flag_or_value_ends_with_status_2_and_says_what_is_known() {
    let push = Push::bare();
    for (line, wanted) in [
        ("r.json --forma json", "--format"),
        ("r.json --format xml", "human, json"),
        ("r.json --environment Prod", "write `prod`"),
        ("r.json --duration soon", "a number of seconds"),
        ("r.json --duration -1", "not negative"),
        ("r.json --commit-sha x", "git rev-parse HEAD"),
        ("r.json --attempts 0", "1..=100"),
        ("", "no report is named"),
        ("push", "no report is named"),
        ("--tags nightly r.json", "put files before it"),
    ] {
        let done = push.run(line);
        assert_eq!(done.status, 2, "{line}");
        assert!(done.talk.contains(wanted), "{line}: {}", done.talk);
    }
}

#[test]
fn a_key_from_the_environment_is_never_sent_to_an_address_from_a_file() {
    let server = Server::that([Act::Store]);
    let id = "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11";
    let set = format!("baseline set {id}");
    let verbs = [
        "r.json --commit-sha abc123",
        "r.json --commit-sha abc123 --verify --check",
        "flush",
        "doctor",
        "check",
        "history --metric f1",
        "compare a b",
        "gate backtest",
        "baseline list",
        &set,
        "change-point list",
    ];
    for (variable, key) in [
        ("SUPABASE_SECRET_KEY", SENTINEL),
        ("SUPABASE_SERVICE_ROLE_KEY", SENTINEL),
        ("SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x"),
    ] {
        let push = Push::bare().with(variable, key);
        // With and without a key of its own.
        for own in ["", "SUPABASE_SECRET_KEY=sb_secret_of_the_file\n"] {
            push.write(".env", format!("SUPABASE_URL={}\n{own}", server.url()));
            for verb in verbs {
                let done = push.run(&format!("{verb} --attempts 1"));
                assert_eq!(done.status, 2, "{verb}: {}", done.talk);
                let said = format!("{}{}", done.out, done.talk);
                for part in [variable, "SUPABASE_URL", "`.env`"] {
                    assert!(said.contains(part), "{verb}: {said}");
                }
            }
        }
    }
    assert!(server.asked().is_empty());
}

#[test]
fn a_dotenv_file_sets_nothing_of_a_workflow_and_is_not_searched_beyond_the_repository() {
    let server = Server::that([Act::Store]);
    let push = Push::bare();
    let output = push.path("stolen").display().to_string();
    push.write(
        ".env",
        format!(
            "SUPABASE_URL={}\nSUPABASE_SECRET_KEY={SENTINEL}\nGITHUB_OUTPUT={output}\nGITHUB_STEP_SUMMARY={output}\n",
            server.url()
        ),
    );
    assert_eq!(push.push("").status, 0);
    assert_eq!(push.read("stolen"), "");

    let inside = push.path("inside");
    std::fs::create_dir(&inside).expect("a folder");
    let line = "../r.json --commit-sha abc123 --environment local";
    let mut command = push.command(line);
    let output = command.current_dir(inside).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(server.asked().len(), 1);
}

#[cfg(unix)]
#[test]
fn nothing_is_taken_from_a_dotenv_file_that_others_may_change() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::that([Act::Store]);
    let with_file = |push: Push, mode, text: &str| {
        push.write(".env", text);
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(push.path(".env"), permissions).expect("it is ours");
        push
    };
    let url = format!("SUPABASE_URL={}\n", server.url());
    let text = format!("{url}SUPABASE_SECRET_KEY={SENTINEL}\n");
    for mode in [0o620, 0o602, 0o666] {
        let done = with_file(Push::bare(), mode, &text).push("");
        assert_eq!(done.status, 2, "{}", done.talk);
        for part in ["may be changed by others", "chmod go-w"] {
            assert!(done.talk.contains(part), "{}", done.talk);
        }
    }
    let done = with_file(Push::to(&server), 0o664, "BENCH_PUSH_NOTES=a\n").push("");
    assert_eq!(done.status, 2, "{}", done.talk);
    assert!(done.talk.contains("`BENCH_PUSH_NOTES`"), "{}", done.talk);
    assert!(server.asked().is_empty());

    // What gives this command nothing does not stop it.
    let others = "DATABASE_URL=postgresql://h/d\nSUPABASE_JWT_SECRET=x\nAPP=1\n\
        BENCH_PUSH_REASON=x\nSUPABASE_ANON_KEY=x\n";
    for text in ["APP=1\nCI=true\n", &text, others] {
        let done = with_file(Push::to(&server), 0o664, text).push("");
        assert_eq!((done.status, done.talk.as_str()), (0, ""), "{text}");
    }
    let done = with_file(Push::to(&server), 0o664, "BENCH_PUSH_NOTES=a\n").push("--notes b");
    assert_eq!(done.status, 0, "{}", done.talk);
}

#[test]
fn a_value_with_a_variable_of_the_process_stops_only_what_asks_for_it() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server).with("PGPASSWORD", "Sentinel-01");
    push.write(
        ".env",
        "DATABASE_URL=postgresql://me:${PGPASSWORD}@127.0.0.1:1/d\n\
         SUPABASE_URL=${SUPABASE_URL:-http://127.0.0.1:1}\n",
    );
    let done = push.push("");
    assert_eq!((done.status, done.talk.as_str()), (0, ""));
    let done = push.run("schema apply");
    assert_eq!(done.status, 2, "{}", done.talk);
    assert!(
        done.talk
            .contains("puts `PGPASSWORD` of the environment into `DATABASE_URL`"),
        "{}",
        done.talk
    );
    assert!(done.talk.contains("hint: set `DATABASE_URL`"));

    let push = Push::bare().with("HOST", "127.0.0.1");
    push.write(
        ".env",
        format!("SUPABASE_URL=http://${{HOST}}:1\nSUPABASE_SECRET_KEY={SENTINEL}\n"),
    );
    let done = push.push("");
    assert_eq!(done.status, 2, "{}", done.talk);
    assert!(done.talk.contains("puts `HOST`"), "{}", done.talk);
}
