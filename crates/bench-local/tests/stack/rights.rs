use serde_json::json;

use crate::kit::Stack;

const RUNS: &str = "/rest/v1/benchmark_transactions";
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";

#[test]
fn either_kind_of_key_has_the_rights_of_its_role() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let row = json!({"commit_sha": "x"});

    for name in ["SUPABASE_ANON_KEY", "SUPABASE_PUBLISHABLE_KEY"] {
        let key = stack.variable(name);
        let read = stack.request("GET", RUNS).header("apikey", &key).send();
        assert_eq!(
            (read.status, read.json().as_array().map(Vec::len)),
            (200, Some(1)),
            "{name}"
        );
        for method in ["POST", "PATCH", "DELETE"] {
            let path = format!("{RUNS}?id=not.is.null");
            let write = stack
                .request(method, &path)
                .header("apikey", &key)
                .json(&row)
                .send();
            assert_eq!(
                (write.status, &write.json()["code"]),
                (401, &json!("42501")),
                "{name} {method}"
            );
        }
    }
    for name in ["SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY"] {
        let key = stack.variable(name);
        for method in ["PATCH", "DELETE"] {
            let path = format!("{RUNS}?id=not.is.null");
            let write = stack
                .request(method, &path)
                .header("apikey", &key)
                .json(&row)
                .send();
            assert!(
                (400..500).contains(&write.status),
                "{name} {method}: {}",
                write.status
            );
        }
        // Clients send their key in both headers, whatever its kind.
        let bearer = format!("Bearer {key}");
        let both = stack
            .request("GET", RUNS)
            .header("apikey", &key)
            .header("Authorization", &bearer)
            .send();
        assert_eq!(both.status, 200, "{name}");
    }
    assert_eq!(stack.count_runs("model"), 1);

    let without_key = stack.get(RUNS);
    assert_eq!(
        (without_key.status, &without_key.json()["message"]),
        (401, &json!("No API key found in request"))
    );
    let stranger = stack
        .request("GET", RUNS)
        .header("apikey", "sb_secret_wrong")
        .send();
    assert_eq!(
        (stranger.status, &stranger.json()["message"]),
        (401, &json!("Invalid API key"))
    );
    let secret = stack.variable("SUPABASE_SECRET_KEY");
    let browser = stack
        .request("GET", RUNS)
        .header("apikey", &secret)
        .header("User-Agent", BROWSER)
        .send();
    assert_eq!(browser.status, 401);
    // A secret key as the bearer doesn't raise the role of a request whose API key is the
    // publishable one.
    let smuggled = stack
        .request("GET", RUNS)
        .header("apikey", &stack.variable("SUPABASE_PUBLISHABLE_KEY"))
        .header("Authorization", &format!("Bearer {secret}"))
        .send();
    assert_eq!(smuggled.status, 401);
}

#[tokio::test]
async fn the_database_is_as_a_supabase_project_finds_it() {
    let stack = Stack::up();
    let owner = stack.database().await;
    let one =
        async |query: &str| -> String { owner.query_one(query, &[]).await.expect("a row").get(0) };

    assert_eq!(one("select current_user::text").await, "postgres");
    assert_eq!(
        one("select rolsuper::text from pg_roles where rolname = 'postgres'").await,
        "false"
    );
    assert_eq!(one("show data_checksums").await, "on");
    assert_eq!(one("show fsync").await, "on");
    assert_eq!(one("show listen_addresses").await, "127.0.0.1");
    assert_eq!(one("show timezone").await, "UTC");
    assert_eq!(
        one(
            "select string_agg(rolname || ' ' || rolconfig[1], ', ' order by rolname)
             from pg_roles where rolname in ('anon', 'authenticated')"
        )
        .await,
        "anon statement_timeout=3s, authenticated statement_timeout=8s"
    );

    // New objects are unreachable until granted.
    owner
        .batch_execute(
            "create table public.fresh (id integer);
             create function public.fresh_function() returns integer language sql as 'select 1';
             notify pgrst, 'reload schema';",
        )
        .await
        .expect("created");
    for (role, object) in [("anon", "fresh"), ("service_role", "fresh")] {
        let query =
            format!("select has_table_privilege('{role}', 'public.{object}', 'select')::text");
        assert_eq!(one(&query).await, "false", "{role}");
    }
    assert_eq!(
        one("select has_function_privilege('anon', 'public.fresh_function()', 'execute')::text")
            .await,
        "false"
    );
}

#[tokio::test]
async fn the_script_may_be_pasted_over_a_database_that_has_the_schema() {
    let stack = Stack::up();
    let mut owner = stack.database().await;
    let state = "select md5(string_agg(o, ',' order by o)) from (
                   select oid::text || relname || coalesce(relacl::text, '') as o from pg_class
                   where relnamespace = 'public'::regnamespace
                   union all select oid::text || proname || prosrc from pg_proc
                   where pronamespace = 'public'::regnamespace) as objects";
    let before: String = owner.query_one(state, &[]).await.expect("a row").get(0);

    owner
        .batch_execute(&bench_schema::script())
        .await
        .expect("no error");
    let applied = bench_schema::apply(&mut owner).await.expect("no error");

    let after: String = owner.query_one(state, &[]).await.expect("a row").get(0);
    assert_eq!(before, after);
    assert_eq!(
        (applied.newly.len(), applied.already),
        (0, bench_schema::migrations().len())
    );

    // And on an empty schema: everything at once.
    owner
        .batch_execute(
            "drop schema public cascade; drop schema if exists benchmark_private cascade;
             drop schema supabase_migrations cascade; create schema public;",
        )
        .await
        .expect("an empty database");
    owner
        .batch_execute(&bench_schema::script())
        .await
        .expect("no error");
    let rows: i64 = owner
        .query_one(
            "select count(*) from supabase_migrations.schema_migrations",
            &[],
        )
        .await
        .expect("a ledger")
        .get(0);
    assert_eq!(
        usize::try_from(rows).ok(),
        Some(bench_schema::migrations().len())
    );
}
