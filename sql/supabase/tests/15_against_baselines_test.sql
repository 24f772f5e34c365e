/*
 * One call returns the inputs to the verdicts of many configurations, one the events since
 * yesterday, and one the rows of detect_regression for every model.
 */
begin;
create extension if not exists pgtap;
select plan(20);

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
  $$ select metric, current_stats ->> 'n', baseline_value, baseline_stats ->> 'n', is_own_baseline, baseline_version, found_by, versions, numbers::jsonb
     from against_baselines(pg_temp.ids()) where current_run in (select transaction_id from benchmark_snapshots where model_version = 'old') $$,
  $$ values ('f1', '100', 0.9::float8, '150', true, 1, 'configuration', array[1, 2, 3, 4, 6], '[0.90, 0.881, 0.882, 0.883, 0.84]'::jsonb) $$,
  'the baseline, the runs before that have the metric, and the current run');
select results_eq(
  $$ select metric, found_by, numbers::jsonb from against_baselines(pg_temp.ids())
     where current_run in (select transaction_id from benchmark_snapshots where model_version = 'other') $$,
  $$ values ('accuracy', null::text, '[0.7]'::jsonb) $$,
  'without F1 it is the next metric; another model''s baseline does not count');
select is((select count(*) from against_baselines(pg_temp.ids())), 2::bigint, 'a run without any of the metrics gives no row');
select results_eq(
  $$ select metric, numbers::jsonb, baseline_value from against_baselines(pg_temp.ids(), '{latency_ms}') where cardinality(versions) > 1 $$,
  $$ values ('latency_ms', '[400, 500, 500]'::jsonb, 400::float8) $$, 'any metric can be asked for');
select is(
  (select numbers::jsonb from against_baselines(pg_temp.ids(), p_earlier => 2) where cardinality(versions) > 1), '[0.883, 0.84]',
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

reset role;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, dataset_size, prompt_version, environment, metrics, created_at, details, params, model_provider, run_id, run_attempt)
select commit_sha, 'facts', 'set-1', size, 'prompt-1', 'production', jsonb_build_object('f1', 0.5), now() - age, details, params, provider, ci_run, attempt
from (values
  ('c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', 5, '9 days'::interval, '{"gpu": "A", "x": 1}'::jsonb, null::jsonb, null::text, 'ci-1', 1),
  ('c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00', 5, '8 days', '{"gpu": "A", "x": 2}', null, null, 'ci-1', 2),
  ('release-2026-11-with-a-long-name', 5, '7 days', '{"gpu": "A"}', null, null, null, null),
  ('release-2026-11-with-a-long-name', null, '6 days', '{"gpu": "A"}', '{"t": 1}', 'p', null, null)
) as run (commit_sha, size, age, details, params, provider, ci_run, attempt);
do $$ begin perform record_change_points((select jsonb_agg(jsonb_build_object(
  'transaction_id', id, 'metric', metric, 'kind', 'step', 'state', 'confirmed', 'before', 0.9, 'after', 0.5, 'method', 'test'))
  from benchmark_transactions cross join (values ('f1'), ('latency_ms')) as m (metric) where model_version = 'facts' and run_attempt = 2)); end $$;
create temporary view of_facts as
select a.* from against_baselines(pg_temp.ids(), p_machine => '{gpu}') a join benchmark_configurations c on c.id = a.configuration_id where c.model_version = 'facts';
select results_eq('select commits from of_facts', $$ values (array['c0ffee00c0ffe', 'release-2026-11-with-a-long-name', null]) $$,
  'of several attempts of a CI run the last counts; a commit is said once, a hash by its first digits');
select is((select facts::jsonb from of_facts), '[[0, null, 5, null, {"gpu": "A"}], [2, "p", null, {"t": 1}, {"gpu": "A"}]]',
  'what else is known of a run is said where it changes');
select results_eq($$ select c ->> 'began_version', (c ->> 'began_at')::bigint = ats[1] * 1000 + (c ->> 'began_at')::bigint % 1000
     from of_facts cross join json_array_elements(changes) as c $$,
  $$ values ('2', true) $$, 'change points are those of the metric');
select results_eq('select current_run, ids[cardinality(ids)], current_at / 1000 - ats[cardinality(ats)] between -1 and 1 from of_facts',
  $$ select transaction_id, transaction_id, true from benchmark_snapshots where model_version = 'facts' $$, 'the current run is the last');

select * from finish();
rollback;
