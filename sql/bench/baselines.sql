/*
 * What "which baseline counts" costs with many configurations. Leaves nothing: it ends with rollback.
 *
 *   psql "$DATABASE_URL" -X -q -v configurations=10000 -f sql/bench/baselines.sql
 *
 * Makes that many configurations on 2 data sets, each with 3 runs and a baseline of its own, and
 * prints milliseconds and the ratio to a yardstick of the same run, the median of 5 each:
 *
 *   scanned     the same rule for 100 of them, read off all baselines of their data set
 *   looked up   baseline_for, for the same 100
 *   detect_regressions    all of them, held against all runs being read once
 */
\set ON_ERROR_STOP on
\timing off
\if :{?configurations}
\else
  \set configurations 10000
\endif

begin;
set local client_min_messages = warning;
set local statement_timeout = 0;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'bench', 'bench-model-' || i % 500, 'bench-set-' || i % 2, 'bench-prompt-' || i / 500, 'bench',
       jsonb_build_object('f1', 0.9 + (i % 7) / 1000.0 - v / 100.0), now() - (10 - v) * interval '1 day'
from generate_series(1, :configurations) as i, generate_series(1, 3) as v;
insert into benchmark_baselines (scope, model_version, dataset_version, prompt_version, environment, transaction_id)
select 'configuration', model_version, dataset_version, prompt_version, environment, id
from benchmark_transactions where version = 1 and environment = 'bench';
analyze benchmark_configurations, benchmark_transactions, benchmark_snapshots, benchmark_baselines;

create function pg_temp.scanned(p_model text, p_dataset text, p_prompt text, p_environment text)
returns uuid language sql stable as $$
  select b.transaction_id
  from v_baselines_in_force b
  where b.dataset_version = p_dataset and b.environment = p_environment
    and (b.model_version is null or b.model_version = p_model) and (b.prompt_version is null or b.prompt_version = p_prompt)
  order by array_position(array['configuration', 'model', 'dataset'], b.scope), b.id desc
  limit 1
$$;

create function pg_temp.median_of_5(p_query text) returns numeric language plpgsql as $$
declare
  began timestamptz;
  took  numeric[] := '{}';
begin
  for i in 1 .. 5 loop
    began := clock_timestamp();
    execute p_query;
    took := took || (extract(epoch from clock_timestamp() - began) * 1000)::numeric;
  end loop;
  return (select percentile_cont(0.5) within group (order by t) from unnest(took) as t);
end $$;

create temp table chosen as
select * from benchmark_configurations where environment = 'bench' order by id limit 100;
create temp table measured as
select 'scanned' as what,
       pg_temp.median_of_5('select count(pg_temp.scanned(model_version, dataset_version, prompt_version, environment)) from chosen') as ms;
insert into measured values
  ('looked up', pg_temp.median_of_5(
     'select count(b.transaction_id) from chosen s
      left join lateral baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as b on true')),
  ('all runs read', pg_temp.median_of_5(
     $$ select max(metrics ->> 'f1') from benchmark_transactions where environment = 'bench' $$)),
  ('detect_regressions', pg_temp.median_of_5('select max(worsening) from detect_regressions()'));

\pset footer off
select m.what, round(m.ms, 1) as ms, y.what as yardstick, round(m.ms / y.ms, 3) as ratio
from (values (1, 'looked up', 'scanned'), (2, 'detect_regressions', 'all runs read')) as pair (place, what, yardstick)
join measured m on m.what = pair.what
join measured y on y.what = pair.yardstick
order by pair.place;
rollback;
