/*
 * A stored run never changes, not even for the owner of the tables, whom only triggers can stop.
 */
begin;
create extension if not exists pgtap;
select plan(11);

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}');
select set_baseline((select id from benchmark_transactions));

select throws_ok(
  $$ update benchmark_transactions set metrics = '{"f1": 0.99}' $$,
  '42501', 'benchmark_transactions is append only: update is refused', 'the owner cannot update a run');
select throws_ok(
  $$ update benchmark_transactions set notes = null where false $$,
  '42501', null, 'an update that would touch no run is refused too');
select throws_ok(
  $$ delete from benchmark_transactions $$,
  '42501', 'benchmark_transactions is append only: delete is refused', 'the owner cannot delete a run');
select throws_ok(
  $$ truncate benchmark_transactions cascade $$,
  '42501', 'benchmark_transactions is append only: truncate is refused', 'the owner cannot truncate runs');
select throws_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, idempotency_key)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.91}', 'key')
     on conflict (idempotency_key) do update set metrics = excluded.metrics $$,
  '42501', null, 'the owner cannot change a run by an upsert');
select throws_ok($$ update benchmark_baselines set reason = 'another' $$, '42501', null, 'the history of baselines cannot be changed');
select throws_ok($$ delete from benchmark_baselines $$, '42501', null, 'the history of baselines cannot be deleted');
select throws_ok($$ truncate benchmark_baselines $$, '42501', null, 'the history of baselines cannot be truncated');
select retract_run((select id from benchmark_transactions), 'mistaken');
select throws_ok($$ update benchmark_retractions set is_retracted = false $$, '42501', null, 'the history of retractions cannot be changed');
select throws_ok($$ delete from benchmark_retractions $$, '42501', null, 'nor deleted');
select results_eq(
  'select metrics from benchmark_transactions', array['{"f1": 0.9}'::jsonb], 'after all that the run is as it was measured');

select * from finish();
rollback;
