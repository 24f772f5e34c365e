/*
 * recount() -> the first difference between what is kept and the log, or no row
 *
 * Counts versions, snapshots, daily counts and daily sums again from the runs that count. It reads
 * every run, so it may take minutes; nothing is locked.
 *
 * Called by  `bench-push doctor --deep`: POST /rest/v1/rpc/recount
 * Returns    kind  versions, snapshot, daily count or daily sums; place  which one, in words;
 *            kept, recounted  the values that differ, null where there is none
 * Rights     security invoker; execute for service_role only
 */
create function public.recount()
  returns table (kind text, place text, kept jsonb, recounted jsonb)
  language sql stable rows 1 security invoker set search_path = '' set jit = off set statement_timeout = '10min'
as $$
  with by_day as (
    select t.configuration_id, (t.created_at at time zone 'UTC')::date as day, count(*)::integer as runs,
           array_agg(t.configuration_id) as configuration_ids, array_agg(t.created_at) as times, array_agg(t.metrics) as metrics
    from public.v_main_line t group by 1, 2
  ), differences as (
    select 1 as step, 'versions' as kind, t.configuration_id, null::date as day, null as metric,
           jsonb_build_object('first', min(t.version), 'last', max(t.version)) as kept,
           jsonb_build_object('first', 1, 'last', count(*)) as recounted
    from public.benchmark_transactions t group by t.configuration_id
    union all
    select 2, 'snapshot', configuration_id, null, null, to_jsonb(kept) - 'configuration_id', to_jsonb(found) - 'configuration_id'
    from (
      select s.configuration_id, s.model_version, s.dataset_version, s.prompt_version, s.environment, s.transaction_id, s.snapshot_version,
             s.created_at, s.last_updated_at, s.commit_sha, s.model_provider, s.metrics, s.is_baseline
      from public.benchmark_snapshots s
    ) as kept
    full join benchmark_private.recounted_snapshots as found using (configuration_id)
    union all
    select 3, 'daily count', configuration_id, day, null, to_jsonb(kept.runs), to_jsonb(found.runs)
    from public.benchmark_daily_runs kept
    full join by_day as found using (configuration_id, day)
    union all
    select 4, 'daily sums', configuration_id, day, metric, to_jsonb(kept), to_jsonb(found)
    from public.benchmark_daily_metrics kept
    full join (
      select sums.* from by_day d cross join lateral benchmark_private.daily_sums(d.configuration_ids, d.times, d.metrics) as sums
    ) as found using (configuration_id, metric, day)
  )
  select d.kind,
         concat_ws(', ', coalesce(format('%s on %s with prompt %s in %s', c.model_version, c.dataset_version, c.prompt_version, c.environment),
                                  'configuration ' || d.configuration_id), d.metric, d.day),
         only_other.kept, only_other.recounted
  from differences d
  left join public.benchmark_configurations c on c.id = d.configuration_id
  cross join lateral (
    -- Of two objects what differs.
    select case jsonb_typeof(d.kept) when 'object' then (
             select jsonb_object_agg(k.key, k.value) from jsonb_each(d.kept) as k where k.value is distinct from d.recounted -> k.key) else d.kept end,
           case jsonb_typeof(d.recounted) when 'object' then (
             select jsonb_object_agg(r.key, r.value) from jsonb_each(d.recounted) as r where r.value is distinct from d.kept -> r.key) else d.recounted end
  ) as only_other (kept, recounted)
  where d.kept is distinct from d.recounted
  order by d.step, d.configuration_id, d.day, d.metric limit 1
$$;

comment on function public.recount is 'The first difference between snapshots, daily sums and versions and the log of runs; no row if all is exact';

-- Grants.
revoke execute on function public.recount from public, anon, authenticated;
grant  execute on function public.recount to service_role;
