/*
 * The runs of the original system, out of benchmark_old, where its tables are, into the new ones.
 * docs/moving-from-the-original.md is the guide; its first step moves the tables there.
 *
 * Paste this into the SQL editor, as often as you like: it creates two functions beside the old
 * tables, and nothing else. They leave with `drop schema benchmark_old cascade`.
 */

/*
 * original_run(p_row jsonb) -> (run, changes)
 *
 * One row of the original's benchmark_transactions as a run, and what differs from the row.
 *
 * Called by  import_runs
 * p_row      the row as an object; a column that the original does not have moves to details
 * Returns    changes: one sentence per difference
 * Raises     22023  metrics is neither an object nor the text of one
 */
create or replace function benchmark_old.original_run(p_row jsonb, out run public.benchmark_transactions, out changes text[])
  language plpgsql stable security invoker set search_path = ''
as $$
declare
  columns constant text[] := '{id,created_at,commit_sha,branch_name,model_version,model_provider,dataset_version,dataset_size,
    prompt_version,environment,run_id,triggered_by,metrics,duration_seconds,error_count,success_count,tags,notes}';
  split   record;
  added   jsonb;
  trimmed jsonb;
  percent jsonb;
begin
  split := benchmark_private.split_metrics(p_row -> 'metrics');
  if split.details -> 'metrics' = p_row -> 'metrics' then
    raise exception using errcode = '22023',
      message = format('metrics is neither an object nor the text of one: %s', left(p_row ->> 'metrics', 80)),
      hint    = 'correct the old row; JSON has no NaN, which Python writes for a missing number';
  end if;

  select coalesce(jsonb_object_agg(m.key, trim_scale(m.value::numeric / 100)), '{}') into percent
  from jsonb_each(split.metrics) as m
  join public.benchmark_metrics d on d.name = m.key and d.unit = 'ratio'
  where m.value::numeric between 2 and 100;

  select coalesce(jsonb_object_agg(c.key, c.value), '{}') into added
  from jsonb_each(p_row) as c
  where c.key <> all (columns) and c.value <> 'null' and (c.key, c.value) <> ('benchmark_type', '"standard"');

  select coalesce(jsonb_object_agg(c.key, trim(c.value #>> '{}')), '{}') into trimmed
  from jsonb_each(p_row - '{metrics,notes}'::text[]) as c
  where jsonb_typeof(c.value) = 'string' and c.value #>> '{}' <> trim(c.value #>> '{}') and not added ? c.key;

  run := jsonb_populate_record(null::public.benchmark_transactions, (p_row || trimmed) - array(select jsonb_object_keys(added)));
  run.idempotency_key := 'original:' || run.id;
  run.metrics := split.metrics || percent;
  run.details := nullif(added || coalesce(split.details, '{}'), '{}');
  -- The columns' default; no script of the original sets them.
  if run.error_count = 0 and run.success_count = 0 then
    run.error_count := null;
    run.success_count := null;
  end if;

  select coalesce(array_agg(c.change order by c.change), '{}') into changes
  from (
    select 'metrics: a text, read as the object in it' where jsonb_typeof(p_row -> 'metrics') = 'string'
    union all
    select 'error_count and success_count: both 0, read as unknown' where p_row -> 'error_count' = '0' and run.error_count is null
    union all
    select format('%s: not a column of a run, moved to details', k) from jsonb_object_keys(added) as k
    union all
    select format('%s: white space around it, left out', k) from jsonb_object_keys(trimmed) as k
    union all
    select format('metrics.%s: not a number, moved to details', k) from jsonb_object_keys(split.details) as k
    union all
    select format('metrics.%s: a ratio between 2 and 100, read as percent', k) from jsonb_object_keys(percent) as k
    union all
    select format('metrics.%s: a number in quotes, read as the number', m.key)
    from jsonb_each(case jsonb_typeof(p_row -> 'metrics') when 'object' then p_row -> 'metrics' else '{}' end) as m
    where jsonb_typeof(m.value) = 'string' and split.metrics ? m.key
  ) as c (change);
end $$;

/*
 * import_runs(p_dry_run) -> what is done, to how many runs, to which
 *
 * Copies the original's runs with their ids and times, and marks its baselines. A run that cannot
 * be stored is left out and named. May be repeated: a run that is here already is skipped, so one
 * that was left out can be corrected in its old table.
 *
 * Called by  people, in the SQL editor
 * p_dry_run  true: does all of it, then undoes it
 * Returns    action  store, skip, change (of a run that is stored), mark baseline or leave out
 *            reason  what is changed, or why a run is left out
 *            ids     of the runs left out all, of others the first ten
 */
create or replace function benchmark_old.import_runs(p_dry_run boolean default true)
  returns table (action text, reason text, runs bigint, ids uuid[])
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  old      record;
  read     record;
  change   text;
  message  text;
  way_out  text;
  to_store public.benchmark_transactions[] := '{}';
  report   jsonb[] := '{}';
begin
  begin
    for old in
      select t.id, to_jsonb(t) as body from benchmark_old.benchmark_transactions t order by t.created_at, t.id
    loop
      if exists (select from public.benchmark_transactions t where t.id = old.id) then
        report := report || jsonb_build_object('action', 'skip', 'reason', 'here already', 'id', old.id);
        continue;
      end if;
      begin
        read := benchmark_old.original_run(old.body);
        perform benchmark_private.explain_refusal(read.run);
        perform benchmark_private.refuse(read.run, wrong.message, wrong.hint)
        from benchmark_private.range_problem(array[(read.run).metrics]) as wrong;
        to_store := to_store || read.run;
        report := report || jsonb_build_object('action', 'store', 'id', old.id);
        foreach change in array read.changes loop
          report := report || jsonb_build_object('action', 'change', 'reason', change, 'id', old.id);
        end loop;
      exception when others then
        get stacked diagnostics message = message_text, way_out = pg_exception_hint;
        report := report || jsonb_build_object(
          'action', 'leave out', 'reason', message || coalesce('; ' || nullif(way_out, ''), ''), 'id', old.id);
      end;
    end loop;

    -- One statement, so that daily sums and snapshots are written once and not once per run.
    insert into public.benchmark_transactions select r.* from unnest(to_store) as r order by r.created_at, r.id;

    -- Of several of a configuration the newest: the original says neither who marked them nor when.
    for old in
      select distinct on (s.model_version, s.dataset_version, s.prompt_version, s.environment)
             s.transaction_id as id, t.id is not null as is_here
      from benchmark_old.benchmark_snapshots s
      left join public.benchmark_transactions t on t.id = s.transaction_id
      where s.is_baseline and s.is_active is not false and not exists (
        select from public.benchmark_baselines b
        where b.scope = 'configuration' and b.model_version = trim(s.model_version) and b.dataset_version = trim(s.dataset_version)
          and b.prompt_version = trim(s.prompt_version) and b.environment = trim(s.environment))
      order by s.model_version, s.dataset_version, s.prompt_version, s.environment, s.created_at desc
    loop
      if old.is_here then
        perform public.set_baseline(old.id, 'configuration', 'baseline of the original system', 'import');
        report := report || jsonb_build_object('action', 'mark baseline', 'id', old.id);
      else
        report := report || jsonb_build_object('action', 'leave out', 'reason', 'a baseline whose run is left out', 'id', old.id);
      end if;
    end loop;

    if p_dry_run then
      raise exception using errcode = 'BM001';
    end if;
  exception when sqlstate 'BM001' then
    return query select 'dry run', 'nothing has changed; import_runs(p_dry_run => false) does it', null::bigint, null::uuid[];
  end;

  return query
  select e ->> 'action', e ->> 'reason', count(*),
         (array_agg((e ->> 'id')::uuid))[:case when e ->> 'action' = 'leave out' then count(*) else 10 end]
  from unnest(report) as e
  group by 1, 2
  order by array_position(array['store', 'skip', 'change', 'mark baseline', 'leave out'], e ->> 'action'), 3 desc, 2;
end $$;

revoke execute on function benchmark_old.original_run, benchmark_old.import_runs from public;
