/*
 * Baselines: the run that others are held against, marked by a person or by CI.
 *
 * A baseline has a scope: one configuration; a model on a data set and environment (whatever the
 * prompt); or every model on a data set and environment (the production model). Marking and
 * clearing add a row to benchmark_baselines; the newest row of a scope is in force.
 */

create view public.v_baselines_in_force
  with (security_invoker = true) as
select newest.id, newest.scope,
       newest.model_version, newest.dataset_version, newest.prompt_version, newest.environment,
       newest.transaction_id, newest.reason, newest.marked_by, newest.marked_at,
       run.configuration_id, run.version as run_version, run.model_version as run_model_version,
       run.prompt_version as run_prompt_version, run.commit_sha as run_commit_sha,
       run.created_at as run_created_at, run.metrics as run_metrics
from (
  select distinct on (b.scope, b.dataset_version, b.environment, b.model_version, b.prompt_version) b.*
  from public.benchmark_baselines b
  order by b.scope, b.dataset_version, b.environment, b.model_version, b.prompt_version, b.id desc
) as newest
join public.benchmark_transactions run on run.id = newest.transaction_id;

comment on view public.v_baselines_in_force is
  'The baselines in force, one row per scope, with the run each one is (columns run_…)';

revoke all on public.v_baselines_in_force from public, anon, authenticated, service_role;
grant select on public.v_baselines_in_force to anon, authenticated, service_role;


/*
 * show_baselines() -> trigger
 *
 * Sets benchmark_snapshots.is_baseline after a baseline was marked or cleared.
 *
 * Rights     security definer: clients may not write snapshots; a trigger function, callable by no one
 */
create function benchmark_private.show_baselines()
  returns trigger
  language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.benchmark_snapshots s
  set is_baseline = not s.is_baseline
  where s.is_baseline <> exists (
    select from public.v_baselines_in_force b where b.transaction_id = s.transaction_id
  );
  return null;
end $$;

revoke execute on function benchmark_private.show_baselines() from public;

create trigger show_baselines
  after insert on public.benchmark_baselines
  for each statement execute function benchmark_private.show_baselines();


/*
 * set_baseline(p_run, p_scope, p_reason, p_marked_by) -> the row of benchmark_baselines in force
 *
 * Marks a run as the baseline of its configuration, its model or its data set.
 *
 * Called by  `bench-push baseline set`: POST /rest/v1/rpc/set_baseline
 * p_run      id of the run
 * p_scope    configuration  runs of the same model, data set, prompt and environment
 *            model          runs of the same model, data set and environment
 *            dataset        all runs on the same data set and environment
 * p_reason, p_marked_by  for people: why, and who
 * Returns    the row in force from now on; marking the same run again with the same reason by the
 *            same person adds no row
 * Raises     23503  the run does not exist
 *            22023  the scope is none of the three
 * Rights     security definer, so that clients need no right to write the table; execute for
 *            service_role only
 */
create function public.set_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns public.benchmark_baselines
  language plpgsql volatile security definer set search_path = ''
as $$
declare
  run    public.benchmark_transactions;
  marked public.benchmark_baselines;
begin
  run := benchmark_private.run_for_baseline(p_run, p_scope);

  select b.* into marked
  from public.benchmark_baselines b
  where b.scope = p_scope
    and b.dataset_version = run.dataset_version and b.environment = run.environment
    and (b.model_version = run.model_version or p_scope = 'dataset')
    and (b.prompt_version = run.prompt_version or p_scope <> 'configuration')
  order by b.id desc limit 1;

  if marked.transaction_id = p_run
     and marked.reason is not distinct from p_reason and marked.marked_by is not distinct from p_marked_by then
    return marked;
  end if;

  insert into public.benchmark_baselines as b (
    scope, model_version, dataset_version, prompt_version, environment, transaction_id, reason, marked_by
  )
  values (
    p_scope,
    case when p_scope <> 'dataset' then run.model_version end,
    run.dataset_version,
    case when p_scope = 'configuration' then run.prompt_version end,
    run.environment,
    run.id, p_reason, p_marked_by
  )
  returning b.* into marked;
  return marked;
end $$;


/*
 * clear_baseline(p_run, p_scope, p_reason, p_marked_by) -> whether there was one
 *
 * Ends the baseline that is in force for the run's configuration, model or data set. The history
 * keeps it, and says who ended it, when and why.
 *
 * Called by  `bench-push baseline clear`: POST /rest/v1/rpc/clear_baseline
 * p_run      id of any run within the scope, be it the baseline itself or another
 * p_scope    configuration, model or dataset, as in set_baseline
 * Returns    false when none was in force (nothing changes)
 * Raises     23503  the run does not exist
 *            22023  the scope is none of the three
 * Rights     security definer, so that clients need no right to write the table; execute for
 *            service_role only
 */
create function public.clear_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns boolean
  language plpgsql volatile security definer set search_path = ''
as $$
declare
  run public.benchmark_transactions;
begin
  run := benchmark_private.run_for_baseline(p_run, p_scope);

  insert into public.benchmark_baselines (
    scope, model_version, dataset_version, prompt_version, environment, transaction_id, reason, marked_by
  )
  select b.scope, b.model_version, b.dataset_version, b.prompt_version, b.environment, null, p_reason, p_marked_by
  from public.v_baselines_in_force b
  where b.scope = p_scope
    and b.dataset_version = run.dataset_version and b.environment = run.environment
    and (b.model_version = run.model_version or p_scope = 'dataset')
    and (b.prompt_version = run.prompt_version or p_scope <> 'configuration');
  return found;
end $$;


/*
 * run_for_baseline(p_run, p_scope) -> the run
 *
 * The beginning of set_baseline and clear_baseline: checks their arguments, and lets one of them
 * work at a time, so that the newest row is the one that the last caller meant.
 *
 * Raises     23503, 22023  as set_baseline
 * Rights     security invoker; execute for no one
 */
create function benchmark_private.run_for_baseline(p_run uuid, p_scope text)
  returns public.benchmark_transactions
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  run public.benchmark_transactions;
begin
  if p_scope is null or p_scope not in ('configuration', 'model', 'dataset') then
    raise exception using
      errcode = '22023',
      message = format('a baseline''s scope must be configuration, model or dataset, found "%s"', p_scope),
      hint    = 'configuration holds a run against its like; model and dataset are what a configuration without a baseline falls back to';
  end if;

  select t.* into run from public.benchmark_transactions t where t.id = p_run;
  if not found then
    raise exception using
      errcode = '23503',
      message = format('there is no run %s', coalesce(p_run::text, 'without an id')),
      hint    = 'the id is benchmark_transactions.id, which bench-push prints and the dashboard shows';
  end if;

  lock table public.benchmark_baselines in share row exclusive mode;
  return run;
end $$;

revoke execute on function benchmark_private.run_for_baseline(uuid, text) from public;
revoke execute on function public.set_baseline(uuid, text, text, text) from public, anon, authenticated;
revoke execute on function public.clear_baseline(uuid, text, text, text) from public, anon, authenticated;
grant  execute on function public.set_baseline(uuid, text, text, text) to service_role;

comment on function public.set_baseline(uuid, text, text, text) is
  'Marks a run as the baseline of its configuration, its model or its data set';
grant  execute on function public.clear_baseline(uuid, text, text, text) to service_role;

comment on function public.clear_baseline(uuid, text, text, text) is
  'Ends the baseline in force for a runs configuration, model or data set; the history keeps it';
