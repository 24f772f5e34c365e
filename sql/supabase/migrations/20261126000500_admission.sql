/*
 * Admission: the checks before a run is stored, whether it arrives through ingest_runs, a plain
 * insert through the REST API, or SQL.
 *
 *   1  it is validated; a refusal is a sentence with a hint
 *   2  its configuration is found or created, and locked until the transaction ends
 *   3  if its idempotency_key is known, it is skipped: nothing is stored, and no version is used up
 *   4  it gets the next version of its configuration
 *
 * The lock, on one row of benchmark_configurations, comes before the look-up: a later statement
 * sees everything committed while it waited, so of two equal runs sent at once, one finds the other.
 *
 * A plain insert locks configurations in the order of its rows. Two of them in opposite orders at
 * once can end with 40P01 for one, which then has stored nothing and may be repeated as it is.
 * ingest_runs sorts first, so it cannot happen there.
 */

/*
 * lock_configuration(model, dataset, prompt, environment) -> id of the configuration
 *
 * Finds or creates the configuration and locks its row until the transaction ends.
 *
 * Rights     security definer; execute for service_role, through ingest_runs
 */
create function benchmark_private.lock_configuration(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns integer language plpgsql volatile security definer set search_path = ''
as $$
declare
  found_id integer;
begin
  loop
    select c.id into found_id
    from public.benchmark_configurations c
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
    for no key update;

    exit when found;

    -- Another transaction may be creating it: then this waits, and the loop finds its row.
    insert into public.benchmark_configurations (model_version, dataset_version, prompt_version, environment)
    values (p_model_version, p_dataset_version, p_prompt_version, p_environment)
    on conflict do nothing;
  end loop;
  return found_id;
end $$;

/*
 * derived_key(p_run) -> idempotency key
 *
 * The identity of a run whose client gave no idempotency_key: SHA-256 over commit, configuration,
 * CI run and attempt, metrics, details, and the time if the client gave one.
 *
 * Called by  admit_run and ingest_runs
 * Returns    'sql:' and 64 hexadecimal digits; a key that bench-push computes has no prefix
 * Rights     security invoker; execute for service_role, through ingest_runs
 */
create function benchmark_private.derived_key(p_run public.benchmark_transactions)
  returns text language sql stable security invoker set search_path = ''
as $$
  select 'sql:' || encode(sha256(convert_to(jsonb_build_array(
    p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment,
    p_run.run_id, p_run.run_attempt, p_run.metrics, p_run.details,
    -- Equal to the transaction's time, the column's default: then the client gave none.
    case when p_run.created_at <> now() then extract(epoch from p_run.created_at) end
  )::text, 'UTF8')), 'hex')
$$;

/*
 * explain_refusal(p_run) -> void
 *
 * Raises an error for the first problem of a run; returns if there is none.
 *
 * Called by  admit_run
 * Raises     22023  with a hint, and which run it is as the detail
 */
create function benchmark_private.explain_refusal(p_run public.benchmark_transactions)
  returns void language plpgsql stable security invoker set search_path = ''
as $$
declare
  told text[];
begin
  -- Every run pays for the conditions, so none has a subquery; which value is wrong is asked only then.
  if (p_run.commit_sha ~ '\S'      and length(p_run.commit_sha) <= 255
      and p_run.model_version ~ '\S'   and length(p_run.model_version) <= 255
      and p_run.dataset_version ~ '\S' and length(p_run.dataset_version) <= 255
      and p_run.prompt_version ~ '\S'  and length(p_run.prompt_version) <= 255
      and p_run.environment ~ '\S'     and length(p_run.environment) <= 255
      and p_run.idempotency_key ~ '\S' and length(p_run.idempotency_key) <= 255) is not true then
    select array[
      format(case when l.value is null then '%1$s is missing'
                  when length(l.value) > 255 then '%1$s must have at most 255 characters, found %2$s'
                  else '%1$s is empty' end, l.name, length(l.value)),
      case when length(l.value) > 255 then 'put long text into notes or details' else l.way_out end] into told
    from (values
      ('commit_sha', p_run.commit_sha, 'pass the hash that `git rev-parse HEAD` prints'),
      ('model_version', p_run.model_version, 'name the model, so that runs are compared with their like'),
      ('dataset_version', p_run.dataset_version, 'name the dataset, so that runs are compared with their like'),
      ('prompt_version', p_run.prompt_version, 'name the prompt, so that runs are compared with their like'),
      ('environment', p_run.environment, 'say where it ran: local, staging, production, github-actions or a name of your own'),
      ('idempotency_key', p_run.idempotency_key, 'leave it out, and the database makes one from what identifies the run')
    ) as l (name, value, way_out)
    where (l.value ~ '\S' and length(l.value) <= 255) is not true
    limit 1;
  elsif p_run.environment !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then
    told := array[
      format('environment must be lower-case letters, digits and dashes, at most 63, found "%s"', p_run.environment),
      format('write "%s"', trim(both '-' from left(regexp_replace(lower(p_run.environment), '[^a-z0-9]+', '-', 'g'), 63)))];
  elsif not isfinite(p_run.created_at) then
    told := array[format('created_at must be a point in time, found %s', p_run.created_at),
                  'say when the benchmark ran, or leave created_at out for now'];
  elsif p_run.created_at > now() + interval '5 minutes' then
    told := array[
      format('created_at is in the future: %s, and it is %s',
             to_char(p_run.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'),
             to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')),
      'set the clock of the machine, give the time with its offset from UTC, or leave created_at out'];
  elsif jsonb_typeof(p_run.metrics) is distinct from 'object' then
    told := array[format('metrics must be an object of numbers, found %s', coalesce(jsonb_typeof(p_run.metrics), 'nothing')),
                  'write {"f1": 0.895, "latency_ms": 412}'];
  elsif jsonb_path_exists(p_run.metrics, 'strict $.* ? (@.type() != "number" || @ > 1e308 || @ < -1e308)') then
    select array[
      format('metrics.%s must be a finite number, found %s', m.key, left(m.value::text, 80)),
      case when jsonb_typeof(m.value) in ('object', 'array') then 'put nested values into details'
           else 'leave out a metric that the run did not produce, and write numbers without quotes' end] into told
    from jsonb_each(p_run.metrics) as m
    where jsonb_path_exists(m.value, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)')
    order by m.key limit 1;
  elsif jsonb_path_exists(p_run.metrics, '$.keyvalue().key ? (@ == "" || @ like_regex "^.{101}" flag "s")') then
    told := array['a metric''s name must have 1 to 100 characters', 'shorten the name, or move the value to details'];
  elsif p_run.dataset_size < 0 or p_run.error_count < 0 or p_run.success_count < 0
        or p_run.duration_seconds < 0 or p_run.duration_seconds >= 'infinity' then
    select array[format('%s must be a finite number, 0 or more, found %s', n.name, n.value),
                 format('leave out %s when it is not known', n.name)] into told
    from (values ('dataset_size', p_run.dataset_size::numeric), ('duration_seconds', p_run.duration_seconds),
                 ('error_count', p_run.error_count::numeric), ('success_count', p_run.success_count::numeric)) as n (name, value)
    where n.value < 0 or n.value >= 'infinity' limit 1;
  elsif p_run.run_attempt < 1 then
    told := array[format('run_attempt counts from 1, found %s', p_run.run_attempt), 'leave out run_attempt outside of CI'];
  elsif jsonb_typeof(p_run.metric_stats) <> 'object' or jsonb_typeof(p_run.details) <> 'object'
        or jsonb_typeof(p_run.params) <> 'object' then
    select array[format('%s must be an object, found %s', o.name, jsonb_typeof(o.value)),
                 format('write {"%s": {"a name": …}}, or leave it out', o.name)] into told
    from (values ('metric_stats', p_run.metric_stats), ('details', p_run.details), ('params', p_run.params)) as o (name, value)
    where jsonb_typeof(o.value) <> 'object' limit 1;
  else
    return;
  end if;

  raise exception using errcode = '22023', message = told[1], hint = told[2],
    detail = format('run of %s on %s with prompt %s in %s, commit %s',
                    coalesce(left(p_run.model_version, 80), '?'), coalesce(left(p_run.dataset_version, 80), '?'),
                    coalesce(left(p_run.prompt_version, 80), '?'), coalesce(left(p_run.environment, 80), '?'),
                    coalesce(left(p_run.commit_sha, 80), '?'));
end $$;

/*
 * admit_run() -> trigger
 *
 * Validates, keys, locks and numbers one run before it is stored; skips a run already stored.
 *
 * Raises     22023  the run is not valid (see explain_refusal)
 * Rights     security definer: it writes benchmark_configurations, which clients may not;
 *            a trigger function, callable by no one
 */
create function benchmark_private.admit_run()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  new.id := coalesce(new.id, gen_random_uuid());
  new.created_at := coalesce(new.created_at, now());
  if new.idempotency_key is null then
    new.idempotency_key := benchmark_private.derived_key(new);
  end if;

  perform benchmark_private.explain_refusal(new);

  new.configuration_id := benchmark_private.lock_configuration(
    new.model_version, new.dataset_version, new.prompt_version, new.environment);

  if exists (select from public.benchmark_transactions t where t.idempotency_key = new.idempotency_key) then
    return null;
  end if;

  select coalesce(max(t.version), 0) + 1 into new.version
  from public.benchmark_transactions t
  where t.configuration_id = new.configuration_id;

  new.recorded_at := clock_timestamp();
  return new;
end $$;

create trigger admit_run before insert on public.benchmark_transactions
  for each row execute function benchmark_private.admit_run();

-- Grants.
revoke execute on function
  benchmark_private.lock_configuration, benchmark_private.derived_key, benchmark_private.explain_refusal,
  benchmark_private.admit_run from public;
