/*
 * One call returns the inputs to the verdicts of many configurations, one the events since
 * yesterday, and one the rows of detect_regression for every model.
 */
begin;
create extension if not exists pgtap;
select plan(16);

create function pg_temp.push(p_model text, p_metrics jsonb, p_age interval, p_stats jsonb default null) returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, metric_stats, created_at)
  values ('abc123', p_model, 'set-1', 'prompt-1', 'production', p_metrics, p_stats, now() - p_age)
  returning id
$$;
insert into benchmark_baselines (scope, model_version, dataset_version, prompt_version, environment, transaction_id, marked_at)
select 'configuration', 'old', 'set-1', 'prompt-1', 'production',
       pg_temp.push('old', '{"f1": 0.90, "latency_ms": 400}', '9 days', '{"f1": {"n": 150}}'), now() - interval '9 days';
select pg_temp.push('old', jsonb_build_object('f1', 0.88 + i * 0.001), '9 days'::interval - i * interval '1 hour') from generate_series(1, 3) as i;
select pg_temp.push('old', '{"latency_ms": 500}', '8 days');
select pg_temp.push('old', '{"f1": 0.84, "latency_ms": 500}', '7 days', '{"f1": {"n": 100}}');
select pg_temp.push('other', '{"accuracy": 0.7, "recall": 0.5}', '2 hours');
select pg_temp.push('bare', '{"latency_ms": 1}', '1 hour');
create function pg_temp.ids() returns integer[] language sql stable as $$ select array_agg(id) from benchmark_configurations $$;
grant execute on all functions in schema pg_temp to anon;

set local role anon;

select results_eq(
  $$ select metric, current_value, current_stats ->> 'n', baseline_value, baseline_stats ->> 'n', found_by, earlier
     from against_baselines(pg_temp.ids()) where current_run in (select transaction_id from benchmark_snapshots where model_version = 'old') $$,
  $$ values ('f1', 0.84::float8, '100', 0.9::float8, '150', 'configuration', array[0.9, 0.881, 0.882, 0.883]::float8[]) $$,
  'the current run, its baseline, and the runs before that have the metric');
select results_eq(
  $$ select metric, current_value, found_by, cardinality(earlier) from against_baselines(pg_temp.ids())
     where current_run in (select transaction_id from benchmark_snapshots where model_version = 'other') $$,
  $$ values ('accuracy', 0.7::float8, null::text, 0) $$,
  'without F1 it is the next metric; another model''s baseline does not count');
select is((select count(*) from against_baselines(pg_temp.ids())), 2::bigint, 'a run without any of the metrics gives no row');
select results_eq(
  $$ select metric, current_value, baseline_value from against_baselines(pg_temp.ids(), '{latency_ms}') where earlier <> '{}' $$,
  $$ values ('latency_ms', 500::float8, 400::float8) $$, 'any metric can be asked for');
select is(
  (select earlier from against_baselines(pg_temp.ids(), p_earlier => 2) where earlier <> '{}'), array[0.883]::float8[],
  'of the newest two runs before, one has the metric');
select is_empty($$ select from against_baselines('{}') $$, 'no configuration has no row');
select is_empty($$ select from against_baselines('{null,-1}') $$, 'nor has one that is not there');

select results_eq(
  $$ select kind, model_version, of_kind from what_changed() $$,
  $$ values ('new', 'bare', 2::bigint), ('new', 'other', 2), ('run', 'bare', 2), ('run', 'other', 2) $$,
  'what ran for the first time since yesterday is new');
select is_empty($$ select from what_changed(now()) $$, 'when nothing happened, nothing is told');
select set_eq(
  $$ select kind, of_kind from what_changed(now() - interval '30 days') $$,
  $$ values ('new', 3::bigint), ('run', 8), ('baseline', 1) $$, 'over a month all runs, and the baseline');
select results_eq(
  $$ select model_version, metric, effect from what_changed(now() - interval '30 days') where kind = 'run' order by model_version $$,
  $$ values ('bare', null, null), ('old', 'f1', 'worse'), ('other', null, null) $$,
  'of what ran it is told whether it is far from its baseline');
reset role;
select record_change_points(jsonb_build_array(jsonb_build_object(
  'transaction_id', transaction_id, 'metric', 'f1', 'kind', 'step', 'state', 'confirmed', 'before', 0.9, 'after', 0.84, 'method', 'test')))
from benchmark_snapshots where model_version = 'old';
set local role anon;
select results_eq(
  $$ select model_version, metric, effect from what_changed() where kind = 'change_point' $$,
  $$ values ('old', 'f1', 'regressed') $$, 'a change point that was found is told');

select results_eq(
  $$ select model_version, is_regression, worsening from detect_regressions(0.05) $$,
  $$ select d.model_version, d.is_regression, d.worsening
     from unnest(array['old', 'bare', 'other']) with ordinality as m (name, place)
     cross join lateral detect_regression(m.name, 0.05, p_explain => true) as d order by m.place $$,
  'all models are what each one is, the worst first');
select results_eq(
  $$ select * from detect_regressions(0.05, 'latency_ms', '{old}') $$,
  $$ select * from detect_regression('old', 0.05, 'latency_ms') $$, 'every column is that of detect_regression');
select results_eq(
  $$ select model_version, reason is not null from detect_regressions(0.05, 'f1', '{nobody,null}') $$,
  $$ values ('nobody', true) $$, 'a model that never ran is said to have never run');
select throws_ok($$ select * from detect_regressions(-1) $$, '22023');

select * from finish();
rollback;
