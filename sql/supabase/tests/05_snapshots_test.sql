/*
 * The snapshot shows the newest run of its configuration by created_at; a run older than the one
 * shown counts but does not replace it; of runs of the same time the later arrival is shown.
 */
begin;
create extension if not exists pgtap;
select plan(12);

create function pg_temp.push(p_f1 numeric, p_age interval default '0') returns void language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
  values ('commit' || p_f1, 'model', 'set-1', 'prompt-1', 'production',
          jsonb_build_object('f1', p_f1, 'precision', 0.91, 'recall', 0.88, 'latency_ms', 412, 'analysis_cost', 0.0042, 'other', 1),
          now() - p_age)
$$;

select pg_temp.push(0.90, '2 hours');
select results_eq(
  $$ select f1_score, precision_score, recall_score, latency_ms, cost_per_analysis, commit_sha, snapshot_version,
            is_active, is_baseline, is_current from benchmark_snapshots $$,
  $$ values (0.90, 0.91, 0.88, 412::numeric, 0.0042, 'commit0.90', 1, true, false, true) $$,
  'the first run makes the snapshot');

select pg_temp.push(0.91, '1 hour');
select results_eq(
  'select f1_score, snapshot_version from benchmark_snapshots', 'values (0.91, 2)', 'a newer run replaces it');
select is(
  (select created_at from benchmark_snapshots), now() - interval '1 hour', 'created_at is the time of the run shown');

select pg_temp.push(0.50, '1 day');
select results_eq(
  'select f1_score, snapshot_version from benchmark_snapshots', 'values (0.91, 3)', 'a backfill counts and does not replace');
select is(
  (select last_updated_at from benchmark_snapshots),
  (select max(recorded_at) from benchmark_transactions), 'a backfill shows in last_updated_at');

select pg_temp.push(0.92, '1 hour');
select results_eq(
  'select f1_score, snapshot_version from benchmark_snapshots', 'values (0.92, 4)', 'of two runs of one time the later arrival is shown');

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'bulk', 'model', 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', 0.60 + i / 100.0), now() - i * interval '1 minute'
from generate_series(5, 1, -1) as i;
select results_eq(
  'select f1_score, snapshot_version from benchmark_snapshots', 'values (0.61, 9)', 'of many runs in one statement the newest is shown');

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'model', 'set-2', 'prompt-1', 'production', '{"f1": 0.7}'),
       ('abc123', 'model', 'set-1', 'prompt-2', 'production', '{"f1": 0.7}'),
       ('abc123', 'model', 'set-1', 'prompt-1', 'staging', '{"f1": 0.7}'),
       ('abc123', 'model-2', 'set-1', 'prompt-1', 'production', '{"f1": 0.7}');
select is(
  (select count(*) from benchmark_snapshots), 5::bigint, 'another data set, prompt, environment or model is another configuration');
select is(
  (select count(*) from benchmark_snapshots s
   join benchmark_transactions t on t.id = s.transaction_id and t.metrics = s.metrics and t.created_at = s.created_at
    and t.commit_sha = s.commit_sha and t.configuration_id = s.configuration_id),
  5::bigint, 'each snapshot is what its run says');

-- The original's numeric(5,4) could hold none of these.
select lives_ok(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
     values ('abc123', 'precise', 'set-1', 'prompt-1', 'production', '{"f1": 0.123456789012, "latency_ms": 1e12}') $$,
  'a number of any size is no database error');
select is((select f1_score from benchmark_snapshots where model_version = 'precise'), 0.123456789012, 'and is shown as it was sent');
select lives_ok(
  $$ SELECT model_version, f1_score, last_updated_at FROM benchmark_snapshots WHERE is_active = TRUE ORDER BY f1_score DESC $$,
  'the README''s query for the latest F1 scores runs as it stands');

select * from finish();
rollback;
