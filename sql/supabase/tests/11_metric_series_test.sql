/*
 * A series has at most the requested number of points, and keeps its ends and peaks; every point is
 * a stored run. Numbers beyond double precision are harmless.
 */
begin;
create extension if not exists pgtap;
select plan(22);

create function pg_temp.push(p_model text, p_age interval, p_metrics jsonb, p_stats jsonb default null)
returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, branch_name, model_version, model_provider, dataset_version, prompt_version,
                                      environment, metrics, metric_stats, created_at, triggered_by)
  values ('abc123', 'main', p_model, 'provider', 'set-1', 'prompt-1', 'production', p_metrics, p_stats, now() - p_age, 'ada')
  returning id
$$;
create function pg_temp.configuration(p_model text) returns integer language sql stable as $$
  select id from benchmark_configurations where model_version = p_model
$$;

-- 300 quiet runs with one peak and one dip; the 10th from the end lacks the metric.
select count(pg_temp.push('long', i * interval '1 hour',
                    case i when 10 then '{"recall": 0.5}' when 77 then '{"f1": 0.99}' when 203 then '{"f1": 0.11}'
                           else jsonb_build_object('f1', 0.8 + (i % 7) / 100.0) end))
from generate_series(1, 300) as i;

select pg_temp.push('short', interval '3 hours', '{"f1": 0.8}', '{"f1": {"n": 150, "stderr": 0.02}}');
select pg_temp.push('short', interval '2 hours', '{"f1": 0.9, "tiny": 1e-400}', '{"f1": {"n": null}, "tiny": {"n": 3}}');
select pg_temp.push('short', interval '1 hour',  '{"f1": 0.7, "a ''hostile\" name; drop table": 5}', '{"f1": {}}');


-- More than the limit for reading every run.
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'abc123', 'endless', 'set-1', 'prompt-1', 'production', jsonb_build_object('f1', i / 100000.0), now() - (6000 - i) * interval '1 minute'
from generate_series(1, 5500) as i;

grant execute on all functions in schema pg_temp to anon;
set local role anon;

select results_eq(
  $$ select value, n, stderr, of_runs from metric_series(pg_temp.configuration('short'), 'f1') $$,
  $$ values (0.8::float8, 150::float8, 0.02::float8, 3::bigint), (0.9, null, null, 3), (0.7, null, null, 3) $$,
  'a short series comes whole, the oldest first, with what is known about each value');
select results_eq(
  $$ select version, commit_sha, branch_name, model_provider, triggered_by from metric_series(pg_temp.configuration('short'), 'f1') limit 1 $$,
  $$ values (1, 'abc123', 'main', 'provider', 'ada') $$, 'each point says which run it is');
select results_eq(
  $$ select value from metric_series(pg_temp.configuration('short'), 'tiny') $$, array[0::float8], 'a number too small for a double precision is 0');
select results_eq(
  $$ select value from metric_series(pg_temp.configuration('short'), 'a ''hostile" name; drop table') $$, array[5::float8],
  'a metric may have any name');

select is((select count(*) from metric_series(pg_temp.configuration('long'), 'f1')), 299::bigint, 'runs without the metric are passed over');
select is((select max(of_runs) from metric_series(pg_temp.configuration('long'), 'f1')), 300::bigint, 'and counted');
select ok((select count(*) between 20 and 40 from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 40)),
  'a long series has as many points as asked for, or fewer');
select results_eq(
  $$ select min(value), max(value) from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 10) $$,
  $$ values (0.11::float8, 0.99::float8) $$, 'the peak and the dip stay');
select results_eq(
  $$ select min(version), max(version) from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 4) $$,
  $$ values (1, 300) $$, 'and so do the first and the last run to arrive');
select is((select count(*) from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 4)), 4::bigint, 'four points are the fewest');
select is((select count(*) from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => -7)), 4::bigint, 'fewer are moved there');
select is((select count(*) from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => null)), 299::bigint, 'none means the default');
select is_empty(
  $$ select created_at from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 40) as s
     except select created_at from benchmark_transactions where model_version = 'long' $$,
  'no point is made up');
select ok(
  (select bool_and(later) from (
     select created_at > lag(created_at) over () as later from metric_series(pg_temp.configuration('long'), 'f1', p_max_points => 40)) as pairs),
  'in the order of time');

select results_eq(
  $$ select count(*), max(of_runs) from metric_series(pg_temp.configuration('long'), 'f1', now() - interval '24 hours', now() - interval '20 hours') $$,
  $$ values (4::bigint, 4::bigint) $$, 'from is included, to is not');
select is_empty($$ select * from metric_series(pg_temp.configuration('long'), 'unknown') $$, 'a metric that no run has gives no points');
select is_empty($$ select * from metric_series(-1, 'f1') $$, 'nor does a configuration that is none');
select is_empty($$ select * from metric_series(null, null) $$, 'nor nothing at all');

select results_eq(
  $$ select min(version), max(version), max(of_runs) from metric_series(pg_temp.configuration('endless'), 'f1') $$,
  $$ values (1, 5500, 5500::bigint) $$, 'of very many runs, too, the first and the last stay');
select ok((select count(*) between 400 and 500 from metric_series(pg_temp.configuration('endless'), 'f1')), 'and as many points as asked for');
select ok(
  (select max(gap) < 200 from (
     select version - lag(version) over (order by version) as gap from metric_series(pg_temp.configuration('endless'), 'f1')) as gaps),
  'without a gap between them');

-- Enough retractions for the last place among the counting runs to be no run's place.
reset role;
insert into benchmark_retractions (transaction_id, is_retracted, reason)
select t.id, true, 'the wrong machine' from benchmark_transactions t
join benchmark_configurations c on c.id = t.configuration_id and c.model_version = 'endless'
where t.version = 1 or t.version between 2000 and 2007 or t.version = 5500;
set local role anon;
select results_eq(
  $$ select min(version), max(version), max(of_runs) from metric_series(pg_temp.configuration('endless'), 'f1') $$,
  $$ values (2, 5499, 5490::bigint) $$, 'with some of them retracted the first and the last that count stay');

select * from finish();
rollback;
