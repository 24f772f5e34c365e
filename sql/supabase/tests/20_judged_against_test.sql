/*
 * One call returns what many runs are judged against: baseline, earlier runs and change points.
 */
begin;
create extension if not exists pgtap;
select plan(14);

create function pg_temp.ran(p_f1 numeric, p_ci_run text, p_attempt integer) returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, run_id, run_attempt)
  values ('one', 'ci', 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', p_f1), now() - interval '1 day' + p_f1 * interval '1 hour', p_ci_run, p_attempt)
  returning id
$$;
create function pg_temp.push(p_model text, p_f1 numeric, p_age interval, p_changes jsonb default '{}') returns void language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, details, links, params)
  values ('c' || p_f1, p_model, 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', p_f1), now() - p_age,
          p_changes -> 'details', p_changes -> 'links', p_changes -> 'params')
$$;
select pg_temp.push('a', 0.91, '3 days', '{"details": {"gpu": "H100", "by_class": {"x": 1}}, "links": {"runner": "https://ci/7", "log": "https://ci"}, "params": {"t": 0}}');
select pg_temp.push('a', 0.92, '2 days');
select pg_temp.push('a', 0.93, '1 day');
select pg_temp.push('a', 0.94, '1 day');
select pg_temp.push('a', 0.90, '4 days');
select pg_temp.push('b', 0.80, '1 day');
create function pg_temp.run(p_f1 numeric) returns uuid language sql stable as $$ select id from benchmark_transactions where commit_sha = 'c' || p_f1 $$;
create function pg_temp.earlier(p_f1 numeric, p_most integer default 9) returns text language sql stable as $$
  select string_agg(r ->> 'commit_sha', ' ' order by place)
  from judged_against(array[pg_temp.run(p_f1)], p_most) as j, json_array_elements(j.earlier) with ordinality as e (r, place)
$$;
do $$ begin
  perform set_baseline(pg_temp.run(0.91));
  perform record_change_points(jsonb_build_array(jsonb_build_object(
    'transaction_id', pg_temp.run(0.93), 'metric', 'f1', 'kind', 'step', 'state', 'confirmed', 'before', 0.91, 'after', 0.93, 'method', 'test')));
end $$;
grant execute on all functions in schema pg_temp to anon;
set local role anon;

select is(pg_temp.earlier(0.94), 'c0.93 c0.92 c0.91 c0.90', 'the runs before, the newest first');
select is(pg_temp.earlier(0.93), 'c0.92 c0.91 c0.90', 'of two with one time the first to arrive is before the other');
select is(pg_temp.earlier(0.90), null, 'the first run has none before it');
select is(pg_temp.earlier(0.94, 2), 'c0.93 c0.92', 'as many as are asked for');
select is(pg_temp.earlier(0.94, 0), null, 'or none');
select results_eq(
  $$ select baseline_run, found_by from judged_against(array[pg_temp.run(0.94)]) $$,
  $$ select transaction_id, found_by from baseline_for('a', 'set-1', 'prompt-1', 'production') $$, 'the baseline is that of baseline_for');
select results_eq(
  $$ select id, baseline_run, json_array_length(earlier), json_array_length(change_points)
     from judged_against(array[pg_temp.run(0.80), pg_temp.run(0.94), null, gen_random_uuid(), pg_temp.run(0.94)]) order by id = pg_temp.run(0.94) $$,
  $$ values (pg_temp.run(0.80), null::uuid, 0, 0), (pg_temp.run(0.94), pg_temp.run(0.91), 4, 1) $$,
  'each run has one row of its own, and what is no run has none');
select is(
  (select change_points -> 0 ->> 'transaction_id' from judged_against(array[pg_temp.run(0.94)])), pg_temp.run(0.93)::text,
  'change points are those of the configuration');
select is(
  (select (earlier -> 2 -> 'machine')::jsonb from judged_against(array[pg_temp.run(0.94)], p_machine => '{gpu,runner,cpu}')),
  '{"gpu": "H100", "runner": "https://ci/7"}', 'of details and links only what is asked for');
select is(
  (select (earlier -> 2)::jsonb - '{id,created_at}'::text[] from judged_against(array[pg_temp.run(0.94)])),
  '{"version": 1, "commit_sha": "c0.91", "model_provider": null, "dataset_size": null,
    "metrics": {"f1": 0.91}, "params": {"t": 0}, "machine": null}', 'an earlier run is what a judgement needs of it');
select throws_ok(
  $$ select * from judged_against(array(select gen_random_uuid() from generate_series(1, 51)), 500) $$, '22023',
  'p_runs must have at most 50 elements, found 51', 'an answer of more than 25,000 earlier runs is refused');
select lives_ok(
  $$ select * from judged_against(array(select gen_random_uuid() from generate_series(1, 50)), 500) $$, 'one of 25,000 is not');

reset role;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, is_mainline)
values ('side', 'a', 'set-1', 'prompt-1', 'production', '{"f1": 0.5}', now() - interval '2 days', false);
do $$ begin perform retract_run(pg_temp.run(0.93), 'a wrong data set'); end $$;
select is(pg_temp.earlier(0.94), 'c0.92 c0.91 c0.90', 'a side run and a retracted one are none of the runs before');

select pg_temp.ran(0.1, '7', 1), pg_temp.ran(0.2, '8', 1), pg_temp.ran(0.3, '7', 2), pg_temp.ran(0.4, '7', 2), pg_temp.ran(0.5, '7', null), pg_temp.ran(0.6, null, 1), pg_temp.ran(0.9, '8', 2);
select results_eq(
  $$ select (e.r -> 'metrics' ->> 'f1')::numeric
     from judged_against(array(select id from benchmark_transactions where run_id = '8' and run_attempt = 2)) as j, json_array_elements(j.earlier) as e (r) $$,
  'values (0.6), (0.5), (0.4), (0.3)', 'of several attempts of one CI run the last counts, which may be that of the judged run');

select * from finish();
rollback;
