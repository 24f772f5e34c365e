/*
 * Trends: one metric over time, as a series to draw and as summaries for a comparison.
 */

/*
 * metric_series(p_configuration_id, p_metric, p_from, p_to, p_max_points) -> points, the oldest first
 *
 * One metric of one configuration as a series to draw: every run that counts up to p_max_points, otherwise a
 * selection that keeps the shape. The runs are divided into buckets of equal length in their order,
 * and the lowest and the highest of each are kept: spikes are never smoothed away. The first and the
 * last run are kept too.
 *
 * More than 5,000 runs would exceed a browser's time limit. Then the buckets are made from 5,000 of
 * them, evenly spaced in their order, and a spike between two of these can be missed;
 * v_daily_metrics has the exact lowest and highest value of every day.
 *
 * Called by  the dashboard's charts: POST /rest/v1/rpc/metric_series
 * p_metric   a name such as f1; runs without it are skipped
 * p_from, p_to  only runs at or after the first and before the second; null for all
 * p_max_points  4 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    one row per point, by created_at and version, ascending; each is a run as it is stored
 *            n, stderr  number of items and standard error, where known
 *            of_runs  the number of runs that count in this time, with or without the metric; the same in each row
 */
create function public.metric_series(
  p_configuration_id integer, p_metric text, p_from timestamptz default null, p_to timestamptz default null,
  p_max_points integer default 500
)
  returns table (
    id uuid, created_at timestamptz, version integer, commit_sha text, branch_name text, model_provider text,
    triggered_by text, value double precision, n double precision, stderr double precision, of_runs bigint
  )
  language plpgsql stable rows 500 security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  from_time  timestamptz := coalesce(p_from, '-infinity');
  to_time    timestamptz := coalesce(p_to, 'infinity');
  max_points integer     := least(greatest(coalesce(p_max_points, 500), 4), 1000);
  most_read  constant integer := 5000;
  in_range   bigint;
  places     uuid[];
  numbers    numeric[];
begin
  -- From the index alone, less the few that are retracted.
  select count(*) - (
    select count(*) from public.v_retractions_in_force r join public.benchmark_transactions t on t.id = r.transaction_id
    where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time)
  into in_range
  from public.benchmark_transactions t
  where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time;

  if in_range <= most_read then
    select array_agg(t.id order by t.created_at, t.version),
           array_agg((t.metrics ->> p_metric)::numeric order by t.created_at, t.version)
    into places, numbers
    from public.v_main_line t
    where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time
      and t.metrics ? p_metric;
  else
    -- The times come from the index alone; only every n-th run is read.
    select array_agg(run.id order by spaced.created_at, run.version),
           array_agg(run.number order by spaced.created_at, run.version)
    into places, numbers
    from (
      select times.created_at
      from (
        select t.created_at, row_number() over (order by t.created_at) as place
        from public.benchmark_transactions t
        where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time
      ) as times
      where times.place % (in_range / most_read + 1) = 0
      union
      -- The first and the last run with the metric, whatever is retracted or lacks it.
      (select t.created_at from public.v_main_line t
       where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time and t.metrics ? p_metric
       order by t.created_at limit 1)
      union
      (select t.created_at from public.v_main_line t
       where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time and t.metrics ? p_metric
       order by t.created_at desc limit 1)
    ) as spaced
    cross join lateral (
      select t.id, t.version, (t.metrics ->> p_metric)::numeric as number
      from public.v_main_line t
      where t.configuration_id = p_configuration_id and t.created_at = spaced.created_at and t.metrics ? p_metric
      order by t.version desc limit 1
    ) as run;
  end if;

  return query
  select t.id, t.created_at, t.version, t.commit_sha, t.branch_name, t.model_provider, t.triggered_by,
         benchmark_private.json_double(t.metrics -> p_metric), benchmark_private.json_double(t.metric_stats -> p_metric -> 'n'),
         benchmark_private.json_double(t.metric_stats -> p_metric -> 'stderr'), in_range
  from public.benchmark_transactions t
  where t.id in (
    select kept.id
    from (
      select ordered.id, ordered.place,
             row_number() over (partition by stretch order by ordered.number, ordered.place)      as from_below,
             row_number() over (partition by stretch order by ordered.number desc, ordered.place) as from_above
      from unnest(places, numbers) with ordinality as ordered (id, number, place)
      cross join lateral (select (ordered.place - 1) * ((max_points - 2) / 2) / cardinality(places)) as cut (stretch)
    ) as kept
    where cardinality(places) <= max_points
       or kept.from_below = 1 or kept.from_above = 1
       or kept.place = 1 or kept.place = cardinality(places)
  )
  order by t.created_at, t.version;
end $$;

comment on function public.metric_series is 'One metric of one configuration as a series to draw, thinned to a maximum of points, peaks and ends kept';

/*
 * summarize_metric(p_metric, p_from, p_to, p_configuration_ids) -> one row per configuration
 *
 * Count, mean, spread and percentiles of one metric over some days, from the daily sums.
 *
 * Called by  compare_configurations; analysts
 * p_metric   a name such as f1
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * p_configuration_ids  only these; null for all
 * Returns    configurations that have the metric in these days; runs, mean, stddev (of a sample,
 *            null with one run), lowest, highest exact; median and p95 within 0.1 %
 */
create function public.summarize_metric(
  p_metric text, p_from date default (now() at time zone 'UTC')::date - 89, p_to date default (now() at time zone 'UTC')::date,
  p_configuration_ids integer[] default null
)
  returns table (
    configuration_id integer, model_version text, dataset_version text, prompt_version text, environment text,
    runs bigint, mean double precision, stddev double precision,
    lowest double precision, highest double precision, median double precision, p95 double precision
  )
  language sql stable security invoker set search_path = ''
as $$
  with chosen as materialized (
    select d.*
    from public.benchmark_daily_metrics d
    where d.metric = p_metric and d.day between p_from and p_to
      and (p_configuration_ids is null
           or d.configuration_id = any ((select benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids'))::integer[]))
  ), summed as (
    select d.configuration_id, sum(d.runs) as runs, sum(d.total) as total, sum(d.total_squares) as total_squares,
           min(d.lowest) as lowest, max(d.highest) as highest
    from chosen d
    group by d.configuration_id
  ), histograms as (
    select b.configuration_id, array_agg(b.bucket order by b.bucket) as buckets, array_agg(b.runs order by b.bucket) as counts
    from (
      select d.configuration_id, h.bucket, sum(h.runs)::integer as runs
      from chosen d
      cross join lateral unnest(d.buckets, d.bucket_counts) as h (bucket, runs)
      group by d.configuration_id, h.bucket
    ) as b
    group by b.configuration_id
  )
  select c.id, c.model_version, c.dataset_version, c.prompt_version, c.environment,
         s.runs, round(s.total / s.runs, 300)::double precision,
         round(sqrt((s.runs * s.total_squares - s.total * s.total) / nullif(s.runs * (s.runs - 1), 0)), 300)::double precision,
         range.lowest, range.highest,
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.5), range.lowest), range.highest),
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.95), range.lowest), range.highest)
  from summed s
  join histograms h on h.configuration_id = s.configuration_id
  join public.benchmark_configurations c on c.id = s.configuration_id
  -- Rounded, because the cast of a number below 1e-308 is an error.
  cross join lateral (select round(s.lowest, 300)::double precision, round(s.highest, 300)::double precision) as range (lowest, highest)
  order by c.model_version, c.dataset_version, c.prompt_version, c.environment
$$;

comment on function public.summarize_metric is 'Count, mean, spread and percentiles of one metric per configuration over some days';

/*
 * compare_configurations(p_configuration_ids, p_from, p_to) -> one row per configuration and metric
 *
 * summarize_metric for every metric of a few configurations, so that a comparison is one request.
 *
 * Called by  the dashboard's comparison: POST /rest/v1/rpc/compare_configurations
 * p_configuration_ids  which ones; of more than 8 different ones the first 8 by number
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * Returns    the columns of summarize_metric, for every metric of each configuration in these days
 */
create function public.compare_configurations(
  p_configuration_ids integer[],
  p_from date default (now() at time zone 'UTC')::date - 89, p_to date default (now() at time zone 'UTC')::date
)
  returns table (
    configuration_id integer, metric text,
    runs bigint, mean double precision, stddev double precision,
    lowest double precision, highest double precision, median double precision, p95 double precision
  )
  language sql stable security invoker set search_path = ''
as $$
  with chosen as (
    select array(
      select distinct asked.id from unnest(benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids')) as asked (id) where asked.id is not null order by asked.id limit 8
    ) as ids
  )
  select s.configuration_id, measured.metric, s.runs, s.mean, s.stddev, s.lowest, s.highest, s.median, s.p95
  from chosen
  cross join lateral (
    select distinct d.metric
    from public.benchmark_daily_metrics d
    where d.configuration_id = any (chosen.ids) and d.day between p_from and p_to
  ) as measured
  cross join lateral public.summarize_metric(measured.metric, p_from, p_to, chosen.ids) as s
  order by measured.metric, s.configuration_id
$$;

comment on function public.compare_configurations is 'Count, mean, spread and percentiles of every metric of up to 8 configurations over some days';

-- Grants.
revoke execute on function public.metric_series, public.summarize_metric, public.compare_configurations from public;
grant  execute on function
  public.metric_series, public.summarize_metric, public.compare_configurations to anon, authenticated, service_role;
