/*
 * A run is compared with the baseline in force, by the direction and the range of the metric. A change of data set or environment is never a regression. Where nothing can be said,
 * that is said.
 */
begin;
create extension if not exists pgtap;
select plan(20);

create function pg_temp.push(
  p_model text, p_metrics jsonb, p_dataset text default 'set-1', p_prompt text default 'prompt-1',
  p_environment text default 'production', p_age interval default '0')
returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
  values ('abc123', p_model, p_dataset, p_prompt, p_environment, p_metrics, now() - p_age) returning id
$$;

-- ── f1 from 0.90 to 0.84 is 0.06 ──
select set_baseline(pg_temp.push('medgemma-v1.2', '{"f1": 0.90, "latency_ms": 400, "widgets": 3}', p_age => '1 day'), p_reason => 'release', p_marked_by => 'ada');
select results_eq(
  $$ select current_f1, baseline_f1, f1_drop, is_regression, reason from detect_regression('medgemma-v1.2', 0.05) $$,
  $$ values (0.90, 0.90, 0.00, false, null::text) $$, 'the baseline itself is no regression');

create temp table worse as select pg_temp.push('medgemma-v1.2', '{"f1": 0.84, "latency_ms": 500, "widgets": 4}') as run;
select results_eq(
  $$ select current_f1, baseline_f1, f1_drop, is_regression from detect_regression('medgemma-v1.2', 0.05) $$,
  $$ values (0.84, 0.90, 0.06, true) $$, 'f1 from 0.90 to 0.84 is a regression of 0.06');
select results_eq(
  $$ select is_regression from detect_regression('medgemma-v1.2', 0.06) $$, array[false], 'a threshold of 0.06 is not passed by 0.06');
select results_eq(
  $$ select f1_drop, is_regression from detect_regression('medgemma-v1.2') $$, $$ values (0.06, true) $$, 'the default threshold is 0.05');
select results_eq(
  $$ select metric, direction, threshold_kind, current_value, baseline_value, worsening, baseline_found_by, current_run,
            current_version, baseline_version, dataset_version, prompt_version, environment
     from detect_regression('medgemma-v1.2') $$,
  $$ select 'f1', 'higher_is_better', 'absolute', 0.84, 0.90, 0.06, 'configuration', run, 2, 1, 'set-1', 'prompt-1', 'production'
     from worse $$,
  'the row says what was compared with what, and how');

-- ── by the direction and the range of the metric ──
select results_eq(
  $$ select current_f1, f1_drop, current_value, baseline_value, worsening, threshold_kind, is_regression
     from detect_regression('medgemma-v1.2', 0.2, 'latency_ms') $$,
  $$ values (0.84, 0.06, 500::numeric, 400::numeric, 0.25, 'relative', true) $$,
  'latency from 400 to 500 is worse by a quarter of the baseline');
select pg_temp.push('medgemma-v1.2', '{"f1": 0.95, "latency_ms": 300}');
select results_eq(
  $$ select worsening, is_regression from detect_regression('medgemma-v1.2', 0.05, 'latency_ms') $$,
  $$ values (-0.25, false) $$, 'less latency is no regression');
select results_eq(
  $$ select f1_drop, is_regression from detect_regression('medgemma-v1.2') $$, $$ values (-0.05, false) $$, 'more f1 is none either');

-- ── where nothing can be said ──
select results_eq(
  $$ select is_regression, reason from detect_regression('medgemma-v1.2', 0.05, 'recall', p_explain => true) $$,
  $$ values (null::boolean, 'the current run has no metric recall') $$, 'a metric that the run lacks');
select pg_temp.push('medgemma-v1.2', '{"f1": 0.95, "recall": 0.9, "widgets": 5}');
select results_eq(
  $$ select is_regression, reason from detect_regression('medgemma-v1.2', 0.05, 'recall', p_explain => true) $$,
  $$ values (null::boolean, 'the baseline has no metric recall') $$, 'a metric that the baseline lacks');
select results_eq(
  $$ select is_regression, reason from detect_regression('medgemma-v1.2', 0.05, 'widgets', p_explain => true) $$,
  $$ values (null::boolean, 'it is unknown whether a higher or a lower widgets is better: declare it in metric_definitions') $$,
  'a metric without a direction');
select results_eq(
  $$ select is_regression, reason from detect_regression('never-ran', p_explain => true) $$,
  $$ values (null::boolean, 'no run of model never-ran is stored on the main line') $$, 'a model that never ran');
select throws_ok(
  $$ select detect_regression('medgemma-v1.2', -0.1) $$, '22023', 'the threshold must be 0 or more, found -0.1', 'a negative threshold is refused');

-- ── another data set, another environment ──
select pg_temp.push('medgemma-v1.2', '{"f1": 0.30}', p_dataset => 'set-2');
select pg_temp.push('medgemma-v1.2', '{"f1": 0.30}', p_environment => 'staging');
select results_eq(
  $$ select is_regression, reason from detect_regression('medgemma-v1.2', p_dataset_version => 'set-2', p_explain => true) $$,
  $$ values (null::boolean, 'this model has a baseline in production, but not on data set set-2: results on different data sets cannot be compared') $$,
  'a change of data set is not a regression');
select results_eq(
  $$ select is_regression, reason from detect_regression('medgemma-v1.2', p_environment => 'staging', p_explain => true) $$,
  $$ values (null::boolean, 'no baseline on data set set-1 in staging counts for this configuration: mark one with `bench-push baseline set`') $$,
  'a change of environment is not a regression');
select is(
  (select count(*) from detect_regression('medgemma-v1.2', p_explain => true)), 3::bigint, 'a model has one row per configuration');
select is(
  (select dataset_version from detect_regression('medgemma-v1.2', p_explain => true) limit 1), 'set-1', 'what can be judged comes first');

-- ── as the original's page asks ──
select is_empty($$ select * from detect_regression('never-ran', 0.05) $$, 'two arguments give no row for a model that never ran');
select pg_temp.push('without-baseline', '{"f1": 0.5}', p_dataset => 'set-9');
select is_empty($$ select * from detect_regression('without-baseline', 0.05) $$, 'none without a baseline');
select results_eq(
  $$ select dataset_version, f1_drop is not null, is_regression is not null from detect_regression('medgemma-v1.2', 0.05) $$,
  $$ values ('set-1', true, true) $$, 'and of a model with both only the rows that can be judged, without nulls');

select * from finish();
rollback;
