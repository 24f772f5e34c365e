/*
 * A side run is stored, numbered and found like any other, and is no part of snapshots, daily sums,
 * noise, trends and baselines. A client that says nothing pushes to the main line.
 */
begin;
create extension if not exists pgtap;
select plan(35);

create function pg_temp.push(p_f1 numeric, p_mainline boolean default null, p_age interval default '0', p_model text default 'model') returns uuid
language sql as $$
  select id from ingest_runs(jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'commit_sha', 'abc' || p_f1, 'model_version', p_model, 'dataset_version', 'set-1', 'prompt_version', 'prompt-1',
    'environment', 'production', 'branch_name', case when p_mainline = false then 'fix' else 'main' end,
    'created_at', now() - p_age, 'metrics', jsonb_build_object('f1', p_f1), 'is_mainline', p_mainline))))
$$;
create temp table ids as
select pg_temp.push(0.90, null, '5 hours') as first, pg_temp.push(0.91, true, '4 hours') as second, pg_temp.push(0.10, false, '3 hours') as side;

select results_eq(
  'select is_mainline from benchmark_transactions order by version', array[true, true, false], 'a run is of the main line unless it says otherwise');
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, is_mainline)
values ('abc123', 'plain', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}', null);
select is((select is_mainline from benchmark_transactions where model_version = 'plain'), true, 'also when it says null in a plain insert');
select is(
  (select array_agg(version order by version) from benchmark_transactions where model_version = 'model'), '{1,2,3}', 'a side run has a version');

-- ── no part of what is derived ──
select results_eq(
  $$ select f1_score, snapshot_version from benchmark_snapshots where model_version = 'model' $$, 'values (0.91, 2)', 'it is not the snapshot');
select is(
  (select last_updated_at from benchmark_snapshots where model_version = 'model'),
  (select max(recorded_at) from benchmark_transactions where model_version = 'model'), 'which knows that it arrived');
select results_eq(
  $$ select runs, total, lowest from benchmark_daily_metrics d join benchmark_configurations c on c.id = d.configuration_id
     where model_version = 'model' and metric = 'f1' order by day desc limit 1 $$,
  $$ select count(*)::integer, sum((metrics ->> 'f1')::numeric), min((metrics ->> 'f1')::numeric) from benchmark_transactions
     where model_version = 'model' and is_mainline group by (created_at at time zone 'UTC')::date order by (created_at at time zone 'UTC')::date desc limit 1 $$,
  'nor in the daily sums');
select results_eq(
  $$ select sum(runs) from benchmark_daily_runs d join benchmark_configurations c on c.id = d.configuration_id where model_version = 'model' $$,
  array[2::bigint], 'nor in the daily counts');
select results_eq(
  $$ select value, of_runs from metric_series((select configuration_id from benchmark_snapshots where model_version = 'model'), 'f1') $$,
  'values (0.90::double precision, 2::bigint), (0.91, 2)', 'nor in a trend');
select results_eq(
  $$ select runs, lowest from summarize_metric('f1') where model_version = 'model' $$, 'values (2::bigint, 0.90::double precision)', 'nor in a summary');
select results_eq(
  $$ select version from v_main_line where model_version = 'model' order by 1 $$, 'values (1), (2)', 'nor in the view of what counts');
select is_empty($$ select * from recount() $$, 'a recount agrees');

select pg_temp.push(0.92, true, '1 hour'), pg_temp.push(0.11, false, '2 hours'), pg_temp.push(0.12, false, '30 minutes');
select results_eq(
  $$ select numbers::jsonb from against_baselines(array(select configuration_id from benchmark_snapshots where model_version = 'model')) $$,
  $$ values ('[0.90, 0.91, 0.92]'::jsonb) $$, 'verdicts rest on the main line');
select results_eq(
  $$ select baseline_n, baseline_median from detect_regression('model', 0.05, p_explain => true) $$,
  'values (2, 0.905)', 'so do level and noise');
select results_eq(
  $$ select count(*) from what_changed() where kind = 'run' and model_version = 'model' $$, array[1::bigint], 'news has the run of the main line');
select results_eq(
  $$ select f1_score from get_snapshot_history('model', 'set-1', 'prompt-1', 'production') $$, 'values (0.92), (0.91), (0.90)',
  'the original''s history has the runs that count');

-- ── a statement with both, and one with none of the main line ──
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, is_mainline)
select 'abc123', 'mixed', 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', i / 10.0), i % 2 = 0 from generate_series(1, 9) as i;
select results_eq(
  $$ select snapshot_version, f1_score from benchmark_snapshots where model_version = 'mixed' $$, 'values (4, 0.8)', 'of many runs those of the main line count');
select pg_temp.push(0.5, false, p_model => 'aside');
select is_empty($$ select from benchmark_snapshots where model_version = 'aside' $$, 'a configuration with side runs alone has no snapshot');
select results_eq(
  $$ select reason from detect_regression('aside', 0.05, p_explain => true) $$, array['no run of model aside is stored on the main line'],
  'and nothing is said about it but that');
select pg_temp.push(0.6, true, p_model => 'aside');
select results_eq(
  $$ select snapshot_version, version from benchmark_snapshots s join benchmark_transactions t on t.id = s.transaction_id where s.model_version = 'aside' $$,
  'values (1, 2)', 'the first of the main line makes it');
select is_empty($$ select * from recount() $$, 'a recount agrees with that, too');

-- ── shown and searchable ──
select is((select count(*) from list_runs() where not is_mainline and model_version = 'model'), 3::bigint, 'the log shows side runs');
insert into benchmark_transactions (commit_sha, branch_name, model_version, dataset_version, prompt_version, environment, metrics, is_mainline, created_at)
select 'abc', branch, model, 'set-1', 'prompt-1', 'production', '{"f1": 0.3}', branch = 'main', now() - age * interval '1 minute'
from (values ('z', 'on-z', 5), ('z', 'on-z', 4), ('y', 'on-z', 3), ('main', 'on-main', 2)) as run (branch, model, age);
select results_eq($$ select branch_name, runs from side_branches() where branch_name in ('y', 'z', 'main') $$,
  $$ values ('y', 1::bigint), ('z', 2) $$, 'branches are those with side runs, the newest first');
select results_eq($$ select branch_name, runs from side_branches(array(select id from benchmark_configurations where model_version = 'on-z')) $$,
  $$ values ('y', 1::bigint), ('z', 2) $$, 'of these configurations');
select is_empty($$ select * from side_branches('{-1}') $$, 'a configuration that is not there has none');
select is((select count(*) from list_runs(p_branch_names => '{z}')), 2::bigint, 'the log has the side runs of a branch');
select is((select count(*) from list_runs('{on-main}', p_branch_names => '{y,z}')), 0::bigint, 'with the other filters');
select is((select string_agg(branch_name, ' ') from list_runs(p_branch_names => '{y,z,main}', p_limit => 2)), 'y z', 'of several, newest first, page by page');
select is((select is_mainline from search_runs('abc0.10')), false, 'the search finds them');

select is((select count(*) from search_runs('fix') where branch_name = 'fix'), 4::bigint, 'also by their branch');

-- ── never a baseline ──
select throws_ok(
  format($$ select set_baseline(%L) $$, (select side from ids)), '22023',
  format('run %s is a side run of branch fix: runs are held against the main line', (select side from ids)), 'a side run cannot be a baseline');
select lives_ok(format($$ select set_baseline(%L) $$, (select first from ids)), 'one of the main line can');
select is(
  (select transaction_id from baseline_for('model', 'set-1', 'prompt-1', 'production')), (select first from ids), 'and is');
select is(clear_baseline((select side from ids)), true, 'a side run can name the scope whose baseline ends');

-- ── what was stored first stays ──
select results_eq(
  $$ select outcome from ingest_runs(jsonb_build_array(
       (select to_jsonb(t) - '{id,recorded_at,version,configuration_id}'::text[] || '{"is_mainline": true}' from benchmark_transactions t where id = (select side from ids)))) $$,
  array['known'], 'the same run as one of the main line is the same run');
select is((select is_mainline from benchmark_transactions where id = (select side from ids)), false, 'and stays as it was stored');

select * from finish();
rollback;
