/*
 * Admission: the checks before a run is stored, whether it arrives through ingest_runs, a plain
 * insert through the REST API, or SQL.
 *
 *   1  it is validated; a refusal is a sentence with a hint
 *   2  its configuration is found or created, and locked until the transaction ends
 *   3  if its idempotency_key is known, it is skipped: nothing is stored, and no version is used up;
 *      if the stored run is another one, that is a conflict
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
 * Rights     security definer, as no client may write configurations; execute for service_role, through ingest_runs
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
 * identity(p_run) -> what makes the run, column by column
 *
 * Two runs with one idempotency_key that differ in it are a conflict. Tags, notes, duration, links,
 * source and is_mainline may differ when a run is sent again: what was stored first stays. bench-push's key covers the same columns:
 * crates/bench-model/src/idempotency.rs.
 */
create function benchmark_private.identity(p_run public.benchmark_transactions)
  returns jsonb language sql immutable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'commit_sha', p_run.commit_sha, 'model_version', p_run.model_version, 'dataset_version', p_run.dataset_version,
    'prompt_version', p_run.prompt_version, 'environment', p_run.environment, 'run_id', p_run.run_id,
    'run_attempt', p_run.run_attempt, 'metrics', p_run.metrics, 'metric_stats', nullif(p_run.metric_stats, '{}'),
    'params', nullif(p_run.params, '{}'), 'details', nullif(p_run.details, '{}'), 'dataset_size', p_run.dataset_size,
    'error_count', p_run.error_count, 'success_count', p_run.success_count)
$$;

/*
 * derived_key(p_run) -> idempotency key
 *
 * The identity of a run whose client gave no idempotency_key: SHA-256 over the columns that make the
 * run (see identity), and the time if the client gave one.
 *
 * Called by  admit_run and ingest_runs
 * Returns    'sql:' and 64 hexadecimal digits; a key that bench-push computes has no prefix
 * Rights     security invoker; execute for service_role, through ingest_runs
 */
create function benchmark_private.derived_key(p_run public.benchmark_transactions)
  returns text language sql stable security invoker set search_path = ''
as $$
  select 'sql:' || encode(sha256(convert_to(jsonb_build_array(
    benchmark_private.identity(p_run),
    -- Equal to the transaction's time, the column's default: then the client gave none.
    case when p_run.created_at <> now() then extract(epoch from p_run.created_at) end
  )::text, 'UTF8')), 'hex')
$$;

/*
 * identity_differs(p_sent, p_stored) -> names of the columns in which they are not one run, or null
 *
 * A run that was sent without a time, which then has the transaction's, agrees with any time.
 */
create function benchmark_private.identity_differs(p_sent public.benchmark_transactions, p_stored public.benchmark_transactions)
  returns text[] language sql stable security invoker set search_path = ''
as $$
  select array_agg(name order by name)
  from (
    select sent.key as name from jsonb_each(benchmark_private.identity(p_sent)) as sent
    join jsonb_each(benchmark_private.identity(p_stored)) as stored on stored.key = sent.key and stored.value <> sent.value
    union all
    select 'created_at' where p_sent.created_at not in (p_stored.created_at, now())
  ) as other
$$;

/*
 * text_problem(p_text, p_most, p_lines) -> why it is not a name or a text, or null
 *
 * The rule of bench-model's text.rs, held to it by a test: not empty and not invisible, no control
 * character and none that turns the direction of writing, at most p_most characters and three bytes
 * for each, so that any four names fit into one entry of an index. A name has no white space around
 * it, because "m" and "m " would be two models that look alike.
 *
 * p_lines    true: line breaks, tabs and white space around the text are allowed
 * Returns    the end of a sentence whose subject is the column
 */
create function benchmark_private.text_problem(p_text text, p_most integer default 255, p_lines boolean default false)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  control text := substring(p_text from '[\u0001-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]');
begin
  if p_lines then
    control := substring(p_text from '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]');
  end if;
  return case
    when p_text !~ ('[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
      '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
      '\U000e0000-\U000e0fff]') then 'is empty'
    when control is not null then format(
      'must not contain control characters, found U+%s at character %s', upper(lpad(to_hex(ascii(control)), 4, '0')), position(control in p_text))
    when not p_lines and p_text ~ '^[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$'
      then 'must not have white space around it'
    when length(p_text) > p_most then format('must have at most %s characters, found %s', p_most, length(p_text))
    when octet_length(p_text) > 3 * p_most then format('must have at most %s bytes, found %s', 3 * p_most, octet_length(p_text))
  end;
end $$;

/*
 * refuse_remarks(p_reason, p_by, p_field) -> void
 *
 * Raises 22023 for a reason or a name, called p_field, that is no text, as people give them with a baseline or a state.
 */
create function benchmark_private.refuse_remarks(p_reason text, p_by text, p_field text)
  returns void language plpgsql immutable security invoker set search_path = ''
as $$
declare
  problem text := coalesce('reason ' || benchmark_private.text_problem(p_reason, 10000, true),
                           p_field || ' ' || benchmark_private.text_problem(p_by));
begin
  if problem is not null then
    raise exception using errcode = '22023', message = problem, hint = 'leave it out when there is nothing to say';
  end if;
end $$;

/*
 * explain_refusal(p_run, p_quick) -> void
 *
 * Raises an error for the first problem of a run; returns if there is none. No stored run is one
 * that bench-push, the dashboard or another reader of JSON cannot read. It admits any text as
 * commit_sha, as the original's scripts may send one; bench-push wants the name of a commit.
 *
 * Called by  admit_run; sql/import_original_runs.sql
 * p_quick    false: looks at each value also where the shape tells; a test holds the two together
 * Raises     22023  with a hint, and which run it is as the detail
 */
create function benchmark_private.explain_refusal(p_run public.benchmark_transactions, p_quick boolean default true)
  returns void language plpgsql stable security invoker set search_path = ''
as $$
declare
  told text[];
  -- Every run pays for the conditions, so the common case is told by its shape: printable ASCII,
  -- nothing blank, nothing long. Which value is wrong is asked of the others only.
  is_plain constant boolean := p_quick
    and (p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment, p_run.idempotency_key) is not null
    and concat(p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment, p_run.idempotency_key,
               p_run.model_provider, p_run.branch_name, p_run.run_id, p_run.triggered_by, p_run.notes, array_to_string(p_run.tags, '', E'\t')) !~ '[^ -~]'
    and concat_ws(E'\n', p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment,
                  p_run.idempotency_key, nullif(p_run.model_provider, ''), nullif(p_run.branch_name, ''), nullif(p_run.run_id, ''),
                  nullif(p_run.triggered_by, ''), nullif(p_run.notes, ''), array_to_string(nullif(p_run.tags, '{}'), E'\n'))
        !~ '(^|\n)( |\n|$)| (\n|$)'
    and greatest(length(p_run.commit_sha), length(p_run.model_version), length(p_run.dataset_version), length(p_run.prompt_version),
                 length(p_run.environment), length(p_run.idempotency_key), length(p_run.model_provider), length(p_run.branch_name),
                 length(p_run.run_id), length(p_run.triggered_by), length(p_run.notes), length(p_run.tags::text)) <= 255
    and p_run.metrics::text ~ '^\{("[!#-[\]-~]([ !#-[\]-~]*[!#-[\]-~])?": -?[0-9.]+(, )?)+\}$'
    and (length(p_run.metrics::text) <= 100 or p_run.metrics::text !~ '[^"]{101}');
begin
  if coalesce(array_ndims(p_run.tags), 1) > 1 or cardinality(p_run.tags) > 50 then
    told := array[format('tags must be a list of at most 50 texts, found %s in %s', cardinality(p_run.tags), array_dims(p_run.tags)),
                  'write ["nightly", "gpu"]; longer lists belong in details'];
  elsif not is_plain then
    select array[
      format('%s %s', l.name, coalesce(wrong.problem, 'is missing')),
      case when wrong.problem ~ 'at most' then 'put long text into notes or details'
           when wrong.problem ~ 'control' then 'leave out characters that cannot be seen'
           when wrong.problem ~ 'around' then 'trim it'
           else coalesce(l.way_out, 'leave it out when there is nothing to say') end] into told
    from (
      values
        ('commit_sha', p_run.commit_sha, 255, 'pass the hash that `git rev-parse HEAD` prints'),
        ('model_version', p_run.model_version, 255, 'name the model, so that runs are compared with their like'),
        ('dataset_version', p_run.dataset_version, 255, 'name the dataset, so that runs are compared with their like'),
        ('prompt_version', p_run.prompt_version, 255, 'name the prompt, so that runs are compared with their like'),
        ('environment', p_run.environment, 255, 'say where it ran: local, staging, production, github-actions or a name of your own'),
        ('idempotency_key', p_run.idempotency_key, 255, 'leave it out, and the database makes one from what identifies the run'),
        -- Older scripts send an empty text for what they do not know.
        ('model_provider', nullif(p_run.model_provider, ''), 255, null), ('branch_name', nullif(p_run.branch_name, ''), 255, null),
        ('run_id', nullif(p_run.run_id, ''), 255, null), ('triggered_by', nullif(p_run.triggered_by, ''), 255, null),
        ('notes', nullif(p_run.notes, ''), 10000, null)
      union all
      select format('tags[%s]', place - 1), tag, 255, 'tags are texts: ["nightly", "gpu"]'
      from unnest(p_run.tags) with ordinality as each (tag, place)
      union all
      select 'a metric''s name', key, 100, 'name what was measured'
      from jsonb_object_keys(case jsonb_typeof(p_run.metrics) when 'object' then p_run.metrics else '{}' end) as key
    ) as l (name, value, most, way_out)
    cross join lateral benchmark_private.text_problem(l.value, l.most, l.name = 'notes') as wrong (problem)
    where wrong.problem is not null or l.value is null and l.way_out is not null
    limit 1;
  end if;

  if told is not null then
    null;
  elsif p_run.environment !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then
    told := array[
      format('environment must be lower-case letters, digits and dashes, at most 63, found "%s"', p_run.environment),
      format('write "%s"', trim(both '-' from left(regexp_replace(lower(p_run.environment), '[^a-z0-9]+', '-', 'g'), 63)))];
  elsif not isfinite(p_run.created_at) or p_run.created_at < 'epoch' then
    told := array[format('created_at must be a time from 1970 on, found %s', p_run.created_at),
                  'say when the benchmark ran, or leave created_at out for now'];
  elsif p_run.created_at > now() + interval '5 minutes' then
    told := array[
      format('created_at is in the future: %s, and it is %s',
             to_char(p_run.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'),
             to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')),
      'set the clock of the machine, give the time with its offset from UTC, or leave created_at out'];
  elsif jsonb_typeof(p_run.metrics) is distinct from 'object' or p_run.metrics = '{}' then
    told := array[
      format('metrics must be an object of numbers, found %s',
             case when p_run.metrics = '{}' then 'an empty one' else coalesce(jsonb_typeof(p_run.metrics), 'nothing') end),
      'write {"f1": 0.895, "latency_ms": 412}'];
  elsif not is_plain and jsonb_path_exists(p_run.metrics, 'strict $.* ? (@.type() != "number" || @ > 1e308 || @ < -1e308)') then
    select array[
      format('metrics.%s must be a finite number, found %s', m.key, left(m.value::text, 80)),
      case when jsonb_typeof(m.value) in ('object', 'array') then 'put nested values into details'
           else 'leave out a metric that the run did not produce, and write numbers without quotes' end] into told
    from jsonb_each(p_run.metrics) as m
    where jsonb_path_exists(m.value, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)')
    order by m.key limit 1;
  elsif (pg_column_size(p_run.metrics) > 8000 or not p_quick) and jsonb_array_length(jsonb_path_query_array(p_run.metrics, '$.*')) > 1000 then
    told := array[
      format('metrics must hold at most 1000 numbers, found %s', jsonb_array_length(jsonb_path_query_array(p_run.metrics, '$.*'))),
      'put results per item or per category into details'];
  elsif p_run.dataset_size < 0 or p_run.error_count < 0 or p_run.success_count < 0
        or p_run.duration_seconds < 0 or p_run.duration_seconds > 1e308 then
    select array[format('%s must be a finite number, 0 or more, found %s', n.name, left(n.value::text, 80)),
                 format('leave out %s when it is not known', n.name)] into told
    from (values ('dataset_size', p_run.dataset_size::numeric), ('duration_seconds', p_run.duration_seconds),
                 ('error_count', p_run.error_count::numeric), ('success_count', p_run.success_count::numeric)) as n (name, value)
    where n.value < 0 or n.value > 1e308 limit 1;
  elsif p_run.run_attempt < 1 then
    told := array[format('run_attempt counts from 1, found %s', p_run.run_attempt), 'leave out run_attempt outside of CI'];
  elsif jsonb_typeof(p_run.metric_stats) <> 'object' or jsonb_typeof(p_run.details) <> 'object' or jsonb_typeof(p_run.params) <> 'object'
        or jsonb_typeof(p_run.links) <> 'object' or jsonb_typeof(p_run.source) <> 'object' then
    select array[format('%s must be an object, found %s', o.name, jsonb_typeof(o.value)),
                 format('write {"%s": {"a name": …}}, or leave it out', o.name)] into told
    from (values ('metric_stats', p_run.metric_stats), ('details', p_run.details), ('params', p_run.params),
                 ('links', p_run.links), ('source', p_run.source)) as o (name, value)
    where jsonb_typeof(o.value) <> 'object' limit 1;
  elsif jsonb_path_exists(p_run.links, 'strict $.* ? (@.type() != "string" || !(@ like_regex "^https?://[^\u0001-\u0020\u007f-\u00a0]+$"))') then
    told := array['links must be addresses that begin with https:// or http://', 'write {"log": "https://ci.example.com/log"}'];
  elsif (not p_quick or p_run.metric_stats::text !~
          '^\{("[^"\\]+": \{(("(n|successes|tp|fp|fn|tn)": [0-9]{1,15}|"(stderr|stddev|ci_level)": [0-9.]+)(, )?)*\}(, )?)*\}$') and (
      jsonb_path_exists(p_run.metric_stats, 'strict $.* ? (@.type() != "object")')
      -- As text, because 150.0 is no count to most readers.
      or jsonb_path_query_array(p_run.metric_stats, '$.*.keyvalue() ? (
        @.key like_regex "^(n|successes|tp|fp|fn|tn)$" && @.value.type() != "null").value')::text !~ '^\[([0-9]{1,15}(, [0-9]{1,15})*)?\]$'
      or jsonb_path_exists(p_run.metric_stats, '$.*.keyvalue() ? (@.value.type() != "null" && (
        @.key like_regex "^(stderr|stddev)$" && @.value < 0
        || @.key like_regex "^(stderr|stddev|ci_low|ci_high|ci_level)$" && @.value.type() != "number"
        || @.key == "values" && @.value.type() != "array"))')
      or jsonb_path_exists(p_run.metric_stats, '$.* ? (@.ci_low > @.ci_high)')
      or jsonb_path_exists(p_run.metric_stats,
        'strict $.*.keyvalue() ? (@.key == "values" && @.value.type() == "array").value[*] ? (@.type() != "number")')) then
    told := array['metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high',
                  'write {"f1": {"n": 150, "stderr": 0.012, "values": [1, 0, 1]}}'];
  elsif (not p_quick or concat(p_run.metric_stats, p_run.details, p_run.params, p_run.source) ~ '[0-9]{40}')
        and jsonb_path_exists(jsonb_build_array(p_run.metric_stats, p_run.details, p_run.params, p_run.source),
                              '$.** ? (@ > 1e308 || @ < -1e308)') then
    told := array['metric_stats, details, params and source must hold no number beyond 1e308, which most readers cannot hold',
                  'write it as a text'];
  -- So deep a value takes more than 500 bytes.
  elsif (not p_quick or greatest(
          pg_column_size(p_run.metric_stats), pg_column_size(p_run.details), pg_column_size(p_run.params), pg_column_size(p_run.source)) > 500)
        and jsonb_path_exists(jsonb_build_array(p_run.metric_stats, p_run.details, p_run.params, p_run.source), '$.**{66}') then
    told := array['metric_stats, details, params and source must be nested at most 64 deep',
                  'put deep structures into a file, and its address into links'];
  else
    return;
  end if;

  perform benchmark_private.refuse(p_run, told[1], told[2]);
end $$;

/*
 * refuse(p_run, p_message, p_hint) -> nothing: it raises 22023, with the run as the detail
 */
create function benchmark_private.refuse(p_run public.benchmark_transactions, p_message text, p_hint text)
  returns void language plpgsql stable security invoker set search_path = ''
as $$
begin
  raise exception using errcode = '22023', message = p_message, hint = p_hint,
    detail = format('run of %s on %s with prompt %s in %s, commit %s',
                    coalesce(left(p_run.model_version, 80), '?'), coalesce(left(p_run.dataset_version, 80), '?'),
                    coalesce(left(p_run.prompt_version, 80), '?'), coalesce(left(p_run.environment, 80), '?'),
                    coalesce(left(p_run.commit_sha, 80), '?'));
end $$;

/*
 * range_problem(p_metrics) -> the first value outside of its metric's range, or no row
 *
 * A name that nobody declared has no range, and sums and 32-bit numbers may miss a bound by a millionth.
 *
 * Called by  refuse_impossible, for all runs of a statement together; sql/import_original_runs.sql
 * p_metrics  metrics of runs that explain_refusal admits
 * Returns    place  of the metrics in p_metrics, from 1; the message and the hint of the refusal
 */
create function benchmark_private.range_problem(p_metrics jsonb[])
  returns table (place bigint, message text, hint text)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select run.place,
         format('metrics.%s must be %s, found %s', m.key,
                case when r.max is null then r.min || ' or more' when r.min is null then r.max || ' or less'
                     else format('between %s and %s', r.min, r.max) end, left(measured.value::text, 80)),
         case when r.unit = 'ratio' and measured.value between 2 and 100
                then format('%s looks like percent; write %s', measured.value, trim_scale(measured.value / 100))
              else 'a metric keeps its range; another measure needs another name' end
  from unnest(p_metrics) with ordinality as run (metrics, place)
  cross join lateral jsonb_each(run.metrics) as m
  join public.benchmark_metrics r on r.name = m.key
  cross join lateral (select m.value::numeric) as measured (value)
  where measured.value < (r.min - 1e-6 * greatest(1, abs(r.min)))::numeric
     or measured.value > (r.max + 1e-6 * greatest(1, abs(r.max)))::numeric
  order by run.place, m.key limit 1
$$;

/*
 * refuse_impossible() -> trigger
 *
 * Refuses a value that its metric cannot have, such as 89.5 for f1.
 *
 * Raises     22023  as explain_refusal
 * Rights     security definer: it calls what clients may not; a trigger function, callable by no one
 */
create function benchmark_private.refuse_impossible()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  ids   uuid[];
  wrong record;
begin
  select array_agg(run.id order by run.id) into ids from new_runs as run;
  select p.* into wrong from benchmark_private.range_problem(array(select run.metrics from new_runs as run order by run.id)) as p;
  if found then
    perform benchmark_private.refuse(t, wrong.message, wrong.hint) from public.benchmark_transactions t where t.id = ids[wrong.place];
  end if;
  return null;
end $$;

create trigger refuse_impossible after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.refuse_impossible();

/*
 * admit_run() -> trigger
 *
 * Validates, keys, locks and numbers one run before it is stored; skips a run already stored.
 *
 * Raises     22023  the run is not valid (see explain_refusal)
 *            23505  its idempotency_key is that of another run
 * Rights     security definer: it writes benchmark_configurations, which clients may not;
 *            a trigger function, callable by no one
 */
create function benchmark_private.admit_run()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  known   public.benchmark_transactions;
  differs text[];
begin
  new.id := coalesce(new.id, gen_random_uuid());
  new.created_at := coalesce(new.created_at, now());
  new.is_mainline := coalesce(new.is_mainline, true);
  if new.idempotency_key is null then
    new.idempotency_key := benchmark_private.derived_key(new);
  end if;

  perform benchmark_private.explain_refusal(new);

  new.configuration_id := benchmark_private.lock_configuration(
    new.model_version, new.dataset_version, new.prompt_version, new.environment);

  select t.* into known from public.benchmark_transactions t where t.idempotency_key = new.idempotency_key;
  if found then
    differs := benchmark_private.identity_differs(new, known);
    if differs is null then
      return null;
    end if;
    raise exception using errcode = '23505',
      message = format('the idempotency_key is that of run %s, which differs in %s', known.id, array_to_string(differs, ', ')),
      hint    = 'a key stands for one result; leave it out, and the database makes one from what identifies the run';
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
  benchmark_private.lock_configuration, benchmark_private.derived_key, benchmark_private.identity, benchmark_private.identity_differs,
  benchmark_private.text_problem, benchmark_private.refuse_remarks, benchmark_private.explain_refusal, benchmark_private.refuse, benchmark_private.range_problem,
  benchmark_private.refuse_impossible, benchmark_private.admit_run from public;
