/*
 * Views, which are security_invoker and therefore respect the reader's rights, and the original API:
 * functions and views of older scripts and dashboards. Their names, arguments and first columns are
 * fixed.
 */

create view public.v_latest_benchmarks with (security_invoker = true) as
select s.model_version, s.dataset_version, s.prompt_version, s.environment,
       s.snapshot_version, s.f1_score, s.precision_score, s.recall_score, s.latency_ms, s.cost_per_analysis,
       s.created_at, s.commit_sha, t.run_id, t.triggered_by, s.metrics,
       s.transaction_id, s.configuration_id, s.model_provider, t.branch_name, t.tags,
       s.is_baseline, s.last_updated_at
from public.benchmark_snapshots s
join public.benchmark_transactions t on t.id = s.transaction_id
where s.is_active
order by s.f1_score desc nulls last;

comment on view public.v_latest_benchmarks is 'The current run of each active configuration, the best F1 first';

/*
 * v_daily_metrics: one metric of one configuration on one UTC day. mean, stddev (of a sample; null with
 * one run), lowest and highest are exact, median and p95 within 0.1 %.
 */
create view public.v_daily_metrics with (security_invoker = true) as
select d.day, d.metric, d.configuration_id,
       c.model_version, c.dataset_version, c.prompt_version, c.environment, d.runs,
       round(d.total / d.runs, 300)::double precision as mean,
       round(sqrt((d.runs * d.total_squares - d.total * d.total) / nullif(d.runs::numeric * (d.runs - 1), 0)), 300)::double precision as stddev,
       range.lowest, range.highest,
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.5), range.lowest), range.highest) as median,
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.95), range.lowest), range.highest) as p95
from public.benchmark_daily_metrics d
join public.benchmark_configurations c on c.id = d.configuration_id
-- Rounded, because the cast of a number below 1e-308 is an error.
cross join lateral (select round(d.lowest, 300)::double precision, round(d.highest, 300)::double precision) as range (lowest, highest);

comment on view public.v_daily_metrics is 'Count, mean, spread and percentiles per configuration, metric and UTC day';

/*
 * v_metrics: every metric that is declared or that a run has, as metric_definition says it, and where
 * its direction comes from: a report, a person, the catalogue, its name, or nobody. The names of runs
 * are found by jumping from each to the next in the index, not by reading all days.
 */
create view public.v_metrics with (security_invoker = true) as
with recursive used (name) as (
  (select d.metric from public.benchmark_daily_metrics d order by d.metric limit 1)
  union all
  select (select d.metric from public.benchmark_daily_metrics d where d.metric > u.name order by d.metric limit 1)
  from used u
  where u.name is not null
)
select m.name, coalesce(m.unit, said.unit) as unit, coalesce(m.direction, said.direction, 'neither') as direction,
       m.min, m.max, m.scale, m.description, true as is_declared,
       case when m.direction is not null then m.source when said.direction is not null then 'name' else 'nobody' end as direction_from,
       m.source, m.declared_by, m.declared_at, m.reason
from public.benchmark_metrics m
cross join lateral benchmark_private.metric_by_name(case when m.direction is null or m.unit is null then m.name end) as said
union all
select u.name, said.unit, coalesce(said.direction, 'neither'), case when said.is_amount then 0 end, null, 'relative', null, false,
       case when said.direction is not null then 'name' else 'nobody' end, null, null, null, null
from used u
cross join lateral benchmark_private.metric_by_name(u.name) as said
where u.name is not null and not exists (select from public.benchmark_metrics m where m.name = u.name);

comment on view public.v_metrics is 'What each metric means: as declared in benchmark_metrics, else as its name says';

/*
 * v_performance_trends: per UTC day, model and environment, as in the original system. It averages over
 * data sets and prompts; v_daily_metrics keeps them apart.
 */
create view public.v_performance_trends with (security_invoker = true) as
select daily.date, daily.model_version, daily.environment,
       max(runs)   filter (where metric is null)            as run_count,
       max(mean)   filter (where metric = 'f1')             as avg_f1,
       max(mean)   filter (where metric = 'precision')      as avg_precision,
       max(mean)   filter (where metric = 'recall')         as avg_recall,
       max(mean)   filter (where metric = 'latency_ms')     as avg_latency_ms,
       max(mean)   filter (where metric = 'analysis_cost')  as avg_cost,
       max(stddev) filter (where metric = 'f1')             as stddev_f1,
       max(stddev) filter (where metric = 'precision')      as stddev_precision,
       max(stddev) filter (where metric = 'recall')         as stddev_recall,
       max(stddev) filter (where metric = 'latency_ms')     as stddev_latency_ms,
       max(stddev) filter (where metric = 'analysis_cost')  as stddev_cost
from (
  select sums.date, c.model_version, c.environment, sums.metric, sum(runs) as runs, sum(total) / sum(runs) as mean,
         sqrt((sum(runs) * sum(total_squares) - sum(total) * sum(total)) / nullif(sum(runs) * (sum(runs) - 1), 0)) as stddev
  from (
    -- The counts of runs are rows with a null metric beside the sums.
    select day::timestamp at time zone 'UTC' as date, configuration_id, null as metric, runs, null::numeric as total,
           null::numeric as total_squares
    from public.benchmark_daily_runs
    union all
    select day::timestamp at time zone 'UTC', configuration_id, metric, runs, total, total_squares
    from public.benchmark_daily_metrics
    where metric in ('f1', 'precision', 'recall', 'latency_ms', 'analysis_cost')
  ) as sums
  join public.benchmark_configurations c on c.id = sums.configuration_id
  group by sums.date, c.model_version, c.environment, sums.metric
) as daily
group by daily.date, daily.model_version, daily.environment;

comment on view public.v_performance_trends is 'Daily averages per model and environment, over all data sets and prompts; v_daily_metrics keeps configurations apart';

create view public.v_original_transactions with (security_invoker = true) as
select id, created_at, commit_sha, branch_name, model_version, model_provider, dataset_version, dataset_size, prompt_version,
       environment, run_id, triggered_by,
       case when jsonb_typeof(details -> 'domain_breakdown') = 'object' then jsonb_build_object('error_type_performance', (
         select coalesce(jsonb_object_agg(domain.key, domain.value || jsonb_build_object(
           'detection_rate', coalesce(domain.value -> 'recall', '0'), 'detected', coalesce(domain.value -> 'total_detected', '0'),
           'total', coalesce(domain.value -> 'total_cases', '0'))), '{}')
         from jsonb_each(details -> 'domain_breakdown') as domain)) else '{}' end || coalesce(details, '{}') || metrics as metrics,
       duration_seconds, error_count, success_count, tags, notes
from public.benchmark_transactions;

comment on view public.v_original_transactions is
  'The runs as the original system has them: metrics holds the nested values too, and the error types that its push script derived';

revoke all on public.v_latest_benchmarks, public.v_daily_metrics, public.v_metrics, public.v_performance_trends, public.v_original_transactions from public, anon, authenticated, service_role;
grant select on public.v_latest_benchmarks, public.v_daily_metrics, public.v_metrics, public.v_performance_trends, public.v_original_transactions to anon, authenticated, service_role;

/*
 * split_metrics(p_sent) -> (metrics, details)
 *
 * Splits the object of the original's scripts into numbers and other data.
 *
 * Called by  upsert_benchmark_result; sql/import_original_runs.sql
 * p_sent     an object, or the text of one in a JSON string, as some scripts stored it
 * Returns    metrics  finite numbers, also those in quotes ("0.9"), like the original's casts
 *            details  everything else (nested objects, texts, nulls, as a text a number beyond 1e308)
 *                     under its name, null when there is none; a value that is not an object goes
 *                     under the name metrics
 * Rights     security invoker; execute for service_role, through what calls it
 */
create function benchmark_private.split_metrics(p_sent jsonb, out metrics jsonb, out details jsonb)
  language plpgsql immutable security invoker set search_path = ''
as $$
declare
  sent jsonb := p_sent;
begin
  if jsonb_typeof(sent) = 'string' then
    begin
      sent := (sent #>> '{}')::jsonb;
    exception when invalid_text_representation then
      null;
    end;
  end if;
  if jsonb_typeof(sent) <> 'object' then
    sent := jsonb_build_object('metrics', p_sent);
  end if;

  select coalesce(jsonb_object_agg(m.key, number.value) filter (where number.value is not null), '{}'),
         jsonb_object_agg(m.key, case when jsonb_path_exists(m.value, 'strict $ ? (@ > 1e308 || @ < -1e308)') then to_jsonb(m.value::text) else m.value end)
           filter (where number.value is null)
  into metrics, details
  from jsonb_each(sent) as m
  cross join lateral (
    -- Cast only certain numbers with few enough digits for the cast.
    select case when m.value #>> '{}' ~ '^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*$' and length(m.value #>> '{}') <= 400
                  and jsonb_typeof(m.value) in ('number', 'string') and length(m.key) between 1 and 100 and m.key = trim(m.key)
             then (m.value #>> '{}')::numeric end
  ) as read (value)
  cross join lateral (select case when abs(read.value) <= 1e308 then to_jsonb(read.value) end) as number (value);
end $$;

/*
 * upsert_benchmark_result(p_commit_sha, p_branch_name, p_model_version, …) -> id of the run
 *
 * Stores one run, as sent by push_to_supabase.py. Repeating the same call returns the same id.
 *
 * Called by  older Python scripts: client.rpc('upsert_benchmark_result', {…})
 * p_metrics  numbers become metrics, everything else moves to details (see split_metrics)
 * Raises     22023  a required argument is missing or not valid
 * Rights     security invoker; execute for service_role only
 */
create function public.upsert_benchmark_result(
  p_commit_sha text, p_branch_name text default null, p_model_version text default null,
  p_model_provider text default null, p_dataset_version text default null, p_dataset_size integer default null,
  p_prompt_version text default null, p_environment text default null, p_run_id text default null,
  p_triggered_by text default null, p_metrics jsonb default null, p_duration_seconds numeric default null,
  p_tags text[] default null, p_notes text default null
)
  returns uuid language sql volatile security invoker set search_path = ''
as $$
  select i.id
  from benchmark_private.split_metrics(p_metrics) as split
  cross join lateral public.ingest_runs(jsonb_build_array(jsonb_build_object(
    'commit_sha', trim(p_commit_sha), 'branch_name', trim(p_branch_name), 'model_version', trim(p_model_version),
    'model_provider', trim(p_model_provider), 'dataset_version', trim(p_dataset_version), 'dataset_size', p_dataset_size,
    'prompt_version', trim(p_prompt_version), 'environment', trim(p_environment), 'run_id', trim(p_run_id),
    'triggered_by', trim(p_triggered_by), 'metrics', case when p_metrics is not null then split.metrics end,
    'details', split.details, 'duration_seconds', p_duration_seconds,
    'tags', case when p_tags is not null then to_jsonb(array(select trim(tag) from unnest(p_tags) as tag)) end, 'notes', p_notes
  ))) as i
$$;

comment on function public.upsert_benchmark_result is 'Stores one run as scripts of the original system send it; the very same call again returns the same id';

/*
 * get_snapshot_history(model, dataset, prompt, environment, p_limit) -> runs of one configuration
 *
 * The versions of one configuration that count, the last to arrive first.
 *
 * Called by  older dashboards; `bench-push history`
 * p_limit    how many at most; null for all
 * Returns    snapshot_version is the run's version; is_current marks the run that the snapshot
 *            shows, is_baseline a baseline in force
 */
create function public.get_snapshot_history(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text, p_limit integer default 10
)
  returns table (
    snapshot_version integer, created_at timestamptz, commit_sha text,
    f1_score numeric, precision_score numeric, recall_score numeric, latency_ms numeric,
    is_current boolean, is_baseline boolean, cost_per_analysis numeric, transaction_id uuid, metrics jsonb
  )
  language sql stable security invoker set search_path = ''
as $$
  select t.version, t.created_at, t.commit_sha,
         (t.metrics ->> 'f1')::numeric, (t.metrics ->> 'precision')::numeric, (t.metrics ->> 'recall')::numeric,
         (t.metrics ->> 'latency_ms')::numeric, t.id = s.transaction_id,
         exists (select from public.v_baselines_in_force b where b.transaction_id = t.id),
         (t.metrics ->> 'analysis_cost')::numeric, t.id, t.metrics
  from public.v_main_line t
  join public.benchmark_snapshots s on s.configuration_id = t.configuration_id
  -- One number, known before the runs are read, so that the last ones come from the index.
  where t.configuration_id = (
    select c.id from public.benchmark_configurations c
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
  )
  order by t.version desc limit p_limit
$$;

comment on function public.get_snapshot_history is 'The versions of one configuration that count, the last to arrive first';

/*
 * compare_snapshots(model, dataset, prompt, environment, p_version_a, p_version_b) -> one row per metric
 *
 * Two versions of one configuration, metric by metric.
 *
 * Called by  older dashboards; `bench-push compare`
 * Returns    f1_score, precision, recall, latency_ms and cost_per_analysis first, under the names
 *            the original gave them, then every other metric of either run under its own name;
 *            delta is b minus a; percent_change is in percent of a, null when a is 0;
 *            no row when one of the versions does not exist
 */
create function public.compare_snapshots(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text, p_version_a integer, p_version_b integer
)
  returns table (metric text, version_a_value numeric, version_b_value numeric, delta numeric, percent_change numeric)
  language sql stable security invoker set search_path = ''
as $$
  with versions as (
    select a.metrics as a, b.metrics as b
    from public.benchmark_configurations c
    join public.benchmark_transactions a on a.configuration_id = c.id and a.version = p_version_a
    join public.benchmark_transactions b on b.configuration_id = c.id and b.version = p_version_b
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
  ), original (position, name, shown_as) as (
    values (1, 'f1', 'f1_score'), (2, 'precision', 'precision'), (3, 'recall', 'recall'),
           (4, 'latency_ms', 'latency_ms'), (5, 'analysis_cost', 'cost_per_analysis')
  ), named as (
    select o.position, o.name, o.shown_as from original o
    union all
    select 6, m.name, m.name
    from (select jsonb_object_keys(v.a || v.b) as name from versions v) as m where m.name not in (select o.name from original o)
  )
  select n.shown_as, pair.a, pair.b, benchmark_private.bounded(pair.b - pair.a),
         benchmark_private.bounded((pair.b - pair.a) / nullif(abs(pair.a), 0) * 100)
  from versions v
  cross join named n
  cross join lateral (select (v.a ->> n.name)::numeric, (v.b ->> n.name)::numeric) as pair (a, b)
  order by n.position, n.name
$$;

comment on function public.compare_snapshots is 'Two versions of one configuration, metric by metric';

-- Grants.
revoke execute on function benchmark_private.split_metrics, public.get_snapshot_history, public.compare_snapshots from public;
revoke execute on function public.upsert_benchmark_result from public, anon, authenticated;
grant  execute on function benchmark_private.split_metrics, public.upsert_benchmark_result to service_role;
grant  execute on function public.get_snapshot_history, public.compare_snapshots to anon, authenticated, service_role;
