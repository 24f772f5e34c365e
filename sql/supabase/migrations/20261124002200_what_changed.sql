/*
 * what_changed(p_since) -> rows of four kinds, the newest of each kind first
 *
 * What happened since a moment, by default 24 hours ago. The same as before, and besides: of a
 * configuration that ran, whether it is now far from its baseline.
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
 *            metric, effect  of a change point: regressed, improved or changed; of a run: worse or
 *                      better by more than 0.05 than the baseline that counts for it, by the metric it
 *                      is judged by first, as detect_regression measures it; null when it is neither
 * Rights     security invoker; execute for anyone with a key
 */
create or replace function public.what_changed(p_since timestamptz default now() - interval '24 hours')
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
  ),
  -- Only of the runs that are told: each costs the search for its baseline.
  moved as (
    select r.configuration_id, chosen.metric,
           case when worse.by > 0.05 then 'worse' when worse.by < -0.05 then 'better' end as effect
    from ran r
    join placed p on p.kind = 'run' and p.place <= 100 and p.configuration_id = r.configuration_id
    cross join lateral (
      select asked.metric
      from unnest('{f1,accuracy,exact_match,pass_rate}'::text[]) with ordinality as asked (metric, place)
      where r.metrics ? asked.metric
      order by asked.place
      limit 1
    ) as chosen
    cross join lateral public.baseline_for(r.model_version, r.dataset_version, r.prompt_version, r.environment) as counts
    join public.benchmark_transactions held on held.id = counts.transaction_id
    cross join lateral public.metric_definition(chosen.metric) as meaning
    cross join lateral (
      select ((held.metrics ->> chosen.metric)::numeric - (r.metrics ->> chosen.metric)::numeric)
        * case meaning.direction when 'higher_is_better' then 1 when 'lower_is_better' then -1 end
        / case meaning.scale when 'absolute' then 1 else nullif(abs((held.metrics ->> chosen.metric)::numeric), 0) end as by
    ) as worse
  )
  select p.kind, p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id,
         p.happened_at,
         case when p.kind = 'run' then case when m.effect is not null then m.metric end else p.metric end,
         case when p.kind = 'run' then m.effect else p.effect end,
         case p.kind when 'run' then runs.counted else p.counted end
  from placed p
  left join moved m on p.kind = 'run' and m.configuration_id = p.configuration_id
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

comment on function public.what_changed(timestamptz) is
  'Runs, with what became far better or worse than its baseline, new configurations, baselines and change points since a moment';
