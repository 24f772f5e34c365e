/*
 * ingest_runs(p_runs jsonb) -> (idempotency_key, id, version, created_at, outcome, differs) per run
 *
 * Stores up to 1,000 runs, or none. Sending them again changes nothing. A run whose key is that of
 * another run is not stored, and the others are.
 *
 * Called by  `bench-push push`: POST /rest/v1/rpc/ingest_runs
 * p_runs     an array; each element has columns of benchmark_transactions, without id, recorded_at,
 *            version and configuration_id, and may have metric_definitions
 *            (shape: IngestRun in crates/bench-model/src/rest/payload.rs)
 * Returns    one row per element, in the same order; id, version and created_at are the stored run's
 *            outcome   stored; known: the key was stored before or occurs earlier in p_runs;
 *                      conflict: it was, for a run that differs in what makes a run
 *            differs   of a conflict: the columns in which the stored run differs
 * Raises     22023  p_runs is no array, holds more than 1,000 runs, or a run is not valid;
 *                   the message names the problem, the detail the run
 *            22023  metric_definitions contradict the catalogue
 * Rights     security invoker; execute for service_role only
 *
 * Locks the configurations in a fixed order before it stores anything, so that parallel pushes of
 * many configurations cannot deadlock.
 */
create function public.ingest_runs(p_runs jsonb)
  returns table (
    idempotency_key text, id uuid, version integer, created_at timestamptz, outcome text, differs text[]
  )
  language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  unknown_field record;
  runs          public.benchmark_transactions[];
begin
  if jsonb_typeof(p_runs) is distinct from 'array' then
    raise exception using errcode = '22023',
      message = format('p_runs must be an array of runs, found %s', coalesce(jsonb_typeof(p_runs), 'nothing')),
      hint    = 'write {"p_runs": [{"model_version": …}]}';
  elsif jsonb_array_length(p_runs) > 1000 then
    raise exception using errcode = '22023',
      message = format('p_runs must hold at most 1000 runs, found %s', jsonb_array_length(p_runs)),
      hint    = 'send the runs in several requests; each is stored as a whole';
  end if;

  select run.position, f.name into unknown_field
  from jsonb_array_elements(p_runs) with ordinality as run (body, position)
  cross join lateral (
    select null as name where jsonb_typeof(run.body) <> 'object'
    union all
    select k from jsonb_object_keys(case jsonb_typeof(run.body) when 'object' then run.body else '{}' end) as k
    where k <> all (array[
      'created_at', 'commit_sha', 'branch_name', 'model_version', 'model_provider', 'dataset_version',
      'dataset_size', 'prompt_version', 'environment', 'run_id', 'run_attempt', 'triggered_by', 'is_mainline', 'metrics',
      'metric_stats', 'details', 'duration_seconds', 'error_count', 'success_count', 'tags', 'notes',
      'params', 'links', 'source', 'idempotency_key', 'metric_definitions'])
  ) as f
  order by run.position
  limit 1;
  if found then
    raise exception using
      errcode = '22023',
      message = case when unknown_field.name is null
                  then format('p_runs[%s] must be an object', unknown_field.position - 1)
                  else format('p_runs[%s] has a field `%s` that a run does not have', unknown_field.position - 1, unknown_field.name) end,
      hint    = 'the fields are the columns of benchmark_transactions that a client may set; put anything else into details';
  end if;

  -- One by one in the order of names, over all runs, so that two pushes cannot deadlock.
  perform benchmark_private.declare_metrics(case when d.name is null then d.body else jsonb_build_object(d.name, d.body) end, d.declared_by)
  from (
    select distinct each.name, each.body, run.body ->> 'triggered_by' as declared_by
    from jsonb_array_elements(p_runs) as run (body)
    cross join lateral (
      select d.key, d.value
      from jsonb_each(case jsonb_typeof(run.body -> 'metric_definitions') when 'object' then run.body -> 'metric_definitions' else '{}' end) as d
      union all
      -- No object, which is refused.
      select null, run.body -> 'metric_definitions' where jsonb_typeof(run.body -> 'metric_definitions') not in ('object', 'null')
    ) as each (name, body)
    order by each.name nulls first, each.body, declared_by
  ) as d;

  -- Ids are chosen here: afterwards they distinguish new runs from existing ones.
  select array_agg(
           jsonb_populate_record(sent.run, jsonb_build_object(
             'id', gen_random_uuid(),
             'idempotency_key', coalesce((sent.run).idempotency_key, benchmark_private.derived_key(sent.run))))
           order by sent.position)
  into runs
  from (
    select element.position,
           jsonb_populate_record(
             null::public.benchmark_transactions,
             element.body || jsonb_build_object('created_at', coalesce(element.body ->> 'created_at', now()::text))
           ) as run
    from jsonb_array_elements(p_runs) with ordinality as element (body, position)
  ) as sent;

  perform benchmark_private.lock_configuration(c.model_version, c.dataset_version, c.prompt_version, c.environment)
  from (
    select distinct r.model_version, r.dataset_version, r.prompt_version, r.environment
    from unnest(runs) as r
    -- Invalid values, which an index may not hold, are refused below, with a reason.
    where (r.model_version, r.dataset_version, r.prompt_version, r.environment) is not null
      and octet_length(concat(r.model_version, r.dataset_version, r.prompt_version, r.environment)) <= 2500
    order by 1, 2, 3, 4
  ) as c;

  -- The first of each key that is not stored: admit_run would refuse the request for one conflict.
  insert into public.benchmark_transactions
  select (fresh.run).*
  from (
    select distinct on (sent.key) runs[sent.place] as run, sent.place
    from (select r.idempotency_key, r.ordinality from unnest(runs) with ordinality as r) as sent (key, place)
    where not exists (select from public.benchmark_transactions t where t.idempotency_key = sent.key)
    order by sent.key, sent.place
  ) as fresh
  order by fresh.place
  -- Only for the same key in two configurations at once, which admit_run cannot see.
  on conflict (idempotency_key) do nothing;

  return query
  select stored.idempotency_key, stored.id, stored.version, stored.created_at,
         case when stored.id = r.id then 'stored' when other.columns is null then 'known' else 'conflict' end, other.columns
  from unnest(runs) with ordinality as r
  join public.benchmark_transactions stored on stored.idempotency_key = r.idempotency_key
  cross join lateral (
    select case when stored.id <> r.id then benchmark_private.identity_differs(runs[r.ordinality], stored) end as columns
  ) as other
  order by r.ordinality;
end $$;

comment on function public.ingest_runs is 'Stores up to 1,000 runs, or none; a run that is stored already is answered and not stored again';

-- Grants, including for the functions that it calls.
revoke execute on function public.ingest_runs from public, anon, authenticated;
grant  execute on function
  public.ingest_runs, benchmark_private.declare_metrics, benchmark_private.lock_configuration, benchmark_private.derived_key,
  benchmark_private.identity, benchmark_private.identity_differs to service_role;
