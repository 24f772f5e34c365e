/*
 * Scripts and dashboards of the original system keep working: the functions they call, by
 * position and by name, their arguments, and the columns they read.
 */
begin;
create extension if not exists pgtap;
select plan(22);

set local role service_role;

prepare push_to_supabase as
select upsert_benchmark_result(
  'abc123', 'develop', 'medgemma-v1.2', 'google', 'benchmark-set-v3', 100, 'analysis-v4', 'github-actions',
  'run-12345', 'github-bot',
  '{"precision": 0.91, "recall": 0.88, "f1": 0.895, "latency_ms": 412, "analysis_cost": 0.0042,
    "domain_breakdown": {"imaging": {"f1": 0.9}}, "comment": "fine", "skipped": null}'::jsonb,
  45.2, array['experiment-1', 'baseline'], 'Initial baseline run');

create temp table first_answer (id) as execute push_to_supabase;
create temp table second_answer (id) as execute push_to_supabase;

select is((select id from first_answer), (select id from second_answer), 'the very same call twice answers with the same run');
select is((select count(*) from benchmark_transactions), 1::bigint, 'and stores one row');
select results_eq(
  $$ select id, commit_sha, branch_name, model_version, model_provider, dataset_version, dataset_size, prompt_version,
            environment, run_id, triggered_by, duration_seconds, tags, notes from benchmark_transactions $$,
  $$ select id, 'abc123', 'develop', 'medgemma-v1.2', 'google', 'benchmark-set-v3', 100::bigint, 'analysis-v4',
            'github-actions', 'run-12345', 'github-bot', 45.2, array['experiment-1', 'baseline'], 'Initial baseline run' from first_answer $$,
  'every argument is stored in its column');
select is(
  (select metrics from benchmark_transactions),
  '{"precision": 0.91, "recall": 0.88, "f1": 0.895, "latency_ms": 412, "analysis_cost": 0.0042}', 'numbers become metrics');
select is(
  (select details from benchmark_transactions),
  '{"domain_breakdown": {"imaging": {"f1": 0.9}}, "comment": "fine", "skipped": null}', 'all else moves to details');
select isnt(
  upsert_benchmark_result(
    p_commit_sha => 'def456', p_model_version => 'medgemma-v1.2', p_dataset_version => 'benchmark-set-v3',
    p_prompt_version => 'analysis-v4', p_environment => 'github-actions', p_metrics => '{"f1": 0.85, "latency_ms": 0}'),
  null, 'arguments may be named, and the optional ones left out');
select throws_ok(
  $$ select upsert_benchmark_result('abc', null, 'm', null, 'd', null, 'p', 'local', null, null, '"not an object"'::jsonb, null, null, null) $$,
  '22023', 'metrics must be an object of numbers, found an empty one', 'metrics without a number are refused');
create function pg_temp.stored(p_metrics jsonb) returns jsonb language plpgsql as $$
declare
  pushed uuid := upsert_benchmark_result(
    'abc', p_model_version => 'stored', p_dataset_version => 'd', p_prompt_version => 'p', p_environment => 'local', p_metrics => p_metrics);
begin
  return (select jsonb_build_array(t.metrics, t.details) from benchmark_transactions t where t.id = pushed);
end $$;
select is(
  pg_temp.stored('{"f1": "0.90", "cost": " 1e-3 ", "recall": ".5", "note": "0.9 of it", "nan": "NaN", "on": true}')::text,
  '[{"f1": 0.90, "cost": 0.001, "recall": 0.5}, {"on": true, "nan": "NaN", "note": "0.9 of it"}]',
  'a number in quotes is a metric, as the original''s casts read it; no other text is');
select is(
  pg_temp.stored(to_jsonb('{"f1": 0.9, "by_type": {"a": 1}}'::text)), '[{"f1": 0.9}, {"by_type": {"a": 1}}]',
  'metrics in a JSON string are read');
select is(
  pg_temp.stored('{"true_positives": 132, "f1": 0.80, "latency_ms": 412, "huge": 1e400, "loss": 1.50}')::text,
  jsonb_build_array('{"true_positives": 132, "f1": 0.80, "latency_ms": 412, "loss": 1.50}'::jsonb, jsonb_build_object('huge', '1' || repeat('0', 400)))::text,
  'a number keeps the form it came in; one beyond any double is a text in details');
select is(
  (select (metrics ->> 'true_positives')::int from benchmark_transactions where metrics ->> 'latency_ms' = '412' and model_version = 'stored'),
  132, 'so that casts and filters of the original''s clients work');
create temp table spaced as select upsert_benchmark_result(
  'abc', ' main', 'spaced ', null, ' d', null, 'p', ' local ', null, '', '{"f1": 0.9, " f2": 1}', null, array[' a', 'b'], null) as id;
select is(
  (select (t.model_version, t.branch_name, t.tags, t.metrics, t.details)::text from benchmark_transactions t join spaced using (id)),
  '(spaced,main,"{a,b}","{""f1"": 0.9}","{"" f2"": 1}")', 'white space around names is left out, and a metric''s name that has some is none');
select throws_ok(
  $$ select upsert_benchmark_result('abc', null, 'm', null, 'd', null, 'p', 'local', null, null, null, null, null, null) $$,
  '22023', 'metrics must be an object of numbers, found nothing', 'no metrics at all are refused');

set local role anon;

select results_eq(
  $$ select snapshot_version, f1_score, precision_score, latency_ms, is_current, is_baseline
     from get_snapshot_history('medgemma-v1.2', 'benchmark-set-v3', 'analysis-v4', 'github-actions') $$,
  $$ values (2, 0.85, null, 0::numeric, true, false), (1, 0.895, 0.91, 412, false, false) $$,
  'the history has the versions, the last first');
select is(
  (select count(*) from get_snapshot_history('medgemma-v1.2', 'benchmark-set-v3', 'analysis-v4', 'github-actions', 1)),
  1::bigint, 'the history can be limited');
select results_eq(
  $$ select metric, version_a_value, version_b_value, delta, round(percent_change, 2)
     from compare_snapshots('medgemma-v1.2', 'benchmark-set-v3', 'analysis-v4', 'github-actions', 1, 2) $$,
  $$ values ('f1_score', 0.895, 0.85, -0.045, -5.03), ('precision', 0.91, null, null, null), ('recall', 0.88, null, null, null),
            ('latency_ms', 412, 0, -412, -100.00), ('cost_per_analysis', 0.0042, null, null, null) $$,
  'two versions are compared metric by metric');
select is_empty(
  $$ select * from compare_snapshots('medgemma-v1.2', 'benchmark-set-v3', 'analysis-v4', 'github-actions', 1, 9) $$,
  'a version that does not exist is compared with nothing');
select columns_are('v_latest_benchmarks', array[
  'model_version', 'dataset_version', 'prompt_version', 'environment', 'snapshot_version', 'f1_score', 'precision_score',
  'recall_score', 'latency_ms', 'cost_per_analysis', 'created_at', 'commit_sha', 'run_id', 'triggered_by', 'metrics',
  'transaction_id', 'configuration_id', 'model_provider', 'branch_name', 'tags', 'is_baseline', 'last_updated_at'],
  'v_latest_benchmarks has the original''s columns and more');
select columns_are('v_performance_trends', array[
  'date', 'model_version', 'environment', 'run_count', 'avg_f1', 'avg_precision', 'avg_recall', 'avg_latency_ms', 'avg_cost',
  'stddev_f1', 'stddev_precision', 'stddev_recall', 'stddev_latency_ms', 'stddev_cost'],
  'v_performance_trends has the original''s columns and more');
select is_empty(
  $$ select attname from pg_attribute where attrelid = 'v_performance_trends'::regclass and attname ~ '^(avg|stddev)_' and atttypid <> 'numeric'::regtype $$,
  'its averages are numeric');
select lives_ok(
  $$ SELECT * FROM v_performance_trends WHERE date > NOW() - INTERVAL '30 days' $$, 'the original''s query for trends runs as it stands');
select lives_ok(
  $$ SELECT * FROM detect_regression('medgemma-v1.2', 0.05) $$, 'the README''s query for regressions runs as it stands');

select * from finish();
rollback;
