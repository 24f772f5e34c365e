//! Three ways to install the schema: the file to paste, `bench-push schema apply`, and Supabase's
//! CLI. They share one ledger, so they can be mixed.

use bench_tests::{Postgres, Push, Stack, project};

fn paste(database: &Postgres) {
    let file = project().join("sql/schema_benchmark_monitoring.sql");
    let script = std::fs::read_to_string(file).expect("the generated file is committed");
    database
        .execute(&script)
        .unwrap_or_else(|error| panic!("the pasted schema is refused: {error:?}"));
}

/// A text dump of the database: tables, columns, rights, functions, policies, ledger.
fn picture(database: &Postgres) -> String {
    let queries = [
        "select table_schema, table_name, column_name, data_type, column_default, is_nullable from information_schema.columns where table_schema in ('public', 'benchmark_private') order by 1, 2, 3",
        "select p.proname, pg_get_functiondef(p.oid), p.proacl::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'benchmark_private') order by 1, 2",
        "select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies where schemaname in ('public', 'benchmark_private') order by 1, 2",
        "select relname, relacl::text, relrowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'benchmark_private') and relkind in ('r', 'v', 'p') order by 1",
        "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1, 2",
        "select version, name from supabase_migrations.schema_migrations order by 1",
        "select name, unit, direction, min, max, description from public.benchmark_metrics order by name",
    ];
    let rows = queries.iter().flat_map(|sql| {
        database
            .rows(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    });
    rows.map(|row| format!("{row:?}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn apply(url: &str) -> bench_tests::Outcome {
    Push::new()
        .env("DATABASE_URL", url)
        .args(["schema", "apply"])
        .run()
}

/// Like Supabase's CLI: each file in one transaction, together with its ledger row.
fn as_supabase_does(database: &Postgres) {
    database
        .execute("create schema if not exists supabase_migrations; create table if not exists supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text)")
        .expect("the owner may");
    for migration in bench_schema::migrations() {
        let (version, name) = (migration.version, migration.name);
        database
            .execute(&format!(
                "begin; {}\n; insert into supabase_migrations.schema_migrations (version, name, statements) values ('{version}', '{name}', '{{}}'); commit",
                migration.sql
            ))
            .unwrap_or_else(|error| panic!("{version}_{name}: {error:?}"));
    }
}

#[test]
fn pasting_the_schema_twice_is_no_error_and_no_change() {
    let stack = Stack::start();
    let database = Postgres::connect(&stack.empty_database("pasted"));

    paste(&database);
    let first = picture(&database);
    paste(&database);

    assert_eq!(picture(&database), first);
}

#[test]
fn all_three_ways_lead_to_the_same_database() {
    let stack = Stack::start();
    let [pasted, applied, migrated] =
        ["pasted", "applied", "migrated"].map(|name| stack.empty_database(name));

    paste(&Postgres::connect(&pasted));
    apply(&applied).success();
    as_supabase_does(&Postgres::connect(&migrated));

    let wanted = picture(&Postgres::connect(&migrated));
    for url in [pasted, applied] {
        let found = picture(&Postgres::connect(&url));
        assert!(found == wanted, "{}", first_difference(&found, &wanted));
    }
}

#[test]
fn any_way_may_follow_any_other() {
    let stack = Stack::start();
    let url = stack.empty_database("mixed");
    let database = Postgres::connect(&url);

    as_supabase_does(&database);
    let wanted = picture(&database);
    apply(&url).success();
    paste(&database);
    apply(&url).success();

    assert_eq!(picture(&database), wanted);
}

#[test]
fn a_schema_that_fails_half_way_leaves_nothing_behind() {
    let stack = Stack::start();
    let url = stack.empty_database("half");
    let database = Postgres::connect(&url);
    // A foreign table with that name blocks a late migration.
    database
        .execute("create table public.v_daily_metrics (mine text)")
        .expect("the owner may");

    let refused = apply(&url);

    assert_ne!(refused.status, 0);
    let left = database.one("select count(*) from pg_tables where tablename like 'benchmark%'");
    assert_eq!(left, "0", "{}", refused.all());
}

#[test]
fn a_schema_of_other_migrations_is_refused_and_the_way_out_is_named() {
    let stack = Stack::start();
    let url = stack.empty_database("older");
    let database = Postgres::connect(&url);
    apply(&url).success();
    database
        .execute(
            "update supabase_migrations.schema_migrations set version = '20261124' || right(version, 6)",
        )
        .expect("the owner may");

    let refused = apply(&url);

    assert_eq!(refused.status, 4, "{}", refused.all());
    assert!(
        refused.all().contains(
            "this database has the schema of a build before 0.1.0, which cannot be upgraded (55000); nothing was changed"
        ) && refused.all().contains("start afresh in an empty database or a new Supabase project"),
        "{}",
        refused.all()
    );
}

#[test]
fn two_at_once_apply_it_once() {
    let stack = Stack::start();
    let url = stack.empty_database("twice");
    let both: Vec<_> = (0..2)
        .map(|_| {
            Push::new()
                .env("DATABASE_URL", &url)
                .args(["schema", "apply"])
                .spawn()
        })
        .collect();

    for apply in both {
        apply.outcome().success();
    }

    let ledger =
        Postgres::connect(&url).one("select count(*) from supabase_migrations.schema_migrations");
    assert_eq!(ledger, bench_schema::migrations().len().to_string());
}

fn first_difference(found: &str, wanted: &str) -> String {
    let pairs = found.lines().zip(wanted.lines());
    let first = pairs.into_iter().find(|(found, wanted)| found != wanted);
    first.map_or_else(
        || "one is longer".to_owned(),
        |(found, wanted)| format!("found  {found}\nwanted {wanted}"),
    )
}
