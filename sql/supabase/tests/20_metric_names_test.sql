/*
 * What a metric means of which only the name is known, and the list of all metrics. That the names mean
 * the same in Rust is tested there: a_metric_that_nobody_declared_means_the_same_in_rust_and_in_sql.
 */
begin;
create extension if not exists pgtap;
select plan(4);

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'm', 'd', 'p', 'local', '{"f1": 0.9, "estimated_cost_saved": 3, "widgets": 7, "batch_size": 32}');

select results_eq(
  $$ select direction, unit, is_declared from metric_definition('estimated_cost_saved') $$,
  $$ values ('higher_is_better', 'usd', false) $$, 'a name is read as words, and the last of them decides');
select results_eq(
  $$ select name, direction, is_declared from v_metrics where name in ('f1', 'estimated_cost_saved', 'widgets', 'batch_size') order by name $$,
  $$ values ('batch_size', 'neither', false), ('estimated_cost_saved', 'higher_is_better', false), ('f1', 'higher_is_better', true),
            ('widgets', 'neither', false) $$,
  'v_metrics has each metric of a run once, declared or not');
select is_empty(
  $$ select name from v_metrics group by name having count(*) > 1 $$, 'no metric stands twice in v_metrics');

set local role anon;
select isnt_empty($$ select from v_metrics where name = 'widgets' $$, 'anon can read what metrics mean');

select * from finish();
rollback;
