/*
 * Beside the plain threshold, the row reports the noise: over the current level, which begins at the
 * last confirmed or accepted change, without the judged run.
 */
begin;
create extension if not exists pgtap;
select plan(13);

create function pg_temp.push(p_f1 numeric, p_age integer) returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
  values ('abc123', 'model', 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', p_f1, 'size', 7), now() - p_age * interval '1 hour')
  returning id
$$;
create function pg_temp.level() returns table (n integer, median numeric, noise numeric, in_noise numeric) language sql as $$
  select baseline_n, baseline_median, round(noise_sd, 6), round(in_noise, 3) from detect_regression('model')
$$;

select set_baseline(pg_temp.push(0.90, 100));
select results_eq('select * from pg_temp.level()', $$ values (0, null::numeric, null::numeric, null::numeric) $$, 'the first run has no level before it');
select pg_temp.push(0.91, 99);
select pg_temp.push(0.90, 98);
select pg_temp.push(0.92, 97);
select results_eq('select * from pg_temp.level()', $$ values (3, 0.90, null::numeric, null::numeric) $$, 'three runs have no scatter yet');
select pg_temp.push(0.90, 96);
-- Differences 0.01, 0.01, 0.02: median 0.01, times 1.4826 / sqrt(2) is 0.010484.
select results_eq('select * from pg_temp.level()', $$ values (4, 0.905, 0.010484, 0.000) $$, 'four have');
select pg_temp.push(0.84, 95);
-- Differences 0.01, 0.01, 0.02, 0.02: median 0.015. From 0.90 to 0.84 is 0.06.
select results_eq('select * from pg_temp.level()', $$ values (5, 0.90, 0.015725, 3.815) $$, 'the run that is judged does not count');
select results_eq(
  $$ select baseline_n, baseline_median, noise_sd, in_noise from detect_regression('model', 0.05, 'size', p_explain => true) $$,
  $$ values (5, 7::numeric, 0::numeric, null::numeric) $$, 'a metric that never moves has no scatter to measure with');
select results_eq(
  $$ select is_regression, baseline_n, noise_sd from detect_regression('model', 0.05, 'recall', p_explain => true) $$,
  $$ values (null::boolean, 0, null::numeric) $$, 'a metric that no run has has no level');

-- ── a level begins at a confirmed or accepted change ──
select pg_temp.push(0.86 + i % 2 * 0.01, 90 - i) from generate_series(0, 9) as i;
create function pg_temp.found(p_version integer, p_state text) returns bigint language sql as $$
  select r.id
  from benchmark_transactions t
  cross join lateral record_change_points(jsonb_build_array(jsonb_build_object(
    'transaction_id', t.id, 'metric', 'f1', 'kind', 'step', 'state', p_state, 'before', 0.9, 'after', 0.86, 'method', 'test'))) as r
  where t.model_version = 'model' and t.version = p_version
$$;
select is((select n from pg_temp.level()), 15, 'without change points it is all runs before');
create temp table change as select pg_temp.found(7, 'suspect') as id;
select is((select n from pg_temp.level()), 15, 'a suspicion changes nothing');
select set_change_point_state((select id from change), 'confirmed');
select results_eq('select n, median, noise from pg_temp.level()', $$ values (9, 0.86, 0.010484) $$, 'a confirmed change begins a level');
select set_change_point_state((select id from change), 'dismissed');
select is((select n from pg_temp.level()), 15, 'one that was dismissed does not');
select set_change_point_state((select id from change), 'accepted');
select is((select n from pg_temp.level()), 9, 'one that was accepted does');
select pg_temp.found(16, 'confirmed');
select is((select n from pg_temp.level()), 9, 'the change to the current run leaves the level before it');

select pg_temp.push(0.86 + i % 3 * 0.01, 70 - i) from generate_series(0, 69) as i;
select is((select n from pg_temp.level()), 64, 'at most 64 runs count');

select * from finish();
rollback;
