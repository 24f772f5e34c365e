/*
 * What anyone with a key may call costs no more than its answer is worth: long lists are refused
 * with a sentence before any work.
 */
begin;
create extension if not exists pgtap;
select plan(15);

create function pg_temp.numbers(p_count integer) returns integer[] language sql as $$ select array_agg(i) from generate_series(1, p_count) as i $$;
create function pg_temp.words(p_count integer) returns text[] language sql as $$ select array_agg('w' || i) from generate_series(1, p_count) as i $$;
grant execute on function pg_temp.numbers, pg_temp.words to anon;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}');
do $$ begin perform set_baseline(id) from benchmark_transactions; end $$;
set local role anon;

select throws_ok(
  $$ select histogram_percentile(pg_temp.numbers(100001), pg_temp.numbers(100001), 0.5) $$, '22023',
  'a histogram has at most 100000 buckets and as many counts, found 100001 and 100001', 'a long histogram is refused');
select throws_ok(
  $$ select histogram_percentile(pg_temp.numbers(2), pg_temp.numbers(1), 0.5) $$, '22023',
  'a histogram has at most 100000 buckets and as many counts, found 2 and 1', 'so is one without all its counts');
select throws_ok(call, '22023', wanted, wanted)
from (values
  ('select * from list_runs(p_configuration_ids => pg_temp.numbers(10001))', 'p_configuration_ids must have at most 10000 elements, found 10001'),
  ('select * from list_runs(p_model_versions => pg_temp.words(10001))', 'the filters must have at most 10000 elements, found 10001'),
  ('select * from baseline_history_for(pg_temp.numbers(10001))', 'p_configuration_ids must have at most 10000 elements, found 10001'),
  ('select * from against_baselines(pg_temp.numbers(10001))', 'p_configuration_ids must have at most 10000 elements, found 10001'),
  ('select * from compare_configurations(pg_temp.numbers(10001))', 'p_configuration_ids must have at most 10000 elements, found 10001'),
  ('select * from detect_regressions(p_model_versions => pg_temp.words(1001))', 'p_model_versions must have at most 1000 elements, found 1001')
) as c (call, wanted);
select throws_ok(
  $$ select * from against_baselines(array(select configuration_id from benchmark_snapshots), pg_temp.words(1001)) $$, '22023',
  'p_metrics must have at most 1000 elements, found 1001', 'long lists of metrics are refused');
select throws_ok(
  $$ select * from summarize_metric('f1', p_configuration_ids => pg_temp.numbers(10001)) $$, '22023',
  'p_configuration_ids must have at most 10000 elements, found 10001', 'a summary of too many configurations is refused');
select throws_ok(
  $$ select * from judged_against(array(select id from benchmark_transactions), p_machine => pg_temp.words(101)) $$, '22023',
  'p_machine must have at most 100 elements, found 101', 'what says the machine is a short list');
-- A second is a thousand times what they need, and a tenth of what they took.
set local statement_timeout = '1s';
select results_eq(
  $$ select direction from metric_definition(rpad('error_rate', 100) || repeat('speed_', 150000)) $$,
  $$ values ('lower_is_better') $$, 'of a name longer than any metric only the beginning is read');
select lives_ok(
  $$ select * from detect_regression('model', p_metric => repeat('a_', 400000), p_explain => true) $$, 'a long name of a metric costs nothing here');
select lives_ok(
  $$ select * from detect_regressions(p_metric => repeat('error_rate_', 80000)) $$, 'nor here');
select lives_ok($$ select * from search_runs(repeat(' ', 100000) || 'x') $$, 'a long search is cut');

select * from finish();
rollback;
