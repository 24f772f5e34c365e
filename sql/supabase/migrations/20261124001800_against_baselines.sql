/*
 * What the dashboard's first page needs besides the snapshots: for many configurations at once what
 * their verdict rests on, and what happened since yesterday.
 */

/*
 * against_baselines(p_configuration_ids, p_metrics, p_earlier) -> at most one row per configuration
 *
 * What the verdict on the current run of each configuration rests on: one metric of that run, the
 * same metric of the baseline that counts for it (see baseline_for), and its values in the runs
 * before. The verdict itself is made where the statistics are: bench_model::stats::assess.
 *
 * Called by  the dashboard: GET /rest/v1/rpc/against_baselines?p_configuration_ids={3,7}
 * p_configuration_ids  which ones; of more than 250 different ones the first 250 by number
 * p_metrics  the first of these that the current run has is the one; by default the metrics that a
 *            run is judged by first. A configuration whose run has none of them gives no row
 * p_earlier  of how many runs before the current one, 0 to 200
 * Returns    metric           which one it is
 *            …_value          in the metric's own unit; baseline_value is null without a baseline,
 *                             or when it lacks the metric
 *            …_stats          what metric_stats says of it
 *            …_confusion      details.confusion_matrix
 *            …_size           dataset_size
 *            found_by         configuration, model or dataset; null without a baseline
 *            earlier          the values of the metric in the runs before, oldest first
 * Rights     security invoker; execute for anyone with a key
 */
create function public.against_baselines(
  p_configuration_ids integer[],
  p_metrics           text[]  default '{f1,accuracy,exact_match,pass_rate}',
  p_earlier           integer default 200
)
  returns table (
    configuration_id    integer,
    metric              text,
    current_run         uuid,
    current_value       double precision,
    current_stats       jsonb,
    current_confusion   jsonb,
    current_size        integer,
    baseline_run        uuid,
    baseline_value      double precision,
    baseline_stats      jsonb,
    baseline_confusion  jsonb,
    baseline_size       integer,
    baseline_version    integer,
    baseline_commit_sha text,
    baseline_created_at timestamptz,
    found_by            text,
    earlier             double precision[]
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  select s.configuration_id, chosen.metric,
         -- What is nearly 0 is 0: a double precision could not hold it.
         current.id, round((current.metrics ->> chosen.metric)::numeric, 300)::double precision,
         current.metric_stats -> chosen.metric, current.details -> 'confusion_matrix', current.dataset_size,
         held.id, round((held.metrics ->> chosen.metric)::numeric, 300)::double precision,
         held.metric_stats -> chosen.metric, held.details -> 'confusion_matrix', held.dataset_size,
         held.version, held.commit_sha, held.created_at, counts.found_by,
         coalesce(before.values, '{}')
  from public.benchmark_snapshots s
  join public.benchmark_transactions current on current.id = s.transaction_id
  cross join lateral (
    select asked.metric
    from unnest(p_metrics) with ordinality as asked (metric, place)
    where current.metrics ? asked.metric
    order by asked.place
    limit 1
  ) as chosen
  left join lateral public.baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as counts on true
  left join public.benchmark_transactions held on held.id = counts.transaction_id
  cross join lateral (
    select array_agg(round(newest.number, 300)::double precision order by newest.created_at, newest.version) as values
    from (
      -- The current run is the newest of its configuration, so these are it and the ones before it.
      -- No condition on time stands here: the planner would guess few rows, and sort all of them.
      select t.id, t.created_at, t.version, (t.metrics ->> chosen.metric)::numeric as number
      from public.benchmark_transactions t
      where t.configuration_id = s.configuration_id
      order by t.created_at desc, t.version desc
      limit least(greatest(coalesce(p_earlier, 200), 0), 200) + 1
    ) as newest
    where newest.number is not null
      and (newest.created_at, newest.version) < (current.created_at, current.version)
  ) as before
  where s.configuration_id in (
    select distinct asked.id from unnest(p_configuration_ids) as asked (id)
    where asked.id is not null
    order by asked.id limit 250
  )
  order by s.configuration_id
$$;

revoke execute on function public.against_baselines(integer[], text[], integer)
  from public, anon, authenticated, service_role;
grant  execute on function public.against_baselines(integer[], text[], integer)
  to anon, authenticated, service_role;

comment on function public.against_baselines(integer[], text[], integer) is
  'What the verdicts on the current runs of many configurations rest on';


/*
 * what_changed(p_since) -> rows of four kinds, the newest of each kind first
 *
 * What happened since a moment, by default 24 hours ago.
 *
 *   run           a configuration whose current run ran since then
 *   new           a configuration that had no run before
 *   baseline      a baseline that was marked, or, without a run, cleared
 *   change_point  a change of level that was found, be it suspect, confirmed or accepted
 *
 * Called by  the dashboard's first page: GET /rest/v1/rpc/what_changed
 * p_since    the moment; null for 24 hours ago
 * Returns    at most 100 rows of each kind
 *            of_kind   how many there are of this kind in all; for run it counts the runs, up to 10,000
 *            metric, effect  of a change point: regressed, improved or changed
 * Rights     security invoker; execute for anyone with a key
 */
create function public.what_changed(p_since timestamptz default now() - interval '24 hours')
  returns table (
    kind             text,
    configuration_id integer,
    model_version    text,
    dataset_version  text,
    environment      text,
    transaction_id   uuid,
    happened_at      timestamptz,
    metric           text,
    effect           text,
    of_kind          bigint
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  with since as materialized (
    select coalesce(p_since, now() - interval '24 hours') as moment
  ),
  ran as materialized (
    select s.* from public.benchmark_snapshots s
    where s.is_active and s.created_at >= (select since.moment from since)
  ),
  happened as (
    select 'run' as kind, r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id,
           r.created_at as happened_at, null::text as metric, null::text as effect
    from ran r
    union all
    select 'new', r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id, r.created_at, null, null
    from ran r
    where not exists (
      select from public.benchmark_transactions t
      where t.configuration_id = r.configuration_id and t.created_at < (select since.moment from since)
    )
    union all
    select 'baseline', t.configuration_id, b.model_version, b.dataset_version, b.environment, b.transaction_id, b.marked_at, null, null
    from public.benchmark_baselines b
    left join public.benchmark_transactions t on t.id = b.transaction_id
    where b.marked_at >= (select since.moment from since)
    union all
    select 'change_point', p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id, p.recorded_at,
           p.metric, p.effect
    from public.v_change_points p
    where p.recorded_at >= (select since.moment from since) and p.state <> 'dismissed'
  ),
  placed as (
    select h.*,
           row_number() over (partition by h.kind order by h.happened_at desc, h.configuration_id, h.metric) as place,
           count(*) over (partition by h.kind) as counted
    from happened h
  )
  select p.kind, p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id,
         p.happened_at, p.metric, p.effect,
         case p.kind when 'run' then runs.counted else p.counted end
  from placed p
  cross join (
    select count(*) as counted from (
      select from public.benchmark_transactions t
      where t.created_at >= (select since.moment from since)
      limit 10000
    ) as newest
  ) as runs
  where p.place <= 100
  order by p.kind, p.place
$$;

revoke execute on function public.what_changed(timestamptz) from public, anon, authenticated, service_role;
grant  execute on function public.what_changed(timestamptz) to anon, authenticated, service_role;

comment on function public.what_changed(timestamptz) is
  'Runs, new configurations, baselines and change points since a moment';
