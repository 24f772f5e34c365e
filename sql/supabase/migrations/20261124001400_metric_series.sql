/*
 * metric_series(p_configuration_id, p_metric, p_from, p_to, p_max_points) -> points, the oldest first
 *
 * One metric of one configuration as a line to draw: every run while they are few, and when they
 * are more than p_max_points, so many of them that the line keeps its shape. The runs are cut into
 * stretches of equal length in their own order, and of each the lowest and the highest stay: a
 * spike is never smoothed away. The first and the last run stay too.
 *
 * Over 5,000 runs are too many to look at within the time that a browser has. Then the stretches
 * are made from 5,000 of them, evenly spaced in their order, and a spike between two of these can
 * be missed; v_daily_metrics has the lowest and the highest of every day, exactly.
 *
 * Called by  the dashboard's charts: POST /rest/v1/rpc/metric_series
 * p_metric   a name such as f1; runs without it are passed over
 * p_from     only runs at or after this time; null for all
 * p_to       only runs before this time; null for all
 * p_max_points  4 to 1,000, the most rows that the REST API returns; what is outside is moved there
 * Returns    one row per point, by created_at and version, ascending; each is a run as it is stored
 *            value    in the metric's own unit
 *            n        how many items it was measured on, and
 *            stderr   its standard error, where metric_stats says so; else null
 *            of_runs  how many runs there are in this time, with the metric or without; the same in each row
 * Rights     security invoker; execute for anyone with a key
 */
create function public.metric_series(
  p_configuration_id integer,
  p_metric           text,
  p_from             timestamptz default null,
  p_to               timestamptz default null,
  p_max_points       integer     default 500
)
  returns table (
    id             uuid,
    created_at     timestamptz,
    version        integer,
    commit_sha     text,
    branch_name    text,
    model_provider text,
    triggered_by   text,
    value          double precision,
    n              double precision,
    stderr         double precision,
    of_runs        bigint
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
  chosen     uuid[];
begin
  select count(*) into in_range
  from public.benchmark_transactions t
  where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time;

  if in_range <= most_read then
    chosen := array(
      select kept.id
      from (
        select counted.id, counted.place, counted.total,
               row_number() over (partition by counted.stretch order by counted.number, counted.place)      as from_below,
               row_number() over (partition by counted.stretch order by counted.number desc, counted.place) as from_above
        from (
          select ordered.*,
                 (ordered.place - 1) * ((max_points - 2) / 2) / ordered.total as stretch
          from (
            select t.id, (t.metrics ->> p_metric)::numeric as number,
                   row_number() over (order by t.created_at, t.version) as place,
                   count(*) over () as total
            from public.benchmark_transactions t
            where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time
              and t.metrics ? p_metric
          ) as ordered
        ) as counted
      ) as kept
      where kept.total <= max_points
         or kept.from_below = 1 or kept.from_above = 1
         or kept.place = 1 or kept.place = kept.total
    );
  else
    -- The times alone come from the index, without a look at the runs; then only every so manieth is read.
    chosen := array(
      with times as materialized (
        select spaced.created_at, spaced.place
        from (
          select t.created_at, row_number() over (order by t.created_at) as place
          from public.benchmark_transactions t
          where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time
        ) as spaced
        where spaced.place = 1 or spaced.place = in_range
           or spaced.place % (in_range / most_read + 1) = 0
      ),
      ordered as materialized (
        select run.id, run.number,
               row_number() over (order by times.created_at, run.version) as place,
               count(*) over () as total
        from (select distinct times.created_at from times) as times
        cross join lateral (
          select t.id, t.version, (t.metrics ->> p_metric)::numeric as number
          from public.benchmark_transactions t
          where t.configuration_id = p_configuration_id and t.created_at = times.created_at and t.metrics ? p_metric
          limit 1
        ) as run
      )
      select kept.id
      from (
        select ordered.*,
               row_number() over (partition by (place - 1) * ((max_points - 2) / 2) / total order by number, place)      as from_below,
               row_number() over (partition by (place - 1) * ((max_points - 2) / 2) / total order by number desc, place) as from_above
        from ordered
      ) as kept
      where kept.total <= max_points
         or kept.from_below = 1 or kept.from_above = 1
         or kept.place = 1 or kept.place = kept.total
    );
  end if;

  return query
  select t.id, t.created_at, t.version, t.commit_sha, t.branch_name, t.model_provider, t.triggered_by,
         measured.value, measured.n, measured.stderr, in_range
  from public.benchmark_transactions t
  cross join lateral (
    -- A number of JSON may lie beyond a double precision; what is nearly 0 is 0.
    select max(case when abs(said.number) >= 1e-300 then said.number::double precision else 0 end)
             filter (where said.name = 'value') as value,
           max(case when abs(said.number) >= 1e-300 then said.number::double precision else 0 end)
             filter (where said.name = 'n') as n,
           max(case when abs(said.number) >= 1e-300 then said.number::double precision else 0 end)
             filter (where said.name = 'stderr') as stderr
    from (
      select stated.name, case jsonb_typeof(stated.json) when 'number' then stated.json::numeric end as number
      from (values ('value',  t.metrics -> p_metric),
                   ('n',      t.metric_stats -> p_metric -> 'n'),
                   ('stderr', t.metric_stats -> p_metric -> 'stderr')) as stated (name, json)
    ) as said
    where abs(said.number) <= 1e308
  ) as measured
  where t.id = any (chosen)
  order by t.created_at, t.version;
end $$;

revoke execute on function public.metric_series(integer, text, timestamptz, timestamptz, integer)
  from public, anon, authenticated, service_role;
grant  execute on function public.metric_series(integer, text, timestamptz, timestamptz, integer)
  to anon, authenticated, service_role;

comment on function public.metric_series(integer, text, timestamptz, timestamptz, integer) is
  'One metric of one configuration as a line to draw: at most so many runs, peaks and ends kept';
