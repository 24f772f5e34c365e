/*
 * Baselines: the runs that others are compared with, marked by a person or by CI.
 *
 * A baseline has a scope: one configuration; a model on a data set and environment, whatever the
 * prompt; or every model on a data set and environment (the production model). Marking and clearing
 * add a row to benchmark_baselines; the newest row of a scope is in force, without those whose run is
 * retracted (see standing_marks). For a run to judge, the baseline of its configuration applies; otherwise of its model; otherwise of its data set. The rule
 * is in baseline_scopes, and each scope is one look-up in the index of scope_key.
 */

/*
 * baseline_scopes(model, dataset, prompt, environment) -> three rows (place, scope, key)
 *
 * The scopes of a configuration, the narrowest at place 1, each with the scope_key of its rows in
 * benchmark_baselines.
 */
create function benchmark_private.baseline_scopes(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns table (place integer, scope text, key text[])
  language sql immutable rows 3 security invoker set search_path = ''
as $$
  values
    (1, 'configuration', array['configuration', p_dataset_version, p_environment, p_model_version, p_prompt_version]),
    (2, 'model',         array['model',         p_dataset_version, p_environment, p_model_version, null]),
    (3, 'dataset',       array['dataset',       p_dataset_version, p_environment, null,            null])
$$;

/*
 * standing_marks: the rows of benchmark_baselines without those whose run is retracted. They are as if
 * they had never been set, so the mark before them is in force again, until the run is restored.
 */
create view benchmark_private.standing_marks with (security_invoker = true) as
select mark.*
from public.benchmark_baselines mark
where not exists (select from public.v_retractions_in_force r where r.transaction_id = mark.transaction_id);

revoke all on benchmark_private.standing_marks from public, anon, authenticated, service_role;
grant select on benchmark_private.standing_marks to anon, authenticated, service_role;

/*
 * at_most(p_list, p_most, p_name) -> the list, or 22023 if it has more elements
 *
 * What anyone may call costs no more than its list is long, so lists are short.
 */
create function benchmark_private.at_most(p_list anyarray, p_most integer, p_name text)
  returns anyarray language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
begin
  if cardinality(p_list) > p_most then
    raise exception using errcode = '22023', message = format('%s must have at most %s elements, found %s', p_name, p_most, cardinality(p_list)),
      hint    = 'ask several times, for some of them each';
  end if;
  return p_list;
end $$;

/*
 * baseline_for(model, dataset, prompt, environment) -> (transaction_id, found_by), or no row
 *
 * The baseline in force for a configuration, even for one that never ran.
 *
 * Called by  detect_regression, against_baselines, what_changed; the dashboard and the CLI
 * Returns    found_by  configuration, model or dataset: the scope it was marked with
 */
create function public.baseline_for(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns table (transaction_id uuid, found_by text)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select newest.transaction_id, s.scope
  from benchmark_private.baseline_scopes(p_model_version, p_dataset_version, p_prompt_version, p_environment) as s
  cross join lateral (
    select b.transaction_id from benchmark_private.standing_marks b where b.scope_key = s.key order by b.id desc limit 1
  ) as newest
  where newest.transaction_id is not null
  order by s.place limit 1
$$;

comment on function public.baseline_for is 'The baseline that counts for a configuration: its own, else its model''s, else its data set''s, else none';

/*
 * baseline_history_for(p_configuration_ids) -> one row per period, the oldest first
 *
 * The baseline in force for each configuration over time: what baseline_for returned at each point,
 * had the runs that are retracted now never been marked.
 *
 * Called by  the dashboard's trends: GET /rest/v1/rpc/baseline_history_for?p_configuration_ids={3,7}
 * p_configuration_ids  which ones; of more than 250 different ones the first 250 by number
 * Returns    counted_from, counted_until  start and end of the period; until is null for the current one.
 *            A time without a baseline has no row
 *            transaction_id, version, commit_sha, created_at, metrics  of the baseline run
 *            found_by, reason, marked_by  scope, reason and person of the mark
 */
create function public.baseline_history_for(p_configuration_ids integer[])
  returns table (
    configuration_id integer, counted_from timestamptz, counted_until timestamptz, found_by text,
    transaction_id uuid, version integer, commit_sha text, created_at timestamptz, metrics jsonb,
    reason text, marked_by text
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  with marks as materialized (
    select c.id as configuration_id, s.place, b.*
    from public.benchmark_configurations c
    cross join lateral benchmark_private.baseline_scopes(c.model_version, c.dataset_version, c.prompt_version, c.environment) as s
    join benchmark_private.standing_marks b on b.scope_key = s.key
    where c.id in (
      select distinct asked.id from unnest(benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids')) as asked (id) where asked.id is not null order by asked.id limit 250)
  ),
  -- After each mark: the newest mark of each scope, the narrowest scope first.
  moments as (
    select m.configuration_id, m.id, m.marked_at,
           array[max(m.id) filter (where m.place = 1) over so_far,
                 max(m.id) filter (where m.place = 2) over so_far,
                 max(m.id) filter (where m.place = 3) over so_far] as newest
    from marks m
    window so_far as (partition by m.configuration_id order by m.id)
  ), counting as (
    select moment.configuration_id, moment.id, moment.marked_at, counts.id as mark, counts.transaction_id, counts.scope,
           lag(counts.id) over (partition by moment.configuration_id order by moment.id) as mark_before
    from moments moment
    left join lateral (
      select m.* from marks m
      where m.configuration_id = moment.configuration_id and m.id = any (moment.newest) and m.transaction_id is not null
      order by m.place limit 1
    ) as counts on true
  ), periods as (
    select c.*, lead(c.marked_at) over (partition by c.configuration_id order by c.id) as counted_until
    from counting c
    where c.mark is distinct from c.mark_before
  )
  select p.configuration_id, p.marked_at, p.counted_until, p.scope,
         run.id, run.version, run.commit_sha, run.created_at, run.metrics, marked.reason, marked.marked_by
  from periods p
  join public.benchmark_baselines marked on marked.id = p.mark
  join public.benchmark_transactions run on run.id = marked.transaction_id
  order by p.configuration_id, p.marked_at, p.id
$$;

comment on function public.baseline_history_for is 'The baseline in force for each configuration over time';

create view public.v_baselines_in_force with (security_invoker = true) as
select newest.id, newest.scope,
       newest.model_version, newest.dataset_version, newest.prompt_version, newest.environment,
       newest.transaction_id, newest.reason, newest.marked_by, newest.marked_at,
       run.configuration_id, run.version as run_version, run.model_version as run_model_version,
       run.prompt_version as run_prompt_version, run.commit_sha as run_commit_sha,
       run.created_at as run_created_at, run.metrics as run_metrics
from benchmark_private.standing_marks newest
join public.benchmark_transactions run on run.id = newest.transaction_id
where not exists (
  select from benchmark_private.standing_marks newer where newer.scope_key = newest.scope_key and newer.id > newest.id
);

comment on view public.v_baselines_in_force is 'The baselines in force, one row per scope, with its run (columns run_…)';

revoke all on public.v_baselines_in_force from public, anon, authenticated, service_role;
grant select on public.v_baselines_in_force to anon, authenticated, service_role;

/*
 * refresh_is_baseline(p_runs) -> void
 *
 * Sets benchmark_snapshots.is_baseline where one of these runs is shown. Locks the snapshots in the order
 * of keep_snapshots, so that a push at the same time cannot deadlock.
 */
create function benchmark_private.refresh_is_baseline(p_runs uuid[])
  returns void language sql volatile security invoker set search_path = ''
as $$
  select count(*) from (
    select from public.benchmark_snapshots s where s.transaction_id = any (p_runs) order by s.configuration_id for no key update
  ) as locked;

  update public.benchmark_snapshots s
  set is_baseline = not s.is_baseline
  where s.transaction_id = any (p_runs)
    and s.is_baseline <> exists (select from public.v_baselines_in_force b where b.transaction_id = s.transaction_id)
$$;

/*
 * show_baselines() -> trigger
 *
 * Sets benchmark_snapshots.is_baseline after a baseline was marked or cleared.
 *
 * Rights     security definer: clients may not write snapshots; a trigger function, callable by no one
 */
create function benchmark_private.show_baselines()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform benchmark_private.refresh_is_baseline(array(
    select before.transaction_id from new_marks m join public.benchmark_baselines before on before.scope_key = m.scope_key));
  return null;
end $$;

create trigger show_baselines after insert on public.benchmark_baselines
  referencing new table as new_marks
  for each statement execute function benchmark_private.show_baselines();

/*
 * mark_baseline(p_run, p_scope, p_to, p_reason, p_marked_by) -> (in_force, is_new)
 *
 * The common part of set_baseline and clear_baseline: puts the run p_to, or none, in force for the
 * scope of the run p_run, unless it already is.
 *
 * Calls are serialised, so that the newest row is that of the last caller.
 *
 * Returns    the newest row of the scope, and whether this call added it
 * Raises     as set_baseline
 */
create function benchmark_private.mark_baseline(
  p_run uuid, p_scope text, p_to uuid, p_reason text, p_marked_by text,
  out in_force public.benchmark_baselines, out is_new boolean
)
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  run_scope text[];
  refused   text[];
begin
  perform benchmark_private.refuse_remarks(p_reason, p_marked_by, 'marked_by');

  select s.key into run_scope
  from public.benchmark_transactions t
  cross join lateral benchmark_private.baseline_scopes(t.model_version, t.dataset_version, t.prompt_version, t.environment) as s
  where t.id = p_run
  order by s.scope = p_scope desc nulls last;

  if run_scope is null then
    raise exception using errcode = '23503', message = format('there is no run %s', coalesce(p_run::text, 'without an id')),
      hint    = 'the id is benchmark_transactions.id, which bench-push prints and the dashboard shows';
  elsif run_scope[1] is distinct from p_scope then
    raise exception using errcode = '22023',
      message = format('a baseline''s scope must be configuration, model or dataset, found "%s"', p_scope),
      hint    = 'configuration holds a run against its like; model and dataset are what a configuration without a baseline falls back to';
  end if;

  -- retract_run takes the same lock.
  lock table public.benchmark_baselines in share row exclusive mode;

  select case when not t.is_mainline then array[
           format('run %s is a side run%s: runs are held against the main line', t.id, ' of branch ' || t.branch_name),
           'mark a run of the main line, such as the one after the merge']
         else array[
           format('run %s is retracted: %s', t.id, left(r.reason, 200)),
           coalesce('mark the run in its place, ' || r.instead_transaction_id, 'mark another run') || ', or restore this one with `bench-push restore`'] end
  into refused
  from public.benchmark_transactions t
  left join public.v_retractions_in_force r on r.transaction_id = t.id
  where t.id = p_to and (not t.is_mainline or r.id is not null);
  if found then
    raise exception using errcode = '22023', message = refused[1], hint = refused[2];
  end if;

  select b.* into in_force from benchmark_private.standing_marks b where b.scope_key = run_scope order by b.id desc limit 1;

  is_new := in_force.transaction_id is distinct from p_to
    or p_to is not null and (in_force.reason, in_force.marked_by) is distinct from (p_reason, p_marked_by);
  if is_new then
    insert into public.benchmark_baselines as b (
      scope, dataset_version, environment, model_version, prompt_version, transaction_id, reason, marked_by
    )
    values (run_scope[1], run_scope[2], run_scope[3], run_scope[4], run_scope[5], p_to, p_reason, p_marked_by)
    returning b.* into in_force;
  end if;
end $$;

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
 *            22023  the scope is unknown, a text is not one (see text_problem), or the run is a side run
 *                   or retracted
 * Rights     security definer, as no client may write baselines past this; execute for service_role only
 */
create function public.set_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns public.benchmark_baselines language sql volatile security definer set search_path = ''
as $$
  select (marked.in_force).* from benchmark_private.mark_baseline(p_run, p_scope, p_run, p_reason, p_marked_by) as marked
$$;

comment on function public.set_baseline is 'Marks a run as the baseline of its configuration, its model or its data set';

/*
 * clear_baseline(p_run, p_scope, p_reason, p_marked_by) -> whether there was one
 *
 * Ends the baseline that is in force for the run's configuration, model or data set. The history
 * keeps it, and says who ended it, when and why.
 *
 * Called by  `bench-push baseline clear`: POST /rest/v1/rpc/clear_baseline
 * p_run      id of any run within the scope, be it the baseline itself or another
 * p_scope, p_reason, p_marked_by  as in set_baseline
 * Returns    false when none was in force (nothing changes)
 * Raises, rights  as set_baseline
 */
create function public.clear_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns boolean language sql volatile security definer set search_path = ''
as $$
  select marked.is_new from benchmark_private.mark_baseline(p_run, p_scope, null, p_reason, p_marked_by) as marked
$$;

comment on function public.clear_baseline is 'Ends the baseline in force for a run''s configuration, model or data set; the history keeps it';

-- Grants.
revoke execute on function
  benchmark_private.baseline_scopes, benchmark_private.at_most, benchmark_private.refresh_is_baseline, benchmark_private.show_baselines,
  benchmark_private.mark_baseline, public.baseline_for,
  public.baseline_history_for from public;
revoke execute on function public.set_baseline, public.clear_baseline from public, anon, authenticated;
grant  execute on function
  benchmark_private.baseline_scopes, benchmark_private.at_most, public.baseline_for, public.baseline_history_for to anon, authenticated, service_role;
grant  execute on function public.set_baseline, public.clear_baseline to service_role;
