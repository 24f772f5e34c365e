/*
 * compare_configurations(p_configuration_ids, p_from, p_to) -> one row per configuration and metric
 *
 * Count, mean, spread and percentiles of every metric of a few configurations over some days, from
 * the daily sums: summarize_metric for all metrics at once, so that a comparison is one request.
 *
 * Called by  the dashboard's comparison: POST /rest/v1/rpc/compare_configurations
 * p_configuration_ids  which ones; of more than 8 different ones the first 8 by number
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * Returns    what each configuration measured in these days; runs, mean, stddev (of a sample, null
 *            with one run), lowest, highest exact; median and p95 within 0.1 %
 * Rights     security invoker; execute for anyone with a key
 */
create function public.compare_configurations(
  p_configuration_ids integer[],
  p_from              date default (now() at time zone 'UTC')::date - 89,
  p_to                date default (now() at time zone 'UTC')::date
)
  returns table (
    configuration_id integer, metric text,
    runs bigint, mean double precision, stddev double precision,
    lowest double precision, highest double precision, median double precision, p95 double precision
  )
  language sql stable security invoker set search_path = ''
as $$
  with chosen as materialized (
    select d.*
    from public.benchmark_daily_metrics d
    where d.configuration_id in (
            select distinct asked.id from unnest(p_configuration_ids) as asked (id)
            where asked.id is not null
            order by asked.id limit 8
          )
      and d.day between p_from and p_to
  ),
  summed as (
    select d.configuration_id, d.metric,
           sum(d.runs) as runs, sum(d.total) as total, sum(d.total_squares) as total_squares,
           min(d.lowest) as lowest, max(d.highest) as highest
    from chosen d
    group by d.configuration_id, d.metric
  ),
  histograms as (
    select b.configuration_id, b.metric,
           array_agg(b.bucket order by b.bucket) as buckets,
           array_agg(b.runs order by b.bucket) as counts
    from (
      select d.configuration_id, d.metric, h.bucket, sum(h.runs)::integer as runs
      from chosen d
      cross join lateral unnest(d.buckets, d.bucket_counts) as h (bucket, runs)
      group by d.configuration_id, d.metric, h.bucket
    ) as b
    group by b.configuration_id, b.metric
  )
  select s.configuration_id, s.metric, s.runs,
         (s.total / s.runs)::double precision,
         sqrt(((s.runs * s.total_squares - s.total * s.total) / nullif(s.runs * (s.runs - 1), 0))::double precision),
         s.lowest::double precision, s.highest::double precision,
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.5), s.lowest), s.highest),
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.95), s.lowest), s.highest)
  from summed s
  join histograms h on h.configuration_id = s.configuration_id and h.metric = s.metric
  order by s.metric, s.configuration_id
$$;

revoke execute on function public.compare_configurations(integer[], date, date)
  from public, anon, authenticated, service_role;
grant  execute on function public.compare_configurations(integer[], date, date)
  to anon, authenticated, service_role;

comment on function public.compare_configurations(integer[], date, date) is
  'Count, mean, spread and percentiles of every metric of up to 8 configurations over some days';
