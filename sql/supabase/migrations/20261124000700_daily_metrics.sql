/*
 * Daily sums: per configuration, metric and UTC day, kept in the transaction that stores the run.
 *
 * Count, sum and sum of squares are exact decimals: they equal a recomputation from the runs to
 * the last digit, in whatever order the runs came.
 *
 * Percentiles come from a histogram on a logarithmic scale (the idea of DDSketch): the bucket of
 * x > 0 is 1000000 + ceil(ln(x) / ln(1.001 / 0.999)), that of -x its negative, that of 0 is 0.
 * So buckets are in the order of their values, any two histograms are merged by adding counts,
 * and the middle of a bucket is within 0.1 % of every value in it.
 */

/*
 * keep_daily_metrics() -> trigger
 *
 * Adds the runs just stored to the sums of their days.
 *
 * Rights     security definer: clients may not write the sums; a trigger function, callable by no one
 */
create function benchmark_private.keep_daily_metrics()
  returns trigger
  language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_daily_runs as kept (configuration_id, day, runs)
  select run.configuration_id, (run.created_at at time zone 'UTC')::date, count(*)
  from new_runs as run
  group by 1, 2
  order by 1, 2
  on conflict (configuration_id, day) do update set runs = kept.runs + excluded.runs;

  with measured as (
    select run.configuration_id,
           m.key as metric,
           (run.created_at at time zone 'UTC')::date as day,
           m.value::numeric as value,
           -- Written out here and not in a function: five calls per run would cost more than all the rest.
           case
             when abs(m.value::numeric) < 1e-300 then 0
             else sign(m.value::numeric)::integer
                  * (1000000 + ceil(ln(abs(m.value::numeric)::double precision) / ln(1.001::double precision / 0.999))::integer)
           end as bucket
    from new_runs as run
    cross join lateral jsonb_each(run.metrics) as m
  ),
  counted as (
    select configuration_id, metric, day, bucket,
           count(*)::integer as runs, sum(value) as total, sum(value * value) as total_squares,
           min(value) as lowest, max(value) as highest
    from measured
    group by configuration_id, metric, day, bucket
  )
  insert into public.benchmark_daily_metrics as kept (
    configuration_id, metric, day, runs, total, total_squares, lowest, highest, buckets, bucket_counts
  )
  select configuration_id, metric, day,
         sum(runs), sum(total), sum(total_squares), min(lowest), max(highest),
         array_agg(bucket order by bucket), array_agg(runs order by bucket)
  from counted
  group by configuration_id, metric, day
  order by configuration_id, metric, day
  on conflict (configuration_id, metric, day) do update set
    runs          = kept.runs + excluded.runs,
    total         = kept.total + excluded.total,
    total_squares = kept.total_squares + excluded.total_squares,
    lowest        = least(kept.lowest, excluded.lowest),
    highest       = greatest(kept.highest, excluded.highest),
    (buckets, bucket_counts) = (
      select array_agg(merged.bucket order by merged.bucket), array_agg(merged.runs order by merged.bucket)
      from (
        select both_sides.bucket, sum(both_sides.runs)::integer as runs
        from (
          select * from unnest(kept.buckets, kept.bucket_counts)
          union all
          select * from unnest(excluded.buckets, excluded.bucket_counts)
        ) as both_sides (bucket, runs)
        group by both_sides.bucket
      ) as merged
    );
  return null;
end $$;

revoke execute on function benchmark_private.keep_daily_metrics() from public;

create trigger keep_daily_metrics
  after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_daily_metrics();


/*
 * histogram_percentile(p_buckets, p_counts, p_share) -> value
 *
 * Reads a percentile off a histogram of benchmark_daily_metrics.
 *
 * Called by  v_daily_metrics; analysts
 * p_buckets, p_counts  as stored: buckets in ascending order, counts beside them
 * p_share    between 0 and 1: 0.5 is the median, 0.95 the 95th percentile
 * Returns    the smallest value that at least this share of the runs does not exceed, as
 *            percentile_disc does, within 0.1 % of it; null for an empty histogram
 * Rights     security invoker; execute for anyone with a key
 */
create function public.histogram_percentile(p_buckets integer[], p_counts integer[], p_share double precision)
  returns double precision
  language plpgsql immutable strict parallel safe security invoker set search_path = ''
as $$
declare
  wanted  double precision;
  so_far  bigint := 0;
  bucket  integer;
begin
  select p_share * sum(c) into wanted from unnest(p_counts) as c;

  for i in 1 .. coalesce(array_length(p_buckets, 1), 0) loop
    so_far := so_far + p_counts[i];
    bucket := p_buckets[i];
    -- A sum of shares may miss a whole number by rounding.
    exit when so_far >= wanted - 1e-9;
  end loop;

  return case
    when bucket is null then null
    when bucket = 0 then 0
    else sign(bucket) * exp((abs(bucket) - 1000000 - 0.5) * ln(1.001::double precision / 0.999))
  end;
end $$;

revoke execute on function public.histogram_percentile(integer[], integer[], double precision)
  from public, anon, authenticated, service_role;
grant  execute on function public.histogram_percentile(integer[], integer[], double precision)
  to anon, authenticated, service_role;

comment on function public.histogram_percentile(integer[], integer[], double precision) is
  'A percentile of a histogram of benchmark_daily_metrics, within 0.1 %';


/*
 * summarize_metric(p_metric, p_from, p_to, p_configuration_ids) -> one row per configuration
 *
 * Count, mean, spread and percentiles of one metric over some days, from the daily sums.
 *
 * Called by  the dashboard's comparison: POST /rest/v1/rpc/summarize_metric
 * p_metric   a name such as f1
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * p_configuration_ids  only these; null for all
 * Returns    configurations that have the metric in these days; runs, mean, stddev (of a sample,
 *            null with one run), lowest, highest exact; median and p95 within 0.1 %
 * Rights     security invoker; execute for anyone with a key
 */
create function public.summarize_metric(
  p_metric            text,
  p_from              date      default (now() at time zone 'UTC')::date - 89,
  p_to                date      default (now() at time zone 'UTC')::date,
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
    where d.metric = p_metric
      and d.day between p_from and p_to
      and (p_configuration_ids is null or d.configuration_id = any (p_configuration_ids))
  ),
  summed as (
    select d.configuration_id,
           sum(d.runs) as runs, sum(d.total) as total, sum(d.total_squares) as total_squares,
           min(d.lowest) as lowest, max(d.highest) as highest
    from chosen d
    group by d.configuration_id
  ),
  histograms as (
    select b.configuration_id,
           array_agg(b.bucket order by b.bucket) as buckets,
           array_agg(b.runs order by b.bucket) as counts
    from (
      select d.configuration_id, h.bucket, sum(h.runs)::integer as runs
      from chosen d
      cross join lateral unnest(d.buckets, d.bucket_counts) as h (bucket, runs)
      group by d.configuration_id, h.bucket
    ) as b
    group by b.configuration_id
  )
  select c.id, c.model_version, c.dataset_version, c.prompt_version, c.environment,
         s.runs, (s.total / s.runs)::double precision,
         sqrt(((s.runs * s.total_squares - s.total * s.total) / nullif(s.runs * (s.runs - 1), 0))::double precision),
         s.lowest::double precision, s.highest::double precision,
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.5), s.lowest), s.highest),
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.95), s.lowest), s.highest)
  from summed s
  join histograms h on h.configuration_id = s.configuration_id
  join public.benchmark_configurations c on c.id = s.configuration_id
  order by c.model_version, c.dataset_version, c.prompt_version, c.environment
$$;

revoke execute on function public.summarize_metric(text, date, date, integer[])
  from public, anon, authenticated, service_role;
grant  execute on function public.summarize_metric(text, date, date, integer[])
  to anon, authenticated, service_role;

comment on function public.summarize_metric(text, date, date, integer[]) is
  'Count, mean, spread and percentiles of one metric per configuration over some days';
