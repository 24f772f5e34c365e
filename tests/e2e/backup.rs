//! The guide to backup and restore, followed as it stands.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use bench_tests::{Postgres, Stack, bench_push, project};

/// The commands of a guide's `console` blocks, with their continuation lines.
fn commands(guide: &str) -> Vec<String> {
    let text = std::fs::read_to_string(project().join(guide))
        .unwrap_or_else(|error| panic!("{guide}: {error}"));
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push(command.to_owned()),
            (None, Some(open)) if open.ends_with('\\') => {
                open.push('\n');
                open.push_str(line);
            }
            _ => {}
        }
    }
    commands
}

/// Where a shell finds `bench-push`, and `pg_dump` beside the newest PostgreSQL of the system.
fn search_path() -> String {
    let mut folders = vec![bench_push().parent().expect("a folder").to_owned()];
    let mut servers: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| {
            found
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    servers.sort();
    folders.extend(servers.pop());
    let path = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&path));
    env::join_paths(folders)
        .ok()
        .and_then(|path| path.into_string().ok())
        .expect("folders without a colon")
}

/// Every table of the schema with its number of rows and a checksum of them, and every sequence.
fn sums(database: &Postgres) -> Vec<String> {
    let query = |sql: &str| {
        let rows = database
            .rows(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        rows.into_iter().flatten().flatten().collect::<Vec<_>>()
    };
    let relations = |kind: char| {
        query(&format!(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = '{kind}' order by 1"
        ))
    };
    let mut sums = Vec::new();
    for table in relations('r') {
        sums.extend(query(&format!(
            "select '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(r::text, '|' order by r::text collate \"C\")), '') from public.{table} r"
        )));
    }
    for sequence in relations('S') {
        sums.extend(query(&format!(
            "select '{sequence} ' || last_value || ' ' || is_called from public.{sequence}"
        )));
    }
    sums
}

#[test]
fn a_backup_restored_as_the_guide_says_is_the_same_in_every_table_and_takes_new_runs() {
    let (stack, target) = (Stack::start(), Stack::start());
    let runs = project().join("benchmarks/runs/*_benchmark_results.json");
    stack.push().report(runs).run().success();
    let database = stack.postgres();
    database
        .execute(
            "select ingest_runs('[{\"commit_sha\": \"abc123\", \"model_version\": \"declares\", \"dataset_version\": \"d\",
               \"prompt_version\": \"p\", \"environment\": \"local\", \"metrics\": {\"widgets\": 1.50},
               \"metric_definitions\": {\"widgets\": {\"direction\": \"higher_is_better\", \"unit\": \"w\"}}}]');
             select set_baseline(transaction_id, 'model', 'it''s the release', 'ada') from benchmark_snapshots order by 1 limit 3;
             select clear_baseline(transaction_id, 'model') from benchmark_baselines order by id limit 1;
             select record_change_points(jsonb_build_array(jsonb_build_object('transaction_id', transaction_id, 'metric', 'f1',
               'kind', 'step', 'state', 'confirmed', 'before', 0.9, 'after', 0.8, 'method', 'test')))
             from benchmark_snapshots order by 1 limit 2;
             select retract_run(id, 'it''s a mistake', null, 'ada') from benchmark_transactions where version = 1 order by id limit 1;
             select record_incidents(jsonb_build_array(jsonb_build_object('kind', 'opened', 'is_told', true, 'title', 'f1 regressed',
               'fingerprint', repeat('a', 64), 'evidence', '{\"class\": \"quality\", \"severity\": \"alert\", \"members\": []}'::jsonb)),
               0, '{github}', 'bench-push 1');
             update benchmark_snapshots set is_active = false where model_version = 'declares';",
        )
        .expect("the owner may");
    let wanted = sums(&database);
    assert!(
        wanted.iter().all(|sum| !sum.contains(" 0 ")),
        "every table has rows: {wanted:#?}"
    );

    let commands = commands("docs/backup.md");
    assert_eq!(commands.len(), 3, "{commands:#?}");
    for command in commands {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &command])
            .current_dir(target.folder())
            .env("PATH", search_path())
            .env("DATABASE_URL", &stack.keys().database_url)
            .env("NEW_DATABASE_URL", &target.keys().database_url)
            .output()
            .expect("bash runs");
        assert!(
            output.status.success(),
            "{command}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    let restored = target.postgres();
    assert_eq!(sums(&restored), wanted);

    // Versions go on, and what was pushed before is known.
    let before = target.runs();
    let sample = project().join("benchmarks/sample_benchmark_results.json");
    target.push().report(&sample).run().success();
    let report = project().join("benchmarks/runs/*_benchmark_results.json");
    target.push().report(report).run().success();
    assert_eq!(target.runs(), before + 1);
    assert_eq!(
        restored.one("select (set_baseline(transaction_id)).id is not null from benchmark_snapshots order by last_updated_at desc limit 1"),
        "t"
    );
}
