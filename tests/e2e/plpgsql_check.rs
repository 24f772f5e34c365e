//! Every PL/pgSQL function is checked as a compiler would: names, types, unused variables, and SQL
//! made of texts, also on paths that no test takes.

use bench_tests::{Postgres, Stack};

/// A trigger function is checked with each table that it is a trigger of, and its transition tables.
const CHECKED: &str = "
    from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
    left join pg_catalog.pg_trigger t on t.tgfoid = p.oid
    where p.pronamespace in ('public'::regnamespace, 'benchmark_private'::regnamespace)";

/// Everything that it has to say.
fn findings(database: &Postgres) -> Vec<String> {
    let sql = format!(
        "select concat_ws(' ', checked.oid::regprocedure, checked.tgrelid::regclass, 'line', found.lineno, found.level, found.message, found.detail)
         from (select p.oid, t.tgrelid, t.tgoldtable, t.tgnewtable {CHECKED}) as checked
         cross join lateral checking.plpgsql_check_function_tb(
           checked.oid, coalesce(checked.tgrelid, 0), oldtable => checked.tgoldtable, newtable => checked.tgnewtable,
           fatal_errors => false, other_warnings => true, extra_warnings => true, performance_warnings => true,
           security_warnings => true) as found
         -- A function may return a row beside other values.
         where found.message not like 'composite OUT variable % is not single argument'
         order by 1"
    );
    let rows = database
        .rows(&sql)
        .unwrap_or_else(|error| panic!("{error:?}"));
    rows.into_iter().flatten().flatten().collect()
}

#[test]
fn every_plpgsql_function_is_right_on_paths_that_no_test_takes_too() {
    let stack = Stack::start();
    let database = stack.superuser();
    let there = "select count(*) from pg_available_extensions where name = 'plpgsql_check'";
    if database.one(there) == "0" {
        eprintln!(
            "skipped: this PostgreSQL has no plpgsql_check; on Debian it is the package postgresql-N-plpgsql-check"
        );
        return;
    }
    database
        .execute("create schema checking; create extension plpgsql_check with schema checking")
        .expect("the superuser may");

    let found = findings(&database);
    assert!(found.is_empty(), "{}", found.join("\n"));

    let count = |sql: &str| database.one(sql).parse::<usize>().expect("a count");
    assert!(count(&format!("select count(distinct p.oid) {CHECKED}")) > 25);
    assert!(count(&format!("select count(t.oid) {CHECKED}")) > 10);
    let lonely = format!(
        "select count(*) {CHECKED} and p.prorettype = 'trigger'::regtype and t.oid is null"
    );
    assert_eq!(count(&lonely), 0, "a trigger function without a trigger");

    // And it does find something.
    database
        .execute(
            "create function public.wrong(p_name text) returns integer language plpgsql set search_path = '' as $$
             begin
               if p_name is null then return (select no_such from public.benchmark_metrics); end if;
               execute 'select ' || p_name;
               return 1;
             end $$",
        )
        .expect("it is not run");
    let found = findings(&database).join("\n");
    for wanted in ["no_such", "EXECUTE"] {
        assert!(found.contains(wanted), "{found}");
    }
}
