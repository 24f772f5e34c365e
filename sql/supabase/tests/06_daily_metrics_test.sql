/*
 * The daily sums equal a recomputation from the runs, to the last digit, and their percentiles
 * are within the documented 0.1 %.
 */
begin;
create extension if not exists pgtap;
select plan(11);

-- 600 runs of 6 configurations over 10 days, in statements of different sizes, some of them twice.
select setseed(0.5);
create temp table sent as
select i, 'model-' || i % 3 as model_version, 'set-' || i / 3 % 2 as dataset_version,
       now() - (i % 10) * interval '1 day' - i * interval '1 second' as created_at,
       jsonb_build_object('f1', round((0.8 + random() * 0.2)::numeric, 17), 'latency_ms', round((10 ^ (random() * 6))::numeric, 3), 'delta', round((random() - 0.5)::numeric, 4))
         || case when i % 7 = 0 then '{"zero": 0}'::jsonb else '{}' end as metrics
from generate_series(1, 600) as i;
do $$
begin
  for size in 0 .. 8 loop
    insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, idempotency_key)
    select 'abc123', model_version, dataset_version, 'prompt-1', 'production', metrics, created_at, 'run ' || i
    from sent where i between 3 ^ (size - 1) - 5 and 3 ^ size;
  end loop;
end $$;
select is((select count(*) from benchmark_transactions), 600::bigint, 'all runs are stored once');

create temp table recomputed as
select t.configuration_id, m.key as metric, (t.created_at at time zone 'UTC')::date as day, count(*)::integer as runs,
       sum(m.value::numeric) as total, sum(m.value::numeric * m.value::numeric) as total_squares,
       min(m.value::numeric) as lowest, max(m.value::numeric) as highest,
       avg(m.value::numeric)::double precision as mean, stddev_samp(m.value::numeric)::double precision as stddev,
       percentile_disc(0.5) within group (order by m.value::numeric) as median,
       percentile_disc(0.95) within group (order by m.value::numeric) as p95
from benchmark_transactions t cross join lateral jsonb_each(t.metrics) as m
group by 1, 2, 3;

select set_eq(
  'select configuration_id, metric, day, runs, total, total_squares, lowest, highest from benchmark_daily_metrics',
  'select configuration_id, metric, day, runs, total, total_squares, lowest, highest from recomputed',
  'daily sums equal a recomputation, exactly');
select set_eq(
  'select configuration_id, day, runs from benchmark_daily_runs',
  $$ select configuration_id, (created_at at time zone 'UTC')::date, count(*)::integer from benchmark_transactions group by 1, 2 $$,
  'daily counts equal a recomputation');
select is_empty(
  $$ select from benchmark_daily_metrics where runs <> (select sum(c) from unnest(bucket_counts) as c) $$,
  'each histogram holds as many runs as its day');
select is_empty(
  $$ select v.*, r.* from v_daily_metrics v join recomputed r using (configuration_id, metric, day)
     where v.mean is distinct from r.mean or abs(v.stddev - r.stddev) > 1e-12 * r.stddev
        or (v.stddev is null) <> (r.stddev is null) $$,
  'mean and stddev equal PostgreSQL''s avg and stddev_samp');
select is_empty(
  $$ select v.*, r.* from v_daily_metrics v join recomputed r using (configuration_id, metric, day)
     where abs(v.median - r.median::double precision) > 0.001001 * abs(r.median) or abs(v.p95 - r.p95::double precision) > 0.001001 * abs(r.p95) $$,
  'daily percentiles are within 0.1 % of percentile_disc, also below 0');
select is_empty(
  $$ select s.*, r.* from summarize_metric('latency_ms') s join (
       select configuration_id, count(*) as runs,
              percentile_disc(0.5) within group (order by (metrics ->> 'latency_ms')::numeric) as median,
              percentile_disc(0.95) within group (order by (metrics ->> 'latency_ms')::numeric) as p95
       from benchmark_transactions group by 1) r using (configuration_id)
     where s.runs <> r.runs or abs(s.median - r.median::double precision) > 0.001001 * r.median
        or abs(s.p95 - r.p95::double precision) > 0.001001 * r.p95 $$,
  'so are percentiles merged over all days');
select is((select count(*) from summarize_metric('latency_ms')), 6::bigint, 'a summary has one row per configuration');
select is(
  (select count(*) from summarize_metric('f1', p_configuration_ids => array[(select min(id) from benchmark_configurations)])),
  1::bigint, 'or only the configurations asked for');

-- ── the original's view ──
select results_eq(
  $$ select date, model_version, run_count, avg_f1 from v_performance_trends order by 1, 2 $$,
  $$ select date_trunc('day', created_at at time zone 'UTC') at time zone 'UTC', model_version, count(*), avg((metrics ->> 'f1')::numeric)
     from benchmark_transactions group by 1, 2 order by 1, 2 $$,
  'trends equal the daily averages of the runs');
select lives_ok(
  $$ SELECT DATE_TRUNC('day', created_at) AS date, AVG((metrics->>'f1')::NUMERIC) AS avg_f1 FROM benchmark_transactions
     WHERE model_version = 'medgemma-v1.2' AND created_at > NOW() - INTERVAL '30 days' GROUP BY DATE_TRUNC('day', created_at) ORDER BY date $$,
  'the README''s query for a trend runs as it stands');

select * from finish();
rollback;
