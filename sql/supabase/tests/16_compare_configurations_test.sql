/*
 * A comparison covers the runs of the requested days and configurations, and agrees with
 * summarize_metric to the last digit.
 */
begin;
create extension if not exists pgtap;
select plan(10);

select setseed(0.25);
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'abc123', 'model-' || i % 10, 'set-1', 'prompt-1', 'production',
       jsonb_build_object('f1', round((0.8 + random() * 0.2)::numeric, 6), 'latency_ms', round((10 ^ (random() * 4))::numeric, 3))
         || case when i % 10 = 3 then '{"a ''hostile\" name": -5}'::jsonb else '{}' end,
       now() - (i % 7) * interval '1 day'
from generate_series(1, 400) as i;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
values ('abc123', 'lonely', 'set-1', 'prompt-1', 'production', '{"f1": 0.5}', now() - interval '200 days');

create function pg_temp.configurations(variadic p_models text[]) returns integer[] language sql stable as $$
  select array_agg(id order by array_position(p_models, model_version)) from benchmark_configurations where model_version = any (p_models)
$$;
grant execute on all functions in schema pg_temp to anon;
set local role anon;

select set_eq(
  $$ select configuration_id, runs, mean, stddev, lowest, highest, median, p95
     from compare_configurations(pg_temp.configurations('model-1', 'model-2')) where metric = 'latency_ms' $$,
  $$ select configuration_id, runs, mean, stddev, lowest, highest, median, p95
     from summarize_metric('latency_ms', p_configuration_ids => pg_temp.configurations('model-1', 'model-2')) $$,
  'every number is that of summarize_metric');
select set_eq(
  $$ select configuration_id, metric, runs, mean from compare_configurations(pg_temp.configurations('model-1', 'model-3')) $$,
  $$ select configuration_id, m.key, count(*), avg(m.value::numeric)::double precision
     from benchmark_transactions cross join lateral jsonb_each(metrics) as m
     where model_version in ('model-1', 'model-3') group by 1, 2 $$,
  'count and mean are those of the runs, for every metric that a configuration has');
select is_empty(
  $$ select c.*, r.* from compare_configurations(pg_temp.configurations('model-1', 'model-3')) c join (
       select configuration_id, m.key as metric,
              percentile_disc(0.5)  within group (order by m.value::numeric) as median,
              percentile_disc(0.95) within group (order by m.value::numeric) as p95
       from benchmark_transactions cross join lateral jsonb_each(metrics) as m group by 1, 2) r using (configuration_id, metric)
     where abs(c.median - r.median::double precision) > 0.001001 * abs(r.median) or abs(c.p95 - r.p95::double precision) > 0.001001 * abs(r.p95) $$,
  'percentiles are within 0.1 %');
select is(
  (select sum(runs) from compare_configurations(pg_temp.configurations('model-1'), (now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date - 1) where metric = 'f1'),
  (select count(*) from benchmark_transactions where model_version = 'model-1' and (created_at at time zone 'UTC')::date = (now() at time zone 'UTC')::date - 1)::numeric,
  'only the days asked for count');
select is_empty(
  $$ select from compare_configurations(pg_temp.configurations('lonely')) $$, 'older runs than 90 days do not count by default');
select results_eq(
  $$ select runs, mean, stddev, median from compare_configurations(pg_temp.configurations('lonely'), '-infinity', 'infinity') $$,
  $$ values (1::bigint, 0.5::float8, null::float8, 0.5::float8) $$, 'one run has no spread, and is its own median');
select is(
  (select count(distinct configuration_id) from compare_configurations((select array_agg(id order by id) from benchmark_configurations))), 8::bigint,
  'of more than 8 configurations the first 8 are compared');
select is(
  (select count(*) from compare_configurations(pg_temp.configurations('model-1') || pg_temp.configurations('model-1'))), 2::bigint,
  'a configuration named twice is one');
select is_empty($$ select from compare_configurations('{}') $$, 'no configuration has no numbers');
select is_empty($$ select from compare_configurations('{null,-1}') $$, 'nor has one that is not there');

select * from finish();
rollback;
