/*
 * Retractions: a run is taken back, or counts again. The run itself stays as it was measured.
 *
 * A row of benchmark_retractions says so; the newest row of each run is in force. Snapshots, daily sums
 * and marked baselines follow in the same transaction, and are then what they would be, had the run
 * never been stored.
 */

/*
 * recounted_snapshots: the snapshots, computed from the log of runs. The stored ones equal it.
 */
create view benchmark_private.recounted_snapshots with (security_invoker = true) as
select counted.configuration_id, shown.model_version, shown.dataset_version, shown.prompt_version, shown.environment,
       shown.id as transaction_id, counted.runs as snapshot_version, shown.created_at,
       greatest(arrived.at, decided.at) as last_updated_at, shown.commit_sha, shown.model_provider, shown.metrics,
       exists (select from public.v_baselines_in_force b where b.transaction_id = shown.id) as is_baseline
from (
  select r.configuration_id, count(*)::integer as runs, (array_agg(r.id order by r.created_at desc, r.version desc))[1] as newest
  from public.v_main_line r group by r.configuration_id
) as counted
join public.benchmark_transactions shown on shown.id = counted.newest
join (
  select t.configuration_id, max(t.recorded_at) as at from public.benchmark_transactions t group by t.configuration_id
) as arrived on arrived.configuration_id = counted.configuration_id
left join (
  select t.configuration_id, max(r.set_at) as at
  from public.benchmark_retractions r join public.benchmark_transactions t on t.id = r.transaction_id
  where t.is_mainline group by t.configuration_id
) as decided on decided.configuration_id = counted.configuration_id;

revoke all on benchmark_private.recounted_snapshots from public, anon, authenticated, service_role;
grant select on benchmark_private.recounted_snapshots to service_role;

/*
 * rebuild(p_configuration_id, p_day) -> void
 *
 * Computes the snapshot of a configuration and its sums of one UTC day again from the log of runs.
 * The caller holds the lock of the configuration.
 */
create function benchmark_private.rebuild(p_configuration_id integer, p_day date)
  returns void language plpgsql volatile security invoker set search_path = ''
as $$
declare
  from_time constant timestamptz := p_day::timestamp at time zone 'UTC';
  ids       integer[];
  times     timestamptz[];
  measured  jsonb[];
begin
  select array_agg(t.configuration_id), array_agg(t.created_at), array_agg(t.metrics) into ids, times, measured
  from public.v_main_line t
  where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < from_time + interval '24 hours';

  delete from public.benchmark_daily_runs d where d.configuration_id = p_configuration_id and d.day = p_day;
  insert into public.benchmark_daily_runs (configuration_id, day, runs)
  select p_configuration_id, p_day, cardinality(times) where times is not null;

  delete from public.benchmark_daily_metrics d where d.configuration_id = p_configuration_id and d.day = p_day;
  insert into public.benchmark_daily_metrics (
    configuration_id, metric, day, runs, total, total_squares, lowest, highest, buckets, bucket_counts
  )
  select sums.* from benchmark_private.daily_sums(ids, times, measured) as sums;

  delete from public.benchmark_snapshots s
  where s.configuration_id = p_configuration_id
    and not exists (select from public.v_main_line t where t.configuration_id = p_configuration_id);
  insert into public.benchmark_snapshots as shown (
    configuration_id, model_version, dataset_version, prompt_version, environment,
    transaction_id, snapshot_version, created_at, last_updated_at, commit_sha, model_provider, metrics, is_baseline
  )
  select again.* from benchmark_private.recounted_snapshots as again where again.configuration_id = p_configuration_id
  on conflict (configuration_id) do update set
    (transaction_id, snapshot_version, created_at, last_updated_at, commit_sha, model_provider, metrics, is_baseline) = (
      excluded.transaction_id, excluded.snapshot_version, excluded.created_at, excluded.last_updated_at, excluded.commit_sha,
      excluded.model_provider, excluded.metrics, excluded.is_baseline);
end $$;

/*
 * follow_retractions() -> trigger
 *
 * Rebuilds what the runs just retracted or restored were part of. Locks their configurations first, as
 * admit_run does, so that a push at the same time is in the sums exactly once.
 *
 * Rights     security definer: clients may not write derived state; a trigger function, callable by no one
 */
create function benchmark_private.follow_retractions()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  touched record;
begin
  -- Before the lock of a configuration, in the order of mark_baseline: its trigger writes snapshots.
  lock table public.benchmark_baselines in share row exclusive mode;

  for touched in
    select t.configuration_id, (t.created_at at time zone 'UTC')::date as day
    from new_rows said join public.benchmark_transactions t on t.id = said.transaction_id
    where t.is_mainline
    group by 1, 2 order by 1, 2
  loop
    perform from public.benchmark_configurations c where c.id = touched.configuration_id for no key update;
    perform benchmark_private.rebuild(touched.configuration_id, touched.day);
  end loop;

  -- Another run may be the baseline of the scope now.
  perform benchmark_private.refresh_is_baseline(array(
    select other.transaction_id
    from new_rows said
    join public.benchmark_baselines mark on mark.transaction_id = said.transaction_id
    join public.benchmark_baselines other on other.scope_key = mark.scope_key));
  return null;
end $$;

create trigger follow_retractions after insert on public.benchmark_retractions
  referencing new table as new_rows
  for each statement execute function benchmark_private.follow_retractions();

/*
 * decide_retraction(p_run, p_is_retracted, p_reason, p_instead, p_set_by) -> (in_force, is_new)
 *
 * The common part of retract_run and restore_run. Calls are serialised with each other and with
 * set_baseline.
 *
 * Returns    the newest row of the run, and whether this call added it
 * Raises     as retract_run
 */
create function benchmark_private.decide_retraction(
  p_run uuid, p_is_retracted boolean, p_reason text, p_instead uuid, p_set_by text,
  out in_force public.benchmark_retractions, out is_new boolean
)
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  missing uuid;
begin
  perform benchmark_private.refuse_remarks(p_reason, p_set_by, 'set_by');
  if p_reason is null then
    raise exception using errcode = '22023', message = 'the reason is missing',
      hint = 'say in a few words why the run does not count, or why it counts again: those who read it later need to know';
  end if;

  lock table public.benchmark_baselines in share row exclusive mode;

  select asked.id into missing
  from unnest(array[p_run, coalesce(p_instead, p_run)]) as asked (id)
  where not exists (select from public.benchmark_transactions t where t.id = asked.id);
  if found then
    raise exception using errcode = '23503', message = format('there is no run %s', coalesce(missing::text, 'without an id')),
      hint    = 'the id is benchmark_transactions.id, which bench-push prints and the dashboard shows';
  elsif p_instead = p_run then
    raise exception using errcode = '22023', message = 'a run cannot stand in its own place', hint = 'name the run that corrects it';
  elsif exists (select from public.v_retractions_in_force r where r.transaction_id = p_instead) then
    raise exception using errcode = '22023', message = format('run %s is retracted itself', p_instead), hint = 'name a run that counts';
  elsif exists (select from public.benchmark_transactions run
                join public.benchmark_transactions other on other.id = p_instead and not other.is_mainline
                where run.id = p_run and run.is_mainline) then
    raise exception using errcode = '22023',
      message = format('run %s is a side run, which cannot stand in the place of a run of the main line', p_instead),
      hint    = 'name a run of the main line, or leave out which run stands in its place';
  end if;

  select r.* into in_force from public.benchmark_retractions r where r.transaction_id = p_run order by r.id desc limit 1;
  is_new := case
    when p_is_retracted then (in_force.is_retracted, in_force.reason, in_force.instead_transaction_id, in_force.set_by)
                             is distinct from (true, p_reason, p_instead, p_set_by)
    else in_force.is_retracted is true end;
  if is_new then
    insert into public.benchmark_retractions as r (transaction_id, is_retracted, reason, instead_transaction_id, set_by)
    values (p_run, p_is_retracted, p_reason, p_instead, p_set_by)
    returning r.* into in_force;
  end if;
end $$;

/*
 * retract_run(p_run, p_reason, p_instead, p_set_by) -> the row of benchmark_retractions in force
 *
 * Takes a run back: it stays readable and does not count any more.
 *
 * Called by  `bench-push retract`: POST /rest/v1/rpc/retract_run
 * p_run      id of the run
 * p_reason   why, for people; required
 * p_instead  id of the run that stands in its place; null for none
 * p_set_by   who, for people
 * Returns    the row in force; retracting a run again with the same words adds no row
 * Raises     23503  one of the runs does not exist
 *            22023  the reason is missing, a text is not one (see text_problem), or p_instead is retracted,
 *                   the run itself, or a side run in the place of a run of the main line
 * Rights     security definer, as no client may write retractions past this; execute for service_role only
 */
create function public.retract_run(p_run uuid, p_reason text, p_instead uuid default null, p_set_by text default null)
  returns public.benchmark_retractions language sql volatile security definer set search_path = ''
as $$
  select (decided.in_force).* from benchmark_private.decide_retraction(p_run, true, p_reason, p_instead, p_set_by) as decided
$$;

comment on function public.retract_run is 'Takes a run back: it stays readable and does not count any more';

/*
 * restore_run(p_run, p_reason, p_set_by) -> whether it was retracted
 *
 * Lets a retracted run count again. The history keeps both, and says who, when and why.
 *
 * Called by  `bench-push restore`: POST /rest/v1/rpc/restore_run
 * p_run, p_reason, p_set_by  as in retract_run
 * Returns    false when the run counted already (nothing changes)
 * Raises, rights  as retract_run
 */
create function public.restore_run(p_run uuid, p_reason text, p_set_by text default null)
  returns boolean language sql volatile security definer set search_path = ''
as $$
  select decided.is_new from benchmark_private.decide_retraction(p_run, false, p_reason, null, p_set_by) as decided
$$;

comment on function public.restore_run is 'Lets a retracted run count again';

-- Grants.
revoke execute on function
  benchmark_private.rebuild, benchmark_private.follow_retractions, benchmark_private.decide_retraction from public;
revoke execute on function public.retract_run, public.restore_run from public, anon, authenticated;
grant  execute on function public.retract_run, public.restore_run to service_role;
