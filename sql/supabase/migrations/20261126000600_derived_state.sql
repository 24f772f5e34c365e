/*
 * Derived state: snapshots and daily sums, kept in the transaction that stores the runs. Only runs
 * of the main line count in them; retracting a run rebuilds what it was part of.
 *
 * The triggers see the runs of one statement together. Their configurations are locked by admit_run,
 * so no other transaction can change the same rows.
 */

/*
 * keep_snapshots() -> trigger
 *
 * Shows the newest of the runs just stored, unless the run shown is newer still: a backfill counts
 * in snapshot_version but does not replace it. Of two runs of the same time the later arrival is shown.
 * Side runs are not counted and only leave their time in last_updated_at, by which pages see arrivals.
 *
 * Rights     security definer: clients may not write snapshots
 */
create function benchmark_private.keep_snapshots()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_snapshots as shown (
    configuration_id, model_version, dataset_version, prompt_version, environment,
    snapshot_version, last_updated_at, transaction_id, created_at, commit_sha, model_provider, metrics
  )
  select distinct on (run.configuration_id)
    run.configuration_id, run.model_version, run.dataset_version, run.prompt_version, run.environment,
    count(*) over arrivals, max(run.recorded_at) over arrivals,
    run.id, run.created_at, run.commit_sha, run.model_provider, run.metrics
  from new_runs as run
  where run.is_mainline
  window arrivals as (partition by run.configuration_id)
  order by run.configuration_id, run.created_at desc, run.version desc
  on conflict (configuration_id) do update set
    snapshot_version = shown.snapshot_version + excluded.snapshot_version,
    last_updated_at  = greatest(shown.last_updated_at, excluded.last_updated_at),
    (transaction_id, created_at, commit_sha, model_provider, metrics, is_active, is_baseline) = (
      select excluded.transaction_id, excluded.created_at, excluded.commit_sha, excluded.model_provider,
             excluded.metrics, true, false
      where excluded.created_at >= shown.created_at
      union all
      select shown.transaction_id, shown.created_at, shown.commit_sha, shown.model_provider,
             shown.metrics, shown.is_active, shown.is_baseline
      where excluded.created_at < shown.created_at
    );

  update public.benchmark_snapshots s
  set last_updated_at = greatest(s.last_updated_at, side.arrived_at)
  from (select run.configuration_id, max(run.recorded_at) as arrived_at from new_runs as run where not run.is_mainline group by 1) as side
  where s.configuration_id = side.configuration_id;
  return null;
end $$;

create trigger keep_snapshots after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_snapshots();

/*
 * daily_sums(p_configuration_ids, p_times, p_metrics) -> one row per configuration, metric and UTC day
 *
 * The sums of runs, given as three lists of the same length.
 *
 * Count, sum and sum of squares are exact decimals: they equal a recomputation from the runs to
 * the last digit, in whatever order the runs came. Percentiles come from a histogram on a
 * logarithmic scale (the idea of DDSketch): the bucket of x > 0 is
 * 1000000 + ceil(ln(x) / ln(1.001 / 0.999)), that of -x its negative, that of 0 is 0. So buckets are
 * in the order of their values, any two histograms are merged by adding counts, and the middle of a
 * bucket is within 0.1 % of every value in it.
 *
 * Called by  keep_daily_metrics, rebuild_day and recount; with lists, as one call per run would cost
 *            more than all the rest
 */
create function benchmark_private.daily_sums(p_configuration_ids integer[], p_times timestamptz[], p_metrics jsonb[])
  returns table (
    configuration_id integer, metric text, day date, runs integer, total numeric, total_squares numeric,
    lowest numeric, highest numeric, buckets integer[], bucket_counts integer[]
  )
  language plpgsql immutable rows 100 security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with measured as (
    select run.configuration_id, m.key as metric, (run.created_at at time zone 'UTC')::date as day, m.value::numeric as value,
           case when abs(m.value::numeric) < 1e-300 then 0
             else sign(m.value::numeric)::integer
                  * (1000000 + ceil(ln(abs(m.value::numeric)::double precision) / ln(1.001::double precision / 0.999))::integer)
           end as bucket
    from unnest(p_configuration_ids, p_times, p_metrics) as run (configuration_id, created_at, metrics)
    cross join lateral jsonb_each(run.metrics) as m
  ), counted as (
    select configuration_id, metric, day, bucket,
           count(*)::integer as runs, sum(value) as total, sum(value * value) as total_squares, min(value) as lowest, max(value) as highest
    from measured
    group by configuration_id, metric, day, bucket
  )
  select configuration_id, metric, day, sum(runs)::integer, sum(total), sum(total_squares), min(lowest), max(highest),
         array_agg(bucket order by bucket), array_agg(runs order by bucket)
  from counted
  group by configuration_id, metric, day;
end $$;

/*
 * keep_daily_metrics() -> trigger
 *
 * Adds the runs of the main line just stored to the sums of their configurations, metrics and UTC
 * days (see daily_sums).
 *
 * Rights     security definer: clients may not write the sums
 */
create function benchmark_private.keep_daily_metrics()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_daily_runs as kept (configuration_id, day, runs)
  select run.configuration_id, (run.created_at at time zone 'UTC')::date, count(*)
  from new_runs as run
  where run.is_mainline
  group by 1, 2 order by 1, 2
  on conflict (configuration_id, day) do update set runs = kept.runs + excluded.runs;

  insert into public.benchmark_daily_metrics as kept (
    configuration_id, metric, day, runs, total, total_squares, lowest, highest, buckets, bucket_counts
  )
  select sums.*
  from (
    select array_agg(run.configuration_id), array_agg(run.created_at), array_agg(run.metrics) from new_runs as run where run.is_mainline
  ) as stored (configuration_ids, times, metrics)
  cross join lateral benchmark_private.daily_sums(stored.configuration_ids, stored.times, stored.metrics) as sums
  order by sums.configuration_id, sums.metric, sums.day
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

create trigger keep_daily_metrics after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_daily_metrics();

/*
 * histogram_percentile(p_buckets, p_counts, p_share) -> value
 *
 * Computes a percentile from a histogram of benchmark_daily_metrics.
 *
 * Called by  v_daily_metrics; analysts
 * p_buckets, p_counts  as stored: buckets in ascending order, counts beside them
 * p_share    between 0 and 1: 0.5 is the median, 0.95 the 95th percentile
 * Raises     22023  more than 100,000 buckets, or not as many counts
 * Returns    the smallest value that at least this share of the runs does not exceed, as
 *            percentile_disc does, within 0.1 % of it; null for an empty histogram
 */
create function public.histogram_percentile(p_buckets integer[], p_counts integer[], p_share double precision)
  returns double precision language plpgsql immutable strict parallel safe security invoker set search_path = ''
as $$
declare
  wanted  double precision;
  so_far  bigint := 0::bigint;
  bucket  integer;
begin
  if cardinality(p_buckets) > 100000 or cardinality(p_counts) <> cardinality(p_buckets) then
    raise exception using errcode = '22023',
      message = format('a histogram has at most 100000 buckets and as many counts, found %s and %s', cardinality(p_buckets), cardinality(p_counts)),
      hint    = 'give buckets and bucket_counts of benchmark_daily_metrics, of fewer days or configurations';
  end if;
  select p_share * sum(c) into wanted from unnest(p_counts) as c;

  for i in 1 .. coalesce(array_length(p_buckets, 1), 0) loop
    so_far := so_far + p_counts[i];
    bucket := p_buckets[i];
    -- Rounding may make a sum of shares miss an integer.
    exit when so_far >= wanted - 1e-9;
  end loop;

  return case
    when bucket is null then null
    when bucket = 0 then 0
    else sign(bucket) * exp((abs(bucket) - 1000000 - 0.5) * ln(1.001::double precision / 0.999))
  end;
end $$;

comment on function public.histogram_percentile is 'A percentile of a histogram of benchmark_daily_metrics, within 0.1 %';

-- Grants.
revoke execute on function
  benchmark_private.keep_snapshots, benchmark_private.daily_sums, benchmark_private.keep_daily_metrics, public.histogram_percentile from public;
grant  execute on function public.histogram_percentile to anon, authenticated, service_role;
grant  execute on function benchmark_private.daily_sums to service_role;
