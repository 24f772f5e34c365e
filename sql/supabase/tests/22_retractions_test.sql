/*
 * A retracted run stays readable and marked; snapshots, daily sums, trends, baselines and change points
 * are as if it had never been stored, to the last digit, until it is restored.
 */
begin;
create extension if not exists pgtap;
select plan(48);

create temp table runs as
with stored as (
  insert into benchmark_transactions (commit_sha, branch_name, model_version, dataset_version, prompt_version, environment, metrics, created_at)
  select 'commit-' || i, 'main', 'model', 'set-1', 'prompt-1', 'production',
         jsonb_build_object('f1', 0.9 + i / 1000.0) || case when i = 6 then '{"only_here": 1}'::jsonb else '{}' end,
         now() - (10 - i) * interval '12 hours'
  from generate_series(1, 8) as i
  returning id, version
)
select * from stored;
create function pg_temp.run(p_version integer) returns uuid language sql stable as $$ select id from runs where version = p_version $$;
create function pg_temp.kept() returns jsonb language sql stable as $$
  select jsonb_build_array(
    (select jsonb_agg(to_jsonb(s) - 'last_updated_at' order by configuration_id) from benchmark_snapshots s),
    (select jsonb_agg(to_jsonb(d) order by configuration_id, day) from benchmark_daily_runs d),
    (select jsonb_agg(to_jsonb(d) order by configuration_id, metric, day) from benchmark_daily_metrics d))
$$;
create temp table before as select pg_temp.kept() as kept;
grant select on runs, before to service_role, anon;
grant execute on all functions in schema pg_temp to service_role, anon;

set local role service_role;

-- ── a run in the middle, then the newest ──
select results_eq(
  $$ select transaction_id, is_retracted, reason, instead_transaction_id, set_by from retract_run(pg_temp.run(6), 'wrong data set mounted', null, 'ann') $$,
  $$ select pg_temp.run(6), true, 'wrong data set mounted', null::uuid, 'ann' $$, 'a run is retracted, by whom and why');
select results_eq(
  'select version from v_main_line order by 1', 'values (1), (2), (3), (4), (5), (7), (8)', 'it does not count');
select is((select count(*) from benchmark_transactions), 8::bigint, 'it stays');
select results_eq(
  $$ select retraction(t) - 'set_at' from benchmark_transactions t where version in (5, 6) order by version $$,
  $$ values (null::jsonb), ('{"reason": "wrong data set mounted", "instead": null, "set_by": "ann"}') $$, 'and says why');
select is((select count(*) from list_runs()), 8::bigint, 'the log shows it');
select is((select version from search_runs('commit-6')), 6, 'the search finds it');
select results_eq(
  $$ select snapshot_version, f1_score from benchmark_snapshots $$, 'values (7, 0.908)', 'the snapshot counts without it');
select is_empty($$ select from benchmark_daily_metrics where metric = 'only_here' $$, 'a metric that it alone had is gone');
select results_eq(
  $$ select count(*), max(of_runs) from metric_series((select configuration_id from benchmark_snapshots), 'f1') $$,
  'values (7::bigint, 7::bigint)', 'a trend is without it');
select is_empty('select * from recount()', 'a recount agrees');
select is(
  (select last_updated_at from benchmark_snapshots), (select max(set_at) from benchmark_retractions), 'pages see that something changed');

select retract_run(pg_temp.run(8), 'a mistake', pg_temp.run(7), 'bob');
select results_eq(
  $$ select snapshot_version, f1_score, transaction_id from benchmark_snapshots $$, $$ select 6, 0.907, pg_temp.run(7) $$,
  'without the newest run the one before is shown');
select is((select retraction(t) ->> 'instead' from benchmark_transactions t where version = 8), pg_temp.run(7)::text, 'the run in its place is named');
select is_empty('select * from recount()', 'a recount agrees again');

-- ── once, whatever is repeated ──
select retract_run(pg_temp.run(8), 'a mistake', pg_temp.run(7), 'bob');
select is((select count(*) from benchmark_retractions), 2::bigint, 'retracting again with the same words adds nothing');
select retract_run(pg_temp.run(8), 'a mistake of the cache', pg_temp.run(7), 'bob');
select results_eq(
  $$ select count(*), max(reason) filter (where id = (select max(id) from benchmark_retractions)) from benchmark_retractions $$,
  $$ values (3::bigint, 'a mistake of the cache') $$, 'with other words adds them');
select is(restore_run(pg_temp.run(8), 'it was right', 'bob'), true, 'it can be restored');
select is(restore_run(pg_temp.run(8), 'it was right', 'bob'), false, 'once');
select is(restore_run(pg_temp.run(1), 'it was right', 'bob'), false, 'a run that counts already is left');
select results_eq(
  $$ select is_retracted, reason from benchmark_retractions where transaction_id = pg_temp.run(8) order by id desc limit 1 $$,
  $$ values (false, 'it was right') $$, 'the history says who restored it and why');
select is((select retraction(t) from benchmark_transactions t where version = 8), null, 'it is not marked any more');
select restore_run(pg_temp.run(6), 'it was right');
select is(pg_temp.kept(), (select kept from before), 'after all that everything is as it was, to the last digit');

-- ── arrivals while something is retracted ──
select retract_run(pg_temp.run(8), 'again');
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'late', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.8}', created_at from benchmark_transactions where version = 8;
select results_eq(
  $$ select snapshot_version, f1_score from benchmark_snapshots $$, 'values (8, 0.8)', 'a run that arrives then is shown and counted');
select is_empty('select * from recount()', 'and is in the sums once');
select restore_run(pg_temp.run(8), 'right');
select results_eq(
  $$ select snapshot_version, f1_score from benchmark_snapshots $$, 'values (9, 0.8)', 'a restored run of the same time arrived before it');
select is_empty('select * from recount()', 'a recount agrees with that');

-- ── the only run ──
reset role;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'lonely', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}');
set local role service_role;
select retract_run(id, 'alone') from benchmark_transactions where model_version = 'lonely';
select is_empty($$ select from benchmark_snapshots where model_version = 'lonely' $$, 'a configuration whose only run is retracted has no snapshot');
select is_empty('select * from recount()', 'which is exact');
select restore_run(id, 'alone') from benchmark_transactions where model_version = 'lonely';
select isnt_empty($$ select from benchmark_snapshots where model_version = 'lonely' and is_active $$, 'and has one again');

-- ── baselines ──
select set_baseline(pg_temp.run(2)), set_baseline(pg_temp.run(3), p_reason => 'better');
select retract_run(pg_temp.run(3), 'no better');
select is(
  (select transaction_id from baseline_for('model', 'set-1', 'prompt-1', 'production')), pg_temp.run(2),
  'the baseline before a retracted one is in force again');
select is((select transaction_id from v_baselines_in_force), pg_temp.run(2), 'the view of baselines agrees');
select results_eq(
  $$ select transaction_id from baseline_history_for(array(select configuration_id from benchmark_snapshots where model_version = 'model')) $$,
  $$ select pg_temp.run(2) $$, 'so does the history');
select throws_ok(
  format($$ select set_baseline(%L) $$, pg_temp.run(3)), '22023', format('run %s is retracted: no better', pg_temp.run(3)),
  'a retracted run cannot be a baseline');
select restore_run(pg_temp.run(3), 'better after all');
select is((select transaction_id from baseline_for('model', 'set-1', 'prompt-1', 'production')), pg_temp.run(3), 'until it is restored');
select set_baseline(s.transaction_id) from benchmark_snapshots s where model_version = 'model';
select set_baseline(pg_temp.run(4));
select is((select is_baseline from benchmark_snapshots where model_version = 'model'), false, 'a replaced baseline is none');
select retract_run(pg_temp.run(4), 'no');
select is((select is_baseline from benchmark_snapshots where model_version = 'model'), true, 'and is one again when the other is retracted');
select is_empty('select * from recount()', 'a recount agrees with that');

-- ── change points ──
select record_change_points(jsonb_build_array(jsonb_build_object(
  'transaction_id', pg_temp.run(5), 'metric', 'f1', 'kind', 'step', 'state', 'confirmed', 'before', 0.9, 'after', 0.8, 'method', 'm')));
select retract_run(pg_temp.run(5), 'an outlier');
select is_empty('select from v_change_points', 'a change whose first run is retracted is gone');
select is(
  (select outcome from record_change_points(jsonb_build_array(jsonb_build_object(
    'transaction_id', pg_temp.run(6), 'metric', 'f1', 'kind', 'step', 'state', 'confirmed', 'before', 0.9, 'after', 0.8, 'method', 'm')))),
  'recorded', 'found again beside it, it is recorded');

-- ── a side run ──
reset role;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, is_mainline)
values ('aside', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.1}', false),
       ('aside 2', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.2}', false);
set local role service_role;
select retract_run(id, 'of no use') from benchmark_transactions where commit_sha = 'aside';
select isnt((select retraction(t) from benchmark_transactions t where commit_sha = 'aside'), null, 'a side run can be retracted');
select is_empty('select * from recount()', 'which changes nothing else');

-- ── refusals ──
select throws_ok(
  $$ select retract_run('00000000-0000-0000-0000-000000000000', 'x') $$, '23503', 'there is no run 00000000-0000-0000-0000-000000000000',
  'a run that does not exist cannot be retracted');
select throws_ok(
  format($$ select retract_run(%L, 'x', '00000000-0000-0000-0000-000000000000') $$, pg_temp.run(1)), '23503', null, 'nor replaced by one');
select throws_ok(format($$ select retract_run(%L, null) $$, pg_temp.run(1)), '22023', 'the reason is missing', 'a reason is needed');
select throws_ok(
  format($$ select retract_run(%1$L, 'x', %1$L) $$, pg_temp.run(1)), '22023', 'a run cannot stand in its own place', 'no run stands in its own place');
select throws_ok(
  format($$ select retract_run(%L, 'x', %L) $$, pg_temp.run(1), pg_temp.run(5)), '22023', format('run %s is retracted itself', pg_temp.run(5)),
  'nor does a retracted one');
select throws_ok(
  format($$ select retract_run(%L, 'x', %L) $$, pg_temp.run(1), (select id from benchmark_transactions where commit_sha = 'aside 2')), '22023',
  format('run %s is a side run, which cannot stand in the place of a run of the main line', (select id from benchmark_transactions where commit_sha = 'aside 2')),
  'nor a side run in that of a run of the main line');
select lives_ok(
  format($$ select retract_run(%L, 'x', %L) $$, (select id from benchmark_transactions where commit_sha = 'aside'), (select id from benchmark_transactions where commit_sha = 'aside 2')),
  'but in that of a side run');

select * from finish();
rollback;
