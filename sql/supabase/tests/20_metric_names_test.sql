/*
 * What a metric means of which only the name is known, and the list of all metrics. That the names mean
 * the same in Rust is tested there: a_metric_that_nobody_declared_means_the_same_in_rust_and_in_sql.
 */
begin;
create extension if not exists pgtap;
select plan(35);

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

-- Declarations: first what is stated, later the rest, then a correction.
select benchmark_private.declare_metrics('{"widgets": {"unit": "pieces"}}', 'ada');
select results_eq(
  $$ select direction, direction_from, unit, declared_by from v_metrics where name = 'widgets' $$,
  $$ values ('neither', 'nobody', 'pieces', 'ada') $$, 'a unit states no direction');
select results_eq(
  $$ select direction, unit from benchmark_metrics where name = 'widgets' $$,
  $$ values (null::text, 'pieces') $$, 'what nobody stated is not stored');
select benchmark_private.declare_metrics('{"widgets": {"direction": "higher_is_better", "min": 0}}', 'bob');
select results_eq(
  $$ select direction, direction_from, unit, min, declared_by from v_metrics where name = 'widgets' $$,
  $$ values ('higher_is_better', 'report', 'pieces', 0::double precision, 'bob') $$, 'a later declaration completes the first');
select throws_ok(
  $$ select benchmark_private.declare_metrics('{"widgets": {"direction": "lower_is_better"}}', 'eve') $$, '22023', null,
  'a report does not correct another');
select throws_ok($$ select set_metric('widgets', 'lower_is_better') $$, '22023', 'the reason is missing', 'a correction needs a reason');
select set_metric('widgets', 'lower_is_better', null, '[0, 10]', 'counted wrongly', 'grace') from generate_series(1, 2);
select benchmark_private.declare_metrics('{"widgets": {"direction": "higher_is_better", "unit": "boxes"}}', 'bob');
select results_eq(
  $$ select direction, direction_from, unit, max, declared_by, reason from v_metrics where name = 'widgets' $$,
  $$ values ('lower_is_better', 'person', 'pieces', 10::double precision, 'grace', 'counted wrongly') $$,
  'what a person stated stands against reports');
select results_eq(
  $$ select direction, declared_by from benchmark_metric_declarations where metric = 'widgets' order by id $$,
  $$ values (null, 'ada'), ('higher_is_better', 'bob'), ('lower_is_better', 'grace') $$, 'the history has each change once');
select throws_ok(call, '22023', null, call || ' is refused')
from (values
  ($$ select set_metric('widgets', p_range => '["NaN", 10]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[0, "10"]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[-1e400, 1e400]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '["-Infinity", "Infinity"]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[[0], {}]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[true, false]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '{"min": 0}', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '5', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[0]', p_reason => 'why') $$),
  ($$ select set_metric('widgets', p_range => '[1e-320, 1e-310]', p_reason => 'why') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"unit": {"a": 1}}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"unit": 5}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"description": ["a"]}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"direction": {}}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"max": "10"}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"max": 1e400}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {"min": 1e-320, "max": 1e-310}}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": 5}') $$),
  ($$ select benchmark_private.declare_metrics('{"gadgets": {}}', E'a\x07b') $$),
  ($$ select * from ingest_runs('[{"metric_definitions": 5}]') $$)
) as c (call);
select results_eq(
  $$ select min, max from benchmark_metrics where name = 'widgets' $$, $$ values (0::double precision, 10::double precision) $$,
  'a range that is none leaves the bounds as they are');
select is_empty($$ select from benchmark_metrics where name = 'gadgets' $$, 'and a declaration that is none declares nothing');
select throws_ok($$ delete from benchmark_metric_declarations $$, '42501', null, 'and is append only');

select results_eq(
  $$ select min, max from set_metric('widgets', p_range => '[null, null]', p_reason => 'no bound') $$,
  $$ values (null::double precision, null::double precision) $$, 'null is no bound');
set local role anon;
select isnt_empty($$ select from v_metrics where name = 'widgets' $$, 'anon can read what metrics mean');

select * from finish();
rollback;
