/*
 * Threats: attempts of a client with a key, which the database itself refuses, whatever is in front
 * of it. The publishable key is anon, a signed-in user is authenticated, the
 * secret key is service_role.
 */
begin;
create extension if not exists pgtap;
select plan(41);

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}');

-- ── anon ──
set local role anon;

select results_eq('select count(*) from benchmark_transactions', array[1::bigint], 'anon can read runs');
select results_eq('select count(*) from benchmark_snapshots', array[1::bigint], 'anon can read snapshots');
select results_eq('select count(*) from v_latest_benchmarks', array[1::bigint], 'anon can read the latest benchmarks');
select results_eq('select count(*) from v_performance_trends', array[1::bigint], 'anon can read trends');
select results_eq('select count(*) from v_daily_metrics', array[1::bigint], 'anon can read daily metrics');
select results_eq('select count(*) from v_baselines_in_force', array[0::bigint], 'anon can read baselines');
select lives_ok($$ select * from detect_regression('model', 0.05) $$, 'anon can ask for regressions');
select lives_ok($$ select * from summarize_metric('f1') $$, 'anon can ask for a summary');

select throws_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.99}') $$,
  '42501', null, 'anon cannot insert a run');
select throws_ok($$ update benchmark_transactions set notes = 'mine' $$, '42501', null, 'anon cannot update a run');
select throws_ok($$ delete from benchmark_transactions $$, '42501', null, 'anon cannot delete a run');
select throws_ok($$ truncate benchmark_transactions cascade $$, '42501', null, 'anon cannot truncate runs');
select throws_ok($$ select * from ingest_runs('[]') $$, '42501', null, 'anon cannot ingest runs');
select throws_ok($$ select upsert_benchmark_result('abc123') $$, '42501', null, 'anon cannot call upsert_benchmark_result');
select throws_ok($$ select set_baseline(gen_random_uuid()) $$, '42501', null, 'anon cannot mark a baseline');
select throws_ok($$ select clear_baseline(gen_random_uuid()) $$, '42501', null, 'anon cannot clear a baseline');
select throws_ok($$ select retract_run(gen_random_uuid(), 'mine') $$, '42501', null, 'anon cannot retract a run');
select throws_ok($$ select restore_run(gen_random_uuid(), 'mine') $$, '42501', null, 'anon cannot restore a run');
select results_eq('select count(*) from benchmark_retractions', array[0::bigint], 'anon can read retractions');
select throws_ok(
  $$ select benchmark_private.declare_metrics('{}') $$, '42501', null, 'anon cannot reach the private schema');

-- ── authenticated ──
set local role authenticated;

select results_eq('select count(*) from benchmark_transactions', array[1::bigint], 'a signed-in user can read runs');
select throws_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.99}') $$,
  '42501', null, 'a signed-in user cannot insert a run');
select throws_ok($$ select * from ingest_runs('[]') $$, '42501', null, 'a signed-in user cannot ingest runs');
select throws_ok($$ select set_baseline(gen_random_uuid()) $$, '42501', null, 'a signed-in user cannot mark a baseline');
select throws_ok($$ select retract_run(gen_random_uuid(), 'mine') $$, '42501', null, 'a signed-in user cannot retract a run');

-- ── service_role ──
set local role service_role;

select lives_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.91}') $$,
  'service_role can insert a run');
select lives_ok($$ select * from ingest_runs('[]') $$, 'service_role can ingest runs');
select throws_ok($$ update benchmark_transactions set notes = 'better' $$, '42501', null, 'service_role cannot update a run');
select throws_ok($$ delete from benchmark_transactions $$, '42501', null, 'service_role cannot delete a run');
select throws_ok($$ truncate benchmark_transactions cascade $$, '42501', null, 'service_role cannot truncate runs');
select throws_ok($$ update benchmark_snapshots set is_active = false $$, '42501', null, 'service_role cannot write a snapshot');
select throws_ok($$ delete from benchmark_snapshots $$, '42501', null, 'service_role cannot delete a snapshot');
select throws_ok($$ update benchmark_daily_metrics set total = 0 $$, '42501', null, 'service_role cannot write daily sums');
select throws_ok(
  $$ insert into benchmark_metrics (name, direction) values ('mine', 'neither') $$,
  '42501', null, 'service_role cannot write the catalogue past ingest_runs');
select throws_ok(
  $$ insert into benchmark_baselines (scope, dataset_version, environment) values ('dataset', 'set-1', 'production') $$,
  '42501', null, 'service_role cannot write baselines past set_baseline');
select throws_ok(
  $$ insert into benchmark_retractions (transaction_id, is_retracted, reason) select id, true, 'mine' from benchmark_transactions $$,
  '42501', null, 'service_role cannot retract past retract_run');
select lives_ok($$ select retract_run(id, 'mistaken') from benchmark_transactions $$, 'service_role can retract a run');
select throws_ok($$ update benchmark_retractions set reason = 'another' $$, '42501', null, 'and not change what was said');
select lives_ok($$ select restore_run(id, 'it was right') from benchmark_transactions $$, 'but restore the run');
select throws_ok(
  $$ insert into benchmark_configurations (model_version, dataset_version, prompt_version, environment)
     values ('m', 'd', 'p', 'local') $$,
  '42501', null, 'service_role cannot make a configuration without a run');
select throws_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, idempotency_key)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.91}', 'key')
     on conflict (idempotency_key) do update set metrics = excluded.metrics $$,
  '42501', null, 'service_role cannot change a run by an upsert');

select * from finish();
rollback;
